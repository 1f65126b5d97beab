/** A sealed day in three currencies, two of them settled in dollars: as whole values, as verified, and after it was forged. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Settlement } from '../../functions/channel/channel.ts';
import type { AntomAccount } from '../../functions/channel/registry.ts';
import { sha256 } from '../../functions/statement/chunks.ts';
import { hashOf } from '../../functions/statement/statement.ts';
import { verifyStatements } from '../../functions/statement/verify.ts';
import type { Item } from '../../functions/table/table.ts';
import { DAY, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aMerchant, anAgreement, aSale, DELAY, newShop, refundRequested, type Shop } from './shop.ts';

const ACCOUNT: AntomAccount = {
  ...{ channel: 'antom', clientId: 'SANDBOX_5Y0000000000001', referenceMerchantId: 'tea-1', merchantName: 'Tea' },
  ...{ merchantMCC: '5812', currencies: { JPY: 'USD', HKD: 'USD', CNY: 'CNY' } },
};
const termsIn = (currency: string, settlementCurrency?: string) =>
  anAgreement({
    ...{ agreementId: `agr_${currency}`, channel: 'antom', currency, ratePpm: 12_000 },
    ...(settlementCurrency !== undefined && { settlementCurrency }),
  });
const merchant = aMerchant({
  accounts: [ACCOUNT],
  agreements: [termsIn('JPY', 'USD'), termsIn('HKD', 'USD'), termsIn('CNY')],
});
const DUE = Date.parse('2026-03-01T16:00:00.000Z') + DELAY;
const usd = (value: number) => ({ currency: 'USD', value });

let shop: Shop;
let minute: number;

async function sell(no: string, currency: string, amount: number, settlement?: Settlement) {
  minute += 1;
  const paidAt = NOON + minute * MINUTE;
  const { order, payment } = aSale(merchant, { no, paidAt, amount, currency });
  const { orderId, schema, version, updatedAt, dueAt, payments, refunds, ...request } = order;
  const created = await shop.orders.create({ ...request, account: ACCOUNT });
  if (payment.type !== 'paid') throw new Error('a sale is paid');
  const paid = { ...payment, news: { ...payment.news, ...(settlement && { settlement }) } };
  return (await shop.orders.apply(created.order, paid, paidAt)).order;
}

async function refund(order: Awaited<ReturnType<typeof sell>>, amount: number, settlement: Settlement): Promise<void> {
  minute += 1;
  const at = NOON + minute * MINUTE;
  const asked = await shop.orders.apply(order, refundRequested('r-1', amount, order.request.amount.currency), at);
  await shop.orders.apply(asked.order, { type: 'refund_succeeded', refundNo: 'r-1', at, settlement }, at);
}

beforeEach(async () => {
  shop = await newShop();
  minute = 0;
  await shop.setUp(merchant, NOON);
  const yen = await sell('yen', 'JPY', 15_000, { gross: usd(10_000), pair: 'USD/JPY', price: '150' });
  await sell('harbour', 'HKD', 7_800, { pair: 'HKD/USD', price: '0.12820513' });
  await sell('yuan', 'CNY', 4_860);
  await sell('later', 'JPY', 3_000);
  await refund(yen, 5_000, { gross: usd(3_344), pair: 'USD/JPY', price: '149.5' });
  await shop.run(DUE);
  await shop.run(DUE + DAY);
});

const findings = async () =>
  (
    await verifyStatements(
      shop.services(() => DUE + DAY),
      merchant.id,
    )
  ).findings.map(({ what, detail }) => `${what}: ${detail}`);

test('a day in three currencies is sealed with both sides of every movement, and no sum over two of them', async () => {
  const [book, ...more] = await shop.books(merchant.id);
  expect(more).toEqual([]);
  expect(shop.errors).toEqual([]);
  const told = book?.lines.map(({ merchantOrderNo, currency, gross, fee, net, settlement }) => {
    const { currency: code = null, ...its } = settlement ?? {};
    return [merchantOrderNo, currency, gross, fee, net, code, ...(settlement ? Object.values(its) : [])];
  });
  expect(told).toEqual([
    ['yen', 'JPY', 15_000, 180, 14_820, 'USD', 10_000, 120, 9_880, 'USD/JPY', '150', 'provisional'],
    ['harbour', 'HKD', 7_800, 94, 7_706, 'USD', 1_000, 12, 988, 'HKD/USD', '0.12820513', 'provisional'],
    ['yuan', 'CNY', 4_860, 58, 4_802, null],
    ['later', 'JPY', 3_000, 36, 2_964, 'USD', null, null, null, null, null, 'provisional'],
    ['yen', 'JPY', -5_000, -60, -4_940, 'USD', -3_344, -40, -3_304, 'USD/JPY', '149.5', 'provisional'],
  ]);
  const usdOf = (gross: number, fees: number, net: number, provisionalLines: number, unknownLines: number) => [
    { currency: 'USD', gross, fees, net, provisionalLines, unknownLines },
  ];
  expect(book?.totals.map((row) => [row.currency, row.netReceivable, row.settlement])).toEqual([
    ['CNY', 4_802, undefined],
    ['HKD', 7_706, usdOf(1_000, 12, 988, 1, 0)],
    ['JPY', 12_844, usdOf(6_656, 80, 6_576, 3, 1)],
  ]);
  expect(book?.statement.checks.at(-1)).toEqual({
    ...{ currency: 'USD', check: 'settlement_lines_are_settlement_net', left: 7_564, right: 7_564, holds: true },
  });
  expect(await findings()).toEqual([]);
});

/** Puts other lines into the statement, with every hash of it made to fit. */
async function forge(from: string, to: string): Promise<void> {
  const { statements } = shop.tables;
  const id = `${merchant.id}.2026-03-01`;
  const root = await statements.get(id);
  const [chunk] = (root?.lineChunks ?? []) as { hash: string }[];
  const text = String((await statements.get(`chk_${chunk?.hash}`))?.text);
  expect(text).toContain(from);
  const forged = text.replace(from, to);
  await statements.create({ id: `chk_${sha256(forged)}`, version: 1, text: forged });
  const changed = { ...root, lineChunks: [{ hash: sha256(forged), firstLine: 1 }] } as unknown as Parameters<
    typeof hashOf
  >[0] &
    Item;
  await statements.replace({ ...changed, hash: hashOf(changed) }, Number(root?.version));
}

describe('verification finds', () => {
  /** The head follows the hash that was sealed: that the chain is broken is another test's. */
  const found = async () => (await findings()).filter((finding) => !finding.startsWith('chain'));
  const FIRST = '"gross":10000,"fee":120,"net":9880,"pair":"USD/JPY"';
  test.each([
    [
      'another fee and net of a settlement',
      [FIRST, '"gross":10000,"fee":119,"net":9881,"pair":"USD/JPY"'],
      [
        /^orders: line 1: settlement is \{"currency":"USD","gross":10000,"fee":119,.*\}, and \{.*"fee":120,.*\} by order ord_/,
        /^totals: .* store/,
        /^totals: .* terminal/,
        /^checks: .* those of the lines/,
      ],
    ],
    [
      'a settlement that does not add up',
      [FIRST, '"gross":10000,"fee":120,"net":9881,"pair":"USD/JPY"'],
      [
        /^lines: line 1 says settlement net 9881, and is 9880/,
        /^orders:/,
        /^totals:/,
        /^totals:/,
        /^checks: the/,
        /^checks: it/,
      ],
    ],
    [
      'another price',
      ['"price":"150"', '"price":"151"'],
      [/^orders: line 1: settlement is \{.*"price":"151",.*\}, and \{.*"price":"150",/],
    ],
    [
      'a line that is final without a report',
      ['"price":"150","state":"provisional"', '"price":"150","state":"final"'],
      [/^orders: line 1: settlement/, /^totals:/, /^totals:/],
    ],
    [
      'a part of a settlement',
      ['"gross":null,"fee":null,"net":null', '"gross":null,"fee":0,"net":null'],
      [/^lines: line 4 knows a part of its settlement only/, /^orders: line 4/],
    ],
    [
      'a settlement in the currency of the order',
      ['"settlement":{"currency":"USD","gross":1000,', '"settlement":{"currency":"HKD","gross":1000,'],
      [
        /^lines: line 2 says that HKD is settled in HKD/,
        /^orders: line 2/,
        /^totals:/,
        /^totals:/,
        /^checks:/,
        /^checks:/,
      ],
    ],
    [
      'a refund that brings money',
      ['"gross":-3344,"fee":-40,"net":-3304', '"gross":3344,"fee":-40,"net":3384'],
      [/^lines: line 5 is settled with a wrong sign/, /^orders: line 5/, /^totals:/, /^totals:/, /^checks:/],
    ],
    [
      'a payment that takes money',
      [FIRST, '"gross":-10000,"fee":120,"net":-10120,"pair":"USD/JPY"'],
      [/^lines: line 1 is settled with a wrong sign/, /^orders: line 1/, /^totals:/, /^totals:/, /^checks:/],
    ],
  ] as const)('in a forged day: %s', async (_, [from, to], expected) => {
    await forge(from, to);
    expect(await found()).toEqual(expected.map((sentence) => expect.stringMatching(sentence)));
  });

  test('a settlement that was taken away, and one that was made up', async () => {
    const text =
      ',"settlement":{"currency":"USD","gross":1000,"fee":12,"net":988,"pair":"HKD/USD","price":"0.12820513","state":"provisional"}';
    await forge(text, '');
    expect((await found())[0]).toMatch(/^orders: line 2: settlement is undefined, and \{.*\} by order ord_/);
    await forge(
      '"agreementId":"agr_CNY"',
      '"agreementId":"agr_CNY","settlement":{"currency":"USD","gross":1,"fee":0,"net":1}',
    );
    expect((await found()).join('\n')).toMatch(/orders: line 3: settlement is \{.*\}, and undefined by order/);
  });
});

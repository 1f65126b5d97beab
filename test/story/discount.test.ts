/** Money F3: the customer pays with a coupon of the shop's own, and the shop receives less than was paid. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { cny, newNo, openShop, type TestShop } from '../support/shop.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let shop: TestShop;
let day = '';
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());
beforeEach(async () => {
  await shop.faults({ reset: true });
  // Noon of another day in China: what the test before has left behind is over, and a day of trade fits before midnight.
  const sinceNoon = (shop.now() + 8 * HOUR - DAY / 2) % DAY;
  await shop.advance(2 * DAY - sinceNoon);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  day = reportDayOf('alipay', shop.now());
});

const refund = ({ orderId }: OrderView, refundNo: string, value: number) =>
  shop.till.call('createRefund', { params: { orderId }, body: { refundNo, amount: cny(value) } });
/** Ten o'clock on the next morning in China: the statement is sealed, and the bill was compared. */
const toNextMorning = () => shop.advance(Date.parse(`${day}T00:00:00+08:00`) + DAY + 10 * HOUR + MINUTE - shop.now());
async function till(...words: string[]): Promise<string> {
  const where = ['--url', shop.stack.api, '--simulator', shop.stack.simulator];
  const all = [join(ROOT, 'bin', 'till.ts'), ...words, ...where, '--credential', shop.stack.credentialsFile];
  return (await promisify(execFile)(process.execPath, all)).stdout;
}
/** What the next morning's books say of the day. */
async function booksOf(merchantId = shop.stack.identity.credentials[1]?.merchantId) {
  const params = { statementId: `${merchantId}.${day}` };
  const { body: statement } = await shop.backOffice.call('getStatement', { params });
  const { body: lines } = await shop.backOffice.call('listStatementLines', { params });
  const { body: checked } = await shop.backOffice.call('listReconciliations', { query: { day } });
  return { statement, lines: lines.data, checked: checked.data[0] };
}

test('money F3 100.00 sold, 20.00 of it the shop’s coupon, 25.00 refunded: statement and bill agree on what is received', async () => {
  const order = await shop.open({ amount: cny(10_000) });
  expect(order.received).toBeNull();
  expect(await till('pay', order.orderId, '--shop-discount', '20.00')).toContain('success');
  expect((await shop.eventually(order.orderId, ({ status }) => status === 'paid')).received).toEqual(cny(8_000));
  await refund(order, 'r1', 2_500);
  expect(await shop.get(order.orderId)).toMatchObject({ received: cny(8_000), refunded: cny(2_500) });
  expect(await till('show', order.orderId)).toContain(
    "received CNY 80.00: the shop's discount paid CNY 20.00\n  refund r1 CNY 25.00",
  );
  expect(await till('totals')).toMatch(/payments 1: 100\.00 {2}refunds 1: -25\.00 {2}received 60\.00 {2}fees 0\.36/);

  await toNextMorning();
  const { statement, lines, checked } = await booksOf();
  expect(lines.map(({ type, gross, received, fee, net }) => ({ type, gross, received, fee, net }))).toEqual([
    { type: 'payment', gross: 10_000, received: 8_000, fee: 48, net: 7_952 },
    { type: 'refund', gross: -2_500, received: -2_000, fee: -12, net: -1_988 },
  ]);
  expect(statement.totals).toMatchObject([
    {
      payments: { count: 1, gross: 10_000, received: 8_000 },
      refunds: { count: 1, gross: -2_500, received: -2_000 },
      ...{ netSales: 7_500, netReceived: 6_000, netFees: 36, netReceivable: 5_964 },
    },
  ]);
  expect(statement.checks.every(({ holds }) => holds)).toBe(true);
  expect(checked).toMatchObject({ state: 'compared', matched: 2, differences: [] });
  const told = await runLine(`reconcile 示范商店 --day ${day} --local-stack ${shop.stack.stackFile}`);
  expect(told.out).toContain('2 rows agree, 0 are of other systems, 0 differences');

  const shown = (await till('statement', day)).split('\n').map((line) => line.trim().split(/ +/).slice(-4));
  expect(shown[1]).toEqual(['gross', 'received', 'fee', 'net']);
  expect(shown[2]).toEqual(['100.00', '80.00', '0.48', '79.52']);
  expect(shown[3]).toEqual(['-25.00', '-20.00', '-0.12', '-19.88']);
  expect(shown[5]).toEqual(['75.00', '60.00', '0.36', '59.64']);
});

describe('money F3 whoever tells of the payment tells of the discount, a part of it or all', () => {
  /** `order`, paid for with a coupon worth `fen`. */
  const ways: [string, (fen: number) => Promise<OrderView>][] = [
    [
      'the notification',
      async (fen) => {
        await shop.faults({ query: { answer: 'system_error', times: 99 } });
        const order = await shop.open({ amount: cny(10_000) });
        await shop.pay(order, { shopDiscount: (fen / 100).toFixed(2) });
        return order;
      },
    ],
    [
      'the query',
      async (fen) => {
        await shop.faults({ dropNotifications: true });
        const order = await shop.open({ amount: cny(10_000) });
        await shop.pay(order, { shopDiscount: (fen / 100).toFixed(2) });
        await shop.advance(3_000);
        return order;
      },
    ],
    [
      'the answer to a till code',
      async (fen) => {
        await shop.faults({ dropNotifications: true, query: { answer: 'system_error', times: 99 } });
        const { tillCode } = await shop.wallet('codes', { shopDiscount: (fen / 100).toFixed(2) });
        const order = await shop.open({ amount: cny(10_000), qrCode: false });
        const body = { attempt: 1, tillCode: String(tillCode) };
        await shop.till.call('payWithTillCode', { params: { orderId: order.orderId }, body });
        return order;
      },
    ],
  ];
  for (const [name, play] of ways)
    test.each([2_000, 9_999, 10_000])(`${name}: %i fen`, async (fen) => {
      const { orderId } = await play(fen);
      const paid = await shop.eventually(orderId, ({ status }) => status === 'paid');
      expect(paid).toMatchObject({ amount: cny(10_000), received: cny(10_000 - fen), refundable: cny(10_000) });
      await shop.faults({ reset: true });
      await refund(paid, 'all', 10_000);
      await toNextMorning();
      const { statement, checked } = await booksOf();
      expect(statement.totals).toMatchObject([
        { payments: { gross: 10_000, received: 10_000 - fen }, netSales: 0, netReceived: 0, netReceivable: 0 },
      ]);
      expect(checked).toMatchObject({ state: 'compared', matched: 2, differences: [] });
    });
});

test('money F3 the notification names the coupon as Alipay does, its value by fen', async () => {
  const order = await shop.open({ amount: cny(10_000) });
  await shop.pay(order, { shopDiscount: '20.01' });
  const [delivery] = await shop.deliveries(order);
  const told = Object.fromEntries(new URLSearchParams(delivery?.body));
  const { total_amount, receipt_amount, buyer_pay_amount, invoice_amount } = told;
  expect([total_amount, receipt_amount, buyer_pay_amount, invoice_amount]).toEqual([
    '100.00',
    '79.99',
    '79.99',
    '79.99',
  ]);
  expect(JSON.parse(told.voucher_detail_list ?? '')).toMatchObject([
    { amount: '20.01', merchantContribute: '20.01', otherContribute: '0.00', type: 'ALIPAY_BIZ_VOUCHER' },
  ]);
  expect(JSON.parse(told.fund_bill_list ?? '')).toEqual([
    { amount: '79.99', fundChannel: 'ALIPAYACCOUNT' },
    { amount: '20.01', fundChannel: 'MDISCOUNT' },
  ]);
});

test('money F3 a coupon is worth no more than the order, and is an amount', async () => {
  const order = await shop.open({ amount: cny(10_000) });
  for (const shopDiscount of ['100.01', '0.001', '-1.00', 20, '', 'all'])
    expect([shopDiscount, await shop.pay(order, { shopDiscount })]).toEqual([
      shopDiscount,
      { error: expect.stringMatching(/^shopDiscount is yuan as text/) },
    ]);
  expect(await shop.get(order.orderId)).toMatchObject({ status: 'awaiting_payment', received: null });
  expect(await shop.pay(order)).toMatchObject({ result: 'success' });
  expect((await shop.eventually(order.orderId, ({ status }) => status === 'paid')).received).toEqual(cny(10_000));
  expect(await till('show', order.orderId)).not.toContain('received');
});

test('money F3 a coupon on a code that waits for the password is in the payment, and one of larger value pays all of it', async () => {
  const { tillCode } = await shop.wallet('codes', { shopDiscount: '9999.00' });
  const order = await shop.open({ merchantOrderNo: newNo(), amount: cny(100_001), qrCode: false });
  const body = { attempt: 1, tillCode: String(tillCode) };
  await shop.till.call('payWithTillCode', { params: { orderId: order.orderId }, body });
  expect(await shop.wallet('confirm', { tillCode })).toMatchObject({ result: 'success' });
  const paid = await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  expect(paid.received).toEqual(cny(0));
});

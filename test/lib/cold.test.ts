/**
 * Functions that begin cold, where the other stories find what another one has just read: one process serves a local stack,
 * in the cloud each function has its own. recorded.test.ts sees which rights that takes.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Credential } from '../../bin/admin/new-items.ts';
import type { OrderView } from '../../functions/http/answers.ts';
import { createClient } from '../../functions/http/client.ts';
import { importPrivateKey } from '../../functions/http/sign.ts';
import { type Movement, makeStatement } from '../../functions/statement/statement.ts';
import { Statements } from '../../functions/statement/statements.ts';
import { DIRECTORY, type Item, STATEMENTS } from '../../functions/table.ts';
import { DynamoTable } from '../../functions/table-dynamodb.ts';
import { businessDay, DAY, MINUTE, SECOND } from '../../functions/time.ts';
import { callsAt } from '../support/engine.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

/** The clock of everything in this process; no sweep runs on the way, which would read before the function does. */
let ahead = 0;
const pass = (ms: number) => {
  ahead += ms;
};
const { now } = Date;
beforeEach(() => {
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
});
afterEach(() => vi.restoreAllMocks());

const tableOf = (name: 'DIRECTORY_TABLE' | 'STATEMENTS_TABLE') =>
  new DynamoTable(
    callsAt(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? ''),
    process.env[name] ?? '',
    name === 'DIRECTORY_TABLE' ? DIRECTORY : STATEMENTS,
  );
const credential = (place: number): Credential => {
  const found = shop.stack.identity.credentials[place];
  if (!found) throw new Error('the seed has four credentials');
  return found;
};

describe('the keys of the channel', () => {
  // They are kept for five minutes.
  const LONGER_THAN_KEPT = 6 * MINUTE;

  test('are read for the first code of an order', async () => {
    const order = await shop.open({ qrCode: false });
    pass(LONGER_THAN_KEPT);
    const { body } = await shop.till.call('createQrCode', { params: { orderId: order.orderId }, body: {} });
    expect(body.status).toBe('awaiting_payment');
  });

  test('are read to close, by a terminal whose clock has just been set', async () => {
    const order = await shop.open({ expiresInSeconds: 900 });
    pass(LONGER_THAN_KEPT);
    const { keyid, alg, privateKeyPem } = credential(0);
    const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
    const behind = createClient({ baseUrl: shop.stack.api, key, now: () => shop.now() - 10 * SECOND, retries: 0 });
    const { body } = await behind.call('closeOrder', { params: { orderId: order.orderId }, body: {} });
    expect(body.status).toBe('closing');
    const seen = await tableOf('DIRECTORY_TABLE').get(`cnt_${shop.stack.identity.keys[0]?.terminalId}.seen`);
    expect(seen?.skewMs).toBeLessThan(-9 * SECOND);
  });
});

describe('a refund that the channel refuses when it is asked again gives its place in the limit back', () => {
  const counted = async () =>
    (await tableOf('DIRECTORY_TABLE').get(`cnt_${credential(0).merchantId}.refunds`))?.count ?? 0;

  beforeAll(async () => {
    const table = tableOf('DIRECTORY_TABLE');
    const merchant = (await table.get(credential(0).merchantId)) as Item & { version: number; limits: object };
    const limits = { ...merchant.limits, refundsPerDay: 100 };
    expect(await table.replace({ ...merchant, limits, version: merchant.version + 1 }, merchant.version)).toBe(true);
  });

  const lookAtOrder = (order: OrderView) => shop.get(order.orderId);
  const lookAtRefund = ({ orderId }: OrderView) => shop.till.call('getRefund', { params: { orderId, refundNo: 'r1' } });
  const sweep = () => shop.stack.sweep();
  test.each([
    ['a poll of the order', lookAtOrder],
    ['a poll of the refund', lookAtRefund],
    ['the sweep', sweep],
  ])('to %s', async (_, look) => {
    pass(MINUTE);
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    const before = await counted();
    await shop.faults({ refund: { answer: 'system_error' } });
    const refund = { refundNo: 'r1', amount: cny(100) };
    await shop.till.call('createRefund', { params: { orderId: order.orderId }, body: refund });
    expect(await counted()).toBe(Number(before) + 1);
    // The first refusal after a lost answer is not believed yet.
    await shop.faults({ refund: { answer: 'refuse:ACQ.TRADE_NOT_ALLOW_REFUND', times: 2 } });
    for (let tries = 0; tries < 2; tries += 1) {
      pass(6 * MINUTE);
      await look(order);
    }
    expect((await shop.get(order.orderId)).refunds).toMatchObject([{ refundNo: 'r1', status: 'failed' }]);
    expect(await counted()).toBe(before);
  });
});

describe('a statement of many stores', () => {
  // More than fits into its root: its totals are in a chunk of their own.
  const STORES = 150;
  let statementId: string;
  let order: OrderView;
  const movement = (i: number, day: string, at: number): Movement => ({
    ...{ type: 'payment', late: false, businessDay: day, storeId: `s${i}`, terminalId: null, operatorId: null },
    occurredAt: new Date(at + i).toISOString(),
    ...{ orderId: order.orderId, merchantOrderNo: order.merchantOrderNo, refundNo: null, channel: 'alipay' },
    ...{ channelTradeNo: `of-yesterday-${i}`, currency: 'CNY', gross: 1000, fee: 6, net: 994, ratePpm: 6000 },
    ...{ feeMinimum: null, feeCap: null, feeOnRefund: 'returned', agreementId: 'agr_1', received: 1000, attempt: 1 },
    ...{ saleStoreId: `s${i}`, saleTerminalId: null },
  });

  beforeAll(async () => {
    order = await shop.open({ qrCode: false });
    const { merchantId } = credential(0);
    const zone = 'Asia/Shanghai';
    const at = shop.now() - DAY;
    const day = businessDay(at, zone);
    const movements = Array.from({ length: STORES }, (_, i) => movement(i, day, at));
    const frame = { merchantId, day, zone, sealedAt: shop.now(), previousHash: null };
    const { statement, chunks } = makeStatement(frame, movements);
    expect(statement.totalsText).toBeUndefined();
    await new Statements(tableOf('STATEMENTS_TABLE')).seal(statement, chunks);
    statementId = statement.statementId;
  });

  // Long enough for every function to have forgotten who calls.
  beforeEach(() => pass(MINUTE));

  test('is read with all its totals', async () => {
    const { body } = await shop.backOffice.call('getStatement', { params: { statementId } });
    expect(body.totals).toHaveLength(STORES);
  });

  test('has its lines and its totals by terminal', async () => {
    const lines = await shop.backOffice.call('listStatementLines', { params: { statementId } });
    expect(lines.body.data.map(({ lineNo }) => lineNo)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    pass(MINUTE);
    const totals = await shop.backOffice.call('listStatementTotals', { params: { statementId } });
    expect(totals.body.data).toHaveLength(20);
  });

  test('tells whose a trade was that the channel does not know', async () => {
    pass(6 * MINUTE);
    const { body } = await shop.backOffice.call('listOrders', { query: { tradeNo: 'of-yesterday-7' } });
    expect(body.data.map(({ orderId }) => orderId)).toEqual([order.orderId]);
  });
});

test('a shift is read by a function that has never heard of its terminal', async () => {
  await shop.till.call('closeShift', { body: { shiftNo: 'early' } });
  pass(MINUTE);
  expect((await shop.till.call('getShift', { params: { shiftNo: 'early' } })).body.shiftNo).toBe('early');
});

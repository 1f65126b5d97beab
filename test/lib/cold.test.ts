/**
 * Functions that begin cold, where the other stories find what another one has just read: one process serves a local stack,
 * in the cloud each function has its own. recorded.test.ts sees which rights that takes.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Credential } from '../../bin/cli/credentials.ts';
import { createClient } from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Item } from '../../functions/table/table.ts';
import { DAY, MINUTE, SECOND } from '../../functions/time.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';
import { sealDay, tableOf } from './sealed.ts';

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

  test('are read to close', async () => {
    const order = await shop.open({ expiresInSeconds: 900 });
    pass(LONGER_THAN_KEPT);
    const { body } = await shop.till.call('closeOrder', { params: { orderId: order.orderId }, body: {} });
    expect(body.status).toBe('closing');
  });

  test('are read to refund', async () => {
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    pass(LONGER_THAN_KEPT);
    const body = { refundNo: 'r1', amount: cny(100) };
    const { refund } = (await shop.till.call('createRefund', { params: { orderId: order.orderId }, body })).body;
    expect(refund.status).toBe('succeeded');
  });
});

describe('a terminal whose clock has just been set is noted', () => {
  const seen = async () =>
    (await tableOf('DIRECTORY_TABLE').get(`cnt_${shop.stack.identity.keys[0]?.terminalId}.seen`))?.skewMs;
  /** The till with a clock that is behind by so many seconds. */
  const behindBy = async (seconds: number) => {
    const { keyid, alg, privateKeyPem } = credential(0);
    const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
    return createClient({ baseUrl: shop.stack.api, key, now: () => shop.now() - seconds * SECOND, retries: 0 });
  };

  test('by the function that closes its order', async () => {
    const { orderId } = await shop.open({ qrCode: false });
    // A later signature than the one before.
    pass(MINUTE);
    await (await behindBy(10)).call('closeOrder', { params: { orderId }, body: {} });
    expect(await seen()).toBeLessThan(-9 * SECOND);
  });

  test('by the function that closes its shift', async () => {
    pass(MINUTE);
    await (await behindBy(20)).call('closeShift', { body: { shiftNo: 'behind' } });
    expect(await seen()).toBeLessThan(-19 * SECOND);
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

  beforeAll(async () => {
    order = await shop.open({ qrCode: false });
    const { merchantId } = credential(0);
    const { orderId } = order;
    const statement = await sealDay({ merchantId, at: shop.now() - DAY, stores: STORES, orderId });
    expect(statement.totalsText).toBeUndefined();
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
    const { body } = await shop.backOffice.call('listOrders', { query: { tradeNo: 'sealed-trade-7' } });
    expect(body.data.map(({ orderId }) => orderId)).toEqual([order.orderId]);
  });
});

test('a shift is read by a function that has never heard of its terminal', async () => {
  await shop.till.call('closeShift', { body: { shiftNo: 'early' } });
  pass(MINUTE);
  expect((await shop.till.call('getShift', { params: { shiftNo: 'early' } })).body.shiftNo).toBe('early');
});

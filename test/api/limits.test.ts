/** Every limit of a merchant takes what is exactly at it and refuses one unit more, as a whole answer; and windows begin where they should. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Limits } from '../../functions/merchant/merchant.ts';
import { DAY, MINUTE } from '../../functions/time.ts';
import { orderOf } from '../support/bench.ts';
import { NOON } from '../support/orders.ts';
import { cny } from '../support/shop.ts';
import { type Counter, openCounter, refundOf, refusal } from './counter.ts';

let it: Counter;
beforeEach(async () => {
  it = await openCounter();
});
afterEach(() => it.bench.stop());
const limit = (limits: Limits) => it.bench.changeMerchant({ limits });

describe('an order', () => {
  test('of exactly the largest amount is taken, of one fen more it is not', async () => {
    await limit({ largestOrder: 999 });
    expect((await it.open(it.till, { amount: cny(999) })).status).toBe(201);
    expect(await refusal(it.open(it.till, { amount: cny(1_000) }))).toEqual({
      ...{ status: 422, code: 'amount_over_limit', retryable: false },
      ...{ detail: 'An order has 999 minor units at the most.', limit: cny(999) },
    });
  });

  test('whose code lives exactly as long as it may is taken, a second longer it is not', async () => {
    await limit({ longestExpirySeconds: 120 });
    expect((await it.open(it.till, { expiresInSeconds: 120 })).status).toBe(201);
    expect(await refusal(it.open(it.till, { expiresInSeconds: 121 }))).toEqual({
      ...{ status: 422, code: 'expiry_over_limit', retryable: false, limit: { expiresInSeconds: 120 } },
      detail: 'A code of this merchant lives for 120 seconds at the most: send expiresInSeconds.',
    });
  });

  const tooFast = (of: 'merchant' | 'terminal', ordersPerSecond: number, seconds: string) => ({
    ...{ status: 429, code: 'too_many_requests', retryable: true, executed: false },
    detail: `This ${of} opens ${ordersPerSecond} orders per second at the most.`,
    limit: { ordersPerSecond, of },
    headers: { 'retry-after': seconds },
  });

  test('is one of so many per second of a terminal, now and in a second burst a minute later', async () => {
    await limit({ ordersPerSecondPerTerminal: 2 });
    for (const wait of [0, MINUTE, 60 * MINUTE]) {
      it.bench.pass(wait);
      for (let i = 0; i < 2; i += 1) expect((await it.open(it.till, { qrCode: false })).status).toBe(201);
      expect(await refusal(it.open(it.till))).toEqual(tooFast('terminal', 2, '1'));
      // The terminal beside it and the back office have bursts of their own, or none.
      if (wait > 0) continue;
      expect((await it.open(it.nextTill, { qrCode: false })).status).toBe(201);
      for (let i = 0; i < 4; i += 1) expect((await it.open(it.office, { qrCode: false })).status).toBe(201);
    }
    it.bench.pass(499);
    expect(await refusal(it.open(it.till))).toEqual(tooFast('terminal', 2, '1'));
    it.bench.pass(1);
    expect((await it.open(it.till, { qrCode: false })).status).toBe(201);
  });

  test('is one of so many per second of the merchant, over all terminals', async () => {
    await limit({ ordersPerSecond: 3, ordersPerSecondPerTerminal: 2 });
    for (const by of [it.till, it.nextTill, it.office]) expect((await it.open(by, { qrCode: false })).status).toBe(201);
    for (const by of [it.till, it.nextTill, it.office, it.westTill])
      expect(await refusal(it.open(by))).toEqual(tooFast('merchant', 3, '1'));
    it.bench.pass(MINUTE);
    for (const by of [it.till, it.till]) expect((await it.open(by, { qrCode: false })).status).toBe(201);
    expect(await refusal(it.open(it.till))).toEqual(tooFast('terminal', 2, '1'));
  });

  test('of a terminal that floods takes nothing of the others’ share', async () => {
    await limit({ ordersPerSecond: 3, ordersPerSecondPerTerminal: 1 });
    expect((await it.open(it.till, { qrCode: false })).status).toBe(201);
    for (let i = 0; i < 9; i += 1) expect(await refusal(it.open(it.till))).toEqual(tooFast('terminal', 1, '1'));
    for (const by of [it.nextTill, it.westTill]) expect((await it.open(by, { qrCode: false })).status).toBe(201);
    expect(await refusal(it.open(it.office))).toEqual(tooFast('merchant', 3, '1'));
  });

  test('that is there already is answered however fast it is repeated: executed: false would not be true', async () => {
    await limit({ ordersPerSecondPerTerminal: 1 });
    const sale = { merchantOrderNo: 'lost-answer' };
    const first = orderOf(await it.open(it.till, sale));
    for (let i = 0; i < 3; i += 1) {
      const again = await it.open(it.till, sale);
      expect([again.status, orderOf(again).orderId, orderOf(again).qrCode]).toEqual([200, first.orderId, first.qrCode]);
    }
    expect(await refusal(it.open(it.till, { ...sale, subject: 'x' }))).toMatchObject({
      code: 'order_exists_with_different_subject',
    });
    expect(await refusal(it.open())).toEqual(tooFast('terminal', 1, '1'));
  });

  test('says in whole seconds how long to wait, never too few', async () => {
    await limit({ ordersPerSecond: 0.4 });
    await it.open(it.till, { qrCode: false });
    expect(await refusal(it.open())).toEqual(tooFast('merchant', 0.4, '3'));
    it.bench.pass(500);
    expect(await refusal(it.open())).toEqual(tooFast('merchant', 0.4, '2'));
    it.bench.pass(2_000);
    expect((await it.open(it.till, { qrCode: false })).status).toBe(201);
  });

  test('without limits is taken, however many and large', async () => {
    for (let i = 0; i < 20; i += 1) await it.open(it.till, { qrCode: false });
    expect((await it.open(it.till, { amount: cny(10_000_000_000), expiresInSeconds: 900 })).status).toBe(201);
  });
});

describe('a refund', () => {
  test('is the last one of the day that may be, and the next one is refused until midnight', async () => {
    const order = await it.paid();
    await limit({ refundsPerDay: 2 });
    const refused = {
      ...{ status: 422, code: 'refund_count_limit', retryable: false, orderId: order.orderId },
      detail: 'This merchant makes 2 refunds at the most per business day (Asia/Shanghai).',
      limit: { refundsPerDay: 2 },
    };
    for (const no of ['a', 'b']) {
      expect(refundOf(await it.refund(order.orderId, no, 1))).toMatchObject({ status: 'succeeded' });
      it.bench.pass(4_000);
    }
    expect(await refusal(it.refund(order.orderId, 'c', 1))).toEqual(refused);
    it.bench.pass(Date.parse('2026-03-02T00:00:00+08:00') - 1 - it.bench.now());
    expect(await refusal(it.refund(order.orderId, 'c', 1))).toEqual(refused);
    expect((await it.get(order.orderId)).refunds).toHaveLength(2);
    it.bench.pass(1);
    expect((await it.refund(order.orderId, 'c', 1)).status).toBe(201);
  });

  test('makes the sum of the day exactly what it may be, and one fen more is refused', async () => {
    const [one, two] = [await it.paid(), await it.paid()];
    await limit({ refundedPerDay: 1_001 });
    expect((await it.refund(one.orderId, 'a', 1_000)).status).toBe(201);
    expect(await refusal(it.refund(two.orderId, 'a', 2))).toEqual({
      ...{ status: 422, code: 'refund_amount_limit', retryable: false, orderId: two.orderId },
      detail: 'This merchant refunds 1001 minor units at the most per business day (Asia/Shanghai).',
      limit: { refundedPerDay: cny(1_001) },
    });
    expect((await it.get(two.orderId)).refunds).toEqual([]);
    expect((await it.refund(two.orderId, 'a', 1)).status).toBe(201);
  });

  test('that is repeated counts once, one that fails not at all', async () => {
    const order = await it.paid();
    await limit({ refundsPerDay: 1, refundedPerDay: 500 });
    await it.bench.wallet('faults', { refund: { answer: 'refuse:ACQ.TRADE_NOT_ALLOW_REFUND', times: 1 } });
    expect(refundOf(await it.refund(order.orderId, 'fails', 500)).status).toBe('failed');
    it.bench.pass(4_000);
    for (const status of [201, 200, 200]) expect((await it.refund(order.orderId, 'a', 500)).status).toBe(status);
    expect(await refusal(it.refund(order.orderId, 'b', 1))).toMatchObject({ code: 'refund_count_limit' });
  });

  test('that another one has just left no room for is not counted', async () => {
    const order = await it.paid();
    await limit({ refundsPerDay: 2 });
    const both = await Promise.allSettled(['a', 'b'].map((no) => it.refund(order.orderId, no, 700)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    it.bench.pass(4_000);
    expect((await it.refund(order.orderId, 'c', 300)).status).toBe(201);
  });

  test('of a terminal is exactly what it may give back of an order; one fen more needs the back office', async () => {
    const [order, other] = [await it.paid(), await it.paid()];
    await limit({ largestTerminalRefund: 500 });
    const refused = {
      ...{ status: 403, code: 'refund_needs_approval', retryable: false, orderId: order.orderId },
      detail: 'A terminal of this merchant refunds 500 minor units of an order at the most.',
      limit: { largestTerminalRefund: cny(500) },
    };
    expect(await refusal(it.refund(order.orderId, 'a', 501))).toEqual(refused);
    expect((await it.refund(order.orderId, 'a', 300)).status).toBe(201);
    it.bench.pass(4_000);
    for (const by of [it.till, it.nextTill])
      expect(await refusal(it.refund(order.orderId, 'b', 201, by))).toEqual(refused);
    expect((await it.refund(order.orderId, 'b', 200)).status).toBe(201);
    it.bench.pass(4_000);
    expect(await refusal(it.refund(order.orderId, 'c', 1))).toEqual(refused);
    expect((await it.refund(order.orderId, 'c', 500, it.office)).status).toBe(201);
    // Another order has its own.
    expect((await it.refund(other.orderId, 'a', 500)).status).toBe(201);
  });

  test('of the whole payment and of a fen more', async () => {
    const order = await it.paid(1_000);
    const over = (refundable: number) => ({
      ...{ status: 422, code: 'refund_exceeds_refundable', retryable: false, orderId: order.orderId },
      ...{ detail: 'The amount is more than can be refunded.', refundable: cny(refundable) },
    });
    expect(await refusal(it.refund(order.orderId, 'a', 1_001))).toEqual(over(1_000));
    expect((await it.refund(order.orderId, 'a', 999)).status).toBe(201);
    it.bench.pass(4_000);
    expect(await refusal(it.refund(order.orderId, 'b', 2))).toEqual(over(1));
    expect((await it.refund(order.orderId, 'b', 1)).status).toBe(201);
  });
});

describe('the window of refunds', () => {
  test.each([1, 90])(
    'of %i days counts from the payment and not from the opening, to the millisecond',
    async (days) => {
      await it.bench.changeMerchant({ refundWindowDays: days });
      const { orderId, createdAt } = orderOf(await it.open(it.till, { expiresInSeconds: 900 }));
      // Paid long after it was opened, and known to us later still.
      it.bench.pass(10 * MINUTE);
      const { qrCode } = await it.get(orderId);
      await it.bench.wallet('pay', { qrCode: qrCode?.payload });
      it.bench.pass(2 * MINUTE);
      const { payment } = await it.get(orderId);
      const paidAt = Date.parse(payment?.paidAt ?? '');
      expect([paidAt - Date.parse(createdAt), it.bench.now() - paidAt]).toEqual([10 * MINUTE, 2 * MINUTE]);

      it.bench.pass(paidAt + days * DAY - it.bench.now());
      expect((await it.refund(orderId, 'a', 1)).status).toBe(201);
      it.bench.pass(1);
      expect(await refusal(it.refund(orderId, 'b', 1))).toEqual({
        ...{ status: 422, code: 'refund_window_closed', retryable: false, orderId, windowDays: days },
        detail: `A payment can be refunded for ${days} days.`,
      });
      // What was asked for in time is answered for ever, and nothing is reserved by what was refused.
      expect((await it.refund(orderId, 'a', 1)).status).toBe(200);
      expect(await it.get(orderId)).toMatchObject({ refundable: cny(999), refunded: cny(1) });
    },
  );
});

describe('a number that was used', () => {
  test('is answered as the order it is for fifteen minutes, and then is no number for a new sale', async () => {
    const sale = { merchantOrderNo: 'again', qrCode: false };
    const { orderId } = orderOf(await it.open(it.till, sale));
    const closed = await it.close(orderId);
    expect([closed.status, orderOf(closed).status]).toEqual([200, 'closed']);
    it.bench.pass(15 * MINUTE);
    expect([(await it.open(it.till, sale)).status, it.bench.now()]).toEqual([200, NOON + 15 * MINUTE]);
    it.bench.pass(1);
    expect(await refusal(it.open(it.till, sale))).toEqual({
      ...{ status: 409, code: 'order_number_already_used', retryable: false, orderId, orderStatus: 'closed' },
      detail: 'A new sale needs a new merchantOrderNo. Look the earlier one up before handing anything over.',
      createdAt: '2026-03-01T04:00:00.000Z',
    });
  });
});

/** Refunds that are asked for again, and those that are none: each branch of their function, as whole answers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getRefund } from '../../functions/api/get-refund.ts';
import { orderOf } from '../support/bench.ts';
import { cny } from '../support/shop.ts';
import { type Counter, openCounter, refundOf, refusal } from './counter.ts';

let it: Counter;
beforeEach(async () => {
  it = await openCounter();
});
afterEach(() => it.bench.stop());

describe('a refund that is repeated', () => {
  const ask = (orderId: string, more = {}) =>
    createRefund(it.bench.services, {
      ...{ ...it.common(it.till), params: { orderId }, query: {} },
      body: { refundNo: 'r', amount: cny(5), reason: 'Ä', operatorId: 'anna', ...more },
    });

  test.each([
    ['amount', { amount: cny(6) }],
    ['amount', { amount: { currency: 'JPY', value: 5 } }],
    ['reason', { reason: 'B' }],
    ['reason', { reason: undefined }],
    ['operatorId', { operatorId: 'bob' }],
    ['operatorId', { operatorId: undefined }],
  ])('with another %s (%j) is refused', async (what, change) => {
    const { orderId } = await it.paid();
    await ask(orderId);
    expect(await refusal(ask(orderId, change))).toMatchObject({
      ...{ status: 409, code: `refund_exists_with_different_${what}`, retryable: false, orderId, refundNo: 'r' },
    });
    const again = await ask(orderId, { reason: 'A\u0308' });
    expect([again.status, again.headers]).toEqual([200, { 'idempotency-replayed': 'true' }]);
  });

  test('is 202 until it is finished, then 200; made just now it is 201 and says nothing of a repeat', async () => {
    const { orderId } = await it.paid();
    await it.bench.wallet('faults', { refund: { answer: 'system_error', times: 1 } });
    const owed = await ask(orderId);
    expect([owed.status, refundOf(owed).status, owed.headers]).toEqual([202, 'requested', undefined]);
    const again = await ask(orderId);
    expect([again.status, refundOf(again).status]).toEqual([202, 'requested']);
    it.bench.pass(61_000);
    expect(refundOf(await ask(orderId)).status).toBe('succeeded');
    expect((await ask(orderId)).status).toBe(200);
    it.bench.pass(4_000);
    const fresh = await it.refund(orderId, 'other', 1);
    expect([fresh.status, fresh.headers]).toEqual([201, undefined]);
  });

  test('is found by its number', async () => {
    const { orderId } = await it.paid();
    const made = refundOf(await ask(orderId));
    const get = (refundNo: string) =>
      getRefund(it.bench.services, {
        ...it.common(it.nextTill),
        ...{ params: { orderId, refundNo }, query: {}, body: undefined },
      });
    expect(await get('r')).toEqual({ status: 200, body: made });
    expect(await refusal(get('s'))).toEqual({
      ...{ status: 404, code: 'not_found', retryable: false, detail: 'The order has no such refund.' },
    });
  });

  test('of an order that is not paid, or in another currency, is none', async () => {
    const { orderId } = orderOf(await it.open());
    expect(await refusal(it.refund(orderId, 'a', 1))).toEqual({
      ...{ status: 409, code: 'order_not_paid', retryable: false, detail: 'The order is not paid.', orderId },
    });
    const paid = await it.paid();
    expect(await refusal(ask(paid.orderId, { amount: { currency: 'JPY', value: 5 } }))).toEqual({
      ...{ status: 422, code: 'different_currency', retryable: false, detail: 'The order is in CNY.' },
      orderId: paid.orderId,
    });
  });
});

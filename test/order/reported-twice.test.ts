/** What is reported of two payments of one order, and of an order without room for another refund. */
import { expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const PAID = 1_234;
const cny = (value: number) => ({ currency: 'CNY', value });
const reported = (channelNo: string, value: number): OrderEvent => ({
  ...{ type: 'refund_reported', n: 1, channelNo, amount: cny(value), at: NOON },
});
const sold = orderAfter(anOrder(), [paid(), NOON]);

test('what is reported of one payment ends alone, and leaves what is reported of another', () => {
  const asked = (n: number, channelNo: string, value: number): readonly [OrderEvent, number] => [
    { type: 'refund_told', n, told: { channelNo, amount: value } },
    NOON,
  ];
  const both = orderAfter(
    anOrder(),
    [{ type: 'attempt_ended', n: 1, why: 'expired' }, NOON],
    [{ type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON],
    [paid(1), NOON],
    [paid(2, { tradeNo: 'second' }), NOON],
    asked(1, 'c', 300),
    asked(2, 'd', 500),
  );
  const second: OrderEvent = { type: 'refund_reported', n: 2, channelNo: 'd', amount: cny(500), at: NOON };
  expect(orderAfter(both, [second, NOON]).reportedRefunds).toEqual([
    { attempt: 1, numbers: [{ channelNo: 'c', amount: 300 }], at: NOON },
  ]);
  expect(orderAfter(both, [reported('c', 300), NOON]).reportedRefunds).toEqual([
    { attempt: 2, numbers: [{ channelNo: 'd', amount: 500 }], at: NOON },
  ]);
});

test('what is told to be all back of an order without room for another refund leaves the payment as it is', () => {
  const full = orderAfter(sold, ...Array.from({ length: 50 }, (_, i) => [reported(`c${i}`, 1), NOON] as const));
  const news = { tradeNo: '2026030122001', paidAt: NOON + 60_000, amount: cny(PAID) };
  expect(decide(full, { type: 'reversed', n: 1, news, source: 'query' }, NOON)).toEqual({
    kind: 'unchanged',
    order: full,
  });
});

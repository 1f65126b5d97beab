/** What is read from an order's facts: what is late, what waits for a statement, what may go back, when it ends. */
import { describe, expect, test } from 'vitest';
import { ORDER_OPEN } from '../../functions/deadlines.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import * as it from '../../functions/order/order.ts';
import { refundable, refunded, reserved } from '../../functions/order/sums.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const SECOND = 1_000;
const at = (seconds: number) => NOON + seconds * SECOND;
const next = (n: number, kind: 'qr_code' | 'till_code' = 'qr_code'): OrderEvent => ({
  type: 'attempt_requested',
  n,
  kind,
});
const ended = (n = 1): OrderEvent => ({ type: 'attempt_ended', n, why: 'closed' });
const close = (more: object = {}): OrderEvent => ({ type: 'close_requested', by: 'cashier', ...more });
const refund = (refundNo: string, value: number): OrderEvent => ({
  ...{ type: 'refund_requested', refundNo, amount: { currency: 'CNY', value }, until: at(99_999) },
});
const done = (refundNo: string): OrderEvent => ({ type: 'refund_succeeded', refundNo, at: at(70) });
const bare = anOrder({ attempts: [] });
const fresh = anOrder();

describe('facts of an order', () => {
  test('a late payment is one after the close or after the cashier’s wish for it', () => {
    expect(it.isLate(orderAfter(fresh, [close(), NOON]))).toBe(false);
    expect(it.isLate(orderAfter(fresh, [close(), NOON], [paid(), NOON]))).toBe(true);
    expect(it.isLate(orderAfter(fresh, [close({ by: 'expiry' }), NOON], [paid(), NOON]))).toBe(false);
    expect(it.isLate(orderAfter(fresh, [close({ by: 'expiry' }), NOON], [ended(), NOON], [paid(), NOON]))).toBe(true);
  });

  test('a fact waits for a statement until it bears its day; what was only asked for is none', () => {
    const mark = (refundNos: string[]): OrderEvent => ({
      ...{
        type: 'posted',
        day: '2026-03-01',
        payments: [{ attempt: 1, agreementId: 'agr_1', fee: 7 }],
        refunds: refundNos.map((refundNo) => ({ refundNo, fee: 0 })),
      },
    });
    expect(it.isUnposted(fresh)).toBe(false);
    const sold = orderAfter(fresh, [paid(), NOON]);
    const posted = orderAfter(sold, [mark([]), NOON]);
    const asked = orderAfter(posted, [refund('a', 100), NOON]);
    const returned = orderAfter(asked, [done('a'), NOON]);
    const all = orderAfter(returned, [mark(['a']), NOON]);
    expect([sold, posted, asked, returned, all].map(it.isUnposted)).toEqual([true, false, false, true, false]);
  });

  test('what is refundable is what was paid, less what is asked or gone, and never of another payment', () => {
    const sums = (order: it.Order) => [reserved(order), refunded(order), refundable(order)];
    const sold = orderAfter(fresh, [paid(), NOON]);
    const asked = orderAfter(sold, [refund('a', 234), NOON]);
    expect([fresh, sold, asked, orderAfter(asked, [done('a'), NOON])].map(sums)).toEqual([
      ...[
        [0, 0, 0],
        [0, 0, 1234],
        [234, 0, 1000],
        [234, 234, 1000],
      ],
    ]);
    const twice = orderAfter(fresh, [ended(), NOON], [next(2), NOON], [paid(2), NOON], [paid(1), NOON]);
    expect(sums(twice)).toEqual([0, 0, 1234]);
    const more: OrderEvent = {
      type: 'refund_reported',
      n: 1,
      channelNo: 'x',
      amount: { currency: 'CNY', value: 1100 },
      at: 1,
    };
    expect(sums(orderAfter(asked, [more, NOON]))).toEqual([1334, 1100, 0]);
  });

  test('a code ends at a whole second, and an order without one after 15 minutes', () => {
    expect([it.codeEnd(fresh, NOON), it.codeEnd(fresh, NOON + 1)]).toEqual([at(180), at(181)]);
    expect([it.tillCodeEnd(NOON), it.tillCodeEnd(NOON + 1)]).toEqual([at(45), at(46)]);
    expect([it.expiresAt(bare), it.expiresAt(fresh)]).toEqual([NOON + ORDER_OPEN, at(180)]);
    const scanned = orderAfter(bare, [next(1, 'till_code'), at(890)]);
    expect([it.expiresAt(scanned), it.expiresAt(orderAfter(scanned, [ended(), at(891)]))]).toEqual([at(935), at(935)]);
    expect(it.expiresAt(orderAfter(bare, [next(1, 'till_code'), NOON], [ended(), at(1)]))).toBe(NOON + ORDER_OPEN);
    expect(it.expiresAt(orderAfter(fresh, [ended(), NOON]))).toBe(at(180));
  });
});

/** What each piece of news may and may not do to an order: facts stay, money is taken, old news is no news. */
import { describe, expect, test } from 'vitest';
import { ORDER_OPEN } from '../../functions/deadlines.ts';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { attemptsInDoubt, expiresAt, isUnwanted, type Order } from '../../functions/order/order.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const SECOND = 1_000;
const code = (n = 1, payload = 'code'): OrderEvent => ({ type: 'code_given', n, payload });
const next = (n: number, kind: 'qr_code' | 'till_code' = 'qr_code'): OrderEvent => ({
  type: 'attempt_requested',
  n,
  kind,
});
const ended = (n = 1, more: object = {}): OrderEvent => ({ type: 'attempt_ended', n, why: 'expired', ...more });
const refused = (n = 1, more: object = {}): OrderEvent => ({
  type: 'attempt_refused',
  n,
  refusal: { reason: 'amount_over_limit' },
  ...more,
});
const close = (more: object = {}): OrderEvent => ({ type: 'close_requested', by: 'cashier', ...more });
const posted = (refundNos: string[] = [], attempt = 1): OrderEvent => ({
  type: 'posted',
  day: '2026-03-01',
  payments: [{ attempt, agreementId: 'agr_1', fee: 7 }],
  refunds: refundNos.map((refundNo) => ({ refundNo, fee: -1 })),
});
const outcome = (order: Order, event: OrderEvent, now = NOON) => {
  const verdict = decide(order, event, now);
  if (verdict.kind !== 'moved') expect(verdict.order).toBe(order);
  return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
};
const bare = anOrder({ attempts: [] });
const fresh = anOrder();
const sold = orderAfter(fresh, [paid(), NOON]);
/** The first attempt is over, and a second one is open. */
const second = orderAfter(fresh, [ended(), NOON], [next(2), NOON]);

describe('a write', () => {
  test('has the next version and its time, which never goes back', () => {
    expect(orderAfter(fresh, [code(), NOON + 5])).toMatchObject({ version: 2, updatedAt: NOON + 5 });
    // By a clock that is behind the one of the write before.
    expect(orderAfter(fresh, [code(), NOON + 5], [paid(), NOON + 1])).toMatchObject({
      version: 3,
      updatedAt: NOON + 5,
    });
  });
});

describe('an attempt', () => {
  test('is the last or the next one, and never more than the twentieth', () => {
    expect(orderAfter(bare, [next(1), NOON + 1]).attempts).toStrictEqual([
      { n: 1, kind: 'qr_code', expiresAt: NOON + 181 * SECOND },
    ]);
    expect([outcome(fresh, next(1)), outcome(fresh, next(0)), outcome(bare, next(2))]).toEqual([
      ...['unchanged', 'unchanged', 'attempt_out_of_order'],
    ]);
    expect(outcome(second, next(3))).toBe('attempt_out_of_order');
    let order = fresh;
    for (let n = 2; n <= 20; n += 1) order = orderAfter(order, [ended(n - 1), NOON], [next(n), NOON]);
    expect(outcome(orderAfter(order, [ended(20), NOON]), next(21))).toBe('too_many_attempts');
  });

  test('cannot follow a payment, a close, or the wish to close', () => {
    const over = orderAfter(fresh, [ended(), NOON]);
    for (const order of [
      orderAfter(over, [paid(), NOON]),
      orderAfter(over, [close(), NOON]),
      orderAfter(over, [{ type: 'time_passed' }, NOON + ORDER_OPEN * 2]),
      { ...over, closeRequested: { at: NOON, by: 'expiry' as const } },
    ])
      expect(outcome(order, next(2))).toBe('order_not_open');
  });

  test('gets one code, while it can be paid', () => {
    expect(orderAfter(second, [code(2, 'two'), NOON]).attempts.map(({ payload }) => payload)).toEqual([
      undefined,
      'two',
    ]);
    expect(outcome(fresh, code(2))).toBe('unknown_attempt');
    expect(orderAfter(fresh, [code(), NOON], [code(1, 'other'), NOON]).attempts[0]?.payload).toBe('code');
    expect([outcome(second, code(1)), outcome(sold, code(1))]).toEqual(['unchanged', 'unchanged']);
  });

  test('is refused once; a code that was given was not refused', () => {
    const first = orderAfter(fresh, [refused(), NOON + 1]);
    const end = { refused: { reason: 'amount_over_limit', at: NOON + 1 } };
    expect(first.attempts).toMatchObject([{ ...end, ended: { why: 'refused', at: NOON + 1 } }]);
    expect(outcome(first, refused())).toBe('unchanged');
    expect(outcome(orderAfter(fresh, [code(), NOON]), refused())).toBe('unchanged');
    expect([outcome(fresh, refused(2)), outcome(fresh, ended(2))]).toEqual(['unknown_attempt', 'unknown_attempt']);
    const open = orderAfter(fresh, [refused(1, { isOpen: true }), NOON + 1]);
    expect(open.attempts[0]).toEqual({ ...fresh.attempts[0], ...end });
    expect(outcome(open, refused(1, { isOpen: true }))).toBe('unchanged');
    // The code of the first attempt says nothing of the second.
    const later = orderAfter(fresh, [code(), NOON], [ended(), NOON], [next(2), NOON], [refused(2), NOON + 1]);
    expect(later.attempts[1]).toMatchObject(end);
  });

  test('ends once, and not any more when it is paid', () => {
    expect(orderAfter(fresh, [ended(), NOON + 1]).attempts[0]?.ended).toStrictEqual({ why: 'expired', at: NOON + 1 });
    expect(orderAfter(fresh, [ended(1, { inDoubtUntil: NOON + 9 }), NOON + 1]).attempts[0]?.ended).toEqual({
      ...{ why: 'expired', at: NOON + 1, inDoubtUntil: NOON + 9 },
    });
    expect([outcome(second, ended(1, { why: 'closed' })), outcome(sold, ended())]).toEqual(['unchanged', 'unchanged']);
    // One attempt is paid, and the other one ends.
    expect(outcome(orderAfter(second, [paid(), NOON]), ended(2))).toBe('moved');
  });
});

describe('money', () => {
  test('is written as it was told, to the last member', () => {
    const news = { tradeNo: 't', paidAt: NOON - 60_000, received: { currency: 'CNY', value: 1000 } };
    const { payments } = orderAfter(fresh, [paid(1, news), NOON + 7]);
    expect(payments).toEqual([
      { attempt: 1, tradeNo: 't', paidAt: NOON - 60_000, received: 1000, source: 'notification', at: NOON + 7 },
    ]);
    const whole = orderAfter(fresh, [paid(1, { received: { currency: 'CNY', value: 1234 } }), NOON]);
    expect(whole.payments[0]).not.toHaveProperty('received');
    expect(sold.payments[0]).not.toHaveProperty('received');
  });

  test('is legal for an ended attempt, and told twice it is the same money', () => {
    expect(orderAfter(second, [paid(), NOON]).payments).toMatchObject([{ attempt: 1 }]);
    expect(outcome(sold, paid(1, { paidAt: NOON }))).toBe('unchanged');
  });

  test('that comes a second time goes back, once, under the number of its own attempt', () => {
    const twice = orderAfter(second, [paid(2), NOON], [paid(1, { tradeNo: 'x' }), NOON]);
    expect(twice.refunds.map(({ refundNo, attempt, amount }) => [refundNo, attempt, amount])).toEqual([
      ['auto_1', 1, 1234],
    ]);
    expect([isUnwanted(twice, 2), isUnwanted(twice, 1), isUnwanted(fresh, 1)]).toEqual([false, true, false]);
    expect(outcome(twice, paid(1, { tradeNo: 'x' }))).toBe('unchanged');
  });

  test('that came and went, and of which the channel has told already, is no news', () => {
    const news = { tradeNo: '2026030122001', paidAt: NOON, amount: { currency: 'CNY', value: 1234 } };
    const report: OrderEvent = { type: 'refund_reported', n: 1, channelNo: 'x', amount: news.amount, at: NOON };
    const returned = orderAfter(sold, [report, NOON]);
    expect(outcome(returned, { type: 'reversed', n: 1, news, source: 'query' })).toBe('unchanged');
    expect(orderAfter(sold, [{ type: 'reversed', n: 1, news, source: 'query' }, NOON]).refunds).toMatchObject([
      { source: 'channel', channelNo: `${sold.orderId}_1`, result: { status: 'succeeded' } },
    ]);
  });

  test('for an attempt that is open beside the paid one is looked for until it was looked for', () => {
    const order = orderAfter(second, [paid(), NOON]);
    expect(attemptsInDoubt(order).map(({ n }) => n)).toEqual([2]);
    const looked = orderAfter(order, [{ type: 'doubt_resolved', n: 2 }, NOON + 5]);
    expect([attemptsInDoubt(looked), looked.attempts[1]?.doubtResolvedAt]).toEqual([[], NOON + 5]);
    expect(outcome(looked, { type: 'doubt_resolved', n: 2 })).toBe('unchanged');
    expect(outcome(order, { type: 'doubt_resolved', n: 1 })).toBe('order_paid');
    expect(outcome(order, { type: 'doubt_resolved', n: 3 })).toBe('unknown_attempt');
  });
});

describe('a close', () => {
  test('is asked for once, and the word of the cashier outweighs the clock’s', () => {
    const expiry = orderAfter(fresh, [close({ by: 'expiry', trade: 'absent' }), NOON]);
    expect(expiry.closeRequested).toEqual({ at: NOON, by: 'expiry', trade: 'absent' });
    const cashier = orderAfter(expiry, [close({ operatorId: '007' }), NOON + 1]);
    expect(cashier.closeRequested).toEqual({ at: NOON + 1, by: 'cashier', operatorId: '007', trade: 'absent' });
    for (const again of [close(), close({ operatorId: '008' }), close({ by: 'expiry' }), close({ trade: 'absent' })])
      expect(outcome(cashier, again)).toBe('unchanged');
    expect([outcome(expiry, close({ by: 'expiry' })), outcome(sold, close())]).toEqual(['unchanged', 'order_paid']);
    expect(orderAfter(fresh, [close(), NOON]).closeRequested).toEqual({ at: NOON, by: 'cashier' });
  });

  test('remembers that somebody scanned, whatever is said later', () => {
    const scanned = orderAfter(fresh, [close(), NOON], [close({ trade: 'waiting' }), NOON + 1]);
    expect(scanned.closeRequested).toEqual({ at: NOON, by: 'cashier', trade: 'waiting' });
    expect(outcome(scanned, close({ trade: 'absent' }))).toBe('unchanged');
    const absent = orderAfter(fresh, [close({ trade: 'absent' }), NOON], [close({ trade: 'waiting' }), NOON + 1]);
    expect(absent.closeRequested?.trade).toBe('waiting');
  });

  test('is written when nobody can pay any more: at once where it was asked for, else when the order’s time is over', () => {
    expect(orderAfter(fresh, [close(), NOON], [ended(), NOON + 1]).closed).toEqual({ at: NOON + 1, reason: 'cashier' });
    const over = orderAfter(fresh, [ended(), NOON]);
    const end = expiresAt(over) + 45 * SECOND;
    expect(outcome(over, { type: 'time_passed' }, end - 1)).toBe('unchanged');
    expect(orderAfter(over, [{ type: 'time_passed' }, end]).closed).toEqual({ at: end, reason: 'expiry' });
    expect(orderAfter(fresh, [ended(), end]).closed).toEqual({ at: end, reason: 'expiry' });
    expect(outcome(fresh, { type: 'time_passed' }, end)).toBe('unchanged');
    expect(outcome(orderAfter(over, [{ type: 'time_passed' }, end]), close(), end)).toBe('unchanged');
    // Not while one of several can be paid, and never once it is paid.
    const open = orderAfter(fresh, [ended(), NOON], [next(2), NOON], [close(), NOON]);
    expect(open.closed).toBeUndefined();
    expect(outcome(open, { type: 'time_passed' }, end)).toBe('unchanged');
    expect(outcome(orderAfter(over, [paid(), NOON]), { type: 'time_passed' }, end)).toBe('unchanged');
  });
});

describe('a till code’s news', () => {
  const scanned = orderAfter(bare, [next(1, 'till_code'), NOON]);

  test.each(['customer_must_confirm', 'cancel_requested', 'cancel_reversed', 'outcome_unknown'] as const)(
    '%s is told of an attempt that there is, and that is neither paid nor over',
    (type) => {
      expect(outcome(scanned, { type, n: 2 })).toBe('unknown_attempt');
      expect(outcome(orderAfter(scanned, [paid(), NOON]), { type, n: 1 })).toBe('order_paid');
      const gone = orderAfter(scanned, [{ type: 'cancel_requested', n: 1 }, NOON], [ended(), NOON]);
      expect(outcome(gone, { type, n: 1 })).toBe('unchanged');
    },
  );

  test('is kept with its time, the first time', () => {
    const told = orderAfter(
      scanned,
      [{ type: 'customer_must_confirm', n: 1 }, NOON + 1],
      [{ type: 'cancel_requested', n: 1 }, NOON + 2],
      [{ type: 'cancel_reversed', n: 1, tradeNo: 't' }, NOON + 3],
    );
    expect(told.attempts[0]).toMatchObject({
      ...{ waitingSince: NOON + 1, cancelRequestedAt: NOON + 2, reversed: { at: NOON + 3, tradeNo: 't' } },
    });
    for (const type of ['customer_must_confirm', 'cancel_requested', 'cancel_reversed'] as const)
      expect(outcome(told, { type, n: 1 })).toBe('unchanged');
    const silent = orderAfter(scanned, [{ type: 'cancel_reversed', n: 1 }, NOON + 3]);
    expect(silent.attempts[0]?.reversed).toStrictEqual({ at: NOON + 3 });
  });

  test('a close does not begin a cancel that has begun, nor that of a QR code', () => {
    const cancelling = orderAfter(scanned, [{ type: 'cancel_requested', n: 1 }, NOON + 1], [close(), NOON + 2]);
    expect(cancelling.attempts[0]?.cancelRequestedAt).toBe(NOON + 1);
    expect(orderAfter(fresh, [close(), NOON]).attempts).toEqual(fresh.attempts);
    const begun = orderAfter(bare, [next(1, 'till_code'), NOON], [close(), NOON + 2]);
    expect(begun.attempts).toEqual([
      { n: 1, kind: 'till_code', expiresAt: NOON + 45 * SECOND, cancelRequestedAt: NOON + 2 },
    ]);
  });
});

describe('the mark of a statement', () => {
  const asked = (refundNo: string): OrderEvent => ({
    ...{ type: 'refund_requested', refundNo, amount: { currency: 'CNY', value: 100 }, until: NOON + 1 },
  });
  const order = orderAfter(
    sold,
    ...(['a', 'b', 'c'] as const).map((refundNo) => [asked(refundNo), NOON] as const),
    ...(['a', 'b'] as const).map(
      (refundNo) => [{ type: 'refund_succeeded', refundNo, at: NOON }, NOON] as [OrderEvent, number],
    ),
  );

  test('goes on the facts that it names and are facts, once, and moves no due time', () => {
    const marked = orderAfter(order, [posted(['a', 'c']), NOON]);
    expect(marked.payments).toEqual([{ ...order.payments[0], posted: '2026-03-01', agreementId: 'agr_1' }]);
    expect(marked.refunds.map((refund) => refund.posted)).toEqual(['2026-03-01', undefined, undefined]);
    expect(marked.dueAt).toBe(order.dueAt);
    const failing = orderAfter(order, [{ type: 'postponed' }, NOON], [posted(), NOON + 1]);
    expect(failing).toMatchObject({ failures: 1, dueAt: NOON + 60 * SECOND });
    expect(outcome(marked, posted(['a', 'c']))).toBe('unchanged');
    expect(outcome(marked, posted(['b']))).toBe('moved');
    expect(outcome(order, posted([], 2))).toBe('unchanged');
  });
});

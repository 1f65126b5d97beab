import { describe, expect, test } from 'vitest';
import { backOff, GRACE, HAND_OVER_LOOK, HAND_OVER_WINDOW, LEASE, SKEW } from '../../functions/deadlines.ts';
import { decide } from '../../functions/order/decide.ts';
import { isQuarantined } from '../../functions/order/due.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { nextAction } from '../../functions/order/next-action.ts';
import { isLate, statusOf } from '../../functions/order/order.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const SECOND = 1_000;
const code: OrderEvent = { type: 'code_given', n: 1, payload: 'https://qr.alipay.com/bax1' };
const refused: OrderEvent = { type: 'attempt_refused', n: 1, refusal: { reason: 'amount_over_limit' } };
const ended = (why: 'closed' | 'expired' = 'closed'): OrderEvent => ({ type: 'attempt_ended', n: 1, why });
const cashier: OrderEvent = { type: 'close_requested', by: 'cashier' };
const refund = (refundNo: string, value: number): OrderEvent => ({
  type: 'refund_requested',
  refundNo,
  amount: { currency: 'CNY', value },
  until: NOON + 90 * 86_400_000,
});

const fresh = anOrder();
const STATES = {
  created: fresh,
  awaiting_payment: orderAfter(fresh, [code, NOON]),
  closing: orderAfter(fresh, [code, NOON], [cashier, NOON]),
  closed: orderAfter(fresh, [code, NOON], [cashier, NOON], [ended(), NOON]),
  paid: orderAfter(fresh, [code, NOON], [paid(), NOON]),
};

describe('statuses', () => {
  test.each(Object.entries(STATES))('%s is what it is called', (status, order) => {
    expect(statusOf(order)).toBe(status);
  });

  const T: Record<string, Partial<Record<keyof typeof STATES, string>>> = {
    code_given: { created: 'awaiting_payment', awaiting_payment: '=', closing: '=', closed: '=', paid: '=' },
    attempt_refused: { created: 'created', awaiting_payment: '=', closing: '=', closed: '=', paid: '=' },
    attempt_ended: {
      created: 'created',
      awaiting_payment: 'awaiting_payment',
      closing: 'closed',
      closed: '=',
      paid: '=',
    },
    paid: { created: 'paid', awaiting_payment: 'paid', closing: 'paid', closed: 'paid', paid: '=' },
    close_requested: { created: 'closing', awaiting_payment: 'closing', closing: '=', closed: '=', paid: 'order_paid' },
    refund_requested: {
      created: 'order_not_paid',
      awaiting_payment: 'order_not_paid',
      closing: 'order_not_paid',
      closed: 'order_not_paid',
      paid: 'paid',
    },
    attempt_requested: {
      created: 'attempt_out_of_order',
      awaiting_payment: 'attempt_out_of_order',
      closing: 'order_not_open',
      closed: 'order_not_open',
      paid: 'order_not_open',
    },
    time_passed: { created: '=', awaiting_payment: '=', closing: '=', closed: '=', paid: '=' },
  };
  const EVENTS: Record<string, OrderEvent> = {
    code_given: code,
    attempt_refused: refused,
    attempt_ended: ended(),
    paid: paid(),
    close_requested: cashier,
    refund_requested: refund('r1', 100),
    attempt_requested: { type: 'attempt_requested', n: 2, kind: 'qr_code' },
    time_passed: { type: 'time_passed' },
  };
  const rows = Object.entries(T).flatMap(([type, row]) =>
    Object.entries(row).map(([from, to]) => [type, from, to] as const),
  );
  // F8: a payment is taken in the status created, too: its news may come before the answer with the code.
  test.each(rows)('the event %s takes an order from %s to %s', (type, from, to) => {
    const verdict = decide(STATES[from as keyof typeof STATES], EVENTS[type] as OrderEvent, NOON + SECOND);
    const told =
      verdict.kind === 'moved' ? statusOf(verdict.order) : verdict.kind === 'unchanged' ? '=' : verdict.reason;
    expect(told).toBe(to);
  });
});

describe('a payment', () => {
  test.each([
    ['another amount', paid(1, { amount: { currency: 'CNY', value: 1233 } }), 'different_amount'],
    ['another currency', paid(1, { amount: { currency: 'USD', value: 1234 } }), 'different_currency'],
    ['an attempt that was never made', paid(2), 'unknown_attempt'],
    ['a time before the order', paid(1, { paidAt: NOON - 60_001 }), 'paid_before_order'],
    ['a time more than an hour ahead (security minor 5)', paid(1, { paidAt: NOON + 3_600_001 }), 'paid_in_the_future'],
    ['no number of a trade (security minor 5)', paid(1, { tradeNo: '' }), 'no_trade_number'],
  ])('a payment with %s is refused', (_, event, reason) => {
    expect(decide(fresh, event, NOON)).toEqual({ kind: 'refused', order: fresh, reason });
  });

  test('security minor 5 a time of up to an hour ahead is taken: clocks differ', () => {
    expect(decide(fresh, paid(1, { paidAt: NOON + 3_600_000 }), NOON).kind).toBe('moved');
  });

  test('a second trade for the same attempt is refused', () => {
    expect(decide(STATES.paid, paid(1, { tradeNo: 'other' }), NOON)).toMatchObject({
      kind: 'refused',
      reason: 'different_trade',
    });
  });

  test('is late after the cashier asked or the order was closed, not after an expiry that is not closed yet', () => {
    const expiry: OrderEvent = { type: 'close_requested', by: 'expiry', trade: 'waiting' };
    expect(isLate(orderAfter(fresh, [code, NOON], [expiry, NOON], [paid(), NOON]))).toBe(false);
    expect(isLate(orderAfter(fresh, [code, NOON], [expiry, NOON], [cashier, NOON], [paid(), NOON]))).toBe(true);
    expect(isLate(orderAfter(STATES.closed, [paid(), NOON]))).toBe(true);
  });

  test('late money is refunded by itself, or kept if the merchant says so', () => {
    const late = orderAfter(STATES.closing, [paid(), NOON + SECOND]);
    expect(late.refunds).toEqual([
      {
        refundNo: 'auto_1',
        attempt: 1,
        k: 1,
        amount: 1234,
        source: 'automatic',
        requestedAt: NOON + SECOND,
        tries: 1,
        calledAt: NOON + SECOND,
      },
    ]);
    expect(late.dueAt).toBe(NOON + SECOND + LEASE);
    expect(orderAfter({ ...STATES.closing, latePayment: 'keep' }, [paid(), NOON]).refunds).toEqual([]);
  });

  test('screens A9 hands over goods for a minute after it was learned, for the live sale an hour, and never when late', () => {
    // Learned at noon and five minutes, whatever the channel says when it was paid.
    const learned = NOON + 300 * SECOND;
    const order = orderAfter(fresh, [code, NOON], [paid(), learned]);
    for (const [isLive, lasts] of [
      [false, HAND_OVER_LOOK],
      [true, HAND_OVER_WINDOW],
    ] as const) {
      expect(nextAction(order, learned + lasts - 1, isLive)).toEqual({ action: 'hand_over_goods', pollAfterMs: null });
      expect(nextAction(order, learned + lasts, isLive)).toEqual({ action: 'none', pollAfterMs: null });
      const late = orderAfter(STATES.closing, [paid(), learned]);
      expect(nextAction(late, learned, isLive).action).toBe('do_not_hand_over_goods');
      expect(nextAction(orderAfter({ ...STATES.closing, latePayment: 'keep' }, [paid(), NOON]), NOON, isLive)).toEqual({
        action: 'none',
        pollAfterMs: null,
      });
    }
  });

  test('screens A9 never hands over goods once a refund was asked for, whatever came of it', () => {
    const amount = { currency: 'CNY', value: 100 };
    const open = orderAfter(STATES.paid, [refund('a', 100), NOON]);
    const failed = orderAfter(open, [
      { type: 'refund_refused', refundNo: 'a', refusal: { reason: 'refund_not_possible' } },
      NOON,
    ]);
    const done = orderAfter(open, [{ type: 'refund_succeeded', refundNo: 'a', at: NOON }, NOON]);
    const reported = orderAfter(STATES.paid, [
      { type: 'refund_reported', n: 1, channelNo: 'console-1', amount, at: NOON },
      NOON,
    ]);
    expect([open, failed, done, reported].map(({ refunds }) => refunds.map(({ result }) => result?.status))).toEqual([
      [undefined],
      ['failed'],
      ['succeeded'],
      ['succeeded'],
    ]);
    for (const order of [open, failed, done, reported])
      for (const isLive of [false, true]) expect(nextAction(order, NOON + 1, isLive).action).toBe('none');
  });
});

describe('due', () => {
  test('a new order is due at the end of its code, skew and grace; a paid or closed one never', () => {
    expect(fresh.dueAt).toBe(NOON + 180 * SECOND + SKEW + GRACE);
    expect([STATES.awaiting_payment.dueAt, STATES.closing.dueAt]).toEqual([fresh.dueAt, fresh.dueAt]);
    expect([STATES.closed.dueAt, STATES.paid.dueAt]).toEqual([undefined, undefined]);
  });

  test('a code that comes a little later leaves the due time alone, a much later one moves it', () => {
    const bare = anOrder({ attempts: [] });
    const request: OrderEvent = { type: 'attempt_requested', n: 1, kind: 'qr_code' };
    expect(orderAfter(bare, [request, NOON + 2 * SECOND]).dueAt).toBe(bare.dueAt);
    expect(orderAfter(bare, [request, NOON + 100 * SECOND]).dueAt).toBe(NOON + 280 * SECOND + SKEW + GRACE);
  });

  test('visits without result are put off further and further, and at last quarantined for a day', () => {
    let order = fresh;
    for (let visit = 1; visit <= 20; visit += 1) {
      order = orderAfter(order, [{ type: 'postponed' }, NOON]);
      expect(order.dueAt).toBe(NOON + backOff(visit));
      expect(isQuarantined(order)).toBe(visit === 20);
    }
    expect(isQuarantined(orderAfter(order, [code, NOON]))).toBe(false);
  });
});

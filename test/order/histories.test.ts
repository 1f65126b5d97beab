/** What no sequence of events can ever do to an order, whoever sends them and when. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { mustHold } from '../../functions/order/invariants.ts';
import { nextAction } from '../../functions/order/next-action.ts';
import { attemptsInDoubt, isLate, type Order, statusOf } from '../../functions/order/order.ts';
import { refundable, refunded, reserved, succeededOf, unexplained } from '../../functions/order/sums.ts';
import { anOrder, NOON, paid } from '../support/orders.ts';

const code: OrderEvent = { type: 'code_given', n: 1, payload: 'https://qr.alipay.com/bax1' };
const refund = (refundNo: string, value: number): OrderEvent => ({
  type: 'refund_requested',
  refundNo,
  amount: { currency: 'CNY', value },
  until: NOON + 90 * 86_400_000,
});

describe('no sequence of events', () => {
  const n = fc.constantFrom(1, 2, 3);
  const inDoubtUntil = fc.integer({ min: 0, max: 300_000 }).map((ms) => NOON + ms);
  const refundNo = fc.constantFrom('r1', 'r2', 'r3', 'auto_1', 'auto_2');
  const channelNo = fc.constantFrom('c1', 'c2', 'c3');
  /** Some more than was ever paid, and some nothing. */
  const sum = fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined });
  const event: fc.Arbitrary<OrderEvent> = fc.oneof(
    fc.record({
      type: fc.constant('attempt_requested' as const),
      n,
      kind: fc.constantFrom('qr_code' as const, 'till_code' as const),
    }),
    fc.record({ type: fc.constant('code_given' as const), n, payload: fc.constant('code') }),
    fc.record({
      type: fc.constant('attempt_refused' as const),
      n,
      refusal: fc.constant({ reason: 'expired' as const }),
    }),
    fc.record({
      type: fc.constant('attempt_ended' as const),
      n,
      why: fc.constantFrom('closed' as const, 'expired' as const, 'cancelled' as const),
    }),
    fc.record({ type: fc.constant('attempt_ended' as const), n, why: fc.constant('cancelled' as const), inDoubtUntil }),
    fc.record({
      type: fc.constantFrom('customer_must_confirm', 'outcome_unknown', 'cancel_requested', 'doubt_resolved'),
      n,
    }) as fc.Arbitrary<OrderEvent>,
    fc.record({ type: fc.constant('cancel_reversed' as const), n, tradeNo: fc.constant('t') }),
    n.map((attempt): OrderEvent => {
      const news = { tradeNo: `trade-${attempt}`, paidAt: NOON, amount: { currency: 'CNY', value: 1234 } };
      return { type: 'reversed', n: attempt, news, source: 'cancel_answer' };
    }),
    n.map((attempt) => paid(attempt, { tradeNo: `trade-${attempt}` })),
    fc.record({
      type: fc.constant('close_requested' as const),
      by: fc.constantFrom('cashier' as const, 'expiry' as const),
    }),
    fc.constant({ type: 'time_passed' as const }),
    fc
      .tuple(
        refundNo.filter((no) => !no.startsWith('auto')),
        fc.integer({ min: 1, max: 1500 }),
      )
      .map(([no, value]) => refund(no, value)),
    fc.record({ type: fc.constant('refund_called' as const), refundNo }),
    fc.record({ type: fc.constant('refund_succeeded' as const), refundNo, at: fc.constant(NOON), returned: sum }),
    fc.record({ type: fc.constant('payment_reported' as const), n }),
    fc.record({
      type: fc.constant('refund_told' as const),
      n,
      told: fc.record({ channelNo: fc.option(channelNo, { nil: undefined }), amount: sum, returned: sum }),
    }),
    fc.record({
      type: fc.constant('refund_refused' as const),
      refundNo,
      refusal: fc.constantFrom('no_cover', 'refund_not_possible', 'refund_amount').map((reason) => ({ reason })),
    }),
    fc.record({
      type: fc.constant('refund_reported' as const),
      n,
      channelNo,
      amount: fc.integer({ min: 1, max: 1500 }).map((value) => ({ currency: 'CNY', value })),
      at: fc.constant(NOON),
    }),
    fc.constant({ type: 'postponed' as const }),
  );
  const RANK = ['created', 'awaiting_payment', 'closing', 'closed', 'paid'];
  const history = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 120_000 })), { maxLength: 40 });

  function walk(
    steps: readonly (readonly [OrderEvent, number])[],
    each: (before: Order, next: Order, event: OrderEvent) => void,
  ): void {
    let order = anOrder();
    let now = NOON;
    for (const [step, pause] of steps) {
      now += pause;
      const verdict = decide(order, step, now);
      if (verdict.kind !== 'moved') expect(verdict.order).toBe(order);
      else expect(verdict.order.version).toBe(order.version + 1);
      mustHold(order, verdict.order);
      each(order, verdict.order, step);
      order = verdict.order;
    }
  }

  test('I5 moves a status back, or changes or drops a fact', () => {
    fc.assert(
      fc.property(history, (steps) =>
        walk(steps, (before, next) => {
          expect(RANK.indexOf(statusOf(next))).toBeGreaterThanOrEqual(RANK.indexOf(statusOf(before)));
          expect(next.payments.slice(0, before.payments.length)).toEqual(before.payments);
          if (before.closed) expect(next.closed).toEqual(before.closed);
          for (const known of before.refunds) {
            const now = next.refunds.find(({ refundNo }) => refundNo === known.refundNo);
            expect([now?.amount, now?.k]).toEqual([known.amount, known.k]);
            if (known.result) expect(now?.result).toEqual(known.result);
          }
          expect(next.request).toEqual(before.request);
        }),
      ),
      { numRuns: 2_000, seed: 1 },
    );
  });

  test('I2 asks more back than was paid, and what the channel gave back counts', () => {
    fc.assert(
      fc.property(history, (steps) =>
        walk(steps, (_, next) => {
          if (next.payments.length === 0) expect(next.refunds).toEqual([]);
          const ours = next.refunds.filter(
            ({ source, attempt }) => source !== 'channel' && attempt === next.payments[0]?.attempt,
          );
          const asked = ours
            .filter(({ result }) => result?.status !== 'failed')
            .reduce((sum, { amount }) => sum + amount, 0);
          if (!next.refunds.some(({ source }) => source === 'channel')) expect(asked).toBeLessThanOrEqual(1234);
          const [payment] = next.payments;
          const told = payment ? unexplained(next, payment.attempt) : 0;
          expect(refundable(next)).toBe(payment ? Math.max(0, 1234 - reserved(next) - told) : 0);
          expect(refundable(next) + Math.min(1234, reserved(next)) + told).toBe(payment ? 1234 : 0);
          expect(refunded(next)).toBeLessThanOrEqual(reserved(next));
        }),
      ),
      { numRuns: 2_000, seed: 2 },
    );
  });

  test('I10 keeps late or surplus money quietly, or lets an automatic refund fail', () => {
    fc.assert(
      fc.property(history, (steps) =>
        walk(steps, (_, next) => {
          next.payments.forEach(({ attempt }, i) => {
            const cancelled = next.attempts.some(({ n: it, cancelRequestedAt }) => it === attempt && cancelRequestedAt);
            const unwanted = i > 0 || isLate(next) || cancelled === true;
            const automatic = next.refunds.find(({ refundNo }) => refundNo === `auto_${attempt}`);
            expect(automatic !== undefined).toBe(unwanted);
            expect(automatic?.result?.status).not.toBe('failed');
          });
        }),
      ),
      { numRuns: 2_000, seed: 3 },
    );
  });

  test('tells to hand over goods while a refund is reported, or keeps a report of what is back whole', () => {
    fc.assert(
      fc.property(history, (steps) =>
        walk(steps, (_, next) => {
          const reports = next.reportedRefunds ?? [];
          expect(new Set(reports.map(({ attempt }) => attempt)).size).toBe(reports.length);
          for (const { attempt, amount = 1 } of reports) {
            expect(amount).toBeGreaterThan(0);
            expect(next.payments.some((payment) => payment.attempt === attempt)).toBe(true);
            expect(succeededOf(next, attempt)).toBeLessThan(1234);
          }
          if (next.reportedRefunds) expect(nextAction(next, NOON).action).toBe('do_not_hand_over_goods');
        }),
      ),
      { numRuns: 2_000, seed: 6 },
    );
  });

  test('I13 leaves open work without a due time', () => {
    fc.assert(
      fc.property(history, (steps) =>
        walk(steps, (_, next) => {
          const collecting = next.payments.length === 0 && !next.closed;
          const returning = next.refunds.some(({ result }) => result === undefined);
          const isOpen =
            collecting || returning || attemptsInDoubt(next).length > 0 || next.reportedRefunds !== undefined;
          expect(next.dueAt !== undefined).toBe(isOpen);
        }),
      ),
      { numRuns: 2_000, seed: 4 },
    );
  });

  test('F2 makes the order of the news matter for what is paid', () => {
    const news: OrderEvent[] = [
      code,
      paid(),
      { type: 'refund_reported', n: 1, channelNo: 'c1', amount: { currency: 'CNY', value: 100 }, at: NOON },
    ];
    const settle = (events: OrderEvent[]) => {
      // Refused news comes again, as Alipay's does.
      let order = anOrder();
      for (const event of [...events, ...events]) order = decide(order, event, NOON).order;
      const { version, attempts, ...facts } = order;
      return facts;
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(news, { minLength: 3 }), (events) => {
        expect(settle(events)).toEqual(settle(news));
      }),
      { seed: 5 },
    );
  });
});

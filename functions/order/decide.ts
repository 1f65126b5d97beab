/**
 * What an event means for an order. Pure and total: it answers `moved`, `unchanged` (old news, told again) or `refused`
 * with a name, and never throws. The caller writes a moved order under the version it read.
 *
 * Two rules stand above all others: money is legal in every state, and what is written once is never written again.
 */

import { equals } from '../money.ts';
import { type EpochMs, HOUR, MINUTE } from '../time.ts';
import { idleUntil, overAt, withDue } from './due.ts';
import type { Event, OrderEvent, Outcome, Verdict } from './events.ts';
import {
  type Attempt,
  attemptNo,
  codeEnd,
  isUnwanted,
  lastAttempt,
  type Order,
  openTillCode,
  type Payment,
  strays,
  tillCodeEnd,
} from './order.ts';
import { elsewhere } from './places.ts';
import { billed, feeCharged } from './posting.ts';
import {
  calledRefunds,
  refundAsked,
  refundCalled,
  refundRefused,
  refundReported,
  refundSucceeded,
  withAutomaticRefund,
} from './refunds.ts';
import { refundTold, withoutReturned, withTold } from './reported.ts';
import { succeededOf } from './sums.ts';

const MOST_ATTEMPTS = 20;

export function decide(order: Order, event: OrderEvent, now: EpochMs): Verdict {
  const outcome = learn(order, event, now);
  if (outcome === 'unchanged') return { kind: 'unchanged', order };
  if (typeof outcome === 'string') return { kind: 'refused', order, reason: outcome };
  const settled = withDue(settle(withoutReturned(outcome), now), event, now);
  return {
    kind: 'moved',
    order: { ...settled, version: order.version + 1, updatedAt: Math.max(now, order.updatedAt) },
  };
}

function learn(order: Order, event: OrderEvent, now: EpochMs): Outcome {
  switch (event.type) {
    case 'attempt_asked':
      return attemptAsked(order, event, now);
    case 'code_given':
      return codeGiven(order, event);
    case 'attempt_refused':
      return refused(order, event, now);
    case 'attempt_dead':
      return dead(order, event, now);
    case 'customer_must_confirm':
    case 'outcome_unknown':
    case 'cancel_asked':
    case 'cancel_undid':
    case 'looked_for_stray':
      return tillCodeLearned(order, event, now);
    case 'undone':
      return undone(order, event, now);
    case 'paid':
      return paidAndTold(order, event, now);
    case 'close_asked':
      return closeAsked(order, event, now);
    case 'time_passed':
      return settle(order, now) === order ? 'unchanged' : order;
    case 'refund_asked':
      return refundAsked(order, event, now);
    case 'refund_called':
      return refundCalled(order, event, now);
    case 'refund_succeeded':
      return refundSucceeded(order, event, now);
    case 'refund_refused':
      return refundRefused(order, event, now);
    case 'refund_told':
      return refundTold(order, event, now);
    case 'payment_billed':
      return paymentBilled(order, event, now);
    case 'refund_reported':
      return refundReported(order, event, now);
    case 'fee_charged':
      return feeCharged(order, event, now);
    case 'billed':
      return billed(order, event, now);
    case 'postponed':
      if (!event.isIdle) return { ...order, failures: (order.failures ?? 0) + 1 };
      // Of the order as it is stored by now: somebody may have scanned a code since the sweep saw it.
      return idleUntil(order, now) === undefined ? 'unchanged' : { ...order, failures: order.failures ?? 0 };
  }
}

function attemptAsked(order: Order, { n, kind, operatorId, by }: Event<'attempt_asked'>, now: EpochMs): Outcome {
  const last = lastAttempt(order)?.n ?? 0;
  if (n <= last) return 'unchanged';
  if (order.payments.length > 0 || order.closed || order.closeAsked) return 'order_not_open';
  if (n !== last + 1 || order.attempts.some((attempt) => !attempt.dead)) return 'attempt_out_of_order';
  if (n > MOST_ATTEMPTS) return 'too_many_attempts';
  const expiresAt = kind === 'till_code' ? tillCodeEnd(now) : codeEnd(order, now);
  const who = { ...(operatorId !== undefined && { operatorId }), ...elsewhere(order, by) };
  const attempt: Attempt = { n, kind, expiresAt, ...who };
  return { ...order, attempts: [...order.attempts, attempt] };
}

function codeGiven(order: Order, { n, payload }: Event<'code_given'>): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.payload !== undefined || attempt.dead || order.payments.length > 0) return 'unchanged';
  return withAttempt(order, { ...attempt, payload });
}

function refused(order: Order, { n, refusal, isOpen }: Event<'attempt_refused'>, now: EpochMs): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  // A code that was given was accepted: a later refusal answers some repeated call, and proves nothing about the code.
  if (attempt?.payload !== undefined || (attempt?.refused && isOpen)) return 'unchanged';
  const end = isOpen ? {} : { dead: { why: 'refused', at: now } as const };
  return ended(order, n, { refused: attempt?.refused ?? { ...refusal, at: now }, ...end });
}

function dead(order: Order, { n, why, strayUntil }: Event<'attempt_dead'>, now: EpochMs): Outcome {
  return ended(order, n, { dead: { why, at: now, ...(strayUntil !== undefined && { strayUntil }) } });
}

function ended(order: Order, n: number, end: Partial<Attempt>): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.dead || order.payments.some((payment) => payment.attempt === n)) return 'unchanged';
  return withAttempt(order, { ...attempt, ...end });
}

function paid(order: Order, { n, news, source }: Event<'paid'>, now: EpochMs): Outcome {
  if (news.amount.currency !== order.ask.amount.currency) return 'different_currency';
  if (!order.attempts.some((attempt) => attempt.n === n)) return 'unknown_attempt';
  if (!equals(news.amount, order.ask.amount)) return 'different_amount';
  if (news.paidAt < order.createdAt - MINUTE) return 'paid_before_order';
  if (news.paidAt > now + HOUR) return 'paid_in_the_future';
  if (news.tradeNo === '') return 'no_trade_number';
  const known = order.payments.find((payment) => payment.attempt === n);
  if (known) return known.tradeNo === news.tradeNo ? 'unchanged' : 'different_trade';

  const { tradeNo, paidAt, received } = news;
  // More than was paid is no word on what is received; whoever told it is asked why elsewhere.
  const differs = received !== undefined && received.value < order.ask.amount.value;
  const payment: Payment = {
    attempt: n,
    tradeNo,
    paidAt,
    ...(differs && { received: received.value }),
    source,
    at: now,
  };
  const taken = { ...order, payments: [...order.payments, payment] };
  return isUnwanted(taken, n) ? withAutomaticRefund(taken, n, now) : taken;
}

/** A payment, and what the same message tells of money that has gone back of it. */
function paidAndTold(order: Order, event: Event<'paid'>, now: EpochMs): Outcome {
  const taken = paid(order, event, now);
  if (!event.told || (typeof taken === 'string' && taken !== 'unchanged')) return taken;
  const after = taken === 'unchanged' ? order : taken;
  const told = withTold(after, event.n, event.told, now);
  return told === order ? 'unchanged' : told;
}

function paymentBilled(order: Order, { n }: Event<'payment_billed'>, now: EpochMs): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.billedPaidAt !== undefined || order.payments.some((payment) => payment.attempt === n)) return 'unchanged';
  return withAttempt(order, { ...attempt, billedPaidAt: now });
}

function closeAsked(order: Order, event: Event<'close_asked'>, now: EpochMs): Outcome {
  if (order.payments.length > 0) return 'order_paid';
  if (order.closed) return 'unchanged';
  const { by, operatorId, trade } = event;
  const before = order.closeAsked;
  // The cashier's word outweighs the clock's, because money that comes after it is not wanted.
  const who =
    before && !(before.by === 'expiry' && by === 'cashier')
      ? before
      : { at: now, by, ...(operatorId && { operatorId }) };
  const seen = before?.trade === 'waiting' ? 'waiting' : (trade ?? before?.trade);
  if (before && who === before && seen === before.trade) return 'unchanged';
  const asked = { ...order, closeAsked: { ...who, ...(seen && { trade: seen }) } };
  // A till code is closed by its cancel, and this write is what is stored before that is sent.
  const attempt = openTillCode(order);
  return attempt && attempt.cancelAskedAt === undefined
    ? withAttempt(asked, { ...attempt, cancelAskedAt: now })
    : asked;
}

/** Writes `closed` once nobody can pay any more and somebody, or the clock, wants it. */
function settle(order: Order, now: EpochMs): Order {
  if (order.closed || order.payments.length > 0 || order.attempts.some((attempt) => !attempt.dead)) return order;
  // What may still be paid by a request that was lost is not closed before it was looked for.
  if (strays(order).length > 0 || (!order.closeAsked && now < overAt(order))) return order;
  return { ...order, closed: { at: now, reason: order.closeAsked?.by ?? 'expiry' } };
}

type TillCodeNews = 'customer_must_confirm' | 'outcome_unknown' | 'cancel_asked' | 'cancel_undid' | 'looked_for_stray';

function tillCodeLearned(order: Order, event: Event<TillCodeNews>, now: EpochMs): Outcome {
  const attempt = order.attempts.find((it) => it.n === event.n);
  if (!attempt) return 'unknown_attempt';
  if (order.payments.some((payment) => payment.attempt === event.n)) return 'order_paid';
  if (event.type === 'looked_for_stray') return lookedForStray(order, attempt, now);
  if (event.type === 'cancel_asked')
    return attempt.cancelAskedAt === undefined ? withAttempt(order, { ...attempt, cancelAskedAt: now }) : 'unchanged';
  if (attempt.dead) return 'unchanged';
  switch (event.type) {
    case 'customer_must_confirm':
      return attempt.waitingSince === undefined ? withAttempt(order, { ...attempt, waitingSince: now }) : 'unchanged';
    case 'cancel_undid': {
      const { tradeNo } = event;
      if (attempt.undone) return 'unchanged';
      return withAttempt(order, { ...attempt, undone: { at: now, ...(tradeNo !== undefined && { tradeNo }) } });
    }
    case 'outcome_unknown':
      // Of one that waits for the customer something is known, and it is due when its time is over anyway.
      if (openTillCode(order) !== attempt || attempt.waitingSince !== undefined) return 'unchanged';
      return (order.dueAt ?? 0) <= attempt.expiresAt ? 'unchanged' : order;
  }
}

/** Once, and once more where the channel's bill has called it paid since. */
function lookedForStray(order: Order, attempt: Attempt, now: EpochMs): Outcome {
  const { lookedAt, billedPaidAt = 0 } = attempt;
  if (lookedAt !== undefined && lookedAt >= billedPaidAt) return 'unchanged';
  return withAttempt(order, { ...attempt, lookedAt: Math.max(now, billedPaidAt) });
}

/** The payment if it is not there yet, and that it went back: as our own refund where we gave it up, else as the channel's. */
function undone(order: Order, { n, news, source, notByUs }: Event<'undone'>, now: EpochMs): Outcome {
  if (!notByUs && calledRefunds(order, n).length > 0) return 'refund_in_flight';
  const taken = paid(order, { type: 'paid', n, news, source }, now);
  if (typeof taken === 'string' && taken !== 'unchanged') return taken;
  const base = taken === 'unchanged' ? order : taken;
  const channelNo = attemptNo(order, n);
  // What our refunds and the channel's have given back before is not given back again.
  const amount = { ...news.amount, value: order.ask.amount.value - succeededOf(base, n) };
  if (amount.value <= 0) return taken;
  const reported = refundReported(base, { type: 'refund_reported', n, channelNo, amount, at: now }, now);
  return typeof reported === 'string' ? taken : reported;
}

function withAttempt(order: Order, attempt: Attempt): Order {
  return { ...order, attempts: order.attempts.map((it) => (it.n === attempt.n ? attempt : it)) };
}

/**
 * What an event means for an order. Pure and total: it answers `moved`, `unchanged` (old news, told again) or `refused`
 * with a name, and never throws. The caller writes a moved order under the version it read.
 *
 * Two rules stand above all others: money is legal in every state, and what is written once is never written again.
 */

import { keptRefusal } from '../channel/refusals.ts';
import { equals } from '../money.ts';
import { type EpochMs, HOUR, MINUTE } from '../time.ts';
import { idleUntil, overAt, withDue } from './due.ts';
import type { Event, OrderEvent, Outcome, Verdict } from './events.ts';
import {
  type Attempt,
  attemptNo,
  attemptsInDoubt,
  codeEnd,
  endsByCancel,
  isUnwanted,
  lastAttempt,
  type Order,
  openAttempt,
  openTillCode,
  type Payment,
  tillCodeEnd,
} from './order.ts';
import { elsewhere } from './places.ts';
import { feeCharged, posted } from './posting.ts';
import {
  calledRefunds,
  refundCalled,
  refundFailed,
  refundRefused,
  refundReported,
  refundRequested,
  refundSucceeded,
  withAutomaticRefund,
} from './refunds.ts';
import { refundTold, withoutReturned, withTold } from './reported.ts';
import { succeededOf } from './sums.ts';

const ATTEMPTS_MAX = 20;

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
    case 'attempt_requested':
      return attemptRequested(order, event, now);
    case 'code_given':
      return codeGiven(order, event);
    case 'attempt_refused':
      return refused(order, event, now);
    case 'attempt_ended':
      return attemptEnded(order, event, now);
    case 'customer_must_confirm':
    case 'outcome_unknown':
    case 'cancel_requested':
    case 'cancel_reversed':
    case 'doubt_resolved':
      return attemptLearned(order, event, now);
    case 'reversed':
      return reversed(order, event, now);
    case 'paid':
      return paidAndTold(order, event, now);
    case 'close_requested':
      return closeRequested(order, event, now);
    case 'time_passed':
      return settle(order, now) === order ? 'unchanged' : order;
    case 'refund_requested':
      return refundRequested(order, event, now);
    case 'refund_called':
      return refundCalled(order, event, now);
    case 'refund_succeeded':
      return refundSucceeded(order, event, now);
    case 'refund_refused':
      return refundRefused(order, event, now);
    case 'refund_failed':
      return refundFailed(order, event, now);
    case 'refund_told':
      return refundTold(order, event, now);
    case 'payment_reported':
      return paymentReported(order, event, now);
    case 'refund_reported':
      return refundReported(order, event, now);
    case 'fee_charged':
      return feeCharged(order, event, now);
    case 'posted':
      return posted(order, event, now);
    case 'postponed':
      if (!event.isIdle) return { ...order, failures: (order.failures ?? 0) + 1 };
      // Of the order as it is stored by now: a terminal may have scanned a code since the sweep saw it.
      return idleUntil(order, now) === undefined ? 'unchanged' : { ...order, failures: order.failures ?? 0 };
  }
}

function attemptRequested(
  order: Order,
  { n, kind, operatorId, by }: Event<'attempt_requested'>,
  now: EpochMs,
): Outcome {
  const last = lastAttempt(order)?.n ?? 0;
  if (n <= last) return 'unchanged';
  if (order.payments.length > 0 || order.closed || order.closeRequested) return 'order_not_open';
  if (n !== last + 1 || order.attempts.some((attempt) => !attempt.ended)) return 'attempt_out_of_order';
  if (n > ATTEMPTS_MAX) return 'too_many_attempts';
  const expiresAt = kind === 'till_code' ? tillCodeEnd(now) : codeEnd(order, now);
  const who = { ...(operatorId !== undefined && { operatorId }), ...elsewhere(order, by) };
  const attempt: Attempt = { n, kind, expiresAt, ...who };
  return { ...order, attempts: [...order.attempts, attempt] };
}

function codeGiven(order: Order, { n, payload, shownUntil }: Event<'code_given'>): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.payload !== undefined || attempt.ended || order.payments.length > 0) return 'unchanged';
  const isSooner = shownUntil !== undefined && shownUntil < attempt.expiresAt;
  return withAttempt(order, { ...attempt, payload, ...(isSooner && { shownUntil }) });
}

function refused(order: Order, { n, refusal, isOpen }: Event<'attempt_refused'>, now: EpochMs): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  // A code that was given was accepted: a later refusal answers some repeated call, and proves nothing about the code.
  if (attempt?.payload !== undefined || (attempt?.refused && isOpen)) return 'unchanged';
  const end = isOpen ? {} : { ended: { why: 'refused', at: now } as const };
  return ended(order, n, { refused: attempt?.refused ?? { ...keptRefusal(refusal), at: now }, ...end });
}

function attemptEnded(order: Order, { n, why, inDoubtUntil }: Event<'attempt_ended'>, now: EpochMs): Outcome {
  return ended(order, n, { ended: { why, at: now, ...(inDoubtUntil !== undefined && { inDoubtUntil }) } });
}

function ended(order: Order, n: number, end: Partial<Attempt>): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.ended || order.payments.some((payment) => payment.attempt === n)) return 'unchanged';
  return withAttempt(order, { ...attempt, ...end });
}

function paid(order: Order, { n, news, source }: Event<'paid'>, now: EpochMs): Outcome {
  if (news.amount.currency !== order.request.amount.currency) return 'different_currency';
  if (!order.attempts.some((attempt) => attempt.n === n)) return 'unknown_attempt';
  if (!equals(news.amount, order.request.amount)) return 'different_amount';
  if (news.paidAt < order.createdAt - MINUTE) return 'paid_before_order';
  if (news.paidAt > now + HOUR) return 'paid_in_the_future';
  if (news.tradeNo === '') return 'no_trade_number';
  const known = order.payments.find((payment) => payment.attempt === n);
  if (known) return known.tradeNo === news.tradeNo ? 'unchanged' : 'different_trade';

  const { tradeNo, paidAt, received, wallet, customerPaid, settlement } = news;
  // More than was paid is no word on what is received; it is kept as an anomaly elsewhere.
  const differs = received !== undefined && received.value < order.request.amount.value;
  const payment: Payment = {
    attempt: n,
    tradeNo,
    paidAt,
    ...(differs && { received: received.value }),
    ...(wallet !== undefined && { wallet }),
    ...(customerPaid && { customerPaid }),
    ...(settlement && { settlement }),
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

function paymentReported(order: Order, { n }: Event<'payment_reported'>, now: EpochMs): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.reportedPaidAt !== undefined || order.payments.some((payment) => payment.attempt === n))
    return 'unchanged';
  return withAttempt(order, { ...attempt, reportedPaidAt: now });
}

function closeRequested(order: Order, event: Event<'close_requested'>, now: EpochMs): Outcome {
  if (order.payments.length > 0) return 'order_paid';
  const before = order.closeRequested;
  const replacedBy = before?.replacedBy ?? event.replacedBy;
  const isReplacedNow = replacedBy !== before?.replacedBy;
  // A closed order can be replaced, too: money that still comes for it was taken by the other one.
  if (order.closed && !isReplacedNow) return 'unchanged';
  const { by, operatorId, trade } = event;
  // The cashier's word outweighs the clock's, because money that comes after it is not wanted.
  const who =
    before && !(before.by === 'expiry' && by === 'cashier')
      ? before
      : { at: now, by, ...(operatorId && { operatorId }) };
  const seen = before?.trade === 'waiting' ? 'waiting' : (trade ?? before?.trade);
  if (before && who === before && seen === before.trade && !isReplacedNow) return 'unchanged';
  const wish = { ...who, ...(seen && { trade: seen }), ...(replacedBy !== undefined && { replacedBy }) };
  const asked = { ...order, closeRequested: wish };
  // Where a cancel ends the attempt, this write is what is stored before that is sent.
  const attempt = order.closed ? undefined : openAttempt(order);
  return attempt && endsByCancel(order, attempt) && attempt.cancelRequestedAt === undefined
    ? withAttempt(asked, { ...attempt, cancelRequestedAt: now })
    : asked;
}

/** Closes the order when no attempt can be paid any more and a close was requested or the order has expired. */
function settle(order: Order, now: EpochMs): Order {
  if (order.closed || order.payments.length > 0 || order.attempts.some((attempt) => !attempt.ended)) return order;
  // What may still be paid by a request that was lost is not closed before it was looked for.
  if (attemptsInDoubt(order).length > 0 || (!order.closeRequested && now < overAt(order))) return order;
  return { ...order, closed: { at: now, reason: order.closeRequested?.by ?? 'expiry' } };
}

type AttemptNews =
  | 'customer_must_confirm'
  | 'outcome_unknown'
  | 'cancel_requested'
  | 'cancel_reversed'
  | 'doubt_resolved';

function attemptLearned(order: Order, event: Event<AttemptNews>, now: EpochMs): Outcome {
  const attempt = order.attempts.find((it) => it.n === event.n);
  if (!attempt) return 'unknown_attempt';
  if (order.payments.some((payment) => payment.attempt === event.n)) return 'order_paid';
  if (event.type === 'doubt_resolved') return doubtResolved(order, attempt, now);
  if (event.type === 'cancel_requested')
    return attempt.cancelRequestedAt === undefined
      ? withAttempt(order, { ...attempt, cancelRequestedAt: now })
      : 'unchanged';
  if (attempt.ended) return 'unchanged';
  switch (event.type) {
    case 'customer_must_confirm':
      return attempt.waitingSince === undefined ? withAttempt(order, { ...attempt, waitingSince: now }) : 'unchanged';
    case 'cancel_reversed': {
      const { tradeNo } = event;
      if (attempt.reversed) return 'unchanged';
      return withAttempt(order, { ...attempt, reversed: { at: now, ...(tradeNo !== undefined && { tradeNo }) } });
    }
    case 'outcome_unknown':
      // Of one that waits for the customer something is known, and it is due when its time is over anyway.
      if (openTillCode(order) !== attempt || attempt.waitingSince !== undefined) return 'unchanged';
      return (order.dueAt ?? 0) <= attempt.expiresAt ? 'unchanged' : order;
  }
}

/** Once, and once more where the channel's report has called it paid since. */
function doubtResolved(order: Order, attempt: Attempt, now: EpochMs): Outcome {
  const { doubtResolvedAt, reportedPaidAt = 0 } = attempt;
  if (doubtResolvedAt !== undefined && doubtResolvedAt >= reportedPaidAt) return 'unchanged';
  return withAttempt(order, { ...attempt, doubtResolvedAt: Math.max(now, reportedPaidAt) });
}

/** The payment if it is not there yet, and that it went back: as our own refund where we gave it up, else as the channel's. */
function reversed(order: Order, { n, news, source, notByUs }: Event<'reversed'>, now: EpochMs): Outcome {
  if (!notByUs && calledRefunds(order, n).length > 0) return 'refund_in_flight';
  const taken = paid(order, { type: 'paid', n, news, source }, now);
  if (typeof taken === 'string' && taken !== 'unchanged') return taken;
  const base = taken === 'unchanged' ? order : taken;
  const channelNo = attemptNo(order, n);
  // What our refunds and the channel's have given back before is not given back again.
  const amount = { ...news.amount, value: order.request.amount.value - succeededOf(base, n) };
  if (amount.value <= 0) return taken;
  const reported = refundReported(base, { type: 'refund_reported', n, channelNo, amount, at: now }, now);
  return typeof reported === 'string' ? taken : reported;
}

function withAttempt(order: Order, attempt: Attempt): Order {
  return { ...order, attempts: order.attempts.map((it) => (it.n === attempt.n ? attempt : it)) };
}

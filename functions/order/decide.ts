/**
 * What an event means for an order. Pure and total: it answers `moved`, `unchanged` (old news, told again) or `refused`
 * with a name, and never throws. The caller writes a moved order under the version it read.
 *
 * Two rules stand above all others: money is legal in every state, and what is written once is never written again.
 */
import { type EpochMs, MINUTE } from '../time.ts';
import { overAt, withDue } from './due.ts';
import type { Event, OrderEvent, Outcome, Verdict } from './events.ts';
import { equals } from './money.ts';
import { type Attempt, codeEnd, isLate, lastAttempt, type Order, type Payment } from './order.ts';
import {
  refundAsked,
  refundCalled,
  refundEnded,
  refundRefused,
  refundReported,
  withAutomaticRefund,
} from './refunds.ts';

const MOST_ATTEMPTS = 20;

export function decide(order: Order, event: OrderEvent, now: EpochMs): Verdict {
  const outcome = learn(order, event, now);
  if (outcome === 'unchanged') return { kind: 'unchanged', order };
  if (typeof outcome === 'string') return { kind: 'refused', order, reason: outcome };
  const settled = withDue(settle(outcome, now), event, now);
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
      return ended(order, event.n, { refused: { ...event.refusal, at: now }, dead: { why: 'refused', at: now } });
    case 'attempt_dead':
      return ended(order, event.n, { dead: { why: event.why, at: now } });
    case 'paid':
      return paid(order, event, now);
    case 'close_asked':
      return closeAsked(order, event, now);
    case 'time_passed':
      return settle(order, now) === order ? 'unchanged' : order;
    case 'refund_asked':
      return refundAsked(order, event, now);
    case 'refund_called':
      return refundCalled(order, event, now);
    case 'refund_succeeded':
      return refundEnded(order, event.refundNo, () => ({ status: 'succeeded', at: event.at }));
    case 'refund_refused':
      return refundRefused(order, event, now);
    case 'refund_reported':
      return refundReported(order, event, now);
    case 'billed':
      return billed(order, event);
    case 'postponed':
      return { ...order, failures: event.until === undefined ? (order.failures ?? 0) + 1 : (order.failures ?? 0) };
  }
}

function attemptAsked(order: Order, { n, kind }: Event<'attempt_asked'>, now: EpochMs): Outcome {
  const last = lastAttempt(order)?.n ?? 0;
  if (n <= last) return 'unchanged';
  if (order.payments.length > 0 || order.closed || order.closeAsked) return 'order_not_open';
  if (n !== last + 1 || order.attempts.some((attempt) => !attempt.dead)) return 'attempt_out_of_order';
  if (n > MOST_ATTEMPTS) return 'too_many_attempts';
  return { ...order, attempts: [...order.attempts, { n, kind, expiresAt: codeEnd(order, now) }] };
}

function codeGiven(order: Order, { n, payload }: Event<'code_given'>): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.payload !== undefined || attempt.dead || order.payments.length > 0) return 'unchanged';
  return withAttempt(order, { ...attempt, payload });
}

function ended(order: Order, n: number, end: Pick<Attempt, 'refused' | 'dead'>): Outcome {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) return 'unknown_attempt';
  if (attempt.dead || order.payments.some((payment) => payment.attempt === n)) return 'unchanged';
  // A code that was given was accepted: a later refusal answers some repeated call, and proves nothing about the code.
  if (end.refused && attempt.payload !== undefined) return 'unchanged';
  return withAttempt(order, { ...attempt, ...end });
}

function paid(order: Order, { n, news, source }: Event<'paid'>, now: EpochMs): Outcome {
  if (!order.attempts.some((attempt) => attempt.n === n)) return 'unknown_attempt';
  if (!equals(news.amount, order.ask.amount)) return 'different_amount';
  if (news.paidAt < order.createdAt - MINUTE) return 'paid_before_order';
  const known = order.payments.find((payment) => payment.attempt === n);
  if (known) return known.tradeNo === news.tradeNo ? 'unchanged' : 'different_trade';

  const { tradeNo, paidAt, received } = news;
  const differs = received !== undefined && received.value !== order.ask.amount.value;
  const payment: Payment = {
    attempt: n,
    tradeNo,
    paidAt,
    ...(differs && { received: received.value }),
    source,
    at: now,
  };
  const surplus = order.payments.length > 0;
  const taken = { ...order, payments: [...order.payments, payment] };
  const unwanted = surplus || (isLate(taken) && order.latePayment === 'refund');
  return unwanted ? withAutomaticRefund(taken, n, now) : taken;
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
  return { ...order, closeAsked: { ...who, ...(seen && { trade: seen }) } };
}

/** Writes `closed` once nobody can pay any more and somebody, or the clock, wants it. */
function settle(order: Order, now: EpochMs): Order {
  if (order.closed || order.payments.length > 0 || order.attempts.some((attempt) => !attempt.dead)) return order;
  if (!order.closeAsked && now < overAt(order)) return order;
  return { ...order, closed: { at: now, reason: order.closeAsked?.by ?? 'expiry' } };
}

/** A fact is billed once: the mark of an earlier statement stays. */
function billed(order: Order, { day, payments: terms, refundNos }: Event<'billed'>): Outcome {
  let changed = false;
  const payments = order.payments.map((payment) => {
    const carried = terms.find(({ attempt }) => attempt === payment.attempt);
    if (!carried || payment.billed !== undefined) return payment;
    changed = true;
    return { ...payment, billed: day, agreementId: carried.agreementId };
  });
  const refunds = order.refunds.map((refund) => {
    const succeeded = refund.result?.status === 'succeeded';
    if (!succeeded || refund.billed !== undefined || !refundNos.includes(refund.refundNo)) return refund;
    changed = true;
    return { ...refund, billed: day };
  });
  return changed ? { ...order, payments, refunds } : 'unchanged';
}

function withAttempt(order: Order, attempt: Attempt): Order {
  return { ...order, attempts: order.attempts.map((it) => (it.n === attempt.n ? attempt : it)) };
}

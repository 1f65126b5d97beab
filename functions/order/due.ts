/**
 * When the sweep has to look at an order: at everything unfinished, and at nothing else. Moving `dueAt` costs two write
 * units, so it is set once, at creation, to the end of the code plus what clocks and payments under way may need, and
 * moves only for a later code, a till code without an answer, a refund, a late payment, or a visit that brought nothing.
 */
import { traitsOf } from '../channel/channels.ts';
import {
  backOff,
  FAILURES_UNTIL_QUARANTINE,
  GRACE,
  SKEW,
  SWEEP,
  TILL_CODE,
  TILL_CODE_FORGOTTEN,
  TILL_CODE_RETRY,
  TILL_CODE_TRADE,
} from '../deadlines.ts';
import { type EpochMs, SECOND } from '../time.ts';
import type { OrderEvent } from './events.ts';
import {
  type Attempt,
  attemptsInDoubt,
  codeEnd,
  expiresAt,
  type Order,
  openRefunds,
  openTillCode,
  type Refund,
} from './order.ts';
import { freeAt } from './refunds.ts';

/** The first instant at which the absence of a trade proves that no payment will come. */
export function overAt(order: Order): EpochMs {
  return expiresAt(order) + SKEW + GRACE;
}

/** When the channel itself stops to take money for a till code: a whole second, sent with the call that pays. */
export function tradeEnd({ expiresAt }: Attempt): EpochMs {
  return expiresAt - TILL_CODE + TILL_CODE_TRADE;
}

/** The first instant at which the absence of a till code's trade proves that none will ever be. */
export function doubtEnd(attempt: Attempt): EpochMs {
  return tradeEnd(attempt) + SKEW + GRACE;
}

/** Until when the channel cancels the attempt's trade, wherever in its invocation the call that asked for it was sent. */
export function cancelEnd({ account, request }: Order, { kind, expiresAt }: Attempt): EpochMs {
  const sentAt = expiresAt - (kind === 'till_code' ? TILL_CODE : request.expiresInSeconds * SECOND);
  return traitsOf(account.channel).cancelUntil(sentAt);
}

/**
 * An attempt that was given up: by the cashier's wish, or a till code that is out of time or refused. A code that customers scan
 * is given up by the clock only once the channel says, after its end, that it still waits: it may have been paid in time.
 */
export function isGivenUp(order: Order, attempt: Attempt, now: EpochMs): boolean {
  const { kind, expiresAt, cancelRequestedAt, refused } = attempt;
  if (cancelRequestedAt !== undefined || order.closeRequested !== undefined) return true;
  return kind === 'till_code' && (now >= expiresAt || refused !== undefined);
}

/** `dueAt` of a new order, whether or not its first code was asked for already. */
export function firstDueAt(order: Pick<Order, 'request' | 'createdAt'>): EpochMs {
  return codeEnd(order, order.createdAt) + SKEW + GRACE;
}

/** Given up on for today: an alarm rings, and the sweep tries once a day. */
export function isQuarantined(order: Order): boolean {
  return (
    (order.failures ?? 0) >= FAILURES_UNTIL_QUARANTINE ||
    openRefunds(order).some((refund) => refund.tries >= FAILURES_UNTIL_QUARANTINE)
  );
}

/** `order` after `event`, with the due time that its open work asks for. */
export function withDue(order: Order, event: OrderEvent, now: EpochMs): Order {
  if (event.type === 'posted') return order;
  const { dueAt, failures, ...rest } = order;
  const due = dueAfter(order, event, now);
  if (due === undefined) return rest;
  return { ...rest, dueAt: due, ...(event.type === 'postponed' && failures && { failures }) };
}

function dueAfter(order: Order, event: OrderEvent, now: EpochMs): EpochMs | undefined {
  const collecting = order.payments.length === 0 && !order.closed;
  const refunds = openRefunds(order);
  const inDoubt = doubtEnds(order);
  const reports = order.reportedRefunds ?? [];
  if (!collecting && refunds.length + inDoubt.length + reports.length === 0) return undefined;
  if (event.type === 'postponed') return (event.isIdle ? idleUntil(order, now) : undefined) ?? now + pauseAfter(order);
  if (!collecting)
    return Math.min(
      ...inDoubt,
      ...refunds.map((refund) => refundDueAt(order, refund)),
      ...reports.map(({ at }) => Math.max(at + traitsOf(order.account.channel).refundQueryAfter, now)),
    );

  // Something new about an order that was given up on for today: the next sweep looks at it, and not tomorrow's.
  const planned = isQuarantined(order) ? now : (order.dueAt ?? overAt(order));
  const scanned = openTillCode(order);
  if (scanned && event.type !== 'attempt_requested')
    return Math.min(planned, isGivenUp(order, scanned, now) ? now + TILL_CODE_RETRY : scanned.expiresAt);
  // A till code is paid in the same invocation nearly always: its due time is stored only once it is not.
  if (scanned) return planned <= scanned.expiresAt + TILL_CODE_FORGOTTEN ? planned : scanned.expiresAt;
  if (event.type !== 'attempt_requested') return planned;
  const wanted = overAt(order);
  // A sweep that comes a little early leaves the order alone and finds it again a period later, without a write.
  return planned <= wanted && wanted <= planned + SWEEP ? planned : wanted;
}

/** A visit that failed is repeated later and later, but a cashier who stands there with a scanned code waits for every one. */
function pauseAfter(order: Order): EpochMs {
  const { failures = 1 } = order;
  return openTillCode(order) && failures < FAILURES_UNTIL_QUARANTINE ? TILL_CODE_RETRY : backOff(failures);
}

/** From when on nothing can come for one of the order's {@link attemptsInDoubt} any more. */
export function doubtEndsAt(attempt: Attempt): EpochMs {
  if ((attempt.reportedPaidAt ?? 0) > (attempt.doubtResolvedAt ?? 0)) return attempt.reportedPaidAt ?? 0;
  if (attempt.ended?.inDoubtUntil !== undefined) return attempt.ended.inDoubtUntil;
  return attempt.kind === 'till_code' ? doubtEnd(attempt) : attempt.expiresAt + SKEW + GRACE;
}

function doubtEnds(order: Order): EpochMs[] {
  return attemptsInDoubt(order).map(doubtEndsAt);
}

function refundDueAt(order: Order, refund: Refund): EpochMs {
  if (refund.calledAt === undefined) return Math.max(refund.requestedAt, freeAt(order));
  return refund.calledAt + backOff(refund.tries);
}

/**
 * Until when a visit of the sweep has nothing to do at the order; `undefined`: a visit that changed nothing has failed. A
 * till code without an outcome is asked about again in every sweep, for as long as it takes.
 */
export function idleUntil(order: Order, now: EpochMs): EpochMs | undefined {
  const scanned = openTillCode(order);
  if (scanned) return isGivenUp(order, scanned, now) ? now + TILL_CODE_RETRY : scanned.expiresAt;
  const inDoubt = doubtEnds(order);
  if (inDoubt.some((end) => end <= now)) return undefined;
  const isOpen = order.payments.length === 0 && !order.closed && !(order.closeRequested && order.attempts.length > 0);
  if (!isOpen && (openRefunds(order).length > 0 || order.reportedRefunds)) return undefined;
  const ends = [...inDoubt, ...(isOpen ? [overAt(order)] : [])].filter((end) => end > now);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

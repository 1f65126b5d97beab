/**
 * When the sweep has to look at an order: at everything unfinished, and at nothing else. Moving `dueAt` costs two write
 * units, so it is set once, at creation, to the end of the code plus what clocks and payments under way may need, and
 * moves only for a later code, a refund, a late payment, or a visit that brought nothing.
 */
import { backOff, FAILURES_UNTIL_PARKED, GRACE, SKEW, SWEEP } from '../deadlines.ts';
import type { EpochMs } from '../time.ts';
import type { OrderEvent } from './events.ts';
import { codeEnd, expiresAt, type Order, openRefunds, type Refund } from './order.ts';
import { freeAt } from './refunds.ts';

/** The first instant at which the absence of a trade proves that nobody will pay. */
export function overAt(order: Order): EpochMs {
  return expiresAt(order) + SKEW + GRACE;
}

/** `dueAt` of a new order, whether or not its first code was asked for already. */
export function firstDueAt(order: Pick<Order, 'ask' | 'createdAt'>): EpochMs {
  return codeEnd(order, order.createdAt) + SKEW + GRACE;
}

/** Given up on for today: an alarm rings, and the sweep tries once a day. */
export function isParked(order: Order): boolean {
  return (
    (order.failures ?? 0) >= FAILURES_UNTIL_PARKED ||
    openRefunds(order).some((refund) => refund.tries >= FAILURES_UNTIL_PARKED)
  );
}

/** `order` after `event`, with the due time that its open work asks for. */
export function withDue(order: Order, event: OrderEvent, now: EpochMs): Order {
  if (event.type === 'billed') return order;
  const { dueAt, failures, ...rest } = order;
  const due = dueAfter(order, event, now);
  if (due === undefined) return rest;
  return { ...rest, dueAt: due, ...(event.type === 'postponed' && failures && { failures }) };
}

function dueAfter(order: Order, event: OrderEvent, now: EpochMs): EpochMs | undefined {
  const collecting = order.payments.length === 0 && !order.closed;
  const refunds = openRefunds(order);
  if (!collecting && refunds.length === 0) return undefined;
  if (event.type === 'postponed') return event.until ?? now + backOff(order.failures ?? 1);
  if (!collecting) return Math.min(...refunds.map((refund) => refundDueAt(order, refund)));

  const planned = order.dueAt ?? overAt(order);
  if (event.type !== 'attempt_asked') return planned;
  const wanted = overAt(order);
  // A sweep that comes a little early leaves the order alone and finds it again a period later, without a write.
  return planned <= wanted && wanted <= planned + SWEEP ? planned : wanted;
}

function refundDueAt(order: Order, refund: Refund): EpochMs {
  if (refund.calledAt === undefined) return Math.max(refund.requestedAt, freeAt(order));
  return refund.calledAt + backOff(refund.tries);
}

/**
 * Drives a till code, the customer's own code that the terminal has scanned. It is sent to the channel once, by whoever
 * stored the attempt, and kept nowhere; what came of it is then asked for, and at the end cancelled, until the channel's
 * word is definite.
 */
import type { QueryAnswer, Refusal, TillCodeAnswer } from '../channel/channel.ts';
import { takes } from '../channel/channels.ts';
import { CHANNEL_CALL, type Deadline } from '../deadlines.ts';
import { cancelEnd, doubtEnd, doubtEndsAt, isGivenUp, tradeEnd } from '../order/due.ts';
import type { OrderEvent } from '../order/events.ts';
import { type Attempt, attemptNo, attemptsInDoubt, type Order, openTillCode } from '../order/order.ts';
import { scannedBy } from '../order/places.ts';
import {
  accountOf,
  anomalyKey,
  channelOf,
  hasTimeForCall,
  markSynced,
  noteUnknown,
  queryChannel,
  recordAnomaly,
  refOf,
} from './channel-call.ts';
import { noteRefusal, noteSale } from './channel-health.ts';
import type { PaymentServices } from './context.ts';
import { recordPayment } from './record.ts';
import { recordReversal, recordReversalUnlessOurs } from './returned.ts';

/** Asks for the customer's money. Only for whoever stored the attempt, and once: nobody else knows the code. */
export async function payTillCode(
  s: PaymentServices,
  order: Order,
  attempt: Attempt,
  tillCode: string,
  deadline: Deadline,
): Promise<Order> {
  markSynced(s, order);
  const { n } = attempt;
  const answer = await sendCode(s, order, attempt, tillCode);
  switch (answer.kind) {
    case 'paid': {
      const paid = await recordPayment(s, order, n, answer, 'pay_answer', `pay\n${attemptNo(order, n)}`);
      await noteSale(s, order);
      return paid;
    }
    case 'waiting': {
      const waiting = await apply(s, order, { type: 'customer_must_confirm', n });
      await noteSale(s, order);
      return waiting;
    }
    case 'refused': {
      const refused = await takeRefusal(s, order, attempt, answer.refusal, deadline);
      await noteRefusal(s, order, answer.refusal, true);
      return refused;
    }
    case 'unknown':
      noteUnknown(s, order, 'payWithTillCode', answer.why);
      if (answer.refusal) await noteRefusal(s, order, answer.refusal, false);
      return takeSilence(s, order, attempt, deadline);
  }
}

async function sendCode(s: PaymentServices, order: Order, attempt: Attempt, tillCode: string): Promise<TillCodeAnswer> {
  const { request } = order;
  const account = await accountOf(s, order);
  const { storeId, terminalId, operatorId } = scannedBy(order, attempt);
  const call = {
    account,
    attemptNo: attemptNo(order, attempt.n),
    amount: request.amount,
    subject: request.subject,
    storeId,
    terminalId: terminalId ?? 'back-office',
    ...(operatorId !== null && { operatorId }),
    expiresAt: tradeEnd(attempt),
    notifyUrl: s.notifyUrls[account.channel],
    tillCode,
  };
  return channelOf(s, order).payWithTillCode(call, CHANNEL_CALL);
}

/** Nobody knows what came of it: asked at once, and if that does not help, left to polls and the sweep. */
async function takeSilence(s: PaymentServices, order: Order, attempt: Attempt, deadline: Deadline): Promise<Order> {
  const { n } = attempt;
  const asked = hasTimeForCall(s, deadline)
    ? await conclude(s, order, n, await queryChannel(s, order, n), deadline)
    : order;
  return apply(s, asked, { type: 'outcome_unknown', n });
}

/**
 * A refusal shows the cashier why, and is final once the channel says that its number belongs to no trade that can still
 * be paid. A code that nobody knows is believed only then.
 */
async function takeRefusal(
  s: PaymentServices,
  order: Order,
  attempt: Attempt,
  refusal: Refusal,
  deadline: Deadline,
): Promise<Order> {
  const { n } = attempt;
  const { reason, subCode, code } = refusal;
  s.log.warn('till_code_refused', {
    orderId: order.orderId,
    reason,
    channelCode: subCode ?? code ?? '',
  });
  const answer = hasTimeForCall(s, deadline) ? await queryChannel(s, order, n) : undefined;
  if (answer?.kind === 'absent' || answer?.kind === 'closed')
    return apply(s, order, { type: 'attempt_refused', n, refusal });
  const isBelieved = reason !== 'not_completed' && answer?.kind !== 'paid';
  const seen = isBelieved ? await apply(s, order, { type: 'attempt_refused', n, refusal, isOpen: true }) : order;
  const after = answer ? await conclude(s, seen, n, answer, deadline) : seen;
  return isBelieved ? after : apply(s, after, { type: 'outcome_unknown', n });
}

/** Asks what came of the order's till code, and cancels it when its time is over. A visit that learns nothing writes nothing. */
export async function resolveTillCode(s: PaymentServices, order: Order, n: number, deadline: Deadline): Promise<Order> {
  if (!hasTimeForCall(s, deadline)) return order;
  return conclude(s, order, n, await queryChannel(s, order, n), deadline);
}

/** What a query's answer means for till code `n`, and what follows from it. */
export async function conclude(
  s: PaymentServices,
  order: Order,
  n: number,
  answer: QueryAnswer,
  deadline: Deadline,
): Promise<Order> {
  const attempt = openTillCode(order);
  if (attempt?.n !== n) return order;
  const now = s.now();
  switch (answer.kind) {
    case 'paid':
      if (answer.refundedInFull) return recordReversalUnlessOurs(s, order, n, answer, 'query', deadline);
      // A cancel may be under way: the sale is off, and the money goes back.
      if (attempt.cancelRequestedAt !== undefined) return cancelPaid(s, order, n, answer, deadline);
      return recordPayment(s, order, n, answer, 'query', anomalyKey(order, n));
    case 'closed':
      if (attempt.reversed) return takeCancelsWord(s, order, n);
      return apply(s, order, { type: 'attempt_ended', n, why: attempt.refused ? 'refused' : 'closed' });
    case 'absent':
      if (attempt.refused) return apply(s, order, { type: 'attempt_ended', n, why: 'refused' });
      if (now >= doubtEnd(attempt)) return apply(s, order, { type: 'attempt_ended', n, why: 'expired' });
      return isGivenUp(order, attempt, now) ? cancel(s, order, n, true, deadline) : order;
    case 'waiting': {
      const seen = await apply(s, order, { type: 'customer_must_confirm', n });
      return isGivenUp(seen, attempt, now) ? cancel(s, seen, n, true, deadline) : seen;
    }
    case 'unknown':
      return isGivenUp(order, attempt, now) ? cancel(s, order, n, false, deadline) : order;
  }
}

/**
 * Follows upon a query without a gap, in which the customer might pay; what is paid in it goes back by the cancel. `wasUnpaid`:
 * that query was answered, and there was no payment yet.
 */
async function cancel(
  s: PaymentServices,
  order: Order,
  n: number,
  wasUnpaid: boolean,
  deadline: Deadline,
): Promise<Order> {
  const asked = await apply(s, order, { type: 'cancel_requested', n });
  const attempt = openTillCode(asked);
  if (attempt?.n !== n || s.now() >= cancelEnd(order, attempt) || !hasTimeForCall(s, deadline)) return asked;
  const answer = await channelOf(s, order).cancel(await refOf(s, order, n), CHANNEL_CALL);
  switch (answer.kind) {
    case 'closed':
      return takeClosed(s, asked, attempt, wasUnpaid, deadline);
    case 'refunded':
      return takeCancelsRefund(s, asked, n, answer.tradeNo, deadline);
    case 'absent':
      return takeAbsence(s, asked, attempt, deadline);
    case 'refused':
      if (answer.refusal.reason === 'no_cover') s.metrics.count('refundsWithoutCover');
      noteUnknown(s, order, 'cancel', answer.refusal.subCode ?? answer.refusal.reason);
      return asked;
    case 'unknown':
      noteUnknown(s, order, 'cancel', answer.why);
      return asked;
  }
}

/**
 * The trade is closed. So is one that was paid, and that the merchant has refunded in full in the channel's own console: where
 * the query before the cancel was not answered, another one tells them apart.
 */
async function takeClosed(
  s: PaymentServices,
  order: Order,
  attempt: Attempt,
  wasUnpaid: boolean,
  deadline: Deadline,
): Promise<Order> {
  const { n } = attempt;
  const ended = { type: 'attempt_ended', n, why: attempt.refused ? 'refused' : 'cancelled' } as const;
  if (wasUnpaid) return apply(s, order, ended);
  const answer = hasTimeForCall(s, deadline) ? await queryChannel(s, order, n) : undefined;
  if (answer?.kind === 'closed') return apply(s, order, ended);
  return answer?.kind === 'paid' ? conclude(s, order, n, answer, deadline) : order;
}

/** The query has the facts of the payment that was reversed; until it tells them, the cancel's own word is kept. */
async function takeCancelsRefund(
  s: PaymentServices,
  order: Order,
  n: number,
  tradeNo: string | undefined,
  deadline: Deadline,
): Promise<Order> {
  const answer = hasTimeForCall(s, deadline) ? await queryChannel(s, order, n) : undefined;
  if (answer?.kind === 'paid') return recordReversal(s, order, n, answer, 'cancel_answer');
  const kept = await apply(s, order, { type: 'cancel_reversed', n, tradeNo });
  return answer?.kind === 'closed' ? takeCancelsWord(s, kept, n) : kept;
}

/** The channel calls the trade closed and tells no payment, but its cancel said that it gave one back. */
async function takeCancelsWord(s: PaymentServices, order: Order, n: number): Promise<Order> {
  const { tradeNo, at } = openTillCode(order)?.reversed ?? {};
  if (tradeNo === undefined || at === undefined) return order;
  if (!takes(order.account.channel, order.request.amount.currency)) {
    // An earlier version sent the order in another currency: how much came and went the cancel does not say.
    await recordAnomaly(s, order, n, 'different_currency', anomalyKey(order, n), { tradeNo, paidAt: at });
    return apply(s, order, { type: 'attempt_ended', n, why: 'cancelled' });
  }
  return recordReversal(s, order, n, { tradeNo, paidAt: at, amount: order.request.amount }, 'cancel_answer');
}

/**
 * There was nothing to cancel. Before its time is over the call that pays may still be on its way; after that one more
 * query makes sure, and a request that was lost for longer is looked for once more after the channel's own end of it.
 */
async function takeAbsence(s: PaymentServices, order: Order, attempt: Attempt, deadline: Deadline): Promise<Order> {
  const { n } = attempt;
  if (s.now() < attempt.expiresAt || !hasTimeForCall(s, deadline)) return order;
  const answer = await queryChannel(s, order, n);
  if (answer.kind !== 'absent') return order;
  return apply(s, order, { type: 'attempt_ended', n, why: 'cancelled', inDoubtUntil: doubtEnd(attempt) });
}

/** Paid after its cancel was begun. Cancelled again, so that the fee goes back, too; else taken and refunded. */
async function cancelPaid(
  s: PaymentServices,
  order: Order,
  n: number,
  news: Extract<QueryAnswer, { kind: 'paid' }>,
  deadline: Deadline,
): Promise<Order> {
  const attempt = openTillCode(order);
  if (attempt && s.now() < cancelEnd(order, attempt) && hasTimeForCall(s, deadline)) {
    const answer = await channelOf(s, order).cancel(await refOf(s, order, n), CHANNEL_CALL);
    if (answer.kind === 'refunded') return recordReversal(s, order, n, news, 'query');
    if (answer.kind === 'unknown') noteUnknown(s, order, 'cancel', answer.why);
  }
  // Taken together with its refund, whose call must still fit.
  return !hasTimeForCall(s, deadline) ? order : recordPayment(s, order, n, news, 'query', anomalyKey(order, n));
}

/** Looks once more for what may have been paid although nobody waited for it, after the last moment at which it could be. */
export async function resolveDoubts(s: PaymentServices, seen: Order, deadline: Deadline): Promise<Order> {
  let order = seen;
  for (const attempt of attemptsInDoubt(seen)) {
    const { n } = attempt;
    if (s.now() < doubtEndsAt(attempt) || !hasTimeForCall(s, deadline)) continue;
    const answer = await queryChannel(s, order, n);
    if (answer.kind === 'absent' || answer.kind === 'closed')
      order = await apply(s, order, { type: 'doubt_resolved', n });
    if (answer.kind !== 'paid') continue;
    order = answer.refundedInFull
      ? await recordReversalUnlessOurs(s, order, n, answer, 'query', deadline)
      : await recordPayment(s, order, n, answer, 'query', anomalyKey(order, n));
  }
  return order;
}

async function apply(s: PaymentServices, order: Order, event: OrderEvent): Promise<Order> {
  return (await s.orders.apply(order, event, s.now())).order;
}

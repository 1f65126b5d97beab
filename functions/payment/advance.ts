/**
 * Drives an order at its channel: asks for a code, looks whether it was paid, closes, refunds. Each step is the same
 * three: the intent is stored, the channel is called, what it said is stored. Any invocation may stop anywhere; the next
 * one, a poll or the sweep, goes on from the facts.
 */
import type { QueryAnswer, Refusal } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import { CHANNEL_CALL, type Deadline, HEAL_SPACING } from '../deadlines.ts';
import { overAt } from '../order/due.ts';
import { type Attempt, attemptNo, type Order, openAttempt } from '../order/order.ts';
import type { EpochMs } from '../time.ts';
import {
  accountOf,
  anomalyKey,
  channelOf,
  hasTimeForCall,
  markSynced,
  noteUnknown,
  queryChannel,
  refOf,
} from './channel-call.ts';
import { noteRefusal, noteSale } from './channel-health.ts';
import type { PaymentServices } from './context.ts';
import { recordPayment } from './record.ts';
import { advanceRefunds } from './refund.ts';
import { advanceReports, recordReversalUnlessOurs } from './returned.ts';
import { conclude, resolveDoubts, resolveTillCode } from './till-code.ts';

/**
 * Does whatever is open on the order and may be done now: gets a code that is missing, takes a payment, ends a ended
 * attempt, finishes refunds, asks about reported ones. Answers the order as it then is. A visit that learns nothing new writes nothing.
 */
export async function advance(s: PaymentServices, seen: Order, deadline: Deadline): Promise<Order> {
  const order = seen.payments.length === 0 && !seen.closed ? await advancePayment(s, seen, deadline) : seen;
  const paidBack = await advanceRefunds(s, await resolveDoubts(s, order, deadline), deadline);
  return advanceReports(s, paidBack, deadline);
}

/** {@link advance} for a terminal that polls: one instance asks about one order at most every three seconds. */
export async function heal(s: PaymentServices, seen: Order, deadline: Deadline): Promise<Order> {
  const last = s.lastSynced.get(seen.orderId);
  if (last !== undefined && s.now() - last < HEAL_SPACING) return seen;
  return advance(s, seen, deadline);
}

async function advancePayment(s: PaymentServices, order: Order, deadline: Deadline): Promise<Order> {
  const attempt = openAttempt(order);
  if (!attempt) return (await s.orders.apply(order, { type: 'time_passed' }, s.now())).order;
  if (attempt.kind === 'till_code') return resolveTillCode(s, order, attempt.n, deadline);
  if (!hasTimeForCall(s, deadline)) return order;
  const { shortestCode } = traitsOf(order.account.channel);
  const mayAskForCode = !order.closeRequested && s.now() + shortestCode <= attempt.expiresAt;
  if (attempt.payload === undefined && mayAskForCode) return getCode(s, order, attempt);
  return lookAt(s, order, attempt, deadline);
}

/** Asks the channel for the code of an attempt that is stored. Repeats carry the same number, amount and end. */
export async function getCode(s: PaymentServices, order: Order, attempt: Attempt): Promise<Order> {
  markSynced(s, order);
  const { request } = order;
  const account = await accountOf(s, order);
  const answer = await channelOf(s, order).createQrCode(
    {
      account,
      attemptNo: attemptNo(order, attempt.n),
      amount: request.amount,
      subject: request.subject,
      storeId: request.storeId,
      terminalId: request.terminalId ?? 'back-office',
      ...(request.operatorId !== undefined && { operatorId: request.operatorId }),
      expiresAt: attempt.expiresAt,
      notifyUrl: s.notifyUrls[account.channel],
    },
    CHANNEL_CALL,
  );
  const n = attempt.n;
  switch (answer.kind) {
    case 'accepted': {
      const given = await s.orders.apply(order, { type: 'code_given', n, payload: answer.payload }, s.now());
      await noteSale(s, order);
      return given.order;
    }
    case 'refused':
      return takeRefusedCode(s, order, n, answer.refusal, true);
    case 'unknown':
      noteUnknown(s, order, 'createQrCode', answer.why);
      // Without a signature it is no proof that there is no code; but no customer can pay by one that never came.
      return answer.refusal ? takeRefusedCode(s, order, n, answer.refusal, false) : order;
  }
}

/** `isSigned`: it is the channel's own word. */
async function takeRefusedCode(
  s: PaymentServices,
  order: Order,
  n: number,
  refusal: Refusal,
  isSigned: boolean,
): Promise<Order> {
  s.log.warn('qr_code_refused', {
    orderId: order.orderId,
    reason: refusal.reason,
    channelCode: refusal.subCode ?? refusal.code ?? '',
  });
  const refused = await s.orders.apply(order, { type: 'attempt_refused', n, refusal }, s.now());
  await noteRefusal(s, order, refusal, isSigned);
  return refused.order;
}

/** Asks whether the attempt was paid, and ends it by the only two proofs there are: the channel's word, or its absence there after its end. */
async function lookAt(s: PaymentServices, order: Order, attempt: Attempt, deadline: Deadline): Promise<Order> {
  const askedAt = s.now();
  const answer = await queryChannel(s, order, attempt.n);
  return followUp(s, order, attempt, answer, askedAt, deadline);
}

async function followUp(
  s: PaymentServices,
  order: Order,
  attempt: Attempt,
  answer: QueryAnswer,
  askedAt: EpochMs,
  deadline: Deadline,
): Promise<Order> {
  const { n } = attempt;
  if (attempt.kind === 'till_code') return conclude(s, order, n, answer, deadline);
  const over = askedAt >= overAt(order);
  switch (answer.kind) {
    case 'paid': {
      if (answer.refundedInFull) return recordReversalUnlessOurs(s, order, n, answer, 'query', deadline);
      return recordPayment(s, order, n, answer, 'query', anomalyKey(order, n));
    }
    case 'closed':
      return (await s.orders.apply(order, { type: 'attempt_ended', n, why: 'closed' }, s.now())).order;
    case 'absent': {
      if (over) return (await s.orders.apply(order, { type: 'attempt_ended', n, why: 'expired' }, s.now())).order;
      if (!order.closeRequested) return order;
      const noted = await noteTrade(s, order, 'absent');
      const mayClose = traitsOf(order.account.channel).unpaidCodeCanBeCancelled && openAttempt(noted)?.n === n;
      return mayClose ? closeAtChannel(s, noted, attempt, deadline) : noted;
    }
    case 'waiting': {
      if (!over && !order.closeRequested) return order;
      const asked = await noteTrade(s, order, 'waiting');
      return openAttempt(asked)?.n === n ? closeAtChannel(s, asked, attempt, deadline) : asked;
    }
    case 'unknown':
      return order;
  }
}

/** Asks for the close if nobody has yet, with what the channel said of the trade. */
async function noteTrade(s: PaymentServices, order: Order, trade: 'absent' | 'waiting'): Promise<Order> {
  const by = order.closeRequested?.by ?? 'expiry';
  return (await s.orders.apply(order, { type: 'close_requested', by, trade }, s.now())).order;
}

async function closeAtChannel(s: PaymentServices, order: Order, attempt: Attempt, deadline: Deadline): Promise<Order> {
  if (!hasTimeForCall(s, deadline)) return order;
  const answer = await channelOf(s, order).close(await refOf(s, order, attempt.n), CHANNEL_CALL);
  switch (answer.kind) {
    case 'closed':
      return (await s.orders.apply(order, { type: 'attempt_ended', n: attempt.n, why: 'closed' }, s.now())).order;
    case 'not_closable': {
      // It is not waiting any more, so it was probably paid while we closed. Only a query says so.
      if (!hasTimeForCall(s, deadline)) return order;
      const again = await queryChannel(s, order, attempt.n);
      if (again.kind === 'paid') return followUp(s, order, attempt, again, s.now(), deadline);
      if (again.kind === 'closed') return followUp(s, order, attempt, again, s.now(), deadline);
      return order;
    }
    case 'absent':
      return order;
    case 'unknown':
      noteUnknown(s, order, 'close', answer.why);
      return order;
  }
}

/**
 * Ends the open attempt if that can be done now, so that the customer can pay another way: a QR code that was scanned is
 * closed at the channel, a till code is asked for. One that nobody has scanned cannot be called back and stays.
 */
export async function freeAttempt(s: PaymentServices, order: Order, deadline: Deadline): Promise<Order> {
  const attempt = openAttempt(order);
  if (!attempt || order.closed || order.closeRequested || !hasTimeForCall(s, deadline)) return order;
  if (attempt.kind === 'till_code') return resolveTillCode(s, order, attempt.n, deadline);
  const askedAt = s.now();
  const answer = await queryChannel(s, order, attempt.n);
  // Nothing is stored before the close: killed in between, the next query finds it closed, and that is no harm.
  const mayClose = answer.kind === 'absent' && traitsOf(order.account.channel).unpaidCodeCanBeCancelled;
  return answer.kind === 'waiting' || mayClose
    ? closeAtChannel(s, order, attempt, deadline)
    : followUp(s, order, attempt, answer, askedAt, deadline);
}

/**
 * The cashier asks to close. The channel is asked first, because asking changes nothing and the answer decides what the
 * cashier may do next; then the wish is stored; then the trade is closed where there is one.
 */
export async function requestClose(
  s: PaymentServices,
  order: Order,
  operatorId: string | undefined,
  deadline: Deadline,
): Promise<Order> {
  const attempt = openAttempt(order);
  const askedAt = s.now();
  const answer =
    attempt && !order.closed && hasTimeForCall(s, deadline) ? await queryChannel(s, order, attempt.n) : undefined;
  const seen =
    attempt && answer?.kind === 'paid' ? await followUp(s, order, attempt, answer, askedAt, deadline) : order;
  // A till code's request may still be on its way when its trade is absent: nothing is said of it that would let a new
  // order start.
  const isQrCode = attempt?.kind === 'qr_code';
  const trade = isQrCode && (answer?.kind === 'absent' || answer?.kind === 'waiting') ? answer.kind : undefined;
  const { order: asked } = await s.orders.apply(
    seen,
    { type: 'close_requested', by: 'cashier', ...(operatorId && { operatorId }), ...(trade && { trade }) },
    s.now(),
  );
  if (!attempt || !answer || openAttempt(asked)?.n !== attempt.n) return asked;
  return followUp(s, asked, attempt, answer, askedAt, deadline);
}

/** What an answer of the channel teaches of an order: pure, one closed switch per operation. Silence teaches nothing. */
import type { QueryAnswer, Refusal } from '../channel/channel.ts';
import { takes, traitsOf } from '../channel/channels.ts';
import { doubtEnd, overAt } from '../order/due.ts';
import type { Event } from '../order/events.ts';
import { type Attempt, attemptNo, type Order, openTillCode, type Payment } from '../order/order.ts';
import type { EpochMs } from '../time.ts';
import type { Heard, HeardOf, Learned } from './call.ts';
import { learnRefund, learnRefundQuery } from './learn-refunds.ts';

/** `now`: when the answer is taken in. */
export function learn(order: Order, heard: Heard, now: EpochMs): readonly Learned[] {
  switch (heard.op) {
    case 'createQrCode':
      return learnCode(heard);
    case 'payWithTillCode':
      return learnPayment(heard);
    case 'query':
      return learnTrade(order, heard, now);
    case 'close':
      return heard.answer.kind === 'closed' ? [ended(heard.n, 'closed')] : [];
    case 'cancel':
      return learnCancel(order, heard);
    case 'refund':
      return learnRefund(heard);
    case 'queryRefund':
      return learnRefundQuery(order, heard);
  }
}

function learnCode({ n, answer }: HeardOf<'createQrCode'>): Learned[] {
  switch (answer.kind) {
    case 'accepted':
      return [{ type: 'code_given', n, payload: answer.payload, shownUntil: answer.shownUntil }];
    case 'refused':
      return [{ type: 'attempt_refused', n, refusal: answer.refusal }];
    case 'unknown':
      // Without a signature it is no proof that there is no code; but no customer can pay by one that never came.
      return answer.refusal ? [{ type: 'attempt_refused', n, refusal: answer.refusal }] : [];
  }
}

/** A refusal is final only once a query says that its number belongs to no trade that can still be paid. */
function learnPayment({ n, answer }: HeardOf<'payWithTillCode'>): Learned[] {
  switch (answer.kind) {
    case 'paid':
      return [{ type: 'paid', n, news: answer, source: 'pay_answer' }];
    case 'waiting':
      return [{ type: 'customer_must_confirm', n }];
    case 'refused':
    case 'unknown':
      return [];
  }
}

function learnTrade(order: Order, heard: HeardOf<'query'>, now: EpochMs): readonly Learned[] {
  const { n, answer } = heard;
  const isReturned = answer.kind === 'paid' && answer.refundedInFull;
  switch (heard.why) {
    case 'sync':
    case 'free':
      return isTillCode(order, n) ? learnTillCode(order, heard, now) : learnQrCode(order, heard);
    case 'not_closable':
      return answer.kind === 'paid' || answer.kind === 'closed' ? learnQrCode(order, heard) : [];
    case 'till_code_refused':
      return learnRefusedTillCode(order, heard, now);
    case 'cancel_closed':
      if (answer.kind === 'closed') return [ended(n, cancelledOrRefused(order, n))];
      return answer.kind === 'paid' ? learnTillCode(order, heard, now) : [];
    case 'cancel_answered':
      if (answer.kind === 'closed') return [ended(n, cancelledOrRefused(order, n))];
      return isReturned ? learnMoney(heard, 'query') : [];
    case 'cancel_refunded':
      if (answer.kind === 'paid')
        return [{ type: 'reversed', n, news: answer, source: 'cancel_answer', notByUs: true }];
      // Until the query tells the facts of the payment that was reversed, the cancel's own word is kept.
      return [{ type: 'cancel_reversed', n, tradeNo: heard.tradeNo }];
    case 'cancel_absent': {
      // A request that was lost for longer is looked for once more after the channel's own end of it.
      const attempt = order.attempts.find((it) => it.n === n);
      if (answer.kind !== 'absent' || !attempt) return [];
      return [{ type: 'attempt_ended', n, why: 'cancelled', inDoubtUntil: doubtEnd(attempt) }];
    }
    case 'doubt':
      if (answer.kind === 'absent' || answer.kind === 'closed') return [{ type: 'doubt_resolved', n }];
      return learnMoney(heard, 'query');
    case 'refund_refused':
      if (isReturned) return [{ type: 'reversed', n, news: answer, source: 'query', notByUs: true }];
      return answer.kind === 'closed' ? cancelledAfterPayment(order, n) : [];
    case 'returned':
      return isReturned ? learnMoney(heard, 'query') : [];
    case 'message':
      return learnMoney(heard, 'query');
    case 'report':
      if (answer.kind === 'unknown' || answer.kind === 'waiting') return [{ type: 'payment_reported', n }];
      return learnMoney(heard, 'report');
  }
}

function isTillCode(order: Order, n: number): boolean {
  return order.attempts.some((attempt) => attempt.n === n && attempt.kind === 'till_code');
}

/** A payment, or that all of it has gone back: a query does not say by whom. */
function learnMoney(heard: HeardOf<'query'>, source: Payment['source']): Learned[] {
  const { n, answer } = heard;
  if (answer.kind !== 'paid') return [];
  if (answer.refundedInFull) return [{ type: 'reversed', n, news: answer, source }];
  return [{ type: 'paid', n, news: answer, source, ...(heard.why === 'message' && { told: heard.told }) }];
}

/** Whether the channel can close the trade: one that waits, and with some channels a code that was not scanned, too. */
export function isClosable({ account }: Order, { kind }: QueryAnswer): boolean {
  return kind === 'waiting' || (kind === 'absent' && traitsOf(account.channel).unpaidCodeCanBeCancelled);
}

/** One call closes and cancels, and the channel calls the trade closed although we know its payment: the cancel gave that back. */
function cancelledAfterPayment(order: Order, n: number): readonly Learned[] {
  const payment = order.payments.find(({ attempt }) => attempt === n);
  const { closeReverses } = traitsOf(order.account.channel);
  if (!payment || !closeReverses || !isCancelBegun(order, n)) return [];
  const { tradeNo, paidAt, source } = payment;
  return [{ type: 'reversed', n, news: { tradeNo, paidAt, amount: order.request.amount }, source, notByUs: true }];
}

/** From then on money that comes for the attempt goes back. */
function isCancelBegun(order: Order, n: number): boolean {
  return order.attempts.some((attempt) => attempt.n === n && attempt.cancelRequestedAt !== undefined);
}

/** A QR code ends by the only two proofs there are: the channel's word, or its absence there after its end. */
function learnQrCode(order: Order, heard: HeardOf<'query'>): readonly Learned[] {
  const { n, answer, askedAt, why } = heard;
  const isOver = askedAt >= overAt(order);
  const by = order.closeRequested?.by ?? 'expiry';
  // To free the order for another attempt, nothing is stored before the close: killed in between, the next query finds it closed,
  // and that is no harm.
  if (why === 'free' && isClosable(order, answer)) return [];
  switch (answer.kind) {
    case 'paid':
      return learnPaid(order, heard);
    case 'closed':
      return learnClosed(order, n);
    case 'absent':
      if (isOver) return [ended(n, 'expired')];
      return order.closeRequested ? [{ type: 'close_requested', by, trade: 'absent' }] : [];
    case 'waiting':
      if (!isOver && !order.closeRequested) return [];
      return [{ type: 'close_requested', by, trade: 'waiting' }];
    case 'unknown':
      return [];
  }
}

function learnTillCode(order: Order, heard: HeardOf<'query'>, now: EpochMs): readonly Learned[] {
  const { n, answer } = heard;
  const attempt = openTillCode(order);
  if (attempt?.n !== n) return [];
  switch (answer.kind) {
    case 'paid':
      return learnPaid(order, heard);
    case 'closed':
      return learnClosed(order, n);
    case 'absent':
      if (attempt.refused) return [ended(n, 'refused')];
      return now >= doubtEnd(attempt) ? [ended(n, 'expired')] : [];
    case 'waiting':
      return [{ type: 'customer_must_confirm', n }];
    case 'unknown':
      return [];
  }
}

/** A cancel may be under way: the sale is off, and the money goes back. The plan cancels again. */
function learnPaid(order: Order, heard: HeardOf<'query'>): readonly Learned[] {
  const { n, answer } = heard;
  const isGone = answer.kind === 'paid' && answer.refundedInFull;
  return isCancelBegun(order, n) && !isGone ? [] : learnMoney(heard, 'query');
}

function learnClosed(order: Order, n: number): readonly Learned[] {
  const attempt = order.attempts.find((it) => it.n === n);
  return attempt?.reversed
    ? cancelsWord(order, n, attempt.reversed)
    : [ended(n, attempt?.refused ? 'refused' : 'closed')];
}

function learnRefusedTillCode(order: Order, heard: HeardOf<'query'>, now: EpochMs): readonly Learned[] {
  const { n, answer } = heard;
  if (heard.why !== 'till_code_refused') return [];
  const { refusal } = heard;
  if (answer.kind === 'absent' || answer.kind === 'closed') return [{ type: 'attempt_refused', n, refusal }];
  const open = { type: 'attempt_refused', n, refusal, isOpen: true } as const;
  return [...(isBelieved(refusal, answer) ? [open] : []), ...learnTillCode(order, heard, now)];
}

/** Whether the cashier is shown why. A code that is in no list is believed only once nothing is left to pay. */
export function isBelieved({ reason }: Refusal, answer: QueryAnswer | undefined): boolean {
  return reason !== 'not_completed' && answer?.kind !== 'paid';
}

/** The channel calls the trade closed and tells no payment, but its cancel said that it gave one back. */
function cancelsWord(order: Order, n: number, { tradeNo, at }: NonNullable<Attempt['reversed']>): readonly Learned[] {
  if (tradeNo === undefined) return [];
  const { amount } = order.request;
  if (takes(order.account.channel, amount.currency))
    return [{ type: 'reversed', n, news: { tradeNo, paidAt: at, amount }, source: 'cancel_answer', notByUs: true }];
  // An earlier version sent the order in another currency: how much came and went the cancel does not say.
  const facts = { tradeNo, paidAt: at };
  return [
    { type: 'anomaly', n, reason: 'different_currency', key: anomalyKey(order, n), facts },
    ended(n, 'cancelled'),
  ];
}

function learnCancel(order: Order, heard: HeardOf<'cancel'>): Learned[] {
  const { n, answer } = heard;
  if (heard.why === 'paid')
    return answer.kind === 'refunded'
      ? [{ type: 'reversed', n, news: heard.news, source: 'query', notByUs: true }]
      : [];
  // One that was paid, and that the merchant has refunded in full in the channel's own console, is closed, too.
  return answer.kind === 'closed' && heard.why === 'unpaid' ? [ended(n, cancelledOrRefused(order, n))] : [];
}

function cancelledOrRefused(order: Order, n: number): 'cancelled' | 'refused' {
  return order.attempts.some((attempt) => attempt.n === n && attempt.refused) ? 'refused' : 'cancelled';
}

/** The key of an anomaly that was found by asking. */
export function anomalyKey(order: Order, n: number): string {
  return `query\n${attemptNo(order, n)}`;
}

function ended(n: number, why: Event<'attempt_ended'>['why']): Event<'attempt_ended'> {
  return { type: 'attempt_ended', n, why };
}

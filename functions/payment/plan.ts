/**
 * What a visit of an order does next: which call to the channel, or what to store first, given the order, what the visit has
 * heard and stored so far, and the time. Pure.
 *
 * An intent that must not be lost is stored before its call: that a cancel is wanted, that a refund is called for.
 */
import type { QueryAnswer, Refusal } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import { cancelEnd, isGivenUp } from '../order/due.ts';
import { type Attempt, endsByCancel, type Order, openAttempt, type Refund } from '../order/order.ts';
import { calledRefunds } from '../order/refunds.ts';
import {
  ask,
  type Heard,
  type HeardOf,
  isFresh,
  type Moment,
  type Past,
  type Reversal,
  type Step,
  type Stored,
  type Then,
} from './call.ts';
import { isBelieved, isClosable } from './learn.ts';
import { openWork } from './open-work.ts';

export interface Visit {
  /** `order`: everything that is open on it. `call`: what the visit began with, and what follows from that. */
  readonly scope: 'order' | 'call';
  readonly past: Past;
}

export function nextStep(order: Order, { scope, past }: Visit, moment: Moment): Step | undefined {
  const heard = past.findLast((it): it is Heard => it.op !== 'store');
  const last = past.at(-1);
  const then = { ...moment, past, open: openAttempt(order) };
  return (
    (last?.op === 'store' ? afterWrite(order, last, moment) : undefined) ??
    (heard ? afterAnswer(order, heard, then) : undefined) ??
    unknownOutcome(past) ??
    (scope === 'order' ? openWork(order, then) : undefined)
  );
}

/** What a write obliges to. */
function afterWrite(order: Order, { fact, verdict, at }: Stored, moment: Moment): Step | undefined {
  // A call that this visit has claimed is made at once. Where another visit claimed it, it is that one's.
  if (fact.type === 'refund_called' && verdict === 'moved') return ask({ op: 'refund', refundNo: fact.refundNo });
  if (fact.type === 'paid' && verdict === 'moved') {
    const automatic = order.refunds.find(({ refundNo }) => refundNo === `auto_${fact.n}`);
    const isClaimed = automatic?.requestedAt === at && automatic.tries === 1;
    return isClaimed ? ask({ op: 'refund', refundNo: automatic.refundNo }) : undefined;
  }
  // All is back, and a refund of ours may have done it whose answer is on its way.
  if (fact.type === 'reversed' && verdict === 'refused' && !fact.notByUs)
    return reversalStep(order, { n: fact.n, news: fact.news, source: fact.source, asked: [] }, moment);
  return undefined;
}

/** What an answer is followed by. */
function afterAnswer(order: Order, heard: Heard, then: Then): Step | undefined {
  switch (heard.op) {
    case 'createQrCode':
      return undefined;
    case 'payWithTillCode':
      return afterPayment(heard, then);
    case 'query':
      return afterQuery(order, heard, then);
    case 'close':
      // It is not waiting any more, so it was probably paid while we closed. Only a query says so.
      if (heard.answer.kind !== 'not_closable' || !then.hasTime) return undefined;
      return ask({ op: 'query', n: heard.n, why: 'not_closable' });
    case 'cancel':
      return afterCancel(order, heard, then);
    case 'refund':
      return afterRefund(order, heard, then);
    case 'queryRefund':
      return afterRefundQuery(order, heard, then);
  }
}

/** A till code without a clear outcome is asked about at once; if that does not help, polls and the sweep go on. */
function afterPayment({ n, answer }: HeardOf<'payWithTillCode'>, then: Then): Step | undefined {
  if (!isFresh(then)) return undefined;
  if (answer.kind === 'unknown') return then.hasTime ? ask({ op: 'query', n, why: 'sync' }) : undefined;
  if (answer.kind !== 'refused') return undefined;
  const { refusal } = answer;
  if (then.hasTime) return ask({ op: 'query', n, why: 'till_code_refused', refusal });
  if (!isBelieved(refusal, undefined)) return undefined;
  return { store: [{ type: 'attempt_refused', n, refusal, isOpen: true }] };
}

/** What came of a till code stays unknown to this visit: stored last, so that the sweep comes soon. */
function unknownOutcome(past: Past): Step | undefined {
  const [sent] = past;
  if (sent?.op !== 'payWithTillCode') return undefined;
  const isStored = past.some((it) => it.op === 'store' && it.fact.type === 'outcome_unknown');
  if (isStored || !isUnknown(sent, past)) return undefined;
  return { store: [{ type: 'outcome_unknown', n: sent.n }] };
}

function isUnknown({ answer }: HeardOf<'payWithTillCode'>, past: Past): boolean {
  if (answer.kind !== 'refused') return answer.kind === 'unknown';
  const query = past.find((it): it is HeardOf<'query'> => it.op === 'query' && it.why === 'till_code_refused');
  const isOver = query?.answer.kind === 'absent' || query?.answer.kind === 'closed';
  return !isOver && !isBelieved(answer.refusal, query?.answer);
}

function afterQuery(order: Order, heard: HeardOf<'query'>, then: Then): Step | undefined {
  const { n, answer } = heard;
  switch (heard.why) {
    case 'sync':
    case 'free':
    case 'till_code_refused': {
      if (then.open && endsByCancel(order, then.open)) return afterTrade(order, heard, then);
      const isToClose = then.open?.n === n && (heard.why === 'free' || order.closeRequested !== undefined);
      return isToClose && isClosable(order, answer) && then.hasTime ? ask({ op: 'close', n }) : undefined;
    }
    case 'cancel_closed':
      return answer.kind === 'paid' ? afterTrade(order, heard, then) : undefined;
    case 'cancel_answered':
      return isFresh(then) ? takenAndRefunded(heard, then) : undefined;
    case 'cancel_refunded': {
      // Closed, and no payment told: the cancel's own word, which is kept by now, says what that means.
      const isKept = answer.kind === 'closed' && !isFresh(then);
      return isKept ? { learn: { ...heard, why: 'sync' } } : undefined;
    }
    case 'refund_refused': {
      const { refundNo, refusal } = heard;
      return isFresh(then) ? refusedRefund(order, n, { refundNo, refusal }, then) : undefined;
    }
    case 'not_closable':
    case 'cancel_absent':
    case 'doubt':
    case 'returned':
    case 'message':
    case 'report':
      return undefined;
  }
}

/** What was given up is cancelled, after a query without a gap: what is paid in between goes back by the cancel. */
function afterTrade(order: Order, heard: HeardOf<'query'>, then: Then): Step | undefined {
  const { n, answer } = heard;
  const attempt = then.open;
  if (attempt?.n !== n) return undefined;
  const mayCancel = then.now < cancelEnd(order, attempt) && then.hasTime;
  if (answer.kind === 'paid') {
    if (!isFresh(then)) return undefined;
    return mayCancel ? ask({ op: 'cancel', n, why: 'paid', news: answer }) : takenAndRefunded(heard, then);
  }
  if (answer.kind === 'closed') return undefined;
  const isFreed = heard.why === 'free' && isEndable(order, attempt, answer) && mayCancel;
  if (!isFreed && !isGivenUp(order, attempt, then.now)) return undefined;
  if (attempt.cancelRequestedAt === undefined) return { store: [{ type: 'cancel_requested', n }] };
  return mayCancel ? ask({ op: 'cancel', n, why: answer.kind === 'unknown' ? 'unanswered' : 'unpaid' }) : undefined;
}

/** Whether a cancel ends the code. The request for one that never came may still be on its way to the channel. */
function isEndable(order: Order, { payload }: Attempt, answer: QueryAnswer): boolean {
  return answer.kind === 'waiting' || (payload !== undefined && isClosable(order, answer));
}

/** Stored together with its refund, whose call must still fit. */
function takenAndRefunded({ n, answer }: HeardOf<'query'>, { hasTime }: Moment): Step | undefined {
  if (!hasTime || answer.kind !== 'paid') return undefined;
  return { store: [{ type: 'paid', n, news: answer, source: 'query' }] };
}

function afterCancel(order: Order, heard: HeardOf<'cancel'>, then: Then): Step | undefined {
  const { n, answer } = heard;
  if (!isFresh(then)) return undefined;
  // Where one call closes and cancels, only the query tells which it was, and why it was refused.
  const isUntold =
    answer.kind === 'ended' || (answer.kind === 'refused' && traitsOf(order.account.channel).closeReverses);
  if (isUntold) return then.hasTime ? ask({ op: 'query', n, why: 'cancel_answered' }) : undefined;
  if (heard.why === 'paid')
    return then.hasTime ? { store: [{ type: 'paid', n, news: heard.news, source: 'query' }] } : undefined;
  switch (answer.kind) {
    case 'closed':
      return then.hasTime ? ask({ op: 'query', n, why: 'cancel_closed' }) : undefined;
    case 'refunded': {
      const { tradeNo } = answer;
      if (then.hasTime) return ask({ op: 'query', n, why: 'cancel_refunded', tradeNo });
      return { store: [{ type: 'cancel_reversed', n, tradeNo }] };
    }
    case 'absent': {
      // Before its time is over the call that pays may still be on its way; after that one more query makes sure.
      const isOver = then.open?.kind === 'till_code' && then.now >= then.open.expiresAt;
      return isOver && then.hasTime ? ask({ op: 'query', n, why: 'cancel_absent' }) : undefined;
    }
    case 'refused':
    case 'unknown':
      return undefined;
  }
}

function afterRefund(order: Order, { refundNo, answer }: HeardOf<'refund'>, then: Then): Step | undefined {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (!refund || !isFresh(then)) return undefined;
  const n = refund.attempt;
  if (answer.kind === 'pending') return ask({ op: 'queryRefund', n, why: 'pending', refundNo });
  if (answer.kind !== 'refused') return undefined;
  const { refusal } = answer;
  // The channel refuses to refund what has gone back already: by a cancel whose answer never came, or in its own console.
  if (mayBeBack(order, refund, refusal)) return ask({ op: 'query', n, why: 'refund_refused', refundNo, refusal });
  return refusedRefund(order, n, { refundNo, refusal }, then);
}

/** A code that is in no list may mean anything: the refund is asked about before it is believed, and where a refusal ends its number. */
function refusedRefund(
  order: Order,
  n: number,
  { refundNo, refusal }: { refundNo: string; refusal: Refusal },
  { hasTime }: Moment,
): Step {
  const { refusalEndsNumber } = traitsOf(order.account.channel);
  // By any answer of the query: under this number the refund is never sent again.
  if (refusalEndsNumber && !hasTime) return { store: [{ type: 'refund_refused', refundNo, refusal, isOpen: true }] };
  if (refusalEndsNumber || refusal.reason === 'not_completed')
    return ask({ op: 'queryRefund', n, why: 'refused', refundNo, refusal });
  return { store: [{ type: 'refund_refused', refundNo, refusal }] };
}

/** Whether unwanted money may be back without this refund: the channel has less left of it, or a cancel of it was begun. */
function mayBeBack(order: Order, { source, attempt }: Refund, { reason }: Refusal): boolean {
  if (source !== 'automatic') return false;
  const isCancelled = order.attempts.some(
    ({ n, cancelRequestedAt }) => n === attempt && cancelRequestedAt !== undefined,
  );
  return isCancelled || reason === 'refund_amount';
}

function afterRefundQuery(order: Order, heard: HeardOf<'queryRefund'>, then: Then): Step | undefined {
  if (heard.why !== 'reversal') return undefined;
  const last = then.past.at(-1);
  const isSettled = last?.op === 'store' && (last.fact.type === 'reversed' || last.fact.type === 'refund_told');
  return isSettled ? undefined : reversalStep(order, heard.reversal, then, heard);
}

/** Asks whether a refund of ours that was called for was carried out; if none was, others have given all of it back. */
function reversalStep(
  order: Order,
  { n, news, source, asked }: Reversal,
  { now, hasTime }: Moment,
  heard?: HeardOf<'queryRefund'>,
): Step {
  const called = calledRefunds(order, n);
  const before = order.refunds.find(({ refundNo }) => refundNo === asked.at(-1));
  // A refund that was called just now may not be seen yet, although its money is back.
  const isProof =
    !heard ||
    heard.answer.kind === 'failed' ||
    (heard.answer.kind === 'none' && now >= (before?.calledAt ?? 0) + traitsOf(order.account.channel).refundQueryAfter);
  const next = isProof ? called.find(({ refundNo }) => !asked.includes(refundNo)) : undefined;
  if (next && hasTime) {
    const { refundNo } = next;
    const reversal = { n, news, source, asked: [...asked, refundNo] };
    return ask({ op: 'queryRefund', n, why: 'reversal', refundNo, reversal });
  }
  if (called.length === 0 || (isProof && !next))
    return { store: [{ type: 'reversed', n, news, source, notByUs: true }] };
  // Ours may have done a part of it; that all is back stays known until an answer tells who did the rest.
  return { store: [{ type: 'refund_told', n, told: { returned: news.amount.value } }] };
}

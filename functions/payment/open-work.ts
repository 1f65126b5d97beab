/** Which of an order's open work a visit turns to next: the part of the plan that no answer has called for. Pure. */
import { traitsOf } from '../channel/channels.ts';
import { doubtEndsAt } from '../order/due.ts';
import { attemptsInDoubt, lacksCode, type Order, type Refund } from '../order/order.ts';
import { hasNumberEnded, isNumberRefused } from '../order/refund-numbers.ts';
import { callableAt, calledRefunds } from '../order/refunds.ts';
import type { EpochMs } from '../time.ts';
import { ask, type Past, type Step, type Then } from './call.ts';
import { knownRefund } from './learn-refunds.ts';

/** Goes forward through what is open, and never back: the payment, what is in doubt, refunds, what is reported to be back. */
export function openWork(order: Order, then: Then): Step | undefined {
  const { past } = then;
  const hasBegun = past.length > 0;
  const isAtReports = past.some(isOfReports);
  const isAtRefunds = isAtReports || past.some((it) => refundBegun(it) !== undefined);
  return (
    (hasBegun ? undefined : openPayment(order, then)) ??
    (isAtRefunds ? undefined : openDoubt(order, then)) ??
    (isAtReports ? undefined : openRefund(order, then)) ??
    openReport(order, then)
  );
}

function openPayment(order: Order, { now, hasTime, open }: Then): Step | undefined {
  if (order.payments.length > 0 || order.closed) return undefined;
  if (!open) return { store: [{ type: 'time_passed' }] };
  if (!hasTime) return undefined;
  const { n, expiresAt } = open;
  return lacksCode(order) && now + traitsOf(order.account.channel).shortestCode <= expiresAt
    ? ask({ op: 'createQrCode', n })
    : ask({ op: 'query', n, why: 'sync' });
}

/** Looks once more for what may have been paid although its attempt was given up, after the last moment at which it could be. */
function openDoubt(order: Order, { past, now, hasTime }: Then): Step | undefined {
  const isAsked = (n: number) => past.some((it) => it.op === 'query' && it.why === 'doubt' && it.n === n);
  const attempt = attemptsInDoubt(order).find((it) => now >= doubtEndsAt(it) && !isAsked(it.n));
  return attempt && hasTime ? ask({ op: 'query', n: attempt.n, why: 'doubt' }) : undefined;
}

/** Every refund that may be gone on with now: before a call is repeated, its lease must be over and a query must find nothing. */
function openRefund(order: Order, then: Then): Step | undefined {
  const { past, now, hasTime } = then;
  const { refundQueryAfter } = traitsOf(order.account.channel);
  if (!hasTime) return undefined;
  const begun = past.map(refundBegun);
  const heard = past.at(-1);
  const last = order.refunds.findLastIndex(({ refundNo }) => begun.includes(refundNo));
  const isNone = heard?.op === 'queryRefund' && heard.why === 'repeat' && heard.answer.kind === 'none';
  const next = order.refunds.slice(isNone ? last : last + 1).find((refund, i) => {
    if (refund.result) return false;
    if (isToBeCalled(refund)) return now >= callableAt(order, refund);
    if (isNone && i === 0) return !isNumberRefused(order, refund) && now >= callableAt(order, refund);
    return now >= (refund.calledAt ?? 0) + refundQueryAfter;
  });
  if (!next) return undefined;
  const { refundNo, attempt: n } = next;
  const isAsked = isToBeCalled(next) || (isNone && begun.includes(refundNo));
  return isAsked
    ? { store: [{ type: 'refund_called', refundNo }] }
    : ask({ op: 'queryRefund', n, why: 'repeat', refundNo });
}

/** Its newest number was never sent, or has ended. */
function isToBeCalled(refund: Refund): boolean {
  return refund.calledAt === undefined || hasNumberEnded(refund);
}

function refundBegun(it: Past[number]): string | undefined {
  if (it.op === 'store') return it.fact.type === 'refund_called' ? it.fact.refundNo : undefined;
  return it.op === 'queryRefund' && it.why === 'repeat' ? it.refundNo : undefined;
}

/** Everything that is reported of the order to have gone back; what no number is left for can only be asked as a whole. */
function openReport(order: Order, { past, hasTime, now }: Then): Step | undefined {
  if (!hasTime) return undefined;
  for (const { attempt: n, numbers } of order.reportedRefunds ?? []) {
    const next = (numbers ?? []).find(
      ({ channelNo }) =>
        isUnexplained(order, n, channelNo) &&
        !past.some(
          (it) => it.op === 'queryRefund' && it.why === 'reported' && it.n === n && it.channelNo === channelNo,
        ),
    );
    if (next) return ask(reportedQuestion(n, next.channelNo));
    const isAsked = past.some((it) => it.op === 'query' && it.why === 'returned' && it.n === n);
    if (numbers === undefined && !isAsked && isSeen(order, n, now)) return ask(reportedQuestion(n, undefined));
  }
  return undefined;
}

/** Whether the channel's answers are old enough to tell each refund of ours that was called for. Before, asking proves nothing. */
function isSeen(order: Order, n: number, now: EpochMs): boolean {
  const { refundQueryAfter } = traitsOf(order.account.channel);
  return calledRefunds(order, n).every(({ calledAt = 0 }) => now >= calledAt + refundQueryAfter);
}

function isOfReports(it: Past[number]): boolean {
  return (it.op === 'queryRefund' && it.why === 'reported') || (it.op === 'query' && it.why === 'returned');
}

/** By its number, or, where the channel named none, whether the whole trade has gone back. */
export function reportedQuestion(n: number, channelNo: string | undefined) {
  if (channelNo === undefined) return { op: 'query', n, why: 'returned' } as const;
  return { op: 'queryRefund', n, why: 'reported', channelNo } as const;
}

/** Whether no refund of the order tells it yet. */
export function isUnexplained(order: Order, n: number, channelNo: string): boolean {
  const isNamed = order.refunds.some(
    ({ attempt, named }) => attempt === n && named?.some((part) => part.channelNo === channelNo),
  );
  return !isNamed && knownRefund(order, n, channelNo)?.result?.status !== 'succeeded';
}

/**
 * The moves of reported refunds, part of {@link decide}: what the channel tells of money that has gone back, by a message, a
 * running total, a refusal or a row of its bill, before a definite answer brings the refund itself. A report is never taken
 * back: it is asked about until a refund explains it, because what the channel has signed does not become untrue.
 */
import type { EpochMs } from '../time.ts';
import type { ReportedRefund } from './channel-facts.ts';
import type { Event, Outcome } from './events.ts';
import { type Order, requestNo } from './order.ts';
import { succeededOf } from './sums.ts';

const MOST_REPORTED = 20;

/**
 * What the channel tells of money that has gone back, in minor units: `amount` of one refund, `returned` of the whole trade so
 * far. Neither: it told no sum.
 */
export interface Told {
  readonly channelNo?: string | undefined;
  readonly amount?: number | undefined;
  readonly returned?: number | undefined;
}

/** Refused where there is no room left to keep it, so that the channel tells it again. */
export function refundTold(order: Order, { n, told }: Event<'refund_told'>, now: EpochMs): Outcome {
  if (!order.payments.some(({ attempt }) => attempt === n)) return 'order_not_paid';
  const { channelNo } = told;
  if (channelNo !== undefined && isFull(order) && !isKept(order, n, channelNo)) return 'too_many_refunds';
  const after = withTold(order, n, told, now);
  return after === order ? 'unchanged' : after;
}

/** The order with what was told kept as open work, as far as none of its refunds explains it. */
export function withTold(order: Order, n: number, told: Told, now: EpochMs): Order {
  const isKnown = told.channelNo !== undefined && knows(order, n, told.channelNo);
  if (succeededOf(order, n) >= order.ask.amount.value || (isKnown && told.returned === undefined)) return order;
  const channelNo = isKnown ? undefined : told.channelNo;
  const reports = order.reportedRefunds ?? [];
  const before = reports.find((it) => it.attempt === n && it.channelNo === channelNo);
  const others = reports.filter((it) => it !== before);
  const gap = told.returned === undefined ? undefined : gapTo(order, n, told.returned, others);
  // A refund of ours that is on its way may be what the sum counts in, and a number is of a refund that moved something.
  const proved = channelNo !== undefined && gap === 0 ? undefined : gap;
  const amount = isKnown ? gap : (told.amount ?? proved);
  if (amount !== undefined && amount <= 0) return order;
  if (before && (amount === undefined || amount <= (before.amount ?? -1))) return order;
  const report: ReportedRefund = {
    attempt: n,
    ...(channelNo !== undefined && { channelNo }),
    ...(amount !== undefined && { amount }),
    at: before?.at ?? now,
  };
  return { ...order, reportedRefunds: [...others, report] };
}

function isFull({ reportedRefunds = [] }: Order): boolean {
  return reportedRefunds.length >= MOST_REPORTED;
}

/** Whether a refund or a report of attempt `n` bears the channel's number. */
function isKept(order: Order, n: number, channelNo: string): boolean {
  const { reportedRefunds = [] } = order;
  return knows(order, n, channelNo) || reportedRefunds.some((it) => it.attempt === n && it.channelNo === channelNo);
}

/** Whether a refund of attempt `n` bears the channel's number, and was not called failed. */
function knows(order: Order, n: number, channelNo: string): boolean {
  return order.refunds.some(
    (it) =>
      it.attempt === n &&
      it.result?.status !== 'failed' &&
      (requestNo(order, it) === channelNo || it.named?.some((part) => part.channelNo === channelNo)),
  );
}

/** What the channel's running total proves beyond the refunds that it may count in, and beyond what else is reported. */
function gapTo(order: Order, n: number, returned: number, others: readonly ReportedRefund[]): number {
  const counted = order.refunds.filter(
    ({ attempt, result, calledAt }) =>
      attempt === n && result?.status !== 'failed' && (result !== undefined || calledAt !== undefined),
  );
  const explained = [...counted, ...others.filter(({ attempt }) => attempt === n)];
  const total = Math.min(returned, order.ask.amount.value);
  return Math.max(
    0,
    explained.reduce((rest, { amount = 0 }) => rest - amount, total),
  );
}

/**
 * The channel has told a refund of attempt `n`. Its own report is over. What it is more than that was in the sum that came without
 * a number; what it is less has gone back by a refund that nothing has named.
 */
export function withExplained(order: Order, n: number, channelNo: string, amount: number): Order {
  const reports = order.reportedRefunds ?? [];
  const numbered = reports.find((it) => it.attempt === n && it.channelNo === channelNo);
  const nameless = reports.find((it) => it.attempt === n && it.channelNo === undefined);
  const before = nameless ?? numbered;
  if (!before) return order;
  const left = (numbered?.amount ?? 0) + (nameless?.amount ?? 0) - amount;
  const others = reports.filter((it) => it !== numbered && it !== nameless);
  return withReports(order, left > 0 ? [...others, { attempt: n, amount: left, at: before.at }] : others);
}

/** Nothing is reported of a payment any more once all of it has gone back. */
export function withoutReturned(order: Order): Order {
  const reports = order.reportedRefunds ?? [];
  const open = reports.filter(({ attempt }) => succeededOf(order, attempt) < order.ask.amount.value);
  return open.length === reports.length ? order : withReports(order, open);
}

function withReports(order: Order, reports: readonly ReportedRefund[]): Order {
  const { reportedRefunds: _, ...rest } = order;
  return reports.length > 0 ? { ...rest, reportedRefunds: reports } : rest;
}

/**
 * The moves of reported refunds, part of {@link decide}: what the channel tells of money that has gone back, by a message, a
 * running total, a refusal or a row of its report, before a definite answer brings the refund itself. A report is never taken
 * back: it is asked about until refunds explain it, because what the channel has signed does not become untrue.
 */
import type { EpochMs } from '../time.ts';
import type { ReportedRefund, Told } from './channel-facts.ts';
import type { Event, Outcome } from './events.ts';
import type { Order, Refund } from './order.ts';
import { bearsNumber } from './refund-numbers.ts';
import { succeededOf } from './sums.ts';

const NUMBERS_MAX = 20;
type Numbers = NonNullable<ReportedRefund['numbers']>;

/** Refused where there is no room left to keep it, so that the channel tells it again. */
export function refundTold(order: Order, { n, told }: Event<'refund_told'>, now: EpochMs): Outcome {
  if (!order.payments.some(({ attempt }) => attempt === n)) return 'order_not_paid';
  const after = withTold(order, n, told, now);
  if (after === order) return 'unchanged';
  return numbersOf(after, n).length > NUMBERS_MAX ? 'too_many_refunds' : after;
}

/**
 * The order with what was told kept as open work, as far as none of its refunds explains it. Refunds of ours that are under way
 * keep the total that they may explain: it has to be explained again if they fail.
 */
export function withTold(order: Order, n: number, told: Told, now: EpochMs): Order {
  const after = withToldReport(order, n, told, now);
  const returned = Math.min(told.returned ?? 0, order.request.amount.value);
  if (returned <= succeededOf(after, n)) return after;
  // One that the channel names has not failed; and unwanted money is asked back until it is back.
  const mayFail = (it: Refund) =>
    isUnderWay(it) &&
    it.source !== 'automatic' &&
    !(told.channelNo !== undefined && bearsNumber(order, it, told.channelNo));
  const mayExplain = (it: Refund) =>
    it.attempt === n && mayFail(it) && (it.returnedMeanwhile === undefined || it.returnedMeanwhile < returned);
  if (!after.refunds.some(mayExplain)) return after;
  const refunds = after.refunds.map((it) => (mayExplain(it) ? { ...it, returnedMeanwhile: returned } : it));
  return { ...after, refunds };
}

function withToldReport(order: Order, n: number, told: Told, now: EpochMs): Order {
  const { channelNo, amount, returned } = told;
  const isKnown = channelNo !== undefined && knows(order, n, channelNo);
  if (isKnown && returned === undefined) return order;
  if (succeededOf(order, n) >= order.request.amount.value || (amount !== undefined && amount <= 0)) return order;
  const before = reportOf(order, n);
  const numbers =
    channelNo === undefined || isKnown ? (before?.numbers ?? []) : withNumber(before?.numbers ?? [], channelNo, amount);
  const least = Math.max(
    before?.amount ?? 0,
    returned === undefined ? 0 : gapTo(order, n, returned),
    channelNo === undefined ? (amount ?? 0) : 0,
  );
  const isSum = returned !== undefined || (channelNo === undefined && amount !== undefined);
  if (isSum && least === 0 && numbers.length === 0) return order;
  // A refund of ours that is on its way may be what the sum counts in; but each number is of one that moved something.
  const sum = isSum || before?.amount !== undefined ? Math.max(least, numbers.length) : undefined;
  return withReport(order, { attempt: n, numbers, amount: sum, at: before?.at ?? now });
}

/** The same number told again has the larger amount. */
function withNumber(numbers: Numbers, channelNo: string, told: number | undefined): Numbers {
  const before = numbers.find((it) => it.channelNo === channelNo);
  const amount = told === undefined ? before?.amount : Math.max(told, before?.amount ?? 0);
  const number = { channelNo, ...(amount !== undefined && { amount }) };
  return before ? numbers.map((it) => (it === before ? number : it)) : [...numbers, number];
}

/** Whether a refund of attempt `n` bears the channel's number, and was not called failed. */
function knows(order: Order, n: number, channelNo: string): boolean {
  return order.refunds.some(
    (it) =>
      it.attempt === n &&
      it.result?.status !== 'failed' &&
      (bearsNumber(order, it, channelNo) || it.named?.some((part) => part.channelNo === channelNo)),
  );
}

/** What the channel's running total proves beyond the refunds that it may count in. */
function gapTo(order: Order, n: number, returned: number): number {
  const counted = order.refunds.filter(
    (it) => it.attempt === n && (it.result?.status === 'succeeded' || isUnderWay(it)),
  );
  const total = Math.min(returned, order.request.amount.value);
  return counted.reduce((rest, { amount }) => rest - amount, total);
}

/** The channel has told a refund of attempt `n`: it need not be asked about, and is no more in the sum of what is unknown. */
export function withExplained(order: Order, n: number, channelNo: string, amount: number): Order {
  const before = reportOf(order, n);
  if (!before) return order;
  const numbers = (before.numbers ?? []).filter((it) => it.channelNo !== channelNo);
  const rest = before.amount === undefined ? undefined : Math.max(before.amount - amount, numbers.length);
  const isOver = numbers.length === 0 && (rest ?? 0) === 0;
  return isOver ? withoutReport(order, n) : withReport(order, { ...before, numbers, amount: rest });
}

/** Whether the channel was asked for it, and has not said what came of it. */
function isUnderWay({ result, calledAt }: Refund): boolean {
  return result === undefined && calledAt !== undefined;
}

/** Nothing is reported of a payment any more once all of it has gone back. */
export function withoutReturned(order: Order): Order {
  const whole = order.reportedRefunds?.find(({ attempt }) => succeededOf(order, attempt) >= order.request.amount.value);
  return whole ? withoutReturned(withoutReport(order, whole.attempt)) : order;
}

function reportOf({ reportedRefunds }: Order, n: number): ReportedRefund | undefined {
  return reportedRefunds?.find(({ attempt }) => attempt === n);
}

function numbersOf(order: Order, n: number): Numbers {
  return reportOf(order, n)?.numbers ?? [];
}

interface Report {
  readonly attempt: number;
  readonly numbers: Numbers;
  readonly amount: number | undefined;
  readonly at: EpochMs;
}

/** In its place, without the members that say nothing; the order itself where nothing changes. */
function withReport(order: Order, { attempt, numbers, amount, at }: Report): Order {
  const before = reportOf(order, attempt);
  const isSame =
    before?.amount === amount &&
    before?.numbers?.length === (numbers.length || undefined) &&
    numbers.every((it, i) => before?.numbers?.[i]?.amount === it.amount);
  if (before && isSame) return order;
  const report: ReportedRefund = {
    attempt,
    ...(numbers.length > 0 && { numbers }),
    ...(amount !== undefined && { amount }),
    at,
  };
  const reports = order.reportedRefunds ?? [];
  return {
    ...order,
    reportedRefunds: before ? reports.map((it) => (it === before ? report : it)) : [...reports, report],
  };
}

function withoutReport(order: Order, n: number): Order {
  const { reportedRefunds = [], ...rest } = order;
  const others = reportedRefunds.filter(({ attempt }) => attempt !== n);
  return others.length > 0 ? { ...rest, reportedRefunds: others } : rest;
}

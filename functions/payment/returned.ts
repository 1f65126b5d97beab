/**
 * Money that has gone back without our asking: by a cancel, or by the merchant in the channel's own console. What the channel
 * reports of it is asked about until a definite answer tells the refund.
 */
import type { PaidNews } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import { CHANNEL_CALL, type Deadline } from '../deadlines.ts';
import type { Told } from '../order/channel-facts.ts';
import { type Order, type Payment, requestNo } from '../order/order.ts';
import { calledRefunds } from '../order/refunds.ts';
import { succeededOf } from '../order/sums.ts';
import {
  anomalyKey,
  channelOf,
  hasTimeForCall,
  markSynced,
  noteReceived,
  noteUnknown,
  queryChannel,
  recordAnomaly,
  refOf,
} from './channel-call.ts';
import type { PaymentServices } from './context.ts';
import { lookForRefund } from './refund-query.ts';

/**
 * Stores that attempt `n` was paid and that all of it has gone back: by a cancel of ours, or by the merchant in the channel's
 * own console.
 */
export async function recordReversal(
  s: PaymentServices,
  order: Order,
  n: number,
  news: PaidNews,
  source: Payment['source'],
): Promise<Order> {
  const verdict = await s.orders.apply(order, { type: 'reversed', n, news, source, notByUs: true }, s.now());
  if (verdict.kind === 'refused') await recordAnomaly(s, verdict.order, n, verdict.reason, anomalyKey(order, n), news);
  if (verdict.kind === 'moved') await noteReceived(s, verdict.order, n, news, anomalyKey(order, n));
  return verdict.order;
}

/** The same as a query tells it, which does not say by whom: a refund of ours may have done it whose answer is on its way. */
export async function recordReversalUnlessOurs(
  s: PaymentServices,
  order: Order,
  n: number,
  news: PaidNews,
  source: Payment['source'],
  deadline: Deadline,
): Promise<Order> {
  const verdict = await s.orders.apply(order, { type: 'reversed', n, news, source }, s.now());
  if (verdict.kind === 'moved') await noteReceived(s, verdict.order, n, news, anomalyKey(order, n));
  if (verdict.kind !== 'refused') return verdict.order;
  const looked = await lookForOurs(s, verdict.order, n, deadline);
  if (looked.none || calledRefunds(looked.order, n).length === 0)
    return recordReversal(s, looked.order, n, news, source);
  // Ours may have done a part of it; that all is back stays known until somebody can say who did the rest.
  return storeTold(s, looked.order, n, { returned: news.amount.value });
}

/** Asks whether a refund of attempt `n` that we have called for was carried out. `none`: no such refund was. */
async function lookForOurs(
  s: PaymentServices,
  seen: Order,
  n: number,
  deadline: Deadline,
): Promise<{ order: Order; none: boolean }> {
  let order = seen;
  for (const refund of calledRefunds(seen, n)) {
    if (!hasTimeForCall(s, deadline)) return { order, none: false };
    const looked = await lookForRefund(s, order, refund);
    // A refund that was called just now may not be seen yet, although its money is back.
    const isProof = s.now() >= (refund.calledAt ?? 0) + traitsOf(order.account.channel).refundQueryAfter;
    if (!looked.none || !isProof) return { order: looked.order, none: false };
    order = looked.order;
  }
  return { order, none: true };
}

/** The channel reports a refund under its number `channelNo`: ours or one made in its own console. The query has the facts. */
async function recordReportedRefund(s: PaymentServices, order: Order, n: number, channelNo: string): Promise<Order> {
  // A number is its trade's: the merchant's console may have given the same one to a refund of another attempt.
  const its = order.refunds.filter(({ attempt }) => attempt === n);
  const known = its.find((refund) => requestNo(order, refund) === channelNo);
  const isNamed = its.some(({ named }) => named?.some((part) => part.channelNo === channelNo));
  if (known?.result?.status === 'succeeded' || isNamed) return order;
  markSynced(s, order);
  const answer = await channelOf(s, order).queryRefund(
    { ...(await refOf(s, order, n)), requestNo: channelNo },
    CHANNEL_CALL,
  );
  if (answer.kind === 'unknown') noteUnknown(s, order, 'queryRefund', answer.why);
  if (answer.kind !== 'succeeded') return order;
  const event = { type: 'refund_reported', n, channelNo, amount: answer.amount, at: answer.at } as const;
  // One that we called failed, and told the cashier so, or more than was paid: that must never be, and a person has to know.
  const verdict = known?.result ? undefined : await s.orders.apply(order, event, s.now());
  if (verdict && verdict.kind !== 'refused') return verdict.order;
  await recordAnomaly(s, order, n, 'different_refund', `refund\n${channelNo}`, { amount: answer.amount });
  return verdict?.order ?? order;
}

/** Asks about everything that is reported of the order to have gone back. A visit that learns nothing writes nothing. */
export async function advanceReports(s: PaymentServices, seen: Order, deadline: Deadline): Promise<Order> {
  let order = seen;
  for (const { attempt, numbers = [] } of seen.reportedRefunds ?? []) {
    for (const { channelNo } of numbers)
      if (hasTimeForCall(s, deadline)) order = await recordReportedRefund(s, order, attempt, channelNo);
    // What no number is left for can only be asked as a whole.
    const isNameless = order.reportedRefunds?.some((it) => it.attempt === attempt && it.numbers === undefined);
    if (isNameless && hasTimeForCall(s, deadline)) order = await askAbout(s, order, attempt, undefined, deadline);
  }
  return order;
}

/**
 * Takes what the channel tells of money of attempt `n` that has gone back: asks at once if there is time, and keeps as open work
 * what its answer does not explain.
 */
export async function recordTold(
  s: PaymentServices,
  seen: Order,
  n: number,
  told: Told,
  deadline: Deadline,
): Promise<Order> {
  const { channelNo, returned = Number.POSITIVE_INFINITY } = told;
  if (channelNo === undefined && returned <= succeededOf(seen, n)) return seen;
  const order = hasTimeForCall(s, deadline) ? await askAbout(s, seen, n, channelNo, deadline) : seen;
  return storeTold(s, order, n, told);
}

/** @throws Error if it cannot be kept: the channel must tell it again */
async function storeTold(s: PaymentServices, order: Order, n: number, told: Told): Promise<Order> {
  const verdict = await s.orders.apply(order, { type: 'refund_told', n, told }, s.now());
  if (verdict.kind === 'refused') throw new Error(`what is told of ${order.orderId} cannot be kept: ${verdict.reason}`);
  return verdict.order;
}

/** By its number, or, where the channel named none, whether the whole trade has gone back. */
async function askAbout(
  s: PaymentServices,
  order: Order,
  n: number,
  channelNo: string | undefined,
  deadline: Deadline,
): Promise<Order> {
  if (channelNo !== undefined) return recordReportedRefund(s, order, n, channelNo);
  const answer = await queryChannel(s, order, n);
  if (answer.kind !== 'paid' || !answer.refundedInFull) return order;
  return recordReversalUnlessOurs(s, order, n, answer, 'query', deadline);
}

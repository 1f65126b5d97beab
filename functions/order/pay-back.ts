/**
 * Drives refunds at the channel. One call of an order is in flight at a time, always under the same number and with the
 * same amount; before a call is repeated its lease must be over and a query must find nothing.
 */
import type { PaidNews, RefundRequest } from '../channel/channel.ts';
import { CHANNEL_CALL, REFUND_QUERY_AFTER } from '../deadlines.ts';
import { releaseRefund } from '../merchant/refund-limits.ts';
import type { Services } from '../services.ts';
import {
  channelOf,
  type Deadline,
  fits,
  foundAt,
  noteAsked,
  noteUnknown,
  query,
  refOf,
  storeAnomaly,
} from './drive.ts';
import { equals } from './money.ts';
import { type Order, openRefunds, type Payment, type Refund, requestNo } from './order.ts';
import { callableAt, calledRefunds } from './refunds.ts';

/** Goes on with every refund of the order that may be gone on with now. */
export async function advanceRefunds(s: Services, seen: Order, deadline: Deadline): Promise<Order> {
  let order = seen;
  for (const { refundNo } of openRefunds(seen)) {
    const refund = openRefunds(order).find((it) => it.refundNo === refundNo);
    if (refund && fits(s, deadline)) order = await advanceRefund(s, order, refund, deadline);
  }
  return order;
}

async function advanceRefund(s: Services, order: Order, refund: Refund, deadline: Deadline): Promise<Order> {
  const now = s.now();
  const calledBefore = refund.calledAt !== undefined;
  if (calledBefore && now < (refund.calledAt ?? 0) + REFUND_QUERY_AFTER) return order;
  if (calledBefore) {
    const { order: asked, none } = await lookForRefund(s, order, refund);
    if (!none) return asked;
  }
  if (s.now() < callableAt(order, refund) || !fits(s, deadline)) return order;
  const claimed = await s.orders.apply(order, { type: 'refund_called', refundNo: refund.refundNo }, s.now());
  const mine = claimed.order.refunds.find((it) => it.refundNo === refund.refundNo);
  return claimed.kind === 'moved' && mine ? callRefund(s, claimed.order, mine) : claimed.order;
}

/** Asks the channel for the refund itself. The call must have been claimed, by `refund_called` or by the request's write. */
export async function callRefund(s: Services, order: Order, refund: Refund): Promise<Order> {
  noteAsked(s, order);
  const { refundNo } = refund;
  const request: RefundRequest = {
    ...(await refOf(s, order, refund.attempt)),
    requestNo: requestNo(order, refund),
    amount: { ...order.ask.amount, value: refund.amount },
    ...(refund.reason !== undefined && { reason: refund.reason }),
    ...(refund.operatorId !== undefined && { operatorId: refund.operatorId }),
  };
  const answer = await channelOf(s, order).refund(request, CHANNEL_CALL);
  switch (answer.kind) {
    case 'succeeded':
      return (await s.orders.apply(order, { type: 'refund_succeeded', refundNo, at: answer.at }, s.now())).order;
    case 'pending':
      return (await lookForRefund(s, order, refund)).order;
    case 'refused': {
      if (answer.refusal.reason === 'no_cover') s.metrics.count('refundsWithoutCover');
      const { reason, subCode, code } = answer.refusal;
      s.log.warn('the channel refused a refund', {
        orderId: order.orderId,
        refundNo,
        reason,
        channelCode: subCode ?? code ?? '',
      });
      const { refusal } = answer;
      if (mayBeCancelled(order, refund)) {
        // Alipay refuses to refund what a cancel has given back, and the cancel's answer may never have come.
        const trade = await query(s, order, refund.attempt);
        if (trade.kind === 'paid' && trade.refundedInFull) return takeUndone(s, order, refund.attempt, trade, 'query');
      }
      if (reason === 'not_completed') {
        // A code that nobody knows may mean anything: the query is asked before it is believed.
        const looked = await lookForRefund(s, order, refund);
        if (!looked.none) return looked.order;
      }
      const verdict = await s.orders.apply(order, { type: 'refund_refused', refundNo, refusal }, s.now());
      if (verdict.kind === 'moved') await giveBackLimit(s, verdict.order, refundNo);
      return verdict.order;
    }
    case 'unknown':
      noteUnknown(s, order, 'refund', answer.why);
      return order;
  }
}

/** A refund that failed counts no more among those of its day. Killed before this, it counts until the day is over. */
async function giveBackLimit(s: Services, order: Order, refundNo: string): Promise<void> {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (refund?.result?.status !== 'failed' || refund.source !== 'till') return;
  const merchant = await s.directory.merchant(order.merchantId);
  const amount = { ...order.ask.amount, value: refund.amount };
  if (merchant) await releaseRefund(s.counters, merchant, amount, refund.requestedAt);
}

function mayBeCancelled(order: Order, { source, attempt }: Refund): boolean {
  return (
    source === 'automatic' &&
    order.attempts.some(({ n, cancelAskedAt }) => n === attempt && cancelAskedAt !== undefined)
  );
}

/** Asks whether the channel carried a refund out. `none`: it says that it has not, so far. */
async function lookForRefund(s: Services, order: Order, refund: Refund): Promise<{ order: Order; none: boolean }> {
  noteAsked(s, order);
  const channelNo = requestNo(order, refund);
  const answer = await channelOf(s, order).queryRefund(
    { ...(await refOf(s, order, refund.attempt)), requestNo: channelNo },
    CHANNEL_CALL,
  );
  if (answer.kind === 'none') return { order, none: true };
  if (answer.kind === 'unknown') {
    noteUnknown(s, order, 'queryRefund', answer.why);
    return { order, none: false };
  }
  if (!equals(answer.amount, { ...order.ask.amount, value: refund.amount })) {
    await storeAnomaly(s, order, refund.attempt, 'different_refund', `refund\n${channelNo}`, { amount: answer.amount });
    return { order, none: false };
  }
  const event = { type: 'refund_succeeded', refundNo: refund.refundNo, at: answer.at } as const;
  return { order: (await s.orders.apply(order, event, s.now())).order, none: false };
}

/**
 * Stores that attempt `n` was paid and that all of it has gone back: by a cancel of ours, or by somebody in the channel's
 * own console.
 */
export async function takeUndone(
  s: Services,
  order: Order,
  n: number,
  news: PaidNews,
  source: Payment['source'],
): Promise<Order> {
  const verdict = await s.orders.apply(order, { type: 'undone', n, news, source, notByUs: true }, s.now());
  if (verdict.kind === 'refused') await storeAnomaly(s, verdict.order, n, verdict.reason, foundAt(order, n), news);
  return verdict.order;
}

/** The same as a query tells it, which does not say by whom: a refund of ours may have done it whose answer is on its way. */
export async function takeReturned(
  s: Services,
  order: Order,
  n: number,
  news: PaidNews,
  deadline: Deadline,
): Promise<Order> {
  const verdict = await s.orders.apply(order, { type: 'undone', n, news, source: 'query' }, s.now());
  if (verdict.kind !== 'refused') return verdict.order;
  const looked = await lookForOurs(s, verdict.order, n, deadline);
  return looked.none ? takeUndone(s, looked.order, n, news, 'query') : looked.order;
}

/** Asks whether a refund of attempt `n` that we have called for was carried out. `none`: no such refund was. */
export async function lookForOurs(
  s: Services,
  seen: Order,
  n: number,
  deadline: Deadline,
): Promise<{ order: Order; none: boolean }> {
  let order = seen;
  for (const refund of calledRefunds(seen, n)) {
    if (!fits(s, deadline)) return { order, none: false };
    const looked = await lookForRefund(s, order, refund);
    if (!looked.none) return looked;
    order = looked.order;
  }
  return { order, none: true };
}

/** The channel reports a refund under its number `channelNo`: ours or one made in its own console. The query has the facts. */
export async function takeReportedRefund(s: Services, order: Order, n: number, channelNo: string): Promise<Order> {
  const known = order.refunds.find((refund) => requestNo(order, refund) === channelNo);
  if (known?.result?.status === 'succeeded') return order;
  noteAsked(s, order);
  const answer = await channelOf(s, order).queryRefund(
    { ...(await refOf(s, order, n)), requestNo: channelNo },
    CHANNEL_CALL,
  );
  if (answer.kind === 'unknown') noteUnknown(s, order, 'queryRefund', answer.why);
  if (answer.kind !== 'succeeded') return order;
  if (known?.result) {
    // We called it failed and told the cashier so. That must never be; if it is, a person has to know.
    await storeAnomaly(s, order, n, 'different_refund', `refund\n${channelNo}`, { amount: answer.amount });
    return order;
  }
  const event = { type: 'refund_reported', n, channelNo, amount: answer.amount, at: answer.at } as const;
  const verdict = await s.orders.apply(order, event, s.now());
  if (verdict.kind === 'refused' && verdict.reason === 'too_many_refunds')
    await storeAnomaly(s, order, n, verdict.reason, `refund\n${channelNo}`, { amount: answer.amount });
  return verdict.order;
}

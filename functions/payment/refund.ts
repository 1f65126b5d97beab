/**
 * Drives refunds at the channel. One call of an order is in flight at a time, always under the same number and with the
 * same amount; before a call is repeated its lease must be over and a query must find nothing.
 */
import type { RefundAnswer, RefundRequest, Refusal } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import { CHANNEL_CALL, type Deadline } from '../deadlines.ts';
import { releaseRefund } from '../merchant/refund-limits.ts';
import { type Order, openRefunds, type Refund, requestNo } from '../order/order.ts';
import { callableAt } from '../order/refunds.ts';
import { channelOf, hasTimeForCall, markSynced, noteUnknown, queryChannel, refOf } from './channel-call.ts';
import type { PaymentServices } from './context.ts';
import { lookForRefund } from './refund-query.ts';
import { recordReversal } from './returned.ts';

/** Goes on with every refund of the order that may be gone on with now. */
export async function advanceRefunds(s: PaymentServices, seen: Order, deadline: Deadline): Promise<Order> {
  let order = seen;
  for (const { refundNo } of openRefunds(seen)) {
    const refund = openRefunds(order).find((it) => it.refundNo === refundNo);
    if (refund && hasTimeForCall(s, deadline)) order = await advanceRefund(s, order, refund, deadline);
  }
  return order;
}

async function advanceRefund(s: PaymentServices, order: Order, refund: Refund, deadline: Deadline): Promise<Order> {
  const now = s.now();
  const calledBefore = refund.calledAt !== undefined;
  if (calledBefore && now < (refund.calledAt ?? 0) + traitsOf(order.account.channel).refundQueryAfter) return order;
  if (calledBefore) {
    const { order: asked, none } = await lookForRefund(s, order, refund);
    if (!none) return asked;
  }
  if (s.now() < callableAt(order, refund) || !hasTimeForCall(s, deadline)) return order;
  const claimed = await s.orders.apply(order, { type: 'refund_called', refundNo: refund.refundNo }, s.now());
  const mine = claimed.order.refunds.find((it) => it.refundNo === refund.refundNo);
  return claimed.kind === 'moved' && mine ? callRefund(s, claimed.order, mine) : claimed.order;
}

/** Asks the channel for the refund itself. The call must have been claimed, by `refund_called` or by the request's write. */
export async function callRefund(s: PaymentServices, order: Order, refund: Refund): Promise<Order> {
  markSynced(s, order);
  const { refundNo } = refund;
  const request: RefundRequest = {
    ...(await refOf(s, order, refund.attempt)),
    requestNo: requestNo(order, refund),
    amount: { ...order.request.amount, value: refund.amount },
    ...(refund.reason !== undefined && { reason: refund.reason }),
    ...(refund.operatorId !== undefined && { operatorId: refund.operatorId }),
  };
  const answer = await channelOf(s, order).refund(request, CHANNEL_CALL);
  switch (answer.kind) {
    case 'succeeded':
      return refundSucceeded(s, order, refundNo, answer);
    case 'pending':
      return (await lookForRefund(s, order, refund)).order;
    case 'refused': {
      if (answer.refusal.reason === 'no_cover') s.metrics.count('refundsWithoutCover');
      const { reason, subCode, code } = answer.refusal;
      s.log.warn('refund_refused', {
        orderId: order.orderId,
        refundNo,
        reason,
        channelCode: subCode ?? code ?? '',
      });
      const { refusal } = answer;
      if (mayBeBack(order, refund, answer.refusal)) {
        // The channel refuses to refund what has gone back already: by a cancel whose answer never came, or by the merchant
        // in the channel's own console.
        const trade = await queryChannel(s, order, refund.attempt);
        if (trade.kind === 'paid' && trade.refundedInFull)
          return recordReversal(s, order, refund.attempt, trade, 'query');
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

/** The running total that comes with it may count in what has gone back without us. */
async function refundSucceeded(
  s: PaymentServices,
  order: Order,
  refundNo: string,
  { at, returned }: Extract<RefundAnswer, { kind: 'succeeded' }>,
): Promise<Order> {
  const event = { type: 'refund_succeeded', refundNo, at, returned: returned?.value } as const;
  return (await s.orders.apply(order, event, s.now())).order;
}

/** A refund that failed counts no more among those of its day. Killed before this, it counts until the day is over. */
async function giveBackLimit(s: PaymentServices, order: Order, refundNo: string): Promise<void> {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (refund?.result?.status !== 'failed' || refund.source !== 'till') return;
  const merchant = await s.directory.merchant(order.merchantId);
  const amount = { ...order.request.amount, value: refund.amount };
  if (merchant) await releaseRefund(s.functionState, merchant, amount, refund.requestedAt);
}

/** Whether unwanted money may be back without this refund: the channel has less left of it, or a cancel of it was begun. */
function mayBeBack(order: Order, { source, attempt }: Refund, { reason }: Refusal): boolean {
  if (source !== 'automatic') return false;
  const isCancelled = order.attempts.some(
    ({ n, cancelRequestedAt }) => n === attempt && cancelRequestedAt !== undefined,
  );
  return isCancelled || reason === 'refund_amount';
}

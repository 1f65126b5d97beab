/** Asks the channel what came of a refund of ours. */
import { CHANNEL_CALL } from '../deadlines.ts';
import { type Order, type Refund, requestNo } from '../order/order.ts';
import { channelOf, markSynced, noteUnknown, recordAnomaly, refOf } from './channel-call.ts';
import type { PaymentServices } from './context.ts';

/** Asks whether the channel carried a refund out. `none`: it says that it has not, so far. */
export async function lookForRefund(
  s: PaymentServices,
  order: Order,
  refund: Refund,
): Promise<{ order: Order; none: boolean }> {
  markSynced(s, order);
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
  if (answer.amount.value !== refund.amount || answer.amount.currency !== order.request.amount.currency) {
    await recordAnomaly(s, order, refund.attempt, 'different_refund', `refund\n${channelNo}`, {
      amount: answer.amount,
    });
    return { order, none: false };
  }
  const event = { type: 'refund_succeeded', refundNo: refund.refundNo, at: answer.at } as const;
  return { order: (await s.orders.apply(order, event, s.now())).order, none: false };
}

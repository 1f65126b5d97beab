/** Takes down what the channel tells of money that came. */
import type { PaidNews } from '../channel/channel.ts';
import type { Told } from '../order/channel-facts.ts';
import type { Order, Payment } from '../order/order.ts';
import { noteReceived, recordAnomaly } from './channel-call.ts';
import type { PaymentServices } from './context.ts';
import { callRefund } from './refund.ts';

/**
 * Stores that attempt `n` was paid. What cannot be true of this order is kept as an anomaly under `key` and changes
 * nothing else. A late or surplus payment is stored together with its refund, whose first call follows at once; what the same
 * message tells of money that has gone back (`told`), together with the payment.
 */
export async function recordPayment(
  s: PaymentServices,
  order: Order,
  n: number,
  news: PaidNews,
  source: Payment['source'],
  key: string,
  told?: Told,
): Promise<Order> {
  const now = s.now();
  const verdict = await s.orders.apply(order, { type: 'paid', n, news, source, told }, now);
  if (verdict.kind === 'refused') await recordAnomaly(s, verdict.order, n, verdict.reason, key, news);
  if (verdict.kind !== 'moved') return verdict.order;
  await noteReceived(s, verdict.order, n, news, key);
  const automatic = verdict.order.refunds.find((refund) => refund.refundNo === `auto_${n}`);
  // Where another invocation was faster with the payment, what moved is what was told besides, and the call is that one's.
  if (automatic?.requestedAt !== now) return verdict.order;
  s.metrics.count('latePayments');
  return automatic.tries === 1 ? callRefund(s, verdict.order, automatic) : verdict.order;
}

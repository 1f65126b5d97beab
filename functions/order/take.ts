/** Takes down what the channel tells of money that came. */
import type { PaidNews } from '../channel/channel.ts';
import type { Services } from '../services.ts';
import { type Deadline, storeAnomaly } from './drive.ts';
import { attemptNo, type Order, type Payment } from './order.ts';
import { callRefund, lookForOurs } from './pay-back.ts';

/**
 * Stores that attempt `n` was paid. What cannot be true of this order is kept as an anomaly under `key` and changes
 * nothing else. A late or surplus payment is stored together with its refund, whose first call follows at once.
 */
export async function takePayment(
  s: Services,
  order: Order,
  n: number,
  news: PaidNews,
  source: Payment['source'],
  key: string,
): Promise<Order> {
  const verdict = await s.orders.apply(order, { type: 'paid', n, news, source }, s.now());
  if (verdict.kind === 'refused') await storeAnomaly(s, verdict.order, n, verdict.reason, key, news);
  if (verdict.kind !== 'moved') return verdict.order;
  const automatic = verdict.order.refunds.find((refund) => refund.refundNo === `auto_${n}`);
  if (!automatic) return verdict.order;
  s.metrics.count('latePayments');
  return automatic.tries === 1 ? callRefund(s, verdict.order, automatic) : verdict.order;
}

/**
 * The trade was paid and has gone back whole before we knew of it: by our own refund whose answer is still on its way, or by
 * somebody in the channel's own console.
 */
export async function takeWholeRefund(s: Services, seen: Order, n: number, deadline: Deadline): Promise<Order> {
  if (!seen.payments.some((payment) => payment.attempt === n)) return seen;
  const { order, none } = await lookForOurs(s, seen, n, deadline);
  if (!none) return order;
  const event = {
    type: 'refund_reported',
    n,
    channelNo: attemptNo(order, n),
    amount: order.ask.amount,
    at: s.now(),
  } as const;
  return (await s.orders.apply(order, event, s.now())).order;
}

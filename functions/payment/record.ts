/** Writes what was learned of an order, with all that goes with it: anomalies, counts, and the limit that a failed refund gives back. */
import { releaseRefund } from '../merchant/refund-limits.ts';
import type { Event, Verdict } from '../order/events.ts';
import { attemptNo, type Order } from '../order/order.ts';
import type { Anomalous, Learned, Stored } from './call.ts';
import type { PaymentServices } from './context.ts';
import { anomalyKey } from './learn.ts';
import { differentRefund } from './learn-refunds.ts';

/**
 * Stores one fact. What cannot be true of this order is kept as an anomaly and changes nothing else; `key`: of that anomaly.
 * @throws Error if what is told of money that has gone back cannot be kept: the channel must tell it again
 */
export async function store(
  services: PaymentServices,
  order: Order,
  fact: Learned,
  key?: string,
): Promise<{ order: Order; stored: Stored }> {
  const at = services.now();
  if (fact.type === 'anomaly') {
    await recordAnomaly(services, order, fact);
    return { order, stored: { op: 'store', fact, verdict: 'unchanged', at } };
  }
  const verdict = await services.orders.apply(order, fact, at);
  const stored = { op: 'store', fact, verdict: verdict.kind, at } as const;
  switch (fact.type) {
    case 'paid':
    case 'reversed':
      await afterMoney(services, verdict, fact, key ?? keyOf(order, fact));
      if (isRefundedNow(verdict, stored)) services.metrics.count('latePayments');
      break;
    case 'refund_refused':
    case 'refund_failed':
      if (verdict.kind === 'moved') await giveBackLimit(services, verdict.order, fact.refundNo);
      break;
    case 'refund_reported':
      if (verdict.kind === 'refused')
        await recordAnomaly(services, order, differentRefund(fact.n, fact.channelNo, fact.amount));
      break;
    case 'refund_told':
      if (verdict.kind === 'refused')
        throw new Error(`what is told of ${order.orderId} cannot be kept: ${verdict.reason}`);
  }
  return { order: verdict.order, stored };
}

function keyOf(order: Order, { n, source }: Event<'paid' | 'reversed'>): string {
  return source === 'pay_answer' ? `pay\n${attemptNo(order, n)}` : anomalyKey(order, n);
}

/** A payment is taken as paid, because it is; that the merchant receives more than that is not believed, and a person is told. */
async function afterMoney(
  services: PaymentServices,
  verdict: Verdict,
  fact: Event<'paid' | 'reversed'>,
  key: string,
): Promise<void> {
  const { n, news } = fact;
  // That all has gone back may be refused because a refund of ours is on its way: then that is asked about first.
  const isFinal = fact.type === 'paid' || fact.notByUs;
  if (verdict.kind === 'refused' && isFinal)
    await recordAnomaly(services, verdict.order, { type: 'anomaly', n, reason: verdict.reason, key, facts: news });
  const { received, amount } = news;
  if (verdict.kind !== 'moved' || !received || received.value <= amount.value) return;
  const facts = { ...news, amount: received };
  await recordAnomaly(services, verdict.order, { type: 'anomaly', n, reason: 'received_exceeds_amount', key, facts });
}

/** Late or surplus: stored together with its refund. Where another visit was faster with the payment, its refund is that one's. */
function isRefundedNow({ kind, order }: Verdict, { fact, at }: Stored): boolean {
  if (fact.type !== 'paid' || kind !== 'moved') return false;
  return order.refunds.some(({ refundNo, requestedAt }) => refundNo === `auto_${fact.n}` && requestedAt === at);
}

/** A refund that failed counts no more among those of its day. Killed before this, it counts until the day is over. */
async function giveBackLimit(services: PaymentServices, order: Order, refundNo: string): Promise<void> {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (refund?.result?.status !== 'failed' || refund.source !== 'till') return;
  const merchant = await services.directory.merchant(order.merchantId);
  const amount = { ...order.request.amount, value: refund.amount };
  if (merchant) await releaseRefund(services.functionState, merchant, amount, refund.requestedAt);
}

/** Keeps what the channel tells and what cannot be true of this order, for a person to look at; nothing else changes. */
export async function recordAnomaly(services: PaymentServices, order: Order, anomaly: Anomalous): Promise<void> {
  const { n, reason, key, facts } = anomaly;
  const { tradeNo, amount, paidAt } = facts;
  const isNew = await services.orders.recordAnomaly({
    key,
    reason,
    attemptNo: attemptNo(order, n),
    at: services.now(),
    facts: {
      ...(tradeNo !== undefined && { tradeNo }),
      ...(amount && { currency: amount.currency, value: amount.value }),
      ...(paidAt !== undefined && { paidAt }),
    },
  });
  if (!isNew) return;
  services.metrics.count('anomalies');
  services.log.error('anomaly_stored', {
    orderId: order.orderId,
    attemptNo: attemptNo(order, n),
    reason,
  });
}

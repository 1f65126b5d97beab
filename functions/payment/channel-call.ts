/** What driving an order at its channel needs in every step: time left, the channel, and notes of what went wrong. */

import type { AttemptRef, Channel, PaidNews, QueryAnswer } from '../channel/channel.ts';
import type { Account } from '../channel/registry.ts';
import type { AccountMismatch } from '../channel/traits.ts';
import { CHANNEL_CALL, type Deadline, TABLE_CALL } from '../deadlines.ts';
import { authorised } from '../merchant/merchant.ts';
import type { RefusalName } from '../order/events.ts';
import { attemptNo, type Order } from '../order/order.ts';
import type { EpochMs } from '../time.ts';
import type { PaymentServices } from './context.ts';

/** The least time left in which a channel call and the write of its answer fit. */
const STEP = CHANNEL_CALL + TABLE_CALL;

export function hasTimeForCall(s: PaymentServices, deadline: Deadline): boolean {
  return s.now() + STEP <= deadline.endsAt;
}

export function channelOf(s: PaymentServices, order: Order): Channel {
  return s.channels[order.account.channel];
}

/** The order's account, with the authorisation that its merchant gives today: kept for 30 s, so usually no read. */
export async function accountOf(s: PaymentServices, { account, merchantId }: Order): Promise<Account> {
  return authorised(await s.directory.merchant(merchantId), account);
}

export async function refOf(s: PaymentServices, order: Order, n: number): Promise<AttemptRef> {
  return { account: await accountOf(s, order), attemptNo: attemptNo(order, n) };
}

export function markSynced(s: PaymentServices, order: Order): void {
  if (s.lastSynced.size >= 10_000) s.lastSynced.clear();
  s.lastSynced.set(order.orderId, s.now());
}

export function noteUnknown(s: PaymentServices, order: Order, operation: string, why: string): void {
  s.metrics.count('channelUnknown');
  s.log.warn('channel_unknown', { orderId: order.orderId, channelOperation: operation, reason: why });
}

/** The channel's word on attempt `n`. */
export async function queryChannel(s: PaymentServices, order: Order, n: number): Promise<QueryAnswer> {
  markSynced(s, order);
  const answer = await channelOf(s, order).query(await refOf(s, order, n), CHANNEL_CALL);
  if (answer.kind === 'unknown') noteUnknown(s, order, 'query', answer.why);
  return answer;
}

/** The key of an anomaly that was found by asking. */
export function anomalyKey(order: Order, n: number): string {
  return `query\n${attemptNo(order, n)}`;
}

/**
 * Keeps what the channel tells and what cannot be true of this order, under `key`, for a person to look at; nothing else
 * changes.
 */
export async function recordAnomaly(
  s: PaymentServices,
  order: Order,
  n: number,
  reason: RefusalName | AccountMismatch | 'different_refund' | 'received_exceeds_amount',
  key: string,
  news: { tradeNo?: string; amount?: PaidNews['amount']; paidAt?: EpochMs },
): Promise<void> {
  const isNew = await s.orders.recordAnomaly({
    key,
    reason,
    attemptNo: attemptNo(order, n),
    at: s.now(),
    facts: {
      ...(news.tradeNo !== undefined && { tradeNo: news.tradeNo }),
      ...(news.amount && { currency: news.amount.currency, value: news.amount.value }),
      ...(news.paidAt !== undefined && { paidAt: news.paidAt }),
    },
  });
  if (!isNew) return;
  s.metrics.count('anomalies');
  s.log.error('anomaly_stored', {
    orderId: order.orderId,
    attemptNo: attemptNo(order, n),
    reason,
  });
}

/** A payment is taken as paid, because it is; that the merchant receives more than that is not believed, and a person is told. */
export async function noteReceived(
  s: PaymentServices,
  order: Order,
  n: number,
  news: PaidNews,
  key: string,
): Promise<void> {
  const { received, amount } = news;
  if (received && received.value > amount.value)
    await recordAnomaly(s, order, n, 'received_exceeds_amount', key, { ...news, amount: received });
}

/** What an answer of the channel teaches of a refund: the part of {@link learn} about money that goes back. Pure. */
import type { RefundQueryAnswer } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import { type Order, type Refund, requestNo } from '../order/order.ts';
import { bearsNumber, hasNumberEnded, isLasting, isNumberRefused, wasNumber } from '../order/refund-numbers.ts';
import type { Anomalous, HeardOf, Learned } from './call.ts';

/** What a refusal means, the plan finds out first. */
export function learnRefund({ refundNo, answer }: HeardOf<'refund'>): Learned[] {
  // The running total that comes with it may count in what has gone back without us.
  if (answer.kind !== 'succeeded') return [];
  const { at, returned, settlement } = answer;
  return [{ type: 'refund_succeeded', refundNo, at, returned: returned?.value, settlement }];
}

export function learnRefundQuery(order: Order, heard: HeardOf<'queryRefund'>): Learned[] {
  if (heard.why === 'reported') return learnReported(order, heard);
  const { answer, n, refundNo } = heard;
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (!refund) return [];
  const { k, unconfirmedRefusal } = refund;
  switch (answer.kind) {
    case 'succeeded':
      return learnOurs(order, n, refund, answer);
    case 'failed': {
      const said = [answer.refusal, ...(heard.why === 'refused' ? [heard.refusal] : []), unconfirmedRefusal];
      const refusal = said.find((it) => it && it.reason !== 'not_completed') ?? answer.refusal;
      return k === undefined ? [] : [{ type: 'refund_failed', refundNo, k, refusal }];
    }
    case 'none': {
      if (heard.why === 'refused') return [{ type: 'refund_refused', refundNo, refusal: heard.refusal }];
      // Refused, and still not known long after: it will not be carried out. What goes on under another number waits for `failed`.
      const isOver = heard.why === 'repeat' && isNumberRefused(order, refund) && !hasNumberEnded(refund);
      if (!isOver || k === undefined || !unconfirmedRefusal || isLasting(refund, unconfirmedRefusal)) return [];
      return [{ type: 'refund_failed', refundNo, k, refusal: unconfirmedRefusal }];
    }
    case 'pending':
    case 'unknown': {
      const isKept = heard.why === 'refused' && traitsOf(order.account.channel).refusalEndsNumber;
      return isKept ? [{ type: 'refund_refused', refundNo, refusal: heard.refusal, isOpen: true }] : [];
    }
  }
}

type Succeeded = Extract<RefundQueryAnswer, { kind: 'succeeded' }>;

/** Our own refund was carried out: with the amount that was asked for, or a person has to look at it. */
function learnOurs(order: Order, n: number, refund: Refund, { amount, at, settlement }: Succeeded): Learned[] {
  if (amount.value !== refund.amount || amount.currency !== order.request.amount.currency)
    return [differentRefund(n, requestNo(order, refund), amount)];
  return [{ type: 'refund_succeeded', refundNo: refund.refundNo, at, settlement }];
}

function learnReported(order: Order, heard: HeardOf<'queryRefund'>): Learned[] {
  const { answer, n } = heard;
  if (heard.why !== 'reported' || answer.kind !== 'succeeded') return [];
  const { channelNo } = heard;
  const { amount, at, settlement } = answer;
  const refund = knownRefund(order, n, channelNo);
  const isOdd = refund && (refund.result !== undefined || wasNumber(order, refund, channelNo));
  // One that we called failed, and told the cashier so: that must never be, and a person has to know.
  const odd = isOdd ? [differentRefund(n, channelNo, amount)] : [];
  // Where it was to go on under another number, that is not called for any more: the money has gone back.
  return refund?.result ? odd : [...odd, { type: 'refund_reported', n, channelNo, amount, at, settlement }];
}

/** A number is its trade's: the merchant's console may have given the same one to a refund of another attempt. */
export function knownRefund(order: Order, n: number, channelNo: string): Refund | undefined {
  return order.refunds.find((refund) => refund.attempt === n && bearsNumber(order, refund, channelNo));
}

export function differentRefund(
  n: number,
  channelNo: string,
  amount: NonNullable<Anomalous['facts']['amount']>,
): Anomalous {
  return { type: 'anomaly', n, reason: 'different_refund', key: `refund\n${channelNo}`, facts: { amount } };
}

/** What statements and the channel's bill leave on an order, part of {@link decide}: marks, and what a fee really was. */
import type { EpochMs } from '../time.ts';
import type { Event, Outcome } from './events.ts';
import type { FeeAdjustment, Order } from './order.ts';

const MOST_ADJUSTMENTS = 100;

type Which = Pick<FeeAdjustment, 'attempt' | 'refundNo' | 'at'>;

/** A fact is billed once: the mark of an earlier statement stays. */
export function billed(order: Order, { day, payments: terms, refundNos, adjustments = [] }: Event<'billed'>): Outcome {
  let changed = false;
  const payments = order.payments.map((payment) => {
    const carried = terms.find(({ attempt }) => attempt === payment.attempt);
    if (!carried || payment.billed !== undefined) return payment;
    changed = true;
    return { ...payment, billed: day, agreementId: carried.agreementId };
  });
  const refunds = order.refunds.map((refund) => {
    const succeeded = refund.result?.status === 'succeeded';
    if (!succeeded || refund.billed !== undefined || !refundNos.includes(refund.refundNo)) return refund;
    changed = true;
    return { ...refund, billed: day };
  });
  const feeAdjustments = order.feeAdjustments?.map((it) => {
    if (it.billed !== undefined || !adjustments.some((carried) => isSame(it, carried))) return it;
    changed = true;
    return { ...it, billed: day };
  });
  return changed ? { ...order, payments, refunds, ...(feeAdjustments && { feeAdjustments }) } : 'unchanged';
}

/**
 * Only what was billed is adjusted: until then there is no line to differ from. The channel may change its mind; each time the
 * rest goes on a line of its own.
 */
export function feeCharged(order: Order, { n, refundNo, fee, lineFee }: Event<'fee_charged'>, now: EpochMs): Outcome {
  const moved =
    refundNo === undefined
      ? order.payments.find(({ attempt }) => attempt === n)
      : order.refunds.find((it) => it.attempt === n && it.refundNo === refundNo);
  if (moved?.billed === undefined) return 'not_billed';
  const adjustments = order.feeAdjustments ?? [];
  const last = adjustments.findLast((it) => it.attempt === n && it.refundNo === refundNo);
  const told = last?.charged ?? lineFee;
  if (fee === told) return 'unchanged';
  if (adjustments.length >= MOST_ADJUSTMENTS) return 'too_many_adjustments';
  // The instant is what tells two of the same movement apart.
  const at = Math.max(now, (last?.at ?? 0) + 1);
  const which = { attempt: n, ...(refundNo !== undefined && { refundNo }) };
  return { ...order, feeAdjustments: [...adjustments, { ...which, charged: fee, fee: fee - told, at }] };
}

const isSame = (a: Which, b: Which) => a.attempt === b.attempt && a.refundNo === b.refundNo && a.at === b.at;

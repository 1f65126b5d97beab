/** What statements and the channel's report leave on an order, part of {@link decide}: marks, and what a fee really was. */
import type { EpochMs } from '../time.ts';
import type { FeeCharge } from './channel-facts.ts';
import type { Event, Outcome } from './events.ts';
import type { Order } from './order.ts';

const ADJUSTMENTS_MAX = 100;

type Which = Pick<FeeCharge, 'attempt' | 'refundNo'>;

/** A fact is posted once: the mark of an earlier statement stays. */
export function posted(order: Order, event: Event<'posted'>, now: EpochMs): Outcome {
  const { day, payments: onLines, refunds: refundsOnLines, adjustments = [] } = event;
  /** The movements that are marked now, and the fee that each has on its line. */
  const lines: (Which & { readonly fee: number })[] = [];
  const payments = order.payments.map((payment) => {
    const carried = onLines.find(({ attempt }) => attempt === payment.attempt);
    if (!carried || payment.posted !== undefined) return payment;
    lines.push({ attempt: payment.attempt, fee: carried.fee });
    return { ...payment, posted: day, agreementId: carried.agreementId };
  });
  const refunds = order.refunds.map((refund) => {
    const carried = refundsOnLines.find(({ refundNo }) => refundNo === refund.refundNo);
    if (!carried || refund.result?.status !== 'succeeded' || refund.posted !== undefined) return refund;
    lines.push({ attempt: refund.attempt, refundNo: refund.refundNo, fee: carried.fee });
    const { namedAt, ...rest } = refund;
    // Named after the line was made: the line keeps its time, and so does the fact.
    const isNamed = namedAt !== undefined && (carried.at ?? namedAt) === namedAt;
    return { ...rest, ...(isNamed && { namedAt }), posted: day };
  });
  let adjusted = false;
  const feeAdjustments = order.feeAdjustments?.map((it) => {
    if (it.posted !== undefined || !adjustments.some((carried) => isSame(it, carried) && it.at === carried.at))
      return it;
    adjusted = true;
    return { ...it, posted: day };
  });
  if (lines.length === 0 && !adjusted) return 'unchanged';
  const marked: Order = { ...order, payments, refunds, ...(feeAdjustments && { feeAdjustments }) };
  return lines.reduce((so, line) => withChargeCompared(so, line, now), marked);
}

/** A line was made of a movement of which the channel's report was read before: what it charged otherwise is adjusted from now on. */
function withChargeCompared(order: Order, line: Which & { readonly fee: number }, now: EpochMs): Order {
  const charge = order.feeCharges?.find((it) => isSame(it, line));
  if (!charge) return order;
  const { feeCharges = [], ...rest } = order;
  const others = feeCharges.filter((it) => it !== charge);
  const left = { ...rest, ...(others.length > 0 && { feeCharges: others }) };
  return charge.charged === line.fee ? left : withAdjustment(left, line, charge.charged, line.fee, now);
}

/**
 * What the channel charged takes the place of the fee on the movement's line; each time the channel changes its mind, the rest
 * goes on a line of its own. What has no line yet waits for it.
 */
export function feeCharged(order: Order, { n, refundNo, fee, lineFee }: Event<'fee_charged'>, now: EpochMs): Outcome {
  const which = { attempt: n, ...(refundNo !== undefined && { refundNo }) };
  const moved =
    refundNo === undefined
      ? order.payments.find(({ attempt }) => attempt === n)
      : order.refunds.find((it) => it.attempt === n && it.refundNo === refundNo);
  if (!moved) return refundNo === undefined ? 'order_not_paid' : 'unknown_refund';
  const count = (order.feeAdjustments ?? []).length + (order.feeCharges ?? []).length;
  if (moved.posted === undefined) {
    const known = order.feeCharges?.find((it) => isSame(it, which));
    if (fee === (known?.charged ?? lineFee)) return 'unchanged';
    if (!known && count >= ADJUSTMENTS_MAX) return 'too_many_adjustments';
    const others = (order.feeCharges ?? []).filter((it) => it !== known);
    return { ...order, feeCharges: [...others, { ...which, charged: fee, at: now }] };
  }
  const told = order.feeAdjustments?.findLast((it) => isSame(it, which))?.charged ?? lineFee;
  // No fact says what its line says: the caller has to read the line first.
  if (told === undefined) return 'fee_of_line_unknown';
  if (fee === told) return 'unchanged';
  return count >= ADJUSTMENTS_MAX ? 'too_many_adjustments' : withAdjustment(order, which, fee, told, now);
}

function withAdjustment(order: Order, which: Which, charged: number, told: number, now: EpochMs): Order {
  const adjustments = order.feeAdjustments ?? [];
  const last = adjustments.findLast((it) => isSame(it, which));
  // The instant is what tells two of the same movement apart.
  const at = Math.max(now, (last?.at ?? 0) + 1);
  const { attempt, refundNo } = which;
  const movement = { attempt, ...(refundNo !== undefined && { refundNo }) };
  return { ...order, feeAdjustments: [...adjustments, { ...movement, charged, fee: charged - told, at }] };
}

const isSame = (a: Which, b: Which) => a.attempt === b.attempt && a.refundNo === b.refundNo;

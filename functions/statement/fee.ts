/**
 * What a merchant pays for one money movement: whole minor units, rounded half up per line, never on a total. Pure; the
 * products may pass 2^53 (10^10 minor units at a rate of 100 % do): those that do are computed in BigInt.
 */
import type { Agreement } from '../merchant/merchant.ts';

/** A full rate: `ratePpm` counts parts of this. */
const WHOLE_PPM = 1_000_000;

/**
 * The fee on `received` (minor units, before the fee): the rate, rounded half up; at least the agreement's minimum; at most
 * its cap, which wins where the two contradict, because it is what the merchant was promised. A minimum above a tiny
 * payment is taken as agreed: that line's net is negative.
 */
export function feeOf(
  { ratePpm, feeMinimum = 0, feeCap }: Pick<Agreement, 'ratePpm' | 'feeMinimum' | 'feeCap'>,
  received: number,
): number {
  const fee = Math.max(shareOf(received, ratePpm, WHOLE_PPM), feeMinimum);
  return feeCap === undefined ? fee : Math.min(fee, feeCap);
}

/**
 * What has gone back of `whole` (a payment's fee, or what the merchant received of it) once `refunded` of the payment's
 * `amount` has. A refund's own part is the difference of two such totals: the running total is rounded, not the slice, so
 * the slices of a whole refund add up to the whole.
 */
export function returnedPart(whole: number, refunded: number, amount: number): number {
  // A channel that reports more returned than was paid does not make us return more than we took.
  return shareOf(whole, Math.min(refunded, amount), amount);
}

/** `roundHalfUp(value × part / whole)`, exactly. @throws RangeError unless all are whole and none is negative */
function shareOf(value: number, part: number, whole: number): number {
  if (value < 0 || part < 0 || whole <= 0) throw new RangeError(`no share: ${value} × ${part} / ${whole}`);
  // Stryker disable next-line ConditionalExpression: BigInt comes to the same, or to the same error, and slower.
  const areWhole = Number.isInteger(value) && Number.isInteger(part) && Number.isInteger(whole);
  const doubled = 2 * value * part + whole;
  // Below 2^53 every step of this is exact, and a product that had to be rounded is not below it.
  // Stryker disable next-line ConditionalExpression,EqualityOperator: as above.
  if (areWhole && doubled <= Number.MAX_SAFE_INTEGER) return (doubled - (doubled % (2 * whole))) / (2 * whole);
  return Number((2n * BigInt(value) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));
}

/**
 * The judge's own arithmetic of what was agreed, in exact integers: a fee is the rate's part of what the merchant receives,
 * rounded half up, then at least the minimum, then at most the cap; what goes back is told as running totals, each rounded half
 * up, so that a whole refund returns the whole.
 */

/** What a merchant has agreed on: dated, never edited. Amounts are minor units. */
export interface Terms {
  readonly agreementId: string;
  readonly currency: string;
  /** The first business day, in the merchant's zone, on which payments fall under it. */
  readonly validFrom: string;
  /** Parts per million of what the merchant receives. */
  readonly ratePpm: number;
  readonly feeMinimum?: number;
  readonly feeCap?: number;
  readonly feeOnRefund: 'kept' | 'returned' | 'returned_same_day';
}

function halfUp(value: number, part: number, whole: number): number {
  const [numerator, denominator] = [BigInt(value) * BigInt(part), BigInt(whole)];
  return Number((numerator * 2n + denominator) / (denominator * 2n));
}

/** On a payment of which the merchant receives so much. */
export function feeOn(terms: Terms, received: number): number {
  let fee = halfUp(received, terms.ratePpm, 1_000_000);
  if (terms.feeMinimum !== undefined && fee < terms.feeMinimum) fee = terms.feeMinimum;
  if (terms.feeCap !== undefined && fee > terms.feeCap) fee = terms.feeCap;
  return fee;
}

/** The terms of the day: the last that began on it or before. */
export function termsOn(all: readonly Terms[], day: string): Terms {
  let found: Terms | undefined;
  for (const terms of all)
    if (terms.validFrom <= day && (found === undefined || terms.validFrom > found.validFrom)) found = terms;
  if (!found) throw new Error(`nothing is agreed for ${day}`);
  return found;
}

/** One refund of a payment, in the order in which parts go back. */
export interface Back {
  readonly amount: number;
  /** Whether it was carried out on the business day of the payment. */
  readonly isSameDay: boolean;
}

export interface Paid {
  /** What the customer paid. */
  readonly amount: number;
  readonly received: number;
  readonly fee: number;
}

/** What each of `backs`, one after the other, brings back of the fee and of what was received. Both are positive or 0. */
export function partsOf(terms: Terms, { amount, received, fee }: Paid, backs: readonly Back[]) {
  let gone = 0;
  let returning = 0;
  return backs.map((back) => {
    const isReturned =
      terms.feeOnRefund === 'returned' || (terms.feeOnRefund === 'returned_same_day' && back.isSameDay);
    const before = { fee: halfUp(fee, returning, amount), received: halfUp(received, gone, amount) };
    gone = Math.min(amount, gone + back.amount);
    if (isReturned) returning = Math.min(amount, returning + back.amount);
    return {
      fee: halfUp(fee, returning, amount) - before.fee,
      received: halfUp(received, gone, amount) - before.received,
    };
  });
}

/** What the merchant of one history has agreed on, and what it allows at most: the world's own record, and so the judge's. */
import { dayAfter, dayIn } from '../judges/calendar.ts';
import type { Terms } from '../judges/fees.ts';
import type { Chance } from './world.ts';

/** Amounts are minor units; an absent limit does not limit. */
export interface Limits {
  readonly largestOrder?: number;
  readonly largestTerminalRefund?: number;
  readonly refundsPerDay?: number;
  readonly refundedPerDay?: number;
  readonly longestExpirySeconds?: number;
  readonly ordersPerSecond?: number;
  readonly ordersPerSecondPerTerminal?: number;
  readonly oneOpenOrderPerTerminal?: boolean;
}

export interface Contract {
  readonly zone: string;
  readonly terms: readonly Terms[];
  readonly latePayment: 'keep' | 'refund';
  readonly refundWindowDays: number;
  readonly limits: Limits;
  /** The merchant's accounts; absent: Alipay's alone. */
  readonly accounts?: readonly ('alipay' | 'antom')[];
  /** The history begins shortly before the merchant's midnight, with which other terms begin. */
  readonly isCrossing: boolean;
}

/** `near`: an instant of the history, about which terms change. Every history has terms for all of its days. */
export function contractOf(chance: Chance, latePayment: Contract['latePayment'], zone: string, near: number): Contract {
  const today = dayIn(zone, near);
  const later = chance.hit(0.5) ? [today, dayAfter(today, 1), dayAfter(today, 2)] : [];
  const days = ['2020-01-01', ...later.filter(() => chance.hit(0.6))];
  const drawn = days.map((validFrom, i) => termsFrom(chance, validFrom, `agr_${i + 1}`));
  // Listed as somebody wrote them down, which is not in order of their days.
  if (chance.hit(0.3)) drawn.reverse();
  const refundWindowDays = chance.hit(0.04) ? 0 : 90;
  const limits = limitsOf(chance);
  const isCrossing = chance.hit(0.06);
  const tomorrow = dayAfter(today, 1);
  const crossed = drawn.filter(({ validFrom }) => validFrom < today);
  const terms = isCrossing ? [...crossed, termsFrom(chance, tomorrow, 'agr_9')] : drawn;
  return { zone, terms, latePayment, refundWindowDays, limits, isCrossing };
}

/** What is only rarely agreed, by a chance of its own: the rest of a history's contract is the same with it and without. */
export function withRareTerms(contract: Contract, chance: Chance): Contract {
  const [isOneByOne, isSlow] = [chance.hit(0.05), chance.hit(0.04)];
  const whose = chance.hit(0.7) ? { ordersPerSecondPerTerminal: 1 } : { ordersPerSecond: 1 };
  const rare = { ...(isOneByOne && { oneOpenOrderPerTerminal: true }), ...(isSlow && whose) };
  return { ...contract, limits: { ...contract.limits, ...rare } };
}

function termsFrom(chance: Chance, validFrom: string, agreementId: string): Terms {
  const isPlain = chance.hit(0.4);
  const feeMinimum = chance.pick([1, 2, 10]);
  const feeCap = chance.pick([1, 5, 300, 900]);
  return {
    agreementId,
    currency: 'CNY',
    validFrom,
    ratePpm: isPlain ? 6_000 : chance.pick([0, 1, 3_800, 6_000, 12_345, 250_000, 1_000_000]),
    ...(!isPlain && chance.hit(0.4) && { feeMinimum }),
    ...(!isPlain && chance.hit(0.4) && { feeCap }),
    feeOnRefund: chance.pick(['returned', 'returned', 'kept', 'returned_same_day']),
  };
}

function limitsOf(chance: Chance): Limits {
  const [largestOrder, largestTerminalRefund] = [chance.int(500, 1_500), chance.int(300, 1_500)];
  const [refundsPerDay, refundedPerDay] = [chance.int(1, 3), chance.int(500, 3_000)];
  return {
    ...(chance.hit(0.08) && { largestOrder }),
    ...(chance.hit(0.12) && { largestTerminalRefund }),
    ...(chance.hit(0.12) && { refundsPerDay }),
    ...(chance.hit(0.12) && { refundedPerDay }),
    ...(chance.hit(0.05) && { longestExpirySeconds: 90 }),
  };
}

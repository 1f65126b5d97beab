/**
 * How much a merchant refunds on one business day, for those who set a limit. Reserved before the refund is stored, given
 * back when it fails: a crash in between counts too much until the day is over, never too little.
 */
import type { Money } from '../order/money.ts';
import { businessDay, type EpochMs } from '../time.ts';
import type { Counters } from './counters.ts';
import type { Merchant } from './merchant.ts';

interface RefundsOfDay {
  readonly day: string;
  readonly count: number;
  /** Minor units per currency: what is limited is each by itself. */
  readonly values: { readonly [currency: string]: number };
}

export type RefundLimit = 'refundsPerDay' | 'refundedPerDay';

/** Counts a refund of `amount` in, or answers the limit that it would break; then nothing is counted. */
export async function reserveRefund(
  counters: Counters,
  merchant: Merchant,
  amount: Money,
  now: EpochMs,
): Promise<RefundLimit | undefined> {
  if (!limitsRefunds(merchant)) return undefined;
  let broken: RefundLimit | undefined;
  const day = businessDay(now, merchant.zone);
  await counters.change<RefundsOfDay>(nameOf(merchant), (current) => {
    // One item for all days. A clock that lags at midnight counts into the day that has begun.
    const today = current && current.day >= day ? current : { day, count: 0, values: {} };
    const next = plus(today, 1, amount);
    broken = brokenBy(merchant, next, amount.currency);
    return broken ? undefined : next;
  });
  return broken;
}

/** Gives back what was reserved at `reservedAt` for a refund that moved no money. */
export async function releaseRefund(
  counters: Counters,
  merchant: Merchant,
  amount: Money,
  reservedAt: EpochMs,
): Promise<void> {
  if (!limitsRefunds(merchant)) return;
  const day = businessDay(reservedAt, merchant.zone);
  await counters.change<RefundsOfDay>(nameOf(merchant), (current) => {
    // Another day has begun, or the limit was set after this refund was asked for: it is not among those counted.
    if (current?.day !== day || current.count === 0) return undefined;
    return plus(current, -1, { ...amount, value: -amount.value });
  });
}

function limitsRefunds({ limits }: Merchant): boolean {
  return limits.refundsPerDay !== undefined || limits.refundedPerDay !== undefined;
}

function brokenBy({ limits }: Merchant, day: RefundsOfDay, currency: string): RefundLimit | undefined {
  if (day.count > (limits.refundsPerDay ?? Number.POSITIVE_INFINITY)) return 'refundsPerDay';
  if ((day.values[currency] ?? 0) > (limits.refundedPerDay ?? Number.POSITIVE_INFINITY)) return 'refundedPerDay';
  return undefined;
}

function plus(day: RefundsOfDay, count: number, { currency, value }: Money): RefundsOfDay {
  const sum = Math.max(0, (day.values[currency] ?? 0) + value);
  return { day: day.day, count: day.count + count, values: { ...day.values, [currency]: sum } };
}

const nameOf = ({ id }: Merchant) => `${id}.refunds`;

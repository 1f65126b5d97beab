/**
 * How much a merchant refunds on one business day, for those who set a limit. Reserved before the refund is stored, given
 * back when it fails: a crash in between counts too much until the day is over, never too little.
 */
import { exceeds, type Money, plus } from '../money.ts';
import { reader } from '../table/stored.ts';
import { businessDay, type EpochMs } from '../time.ts';
import type { FunctionState } from './function-state.ts';
import { limitsIn, type Merchant } from './merchant.ts';

interface RefundsOfDay {
  readonly day: string;
  readonly count: number;
  /** Minor units per currency: each currency has its own limit. */
  readonly values: { readonly [currency: string]: number };
}

const readRefunds = reader<RefundsOfDay>('directory', 'id', { day: 'text', count: 'integer', values: 'object' });

export type RefundLimit = 'refundsPerDay' | 'refundedPerDay';

/** Counts a refund of `amount` in, or answers the limit that it would break; then nothing is counted. */
export async function reserveRefund(
  functionState: FunctionState,
  merchant: Merchant,
  amount: Money,
  now: EpochMs,
): Promise<RefundLimit | undefined> {
  if (!limitsRefunds(merchant, amount)) return undefined;
  let broken: RefundLimit | undefined;
  const day = businessDay(now, merchant.zone);
  await functionState.change(nameOf(merchant), readRefunds, (current) => {
    // One item for all days. A clock that lags at midnight counts into the day that has begun.
    const today = current && current.day >= day ? current : { day, count: 0, values: {} };
    const next = counted(today, 1, amount);
    broken = brokenBy(merchant, next, amount);
    return broken ? undefined : next;
  });
  return broken;
}

/** Gives back what was reserved at `reservedAt` for a refund that moved no money. */
export async function releaseRefund(
  functionState: FunctionState,
  merchant: Merchant,
  amount: Money,
  reservedAt: EpochMs,
): Promise<void> {
  if (!limitsRefunds(merchant, amount)) return;
  const day = businessDay(reservedAt, merchant.zone);
  await functionState.change(nameOf(merchant), readRefunds, (current) => {
    // Another day has begun, or the limit was set after this refund was asked for: it is not among those counted.
    if (current?.day !== day || current.count === 0) return undefined;
    return counted(current, -1, { ...amount, value: -amount.value });
  });
}

function limitsRefunds(merchant: Merchant, { currency }: Money): boolean {
  return merchant.limits.refundsPerDay !== undefined || limitsIn(merchant, currency).refundedPerDay !== undefined;
}

function brokenBy(merchant: Merchant, day: RefundsOfDay, { currency }: Money): RefundLimit | undefined {
  if (day.count > (merchant.limits.refundsPerDay ?? Number.POSITIVE_INFINITY)) return 'refundsPerDay';
  const { refundedPerDay } = limitsIn(merchant, currency);
  if (refundedPerDay === undefined) return undefined;
  return exceeds(sumOf(day, currency), { currency, value: refundedPerDay }) ? 'refundedPerDay' : undefined;
}

function sumOf(day: RefundsOfDay, currency: string): Money {
  return { currency, value: day.values[currency] ?? 0 };
}

function counted(day: RefundsOfDay, count: number, amount: Money): RefundsOfDay {
  const { currency, value } = plus(sumOf(day, amount.currency), amount);
  return { day: day.day, count: day.count + count, values: { ...day.values, [currency]: Math.max(0, value) } };
}

const nameOf = ({ id }: Merchant) => `${id}.refunds`;

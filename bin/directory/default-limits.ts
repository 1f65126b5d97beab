/**
 * The limits that a new merchant begins with, so that a stolen till cannot send back a quarter's takings. The operator sets
 * others, or none. Merchants that were there before have what was set for them.
 */
import { type Limits, limitsIn, type Merchant } from '../../functions/merchant/merchant.ts';

/**
 * What a till refunds of an order, in minor units: about what one person buys in a shop. Where a currency is not named,
 * nothing is set, and `merchant show` says so.
 */
const LARGEST_TERMINAL_REFUND: Readonly<Record<string, number>> = {
  CNY: 100_000,
  HKD: 100_000,
  MOP: 100_000,
  TWD: 500_000,
  USD: 15_000,
  EUR: 15_000,
  GBP: 15_000,
  AUD: 20_000,
  CAD: 20_000,
  NZD: 20_000,
  SGD: 20_000,
  JPY: 20_000,
  KRW: 200_000,
  MYR: 60_000,
  THB: 500_000,
};

/** Of a merchant without terms yet, whose first currency is CNY. */
export const DEFAULT_LIMITS: Limits = {
  ordersPerSecond: 20,
  openOrders: 5_000,
  refundsPerDay: 500,
  money: { CNY: { largestTerminalRefund: 100_000 } },
};

/** The limits of a merchant that gets its first terms in `currency`: where its tills are limited, they are there, too. */
export function limitsWith(merchant: Merchant, currency: string): Limits {
  const { limits, agreements } = merchant;
  const largestTerminalRefund = LARGEST_TERMINAL_REFUND[currency];
  const limited = Object.values(limits.money ?? {}).some((it) => it.largestTerminalRefund !== undefined);
  const isNew = !agreements.some((it) => it.currency === currency);
  if (!limited || !isNew || largestTerminalRefund === undefined) return limits;
  return { ...limits, money: { ...limits.money, [currency]: { largestTerminalRefund, ...limits.money?.[currency] } } };
}

/** Whether `limit` is as it was when the merchant was made. */
export function isDefault(merchant: Merchant, limit: keyof Limits, currency?: string): boolean {
  if (limit === 'largestTerminalRefund')
    return currency !== undefined && limitsIn(merchant, currency)[limit] === LARGEST_TERMINAL_REFUND[currency];
  return merchant.limits[limit] !== undefined && merchant.limits[limit] === DEFAULT_LIMITS[limit];
}

/** The limits without those that are still as they were when the merchant was made. */
export function limitsSet(merchant: Merchant): Limits {
  const { money = {}, ...others } = merchant.limits;
  const kept = Object.entries(others).filter(([limit]) => !isDefault(merchant, limit as keyof Limits));
  const amounts = Object.entries(money).flatMap(([currency, { largestTerminalRefund, ...rest }]) => {
    const isSet = largestTerminalRefund !== undefined && !isDefault(merchant, 'largestTerminalRefund', currency);
    const left = { ...rest, ...(isSet && { largestTerminalRefund }) };
    return Object.keys(left).length > 0 ? [[currency, left] as const] : [];
  });
  return { ...Object.fromEntries(kept), ...(amounts.length > 0 && { money: Object.fromEntries(amounts) }) };
}

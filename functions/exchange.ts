/**
 * What an amount is in another currency by a quote of a channel. Pure, in whole numbers only: a price is decimal text, and no
 * step is a float. What a channel tells is taken as told; these results check it, and fill in what is not told yet.
 */
import { alphabeticCode } from './currencies.ts';
import { type Money, minorDigits } from './money.ts';

/** The digits of a price, written out without an exponent. A longer one is no price of a channel. */
const PRICE_DIGITS_MAX = 30;

/** `A/B`: the price is that many B for 1 A, in major units. Both codes are alphabetic. */
interface Pair {
  readonly base: string;
  readonly counter: string;
}

/** A decimal number, exactly: `units` × 10^-`scale`. */
interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/**
 * `money` in the other currency of `pair`, rounded half up to that currency's digits, the same for a refund as for its payment:
 * from A to B it is multiplied by the price, from B to A divided. `undefined`: the quote is not about this money. Its pair names
 * no two currencies, or not this one; its price is not above zero or has more than 30 digits; or the result is no safe integer.
 * @throws RangeError for an amount that is not a whole number of minor units
 */
export function settle(money: Money, pair: string, price: string): Money | undefined {
  const currencies = pairOf(pair);
  const rate = priceOf(price);
  if (!currencies || !rate) return undefined;
  const { base, counter } = currencies;
  if (money.currency === base) {
    const scale = minorDigits(base) + rate.scale;
    return moneyOf(counter, quotientOf(money.value, rate.units * power(minorDigits(counter)), power(scale)));
  }
  if (money.currency === counter) {
    const scale = minorDigits(base) + rate.scale;
    return moneyOf(base, quotientOf(money.value, power(scale), rate.units * power(minorDigits(counter))));
  }
  return undefined;
}

/** `pair` with alphabetic codes: `392/840` is `JPY/USD`. `undefined`: it does not name two currencies. */
export function alphabeticPair(pair: string): string | undefined {
  const currencies = pairOf(pair);
  return currencies && `${currencies.base}/${currencies.counter}`;
}

/** Whether `text` is a price: above zero, and no longer than prices are. */
export function isPrice(text: string): boolean {
  return priceOf(text) !== undefined;
}

function pairOf(pair: string): Pair | undefined {
  const [base, counter, ...more] = pair.split('/').map(alphabeticCode);
  if (base === undefined || counter === undefined || base === counter || more.length > 0) return undefined;
  return { base, counter };
}

/** A price as channels write it in JSON or decimal text; a small one may have an exponent (`6.15E-5`). */
function priceOf(text: string): Decimal | undefined {
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction) * power(Math.max(0, -scale));
  const written = Math.max(whole.length + fraction.length, String(units).length, scale + 1);
  if (units === 0n || written > PRICE_DIGITS_MAX) return undefined;
  return { units, scale: Math.max(0, scale) };
}

/** `roundHalfUp(value × numerator / denominator)` by size, so that a refund of a payment is its opposite. */
function quotientOf(value: number, numerator: bigint, denominator: bigint): bigint {
  const size = BigInt(value < 0 ? -value : value);
  const rounded = (2n * size * numerator + denominator) / (2n * denominator);
  return value < 0 ? -rounded : rounded;
}

function moneyOf(currency: string, minorUnits: bigint): Money | undefined {
  const value = Number(minorUnits);
  return Number.isSafeInteger(value) ? { currency, value } : undefined;
}

function power(digits: number): bigint {
  return 10n ** BigInt(digits);
}

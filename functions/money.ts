import { CURRENCIES } from './currencies.ts';

/**
 * Money: an ISO 4217 currency and a whole number of its minor units (EUR 12.34 is `{ currency: 'EUR', value: 1234 }`).
 * There are no floats here; decimal text exists only at a channel's door and in exports.
 */
export interface Money {
  readonly currency: string;
  readonly value: number;
}

/** The largest amount that the API takes, in minor units of any currency. No channel takes more (channel/channels.ts). */
export const MAX_VALUE = 10_000_000_000;

/** Digits behind the point that earlier versions gave to every code that they did not know. */
const DIGITS_BEFORE = 2;

export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** How many digits of `currency` stand behind the point. @throws RangeError for a code that is no currency */
export function minorDigits(currency: string): number {
  const digits = CURRENCIES.get(currency);
  if (digits === undefined) throw new RangeError(`not a currency: ${currency}`);
  return digits;
}

export function equals(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.value === b.value;
}

/** @throws RangeError for two currencies */
export function plus(a: Money, b: Money): Money {
  mustBeAlike(a, b);
  return { currency: a.currency, value: a.value + b.value };
}

/** Whether `a` is more than `b`. @throws RangeError for two currencies */
export function exceeds(a: Money, b: Money): boolean {
  mustBeAlike(a, b);
  return a.value > b.value;
}

function mustBeAlike(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new RangeError(`${a.currency} and ${b.currency} are not alike`);
}

/** Decimal text with exactly the currency's digits: `12.34`, `-0.05`, JPY `450`. @throws RangeError for what is no money */
export function toDecimalText(money: Money): string {
  return decimalText(money.value, minorDigits(money.currency));
}

/**
 * {@link toDecimalText} of what is kept already. Earlier versions took any three letters for a currency, and what they
 * stored in one that is none is read as they wrote it.
 */
export function toRecordText(money: Money): string {
  return decimalText(money.value, recordDigits(money.currency));
}

export function recordDigits(currency: string): number {
  return CURRENCIES.get(currency) ?? DIGITS_BEFORE;
}

function decimalText(value: number, digits: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of minor units: ${value}`);
  const sign = value < 0 ? '-' : '';
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * Reads decimal text into minor units, or answers `undefined`: text that would need rounding, an exponent, a sign other
 * than one leading minus, or more than {@link Number.MAX_SAFE_INTEGER} minor units is not money.
 * @throws RangeError for a code that is no currency
 */
export function fromDecimalText(currency: string, text: string): Money | undefined {
  const digits = minorDigits(currency);
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,3}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(digits))) return undefined;
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor)) return undefined;
  return { currency, value: sign && minor !== 0 ? -minor : minor };
}

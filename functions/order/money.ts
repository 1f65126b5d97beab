/**
 * Money: an ISO 4217 currency and a whole number of its minor units (CNY 12.34 is `{ currency: 'CNY', value: 1234 }`).
 * There are no floats here; decimal text exists only at a channel's door and in exports.
 */
export interface Money {
  readonly currency: string;
  readonly value: number;
}

/** The largest amount that is accepted anywhere: 10^10 minor units, the most that Alipay takes for one trade. */
export const MAX_VALUE = 10_000_000_000;

/** Minor digits of the currencies that differ from two (ISO 4217). */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...{ BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0 },
  ...{ XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 },
};

/** How many digits of `currency` stand behind the point. */
function minorDigits(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2;
}

export function equals(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.value === b.value;
}

/** Decimal text with exactly the currency's digits: `12.34`, `-0.05`, JPY `450`. */
export function toDecimalText({ currency, value }: Money): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of minor units: ${value}`);
  const digits = minorDigits(currency);
  const sign = value < 0 ? '-' : '';
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * Reads decimal text into minor units, or answers `undefined`: text that would need rounding, an exponent, a sign other
 * than one leading minus, or more than {@link Number.MAX_SAFE_INTEGER} minor units is not money.
 */
export function fromDecimalText(currency: string, text: string): Money | undefined {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,3}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = minorDigits(currency);
  if (/[1-9]/.test(fraction.slice(digits))) return undefined;
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor)) return undefined;
  return { currency, value: sign && minor !== 0 ? -minor : minor };
}

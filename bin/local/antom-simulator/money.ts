/** Money, and what it is in another currency: exact decimal arithmetic, rounded half up to the minor unit. */

/** `value` is in minor units: a positive whole number. */
export interface Money {
  readonly currency: string;
  readonly value: number;
}

/** ISO 4217: numeric code and number of decimals. */
const CURRENCIES: Readonly<Record<string, readonly [numeric: string, decimals: number]>> = {
  AED: ['784', 2],
  AUD: ['036', 2],
  BDT: ['050', 2],
  BRL: ['986', 2],
  CAD: ['124', 2],
  CHF: ['756', 2],
  CLP: ['152', 0],
  CNY: ['156', 2],
  DKK: ['208', 2],
  EUR: ['978', 2],
  GBP: ['826', 2],
  HKD: ['344', 2],
  IDR: ['360', 2],
  ILS: ['376', 2],
  INR: ['356', 2],
  JPY: ['392', 0],
  KHR: ['116', 2],
  KRW: ['410', 0],
  KZT: ['398', 2],
  LAK: ['418', 2],
  LKR: ['144', 2],
  MNT: ['496', 2],
  MOP: ['446', 2],
  MXN: ['484', 2],
  MYR: ['458', 2],
  NOK: ['578', 2],
  NPR: ['524', 2],
  NZD: ['554', 2],
  PEN: ['604', 2],
  PHP: ['608', 2],
  PKR: ['586', 2],
  PLN: ['985', 2],
  QAR: ['634', 2],
  SAR: ['682', 2],
  SEK: ['752', 2],
  SGD: ['702', 2],
  THB: ['764', 2],
  TRY: ['949', 2],
  TWD: ['901', 2],
  USD: ['840', 2],
  UZS: ['860', 2],
  VND: ['704', 0],
  ZAR: ['710', 2],
};

export const isCurrency = (code: string) => Object.hasOwn(CURRENCIES, code);
const decimalsOf = (code: string) => BigInt(CURRENCIES[code]?.[1] ?? 2);

/** By how many of B one A is exchanged: major units, decimal text of up to eight decimals, as it stands in a message. */
export interface Quote {
  readonly quoteId: string;
  /** `A/B`, by alphabetic codes. */
  readonly pair: string;
  readonly price: string;
  readonly startAt: number;
  readonly expiryAt: number;
}

/** `156/392` of `CNY/JPY`. */
export function numericPair(pair: string): string {
  return pair
    .split('/')
    .map((code) => CURRENCIES[code]?.[0] ?? code)
    .join('/');
}

/** @throws RangeError for a pair that is not about this money, and for what is no whole number that JavaScript keeps */
export function exchanged({ currency, value }: Money, { pair, price }: Pick<Quote, 'pair' | 'price'>): Money {
  const [a = '', b = ''] = pair.split('/');
  const [whole = '', fraction = ''] = price.split('.');
  const numerator = BigInt(whole + fraction);
  const denominator = 10n ** BigInt(fraction.length);
  if (currency !== a && currency !== b) throw new RangeError(`${pair} is not about ${currency}`);
  const [to, times, by] = currency === a ? [b, numerator, denominator] : [a, denominator, numerator];
  const result = halfUp(BigInt(value) * times * 10n ** decimalsOf(to), by * 10n ** decimalsOf(currency));
  if (result > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`${value} ${currency} is too much ${to}`);
  return { currency: to, value: Number(result) };
}

/** Of positive numbers. */
export function halfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

/** An amount as a message has it, `value` a whole number of minor units as text; undefined for anything else. */
export function readMoney(amount: unknown): Money | undefined {
  if (typeof amount !== 'object' || amount === null) return undefined;
  const { currency, value } = amount as Record<string, unknown>;
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return undefined;
  if (typeof value !== 'string' || !/^[1-9]\d{0,15}$/.test(value)) return undefined;
  const units = Number(value);
  // Rupiah have two decimals by ISO 4217, and are paid in whole ones.
  if (!Number.isSafeInteger(units) || (currency === 'IDR' && units % 100 !== 0)) return undefined;
  return { currency, value: units };
}

/** The same as a message has it. */
export const written = ({ currency, value }: Money) => ({ currency, value: String(value) });

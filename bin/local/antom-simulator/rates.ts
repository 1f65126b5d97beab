/** By which rates this Antom exchanges: made up, the same on every machine, and a little different each day. */
import { createHash } from 'node:crypto';
import { halfUp, type Quote } from './money.ts';
import { chinaDay } from './wire.ts';

/** Undefined if there is no rate between the two. */
export type Rates = (from: string, to: string, now: number, shape: QuoteShape) => Quote | undefined;

export interface QuoteShape {
  /** The pair is named the other way round. */
  readonly quoteInverted: boolean;
}

/** What one unit costs in USD, in units of 10^-10. */
const USD: Readonly<Record<string, bigint>> = {
  AED: 2_723_000_000n,
  AUD: 6_512_000_000n,
  BDT: 82_000_000n,
  BRL: 1_873_000_000n,
  CAD: 7_134_000_000n,
  CHF: 12_431_000_000n,
  CLP: 10_500_000n,
  CNY: 1_407_100_000n,
  DKK: 1_549_000_000n,
  EUR: 11_573_000_000n,
  GBP: 13_208_000_000n,
  HKD: 1_285_300_000n,
  IDR: 600_600n,
  ILS: 3_071_000_000n,
  INR: 112_100_000n,
  JPY: 67_000_000n,
  KHR: 2_490_000n,
  KRW: 6_830_000n,
  KZT: 19_300_000n,
  LAK: 461_000n,
  LKR: 32_500_000n,
  MNT: 2_810_000n,
  MOP: 1_247_800_000n,
  MXN: 546_000_000n,
  MYR: 2_391_000_000n,
  NOK: 988_000_000n,
  NPR: 70_100_000n,
  NZD: 5_731_000_000n,
  PEN: 2_973_000_000n,
  PHP: 170_900_000n,
  PKR: 35_600_000n,
  PLN: 2_735_000_000n,
  QAR: 2_747_000_000n,
  SAR: 2_666_000_000n,
  SEK: 1_058_000_000n,
  SGD: 7_702_000_000n,
  THB: 308_400_000n,
  TRY: 236_000_000n,
  TWD: 318_700_000n,
  USD: 10_000_000_000n,
  UZS: 838_000n,
  VND: 379_600n,
  ZAR: 584_000_000n,
};

const DECIMALS = 8;
const HOUR = 3_600_000;

/** Pairs are named in the order of the alphabet, so that some are to be multiplied by and others to be divided by. */
export const dailyRates: Rates = (from, to, now, { quoteInverted }) => {
  const day = chinaDay(now);
  const [a = '', b = ''] = quoteInverted ? [from, to].sort().reverse() : [from, to].sort();
  const [one, other] = [priceOn(day, a), priceOn(day, b)];
  if (one === undefined || other === undefined || a === b) return undefined;
  const price = decimalText(halfUp(one * 10n ** BigInt(DECIMALS), other));
  const startAt = now - (now % HOUR);
  return {
    quoteId: digest(`${startAt} ${a}/${b}`).slice(0, 24),
    pair: `${a}/${b}`,
    price,
    startAt,
    expiryAt: startAt + HOUR,
  };
};

/** Up to half a percent around the usual price. */
function priceOn(day: string, currency: string): bigint | undefined {
  const usual = USD[currency];
  if (usual === undefined) return undefined;
  const drift = BigInt(Number.parseInt(digest(`${day} ${currency}`).slice(0, 8), 16) % 101) - 50n;
  return halfUp(usual * (10_000n + drift), 10_000n);
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Without zeros at its end. */
function decimalText(scaled: bigint): string {
  const digits = String(scaled).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return digits.slice(0, -DECIMALS) + (fraction && `.${fraction}`);
}

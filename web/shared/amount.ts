/** Amounts as people type them: text until the last moment, and never a float. Pure. */
import { fromDecimalText, isCurrency, MAX_VALUE, type Money, minorDigits } from '../../functions/money.ts';

/** What stands before the point, at the most. */
const WHOLE_DIGITS = 8;
/** What the point is on keyboards of other layouts and in Chinese input methods: dropped, 12,34 would become 1234. */
const POINTS = /^[.,，。．]$/;
/** A full-width digit or point is so much further in Unicode than the plain one. */
const FULL_WIDTH = 0xfee0;

const narrow = (text: string): string =>
  text.replace(/[０-９．]/g, (it) => String.fromCharCode(it.charCodeAt(0) - FULL_WIDTH));

/** The key of the key pad that a keyboard's `key` stands for; undefined for all others. */
export function padKeyOf(key: string): string | undefined {
  if (key === 'Backspace') return key;
  if (POINTS.test(key)) return '.';
  const digit = narrow(key);
  return /^[0-9]$/.test(digit) ? digit : undefined;
}

/** An amount as it is being typed: digits, at most one point, no more decimals than the currency has. */
export function typed(text: string, key: string, currency: string): string {
  if (key === 'Backspace') return text.slice(0, -1);
  const next = key === '.' && text === '' ? '0.' : text === '0' && key !== '.' ? key : text + key;
  const digits = minorDigits(currency);
  const fraction = digits > 0 ? `(\\.\\d{0,${digits}})?` : '';
  return new RegExp(`^\\d{1,${WHOLE_DIGITS}}${fraction}$`).test(next) ? next : text;
}

/** What can be sold for `text`: more than nothing, and no more than an order may have. */
export function amountOf(currency: string, text: string): Money | undefined {
  const amount = fromDecimalText(currency, text.replace(/\.$/, ''));
  return amount && amount.value > 0 && amount.value <= MAX_VALUE ? amount : undefined;
}

/** `¥12.` while it is being typed: the sign of the currency as it is written in `zero`, and the digits as they were typed. */
export function shownAs(zero: string, text: string): string {
  return text === '' ? zero : zero.replace(/\d[\d.,]*/, text);
}

/**
 * What may go back for `text`, which was typed or pasted: more than nothing and at most `most`. A comma is not read, because it
 * may stand for the point or for thousands.
 */
export function refundOf(most: Money, text: string): Money | undefined {
  const { currency, value } = most;
  const plain = narrow(text.trim()).replace('。', '.');
  const amount = isCurrency(currency) ? fromDecimalText(currency, plain) : undefined;
  return amount && amount.value > 0 && amount.value <= value ? amount : undefined;
}

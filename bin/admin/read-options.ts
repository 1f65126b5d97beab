/** What an operator types, read exactly or not at all. */
import * as z from 'zod';
import { newStoreId, text } from '../../functions/contract/fields.ts';
import { fromDecimalText, isCurrency, MAX_VALUE, toRecordText } from '../../functions/money.ts';
import { businessDay, type EpochMs, nextDay } from '../../functions/time.ts';
import { UsageError } from '../cli/exit.ts';

export function readText(what: string, value: string, longest: number): string {
  const read = text(longest).safeParse(value);
  if (!read.success || value.trim() !== value)
    throw new UsageError(
      `${what} is text of 1 to ${longest} characters, without line breaks, invisible characters, card numbers or spaces around it`,
    );
  return read.data;
}

/** A name inside a sentence: the reader sees where it ends, and no sign in it turns the sentence. */
export function quoted(name: string): string {
  return JSON.stringify(name).replace(/\p{Cf}/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

export function readStoreId(value: string): string {
  if (!newStoreId.safeParse(value).success)
    throw new UsageError(`a store is 1 to 32 of A-Z a-z 0-9 . _ ~ -, not ${value}`);
  return value;
}

/** As people write it: digits, and what groups them. */
export function readPhone(option: string, value: string): string {
  if (!/^\+?[0-9][0-9 ()-]{1,30}[0-9]$/.test(value))
    throw new UsageError(`--${option} is a telephone number such as +86 21 6160 2000, not ${value}`);
  return value;
}

export function readChoice<C extends string>(option: string, value: string, choices: readonly C[]): C {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new UsageError(`--${option} is ${choices.join(' or ')}, not ${value}`);
  return found;
}

export function readCount(option: string, value: string, { from, to }: { from: number; to: number }): number {
  const count = /^[0-9]{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(count >= from && count <= to))
    throw new UsageError(`--${option} is a whole number from ${from} to ${to}, not ${value}`);
  return count;
}

/** `12.34` in minor units of `currency`; what would need rounding is refused. */
export function readAmount(option: string, value: string, currency: string): number {
  const amount = isCurrency(currency) ? fromDecimalText(currency, value) : undefined;
  if (!amount || amount.value < 0 || amount.value > MAX_VALUE)
    throw new UsageError(`--${option} is an amount in ${currency} such as 12.34, not ${value}`);
  return amount.value;
}

export function showAmount(currency: string, value: number): string {
  return `${currency} ${toRecordText({ currency, value })}`;
}

/** `0.6%` or `6000` as parts per million. */
export function readRate(option: string, value: string): number {
  const percent = /^([0-9]{1,3})(?:\.([0-9]{1,4}))?%$/.exec(value);
  const ppm = percent
    ? Number(`${percent[1]}${(percent[2] ?? '').padEnd(4, '0')}`)
    : /^[0-9]{1,7}$/.test(value)
      ? Number(value)
      : Number.NaN;
  if (!(ppm <= 1_000_000))
    throw new UsageError(`--${option} is written 0.6% or 6000 (parts per million), at most 100%, not ${value}`);
  return ppm;
}

/** 6000 parts per million as `0.6 %`. */
export function showRate(ppm: number): string {
  const digits = String(ppm).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '').concat(' %');
}

/** A business day: `2026-03-01`, or `today` or `tomorrow` in `zone`. */
export function readDay(option: string, value: string, now: EpochMs, zone: string): string {
  const today = businessDay(now, zone);
  if (value === 'today') return today;
  if (value === 'tomorrow') return nextDay(today);
  if (!z.iso.date().safeParse(value).success)
    throw new UsageError(`--${option} is a day such as 2026-03-01, or today or tomorrow, not ${value}`);
  return value;
}

/** RFC 3339 with its offset, such as `2026-03-01T18:00:00+08:00`. */
export function readInstant(option: string, value: string): EpochMs {
  if (!z.iso.datetime({ offset: true }).safeParse(value).success)
    throw new UsageError(`--${option} is an instant such as 2026-03-01T18:00:00+08:00, not ${value}`);
  return Date.parse(value);
}

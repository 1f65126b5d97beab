/** The fields that requests share. Whatever is wrong with one is said in words that follow its name. */
import * as z from 'zod';
import { isCurrency, MAX_VALUE } from '../../order/money.ts';
import { holdsCardNumber } from '../card-number.ts';

/**
 * Text that a person wrote: bounded, well-formed Unicode, no control characters (they would end up in logs and bills),
 * and no card number, which would end up in a table.
 */
export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(
      (value) => value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value),
      'must be text without control characters',
    )
    .refine((value) => !holdsCardNumber(value), 'must not hold a card number');

export const number32 = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 _ -');
export const storeId = z.string().regex(/^[A-Za-z0-9._~-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 . _ ~ -');
const CURRENCY = 'must be an ISO 4217 code such as CNY';
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: CURRENCY, abort: true })
  .refine(isCurrency, CURRENCY);
export const day = z.iso.date('must be a day such as 2026-03-01');
export const limit = z
  .string()
  .regex(/^([1-9][0-9]?|100)$/, 'must be 1 to 100')
  .transform(Number)
  .optional();
export const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,1024}$/, 'must be a nextCursor of this list')
  .optional();
export const money = z.strictObject({ currency, value: z.int().min(1).max(MAX_VALUE) }).meta({ id: 'Money' });

/** In a path, whatever consists of plain characters is looked up, and is there or not. */
export const pathValue = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ ~ -');
export const nothing = z.strictObject({});

/** The fields that requests share. A fault of one is said in words that follow its name. */
import * as z from 'zod';
import { HOME_CURRENCY } from '../channel/channels.ts';
import { isCurrency, MAX_VALUE } from '../money.ts';
import { textFault } from '../text.ts';
import { holdsCardNumber } from './card-number.ts';

/** What a card number is refused with, wherever it is found. */
export const CARD_NUMBER = 'must not hold a card number';
const withoutCardNumber = (value: string) => !holdsCardNumber(value);

/** Text that a person wrote: bounded, in one spelling (NFC), with nothing in it that is no text. It may hold a card number. */
export const anyText = (max: number) =>
  z
    .string()
    .normalize('NFC')
    .min(1)
    .max(max)
    .superRefine((value, context) => {
      const message = textFault(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });
/** The same without a card number, which would end up in a table. */
export const text = (max: number) => anyText(max).refine(withoutCardNumber, CARD_NUMBER);

/** A number, or a store, by which something is looked up. */
export const number32 = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 _ -');
export const storeId = z.string().regex(/^[A-Za-z0-9._~-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 . _ ~ -');
/** The same under which something is kept. */
export const newNumber32 = number32.refine(withoutCardNumber, CARD_NUMBER);
export const newStoreId = storeId.refine(withoutCardNumber, CARD_NUMBER);
export const CURRENCY = `must be an ISO 4217 code such as ${HOME_CURRENCY}`;
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

/** In a path, any name of plain characters is looked up, and is there or not. */
export const pathValue = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ ~ -');
export const nothing = z.strictObject({});

/** Rows of a page where the caller does not say how many. */
export const DEFAULT_LIMIT = 20;

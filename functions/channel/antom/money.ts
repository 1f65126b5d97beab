/** Money, quotes and times as Antom writes them. What cannot be read for certain is left out. Pure. */
import * as z from 'zod';
import { alphabeticPair, isPrice } from '../../exchange.ts';
import { isCurrency, type Money } from '../../money.ts';
import { type EpochMs, HOUR } from '../../time.ts';
import type { PaidNews, Settlement } from '../channel.ts';

export function toAntomAmount({ currency, value }: Money): { currency: string; value: string } {
  return { currency, value: String(value) };
}

/** `2026-11-30T19:46:02+08:00`, to the second. */
export function toAntomTime(at: EpochMs): string {
  return `${new Date(at + 8 * HOUR).toISOString().slice(0, 19)}+08:00`;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;

/** ISO 8601 with an offset. `undefined`: it is no time. */
export function fromAntomTime(text: string | undefined): EpochMs | undefined {
  const [, local = '', fraction = '', offset = ''] = TIME.exec(text ?? '') ?? [];
  const asUtc = Date.parse(`${local}Z`);
  // A parser makes the first of March of the 29th of February in a year that has none.
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 19) !== local) return undefined;
  const at = Date.parse(`${local}${fraction.slice(0, 4)}${offset.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(at) ? undefined : at;
}

const text = z.string();
/** A member of a form that we do not know is left out, and spoils nothing beside it. */
const loose = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** Minor units; a value is text of 16 digits at the most. */
export const amount = z
  .object({ currency: text.refine(isCurrency), value: text.regex(/^\d{1,16}$/) })
  .transform(({ currency, value }): Money => ({ currency, value: Number(value) }))
  .refine(({ value }) => Number.isSafeInteger(value));

const quote = z.object({ quoteId: loose(text.regex(/^[\w.:-]{1,64}$/)), quoteCurrencyPair: text, quotePrice: text });

/** The members of an answer or a message that tell how a movement is settled. */
export const settled = { grossSettlementAmount: loose(amount), settlementQuote: loose(quote) };

/** What a payment's answer or message tells beside its number, amount and time. */
export const paid = {
  ...settled,
  actualPaymentAmount: loose(amount),
  pspCustomerInfo: loose(z.object({ pspName: text.regex(/^[^\p{C}]{1,64}$/u) })),
};

type Settled = z.output<z.ZodObject<typeof settled>>;
type Paid = z.output<z.ZodObject<typeof paid>>;

/** How the movement of an order in `currency` is settled; `undefined`: in the same currency, or Antom does not say yet. */
export function settlementOf({ grossSettlementAmount: gross, settlementQuote }: Settled, currency: string) {
  const told = settlementQuote && readQuote(settlementQuote);
  if (gross?.currency === currency || (!gross && !told)) return {};
  return { settlement: { ...(gross && { gross }), ...told } satisfies Settlement };
}

/** Of the customer only the wallet's name, and what was paid in the wallet's own currency. */
export function customerOf(told: Paid, currency: string): Pick<PaidNews, 'wallet' | 'customerPaid'> {
  const { actualPaymentAmount: customerPaid, pspCustomerInfo } = told;
  return {
    ...(pspCustomerInfo && { wallet: pspCustomerInfo.pspName }),
    ...(customerPaid && customerPaid.currency !== currency && { customerPaid }),
  };
}

function readQuote({ quoteId, quoteCurrencyPair, quotePrice }: z.output<typeof quote>): Settlement | undefined {
  const pair = alphabeticPair(quoteCurrencyPair);
  if (pair === undefined || !isPrice(quotePrice)) return undefined;
  return { pair, price: quotePrice, ...(quoteId !== undefined && { quoteId }) };
}

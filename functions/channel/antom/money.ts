/** Money, quotes and times as Antom writes them. What cannot be read for certain is left out. Pure. */
import * as z from 'zod';
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
  const codes = quoteCurrencyPair.split('/').map((code) => NUMERIC.get(code.padStart(3, '0')) ?? code);
  const isRead = codes.length === 2 && codes.every(isCurrency) && /^\d{1,12}(\.\d{1,12})?$/.test(quotePrice);
  return isRead ? { pair: codes.join('/'), price: quotePrice, ...(quoteId !== undefined && { quoteId }) } : undefined;
}

/** Numeric codes of ISO 4217, by which some pairs name their currencies. */
const NUMERIC: ReadonlyMap<string, string> = new Map(
  `032ARS 036AUD 048BHD 050BDT 051AMD 096BND 104MMK 116KHR 124CAD 144LKR 152CLP 156CNY 170COP 203CZK 208DKK 344HKD 348HUF
  352ISK 356INR 360IDR 376ILS 392JPY 398KZT 400JOD 410KRW 414KWD 417KGS 418LAK 446MOP 458MYR 462MVR 484MXN 496MNT 512OMR
  524NPR 554NZD 578NOK 586PKR 604PEN 608PHP 634QAR 643RUB 682SAR 702SGD 704VND 710ZAR 752SEK 756CHF 764THB 784AED 818EGP
  826GBP 840USD 858UYU 860UZS 901TWD 944AZN 946RON 949TRY 972TJS 975BGN 978EUR 980UAH 981GEL 985PLN 986BRL`
    .split(/\s+/)
    .map((it) => [it.slice(0, 3), it.slice(3)] as const),
);

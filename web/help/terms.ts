/** A merchant's own terms in words. Pure. */
import type { MerchantView } from '../../functions/contract/merchant.ts';
import { feeOf } from '../../functions/statement/fee.ts';
import { type Lang, showMoney } from '../shared/say.ts';
import { say } from './messages.ts';

type Agreement = MerchantView['agreements'][number];

const comma = (lang: Lang) => (lang === 'en' ? ', ' : '、');

/** A limit in all its currencies; empty where there is none. */
export function limitText(
  merchant: Pick<MerchantView, 'limits'> | undefined,
  limit: 'largestOrder' | 'refundedPerDay' | 'largestTerminalRefund',
  lang: Lang,
): string {
  return Object.entries(merchant?.limits.money ?? {})
    .flatMap(([currency, { [limit]: value }]) => (value === null ? [] : [showMoney(lang, { currency, value })]))
    .join(comma(lang));
}

export function currencyNames(currencies: readonly string[], lang: Lang): string {
  const names = new Intl.DisplayNames(lang, { type: 'currency' });
  return currencies.map((code) => `${names.of(code)} (${code})`).join(comma(lang));
}

/** The terms of an agreement by their names. */
export function termsOf(agreement: Agreement, lang: Lang): readonly (readonly [name: string, value: string])[] {
  const { currency, ratePpm, feeMinimum, feeCap, feeOnRefund, validFrom } = agreement;
  const bound = (value: number | null) => (value === null ? say(lang, 'none') : showMoney(lang, { currency, value }));
  return [
    [`${say(lang, 'rate')} (${currency})`, percent(ratePpm)],
    [say(lang, 'minimum'), bound(feeMinimum)],
    [say(lang, 'cap'), bound(feeCap)],
    [say(lang, 'onRefund'), say(lang, feeOnRefund)],
    [say(lang, 'since'), validFrom],
  ];
}

/** Whole minor units of ordinary sales. */
const EXAMPLES = [1_234, 10_000, 100_000];

/** Sales, their fees, and what is left. */
export function examplesOf({ currency, ratePpm, feeMinimum, feeCap }: Agreement, lang: Lang) {
  const terms = { ratePpm, ...(feeMinimum !== null && { feeMinimum }), ...(feeCap !== null && { feeCap }) };
  const show = (value: number) => showMoney(lang, { currency, value });
  return EXAMPLES.map((received) => {
    const fee = feeOf(terms, received);
    return { received, cells: [show(received), show(fee), show(received - fee)] };
  });
}

/** `0.6%` of 6000 parts per million, without a float on the way. */
export function percent(ratePpm: number): string {
  const text = String(ratePpm).padStart(5, '0');
  const decimals = text.slice(-4).replace(/0+$/, '');
  return `${text.slice(0, -4)}${decimals && `.${decimals}`}%`;
}

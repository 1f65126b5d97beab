/** Words in the language that was chosen, and money as people write it. */
import { type Money, toDecimalText } from '../../functions/order/money.ts';
import type { Lang } from '../page.ts';

type WordTable = Readonly<Record<string, Readonly<Record<Lang, string>>>>;
type Values = Readonly<Record<string, string | number>>;

/** Answers what says a word of `words`, its `{places}` filled. */
export function sayer<T extends WordTable>(words: T) {
  return (lang: Lang, word: keyof T, values: Values = {}): string =>
    (words[word]?.[lang] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

export function showMoney(lang: Lang, money: Money): string {
  const { currency } = money;
  const format = new Intl.NumberFormat(lang, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  // Text, not a number: no amount is ever rounded on its way to the screen.
  return format.format(toDecimalText(money) as `${number}`);
}

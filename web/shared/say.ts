/** Words in the language that was chosen, and money as people write it. */

import { channelEntry, channelNames, HOME_CURRENCY } from '../../functions/channel/channels.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';
import { CURRENCIES } from '../../functions/currencies.ts';
import { type Money, recordDigits, toRecordText } from '../../functions/money.ts';
import { isolated } from '../../functions/text.ts';
import type { Words } from '../../functions/words.ts';

export type Lang = keyof Words;
type MessageTable = Readonly<Record<string, Readonly<Record<Lang, string>>>>;
type Values = Readonly<Record<string, string | number>>;

/** Answers what says one of `messages`, its `{places}` filled. `{channel}` is all channels where the text is about none of them. */
export function sayer<T extends MessageTable>(messages: T) {
  return (lang: Lang, word: keyof T, values: Values = {}): string =>
    (messages[word]?.[lang] ?? '').replace(/\{(\w+)\}/g, (_, name: string) =>
      isolated(String(values[name] ?? (name === 'channel' ? channelNames[lang] : ''))),
    );
}

/** What people call the channel. */
export function channelName(lang: Lang, channel: ChannelId): string {
  return channelEntry(channel).name[lang];
}

/** Any of the channels, as people say it. */
export function anyOf(lang: Lang, channels: readonly ChannelId[]): string {
  return channels.map((channel) => channelName(lang, channel)).join(lang === 'en' ? ' or ' : '、');
}

/** With the digits of our own table: browsers leave some out. With the code where its symbol is another one's, too. */
export function showMoney(lang: Lang, money: Money): string {
  const { currency } = money;
  const digits = recordDigits(currency);
  const format = new Intl.NumberFormat(lang, {
    style: 'currency',
    currency,
    currencyDisplay: isAmbiguous(lang, currency) ? 'code' : 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // Text, not a number: no amount is ever rounded on its way to the screen.
  return format.format(toRecordText(money) as `${number}`);
}

const ambiguous = new Map<Lang, ReadonlySet<string>>();

function isAmbiguous(lang: Lang, currency: string): boolean {
  const known = ambiguous.get(lang) ?? ambiguousIn(lang);
  ambiguous.set(lang, known);
  return known.has(currency);
}

/** Currencies whose symbol another one has, too. The home currency's is its own: ¥ is the yuan's alone. */
function ambiguousIn(lang: Lang): ReadonlySet<string> {
  const symbols = [...CURRENCIES.keys()].map((currency) => [currency, symbolOf(lang, currency)] as const);
  const shared = symbols.filter(([currency, symbol]) =>
    symbols.some(([other, its]) => other !== currency && its === symbol),
  );
  return new Set(shared.map(([currency]) => currency).filter((currency) => currency !== HOME_CURRENCY));
}

function symbolOf(lang: Lang, currency: string): string {
  const format = new Intl.NumberFormat(lang, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency;
}

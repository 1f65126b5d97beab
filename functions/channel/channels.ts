/** Looks things up in the registry, and holds each channel's traits against the deadlines when it is loaded. Pure. */
import { LEASE, LONGEST_EXPIRY, SHORTEST_EXPIRY, SKEW, TILL_CODE_TRADE } from '../deadlines.ts';
import { isCurrency, MAX_VALUE } from '../money.ts';
import { DAY, MINUTE } from '../time.ts';
import type { Words } from '../words.ts';
import { CHANNELS, type ChannelId } from './registry.ts';
import type { ChannelEntry, ChannelTraits } from './traits.ts';

const entries: Readonly<Record<ChannelId, ChannelEntry>> = CHANNELS;

export const channelIds = Object.keys(CHANNELS) as ChannelId[];

export function channelEntry(channel: ChannelId): ChannelEntry {
  return entries[channel];
}

export function traitsOf(channel: ChannelId): ChannelTraits {
  return entries[channel].traits;
}

/** The currencies in which `channel` takes orders, the usual one first. */
export function currenciesTaken(channel: ChannelId): string[] {
  return Object.keys(traitsOf(channel).currencies);
}

export function takes(channel: ChannelId, currency: string): boolean {
  return Object.hasOwn(traitsOf(channel).currencies, currency);
}

/** The channel of a merchant who has no account yet. */
export const DEFAULT_CHANNEL = channelIds[0] as ChannelId;

/** The usual currency of the first channel: that of an amount which names none, and the one whose symbol stands alone. */
export const HOME_CURRENCY = channelIds.flatMap(currenciesTaken)[0] ?? '';

/** Whether `text` is a payment code of the channel's app. */
export function isTillCode(channel: ChannelId, text: string): boolean {
  return new RegExp(traitsOf(channel).tillCode.pattern).test(text);
}

/**
 * What every payment code looks like, of whichever app. Channels share codes, so a code never chooses the channel, and only the
 * order's own says whether it takes one.
 */
export const TILL_CODE_FORM = /^[0-9]{16,24}$/;

/** The names of the channels, for texts that are about all of them. */
export const channelNames: Words = {
  'zh-CN': channelIds.map((id) => entries[id].name['zh-CN']).join('、'),
  en: channelIds.map((id) => entries[id].name.en).join(' or '),
};

/** `words` with the channel's name at each `{channel}`. */
export function named(words: Words, channel: ChannelId): Words {
  const { name } = entries[channel];
  return {
    'zh-CN': words['zh-CN'].replaceAll('{channel}', name['zh-CN']),
    en: words.en.replaceAll('{channel}', name.en),
  };
}

/** @throws Error naming the first trait that contradicts a deadline or an amount of the house */
export function mustFit(channel: string, { traits, notification }: ChannelEntry): void {
  const mustHold = (condition: boolean, sentence: string) => {
    if (!condition) throw new Error(`the traits of the channel ${channel} do not fit: ${sentence}`);
  };
  const currencies = Object.entries(traits.currencies);
  mustHold(currencies.length > 0 && currencies.every(([currency]) => isCurrency(currency)), 'it takes currencies');
  mustHold(
    currencies.every(([, { largest }]) => largest > 0 && largest <= MAX_VALUE),
    'its largest order is one that the API takes',
  );
  mustHold(SHORTEST_EXPIRY >= traits.shortestCode + SKEW, 'it takes the shortest code, whatever its clock says');
  mustHold(LONGEST_EXPIRY + SKEW <= traits.longestCode, 'it takes the longest code, whatever its clock says');
  mustHold(TILL_CODE_TRADE >= traits.shortestCode + SKEW, 'it takes the end of a till code, whatever its clock says');
  mustHold(traits.refundSpacing <= LEASE, 'a refund that waited for its lease may be called for');
  mustHold(traits.refundQueryAfter <= LEASE, 'a refund is asked about before it is repeated');
  const minutes = Array.from({ length: DAY / MINUTE }, (_, minute) => minute * MINUTE);
  mustHold(
    minutes.every((at) => traits.cancelUntil(at) > at + TILL_CODE_TRADE + SKEW),
    'it cancels a till code that has run out of time',
  );
  mustHold(/^[+-]\d\d:\d\d$/.test(traits.dayZone), 'its days are those of an offset such as +08:00');
  mustHold(traits.account.payee in traits.account.identity, 'the payee is among what identifies an account');
  mustHold(
    ['application/json', 'text/plain'].includes(notification.contentType),
    'its messages are answered by JSON or by a word',
  );
  mustHold(notification.path.startsWith('/v1/notifications/'), 'its messages come to a path of their own');
}

for (const channel of channelIds) mustFit(channel, entries[channel]);

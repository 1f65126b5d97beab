/** The currencies in which a channel takes orders. An amount in another one is never sent to it. Pure. */
import type { ChannelId } from './channel.ts';

export const CURRENCIES_OF: Readonly<Record<ChannelId, readonly string[]>> = {
  // The gateway has no field for a currency: it takes every number as yuan.
  alipay: ['CNY'],
};

export function takes(channel: ChannelId, currency: string): boolean {
  return CURRENCIES_OF[channel].includes(currency);
}

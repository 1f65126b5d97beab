/** A world in which merchants sell by Alipay alone. */
import type { Channel } from '../../functions/channel/channel.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';

/** What is asked of another channel is a fault, and is told by name. */
const NEVER = new Proxy({} as Channel, {
  get(_, member) {
    throw new Error(`another channel than Alipay was used: ${String(member)}`);
  },
});

export const alipayAlone = <C extends Channel>(alipay: C): Readonly<Record<ChannelId, Channel>> & { alipay: C } => ({
  alipay,
  antom: NEVER,
});

export const alipaysUrlAlone = (alipay: string): Readonly<Record<ChannelId, string>> => ({
  alipay,
  antom: 'https://never.example/v1/notifications/antom',
});

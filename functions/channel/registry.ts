/**
 * The channels, by id: the one list that contract, stack, services and screens read. Pure data. The code that speaks to a
 * channel is named in connect.ts.
 */
import { ALIPAY } from './alipay/traits.ts';

export const CHANNELS = { alipay: ALIPAY } as const;

export type ChannelId = keyof typeof CHANNELS;

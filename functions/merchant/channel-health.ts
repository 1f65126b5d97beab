/**
 * A channel that turns a merchant away is closed, so that no till stands before a customer with a code that cannot come: at once
 * when a signed answer blames the merchant or its contract, after three refusals in a row that blame the app, its keys or its
 * rights, signed or not. Nothing closes it for a fault of one call. It is probed by the first order after a pause that doubles,
 * and opens with the first code that comes.
 */

import type { Refusal } from '../channel/channel.ts';
import { named } from '../channel/channels.ts';
import type { Misconfiguration } from '../channel/misconfiguration.ts';
import type { ChannelId } from '../channel/registry.ts';
import { type EpochMs, MINUTE, type Millis } from '../time.ts';
import type { Words } from '../words.ts';
import type { FunctionState } from './function-state.ts';
import { type ChannelState, channelState, type Merchant } from './merchant.ts';

export interface ChannelHealth {
  /** Orders are taken again from then on; the first of them is the probe. Absent: the channel is open. */
  readonly closedUntil?: EpochMs;
  /** Closures in a row. */
  readonly closures: number;
  /** Refusals in a row that speak of the app. */
  readonly strikes: number;
  /** What of the app is set up wrongly, by the last of them. */
  readonly misconfiguration?: Misconfiguration;
}

const STRIKES = 3;
const FIRST_PAUSE: Millis = 1 * MINUTE;
const LONGEST_PAUSE: Millis = 30 * MINUTE;
export const HEALTHY: ChannelHealth = { closures: 0, strikes: 0 };

const REASON: Words = {
  'zh-CN': '{channel}暂不受理本店的新订单，系统会自动重试。请改用其他支付方式并通知负责人。',
  en: '{channel} takes no new orders of this shop at the moment; it is tried again by itself. Take another means of payment and inform the manager.',
};

/** What a refusal says of the channel itself: closed, perhaps closed, or nothing. `signed`: it is the channel's own word. */
export function meaningOf(refusal: Refusal, signed: boolean): 'closed' | 'strike' | 'nothing' {
  if (refusal.blames === 'app') return 'strike';
  return signed && refusal.blames === 'merchant' ? 'closed' : 'nothing';
}

/** The health after a refusal that means `meaning`. The same value: it changes nothing. */
export function worse(
  health: ChannelHealth,
  meaning: 'closed' | 'strike',
  now: EpochMs,
  misconfiguration?: Misconfiguration,
): ChannelHealth {
  // Another till has found out a moment ago; its closure stands.
  if (health.closedUntil !== undefined && now < health.closedUntil) return health;
  const strikes = health.strikes + 1;
  const told = misconfiguration && { misconfiguration };
  // A probe that fails needs no three strikes: the channel was closed before it.
  if (meaning === 'strike' && strikes < STRIKES && health.closedUntil === undefined)
    return { closures: health.closures, strikes, ...told };
  const pause = Math.min(FIRST_PAUSE * 2 ** health.closures, LONGEST_PAUSE);
  return { closedUntil: now + pause, closures: health.closures + 1, strikes, ...told };
}

/** What a till sees: the operator's word first, then what the channel has said. */
export function visibleState(
  merchant: Merchant,
  channel: ChannelId,
  health: ChannelHealth | undefined,
  now: EpochMs,
): ChannelState {
  const stated = channelState(merchant, channel, now);
  const until = health?.closedUntil;
  if (stated.state !== 'open' || until === undefined || until <= now) return stated;
  return { state: 'closed', until, reason: named(REASON, channel) };
}

/** As this instance knew it in the last 30 seconds. */
export function healthOf(functionState: FunctionState, merchantId: string, channel: ChannelId) {
  return functionState.recent<ChannelHealth>(nameOf(merchantId, channel));
}

/** By channel, as {@link healthOf} knows it. */
export type Healths = ReadonlyMap<ChannelId, ChannelHealth | undefined>;

export async function healthsOf(
  functionState: FunctionState,
  merchantId: string,
  channels: readonly ChannelId[],
): Promise<Healths> {
  const each = channels.map(async (channel) => [channel, await healthOf(functionState, merchantId, channel)] as const);
  return new Map(await Promise.all(each));
}

/** The health of a channel that is open, on its own word or an operator's. `undefined`: it was thought so before. */
export function reopened(health: ChannelHealth | undefined): ChannelHealth | undefined {
  return health && (health.closedUntil !== undefined || health.strikes > 0) ? HEALTHY : undefined;
}

/** Where the item is. */
export const nameOf = (merchantId: string, channel: ChannelId) => `${merchantId}.channel.${channel}`;

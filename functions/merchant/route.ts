/**
 * Which channel takes a new order: what offers the currency, of that what is open, of that the best. Pure. createOrder opens
 * orders by it, and listChannels tells beforehand what it would do.
 */
import type { Account, ChannelId } from '../channel/registry.ts';
import type { EpochMs } from '../time.ts';
import { type Healths, visibleState } from './channel-health.ts';
import { accountsFor, agreementAt, type ChannelState, currenciesSold, type Merchant } from './merchant.ts';

export interface RouteAsk {
  readonly currency: string;
  /** The only one that may take it; absent: any. */
  readonly channel?: ChannelId | undefined;
}

export interface Candidate {
  readonly account: Account;
  readonly state: ChannelState;
}

/** `only`: no other channel offers the currency. `other_closed`: a better one does, and takes no orders now. */
export type Why = 'only' | 'preferred' | 'other_closed';

type AtLeastOne<T> = readonly [T, ...T[]];

/** `candidates`: all that offer the currency, the best first. */
export type Route =
  | { readonly kind: 'taken'; readonly account: Account; readonly why: Why }
  | { readonly kind: 'none_open'; readonly candidates: AtLeastOne<Candidate> }
  | { readonly kind: 'not_offered' };

/** `healths`: of the channels among {@link offering}. */
export function routeOf(merchant: Merchant, ask: RouteAsk, healths: Healths, now: EpochMs): Route {
  const candidates = offering(merchant, ask, now).map((account) => {
    const { channel } = account;
    return { account, state: visibleState(merchant, channel, healths.get(channel), now) };
  });
  const [best, ...others] = candidates;
  if (!best) return { kind: 'not_offered' };
  const open = candidates.find(({ state }) => state.state === 'open');
  if (!open) return { kind: 'none_open', candidates: [best, ...others] };
  const isOnly = candidates.length === 1;
  return { kind: 'taken', account: open.account, why: isOnly ? 'only' : open === best ? 'preferred' : 'other_closed' };
}

/** The accounts that offer what is asked for, the best first, whether or not their channels are open. */
export function offering(merchant: Merchant, { currency, channel }: RouteAsk, now: EpochMs): Account[] {
  if (!agreementAt(merchant, currency, now)) return [];
  return accountsFor(merchant, currency).filter((account) => channel === undefined || account.channel === channel);
}

export interface RouteRow {
  readonly currency: string;
  /** `null`: no channel takes an order in it now. */
  readonly channel: ChannelId | null;
  readonly why: Why | 'none_open';
}

/** What becomes of an order that names no channel, for each currency in which the merchant sells. */
export function routesOf(merchant: Merchant, healths: Healths, now: EpochMs): RouteRow[] {
  return currenciesSold(merchant, now).map((currency) => {
    const route = routeOf(merchant, { currency }, healths, now);
    return route.kind === 'taken'
      ? { currency, channel: route.account.channel, why: route.why }
      : { currency, channel: null, why: 'none_open' };
  });
}

/** When the first of them opens, where any of them says so. */
export function earliestUntil(candidates: readonly Candidate[]): EpochMs | undefined {
  const ends = candidates.flatMap(({ state }) => state.until ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** What there is to know of a till's sale. */

import type { ChannelId } from '../../functions/channel/registry.ts';
import type { Client } from '../../functions/client/client.ts';
import type { ChannelView, OrderView, ProblemView, RouteView } from '../../functions/contract/answers.ts';
import type { Money } from '../../functions/money.ts';
import { type EpochMs, SECOND } from '../../functions/time.ts';
import type { Store } from '../shared/store.ts';

/** The body of createOrder, sent again as it is until it is answered. */
export interface Ask {
  readonly merchantOrderNo: string;
  readonly amount: Money;
  readonly subject: string;
  readonly operatorId?: string;
  readonly qrCode: boolean;
  /** Only where the cashier has chosen it. */
  readonly channel?: ChannelId;
  /** The order that the server closes in favour of this one. */
  readonly replaces?: string;
}

/** What the cashier began, as this browser keeps it. Without `ask` the server told of it: this browser had forgotten it. */
export interface Intent {
  readonly amount: Money;
  readonly merchantOrderNo: string;
  readonly ask?: Ask;
  readonly askedAt: EpochMs;
  /** Absent until the server has said that it has the order. */
  readonly orderId?: string;
  readonly cancel?: boolean;
  /** The till has said that the goods are to be handed over, and goes on saying so for as long as this sale is open here. */
  readonly told?: boolean;
  /** The sale by another channel that this one is to replace; it goes on if this one is not opened. */
  readonly before?: Bound;
}
/** An intent whose order the server has. */
export type Bound = Intent & { readonly orderId: string };

/** What is sent to the channel once and kept nowhere, or asked of it anew; repeated by its attempt's number. */
export type Attempt = { readonly attempt: number; readonly tillCode?: string };

export interface Parked {
  readonly orderId: string;
  readonly amount: Money;
}

/** What is known beside the sale, in each of its phases. */
export interface Surroundings {
  /** What is open was asked for since the page woke up; nothing is sold before. */
  readonly synced: boolean;
  /** The last request was answered. */
  readonly online: boolean;
  readonly channels: readonly ChannelView[];
  /** Which channel takes a new order, by currency. */
  readonly routes: readonly RouteView[];
  /** A channel has just refused or not answered: which ones are open is asked for before anything else. */
  readonly channelsDue?: boolean | undefined;
  readonly parked: readonly Parked[];
  /** Requests in a row that were not answered. */
  readonly failures: number;
  /** When the server is asked next, if it is not answering. */
  readonly retryAt?: EpochMs | undefined;
  /** How long after the last event the next request is due; null if none is. */
  readonly pauseMs: number | null;
}

/** What a phase of the sale may know. */
interface Known {
  readonly intent: Intent;
  readonly order: OrderView;
  readonly attempt: Attempt;
  /** The server said no, definitely: nothing was sold. */
  readonly refusal: ProblemView;
  /** Nothing was created of the sale that was open when the page lost the server. */
  readonly lost: Money;
  /** When the cashier began the sale or the attempt; the screen counts from it. */
  readonly waitingSince: EpochMs;
  /** Why the server does not take this till's key any more. */
  readonly locked: string;
}

/** A phase that has some of it for certain, some perhaps, and nothing else. */
type Phase<P extends string, Has extends keyof Known, May extends keyof Known> = { readonly phase: P } & Pick<
  Known,
  Has
> & { readonly [K in May]?: Known[K] | undefined } & { readonly [K in Exclude<keyof Known, Has | May>]?: undefined };

/**
 * `ready`: between two sales. `opening`: the server has not said that it has the order. `collecting`: an attempt is to be sent.
 * `closing`: a cancellation is to be sent. `following`: the order is asked for as often as it says. `settled`: it is over, and
 * the cashier reads how. `locked`: for good, until the page is opened anew.
 */
export type SaleState = Surroundings &
  (
    | Phase<'ready', never, 'refusal' | 'lost'>
    | (Phase<'opening', 'intent', 'attempt' | 'waitingSince'> & { readonly intent: { readonly ask: Ask } })
    | (Phase<'collecting', 'intent' | 'attempt', 'order' | 'waitingSince'> & { readonly intent: Bound })
    | (Phase<'closing', 'intent', 'order' | 'refusal' | 'waitingSince'> & { readonly intent: Bound })
    | (Phase<'following', 'intent', 'order' | 'refusal' | 'waitingSince'> & { readonly intent: Bound })
    | (Phase<'settled', 'intent' | 'order', 'refusal'> & { readonly intent: Bound })
    | Phase<'locked', 'locked', never>
  );

/** What a sale works with. */
export interface SaleOptions {
  readonly client: Client;
  readonly store: Store;
  readonly now: () => EpochMs;
  readonly hangUp: () => void;
  /** 0 … 1 */
  readonly random: () => number;
  /** The next sale's number, which must never come again. */
  readonly newNo: () => string;
  readonly onChange: (state: SaleState) => void;
}

/** Whether this order still needs its till: it can be paid, or its outcome is unknown. */
export function isOpen({ status, nextAction }: OrderView): boolean {
  return status !== 'paid' && status !== 'closed' && nextAction !== 'start_new_order';
}

/** While a customer may be paying, a cashier waits no longer than this for the news; it costs one read. */
const CUSTOMER_PAYS = SECOND;
/** A little earlier than allowed to be late, and out of step with other tills. */
const JITTER = [0.85, 0.95] as const;

/** When this order is asked for again, in ms from now; null if it need not be. `random`: 0 … 1. */
export function pauseBefore({ nextAction, nextPollAfterMs }: OrderView, random: () => number): number | null {
  if (nextPollAfterMs === null) return null;
  const [least, most] = JITTER;
  const mayBePaying = nextAction === 'show_qr_code' || nextAction === 'wait';
  const pause = mayBePaying ? Math.min(nextPollAfterMs, CUSTOMER_PAYS) : nextPollAfterMs;
  return pause * (least + random() * (most - least));
}

const PAUSE_MAX = 8 * SECOND;

/** After how many ms the server is asked again that has not answered so often in a row. `random`: 0 … 1. */
export function pauseAfter(failures: number, random: () => number): number {
  return Math.min(SECOND * 2 ** (failures - 1), PAUSE_MAX) * (0.5 + random() / 2);
}

/** An order that the server told of. */
export function intentOf({ orderId, merchantOrderNo, amount, createdAt }: OrderView): Bound {
  return { orderId, merchantOrderNo, amount, askedAt: Date.parse(createdAt) };
}

type Channels = Pick<Surroundings, 'channels' | 'routes'>;

/** The channels that would take orders in `currency`, if none of them does now. */
export function closedChannels({ channels, routes }: Channels, currency: string): readonly ChannelView[] {
  if (isTaken({ channels, routes }, currency)) return [];
  const offering = channels.filter(({ currencies }) => currencies.includes(currency));
  return offering.length > 0 ? offering : channels;
}

/** Whether something may be sold in `currency` at this moment: the server has spoken, and a channel takes orders. */
export function isSelling({ synced, ...state }: Channels & Pick<SaleState, 'synced'>, currency: string): boolean {
  return synced && isTaken(state, currency);
}

/** What has no route is left to the server, which says why it does not sell. */
function isTaken({ channels, routes }: Channels, currency: string): boolean {
  const route = routes.find((it) => it.currency === currency);
  return route ? route.channel !== null : channels.some(({ state }) => state === 'open');
}

/** The channel that could take this sale in place of the order's own: open, and for its currency. */
export function otherChannel({ channels }: Channels, order: OrderView | undefined): ChannelId | undefined {
  const isOther = ({ channel, state, currencies }: ChannelView) =>
    order !== undefined && channel !== order.channel && state === 'open' && currencies.includes(order.amount.currency);
  return channels.find(isOther)?.channel;
}

/**
 * Whether a customer who pays the order twice is certain to have had a choice: it shows a code that can still be called off, or
 * nothing that can be paid. A scanned code without an outcome is neither.
 */
export function isReplaceable(order: OrderView): boolean {
  const { nextAction, attempt } = order;
  if (nextAction === 'show_qr_code' || nextAction === 'get_qr_code') return true;
  return nextAction === 'wait' && attempt?.kind === 'qr_code';
}

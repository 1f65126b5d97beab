/** What there is to know of a till's sale. */
import type { ChannelView, OrderView, ProblemView } from '../../functions/http/answers.ts';
import type { Money } from '../../functions/order/money.ts';
import type { EpochMs } from '../../functions/time.ts';

/** The body of createOrder, sent again as it is until it is answered. */
export interface Ask {
  readonly merchantOrderNo: string;
  readonly amount: Money;
  readonly subject: string;
  readonly operatorId?: string;
  readonly qrCode: boolean;
}

/** What the cashier began. Without `ask` the server told of it: this browser had forgotten it. */
export interface Intent {
  readonly amount: Money;
  readonly merchantOrderNo: string;
  readonly ask?: Ask;
  readonly askedAt: EpochMs;
  readonly orderId?: string;
  readonly cancel?: boolean;
}

export interface Parked {
  readonly orderId: string;
  readonly amount: Money;
}

export interface SaleState {
  /** What is open was asked for since the page woke up; nothing is sold before. */
  readonly synced: boolean;
  /** The last request was answered. */
  readonly online: boolean;
  readonly channels: readonly ChannelView[];
  readonly parked: readonly Parked[];
  readonly intent?: Intent;
  /** When `intent` was begun or a lost answer was last asked for again; for whoever waits. */
  readonly waitingSince?: EpochMs;
  readonly order?: OrderView;
  /** The server said no, definitely: nothing was sold. */
  readonly refusal?: ProblemView;
  /** Nothing was created of the sale that was open when the page lost the server. */
  readonly lost?: Money;
  /** When the server is asked next, if it is not answering. */
  readonly retryAt?: EpochMs;
  /** The server does not take this till's key any more. */
  readonly locked?: string;
}

/** Whether this order still needs its till: it can be paid, or nobody knows yet whether it was. */
export function isOpen({ status, nextAction }: OrderView): boolean {
  return status !== 'paid' && status !== 'closed' && nextAction !== 'start_new_order';
}

/** An order that the server told of. */
export function intentOf({ orderId, merchantOrderNo, amount, createdAt }: OrderView): Intent {
  return { orderId, merchantOrderNo, amount, askedAt: Date.parse(createdAt) };
}

/** What is sent to the channel once and kept nowhere, or asked of it anew; repeated by its attempt's number. */
export type Attempt = { readonly attempt: number; readonly tillCode?: string };

/** What can happen to an order, and what deciding on it answers. */
import type { PaidNews, Refusal, Settlement } from '../channel/channel.ts';
import type { Money } from '../money.ts';
import type { EpochMs } from '../time.ts';
import type { FeeAdjustment, Told } from './channel-facts.ts';
import type { Attempt, Order, Payment } from './order.ts';
import type { Actor } from './places.ts';
export type OrderEvent =
  | {
      readonly type: 'attempt_requested';
      readonly n: number;
      readonly kind: Attempt['kind'];
      readonly operatorId?: string | undefined;
      /** Till code: where it was scanned, if known. */
      readonly by?: Actor | undefined;
    }
  | {
      readonly type: 'code_given';
      readonly n: number;
      readonly payload: string;
      readonly shownUntil?: EpochMs | undefined;
    }
  /** `isOpen`: refused, but the channel has not said yet that there is nothing left to pay. */
  | { readonly type: 'attempt_refused'; readonly n: number; readonly refusal: Refusal; readonly isOpen?: boolean }
  /** `inDoubtUntil`: nothing is there, and until then something may still come. */
  | {
      readonly type: 'attempt_ended';
      readonly n: number;
      readonly why: 'closed' | 'expired' | 'cancelled' | 'refused';
      readonly inDoubtUntil?: EpochMs;
    }
  /** Till code: the customer has to confirm in the app. */
  | { readonly type: 'customer_must_confirm'; readonly n: number }
  /** The outcome of a till code is unknown. Only moves `dueAt` forward. */
  | { readonly type: 'outcome_unknown'; readonly n: number }
  /** It is given up, and a cancel is about to be sent. */
  | { readonly type: 'cancel_requested'; readonly n: number }
  /** The cancel says that it reversed a payment; the channel has told no facts of that payment yet. */
  | { readonly type: 'cancel_reversed'; readonly n: number; readonly tradeNo?: string | undefined }
  /**
   * Money came and has gone back whole: both facts in one write, so that no terminal sees the one without the other.
   * `notByUs`: certainly not by a refund of ours. Without it, one that was called for may have done it.
   */
  | {
      readonly type: 'reversed';
      readonly n: number;
      readonly news: PaidNews;
      readonly source: Payment['source'];
      readonly notByUs?: boolean;
    }
  /** After its last moment nothing was found of a till code. */
  | { readonly type: 'doubt_resolved'; readonly n: number }
  /** `told`: the same message says that money of it has gone back; in one write, so that no terminal sees the one without the other. */
  | {
      readonly type: 'paid';
      readonly n: number;
      readonly news: PaidNews;
      readonly source: Payment['source'];
      readonly told?: Told | undefined;
    }
  | {
      readonly type: 'close_requested';
      readonly by: 'cashier' | 'expiry';
      readonly operatorId?: string;
      readonly trade?: 'absent' | 'waiting';
      /** The order that the cashier opens in its place. */
      readonly replacedBy?: string;
    }
  /** Nothing happened but time: closes an order whose attempts are all ended. */
  | { readonly type: 'time_passed' }
  | {
      readonly type: 'refund_requested';
      readonly refundNo: string;
      readonly amount: Money;
      readonly reason?: string | undefined;
      readonly operatorId?: string | undefined;
      /** Who asks. */
      readonly by?: Actor | undefined;
      /** The last instant at which the merchant takes this payment back. */
      readonly until: EpochMs;
      /** What may go back of the order on this caller's word, in minor units and all refunds together. */
      readonly atMost?: number | undefined;
    }
  /** Claims the next call of a refund to the channel; only who moved the order may make it. */
  | { readonly type: 'refund_called'; readonly refundNo: string }
  /** `returned`: the channel's running total of all that has gone back of the payment, where it told one. */
  | {
      readonly type: 'refund_succeeded';
      readonly refundNo: string;
      readonly at: EpochMs;
      readonly returned?: number | undefined;
      readonly settlement?: Settlement | undefined;
    }
  /** A definite no of the channel to the call that was claimed last. `isOpen`: the refund query has not said yet that it failed. */
  | {
      readonly type: 'refund_refused';
      readonly refundNo: string;
      readonly refusal: Refusal;
      readonly isOpen?: boolean;
    }
  /** The refund has ended under its number `k` without moving money, by the channel's last word on that number. */
  | { readonly type: 'refund_failed'; readonly refundNo: string; readonly k: number; readonly refusal: Refusal }
  /** The channel tells that money of a payment has gone back, and nothing definite yet: kept as open work. */
  | { readonly type: 'refund_told'; readonly n: number; readonly told: Told }
  /** The channel's report says that attempt `n` was paid, and no answer has told the payment yet. */
  | { readonly type: 'payment_reported'; readonly n: number }
  /** A refund that the channel made without us. */
  | {
      readonly type: 'refund_reported';
      readonly n: number;
      readonly channelNo: string;
      readonly amount: Money;
      readonly at: EpochMs;
      readonly settlement?: Settlement | undefined;
    }
  /**
   * The channel's report charges `fee` for a payment, or refund of it; minor units, negative where a refund returned it. Its
   * line says `lineFee`, if there is one; what was adjusted before outweighs that. Without a line it waits for one.
   */
  | {
      readonly type: 'fee_charged';
      readonly n: number;
      readonly refundNo?: string | undefined;
      readonly fee: number;
      readonly lineFee?: number | undefined;
    }
  /** A sealed statement carries these facts, `fee` on each line: one event, and so one write, per order and statement. */
  | {
      readonly type: 'posted';
      readonly day: string;
      readonly payments: readonly { readonly attempt: number; readonly agreementId: string; readonly fee: number }[];
      /** `at`: when its line says that it went back. */
      readonly refunds: readonly { readonly refundNo: string; readonly fee: number; readonly at?: EpochMs }[];
      readonly adjustments?: readonly Pick<FeeAdjustment, 'attempt' | 'refundNo' | 'at'>[];
    }
  /** The sweep came and nothing moved: a visit that failed, or there was nothing to do yet. */
  | { readonly type: 'postponed'; readonly isIdle?: boolean };

export type RefusalName =
  | 'order_not_open'
  | 'order_not_paid'
  | 'order_paid'
  | 'attempt_out_of_order'
  | 'unknown_attempt'
  | 'different_amount'
  | 'different_trade'
  | 'paid_before_order'
  | 'paid_in_the_future'
  | 'no_trade_number'
  | 'refund_window_closed'
  | 'refund_exceeds_refundable'
  | 'refund_needs_approval'
  | 'different_currency'
  | 'too_many_attempts'
  | 'too_many_refunds'
  | 'unknown_refund'
  | 'too_many_adjustments'
  | 'fee_of_line_unknown'
  | 'refund_in_flight';

export type Verdict =
  | { readonly kind: 'moved'; readonly order: Order }
  | { readonly kind: 'unchanged'; readonly order: Order }
  | { readonly kind: 'refused'; readonly order: Order; readonly reason: RefusalName };

export type Event<T extends OrderEvent['type']> = Extract<OrderEvent, { type: T }>;

/** A refusal by its name, `unchanged` for old news, or the order with the new fact. */
export type Outcome = Order | 'unchanged' | RefusalName;

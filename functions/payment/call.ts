/**
 * What a visit of an order is made of: calls to the channel, each with the reason that decides what its answer means, what was
 * heard, and what was stored of it.
 */
import type {
  CancelAnswer,
  CloseAnswer,
  CodeAnswer,
  PaidNews,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  Refusal,
  TillCodeAnswer,
} from '../channel/channel.ts';
import type { AccountMismatch } from '../channel/traits.ts';
import type { Told } from '../order/channel-facts.ts';
import type { OrderEvent, RefusalName, Verdict } from '../order/events.ts';
import type { Attempt, Payment } from '../order/order.ts';
import type { EpochMs } from '../time.ts';

export type QueryReason =
  /** What became of the open attempt. */
  | { readonly why: 'sync' }
  /** The customer wants to pay another way: a QR code is ended, if the channel can do that. */
  | { readonly why: 'free' }
  /** The channel would not close it: it was probably paid meanwhile. */
  | { readonly why: 'not_closable' }
  /** The till code was refused. Its number may still belong to a trade that waits. */
  | { readonly why: 'till_code_refused'; readonly refusal: Refusal }
  /** The cancel found it closed, and the query before had no answer: unpaid, or refunded in full in the channel's own console. */
  | { readonly why: 'cancel_closed' }
  /** The cancel has ended it, or was refused, and says not whether money had come. */
  | { readonly why: 'cancel_answered' }
  /** The cancel has reversed a payment; the query has the facts of it. */
  | { readonly why: 'cancel_refunded'; readonly tradeNo: string | undefined }
  /** There was nothing to cancel, after the attempt's end. */
  | { readonly why: 'cancel_absent' }
  /** It was given up long ago, and nothing can come for it any more. */
  | { readonly why: 'doubt' }
  /** A refund was refused, perhaps because the money is back already. */
  | { readonly why: 'refund_refused'; readonly refundNo: string; readonly refusal: Refusal }
  /** Money of it is told to have gone back, without a number: has all of it? */
  | { readonly why: 'returned' }
  /** A message proves a payment and does not tell it; `told`: what it tells of money that has gone back. */
  | { readonly why: 'message'; readonly told: Told | undefined }
  /** The channel's report has a payment that we do not know. */
  | { readonly why: 'report' };

export type CancelReason =
  /** The query just before was answered: not paid. */
  | { readonly why: 'unpaid' }
  | { readonly why: 'unanswered' }
  /** Paid after its cancel was begun: cancelled again, so that the fee goes back, too. */
  | { readonly why: 'paid'; readonly news: PaidNews };

/** All of a payment is back, and perhaps by refunds of ours whose answers are on their way: they are asked about one by one. */
export interface Reversal {
  readonly n: number;
  readonly news: PaidNews;
  readonly source: Payment['source'];
  /** Refunds of ours that were asked about. */
  readonly asked: readonly string[];
}

export type RefundQueryReason =
  /** Before the same call is repeated. */
  | { readonly why: 'repeat'; readonly refundNo: string }
  /** The channel took the call, and no money moved by it. */
  | { readonly why: 'pending'; readonly refundNo: string }
  /** A refusal by a code that is in no list: asked before it is believed. */
  | { readonly why: 'refused'; readonly refundNo: string; readonly refusal: Refusal }
  | { readonly why: 'reversal'; readonly refundNo: string; readonly reversal: Reversal }
  /** The channel tells of a refund under this number, ours or its own. */
  | { readonly why: 'reported'; readonly channelNo: string };

export type Call =
  | { readonly op: 'createQrCode'; readonly n: number }
  | { readonly op: 'payWithTillCode'; readonly n: number; readonly tillCode: string }
  | ({ readonly op: 'query'; readonly n: number } & QueryReason)
  | { readonly op: 'close'; readonly n: number }
  | ({ readonly op: 'cancel'; readonly n: number } & CancelReason)
  | { readonly op: 'refund'; readonly refundNo: string }
  | ({ readonly op: 'queryRefund'; readonly n: number } & RefundQueryReason);

interface Answers {
  createQrCode: CodeAnswer;
  payWithTillCode: TillCodeAnswer;
  query: QueryAnswer;
  close: CloseAnswer;
  cancel: CancelAnswer;
  refund: RefundAnswer;
  queryRefund: RefundQueryAnswer;
}

export type CallOf<Op extends Call['op']> = Extract<Call, { op: Op }>;

/** A call and its answer. */
export type HeardOf<Op extends Call['op']> = CallOf<Op> & { readonly answer: Answers[Op]; readonly askedAt: EpochMs };
export type Heard = { [Op in Call['op']]: HeardOf<Op> }[Call['op']];

/** What cannot be true of the order: kept under `key` for a person to look at; nothing else changes. */
export interface Anomalous {
  readonly type: 'anomaly';
  readonly n: number;
  readonly reason: RefusalName | AccountMismatch | 'different_refund' | 'received_exceeds_amount';
  readonly key: string;
  readonly facts: { readonly tradeNo?: string; readonly amount?: PaidNews['amount']; readonly paidAt?: EpochMs };
}

export type Learned = OrderEvent | Anomalous;

/** `moved`: this visit wrote it, at `at`. */
export interface Stored {
  readonly op: 'store';
  readonly fact: Learned;
  readonly verdict: Verdict['kind'];
  readonly at: EpochMs;
}

/** What has happened in a visit so far, in order. */
export type Past = readonly (Heard | Stored)[];

/** What to do next. `key`: of an anomaly, should the first fact be one; absent: that of a query. */
export type Step =
  | { readonly ask: Call }
  | { readonly store: readonly Learned[]; readonly key?: string }
  /** Heard already: what it teaches is stored. */
  | { readonly learn: Heard };

export const ask = (call: Call): Step => ({ ask: call });

export interface Moment {
  readonly now: EpochMs;
  /** Whether a call to the channel and the write of its answer still fit. What ends here is gone on with by a poll or the sweep. */
  readonly hasTime: boolean;
}

/** A visit at a moment: what came before, and the attempt that is open by now. */
export interface Then extends Moment {
  readonly past: Past;
  readonly open: Attempt | undefined;
}

/** Nothing was stored since the last answer. */
export const isFresh = ({ past }: Then): boolean => past.at(-1)?.op !== 'store';

/**
 * What every payment channel can be asked, and the closed set of answers. A channel never throws for what happens
 * outside: silence, a server error, garbage, or an answer without a valid signature is `unknown`, and only a definite
 * answer or a query turns it into a fact.
 */
import type { Money } from '../money.ts';
import type { EpochMs } from '../time.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import type { Account, NamedAccount } from './registry.ts';

/** Why a channel refused, in our words: one table per channel maps its codes to these. */
export type RefusalReason =
  | 'channel_unavailable' // the channel does not take this merchant's orders: contract, account or configuration
  | 'shop_not_set_up'
  | 'channel_disturbed'
  | 'amount_over_limit'
  | 'code_unusable'
  | 'customer_cannot_pay'
  | 'wrong_payer'
  | 'refused_by_risk_control'
  | 'expired'
  | 'order_number_used'
  | 'text_refused'
  | 'currency_not_offered'
  | 'no_cover'
  | 'refund_not_possible'
  | 'refund_only_in_full'
  | 'refund_amount'
  | 'too_late_to_reverse'
  | 'not_completed'; // everything else; the channel's own code stands beside it

/** A definite no. `code` and `subCode` are the channel's own, for the log and the integrator; never its free text. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly code?: string;
  readonly subCode?: string;
  /**
   * Whose fault the channel says it is, beyond this one call: the merchant's contract or account, the app with its keys and
   * rights, or our request. Absent: it says nothing of the kind. No order keeps it: what follows from it is the channel's health.
   */
  readonly blames?: 'merchant' | 'app' | 'us';
  /** With `blames: 'app'`: what is set up wrongly. */
  readonly misconfiguration?: Misconfiguration;
}

export interface CodeRequest {
  readonly account: Account;
  /** `<orderId>_<n>`, our number for this attempt at the channel. */
  readonly attemptNo: string;
  readonly amount: Money;
  readonly subject: string;
  readonly storeId: string;
  readonly terminalId: string;
  readonly operatorId?: string;
  /** The absolute end of the code, or of the trade that a till code starts: a whole second. */
  readonly expiresAt: EpochMs;
  /** Where the channel sends its notifications of this trade. */
  readonly notifyUrl: string;
}

export interface TillCodeRequest extends CodeRequest {
  /** What the terminal scanned: good for one payment, for about a minute. It is sent on and kept nowhere. */
  readonly tillCode: string;
}

export interface AttemptRef {
  readonly account: Account;
  readonly attemptNo: string;
  /** The channel's own number of the trade, where a payment of the attempt is known. */
  readonly tradeNo?: string;
}

export interface RefundRequest extends AttemptRef {
  /** `<orderId>_r<k>`, frozen: every repeat carries the same number and amount. */
  readonly requestNo: string;
  readonly amount: Money;
  readonly reason?: string;
  readonly operatorId?: string;
}

/** How the merchant is settled for a movement in another currency than the order's, as the channel told it. */
export interface Settlement {
  /** What the movement brings before fees, in minor units of the settlement currency; absent: its rate is not fixed yet. */
  readonly gross?: Money;
  /** `A/B` by alphabetic codes: `price` is B for 1 A, in major units. */
  readonly pair?: string;
  /** Decimal text as the channel wrote it; it never becomes a float. */
  readonly price?: string;
  readonly quoteId?: string;
}

/** What the channel tells of money received. */
export interface PaidNews {
  /** The channel's number; empty where it told one that is none, which fits no order. */
  readonly tradeNo: string;
  readonly paidAt: EpochMs;
  readonly amount: Money;
  /** What the merchant receives before the fee, where the channel says so. */
  readonly received?: Money;
  /** The wallet that paid, by its name at the channel. Nothing else of the customer is read. */
  readonly wallet?: string;
  /** What the customer paid, where that is in another currency than the order. */
  readonly customerPaid?: Money;
  readonly settlement?: Settlement;
}

/** `shownUntil`: when the code itself ends, if that is sooner than was asked for. */
export type CodeAnswer =
  | { kind: 'accepted'; payload: string; shownUntil?: EpochMs }
  | { kind: 'refused'; refusal: Refusal }
  | Unknown;

/**
 * `waiting`: the customer has to confirm in the app. `refused`: not paid by this call; the number may still belong to a
 * trade that waits, and a reason of `not_completed` is a code that is in no list, so a query has the last word.
 */
export type TillCodeAnswer =
  | ({ kind: 'paid' } & PaidNews)
  | { kind: 'waiting' }
  | { kind: 'refused'; refusal: Refusal }
  | Unknown;

/** `refundedInFull`: the trade was paid and everything has gone back, by us or by the merchant. */
export type QueryAnswer =
  | ({ kind: 'paid'; refundedInFull: boolean } & PaidNews)
  | { kind: 'waiting' }
  | { kind: 'closed' }
  | { kind: 'absent' }
  | Unknown;

/** Whose trade it is: `attemptNo` is the number under which it was asked for, by us or by another system of the account. */
export type TradeAnswer = { kind: 'found'; attemptNo: string } | { kind: 'absent' } | Unknown;

export type CloseAnswer = { kind: 'closed' } | { kind: 'not_closable' } | { kind: 'absent' } | Unknown;

/**
 * `closed`: it was not paid and cannot be any more. `refunded`: it was paid, and all of it has gone back by this cancel or
 * an earlier one. `absent`: there was nothing to cancel; a request under way can still be carried out. `refused`: it stays
 * as it is, and a query tells how that is. `ended`: closed if it was unpaid, given back if it was paid, and the channel does
 * not say which: a query tells. `unknown` also where the channel wants the same call again.
 */
export type CancelAnswer =
  | { kind: 'closed' }
  | { kind: 'refunded'; tradeNo?: string }
  | { kind: 'ended' }
  | { kind: 'absent' }
  | { kind: 'refused'; refusal: Refusal }
  | Unknown;

export type RefundAnswer =
  /** `returned`: the running total of all that has gone back of the trade, where the channel tells it. */
  | { kind: 'succeeded'; at: EpochMs; returned?: Money; settlement?: Settlement }
  /** Taken, but no money moved by this call: done before, or still on its way. A refund query tells. */
  | { kind: 'pending' }
  | { kind: 'refused'; refusal: Refusal }
  | Unknown;

/**
 * `none`: the channel knows no successful refund by that number, yet. `pending`: it works on it. `failed`: it has ended without
 * moving money, and never will under that number.
 */
export type RefundQueryAnswer =
  | { kind: 'succeeded'; at: EpochMs; amount: Money; settlement?: Settlement }
  | { kind: 'pending' }
  | { kind: 'failed'; refusal: Refusal }
  | { kind: 'none' }
  | Unknown;

/** `refusal` is set where the channel's gateway itself turned the call away without a signature: no fact, but worth showing. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
  readonly refusal?: Refusal;
}

/** A genuine message of the channel about one of its trades. Whether it fits an order of ours is for the caller to check. */
export interface News {
  readonly kind: 'news';
  readonly notificationId: string;
  /** Whose trade it is, as the message says: the members of the account that the channel's messages name. */
  readonly account: NamedAccount;
  readonly attemptNo: string;
  /** Set whenever the message proves that money was received, also in news of a refund. */
  readonly paid?: PaidNews;
  /** The message proves that money was received and does not say when: the query has the facts. */
  readonly incomplete?: true;
  /** The trade is over at the channel and was never paid. */
  readonly closedUnpaid: boolean;
  /**
   * Money of this trade that has gone back, as the message says. `requestNo`: by this refund, which the refund query has the
   * facts of; absent: it names none. `returned`: the running total of the trade; absent: it tells none.
   */
  readonly refund?: { readonly requestNo?: string | undefined; readonly returned?: Money | undefined };
}

/** A request to the channel's notification path, before anything of it is believed. */
export interface SentMessage {
  /** The bytes as they came. */
  readonly body: Buffer;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The path of the URL that the channel was given to send to. */
  readonly path: string;
}

/** `not_ours`: genuine, but not about a trade (or nothing we know). `forged`: anything that fails the check, or malformed. */
export type Notification = News | { kind: 'not_ours'; why: string } | { kind: 'forged'; why: string };

/** One row of the channel's report: money that moved on one of its days, and what the channel took for it. */
export interface ReportRow {
  readonly type: 'payment' | 'refund';
  readonly tradeNo: string;
  /** `<orderId>_<n>` where it is ours; an account has trades of others, too. */
  readonly attemptNo: string;
  /** The number of a refund; null on a payment, and where the channel names none. */
  readonly requestNo: string | null;
  readonly at: EpochMs;
  readonly currency: string;
  /** Minor units, negative on a refund. */
  readonly gross: number;
  /** Minor units, negative where a refund brought it back. */
  readonly fee: number;
  /** Minor units before the fee, signed like `gross`: what the merchant receives of it. */
  readonly received: number;
}

/** A row of ours, by its number, that cannot be read, or not in one way only. What is not certain is null. */
export interface UnreadRow {
  /** Of its file, counted from 1. */
  readonly line: number;
  readonly attemptNo: string;
  readonly type: ReportRow['type'] | null;
  readonly requestNo: string | null;
  /** What the merchant receives by it, like a line's `received`: read, or what the report's own sums leave for it alone. */
  readonly worth: number | null;
  readonly why: string;
}

/**
 * `lines` are the rows whose number is of our form, to be gone through as often as it takes; `foreign` counts those of other
 * systems, and `unread` are rows of ours that cannot be read, so that the others can. `not_ready`: there is no report of that
 * day, yet or at all; the channel does not say which. `unreadable`: there is one, and not a row of it can be relied on. `hash`
 * is SHA-256 in hex over the file as it came; null where it was too large to be taken.
 */
export type ReportAnswer =
  | {
      readonly kind: 'lines';
      readonly lines: Iterable<ReportRow>;
      readonly foreign: number;
      readonly unread: readonly UnreadRow[];
      readonly hash: string;
    }
  | { readonly kind: 'not_ready' }
  | { readonly kind: 'unreadable'; readonly why: string; readonly hash: string | null }
  | Unknown;

export interface Channel {
  createQrCode(request: CodeRequest, timeoutMs: number): Promise<CodeAnswer>;
  /** Asks for the customer's money. Sent at most once per attempt, and never again with another code. */
  payWithTillCode(request: TillCodeRequest, timeoutMs: number): Promise<TillCodeAnswer>;
  query(ref: AttemptRef, timeoutMs: number): Promise<QueryAnswer>;
  /** Looks a trade up by the channel's own number. */
  findTrade(account: Account, tradeNo: string, timeoutMs: number): Promise<TradeAnswer>;
  close(ref: AttemptRef, timeoutMs: number): Promise<CloseAnswer>;
  /** Reverses a till code: closes a trade that waits, refunds one that is paid. Safe to repeat. */
  cancel(ref: AttemptRef, timeoutMs: number): Promise<CancelAnswer>;
  refund(request: RefundRequest, timeoutMs: number): Promise<RefundAnswer>;
  queryRefund(ref: AttemptRef & { readonly requestNo: string }, timeoutMs: number): Promise<RefundQueryAnswer>;
  /** The report of the account for one of the channel's own days, `YYYY-MM-DD`. `timeoutMs` is for each of two calls. */
  report(account: Account, day: string, timeoutMs: number): Promise<ReportAnswer>;
  /** Verifies and reads a message that claims to be the channel's. No network. */
  readNotification(message: SentMessage): Promise<Notification>;
}

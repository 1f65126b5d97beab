/**
 * What the channel of the simulation is asked and answers, in types of its own: the world and its judge know the product
 * only by what comes over this wire. The compiler holds them against the product's own where the shop puts the two together.
 */

export interface Money {
  readonly currency: string;
  /** Minor units. */
  readonly value: number;
}

export interface Account {
  readonly channel: 'alipay';
  readonly appId: string;
  readonly sellerId: string;
  readonly appAuthToken?: string;
}

/** The reasons that this channel gives. */
export type Reason =
  | 'amount_over_limit'
  | 'channel_unavailable'
  | 'code_unusable'
  | 'customer_cannot_pay'
  | 'no_cover'
  | 'not_completed'
  | 'refund_amount'
  | 'refund_not_possible';

export interface Refusal {
  readonly reason: Reason;
  readonly code?: string;
  readonly subCode?: string;
  readonly blames?: 'merchant' | 'app' | 'us';
  readonly misconfiguration?: 'authorisation_missing';
}

export interface AttemptRef {
  readonly account: Account;
  /** `<orderId>_<n>` */
  readonly attemptNo: string;
}

export interface CodeRequest extends AttemptRef {
  readonly amount: Money;
  readonly subject: string;
  readonly storeId: string;
  readonly terminalId: string;
  readonly operatorId?: string;
  readonly expiresAt: number;
  readonly notifyUrl: string;
}

export interface TillCodeRequest extends CodeRequest {
  readonly tillCode: string;
}

export interface RefundRequest extends AttemptRef {
  readonly requestNo: string;
  readonly amount: Money;
  readonly operatorId?: string;
}

export interface PaidNews {
  readonly tradeNo: string;
  readonly paidAt: number;
  readonly amount: Money;
  readonly received?: Money;
}

export interface Unknown {
  readonly kind: 'unknown';
  readonly why: string;
  readonly refusal?: Refusal;
}

type Refused = { readonly kind: 'refused'; readonly refusal: Refusal };
type Is<Kind extends string> = { readonly kind: Kind };

export type CodeAnswer = { readonly kind: 'accepted'; readonly payload: string } | Refused | Unknown;
export type TillCodeAnswer = (Is<'paid'> & PaidNews) | Is<'waiting'> | Refused | Unknown;
export type QueryAnswer =
  | (Is<'paid'> & PaidNews & { readonly refundedInFull: boolean })
  | Is<'waiting' | 'closed' | 'absent'>
  | Unknown;
export type CancelAnswer =
  | Is<'closed' | 'absent'>
  | { readonly kind: 'refunded'; readonly tradeNo?: string }
  | Refused
  | Unknown;
export type RefundAnswer =
  | { readonly kind: 'succeeded'; readonly at: number; readonly returned: Money }
  | Is<'pending'>
  | Refused
  | Unknown;
export type RefundQueryAnswer =
  | { readonly kind: 'succeeded'; readonly at: number; readonly amount: Money }
  | Is<'none'>
  | Unknown;

export interface News {
  readonly kind: 'news';
  readonly notificationId: string;
  readonly account: Account;
  readonly attemptNo: string;
  readonly paid?: PaidNews;
  readonly closedUnpaid: boolean;
  readonly refund?: { readonly requestNo?: string; readonly returned?: Money };
}

/** One row of a bill. Amounts are minor units, negative on a refund; a fee is negative where a refund brought it back. */
export interface ReportRow {
  readonly type: 'payment' | 'refund';
  readonly tradeNo: string;
  readonly attemptNo: string;
  readonly requestNo: string | null;
  readonly at: number;
  readonly currency: string;
  readonly gross: number;
  readonly fee: number;
  readonly received: number;
}

/** A row that cannot be read; what is not certain is null. */
export interface UnreadRow {
  readonly line: number;
  readonly attemptNo: string;
  readonly type: ReportRow['type'] | null;
  readonly requestNo: string | null;
  readonly worth: number | null;
  readonly why: string;
}

export interface Bill {
  readonly kind: 'lines';
  readonly lines: readonly ReportRow[];
  readonly foreign: number;
  readonly unread: readonly UnreadRow[];
  readonly hash: string;
}

export type ReportAnswer = Bill | Is<'not_ready'> | Unknown;

/** An item of a table: plain JSON. The judge reads what was stored as what it is, a claim. */
export type Item = { readonly [attribute: string]: unknown };

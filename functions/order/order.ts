/**
 * An order: one sale to be paid, once, for one amount. It is a list of facts that are written once and never change;
 * status, what is refundable and what to do next are read from them. Pure: no clock, no table, no channel.
 */

import type { Refusal, Settlement } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import type { Account } from '../channel/registry.ts';
import { ORDER_OPEN, TILL_CODE } from '../deadlines.ts';
import type { Money } from '../money.ts';
import { type EpochMs, SECOND } from '../time.ts';
import type { FeeAdjustment, FeeCharge, ReportedRefund } from './channel-facts.ts';

/** What was asked for when the order was opened; a repeat must ask for the same. */
export interface OrderRequest {
  readonly merchantOrderNo: string;
  readonly amount: Money;
  readonly subject: string;
  readonly reference?: string;
  readonly storeId: string;
  readonly operatorId?: string;
  readonly expiresInSeconds: number;
  /** From the credential, not from the request. Absent for a back office. */
  readonly terminalId?: string;
  /** The order in whose place it was opened. */
  readonly replaces?: string;
}

export interface Attempt {
  readonly n: number;
  readonly kind: 'qr_code' | 'till_code';
  /** A whole second: the end of the QR code at the channel, or when a till code without an outcome is cancelled. */
  readonly expiresAt: EpochMs;
  /** The cashier and the till that scanned a till code, where they are not those that opened the order. */
  readonly operatorId?: string;
  readonly storeId?: string;
  readonly terminalId?: string | null;
  /** The text of the code to show. */
  readonly payload?: string;
  readonly refused?: Refusal & { readonly at: EpochMs };
  /** Till code: when the channel said that the customer has to confirm the payment in the app. */
  readonly waitingSince?: EpochMs;
  /** The code's own end at the channel, where that is sooner than the one that was sent. */
  readonly shownUntil?: EpochMs;
  /**
   * Where a cancel ends the attempt: stored before the first one is sent. From then on the attempt is unwanted, and money
   * that comes goes back: a cancel may be under way, and a cancel reverses a payment, too.
   */
  readonly cancelRequestedAt?: EpochMs;
  /** The cancel's own word that it reversed a payment, until the channel tells the facts of that payment. */
  readonly reversed?: { readonly tradeNo?: string; readonly at: EpochMs };
  /** This attempt cannot be paid any more, as far as the channel's word goes. Money that still comes is recorded. */
  readonly ended?: {
    readonly why: 'refused' | 'closed' | 'cancelled' | 'expired';
    readonly at: EpochMs;
    /** The channel knew no trade; a request that was lost on its way can be carried out until then. */
    readonly inDoubtUntil?: EpochMs;
  };
  /** When we last checked the channel for a late payment of this abandoned attempt. */
  readonly doubtResolvedAt?: EpochMs;
  /** When the channel's report said that it was paid and no answer of the channel has told the payment yet. */
  readonly reportedPaidAt?: EpochMs;
}

export interface Payment {
  readonly attempt: number;
  readonly tradeNo: string;
  readonly paidAt: EpochMs;
  /** Minor units the merchant receives before the fee, where that differs from the order's amount. */
  readonly received?: number;
  /** The wallet that paid, by its name at the channel. */
  readonly wallet?: string;
  /** What the customer paid, where that is in another currency than the order. */
  readonly customerPaid?: Money;
  readonly settlement?: Settlement;
  readonly source: 'notification' | 'query' | 'pay_answer' | 'cancel_answer' | 'report';
  /** When we learned of it. */
  readonly at: EpochMs;
  /** The business day of the statement that carries it. */
  readonly posted?: string;
  /** The agreement under which it was posted: its refunds return that fee, even if other terms are agreed later. */
  readonly agreementId?: string;
}

export interface Refund {
  readonly refundNo: string;
  /** The attempt whose payment goes back. */
  readonly attempt: number;
  /** Our k-th refund number of this order; absent when the channel made it. */
  readonly k?: number;
  /** The k of its numbers under which the channel has said that it failed. The newest may be one of them until the next call. */
  readonly numbers?: readonly number[];
  /** The channel's number of a refund that it made without our asking for one: in its console, or as a cancel's effect. */
  readonly channelNo?: string;
  /** Minor units of the order's currency. */
  readonly amount: number;
  readonly reason?: string;
  readonly operatorId?: string;
  /** The till that asked for it, where it is not the one that opened the order; null: a back office did. */
  readonly storeId?: string;
  readonly terminalId?: string | null;
  readonly source: 'till' | 'automatic' | 'channel';
  readonly requestedAt: EpochMs;
  /** Calls begun; 1 is stored together with the request. */
  readonly tries: number;
  readonly calledAt?: EpochMs;
  /** A refusal that was not believed yet. */
  readonly unconfirmedRefusal?: Refusal & { readonly at: EpochMs };
  /**
   * While it is under way: the largest total, in minor units, that the channel has told to be back of the payment. This refund may
   * be in it, or fail.
   */
  readonly returnedMeanwhile?: number;
  /** The channel told first that all was back, and later by which refunds of its own: their numbers, amounts and times. */
  readonly named?: readonly { readonly channelNo: string; readonly amount: number; readonly at: EpochMs }[];
  /** The time of the last of them, if all were named before a statement had a line of this refund. */
  readonly namedAt?: EpochMs;
  /** `learnedAt`: when we heard of it; absent on what was stored before this was noted. */
  readonly result?:
    | {
        readonly status: 'succeeded';
        readonly at: EpochMs;
        readonly learnedAt?: EpochMs;
        readonly settlement?: Settlement;
      }
    | { readonly status: 'failed'; readonly at: EpochMs; readonly refusal: Refusal };
  readonly posted?: string;
}

export interface CloseRequested {
  readonly at: EpochMs;
  readonly by: 'cashier' | 'expiry';
  readonly operatorId?: string;
  /** What the channel last said of the trade; absent: it did not say. */
  readonly trade?: 'absent' | 'waiting';
  /** The order that was opened in its place: the customer pays that one, and money that comes for this one goes back. */
  readonly replacedBy?: string;
}

export interface Order {
  readonly orderId: string;
  readonly merchantId: string;
  readonly schema: number;
  readonly version: number;
  readonly request: OrderRequest;
  readonly account: Account;
  /** What happens to money that comes after the close: the merchant's choice when the order was opened. */
  readonly latePayment: 'refund' | 'keep';
  /** Business day of its creation in the merchant's zone. */
  readonly day: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly attempts: readonly Attempt[];
  /** In the order in which we learned of them: the first is the order's payment, any other is surplus. */
  readonly payments: readonly Payment[];
  readonly closeRequested?: CloseRequested;
  readonly closed?: { readonly at: EpochMs; readonly reason: 'cashier' | 'expiry' };
  readonly refunds: readonly Refund[];
  /** Absent: none. */
  readonly feeAdjustments?: readonly FeeAdjustment[];
  /** What the channel charged for movements that are on no statement yet; absent: nothing else than agreed. */
  readonly feeCharges?: readonly FeeCharge[];
  /** Absent: none is open. */
  readonly reportedRefunds?: readonly ReportedRefund[];
  /** When the sweep looks at it; absent: nothing is open. */
  readonly dueAt?: EpochMs;
  /** Visits of the sweep in a row that brought nothing. */
  readonly failures?: number;
}

export type OrderStatus = 'created' | 'awaiting_payment' | 'closing' | 'closed' | 'paid';

export function statusOf(order: Order): OrderStatus {
  if (order.payments.length > 0) return 'paid';
  if (order.closed) return 'closed';
  if (order.closeRequested) return 'closing';
  const isPayable = ({ payload, waitingSince }: Attempt) => payload !== undefined || waitingSince !== undefined;
  return order.attempts.some(isPayable) ? 'awaiting_payment' : 'created';
}

export function lastAttempt(order: Order): Attempt | undefined {
  return order.attempts.at(-1);
}

/** The last attempt, unless it has ended or the order is paid. */
export function openAttempt(order: Order): Attempt | undefined {
  const attempt = lastAttempt(order);
  return attempt?.ended || order.payments.length > 0 ? undefined : attempt;
}

/**
 * Whether the attempt is ended by a cancel, which gives back what was paid in between: a till code, and any code of a channel
 * that has no other close.
 */
export function endsByCancel({ account }: Order, { kind }: Attempt): boolean {
  return kind === 'till_code' || traitsOf(account.channel).closeReverses;
}

/** Whether the channel is still to be asked for the code of the open attempt: not once it was given up. */
export function lacksCode(order: Order): boolean {
  const attempt = openAttempt(order);
  if (attempt?.kind !== 'qr_code' || order.closeRequested) return false;
  return attempt.payload === undefined && attempt.cancelRequestedAt === undefined;
}

/** When the till stops to show the attempt's code. */
export function shownEnd({ expiresAt, shownUntil }: Attempt): EpochMs {
  return Math.min(expiresAt, shownUntil ?? expiresAt);
}

/** The till code whose outcome is open: scanned, and neither paid nor ended. */
export function openTillCode(order: Order): Attempt | undefined {
  const attempt = openAttempt(order);
  return attempt?.kind === 'till_code' && !order.closed ? attempt : undefined;
}

/**
 * Attempts in doubt: we gave them up, but the channel may still accept a payment for them (a pay request that got lost, or a
 * code that was open when another attempt was paid), or its report calls them paid.
 */
export function attemptsInDoubt(order: Order): Attempt[] {
  return order.attempts.filter(({ n, ended, doubtResolvedAt, reportedPaidAt }) => {
    const isLoose = ended ? ended.inDoubtUntil !== undefined : order.payments.length > 0;
    const isOpen = (isLoose && doubtResolvedAt === undefined) || (reportedPaidAt ?? 0) > (doubtResolvedAt ?? 0);
    return isOpen && !order.payments.some((payment) => payment.attempt === n);
  });
}

export function attemptNo(order: Order, n: number): string {
  return `${order.orderId}_${n}`;
}

/** The number under which the channel knows a refund: its newest. */
export function requestNo(order: Order, refund: Refund): string {
  return refund.channelNo ?? refundNumber(order, refund.k);
}

/** Our k-th refund number of the order. */
export function refundNumber({ orderId }: Order, k: number | undefined): string {
  return `${orderId}_r${k}`;
}

/** When the order's code ends, or the order itself if it has none. A till code that came to nothing makes room for another. */
export function expiresAt(order: Order): EpochMs {
  const last = lastAttempt(order);
  const end = order.createdAt + ORDER_OPEN;
  if (!last) return end;
  return last.kind === 'till_code' && last.ended ? Math.max(last.expiresAt, end) : last.expiresAt;
}

/** The end of a code that is asked for now: a whole second, because the channel knows no parts of one. */
export function codeEnd(order: Pick<Order, 'request'>, now: EpochMs): EpochMs {
  return (Math.ceil(now / SECOND) + order.request.expiresInSeconds) * SECOND;
}

/** When a till code that is scanned now is cancelled at the latest if the channel does not say that it was paid. */
export function tillCodeEnd(now: EpochMs): EpochMs {
  return Math.ceil(now / SECOND) * SECOND + TILL_CODE;
}

/** Money that came after the close, or after the cashier asked for it. No close is ever stored after a payment. */
export function isLate(order: Order): boolean {
  return order.payments.length > 0 && (order.closed !== undefined || order.closeRequested?.by === 'cashier');
}

/** Money that goes back without a request: a second payment, a late one, one whose cancel was begun, or of a replaced order. */
export function isUnwanted(order: Order, n: number): boolean {
  const isSurplus = order.payments.length > 0 && order.payments[0]?.attempt !== n;
  const isCancelled = order.attempts.some((attempt) => attempt.n === n && attempt.cancelRequestedAt !== undefined);
  if (order.closeRequested?.replacedBy !== undefined) return true;
  return isSurplus || isCancelled || (isLate(order) && order.latePayment === 'refund');
}

/** When the money of a refund that succeeded went back, by the channel's word. */
export function finishedAt({ namedAt, result }: Refund): EpochMs | undefined {
  return result?.status === 'succeeded' ? (namedAt ?? result.at) : result?.at;
}

export function openRefunds(order: Order): Refund[] {
  return order.refunds.filter((refund) => refund.result === undefined);
}

/** Whether a fact of this order waits for a statement. */
export function isUnposted(order: Order): boolean {
  return (
    order.payments.some((payment) => payment.posted === undefined) ||
    order.refunds.some((refund) => refund.result?.status === 'succeeded' && refund.posted === undefined) ||
    (order.feeAdjustments ?? []).some((adjustment) => adjustment.posted === undefined)
  );
}

/** The customer has to confirm in the app, and the attempt was not given up. */
export function isWaiting({ waitingSince, cancelRequestedAt, refused }: Attempt): boolean {
  return waitingSince !== undefined && cancelRequestedAt === undefined && refused === undefined;
}

/**
 * An order: one sale to be paid, once, for one amount. It is a list of facts that are written once and never change;
 * status, what is refundable and what to do next are read from them. Pure: no clock, no table, no channel.
 */
import type { Account, Refusal } from '../channel/channel.ts';
import { HAND_OVER_WINDOW, ORDER_OPEN } from '../deadlines.ts';
import { type EpochMs, SECOND } from '../time.ts';
import type { Money } from './money.ts';

/** What was asked for when the order was opened; a repeat must ask for the same. */
export interface Ask {
  readonly merchantOrderNo: string;
  readonly amount: Money;
  readonly subject: string;
  readonly reference?: string;
  readonly storeId: string;
  readonly operatorId?: string;
  readonly expiresInSeconds: number;
  /** From the credential, not from the request. Absent for a back office. */
  readonly terminalId?: string;
}

export interface Attempt {
  readonly n: number;
  readonly kind: 'qr_code' | 'till_code';
  /** The end of the code at the channel, a whole second. */
  readonly expiresAt: EpochMs;
  /** The text of the code to show. */
  readonly payload?: string;
  readonly refused?: Refusal & { readonly at: EpochMs };
  /** Nobody can pay this attempt any more, as far as the channel's word goes. Money that comes all the same is taken. */
  readonly dead?: { readonly why: 'refused' | 'closed' | 'cancelled' | 'expired'; readonly at: EpochMs };
}

export interface Payment {
  readonly attempt: number;
  readonly tradeNo: string;
  readonly paidAt: EpochMs;
  /** Minor units the merchant receives before the fee, where that differs from the order's amount. */
  readonly received?: number;
  readonly source: 'notification' | 'query';
  /** When we learned of it. */
  readonly at: EpochMs;
  /** The business day of the statement that carries it. */
  readonly billed?: string;
  /** The agreement under which it was billed: its refunds return that fee, whatever is agreed later. */
  readonly agreementId?: string;
}

export interface Refund {
  readonly refundNo: string;
  /** The attempt whose payment goes back. */
  readonly attempt: number;
  /** Our k-th refund of this order; absent when the channel made it. */
  readonly k?: number;
  /** The channel's number of a refund that is not ours. */
  readonly channelNo?: string;
  /** Minor units of the order's currency. */
  readonly amount: number;
  readonly reason?: string;
  readonly operatorId?: string;
  readonly source: 'till' | 'automatic' | 'channel';
  readonly requestedAt: EpochMs;
  /** Calls begun; 1 is stored together with the request. */
  readonly tries: number;
  readonly calledAt?: EpochMs;
  /** A refusal that was not believed yet. */
  readonly doubted?: Refusal & { readonly at: EpochMs };
  readonly result?:
    | { readonly status: 'succeeded'; readonly at: EpochMs }
    | { readonly status: 'failed'; readonly at: EpochMs; readonly refusal: Refusal };
  readonly billed?: string;
}

export interface CloseAsked {
  readonly at: EpochMs;
  readonly by: 'cashier' | 'expiry';
  readonly operatorId?: string;
  /** What the channel last said of the trade; absent: it did not say. */
  readonly trade?: 'absent' | 'waiting';
}

export interface Order {
  readonly orderId: string;
  readonly merchantId: string;
  readonly schema: number;
  readonly version: number;
  readonly ask: Ask;
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
  readonly closeAsked?: CloseAsked;
  readonly closed?: { readonly at: EpochMs; readonly reason: 'cashier' | 'expiry' };
  readonly refunds: readonly Refund[];
  /** When the sweep looks at it; absent: nothing is open. */
  readonly dueAt?: EpochMs;
  /** Visits of the sweep in a row that brought nothing. */
  readonly failures?: number;
}

export type OrderStatus = 'created' | 'awaiting_payment' | 'closing' | 'closed' | 'paid';

export function statusOf(order: Order): OrderStatus {
  if (order.payments.length > 0) return 'paid';
  if (order.closed) return 'closed';
  if (order.closeAsked) return 'closing';
  return order.attempts.some((attempt) => attempt.payload !== undefined) ? 'awaiting_payment' : 'created';
}

export function lastAttempt(order: Order): Attempt | undefined {
  return order.attempts.at(-1);
}

/** The one attempt that can still be paid in good order. */
export function openAttempt(order: Order): Attempt | undefined {
  const attempt = lastAttempt(order);
  return attempt?.dead || order.payments.length > 0 ? undefined : attempt;
}

export function attemptNo(order: Order, n: number): string {
  return `${order.orderId}_${n}`;
}

/** The number under which the channel knows a refund. */
export function requestNo(order: Order, refund: Refund): string {
  return refund.channelNo ?? `${order.orderId}_r${refund.k}`;
}

/** When the order's code ends, or the order itself if it has none. */
export function expiresAt(order: Order): EpochMs {
  return lastAttempt(order)?.expiresAt ?? order.createdAt + ORDER_OPEN;
}

/** The end of a code that is asked for now: a whole second, because the channel knows no parts of one. */
export function codeEnd(order: Pick<Order, 'ask'>, now: EpochMs): EpochMs {
  return (Math.ceil(now / SECOND) + order.ask.expiresInSeconds) * SECOND;
}

/** Money that came after the close, or after the cashier asked for it. No close is ever stored after a payment. */
export function isLate(order: Order): boolean {
  return order.payments.length > 0 && (order.closed !== undefined || order.closeAsked?.by === 'cashier');
}

/** Everything asked back or given back of the order's payment, in minor units: what is no longer refundable. */
export function reserved(order: Order): number {
  return sumOfRefunds(order, (refund) => refund.result?.status !== 'failed');
}

export function refunded(order: Order): number {
  return sumOfRefunds(order, (refund) => refund.result?.status === 'succeeded');
}

export function refundable(order: Order): number {
  return order.payments.length === 0 ? 0 : Math.max(0, order.ask.amount.value - reserved(order));
}

function sumOfRefunds(order: Order, counts: (refund: Refund) => boolean): number {
  const attempt = order.payments[0]?.attempt;
  return order.refunds
    .filter((refund) => refund.attempt === attempt && counts(refund))
    .reduce((sum, refund) => sum + refund.amount, 0);
}

export function openRefunds(order: Order): Refund[] {
  return order.refunds.filter((refund) => refund.result === undefined);
}

/** Whether a fact of this order waits for a statement. */
export function isUnbilled(order: Order): boolean {
  return (
    order.payments.some((payment) => payment.billed === undefined) ||
    order.refunds.some((refund) => refund.result?.status === 'succeeded' && refund.billed === undefined)
  );
}

export type NextAction =
  | 'show_qr_code'
  | 'get_qr_code'
  | 'wait'
  | 'hand_over_goods'
  | 'do_not_hand_over_goods'
  | 'start_new_order'
  | 'none';

/** What the terminal does now, and after how many milliseconds it asks again (null: it need not). First match wins. */
export function nextAction(order: Order, now: EpochMs): { action: NextAction; pollAfterMs: number | null } {
  const payment = order.payments[0];
  if (payment) return nextActionWhenPaid(order, payment, now);
  if (order.closed) return { action: 'start_new_order', pollAfterMs: null };
  if (order.closeAsked?.trade === 'absent') return { action: 'start_new_order', pollAfterMs: null };
  if (order.closeAsked) return { action: 'do_not_hand_over_goods', pollAfterMs: 2_000 };

  const attempt = openAttempt(order);
  if (attempt && attempt.expiresAt <= now) return { action: 'wait', pollAfterMs: 5_000 };
  if (attempt?.payload !== undefined) {
    const shownSince = attempt.expiresAt - order.ask.expiresInSeconds * SECOND;
    return { action: 'show_qr_code', pollAfterMs: now - shownSince < 30 * SECOND ? 2_000 : 5_000 };
  }
  if (attempt) return { action: 'wait', pollAfterMs: 1_000 };
  return { action: 'get_qr_code', pollAfterMs: null };
}

function nextActionWhenPaid(order: Order, payment: Payment, now: EpochMs): ReturnType<typeof nextAction> {
  const untouched = order.refunds.every((refund) => refund.result?.status === 'failed');
  if (!isLate(order) && untouched && now - payment.paidAt < HAND_OVER_WINDOW)
    return { action: 'hand_over_goods', pollAfterMs: null };
  const open = openRefunds(order);
  if (open.some((refund) => refund.source === 'automatic'))
    return { action: 'do_not_hand_over_goods', pollAfterMs: 5_000 };
  return { action: 'none', pollAfterMs: open.length > 0 ? 5_000 : null };
}

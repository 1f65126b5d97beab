/** An order as the API shows it: built member by member, so that nothing of the item leaves by accident. */
import { renderSVG } from 'uqr';
import type { Refusal } from '../channel/channel.ts';
import { refusalText } from '../channel/refusals.ts';
import type { OrderView, RefundView } from '../contract/answers.ts';
import { type EpochMs, toInstant } from '../time.ts';
import { messageOf } from './message.ts';
import { nextAction } from './next-action.ts';
import {
  expiresAt,
  finishedAt,
  isLate,
  isWaiting,
  lastAttempt,
  type Order,
  openAttempt,
  type Payment,
  type Refund,
  shownEnd,
  statusOf,
} from './order.ts';
import { refundedBy } from './places.ts';
import { receivedOf, refundable, refunded } from './sums.ts';

interface ViewOptions {
  /** With the code as a picture. */
  readonly svg?: boolean;
  /** For the terminal that goes on with this sale. */
  readonly isLive?: boolean;
}

export function orderView(order: Order, now: EpochMs, options: ViewOptions = {}): OrderView {
  const { request } = order;
  const money = (value: number) => ({ currency: request.amount.currency, value });
  const attempt = lastAttempt(order);
  const payment = order.payments[0];
  const { action, pollAfterMs } = nextAction(order, now, options.isLive);
  return {
    orderId: order.orderId,
    merchantOrderNo: request.merchantOrderNo,
    reference: request.reference ?? null,
    status: statusOf(order),
    amount: money(request.amount.value),
    refundable: money(refundable(order)),
    refunded: money(refunded(order)),
    subject: request.subject,
    storeId: request.storeId,
    terminalId: request.terminalId ?? null,
    operatorId: request.operatorId ?? null,
    channel: order.account.channel,
    attempt: attempt ? { n: attempt.n, kind: attempt.kind, refused: refusedView(order, attempt.refused) } : null,
    qrCode: qrCodeView(order, options.svg ?? false),
    payment: payment ? paymentView(order, payment) : null,
    closed: order.closed ? { at: toInstant(order.closed.at), reason: order.closed.reason } : null,
    refunds: order.refunds.map((refund) => refundView(order, refund)),
    createdAt: toInstant(order.createdAt),
    updatedAt: toInstant(order.updatedAt),
    expiresAt: toInstant(expiresAt(order)),
    version: order.version,
    nextAction: action,
    nextPollAfterMs: pollAfterMs,
    message: messageOf(order, action, now),
    received: payment ? money(receivedOf(order, payment)) : null,
  };
}

function paymentView(order: Order, { tradeNo, paidAt, wallet, customerPaid }: Payment): OrderView['payment'] {
  const told = { ...(wallet !== undefined && { wallet }), ...(customerPaid && { customerPaid }) };
  return { tradeNo, paidAt: toInstant(paidAt), late: isLate(order), ...told };
}

export function refundView(order: Order, refund: Refund): RefundView {
  const { result } = refund;
  return {
    refundNo: refund.refundNo,
    amount: { currency: order.request.amount.currency, value: refund.amount },
    reason: refund.reason ?? null,
    source: refund.source,
    status: result?.status ?? 'requested',
    requestedAt: toInstant(refund.requestedAt),
    finishedAt: result ? toInstant(finishedAt(refund) ?? result.at) : null,
    failure: result?.status === 'failed' ? refusedView(order, result.refusal) : null,
    ...refundedBy(order, refund),
    ...(refund.source !== 'till' && { terminalId: null }),
  };
}

function refusedView({ account }: Order, refusal: Refusal | undefined) {
  return refusal ? { reason: refusal.reason, text: refusalText(refusal.reason, account.channel) } : null;
}

/** So many light modules around a code (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** The code, while there is one that may be shown: not once the order is paid, closing, or the code is ended or given up. */
function qrCodeView(order: Order, svg: boolean): OrderView['qrCode'] {
  const attempt = order.closeRequested || order.closed ? undefined : openAttempt(order);
  if (attempt?.payload === undefined || attempt.cancelRequestedAt !== undefined) return null;
  const { payload } = attempt;
  return {
    payload,
    expiresAt: toInstant(shownEnd(attempt)),
    ...(svg && { svg: renderSVG(payload, { ecc: 'M', border: QUIET_ZONE }) }),
  };
}

/** The channel still owes the answer: the code of an attempt that was asked for, or what came of one that was scanned or given up. */
export function isOwed(order: Order): boolean {
  const attempt = openAttempt(order);
  if (!attempt || order.closeRequested) return false;
  if (attempt.kind === 'till_code') return !attempt.refused && !isWaiting(attempt);
  return attempt.payload === undefined || attempt.cancelRequestedAt !== undefined;
}

/**
 * What a till or an office must read of an order: the whole of it, written by the judge from the facts of that version as they
 * were stored, and from its own memory of who asked for what. Texts for people are left out.
 */
import type { RefundPage, ViewPage } from '../world/wire.ts';
import { instant } from './calendar.ts';
import { type AttemptClaim, type OrderClaim, type RefundClaim, statusOf } from './claims.ts';
import { endOfOrder } from './times.ts';
import type { Sale, Witness } from './witness.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const sum = (its: readonly { readonly amount: number }[]) => its.reduce((total, { amount }) => total + amount, 0);

/** `now` is by the clock of who answers; `isLive`: the till goes on with this sale. */
export function viewOf(witness: Witness, sale: Sale, order: OrderClaim, now: number, isLive: boolean): ViewPage {
  const { request, attempts, closed } = order;
  const { currency } = sale.asked.amount;
  const money = (value: number) => ({ currency, value });
  const [payment] = order.payments;
  const last = attempts.at(-1);
  const place = witness.openedBy(sale);
  const [nextAction, nextPollAfterMs] = nextOf(order, now, isLive);
  const { merchantOrderNo, amount, subject } = sale.asked;
  return {
    ...{ orderId: order.orderId, merchantOrderNo, reference: null, status: statusOf(order), amount },
    ...{ refundable: money(refundableOf(order)), refunded: money(refundedOf(order)), subject },
    ...place,
    channel: 'alipay',
    attempt: last ? { n: last.n, kind: last.kind, refused: last.refused?.reason ?? null } : null,
    qrCode: codeOf(order),
    payment: payment ? { tradeNo: payment.tradeNo, paidAt: instant(payment.paidAt), late: isTooLate(order) } : null,
    closed: closed ? { at: instant(closed.at), reason: closed.reason } : null,
    refunds: order.refunds.map((it) => refundViewOf(witness, sale, it)),
    ...{ createdAt: instant(order.createdAt), updatedAt: instant(order.updatedAt) },
    expiresAt: instant(endOfOrder(order)),
    version: order.version,
    ...{ nextAction, nextPollAfterMs },
    received: payment ? money(payment.received ?? request.amount.value) : null,
  };
}

/** Its amount, source and place as the judge remembers them. */
export function refundViewOf(witness: Witness, sale: Sale, claim: RefundClaim): RefundPage {
  const { refundNo, result, namedAt, requestedAt } = claim;
  const known = sale.refunds.get(refundNo);
  if (!known) throw new Error(`refund ${refundNo} was never taken down`);
  const at = result?.status === 'succeeded' ? (namedAt ?? result.at) : result?.at;
  const isAsked = known.source === 'till';
  return {
    refundNo,
    amount: { currency: sale.asked.amount.currency, value: known.amount },
    ...{ reason: null, source: known.source, status: result?.status ?? 'requested' },
    requestedAt: instant(requestedAt),
    finishedAt: at === undefined ? null : instant(at),
    failure: result?.status === 'failed' ? (result.refusal?.reason ?? 'none') : null,
    ...witness.refundedAt(sale, known),
    ...(!isAsked && { terminalId: null }),
  };
}

/** The channel still owes an answer: a code, or what came of one. */
export function isOwedBy({ attempts, payments, closeRequested }: OrderClaim): boolean {
  const open = attempts.find(({ ended }) => ended === undefined);
  if (!open || payments.length > 0 || closeRequested) return false;
  if (open.kind === 'qr_code') return open.payload === undefined;
  return open.refused === undefined && !isWaitedFor(open);
}

const isWaitedFor = ({ waitingSince, cancelRequestedAt, refused }: AttemptClaim) =>
  waitingSince !== undefined && cancelRequestedAt === undefined && refused === undefined;

const isTooLate = ({ closed, closeRequested }: OrderClaim) => closed !== undefined || closeRequested?.by === 'cashier';

function itsRefunds({ payments: [payment], refunds }: OrderClaim): RefundClaim[] {
  return refunds.filter(({ attempt }) => attempt === payment?.attempt);
}

function refundedOf(order: OrderClaim): number {
  return sum(itsRefunds(order).filter(({ result }) => result?.status === 'succeeded'));
}

/** Neither asked back, nor gone by what the channel has told without saying which refund it was. */
function refundableOf(order: OrderClaim): number {
  const [payment] = order.payments;
  if (!payment) return 0;
  const asked = sum(itsRefunds(order).filter(({ result }) => result?.status !== 'failed'));
  const left = Math.max(0, order.request.amount.value - asked);
  const told = order.reportedRefunds?.find(({ attempt }) => attempt === payment.attempt);
  if (!told) return left;
  const numbers = told.numbers ?? [];
  const isUnknown = numbers.length === 0 || numbers.some(({ amount }) => amount === undefined);
  if (told.amount === undefined && isUnknown) return 0;
  const gone = sum(numbers.map(({ amount = 0 }) => ({ amount })));
  return Math.max(0, left - Math.max(gone, told.amount ?? 0));
}

function codeOf({ attempts, payments, closeRequested, closed }: OrderClaim): ViewPage['qrCode'] {
  const last = attempts.at(-1);
  if (!last || last.payload === undefined || last.ended || payments.length > 0 || closeRequested || closed) return null;
  return { payload: last.payload, expiresAt: instant(last.expiresAt) };
}

type Next = [action: string, pollAfterMs: number | null];

function nextOf(order: OrderClaim, now: number, isLive: boolean): Next {
  const { attempts, closed, closeRequested, request } = order;
  if (order.payments.length > 0) return nextOfPaid(order, now, isLive);
  const open = attempts.find(({ ended }) => ended === undefined);
  const isOver = closed !== undefined || (closeRequested !== undefined && (!open || closeRequested.trade === 'absent'));
  if (isOver) return ['start_new_order', null];
  if (closeRequested) return ['do_not_hand_over_goods', 2 * SECOND];
  if (!open) return ['get_qr_code', null];
  if (open.kind === 'till_code') return [isWaitedFor(open) ? 'wait' : 'do_not_hand_over_goods', 3 * SECOND];
  if (now >= open.expiresAt) return ['wait', 5 * SECOND];
  if (open.payload === undefined) return ['wait', SECOND];
  const isNew = now < open.expiresAt - request.expiresInSeconds * SECOND + 30 * SECOND;
  return ['show_qr_code', (isNew ? 2 : 5) * SECOND];
}

/** Goods belong to the live sale, and to no sale of which any refund was asked for or told. */
function nextOfPaid(order: OrderClaim, now: number, isLive: boolean): Next {
  const { payments, refunds, reportedRefunds } = order;
  const learnedAt = payments[0]?.at ?? 0;
  const isNew = now < learnedAt + (isLive ? HOUR : MINUTE);
  if (isNew && refunds.length === 0 && !reportedRefunds && !isTooLate(order)) return ['hand_over_goods', null];
  const open = refunds.filter(({ result }) => result === undefined);
  if (reportedRefunds || open.some(({ source }) => source === 'automatic'))
    return ['do_not_hand_over_goods', 5 * SECOND];
  return ['none', open.length === 0 ? null : 5 * SECOND];
}

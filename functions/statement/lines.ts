/** From an order to its lines: which of its facts are money movements of a business day, and what each says. Pure. */
import type { Settlement } from '../channel/channel.ts';
import type { LineView } from '../contract/answers.ts';
import { type Agreement, agreementAt, type Merchant } from '../merchant/merchant.ts';
import { finishedAt, type Order, type Payment, type Refund } from '../order/order.ts';
import { refundedBy, scannedBy } from '../order/places.ts';
import { receivedOf } from '../order/sums.ts';
import { businessDay, type EpochMs, toInstant } from '../time.ts';
import { feeOf, returnedPart } from './fee.ts';
import { type LineSettlement, settlementOfPayment, settlementOfRefund } from './settlement.ts';

/**
 * A line as it is kept: what the API shows, and the attempt that it belongs to, by which its fact is marked. Without `settlement`
 * it is settled in its own currency; most are, and stand as they did before there was another one.
 */
export type Line = Readonly<Omit<LineView, 'settlement'>> & {
  readonly attempt: number;
  readonly settlement?: LineSettlement;
};

/** A line that has no number yet. */
export type Movement = Omit<Line, 'lineNo'>;

/**
 * Every fact of `order` up to business day `day` that no statement carries yet, as a line. `withoutTerms` counts payments
 * for which there is no agreement: these and their refunds stay unposted, and come late once there is one.
 */
export function movementsOf(order: Order, merchant: Merchant, day: string) {
  const movements: Movement[] = [];
  let withoutTerms = 0;
  for (const payment of order.payments) {
    const agreement = agreementOf(order, payment, merchant);
    if (agreement) movements.push(...movementsOfPayment({ order, payment, agreement, zone: merchant.zone, day }));
    else if (businessDay(payment.paidAt, merchant.zone) <= day) withoutTerms += 1;
  }
  return { movements, withoutTerms };
}

/** Once a payment is posted, its refunds follow the terms on its line, even if others are agreed for that day later. */
function agreementOf(order: Order, payment: Payment, merchant: Merchant): Agreement | undefined {
  const { channel } = order.account;
  if (payment.agreementId === undefined)
    return agreementAt(merchant, channel, order.request.amount.currency, payment.paidAt);
  return merchant.agreements.find((agreement) => agreement.agreementId === payment.agreementId);
}

interface Postable {
  readonly order: Order;
  readonly payment: Payment;
  readonly agreement: Agreement;
  readonly zone: string;
  /** The statement's. */
  readonly day: string;
}

/** The unposted ones of a payment, its refunds, and what was adjusted of their fees. The posted ones count, too: they returned their part of the fee. */
function movementsOfPayment(postable: Postable): Movement[] {
  const { order, payment, agreement, zone, day } = postable;
  const amount = order.request.amount.value;
  const received = receivedOf(order, payment);
  const fee = feeOf(agreement, received);
  const paidOn = businessDay(payment.paidAt, zone);
  const settlement = settlementOfPayment({ order, received, told: payment.settlement }, agreement);

  const movements: Movement[] = [];
  if (payment.posted === undefined && paidOn <= day)
    movements.push(movement(postable, { at: payment.paidAt, gross: amount, received, fee, settlement }));
  /** The sums of the refunds so far, and of those among them that return their part of the fee. */
  let refunded = 0;
  let returning = 0;
  for (const { refund, finishedAt } of succeededRefunds(order, payment)) {
    const finishedOn = businessDay(finishedAt, zone);
    const before = returning;
    if (returnsFee(agreement, finishedOn === paidOn)) returning += refund.amount;
    const returned = returnedPart(fee, returning, amount) - returnedPart(fee, before, amount);
    const given = returnedPart(received, refunded + refund.amount, amount) - returnedPart(received, refunded, amount);
    refunded += refund.amount;
    if (refund.posted !== undefined || finishedOn > day) continue;
    const moved = { gross: 0 - refund.amount, received: 0 - given, fee: 0 - returned };
    const told = { order, received: moved.received, told: settlementTold(refund) };
    const settled = settlementOfRefund(told, agreement, { payment: settlement, before, after: returning, amount });
    movements.push(movement(postable, { at: finishedAt, ...moved, refund, settlement: settled }));
  }
  for (const { attempt, refundNo, fee, at, posted } of order.feeAdjustments ?? []) {
    if (attempt !== payment.attempt || posted !== undefined || businessDay(at, zone) > day) continue;
    const refund = order.refunds.find((it) => it.refundNo === refundNo);
    const made = movement(postable, { at, gross: 0, received: 0, fee, ...(refund && { refund }) });
    movements.push({ ...made, type: 'fee_adjustment' });
  }
  return movements;
}

function settlementTold({ result }: Refund): Settlement | undefined {
  return result?.status === 'succeeded' ? result.settlement : undefined;
}

function returnsFee({ feeOnRefund }: Agreement, sameDay: boolean): boolean {
  return feeOnRefund === 'returned' || (feeOnRefund === 'returned_same_day' && sameDay);
}

/**
 * The refunds of a payment in the order in which they return its fee: by (finishedAt, refundNo), but posted ones first. A
 * refund that becomes known late must not claim a part that an earlier statement has given to another.
 */
function succeededRefunds(order: Order, payment: Payment): { refund: Refund; finishedAt: EpochMs }[] {
  if (order.refunds.length === 0) return [];
  const rank = ({ refund }: { refund: Refund }) => (refund.posted === undefined ? 1 : 0);
  return order.refunds
    .flatMap((refund) =>
      refund.attempt === payment.attempt && refund.result?.status === 'succeeded'
        ? [{ refund, finishedAt: finishedAt(refund) ?? refund.result.at }]
        : [],
    )
    .sort(
      (a, b) => rank(a) - rank(b) || a.finishedAt - b.finishedAt || compareText(a.refund.refundNo, b.refund.refundNo),
    );
}

interface Moved extends Pick<Movement, 'gross' | 'received' | 'fee'> {
  readonly at: EpochMs;
  readonly refund?: Refund;
  readonly settlement?: LineSettlement | undefined;
}

function movement(
  { order, payment, agreement, zone, day }: Postable,
  { at, gross, received, fee, refund, settlement }: Moved,
): Movement {
  const businessDayOfFact = businessDay(at, zone);
  const { request } = order;
  const attempt = order.attempts.find(({ n }) => n === payment.attempt);
  return {
    type: refund ? 'refund' : 'payment',
    late: businessDayOfFact < day,
    businessDay: businessDayOfFact,
    occurredAt: toInstant(at),
    ...(refund ? refundedBy(order, refund) : scannedBy(order, attempt)),
    orderId: order.orderId,
    merchantOrderNo: request.merchantOrderNo,
    refundNo: refund?.refundNo ?? null,
    channel: order.account.channel,
    channelTradeNo: payment.tradeNo,
    currency: request.amount.currency,
    gross,
    fee,
    net: received - fee,
    ratePpm: agreement.ratePpm,
    feeMinimum: agreement.feeMinimum ?? null,
    feeCap: agreement.feeCap ?? null,
    feeOnRefund: agreement.feeOnRefund,
    agreementId: agreement.agreementId,
    received,
    saleStoreId: request.storeId,
    saleTerminalId: request.terminalId ?? null,
    attempt: payment.attempt,
    ...(settlement && { settlement }),
  };
}

/** In order of time; at one instant by order, attempt, payment before refund, and refund number. */
export function compareMovements(a: Movement, b: Movement): number {
  return (
    compareText(a.occurredAt, b.occurredAt) ||
    compareText(a.orderId, b.orderId) ||
    a.attempt - b.attempt ||
    compareText(a.refundNo ?? '', b.refundNo ?? '') ||
    compareText(a.type, b.type)
  );
}

/** Order by code units: the same on every machine, in every language. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function lineView(line: Line): LineView {
  const { attempt: _, settlement = null, ...shown } = line;
  return { ...shown, settlement };
}

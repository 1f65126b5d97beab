/**
 * A statement: the money movements of one merchant up to a business day, a line each, and their sums. Pure: which facts of
 * an order become which lines, and how lines become the sealed document. The store is statements.ts, the protocol seal.ts.
 */
import type { LineView, StatementView } from '../contract/answers.ts';
import type { CheckView, TotalsView } from '../contract/totals-answers.ts';
import { type Agreement, agreementAt, type Merchant } from '../merchant/merchant.ts';
import { finishedAt, type Order, type Payment, type Refund } from '../order/order.ts';
import { refundedBy, scannedBy } from '../order/places.ts';
import { receivedOf } from '../order/sums.ts';
import { businessDay, type EpochMs, toInstant } from '../time.ts';
import { type Chunk, Chunker, chunksOf, sha256 } from './chunks.ts';
import { feeOf, returnedPart } from './fee.ts';
import { compact } from './forms.ts';
import { Tally } from './totals.ts';

/** A line as it is kept: what the API shows, and the attempt that it belongs to, by which its fact is marked. */
export type Line = Readonly<LineView> & { readonly attempt: number };

/** A line that has no number yet. */
export type Movement = Omit<Line, 'lineNo'>;

export interface Statement {
  /** `<merchantId>.<day>` */
  readonly statementId: string;
  readonly merchantId: string;
  readonly day: string;
  readonly zone: string;
  readonly sealedAt: EpochMs;
  /** Of the merchant's statement before this one; null on the first. */
  readonly previousHash: string | null;
  readonly hash: string;
  readonly lineCount: number;
  readonly lineChunks: readonly { readonly hash: string; readonly firstLine: number }[];
  /** Of totals per currency, channel and store. */
  readonly totalsChunks: readonly string[];
  /** The text of the only one of `totalsChunks`, where it is small enough to stand here instead of in an item of its own. */
  readonly totalsText?: string;
  /** Of totals per terminal and operator. */
  readonly terminalsChunks: readonly string[];
  /** The identities that this document proves itself by. */
  readonly checks: readonly CheckView[];
}

export function statementIdOf(merchantId: string, day: string): string {
  return `${merchantId}.${day}`;
}

/* From an order to its lines ------------------------------------------------------------------------------------- */

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
  if (payment.agreementId === undefined) return agreementAt(merchant, order.request.amount.currency, payment.paidAt);
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

/** The unposted ones of a payment, its refunds, and what was adjusted of their fees. The posted ones count all the same: they returned their part of the fee. */
function movementsOfPayment(postable: Postable): Movement[] {
  const { order, payment, agreement, zone, day } = postable;
  const amount = order.request.amount.value;
  const received = receivedOf(order, payment);
  const fee = feeOf(agreement, received);
  const paidOn = businessDay(payment.paidAt, zone);

  const movements: Movement[] = [];
  if (payment.posted === undefined && paidOn <= day)
    movements.push(movement(postable, { at: payment.paidAt, gross: amount, received, fee }));
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
    movements.push(movement(postable, { at: finishedAt, ...moved, refund }));
  }
  for (const { attempt, refundNo, fee, at, posted } of order.feeAdjustments ?? []) {
    if (attempt !== payment.attempt || posted !== undefined || businessDay(at, zone) > day) continue;
    const refund = order.refunds.find((it) => it.refundNo === refundNo);
    const made = movement(postable, { at, gross: 0, received: 0, fee, ...(refund && { refund }) });
    movements.push({ ...made, type: 'fee_adjustment' });
  }
  return movements;
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

function movement(
  { order, payment, agreement, zone, day }: Postable,
  { at, gross, received, fee, refund }: { at: EpochMs; gross: number; received: number; fee: number; refund?: Refund },
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
  };
}

/* From lines to a statement --------------------------------------------------------------------------------------- */

/** What the root may hold of totals, in bytes: a hundred stores or so. */
const ROOT_TOTALS_BYTES = 40_000;

type Frame = Pick<Statement, 'merchantId' | 'day' | 'zone' | 'sealedAt' | 'previousHash'>;

/**
 * Makes the sealed document from movements in the order of their lines ({@link compareMovements}), one after the other,
 * and gives away each chunk as soon as it is full: memory holds one chunk and the sums, however long the day was.
 */
export class StatementMaker {
  private readonly tally = new Tally();
  private readonly chunker = new Chunker();
  private readonly lineChunks: { hash: string; firstLine: number }[] = [];
  private last: Movement | undefined;
  private lineCount = 0;

  /**
   * The next line. Answers the chunk before it, if that is full now.
   * @throws RangeError for one that belongs before the last one
   */
  add(movement: Movement): Chunk | undefined {
    if (this.last && compareMovements(this.last, movement) > 0)
      throw new RangeError(`the fact of ${movement.orderId} comes after a later one`);
    this.last = movement;
    this.lineCount += 1;
    this.tally.add(movement);
    return this.noted(this.chunker.add({ lineNo: this.lineCount, ...compact(movement) }));
  }

  get isEmpty(): boolean {
    return this.lineCount === 0;
  }

  private noted(full: ReturnType<Chunker['add']>): Chunk | undefined {
    if (full) this.lineChunks.push({ hash: full.chunk.hash, firstLine: full.first + 1 });
    return full?.chunk;
  }

  /**
   * The document, and the chunks that were not given away yet. Its hash covers everything but `sealedAt`, which is the
   * clock of whichever run came first.
   * @throws Error if it does not add up: that must not be sealed
   */
  finish(frame: Frame): { statement: Statement; chunks: Chunk[] } {
    const rest = this.noted(this.chunker.end());
    const { totals, terminals, checks } = this.tally;
    const wrong = checks.find(({ holds }) => !holds);
    if (wrong) throw new Error(`the statement does not add up: ${JSON.stringify(wrong)}`);

    const totalsChunks = chunksOf(totals);
    const terminalsChunks = chunksOf(terminals);
    const [small, ...more] = totalsChunks;
    const inRoot = small && more.length === 0 && Buffer.byteLength(small.text) <= ROOT_TOTALS_BYTES;
    const { sealedAt, ...told } = frame;
    const content = {
      statementId: statementIdOf(frame.merchantId, frame.day),
      ...told,
      lineCount: this.lineCount,
      lineChunks: this.lineChunks,
      totalsChunks: totalsChunks.map(({ hash }) => hash),
      terminalsChunks: terminalsChunks.map(({ hash }) => hash),
      checks,
    };
    return {
      statement: { ...content, hash: hashOf(content), sealedAt, ...(inRoot && { totalsText: small.text }) },
      chunks: [...(rest ? [rest] : []), ...(inRoot ? [] : totalsChunks), ...terminalsChunks],
    };
  }
}

/** The document over `movements`, and all chunks that it names. The same movements in any order make the same hash. */
export function makeStatement(frame: Frame, movements: readonly Movement[]): { statement: Statement; chunks: Chunk[] } {
  const maker = new StatementMaker();
  const full = [...movements].sort(compareMovements).flatMap((movement) => maker.add(movement) ?? []);
  const { statement, chunks } = maker.finish(frame);
  return { statement, chunks: [...full, ...chunks] };
}

/**
 * A statement's hash: SHA-256 in hex over its members as JSON without spaces, in this order. Totals are in it by the
 * hashes of their chunks, wherever their text is kept.
 */
export function hashOf(statement: Omit<Statement, 'hash' | 'sealedAt' | 'totalsText'>): string {
  const { statementId, merchantId, day, zone, previousHash, lineCount, totalsChunks, terminalsChunks } = statement;
  // The table gives objects back with their members in any order.
  const lineChunks = statement.lineChunks.map(({ hash, firstLine }) => ({ hash, firstLine }));
  const checks = statement.checks.map(({ currency, check, left, right, holds }) => {
    return { currency, check, left, right, holds };
  });
  const head = { statementId, merchantId, day, zone, previousHash, lineCount };
  return sha256(JSON.stringify({ ...head, lineChunks, totalsChunks, terminalsChunks, checks }));
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

/** Order by code units: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/* What the API shows ---------------------------------------------------------------------------------------------- */

export function statementView(statement: Statement, totals: TotalsView[]): StatementView {
  const { statementId, day, zone, sealedAt, previousHash, hash, lineCount, checks } = statement;
  const shown = { statementId, day, zone, sealedAt: toInstant(sealedAt), previousHash, hash, lineCount };
  return { ...shown, totals, checks: [...checks] };
}

export function lineView(line: Line): LineView {
  const { attempt: _, ...shown } = line;
  return shown;
}

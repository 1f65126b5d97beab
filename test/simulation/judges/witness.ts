/**
 * The judge's memory: what cashiers asked for, which of it the product took, and when what was first stored. It looks at a
 * write only to see that something is there now that was not; who wanted it, how much, and what follows from it, it knows itself.
 */
import type { Asked, SaleAsked } from '../actors/asked.ts';
import type { Contract } from '../world/contract.ts';
import type { Invocation } from '../world/io.ts';
import { type By, PLACES, type Place, placeOf } from '../world/tills.ts';
import { isOver, type OrderClaim, type RefundClaim } from './claims.ts';
import { checkFailures, checkIsNews, checkTimes } from './times.ts';
import { must } from './violation.ts';

/** A refund that the product has taken down. Its place and operator: who asked for it; the sale's till, where nobody did. */
export interface KnownRefund {
  readonly source: 'till' | 'automatic' | 'channel';
  readonly attempt: number;
  readonly amount: number;
  /** Our number at the channel; undefined: the channel made it. */
  readonly number: string | undefined;
  readonly by: By | undefined;
  /** The invocation that first stored it. */
  readonly askedIn: Invocation;
  /** When it was first stored. */
  readonly askedAt: number;
  /** When its payment was made, by the channel's books. */
  readonly paidAt: number;
  /** When it was first stored as carried out. */
  learnedAt?: number;
  /** When it became known of which refunds of the channel it consists, and so when it was made. */
  namedAt?: number;
  named: number;
  failedAt?: number;
}

export interface KnownPayment {
  /** When it was first stored. */
  readonly learnedAt: number;
  readonly isUnwanted: boolean;
}

export interface Sale {
  readonly orderId: string;
  readonly by: By;
  readonly asked: SaleAsked;
  readonly openedAt: number;
  /** The invocation that first stored it. */
  readonly openedIn: Invocation;
  /** All that was ever stored of it, by version. */
  readonly versions: Map<number, OrderClaim>;
  /** When each attempt was first stored. */
  readonly begun: Map<number, number>;
  /** Who scanned, by attempt; undefined: the code was shown. */
  readonly scannedBy: Map<number, By | undefined>;
  readonly refunds: Map<string, KnownRefund>;
  /** In the order in which they were stored. */
  readonly payments: Map<number, KnownPayment>;
  /** How many others of its till were not over when it was opened. */
  readonly openedBeside: number;
  /** Since when nobody need wait for it: it is paid, closed, or may be left behind. */
  overSince: number | undefined;
  isGivenUp: boolean;
  /** Somebody, or the clock, has asked to close it. */
  isClosing: boolean;
  isClosed: boolean;
  /** When an attempt was first stored as ended. */
  readonly ended: Map<number, number>;
  readonly cancelled: Set<number>;
}

type OnRefund = (sale: Sale, refund: KnownRefund, asked: Extract<Asked, { op: 'createRefund' }>) => void;

/** What of a payment is gone, or asked back: whatever had not failed by `at`. */
export function reservedOf({ refunds }: Sale, attempt: number, at: number): number {
  let sum = 0;
  for (const it of refunds.values())
    if (it.attempt === attempt && (it.failedAt ?? Number.POSITIVE_INFINITY) >= at) sum += it.amount;
  return sum;
}

export class Witness {
  readonly sales = new Map<string, Sale>();
  /** Numbers of refunds that the channel has refused at least once. */
  readonly refusedByChannel = new Set<string>();
  private readonly asks = new Map<string, { by: By; sale: SaleAsked }>();
  private readonly contract: Contract;
  private readonly onRefund: OnRefund;
  private readonly paidAtOf: (attemptNo: string) => number;

  /** No answer to a write is ever lost, so that nothing is written a second time for want of it. */
  private readonly isAnswered: boolean;
  /** No table throttles. */
  private readonly isServed: boolean;

  /** `onRefund` hears of every refund that a till's request has stored; `paidAtOf` reads the channel's books. */
  constructor(
    { contract, isAnswered, isServed }: { contract: Contract; isAnswered: boolean; isServed: boolean },
    onRefund: OnRefund,
    paidAtOf: (attemptNo: string) => number,
  ) {
    this.isAnswered = isAnswered;
    this.isServed = isServed;
    this.contract = contract;
    this.onRefund = onRefund;
    this.paidAtOf = paidAtOf;
  }

  heard(asked: Asked): void {
    if (asked.op === 'createOrder') this.asks.set(asked.sale.merchantOrderNo, asked);
  }

  /** An order is written by `invocation`, which is what it is there for. */
  written(before: OrderClaim | undefined, after: OrderClaim, its: Invocation, now: number): void {
    const { asked } = its;
    const sale = this.sales.get(after.orderId) ?? this.opened(after, its, now);
    sale.versions.set(after.version, after);
    sale.overSince = isOver(after) ? (sale.overSince ?? now) : undefined;
    if (before && this.isAnswered) checkIsNews(before, after, its);
    if (this.isServed) checkFailures(sale, before, after, now + its.skew);
    checkTimes(sale, before, after, its, now);
    this.attempts(sale, before, after, asked, now);
    this.closes(sale, before, after, asked);
    for (const { attempt } of after.payments.slice(before?.payments.length ?? 0)) this.paid(sale, attempt, after, now);
    for (const refund of after.refunds) this.refund(sale, refund, its, now);
  }

  private opened({ orderId, request, latePayment }: OrderClaim, openedIn: Invocation, now: number): Sale {
    const wanted = this.asks.get(String(request.merchantOrderNo));
    must(wanted !== undefined, 'I1', `${orderId} is an order that nobody asked for`);
    const { by, sale } = wanted;
    const { merchantOrderNo, amount, subject, operatorId, expiresInSeconds } = sale;
    const { storeId, terminalId } = PLACES[by === 'office' ? 'a' : by];
    mustBeSame(
      request,
      { merchantOrderNo, amount, subject, storeId, operatorId, expiresInSeconds, terminalId },
      orderId,
    );
    must(
      latePayment === this.contract.latePayment,
      'I10',
      `${orderId} has another rule for late money than was chosen`,
    );
    const opened: Sale = {
      ...{ orderId, by, asked: sale, openedAt: now, openedIn, isGivenUp: false, isClosing: false, isClosed: false },
      versions: new Map(),
      begun: new Map(),
      openedBeside: this.openOf(by),
      overSince: undefined,
      ...{ scannedBy: new Map(), refunds: new Map(), payments: new Map(), cancelled: new Set(), ended: new Map() },
    };
    this.sales.set(orderId, opened);
    return opened;
  }

  private attempts(sale: Sale, before: OrderClaim | undefined, after: OrderClaim, asked: Asked, now: number): void {
    for (const { n, kind, cancelRequestedAt, ended } of after.attempts) {
      if (cancelRequestedAt !== undefined) sale.cancelled.add(n);
      if (ended && !sale.ended.has(n)) sale.ended.set(n, now);
      if (sale.scannedBy.has(n)) continue;
      const isScan = asked.op === 'payWithTillCode' && asked.attempt === n && kind === 'till_code';
      const isCode =
        kind === 'qr_code' && (asked.op === 'createOrder' || (asked.op === 'createQrCode' && asked.attempt === n));
      must(isScan || isCode, 'I19', `attempt ${n} of ${after.orderId} was not asked for`);
      sale.begun.set(n, now);
      sale.scannedBy.set(n, isScan ? asked.by : undefined);
    }
    must((before?.attempts.length ?? 0) <= after.attempts.length, 'I5', `${after.orderId} forgets an attempt`);
  }

  /** It is the cashier's close if a cashier asked for it, and the clock's otherwise. */
  private closes(sale: Sale, before: OrderClaim | undefined, after: OrderClaim, asked: Asked): void {
    const [was, by] = [before?.closeRequested?.by, after.closeRequested?.by];
    if (by !== was) {
      // Who may have one open sale only gives up the one before by beginning the next.
      const isNext = asked.op === 'createOrder' && asked.sale.merchantOrderNo !== sale.asked.merchantOrderNo;
      const wanted = asked.op === 'closeOrder' || isNext ? 'cashier' : 'expiry';
      must(
        by === wanted,
        'I10',
        `the ${wanted === 'cashier' ? wanted : 'clock'} closes ${sale.orderId}, ${by} is stored`,
      );
      must(was !== 'cashier', 'I10', `the cashier's close of ${sale.orderId} is forgotten`);
      const scanned = after.attempts.find((it) => it.kind === 'till_code' && !it.ended);
      const isCancelled = scanned?.cancelRequestedAt !== undefined;
      must(!scanned || isCancelled, 'I18', `${sale.orderId} is closing, and its till code is not to be cancelled`);
      sale.isGivenUp = by === 'cashier';
      sale.isClosing = true;
    }
    if (!after.closed || sale.isClosed) return;
    sale.isClosed = true;
    const reason = sale.isGivenUp ? 'cashier' : 'expiry';
    must(
      after.closed.reason === reason,
      'I10',
      `${sale.orderId} is closed by ${reason}, ${after.closed.reason} is stored`,
    );
  }

  /** Money that nobody waits for any more is asked back in the write that stores it, and no other money is. */
  private paid(sale: Sale, attempt: number, after: OrderClaim, now: number): void {
    const isLate = (sale.isClosed || sale.isGivenUp) && this.contract.latePayment === 'refund';
    const isUnwanted = sale.payments.size > 0 || isLate || sale.cancelled.has(attempt);
    sale.payments.set(attempt, { learnedAt: now, isUnwanted });
    const isAskedBack = after.refunds.some((it) => it.source === 'automatic' && it.attempt === attempt);
    const what = `money of ${sale.orderId}_${attempt} that is ${isUnwanted ? 'not ' : ''}wanted`;
    must(isAskedBack === isUnwanted, 'I10', `${what} is ${isAskedBack ? '' : 'not '}asked back`);
  }

  private refund(sale: Sale, claim: RefundClaim, its: Invocation, now: number): void {
    const { refundNo, result } = claim;
    const known = sale.refunds.get(refundNo) ?? this.newRefund(sale, claim, its, now);
    const named = claim.named?.length ?? 0;
    if (named > known.named) [known.named, known.namedAt] = [named, now];
    if (result?.status === 'succeeded') known.learnedAt ??= now;
    if (result?.status !== 'failed' || known.failedAt !== undefined) return;
    known.failedAt = now;
    const isRefused = known.number !== undefined && this.refusedByChannel.has(known.number);
    must(isRefused, 'I9', `refund ${refundNo} of ${sale.orderId} is given up, and the channel has not refused it`);
  }

  private newRefund(sale: Sale, claim: RefundClaim, its: Invocation, now: number): KnownRefund {
    const { asked } = its;
    const { refundNo, attempt, amount, source, k } = claim;
    const { orderId } = sale;
    const ours = [...sale.refunds.values()].filter(({ number }) => number !== undefined).length;
    const isNext = source === 'channel' ? k === undefined : k === ours + 1;
    must(isNext, 'I4', `refund ${refundNo} of ${orderId} is our number ${k}, and ${ours} were before it`);
    const isAsked =
      asked.op === 'createRefund' &&
      asked.orderId === orderId &&
      asked.refundNo === refundNo &&
      asked.value === amount &&
      [...sale.payments.keys()][0] === attempt;
    must(source !== 'till' || isAsked, 'I2', `refund ${refundNo} of ${orderId} was not asked for like this`);
    const isWhole = refundNo === `auto_${attempt}` && amount === sale.asked.amount.value;
    const isTaken = sale.payments.get(attempt)?.isUnwanted === true;
    must(
      source !== 'automatic' || (isWhole && isTaken),
      'I10',
      `${refundNo} of ${orderId} goes back, and is not unwanted`,
    );
    const byTill = source === 'till' && asked.op === 'createRefund' ? asked : undefined;
    const number = k === undefined ? undefined : `${orderId}_r${k}`;
    const paidAt = this.paidAtOf(`${orderId}_${attempt}`);
    const known = { source, attempt, amount, number, by: byTill?.by, askedIn: its, askedAt: now, paidAt, named: 0 };
    if (byTill) this.onRefund(sale, known, byTill);
    sale.refunds.set(refundNo, known);
    return known;
  }

  /** How many sales of that till are not over. */
  private openOf(by: By): number {
    return [...this.sales.values()].filter((it) => it.by === by && it.overSince === undefined).length;
  }

  /** Whether that till has asked for a sale that was never stored. */
  hasLost(till: By): boolean {
    const stored = new Set([...this.sales.values()].map(({ asked }) => asked.merchantOrderNo));
    return [...this.asks].some(([number, { by }]) => by === till && !stored.has(number));
  }

  /** Where it was opened; an office has no terminal. */
  openedBy({ by, asked }: Sale): Place {
    return { ...placeOf(by, by), operatorId: asked.operatorId };
  }

  /** Where a payment counts: at the till that scanned, else at the sale's. */
  paidAt(sale: Sale, attempt: number): Place {
    return placeOf(sale.scannedBy.get(attempt) ?? sale.by, sale.by);
  }

  /** Where a refund counts: at the till that asked for it; what nobody asked for is the sale's, and no cashier's. */
  refundedAt(sale: Sale, refund: KnownRefund): Place {
    return refund.by === undefined ? { ...placeOf(sale.by, sale.by), operatorId: null } : placeOf(refund.by, sale.by);
  }
}

function mustBeSame(told: object, expected: object, of: string): void {
  const [a, b] = [told, expected].map((it) => JSON.stringify(Object.entries(it).sort(([x], [y]) => (x < y ? -1 : 1))));
  must(a === b, 'I1', `${of} was asked for as ${b}, and is stored as ${a}`);
}

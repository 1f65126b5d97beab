/** Refunds of the books, by their numbers. A final result is final for its number, a refusal as well. */
import type { Money } from './money.ts';
import { isNo, type No, type Outcome, type Payment, type Refund, type Settled } from './payments.ts';

const REFUND_WITHIN = 365 * 24 * 3_600_000;

/** What a refund asks for. */
export interface RefundAsk {
  readonly clientId: string;
  readonly refundRequestId: string;
  readonly paymentId: string;
  readonly amount: Money;
}

interface Parts {
  readonly changed: (refund: Refund) => void;
  readonly nextId: (now: number) => string;
  readonly paymentOf: (ask: RefundAsk, now: number) => Payment | undefined;
  readonly settled: (payment: Payment, amount: Money, now: number) => Settled;
}

export class Refunds {
  private readonly byNumber = new Map<string, Refund>();
  private readonly byPayment = new Map<string, Set<Refund>>();
  private readonly byId = new Map<string, Refund>();
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  find(clientId: string, key: { refundRequestId?: string; refundId?: string }, now: number): Refund | undefined {
    const { refundRequestId: number, refundId = '' } = key;
    const refund = number === undefined ? this.byId.get(refundId) : this.byNumber.get(`${clientId}/${number}`);
    return refund?.clientId === clientId ? this.current(refund, now) : undefined;
  }

  /** All refunds of a payment, the oldest first, failed ones too. */
  of({ paymentId }: Payment, now: number): readonly Refund[] {
    return [...(this.byPayment.get(paymentId) ?? [])].map((it) => this.current(it, now));
  }

  /** What has gone back of a payment by refunds, or is on its way back, minor units. */
  sumOf(payment: Payment, now: number): number {
    return this.of(payment, now)
      .filter(({ status, waitsForRepeat }) => status !== 'FAIL' && !waitsForRepeat)
      .reduce((sum, { amount }) => sum + amount.value, 0);
  }

  /** Gives the amount back once per number. */
  refund(ask: RefundAsk, now: number): Refund | No {
    const known = this.repeated(ask, now);
    if (known && (isNo(known) || !known.waitsForRepeat)) return known;
    const refund = known ?? this.begin(ask, now);
    const payment = this.parts.paymentOf(ask, now);
    refund.failCode = payment ? this.whyNot(payment, refund, now) : 'ORDER_NOT_EXIST';
    delete refund.waitsForRepeat;
    refund.status = refund.failCode === null ? 'SUCCESS' : 'FAIL';
    refund.at = now;
    if (payment && refund.failCode === null) Object.assign(refund, this.parts.settled(payment, refund.amount, now));
    return this.store(refund);
  }

  /** Refuses for ever; with `isOpen` only this once, and the same request is carried out when it comes again. */
  refuse(ask: RefundAsk, failCode: string, now: number, isOpen = false): Refund | No {
    const known = this.repeated(ask, now);
    if (known) return known;
    const refund = this.begin(ask, now);
    if (isOpen) refund.waitsForRepeat = true;
    else Object.assign(refund, { status: 'FAIL', failCode });
    return this.store(refund);
  }

  /** Takes a refund whose result comes later: success only if it is possible now. */
  delay(ask: RefundAsk, outcome: Outcome, now: number): Refund | No {
    const known = this.repeated(ask, now);
    if (known) return known;
    const refund = outcome.failCode === null ? this.refund(ask, now) : this.begin(ask, now);
    if (isNo(refund) || refund.status === 'FAIL') return refund;
    Object.assign(refund, { status: 'PROCESSING', outcome });
    return this.store(refund);
  }

  private repeated(ask: RefundAsk, now: number): Refund | No | undefined {
    const known = this.find(ask.clientId, { refundRequestId: ask.refundRequestId }, now);
    if (!known) return undefined;
    const { currency, value } = known.amount;
    const isSame = known.paymentId === ask.paymentId && currency === ask.amount.currency && value === ask.amount.value;
    return isSame ? known : { no: 'REPEAT_REQ_INCONSISTENT' };
  }

  private begin(ask: RefundAsk, now: number): Refund {
    const begun = { status: 'PROCESSING', failCode: null, outcome: null, gross: null, settlementQuote: null } as const;
    return { ...ask, refundId: this.parts.nextId(now), ...begun, at: now };
  }

  private whyNot(payment: Payment, { amount }: Refund, now: number): string | null {
    if (payment.status !== 'SUCCESS' || payment.paidAt === null) return 'ORDER_STATUS_INVALID';
    if (now > payment.paidAt + REFUND_WITHIN) return 'REFUND_WINDOW_EXCEED';
    if (amount.currency !== payment.amount.currency) return 'PARAM_ILLEGAL';
    return this.sumOf(payment, now) + amount.value > payment.amount.value ? 'REFUND_AMOUNT_EXCEED' : null;
  }

  /** A result that was to come has come. */
  private current(refund: Refund, now: number): Refund {
    const { outcome } = refund;
    if (!outcome || now < outcome.at) return refund;
    const status = outcome.failCode === null ? 'SUCCESS' : 'FAIL';
    Object.assign(refund, { status, failCode: outcome.failCode, outcome: null, at: outcome.at });
    return this.store(refund);
  }

  /** A refund that was kept by the journal. */
  restore(refund: Refund): void {
    this.byNumber.set(`${refund.clientId}/${refund.refundRequestId}`, refund);
    this.byId.set(refund.refundId, refund);
    const others = this.byPayment.get(refund.paymentId) ?? new Set();
    this.byPayment.set(refund.paymentId, others.add(refund));
  }

  private store(refund: Refund): Refund {
    this.restore(refund);
    this.parts.changed(refund);
    return refund;
  }
}

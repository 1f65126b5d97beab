/**
 * Antom's books, as far as a till can see them: payments, refunds and payment codes, with the states of the public
 * documentation. No HTTP, no signatures, no clock of its own: every method is given `now` (epoch ms). Amounts are minor units.
 */
import { randomBytes } from 'node:crypto';
import { exchanged, type Money, type Quote } from './money.ts';
import {
  isNo,
  type No,
  newPayment,
  type Order,
  type Outcome,
  type Payment,
  type PaymentCode,
  type Refund,
  type Settled,
} from './payments.ts';
import { dailyRates, type Rates } from './rates.ts';
import { Refunds } from './refunds.ts';
import { walletOf } from './wallets.ts';
import { cancelUntil, chinaDay } from './wire.ts';

const PAYMENT_CODE_LASTS = 60_000;

export type Change =
  | { readonly kind: 'payment'; readonly value: Payment }
  | { readonly kind: 'refund'; readonly value: Refund }
  | { readonly kind: 'paymentCode'; readonly value: PaymentCode };

export interface BooksOptions {
  /** Hears of each change before it is told. */
  readonly changed?: (change: Change) => void;
  /** Hex digits by chance; a simulation has its own. */
  readonly hex?: (bytes: number) => string;
  readonly rates?: Rates;
  /** How the world is today; read at each movement. */
  readonly manners?: Manners;
}

export interface Manners {
  /** Rates are fixed on the next day: no message of a movement made now has a settlement quote. */
  readonly rateMissing: boolean;
  readonly quoteInverted: boolean;
  /** An order code ends so many ms after it was made, although its payment waits for longer; 0: both end together. */
  readonly codeLastsMs: number;
  /** Money that comes after a payment has failed is kept; it goes back at the usual Antom. */
  readonly lateMoneyStays: boolean;
}

const USUAL_MANNERS: Manners = {
  rateMissing: false,
  quoteInverted: false,
  codeLastsMs: 0,
  lateMoneyStays: false,
};

export class Books {
  readonly payments = new Map<string, Payment>();
  readonly refunds: Refunds;
  readonly paymentCodes = new Map<string, PaymentCode>();
  private readonly byId = new Map<string, Payment>();
  private readonly byCode = new Map<string, Payment>();
  private readonly changed: (change: Change) => void;
  private readonly hex: (bytes: number) => string;
  private readonly rates: Rates;
  private readonly manners: Manners;

  constructor(options: BooksOptions = {}) {
    this.changed = options.changed ?? (() => {});
    this.hex = options.hex ?? ((bytes) => randomBytes(bytes).toString('hex'));
    this.rates = options.rates ?? dailyRates;
    this.manners = options.manners ?? USUAL_MANNERS;
    this.refunds = new Refunds({
      changed: (value) => this.changed({ kind: 'refund', value }),
      nextId: (now) => this.nextId(now),
      paymentOf: ({ clientId, paymentId }, now) => this.find(clientId, { paymentId }, now),
      settled: (...movement) => this.settled(...movement),
    });
  }

  find(clientId: string, key: { paymentRequestId?: string; paymentId?: string }, now: number): Payment | undefined {
    const payment =
      key.paymentId === undefined
        ? this.payments.get(`${clientId}/${key.paymentRequestId}`)
        : this.byId.get(key.paymentId);
    return payment?.clientId === clientId ? this.current(payment, now) : undefined;
  }

  /** By the text of an order code, or by a payment code that a till has sent. */
  byAnyCode(code: string, now: number): Payment | undefined {
    const payment = this.byCode.get(code);
    return payment && this.current(payment, now);
  }

  /** What has gone back of a payment, or is on its way back, minor units. */
  returnedSum(payment: Payment, now: number): number {
    return payment.reversal ? payment.amount.value : this.refunds.sumOf(payment, now);
  }

  /** A result that was to come has come, and a payment that waits fails when its time is over. */
  private current(payment: Payment, now: number): Payment {
    if (payment.status !== 'PROCESSING') return payment;
    const { outcome } = payment;
    if (outcome && now >= outcome.at) this.carryOut(payment, outcome);
    else if (!outcome && now >= payment.endsAt) this.fail(payment, 'ORDER_IS_CLOSED');
    return payment;
  }

  private carryOut(payment: Payment, { at, failCode }: Outcome): void {
    payment.outcome = null;
    if (failCode === null) this.take(payment, at);
    else this.fail(payment, failCode);
  }

  private fail(payment: Payment, failCode: string): Payment {
    payment.status = 'FAIL';
    payment.failCode = failCode;
    return this.store(payment);
  }

  /** A pay that was taken, by its number. @returns a refusal for the same number with another question */
  repeated(order: Order, now: number): Payment | No | undefined {
    const known = this.find(order.clientId, order, now);
    if (!known) return undefined;
    return known.asked === order.asked ? known : { no: 'REPEAT_REQ_INCONSISTENT' };
  }

  /** Refuses a pay for ever: a final result is final for its number. */
  refuse(order: Order, failCode: string, now: number): Payment | No {
    const known = this.repeated(order, now);
    return known ?? this.fail(newPayment(order, this.nextId(now), now), failCode);
  }

  /** Gives out an order code. */
  giveCode(order: Order, now: number): Payment | No {
    const known = this.repeated(order, now);
    if (known) return known;
    const payment = newPayment(order, this.nextId(now), now);
    payment.orderCode = `https://gqr.alipay.com/28${this.hex(12)}`;
    if (this.manners.codeLastsMs > 0) payment.codeEndsAt = Math.min(order.endsAt, now + this.manners.codeLastsMs);
    return this.store(payment);
  }

  newPaymentCode(now: number, wallet: string, noMoney = false): PaymentCode {
    const digits = BigInt(`0x${this.hex(8)}`)
      .toString()
      .padStart(20, '0')
      .slice(-17);
    const code = { code: `28${digits}`, wallet, endsAt: now + PAYMENT_CODE_LASTS, used: false, noMoney };
    this.paymentCodes.set(code.code, code);
    this.changed({ kind: 'paymentCode', value: code });
    return code;
  }

  /** The terminal scanned the customer's code: paid at once, failed for ever, or waiting for the password above the wallet's limit. */
  payByCode(order: Order, code: string, now: number): Payment | No {
    const known = this.repeated(order, now);
    if (known) return known;
    const payment = this.withCode(newPayment(order, this.nextId(now), now), code, now);
    if (payment.status === 'FAIL') return payment;
    const asked = this.customerPays(payment, payment.wallet ?? '', now)?.money.value ?? 0;
    return asked > (walletOf(payment.wallet ?? '')?.passwordAbove ?? 0) ? payment : this.take(payment, now);
  }

  private withCode(payment: Payment, code: string, now: number): Payment {
    const shown = this.paymentCodes.get(code);
    if (!shown || shown.used) return this.fail(payment, 'INVALID_PAYMENT_CODE');
    if (now >= shown.endsAt) return this.fail(payment, 'EXPIRED_CODE');
    shown.used = true;
    this.changed({ kind: 'paymentCode', value: shown });
    payment.paymentCode = code;
    payment.wallet = shown.wallet;
    if (shown.noMoney) return this.fail(payment, 'USER_BALANCE_NOT_ENOUGH');
    if (!this.customerPays(payment, shown.wallet, now)) return this.fail(payment, 'PAYMENT_METHOD_NOT_SUPPORTED');
    return this.store(payment);
  }

  /** A pay whose result is not known before `outcome.at`. `code`: what the customer showed; absent: an order code is asked for. */
  payLater(order: Order, code: string | undefined, outcome: Outcome, now: number): Payment | No {
    const known = this.repeated(order, now);
    if (known) return known;
    if (code === undefined && outcome.failCode === null) {
      const payment = this.giveCode(order, now);
      if (!isNo(payment)) payment.codeKnownAt = outcome.at;
      return payment;
    }
    const begun = newPayment(order, this.nextId(now), now);
    const payment = code === undefined ? begun : this.withCode(begun, code, now);
    if (payment.status === 'FAIL') return payment;
    payment.outcome = outcome;
    return this.store(payment);
  }

  /** The customer opens the code in a wallet. */
  scan(payment: Payment, wallet: string, now: number): Payment | No {
    if (payment.status !== 'PROCESSING' || now >= payment.codeEndsAt) return { no: 'expired' };
    payment.wallet = wallet;
    return this.store(payment);
  }

  /** What the customer is charged in the wallet's currency, and by which rate; undefined if the wallet does not pay such amounts. */
  customerPays({ amount }: Payment, wallet: string, now: number): { money: Money; quote: Quote | null } | undefined {
    const { currency } = walletOf(wallet) ?? {};
    if (currency === undefined) return undefined;
    if (currency === amount.currency) return { money: amount, quote: null };
    const quote = this.rates(amount.currency, currency, now, this.manners);
    const money = quote && exchanged(amount, quote);
    return money && money.value > 0 ? { money, quote } : undefined;
  }

  /**
   * The customer enters the right password. `force`: money that was under way arrives although the payment is over, and goes back;
   * a status that is final stays.
   */
  pay(payment: Payment, wallet: string, now: number, force = false): Payment | No {
    if (payment.paidAt !== null) return { no: 'closed' };
    if (payment.status !== 'PROCESSING' && !force) return { no: 'closed' };
    if (!this.customerPays(payment, wallet, now)) return { no: 'wallet' };
    payment.wallet = wallet;
    return this.take(payment, now);
  }

  private take(payment: Payment, now: number): Payment {
    const paid = this.customerPays(payment, payment.wallet ?? '', now);
    payment.customerPaid = paid?.money ?? payment.amount;
    payment.paymentQuote = paid?.quote ?? null;
    payment.paidAt = now;
    Object.assign(payment, this.settled(payment, payment.amount, now));
    const isLate = payment.status === 'CANCELLED' || (payment.status === 'FAIL' && !this.manners.lateMoneyStays);
    if (isLate) payment.reversal = { id: this.nextId(now), at: now, ...this.settled(payment, payment.amount, now) };
    else Object.assign(payment, { status: 'SUCCESS', failCode: null });
    return this.store(payment);
  }

  private settled({ settlementCurrency }: Payment, amount: Money, now: number): Settled {
    const { rateMissing } = this.manners;
    const quote = rateMissing ? undefined : this.rates(amount.currency, settlementCurrency, now, this.manners);
    return quote ? { gross: exchanged(amount, quote), settlementQuote: quote } : { gross: null, settlementQuote: null };
  }

  /** Closes a payment that waits, gives a paid one back whole. A payment that has failed stays as it is. */
  cancel(payment: Payment, now: number): Payment | No {
    if (payment.status === 'FAIL' || payment.status === 'CANCELLED') return payment;
    if (payment.status === 'SUCCESS') {
      if (this.returnedSum(payment, now) > 0) return { no: 'PROCESS_FAIL' };
      if (now >= cancelUntil(payment.paidAt ?? now)) return { no: 'CANCEL_WINDOW_EXCEED' };
      payment.reversal = { id: this.nextId(now), at: now, ...this.settled(payment, payment.amount, now) };
    }
    payment.status = 'CANCELLED';
    payment.outcome = null;
    payment.cancelledAt = now;
    return this.store(payment);
  }

  /** A payment that was kept by the journal. */
  restore(payment: Payment): void {
    this.payments.set(`${payment.clientId}/${payment.paymentRequestId}`, payment);
    this.byId.set(payment.paymentId, payment);
    const code = payment.orderCode ?? payment.paymentCode;
    if (code !== null) this.byCode.set(code, payment);
  }

  private store(payment: Payment): Payment {
    this.restore(payment);
    this.changed({ kind: 'payment', value: payment });
    return payment;
  }

  /** 28 digits: the day in China, and a number that no restart repeats. */
  private nextId(now: number): string {
    const rest = BigInt(`0x${this.hex(8)}`)
      .toString()
      .padStart(20, '0');
    return chinaDay(now).replaceAll('-', '') + rest;
  }
}

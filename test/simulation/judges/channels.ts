/**
 * The judge of histories of several channels and currencies, by the books of both: what no write may do, what must not be sent to
 * Antom, and in the end I29 (money by currency and channel), I30 (a cancelled attempt keeps none), I31 (nor does a replaced order).
 */
import type { Asked } from '../actors/asked.ts';
import type { AntomModel, Content } from '../world/antom.ts';
import type { ChannelModel } from '../world/channel.ts';
import type { Contract } from '../world/contract.ts';
import type { Invocation } from '../world/io.ts';
import type { Money } from '../world/port.ts';
import type { Store } from '../world/table.ts';
import type { OrderPage } from '../world/wire.ts';
import { type Kept, keptOf, type Trade, TradeBooks } from './channel-books.ts';
import type { OrderClaim, RefundClaim } from './claims.ts';
import { must, mustBe } from './violation.ts';

export interface ChannelOrder extends Omit<OrderClaim, 'request' | 'refunds' | 'closeRequested'> {
  readonly account: { readonly channel: 'alipay' | 'antom' };
  readonly request: { readonly merchantOrderNo: string; readonly amount: Money; readonly replaces?: string };
  readonly refunds: readonly (RefundClaim & { readonly numbers?: readonly number[] })[];
  readonly closeRequested?: { readonly by: string; readonly replacedBy?: string };
}

/** What the judge remembers of an order. */
interface Memory {
  /** When a cancel of an attempt was first stored. */
  readonly cancelledAt: Map<number, number>;
  isReplaced: boolean;
  isGivenUp: boolean;
  isClosed: boolean;
}

const OFFERS = { alipay: ['CNY'], antom: ['CNY', 'JPY', 'HKD'] } as const;
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

export class ChannelsJudge {
  private readonly memories = new Map<string, Memory>();
  private readonly asked = new Map<string, Extract<Asked, { op: 'createOrder' }>['sale']>();
  /** By refund of an order: the numbers under which it was sent, the newest last. */
  private readonly sent = new Map<string, string[]>();
  /** Numbers of which it is stored that Antom has refused them. */
  private readonly refused = new Set<string>();
  private readonly contract: Contract;
  private readonly books: TradeBooks;
  private readonly antom: AntomModel;
  private readonly orders: Store;

  constructor(contract: Contract, orders: Store, channels: { alipay: ChannelModel; antom: AntomModel }) {
    this.contract = contract;
    this.orders = orders;
    this.antom = channels.antom;
    this.books = new TradeBooks(channels);
  }

  heard(asked: Asked): void {
    if (asked.op === 'createOrder') this.asked.set(asked.sale.merchantOrderNo, asked.sale);
  }

  private orderOf(orderId: string): ChannelOrder | undefined {
    return this.orders.get(orderId) as unknown as ChannelOrder | undefined;
  }

  private tradeOf(order: ChannelOrder, n: number): Trade | undefined {
    return this.books.find(order.account.channel, `${order.orderId}_${n}`);
  }

  /** Before a write. */
  written(before: ChannelOrder | undefined, after: ChannelOrder, { asked }: Invocation, now: number): void {
    const { orderId } = after;
    const known = this.memories.get(orderId) ?? this.opened(after);
    mustBe(after.account, before?.account ?? after.account, 'I1', `the account of ${orderId}`);
    for (const { attempt, tradeNo } of after.payments) {
      const trade = this.tradeOf(after, attempt);
      const isIts = trade?.paidAt !== undefined && trade.tradeNo === tradeNo;
      must(isIts, 'I7', `a payment of ${orderId}_${attempt} that nobody made at ${after.account.channel}`);
      mustBe(trade.amount, after.request.amount, 'I1', `what is paid of ${orderId}`);
    }
    for (const { attempt } of after.payments.slice(before?.payments.length ?? 0)) this.paid(known, after, attempt);
    for (const { n, cancelRequestedAt } of after.attempts)
      if (cancelRequestedAt !== undefined && !known.cancelledAt.has(n)) known.cancelledAt.set(n, now);
    this.attempts(before, after);
    for (const refund of after.refunds) this.refund(before, after, refund);
    if (after.closeRequested?.by === 'cashier') known.isGivenUp = true;
    const isReplacing = asked.op === 'createOrder' && asked.sale.replaces === orderId;
    if (isReplacing && !before?.closeRequested?.replacedBy && after.closeRequested?.replacedBy) known.isReplaced = true;
    if (after.closed) known.isClosed = true;
  }

  private opened({ orderId, request, account }: ChannelOrder): Memory {
    const known = { cancelledAt: new Map(), isReplaced: false, isGivenUp: false, isClosed: false };
    this.memories.set(orderId, known);
    const sale = this.asked.get(request.merchantOrderNo);
    must(sale !== undefined, 'I1', `${orderId} is an order that nobody asked for`);
    const { channel, amount, replaces } = sale;
    mustBe([request.amount, request.replaces], [amount, replaces], 'I1', `the ask of ${orderId}`);
    const isOffered =
      this.contract.accounts?.includes(account.channel) && OFFERS[account.channel].includes(amount.currency as 'CNY');
    must(
      isOffered === true && (channel ?? account.channel) === account.channel,
      'I1',
      `${orderId} is at ${account.channel}`,
    );
    const replaced = replaces === undefined ? undefined : this.memories.get(replaces);
    must(
      replaces === undefined || replaced?.isReplaced === true,
      'I31',
      `${orderId} is opened before ${replaces} is given up`,
    );
    return known;
  }

  /** Money that nobody waits for any more is asked back in the write that stores it, and no other money is. */
  private paid(known: Memory, after: ChannelOrder, attempt: number): void {
    const { orderId, payments, refunds } = after;
    const isLate = (known.isClosed || known.isGivenUp) && this.contract.latePayment === 'refund';
    const isUnwanted = payments[0]?.attempt !== attempt || isLate || known.isReplaced || known.cancelledAt.has(attempt);
    const isAskedBack = refunds.some((it) => it.source === 'automatic' && it.attempt === attempt);
    must(isAskedBack === isUnwanted, 'I10', `money of ${orderId}_${attempt} is ${isUnwanted ? '' : 'not '}unwanted`);
  }

  /** I8, I19: what is called over cannot be paid any more, and no attempt begins before. */
  private attempts(before: ChannelOrder | undefined, { orderId, account, attempts, closed }: ChannelOrder): void {
    const isBegun = attempts.length > (before?.attempts.length ?? 0);
    const isOver = attempts.slice(0, -1).every(({ ended }) => ended !== undefined);
    must(!isBegun || isOver, 'I19', `${orderId} begins an attempt while another is open`);
    for (const { n, kind, ended, payload } of attempts) {
      const was = before?.attempts.find((it) => it.n === n);
      if (!ended || was?.ended || account.channel !== 'antom' || ended.inDoubtUntil !== undefined) continue;
      const payment = this.antom.find(`${orderId}_${n}`);
      // Nobody can pay a code that nobody was given.
      const isHidden = kind === 'qr_code' && payload === undefined;
      const isOpen = payment?.status === 'PROCESSING' && !isHidden;
      const isPaid = payment?.status === 'SUCCESS' && !this.antom.lied.has(`${orderId}_${n}`);
      must(!isOpen, 'I19', `${orderId}_${n} is ended as ${ended.why}, and can be paid`);
      must(!isPaid, 'I8', `${orderId}_${n} is ended as ${ended.why}, and is paid`);
    }
    if (closed && !before?.closed)
      must(
        attempts.every(({ ended }) => ended !== undefined),
        'I8',
        `${orderId} is closed, and an attempt is open`,
      );
  }

  private refund(before: ChannelOrder | undefined, after: ChannelOrder, refund: ChannelOrder['refunds'][number]): void {
    const { refundNo, k, result, unconfirmedRefusal, source } = refund;
    const was = before?.refunds.find((it) => it.refundNo === refundNo);
    const number = `${after.orderId}_r${k}`;
    if (
      after.account.channel === 'antom' &&
      unconfirmedRefusal &&
      unconfirmedRefusal.at !== was?.unconfirmedRefusal?.at
    )
      this.refused.add(number);
    if (result?.status !== 'failed' || was?.result) return;
    const moved = this.tradeOf(after, refund.attempt)?.refunds.some((it) => it.number === number && !it.hasFailed);
    const isFlying = (this.antom.flying.get(number) ?? 0) > 0;
    must(moved !== true && !isFlying, 'I9', `refund ${number} is called failed, and money may move`);
    must(source !== 'automatic', 'I10', `the automatic refund ${number} is given up`);
  }

  /** A call to Antom leaves. */
  antomCalled({ what }: Invocation, operation: string, content: Content): void {
    if (operation === 'cancel') this.cancelSent(what, String(content.paymentRequestId));
    if (operation === 'refund') this.refundSent(what, content);
  }

  private cancelSent(what: string, attemptNo: string): void {
    const [orderId = '', n] = attemptNo.split(/_(?=\d+$)/);
    const attempt = this.orderOf(orderId)?.attempts.find((it) => it.n === Number(n));
    must(attempt?.cancelRequestedAt !== undefined, 'I18', `${what} cancels ${attemptNo}, and nobody stored it`);
  }

  private refundSent(what: string, { refundRequestId, paymentId, refundAmount }: Content): void {
    const number = String(refundRequestId);
    const [, orderId = '', k] = /^(ord_[a-z2-7]{26})_r(\d+)$/.exec(number) ?? [];
    const order = this.orderOf(orderId);
    const refund = order?.refunds.find((it) => it.k === Number(k));
    must(order !== undefined && refund !== undefined, 'I2', `${what} sends ${number}, which is not stored`);
    const trade = this.tradeOf(order, refund.attempt);
    const wanted = { currency: order.request.amount.currency, value: String(refund.amount) };
    mustBe([paymentId, refundAmount], [trade?.tradeNo, wanted], 'I2', `refund ${number}`);
    must(!this.refused.has(number), 'I4', `${what} sends ${number} again, which Antom has refused for ever`);
    const key = `${orderId} ${refund.refundNo}`;
    const numbers = this.sent.get(key) ?? [];
    for (const other of numbers.filter((it) => it !== number)) {
      const hasFailed = trade?.refunds.find((it) => it.number === other)?.hasFailed === true;
      must(hasFailed, 'I4', `${what} sends ${number} while ${other} is open`);
    }
    if (!numbers.includes(number)) this.sent.set(key, [...numbers, number]);
  }

  /** A code is shown no more once its cancel is stored. */
  told({ what, beganAt }: Invocation, body: unknown): void {
    const { order = body } = body as { readonly order?: unknown };
    const { orderId, qrCode, attempt } = order as OrderPage;
    const cancelledAt = this.memories.get(orderId)?.cancelledAt.get(attempt?.n ?? 0) ?? Number.POSITIVE_INFINITY;
    must(!qrCode || cancelledAt >= beganAt, 'I25', `${what} shows a code of ${orderId} that is being cancelled`);
  }

  /** Once all is quiet. `lines`: of all statements. */
  end(lines: readonly { currency: string; channel: string; gross: number }[], handedOver: ReadonlySet<string>): void {
    const orders = this.orders.all().filter(({ orderId }) => String(orderId).startsWith('ord_'));
    const ours: Kept[] = [];
    for (const order of orders as unknown as ChannelOrder[]) {
      ours.push(this.keptBy(order));
      this.checkOrder(order, handedOver.has(order.orderId));
    }
    const posted = lines.map(({ currency, channel, gross }) => ({ currency, channel, value: gross }));
    const theirs = keptOf(this.books.all());
    mustBe(keptOf(ours), theirs, 'I29', 'what orders keep');
    mustBe(keptOf(posted), theirs, 'I29', 'what statements keep');
  }

  private keptBy({ account: { channel }, request, payments, refunds }: ChannelOrder): Kept {
    const { currency, value } = request.amount;
    const back = refunds.filter(({ result }) => result?.status === 'succeeded').map(({ amount }) => amount);
    return { channel, currency, value: payments.length * value - sum(back) };
  }

  private checkOrder(order: ChannelOrder, isHandedOver: boolean): void {
    const { orderId, attempts, payments, refunds, closed, dueAt } = order;
    const known = this.memories.get(orderId);
    const trades = attempts.map(({ n }) => ({ n, trade: this.tradeOf(order, n) }));
    const kept = sum(trades.map(({ trade }) => trade?.kept ?? 0));
    mustBe(kept, this.keptBy(order).value, 'I29', `what ${orderId} keeps at ${order.account.channel}`);
    for (const { n, trade } of trades) {
      const cancelledAt = known?.cancelledAt.get(n) ?? Number.POSITIVE_INFINITY;
      const isKnown = payments.some(({ attempt }) => attempt === n);
      must(isKnown || trade?.isTold !== true, 'I6', `${orderId}_${n} was paid, and the order does not know`);
      const isAfter = (trade?.paidAt ?? 0) > cancelledAt;
      must(
        !isAfter || trade?.kept === 0,
        'I30',
        `${orderId}_${n} was paid after its cancel, and ${trade?.kept} is kept`,
      );
    }
    must(known?.isReplaced !== true || kept === 0, 'I31', `${orderId} was replaced, and ${kept} is kept`);
    const several = trades.filter(({ trade }) => (trade?.kept ?? 0) > 0);
    must(several.length <= 1, 'I10', `${orderId} keeps ${several.length} payments`);
    const [sold] = payments;
    const isTakenBack = refunds.some(({ attempt, source }) => attempt === sold?.attempt && source === 'automatic');
    must(!(isHandedOver && isTakenBack), 'I10', `the goods of ${orderId} are gone, and the money was given back`);
    const isDone = payments.length > 0 || closed !== undefined;
    must(isDone && dueAt === undefined, 'I13', `${orderId} is not done, and due ${dueAt}`);
  }
}

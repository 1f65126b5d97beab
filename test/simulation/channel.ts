/**
 * The channel in virtual time: the simulator's own books behind a network that loses, slows, doubles and lies. The books
 * are the judge of everything.
 */
import { Books, refundedSum, type Trade } from '../../bin/local/alipay-simulator/books.ts';
import type {
  AttemptRef,
  Channel,
  CodeRequest,
  News,
  Notification,
  QueryAnswer,
  RefundRequest,
  Unknown,
} from '../../functions/channel/channel.ts';
import { billOf, isHidden } from './bill.ts';
import { Deliveries, type Parcel, paidNews } from './deliveries.ts';
import type { Invocation, Io } from './io.ts';
import { carryOut, isForgotten, race } from './mishaps.ts';
import { nobody, type Sent } from './sent.ts';
import { cancel, type Desk, orderOf, payByCode, unknown } from './till-codes.ts';

export const APP_ID = '2021000000000001';
export const SELLER_ID = '2088000000000001';

export class ChannelModel {
  readonly books: Books;
  /** Refund calls under way to the books, by number. */
  readonly flying = new Map<string, number>();
  private readonly io: Io;
  private readonly mail: Deliveries;
  /** Attempts whose code some terminal has shown: nobody can pay a code that nobody has seen. */
  readonly shown = new Set<string>();
  /** Orders whose goods are gone, because a terminal was told to hand them over. */
  readonly handedOver = new Set<string>();
  /** Orders that make our side break whenever it speaks about them. */
  readonly poisoned = new Set<string>();
  /** Until then no request arrives. */
  outUntil = 0;
  /** Attempts that were paid although the channel had called them closed. */
  readonly lied = new Set<string>();
  /** Whether some codes are paid without a word. */
  hides = false;

  /** `deliver` brings a notification to the shop's side and says whether it answered success. */
  constructor(io: Io, deliver: (parcel: Parcel) => Promise<boolean>) {
    this.io = io;
    this.mail = new Deliveries(io, deliver);
    const { chance } = io.world;
    const hex = (bytes: number) =>
      Array.from({ length: bytes }, () => chance.int(0, 255).toString(16).padStart(2, '0')).join('');
    this.books = new Books(() => {}, hex);
  }

  /** Judges what is sent, before anything comes of it. */
  judge: Sent = nobody;

  private get desk(): Desk {
    const { io, books, now, mail } = this;
    return { io, books, now, notify: (trade, refundNo) => mail.notify(trade, refundNo) };
  }

  private get now(): number {
    return this.io.world.now;
  }

  find(attemptNo: string): Trade | undefined {
    const trade = this.books.find(APP_ID, { outTradeNo: attemptNo }, this.now);
    return trade && this.hides && isHidden(trade, this.now) ? undefined : trade;
  }

  /** The customer: opens the cashier and enters the password. */
  pay(attemptNo: string, force = false): boolean {
    const trade = this.find(attemptNo);
    if (!trade || !this.shown.has(attemptNo)) return false;
    const scanned = this.books.scan(trade, this.now);
    if ('no' in scanned) return false;
    return this.takes(trade, 'pays', force);
  }

  /** The customer confirms a till code in the app, once the trade waits for it. */
  confirm(attemptNo: string, force = false): boolean {
    const trade = this.find(attemptNo);
    return trade !== undefined && this.takes(trade, 'confirms', force);
  }

  private takes(trade: Trade, verb: string, force: boolean): boolean {
    if ('no' in this.books.pay(trade, this.now, force)) return false;
    if (force) this.lied.add(trade.outTradeNo);
    this.io.world.tell(`the customer ${verb} ${trade.outTradeNo}${force ? ' although it is closed' : ''}`);
    if (!(this.hides && isHidden(trade, this.now))) this.mail.notify(trade, undefined);
    return true;
  }

  /** A message that is signed and says that somebody has paid, by an amount that is not the order's. */
  misreport(attemptNo: string): void {
    const trade = this.find(attemptNo);
    if (!trade) return;
    const paid = { tradeNo: 'nobody-knows', paidAt: this.now, amount: { currency: 'CNY', value: trade.amount + 1 } };
    const news: News = {
      kind: 'news',
      notificationId: `x${attemptNo}`,
      appId: trade.appId,
      sellerId: trade.sellerId,
      attemptNo,
      paid,
      closedUnpaid: false,
    };
    void this.mail.deliver({ forged: false, news });
  }

  /** Somebody refunds in the channel's own console. */
  refundInConsole(attemptNo: string, amount: number): void {
    const trade = this.find(attemptNo);
    if (!trade) return;
    const number = `console-${refundedSum(trade)}`;
    const result = this.books.refund(trade, number, amount, this.now);
    if ('no' in result) return;
    this.io.world.tell(`somebody refunds ${amount} of ${attemptNo} in the console`);
    this.mail.notify(trade, number);
  }

  /** Somebody closes the trade in the channel's own console. */
  closeInConsole(attemptNo: string): void {
    const trade = this.find(attemptNo);
    if (!trade || 'no' in this.books.close(trade, this.now)) return;
    this.io.world.tell(`somebody closes ${attemptNo} in the console`);
    this.mail.notify(trade, undefined);
  }

  /** The channel as one invocation sees it. */
  seenBy(invocation: Invocation): Channel {
    return {
      createQrCode: (request, timeout) =>
        this.call(invocation, `precreate ${request.attemptNo}`, timeout, () => this.precreate(request)),
      payWithTillCode: (request, timeout) => {
        this.judge.paySent(request.attemptNo);
        // The label is told in the story, and the code must stand nowhere.
        return this.call(invocation, `pay ${request.attemptNo}`, timeout, () => payByCode(this.desk, request));
      },
      cancel: (ref, timeout) => {
        this.judge.cancelSent(invocation, ref.attemptNo);
        return this.call(invocation, `cancel ${ref.attemptNo}`, timeout, () => cancel(this.desk, ref), ref.attemptNo);
      },
      query: (ref, timeout) => {
        this.judge.querySent(invocation, ref.attemptNo);
        return this.call(invocation, `query ${ref.attemptNo}`, timeout, () => this.query(ref), ref.attemptNo);
      },
      findTrade: (_, tradeNo, timeout) =>
        this.call(invocation, `find trade ${tradeNo}`, timeout, () => {
          const trade = this.books.find(APP_ID, { tradeNo }, this.now);
          return trade ? { kind: 'found' as const, attemptNo: trade.outTradeNo } : { kind: 'absent' as const };
        }),
      close: (ref, timeout) =>
        this.call(invocation, `close ${ref.attemptNo}`, timeout, () => this.close(ref), ref.attemptNo),
      refund: (request, timeout) => this.refund(invocation, request, timeout),
      queryRefund: (ref, timeout) =>
        this.call(invocation, `query refund ${ref.requestNo}`, timeout, () => {
          const refund = this.find(ref.attemptNo)?.refunds.find(({ outRequestNo }) => outRequestNo === ref.requestNo);
          if (!refund) return { kind: 'none' as const };
          return {
            kind: 'succeeded' as const,
            at: refund.at,
            amount: { currency: 'CNY', value: refund.amount },
          };
        }),
      bill: (account, day, timeout) =>
        this.call(invocation, `bill ${day}`, timeout, () =>
          billOf(this.books, account.appId, account.sellerId, day, this.now),
        ),
      readNotification: async (body) => {
        const { forged, news } = JSON.parse(body.toString()) as Parcel;
        return (forged ? { kind: 'forged', why: 'the signature does not fit' } : news) satisfies Notification;
      },
    };
  }

  private precreate(request: CodeRequest) {
    if (this.io.strikes('refuseCode'))
      return { kind: 'refused' as const, refusal: { reason: 'amount_over_limit' as const } };
    const trade = this.books.precreate(orderOf(request), this.now);
    if ('no' in trade) {
      if (trade.no === 'TRADE_HAS_SUCCESS' || trade.no === 'TRADE_HAS_CLOSE') return unknown(trade.no);
      return { kind: 'refused' as const, refusal: { reason: 'not_completed' as const, subCode: trade.no } };
    }
    return { kind: 'accepted' as const, payload: trade.qrCode ?? '' };
  }

  private query(ref: AttemptRef): QueryAnswer {
    const trade = this.find(ref.attemptNo);
    if (!trade || trade.status === 'NONE') return { kind: 'absent' };
    if (trade.status === 'WAIT_BUYER_PAY') return { kind: 'waiting' };
    if (trade.paidAt === null) return { kind: 'closed' };
    return { kind: 'paid', refundedInFull: trade.status === 'TRADE_CLOSED', ...paidNews(trade) };
  }

  private close(ref: AttemptRef) {
    const trade = this.find(ref.attemptNo);
    if (!trade) return { kind: 'absent' as const };
    const closed = this.books.close(trade, this.now);
    if (!('no' in closed)) return { kind: 'closed' as const };
    return closed.no === 'TRADE_NOT_EXIST' ? { kind: 'absent' as const } : { kind: 'not_closable' as const };
  }

  private refund(invocation: Invocation, request: RefundRequest, timeout: number) {
    const number = request.requestNo;
    const flight = {
      sent: () => this.flying.set(number, (this.flying.get(number) ?? 0) + 1),
      landed: () => this.flying.set(number, (this.flying.get(number) ?? 1) - 1),
    };
    const effect = () => {
      if (this.io.strikes('noCover')) return { kind: 'refused' as const, refusal: { reason: 'no_cover' as const } };
      if (this.io.strikes('refuseRefund'))
        return { kind: 'refused' as const, refusal: { reason: 'refund_not_possible' as const } };
      const trade = this.find(request.attemptNo);
      if (!trade) return { kind: 'refused' as const, refusal: { reason: 'refund_not_possible' as const } };
      const result = this.books.refund(trade, request.requestNo, request.amount.value, this.now);
      if ('no' in result)
        return { kind: 'refused' as const, refusal: { reason: 'refund_amount' as const, subCode: result.no } };
      if (!result.moved) return { kind: 'pending' as const };
      this.mail.notify(trade, request.requestNo);
      return {
        kind: 'succeeded' as const,
        at: result.refund.at,
        returned: { currency: 'CNY', value: refundedSum(trade) },
      };
    };
    return this.call(
      invocation,
      `refund ${request.requestNo} ${request.amount.value}`,
      timeout,
      effect,
      undefined,
      flight,
    );
  }

  /** One call over the network: the answer, or `unknown` when the caller's patience ends. */
  private call<T>(
    invocation: Invocation,
    label: string,
    timeout: number,
    effect: () => T,
    raced?: string,
    flight: { sent(): void; landed(): void } = { sent: () => {}, landed: () => {} },
  ): Promise<T | Unknown> {
    const { io } = this;
    const { world, faults } = io;
    if ([...this.poisoned].some((orderId) => label.includes(orderId))) throw new Error('a poisoned order');
    const slow = io.strikes('slow') ? world.chance.int(0, faults.slowMs) : world.chance.int(5, 150);
    const isStray = label.startsWith('pay ') && io.strikes('payStray');
    const latency = isStray ? world.chance.int(40_000, 58_000) : slow;
    const lost =
      io.strikes('requestLost') || this.isOut() || isForgotten(io, label, (attemptNo) => this.find(attemptNo));
    const patience = new Promise<Unknown>((resolve) =>
      world.in(timeout, () => (invocation.dead ? 'quiet' : resolve(unknown('time-out')))),
    );
    if (raced) race(io, latency, /^(close|cancel) /.test(label), () => this.pay(raced) || this.confirm(raced));
    const answered = io.send(
      invocation,
      (): T | Unknown | typeof NOTHING => {
        flight.landed();
        if (lost) return NOTHING;
        const answer = carryOut(io, effect);
        world.tell(`${invocation.what}: ${label} → ${JSON.stringify(answer)}`);
        return io.strikes('answerLost') ? NOTHING : answer;
      },
      latency,
      flight.sent,
    );
    return new Promise((resolve) => {
      answered.then((answer) => answer !== NOTHING && resolve(answer as T | Unknown));
      patience.then(resolve);
    });
  }

  private isOut(): boolean {
    if (this.now >= this.outUntil) return false;
    this.io.count('outageMs');
    return true;
  }
}

const NOTHING = Symbol('nothing');

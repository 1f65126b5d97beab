/**
 * The channel in virtual time: the simulator's own books behind a network that loses, slows, doubles and lies. The books
 * are the judge of everything.
 */
import { Books, type Trade } from '../../../bin/local/alipay-simulator/books.ts';
import { carryOut, isForgotten, race } from '../adversary/channel-faults.ts';
import { nobody, type Sent } from '../judges/sent.ts';
import type { Contract } from './contract.ts';
import { Deliveries, type Parcel } from './deliveries.ts';
import type { Invocation, Io } from './io.ts';
import type {
  Account,
  AttemptRef,
  CodeRequest,
  QueryAnswer,
  RefundRequest,
  TillCodeAnswer,
  TillCodeRequest,
  Unknown,
} from './port.ts';
import { isHidden, Papers } from './report.ts';
import { cancel, type Desk, payByCode, unknown } from './till-codes.ts';
import { closeOf, precreateOf, queryOf, refundOf, refundQueryOf, rejectionOf, TURNED_AWAY } from './trades.ts';

export const APP_ID = '2021000000000001';
export const SELLER_ID = '2088000000000001';
export const FIRST_TOKEN = 'token-1';

type RefundRef = AttemptRef & { readonly requestNo: string };

export class ChannelModel {
  readonly books: Books;
  /** Refund calls under way to the books, by number. */
  readonly flying = new Map<string, number>();
  readonly io: Io;
  /** By which the channel charges. */
  readonly contract: Contract;
  readonly mail: Deliveries;
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
  /** The merchant's authorisation that the channel takes today; undefined: the app is the merchant's own. */
  token: string | undefined = FIRST_TOKEN;
  /** Whether it has turned the merchant away, for an authorisation that is over. */
  turnedAway = false;
  /** The gateway turns the next call of this kind away, in the name of the merchant's app: signed, or not. */
  rejects: { readonly what: string; readonly isSigned: boolean } | undefined;
  /** Refunds of the console that no message tells of, by trade and number. */
  readonly silent = new Set<string>();
  /** What other systems sell by the same account, and what stands garbled on its bills. */
  readonly papers = new Papers();

  /** `deliver` brings a notification to the shop's side and says whether it answered success. */
  constructor(io: Io, contract: Contract, deliver: (parcel: Parcel) => Promise<boolean>) {
    this.io = io;
    this.contract = contract;
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

  get now(): number {
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

  /** The channel as one invocation sees it. */
  seenBy(invocation: Invocation) {
    return {
      createQrCode: (request: CodeRequest, timeout: number) => {
        this.judge.codeSent(request);
        return this.call(
          invocation,
          `precreate ${request.attemptNo}`,
          timeout,
          () => precreateOf(this.desk, request),
          request,
        );
      },
      payWithTillCode: (request: TillCodeRequest, timeout: number) => {
        this.judge.paySent(request);
        // The label is told in the story, and the code must stand nowhere.
        return this.heard(
          invocation,
          this.call(invocation, `pay ${request.attemptNo}`, timeout, () => payByCode(this.desk, request), request),
        );
      },
      cancel: (ref: AttemptRef, timeout: number) => {
        this.judge.cancelSent(invocation, ref.attemptNo);
        return this.call(
          invocation,
          `cancel ${ref.attemptNo}`,
          timeout,
          () => cancel(this.desk, ref),
          ref,
          ref.attemptNo,
        );
      },
      query: (ref: AttemptRef, timeout: number) => {
        this.judge.querySent(invocation, ref.attemptNo);
        return this.heard(
          invocation,
          this.call(
            invocation,
            `query ${ref.attemptNo}`,
            timeout,
            () => queryOf(this.find(ref.attemptNo)),
            ref,
            ref.attemptNo,
          ),
        );
      },
      findTrade: (account: Account, tradeNo: string, timeout: number) => {
        const find = () => {
          const trade = this.books.find(APP_ID, { tradeNo }, this.now);
          return trade ? { kind: 'found' as const, attemptNo: trade.outTradeNo } : { kind: 'absent' as const };
        };
        return this.call(invocation, `find trade ${tradeNo}`, timeout, find, { account });
      },
      close: (ref: AttemptRef, timeout: number) =>
        this.call(
          invocation,
          `close ${ref.attemptNo}`,
          timeout,
          () => closeOf(this.books, this.find(ref.attemptNo), this.now),
          ref,
          ref.attemptNo,
        ),
      refund: (request: RefundRequest, timeout: number) => this.refund(invocation, request, timeout),
      queryRefund: (ref: RefundRef, timeout: number) => {
        this.judge.refundQuerySent(invocation, ref);
        return this.call(
          invocation,
          `query refund ${ref.requestNo}`,
          timeout,
          () => refundQueryOf(this.desk, this.find(ref.attemptNo), ref.requestNo),
          ref,
        );
      },
      report: (account: Account, day: string, timeout: number) => {
        const read = () => this.papers.billOf(this.books, this.contract, day, this.now);
        return this.call(invocation, `bill ${day}`, timeout, read, { account });
      },
      readNotification: async ({ body }: { readonly body: Buffer }) => {
        const { forged, news } = JSON.parse(body.toString()) as Parcel;
        return forged ? { kind: 'forged' as const, why: 'the signature does not fit' } : news;
      },
    };
  }

  /** An answer that obliges whoever hears it. */
  private async heard<A extends TillCodeAnswer | QueryAnswer>(invocation: Invocation, answer: Promise<A>): Promise<A> {
    const told = await answer;
    this.judge.heard(invocation, told);
    return told;
  }

  private async refund(invocation: Invocation, request: RefundRequest, timeout: number) {
    const number = request.requestNo;
    this.judge.refundSent(invocation, request);
    const flight = {
      sent: () => this.flying.set(number, (this.flying.get(number) ?? 0) + 1),
      landed: () => this.flying.set(number, (this.flying.get(number) ?? 1) - 1),
    };
    const label = `refund ${number} ${request.amount.value}`;
    const judged = () => {
      const outcome = refundOf(this.desk, this.find(request.attemptNo), request);
      if (outcome.kind !== 'succeeded') this.judge.refundNotMoved(invocation, number, outcome.kind);
      return outcome;
    };
    const answer = await this.call(invocation, label, timeout, judged, request, undefined, flight);
    if (answer.kind === 'succeeded')
      invocation.told.push({ attemptNo: request.attemptNo, returned: answer.returned.value });
    return answer;
  }

  /** One call over the network: the answer, or `unknown` when the caller's patience ends. */
  private call<T>(
    invocation: Invocation,
    label: string,
    timeout: number,
    effect: () => T,
    { account, attemptNo }: { readonly account: Account; readonly attemptNo?: string },
    raced?: string,
    flight: { sent(): void; landed(): void } = { sent: () => {}, landed: () => {} },
  ): Promise<T | Unknown> {
    const { io } = this;
    const { world, faults } = io;
    this.judge.called(invocation, label, attemptNo);
    if ([...this.poisoned].some((orderId) => label.includes(orderId))) throw new Error('a poisoned order');
    const slow = io.strikes('slow') ? world.chance.int(0, faults.slowMs) : world.chance.int(5, 150);
    const isInDoubt = label.startsWith('pay ') && io.strikes('payStray');
    const latency = isInDoubt ? world.chance.int(40_000, 58_000) : slow;
    const lost =
      io.strikes('requestLost') || this.isOut() || isForgotten(io, label, (attemptNo) => this.find(attemptNo));
    const patience = new Promise<Unknown>((resolve) =>
      world.in(timeout, () => (invocation.ended ? 'quiet' : resolve(unknown('time-out')))),
    );
    if (raced) race(io, latency, /^(close|cancel) /.test(label), () => this.pay(raced) || this.confirm(raced));
    const answered = io.send(
      invocation,
      (): T | Unknown | typeof NOTHING => {
        flight.landed();
        if (lost) return NOTHING;
        const answer = carryOut(io, () => this.takesFrom(account, label, effect));
        world.tell(`${invocation.what}: ${label} → ${JSON.stringify(answer)}`);
        return io.strikes('answerLost') ? NOTHING : answer;
      },
      latency,
      flight.sent,
    );
    return new Promise((resolve) => {
      let isTold = false;
      const tell = (answer: T | Unknown) => {
        if (!isTold) this.judge.told(invocation, label, answer as Unknown);
        isTold = true;
        resolve(answer);
      };
      answered.then((answer) => answer !== NOTHING && tell(answer as T | Unknown));
      patience.then(tell);
    });
  }

  private takesFrom<T>(account: Account, label: string, effect: () => T): T | Unknown {
    if (this.rejects && this.rejects.what === /^(query refund|\w+) /.exec(label)?.[1]) return this.reject() as T;
    if (account.appAuthToken === this.token) return effect();
    this.turnedAway = true;
    return TURNED_AWAY;
  }

  private reject() {
    const { what = '', isSigned = false } = this.rejects ?? {};
    this.rejects = undefined;
    return rejectionOf(what, isSigned);
  }

  private isOut(): boolean {
    if (this.now >= this.outUntil) return false;
    this.io.count('outageMs');
    return true;
  }
}

const NOTHING = Symbol('nothing');

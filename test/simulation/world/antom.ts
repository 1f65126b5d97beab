/**
 * Antom in virtual time: the simulator's own books and answers, as JSON, behind a network that loses, slows and lies. Of the wire only
 * HTTP and the signatures of answers are left out; messages are signed.
 */
import { jsonOf, no, type Style } from '../../../bin/local/antom-simulator/answers.ts';
import { Books, type Manners } from '../../../bin/local/antom-simulator/books.ts';
import { METHODS } from '../../../bin/local/antom-simulator/methods.ts';
import type { Notifier } from '../../../bin/local/antom-simulator/notifier.ts';
import { isNo, type Payment } from '../../../bin/local/antom-simulator/payments.ts';
import { WALLETS } from '../../../bin/local/antom-simulator/wallets.ts';
import { garbled, twistOf } from '../adversary/antom-faults.ts';
import { AntomMail } from './antom-mail.ts';
import type { Invocation, Io } from './io.ts';

export const CLIENT_ID = 'TEST_5YEH2X00ABCD00001';
export const MERCHANT = 'M00001';
/** In what orders are settled, by their currency. */
export const SETTLED: Readonly<Record<string, string>> = { JPY: 'USD', HKD: 'USD', CNY: 'CNY' };

const CLIENT = {
  ...{ clientId: CLIENT_ID, clientPublicKeyPem: '', antomPrivateKeyPem: '' },
  settlements: Object.fromEntries(Object.entries(SETTLED).map(([currency, settled]) => [currency, [settled]])),
};

const MINUTE = 60_000;

export type Content = Readonly<Record<string, unknown>>;
/** What a call brought: the bytes of an answer, or nothing. */
export type Brought =
  | { readonly kind: 'answer'; readonly isSigned: boolean; readonly bytes: Buffer }
  | { readonly kind: 'silence'; readonly why: string };

/** Hears of a call before anything comes of it. `operation`: as the simulator calls it. */
export type OnAntomCall = (its: Invocation, operation: string, content: Content) => void;

export class AntomModel {
  readonly books: Books;
  readonly io: Io;
  readonly mail: AntomMail;
  /** Calls for refunds under way, by their number. */
  readonly flying = new Map<string, number>();
  /** Attempts that were paid although Antom had called them failed. */
  readonly lied = new Set<string>();
  /** How often the result of a pay, a refund or a cancel comes later than its answer. */
  pending = 0;
  /** An older Antom: of a refund that it has refused it says that it knows none. */
  forgetsRefused = false;
  readonly manners: { -readonly [name in keyof Manners]: Manners[name] };
  readonly style: { -readonly [name in keyof Style]: Style[name] };
  onCall: OnAntomCall = () => {};

  /** `deliver` brings a message to the shop's side and says whether it was thanked for. */
  constructor(io: Io, deliver: AntomMail['deliver']) {
    this.io = io;
    this.manners = { rateMissing: false, quoteInverted: false, codeLastsMs: 0, lateMoneyStays: false };
    this.style = { quoteNumeric: false, rateMissing: false };
    const { chance } = io.world;
    const hex = (bytes: number) =>
      Array.from({ length: bytes }, () => chance.int(0, 255).toString(16).padStart(2, '0')).join('');
    this.books = new Books({ hex, manners: this.manners });
    this.mail = new AntomMail(io, (attemptNo) => this.find(attemptNo), this.style, deliver);
  }

  get now(): number {
    return this.io.world.now;
  }

  find(attemptNo: string): Payment | undefined {
    return this.books.find(CLIENT_ID, { paymentRequestId: attemptNo }, this.now);
  }

  /** What has gone back of a payment for good, minor units. */
  returnedOf(payment: Payment): number {
    if (payment.reversal) return payment.amount.value;
    const refunds = this.books.refunds.of(payment, this.now).filter(({ status }) => status === 'SUCCESS');
    return refunds.reduce((sum, { amount }) => sum + amount.value, 0);
  }

  /** The customer opens the code in some wallet. */
  scan(attemptNo: string): void {
    const payment = this.find(attemptNo);
    if (!payment?.orderCode) return;
    const isNew = payment.wallet === null;
    const opened = this.books.scan(payment, this.io.world.chance.pick(WALLETS).name, this.now);
    if (isNew && !isNo(opened)) this.mail.waiting(payment);
  }

  /** The customer enters the password: for a code that was opened, or scanned. */
  pay(attemptNo: string, force = false): boolean {
    const payment = this.find(attemptNo);
    if (!payment || (force && payment.status === 'SUCCESS') || payment.outcome) return false;
    const wallet = payment.wallet ?? this.io.world.chance.pick(WALLETS).name;
    if (payment.orderCode === null && payment.paymentCode === null) return false;
    const isLate = payment.status !== 'PROCESSING';
    if (isNo(this.books.pay(payment, wallet, this.now, force))) return false;
    if (isLate) this.lied.add(attemptNo);
    this.io.world.tell(`the customer pays ${attemptNo} by ${wallet}${isLate ? ' although it is over' : ''}`);
    this.mail.paid(payment);
    return true;
  }

  /** The customer enters the password, and Antom works on it for some minutes, also beyond the end of the code. */
  paysSlowly(attemptNo: string): void {
    const { chance } = this.io.world;
    const payment = this.find(attemptNo);
    if (payment?.status !== 'PROCESSING' || payment.outcome || !(payment.orderCode ?? payment.paymentCode)) return;
    payment.wallet ??= chance.pick(WALLETS).name;
    const failCode = chance.hit(0.6) ? null : 'USER_PAYMENT_VERIFICATION_FAILED';
    payment.outcome = { at: this.now + chance.int(MINUTE, 10 * MINUTE), failCode };
    this.io.count('antom pays slowly');
    this.mail.waiting(payment);
  }

  /** One call of `its` over the network. */
  call(its: Invocation, method: string, body: string, timeoutMs: number): Promise<Brought> {
    const { io } = this;
    const { world, faults } = io;
    const content = JSON.parse(body) as Content;
    const operation = METHODS[method]?.operation(content) ?? method;
    const number = String(content.refundRequestId ?? content.paymentRequestId ?? content.paymentId);
    this.onCall(its, operation, content);
    const slow = io.strikes('slow') ? world.chance.int(0, faults.slowMs) : world.chance.int(5, 150);
    const isStray = operation === 'pay' && io.strikes('payStray');
    const latency = isStray ? world.chance.int(40_000, 58_000) : slow;
    const isLost = io.strikes('requestLost');
    if (operation === 'cancel' || operation === 'query') this.races(number, latency, operation === 'cancel');
    const flight = (by: number) =>
      operation === 'refund' && this.flying.set(number, (this.flying.get(number) ?? 0) + by);
    const arrived = io.send(
      its,
      (): Brought | undefined => {
        flight(-1);
        if (isLost) return undefined;
        const answer = this.carryOut(method, operation, content);
        const told = answer.kind === 'answer' ? answer.bytes.toString() : answer.why;
        world.tell(`${its.what}: antom ${operation} ${number} → ${told.slice(0, 400)}`);
        return io.strikes('answerLost') ? undefined : answer;
      },
      latency,
      () => flight(1),
    );
    return new Promise((resolve) => {
      world.in(timeoutMs, () => (its.ended ? 'quiet' : resolve({ kind: 'silence', why: 'time-out' })));
      arrived.then((answer) => answer && resolve(answer));
    });
  }

  /** The customer enters the password within 400 ms of our question or our cancel. */
  private races(attemptNo: string, latency: number, isLikely: boolean): void {
    const { io } = this;
    const again = isLikely && io.faults.race > 0 && io.world.chance.hit(0.8);
    if (!io.strikes('race') && !again) return;
    io.world.in(Math.max(0, latency + io.world.chance.int(-400, 400)), () => this.pay(attemptNo));
  }

  private carryOut(method: string, operation: string, content: Content): Brought {
    const { io, style } = this;
    const answered = (members: Content, isSigned = true): Brought => ({
      ...{ kind: 'answer', isSigned },
      bytes: Buffer.from(jsonOf(members)),
    });
    const run = () => {
      const notifier = {
        paid: (payment: Payment) => this.mail.paid(payment),
        waiting: (payment: Payment) => this.mail.waiting(payment),
      } as unknown as Notifier;
      const call = { books: this.books, notifier, client: CLIENT, now: this.now, content, style };
      const found = METHODS[method];
      if (!found) throw new Error(`Antom has no ${method}`);
      const payment = this.find(String(content.paymentRequestId));
      return found.run(call, twistOf(io, operation, { pending: this.pending, isPaid: payment?.status === 'SUCCESS' }));
    };
    if (operation === 'refundQuery' && io.strikes('refundQueryLost')) return { kind: 'silence', why: 'status 503' };
    if (io.strikes('serverError')) return { kind: 'silence', why: 'status 500' };
    if (io.strikes('systemErrorWithEffect')) {
      run();
      return answered(no('SYSTEM_ERROR'));
    }
    if (io.strikes('garbage')) return garbled(io, answered, run);
    const members = run();
    const isForgotten = this.forgetsRefused && members.refundStatus === 'FAIL';
    return answered(isForgotten ? no('ORDER_NOT_EXIST') : members);
  }
}

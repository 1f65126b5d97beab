/** What the merchant allows at most, of one order at once and of a day: refused is what would be more, and nothing else. */
import type { Asked } from '../actors/asked.ts';
import type { Contract } from '../world/contract.ts';
import type { Invocation, Io } from '../world/io.ts';
import { dayIn } from './calendar.ts';
import { SKEW } from './movements.ts';
import { must } from './violation.ts';
import { type KnownRefund, reservedOf, type Sale } from './witness.ts';

/** So many refunds of a sale may be slices: the next takes all the rest. */
export const SLICES_MAX = 49;

type RefundAsked = Extract<Asked, { op: 'createRefund' }>;

interface Request {
  readonly asked: RefundAsked;
  readonly sentAt: number;
  /** When it was answered; none: it may have done a part of its work, and nobody has heard of it. */
  endedAt: number;
}

interface Taken {
  readonly refund: KnownRefund;
  readonly asked: RefundAsked;
}

export class DayLimits {
  private readonly contract: Contract;
  private readonly io: Io;
  private readonly requests: Request[] = [];
  private readonly taken: Taken[] = [];

  constructor(contract: Contract, io: Io) {
    this.contract = contract;
    this.io = io;
  }

  sent(asked: RefundAsked): void {
    this.requests.push({ asked, sentAt: this.io.world.now, endedAt: Number.POSITIVE_INFINITY });
  }

  ended(asked: RefundAsked): void {
    const its = this.requests.find((it) => it.asked === asked);
    if (its) its.endedAt = this.io.world.now;
  }

  /** A refund that a till or the office asked for is stored: no limit may be broken by it. */
  took(sale: Sale, refund: KnownRefund, asked: RefundAsked): void {
    const { now } = this.io.world;
    const { largestTerminalRefund, refundsPerDay, refundedPerDay } = this.contract.limits;
    const { refundNo, value, orderId } = asked;
    const reserved = reservedOf(sale, refund.attempt, now);
    const slices = [...sale.refunds.values()].filter(({ source }) => source === 'till').length;
    const takesAll = reserved + value === sale.asked.amount.value || slices < sale.refunds.size;
    must(slices < SLICES_MAX || takesAll, 'I23', `refund ${refundNo} of ${orderId} is one slice too many`);
    const isTooMuch =
      largestTerminalRefund !== undefined && asked.by !== 'office' && reserved + value > largestTerminalRefund;
    must(!isTooMuch, 'I23', `refund ${refundNo} of ${orderId} is more than a terminal refunds by itself`);
    const { refundWindowDays } = this.contract;
    must(refundWindowDays > 0 || now <= refund.paidAt + SKEW, 'I23', `refund ${refundNo} of ${orderId} comes too late`);
    this.taken.push({ refund, asked });
    // One that was stored just after midnight may have been counted just before it.
    const isOfToday = (at: number) => this.isOfDay(at - 2 * SKEW);
    const its = this.taken.filter(({ refund }) => isOfToday(refund.askedAt) && refund.failedAt === undefined);
    // At midnight, one clock's day is another one's yesterday.
    if (!this.isCertain()) return;
    const count = its.length;
    const sum = its.reduce((all, it) => all + it.asked.value, 0);
    must(
      count <= (refundsPerDay ?? count),
      'I23',
      `refund ${refundNo} is the ${count}th of a day with ${refundsPerDay}`,
    );
    must(sum <= (refundedPerDay ?? sum), 'I23', `refund ${refundNo} makes ${sum} of a day with ${refundedPerDay}`);
  }

  /** Whether so much may have been counted that one more is too much. */
  mayRefuse({ beganAt }: Invocation, asked: RefundAsked, code: string | undefined): boolean {
    const { refundsPerDay, refundedPerDay } = this.contract.limits;
    if (code === undefined) return true;
    // Killed, or lost, between the refusal and what it gives back: that counts until the day is over.
    const { killAfter, pause, ambiguousWrite } = this.io.faults;
    const isLost = this.io.isKilled || killAfter + pause + ambiguousWrite > 0;
    const counted = [
      ...this.taken.filter(({ refund }) => isLost || (refund.failedAt ?? beganAt) >= beganAt).map((it) => it.asked),
      // Whatever is under way has counted itself in, or will; so may what nobody has heard of.
      ...this.requests.filter((it) => it.asked !== asked && it.endedAt >= beganAt).map((it) => it.asked),
      // Two calls that ask for one refund in the same millisecond take its write for their own, and both stay counted.
      ...this.requests.filter((it) => it.endedAt < beganAt && this.isTwin(it)).map((it) => it.asked),
    ];
    const sum = counted.reduce((all, it) => all + it.value, asked.value);
    if (code === 'refund_count_limit') return refundsPerDay !== undefined && counted.length + 1 > refundsPerDay;
    return code === 'refund_amount_limit' && refundedPerDay !== undefined && sum > refundedPerDay;
  }

  private isTwin({ asked, sentAt, endedAt }: Request): boolean {
    return this.taken.some(({ refund, asked: other }) => {
      const isSame = other.orderId === asked.orderId && other.refundNo === asked.refundNo;
      return isSame && other !== asked && sentAt <= refund.askedAt && refund.askedAt <= endedAt;
    });
  }

  private isOfDay(at: number): boolean {
    return dayIn(this.contract.zone, at) === dayIn(this.contract.zone, this.io.world.now);
  }

  private isCertain(): boolean {
    const { now } = this.io.world;
    return this.isOfDay(now - 2 * SKEW) && this.isOfDay(now + 2 * SKEW);
  }
}

/**
 * Refusals: each must be due to something that the judge knows itself, and what should have been refused must not have been
 * taken. What happened while a request was under way may be seen by it or not; only what was certain before binds it.
 */
import { type Asked, type Refused, refusedBy } from '../actors/asked.ts';
import { APP_ID, type ChannelModel } from '../world/channel.ts';
import type { Invocation } from '../world/io.ts';
import type { By } from '../world/tills.ts';
import type { OrderPage } from '../world/wire.ts';
import type { Calls } from './calls.ts';
import { type DayLimits, SLICES_MAX } from './limits.ts';
import type { RateLimiter } from './pace.ts';
import type { ShiftPage } from './pages.ts';
import { must } from './violation.ts';
import { reservedOf, type Sale, type Witness } from './witness.ts';

const SECOND = 1_000;
const DAY = 86_400_000;
const SKEW = 15 * SECOND;
/** A finished order's number is for one sale: so long after it a repeat is taken for another one. */
const REPLAYED = 15 * 60 * SECOND;
/** A request that is so old may have no time left for what it was asked for. */
const HURRIED = 3 * SECOND;

/** A poll of the same instance has asked the channel so shortly before, the time of the request included. */
const JUST_NOW = 3 * SECOND + HURRIED;

type SaleAsked = Extract<Asked, { op: 'createOrder' }>;
type RefundAsked = Extract<Asked, { op: 'createRefund' }>;

/** All that refusals are judged by. */
interface Knowledge {
  readonly channel: ChannelModel;
  readonly witness: Witness;
  readonly limits: DayLimits;
  readonly calls: Calls;
  readonly pace: RateLimiter;
}

export class Answers {
  private readonly channel: ChannelModel;
  private readonly witness: Witness;
  private readonly limits: DayLimits;
  private readonly calls: Calls;
  private readonly pace: RateLimiter;

  constructor({ channel, witness, limits, calls, pace }: Knowledge) {
    this.calls = calls;
    this.pace = pace;
    this.channel = channel;
    this.witness = witness;
    this.limits = limits;
  }

  judge(its: Invocation, answer: OrderPage | ShiftPage | Refused): void {
    const { asked } = its;
    const code = refusedBy(answer);
    const isDue = this.isDue(its, code);
    must(isDue, 'I23', `${its.what} is ${code === undefined ? 'taken' : `refused as ${code}`}, for no reason`);
    if (asked.op === 'createRefund' && code === undefined) this.shown(asked, answer as OrderPage);
  }

  /** A refund that was asked for stands on the order that is answered, as it was asked for. */
  private shown({ refundNo, value }: RefundAsked, { refunds }: OrderPage): void {
    const its = refunds.filter((it) => it.refundNo === refundNo);
    must(
      its.length === 1 && its[0]?.amount.value === value,
      'I23',
      `refund ${refundNo} of ${value} is not on its order`,
    );
  }

  private isDue(its: Invocation, code: string | undefined): boolean {
    const { asked } = its;
    switch (asked.op) {
      case 'createOrder':
        return this.isSaleDue(its, asked, code);
      case 'createQrCode':
      case 'payWithTillCode':
        return this.isAttemptDue(its, asked, code);
      case 'closeOrder': {
        const sale = this.sale(asked.orderId);
        const isPaid = sale.payments.size > 0;
        if (code === undefined) return !isPaid || first(sale) >= its.beganAt;
        return code === 'order_paid' && isPaid;
      }
      case 'createRefund':
        return this.isRefundDue(its, asked, code);
      case 'closeShift':
        return code === undefined || (code === 'too_much_to_add_up' && this.isHurried(its));
      default:
        return code === undefined;
    }
  }

  private sale(orderId: string): Sale {
    const sale = this.witness.sales.get(orderId);
    must(sale !== undefined, 'I6', `${orderId} was answered and is not stored`);
    return sale;
  }

  private isSaleDue(its: Invocation, asked: SaleAsked, code: string | undefined): boolean {
    const sales = [...this.witness.sales.values()];
    const sale = sales.find((it) => it.asked.merchantOrderNo === asked.sale.merchantOrderNo);
    const isKnown = sale !== undefined && sale.openedIn !== its;
    const isTooFast = this.pace.isTooFast(its);
    if (code === 'too_many_requests') return this.pace.isLimited && isTooFast !== false;
    if (isTooFast === true && !isKnown) return false;
    const { oneOpenOrderPerTerminal } = this.channel.contract.limits;
    if (code === 'terminal_busy') {
      const isBusy = sales.some(
        (it) => it !== sale && it.by === asked.by && (it.overSince ?? its.beganAt) >= its.beganAt,
      );
      return oneOpenOrderPerTerminal === true && (isBusy || this.witness.hasLost(asked.by));
    }
    const isBeside = sale?.openedIn === its && sale.openedBeside > 0 && oneOpenOrderPerTerminal === true;
    if (isBeside && code === undefined && this.isUndisturbed) return false;
    return code === this.refusalOfSale(asked) || this.isReused(asked, code) || this.isChannelClosed(code);
  }

  /** Exactly the limit is allowed. */
  private refusalOfSale({ sale }: SaleAsked): string | undefined {
    const { largestOrder, longestExpirySeconds } = this.channel.contract.limits;
    if (largestOrder !== undefined && sale.amount.value > largestOrder) return 'amount_over_limit';
    if (longestExpirySeconds !== undefined && sale.expiresInSeconds > longestExpirySeconds) return 'expiry_over_limit';
    return undefined;
  }

  private isReused({ sale }: SaleAsked, code: string | undefined): boolean {
    if (code !== 'order_number_already_used') return false;
    const known = [...this.witness.sales.values()].find((it) => it.asked.merchantOrderNo === sale.merchantOrderNo);
    const isOver = known !== undefined && (known.isClosed || known.payments.size > 0);
    return isOver && this.channel.now - known.openedAt >= REPLAYED - 2 * SKEW;
  }

  /** Nobody is sold to while the channel turns the merchant away. */
  private isChannelClosed(code: string | undefined): boolean {
    return code === 'channel_closed' && this.channel.turnedAway;
  }

  private isAttemptDue(
    its: Invocation,
    { orderId, attempt }: { orderId: string; attempt: number },
    code?: string,
  ): boolean {
    const sale = this.sale(orderId);
    if (code === undefined) return true;
    if (code === 'order_not_open') return sale.payments.size > 0 || sale.isClosed || sale.isClosing;
    if (code !== 'attempt_out_of_order') return false;
    const last = Math.max(0, ...sale.scannedBy.keys());
    const isOpen = [...sale.scannedBy.keys()].some((n) => (sale.ended.get(n) ?? this.channel.now) >= its.beganAt);
    // A customer who has a scanned code to confirm pays another way once that is closed.
    const isWaiting = its.asked.op === 'payWithTillCode' && sale.scannedBy.get(last) === undefined;
    if (isWaiting && attempt === last + 1 && this.calls.hasLeftWaiting(its)) return false;
    const isSeen = (sale.begun.get(last) ?? its.beganAt) < its.beganAt;
    if (attempt === last + 1 && isSeen && isOpen && !this.isHurried(its)) return this.hasTried(its, orderId);
    return attempt !== last + 1 || isOpen || this.isHurried(its);
  }

  /** Nobody is sent away for an attempt that is open before the channel was asked about it, but for what was asked just now. */
  private hasTried(its: Invocation, orderId: string): boolean {
    const last = this.calls.lastSynced(its, orderId) ?? 0;
    return this.calls.hasCalled(its) || this.channel.now + its.skew - last < JUST_NOW;
  }

  /** No clock is off, and nobody sleeps between what is read and what is written. */
  private get isUndisturbed(): boolean {
    const { skewMs, pause } = this.channel.io.faults;
    return skewMs + pause === 0;
  }

  private isHurried({ beganAt }: Invocation): boolean {
    return this.channel.now - beganAt > HURRIED;
  }

  private isRefundDue(its: Invocation, asked: RefundAsked, code: string | undefined): boolean {
    const { refundWindowDays, limits } = this.channel.contract;
    const sale = this.sale(asked.orderId);
    const [attempt] = sale.payments.keys();
    if (sale.refunds.has(asked.refundNo)) return code === undefined || !this.wasThere(sale, asked, its);
    if (attempt === undefined || code === 'order_not_paid')
      return code === 'order_not_paid' && (attempt === undefined || first(sale) >= its.beganAt);
    const trade = this.channel.books.trades.get(`${APP_ID}/${asked.orderId}_${attempt}`);
    const paidAt = trade?.paidAt ?? 0;
    if (code === 'refund_window_closed') return this.channel.now > paidAt + refundWindowDays * DAY - SKEW;
    // As much as can be gone or asked back by anybody's account.
    const isByOthers =
      trade?.refunds.some(({ outRequestNo }) => !outRequestNo.startsWith(`${asked.orderId}_r`)) === true;
    const reserved = reservedOf(sale, attempt, its.beganAt);
    if (code === 'refund_exceeds_refundable') return isByOthers || asked.value > sale.asked.amount.value - reserved;
    const slices = [...sale.refunds.values()].filter(({ source }) => source === 'till').length;
    if (code === 'too_many_refunds') return slices >= SLICES_MAX;
    const { largestTerminalRefund = Number.POSITIVE_INFINITY } = limits;
    if (code === 'refund_needs_approval')
      return isTill(asked.by) && (isByOthers || reserved + asked.value > largestTerminalRefund);
    return this.limits.mayRefuse(its, asked, code);
  }

  private wasThere(sale: Sale, { refundNo }: RefundAsked, { beganAt }: Invocation): boolean {
    return (sale.refunds.get(refundNo)?.askedAt ?? Number.POSITIVE_INFINITY) < beganAt;
  }
}

const isTill = (by: By) => by !== 'office';
const first = ({ payments }: Sale) => Math.min(...[...payments.values()].map(({ learnedAt }) => learnedAt));

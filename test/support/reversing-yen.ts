/**
 * Yen Pay as a channel whose close reverses: one call closes and cancels, and does not say what it did; a code that was not scanned
 * waits; a refund that it refused has ended under its number. Its books are its own.
 */
import type {
  AttemptRef,
  CancelAnswer,
  Channel,
  CodeAnswer,
  CodeRequest,
  PaidNews,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  RefundRequest,
  Refusal,
  SentMessage,
  Settlement,
  TillCodeAnswer,
} from '../../functions/channel/channel.ts';
import type { ChannelEntry } from '../../functions/channel/traits.ts';
import { SECOND } from '../../functions/time.ts';
import { YEN, yenAccount } from './second-channel.ts';

export const REVERSING_YEN = {
  ...YEN,
  traits: { ...YEN.traits, closeReverses: true, refusalEndsNumber: true },
} as const satisfies ChannelEntry;

export interface BookedRefund {
  readonly requestNo: string;
  readonly amount: number;
  readonly at: number;
  /** Absent: it moved the money. */
  readonly refusal?: Refusal;
}

export interface BookedTrade {
  readonly tradeNo: string;
  readonly request: CodeRequest;
  paidAt?: number;
  cancelledAt?: number;
  /** The payment had come when it was cancelled, and not under way after that. */
  isPaidFirst?: boolean;
  readonly refunds: BookedRefund[];
}

const yen = (value: number) => ({ currency: 'JPY', value });
const refused = (reason: Refusal['reason']) => ({ kind: 'refused', refusal: { reason } }) as const;
const total = (refunds: readonly BookedRefund[]) =>
  refunds.reduce((sum, { amount, refusal }) => sum + (refusal ? 0 : amount), 0);

/** What the merchant has of a trade, by the channel's books. */
export function keptOf({ request, paidAt, cancelledAt, refunds }: BookedTrade): number {
  return paidAt === undefined || cancelledAt !== undefined ? 0 : request.amount.value - total(refunds);
}

export class ReversingYen implements Channel {
  /** What it was asked, each with its answer: `cancel _1 ended`. */
  readonly calls: string[] = [];
  readonly trades = new Map<string, BookedTrade>();
  /** Whether a trade that was paid and cancelled is told as paid: without that, it is told as closed. */
  tellsCancelled = true;
  hasCover = true;
  /** Its refund query tells those that failed. */
  knowsFailures = true;
  /** It ends no code by itself. */
  isSlowToEnd = false;
  isTooLateToCancel = false;
  /** Customers have to confirm in the app what was scanned. */
  tillCodesWait = false;
  refundSettlement?: Settlement;
  /** Why it refuses every refund from now on. */
  refusal?: Refusal;
  /** What its refund query answers, and not what the books say. */
  refundState?: RefundQueryAnswer;
  /** The codes end by themselves so long before they were asked to. */
  codesEndSooner?: number;
  /** What every payment is told with. */
  more: Partial<PaidNews> = {};
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** The customer pays; undefined where the code cannot be paid. `isUnderWay`: it was begun before a cancel. */
  pay(attemptNo: string, isUnderWay = false): SentMessage | undefined {
    const trade = this.trades.get(attemptNo);
    if (!trade || trade.paidAt !== undefined || (trade.cancelledAt !== undefined && !isUnderWay)) return undefined;
    if (this.now() > trade.request.expiresAt) return undefined;
    trade.paidAt = this.now();
    trade.isPaidFirst = trade.cancelledAt === undefined;
    return this.messageOf(trade);
  }

  messageOf(trade: BookedTrade): SentMessage {
    const { attemptNo } = trade.request;
    const news = { attemptNo, account: yenAccount(), paid: this.newsOf(trade), seal: 'yen' };
    return { body: Buffer.from(JSON.stringify(news)), headers: {}, path: YEN.notification.path };
  }

  createQrCode = async (request: CodeRequest): Promise<CodeAnswer> => {
    if (this.open(request).cancelledAt !== undefined) return this.note('createQrCode', request, refused('expired'));
    const sooner = this.codesEndSooner;
    const shown = sooner === undefined ? {} : { shownUntil: request.expiresAt - sooner };
    return this.note('createQrCode', request, { kind: 'accepted', payload: request.attemptNo, ...shown });
  };
  payWithTillCode = async (request: CodeRequest): Promise<TillCodeAnswer> => {
    const trade = this.open(request);
    if (this.tillCodesWait) return this.note('payWithTillCode', request, { kind: 'waiting' });
    trade.paidAt = this.now();
    trade.isPaidFirst = true;
    return this.note('payWithTillCode', request, { kind: 'paid', ...this.newsOf(trade) });
  };
  query = async (ref: AttemptRef): Promise<QueryAnswer> => this.note('query', ref, this.stateOf(ref));
  close = async (): Promise<never> => {
    throw new Error('a channel whose close reverses is asked to cancel');
  };
  cancel = async (ref: AttemptRef): Promise<CancelAnswer> => {
    const trade = this.trades.get(ref.attemptNo);
    if (!trade) return this.note('cancel', ref, { kind: 'absent' });
    if (trade.cancelledAt === undefined && total(trade.refunds) > 0)
      return this.note('cancel', ref, refused('not_completed'));
    const windowEnd = REVERSING_YEN.traits.cancelUntil(trade.request.expiresAt - 180 * SECOND);
    if (trade.paidAt !== undefined && (this.isTooLateToCancel || this.now() > windowEnd))
      return this.note('cancel', ref, refused('too_late_to_reverse'));
    trade.cancelledAt ??= this.now();
    return this.note('cancel', ref, { kind: 'ended' });
  };
  refund = async (request: RefundRequest): Promise<RefundAnswer> => {
    const trade = [...this.trades.values()].find(({ tradeNo }) => tradeNo === request.tradeNo);
    if (!trade) return this.note('refund', request, refused('refund_not_possible'));
    const known = trade.refunds.find(({ requestNo }) => requestNo === request.requestNo);
    const booked = known ?? this.book(trade, request);
    if (!known) trade.refunds.push(booked);
    const { refusal, at } = booked;
    const told = this.refundSettlement && { settlement: this.refundSettlement };
    return this.note('refund', request, refusal ? { kind: 'refused', refusal } : { kind: 'succeeded', at, ...told });
  };
  queryRefund = async (ref: AttemptRef & { readonly requestNo: string }): Promise<RefundQueryAnswer> => {
    const booked = this.trades.get(ref.attemptNo)?.refunds.find(({ requestNo }) => requestNo === ref.requestNo);
    if (this.refundState) return this.note('queryRefund', ref, this.refundState);
    if (!booked || (booked.refusal && !this.knowsFailures)) return this.note('queryRefund', ref, { kind: 'none' });
    const { refusal, at, amount } = booked;
    if (refusal) return this.note('queryRefund', ref, { kind: 'failed', refusal });
    return this.note('queryRefund', ref, { kind: 'succeeded', at, amount: yen(amount) });
  };
  findTrade = async () => ({ kind: 'absent' }) as const;
  report = async () => ({ kind: 'not_ready' }) as const;
  readNotification = async ({ body }: SentMessage) => {
    const { seal, ...told } = JSON.parse(body.toString());
    return { kind: 'news', notificationId: `n-${told.attemptNo}`, closedUnpaid: false, ...told } as const;
  };

  private book({ request, cancelledAt, refunds }: BookedTrade, { requestNo, amount }: RefundRequest): BookedRefund {
    const booked = { requestNo, amount: amount.value, at: this.now() };
    if (this.refusal) return { ...booked, refusal: this.refusal };
    if (cancelledAt !== undefined) return { ...booked, refusal: { reason: 'refund_not_possible' } };
    if (!this.hasCover) return { ...booked, refusal: { reason: 'no_cover' } };
    if (total(refunds) + amount.value > request.amount.value)
      return { ...booked, refusal: { reason: 'refund_amount' } };
    return booked;
  }

  private stateOf({ attemptNo }: AttemptRef): QueryAnswer {
    const trade = this.trades.get(attemptNo);
    if (!trade) return { kind: 'absent' };
    const { paidAt, cancelledAt, refunds, request } = trade;
    const isCancelled = cancelledAt !== undefined;
    if (paidAt === undefined)
      return { kind: isCancelled || (!this.isSlowToEnd && this.now() > request.expiresAt) ? 'closed' : 'waiting' };
    if (isCancelled && !this.tellsCancelled) return { kind: 'closed' };
    const refundedInFull = isCancelled || total(refunds) === request.amount.value;
    return { kind: 'paid', refundedInFull, ...this.newsOf(trade) };
  }

  private open(request: CodeRequest): BookedTrade {
    const known = this.trades.get(request.attemptNo);
    const trade = known ?? { tradeNo: `Y${this.trades.size + 1}`, request, refunds: [] };
    this.trades.set(request.attemptNo, trade);
    return trade;
  }

  private newsOf({ tradeNo, paidAt = 0, request }: BookedTrade): PaidNews {
    return { tradeNo, paidAt, amount: request.amount, ...this.more };
  }

  private note<const A extends { readonly kind: string }>(
    op: string,
    ref: AttemptRef & { requestNo?: string },
    answer: A,
  ): A {
    this.calls.push(`${op} ${(ref.requestNo ?? ref.attemptNo).replace(/^ord_[a-z2-7]{26}/, '')} ${answer.kind}`);
    return answer;
  }
}

/**
 * Channels that nobody has, with entries for the registry and books of their own. Yen Pay of Tokyo differs from Alipay in
 * everything that a channel's data can say. Harbour Pay takes yuan and yen, too, so that there is a choice.
 */
import type {
  AttemptRef,
  Channel,
  CodeRequest,
  PaidNews,
  RefundRequest,
  RefusalReason,
  SentMessage,
} from '../../functions/channel/channel.ts';
import type { Account } from '../../functions/channel/registry.ts';
import type { ChannelEntry } from '../../functions/channel/traits.ts';
import { HOUR, MINUTE, SECOND } from '../../functions/time.ts';

export const YEN = {
  name: { 'zh-CN': '日元付', en: 'Yen Pay' },
  traits: {
    currencies: { JPY: { largest: 100_000 } },
    shortestCode: 30 * SECOND,
    longestCode: HOUR,
    refundSpacing: 20 * SECOND,
    refundQueryAfter: 5 * SECOND,
    cancelUntil: (sentAt) => sentAt + 30 * MINUTE,
    unpaidCodeCanBeCancelled: true,
    closeReverses: false,
    refusalEndsNumber: false,
    dayZone: '+09:00',
    report: { askedAfter: 3 * HOUR },
    tillCode: { pattern: '^99[0-9]{16}$', hint: 'its digits begin with 99' },
    account: { identity: { shopNo: 'different_seller' }, payee: 'shopNo' },
  },
  gatewayEnv: 'YEN_GATEWAY_URL',
  secret: { env: 'YEN_SECRET_ARN', holds: '{"key"}' },
  notification: { path: '/v1/notifications/yen', contentType: 'text/plain', thanks: 'OK', again: 'NG' },
} as const satisfies ChannelEntry;

export const HARBOUR = {
  ...YEN,
  name: { 'zh-CN': '海港付', en: 'Harbour Pay' },
  traits: { ...YEN.traits, currencies: { CNY: { largest: 100_000 }, JPY: { largest: 100_000 } } },
  notification: { ...YEN.notification, path: '/v1/notifications/harbour' },
} as const satisfies ChannelEntry;

interface YenTrade {
  readonly tradeNo: string;
  readonly request: CodeRequest;
  paidAt?: number;
  closed?: boolean;
  readonly refunds: { requestNo: string; amount: number; at: number }[];
}

/** What the registry's type does not know: the compiler sees one channel, and the test runs with two. */
export const yenAccount = (more: object = {}) => ({ channel: 'yen', shopNo: 'tokyo-1', ...more }) as unknown as Account;

/** Yen Pay's own books. `calls` are all that it was asked, by operation. */
export class YenChannel implements Channel {
  readonly calls: string[] = [];
  readonly trades = new Map<string, YenTrade>();
  /** It answers nothing. */
  isSilent = false;
  private readonly now: () => number;
  private readonly currencies: readonly string[];

  constructor(now: () => number, currencies: readonly string[] = ['JPY']) {
    this.now = now;
    this.currencies = currencies;
  }

  /** The customer pays the code of the attempt; answers the message that Yen Pay sends. */
  pay(attemptNo: string, account = yenAccount()): SentMessage {
    const trade = this.trade(attemptNo);
    trade.paidAt ??= this.now();
    const news = { attemptNo, account, paid: this.newsOf(trade), seal: 'yen' };
    return { body: Buffer.from(JSON.stringify(news)), headers: {}, path: YEN.notification.path };
  }

  async createQrCode(request: CodeRequest) {
    this.calls.push('createQrCode');
    if (!this.currencies.includes(request.amount.currency)) return refused('currency_not_offered');
    if (this.isSilent) return SILENCE;
    this.open(request);
    return { kind: 'accepted', payload: `yen:${request.attemptNo}` } as const;
  }
  async payWithTillCode(request: CodeRequest) {
    this.calls.push('payWithTillCode');
    const trade = this.open(request);
    trade.paidAt = this.now();
    return { kind: 'paid', ...this.newsOf(trade) } as const;
  }
  async query({ attemptNo }: AttemptRef) {
    this.calls.push('query');
    if (this.isSilent) return SILENCE;
    const trade = this.trades.get(attemptNo);
    if (trade?.closed) return { kind: 'closed' } as const;
    // As Alipay, it knows a trade from the scan on.
    if (trade?.paidAt === undefined) return { kind: 'absent' } as const;
    const back = trade.refunds.reduce((sum, { amount }) => sum + amount, 0);
    const refundedInFull = back === trade.request.amount.value;
    return { kind: 'paid', refundedInFull, ...this.newsOf(trade) } as const;
  }
  async close({ attemptNo }: AttemptRef) {
    this.calls.push('close');
    const trade = this.trades.get(attemptNo);
    if (!trade) return { kind: 'absent' } as const;
    if (trade.paidAt !== undefined) return { kind: 'not_closable' } as const;
    trade.closed = true;
    return { kind: 'closed' } as const;
  }
  async refund({ attemptNo, requestNo, amount }: RefundRequest) {
    this.calls.push('refund');
    const at = this.now();
    const { refunds, request } = this.trade(attemptNo);
    const known = refunds.find((it) => it.requestNo === requestNo);
    if (known) return { kind: 'pending' } as const;
    const back = refunds.reduce((sum, it) => sum + it.amount, amount.value);
    if (back > request.amount.value) return refused('refund_amount');
    refunds.push({ requestNo, amount: amount.value, at });
    return { kind: 'succeeded', at } as const;
  }
  async report(_: Account, day: string) {
    this.calls.push(`report ${day}`);
    const trades = [...this.trades.values()].filter(({ paidAt }) => paidAt !== undefined);
    const lines = trades.flatMap(({ tradeNo, request, paidAt = 0, refunds }) => {
      const of = { tradeNo, attemptNo: request.attemptNo, currency: request.amount.currency };
      const payment = { ...of, type: 'payment' as const, requestNo: null, at: paidAt, gross: request.amount.value };
      const back = refunds.map(({ requestNo, amount, at }) => ({
        ...{ ...of, type: 'refund' as const, requestNo, at, gross: 0 - amount },
      }));
      return [payment, ...back].map((row) => ({ ...row, fee: feeOf(row.gross), received: row.gross }));
    });
    const ofDay = lines.filter(({ at }) => new Date(at + 9 * HOUR).toISOString().startsWith(day));
    return { kind: 'lines', lines: ofDay, foreign: 0, unread: [], hash: '0'.repeat(64) } as const;
  }
  async readNotification({ body }: SentMessage) {
    const { seal, ...told } = JSON.parse(body.toString());
    if (seal !== 'yen') return { kind: 'forged', why: 'the seal is not ours' } as const;
    return { kind: 'news', notificationId: `n-${told.attemptNo}`, closedUnpaid: false, ...told };
  }
  findTrade = async () => ({ kind: 'absent' }) as const;
  cancel = async () => ({ kind: 'absent' }) as const;
  async queryRefund({ attemptNo, requestNo }: AttemptRef & { requestNo: string }) {
    const trade = this.trades.get(attemptNo);
    const refund = trade?.refunds.find((it) => it.requestNo === requestNo);
    if (!trade || !refund) return { kind: 'none' } as const;
    return { kind: 'succeeded', at: refund.at, amount: { ...trade.request.amount, value: refund.amount } } as const;
  }

  private open(request: CodeRequest): YenTrade {
    const trade: YenTrade = { tradeNo: `Y${this.trades.size + 1}`.padEnd(8, '0'), request, refunds: [] };
    this.trades.set(request.attemptNo, trade);
    return trade;
  }
  private trade(attemptNo: string): YenTrade {
    const trade = this.trades.get(attemptNo);
    if (!trade) throw new Error(`Yen Pay knows no trade ${attemptNo}`);
    return trade;
  }
  private newsOf({ tradeNo, paidAt = 0, request }: YenTrade): PaidNews {
    return { tradeNo, paidAt, amount: request.amount };
  }
}

const SILENCE = { kind: 'unknown', why: 'no answer' } as const;
const refused = (reason: RefusalReason) => ({ kind: 'refused', refusal: { reason } }) as const;

/** 1 %, of yen, rounded half away from zero. */
const feeOf = (gross: number) => Math.sign(gross) * Math.round(Math.abs(gross) / 100) + 0;

/**
 * Alipay's books, as far as a till can see them: trades, refunds and payment codes, with the state machine of the public
 * documentation. No HTTP, no signatures, no clock of its own: every method is given `now` (epoch ms). Amounts are fen.
 */
import { randomBytes } from 'node:crypto';

export type TradeStatus = 'NONE' | 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED';

export interface TradeRefund {
  outRequestNo: string;
  amount: number;
  at: number;
  /** As the shop wrote it. */
  reason?: string;
}

export interface Trade {
  appId: string;
  sellerId: string;
  outTradeNo: string;
  /** Alipay's number: there is none before the customer scans. */
  tradeNo: string | null;
  /** `NONE`: a code was given out, but no customer has scanned it, so that there is no trade yet. */
  status: TradeStatus;
  amount: number;
  /** What the merchant receives of it before the fee: less where the shop itself gives a discount. Absent: all of it. */
  received?: number;
  subject: string;
  /** What a repeat must agree in. */
  content: string;
  qrCode: string | null;
  notifyUrl: string | null;
  /** Where it was sold, as the shop told; only bills show it. */
  storeId?: string;
  operatorId?: string;
  terminalId?: string;
  /** No payment is taken from then on. */
  endsAt: number;
  createdAt: number | null;
  paidAt: number | null;
  closedAt: number | null;
  refunds: TradeRefund[];
}

export interface TillCode {
  code: string;
  endsAt: number;
  used: boolean;
  /** The wallet has no cover for any payment. */
  noMoney?: boolean;
  /** Fen: the customer's coupon of this shop, which pays first. Absent: none. */
  shopDiscount?: number;
}

/** A business refusal: `sub_code` without prefix. */
export interface No {
  no: string;
}

/** Above this amount (fen) the customer confirms a scanned payment code with the password: 1,000.00 yuan. */
const PASSWORD_ABOVE = 100_000;
const TILL_CODE_LASTS = 60_000;

export interface Order {
  appId: string;
  sellerId: string;
  outTradeNo: string;
  amount: number;
  subject: string;
  content: string;
  notifyUrl: string | null;
  storeId?: string;
  operatorId?: string;
  terminalId?: string;
  endsAt: number;
}

export class Books {
  readonly trades = new Map<string, Trade>();
  readonly tillCodes = new Map<string, TillCode>();
  private readonly byCode = new Map<string, Trade>();
  /** Called with every trade or code that changed, before anybody hears of it. */
  private readonly changed: (kind: 'trade' | 'tillCode', value: Trade | TillCode) => void;

  /** Hex digits by chance; a simulation has its own. */
  private readonly hex: (bytes: number) => string;

  constructor(changed: Books['changed'], hex = (bytes: number) => randomBytes(bytes).toString('hex')) {
    this.changed = changed;
    this.hex = hex;
  }

  find(appId: string, key: { outTradeNo?: string; tradeNo?: string }, now: number): Trade | undefined {
    const trade = key.tradeNo
      ? [...this.trades.values()].find((it) => it.appId === appId && it.tradeNo === key.tradeNo)
      : this.trades.get(`${appId}/${key.outTradeNo}`);
    return trade && this.current(trade, now);
  }

  byQrCode(qrCode: string, now: number): Trade | undefined {
    const trade = this.byCode.get(qrCode);
    return trade && this.current(trade, now);
  }

  /** A waiting trade closes when its time is over. */
  private current(trade: Trade, now: number): Trade {
    if (trade.status === 'WAIT_BUYER_PAY' && now >= trade.endsAt) {
      trade.status = 'TRADE_CLOSED';
      trade.closedAt = trade.endsAt;
      this.changed('trade', trade);
    }
    return trade;
  }

  precreate(order: Order, now: number): Trade | No {
    const known = this.find(order.appId, order, now);
    if (known) return repeated(known, order);
    if (order.endsAt <= now) return { no: 'NOW_TIME_AFTER_EXPIRE_TIME_ERROR' };
    const trade = newTrade(order, `https://qr.alipay.com/bax${this.hex(9)}`);
    return this.store(trade);
  }

  /** The customer opens the cashier: now there is a trade. */
  scan(trade: Trade, now: number): Trade | No {
    if (trade.status === 'NONE' && now >= trade.endsAt) return { no: 'expired' };
    if (trade.status !== 'NONE') return trade;
    trade.status = 'WAIT_BUYER_PAY';
    trade.tradeNo = this.nextTradeNo(now);
    trade.createdAt = now;
    return this.store(trade);
  }

  /**
   * The customer enters the right password. `force`: money that was under way arrives although the trade is closed.
   * `shopDiscount`: what a coupon of the shop's own pays of it, at most all of it.
   */
  pay(trade: Trade, now: number, force = false, shopDiscount = 0): Trade | No {
    if (trade.status === 'NONE') return { no: 'not scanned' };
    if (trade.paidAt !== null || (trade.status !== 'WAIT_BUYER_PAY' && !force)) return { no: 'closed' };
    discount(trade, shopDiscount);
    trade.status = 'TRADE_SUCCESS';
    trade.paidAt = now;
    trade.closedAt = null;
    return this.store(trade);
  }

  newTillCode(now: number, noMoney = false, shopDiscount = 0): TillCode {
    const digits = BigInt(`0x${this.hex(8)}`)
      .toString()
      .padStart(20, '0')
      .slice(-16);
    const code = { code: `28${digits}`, endsAt: now + TILL_CODE_LASTS, used: false, noMoney, shopDiscount };
    this.tillCodes.set(code.code, code);
    this.changed('tillCode', code);
    return code;
  }

  /**
   * The terminal scanned the customer's code: paid at once, or waiting for the password above a limit. Without money it is
   * refused, and yet the number belongs to a trade that waits: the customer may choose another card in the app.
   */
  payByCode(scanned: Order, code: string, now: number): Trade | No {
    const order = { ...scanned, content: `${scanned.content}\n${code}` };
    const known = this.find(order.appId, order, now);
    if (known) return repeated(known, order);
    if (order.endsAt <= now) return { no: 'NOW_TIME_AFTER_EXPIRE_TIME_ERROR' };
    const tillCode = this.tillCodes.get(code);
    if (!tillCode || tillCode.used || now >= tillCode.endsAt) return { no: 'PAYMENT_AUTH_CODE_INVALID' };
    tillCode.used = true;
    this.changed('tillCode', tillCode);
    const trade = newTrade(order, null);
    discount(trade, tillCode.shopDiscount ?? 0);
    const waits = tillCode.noMoney === true || order.amount > PASSWORD_ABOVE;
    trade.status = waits ? 'WAIT_BUYER_PAY' : 'TRADE_SUCCESS';
    trade.tradeNo = this.nextTradeNo(now);
    trade.createdAt = now;
    trade.paidAt = waits ? null : now;
    this.store(trade);
    return tillCode.noMoney ? { no: 'BUYER_BALANCE_NOT_ENOUGH' } : trade;
  }

  /** The trade that waits for the password after its till code was scanned. */
  waitingForCode(code: string, now: number): Trade | undefined {
    const trade = [...this.trades.values()].find((it) => it.content.endsWith(`\n${code}`));
    return trade && this.current(trade, now);
  }

  close(trade: Trade, now: number): Trade | No {
    if (trade.status === 'NONE') return { no: 'TRADE_NOT_EXIST' };
    if (trade.status !== 'WAIT_BUYER_PAY') return { no: 'TRADE_STATUS_ERROR' };
    trade.status = 'TRADE_CLOSED';
    trade.closedAt = now;
    return this.store(trade);
  }

  /** Cancels: closes a waiting trade, refunds a paid one in full. `action` is absent if there was nothing to do. */
  cancel(trade: Trade, now: number): { action?: 'close' | 'refund' } | No {
    if (trade.status === 'NONE') return { no: 'TRADE_NOT_EXIST' };
    if (now - (trade.createdAt ?? now) > 24 * 3_600_000) return { no: 'TRADE_CANCEL_TIME_OUT' };
    if (trade.status === 'WAIT_BUYER_PAY') {
      this.close(trade, now);
      return { action: 'close' };
    }
    if (trade.status === 'TRADE_CLOSED')
      return trade.refunds.some((it) => it.outRequestNo === trade.outTradeNo)
        ? { action: 'refund' }
        : { action: 'close' };
    if (trade.refunds.length > 0) return { no: 'REASON_TRADE_REFUND_FEE_ERR' };
    this.giveBack(trade, { outRequestNo: trade.outTradeNo, amount: trade.amount, at: now });
    return { action: 'refund' };
  }

  /** Refunds once per number. `moved`: whether this very call moved money. */
  refund(
    trade: Trade,
    outRequestNo: string,
    amount: number,
    now: number,
    reason?: string,
  ): { moved: boolean; refund: TradeRefund } | No {
    const known = trade.refunds.find((it) => it.outRequestNo === outRequestNo);
    if (known) return known.amount === amount ? { moved: false, refund: known } : { no: 'DISCORDANT_REPEAT_REQUEST' };
    if (trade.status === 'NONE') return { no: 'TRADE_NOT_EXIST' };
    if (trade.paidAt === null) return { no: 'TRADE_STATUS_ERROR' };
    if (trade.status === 'TRADE_CLOSED') return { no: 'TRADE_HAS_CLOSE' };
    const rest = trade.amount - refundedSum(trade);
    if (amount > rest)
      return { no: rest === trade.amount ? 'REFUND_AMT_NOT_EQUAL_TOTAL' : 'REASON_TRADE_REFUND_FEE_ERR' };
    const refund = { outRequestNo, amount, at: now, ...(reason !== undefined && { reason }) };
    this.giveBack(trade, refund);
    return { moved: true, refund };
  }

  private giveBack(trade: Trade, refund: TradeRefund): void {
    trade.refunds.push(refund);
    if (refundedSum(trade) === trade.amount) {
      trade.status = 'TRADE_CLOSED';
      trade.closedAt = refund.at;
    }
    this.store(trade);
  }

  /** A trade that was kept by the journal. */
  restore(trade: Trade): void {
    this.trades.set(`${trade.appId}/${trade.outTradeNo}`, trade);
    if (trade.qrCode !== null) this.byCode.set(trade.qrCode, trade);
  }

  private store(trade: Trade): Trade {
    this.restore(trade);
    this.changed('trade', trade);
    return trade;
  }

  /** 28 digits: the day in China, and a number that no restart repeats. */
  private nextTradeNo(now: number): string {
    const day = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
    const rest = BigInt(`0x${this.hex(8)}`)
      .toString()
      .padStart(20, '0')
      .slice(-14);
    return `${day}220014${rest}`;
  }
}

export function refundedSum(trade: Trade): number {
  return trade.refunds.reduce((sum, refund) => sum + refund.amount, 0);
}

/** The shop's coupon pays first, and never more than there is to pay. */
function discount(trade: Trade, fen: number): void {
  if (fen > 0) trade.received = Math.max(0, trade.amount - fen);
}

function newTrade(order: Order, qrCode: string | null): Trade {
  return {
    ...order,
    tradeNo: null,
    status: 'NONE',
    qrCode,
    createdAt: null,
    paidAt: null,
    closedAt: null,
    refunds: [],
  };
}

function repeated(known: Trade, order: Order): Trade | No {
  if (known.paidAt !== null) return { no: 'TRADE_HAS_SUCCESS' };
  if (known.status === 'TRADE_CLOSED') return { no: 'TRADE_HAS_CLOSE' };
  return known.content === order.content ? known : { no: 'CONTEXT_INCONSISTENT' };
}

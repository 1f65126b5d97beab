/** What Alipay's own books say of a day: what was paid and what was refunded in the 24 hours of China, with the fee of each. */
import type { Books, Trade } from './books.ts';
import { receivedOf } from './discount.ts';
import { type App, chinaTime } from './wire.ts';

export interface BillRow {
  type: '交易' | '退款';
  tradeNo: string;
  outTradeNo: string;
  /** Empty on a payment. */
  outRequestNo: string;
  subject: string;
  storeId: string;
  operatorId: string;
  terminalId: string;
  createdAt: number;
  finishedAt: number;
  /** Fen, negative on a refund. */
  amount: number;
  /** Fen, negative on a refund: what the merchant receives of it before the fee. */
  received: number;
  /** Fen as printed: negative is taken, positive is given back. */
  fee: number;
}

export const DAY = 86_400_000;
/** Taken of every payment, in parts per million, unless the app has terms of its own. */
const FEE_PPM = 6_000;

/** Midnight in China at which `day` begins; undefined for what is no day. */
export function beginOf(day: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00+08:00`) : Number.NaN;
  return Number.isNaN(at) || chinaTime(at).slice(0, 10) !== day ? undefined : at;
}

/** The rows of one account and day, in order of time. */
export function rowsOf(books: Books, app: Pick<App, 'appId' | 'feePpm'>, sellerId: string, day: string): BillRow[] {
  const begin = beginOf(day) ?? 0;
  const isThen = (at: number | null): at is number => at !== null && at >= begin && at < begin + DAY;
  return [...books.trades.values()]
    .filter((trade) => trade.appId === app.appId && trade.sellerId === sellerId && trade.paidAt !== null)
    .flatMap((trade) => movementsOf(trade, app.feePpm ?? FEE_PPM))
    .filter(({ finishedAt }) => isThen(finishedAt))
    .sort((a, b) => a.finishedAt - b.finishedAt);
}

function movementsOf(trade: Trade, ppm: number): BillRow[] {
  const received = receivedOf(trade);
  const fee = halfUp(BigInt(received) * BigInt(ppm), 1_000_000n);
  const common = {
    tradeNo: trade.tradeNo ?? '',
    outTradeNo: trade.outTradeNo,
    subject: trade.subject,
    storeId: trade.storeId ?? '',
    operatorId: trade.operatorId ?? '',
    terminalId: trade.terminalId ?? '',
    createdAt: trade.createdAt ?? 0,
  };
  let gone = 0;
  /** What of a sum has gone back, by how much of the trade has. */
  const backOf = (sum: number) => halfUp(BigInt(sum) * BigInt(gone), BigInt(trade.amount));
  const refunds = trade.refunds.map(({ outRequestNo, amount, at }): BillRow => {
    const before = { fee: backOf(fee), received: backOf(received) };
    gone += amount;
    const back = { amount: -amount, received: before.received - backOf(received), fee: backOf(fee) - before.fee };
    return { ...common, type: '退款', outRequestNo, finishedAt: at, ...back };
  });
  const finishedAt = trade.paidAt ?? 0;
  // Of nothing nothing is taken, and not -0.
  const paid = { amount: trade.amount, received, fee: 0 - fee };
  return [{ ...common, type: '交易', outRequestNo: '', finishedAt, ...paid }, ...refunds];
}

function halfUp(value: bigint, by: bigint): number {
  return Number((2n * value + by) / (2n * by));
}

/** The bill of a day in virtual time: the rows of the simulator's own bill, without the file around them. */
import { readyAt } from '../../bin/local/alipay-simulator/bill.ts';
import { rowsOf } from '../../bin/local/alipay-simulator/bill-rows.ts';
import type { Books, Trade } from '../../bin/local/alipay-simulator/books.ts';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import type { BillAnswer } from '../../functions/channel/channel.ts';

export function billOf(books: Books, appId: string, sellerId: string, day: string, now: number): BillAnswer {
  if (now < readyAt(day, null)) return { kind: 'not_ready' };
  const lines = rowsOf(books, { appId }, sellerId, day).map((row) => ({
    type: row.type === '交易' ? ('payment' as const) : ('refund' as const),
    tradeNo: row.tradeNo,
    attemptNo: row.outTradeNo,
    requestNo: row.outRequestNo || null,
    at: row.finishedAt,
    currency: 'CNY',
    gross: row.amount,
    fee: charged(row),
    received: row.received,
  }));
  return { kind: 'lines', lines, foreign: 0, unread: [], hash: `bill of ${day}` };
}

/** One order in five is charged for by a fen more than was agreed. */
function charged({ outTradeNo, fee }: { outTradeNo: string; fee: number }): number {
  return 0 - fee + (outTradeNo.charCodeAt(4) % 5 === 0 ? 1 : 0);
}

/** One QR code in 32 is paid without a word: no notification and no query tells of it before the bill can be had. */
export function isHidden({ outTradeNo, qrCode, paidAt }: Trade, now: number): boolean {
  // Read from the number, so that no draw of a history depends on it.
  if (!qrCode || paidAt === null || outTradeNo[4] !== 'b') return false;
  return now < readyAt(chinaTime(paidAt).slice(0, 10), null);
}

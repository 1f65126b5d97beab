/** The bill of a day in virtual time: the rows of the simulator's own bill, without the file around them. */
import { readyAt, rowsOf } from '../../bin/local/alipay-simulator/bill.ts';
import type { Books } from '../../bin/local/alipay-simulator/books.ts';
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
    fee: 0 - row.fee,
  }));
  return { kind: 'lines', lines, hash: `bill of ${day}` };
}

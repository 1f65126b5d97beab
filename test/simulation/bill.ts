/** The bill of a day in virtual time: the rows of the simulator's own bill, without the file around them. */
import { readyAt } from '../../bin/local/alipay-simulator/bill.ts';
import { rowsOf } from '../../bin/local/alipay-simulator/bill-rows.ts';
import type { Books, Trade } from '../../bin/local/alipay-simulator/books.ts';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import type { Account, BillAnswer, BillLine, UnreadRow } from '../../functions/channel/channel.ts';

/** Rows of other systems whose numbers are not of our form: the reader only counts them. */
const COUNTED = 3;

/** The bills of an account: who else sells by it, and which rows come out garbled. */
export class Papers {
  /** Whether other systems sell by the account. */
  isShared = false;
  /** Whether rows come out garbled. */
  isGarbled = false;
  /** Whether our side has the fact of a row. What nobody has is never garbled: there would be no way to hear of it. */
  isKnown: (row: BillLine) => boolean = () => false;
  /** By key: decided when the row is first written, and never again. */
  private readonly garbled = new Map<string, boolean>();

  billOf(books: Books, { appId, sellerId }: Account, day: string, now: number): BillAnswer {
    if (now < readyAt(day, null)) return { kind: 'not_ready' };
    const rows = chargedRows(books, appId, sellerId, day);
    const garbled = rows.filter((row) => this.garbles(row));
    const strangers = this.isShared ? strangersOf(rows) : { lines: [], unread: [], foreign: 0 };
    return {
      kind: 'lines',
      lines: [...strangers.lines, ...rows.filter((row) => !garbled.includes(row))],
      foreign: strangers.foreign,
      unread: [...strangers.unread, ...garbled.map(unreadOf)],
      hash: `bill of ${day}`,
    };
  }

  /** How many rows of that bill are none of ours. */
  foreignOn(books: Books, { appId, sellerId }: Account, day: string): number {
    if (!this.isShared) return 0;
    const { lines, unread, foreign } = strangersOf(chargedRows(books, appId, sellerId, day));
    return foreign + lines.length + unread.length;
  }

  /** Whether the row of this payment, or of the refund of that number, came out garbled. */
  wasGarbled(attemptNo: string, requestNo: string | null): boolean {
    return this.garbled.get(`${attemptNo} ${requestNo}`) ?? false;
  }

  private garbles(row: BillLine): boolean {
    const key = `${row.attemptNo} ${row.requestNo}`;
    const decided = this.garbled.get(key);
    if (decided !== undefined) return decided;
    const is = this.isGarbled && row.attemptNo.charCodeAt(7) % 4 === 0 && this.isKnown(row);
    this.garbled.set(key, is);
    return is;
  }
}

/** All rows of a day of our own account, each with what the channel really charged for it. */
export function chargedRows(books: Books, appId: string, sellerId: string, day: string): BillLine[] {
  return rowsOf(books, { appId }, sellerId, day).map((row) => ({
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
}

/** One order in five is charged for by a fen more than was agreed; of one in seven, refunds bring no fee back. */
function charged({ outTradeNo, outRequestNo, fee }: { outTradeNo: string; outRequestNo: string; fee: number }): number {
  if (outRequestNo && outTradeNo.charCodeAt(6) % 7 === 0) return 0;
  return 0 - fee + (outTradeNo.charCodeAt(4) % 5 === 0 ? 1 : 0);
}

/** Rows whose numbers are of our form, and of no order of this merchant's; and one that cannot be read. */
function strangersOf(rows: readonly BillLine[]): { lines: BillLine[]; unread: UnreadRow[]; foreign: number } {
  const numbers = [
    `ord_${'z'.repeat(26)}_1`,
    ...rows.slice(0, 1).map(({ attemptNo }) => `${attemptNo.slice(0, 30)}_77`),
  ];
  const sold = { currency: 'CNY', gross: 500, fee: 3, received: 500 };
  const back = { ...sold, gross: -500, fee: -3, received: -500 };
  const lines = numbers.flatMap((attemptNo): BillLine[] => {
    const trade = { tradeNo: '2026030722001400000000000000', attemptNo, at: rows[0]?.at ?? 0 };
    return [
      { type: 'payment', ...trade, requestNo: null, ...sold },
      { type: 'refund', ...trade, requestNo: 'theirs', ...back },
    ];
  });
  const garbled = { line: 9, attemptNo: `ord_${'y'.repeat(26)}_1`, type: null, requestNo: null, worth: null };
  return { lines, unread: [{ ...garbled, why: 'an amount is none' }], foreign: COUNTED };
}

/** Of half of them, not even the kind can be read. */
function unreadOf(row: BillLine): UnreadRow {
  const { attemptNo, type, requestNo, received } = row;
  const isLegible = attemptNo.charCodeAt(8) % 2 === 0;
  const told = isLegible ? { type, requestNo, worth: received } : { type: null, requestNo: null, worth: null };
  return { line: 6, attemptNo, ...told, why: 'an amount is none' };
}

/** What the merchant receives before the fee: the shop itself pays a discount on one order in five, and some are paid by vouchers alone. */
export function receivedOf(attemptNo: string, amount: number): number {
  const mark = attemptNo.charCodeAt(5);
  if (mark % 5 !== 0) return amount;
  return mark % 10 === 5 ? 0 : Math.floor((amount * 7) / 10);
}

/** One QR code in 32 is paid without a word: no notification and no query tells of it before the bill can be had. */
export function isHidden({ outTradeNo, qrCode, paidAt }: Trade, now: number): boolean {
  // Read from the number, so that no draw of a history depends on it.
  if (!qrCode || paidAt === null || outTradeNo[4] !== 'b') return false;
  return now < readyAt(chinaTime(paidAt).slice(0, 10), null);
}

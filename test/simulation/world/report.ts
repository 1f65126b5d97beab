/** The bill of a day in virtual time: what the simulator's books have of it, charged by the merchant's own terms, without the file around them. */
import { readyAt } from '../../../bin/local/alipay-simulator/bill.ts';
import type { Books, Trade } from '../../../bin/local/alipay-simulator/books.ts';
import { dayIn } from '../judges/calendar.ts';
import { feeOn, partsOf, termsOn } from '../judges/fees.ts';
import type { Contract } from './contract.ts';
import type { ReportAnswer, ReportRow, UnreadRow } from './port.ts';

/** Rows of other systems whose numbers are not of our form: the reader only counts them. */
const COUNTED = 3;

/** What may be wrong with a row, by the reason that its difference must have. */
export type Oddity = 'amount' | 'received' | 'duplicate';
const ODDITIES: readonly (Oddity | undefined)[] = ['amount', 'received', 'duplicate'];

/** The bills of an account: who else sells by it, and which rows come out garbled. */
export class Papers {
  /** Whether other systems sell by the account. */
  isShared = false;
  /** Whether rows come out garbled. */
  isGarbled = false;
  /** Whether rows of payments come out otherwise than they were. */
  isOdd = false;
  /** Whether our side has the fact of a row. What nobody has is never garbled: there would be no way to hear of it. */
  isKnown: (row: ReportRow) => boolean = () => false;
  /** By key: decided when the row is first written, and never again. */
  private readonly garbled = new Map<string, boolean>();
  private readonly oddities = new Map<string, Oddity | undefined>();

  billOf(books: Books, contract: Contract, day: string, now: number): ReportAnswer {
    if (now < readyAt(day, null)) return { kind: 'not_ready' };
    const rows = chargedRows(books, contract, day);
    const garbled = rows.filter((row) => this.garbles(row));
    const strangers = this.isShared ? strangersOf(rows) : { lines: [], unread: [], foreign: 0 };
    return {
      kind: 'lines',
      lines: [...strangers.lines, ...rows.filter((row) => !garbled.includes(row)).flatMap((row) => this.asPosted(row))],
      foreign: strangers.foreign,
      unread: [...strangers.unread, ...garbled.map(unreadOf)],
      hash: `bill of ${day}`,
    };
  }

  /** How many rows of that bill are none of ours. */
  foreignOn(books: Books, contract: Contract, day: string): number {
    if (!this.isShared) return 0;
    const { lines, unread, foreign } = strangersOf(chargedRows(books, contract, day));
    return foreign + lines.length + unread.length;
  }

  /** Whether the row of this payment, or of the refund of that number, came out garbled. */
  wasGarbled(attemptNo: string, requestNo: string | null): boolean {
    return this.garbled.get(`${attemptNo} ${requestNo}`) ?? false;
  }

  /** What is wrong with the row, if the bill was written. */
  oddityOf(row: ReportRow): Oddity | undefined {
    return row.type === 'payment' ? this.oddities.get(row.attemptNo) : undefined;
  }

  /** The row as it comes out. What we do not have is never odd: there would be no way to hear of what is right. */
  asPosted(row: ReportRow): ReportRow[] {
    if (row.type !== 'payment') return [row];
    const { attemptNo } = row;
    if (!this.oddities.has(attemptNo)) {
      const kind = ODDITIES[attemptNo.charCodeAt(9) % 8];
      this.oddities.set(attemptNo, this.isOdd && this.isKnown(row) ? kind : undefined);
    }
    switch (this.oddities.get(attemptNo)) {
      case 'amount':
        return [{ ...row, gross: row.gross + 1 }];
      case 'received':
        return [{ ...row, received: row.received + 1 }];
      case 'duplicate':
        return [row, row];
      default:
        return [row];
    }
  }

  private garbles(row: ReportRow): boolean {
    const key = `${row.attemptNo} ${row.requestNo}`;
    const decided = this.garbled.get(key);
    if (decided !== undefined) return decided;
    const is = this.isGarbled && row.attemptNo.charCodeAt(7) % 4 === 0 && this.isKnown(row);
    this.garbled.set(key, is);
    return is;
  }
}

/** All movements of a trade that was paid, as the channel has them, each with what it really charged for it. */
export function movementsOf(trade: Trade, { terms, zone }: Contract): ReportRow[] {
  const { tradeNo, outTradeNo: attemptNo, amount, received = amount, paidAt, refunds } = trade;
  if (paidAt === null) return [];
  const known = remembered.get(trade);
  if (known?.length === refunds.length + 1) return known;
  const day = dayIn(zone, paidAt);
  const its = termsOn(terms, day);
  const paid = { amount, received, fee: feeOn(its, received) };
  const backs = refunds.map((back) => ({ amount: back.amount, isSameDay: dayIn(zone, back.at) === day }));
  const parts = partsOf(its, paid, backs);
  const odd = attemptNo.charCodeAt(4) % 5 === 0 ? 1 : 0;
  const common = { tradeNo: tradeNo ?? '', attemptNo, currency: 'CNY' };
  const rows = [
    { type: 'payment' as const, ...common, requestNo: null, at: paidAt, gross: amount, fee: paid.fee + odd, received },
    ...refunds.map(({ outRequestNo, amount: back, at }, i) => {
      const part = parts[i] ?? { fee: 0, received: 0 };
      const fee = keepsFees(attemptNo) ? 0 : odd - part.fee;
      const moved = { gross: 0 - back, fee, received: 0 - part.received };
      return { type: 'refund' as const, ...common, requestNo: outRequestNo, at, ...moved };
    }),
  ];
  remembered.set(trade, rows);
  return rows;
}

const remembered = new WeakMap<Trade, ReportRow[]>();

/** One order in five is charged for by a fen more than was agreed; of one in seven, refunds bring no fee back. */
const keepsFees = (attemptNo: string) => attemptNo.charCodeAt(6) % 7 === 0;

/** The channel's day of an instant, which is one of China. */
export function reportDayOf(at: number): string {
  return dayIn('Asia/Shanghai', at);
}

/** All movements of one of the channel's days. */
export function chargedRows(books: Books, contract: Contract, day: string): ReportRow[] {
  return [...books.trades.values()]
    .flatMap((trade) => movementsOf(trade, contract))
    .filter(({ at }) => reportDayOf(at) === day)
    .sort((a, b) => a.at - b.at);
}

/** Rows whose numbers are of our form, and of no order of this merchant's; and one that cannot be read. */
function strangersOf(rows: readonly ReportRow[]): { lines: ReportRow[]; unread: UnreadRow[]; foreign: number } {
  const numbers = [
    `ord_${'z'.repeat(26)}_1`,
    ...rows.slice(0, 1).map(({ attemptNo }) => `${attemptNo.slice(0, 30)}_77`),
  ];
  const sold = { currency: 'CNY', gross: 500, fee: 3, received: 500 };
  const back = { ...sold, gross: -500, fee: -3, received: -500 };
  const lines = numbers.flatMap((attemptNo): ReportRow[] => {
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
export function unreadOf(row: ReportRow): UnreadRow {
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
  return now < readyAt(reportDayOf(paidAt), null);
}

/**
 * What the statements must say of one trade: every movement that the channel's books have, with the fee that was agreed, each
 * on the line that tells it. A statement may choose the day of a line within bounds, and nothing else.
 */
import type { Trade } from '../../../bin/local/alipay-simulator/books.ts';
import type { ChannelModel } from '../world/channel.ts';
import type { ReportRow } from '../world/port.ts';
import { movementsOf as posted } from '../world/report.ts';
import type { Place } from '../world/tills.ts';
import { dayIn } from './calendar.ts';
import { feeOn, partsOf, type Terms, termsOn } from './fees.ts';
import type { LinePage } from './pages.ts';
import { must } from './violation.ts';
import type { Sale, Witness } from './witness.ts';

export type Told = LinePage & { readonly statementDay: string };

export interface Movement {
  readonly sale: Sale;
  readonly attempt: number;
  readonly trade: Trade;
  readonly refundNo: string | null;
  /** The channel's movements that it consists of: one, but where the channel told first that all was back. */
  readonly rows: readonly ReportRow[];
  readonly at: number;
  /** Fen, negative on a refund; so are `received` and `fee`. */
  readonly gross: number;
  readonly received: number;
  readonly fee: number;
  readonly terms: Terms;
  readonly place: Place;
  readonly learnedAt: number;
  readonly line: Told;
}

/** A clock of ours may be off by so much. */
export const SKEW = 15_000;

export interface Books {
  readonly channel: ChannelModel;
  readonly witness: Witness;
  /** Lines by the channel's number of their trade. */
  readonly lines: ReadonlyMap<string, readonly Told[]>;
}

/** The movements of one attempt of a sale. Of a broken order: those that the product has heard of. */
export function movementsOf(books: Books, sale: Sale, attempt: number, trade: Trade, isBroken: boolean): Movement[] {
  const { channel, witness } = books;
  const { contract } = channel;
  const { amount, received = amount, paidAt, tradeNo, outTradeNo } = trade;
  const known = sale.payments.get(attempt);
  if (paidAt === null || (isBroken && !known)) return [];
  const [paidRow, ...backRows] = posted(trade, contract) as [ReportRow, ...ReportRow[]];
  const lines = (books.lines.get(tradeNo ?? '') ?? []).filter(({ type }) => type !== 'fee_adjustment');
  const told = lines.filter(({ type }) => type === 'payment');
  must(known !== undefined, 'I6', `${outTradeNo} is paid, and the order does not know`);
  must(told.length === 1, 'I4', `the payment of ${outTradeNo} stands on ${told.length} lines`);
  const day = dayIn(contract.zone, paidAt);
  const terms = termsOn(contract.terms, day);
  const fee = feeOn(terms, received);
  const common = { sale, attempt, trade, terms };
  const place = witness.paidAt(sale, attempt);
  const { learnedAt } = known;
  const payment = { ...common, refundNo: null, rows: [paidRow], at: paidAt, gross: amount, received, fee, place };
  const refundLines = lines.filter(({ type }) => type === 'refund');
  const backs = backsOf(sale, attempt, trade, backRows, refundLines, isBroken).sort(inTurn);
  const parts = partsOf(
    terms,
    { amount, received, fee },
    backs.map(({ line, at }) => ({ amount: 0 - line.gross, isSameDay: dayIn(contract.zone, at) === day })),
  );
  const refunds = backs.map(({ refundNo, rows, at, line, learned }, i) => {
    const refund = sale.refunds.get(refundNo);
    must(refund !== undefined, 'I4', `refund ${refundNo} of ${outTradeNo} has a line and was never taken down`);
    const part = parts[i] ?? { fee: 0, received: 0 };
    const moved = { at, gross: sumOf(rows), received: 0 - part.received, fee: 0 - part.fee };
    const where = witness.refundedAt(sale, refund);
    return { ...common, refundNo, rows, ...moved, place: where, learnedAt: learned, line };
  });
  return [{ ...payment, learnedAt, line: told[0] as Told }, ...refunds];
}

interface BackLine {
  readonly refundNo: string;
  readonly rows: readonly ReportRow[];
  readonly at: number;
  readonly line: Told;
  readonly learned: number;
}

const sumOf = (rows: readonly ReportRow[]) => rows.reduce((sum, { gross }) => sum + gross, 0);

/** Refunds return their parts of the fee in the order of statements, and on one statement by time and number. */
function inTurn(a: BackLine, b: BackLine): number {
  if (a.line.statementDay !== b.line.statementDay) return a.line.statementDay < b.line.statementDay ? -1 : 1;
  return a.at - b.at || (a.refundNo < b.refundNo ? -1 : 1);
}

/** Each refund in the books on the line that tells it: ours by their numbers, the channel's own by amount and time. */
function backsOf(
  sale: Sale,
  attempt: number,
  trade: Trade,
  rows: readonly ReportRow[],
  lines: readonly Told[],
  isBroken: boolean,
): BackLine[] {
  const backs: BackLine[] = [];
  const open = new Set(rows);
  const left = new Set(lines);
  const pair = (line: Told, its: readonly ReportRow[], at: number) => {
    const refundNo = String(line.refundNo);
    const { learnedAt, namedAt = 0 } = sale.refunds.get(refundNo) ?? {};
    const learned = learnedAt === undefined ? undefined : Math.max(learnedAt, namedAt);
    must(learned !== undefined, 'I4', `refund ${refundNo} of ${trade.outTradeNo} has a line and did not succeed`);
    backs.push({ refundNo, rows: its, at, line, learned });
    left.delete(line);
    for (const row of its) open.delete(row);
  };
  for (const [refundNo, { number, learnedAt, attempt: n }] of sale.refunds) {
    const row = rows.find(({ requestNo }) => requestNo === number);
    if (!row || n !== attempt || (isBroken && learnedAt === undefined)) continue;
    const its = lines.filter((line) => line.refundNo === refundNo);
    must(its.length === 1, 'I4', `refund ${refundNo} of ${trade.outTradeNo} stands on ${its.length} lines`);
    pair(its[0] as Told, [row], row.at);
  }
  for (const line of [...left]) {
    const row = [...open].find((it) => it.gross === line.gross && it.at === Date.parse(line.occurredAt));
    if (row) pair(line, [row], row.at);
  }
  const [rest, ...more] = [...left];
  must(more.length === 0, 'I4', `line ${more[0]?.lineNo} tells a refund of ${trade.outTradeNo} that was never made`);
  if (rest) pair(rest, [...open], toldAtOnce(sale, trade, rest, [...open]));
  must(open.size === 0 || isBroken, 'I4', `refund ${[...open][0]?.requestNo} of ${trade.outTradeNo} has no line`);
  return backs;
}

/** The channel told first that all was back: such a line has the time of the last of its refunds, or when that was heard. */
function toldAtOnce(sale: Sale, trade: Trade, line: Told, rows: readonly ReportRow[]): number {
  const back = trade.refunds.reduce((sum, { amount }) => sum + amount, 0);
  const isAll = rows.length > 0 && sumOf(rows) === line.gross && back === trade.amount;
  must(isAll, 'I4', `refund ${line.refundNo} of ${trade.outTradeNo} has a line of ${line.gross}, and was never made`);
  const at = Date.parse(line.occurredAt);
  const heard = sale.refunds.get(String(line.refundNo))?.learnedAt ?? 0;
  const last = Math.max(...rows.map((row) => row.at));
  const isThen = at === last || (at >= last - SKEW && at <= heard + SKEW);
  must(isThen, 'I12', `refund ${line.refundNo} of ${trade.outTradeNo} is told of ${line.occurredAt}`);
  return at;
}

/** All statements of a history, held as whole values against what the judge would have written itself. */
import { ATTEMPT, isBroken } from '../adversary/broken.ts';
import type { ChannelModel } from '../world/channel.ts';
import type { Stores } from '../world/shop.ts';
import { MERCHANT_ID, PLACES } from '../world/tills.ts';
import { dayIn, endOf, instant } from './calendar.ts';
import { linesFile, terminalsFile } from './csv.ts';
import { checkDocument } from './document.ts';
import { type Movement, movementsOf, SKEW, type Told } from './movements.ts';
import type { LinePage, WholeStatement } from './pages.ts';
import { checksOf, storesOf, terminalsOf } from './sums.ts';
import { must, mustBe } from './violation.ts';
import type { Witness } from './witness.ts';

/** When each business day was decided, by the first write of its item. */
export type Decided = ReadonlyMap<string, number>;

/** A sweep that decides a day began so long before it wrote: what was stored by then it has seen, its index's lag included. */
const GATHERED = 90_000;
const STATEMENT_DELAY = 30 * 60_000;

/** A line as it must be, but for its number, which its day gives it. */
export interface Line {
  readonly day: string;
  readonly attempt: number;
  readonly line: Omit<LinePage, 'lineNo'>;
}

export interface Judged {
  readonly channel: ChannelModel;
  readonly witness: Witness;
  readonly stores: Stores;
  readonly decided: Decided;
}

/** Answers the movements, and how their fees were adjusted. */
export function checkStatements(it: Judged, statements: readonly WholeStatement[]) {
  const told = statements.flatMap(({ statement, lines }) =>
    lines.map((line): Told => ({ ...line, statementDay: statement.day })),
  );
  const lines = Map.groupBy(told, ({ channelTradeNo }) => channelTradeNo);
  const movements: Movement[] = [];
  const adjusted: Line[] = [];
  const expected: Line[] = [];
  for (const trade of it.channel.books.trades.values()) {
    const [, orderId = '', n = ''] = ATTEMPT.exec(trade.outTradeNo) ?? [];
    const sale = it.witness.sales.get(orderId);
    const broken = isBroken(it.channel, orderId);
    must(
      sale !== undefined || trade.paidAt === null || broken,
      'I6',
      `${trade.outTradeNo} is paid, and nobody knows it`,
    );
    if (!sale) continue;
    const its = movementsOf({ ...it, lines }, sale, Number(n), trade, broken);
    const adjustments = its.flatMap((movement) =>
      adjustmentOf(it, movement, lines.get(trade.tradeNo ?? '') ?? [], broken),
    );
    movements.push(...its);
    adjusted.push(...adjustments);
    expected.push(...its.map((movement) => lineOf(it, movement)), ...adjustments);
  }
  const days = Map.groupBy(expected, ({ day }) => day);
  checkEachTold(told, expected);
  let previousHash: string | null = null;
  for (const whole of statements) {
    checkStatement(it, whole, (days.get(whole.statement.day) ?? []).sort(inOrder), previousHash);
    previousHash = whole.statement.hash;
  }
  return { movements, adjustments: adjusted.map(({ line }) => line) };
}

function checkEachTold(told: readonly Told[], expected: readonly Line[]): void {
  const key = ({ type, channelTradeNo, refundNo, occurredAt }: Omit<LinePage, 'lineNo'>) =>
    `${type} ${refundNo} of trade ${channelTradeNo} at ${occurredAt}`;
  const keys = new Set(expected.map(({ line }) => key(line)));
  for (const line of told) must(keys.has(key(line)), 'I4', `a line tells the ${key(line)}, of which nobody knows`);
  must(told.length === expected.length, 'I4', `${expected.length} movements stand on ${told.length} lines`);
}

function lineOf(it: Judged, movement: Movement): Line {
  const { line, at, learnedAt, gross, received, fee } = movement;
  return dated(it, movement, line, { at, learnedAt }, { type: gross > 0 ? 'payment' : 'refund', gross, received, fee });
}

/** What the channel charged otherwise than was agreed, once, where its bill could be read and says it of this movement alone. */
function adjustmentOf(it: Judged, movement: Movement, lines: readonly Told[], isOptional: boolean): Line[] {
  const { rows, gross, fee, refundNo, trade } = movement;
  const [row, ...more] = rows;
  const its = lines.filter((line) => line.type === 'fee_adjustment' && line.refundNo === refundNo);
  const { outTradeNo } = trade;
  const isRead = row && more.length === 0 && !it.channel.papers.wasGarbled(outTradeNo, row.requestNo);
  const isOdd = row !== undefined && it.channel.papers.oddityOf(row) === 'amount';
  const rest = isRead && !isOdd && Math.abs(row.fee) <= Math.abs(gross) ? row.fee - fee : 0;
  if (its.length === 0 && isOptional) return [];
  must(its.length === (rest === 0 ? 0 : 1), 'I3', `fees of ${refundNo ?? outTradeNo} are adjusted ${its.length} times`);
  return its.map((line) => {
    const at = Date.parse(line.occurredAt);
    must(at > movement.at - SKEW, 'I12', `the fee of ${refundNo ?? outTradeNo} is adjusted before it was taken`);
    const moved = { type: 'fee_adjustment', gross: 0, received: 0, fee: rest } as const;
    return dated(it, movement, line, { at, learnedAt: at + SKEW }, moved);
  });
}

/** The line, on the day on which the product put it, if that is a day on which it may stand. */
function dated(
  { channel, decided }: Judged,
  { sale, attempt, trade, refundNo, terms, place }: Movement,
  { statementDay }: Told,
  { at, learnedAt }: { at: number; learnedAt: number },
  moved: Pick<LinePage, 'type' | 'gross' | 'received' | 'fee'>,
): Line {
  const { zone } = channel.contract;
  const businessDay = dayIn(zone, at);
  const what = `the ${moved.type} ${refundNo ?? ''} of ${trade.outTradeNo}`;
  must(businessDay <= statementDay, 'I12', `${what} is of ${businessDay}, and stands on ${statementDay}`);
  for (const [day, decidedAt] of decided)
    if (day >= businessDay && day < statementDay && decidedAt > learnedAt + GATHERED)
      must(false, 'I12', `${what} was known for ${day}, and stands on ${statementDay}`);
  const line = {
    ...{ type: moved.type, late: businessDay < statementDay, businessDay, occurredAt: instant(at), ...place },
    ...{ orderId: sale.orderId, merchantOrderNo: sale.asked.merchantOrderNo, refundNo },
    ...{ channel: 'alipay', channelTradeNo: trade.tradeNo ?? '', currency: 'CNY' },
    ...{ gross: moved.gross, fee: moved.fee, net: moved.received - moved.fee },
    ...{ ratePpm: terms.ratePpm, feeMinimum: terms.feeMinimum ?? null, feeCap: terms.feeCap ?? null },
    ...{ feeOnRefund: terms.feeOnRefund, agreementId: terms.agreementId, received: moved.received },
    saleStoreId: sale.by === 'office' ? 'main' : PLACES[sale.by].storeId,
    saleTerminalId: sale.by === 'office' ? null : PLACES[sale.by].terminalId,
    settlement: null,
  };
  return { day: statementDay, attempt, line };
}

/** In order of time; at one instant by order, attempt, payment before refund, refund number and kind. */
function inOrder(a: Line, b: Line): number {
  const keys = [a, b].map(({ line, attempt }) => [
    line.occurredAt,
    line.orderId,
    attempt,
    line.refundNo ?? '',
    line.type,
  ]) as [(string | number)[], (string | number)[]];
  for (const [i, key] of keys[0].entries()) {
    const other = keys[1][i] ?? '';
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}

function checkStatement(it: Judged, whole: WholeStatement, own: readonly Line[], previousHash: string | null): void {
  const { statement, lines, terminals, linesCsv, linesExcel, terminalsCsv } = whole;
  const { zone } = it.channel.contract;
  const { day, sealedAt } = statement;
  const expected = own.map(({ line }, i): LinePage => ({ lineNo: i + 1, ...line }));
  const what = `the statement of ${day}:`;
  mustBe(lines, expected, 'I12', `${what} lines`);
  const tills = terminalsOf(expected);
  mustBe(terminals, tills, 'I12', `${what} totals of terminals`);
  const decidedAt = it.decided.get(day) ?? 0;
  const sealed = Date.parse(sealedAt);
  const isThen = sealed >= endOf(zone, day) + STATEMENT_DELAY && Math.abs(sealed - decidedAt) <= GATHERED;
  must(isThen, 'I12', `${what} it was sealed at ${sealedAt}`);
  const hash = checkDocument(it.stores, {
    day,
    zone,
    previousHash,
    lines: expected,
    attempts: own.map((line) => line.attempt),
  });
  const totals = storesOf(expected);
  const page = { day, zone, sealedAt, previousHash, hash, lineCount: expected.length, totals };
  const expectedPage = { statementId: `${MERCHANT_ID}.${day}`, ...page, checks: checksOf(expected) };
  mustBe(statement, expectedPage, 'I12', what);
  mustBe(linesCsv, linesFile(expected, zone), 'I12', `${what} the file of lines`);
  if (linesExcel !== undefined)
    mustBe(linesExcel, linesFile(expected, zone, true), 'I12', `${what} the spreadsheet of lines`);
  mustBe(terminalsCsv, terminalsFile(tills, day, zone), 'I12', `${what} the file of totals`);
}

/**
 * I21: every fact of a terminal is in exactly one of its shifts. A shift between whose cuts and whose facts there is time enough
 * is known as a whole; of one with facts at its very cut, clocks and writes under way decide, so such facts count in sum.
 */

import { operatorOf, PLACES, TILLS } from '../world/tills.ts';
import { instant } from './calendar.ts';
import type { Movement } from './movements.ts';
import type { LinePage, ShiftPage, SumsPage, TerminalTotalsPage } from './pages.ts';
import { storesOf, terminalsOf } from './sums.ts';
import { must, mustBe } from './violation.ts';

type Adjustment = Omit<LinePage, 'lineNo'>;

/** One fact as shifts count it. */
interface Fact {
  readonly line: Omit<LinePage, 'lineNo' | 'late'>;
  readonly learnedAt: number;
  /** What it returns of a fee depends on what else was known by then. */
  readonly isVague: boolean;
}

/** Clocks are off by 15 s, an index lags, and an invocation may write what it learned a quarter of a minute before. */
const NEAR_THE_CUT = 120_000;

export function checkShifts(
  zone: string,
  movements: readonly Movement[],
  adjustments: readonly Adjustment[],
  pages: readonly ShiftPage[],
): void {
  const facts = [...movements.map(factOf), ...adjustments.map(adjustmentOf)];
  for (const till of TILLS) {
    const { terminalId, storeId } = PLACES[till];
    const own = facts.filter(({ line }) => line.terminalId === terminalId);
    const shifts = pages.filter((shift) => shift.terminalId === terminalId);
    checkChain(shifts, terminalId);
    for (const shift of shifts) {
      mustBe([shift.storeId, shift.zone, shift.withoutAgreement], [storeId, zone, []], 'I21', `shift ${shift.shiftNo}`);
      const by = operatorOf(till);
      must(shift.operatorId === by, 'I21', `shift ${shift.shiftNo} was closed by ${by}, it says ${shift.operatorId}`);
      checkShift(shift, own);
    }
    checkAll(shifts, own, terminalId);
  }
}

function factOf({ sale, trade, refundNo, at, gross, received, fee, place, learnedAt, rows, line }: Movement): Fact {
  const { orderId, asked } = sale;
  const wasNamed = (sale.refunds.get(refundNo ?? '')?.named ?? 0) > 0;
  return {
    line: {
      ...line,
      ...place,
      orderId,
      merchantOrderNo: asked.merchantOrderNo,
      occurredAt: instant(at),
      ...{ gross, received, fee },
    },
    // Not when it became known of what it consists.
    learnedAt: (refundNo !== null && sale.refunds.get(refundNo)?.learnedAt) || learnedAt,
    isVague: refundNo !== null && (trade.refunds.length > 1 || at !== rows[0]?.at || wasNamed),
  };
}

function adjustmentOf(line: Adjustment): Fact {
  return { line, learnedAt: Date.parse(line.occurredAt), isVague: false };
}

/** Each begins where the one before ended, and no number is given twice. */
function checkChain(shifts: readonly ShiftPage[], terminalId: string): void {
  const numbers = new Set(shifts.map(({ shiftNo }) => shiftNo));
  must(numbers.size === shifts.length, 'I21', `two shifts of ${terminalId} have one number`);
  shifts.forEach(({ sequence, openedAt, closedAt, previousShiftNo }, i) => {
    const before = shifts[i - 1];
    const isNext = sequence === i + 1 && previousShiftNo === (before?.shiftNo ?? null);
    const follows = isNext && (!before || openedAt === before.closedAt) && openedAt <= closedAt;
    must(follows, 'I21', `shift ${sequence} of ${terminalId} does not follow the one before`);
  });
}

/** Of a refund that brings back a part of a fee, or whose time became known later, only the money is certain. */
function masked<Row extends SumsPage>(rows: readonly Row[], isVague: boolean) {
  if (!isVague) return rows;
  return rows.map(({ feesReturned, netFees, netReceivable, netReceived, lateLines, refunds, ...row }) => {
    return { ...row, refunds: { count: refunds.count, gross: refunds.gross } };
  });
}

function checkShift(shift: ShiftPage, own: readonly Fact[]): void {
  const [from, to] = [Date.parse(shift.openedAt), Date.parse(shift.closedAt)];
  const isNear = (at: number, cut: number) => Math.abs(at - cut) < NEAR_THE_CUT;
  const isOpen = own.some(({ learnedAt }) => isNear(learnedAt, from) || isNear(learnedAt, to));
  const what = `shift ${shift.shiftNo} of ${shift.terminalId}:`;
  const sums = [shift.totals, shift.terminals].map((rows) => rows.reduce((sum, row) => sum + row.netReceivable, 0));
  must(sums[0] === sums[1], 'I21', `${what} ${sums[0]} per store is ${sums[1]} per cashier`);
  checkLate(shift, own);
  if (isOpen) return;
  const facts = own.filter(({ learnedAt }) => learnedAt > from && learnedAt <= to);
  const lines = facts.map(({ line }) => {
    const late = second(line.occurredAt) < second(shift.openedAt);
    return { ...line, late, net: line.received - line.fee };
  });
  const isVague = facts.some((fact) => fact.isVague);
  mustBe(masked(shift.totals, isVague), masked(storesOf(lines), isVague), 'I21', `${what} totals`);
  mustBe(masked(shift.terminals, isVague), masked(terminalsOf(lines), isVague), 'I21', `${what} cashiers`);
  if (isVague) return;
  const late = lines.filter((line) => line.late);
  mustBe(shift.late.count, late.length, 'I21', `${what} late facts`);
  const told = shift.late.facts.map(({ type, orderId, refundNo, occurredAt, gross, received }) => {
    return [type, orderId, refundNo, occurredAt, gross, received];
  });
  const expected = late.map(({ type, orderId, refundNo, occurredAt, gross, received }) => {
    return [type === 'refund' ? type : 'payment', orderId, refundNo, occurredAt, gross, received];
  });
  mustBe(told.sort(byText), expected.sort(byText), 'I21', `${what} late facts`);
}

const second = (at: string) => at.slice(0, 19);

/** Late is what moved before the shift began, to the second, and is surely of this shift; and nothing else. */
function checkLate({ shiftNo, openedAt, closedAt, late }: ShiftPage, own: readonly Fact[]): void {
  const [from, to] = [Date.parse(openedAt) + NEAR_THE_CUT, Date.parse(closedAt) - NEAR_THE_CUT];
  for (const told of late.facts)
    must(
      second(told.occurredAt) < second(openedAt),
      'I21',
      `shift ${shiftNo} calls ${told.orderId} late, which is not`,
    );
  for (const { line, learnedAt, isVague } of own) {
    if (isVague || line.type === 'fee_adjustment' || learnedAt < from || learnedAt > to) continue;
    if (second(line.occurredAt) >= second(openedAt)) continue;
    const { orderId, refundNo, occurredAt } = line;
    const its = late.facts.filter(
      (it) => it.orderId === orderId && it.refundNo === refundNo && it.occurredAt === occurredAt,
    );
    must(its.length === 1, 'I21', `shift ${shiftNo} tells ${its.length} times that ${orderId} was late`);
  }
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** All shifts together are all facts, cashier by cashier. */
function checkAll(shifts: readonly ShiftPage[], own: readonly Fact[], terminalId: string): void {
  const isVague = own.some((fact) => fact.isVague);
  const told = new Map<string | null, Record<string, number>>();
  for (const row of shifts.flatMap(({ terminals }) => terminals)) add(told, row, isVague);
  const facts = new Map<string | null, Record<string, number>>();
  const lines = own.map(({ line }) => ({ ...line, late: false, net: line.received - line.fee }));
  for (const row of terminalsOf(lines)) add(facts, row, isVague);
  const sorted = (rows: typeof told) => [...rows].sort(byText);
  mustBe(sorted(told), sorted(facts), 'I21', `all shifts of ${terminalId}`);
}

function add(rows: Map<string | null, Record<string, number>>, row: TerminalTotalsPage, isVague: boolean): void {
  const { payments, refunds, fees, feesReturned, feeAdjustments, netReceivable } = row;
  const more: Record<string, number> = {
    ...{ payments: payments.count, paid: payments.gross, received: payments.received, fees },
    ...{ refunds: refunds.count, back: refunds.gross, adjusted: feeAdjustments.count, by: feeAdjustments.fee },
    ...(!isVague && { given: refunds.received, feesReturned, netReceivable }),
  };
  const sum = rows.get(row.operatorId) ?? {};
  for (const [name, value] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + value;
  rows.set(row.operatorId, sum);
}

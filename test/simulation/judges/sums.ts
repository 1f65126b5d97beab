/** The judge's own sums of lines, row by row as documents have them. */
import type { LinePage, SumsPage, TerminalTotalsPage, TotalsPage } from './pages.ts';

type Line = Pick<
  LinePage,
  | 'type'
  | 'late'
  | 'currency'
  | 'channel'
  | 'storeId'
  | 'terminalId'
  | 'operatorId'
  | 'gross'
  | 'received'
  | 'fee'
  | 'net'
>;

const total = (lines: readonly Line[], of: (line: Line) => number) => lines.reduce((sum, line) => sum + of(line), 0);

function movedOf(lines: readonly Line[]) {
  return { count: lines.length, gross: total(lines, (it) => it.gross), received: total(lines, (it) => it.received) };
}

function sumsOf(lines: readonly Line[]): SumsPage {
  const [payments, refunds, adjustments] = (['payment', 'refund', 'fee_adjustment'] as const).map((type) =>
    lines.filter((line) => line.type === type),
  ) as [Line[], Line[], Line[]];
  return {
    payments: movedOf(payments),
    refunds: movedOf(refunds),
    netSales: total(lines, (it) => it.gross),
    fees: total(payments, (it) => it.fee),
    feesReturned: total(refunds, (it) => it.fee),
    feeAdjustments: { count: adjustments.length, fee: total(adjustments, (it) => it.fee) },
    netFees: total(lines, (it) => it.fee),
    netReceivable: total(lines, (it) => it.net),
    lateLines: lines.filter(({ late }) => late).length,
    netReceived: total(lines, (it) => it.received),
  };
}

/** Text before nothing, and text by its code units. */
function compareCells(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function rowsOf<Key extends 'storeId' | 'terminalId' | 'operatorId'>(lines: readonly Line[], keys: readonly Key[]) {
  const groups = Map.groupBy(lines, (line) => JSON.stringify(keys.map((key) => line[key])));
  const rows = [...groups.values()].map((its) => {
    const [first] = its as [Line, ...Line[]];
    const of = Object.fromEntries(keys.map((key) => [key, first[key]])) as Pick<Line, Key>;
    return { currency: first.currency, channel: first.channel, ...of, ...sumsOf(its) };
  });
  return rows.sort((a, b) => {
    for (const key of keys) {
      const order = compareCells(a[key as keyof typeof a] as string | null, b[key as keyof typeof b] as string | null);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** A row per store. Everything here is in one currency, at one channel. */
export function storesOf(lines: readonly Line[]): TotalsPage[] {
  return rowsOf(lines, ['storeId']);
}

/** A row per store, terminal and cashier; what nobody did comes last. */
export function terminalsOf(lines: readonly Line[]): TerminalTotalsPage[] {
  return rowsOf(lines, ['storeId', 'terminalId', 'operatorId']);
}

/** What a statement proves itself by, all of which must hold. */
export function checksOf(lines: readonly Line[]) {
  const sums = {
    every_line_is_counted: lines.length,
    payments_and_refunds_are_net_sales: total(lines, (it) => it.gross),
    payments_and_refunds_are_net_received: total(lines, (it) => it.received),
    received_less_fees_is_net_receivable: total(lines, (it) => it.received - it.fee),
    lines_are_net_receivable: total(lines, (it) => it.net),
    terminals_are_net_receivable: total(lines, (it) => it.net),
  };
  return Object.entries(sums).map(([check, sum]) => ({ currency: 'CNY', check, left: sum, right: sum, holds: true }));
}

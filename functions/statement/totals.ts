/**
 * The sums of lines: per currency, channel and store, and below that per terminal and operator; and the identities that a
 * statement proves itself by. Pure. Statements, their verification and the live totals of a shift all add up here, so that
 * they cannot contradict each other.
 */
import type { CheckView, TerminalTotalsView, TotalsView } from '../http/answers.ts';
import type { Movement } from './statement.ts';

type Sums = Omit<TotalsView, 'currency' | 'channel' | 'storeId'>;

/**
 * Takes lines one after the other and keeps their sums only. Every amount is the plain sum of a column of the lines: what
 * refunds bring, gross or fee, is negative or 0, so `netSales` and `netFees` are sums, too.
 */
export class Tally {
  private readonly stores = new Map<string, TotalsView>();
  private readonly tills = new Map<string, TerminalTotalsView>();

  add(line: Movement): void {
    const { currency, channel, storeId, terminalId, operatorId } = line;
    const store = { currency, channel, storeId };
    addTo(sumsOf(this.stores, store), line);
    addTo(sumsOf(this.tills, { ...store, terminalId, operatorId }), line);
  }

  /** A row per currency, channel and store, in this order. */
  get totals(): TotalsView[] {
    return sorted(this.stores);
  }

  /** A row per currency, channel, store, terminal and operator, in this order; whoever is nobody (null) comes last. */
  get terminals(): TerminalTotalsView[] {
    return sorted(this.tills);
  }
}

export function tallyOf(lines: Iterable<Movement>): Tally {
  const tally = new Tally();
  for (const line of lines) tally.add(line);
  return tally;
}

function sumsOf<Of extends object>(rows: Map<string, Of & Sums>, of: Of): Sums {
  const key = JSON.stringify(Object.values(of));
  const known = rows.get(key);
  if (known) return known;
  const row = { ...of, ...noSums() };
  rows.set(key, row);
  return row;
}

function noSums(): Sums {
  const nothing = () => ({ count: 0, gross: 0 });
  const fees = { fees: 0, feesReturned: 0, netFees: 0 };
  return { payments: nothing(), refunds: nothing(), netSales: 0, ...fees, netReceivable: 0, lateLines: 0 };
}

function addTo(sums: Sums, line: Movement): void {
  const isPayment = line.type === 'payment';
  const side = isPayment ? sums.payments : sums.refunds;
  side.count += 1;
  side.gross += line.gross;
  if (isPayment) sums.fees += line.fee;
  else sums.feesReturned += line.fee;
  sums.netSales += line.gross;
  sums.netFees += line.fee;
  sums.netReceivable += line.net;
  if (line.late) sums.lateLines += 1;
}

/** Order by code units of the keys: the same on every machine, whatever its language. */
function sorted<Row>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/**
 * What must come to the same on two ways, per currency: `left` from the lines one by one, `right` from the rows of totals.
 * They are stored in the statement; one that does not hold is not sealed.
 */
export function checksOf(lines: readonly Movement[], { totals, terminals }: Pick<Tally, 'totals' | 'terminals'>) {
  const currencies = [...new Set(lines.map(({ currency }) => currency))].sort();
  return currencies.flatMap((currency): CheckView[] => {
    const its = <Row extends { currency: string }>(rows: readonly Row[]) =>
      rows.filter((row) => row.currency === currency);
    const [rows, stores, tills] = [its(lines), its(totals), its(terminals)];
    const check = (name: CheckView['check'], left: number, right: number): CheckView => {
      return { currency, check: name, left, right, holds: left === right && Number.isSafeInteger(left) };
    };
    return [
      check(
        'every_line_is_counted',
        rows.length,
        sum(stores, (it) => it.payments.count + it.refunds.count),
      ),
      check(
        'payments_and_refunds_are_net_sales',
        sum(stores, (it) => it.payments.gross + it.refunds.gross),
        sum(stores, (it) => it.netSales),
      ),
      check(
        'gross_less_fees_is_net_receivable',
        sum(rows, (it) => it.gross) - sum(rows, (it) => it.fee),
        sum(stores, (it) => it.netReceivable),
      ),
      check(
        'lines_are_net_receivable',
        sum(rows, (it) => it.net),
        sum(stores, (it) => it.netReceivable),
      ),
      check(
        'terminals_are_net_receivable',
        sum(tills, (it) => it.netReceivable),
        sum(stores, (it) => it.netReceivable),
      ),
    ];
  });
}

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

/**
 * The sums of lines: per currency, channel and store, and below that per terminal and operator; and the identities that a
 * statement proves itself by. Pure. Statements, their verification and the live totals of a shift all add up here, so that
 * they cannot contradict each other.
 */
import type { CheckView, SettlementTotalsView, TerminalTotalsView, TotalsView } from '../contract/totals-answers.ts';
import type { Movement } from './lines.ts';

interface Rows {
  readonly store: TotalsView;
  readonly till: TerminalTotalsView;
}

type Sums = Omit<TotalsView, 'currency' | 'channel' | 'storeId'>;

interface Columns {
  count: number;
  gross: number;
  received: number;
  fee: number;
  net: number;
}

/** Those in the orders' currency. */
type CheckOfCurrency = Exclude<CheckView['check'], 'settlement_lines_are_settlement_net'>;

const CHECKS = [
  'every_line_is_counted',
  'payments_and_refunds_are_net_sales',
  'payments_and_refunds_are_net_received',
  'received_less_fees_is_net_receivable',
  'lines_are_net_receivable',
  'terminals_are_net_receivable',
] as const satisfies readonly CheckOfCurrency[];

const CHECKS_OF_FIRST_FORM = [
  'every_line_is_counted',
  'payments_and_refunds_are_net_sales',
  'gross_less_fees_is_net_receivable',
  'lines_are_net_receivable',
  'terminals_are_net_receivable',
] as const satisfies readonly CheckOfCurrency[];

/**
 * Takes lines one after the other and keeps their sums only. Every amount is the plain sum of a column of the lines: what
 * refunds bring, gross or fee, is negative or 0, so `netSales` and `netFees` are sums, too: net fees are fees, fees
 * returned, and what was adjusted of either.
 */
export class Tally {
  private readonly stores = new Map<string, TotalsView>();
  private readonly tills = new Map<string, TerminalTotalsView>();
  private readonly atHand = new Map<string, Rows>();
  /** The columns of the lines themselves, by currency: what the rows are checked against. */
  private readonly columns = new Map<string, Columns>();
  /** The net of the lines in their settlement currencies, where those are others. */
  private readonly settled = new Map<string, number>();

  add(line: Movement): void {
    const { currency, gross, received, fee, net } = line;
    const sums = this.columns.get(currency) ?? { count: 0, gross: 0, received: 0, fee: 0, net: 0 };
    sums.count += 1;
    sums.gross += gross;
    sums.received += received;
    sums.fee += fee;
    sums.net += net;
    this.columns.set(currency, sums);
    const rows = this.rowsOf(line);
    addTo(rows.store, line);
    addTo(rows.till, line);
    if (line.settlement)
      this.settled.set(
        line.settlement.currency,
        (this.settled.get(line.settlement.currency) ?? 0) + (line.settlement.net ?? 0),
      );
  }

  /** The two rows of a line. Neighbours are often of one till, so those of the last line of each are kept at hand. */
  private rowsOf({ currency, channel, storeId, terminalId, operatorId }: Movement): Rows {
    const known = this.atHand.get(`${storeId} ${terminalId}`);
    const isSame =
      known?.till.currency === currency &&
      known.till.channel === channel &&
      known.till.terminalId === terminalId &&
      known.till.operatorId === operatorId;
    // Stryker disable next-line ConditionalExpression: without what is at hand it is the same, and slower.
    if (known && isSame) return known;
    const store = { currency, channel, storeId };
    const rows = { store: sumsOf(this.stores, store), till: sumsOf(this.tills, { ...store, terminalId, operatorId }) };
    // Stryker disable next-line StringLiteral: another name at hand is a row that is looked up again.
    this.atHand.set(`${storeId} ${terminalId}`, rows);
    return rows;
  }

  /** A row per currency, channel and store, in this order. */
  get totals(): TotalsView[] {
    return sorted(this.stores);
  }

  /** A row per currency, channel, store, terminal and operator, in this order; null comes last. */
  get terminals(): TerminalTotalsView[] {
    return sorted(this.tills);
  }

  /**
   * What must come to the same on two ways, per currency: `left` from the lines one by one, `right` from the rows of
   * totals. They are stored in the statement; a statement with one that does not hold is not sealed.
   */
  get checks(): CheckView[] {
    return [...this.checksNamed(CHECKS), ...this.settlementChecks];
  }

  /** Per settlement currency: the net of the lines one by one, and gross less fees of the rows. */
  private get settlementChecks(): CheckView[] {
    return sorted(this.settled, (currency, left) => {
      const others = [...this.stores.values()].filter((row) => row.currency !== currency);
      const rows = others.flatMap(({ settlement = [] }) => settlement.filter((row) => row.currency === currency));
      const right = sum(rows, ({ gross, fees }) => gross - fees);
      const check = 'settlement_lines_are_settlement_net' as const;
      return { currency, check, left, right, holds: left === right && Number.isSafeInteger(left) };
    });
  }

  /** Those that were proved when lines did not say yet what was received. */
  get checksOfFirstForm(): CheckView[] {
    return this.checksNamed(CHECKS_OF_FIRST_FORM);
  }

  private checksNamed(names: readonly CheckOfCurrency[]): CheckView[] {
    return sorted(this.columns, (currency, columns) => {
      const stores = [...this.stores.values()].filter((row) => row.currency === currency);
      const tills = [...this.tills.values()].filter((row) => row.currency === currency);
      const receivable = sum(stores, (it) => it.netReceivable);
      const sides = {
        every_line_is_counted: [
          columns.count,
          sum(stores, (it) => it.payments.count + it.refunds.count + it.feeAdjustments.count),
        ],
        payments_and_refunds_are_net_sales: [columns.gross, sum(stores, (it) => it.payments.gross + it.refunds.gross)],
        gross_less_fees_is_net_receivable: [columns.gross - columns.fee, receivable],
        received_less_fees_is_net_receivable: [columns.received - columns.fee, receivable],
        payments_and_refunds_are_net_received: [
          columns.received,
          sum(stores, (it) => it.payments.received + it.refunds.received),
        ],
        lines_are_net_receivable: [columns.net, receivable],
        terminals_are_net_receivable: [sum(tills, (it) => it.netReceivable), receivable],
      } satisfies Record<CheckOfCurrency, [number, number]>;
      return names.map((check) => {
        const [left, right] = sides[check];
        return { currency, check, left, right, holds: left === right && Number.isSafeInteger(left) };
      });
    }).flat();
  }
}

/** Rows as they were kept before sums knew what was received: all of it was. Completed in place. */
export function completedTotals<Row extends Sums>(rows: Row[]): Row[] {
  for (const row of rows) {
    row.payments.received ??= row.payments.gross;
    row.refunds.received ??= row.refunds.gross;
    row.netReceived ??= row.netSales;
  }
  return rows;
}

export function tallyOf(lines: Iterable<Movement>): Tally {
  const tally = new Tally();
  for (const line of lines) tally.add(line);
  return tally;
}

function sumsOf<Row extends Sums>(rows: Map<string, Row>, of: Omit<Row, keyof Sums>): Row {
  const key = JSON.stringify(Object.values(of));
  const known = rows.get(key);
  if (known) return known;
  const row = { ...of, ...noSums() } as Row;
  rows.set(key, row);
  return row;
}

function noSums(): Sums {
  const nothing = () => ({ count: 0, gross: 0, received: 0 });
  const fees = { fees: 0, feesReturned: 0, feeAdjustments: { count: 0, fee: 0 }, netFees: 0 };
  return {
    payments: nothing(),
    refunds: nothing(),
    netSales: 0,
    ...fees,
    netReceivable: 0,
    lateLines: 0,
    netReceived: 0,
  };
}

function addTo(sums: Sums, line: Movement): void {
  if (line.settlement && !sums.settlement && hasLines(sums)) {
    const { netReceived: gross, netFees: fees, netReceivable: net } = sums;
    Object.assign(settlementRow(sums, line.currency), { gross, fees, net });
  }
  addSettlement(sums, line);
  switch (line.type) {
    case 'payment':
      sums.payments.count += 1;
      sums.payments.gross += line.gross;
      sums.payments.received += line.received;
      sums.fees += line.fee;
      break;
    case 'refund':
      sums.refunds.count += 1;
      sums.refunds.gross += line.gross;
      sums.refunds.received += line.received;
      sums.feesReturned += line.fee;
      break;
    case 'fee_adjustment':
      sums.feeAdjustments.count += 1;
      sums.feeAdjustments.fee += line.fee;
  }
  sums.netSales += line.gross;
  sums.netReceived += line.received;
  sums.netFees += line.fee;
  sums.netReceivable += line.net;
  if (line.late) sums.lateLines += 1;
}

function hasLines({ payments, refunds, feeAdjustments }: Sums): boolean {
  return payments.count + refunds.count + feeAdjustments.count > 0;
}

/**
 * Adds to the rows by settlement currency, in order. Until one line is settled in another currency there are none: the sums
 * themselves say what the merchant gets. From then on lines that are settled in the orders' currency have a row, too.
 */
function addSettlement(sums: Sums, { currency, received, fee, net, settlement }: Movement): void {
  if (settlement) {
    const of = settlementRow(sums, settlement.currency);
    of.gross += settlement.gross ?? 0;
    of.fees += settlement.fee ?? 0;
    of.net += settlement.net ?? 0;
    if (settlement.state === 'provisional') of.provisionalLines += 1;
    if (settlement.net === null) of.unknownLines += 1;
  } else if (sums.settlement) {
    const of = settlementRow(sums, currency);
    of.gross += received;
    of.fees += fee;
    of.net += net;
  }
}

function settlementRow(sums: Sums, currency: string): SettlementTotalsView {
  sums.settlement ??= [];
  const known = sums.settlement.find((it) => it.currency === currency);
  if (known) return known;
  const row = { currency, gross: 0, fees: 0, net: 0, provisionalLines: 0, unknownLines: 0 };
  sums.settlement.push(row);
  sums.settlement.sort((a, b) => (a.currency < b.currency ? -1 : 1));
  return row;
}

/** Order by code units of the keys: the same on every machine, in every language. */
function sorted<Row>(rows: ReadonlyMap<string, Row>): Row[];
function sorted<Row, Out>(rows: ReadonlyMap<string, Row>, of: (key: string, row: Row) => Out): Out[];
function sorted<Row>(rows: ReadonlyMap<string, Row>, of = (_: string, row: Row): unknown => row): unknown[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, row]) => of(key, row));
}

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

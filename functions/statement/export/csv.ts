/**
 * Statements as CSV (RFC 4180, UTF-8): which columns, and how a cell is written. Pure; the API, the command line and the
 * console in the browser write the same files with it.
 *
 * A column's name and place never change; new ones come at the end. Amounts stand twice, as decimal text and in minor
 * units. The one time of day that is not UTC names its zone in the header.
 */
import type { LineSettlementView, LineView, StatementView } from '../../contract/answers.ts';
import type { TerminalTotalsView, TotalsView } from '../../contract/totals-answers.ts';
import { toRecordText } from '../../money.ts';
import { localTime } from '../../time.ts';

/** A cell: text of persons and programs, guarded; or what we made of a number, as it is. */
type Cell = { readonly text: string | null } | { readonly plain: string | number | boolean | null };

export interface Column<Row> {
  readonly name: string;
  cell(row: Row): Cell;
}

export interface CsvOptions {
  /**
   * For spreadsheets that guess: a byte order mark in front, and a quote before ids of twelve digits or more, which they
   * would otherwise take for numbers and round.
   */
  readonly excel?: boolean | undefined;
}

const BYTE_ORDER_MARK = '\ufeff';
const text = <Row>(name: keyof Row & string): Column<Row> => ({
  name,
  cell: (row) => ({ text: row[name] as string | null }),
});
const plain = <Row>(name: keyof Row & string): Column<Row> => ({
  name,
  cell: (row) => ({ plain: row[name] as number | boolean | string | null }),
});
/** Two columns: decimal text with the currency's digits, and whole minor units. */
const amount = <Row extends { currency: string }>(name: string, of: (row: Row) => number | null): Column<Row>[] => [
  {
    name,
    cell: (row) => {
      const value = of(row);
      return { plain: value === null ? null : toRecordText({ currency: row.currency, value }) };
    },
  },
  { name: `${name}Minor`, cell: (row) => ({ plain: of(row) }) },
];

/** {@link amount} of a line's settlement, in its currency; empty where there is none, and where it is not known yet. */
const settled = (name: string, of: (settlement: LineSettlementView) => number | null): Column<LineView>[] => [
  {
    name,
    cell({ settlement }) {
      const value = settlement ? of(settlement) : null;
      return !settlement || value === null ? EMPTY : { plain: toRecordText({ currency: settlement.currency, value }) };
    },
  },
  { name: `${name}Minor`, cell: ({ settlement }) => (settlement ? { plain: of(settlement) } : EMPTY) },
];
const EMPTY: Cell = { plain: null };

/** The columns of a statement's lines. `businessDay` is the merchant's, `occurredAt` is UTC. */
export function lineColumns(zone: string): Column<LineView>[] {
  const shownTime = localTimes(zone);
  return [
    plain('lineNo'),
    plain('type'),
    plain('late'),
    plain('businessDay'),
    plain('occurredAt'),
    { name: `localTime (${zone})`, cell: ({ occurredAt }) => ({ plain: shownTime(occurredAt) }) },
    text('storeId'),
    text('terminalId'),
    text('operatorId'),
    text('orderId'),
    text('merchantOrderNo'),
    text('refundNo'),
    text('channel'),
    text('channelTradeNo'),
    text('currency'),
    ...amount<LineView>('gross', ({ gross }) => gross),
    ...amount<LineView>('fee', ({ fee }) => fee),
    ...amount<LineView>('net', ({ net }) => net),
    plain('ratePpm'),
    ...amount<LineView>('feeMinimum', ({ feeMinimum }) => feeMinimum),
    ...amount<LineView>('feeCap', ({ feeCap }) => feeCap),
    plain('feeOnRefund'),
    text('agreementId'),
    ...amount<LineView>('received', ({ received }) => received),
    text('saleStoreId'),
    text('saleTerminalId'),
    { name: 'settlementCurrency', cell: ({ settlement }) => ({ text: settlement?.currency ?? null }) },
    ...settled('settlementGross', ({ gross }) => gross),
    ...settled('settlementFee', ({ fee }) => fee),
    ...settled('settlementNet', ({ net }) => net),
    { name: 'quotePair', cell: ({ settlement }) => ({ text: settlement?.pair ?? null }) },
    { name: 'quotePrice', cell: ({ settlement }) => ({ text: settlement?.price ?? null }) },
    { name: 'settlementState', cell: ({ settlement }) => ({ plain: settlement?.state ?? null }) },
  ];
}

/** The columns of totals per store. */
export function totalsColumns(of: Pick<StatementView, 'day' | 'zone'>): Column<TotalsView>[] {
  return [dayColumn(of), text('currency'), text('channel'), text('storeId'), ...sums()];
}

/** The columns of totals per terminal and operator. */
export function terminalColumns(of: Pick<StatementView, 'day' | 'zone'>): Column<TerminalTotalsView>[] {
  const who = [text<TerminalTotalsView>('terminalId'), text<TerminalTotalsView>('operatorId')];
  return [dayColumn(of), text('currency'), text('channel'), text('storeId'), ...who, ...sums()];
}

function dayColumn({ day, zone }: Pick<StatementView, 'day' | 'zone'>) {
  return { name: `day (${zone})`, cell: () => ({ plain: day }) };
}

function sums(): Column<TotalsView>[] {
  return [
    { name: 'paymentsCount', cell: ({ payments }) => ({ plain: payments.count }) },
    ...amount<TotalsView>('payments', ({ payments }) => payments.gross),
    { name: 'refundsCount', cell: ({ refunds }) => ({ plain: refunds.count }) },
    ...amount<TotalsView>('refunds', ({ refunds }) => refunds.gross),
    ...amount<TotalsView>('netSales', ({ netSales }) => netSales),
    ...amount<TotalsView>('fees', ({ fees }) => fees),
    ...amount<TotalsView>('feesReturned', ({ feesReturned }) => feesReturned),
    ...amount<TotalsView>('netFees', ({ netFees }) => netFees),
    ...amount<TotalsView>('netReceivable', ({ netReceivable }) => netReceivable),
    plain('lateLines'),
    { name: 'feeAdjustmentsCount', cell: ({ feeAdjustments }) => ({ plain: feeAdjustments.count }) },
    ...amount<TotalsView>('feeAdjustments', ({ feeAdjustments }) => feeAdjustments.fee),
    ...amount<TotalsView>('paymentsReceived', ({ payments }) => payments.received),
    ...amount<TotalsView>('refundsReceived', ({ refunds }) => refunds.received),
    ...amount<TotalsView>('netReceived', ({ netReceived }) => netReceived),
  ];
}

/** Shows instants as `2026-03-01 12:00:00`, which spreadsheets take for a time. No zone is off UTC by a part of a minute. */
function localTimes(zone: string): (occurredAt: string) => string {
  // Lines come in order of time, so the next one is often of the same minute.
  let utcMinute = '';
  let shown = '';
  return (occurredAt) => {
    const minute = occurredAt.slice(0, 16);
    if (minute !== utcMinute) {
      shown = localTime(Date.parse(`${minute}:00Z`), zone)
        .slice(0, 16)
        .replace('T', ' ');
      utcMinute = minute;
    }
    return shown + occurredAt.slice(16, 19);
  };
}

/** The header line. It goes before the first page, and only there: the pages one after the other are one file. */
export function csvHeader<Row>(columns: readonly Column<Row>[], { excel }: CsvOptions = {}): string {
  return (excel ? BYTE_ORDER_MARK : '') + record(columns.map(({ name }) => name));
}

export function csvRows<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { excel = false }: CsvOptions = {},
): string {
  let file = '';
  for (const row of rows) {
    let separator = '';
    for (const column of columns) {
      file += separator + write(column.cell(row), excel);
      separator = ',';
    }
    file += '\r\n';
  }
  return file;
}

function write(cell: Cell, excel: boolean): string {
  // What we made of a number has nothing in it to quote.
  if ('plain' in cell) return cell.plain === null ? '' : String(cell.plain);
  const content = cell.text ?? '';
  return quoted(guarded(content, excel));
}

/**
 * A quote before what a spreadsheet would compute instead of show: a sign, full-width ones included, at the beginning of the
 * text or behind blanks and characters that are not seen; the same after a semicolon, which separates cells where the comma
 * is decimal. A quote at such a place gets one, too: a reader that takes one quote away at each has every text as it was.
 */
function guarded(content: string, excel: boolean): string {
  if (excel && /^\d{12,}$/.test(content)) return `'${content}`;
  return content.replace(COMPUTED, "$1'");
}

const COMPUTED = /(^|;)(?=[\s\p{Cf}]*['=+\-@\t\r＝＋－＠])/gu;

function record(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(content: string): string {
  return /[",\r\n]/.test(content) ? `"${content.replaceAll('"', '""')}"` : content;
}

/** `mer_…_2026-03-01_Asia-Shanghai_lines.csv`: whose, when, by which clock, what. */
export function fileName({ statementId, zone }: Pick<StatementView, 'statementId' | 'zone'>, what: string): string {
  const where = zone.replaceAll('/', '-').replaceAll(/[^A-Za-z0-9_+-]/g, '');
  return `${statementId.replace('.', '_')}_${where}_${what}`;
}

/**
 * Reads Antom's settlement details: what each movement of a batch brought, and what was taken of it. The file is taken whole or
 * not at all: one that is torn, does not add up, or is another merchant's is broken, and the message says where. Pure.
 */
import type { Money } from '../../money.ts';
import type { EpochMs } from '../../time.ts';
import { type Columns, columnsOf } from './report-columns.ts';
import { BrokenReport, csvRows, textOf } from './report-csv.ts';
import { type MovementType, oursOf, type Row, rowOf } from './report-rows.ts';

/** A movement of ours. Values are minor units with a sign: a refund is below zero, and a fee above it is charged. */
export interface Settled {
  readonly type: MovementType;
  /** Of the payment; null where the row of a refund names the refund only. */
  readonly attemptNo: string | null;
  /** Of a refund, or of the refund that was reversed; null on the others. */
  readonly requestNo: string | null;
  /** The channel's own number; null where the report has none. */
  readonly tradeNo: string | null;
  readonly batchId: string;
  readonly at: EpochMs;
  /** In the order's currency. */
  readonly amount: Money;
  /** The settlement currency, that of `gross`, `fee` and `net`. */
  readonly currency: string;
  readonly gross: number;
  /** What was taken: `gross` less `net`. The fee columns come to the same, or to one minor unit more or less. */
  readonly fee: number;
  readonly net: number;
  readonly pair?: string;
  readonly price?: string;
}

/** All rows of one kind: what moved for one sale in two currencies, or (`type` set) what is no movement of a sale. */
export interface ReportTotal {
  /** The channel's type, of what is no movement of a sale; else null. */
  readonly type: string | null;
  /** The orders' currency; null where the rows have none. */
  readonly amountCurrency: string | null;
  readonly currency: string;
  readonly rows: number;
  readonly amount: number;
  readonly gross: number;
  /** The sum of the fee columns. */
  readonly fees: number;
  readonly net: number;
}

export type SettlementReport =
  | {
      readonly kind: 'settled';
      readonly batchIds: readonly string[];
      readonly lines: readonly Settled[];
      /** Movements of other systems. */
      readonly foreign: number;
      /** In order of type and currencies; they cover every row of the file. */
      readonly totals: readonly ReportTotal[];
    }
  | { readonly kind: 'broken'; readonly line: number; readonly column: string | undefined; readonly why: string };

const END = '<END>';

/** `customerId`: whose report it must be; absent: any one merchant's. */
export function readSettlementReport(bytes: Uint8Array, of: { readonly customerId?: string } = {}): SettlementReport {
  try {
    const reading = new Reading(of.customerId);
    reading.read(textOf(bytes));
    return reading.report();
  } catch (error) {
    if (!(error instanceof BrokenReport)) throw error;
    return { kind: 'broken', line: error.line, column: error.column, why: error.message };
  }
}

class Reading {
  private customerId: string | undefined;
  private readonly batchIds = new Set<string>();
  private readonly lines: Settled[] = [];
  private foreign = 0;
  private readonly totals = new Map<string, { -readonly [member in keyof ReportTotal]: ReportTotal[member] }>();
  /** The line of each movement, by what it is. */
  private readonly seen = new Map<string, number>();

  constructor(customerId: string | undefined) {
    this.customerId = customerId;
  }

  read(text: string): void {
    let columns: Columns | undefined;
    let last = 0;
    let hasEnded = false;
    for (const row of csvRows(text)) {
      if (hasEnded) throw new BrokenReport(row.line, `there is a row behind ${END}`);
      last = row.line;
      if (row.cells.length === 1 && row.cells[0]?.trim() === END) hasEnded = true;
      else if (!columns) columns = columnsOf(row);
      else this.take(columns, rowOf(columns, row));
    }
    if (!columns) throw new BrokenReport(1, 'the file has no header of settlement details');
    if (!hasEnded) throw new BrokenReport(last, `the file ends without ${END}: it is torn`);
    if (this.totals.size === 0) throw new BrokenReport(last, 'the file has no row');
  }

  report(): SettlementReport {
    const totals = [...this.totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
    return { kind: 'settled', batchIds: [...this.batchIds], lines: this.lines, foreign: this.foreign, totals };
  }

  private take(columns: Columns, row: Row): void {
    this.customerId ??= row.customerId;
    if (row.customerId !== this.customerId)
      throw this.broken(
        columns,
        row,
        'customerId',
        `the row is of merchant ${row.customerId}, not of ${this.customerId}`,
      );
    this.batchIds.add(row.batchId);
    this.add(columns, row);
    const { type, amount } = row;
    if (type === undefined || amount === undefined) return;
    this.mustBeNew(columns, row, type);
    const ours = oursOf(type, row.numbers);
    if (!ours) this.foreign += 1;
    else this.lines.push(lineOf(row, { type, amount, ...ours }));
  }

  private add(columns: Columns, { typeName, type, amount, currency, gross, fees, net, ...row }: Row): void {
    const kind = { type: type === undefined ? typeName : null, amountCurrency: amount?.currency ?? null, currency };
    const key = JSON.stringify(Object.values(kind));
    const total = this.totals.get(key) ?? { ...kind, rows: 0, amount: 0, gross: 0, fees: 0, net: 0 };
    total.rows += 1;
    total.amount += amount?.value ?? 0;
    total.gross += gross;
    total.fees += fees;
    total.net += net;
    this.totals.set(key, total);
    const sums = [total.amount, total.gross, total.fees, total.net];
    if (!sums.every(Number.isSafeInteger))
      throw this.broken(columns, row, 'settlementAmountValue', 'the sums are larger than any settlement');
  }

  /** One movement is settled once in a batch. */
  private mustBeNew(columns: Columns, row: Row, type: MovementType): void {
    const key = JSON.stringify([row.batchId, type, row.numbers.requestId]);
    const before = this.seen.get(key);
    if (before !== undefined)
      throw this.broken(columns, row, 'transactionRequestId', `it is the same movement as in line ${before}`);
    this.seen.set(key, row.line);
  }

  private broken(columns: Columns, { line }: Pick<Row, 'line'>, name: string, what: string): BrokenReport {
    return new BrokenReport(line, what, columns.at.get(name));
  }
}

function lineOf(
  { batchId, at, currency, gross, net, quote, numbers }: Row,
  told: Pick<Settled, 'type' | 'amount' | 'attemptNo' | 'requestNo'>,
): Settled {
  const { transactionId } = numbers;
  const tradeNo = transactionId === '' ? null : transactionId;
  return { ...told, tradeNo, batchId, at, currency, gross, fee: gross - net, net, ...quote };
}

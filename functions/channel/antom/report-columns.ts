/** The columns of Antom's settlement details, by name: merchants choose which of them a report has, and in what order. Pure. */
import { BrokenReport, type CsvRow } from './report-csv.ts';

/** Without these a report is not read. */
const NEEDED = [
  'settlementBatchId',
  'customerId',
  'transactionRequestId',
  'transactionType',
  'transactionAmountValue',
  'transactionCurrency',
  'settlementAmountValue',
  'settlementCurrency',
  'settlementInitiatedDate',
] as const;

/** Read where they are there. Without the converted amount, amounts in another currency need the quote. */
const OPTIONAL = [
  'transactionId',
  'originalTransactionRequestId',
  'convertedTransactionAmountValue',
  'quoteCurrencyPair',
  'quotePrice',
] as const;

export type Column = (typeof NEEDED)[number] | (typeof OPTIONAL)[number];

/** Fees whose column is named unlike all others. */
const ODD_FEES: ReadonlyMap<string, string> = new Map([
  ['fxFeeAmountValue', 'fxFeeAmountCurrency'],
  ['withholdingTaxAmountValue', 'withholdingTaxFeeCurrency'],
  ['acquirerMarkupAmountValue', 'acquirerMarkupCurrency'],
  ['disputeHandlingFee', 'disputeHandlingFeeCurrency'],
]);

/** Every other fee, those of cards and those to come: `<name>FeeAmountValue`, in `<name>FeeCurrency`. */
const FEE = /^(\w+Fee)AmountValue$/;

export interface Place {
  readonly name: string;
  /** From 0. */
  readonly place: number;
}

export interface FeeColumn {
  readonly amount: Place;
  /** Absent where the report has no such column: the fee is in the settlement currency. */
  readonly currency: Place | undefined;
}

export interface Columns {
  readonly count: number;
  readonly at: ReadonlyMap<string, Place>;
  readonly fees: readonly FeeColumn[];
}

/** @throws BrokenReport for a row that is no header, has a column twice, or lacks needed ones, all of which it names */
export function columnsOf({ line, cells }: CsvRow): Columns {
  const places = cells.map((name, place): Place => ({ name: name.trim(), place }));
  const at = new Map<string, Place>();
  const missing = NEEDED.filter((name) => !places.some((it) => it.name === name));
  if (missing.length === NEEDED.length) throw new BrokenReport(line, 'the file has no header of settlement details');
  for (const it of places) {
    if (it.name !== '' && at.has(it.name)) throw new BrokenReport(line, 'the column is there twice', it);
    at.set(it.name, it);
  }
  if (missing.length > 0) throw new BrokenReport(line, `the header lacks ${missing.join(', ')}`);
  const fees = places.flatMap((amount): FeeColumn[] => {
    const currency = ODD_FEES.get(amount.name) ?? amount.name.replace(FEE, '$1Currency');
    return currency === amount.name ? [] : [{ amount, currency: at.get(currency) }];
  });
  return { count: cells.length, at, fees };
}

/**
 * A row of Antom's settlement details: what moved, in the order's currency and in that of the settlement, and what was taken of
 * it. Amounts are decimal text in major units with a sign; of fees, a negative one was charged. Pure.
 */
import { alphabeticCode } from '../../currencies.ts';
import { alphabeticPair, settle } from '../../exchange.ts';
import { ATTEMPT_NO, REFUND_NO } from '../../ids.ts';
import { fromDecimalText, type Money } from '../../money.ts';
import type { EpochMs } from '../../time.ts';
import type { Column, Columns, Place } from './report-columns.ts';
import { BrokenReport, type CsvRow } from './report-csv.ts';

/** Money of one sale: the others are fees of the account, reserves, disputes, and types to come. */
export const MOVEMENTS = {
  PAYMENT: { type: 'payment', sign: 1 },
  REFUND: { type: 'refund', sign: -1 },
  CANCEL: { type: 'cancel', sign: -1 },
  PAYMENT_REVERSAL: { type: 'payment_reversal', sign: -1 },
  REFUND_REVERSAL: { type: 'refund_reversal', sign: 1 },
} as const;

export type MovementType = (typeof MOVEMENTS)[keyof typeof MOVEMENTS]['type'];

/** All values are minor units with a sign: what the merchant pays is below zero, and a fee that it pays is above. */
export interface Row {
  readonly line: number;
  /** As the channel writes it. */
  readonly typeName: string;
  /** `undefined`: it is no movement of one sale. */
  readonly type: MovementType | undefined;
  readonly batchId: string;
  readonly customerId: string;
  readonly numbers: Numbers;
  readonly at: EpochMs;
  /** In the order's currency; what is no movement may have none. */
  readonly amount: Money | undefined;
  readonly currency: string;
  readonly gross: number;
  /** The sum of all fee columns. */
  readonly fees: number;
  readonly net: number;
  readonly quote: { readonly pair: string; readonly price: string } | undefined;
}

export interface Numbers {
  readonly requestId: string;
  readonly originalId: string;
  readonly transactionId: string;
}

/** Larger than any amount of a shop, so that a sum of a million is a safe integer in most currencies. */
const AMOUNT = /^-?(?:0|[1-9]\d{0,11})(?:\.(\d{1,6}))?$/;

/** @throws BrokenReport with the line and the column that cannot be read */
export function rowOf(columns: Columns, row: CsvRow): Row {
  return new RowReader(columns, row).read();
}

class RowReader {
  private readonly columns: Columns;
  private readonly row: CsvRow;

  constructor(columns: Columns, row: CsvRow) {
    this.columns = columns;
    this.row = row;
    if (row.cells.length !== columns.count)
      throw new BrokenReport(row.line, `it has ${row.cells.length} cells for ${columns.count} columns`);
  }

  read(): Row {
    const typeName = this.needed('transactionType');
    const movement = Object.hasOwn(MOVEMENTS, typeName) ? MOVEMENTS[typeName as keyof typeof MOVEMENTS] : undefined;
    const currency = this.currency(this.place('settlementCurrency'));
    const net = this.amount(this.place('settlementAmountValue'), currency);
    const requestId = movement ? this.needed('transactionRequestId') : this.text('transactionRequestId');
    const quote = this.quote();
    const sign = movement?.sign;
    const amount = movement || this.text('transactionAmountValue') !== '' ? this.transactionAmount(sign) : undefined;
    const gross = this.gross(currency, amount, quote, sign);
    const fees = this.fees(currency);
    // Fees of the account, reserves and the like have their amount in the net column alone.
    const isPlain = !movement && gross === 0 && fees === 0;
    if (!isPlain && Math.abs(net - (gross - fees)) > 1)
      throw this.broken(
        `the row does not add up: ${this.text('settlementAmountValue')} is not the converted amount and its fees`,
        this.place('settlementAmountValue'),
      );
    return {
      line: this.row.line,
      typeName,
      type: movement?.type,
      batchId: this.needed('settlementBatchId'),
      customerId: this.needed('customerId'),
      numbers: {
        requestId,
        originalId: this.text('originalTransactionRequestId'),
        transactionId: this.text('transactionId'),
      },
      at: this.date(),
      amount,
      currency,
      gross,
      fees,
      net,
      quote,
    };
  }

  private transactionAmount(sign: number | undefined): Money {
    const currency = this.currency(this.place('transactionCurrency'));
    return { currency, value: signed(sign, this.amount(this.place('transactionAmountValue'), currency)) };
  }

  /** As the report says it; else the amount itself, or by the quote. */
  private gross(currency: string, amount: Money | undefined, quote: Row['quote'], sign: number | undefined): number {
    const place = this.columns.at.get('convertedTransactionAmountValue');
    if (place && this.cell(place) !== '') return signed(sign, this.amount(place, currency));
    if (amount === undefined || amount.value === 0) return 0;
    if (amount.currency === currency) return amount.value;
    const settled = quote && settle(amount, quote.pair, quote.price);
    if (settled?.currency !== currency)
      throw this.broken(
        `neither a converted amount nor a quote says what ${amount.currency} is in ${currency}`,
        place ?? this.place('transactionAmountValue'),
      );
    return settled.value;
  }

  private fees(currency: string): number {
    let sum = 0;
    for (const fee of this.columns.fees) {
      if (this.cell(fee.amount) === '') continue;
      if (fee.currency && this.cell(fee.currency) !== '') {
        const told = this.currency(fee.currency);
        if (told !== currency)
          throw this.broken(`the fee is in ${told}, and the settlement in ${currency}`, fee.currency);
      }
      sum += this.amount(fee.amount, currency);
    }
    return 0 - sum;
  }

  private quote(): Row['quote'] {
    const [written, price] = [this.text('quoteCurrencyPair'), this.text('quotePrice')];
    if (written === '' || price === '') return undefined;
    const pair = alphabeticPair(written);
    if (pair === undefined)
      throw this.broken(`${JSON.stringify(written)} names no two currencies`, this.place('quoteCurrencyPair'));
    return { pair, price };
  }

  /** The day, or the instant; a time without an offset is of UTC+8, as the days of settlement are. */
  private date(): EpochMs {
    const text = this.needed('settlementInitiatedDate');
    const parts = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d:\d\d:\d\d)([+-]\d\d:\d\d|Z)?)?$/.exec(text);
    const [, year, month, day, time = '00:00:00', offset = '+08:00'] = parts ?? [];
    const at = Date.parse(`${year}-${month}-${day}T${time}${offset}`);
    const isDay = Number(day) === new Date(Date.parse(`${year}-${month}-${day}T00:00:00Z`)).getUTCDate();
    if (Number.isNaN(at) || !isDay)
      throw this.broken(`${JSON.stringify(text)} is no date`, this.place('settlementInitiatedDate'));
    return at;
  }

  private currency(place: Place): string {
    const text = this.cell(place);
    const code = alphabeticCode(text);
    if (code === undefined) throw this.broken(`${JSON.stringify(text)} is no currency`, place);
    return code;
  }

  private amount(place: Place, currency: string): number {
    // A blank in front may stand where a sign was.
    const text = (this.row.cells[place.place] ?? '').trimEnd();
    const match = AMOUNT.exec(text);
    if (!match) throw this.broken(`${JSON.stringify(text)} is no amount`, place);
    const money = fromDecimalText(currency, match[1] === undefined ? text : text.replace(/\.?0+$/, '') || '0');
    if (!money) throw this.broken(`${text} has more decimals than ${currency} has`, place);
    return money.value;
  }

  private needed(name: Column): string {
    const text = this.text(name);
    if (text === '') throw this.broken('the cell is empty', this.place(name));
    return text;
  }

  /** Empty where the report has no such column. */
  private text(name: Column): string {
    const place = this.columns.at.get(name);
    return place ? this.cell(place) : '';
  }

  private cell({ place }: Place): string {
    return (this.row.cells[place] ?? '').trim();
  }

  private place(name: Column): Place {
    return this.columns.at.get(name) ?? { name, place: -1 };
  }

  private broken(what: string, place: Place): BrokenReport {
    return new BrokenReport(this.row.line, what, place);
  }
}

/** Which way the money of a movement went, its type says. */
function signed(sign: number | undefined, value: number): number {
  return sign === undefined || value === 0 ? value : sign * Math.abs(value);
}

/** Whose movement it is: ours, by its number or by that of what it undoes; `undefined`: another system's. */
export function oursOf(
  type: MovementType,
  { requestId, originalId }: Numbers,
): { readonly attemptNo: string | null; readonly requestNo: string | null } | undefined {
  const attemptNo = [originalId, requestId].find((number) => ATTEMPT_NO.test(number)) ?? null;
  if (type !== 'refund' && type !== 'refund_reversal')
    return attemptNo === null ? undefined : { attemptNo, requestNo: null };
  const requestNo = [requestId, originalId].find((number) => REFUND_NO.test(number));
  if (requestNo !== undefined) return { attemptNo, requestNo };
  // A refund of our sale that another system made has a number of its own.
  return attemptNo === null ? undefined : { attemptNo, requestNo: requestId === attemptNo ? null : requestId };
}

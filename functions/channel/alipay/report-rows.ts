import { ATTEMPT_NO } from '../../ids.ts';
import type { ReportRow } from '../channel.ts';
import { YUAN } from './answers.ts';
import { Cells, Unreadable } from './report-cells.ts';
import { type Columns, IN_DOUBT, LONGEST_NUMBER, NEEDED, type Needed } from './report-columns.ts';

/** The trade bill is in yuan. */

/**
 * Amounts in fen. `fee` has the sign that is printed, which only the whole file explains; `gross` and `received` have that of
 * the kind of business, because printed ones vary. What cannot be read is absent.
 */
export type Row =
  | { readonly kind: 'ours'; readonly line: ReportRow }
  | {
      readonly kind: 'foreign';
      readonly type: ReportRow['type'] | undefined;
      readonly received: number | undefined;
      readonly fee: number | undefined;
    }
  | {
      readonly kind: 'unread';
      readonly attemptNo: string;
      readonly type: ReportRow['type'] | undefined;
      readonly requestNo: string | null;
      readonly received: number | undefined;
      readonly why: string;
    };

export class RowReader {
  private readonly columns: Columns;
  private readonly cells = new Cells();
  private readonly places: Record<Needed, number>;

  constructor(columns: Columns) {
    this.columns = columns;
    this.places = { ...columns.at };
  }

  /** The row in the bytes from `begin` to before `end`. @throws Unreadable if it is longer than any row */
  read(bytes: Buffer, begin: number, end: number): Row {
    const { cells, columns, places } = this;
    if (!cells.cut(bytes, begin, end)) throw new Unreadable('a line is too long');
    const isPlaced = columns.place(cells, places);
    const type = places.type < 0 ? undefined : cells.type(places.type);
    const received = signed(type, this.amount('received'));
    const attemptNo = this.attemptNo();
    if (attemptNo === undefined) return { kind: 'foreign', type, received, fee: this.amount('fee') };

    const at = places.at < 0 ? undefined : cells.time(places.at);
    const gross = signed(type, this.amount('gross'));
    const fee = this.amount('fee');
    const tradeNo = this.number('tradeNo');
    const requestNo = this.number('requestNo');
    const number = type !== 'payment' && requestNo ? requestNo : null;
    const isWhole = isPlaced && places.attemptNo >= 0 && cells.text(places.attemptNo) === attemptNo;
    const isRead = tradeNo !== undefined && tradeNo !== '' && requestNo !== undefined && at !== undefined;
    if (!isWhole || !isRead || type === undefined || gross === undefined || received === undefined || fee === undefined)
      return { kind: 'unread', attemptNo, type, requestNo: number, received, why: this.why(isPlaced) };
    const line = { type, tradeNo, attemptNo, requestNo: number, at, currency: YUAN, gross, fee, received };
    return { kind: 'ours', line };
  }

  /** If it is of our form; if nothing says where it stands, any cell that is. Quotes around it do not make it another's. */
  private attemptNo(): string | undefined {
    const { cells, places } = this;
    const ours = (i: number) => {
      const text = cells.text(i).replace(/^"(.*)"$/, '$1');
      return ATTEMPT_NO.test(text) ? text : undefined;
    };
    if (places.attemptNo >= 0) return ours(places.attemptNo);
    for (let i = 0; i < cells.count; i += 1) {
      const found = ours(i);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private number(name: 'tradeNo' | 'requestNo'): string | undefined {
    const place = this.places[name];
    return place >= 0 && this.cells.isNumber(place, LONGEST_NUMBER) ? this.cells.text(place) : undefined;
  }

  private amount(name: 'gross' | 'received' | 'fee'): number | undefined {
    const place = this.places[name];
    return place < 0 ? undefined : this.cells.amount(place);
  }

  private why(isPlaced: boolean): string {
    const { cells, columns, places } = this;
    const names = Object.keys(NEEDED) as readonly Needed[];
    const doubtful = names.filter((name) => places[name] === IN_DOUBT).map((name) => NEEDED[name]);
    if (doubtful.length > 0) return `it can be read in more than one way (${doubtful.join(', ')})`;
    if (!isPlaced) return `it has ${cells.count} cells for ${columns.count} columns`;
    const wrong = names.filter((name) => !this.isGood(name)).map((name) => NEEDED[name]);
    return `${wrong.join(', ')}: not what it can be`;
  }

  private isGood(name: Needed): boolean {
    const place = this.places[name];
    if (name === 'tradeNo') return Boolean(this.number(name));
    if (name === 'requestNo') return this.number(name) !== undefined;
    if (name === 'attemptNo') return ATTEMPT_NO.test(this.cells.text(place));
    if (name === 'type') return this.cells.type(place) !== undefined;
    return name === 'at' ? this.cells.time(place) !== undefined : this.amount(name) !== undefined;
  }
}

/** Which way the money went, the kind of business says. */
function signed(type: ReportRow['type'] | undefined, amount: number | undefined): number | undefined {
  if (type === undefined || amount === undefined) return undefined;
  return type === 'refund' ? 0 - Math.abs(amount) : Math.abs(amount);
}

/** The detail of a bill, line by line: its frame, its header, its rows and its foot, in one part file or several. Pure. */

import { fromDecimalText } from '../../money.ts';
import type { UnreadRow } from '../channel.ts';
import { YUAN } from './answers.ts';
import { decode, skipBlanks, Unreadable } from './report-cells.ts';
import { Columns, NEEDED } from './report-columns.ts';
import { FeeSigns } from './report-fees.ts';
import { PackedLines } from './report-lines.ts';
import { type Row, RowReader } from './report-rows.ts';
import { Section } from './report-sums.ts';

const HASH = 0x23;
/** With more of them it is not the rows that are odd, but the file. */
const UNREAD_MAX = 1000;

export class Detail {
  readonly rows = new PackedLines();
  readonly fees = new FeeSigns();
  readonly unread: UnreadRow[] = [];
  foreign = 0;
  private readonly of: { readonly sellerId: string; readonly day: string };
  private reader: RowReader | undefined;
  private section = new Section();
  private hasSums = false;
  private unreadRows = 0;
  private readonly isKnown = { account: false, day: false };
  /** Of the part file that is read. */
  private part = '';
  private lineNo = 0;
  private hasBegun = false;
  private hasEnded = false;

  /** `day` is `YYYY-MM-DD` in China, `sellerId` the account that the bill must be of. */
  constructor(of: { readonly sellerId: string; readonly day: string }) {
    this.of = of;
  }

  /** What `name` says stands behind the numbers of its lines. @throws Unreadable */
  beginPart(name: string): void {
    this.closeSection();
    this.part = name;
    this.lineNo = 0;
    this.hasBegun = false;
    this.hasEnded = false;
  }

  /** @throws Unreadable */
  takeLine(bytes: Buffer, begin: number, end: number): void {
    this.lineNo += 1;
    const first = skipBlanks(bytes, begin, end);
    if (first === end) return;
    const text = () => decode(bytes.subarray(first, end), 'gb18030', `line ${this.lineNo}${this.part}`).trim();
    if (bytes[first] === HASH) this.takeFrame(text());
    else if (this.hasEnded) throw new Unreadable('there are rows behind the end');
    else if (this.hasBegun) this.takeRow(bytes, begin, end);
    else {
      this.hasBegun = true;
      // Parts behind the first may have no header of their own.
      const header = this.reader ? headerIn(bytes.subarray(first, end)) : text();
      if (header === undefined) this.takeRow(bytes, begin, end);
      else this.reader = new RowReader(new Columns(header, this.of.day));
      this.mustBeKnown();
    }
  }

  /** @throws Unreadable */
  end(): void {
    // A bill of nothing at all says what it lacks.
    if (!this.reader) this.reader = new RowReader(new Columns('', this.of.day));
    if (this.section.hasFoot || !this.section.isEmpty || !this.hasSums) {
      if (!this.hasEnded && !this.section.hasFoot) throw new Unreadable('the end of the bill is missing');
      this.close();
    }
  }

  /** Where only the last part has a foot, that is the foot of all. */
  private closeSection(): void {
    if (this.section.hasFoot) this.close();
  }

  private close(): void {
    this.unread.push(...this.section.close());
    this.section = new Section();
    this.hasSums = true;
  }

  private takeFrame(text: string): void {
    if (this.hasBegun) this.hasEnded = true;
    const { sellerId, day } = this.of;
    // Alipay prints the seller's id and behind it the account's currency.
    const account = /^#账号[：:]\[(\d{16,24})\]/.exec(text)?.[1];
    if (account !== undefined && !account.startsWith(sellerId)) throw new Unreadable('the bill is of another account');
    const [begin, year, month, date] = /^#起始日期[：:]\[(\d{4})年(\d\d)月(\d\d)日/.exec(text) ?? [];
    if (begin !== undefined && `${year}-${month}-${date}` !== day)
      throw new Unreadable(`the bill is of another day, not of ${day}`);
    this.isKnown.account ||= account !== undefined;
    this.isKnown.day ||= begin !== undefined;
    this.section.takeFoot(text, amountOf);
  }

  private mustBeKnown(): void {
    if (!this.isKnown.account) throw new Unreadable('the bill does not say whose it is');
    if (!this.isKnown.day) throw new Unreadable('the bill does not say of which day it is');
  }

  private takeRow(bytes: Buffer, begin: number, end: number): void {
    const row = this.reader?.read(bytes, begin, end);
    if (!row) return;
    if (row.kind === 'ours') this.rows.add(row.line);
    if (row.kind === 'foreign') this.foreign += 1;
    const { type, fee } = row.kind === 'ours' ? row.line : { fee: undefined, ...row };
    if (type === 'payment' && fee !== undefined) this.fees.addPayment(fee);
    this.section.add(row.kind === 'unread' ? this.named(row) : row, this.lineNo);
  }

  private named(row: Extract<Row, { kind: 'unread' }>): Row {
    const why = `line ${this.lineNo}${this.part}: ${row.why}`;
    this.unreadRows += 1;
    if (this.unreadRows > UNREAD_MAX) throw new Unreadable(`more than ${UNREAD_MAX} rows cannot be read; ${why}`);
    return { ...row, why };
  }
}

/** The header, if it is one; a row may have bytes that are no characters. */
function headerIn(line: Buffer): string | undefined {
  const text = new TextDecoder('gb18030').decode(line);
  const names = text.split(',').map((name) => name.trim());
  return names.includes(NEEDED.tradeNo) && names.includes(NEEDED.attemptNo) ? text : undefined;
}

/** Fen; a bill's amounts have two digits behind the point. */
function amountOf(text: string): number | undefined {
  return /^[+-]?\d{1,12}\.\d\d$/.test(text) ? fromDecimalText(YUAN, text.replace('+', ''))?.value : undefined;
}

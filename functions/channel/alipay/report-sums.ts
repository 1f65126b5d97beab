/**
 * What the rows of a bill come to, beside what the bill itself says that they do. A bill that was cut short or forged does not
 * add up; rows that cannot be read may be worth what is left, and nothing else. Pure.
 */

import type { ReportRow, UnreadRow } from '../channel.ts';
import { Unreadable } from './report-cells.ts';
import type { Row } from './report-rows.ts';

type Type = ReportRow['type'];
const NAMES: Readonly<Record<Type, string>> = { payment: '交易合计', refund: '退款合计' };

/** Count, and sum of what was received in fen, without a sign. */
interface Sum {
  readonly count: number;
  readonly received: number;
}

type Unread = Extract<Row, { kind: 'unread' }> & { readonly line: number };

/** Rows up to one foot: those of one part file, or of all parts where only the last one has a foot. */
export class Section {
  private readonly read = { payment: { count: 0, received: 0 }, refund: { count: 0, received: 0 } };
  private readonly printed: { [type in Type]?: Sum } = {};
  /** Rows whose kind is known and whose amount is not. */
  private readonly open = { payment: 0, refund: 0 };
  /** Rows whose kind is not known: ours, and others, which may be pieces of a row that has a line feed in it. */
  private readonly loose = { ours: 0, foreign: 0 };
  private readonly unread: Unread[] = [];
  isEmpty = true;

  add(row: Row, line: number): void {
    this.isEmpty = false;
    const { type, received } = row.kind === 'ours' ? row.line : row;
    if (type === undefined) this.loose[row.kind === 'foreign' ? 'foreign' : 'ours'] += 1;
    else if (received === undefined) this.open[type] += 1;
    else {
      this.read[type].count += 1;
      this.read[type].received += Math.abs(received);
    }
    if (row.kind === 'unread') this.unread.push({ ...row, line });
  }

  /** A line of the foot. The first of a kind counts. */
  takeFoot(text: string, amountOf: (text: string) => number | undefined): void {
    for (const type of ['payment', 'refund'] as const) {
      const pattern = new RegExp(`^#${NAMES[type]}[：:](\\d{1,9})笔.*?实收(?:退款)?共([+-]?[\\d.]{1,20})元`);
      const [, count, sum = ''] = pattern.exec(text) ?? [];
      if (count === undefined || this.printed[type]) continue;
      const received = amountOf(sum);
      if (received === undefined) throw new Unreadable(`the bill's own sum is none (${NAMES[type]})`);
      this.printed[type] = { count: Number(count), received: Math.abs(received) };
    }
  }

  get hasFoot(): boolean {
    return this.printed.payment !== undefined || this.printed.refund !== undefined;
  }

  /** The rows of ours that cannot be read, with what is left for each. @throws Unreadable if the rows do not add up */
  close(): UnreadRow[] {
    const left = { payment: this.left('payment'), refund: this.left('refund') };
    const { ours, foreign } = this.loose;
    const found = left.payment.loose + left.refund.loose;
    const only = left.refund.loose > 0 && left.payment.loose === 0 ? 'refund' : 'payment';
    if (found < ours || found > ours + foreign) throw notAddingUp(only);
    /** Of rows whose kind is not known, the kind, if it can be only one. */
    const known = found === ours + foreign && (left.payment.loose === 0 || left.refund.loose === 0);
    return this.unread.map(({ line, attemptNo, why, requestNo, received, ...row }) => {
      const type = row.type ?? (known ? only : null);
      const isAlone = type !== null && left[type].rows === 1;
      const rest = type === null ? 0 : left[type].received;
      const worth = received ?? (isAlone ? (type === 'refund' ? 0 - rest : rest) : null);
      return { line, attemptNo, type, requestNo, worth, why };
    });
  }

  /** What the bill says of a kind, less what was read: rows, those of them whose kind is not known, and their money. */
  private left(type: Type): { rows: number; loose: number; received: number } {
    const printed = this.printed[type];
    if (!printed) throw new Unreadable(`the bill lacks its own sum (${NAMES[type]})`);
    const rows = printed.count - this.read[type].count;
    const received = printed.received - this.read[type].received;
    const loose = rows - this.open[type];
    if (loose < 0 || received < 0 || (rows === 0 && received !== 0)) throw notAddingUp(type);
    return { rows, loose, received };
  }
}

function notAddingUp(type: Type): Unreadable {
  return new Unreadable(`the rows do not add up to what the bill says (${NAMES[type]})`);
}

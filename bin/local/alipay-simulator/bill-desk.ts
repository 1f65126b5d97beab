/** Where bills are handed out: a link that lives for thirty seconds, and the file behind it. */
import { randomBytes } from 'node:crypto';
import { billFile, readyAt } from './bill.ts';
import { appliesTo, type BillFault } from './bill-faults.ts';
import { beginOf, rowsOf } from './bill-rows.ts';
import type { Books } from './books.ts';
import type { Faults } from './faults.ts';
import type { App } from './wire.ts';

interface Issued {
  readonly app: App;
  readonly sellerId: string;
  readonly day: string;
  readonly endsAt: number;
}

/** What a GET of a link brings. */
export type BillReply = { readonly file: Buffer } | { readonly redirect: string } | 'silence' | undefined;

const LINK_LASTS = 30_000;

export class BillDesk {
  /** The simulator's own address, known once it listens. */
  base = '';
  private readonly books: Books;
  private readonly faults: Faults;
  private readonly issued = new Map<string, Issued>();

  constructor(books: Books, faults: Faults) {
    this.books = books;
    this.faults = faults;
  }

  /** A link to the account's bill of `day`, or a refusal by its `sub_code`. */
  link(app: App, sellerId: string, day: string, now: number): { url: string; isEmpty: boolean } | { no: string } {
    if (beginOf(day) === undefined) return { no: 'isp.INVAILID_ARGUMENTS' };
    if (now < readyAt(day, this.faults.bill)) return { no: 'isp.BILL_NOT_EXIST' };
    for (const [token, { endsAt }] of this.issued) if (endsAt <= now) this.issued.delete(token);
    const token = randomBytes(16).toString('hex');
    this.issued.set(token, { app, sellerId, day, endsAt: now + LINK_LASTS });
    const fault = this.faultOf(day);
    const isBare = fault.empty === true || rowsOf(this.books, app, sellerId, day).length === 0;
    const isEmpty = isBare && !fault.foreign && !fault.add?.length;
    return { url: fault.link?.elsewhere ?? `${this.base}/bill/${token}`, isEmpty };
  }

  open(token: string, now: number): BillReply {
    const issued = this.issued.get(token);
    if (!issued || issued.endsAt <= now) return undefined;
    const { app, sellerId, day } = issued;
    const { link } = this.faultOf(day);
    if (link?.silent) return 'silence';
    if (link?.redirect !== undefined) return { redirect: link.redirect };
    return { file: billFile(rowsOf(this.books, app, sellerId, day), { sellerId, day, now }, this.faults.bill) };
  }

  private faultOf(day: string): BillFault {
    const { bill } = this.faults;
    return bill && appliesTo(bill, day) ? bill : {};
  }
}

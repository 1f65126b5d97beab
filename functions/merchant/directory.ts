/** The store of merchants and keys. What was read is kept for 30 s, so a revocation bites within that time. */
import type { Item, Table } from '../table/table.ts';
import { type EpochMs, type Millis, SECOND } from '../time.ts';
import type { Credential, KeyItem } from './credentials.ts';
import type { Merchant } from './merchant.ts';
import { readCredential, readKeyItem, readMerchant } from './stored.ts';
import { listTerminals } from './terminals.ts';

const KEPT: Millis = 30 * SECOND;
const KEPT_MAX = 2_000;

export class Directory {
  /** For those who write terminals and keys, and must see them as they are. */
  readonly table: Table;
  private readonly now: () => EpochMs;
  private readonly kept = new Map<string, { readonly kind: string; readonly item: unknown; readonly until: EpochMs }>();

  constructor(table: Table, now: () => EpochMs) {
    this.table = table;
    this.now = now;
  }

  async merchant(merchantId: string): Promise<Merchant | undefined> {
    return this.read(merchantId, 'merchant', readMerchant);
  }

  async key(keyid: string): Promise<KeyItem | undefined> {
    return this.read(keyid, 'key', readKeyItem);
  }

  /** A terminal or a back office. */
  async credential(id: string): Promise<Credential | undefined> {
    return this.read(id, 'credential', readCredential);
  }

  /** A page of the merchant's terminals, as they are now. @throws BadCursor for one of another list */
  terminals(merchantId: string, page: { readonly limit: number; readonly cursor: string | undefined }) {
    return listTerminals(this.table, merchantId, page);
  }

  /** Absence is not kept: a key that was just enrolled works at once, and unknown ids cannot fill the memory. */
  private async read<T>(id: string, kind: string, checked: (item: Item) => T): Promise<T | undefined> {
    const now = this.now();
    const known = this.kept.get(id);
    // An id may be of another kind than the caller asks for, such as a merchant's in place of a key's.
    if (known && now < known.until) return known.kind === kind ? (known.item as T) : undefined;
    const stored = await this.table.get(id);
    if (stored?.kind !== kind) return undefined;
    const item = checked(stored);
    if (this.kept.size >= KEPT_MAX) this.kept.clear();
    this.kept.set(id, { kind, item, until: now + KEPT });
    return item;
  }
}

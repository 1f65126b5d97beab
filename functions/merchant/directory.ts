/** The store of merchants and keys. What was read is kept for 30 s, so a revocation bites within that time. */
import type { Item, Table } from '../table/table.ts';
import { type EpochMs, type Millis, SECOND } from '../time.ts';
import type { Credential, KeyItem, Merchant } from './merchant.ts';

const KEPT: Millis = 30 * SECOND;
const KEPT_MAX = 2_000;

export class Directory {
  /** For those who write terminals and keys, and must see them as they are. */
  readonly table: Table;
  private readonly now: () => EpochMs;
  private readonly kept = new Map<string, { readonly item: Item; readonly until: EpochMs }>();

  constructor(table: Table, now: () => EpochMs) {
    this.table = table;
    this.now = now;
  }

  async merchant(merchantId: string): Promise<Merchant | undefined> {
    return (await this.read(merchantId, 'merchant')) as unknown as Merchant | undefined;
  }

  async key(keyid: string): Promise<KeyItem | undefined> {
    return (await this.read(keyid, 'key')) as unknown as KeyItem | undefined;
  }

  /** A terminal or a back office. */
  async credential(id: string): Promise<Credential | undefined> {
    return (await this.read(id, 'credential')) as unknown as Credential | undefined;
  }

  /** Absence is not kept: a key that was just enrolled works at once, and unknown ids cannot fill the memory. */
  private async read(id: string, kind: string): Promise<Item | undefined> {
    const now = this.now();
    const known = this.kept.get(id);
    // An id may be of another kind than the caller asks for, such as a merchant's in place of a key's.
    if (known && now < known.until) return known.item.kind === kind ? known.item : undefined;
    const item = await this.table.get(id);
    if (item?.kind !== kind) return undefined;
    if (this.kept.size >= KEPT_MAX) this.kept.clear();
    this.kept.set(id, { item, until: now + KEPT });
    return item;
  }
}

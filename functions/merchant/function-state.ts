/**
 * Small items that the functions themselves keep in the directory, beside what operators write: `cnt_…`. They are the only
 * ones there that a function's role may write.
 */
import type { Table } from '../table/table.ts';
import { type EpochMs, type Millis, SECOND } from '../time.ts';

const KEPT: Millis = 30 * SECOND;
const KEPT_MAX = 2_000;
/** Writers that lose the race read again; one of them always wins, so this bound is only ever met by a fault. */
const RACES_MAX = 50;

type Stored = { readonly id: string; readonly version: number };

export class FunctionState {
  private readonly table: Table;
  private readonly now: () => EpochMs;
  private readonly kept = new Map<string, { readonly item: unknown; readonly until: EpochMs }>();

  constructor(table: Table, now: () => EpochMs) {
    this.table = table;
    this.now = now;
  }

  async get<T>(name: string): Promise<T | undefined> {
    return (await this.table.get(idOf(name))) as T | undefined;
  }

  /** What was read in the last 30 s, absence included. */
  async recent<T>(name: string): Promise<T | undefined> {
    const known = this.kept.get(name);
    if (known && this.now() < known.until) return known.item as T | undefined;
    const item = await this.get<T>(name);
    this.keep(name, item);
    return item;
  }

  /**
   * Reads, asks `decide` for the next value and writes it under the version that was read, again until no other writer was faster.
   * `undefined` from `decide` leaves everything as it is. Answers the value as it then stands.
   */
  async change<T extends object>(
    name: string,
    decide: (current: T | undefined) => T | undefined,
  ): Promise<T | undefined> {
    const id = idOf(name);
    for (let race = 0; race < RACES_MAX; race += 1) {
      const current = (await this.table.get(id)) as (T & Stored) | undefined;
      const next = decide(current);
      if (next === undefined) return current;
      const seen = current?.version;
      const item = { ...next, id, version: (seen ?? 0) + 1 };
      const written = seen === undefined ? await this.table.create(item) : await this.table.replace(item, seen);
      if (!written) continue;
      this.keep(name, item);
      return item;
    }
    throw new Error(`${id} is written by too many at once`);
  }

  private keep(name: string, item: unknown): void {
    if (this.kept.size >= KEPT_MAX) this.kept.clear();
    this.kept.set(name, { item, until: this.now() + KEPT });
  }
}

/** The directory's id of what is kept under `name`. */
export function idOf(name: string): string {
  return `cnt_${name}`;
}

/**
 * Small items that the functions themselves keep in the directory, beside what operators write: `cnt_…`. They are the only
 * ones there that a function's role may write.
 */
import type { Item, Table } from '../table/table.ts';
import { updateItem } from '../table/update.ts';
import { type EpochMs, type Millis, SECOND } from '../time.ts';

const KEPT: Millis = 30 * SECOND;
const KEPT_MAX = 2_000;
/** Lost races of one change with other writers of its item. */
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
    const read = (item: Item) => item as T & Stored;
    const { item, isNew } = await updateItem(this.table, id, { racesMax: RACES_MAX, read }, (current) => {
      const next = decide(current);
      if (next === undefined) return { result: { item: current, isNew: false } };
      const item = { ...next, id, version: (current?.version ?? 0) + 1 };
      return { result: { item, isNew: true }, item };
    });
    if (isNew) this.keep(name, item);
    return item;
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

/**
 * Small items that the functions themselves keep in the directory, beside what operators write: `cnt_…`. They are the only
 * ones there that a function's role may write.
 */
import { reader } from '../table/stored.ts';
import type { Item, Table } from '../table/table.ts';
import { updateItem } from '../table/update.ts';
import { type EpochMs, type Millis, SECOND } from '../time.ts';

const KEPT: Millis = 30 * SECOND;
const KEPT_MAX = 2_000;
/** Lost races of one change with other writers of its item. */
const RACES_MAX = 50;

interface Stored {
  readonly id: string;
  readonly version: number;
}
const readStored = reader<Stored>('directory', 'id', { id: 'text', version: 'integer' });

/** Checks what is read back. @throws WrongItem */
export type Read<T> = (item: Item) => T;

export class FunctionState {
  private readonly table: Table;
  private readonly now: () => EpochMs;
  private readonly kept = new Map<string, { readonly item: Item | undefined; readonly until: EpochMs }>();

  constructor(table: Table, now: () => EpochMs) {
    this.table = table;
    this.now = now;
  }

  async get<T>(name: string, read: Read<T>): Promise<T | undefined> {
    const item = await this.table.get(idOf(name));
    return item && read(item);
  }

  /** What was read in the last 30 s, absence included. */
  async recent<T>(name: string, read: Read<T>): Promise<T | undefined> {
    const known = this.kept.get(name);
    if (known && this.now() < known.until) return known.item && read(known.item);
    const item = await this.table.get(idOf(name));
    this.keep(name, item);
    return item && read(item);
  }

  /**
   * Reads, asks `decide` for the next value and writes it under the version that was read, again until no other writer was faster.
   * `undefined` from `decide` leaves everything as it is. Answers the value as it then stands.
   */
  async change<T extends object>(
    name: string,
    read: Read<T>,
    decide: (current: T | undefined) => T | undefined,
  ): Promise<T | undefined> {
    const id = idOf(name);
    const readBoth = (item: Item) => ({ ...read(item), ...readStored(item) });
    const updating = { racesMax: RACES_MAX, read: readBoth };
    const { value, isNew } = await updateItem(this.table, id, updating, (current) => {
      const next = decide(current);
      if (next === undefined) return { result: { value: current, isNew: false } };
      const item = { ...next, id, version: (current?.version ?? 0) + 1 };
      return { result: { value: item, isNew: true }, item };
    });
    if (isNew) this.keep(name, { ...value });
    return value;
  }

  private keep(name: string, item: Item | undefined): void {
    if (this.kept.size >= KEPT_MAX) this.kept.clear();
    this.kept.set(name, { item, until: this.now() + KEPT });
  }
}

/** The directory's id of what is kept under `name`. */
export function idOf(name: string): string {
  return `cnt_${name}`;
}

/**
 * A table in virtual time: items change at once and for all, indexes follow later. What a write must never do is checked
 * here, on every write that is applied.
 */
import type { Item } from './port.ts';

/** Which attributes a table is found by: its key, and those of each index. */
interface TableShape {
  readonly key: string;
  readonly indexes: Readonly<
    Record<string, { readonly partition: string; readonly sort: string; readonly sortType: 'S' | 'N' }>
  >;
}

interface Query {
  readonly index: string;
  readonly partition: string;
  readonly range?: { readonly from?: string | number; readonly to?: string | number };
  readonly limit: number;
  readonly newestFirst?: boolean;
  readonly cursor?: string;
}

/** Keys that an index nominates, and where the next page begins. */
interface Page {
  readonly keys: readonly string[];
  readonly cursor: string | undefined;
}

export interface Store {
  readonly shape: TableShape;
  get(key: string): Item | undefined;
  /** Applies the write if its condition holds. `by`: whoever hears of writes is told it. */
  write(item: Item, seen: number | undefined, by?: unknown): boolean;
  query(query: Query): Page;
  all(): Item[];
  /** Whether all indexes have heard of all writes. */
  isCurrent(): boolean;
  /** The earliest due time of all items that wait for the sweep. */
  nextDue(): number;
}

type Sorted = { readonly key: string; readonly sort: string | number };

/** `lag()` says how long the indexes take to hear of a write; `later` runs something after it. */
export function storeOf(
  shape: TableShape,
  options: {
    lag(): number;
    later(ms: number, run: () => void): void;
    onWrite(before: Item | undefined, after: Item, size: number, by: unknown): void;
    /** After the write. */
    written(): void;
    /** The product's own: its lists read them as well as its tables. */
    readonly cursors?: {
      write(query: Query, sort: unknown, key: unknown): string;
      read(query: Query, sortType: 'S' | 'N'): Sorted;
    };
  },
): Store {
  const { cursors = PLAIN } = options;
  /** What was written, as plain JSON; whoever reads it must not change it, and nobody does. */
  const items = new Map<string, Item>();
  const indexed = new Map<string, Item>();
  const due = new Map<string, number>();
  let lagging = 0;
  const read = (key: string): Item | undefined => items.get(key);
  const index = (item: Item) => {
    const key = String(item[shape.key]);
    const known = indexed.get(key);
    if (!known || Number(known.version) < Number(item.version)) indexed.set(key, item);
  };
  return {
    shape,
    get: read,
    write(item, seen, by) {
      const key = String(item[shape.key]);
      const before = read(key);
      if (seen === undefined ? before !== undefined : before?.version !== seen) return false;
      // Each version of an item is one more than what it replaces, so that of two writers one is told.
      if (item.version !== (seen ?? 0) + 1) throw new RangeError(`${key} is written as version ${item.version}`);
      const text = JSON.stringify(item);
      const copy = JSON.parse(text) as Item;
      options.onWrite(before, copy, text.length, by);
      items.set(key, copy);
      if (typeof item.dueAt === 'number' && item.dueShard !== 'anomaly') due.set(key, item.dueAt);
      else due.delete(key);
      options.written();
      const lag = options.lag();
      if (lag === 0) index(copy);
      else {
        lagging += 1;
        options.later(lag, () => {
          lagging -= 1;
          index(copy);
        });
      }
      return true;
    },
    query(query) {
      const { partition, range, limit, newestFirst } = query;
      const at = shape.indexes[query.index];
      if (!at) throw new Error(`no index ${query.index}`);
      const after = query.cursor === undefined ? undefined : cursors.read(query, at.sortType);
      const direction = newestFirst ? -1 : 1;
      const rows: Sorted[] = [];
      for (const [key, item] of indexed) {
        const sort = item[at.sort] as string | number | undefined;
        if (item[at.partition] !== partition || sort === undefined) continue;
        if (range?.from !== undefined && sort < range.from) continue;
        if (range?.to !== undefined && sort > range.to) continue;
        rows.push({ key, sort });
      }
      rows.sort((a, b) => direction * compare(a, b));
      const rest = after ? rows.filter((row) => direction * compare(row, after) > 0) : rows;
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      const more = last !== undefined && rest.length > page.length;
      return { keys: page.map(({ key }) => key), cursor: more ? cursors.write(query, last.sort, last.key) : undefined };
    },
    nextDue: () => Math.min(...due.values()),
    all: () => [...items.values()],
    isCurrent: () => lagging === 0,
  };
}

const PLAIN = {
  write: (_: Query, sort: unknown, key: unknown) => JSON.stringify({ sort, key }),
  read: ({ cursor = '' }: Query): Sorted => JSON.parse(cursor) as Sorted,
};

function compare(a: Sorted, b: Sorted): number {
  if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

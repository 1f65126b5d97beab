/** The table in memory: the simulation's and the fast tests'. Same answers as DynamoDB, proved by the same suite. */
import {
  type IndexShape,
  type Item,
  type Page,
  type Query,
  readCursor,
  type Table,
  type TableShape,
  writeCursor,
} from './table.ts';

type Entry = { readonly key: string; readonly sort: string | number };

export class MemoryTable implements Table {
  private readonly items = new Map<string, string>();
  /** What queries have made since the last write. */
  private readonly partitions = new Map<string, readonly Entry[]>();
  private readonly shape: TableShape;

  constructor(shape: TableShape) {
    this.shape = shape;
  }

  async get(key: string): Promise<Item | undefined> {
    const stored = this.items.get(key);
    return stored === undefined ? undefined : JSON.parse(stored);
  }

  async getMany(keys: readonly string[]): Promise<Item[]> {
    const found = await Promise.all(keys.map((key) => this.get(key)));
    return found.filter((item) => item !== undefined);
  }

  async create(item: Item): Promise<boolean> {
    const key = String(item[this.shape.key]);
    if (this.items.has(key)) return false;
    this.put(key, item);
    return true;
  }

  async replace(item: Item, seen: number): Promise<boolean> {
    const key = String(item[this.shape.key]);
    // Compared and set without a pause in between: two writers of one version must not both win.
    const stored = this.items.get(key);
    if (stored === undefined || JSON.parse(stored).version !== seen) return false;
    this.put(key, item);
    return true;
  }

  async query(query: Query): Promise<Page> {
    const { index, partition, range, limit, newestFirst } = query;
    const direction = newestFirst ? -1 : 1;
    const after = query.cursor === undefined ? undefined : readCursor(query, this.shapeOf(index).sortType);

    const wanted = this.entriesOf(index, partition)
      .filter(({ sort }) => range?.from === undefined || sort >= range.from)
      .filter(({ sort }) => range?.to === undefined || sort <= range.to)
      .toSorted((a, b) => direction * compare(a, b))
      .filter((entry) => after === undefined || direction * compare(entry, after) > 0);

    const page = wanted.slice(0, limit);
    const last = page.at(-1);
    const more = last !== undefined && wanted.length > page.length;
    return { keys: page.map(({ key }) => key), cursor: more ? writeCursor(query, last.sort, last.key) : undefined };
  }

  /** One partition of an index, sorted. */
  private entriesOf(index: string, partition: string): readonly Entry[] {
    const name = `${index} ${partition}`;
    const known = this.partitions.get(name);
    if (known) return known;
    const shape = this.shapeOf(index);
    const entries = [...this.items].flatMap(([key, stored]): Entry[] => {
      const item: Item = JSON.parse(stored);
      const sort = item[shape.sort];
      if (item[shape.partition] !== partition) return [];
      if (typeof sort !== (shape.sortType === 'N' ? 'number' : 'string')) return [];
      return [{ key, sort: sort as string | number }];
    });
    this.partitions.set(name, entries.sort(compare));
    return entries;
  }

  private shapeOf(index: string): IndexShape {
    const shape = this.shape.indexes[index];
    if (!shape) throw new Error(`no index ${index}`);
    return shape;
  }

  private put(key: string, item: Item): void {
    this.items.set(key, JSON.stringify(item));
    this.partitions.clear();
  }
}

function compare(a: Entry, b: Entry): number {
  if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1;
  return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
}

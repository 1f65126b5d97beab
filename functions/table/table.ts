/**
 * The one seam to DynamoDB: five calls that every table of Tillgate lives with, each on one item or one index. There is
 * no unconditional write, no transaction, no scan. Two implementations: DynamoDB, and memory for the simulation; one
 * suite of tests holds both to the same behaviour.
 */
import { hash } from 'node:crypto';

/** An item: plain JSON values plus its `version`, which `replace` compares. Absent optional members are left out. */
export type Item = { readonly [attribute: string]: unknown };

export interface IndexShape {
  readonly partition: string;
  readonly sort: string;
  /** How the sort attribute compares: as text or as a number. */
  readonly sortType: 'S' | 'N';
}

export interface TableShape {
  /** The partition key, a text attribute; there is no sort key. */
  readonly key: string;
  /** Keys-only indexes. An item without both attributes of an index is not in it. */
  readonly indexes: Readonly<Record<string, IndexShape>>;
}

export interface Range {
  /** Both ends are included; a missing one is open. */
  readonly from?: string | number;
  readonly to?: string | number;
}

export interface Query {
  readonly index: string;
  readonly partition: string;
  readonly range?: Range;
  /** At most {@link KEYS_MAX}. */
  readonly limit: number;
  readonly newestFirst?: boolean;
  /** From the page before; opaque, and good for the same index and partition only. */
  readonly cursor?: string;
}

/** Keys of items that an index nominates. They may be stale: read the items before deciding anything. */
export interface Page {
  readonly keys: readonly string[];
  readonly cursor: string | undefined;
}

/** So many keys are read at once, and so many stand on a page of an index at the most. */
export const KEYS_MAX = 100;

export interface Table {
  /** The item as it is now (strongly consistent). */
  get(key: string): Promise<Item | undefined>;
  /** At most {@link KEYS_MAX} different keys; items that do not exist are left out, the order is the keys'. Strongly consistent. */
  getMany(keys: readonly string[]): Promise<Item[]>;
  /** Writes a new item. False: one was there already, perhaps our own write whose answer was lost. Read again. */
  create(item: Item): Promise<boolean>;
  /** Writes `item` if the stored one has version `seen`. False: another writer was faster, or this write was, and its answer got lost. Read again. */
  replace(item: Item, seen: number): Promise<boolean>;
  query(query: Query): Promise<Page>;
}

/** A cursor that no query of this table gave, or one of another index or partition. */
export class BadCursor extends Error {}

/** The place of the last row of a page: opaque text, bound to its index and partition. */
export function writeCursor({ index, partition }: Query, sort: unknown, key: unknown): string {
  const place = JSON.stringify([sort, key]);
  return Buffer.from(`${seal(index, partition, place)}${place}`).toString('base64url');
}

/**
 * `sortType` is the list's. Callers can compute the seal, so the contents are checked, too.
 * @throws BadCursor if this very list cannot have written it
 */
export function readCursor(
  { index, partition, cursor = '' }: Query,
  sortType: IndexShape['sortType'],
): { sort: string | number; key: string } {
  const content = Buffer.from(cursor, 'base64url').toString();
  const place = content.slice(SEAL_LENGTH);
  const isOurs = content.slice(0, SEAL_LENGTH) === seal(index, partition, place);
  const [sort, key, ...more] = isOurs ? placeOf(place) : [];
  const isSort = sortType === 'N' ? Number.isSafeInteger(sort) : isKey(sort);
  if (!isSort || !isKey(key) || more.length > 0) throw new BadCursor('the cursor is of no such list');
  return { sort: sort as string | number, key };
}

function placeOf(text: string): unknown[] {
  try {
    const place: unknown = JSON.parse(text);
    return Array.isArray(place) ? place : [];
  } catch {
    return [];
  }
}

/** DynamoDB takes keys of 1 to 1,024 bytes where they sort an index. */
const isKey = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= 1_024;

const SEAL_LENGTH = 12;

/** Finds altered and crossDay cursors. It guards no secret: a caller who makes one up gets a page of the same list. */
function seal(index: string, partition: string, place: string): string {
  return hash('sha256', `${index}\n${partition}\n${place}`, 'base64url').slice(0, SEAL_LENGTH);
}

export const ORDERS: TableShape = {
  key: 'orderId',
  indexes: {
    due: { partition: 'dueShard', sort: 'dueAt', sortType: 'N' },
    'by-day': { partition: 'dayKey', sort: 'createdAt', sortType: 'N' },
    unposted: { partition: 'unpostedKey', sort: 'orderId', sortType: 'S' },
  },
};

export const DIRECTORY: TableShape = {
  key: 'id',
  indexes: { 'by-merchant': { partition: 'merchantId', sort: 'id', sortType: 'S' } },
};

export const STATEMENTS: TableShape = {
  key: 'id',
  indexes: {
    due: { partition: 'dueShard', sort: 'dueAt', sortType: 'N' },
    'by-merchant': { partition: 'merchantId', sort: 'day', sortType: 'S' },
  },
};

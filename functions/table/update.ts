/**
 * The one optimistic loop: read an item, decide, replace it under the version that was read. A writer that loses the race reads
 * again and decides again, because what the winner wrote may change the decision, and because the winner may have been this very
 * write whose answer was lost.
 */
import type { Item, Table } from './table.ts';

/** What one try answers when another writer was faster. */
export const LOST = Symbol('lost');

/** Every try lost its race. One of the writers always wins, so this bound is only ever met by a fault. */
export class TooManyWriters extends Error {
  constructor(key: string, racesMax: number) {
    super(`${key} is written by too many at once: ${racesMax} races were lost`);
    this.name = 'TooManyWriters';
  }
}

/**
 * Tries until a race is won, for a change of more than one write. `key` names in the error what is written.
 * @throws TooManyWriters after `racesMax` tries
 */
export async function retryRaces<T>(
  key: string,
  racesMax: number,
  tryOnce: () => Promise<T | typeof LOST>,
): Promise<T> {
  for (let race = 0; race < racesMax; race += 1) {
    const result = await tryOnce();
    if (result !== LOST) return result;
  }
  throw new TooManyWriters(key, racesMax);
}

/** What `decide` makes of an item. Without `item` nothing is written. */
export interface Decided<Result> {
  readonly result: Result;
  /** The whole item, its key included; its version is set by the loop. */
  readonly item?: object | undefined;
}

interface Updating<Stored> {
  readonly racesMax: number;
  /** Checks what is read back. */
  readonly read: (item: Item) => Stored;
  /** The item as the caller has read it: `decide` is asked about it first, without another read. */
  readonly seen?: Stored;
}

/**
 * Writes what `decide` makes of the item under `key`, and answers its result. `undefined` is what is not there yet: it is created.
 * @throws TooManyWriters after `racesMax` lost races
 */
export function updateItem<Stored extends { readonly version: number }, Result>(
  table: Pick<Table, 'get' | 'create' | 'replace'>,
  key: string,
  { racesMax, read, seen }: Updating<Stored>,
  decide: (stored: Stored | undefined) => Decided<Result>,
): Promise<Result> {
  let known = seen;
  return retryRaces(key, racesMax, async () => {
    const found = known ? undefined : await table.get(key);
    const stored = known ?? (found && read(found));
    known = undefined;
    const { result, item } = decide(stored);
    if (!item) return result;
    const version = stored?.version ?? 0;
    const next = { ...item, version: version + 1 };
    const isWritten = stored ? await table.replace(next, version) : await table.create(next);
    return isWritten ? result : LOST;
  });
}

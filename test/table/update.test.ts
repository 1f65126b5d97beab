/** The one optimistic loop: all writers of an item are heard, none is written over, and the loop ends. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryTable } from '../../functions/table/memory.ts';
import { type Item, ORDERS, type Table } from '../../functions/table/table.ts';
import { LOST, retryRaces, TooManyWriters, updateItem } from '../../functions/table/update.ts';

interface Sum extends Item {
  readonly orderId: string;
  readonly version: number;
  readonly added: readonly number[];
}

const read = (item: Item) => item as Sum;
const adding = (n: number) => (stored: Sum | undefined) => ({
  result: n,
  item: { ...stored, orderId: 'a', added: [...(stored?.added ?? []), n] },
});

/** A table that counts its calls and whose `losses` first writes come too late: another writer was there. */
function raced(losses = 0) {
  const memory = new MemoryTable(ORDERS);
  const place = { memory, calls: [] as string[], left: losses };
  const other = async () => {
    const stored = (await memory.get('a')) as Sum | undefined;
    const item = { orderId: 'a', added: [...(stored?.added ?? []), 0], version: (stored?.version ?? 0) + 1 };
    await (stored ? memory.replace(item, stored.version) : memory.create(item));
  };
  const write = async (name: string, run: () => Promise<boolean>) => {
    place.calls.push(name);
    if (place.left-- > 0) await other();
    return run();
  };
  const table: Pick<Table, 'get' | 'create' | 'replace'> = {
    get: (key) => {
      place.calls.push('get');
      return memory.get(key);
    },
    create: (item) => write('create', () => memory.create(item)),
    replace: (item, seen) => write('replace', () => memory.replace(item, seen)),
  };
  return Object.assign(place, { table });
}

describe('an update', () => {
  test('creates what is not there, and replaces what is, each under the next version', async () => {
    const { table, memory, calls } = raced();
    expect(await updateItem(table, 'a', { racesMax: 1, read }, adding(1))).toBe(1);
    expect(await updateItem(table, 'a', { racesMax: 1, read }, adding(2))).toBe(2);
    expect(await memory.get('a')).toEqual({ orderId: 'a', version: 2, added: [1, 2] });
    expect(calls).toEqual(['get', 'create', 'get', 'replace']);
  });

  test('without an item writes nothing', async () => {
    const { table, memory, calls } = raced();
    expect(await updateItem(table, 'a', { racesMax: 1, read }, () => ({ result: 'kept' }))).toBe('kept');
    expect([await memory.get('a'), calls]).toEqual([undefined, ['get']]);
  });

  test('asks first about the item that the caller has read, and reads only after a lost race', async () => {
    const { table, memory, calls } = raced();
    const seen = { orderId: 'a', version: 1, added: [] };
    await memory.create({ ...seen });
    await memory.replace({ ...seen, version: 2, added: [5] }, 1);
    await updateItem(table, 'a', { racesMax: 2, read, seen }, adding(7));
    expect(calls).toEqual(['replace', 'get', 'replace']);
    expect(await memory.get('a')).toEqual({ orderId: 'a', version: 3, added: [5, 7] });
  });

  test('decides again on what the winner wrote, as often as it may, and not once more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.integer({ min: 1, max: 6 }), async (losses, racesMax) => {
        const { table, memory } = raced(losses);
        const update = updateItem(table, 'a', { racesMax, read }, adding(9));
        if (losses >= racesMax) {
          await expect(update).rejects.toThrow(new TooManyWriters('a', racesMax));
          expect(await memory.get('a')).toMatchObject({ added: Array(racesMax).fill(0) });
        } else {
          expect(await update).toBe(9);
          const added = [...Array(losses).fill(0), 9];
          expect(await memory.get('a')).toEqual({ orderId: 'a', version: losses + 1, added });
        }
      }),
      { seed: 11 },
    );
  });

  test('of many writers at once loses none', async () => {
    const { table, memory } = raced();
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    await Promise.all(numbers.map((n) => updateItem(table, 'a', { racesMax: 30, read }, adding(n))));
    const stored = (await memory.get('a')) as Sum;
    expect([stored.version, stored.added.toSorted((a, b) => a - b)]).toEqual([30, numbers]);
  });
});

describe('a change of more than one write', () => {
  test('is tried until it wins', async () => {
    const answers = [LOST, LOST, undefined];
    expect(await retryRaces('a', 3, async () => answers.shift())).toBeUndefined();
    expect(answers).toEqual([]);
  });

  test('that always loses is an error that names what is written', async () => {
    const tries: number[] = [];
    const change = retryRaces('rec_a', 4, async () => {
      tries.push(1);
      return LOST;
    });
    await expect(change).rejects.toThrow('rec_a is written by too many at once: 4 races were lost');
    expect(tries).toHaveLength(4);
  });

  test('that fails is not tried again', async () => {
    const tries: number[] = [];
    const change = retryRaces('a', 4, async () => {
      tries.push(1);
      throw new Error('the table is silent');
    });
    await expect(change).rejects.toThrow('the table is silent');
    expect(tries).toHaveLength(1);
  });
});

/** Small items of the functions' own, and what an instance remembers of the directory: for how long, and who wins a race. */
import { describe, expect, test } from 'vitest';
import { Directory } from '../../functions/merchant/directory.ts';
import { FunctionState, idOf } from '../../functions/merchant/function-state.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { reader } from '../../functions/table/stored.ts';
import { DIRECTORY, type Item, type Table } from '../../functions/table/table.ts';
import { NOON } from '../support/orders.ts';

/** A table, the ids that were read from it, and a clock. */
function newPlace() {
  const memory = new MemoryTable(DIRECTORY);
  const place = { memory, reads: [] as string[], now: NOON, table: memory as Table };
  place.table = {
    get: (id) => {
      place.reads.push(id);
      return memory.get(id);
    },
    getMany: (ids) => memory.getMany(ids),
    create: (item) => memory.create(item),
    replace: (item, seen) => memory.replace(item, seen),
    query: (query) => memory.query(query),
  };
  return place;
}
const put = async (table: Table, item: Item) => {
  const stored = await table.get(String(item.id));
  if (stored) await table.replace(item, Number(stored.version));
  else await table.create(item);
};
interface Sum {
  readonly n: number;
}
const readSum = reader<Sum>('directory', 'id', { n: 'integer' });
const more = (current: Sum | undefined): Sum => ({ n: (current?.n ?? 0) + 1 });

describe('a counter', () => {
  test('is an item of its own name, with a version for each write', async () => {
    const { table, memory } = newPlace();
    const functionState = new FunctionState(table, () => NOON);
    expect(idOf('x')).toBe('cnt_x');
    expect(await functionState.get('x', readSum)).toBeUndefined();
    expect(await functionState.change('x', readSum, more)).toEqual({ id: 'cnt_x', version: 1, n: 1 });
    expect(await functionState.change('x', readSum, more)).toEqual({ id: 'cnt_x', version: 2, n: 2 });
    expect(await functionState.get('x', readSum)).toEqual({ id: 'cnt_x', version: 2, n: 2 });
    expect(await memory.get('cnt_x')).toEqual({ id: 'cnt_x', version: 2, n: 2 });
  });

  test('stays as it is where there is nothing to change', async () => {
    const { table, memory } = newPlace();
    const functionState = new FunctionState(table, () => NOON);
    expect(await functionState.change('x', readSum, () => undefined)).toBeUndefined();
    expect(await memory.get('cnt_x')).toBeUndefined();
    await functionState.change('x', readSum, more);
    expect(await functionState.change('x', readSum, () => undefined)).toEqual({ id: 'cnt_x', version: 1, n: 1 });
  });

  test('counts all who write at once', async () => {
    const { table } = newPlace();
    const functionState = new FunctionState(table, () => NOON);
    await Promise.all(Array.from({ length: 20 }, () => functionState.change('x', readSum, more)));
    expect(await functionState.get('x', readSum)).toEqual({ id: 'cnt_x', version: 20, n: 20 });
  });

  test('is tried fifty times, and not once more', async () => {
    for (const [losses, wins] of [
      [49, true],
      [50, false],
    ] as const) {
      const { table, memory } = newPlace();
      let left = losses;
      const racing: Table = { ...table, create: async (item) => left-- <= 0 && memory.create(item) };
      const change = new FunctionState(racing, () => NOON).change('x', readSum, more);
      if (wins) expect(await change).toEqual({ id: 'cnt_x', version: 1, n: 1 });
      else await expect(change).rejects.toThrow('cnt_x is written by too many at once');
    }
  });

  test('is remembered for thirty seconds, absence included', async () => {
    const place = newPlace();
    const functionState = new FunctionState(place.table, () => place.now);
    const recent = async () => (await functionState.recent('x', readSum))?.n;
    expect(await recent()).toBeUndefined();
    await put(place.memory, { id: 'cnt_x', version: 1, n: 1 });
    place.now = NOON + 29_999;
    expect([await recent(), place.reads]).toEqual([undefined, ['cnt_x']]);
    place.now = NOON + 30_000;
    expect([await recent(), place.reads]).toEqual([1, ['cnt_x', 'cnt_x']]);
    await put(place.memory, { id: 'cnt_x', version: 2, n: 2 });
    place.now = NOON + 59_999;
    expect(await recent()).toBe(1);
    place.now = NOON + 60_000;
    expect(await recent()).toBe(2);
    expect(place.reads).toHaveLength(3);
  });

  test('that was written is remembered as it was written', async () => {
    const place = newPlace();
    const functionState = new FunctionState(place.table, () => place.now);
    await functionState.recent('x', readSum);
    await functionState.change('x', readSum, more);
    const before = place.reads.length;
    expect(await functionState.recent('x', readSum)).toEqual({ id: 'cnt_x', version: 1, n: 1 });
    expect(place.reads).toHaveLength(before);
  });

  test('is forgotten with all others when two thousand are known and one more comes', async () => {
    const place = newPlace();
    const functionState = new FunctionState(place.table, () => place.now);
    for (let i = 0; i < 2_000; i += 1) await functionState.recent(`${i}`, readSum);
    await functionState.recent('0', readSum);
    expect(place.reads).toHaveLength(2_000);
    await functionState.recent('one more', readSum);
    await functionState.recent('0', readSum);
    expect(place.reads.slice(2_000)).toEqual(['cnt_one more', 'cnt_0']);
  });
});

test('what is kept is checked whenever it is read back: by its kind, and by what each item has', async () => {
  const { table, memory } = newPlace();
  await memory.create({ id: 'cnt_x', version: 1, n: 'one' });
  await memory.create({ id: 'cnt_y', version: 'first', n: 1 });
  const functionState = new FunctionState(table, () => NOON);
  const wrong = 'directory cnt_x: n is no integer';
  await expect(functionState.get('x', readSum)).rejects.toThrow(wrong);
  await expect(functionState.change('x', readSum, more)).rejects.toThrow(wrong);
  // Read from the table, and then from what is remembered of it.
  for (let i = 0; i < 2; i += 1) await expect(functionState.recent('x', readSum)).rejects.toThrow(wrong);
  await expect(functionState.change('y', readSum, more)).rejects.toThrow('directory cnt_y: version is no integer');
  expect(await memory.get('cnt_x')).toEqual({ id: 'cnt_x', version: 1, n: 'one' });
});

describe('the directory', () => {
  const own = { merchantId: 'mer_a', version: 1, name: 'n', scopes: [], createdAt: NOON };
  const item = (id: string, kind: string): Item => ({
    ...{ ...own, id, kind, alg: 'ed25519', publicKey: 'k', role: 'terminal', newestKey: 1, acquirer: 'a', zone: 'z' },
    ...{ agreements: [], accounts: [], channels: {}, latePayment: 'keep', refundWindowDays: 1, limits: {} },
  });

  test('remembers what is there for thirty seconds, and absence not at all', async () => {
    const place = newPlace();
    const directory = new Directory(place.table, () => place.now);
    expect(await directory.key('trm_a.1')).toBeUndefined();
    await place.memory.create(item('trm_a.1', 'key'));
    expect(await directory.key('trm_a.1')).toEqual(item('trm_a.1', 'key'));
    await put(place.memory, { ...item('trm_a.1', 'key'), version: 2, revokedAt: NOON });
    place.now = NOON + 29_999;
    expect(await directory.key('trm_a.1')).toEqual(item('trm_a.1', 'key'));
    expect(place.reads).toHaveLength(2);
    place.now = NOON + 30_000;
    expect(await directory.key('trm_a.1')).toEqual({ ...item('trm_a.1', 'key'), version: 2, revokedAt: NOON });
    expect(place.reads).toHaveLength(3);
  });

  test('takes no item that lacks what it lives by, and does not remember it', async () => {
    const { memory } = newPlace();
    const directory = new Directory(memory, () => NOON);
    await memory.create({ ...item('trm_a.1', 'key'), publicKey: 7 });
    for (let i = 0; i < 2; i += 1)
      await expect(directory.key('trm_a.1')).rejects.toThrow('directory trm_a.1: publicKey is no text');
  });

  test('takes no item for one of another kind', async () => {
    const place = newPlace();
    const kinds = ['merchant', 'key', 'credential'] as const;
    for (const kind of kinds) await place.memory.create(item(kind, kind));
    for (const kind of kinds) {
      const fresh = new Directory(place.memory, () => place.now);
      const found = await Promise.all([fresh.merchant(kind), fresh.key(kind), fresh.credential(kind)]);
      expect(found.map((it) => it?.kind)).toEqual(kinds.map((it) => (it === kind ? kind : undefined)));
    }
  });

  test('forgets all when two thousand are known and one more comes', async () => {
    const place = newPlace();
    const directory = new Directory(place.table, () => place.now);
    for (let i = 0; i <= 2_000; i += 1) await place.memory.create(item(`${i}`, 'key'));
    for (let i = 0; i < 2_000; i += 1) await directory.key(`${i}`);
    await directory.key('0');
    expect(place.reads).toHaveLength(2_000);
    await directory.key('2000');
    await directory.key('0');
    expect(place.reads.slice(2_000)).toEqual(['2000', '0']);
  });
});

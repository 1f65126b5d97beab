/** One suite for every table: what memory answers, DynamoDB answers, on its worse days, too. */
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { documentsOf } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { BadCursor, ORDERS, type Query, type Table } from '../../functions/table/table.ts';
import { clock } from '../../functions/time.ts';
import { ENGINE, openEngine, type TestEngine } from '../support/engine.ts';
import { unkind } from './unkind.ts';

let engine: TestEngine;
beforeAll(async () => {
  // An answer in parts is asked for again after a pause.
  vi.spyOn(clock, 'wait').mockResolvedValue();
  engine = await openEngine();
});
afterAll(() => engine.stop());

async function unkindTable(): Promise<Table> {
  const { name } = await engine.newTable(ORDERS);
  return new DynamoTable(unkind(documentsOf(engine.client), ORDERS.key), name, ORDERS);
}

const factories: readonly [string, () => Promise<Table>][] = [
  ['memory', async () => new MemoryTable(ORDERS)],
  [ENGINE, async () => (await engine.newTable(ORDERS)).table],
  [`${ENGINE} that answers in parts and reads late`, unkindTable],
];

const item = (orderId: string, version: number, more: Record<string, unknown> = {}) => ({ orderId, version, ...more });

/** None is a place in an index whose sort is a number, nor in one whose sort is text. */
const FORGED_PLACES = [
  ...['garbage', '', '[', 'null', '{}', '"text"', '[]', '[1]', '["x"]', '[[1],"k"]', '[null,null]', '[true,"k"]'],
  ...[
    '[1,{"a":1}]',
    '["k",1]',
    '[1e400,"k"]',
    '[1.5,"k"]',
    '[1,""]',
    '["",""]',
    '["k",null]',
    '[1,"k",1]',
    '["k","k",1]',
  ],
  `["${'k'.repeat(1_025)}","k"]`,
];

describe.each(factories)('the table in %s', (_, newTable) => {
  test('creates once, and tells the second that it is too late', async () => {
    const table = await newTable();
    expect(await table.create(item('a', 1, { name: '拿铁', nested: { list: [1, { b: true }] } }))).toBe(true);
    expect(await table.create(item('a', 9))).toBe(false);
    expect(await table.get('a')).toEqual(item('a', 1, { name: '拿铁', nested: { list: [1, { b: true }] } }));
    expect(await table.get('b')).toBeUndefined();
  });

  test('replaces under the version that was read, whole', async () => {
    const table = await newTable();
    await table.create(item('a', 1, { gone: 1 }));
    expect(await table.replace(item('a', 2), 1)).toBe(true);
    expect(await table.replace(item('a', 3), 1)).toBe(false);
    expect(await table.replace(item('none', 2), 1)).toBe(false);
    expect(await table.get('a')).toEqual(item('a', 2));
  });

  test('lets exactly one of many writers win', async () => {
    const table = await newTable();
    const created = await Promise.all(Array.from({ length: 16 }, (_, i) => table.create(item('a', 1, { by: i }))));
    expect(created.filter(Boolean)).toHaveLength(1);
    const replaced = await Promise.all(Array.from({ length: 16 }, (_, i) => table.replace(item('a', 2, { by: i }), 1)));
    expect(replaced.filter(Boolean)).toHaveLength(1);
  });

  test('answers a hundred keys at once in their order, without those that are not there', async () => {
    const table = await newTable();
    for (let i = 0; i < 100; i += 2) await table.create(item(`k${i}`, i));
    const keys = Array.from({ length: 100 }, (_, i) => `k${99 - i}`);
    expect(await table.getMany(keys)).toEqual(Array.from({ length: 50 }, (_, i) => item(`k${98 - 2 * i}`, 98 - 2 * i)));
    expect(await table.getMany([])).toEqual([]);
  });

  test('pages an index in both directions, and only what is in it', async () => {
    const table = await newTable();
    for (let i = 0; i < 7; i += 1) await table.create(item(`k${i}`, 1, { dueShard: '3', dueAt: 100 + i }));
    await table.create(item('other', 1, { dueShard: '4', dueAt: 1 }));
    await table.create(item('none', 1));
    await table.replace(item('k6', 2), 1);
    const all = async (query: Omit<Query, 'index' | 'partition' | 'limit'>) => {
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await table.query({ index: 'due', partition: '3', limit: 2, ...query, ...(cursor && { cursor }) });
        expect(page.keys.length).toBeLessThanOrEqual(2);
        keys.push(...page.keys);
        cursor = page.cursor;
      } while (cursor);
      return keys;
    };
    expect(await all({})).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5']);
    expect(await all({ newestFirst: true })).toEqual(['k5', 'k4', 'k3', 'k2', 'k1', 'k0']);
    expect(await all({ range: { to: 102 } })).toEqual(['k0', 'k1', 'k2']);
    expect(await all({ range: { from: 102, to: 103 } })).toEqual(['k2', 'k3']);
    expect(await all({ range: { from: 200 } })).toEqual([]);
  });

  test('takes a cursor only from its own list', async () => {
    const table = await newTable();
    for (let i = 0; i < 3; i += 1) await table.create(item(`k${i}`, 1, { dueShard: '3', dueAt: i }));
    const { cursor = '' } = await table.query({ index: 'due', partition: '3', limit: 1 });
    for (const forged of [`${cursor}x`, cursor.slice(1), 'bm9uc2Vuc2U'])
      await expect(table.query({ index: 'due', partition: '3', limit: 1, cursor: forged })).rejects.toThrow(BadCursor);
    await expect(table.query({ index: 'due', partition: '4', limit: 1, cursor })).rejects.toThrow(BadCursor);
  });

  test('security minor 1: refuses a sealed cursor whose place is none of the index', async () => {
    const table = await newTable();
    // Callers can compute the seal: it has no key.
    for (const place of FORGED_PLACES)
      for (const [index, partition] of [
        ['due', '3'],
        ['unposted', 'mer#1'],
      ] as const) {
        const seal = hash('sha256', `${index}\n${partition}\n${place}`, 'base64url').slice(0, 12);
        const cursor = Buffer.from(`${seal}${place}`).toString('base64url');
        const outcome = await table.query({ index, partition, limit: 1, cursor }).catch((error: unknown) => error);
        expect([place, outcome]).toEqual([place, new BadCursor('the cursor is of no such list')]);
      }
  });
});

/** 5,000 with `npm run test:large` and on DynamoDB Local. */
const SEQUENCES = Number(process.env.TILLGATE_SEQUENCES ?? 200);

describe('two truths agree', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const version = fc.integer({ min: 1, max: 3 });
  const due = fc.option(fc.record({ dueShard: fc.constantFrom('0', '1'), dueAt: fc.integer({ min: 1, max: 4 }) }), {
    nil: {},
  });
  const call = fc.oneof(
    fc.record({ kind: fc.constant('get' as const), key }),
    fc.record({ kind: fc.constant('getMany' as const), keys: fc.uniqueArray(key) }),
    fc.record({ kind: fc.constant('create' as const), key, version, due }),
    fc.record({ kind: fc.constant('replace' as const), key, version, due, seen: version }),
    fc.record({
      kind: fc.constant('query' as const),
      partition: fc.constantFrom('0', '1'),
      limit: fc.integer({ min: 1, max: 3 }),
      newestFirst: fc.boolean(),
    }),
  );
  type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;
  type Due = { dueShard?: string; dueAt?: number };

  /** One call, with keys and partitions of its own sequence, so that all sequences share one DynamoDB table. */
  async function run(table: Table, sequence: number, it: Call): Promise<unknown> {
    const own = (name: string) => `${sequence}${name}`;
    const fresh = (key: string, version: number, { dueShard, ...rest }: Due) =>
      item(own(key), version, { ...rest, ...(dueShard !== undefined && { dueShard: own(dueShard) }) });
    switch (it.kind) {
      case 'get':
        return table.get(own(it.key));
      case 'getMany':
        return table.getMany(it.keys.map(own));
      case 'create':
        return table.create(fresh(it.key, it.version, it.due));
      case 'replace':
        return table.replace(fresh(it.key, it.version, it.due), it.seen);
      case 'query': {
        const { limit, newestFirst } = it;
        const { keys } = await table.query({ index: 'due', partition: own(it.partition), limit, newestFirst });
        // Equal sort values have no order of their own in DynamoDB.
        return keys.length < limit ? [...keys].sort() : keys.length;
      }
    }
  }

  test.each([
    ['memory and DynamoDB', SEQUENCES, async () => (await engine.newTable(ORDERS)).table],
    ['memory and a DynamoDB that answers in parts and reads late', 150, unkindTable],
  ])(
    '%s answer %i random sequences of calls alike',
    async (_, numRuns, newTable) => {
      const table = await newTable();
      const sequences = fc.sample(fc.array(call, { minLength: 1, maxLength: 7 }), { numRuns, seed: 1 });
      const waiting = sequences.entries();
      const differences: unknown[] = [];
      const worker = async () => {
        for (const [n, calls] of waiting) {
          const memory = new MemoryTable(ORDERS);
          for (const it of calls) {
            const [ours, theirs] = [await run(memory, n, it), await run(table, n, it)];
            if (!isDeepStrictEqual(ours, theirs)) differences.push({ calls, it, ours, theirs });
          }
        }
      };
      await Promise.all(Array.from({ length: 32 }, worker));
      expect(differences.slice(0, 3)).toEqual([]);
    },
    240_000,
  );
});

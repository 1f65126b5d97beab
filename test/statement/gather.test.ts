/** F60, F64: the facts of a day in the order of their lines, in pieces, whatever is kept of them in between. */
import { beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../functions/statement/chunks.ts';
import { type Gathered, gather } from '../../functions/statement/gather.ts';
import { compareMovements, type Movement, movementsOf } from '../../functions/statement/lines.ts';
import { type Item, writeCursor } from '../../functions/table/table.ts';
import { DAY, SECOND } from '../../functions/time.ts';
import { DAYS, END, fail, merchant, newReportShop, type ReportShop, wrapped } from '../reconciliation/shop.ts';
import { NOON } from '../support/orders.ts';

const KEY = `gat_${merchant.id}.${DAYS[0]}`;
const FOR_EVER = { endsAt: Number.POSITIVE_INFINITY };
const RUN = { endsAt: END + SECOND };

let it: ReportShop;
beforeEach(async () => {
  it = await newReportShop();
  it.now = END;
});

/** Sells so many, one a second, the latest first, and answers the lines to come in their order. */
async function sold(count: number): Promise<Movement[]> {
  const movements: Movement[] = [];
  for (let i = count; i > 0; i -= 1) {
    const order = await it.sell({ no: `${i}`, paidAt: NOON + (i % 97) * SECOND });
    movements.push(...movementsOf(order, merchant, DAYS[0]).movements);
  }
  return movements.sort(compareMovements);
}
async function piecesOf(gathered: Gathered | undefined): Promise<Movement[][]> {
  const pieces: Movement[][] = [];
  for await (const some of gathered?.movements ?? fail('nothing was gathered')) pieces.push([...some]);
  return pieces;
}
const gathered = (runLines?: number, deadline = FOR_EVER, tables = it.tables) =>
  gather(it.services(tables), merchant, DAYS[0], deadline, runLines);
const kept = () => it.tables.statements.get(KEY);
const ALL_READ = [null, null, null, null];
async function chunkOf(movements: readonly Movement[]): Promise<string> {
  const text = JSON.stringify(movements);
  await it.tables.statements.create({ id: `chk_${sha256(text)}`, version: 1, text });
  return sha256(text);
}

describe('a common day', () => {
  test('is sorted in memory, and nothing of it is stored', async () => {
    const movements = await sold(20);
    const writes: Item[] = [];
    const statements = {
      ...wrapped(it.tables.statements),
      create: async (item: Item) => writes.push(item) > 0,
    };
    const answer = await gathered(undefined, RUN, { ...it.tables, statements });
    expect(answer?.kept).toBeUndefined();
    expect(await piecesOf(answer)).toEqual([movements]);
    expect([writes, it.log, it.counted]).toEqual([[], [], []]);
  });

  test('on which nothing was sold is one empty piece', async () => {
    const answer = await gathered();
    expect([answer?.kept, await piecesOf(answer)]).toEqual([undefined, [[]]]);
  });

  test('holds facts up to its end, and of this merchant', async () => {
    const [first] = await sold(1);
    await it.sell({ no: 'next', paidAt: END });
    const late = await it.sell({ no: 'before', paidAt: NOON - DAY });
    const [old] = movementsOf(late, merchant, DAYS[0]).movements;
    expect(await piecesOf(await gathered())).toEqual([[old, first]]);
  });

  test('reports once what has no agreement, and gathers the rest', async () => {
    const movements = await sold(3);
    const strange = [];
    for (const no of ['a', 'b']) strange.push(await it.sell({ no, paidAt: NOON, currency: 'JPY' }));
    expect(await piecesOf(await gathered())).toEqual([movements]);
    expect(it.counted).toEqual([['statementFailures', undefined]]);
    const { orderId } = (it.log[0]?.[2] ?? {}) as { orderId?: string };
    expect(strange.map((order) => order.orderId)).toContain(orderId);
    expect(it.log).toEqual([
      [...['error', 'fee_agreement_missing'], { merchantId: merchant.id, day: DAYS[0], orderId, count: 2 }],
    ]);
  });
});

/** As it is kept: without what is the rule of these lines. */
const bare = ({ received: _, saleStoreId: __, saleTerminalId: ___, ...line }: Movement) => line;

describe('a large day', () => {
  test('is kept in runs of so many lines, and merged', async () => {
    const movements = await sold(9);
    expect((await gathered(10))?.kept).toBeUndefined();
    expect(await kept()).toBeUndefined();
    const answer = await gathered(9);
    const hash = sha256(JSON.stringify(movements.map(bare)));
    const gathering = { version: 1, places: ALL_READ, runs: [{ chunks: [hash] }], written: 0 };
    expect(answer?.kept).toEqual({ id: KEY, ...gathering });
    expect(await kept()).toEqual({ id: KEY, ...gathering });
    expect(await it.tables.statements.get(`chk_${hash}`)).toEqual({
      ...{ id: `chk_${hash}`, version: 1, text: JSON.stringify(movements.map(bare)) },
    });
    expect((await piecesOf(answer)).flat()).toEqual(movements);
    // Read to its end: another sweep asks the index nothing, and has the same.
    const orders = { ...wrapped(it.tables.orders), query: async () => fail('it was read to its end') };
    const again = await gathered(9, FOR_EVER, { ...it.tables, orders });
    expect(again?.kept).toEqual(await kept());
    expect((await piecesOf(again)).flat()).toEqual(movements);
  });

  test('goes on in the index where it was, page after page', async () => {
    const movements = await sold(430);
    const queries: (string | undefined)[][] = [];
    const orders = {
      ...wrapped(it.tables.orders),
      query: async (query: Parameters<typeof it.tables.orders.query>[0]) => {
        queries.push([query.partition, query.cursor]);
        return it.tables.orders.query(query);
      },
    };
    const tables = { ...it.tables, orders };
    const whole = await gathered(1, FOR_EVER, tables);
    const { runs = [], version, places } = whole?.kept ?? {};
    expect([runs.length, version, places]).toEqual([2, 2, ALL_READ]);
    expect((await piecesOf(whole)).flat()).toEqual(movements);
    const first = queries.splice(0, 4);
    expect(first).toEqual([0, 1, 2, 3].map((shard) => [`${merchant.id}#${shard}`, undefined]));
    // Only what had more is asked again, and from where it was.
    expect(queries.length).toBeGreaterThan(0);
    expect(queries.every(([, cursor]) => cursor !== undefined)).toBe(true);
    expect(new Set(queries.map(([partition]) => partition)).size).toBe(queries.length);
  });
});

describe('when time is up', () => {
  test('what was gathered is kept, and the next sweep goes on from there', async () => {
    const movements = await sold(430);
    await it.sell({ no: 'a', paidAt: NOON, currency: 'JPY' });
    const orders = {
      ...wrapped(it.tables.orders),
      getMany: async (keys: readonly string[]) => {
        it.now = RUN.endsAt + 1;
        return it.tables.orders.getMany(keys);
      },
    };
    expect(await gathered(undefined, RUN, { ...it.tables, orders })).toBeUndefined();
    const stored = (await kept()) as unknown as { places: (string | null)[]; runs: { chunks: string[] }[] };
    expect(stored).toEqual({
      ...{ id: KEY, version: 1, written: 0, places: stored.places, runs: [{ chunks: [expect.any(String)] }] },
    });
    expect(stored.places.some((place) => place !== null)).toBe(true);
    expect([it.log, it.counted]).toEqual([[], []]);
    it.now = END;
    const asked: (string | undefined)[] = [];
    const counting = {
      ...wrapped(it.tables.orders),
      query: async (query: Parameters<typeof it.tables.orders.query>[0]) => {
        asked.push(query.cursor);
        return it.tables.orders.query(query);
      },
    };
    const next = await gathered(undefined, RUN, { ...it.tables, orders: counting });
    expect(asked.slice(0, 4)).toEqual(stored.places.filter((place) => place !== null));
    expect(next?.kept).toEqual(stored);
    expect((await piecesOf(next)).flat()).toEqual(movements);
  });

  test('is a millisecond after its end, and not at it', async () => {
    const movements = await sold(2);
    it.now = RUN.endsAt;
    expect(await piecesOf(await gathered(undefined, RUN))).toEqual([movements]);
    it.now += 1;
    expect(await gathered(undefined, RUN)).toBeUndefined();
    // Read to its end all the same: the next sweep has nothing left to read.
    expect(await kept()).toMatchObject({ places: ALL_READ, runs: [{ chunks: [expect.any(String)] }] });
    expect(await piecesOf(await gathered(undefined, RUN))).toEqual([movements]);
  });

  test('with nothing found, it is kept how far that was', async () => {
    it.now = RUN.endsAt + 1;
    expect(await gathered(undefined, RUN)).toBeUndefined();
    expect(await kept()).toEqual({ id: KEY, version: 1, places: ALL_READ, runs: [], written: 0 });
  });
});

test('a run that was overtaken gives up', async () => {
  await sold(3);
  const other = { version: 7, places: ALL_READ, runs: [], written: 3 };
  const statements = {
    ...wrapped(it.tables.statements),
    create: async (item: Item) => {
      if (item.id === KEY) await it.tables.statements.create({ id: KEY, ...other });
      return it.tables.statements.create(item);
    },
  };
  expect(await gathered(1, FOR_EVER, { ...it.tables, statements })).toBeUndefined();
  expect(await kept()).toEqual({ id: KEY, ...other });
});

describe('runs are merged', () => {
  const keep = (runs: readonly (readonly string[])[]) =>
    it.tables.statements.create({
      ...{ id: KEY, version: 1, places: ALL_READ, written: 0 },
      runs: runs.map((chunks) => ({ chunks })),
    });

  test('chunk by chunk, in order, each fact once, with no more in memory than a chunk of each', async () => {
    const all = await sold(24);
    const pick = (...places: number[]) => chunkOf(places.map((i) => all[i] ?? fail()));
    const runs = [
      [await pick(0, 1, 2), await pick(5, 9, 10), await pick(20, 23)],
      [await pick(1, 3, 4), await pick(6, 7, 8, 9)],
      [await pick(2, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22)],
    ];
    await keep(runs);
    const read: string[] = [];
    const statements = {
      ...wrapped(it.tables.statements),
      get: async (key: string) => {
        if (key.startsWith('chk_')) read.push(key.slice(4));
        return it.tables.statements.get(key);
      },
    };
    const pieces: number[][] = [];
    const reads: number[] = [];
    const answer = (await gathered(undefined, RUN, { ...it.tables, statements })) ?? fail();
    for await (const some of answer.movements) {
      pieces.push(some.map((movement) => all.findIndex(({ orderId }) => orderId === movement.orderId)));
      reads.push(read.length);
    }
    expect(pieces).toEqual([
      [0, 1, 2],
      [3, 4],
      [5, 6, 7, 8, 9, 10],
      [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
    ]);
    expect(reads).toEqual([3, 4, 5, 6]);
    expect(read).toEqual([runs[0]?.[0], runs[1]?.[0], runs[2]?.[0], runs[0]?.[1], runs[1]?.[1], runs[0]?.[2]]);
  });

  test('with what this sweep has found', async () => {
    const all = await sold(24);
    const even = all.filter((_, i) => i % 2 === 0);
    const chunks = [await chunkOf(even.slice(0, 6)), await chunkOf(even.slice(6))];
    const partition = `${merchant.id}#2`;
    const cursor = writeCursor({ index: 'unposted', partition, limit: 100 }, '!', '!');
    const gathering = { id: KEY, version: 1, places: [null, null, cursor, null], written: 5, runs: [{ chunks }] };
    await it.tables.statements.create(gathering);
    const answer = await gathered();
    expect(answer?.kept).toEqual(gathering);
    const fresh = await it.tables.orders.query({ index: 'unposted', partition, limit: 100 });
    const wanted = all.filter(({ orderId }, i) => i % 2 === 0 || fresh.keys.includes(orderId));
    expect(wanted.length).toBeGreaterThan(12);
    const first = wanted.indexOf(even[5] ?? fail()) + 1;
    expect(await piecesOf(answer)).toEqual([wanted.slice(0, first), wanted.slice(first)]);
    // As a run of its own, behind the one that is there.
    const next = await gathered(1);
    const own = all.filter(({ orderId }) => fresh.keys.includes(orderId));
    const runs = [{ chunks }, { chunks: [sha256(JSON.stringify(own.map(bare)))] }];
    expect(next?.kept).toEqual({ id: KEY, version: 2, places: ALL_READ, runs, written: 0 });
    expect((await piecesOf(next)).flat()).toEqual(wanted);
  });

  test('a chunk that is missing is a fault', async () => {
    await keep([['0'.repeat(64)]]);
    const answer = await gathered();
    await expect(piecesOf(answer)).rejects.toThrow(`the chunk ${'0'.repeat(64)} of a sealed statement is missing`);
  });
});

/** F60, F64: a statement of several chunks whose run has no time left: what stands is not written, read or marked again. */
import { beforeEach, describe, expect, test } from 'vitest';
import { movementsOf } from '../../functions/statement/lines.ts';
import { sealDue } from '../../functions/statement/seal.ts';
import { makeStatement } from '../../functions/statement/statement.ts';
import type { Head } from '../../functions/statement/stored.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { DAY, SECOND } from '../../functions/time.ts';
import { DAYS, END, merchant, ReportShop, wrapped } from '../reconciliation/shop.ts';
import { NOON } from '../support/orders.ts';
import { DELAY, newShop, type Tables } from './shop.ts';

const DUE = END + DELAY;
const RUN = 48 * SECOND;
const ID = `${merchant.id}.${DAYS[0]}`;

let it: ReportShop;
/** Chunks of the day's lines, two lines in each but the last. */
let chunks: readonly string[];
beforeEach(async () => {
  it = new ReportShop(await newShop());
  it.shards = 16;
  await it.shop.setUp(merchant, NOON);
});

/** Seven sales whose lines are so long that two fill a chunk. */
async function sellLong(): Promise<void> {
  const movements = [];
  for (let i = 0; i < 7; i += 1) {
    const order = await it.sell({ no: `${i}`.padEnd(60_000, '0'), paidAt: NOON + i * SECOND });
    movements.push(...movementsOf(order, merchant, DAYS[0]).movements);
  }
  const frame = { merchantId: merchant.id, day: DAYS[0], zone: merchant.zone, sealedAt: DUE, previousHash: null };
  const { statement } = makeStatement(frame, movements);
  chunks = statement.lineChunks.map(({ hash }) => `chk_${hash}`);
  expect(statement.lineChunks.map(({ firstLine }) => firstLine)).toEqual([1, 3, 5, 7]);
}

const run = (tables: Tables = it.tables, now = DUE) => {
  it.now = now;
  return sealDue(it.services(tables), { endsAt: now + RUN });
};
const timeIsUp = () => {
  it.now = DUE + RUN + 1;
};
const head = async () => (await it.tables.statements.get(`head_${merchant.id}`)) as (Head & Item) | undefined;
const kept = () => it.tables.statements.get(`gat_${merchant.id}.${DAYS[0]}`);
const sealed = async () => (await it.tables.statements.get(ID)) !== undefined;
/** The way of a run to the tables, which notes chunks of lines that it writes or reads. */
function watched(seen: { written?: number[]; read?: number[] }, on: (what: 'written' | 'read', n: number) => void) {
  const note = (what: 'written' | 'read', key: unknown) => {
    const n = chunks.indexOf(String(key));
    if (n < 0) return;
    seen[what]?.push(n);
    on(what, n);
  };
  const table = it.tables.statements;
  const statements: Table = {
    ...wrapped(table),
    create: async (item) => {
      note('written', item.id);
      return table.create(item);
    },
    get: async (key) => {
      note('read', key);
      return table.get(key);
    },
  };
  return { ...it.tables, statements };
}

describe('the chunks of a large day', () => {
  /** A sweep that could only gather. */
  beforeEach(async () => {
    await sellLong();
    const { orders } = it.tables;
    const query: Table['query'] = async (wanted) => {
      timeIsUp();
      return orders.query(wanted);
    };
    await run({ ...it.tables, orders: { ...wrapped(orders), query } });
    expect(await kept()).toMatchObject({ version: 1, written: 0 });
  });

  test('are counted when time is up, and not written again by the next run', async () => {
    const gathered = await kept();
    const seen: { written: number[] } = { written: [] };
    await run(
      watched(seen, (what, n) => {
        if (what === 'written' && n === 1) timeIsUp();
      }),
    );
    expect(seen.written).toEqual([0, 1]);
    expect(await kept()).toEqual({ ...gathered, version: 2, written: 2 });
    expect([await sealed(), (await head())?.version, it.log]).toEqual([false, 1, []]);

    // Time is up before there is anything new: nothing is noted.
    seen.written = [];
    const reads = { read: 0 };
    const { statements } = it.tables;
    const get: Table['get'] = async (key) => {
      if (key.startsWith('chk_')) reads.read += 1;
      if (reads.read === 3) timeIsUp();
      return statements.get(key);
    };
    await run({ ...it.tables, statements: { ...wrapped(statements), get } });
    expect(await kept()).toEqual({ ...gathered, version: 2, written: 2 });
    expect([await sealed(), seen.written]).toEqual([false, []]);

    await run(watched(seen, () => {}));
    expect(seen.written).toEqual([2, 3]);
    expect(await kept()).toEqual({ ...gathered, version: 2, written: 2 });
    const [book] = await it.shop.books(merchant.id);
    expect(book?.lines.map(({ merchantOrderNo }) => merchantOrderNo[0]).join('')).toBe('0123456');
    expect(book?.statement.lineChunks.map(({ hash }) => `chk_${hash}`)).toEqual(chunks);
    expect(await head()).toMatchObject({ version: 2, lastDay: DAYS[0] });
    expect(it.log).toEqual([['info', 'statement_sealed', { merchantId: merchant.id, day: DAYS[0], count: 7 }]]);
  });

  test('may be written up to the last instant', async () => {
    await run(
      watched({}, (what) => {
        if (what === 'written') it.now = DUE + RUN;
      }),
    );
    expect(await sealed()).toBe(true);
    expect(await head()).toMatchObject({ lastDay: DAYS[0] });
  });
});

test('a day of common size is written to its end, whatever the time', async () => {
  await sellLong();
  await run(
    watched({}, (what) => {
      if (what === 'written') timeIsUp();
    }),
  );
  expect([await sealed(), await kept()]).toEqual([true, undefined]);
  // Its facts are marked by the next run.
  expect(await head()).toMatchObject({ version: 1, lastDay: '2026-02-28' });
});

describe('the marks of a statement of several chunks', () => {
  test('are counted chunk by chunk when time is up, and the next run begins behind them', async () => {
    await sellLong();
    const began = await head();
    await run(
      watched({}, (what, n) => {
        if (what === 'read' && n === 2) timeIsUp();
      }),
    );
    expect(await head()).toEqual({ ...began, version: 2, marked: 2 });
    const seen: { read: number[] } = { read: [] };
    await run(
      watched(seen, (what, n) => {
        if (what === 'read' && n === 2) timeIsUp();
      }),
    );
    // Nothing new: nothing is written.
    expect([seen.read, await head()]).toEqual([[2], { ...began, version: 2, marked: 2 }]);
    seen.read = [];
    await run(watched(seen, () => {}));
    expect(seen.read).toEqual([2, 3]);
    const { statement } = (await it.shop.books(merchant.id))[0] ?? {};
    expect(await head()).toEqual({
      ...{ ...began, version: 3, lastDay: DAYS[0], lastHash: statement?.hash, dueAt: DUE + DAY },
    });
    const unposted = [];
    for await (const orders of it.services().orders.unposted(merchant.id)) unposted.push(...orders);
    expect([unposted, it.log.length, it.counted]).toEqual([[], 1, [['statementsSealed', undefined]]]);
  });

  test('may be set up to the last instant', async () => {
    await sellLong();
    await run(
      watched({}, (what, n) => {
        if (what === 'read' && n === 0) it.now = DUE + RUN;
      }),
    );
    expect(await head()).toMatchObject({ version: 2, lastDay: DAYS[0] });
  });
});

describe('a chunk of many orders', () => {
  const SOLD = 130;
  const marked = async () => {
    let count = 0;
    for await (const orders of it.services().orders.unposted(merchant.id)) count += orders.length;
    return SOLD - count;
  };
  beforeEach(async () => {
    for (let i = 0; i < SOLD; i += 1) await it.sell({ no: `${i}`, paidAt: NOON });
    chunks = [];
  });

  test('is marked a hundred a read, twenty at the same time', async () => {
    const { orders, statements } = it.tables;
    const read: number[] = [];
    let [isSealed, atWork, most] = [false, 0, 0];
    const create: Table['create'] = async (item) => {
      isSealed ||= item.id === ID;
      return statements.create(item);
    };
    const getMany: Table['getMany'] = async (keys) => {
      if (isSealed) read.push(keys.length);
      return orders.getMany(keys);
    };
    const replace: Table['replace'] = async (item, seen) => {
      most = Math.max(most, ++atWork);
      for (let i = 0; i < 20; i += 1) await null;
      atWork -= 1;
      return orders.replace(item, seen);
    };
    await run({
      ...it.tables,
      orders: { ...wrapped(orders), getMany, replace },
      statements: { ...wrapped(statements), create },
    });
    expect([read.slice(0, 2), most, await marked()]).toEqual([[100, 30], 20, SOLD]);
  });

  test('is left when time is up in the middle, and not counted', async () => {
    const began = await head();
    const { orders } = it.tables;
    let writes = 0;
    const replace: Table['replace'] = async (item, seen) => {
      if (++writes === 100) timeIsUp();
      return orders.replace(item, seen);
    };
    await run({ ...it.tables, orders: { ...wrapped(orders), replace } });
    expect([await marked(), await head()]).toEqual([100, began]);
    await run();
    expect([await marked(), (await head())?.lastDay, it.log.length]).toEqual([SOLD, DAYS[0], 1]);
  });

  test('of which one has gone is a fault', async () => {
    const { orders, statements } = it.tables;
    let isSealed = false;
    const create: Table['create'] = async (item) => {
      isSealed ||= item.id === ID;
      return statements.create(item);
    };
    const getMany: Table['getMany'] = async (keys) => {
      const all = await orders.getMany(keys);
      return isSealed ? all.slice(1) : all;
    };
    await run({
      ...it.tables,
      orders: { ...wrapped(orders), getMany },
      statements: { ...wrapped(statements), create },
    });
    expect(it.log.at(-1)).toEqual([
      ...['error', 'statement_not_sealed'],
      { merchantId: merchant.id, error: `Error: orders of ${ID} have gone` },
    ]);
    expect([await marked(), (await head())?.failures]).toEqual([0, 1]);
  });
});

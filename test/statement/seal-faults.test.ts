import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sealDue } from '../../functions/statement/seal.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { audit, DUE, merchant, NOS, tradingShop } from './audit.ts';
import { aSale, type Meet, refundRequested, Shop, type Tables, through } from './shop.ts';

const RUN = 48 * SECOND;

/** A process that dies at its call `n`, before or after the table has carried it out: nothing of it happens any more. */
function dyingAt(n: number, when: 'before' | 'after'): { meet: Meet; calls: () => number } {
  let calls = 0;
  const meet: Meet = async (call) => {
    calls += 1;
    if (calls > n || (calls === n && when === 'before')) throw new Error('killed');
    const answer = await call();
    if (calls >= n) throw new Error('killed');
    return answer;
  };
  return { meet, calls: () => calls };
}

/** All of it in one calm run: what every disturbed one must come to. */
async function calmly() {
  const shop = await tradingShop();
  const watch = dyingAt(Number.POSITIVE_INFINITY, 'before');
  await shop.run(DUE + DAY, through(shop.tables, watch.meet));
  return { books: await audit(shop, NOS), calls: watch.calls() };
}

describe('F60: killed and run again', () => {
  test('at each call to a table, before or after its effect: the same statements to the byte, each fact on one line', async () => {
    const calm = await calmly();
    expect(calm.books.map(({ lines }) => lines.length)).toEqual([3, 2]);
    expect(calm.calls).toBeGreaterThan(30);
    for (let n = 1; n <= calm.calls; n += 1) {
      for (const when of ['before', 'after'] as const) {
        const shop = await tradingShop();
        await shop.run(DUE + DAY, through(shop.tables, dyingAt(n, when).meet));
        await shop.run(DUE + DAY);
        expect(JSON.stringify(await audit(shop, NOS)), `killed ${when} call ${n}`).toBe(JSON.stringify(calm.books));
      }
    }
  });

  test('runs that are killed again and again end the same', async () => {
    const calm = await calmly();
    const death = fc.record({ n: fc.integer({ min: 1, max: 40 }), when: fc.constantFrom('before', 'after') });
    await fc.assert(
      fc.asyncProperty(fc.array(death, { minLength: 2, maxLength: 6 }), async (deaths) => {
        const shop = await tradingShop();
        for (const { n, when } of deaths) await shop.run(DUE + DAY, through(shop.tables, dyingAt(n, when).meet));
        await shop.run(DUE + DAY);
        expect(JSON.stringify(await audit(shop, NOS))).toBe(JSON.stringify(calm.books));
      }),
      { numRuns: 200, seed: 60 },
    );
  });

  test('F41: a table that fails once puts the merchant off for a minute, and everything is sealed then', async () => {
    const calm = await calmly();
    for (let n = 1; n <= calm.calls; n += 1) {
      const shop = await tradingShop();
      let calls = 0;
      const failing = through(shop.tables, async (call) => {
        calls += 1;
        if (calls === n) throw new Error('throttled');
        return call();
      });
      await shop.run(DUE + DAY, failing);
      expect(shop.counts.get('statementFailures')).toBe(1);
      await shop.run(DUE + DAY + MINUTE);
      const books = await audit(shop, NOS);
      // Only the time of a seal may differ: it is that of the run that made it.
      expect(
        books.map(({ statement }) => statement.hash),
        `failed at ${n}`,
      ).toEqual(calm.books.map(({ statement }) => statement.hash));
    }
  });

  test('a run out of time leaves a half-marked statement, which the next run finishes before anything else', async () => {
    const shop = await tradingShop();
    const nos = Array.from({ length: 400 }, (_, i) => `many-${i}`);
    for (const no of nos) await shop.sell(merchant, { no, paidAt: NOON });
    let now = DUE;
    const slow = through(shop.tables, async (call) => {
      now += 150;
      return call();
    });
    const run = () =>
      sealDue(
        shop.services(() => now, slow),
        { endsAt: now + RUN },
      );
    await run();
    const sealed = await shop.books(merchant.id);
    const marked = async () => {
      const orders = await Promise.all(
        nos.map((no) => shop.orders.get(aSale(merchant, { no, paidAt: NOON }).order.orderId)),
      );
      return orders.filter((order) => order?.payments[0]?.posted !== undefined).length;
    };
    expect(sealed.map(({ lines }) => lines.length)).toEqual([403]);
    expect(await marked()).toBeGreaterThan(100);
    expect(await marked()).toBeLessThan(400);
    expect(await shop.statements.head(merchant.id)).toMatchObject({ lastDay: '2026-02-28' });

    now = DUE + DAY;
    await run();
    await shop.run(DUE + DAY + HOUR);
    const books = await audit(shop, [...NOS, ...nos]);
    expect(books[0]).toEqual(sealed[0]);
    expect(books.map(({ lines }) => lines.length)).toEqual([403, 2]);
    expect(shop.errors).toEqual([]);
  });

  test('facts that one run cannot collect are kept, and the next run goes on with them', async () => {
    const shop = await tradingShop();
    const nos = Array.from({ length: 1_000 }, (_, i) => `many-${i}`);
    for (const no of nos) await shop.sell(merchant, { no, paidAt: NOON });
    let now = DUE;
    const slow = through(shop.tables, async (call) => {
      now += 10 * SECOND;
      return call();
    });
    const services = shop.services(() => now, { ...shop.tables, orders: slow.orders });
    await sealDue(services, { endsAt: DUE + 13 * SECOND });
    expect(await shop.books(merchant.id)).toEqual([]);
    const gathered = await shop.statements.gathering(merchant.id, '2026-03-01');
    expect(gathered).toMatchObject({
      version: 1,
      places: [expect.any(String), expect.any(String), expect.any(String), expect.any(String)],
    });
    await shop.run(DUE + DAY);
    const books = await audit(shop, [...NOS, ...nos]);
    expect(books.map(({ lines }) => lines.length)).toEqual([1_003, 2]);
    expect(shop.errors).toEqual([]);
  });
});

/** The index answers as it was some time ago: it leaves out orders, as the test says. */
const forgetful = (tables: Tables, forgets: () => boolean): Tables => ({
  ...tables,
  orders: {
    ...through(tables, (call) => call()).orders,
    query: async (query) => {
      const page = await tables.orders.query(query);
      return { ...page, keys: page.keys.filter(() => !forgets()) };
    },
  },
});

describe('F60: overlapping runs', () => {
  test('in any order of their calls, on two days, with a stale index and new facts: each fact is on one line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(DUE - 1, DUE, DUE + DAY, DUE + 2 * DAY), { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.boolean()),
        async (scheduler, times, forgets) => {
          const shop = await tradingShop();
          const slowly = (tables: Tables) =>
            through(tables, async (call) => {
              await scheduler.schedule(Promise.resolve());
              return call();
            });
          const stale = () => slowly(forgetful(shop.tables, () => forgets.next().value));
          const news = async () => {
            const till = new Shop(slowly(shop.tables));
            const order = await till.sell(merchant, { no: '5', paidAt: NOON + 2 * HOUR });
            await till.refund(order, 'r-1', 300, NOON + 3 * HOUR);
          };
          await scheduler.waitFor(Promise.all([news(), ...times.map((now) => shop.run(now, stale()))]));
          for (let i = 3; i < 6; i += 1) await shop.run(DUE + i * DAY);
          expect(shop.errors).toEqual([]);
          await audit(shop, [...NOS, '5']);
        },
      ),
      { numRuns: 300, seed: 60 },
    );
  });

  test('F60: who has collected a day that another run found empty, and went past, cannot seal it any more', async () => {
    const shop = await tradingShop();
    let wakeUp = () => {};
    const asleep = new Promise<void>((resolve) => {
      wakeUp = resolve;
    });
    const tables = through(shop.tables, (call) => call());
    let collected = () => {};
    const ready = new Promise<void>((resolve) => {
      collected = resolve;
    });
    const sleeper: Tables = {
      ...tables,
      statements: {
        ...tables.statements,
        create: async (item) => {
          collected();
          await asleep;
          return tables.statements.create(item);
        },
      },
    };
    const late = shop.run(DUE, sleeper);
    await ready;
    await shop.run(
      DUE,
      forgetful(shop.tables, () => true),
    );
    await shop.run(DUE + DAY);
    const books = await shop.books(merchant.id);
    expect(books.map(({ statement }) => statement.day)).toEqual(['2026-03-02']);
    wakeUp();
    await late;
    expect(await shop.books(merchant.id)).toEqual(books);
    expect(shop.errors).toEqual([]);
    await audit(shop, NOS);
  });
});

test('F59: a fact that lands while the statement is computed is not on it, but on the next', async () => {
  const shop = await tradingShop();
  const landsBefore = async (n: number) => {
    const order = await shop.orders.get(aSale(merchant, { no: '2', paidAt: NOON }).order.orderId);
    if (!order) throw new Error('the order is missing');
    const asked = await shop.orders.apply(order, refundRequested(`r-${n}`, 10), DUE);
    await shop.orders.apply(asked.order, { type: 'refund_succeeded', refundNo: `r-${n}`, at: DUE - HOUR }, DUE);
  };
  const busy = through(shop.tables, (call) => call());
  let landed = 0;
  const tables: Tables = {
    ...busy,
    statements: {
      ...busy.statements,
      create: async (item) => {
        landed += 1;
        await landsBefore(landed);
        return busy.statements.create(item);
      },
    },
  };
  await shop.run(DUE, tables);
  expect(landed).toBe(3);
  const [first] = await shop.books(merchant.id);
  expect(first?.lines.map(({ refundNo }) => refundNo)).toEqual([null, 'r-1', null]);
  await shop.run(DUE + DAY);
  const books = await audit(shop, NOS);
  expect(books[0]).toEqual(first);
  expect(books[1]?.lines.filter(({ late }) => late).map(({ refundNo, fee }) => [refundNo, fee])).toEqual([
    ['r-1', 0],
    ['r-2', 0],
    ['r-3', 0],
  ]);
});

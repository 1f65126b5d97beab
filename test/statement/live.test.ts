import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getTotals } from '../../functions/api/get-totals.ts';
import { totalsAnswer } from '../../functions/contract/totals-answers.ts';
import type { Caller } from '../../functions/http/caller.ts';
import type { Services } from '../../functions/services.ts';
import { liveTotals, type Shift, TooMuchToAddUp } from '../../functions/statement/live.ts';
import { tallyOf } from '../../functions/statement/totals.ts';
import { DAY, HOUR, toInstant } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { busyDay, busyMerchant, MIDNIGHT, OPERATORS, play } from './busy-day.ts';
import { DELAY, newShop, type Shop, type Tables, through } from './shop.ts';

const merchant = busyMerchant();
const END = MIDNIGHT + DAY;
const DUE = END + DELAY;
const stories = busyDay(merchant, { seed: 500, orders: 500 });
const FOR_EVER = { endsAt: Number.POSITIVE_INFINITY };

async function openDay(some = stories, until = END - 1): Promise<Shop> {
  const shop = await newShop();
  await shop.setUp(merchant, NOON);
  await play(shop, some, until);
  return shop;
}
const live = (shop: Shop, shift: Partial<Shift> = {}, now = END - 1, tables: Tables = shop.tables) =>
  liveTotals(
    shop.services(() => now, tables),
    merchant,
    { since: MIDNIGHT, ...shift },
    FOR_EVER,
  );
const sums = async (...of: Parameters<typeof live>) => {
  const { totals, terminals } = (await live(...of)).tally;
  return { totals, terminals };
};

describe('the totals of a busy day', () => {
  let shop: Shop;
  let before: Awaited<ReturnType<typeof sums>>;
  beforeAll(async () => {
    shop = await openDay();
    before = await sums(shop);
    await shop.run(DUE);
  });

  test('I12: before the seal are what the statement then says, and after it the same', async () => {
    const [book] = await shop.books(merchant.id);
    expect(book?.statement.lineCount).toBeGreaterThan(500);
    expect(before.totals).toEqual(book?.totals);
    const rows = book && (await shop.statements.terminals(book.statement, { limit: 1_000, cursor: undefined })).rows;
    expect(before.terminals).toEqual(rows);
    expect(await sums(shop, {}, DUE)).toEqual(before);
  });

  test('of a store, terminal, operator, since any time, are the sums of just those lines', async () => {
    const lines = (await shop.books(merchant.id)).flatMap((book) => book.lines);
    const shift = fc.record(
      {
        since: fc.integer({ min: MIDNIGHT, max: END }),
        storeId: fc.constantFrom('main', '-3'),
        terminalId: fc.constantFrom('trm_aaaabbbbcccc', 'trm_none'),
        operatorId: fc.constantFrom(...OPERATORS.filter((name) => name !== undefined)),
      },
      { requiredKeys: ['since'] },
    );
    await fc.assert(
      fc.asyncProperty(shift, async ({ since, ...who }) => {
        const wanted = lines.filter(
          (line) =>
            line.occurredAt >= toInstant(since) &&
            Object.entries(who).every(([name, value]) => line[name as keyof typeof line] === value),
        );
        const { totals, terminals } = tallyOf(wanted);
        expect(await sums(shop, { since, ...who }, DUE)).toEqual({ totals, terminals });
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});

test('late facts count where the next statement has them, and say so before it is sealed', async () => {
  const shop = await openDay(stories.slice(0, 50), MIDNIGHT + 6 * HOUR);
  await shop.run(DUE);
  await play(shop, stories.slice(0, 80), END - 1);
  const early = await sums(shop, {}, DUE + HOUR);
  expect(early.totals.reduce((sum, { lateLines }) => sum + lateLines, 0)).toBeGreaterThan(30);
  await shop.run(DUE + DAY);
  const lines = (await shop.books(merchant.id)).flatMap((book) => book.lines);
  expect(early).toEqual({ totals: tallyOf(lines).totals, terminals: tallyOf(lines).terminals });
});

test('payments without an agreement are in no sum, and are counted', async () => {
  const shop = await openDay([]);
  await shop.sell(merchant, { no: '1', paidAt: NOON, currency: 'EUR' });
  await shop.sell(merchant, { no: '2', paidAt: NOON });
  const { tally, withoutAgreement } = await live(shop);
  expect([tally.totals.map(({ currency }) => currency), withoutAgreement]).toEqual([['CNY'], 1]);
});

describe('F59 F60: while the day is sealed', () => {
  const few = stories.slice(0, 12);
  let shop: Shop;
  beforeEach(async () => {
    shop = await openDay(few);
  });

  test('the totals stay what they are while a run dies at any of its calls', async () => {
    const calm = await sums(shop);
    for (let n = 1; ; n += 1) {
      const other = await openDay(few);
      let calls = 0;
      const dying = through(other.tables, (call) => {
        calls += 1;
        if (calls >= n) throw new Error('killed');
        return call();
      });
      await other.run(DUE, dying);
      expect(await sums(other, {}, DUE), `killed at call ${n}`).toEqual(calm);
      if (calls < n) break;
    }
  });

  test('between any two reads of the totals, each fact is counted once', async () => {
    const calm = await sums(shop);
    for (let n = 1; ; n += 1) {
      const other = await openDay(few);
      let calls = 0;
      const overtaken = through(other.tables, async (call) => {
        calls += 1;
        if (calls === n) await other.run(DUE);
        return call();
      });
      expect(await sums(other, {}, DUE, overtaken), `sealed before call ${n}`).toEqual(calm);
      if (calls < n) break;
    }
  });
});

describe('the API', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openDay(stories.slice(0, 60));
  });
  const office: Caller = { keyid: 'bko_1.1', merchantId: merchant.id, scopes: ['orders:read'] };
  const till: Caller = { ...office, keyid: 'trm_1.1', storeId: 'main', terminalId: 'trm_aaaabbbbcccc' };
  const ask = (caller: Caller, query: Record<string, string | number>, now = END - 1) =>
    getTotals(
      shop.services(() => now) as unknown as Services,
      { params: {}, query, body: undefined, caller, deadline: { endsAt: now + DAY } } as Parameters<
        typeof getTotals
      >[1],
    );

  test('answers a back office for all or one store, a terminal for itself, by default since midnight there', async () => {
    const all = totalsAnswer().parse((await ask(office, {})).body);
    expect(all).toMatchObject({ since: toInstant(MIDNIGHT), until: toInstant(END - 1), zone: 'Asia/Shanghai' });
    expect(all.totals).toEqual((await sums(shop)).totals);
    const west = totalsAnswer().parse((await ask(office, { storeId: 'west', since: NOON })).body);
    expect(west.totals).toEqual((await sums(shop, { storeId: 'west', since: NOON })).totals);
    const own = totalsAnswer().parse((await ask(till, { terminal: 'self', operatorId: 'anna' })).body);
    expect(own.terminals.length).toBeGreaterThan(0);
    for (const row of own.terminals) expect([row.terminalId, row.operatorId]).toEqual(['trm_aaaabbbbcccc', 'anna']);
  });

  test.each([
    ['a terminal that asks for everything', till, {}],
    ['a terminal that asks for a store', till, { terminal: 'self', storeId: 'main' }],
    ['a back office that is no terminal', office, { terminal: 'self' }],
    ['a time to come', office, { since: END }],
    ['a time of long ago', office, { since: END - 8 * DAY }],
  ])('the API refuses %s', async (_, caller, query) => {
    await expect(ask(caller, query)).rejects.toMatchObject({ code: 'malformed' });
  });

  test('answers no part of a sum where time is up', async () => {
    await expect(
      liveTotals(
        shop.services(() => END - 1),
        merchant,
        { since: MIDNIGHT },
        { endsAt: END - 2 },
      ),
    ).rejects.toThrow(TooMuchToAddUp);
  });
});

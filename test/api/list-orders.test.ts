/** Lists of orders: whose they are, in which order, page by page, and what is no question. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listOrders } from '../../functions/api/list-orders.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Caller } from '../../functions/http/caller.ts';
import type { Table } from '../../functions/table/table.ts';
import { businessDay } from '../../functions/time.ts';
import { orderOf } from '../support/bench.ts';
import { type Counter, openCounter, refusal } from './counter.ts';

type Query = Parameters<typeof listOrders>[1]['query'];

let counter: Counter;
/** Orders of three terminals in turn, oldest first: ours, the next one's, another store's. */
const [ours, nexts, wests] = [[], [], []] as [string[], string[], string[]];
beforeAll(async () => {
  counter = await openCounter();
  const { till, nextTill, westTill, bench } = counter;
  const add = async (by: Caller, to: string[]) => {
    bench.pass(1_000);
    to.push(orderOf(await counter.open(by, { qrCode: false })).orderId);
  };
  for (let i = 0; i < 25; i += 1) {
    await add(till, ours);
    if (i % 3 === 0) await add(nextTill, nexts);
    if (i % 5 === 0) await add(westTill, wests);
  }
});
afterAll(() => counter.bench.stop());

const ask = async (query: Query, by: Caller = counter.till) => {
  const { status, body } = await listOrders(counter.bench.services, {
    ...counter.common(by),
    ...{ params: {}, query, body: undefined },
  });
  const { data, nextCursor } = body as { data: OrderView[]; nextCursor: string | null };
  expect(status).toBe(200);
  return { ids: data.map(({ orderId }) => orderId), nextCursor };
};
/** Every page of a list, by its ids. */
async function pages(query: Query, by: Caller = counter.till): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const { ids, nextCursor } = await ask({ ...query, cursor }, by);
    found.push(ids);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
const newestFirst = (...lists: string[][]) => lists.flat().toReversed();

describe('orders of a day', () => {
  test('terminal=self: those of the calling terminal, and none of the one beside it', async () => {
    expect((await pages({ terminal: 'self', limit: 100 })).flat()).toEqual(newestFirst(ours));
    expect((await pages({ terminal: 'self', limit: 100 }, counter.nextTill)).flat()).toEqual(newestFirst(nexts));
    expect((await pages({ terminal: 'self', limit: 100 }, counter.westTill)).flat()).toEqual(newestFirst(wests));
  });

  test('without it: those of the store, of all its terminals', async () => {
    const store = (await pages({ limit: 100 })).flat();
    expect(store.toSorted()).toEqual([...ours, ...nexts].toSorted());
    for (const own of [ours, nexts]) expect(store.filter((id) => own.includes(id))).toEqual(newestFirst(own));
    expect((await pages({ limit: 100 }, counter.nextTill)).flat()).toEqual(store);
    expect((await pages({ limit: 100 }, counter.office)).flat()).toEqual(store);
    expect((await pages({ limit: 100 }, counter.westTill)).flat()).toEqual(newestFirst(wests));
  });

  test('of another store, by its name: for the back office and for a terminal that the operator has widened', async () => {
    for (const by of [counter.widenedTill, counter.office])
      expect((await pages({ storeId: 'west', limit: 100 }, by)).flat()).toEqual(newestFirst(wests));
    expect(await pages({ storeId: 'west', terminal: 'self' }, counter.widenedTill)).toEqual([[]]);
    expect(await pages({ storeId: 'none' }, counter.widenedTill)).toEqual([[]]);
    for (const storeId of ['west', 'none'])
      expect(await refusal(ask({ storeId }))).toEqual({
        ...{ status: 403, code: 'other_store', retryable: false },
        detail: 'This terminal belongs to the store main.',
      });
  });

  test.each([1, 4, 24, 25, 26])('pages of %i are full but the last, whatever stands between', async (limit) => {
    const found = await pages({ terminal: 'self', limit });
    expect(found.flat()).toEqual(newestFirst(ours));
    expect(found.slice(0, -1).every((ids) => ids.length === limit)).toBe(true);
  });

  test('a page has twenty where nobody says how many', async () => {
    expect((await pages({ terminal: 'self' })).map(({ length }) => length)).toEqual([20, 5]);
  });

  test('the day is the one that is named, or the merchant’s own today', async () => {
    const midnight = Date.parse('2026-03-02T00:00:00+08:00');
    counter.bench.pass(midnight - 1 - counter.bench.now());
    const last = orderOf(await counter.open(counter.nextTill, { qrCode: false })).orderId;
    expect((await ask({ terminal: 'self' }, counter.nextTill)).ids[0]).toBe(last);
    counter.bench.pass(1);
    expect(await ask({})).toEqual({ ids: [], nextCursor: null });
    const first = orderOf(await counter.open(counter.till, { qrCode: false })).orderId;
    expect((await ask({})).ids).toEqual([first]);
    expect((await ask({ day: '2026-03-01', limit: 1 })).ids).toEqual([last]);
  });

  test('a back office has no terminal of its own', async () => {
    const call = ask({ terminal: 'self' }, counter.office);
    expect(await refusal(call)).toEqual({
      ...{ status: 400, code: 'malformed', retryable: false, detail: 'terminal=self is for terminals.' },
    });
  });
});

describe('one order', () => {
  test('by the merchant’s number: from any terminal of its store, and nothing if there is none', async () => {
    const order = orderOf(await counter.open(counter.till, { merchantOrderNo: 'by-number' }));
    for (const by of [counter.till, counter.nextTill, counter.widenedTill, counter.office])
      expect(await ask({ merchantOrderNo: 'by-number' }, by)).toEqual({ ids: [order.orderId], nextCursor: null });
    expect(await ask({ merchantOrderNo: 'by-number' }, counter.westTill)).toEqual({ ids: [], nextCursor: null });
    expect(await ask({ merchantOrderNo: 'by-no-number' })).toEqual({ ids: [], nextCursor: null });
    const stranger = { ...counter.till, merchantId: 'mer_stranger' };
    expect(await ask({ merchantOrderNo: 'by-number' }, stranger)).toEqual({ ids: [], nextCursor: null });
  });

  test('by the channel’s number, which is told by the channel', async () => {
    const { orderId, payment } = await counter.paid();
    expect(await ask({ tradeNo: payment?.tradeNo ?? '' })).toEqual({ ids: [orderId], nextCursor: null });
    expect(await ask({ tradeNo: '2026030122001400000000000000' })).toEqual({ ids: [], nextCursor: null });
  });
});

describe('a long day', () => {
  test('security M5 a page ends after twenty calls of the table, and the next one goes on behind it', async () => {
    const { bench, till, nextTill } = counter;
    bench.pass(24 * 3_600_000);
    const day = businessDay(bench.now(), 'Asia/Shanghai');
    const own = orderOf(await counter.open(till, { qrCode: false })).orderId;
    for (let i = 0; i < 900; i += 1) {
      bench.pass(1);
      await counter.open(nextTill, { qrCode: false });
    }
    const { table } = bench.services.orders as unknown as { table: Table };
    const calls = [vi.spyOn(table, 'query'), vi.spyOn(table, 'getMany')];
    const first = await ask({ terminal: 'self', day, limit: 1 });
    expect(calls.map((call) => call.mock.calls.length)).toEqual([10, 10]);
    expect([first.ids, first.nextCursor]).toEqual([[], expect.stringMatching(/^[A-Za-z0-9_-]+$/)]);
    vi.restoreAllMocks();
    expect((await pages({ terminal: 'self', day, limit: 1 })).flat()).toEqual([own]);
    expect((await pages({ day, limit: 100 })).flat()).toHaveLength(901);
  });
});

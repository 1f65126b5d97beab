/** Who finds an order: the sweep, a list of its day, a statement. */
import { describe, expect, test } from 'vitest';
import { Orders, unpostedShards } from '../../functions/order/orders.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { ORDERS, type Query } from '../../functions/table/table.ts';
import { anOrder, NOON, paid } from '../support/orders.ts';

const { orderId: _, schema, version, updatedAt, dueAt, payments, refunds, ...NEW } = anOrder();
const numbered = (merchantOrderNo: string) => ({ ...NEW, request: { ...NEW.request, merchantOrderNo } });

/** A store with one order. */
async function stored(shards?: number) {
  const table = new MemoryTable(ORDERS);
  const orders = new Orders(table, shards);
  const { order } = await orders.create(NEW);
  return { table, orders, order };
}

describe('who finds it', () => {
  test('the sweep, in the shard of its number; once it is given up on, among the quarantined', async () => {
    const { orders, order } = await stored();
    expect(orders.dueShards).toEqual([...Array(16).keys(), 'quarantined'].map(String));
    expect(new Orders(new MemoryTable(ORDERS), 2).dueShards).toEqual(['0', '1', 'quarantined']);
    const found = async () => {
      const pages = await Promise.all(
        orders.dueShards.map(async (shard) => [shard, (await orders.due(shard, NOON + 225_000, 9)).keys] as const),
      );
      return pages.filter(([, keys]) => keys.length > 0);
    };
    expect(await found()).toEqual([['7', ['ord_ogjdpqcrpq32vv7ouniwm7oi4x']]]);
    expect(await orders.due('2', NOON + 224_999, 9)).toEqual({ keys: [], cursor: undefined });
    let failing = order;
    for (let visit = 0; visit < 20; visit += 1)
      failing = (await orders.apply(failing, { type: 'postponed' }, NOON - 86_400_000)).order;
    expect(await found()).toEqual([['quarantined', ['ord_ogjdpqcrpq32vv7ouniwm7oi4x']]]);
    await orders.apply(failing, paid(), NOON + 1);
    expect(await found()).toEqual([]);
  });

  test('the longest waiting first, and no more than are asked for', async () => {
    const { orders, order } = await stored(1);
    const { order: later } = await orders.create({ ...numbered('2'), createdAt: NOON + 1_000 });
    const { order: earlier } = await orders.create({ ...numbered('3'), createdAt: NOON - 1_000 });
    expect((await orders.due('0', NOON + 300_000, 9)).keys).toEqual(
      [earlier, order, later].map(({ orderId }) => orderId),
    );
    expect((await orders.due('0', NOON + 300_000, 1)).keys).toEqual([earlier.orderId]);
  });

  test('a list of its store’s day, newest first, page by page', async () => {
    const { orders, order } = await stored();
    const { order: later } = await orders.create({ ...numbered('2'), createdAt: NOON + 1 });
    const first = await orders.byDay(NEW.merchantId, 'main', NEW.day, 1);
    expect(first.keys).toEqual([later.orderId]);
    const next = await orders.byDay(NEW.merchantId, 'main', NEW.day, 1, first.cursor);
    expect(next).toEqual({ keys: [order.orderId], cursor: undefined });
    for (const [merchantId, storeId, day] of [
      ['x', 'main', NEW.day],
      [NEW.merchantId, 'x', NEW.day],
      [NEW.merchantId, 'main', 'x'],
    ] as const)
      expect((await orders.byDay(merchantId, storeId, day, 9)).keys).toEqual([]);
  });

  test('a statement, as long as a fact of it waits for one, however many they are', async () => {
    const { orders, order } = await stored();
    expect([...unpostedShards]).toEqual([0, 1, 2, 3]);
    const all = async (shards?: readonly number[]) => {
      const counts: number[] = [];
      for await (const page of orders.unposted(NEW.merchantId, shards)) counts.push(page.length);
      return counts;
    };
    expect(await all()).toEqual([0, 0, 0, 0]);
    await orders.apply(order, paid(), NOON + 1);
    expect(await all()).toEqual([0, 0, 0, 1]);
    for (let n = 2; n <= 130; n += 1)
      await orders.apply((await orders.create(numbered(String(n)))).order, paid(), NOON + 1);
    expect((await all()).reduce((sum, count) => sum + count)).toBe(130);
    expect(await all([2, 3])).toEqual([31, 40]);
    expect((await orders.unpostedPage('mer_other', 0)).orders).toEqual([]);
  });

  test('a statement, in pages of a hundred', async () => {
    const asked: Query[] = [];
    const table = new MemoryTable(ORDERS);
    table.query = async (query) => {
      asked.push(query);
      return { keys: [], cursor: asked.length === 1 ? 'next' : undefined };
    };
    for await (const page of new Orders(table).unposted('m', [1])) expect(page).toEqual([]);
    expect(asked).toEqual([
      { index: 'unposted', partition: 'm#1', limit: 100 },
      { index: 'unposted', partition: 'm#1', limit: 100, cursor: 'next' },
    ]);
  });
});

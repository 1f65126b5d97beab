/** security M4: how many orders a merchant may have open, counted by many instances at once. */
import { beforeEach, describe, expect, test } from 'vitest';
import { FunctionState } from '../../functions/merchant/function-state.ts';
import { takeOpenOrder } from '../../functions/merchant/open-orders.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY } from '../../functions/table/table.ts';
import { MINUTE, SECOND } from '../../functions/time.ts';

/** The beginning of a window of three minutes. */
const AT = 3 * MINUTE * 9_000_000;
let table: MemoryTable;
let now: number;
let calls: number;
beforeEach(() => {
  table = new MemoryTable(DIRECTORY);
  [now, calls] = [AT, 0];
  for (const method of ['get', 'create', 'replace'] as const) {
    const real = table[method].bind(table) as (...told: unknown[]) => Promise<never>;
    table[method] = (...told: unknown[]) => {
      calls += 1;
      return real(...told);
    };
  }
});

const instance = () => new FunctionState(table, () => now);
/** Opens until the first refusal, in turn, `most` times at the most. */
async function opened(openOrders: number | undefined, most: number, instances = [instance()]): Promise<number> {
  const merchant = { id: 'mer_a', limits: openOrders === undefined ? {} : { openOrders } };
  for (let i = 0; i < most; i += 1) {
    const by = instances[i % instances.length];
    if (by && !(await takeOpenOrder(by, merchant, now))) return i;
  }
  return most;
}

describe('security M4 open orders', () => {
  test('without the limit are as many as there come, and cost no call', async () => {
    expect([await opened(undefined, 1_000), calls]).toEqual([1_000, 0]);
  });

  test('security M4 of one instance are the limit to the order, at a call of the table for ten of them', async () => {
    expect(await opened(5_000, 6_000)).toBe(5_000);
    expect(calls).toBeLessThan(600);
  });

  test.each([2, 8, 20])(
    'security M4 of %i instances are more than the limit by a block of each at the most',
    async (n) => {
      const count = await opened(1_000, 3_000, Array.from({ length: n }, instance));
      expect(count).toBeGreaterThanOrEqual(1_000);
      expect(count).toBeLessThanOrEqual(1_000 + 25 * n);
    },
  );

  test('security M4 a flood that goes on is let through as fast as codes end', async () => {
    const flood = instance();
    let total = 0;
    for (let second = 0; second < 900; second += 1, now += SECOND) total += await opened(1_000, 50, [flood]);
    // Five windows of three minutes, and the first thousand.
    expect(total).toBeGreaterThan(4_500);
    expect(total).toBeLessThanOrEqual(6_200);
  });

  test('security M4 are over with their time: three minutes and a window later all may be opened again', async () => {
    expect(await opened(100, 200)).toBe(100);
    now += 6 * MINUTE;
    expect(await opened(100, 200)).toBe(100);
  });
});

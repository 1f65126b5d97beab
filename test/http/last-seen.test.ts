/** When a terminal was seen and how far its clock is off: told often enough, and not more often. */
import { describe, expect, test } from 'vitest';
import { noteSeen } from '../../functions/http/last-seen.ts';
import { FunctionState, idOf } from '../../functions/merchant/function-state.ts';
import { seenName } from '../../functions/merchant/terminals.ts';
import type { Services } from '../../functions/services.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, type Table } from '../../functions/table/table.ts';
import { HOUR, SECOND } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';

/** An instance of a function with its own memory, on a table that others may share. */
function instance(table: Table) {
  const at = { now: NOON };
  const warnings: unknown[][] = [];
  const log = { info: () => {}, error: () => {}, warn: (...said: unknown[]) => void warnings.push(said) };
  const services = {
    now: () => at.now,
    functionState: new FunctionState(table, () => at.now),
    log,
  } as unknown as Services;
  return {
    warnings,
    /** A request comes so long after noon, signed by a clock that is so much ahead. */
    async sees(ms: number, skewMs = 0, terminalId = 'trm_a'): Promise<unknown> {
      at.now = NOON + ms;
      await noteSeen(services, terminalId, at.now + skewMs);
      const item = await table.get(idOf(seenName(terminalId)));
      return item && [Number(item.at) - NOON, item.skewMs];
    },
  };
}
const fresh = () => instance(new MemoryTable(DIRECTORY));

test('the item has a name of its own', () => {
  expect(idOf(seenName('trm_a'))).toBe('cnt_trm_a.seen');
});

describe('a terminal', () => {
  test('is noted at first, and again an hour later, not a millisecond before', async () => {
    const { sees } = fresh();
    expect(await sees(0, 7)).toEqual([0, 7]);
    expect(await sees(HOUR - 1, 7)).toEqual([0, 7]);
    expect(await sees(HOUR, 7)).toEqual([HOUR, 7]);
    expect(await sees(2 * HOUR - 1, 7)).toEqual([HOUR, 7]);
    expect(await sees(2 * HOUR, 7)).toEqual([2 * HOUR, 7]);
  });

  test.each([1, -1])('is noted at once when its clock has moved by five seconds, %i times', async (way) => {
    const { sees } = fresh();
    await sees(0, 0);
    expect(await sees(10 * SECOND, way * (5 * SECOND - 1))).toEqual([0, 0]);
    expect(await sees(20 * SECOND, way * 5 * SECOND)).toEqual([20 * SECOND, way * 5 * SECOND]);
    expect(await sees(30 * SECOND, 0)).toEqual([30 * SECOND, 0]);
  });

  test('is not there because an old request is sent again', async () => {
    const { sees } = fresh();
    await sees(0, 0);
    // The very same signature, an hour and a day later.
    for (const later of [HOUR, 24 * HOUR]) expect(await sees(later, -later)).toEqual([0, 0]);
    expect(await sees(24 * HOUR, 1 - 24 * HOUR)).toEqual([24 * HOUR, 1 - 24 * HOUR]);
  });

  test('is not there for another instance either, which has never seen that request', async () => {
    const table = new MemoryTable(DIRECTORY);
    expect(await instance(table).sees(0, 0)).toEqual([0, 0]);
    expect(await instance(table).sees(HOUR, -HOUR)).toEqual([0, 0]);
    expect(await instance(table).sees(HOUR, 1 - HOUR)).toEqual([HOUR, 1 - HOUR]);
  });

  test('is noted by one of two instances, as often as by one', async () => {
    const table = new MemoryTable(DIRECTORY);
    await instance(table).sees(0, 0);
    expect(await instance(table).sees(HOUR - 1, 0)).toEqual([0, 0]);
    expect(await instance(table).sees(HOUR, 0)).toEqual([HOUR, 0]);
  });

  test('is one of many: when ten thousand are remembered, the next request forgets the others', async () => {
    const table = new MemoryTable(DIRECTORY);
    let reads = 0;
    const counting: Table = {
      get: (id) => {
        reads += 1;
        return table.get(id);
      },
      getMany: (ids) => table.getMany(ids),
      create: (item) => table.create(item),
      replace: (item, seen) => table.replace(item, seen),
      query: (query) => table.query(query),
    };
    const { sees } = instance(counting);
    const asked = async (...of: Parameters<typeof sees>) => {
      const before = reads;
      await sees(...of);
      // The look of the test itself is one.
      return reads - before - 1;
    };
    for (let i = 0; i < 9_999; i += 1) await sees(i, 0, `trm_${i}`);
    expect([await asked(10_000, 0, 'trm_0'), await asked(10_001, 0, 'trm_1')]).toEqual([0, 0]);
    expect(await asked(10_002, 0, 'trm_new')).toBe(1);
    // The one that asks is remembered, and the others are not.
    expect([await asked(10_003, 0, 'trm_0'), await asked(10_004, 0, 'trm_1')]).toEqual([0, 1]);
  });
});

test('what cannot be noted is said in the log, and no request fails by it', async () => {
  const lost = async () => {
    throw new Error('the table is away');
  };
  const table = new MemoryTable(DIRECTORY);
  const { sees, warnings } = instance({
    get: (id) => table.get(id),
    getMany: lost,
    create: lost,
    replace: lost,
    query: lost,
  });
  expect(await sees(0, 0)).toBeUndefined();
  expect(warnings).toEqual([['last_seen_not_stored', { error: expect.stringMatching(/^Error: the table is away\n/) }]]);
});

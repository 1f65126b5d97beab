/** The store of reconciliations: heads that move under their version, days that are written again, and the channel's days. */
import { describe, expect, test } from 'vitest';
import {
  askedFrom,
  beginOf,
  DISCREPANCIES_MAX,
  Reconciliations,
  type ReportHead,
  reportDayOf,
} from '../../functions/reconciliation/reconciliations.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { STATEMENTS } from '../../functions/table/table.ts';
import { DAY } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aDay, aHead, BEGIN, DAYS, END, fail, merchant, TEN, wrapped } from './shop.ts';

const opened = async (shards = 1) => {
  const table = new MemoryTable(STATEMENTS);
  const store = new Reconciliations(table, shards);
  await store.openHead(merchant.id, NOON);
  return { table, store, head: (await store.head(merchant.id)) ?? fail() };
};

test("the channel's days are days of China, and a report is asked for at ten on the next morning", () => {
  expect([BEGIN - 1, BEGIN, END - 1, END].map((at) => reportDayOf('alipay', at))).toEqual([
    '2026-02-28',
    DAYS[0],
    DAYS[0],
    DAYS[1],
  ]);
  expect([beginOf('alipay', DAYS[0]), beginOf('alipay', DAYS[1]), askedFrom('alipay', DAYS[0])]).toEqual([
    BEGIN,
    END,
    TEN,
  ]);
  expect(DISCREPANCIES_MAX).toBe(400);
});

describe('a head', () => {
  test('begins before the day on which it is opened, and is opened once', async () => {
    const { store, head } = await opened();
    expect(head).toEqual(aHead({}));
    await store.openHead(merchant.id, NOON + 5 * DAY);
    expect(await store.head(merchant.id)).toEqual(head);
    expect(await store.head('mer_none')).toBeUndefined();
  });

  test('is opened with the day of China, not of here', async () => {
    const { store } = await opened();
    await store.openHead('mer_late', END);
    expect(await store.head('mer_late')).toMatchObject({ lastReportDay: DAYS[0], dueAt: TEN + DAY });
  });

  test('moves under the version that was read, and forgets its failures', async () => {
    const { store, head } = await opened();
    expect(await store.moveHead(head, { failures: 2, dueAt: TEN + 1 })).toBe(true);
    const second = aHead({ version: 2, failures: 2, dueAt: TEN + 1 });
    expect(await store.head(merchant.id)).toEqual(second);
    expect(await store.moveHead(head, { dueAt: 0 })).toBe(false);
    expect(await store.head(merchant.id)).toEqual(second);
    expect(await store.moveHead(second as ReportHead, { lastReportDay: DAYS[0] })).toBe(true);
    expect(await store.head(merchant.id)).toEqual(aHead({ version: 3, lastReportDay: DAYS[0], dueAt: TEN + 1 }));
  });

  test('is due from its time on, the longest waiting first, a hundred at once', async () => {
    const { table, store, head } = await opened();
    await store.openHead('mer_early', NOON - 2 * DAY);
    const due = async (now: number) => (await store.dueHeads('report-0', now)).map(({ merchantId }) => merchantId);
    expect(await due(TEN - 2 * DAY - 1)).toEqual([]);
    expect(await due(TEN - 2 * DAY)).toEqual(['mer_early']);
    expect(await due(TEN)).toEqual(['mer_early', merchant.id]);
    expect(await store.dueHeads('report-1', TEN)).toEqual([]);
    // The index may be behind the items.
    const behind = { ...wrapped(table), query: async () => ({ keys: [head.id], cursor: undefined }) };
    expect(await new Reconciliations(behind, 1).dueHeads('report-0', TEN - 1)).toEqual([]);
    expect(await new Reconciliations(behind, 1).dueHeads('report-0', TEN)).toEqual([head]);
    for (let i = 0; i < 100; i += 1) await store.openHead(`mer_${i}`, NOON - DAY);
    expect(await due(TEN)).toHaveLength(100);
  });

  test('lies in the partition that its merchant chooses, wherever it moves', async () => {
    const { store } = await opened(16);
    expect(store.dueShards).toEqual(Array.from({ length: 16 }, (_, n) => `report-${n}`));
    expect(new Reconciliations(new MemoryTable(STATEMENTS)).dueShards).toHaveLength(16);
    const shards = new Map<string, string>();
    for (let i = 0; i < 40; i += 1) {
      await store.openHead(`mer_${i}`, NOON);
      const head = (await store.head(`mer_${i}`)) as ReportHead & { dueShard: string };
      shards.set(head.merchantId, head.dueShard);
      await store.moveHead(head, { dueAt: NOON });
      expect(await store.head(`mer_${i}`)).toMatchObject({ dueShard: head.dueShard });
    }
    expect(store.dueShards).toEqual(expect.arrayContaining([...shards.values()]));
    expect(new Set(shards.values()).size).toBeGreaterThan(10);
    // Where a deployment has put them they are looked for.
    expect([shards.get('mer_0'), shards.get('mer_1'), shards.get('mer_2')]).toEqual([
      'report-14',
      'report-5',
      'report-12',
    ]);
    let found = 0;
    for (const shard of store.dueShards) found += (await store.dueHeads(shard, TEN)).length;
    expect(found).toBe(41);
  });
});

describe('a day', () => {
  const { id, version, ...day } = aDay({}) as unknown as NonNullable<Awaited<ReturnType<Reconciliations['get']>>>;

  test('is written, read alone or with others, and written again under its next version', async () => {
    const { store } = await opened();
    expect(await store.get(merchant.id, DAYS[0])).toBeUndefined();
    const seen: unknown[] = [];
    await store.change(merchant.id, DAYS[0], (stored) => {
      seen.push(stored);
      return day;
    });
    expect(await store.get(merchant.id, DAYS[0])).toEqual(aDay({}));
    await store.change(merchant.id, DAYS[0], (stored) => {
      seen.push(stored);
      return { ...day, matched: 7 };
    });
    expect(seen).toEqual([undefined, aDay({})]);
    expect(await store.get(merchant.id, DAYS[0])).toEqual(aDay({ version: 2, matched: 7 }));
    await store.change(merchant.id, DAYS[2], () => ({ ...day, reportDay: DAYS[2] }));
    const third = aDay({ id: `rec_${merchant.id}.${DAYS[2]}`, reportDay: DAYS[2] });
    expect(await store.getMany(merchant.id, [DAYS[2], DAYS[1], DAYS[0]])).toEqual([
      third,
      aDay({ version: 2, matched: 7 }),
    ]);
    expect(await store.getMany('mer_other', [DAYS[0]])).toEqual([]);
  });

  test('of which nothing is made is left as it is', async () => {
    const { store } = await opened();
    await store.change(merchant.id, DAYS[0], () => undefined);
    expect(await store.get(merchant.id, DAYS[0])).toBeUndefined();
    await store.change(merchant.id, DAYS[0], () => day);
    await store.change(merchant.id, DAYS[0], () => undefined);
    expect(await store.get(merchant.id, DAYS[0])).toEqual(aDay({}));
  });

  test('is made anew of what is stored until nobody is faster', async () => {
    const { table, store } = await opened();
    const others = [(matched: number) => store.change(merchant.id, DAYS[0], () => ({ ...day, matched }))];
    let writes = 0;
    const faster = async <T>(write: () => Promise<T>): Promise<T> => {
      writes += 1;
      if (writes <= 3) await others[0]?.(writes);
      return write();
    };
    const busy = new Reconciliations(
      {
        ...wrapped(table),
        create: (item) => faster(() => table.create(item)),
        replace: (item, seen) => faster(() => table.replace(item, seen)),
      },
      1,
    );
    const seen: (number | undefined)[] = [];
    await busy.change(merchant.id, DAYS[0], (stored) => {
      seen.push(stored?.matched);
      return { ...day, matched: 10 + (stored?.matched ?? 0) };
    });
    expect(seen).toEqual([undefined, 1, 2, 3]);
    expect(await store.get(merchant.id, DAYS[0])).toEqual(aDay({ version: 4, matched: 13 }));
  });

  test('that loses every race is a fault after fifty, and stays as it is', async () => {
    const { table, store } = await opened();
    let writes = 0;
    const create = async () => {
      writes += 1;
      return false;
    };
    const change = new Reconciliations({ ...wrapped(table), create }, 1).change(merchant.id, DAYS[0], () => day);
    await expect(change).rejects.toThrow(`rec_${merchant.id}.${DAYS[0]} is written by too many at once`);
    expect([writes, await store.get(merchant.id, DAYS[0])]).toEqual([50, undefined]);
  });
});

/** The due loop alone: every item once, each failure told and put off, nothing begun that may not end in time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INVOCATION } from '../../functions/deadlines.ts';
import { type DueQueue, workDue } from '../../functions/due-work.ts';
import { NOON } from '../support/orders.ts';

const PAGE = 3;

/** A queue over `shards` that reads a page at a time; what is `broken` fails at its work, what is `stuck` cannot be put off. */
function newQueue(shards: Record<string, string[]>, { broken = [] as string[], stuck = [] as string[] } = {}) {
  const log: string[] = [];
  const place = { now: NOON, log, done: new Set<string>(), abreast: 0, mostAbreast: 0, takes: 0 };
  const queue: DueQueue<string> = {
    async read(shard) {
      if (shard === 'unread') throw new Error('no answer');
      return (shards[shard] ?? []).filter((id) => !place.done.has(id)).slice(0, PAGE);
    },
    idOf: (id) => id,
    async work(id) {
      place.abreast += 1;
      place.mostAbreast = Math.max(place.mostAbreast, place.abreast);
      await Promise.resolve();
      place.abreast -= 1;
      place.now += place.takes;
      if (broken.includes(id)) throw new Error(`broken ${id}`);
      log.push(`worked ${id}`);
      place.done.add(id);
    },
    async putOff(id) {
      if (stuck.includes(id)) throw new Error(`stuck ${id}`);
      log.push(`put off ${id}`);
      place.done.add(id);
    },
    shardFailed: (shard, error) => void log.push(`${shard}: ${error}`),
    itemFailed: (id, error) => void log.push(`${id}: ${error}`),
    putOffFailed: (id, error) => void log.push(`${id} stays: ${error}`),
  };
  const run = (names: readonly string[], abreast = 1, endsAt = NOON + 10 * INVOCATION, turn?: () => Promise<boolean>) =>
    workDue(
      { ...queue, ...(turn && { turn }) },
      { now: () => place.now, shards: names, abreast, deadline: { endsAt } },
    );
  return Object.assign(place, { run });
}

describe('what is due', () => {
  test('is worked once each, however many pages and workers there are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(19)),
        async (count, abreast, broken) => {
          const ids = Array.from({ length: count }, (_, n) => `id-${n}`);
          const fails = (id: string) => broken.some((n) => id === `id-${n}`);
          const place = newQueue({ a: ids }, { broken: ids.filter(fails) });
          await place.run(['a'], abreast);
          const told = ids.flatMap((id) =>
            fails(id) ? [`${id}: Error: broken ${id}`, `put off ${id}`] : `worked ${id}`,
          );
          expect(place.log.toSorted()).toEqual(told.toSorted());
          expect(place.mostAbreast).toBeLessThanOrEqual(abreast);
        },
      ),
      { seed: 18 },
    );
  });

  test('goes on past an item that cannot be put off, and past a shard that cannot be read', async () => {
    const place = newQueue({ a: ['1', '2', '3', '4'] }, { broken: ['2'], stuck: ['2'] });
    await place.run(['unread', 'a']);
    expect(place.log).toEqual([
      ...['unread: Error: no answer', 'worked 1', '2: Error: broken 2', '2 stays: Error: stuck 2'],
      ...['worked 3', 'worked 4'],
    ]);
  });

  test('is left to the next run where an invocation does not fit any more', async () => {
    for (const [endsAt, worked] of [
      [NOON + INVOCATION - 1, 0],
      [NOON + INVOCATION, 1],
      [NOON + 2 * INVOCATION, 2],
    ] as const) {
      const place = newQueue({ a: ['1', '2', '3', '4'] });
      place.takes = INVOCATION;
      await place.run(['a'], 1, endsAt);
      expect(place.log).toEqual(['worked 1', 'worked 2'].slice(0, worked));
    }
  });

  test('waits for its turn, and is left where there is none', async () => {
    const place = newQueue({ a: ['1', '2', '3'] });
    const turns = [true, true, false, false];
    await place.run(['a'], 1, NOON + 10 * INVOCATION, async () => turns.shift() ?? false);
    expect(place.log).toEqual(['worked 1', 'worked 2']);
  });
});

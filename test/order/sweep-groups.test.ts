/** Shards and the schedules that share them: whatever a deployment has chosen, every due order is swept. */
import { expect, test } from 'vitest';
import { drain } from '../bench/drain.ts';

const plan = { backlog: 1_500, ms: 45_000, tableMs: 4, channelMs: 150 };

test.each([
  ['16 shards, one schedule', { shards: 16, groups: 1 }],
  ['16 shards, three schedules that share them unevenly', { shards: 16, groups: 3 }],
  ['more schedules than shards', { shards: 16, groups: 20 }],
  ['40 shards, orders from a time when there were 16', { shards: 40, shardsBefore: 16, groups: 7 }],
])('%s: nothing is left', async (_, chosen) => {
  expect((await drain({ ...plan, ...chosen })).closed).toBe(plan.backlog);
});

test('four times the shards close four times as many orders in the same time', async () => {
  const closedBy = async (shards: number) =>
    (await drain({ ...plan, backlog: 12_000, ms: 2_000, shards, groups: 4 })).closed;
  expect((await closedBy(64)) / (await closedBy(16))).toBeGreaterThan(3.8);
});

/** Shards and the schedules that share them: whatever a deployment has chosen, every due order is swept. */
import { expect, test } from 'vitest';
import { RateLimiter } from '../../functions/rate-limiter.ts';
import { HOUR, SECOND } from '../../functions/time.ts';
import { drain } from '../bench/drain.ts';
import { NOON } from '../support/orders.ts';

const plan = { backlog: 1_500, ms: 45_000, tableMs: 4, channelMs: 150 };
const FAST = 10_000;

test.each([
  ['16 shards, one schedule', { shards: 16, groups: 1 }],
  ['16 shards, three schedules that share them unevenly', { shards: 16, groups: 3 }],
  ['more schedules than shards', { shards: 16, groups: 20 }],
  ['40 shards, orders from a time when there were 16', { shards: 40, shardsBefore: 16, groups: 7 }],
])('with %s nothing is left', async (_, chosen) => {
  expect((await drain({ ...plan, ...chosen })).closed).toBe(plan.backlog);
});

test('four times the shards close four times as many orders in the same time', async () => {
  const closedBy = async (shards: number) =>
    (await drain({ ...plan, backlog: 12_000, ms: 2_000, shards, groups: 4, perSecond: FAST })).closed;
  expect((await closedBy(64)) / (await closedBy(16))).toBeGreaterThan(3.8);
});

test('a backlog is worked off evenly: the channel hears of no more in a second than the deployment has said', async () => {
  const { perSecond, mostCalls } = await drain({ ...plan, backlog: 5_000, ms: 30_000, shards: 16, groups: 1 });
  expect(perSecond).toBeGreaterThan(75);
  // Twenty need not wait for each other, once.
  expect(mostCalls).toBeLessThanOrEqual(100);
});

test('a clock that is set back holds nobody', async () => {
  let now = NOON;
  let waited = 0;
  const rateLimiter = new RateLimiter(
    10,
    () => now,
    async (ms) => {
      waited += ms;
    },
  );
  await rateLimiter.acquire(now + HOUR);
  now -= HOUR;
  for (let i = 0; i < 3; i += 1) await rateLimiter.acquire(now + HOUR);
  expect(waited).toBeLessThan(SECOND);
});

test('a slow pace holds in a long queue, and whoever would come too late does not wait', async () => {
  const waits: number[] = [];
  const rateLimiter = new RateLimiter(
    1,
    () => NOON,
    async (ms) => {
      waits.push(ms);
    },
  );
  const turns = await Promise.all(Array.from({ length: 120 }, () => rateLimiter.acquire(NOON + 80 * SECOND)));
  expect(turns.filter(Boolean).length).toBe(100);
  expect(waits).toEqual(Array.from({ length: 80 }, (_, i) => (i + 1) * SECOND));
});

/** Every duration that two parts of the system agree on, written down once more: other tests count in them. */
import { expect, test } from 'vitest';
import * as deadlines from '../functions/deadlines.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../functions/time.ts';

test('a second, a minute, an hour and a day', () => {
  expect([SECOND, MINUTE, HOUR, DAY]).toEqual([1_000, 60_000, 3_600_000, 86_400_000]);
});

test('durations in milliseconds, and two counts', () => {
  const { backOff: _, ...durations } = deadlines;
  expect(durations).toEqual({
    ...{
      TABLE_CALL: 1_000,
      TABLE_TRIES: 3,
      TABLE_ANSWER: 4_000,
      WARM_UP: 300,
      CHANNEL_CALL: 5_000,
      INVOCATION: 12_000,
      CLIENT_CALL: 15_000,
    },
    ...{ SWEEP: 60_000, LEASE: 60_000 },
    ...{ SKEW: 30_000, GRACE: 15_000, HEAL_SPACING: 3_000, SHORTEST_EXPIRY: 90_000, LONGEST_EXPIRY: 900_000 },
    ...{ TILL_CODE: 45_000, TILL_CODE_TRADE: 90_000, TILL_CODE_FORGOTTEN: 240_000, TILL_CODE_RETRY: 30_000 },
    ...{ TILL_CODE_ALARM: 300_000, ORDER_OPEN: 900_000, REPLAY_WINDOW: 900_000 },
    ...{ HAND_OVER_WINDOW: 3_600_000, HAND_OVER_LOOK: 60_000, INDEX_LAG: 120_000, SHIFT_MARGIN: 300_000 },
    FAILURES_UNTIL_QUARANTINE: 20,
  });
});

test.each([
  [1, 60_000],
  [2, 120_000],
  [3, 240_000],
  [4, 480_000],
  [5, 600_000],
  [19, 600_000],
  [20, 86_400_000],
  [21, 86_400_000],
])('what failed %i times is left alone for %i ms', (failures, ms) => {
  expect(deadlines.backOff(failures)).toBe(ms);
});

/** Token buckets to the millisecond: a burst, what comes back, and what is saved up. */
import { describe, expect, test } from 'vitest';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { MINUTE, SECOND } from '../../functions/time.ts';

const AT = 1_000_000;
/** Takes at each of these times, ms after {@link AT}; answers how long to wait, 0: taken. */
const takes = (rates: TokenBuckets, perSecond: number, times: readonly number[], key = 'a') =>
  times.map((ms) => rates.take(key, perSecond, AT + ms));

describe('a rate', () => {
  test('is a burst of a second’s worth, and then one at a time', () => {
    expect(takes(new TokenBuckets(), 4, [0, 0, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 250, 250]);
    expect(takes(new TokenBuckets(), 4, [0, 0, 0, 0, 249, 250, 250, 499, 500])).toEqual([0, 0, 0, 0, 1, 0, 250, 1, 0]);
  });

  test('holds a minute later as well: no more is saved up than a second’s worth', () => {
    const burst = [0, 0, 0];
    for (const later of [999, SECOND, MINUTE, 60 * MINUTE]) {
      const rates = new TokenBuckets();
      expect(takes(rates, 2, burst)).toEqual([0, 0, 500]);
      expect(
        takes(
          rates,
          2,
          burst.map((ms) => ms + later),
        ),
      ).toEqual([0, ...(later < SECOND ? [1, 1] : [0, 500])]);
    }
  });

  test('below one per second is one, and then as long as it takes', () => {
    expect(takes(new TokenBuckets(), 0.5, [0, 0, 1_999, 2_000, 2_000])).toEqual([0, 2_000, 1, 0, 2_000]);
    expect(takes(new TokenBuckets(), 0.5, [0, 60_000, 60_000])).toEqual([0, 0, 2_000]);
  });

  test('of a third of a second waits for a whole millisecond more', () => {
    expect(takes(new TokenBuckets(), 3, [0, 0, 0, 0, 333, 334])).toEqual([0, 0, 0, 334, 1, 0]);
  });

  test('is refused without being counted: who asks on and on waits no longer for it', () => {
    expect(takes(new TokenBuckets(), 1, [0, 100, 200, 900, 1_000])).toEqual([0, 900, 800, 100, 0]);
  });

  test('gives nothing and takes nothing when a clock goes back', () => {
    expect(takes(new TokenBuckets(), 1, [0, -5_000, -4_500, -4_000])).toEqual([0, 1_000, 500, 0]);
  });

  test('a rate is of its key alone', () => {
    const rates = new TokenBuckets();
    expect([takes(rates, 1, [0, 0], 'a'), takes(rates, 1, [0, 0], 'b')]).toEqual([
      [0, 1_000],
      [0, 1_000],
    ]);
  });

  test('is forgotten with all others when ten thousand are known and one more comes', () => {
    const rates = new TokenBuckets();
    for (let i = 0; i < 10_000; i += 1) rates.take(`${i}`, 1, AT);
    expect([rates.take('0', 1, AT), rates.take('9999', 1, AT)]).toEqual([1_000, 1_000]);
    expect(rates.take('one more', 1, AT)).toBe(0);
    expect([rates.take('0', 1, AT), rates.take('one more', 1, AT)]).toEqual([0, 1_000]);
  });
});

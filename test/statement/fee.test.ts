import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feeOf, returnedPart } from '../../functions/statement/fee.ts';

const amounts = fc.oneof(fc.integer({ min: 1, max: 10_000_000_000 }), fc.integer({ min: 1, max: 2_000 }));
const rates = fc.integer({ min: 0, max: 1_000_000 });

describe('a fee', () => {
  test('F62: is the nearest whole minor unit, and of two equally near ones the higher', () => {
    fc.assert(
      fc.property(amounts, rates, (received, ratePpm) => {
        const error = BigInt(feeOf({ ratePpm }, received)) * 1_000_000n - BigInt(received) * BigInt(ratePpm);
        expect(error > -500_000n && error <= 500_000n).toBe(true);
      }),
      { numRuns: 20_000, seed: 62 },
    );
  });

  test.each([
    [1234, 6000, 7],
    [250, 6000, 2], // 1.5
    [249, 6000, 1], // 1.494
    [83, 6000, 0], // 0.498
    [84, 6000, 1], // 0.504
    [10_000_000_000, 999_999, 9_999_990_000],
    [9_999_999_999, 1_000_000, 9_999_999_999],
    [1, 500_000, 1],
    [1, 499_999, 0],
  ])('%i minor units at %i ppm cost %i', (received, ratePpm, fee) => {
    expect(feeOf({ ratePpm }, received)).toBe(fee);
  });

  test('F62: a thousand small tickets cost a thousand rounded fees, not the fee of their sum', () => {
    const perLine = Array.from({ length: 1000 }, () => feeOf({ ratePpm: 3800 }, 333)).reduce((a, b) => a + b, 0);
    expect([perLine, feeOf({ ratePpm: 3800 }, 333_000)]).toEqual([1000, 1265]);
  });

  test('stays between minimum and cap, and the cap wins where they contradict', () => {
    const agreement = { ratePpm: 6000, feeMinimum: 10, feeCap: 500 };
    expect([1, 1_666, 1_750, 83_333, 10_000_000].map((received) => feeOf(agreement, received))).toEqual([
      10, 10, 11, 500, 500,
    ]);
    expect(feeOf({ ratePpm: 6000, feeMinimum: 10, feeCap: 5 }, 1_000_000)).toBe(5);
    expect(feeOf({ ratePpm: 6000, feeCap: 0 }, 1_000_000)).toBe(0);
  });

  test.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to be computed on %d', (received) => {
    expect(() => feeOf({ ratePpm: 6000 }, received)).toThrow(RangeError);
  });
});

describe('a returned fee', () => {
  test('grows with what was refunded, is nearest to its share, and is whole when everything is refunded', () => {
    fc.assert(
      fc.property(
        amounts.chain((amount) =>
          fc.tuple(fc.constant(amount), amounts, fc.array(fc.integer({ min: 0, max: amount }), { maxLength: 50 })),
        ),
        ([amount, fee, refunded]) => {
          const steps = [...refunded, amount].sort((a, b) => a - b);
          const returned = steps.map((sum) => returnedPart(fee, sum, amount));
          expect([...returned].sort((a, b) => a - b)).toEqual(returned);
          expect(returned.at(-1)).toBe(fee);
          for (const [i, sum] of steps.entries()) {
            const error = 2n * (BigInt(returned[i] ?? -1) * BigInt(amount) - BigInt(fee) * BigInt(sum));
            expect(error > -BigInt(amount) && error <= BigInt(amount)).toBe(true);
          }
        },
      ),
      { numRuns: 2_000, seed: 62 },
    );
  });

  test('has no share of nothing', () => {
    expect(() => returnedPart(7, 0, 0)).toThrow(new RangeError('no share: 7 × 0 / 0'));
    expect(() => returnedPart(-7, 1, 1)).toThrow(new RangeError('no share: -7 × 1 / 1'));
  });

  test('is never more than the fee, even if a channel reports more returned than was paid', () => {
    expect(returnedPart(7, 2000, 1234)).toBe(7);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equals, exceeds, fromDecimalText, MAX_VALUE, plus, toDecimalText, toRecordText } from '../functions/money.ts';
import { businessDay, endOfDay, isZone } from '../functions/time.ts';

describe('decimal text', () => {
  test.each([
    ['CNY', 1, '0.01'],
    ['CNY', 1234, '12.34'],
    ['CNY', -5, '-0.05'],
    ['CNY', MAX_VALUE, '100000000.00'],
    ['JPY', 450, '450'],
    ['KWD', 1234, '1.234'],
  ])('the amount of %s %i is %s', (currency, value, text) => {
    expect(toDecimalText({ currency, value })).toBe(text);
    expect(fromDecimalText(currency, text)).toEqual({ currency, value });
  });

  test.each(['', '.5', '1.', '1.005', '1e2', '+1', ' 1', '1,00', '0x1', 'NaN', '１', '99999999999999999'])(
    '%j is no money',
    (text) => {
      expect(fromDecimalText('CNY', text)).toBeUndefined();
    },
  );

  test.each([
    ['CNY', '1.5', 150],
    ['CNY', '1', 100],
    ['CNY', '1.230', 123],
    ['CNY', '-0.01', -1],
    ['CNY', '-0.00', 0],
    ['JPY', '7.00', 7],
    ['KWD', '1.5', 1500],
    ['CNY', '90071992547409.91', Number.MAX_SAFE_INTEGER],
    ['CNY', '90071992547409.92', undefined],
    ['CNY', '9999999999999999', undefined],
  ])('%s %s is %d minor units', (currency, text, value) => {
    expect(fromDecimalText(currency, text)).toEqual(value === undefined ? undefined : { currency, value });
  });

  test('is made of whole minor units only, and nothing is less than nothing', () => {
    for (const value of [0.5, Number.NaN, 2 ** 53])
      expect(() => toDecimalText({ currency: 'CNY', value })).toThrow(
        new RangeError(`not a whole number of minor units: ${value}`),
      );
    expect([0, 5, -5].map((value) => toDecimalText({ currency: 'CNY', value }))).toEqual(['0.00', '0.05', '-0.05']);
  });

  test('comes back whole, in every currency', () => {
    const money = fc.record({
      currency: fc.constantFrom('CNY', 'JPY', 'KWD'),
      value: fc.integer({ min: -MAX_VALUE, max: MAX_VALUE }),
    });
    fc.assert(
      fc.property(money, (it) => {
        expect(fromDecimalText(it.currency, toDecimalText(it))).toEqual({ ...it, value: it.value + 0 });
      }),
      { seed: 1 },
    );
  });
});

describe('money of two sources', () => {
  const cny = { currency: 'CNY', value: 1_000 };
  const jpy = { currency: 'JPY', value: 1_000 };

  test('is added and compared in one currency only', () => {
    expect(plus(cny, { ...cny, value: -1 })).toEqual({ currency: 'CNY', value: 999 });
    expect([999, 1_000, 1_001].map((value) => exceeds({ ...cny, value }, cny))).toEqual([false, false, true]);
    for (const use of [plus, exceeds]) expect(() => use(cny, jpy)).toThrow(new RangeError('CNY and JPY are not alike'));
    expect([equals(cny, { ...cny }), equals(cny, jpy)]).toEqual([true, false]);
  });

  test('that an earlier version kept in no currency is read as it was written', () => {
    expect(toRecordText({ currency: 'RMB', value: 1_234 })).toBe('12.34');
    expect(toRecordText({ currency: 'JPY', value: 1_234 })).toBe('1234');
  });
});

describe('F53 business days', () => {
  test.each([
    ['2026-02-28T15:59:59.999Z', 'Asia/Shanghai', '2026-02-28'],
    ['2026-02-28T16:00:00.000Z', 'Asia/Shanghai', '2026-03-01'],
    ['2026-12-31T16:00:00.000Z', 'Asia/Shanghai', '2027-01-01'],
    ['2026-03-01T15:22:59.000Z', '+08:37', '2026-03-01'],
    ['2026-03-01T15:23:00.000Z', '+08:37', '2026-03-02'],
    ['2026-10-25T00:59:00.000Z', 'Europe/Berlin', '2026-10-25'],
  ])('the instant %s in %s is of the day %s', (instant, zone, day) => {
    expect(businessDay(Date.parse(instant), zone)).toBe(day);
  });

  test('end where the next one begins, daylight saving or not', () => {
    const zone = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC', '+08:37', '-03:30');
    const instant = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2030-01-01') });
    fc.assert(
      fc.property(zone, instant, (where, at) => {
        const end = endOfDay(businessDay(at, where), where);
        expect(end).toBeGreaterThan(at);
        expect(end - at).toBeLessThanOrEqual(25 * 3_600_000);
        expect(businessDay(end - 1, where)).toBe(businessDay(at, where));
        expect(businessDay(end, where) > businessDay(at, where)).toBe(true);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test('it is known which zones there are', () => {
    expect(['Asia/Shanghai', '+08:37', 'Mars/Olympus', '+8'].map(isZone)).toEqual([true, true, false, false]);
  });
});

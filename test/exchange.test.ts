import currencyCodes from 'currency-codes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alphabeticCode, CURRENCIES } from '../functions/currencies.ts';
import { alphabeticPair, settle } from '../functions/exchange.ts';
import { MAX_VALUE, type Money, minorDigits } from '../functions/money.ts';

const money = (currency: string, value: number): Money => ({ currency, value });

const codes = fc.constantFrom(...CURRENCIES.keys());
const pairs = fc.tuple(codes, codes).filter(([base, counter]) => base !== counter);
const values = fc.oneof(fc.integer({ min: 0, max: MAX_VALUE }), fc.integer({ min: 0, max: 2_000 }));
/** Above zero, from 0.00000001 to 999999.99999999. */
const prices = fc
  .tuple(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 1, max: 99_999_999 }))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(8, '0')}`);
const quoted = fc.record({ pair: pairs, value: values, price: prices, isFromBase: fc.boolean() });

/** The exact result as a fraction of minor units, by the definition of a pair. */
function exactly(from: Money, to: string, isFromBase: boolean, price: string): [bigint, bigint] {
  const [whole = '', fraction = ''] = price.split('.');
  const rate: [bigint, bigint] = [BigInt(whole + fraction), 10n ** BigInt(fraction.length)];
  const [by, over] = isFromBase ? rate : [rate[1], rate[0]];
  const toDigits = 10n ** BigInt(minorDigits(to));
  return [BigInt(from.value) * by * toDigits, over * 10n ** BigInt(minorDigits(from.currency))];
}

describe('settlement in another currency', () => {
  test.each([
    // The published samples: amount, pair, price, result.
    ['JPY', 1_000, '392/156', '0.05', 'CNY', 5_000],
    ['JPY', 200, '392/156', '0.064622', 'CNY', 1_292],
    ['TRY', 134, '949/156', '1.05980252', 'CNY', 142],
    ['MOP', 100, '446/156', '0.88156063', 'CNY', 88],
    ['MOP', 100, '344/446', '1.02487562', 'HKD', 98], // 97.57…: rounding down makes 97
    ['MOP', 10_300, '344/446', '1.03', 'HKD', 10_000],
    // Exactly half a minor unit goes up, and less than that does not.
    ['USD', 1, 'USD/EUR', '0.5', 'EUR', 1],
    ['USD', 1, 'USD/EUR', '0.4999999999999999999999999999', 'EUR', 0],
    ['USD', 3, 'USD/EUR', '0.5', 'EUR', 2],
    ['USD', 5, 'USD/EUR', '0.5', 'EUR', 3],
    ['EUR', 1, 'USD/EUR', '2', 'USD', 1],
    // A refund is the opposite of its payment.
    ['USD', -1, 'USD/EUR', '0.5', 'EUR', -1],
    ['MOP', -100, '344/446', '1.02487562', 'HKD', -98],
    ['USD', 0, 'USD/EUR', '0.5', 'EUR', 0],
    ['USD', -1, 'USD/EUR', '0.1', 'EUR', 0],
    // Digits of 0, 2 and 3.
    ['KWD', 1, 'KWD/JPY', '500', 'JPY', 1],
    ['JPY', 1, 'KWD/JPY', '500', 'KWD', 2],
    ['JPY', 10_000_000_000, 'JPY/KWD', '0.002', 'KWD', 20_000_000_000],
    // As JSON may write a price.
    ['VND', 10_000_000, 'VND/USD', '3.93E-5', 'USD', 39_300],
    ['VND', 10_000_000, 'VND/USD', '3.93e-05', 'USD', 39_300],
    ['USD', 1_000, 'USD/JPY', '1.5e+2', 'JPY', 1_500],
    ['USD', 1_000, 'USD/JPY', '1.5e2', 'JPY', 1_500],
    ['USD', 1_000, 'USD/JPY', '150', 'JPY', 1_500],
    // The largest prices and results.
    ['JPY', 1, 'JPY/USD', '12345678901234', 'USD', 1_234_567_890_123_400],
    ['USD', 0, 'USD/JPY', '123456789012345678901234567890', 'JPY', 0],
    ['USD', 10_000_000_000, 'USD/JPY', '0.00000000000000000000000000001', 'JPY', 0],
    ['USD', 0, 'USD/JPY', '1E29', 'JPY', 0],
    ['USD', 0, 'USD/JPY', '1E-29', 'JPY', 0],
    ['JPY', Number.MAX_SAFE_INTEGER, 'JPY/KRW', '1', 'KRW', Number.MAX_SAFE_INTEGER],
  ])('brings for %s %i by %s at %s %s %i', (currency, value, pair, price, to, result) => {
    expect(settle(money(currency, value), pair, price)).toEqual(money(to, result));
  });

  test.each([
    ['a pair without the currency', 'CNY', 'USD/EUR', '1'],
    ['a pair of one currency', 'USD', 'USD/USD', '1'],
    ['a pair of one currency, by both codes', 'USD', 'USD/840', '1'],
    ['one currency only', 'USD', 'USD', '1'],
    ['three currencies', 'USD', 'USD/EUR/JPY', '1'],
    ['a second slash', 'USD', 'USD/EUR/', '1'],
    ['an unknown currency', 'USD', 'USD/XXX', '1'],
    ['an unknown number', 'USD', 'USD/999', '1'],
    ['a pair in lower case', 'USD', 'usd/eur', '1'],
    ['no pair', 'USD', '', '1'],
    ['a price of zero', 'USD', 'USD/EUR', '0'],
    ['a price of zero with digits', 'USD', 'USD/EUR', '0.000'],
    ['a price below zero', 'USD', 'USD/EUR', '-1'],
    ['a price with a plus', 'USD', 'USD/EUR', '+1'],
    ['31 digits', 'USD', 'USD/EUR', '1.000000000000000000000000000000'],
    ['31 digits before the point', 'USD', 'USD/EUR', '1000000000000000000000000000000'],
    ['31 digits with leading zeros', 'USD', 'USD/EUR', `${'0'.repeat(30)}1`],
    ['31 digits by an exponent', 'USD', 'USD/EUR', '1E30'],
    ['31 digits by a negative exponent', 'USD', 'USD/EUR', '1E-30'],
    ['an exponent of three digits', 'USD', 'USD/EUR', '1E100'],
    ['a price with two points', 'USD', 'USD/EUR', '1.0.0'],
    ['a price without a whole part', 'USD', 'USD/EUR', '.5'],
    ['a price without a fraction', 'USD', 'USD/EUR', '5.'],
    ['a price with a comma', 'USD', 'USD/EUR', '1,5'],
    ['a price with a blank', 'USD', 'USD/EUR', ' 1'],
    ['a second line', 'USD', 'USD/EUR', '1\n'],
    ['digits of another script', 'USD', 'USD/EUR', '１'],
    ['no price', 'USD', 'USD/EUR', ''],
    ['no number', 'USD', 'USD/EUR', 'NaN'],
  ])('%s is no quote', (_, currency, pair, price) => {
    // Of nothing, every result would be a safe integer.
    expect([0, 1_000].map((value) => settle(money(currency, value), pair, price))).toEqual([undefined, undefined]);
  });

  test('is not told where it would be no safe integer', () => {
    const most = money('JPY', Number.MAX_SAFE_INTEGER);
    expect(settle(most, 'JPY/KRW', '1.0000000000000001')).toEqual(undefined);
    expect(settle(most, 'USD/JPY', '0.001')).toBeUndefined();
    expect(() => settle(money('JPY', 0.5), 'JPY/KRW', '1')).toThrow(RangeError);
  });

  test('is the nearest whole minor unit in both directions of all pairs, and of two equally near ones the higher', () => {
    fc.assert(
      fc.property(quoted, ({ pair: [base, counter], value, price, isFromBase }) => {
        const [from, to] = isFromBase ? [base, counter] : [counter, base];
        const [numerator, denominator] = exactly(money(from, value), to, isFromBase, price);
        const settled = settle(money(from, value), `${base}/${counter}`, price);
        if (numerator / denominator >= BigInt(Number.MAX_SAFE_INTEGER)) return;
        expect(settled?.currency).toBe(to);
        const error = 2n * (BigInt(settled?.value ?? -1) * denominator - numerator);
        expect(error > -denominator && error <= denominator).toBe(true);
      }),
      { numRuns: 20_000, seed: 20 },
    );
  });

  test('makes and loses no minor unit: there and back is the same where the other currency is finer', () => {
    fc.assert(
      fc.property(quoted, ({ pair: [base, counter], value, price, isFromBase }) => {
        const [from, to] = isFromBase ? [base, counter] : [counter, base];
        // One minor unit of `from` is at least one of `to`.
        const [numerator, denominator] = exactly(money(from, 1), to, isFromBase, price);
        fc.pre(numerator >= denominator);
        const there = settle(money(from, value), `${base}/${counter}`, price);
        fc.pre(there !== undefined);
        expect(settle(there as Money, `${base}/${counter}`, price)).toEqual(money(from, value));
      }),
      { numRuns: 10_000, seed: 20 },
    );
  });

  test('of a refund is the opposite of its payment, and grows with the amount', () => {
    fc.assert(
      fc.property(quoted, values, ({ pair: [base, counter], value, price, isFromBase }, more) => {
        const from = isFromBase ? base : counter;
        const [low, high] = value < more ? [value, more] : [more, value];
        const of = (amount: number) => settle(money(from, amount), `${base}/${counter}`, price)?.value;
        const [ofLow, ofHigh] = [of(low), of(high)];
        if (ofLow === undefined || ofHigh === undefined) return;
        expect(ofLow).toBeLessThanOrEqual(ofHigh);
        expect((of(-low) ?? Number.NaN) + ofLow).toBe(0);
      }),
      { numRuns: 10_000, seed: 20 },
    );
  });

  test('is the same by either code of a currency', () => {
    fc.assert(
      fc.property(quoted, ({ pair: [base, counter], value, price }) => {
        const numeric = `${numberOf(base)}/${numberOf(counter)}`;
        // The guilder of the Antilles has no number any more.
        fc.pre(base !== 'ANG' && counter !== 'ANG');
        expect(settle(money(base, value), numeric, price)).toEqual(
          settle(money(base, value), `${base}/${counter}`, price),
        );
        expect(alphabeticPair(numeric)).toBe(`${base}/${counter}`);
      }),
      { seed: 20 },
    );
  });
});

/** By the package; the guilder of the Caribbean is newer than it is. */
const numberOf = (code: string) => (code === 'XCG' ? '532' : currencyCodes.code(code)?.number);

describe('codes of currencies', () => {
  test('are alphabetic by ISO 4217 from both forms', () => {
    const numbers = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'));
    const expected = [...CURRENCIES.keys()].filter((code) => code !== 'ANG').map((code) => [numberOf(code), code]);
    const named = numbers.flatMap((number) => {
      const code = alphabeticCode(number);
      return code === undefined ? [] : [[number, code]];
    });
    expect(named).toEqual(expected.sort());
    expect([...CURRENCIES.keys()].filter((code) => alphabeticCode(code) !== code)).toEqual([]);
    expect(['8', '36'].map(alphabeticCode)).toEqual(['ALL', 'AUD']);
    expect(['XXX', '999', '9', '0840', '', 'constructor', 'usd'].filter((code) => alphabeticCode(code))).toEqual([]);
  });

  test('of a pair are alphabetic too, or name no pair', () => {
    expect(alphabeticPair('392/USD')).toBe('JPY/USD');
    expect(['USD/840', 'USD', 'USD/EUR/JPY', '840/XXX'].map(alphabeticPair)).toEqual(Array(4).fill(undefined));
  });
});

/** What an operator types, to the unit: the last that is taken, and the first that is not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  quoted,
  readAmount,
  readChoice,
  readCount,
  readDay,
  readInstant,
  readPhone,
  readRate,
  readStoreId,
  readText,
  showAmount,
  showRate,
} from '../../bin/admin/read-options.ts';
import { UsageError } from '../../bin/cli/exit.ts';

const refused = (words: string) => new UsageError(words);

describe('a rate', () => {
  test.each([
    ['0%', 0, '0 %'],
    ['0.6%', 6_000, '0.6 %'],
    ['0.38%', 3_800, '0.38 %'],
    ['0.0001%', 1, '0.0001 %'],
    ['6000', 6_000, '0.6 %'],
    ['1%', 10_000, '1 %'],
    ['10.05%', 100_500, '10.05 %'],
    ['100%', 1_000_000, '100 %'],
    ['1000000', 1_000_000, '100 %'],
  ])('%s is %i parts per million, shown as %s', (text, ppm, shown) => {
    expect([readRate('rate', text), showRate(ppm)]).toEqual([ppm, shown]);
  });

  test.each(['', '0.6', '.6%', '0.00001%', '100.0001%', '1000001', '-1', '1e3', '0,6%', '0.6 %', '1000%'])(
    '%j is none',
    (text) => {
      expect(() => readRate('rate', text)).toThrow(
        refused(`--rate is written 0.6% or 6000 (parts per million), at most 100%, not ${text}`),
      );
    },
  );

  test('as it is shown is read as what it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (ppm) => {
        expect(readRate('rate', showRate(ppm).replace(' ', ''))).toBe(ppm);
      }),
      { seed: 16 },
    );
  });
});

describe('an amount', () => {
  test.each([
    ['CNY', '0', 0, 'CNY 0.00'],
    ['CNY', '0.01', 1, 'CNY 0.01'],
    ['CNY', '0.29', 29, 'CNY 0.29'],
    ['CNY', '19.99', 1_999, 'CNY 19.99'],
    ['CNY', '100000000.00', 10_000_000_000, 'CNY 100000000.00'],
    ['JPY', '500', 500, 'JPY 500'],
    ['KWD', '1.005', 1_005, 'KWD 1.005'],
  ])('in %s, %s, is %i', (currency, text, value, shown) => {
    expect([readAmount('cap', text, currency), showAmount(currency, value)]).toEqual([value, shown]);
  });

  test.each([
    ['CNY', '1.005'],
    ['CNY', '-1'],
    ['CNY', '1,000'],
    ['CNY', '1e2'],
    ['CNY', ''],
    ['JPY', '1.5'],
    ['RMB', '1'],
  ])('in %s, %s, is none', (currency, text) => {
    expect(() => readAmount('cap', text, currency)).toThrow(
      refused(`--cap is an amount in ${currency} such as 12.34, not ${text}`),
    );
  });
});

test.each([
  ['1', 1],
  ['365', 365],
  ['007', 7],
  ['0', undefined],
  ['366', undefined],
  ['1.0', undefined],
  ['+1', undefined],
  ['', undefined],
  ['1e2', undefined],
])('of 1 to 365, %j is %s', (text, count) => {
  const read = () => readCount('days', text, { from: 1, to: 365 });
  if (count !== undefined) expect(read()).toBe(count);
  else expect(read).toThrow(refused(`--days is a whole number from 1 to 365, not ${text}`));
});

describe('a day and an instant', () => {
  const LATE = Date.parse('2026-03-01T23:59:59.999+08:00');

  test.each([
    ['today', LATE, '2026-03-01'],
    ['today', LATE + 1, '2026-03-02'],
    ['tomorrow', LATE, '2026-03-02'],
    ['2024-02-29', LATE, '2024-02-29'],
  ])('%s at %i is %s', (text, now, day) => {
    expect(readDay('valid-from', text, now, 'Asia/Shanghai')).toBe(day);
  });

  test.each(['2026-02-29', '2026-3-1', '2026-13-01', 'yesterday', 'Today', ''])('%j is no day', (text) => {
    expect(() => readDay('valid-from', text, LATE, 'Asia/Shanghai')).toThrow(
      refused(`--valid-from is a day such as 2026-03-01, or today or tomorrow, not ${text}`),
    );
  });

  test('an instant has its offset', () => {
    expect(readInstant('until', '2026-03-01T18:00:00+08:00')).toBe(Date.parse('2026-03-01T10:00:00Z'));
    expect(readInstant('until', '2026-03-01T18:00:00Z')).toBe(Date.parse('2026-03-01T18:00:00Z'));
    for (const text of ['2026-03-01T18:00:00', '2026-03-01', 'noon', '1772337600'])
      expect(() => readInstant('until', text)).toThrow(
        refused(`--until is an instant such as 2026-03-01T18:00:00+08:00, not ${text}`),
      );
  });
});

describe('text', () => {
  test.each(['a', 'x'.repeat(64), '示范商店', "O'Neill & Söhne"])('%j is taken as it is', (text) => {
    expect(readText('a name', text, 64)).toBe(text);
  });

  test.each(['', ' a', 'a ', 'x'.repeat(65), 'a\nb', 'a\u200bb', '6212345678901232'])('%j is not', (text) => {
    expect(() => readText('a name', text, 64)).toThrow(/^a name is text of 1 to 64 characters, without line breaks/);
  });

  test('in a sentence shows where it ends, and what turns the sentence', () => {
    expect([quoted('Tea'), quoted('a "b"'), quoted('a\u202eb')]).toEqual(['"Tea"', '"a \\"b\\""', '"a\\u{202e}b"']);
  });
});

test.each([
  ['12345', true],
  ['+86 21 6160 2000', true],
  ['(021) 1', false],
  ['12', false],
  ['+1 (2) 3-4', true],
  ['1'.repeat(32), true],
  ['1'.repeat(33), false],
  ['12x', false],
  ['1 ', false],
])('%s as a telephone number: %s', (text, isOne) => {
  const read = () => readPhone('support-phone', text);
  if (isOne) expect(read()).toBe(text);
  else expect(read).toThrow(refused(`--support-phone is a telephone number such as +86 21 6160 2000, not ${text}`));
});

test('a store and a choice', () => {
  expect(['main', 'A_b.c~9-', 'x'.repeat(32)].map(readStoreId)).toEqual(['main', 'A_b.c~9-', 'x'.repeat(32)]);
  for (const text of ['', 'a b', 'x'.repeat(33), 'ä'])
    expect(() => readStoreId(text)).toThrow(refused(`a store is 1 to 32 of A-Z a-z 0-9 . _ ~ -, not ${text}`));
  expect(readChoice('late-payment', 'keep', ['refund', 'keep'])).toBe('keep');
  expect(() => readChoice('late-payment', 'Keep', ['refund', 'keep'])).toThrow(
    refused('--late-payment is refund or keep, not Keep'),
  );
});

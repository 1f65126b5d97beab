/** S18: no card number gets in by the texts that people write, and nothing else that shops write is taken for one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsCardNumber } from '../../functions/http/card-number.ts';
import { contract } from '../../functions/http/contract.ts';

/** The digits with the last one that Luhn wants, reckoned the long way round: try all ten. */
const withLuhn = (digits: string) =>
  Array.from({ length: 10 }, (_, last) => `${digits}${last}`).find((candidate) => {
    let sum = 0;
    for (let i = 0; i < candidate.length; i += 1) {
      const digit = Number(candidate[candidate.length - 1 - i]);
      sum += i % 2 === 0 ? digit : Math.trunc((digit * 2) / 10) + ((digit * 2) % 10);
    }
    return sum % 10 === 0;
  }) ?? '';
const digits = (length: number) =>
  fc.bigInt(0n, 10n ** BigInt(length) - 1n).map((it) => String(it).padStart(length, '0'));
/** Prefix and length of what the networks issue today. */
const NETWORKS: [prefix: string, length: number][] = [
  ['4', 16],
  ['4', 19],
  ['51', 16],
  ['55', 16],
  ['2221', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['36', 14],
  ['3528', 16],
  ['3589', 19],
  ['6011', 16],
  ['62', 16],
  ['62', 17],
  ['62', 18],
  ['62', 19],
  ['65', 16],
  ['67', 16],
];
const card = fc
  .constantFrom(...NETWORKS)
  .chain(([prefix, length]) => digits(length - prefix.length - 1).map((rest) => withLuhn(prefix + rest)));
const words = fc.constantFrom('', 'card ', '卡号：', 'no. 12, ', '(', ' x', '.', '#');
const grouped = (number: string, separator: string) => number.replace(/(\d{4})(?=\d)/g, `$1${separator}`);
const wide = (number: string) => [...number].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join('');

test('a card number is found, whatever stands around it and however it is grouped', () => {
  const property = fc.property(
    card,
    words,
    words,
    fc.constantFrom('', ' ', '-'),
    (number, before, after, separator) => {
      for (const spelt of [grouped(number, separator), wide(number), `12 ${grouped(number, ' ')}`])
        expect(holdsCardNumber(`${before}${spelt}${after}`)).toBe(true);
    },
  );
  fc.assert(property, { numRuns: 2_000, seed: 1 });
});

test('a digit that is not the check digit makes it none', () => {
  const property = fc.property(card, fc.integer({ min: 1, max: 9 }), (number, more) => {
    const last = (Number(number.at(-1)) + more) % 10;
    expect(holdsCardNumber(number.slice(0, -1) + last)).toBe(false);
  });
  fc.assert(property, { numRuns: 2_000, seed: 2 });
});

test.each([
  '',
  '拿铁咖啡 12.34',
  '20261125174713001',
  '2026-11-25 17:47:13.001',
  '6901234567892',
  '4006381333931',
  '4901234567894',
  'IMEI 356938035643809',
  'iccid 89860012345678901239',
  '2088102146225135',
  '281234567890123456',
  '+86 138 0013 8000',
  '2021000000000001',
  '0000000000000000',
  '411111111111111',
  '41111111111111111111111111',
])('%j is none', (text) => {
  expect(holdsCardNumber(text)).toBe(false);
});

test('four hundred digits take no time', () => {
  expect(holdsCardNumber('1 '.repeat(64))).toBe(false);
  expect(holdsCardNumber('1'.repeat(128))).toBe(false);
});

test.each([
  [contract.createOrder, 'subject'],
  [contract.createOrder, 'reference'],
  [contract.createOrder, 'operatorId'],
  [contract.closeOrder, 'operatorId'],
  [contract.createRefund, 'reason'],
  [contract.createRefund, 'operatorId'],
  [contract.payWithTillCode, 'operatorId'],
])('$0.name refuses one in $1, and does not repeat it', ({ body }, field) => {
  const result = body.safeParse({ [field]: 'paid by 4111 1111 1111 1111' });
  const issues = result.error?.issues.filter(({ path }) => path[0] === field);
  expect(issues?.map(({ message }) => message)).toEqual(['must not hold a card number']);
  expect(JSON.stringify(result.error?.issues)).not.toContain('1111');
});

/** S18: no card number gets in by the texts that people write, and nothing else that shops write is taken for one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdsCardNumber } from '../../functions/contract/card-number.ts';
import { contract } from '../../functions/contract/contract.ts';

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
type Spell = (number: string) => string;
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
  ['300', 14],
  ['3095', 16],
  ['36', 14],
  ['36', 19],
  ['3528', 16],
  ['3589', 19],
  ['6011', 16],
  ['62', 16],
  ['62', 17],
  ['62', 18],
  ['62', 19],
  ['644', 16],
  ['65', 16],
  ['65', 19],
  ['5018', 16],
  ['6759', 18],
  ['6763', 19],
];
const card = fc
  .constantFrom(...NETWORKS)
  .chain(([prefix, length]) => digits(length - prefix.length - 1).map((rest) => withLuhn(prefix + rest)));
const words = fc.constantFrom('', 'card ', '卡号：', 'no. 12, ', '(', ' x', '.', '#');
const grouped = (number: string, separator: string) => number.replace(/(\d{4})(?=\d)/g, `$1${separator}`);
const inDigitsFrom = (zero: number) => (number: string) =>
  [...number].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');
const [wide, arabic, devanagari] = [0xff10, 0x660, 0x966].map(inDigitsFrom) as [Spell, Spell, Spell];

test('security minor 2 a card number is found, whatever stands around it and however it is grouped', () => {
  const property = fc.property(
    card,
    words,
    words,
    fc.constantFrom(
      '',
      ' ',
      '-',
      '  ',
      '   ',
      '.',
      '/',
      '_',
      ' - ',
      '\u2011',
      '\u2013',
      '\u2014',
      '\u2212',
      '\u200b',
      '\u200d',
      '\u00a0',
      '\u3000',
      '·',
      '\ufe0e',
    ),
    (number, before, after, separator) => {
      // A time in front, such as 2607011230…, makes a number of a till of it.
      fc.pre(!/^2[2-7](0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]/.test(number));
      for (const spelt of [
        grouped(number, separator),
        wide(number),
        arabic(number),
        devanagari(number),
        `12 ${grouped(number, ' ')}`,
      ])
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
  '2607011230450001',
  '2026120122001452135997453208',
  '4.50 + 12.00 = 16.50',
])('%j is none', (text) => {
  expect(holdsCardNumber(text)).toBe(false);
});

test('four hundred digits take no time', () => {
  expect(holdsCardNumber('1 '.repeat(64))).toBe(false);
  expect(holdsCardNumber('1'.repeat(128))).toBe(false);
});

test.each([
  [contract.createOrder, 'subject'],
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

test.each([
  [contract.createOrder, 'merchantOrderNo', '4111111111111111'],
  [contract.createOrder, 'merchantOrderNo', 'no_4111-1111-1111-1111'],
  [contract.createOrder, 'storeId', '4111.1111.1111.1111'],
  [contract.createRefund, 'refundNo', '4111111111111111'],
])('security minor 2 $0.name refuses one in the number $1 %s', ({ body }, field, value) => {
  const issues = body.safeParse({ [field]: value }).error?.issues.filter(({ path }) => path[0] === field);
  expect(issues?.map(({ message }) => message)).toEqual(['must not hold a card number']);
});

test('security minor 2 what was stored before is still looked up by its number', () => {
  const merchantOrderNo = '4111111111111111';
  expect(contract.listOrders.query.safeParse({ merchantOrderNo }).success).toBe(true);
  expect(contract.getRefund.params.safeParse({ orderId: 'ord_1', refundNo: merchantOrderNo }).success).toBe(true);
});

/** Numbers as a marketplace's system may make them: by chance, from a seed. */
function refusedShare(length: number, prefix: string): number {
  const rest = fc.sample(fc.noBias(digits(length - prefix.length)), {
    numRuns: 2_000,
    seed: 100 * length + Number(prefix),
  });
  return rest.filter((it) => holdsCardNumber(prefix + it)).length / rest.length;
}

/** What part of the numbers that begin with a digit an issuer's range covers, by length: from the table of the networks. */
const COVERED: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  2: { 16: 0.5 },
  3: { 14: 0.361, 15: 0.561, 16: 0.423, 17: 0.423, 18: 0.423, 19: 0.423 },
  4: { 16: 1, 19: 1 },
  5: { 16: 0.504, 17: 0.004, 18: 0.004, 19: 0.004 },
  6: { 16: 0.266, 17: 0.266, 18: 0.266, 19: 0.266 },
};

describe('money F13 how many numbers of a marketplace are taken for cards', () => {
  const lengths = [13, 14, 15, 16, 17, 18, 19, 20];
  const firsts = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const rows = lengths.flatMap((length) => firsts.map((first) => [length, first] as const));
  test.each(rows)('%i digits from %s: a tenth of what is an issuer\u2019s', (length, first) => {
    const covered = COVERED[first]?.[length] ?? 0;
    const share = refusedShare(length, first);
    if (covered === 0) expect(share).toBe(0);
    // 2,000 numbers: three standard deviations of a tenth are two in a hundred.
    else expect(Math.abs(share - covered / 10)).toBeLessThan(0.02 * Math.sqrt(covered) + 0.002);
  });

  test.each([
    ['50', 16, 0.01],
    ['60', 16, 0.02],
    ['66', 18, 0],
    ['35', 16, 0.08],
    ['20', 16, 0],
  ])('%s and %i digits in all: at most %d', (prefix, length, most) => {
    expect(refusedShare(length, prefix)).toBeLessThanOrEqual(most);
  });
});

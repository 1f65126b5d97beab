/** What people write: what is no text is refused by every field of the API and every name of the command line. */
import { describe, expect, test } from 'vitest';
import { quoted, readText } from '../bin/admin/read-options.ts';
import { contract } from '../functions/contract/contract.ts';
import { isolated, isSpeltAlike } from '../functions/text.ts';
import { sayer } from '../web/shared/say.ts';

const FIELDS = [
  [contract.createOrder, 'subject'],
  [contract.createOrder, 'reference'],
  [contract.createOrder, 'operatorId'],
  [contract.closeOrder, 'operatorId'],
  [contract.createRefund, 'reason'],
  [contract.createRefund, 'operatorId'],
  [contract.payWithTillCode, 'operatorId'],
] as const;
const faultsOf = ([{ body }, field]: (typeof FIELDS)[number], value: string) =>
  body
    .safeParse({ [field]: value })
    .error?.issues.filter(({ path }) => path[0] === field)
    .map(({ message }) => message) ?? [];

const UNSEEN = ['\u202e', '\u2066', '\u200b', '\u200e', '\u2060', '\ufeff', '\u00ad', '\u061c', '\u{e0041}'];
const BLANKS = [' ', '\u00a0', '\u3000', ' \u2003 ', '\u200d', '\u3164', '\u2800', '\ufe0f'];

describe.each(FIELDS.map((row) => [row[0].name, row[1], row] as const))('security minor 3 %s, %s', (_, __, row) => {
  const faults = (value: string) => faultsOf(row, value);

  test.each(UNSEEN)('%j is refused wherever it stands', (sign) => {
    for (const value of [`${sign}tea`, `te${sign}a`, `tea${sign}`])
      expect(faults(value)).toEqual(['must be text without invisible characters']);
  });

  test.each(['\u2028', '\u2029', '\n', '\u0085', '\ud800'])('%j is refused', (sign) => {
    expect(faults(`te${sign}a`)).toEqual(['must be text without control characters']);
  });

  test.each(BLANKS)('%j alone is refused', (value) => {
    expect(faults(value)).toEqual(['must not be blank']);
  });

  test.each(['茶', 'می\u200cخواهم', '👩\u200d🍳', '❤️', 'a & b, 5% \'c\' "d" #1 + 𠮷', ' tea '])(
    '%j is taken',
    (value) => {
      expect(faults(value)).toEqual([]);
    },
  );
});

test('security minor 3 names on the command line: no sign that nobody sees, no card number', () => {
  for (const sign of [...UNSEEN, '\u2028', '\n'])
    expect(() => readText('a name', `bidi${sign}gpj.exe`, 64)).toThrow('a name is text of 1 to 64 characters');
  expect(() => readText('a name', 'shop 4111 1111 1111 1111', 64)).toThrow('card numbers');
  expect(() => readText('a name', '\u3164', 64)).toThrow('a name is text');
  expect(readText('a name', 'Cafe\u0301', 64)).toBe('Caf\u00e9');
});

test('security minor 3 a name inside a sentence ends where one sees it end, also one that was stored before', () => {
  expect(quoted('Tea. Nothing else changes')).toBe('"Tea. Nothing else changes"');
  expect(quoted('a\u202egpj"x')).toBe('"a\\u{202e}gpj\\"x"');
});

test('a text is kept in one spelling, and one that was kept in another is the same', () => {
  const body = { merchantOrderNo: 'n', amount: { currency: 'CNY', value: 1 }, subject: 'Cafe\u0301' };
  expect(contract.createOrder.body.parse(body).subject).toBe('Caf\u00e9');
  expect(isSpeltAlike('Cafe\u0301', 'Caf\u00e9')).toBe(true);
  expect(isSpeltAlike('Cafe', 'Caf\u00e9')).toBe(false);
  expect([isSpeltAlike(undefined, undefined), isSpeltAlike('', undefined)]).toEqual([true, false]);
});

describe('security minor 3 a text of others in a sentence of ours', () => {
  test.each(['شاي', 'תה', 'tea שלום.', '١٢٣', '\u{1e900}'])('%s is isolated: it turns nothing beside it', (text) => {
    expect(isolated(text)).toBe(`\u2068${text}\u2069`);
  });

  test.each(['', 'tea', '茶', 'Tea 12.34', 'café', '☕️', 'ไทย'])('"%s" stands as it is', (text) => {
    expect(isolated(text)).toBe(text);
  });

  test('is isolated in all words of the screens that have a place for it', () => {
    const say = sayer({ own: { 'zh-CN': '{name}的条款', en: 'The terms of {name}, since {n}.' } });
    expect(say('en', 'own', { name: 'شاي!', n: 3 })).toBe('The terms of \u2068شاي!\u2069, since 3.');
    expect(say('zh-CN', 'own', { name: 'Tea' })).toBe('Tea的条款');
  });
});

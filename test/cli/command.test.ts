/** A line of `admin` or `till`, from words to a command with its values. */
import { describe, expect, test } from 'vitest';
import { commandOf, type Program, readLine } from '../../bin/cli/command.ts';
import { UsageError } from '../../bin/cli/exit.ts';

const command = commandOf<string[], void>();
const COMMON = { json: [''], help: [''], url: ['URL'] } as const;
const commands = [
  command({
    name: 'order set',
    takes: ['ORDER', '[AMOUNT]'],
    options: { note: ['TEXT', 'what it says', 'repeatable'], fast: [''], no: ['NUMBER'] },
    // The types are part of the test: a word that may be left out, a repeatable option, a flag and a text.
    run: async (said, [order, amount], { note, fast, no }) => {
      const all: readonly [string, string | undefined, readonly string[] | undefined, boolean | undefined] = [
        ...([order, amount, note, fast] as const),
      ];
      said.push(JSON.stringify([...all, no?.toUpperCase()]));
    },
  }),
  command({ name: 'show', takes: [], options: { day: ['DAY'] }, run: async () => {} }),
];
const program = {
  commands,
  common: COMMON,
  foreignOptions: 'refused',
  wordLengthMax: 12,
  wrongWords: ({ name }, words) => `${name} does not take ${words.length}`,
} as const satisfies Program<(typeof commands)[number], typeof COMMON>;

const read = (line: string, rules: Partial<typeof program> = {}) =>
  readLine({ ...program, ...rules }, line === '' ? [] : line.split(' '));

test('a command gets its words and its options, and those of all commands are apart', async () => {
  const line = read('--json order --note a set o1 --note=b --url u');
  expect(line).toEqual({
    command: commands[0],
    typed: ['order', 'set', 'o1'],
    words: ['o1'],
    values: { note: ['a', 'b'] },
    common: { json: true, url: 'u' },
  });
  const said: string[] = [];
  await line.command?.run(said, line.words, line.values);
  const other = read('order set o1 5 --fast --no x');
  await other.command?.run(said, other.words, other.values);
  expect(said).toEqual(['["o1",null,["a","b"],null,null]', '["o1","5",null,true,"X"]']);
});

test.each([
  ['', undefined, []],
  ['order', undefined, []],
  ['order get x', undefined, ['x']],
  ['constructor', undefined, []],
  ['show', 'show', []],
])('the command of %j', (line, name, words) => {
  const { command: found, words: rest } = read(line);
  expect([found?.name, rest]).toEqual([name, words]);
});

describe('refused, in one sentence:', () => {
  test.each([
    ['order set', 'order set does not take 0'],
    ['order set a b c', 'order set does not take 3'],
    ['show a', 'show does not take 1'],
    ['order set a --no 1 --no 2', '--no is given twice'],
    ['order set a --day d', 'order set takes no --day'],
    ['show --fast', 'show takes no --fast'],
    ['order set 1234567890123', 'a word has 12 characters at the most'],
    ['order set a --note 1234567890123', 'a word has 12 characters at the most'],
  ])('%s', (line, sentence) => {
    expect(() => read(line)).toThrow(new UsageError(sentence));
  });

  test('an empty word, where a word must be', () => {
    expect(() => readLine(program, ['order', 'set', ''])).toThrow(new UsageError('order set does not take 1'));
    expect(readLine(program, ['order', 'set', 'a', '']).words).toEqual(['a', '']);
  });
});

test('with --help the words are not counted, and a flag may be repeated', () => {
  expect(read('order set --help --help').common).toEqual({ help: true });
});

test('a program may ignore the options of other commands, and words of any length', () => {
  const { wordLengthMax: _, ...rest } = program;
  const loose = { ...rest, foreignOptions: 'ignored' } as const;
  const line = readLine(loose, ['show', '--no', '1234567890123']);
  expect([line.command?.name, line.values]).toEqual(['show', { no: '1234567890123' }]);
});

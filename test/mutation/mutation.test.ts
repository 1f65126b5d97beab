/** What `npm run mutate` mutates, and how it counts. */
import { expect, test } from 'vitest';
import { AREAS, sources } from './areas.ts';
import { rangesOf } from './changed.ts';
import { below } from './report.ts';
import { resultsIn, score } from './results.ts';

test('all that runs has an area, and screens only where they need no browser', () => {
  const files = sources().map(({ file }) => file);
  for (const { name } of AREAS)
    expect([name, files.some((file) => AREAS.find(({ holds }) => holds.test(file))?.name === name)]).toEqual([
      name,
      true,
    ]);
  expect(
    files.filter((file) => /^(functions|lib|bin\/(admin|till|local\/alipay-simulator))\//.test(file)).length,
  ).toBeGreaterThan(150);
  const text = new Map(sources().map((source) => [source.file, source.text]));
  expect(files.filter((file) => file.startsWith('web/') && /document\./.test(text.get(file) ?? ''))).toEqual([]);
});

test('of a change only lines that are there are mutated', () => {
  const diff = [
    'diff --git a/functions/a.ts b/functions/a.ts',
    '--- a/functions/a.ts',
    '+++ b/functions/a.ts',
    '@@ -3 +3 @@ function f() {',
    '@@ -7,2 +7,0 @@',
    '@@ -20,0 +19,4 @@',
    'diff --git a/functions/b.ts b/functions/b.ts',
    '--- a/functions/b.ts',
    '+++ b/functions/b.ts',
    '@@ -1 +1 @@',
    '',
  ].join('\n');
  expect([rangesOf(diff, 'functions/a.ts'), rangesOf(diff, 'functions/b.ts'), rangesOf(diff, 'a.ts')]).toEqual([
    [
      [3, 3],
      [19, 22],
    ],
    [[1, 1]],
    [],
  ]);
});

test('what times out is noticed, what no test comes by is not, and what was not tried does not count', () => {
  const at = { start: { line: 1, column: 1 }, end: { line: 1, column: 4 } };
  const mutant = (status: string) => ({ mutatorName: 'M', replacement: 'no', status, location: at });
  const mutants = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored'].map(mutant);
  const [result] = resultsIn({ files: { 'f.ts': { source: 'yes();', mutants } } }, () => 'h', '2026-01-01');
  const unnoticed = ['1: M: yes as no', '1: M: yes as no, and no test comes by it'];
  expect(result).toEqual({ file: 'f.ts', hash: 'h', day: '2026-01-01', noticed: 2, unnoticed, untried: 1 });
  expect([score({ noticed: 17, unnoticed: ['', '', ''] }), score({ noticed: 0, unnoticed: [] })]).toEqual([85, 100]);
  const of = (noticed: number) => ({
    file: `${noticed}.ts`,
    hash: '',
    day: '',
    noticed,
    unnoticed: ['a', 'b', 'c'],
    untried: 0,
  });
  expect(below([of(17), of(16)])).toEqual(['16.ts: 84.2 %\n  a\n  b\n  c']);
});

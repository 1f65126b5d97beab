/** The rules that make defects, and the list of those that are none. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { playCopy } from '../simulation/defects/defects.ts';
import { AREA_NAMES, AREAS } from './areas.ts';
import { EQUIVALENT } from './equivalent.ts';
import { changeOf } from './find-all.ts';
import { generate, generateAll } from './generate.ts';
import { marksOf } from './reach.ts';
import { sample } from './sample.ts';

const FILE = 'functions/order/example.ts';
const made = (text: string) => {
  const defects = generate('order', new Map([[FILE, text]]));
  return Object.fromEntries(defects.map((it) => [it.name.slice(FILE.length + 1), changeOf(it).change(text)]));
};

describe('the rules', () => {
  test.each<[string, string, Record<string, string>]>([
    ['a branch', 'function f() { if (x) y = z; }', { 'f: never if (x)': 'function f() { if (false) y = z; }' }],
    [
      'both branches',
      'const f = () => (x ? y : z);',
      { 'f: never x ? y': 'const f = () => (false ? y : z);', 'f: always x ? y': 'const f = () => (true ? y : z);' },
    ],
    [
      'a case',
      "switch (x) { case 'a': y = z; }",
      { "module: never case 'a'": "switch (x) { case 'no such case': y = z; }" },
    ],
    [
      'both conditions',
      'const f = x && y;',
      { 'f: x && y as (x)': 'const f = (x);', 'f: x && y as (y)': 'const f = (y);' },
    ],
    ['what stands in', 'const f = x ?? y;', { 'f: x ?? y as (x)': 'const f = (x);' }],
    ['not', 'const f = !x;', { 'f: !x as (x)': 'const f = (x);' }],
    ['a boundary', 'const f = x < y;', { 'f: x < y as <=': 'const f = (x <= y);' }],
    ['an equality', 'const f = x === y;', { 'f: x === y as !==': 'const f = (x !== y);' }],
    ['some', 'const f = x.some(y);', { 'f: x.some(y) by every': 'const f = x.every(y);' }],
    ['a number', 'const f = 7;', { 'f: f = 7 as 8': 'const f = 8;' }],
    ['a time', 'const f = 7 * MINUTE;', { 'f: 7 * MINUTE: 7 as 14': 'const f = 14 * MINUTE;' }],
    ['a truth', 'const f = { x: true };', { 'f: x: true as false': 'const f = { x: false };' }],
    [
      'a word among others of its member',
      "const f = [{ x: 'a' }, { x: 'b' }];",
      {
        "f: x: 'a' as 'b'": "const f = [{ x: 'b' }, { x: 'b' }];",
        "f: x: 'b' as 'a'": "const f = [{ x: 'a' }, { x: 'a' }];",
      },
    ],
    ['a sum', 'const f = x - y;', { 'f: x - y as +': 'const f = (x + y);' }],
    ['a running sum', 'f += y;', { 'module: f += y as f -= y': 'f -= y;' }],
    ['a sign', 'const f = -x;', { 'f: -x as (x)': 'const f = (x);' }],
    ['a call', 'async function f() { await x(y); }', { 'f: without await x(y);': 'async function f() { ; }' }],
    ['a link of a chain', 'const f = x.filter(y).z;', { 'f: without .filter(y)': 'const f = x.z;' }],
    [
      'the same twice in a function, which counts',
      'const f = [!x, !x];',
      { 'f: !x as (x)': 'const f = [(x), !x];', 'f: !x as (x) #2': 'const f = [!x, (x)];' },
    ],
  ])('make of %s', (_, text, expected) => {
    expect(made(text)).toEqual(expected);
  });

  test.each([
    ['types', 'type F = 1 | 2; const f = x as 3;'],
    ['words for people', "const f = { detail: x ? 'a' : 'b' };"],
    ['log lines and metrics', "s.log.warn('x', { y: !z }); s.metrics.count(x ? 'a' : 'b');"],
    ['what our own fault throws', "if (x) throw new Error(y ? 'a' : 'b');"],
    ['loops that would not end', 'for (;;i += x) y;'],
    ['texts that are joined', "const f = 'a' + b;"],
  ])('leave alone %s', (_, text) => {
    expect(made(text)).toEqual({});
  });
});

describe('the sample', () => {
  const planted = sample();
  const all = generateAll().map(({ name }) => name);

  test('has as many of each area as is said', () => {
    for (const area of AREA_NAMES) {
      const its = planted.filter((it) => it.area === area);
      expect(its.length).toBe(AREAS[area].planted);
    }
    expect(planted.length).toBeGreaterThanOrEqual(120);
  });

  test('has no two of one name, in all that the rules make', () => {
    const twice = [...Map.groupBy(all, (name) => name)].filter(([, its]) => its.length > 1);
    expect(twice).toEqual([]);
  });

  test('names as equivalent only what the rules still make', () => {
    expect([...EQUIVALENT.keys()].filter((name) => !all.includes(name))).toEqual([]);
  });

  test('does not move when other lines do', () => {
    const text = "const a = 1;\nfunction f() {\n  if (a > 2) return 'x';\n  return 'y';\n}\n";
    const names = (it: string) => Object.keys(made(it)).filter((name) => name.startsWith('f:'));
    expect(names(`// more\n\nfunction g() { return !x; }\n${text}`)).toEqual(names(text));
  });

  test('is marked where it stands, and marks change nothing', () => {
    const text = 'const f = (a, b) => (a < b ? [a - b].filter((it) => it < 0).length : !a);';
    const defects = generate('order', new Map([[FILE, text]]));
    const marked = marksOf(defects)[0]?.change(text) ?? '';
    const f = new Function(`${marked} return f;`)() as (a: number, b: number) => unknown;
    const reachedBy = (a: number, b: number) => {
      globalThis.reachedDefects = new Set();
      const answer = f(a, b);
      const reached = defects
        .filter((_, n) => globalThis.reachedDefects?.has(n))
        .map(({ name }) => name.slice(FILE.length + 4));
      globalThis.reachedDefects = undefined;
      return { answer, reached };
    };
    const tests = [
      'never a < b ? [a - b].filter((it) => it < 0).length',
      'always a < b ? [a - b].filter((it) => it < 0).length',
    ];
    const whenLess = ['without .filter((it) => it < 0)', 'a - b as +', 'it < 0 as <=', 'it < 0: 0 as 1'];
    expect(reachedBy(1, 2)).toEqual({
      answer: 1,
      reached: [...tests, 'a < b as <=', ...whenLess],
    });
    expect(reachedBy(2, 1)).toEqual({ answer: false, reached: [...tests, 'a < b as <=', '!a as (a)'] });
  });
});

describe('a copy of the simulation', () => {
  const ended = async (cli: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'tillgate-copy-'));
    try {
      mkdirSync(join(folder, 'test', 'simulation'), { recursive: true });
      writeFileSync(join(folder, 'test', 'simulation', 'cli.ts'), cli);
      return await playCopy(folder, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test.each<[string, string, object]>([
    ['has found it', "console.error('seed 7: I1: wrong'); process.exit(1);", { seed: 'seed 7: I1: wrong' }],
    ['has not', 'console.log(\'{"schedules":1}\');', {}],
    [
      'could not be loaded, which is neither',
      "import './gone.ts';",
      { crash: expect.stringMatching(/^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find module/) },
    ],
    ['ended without a word, which is neither', 'process.exit(0);', { crash: '' }],
  ])('that %s', async (_, cli, expected) => {
    expect(await ended(cli)).toEqual(expected);
  });
});

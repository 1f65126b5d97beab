/** A test about the tests: none of them is weak in a way that a rule can see. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsed, ROOT, sourceOf } from './tree.ts';
import { weaknessesOf } from './weak.ts';

/** What a rule sees and is right all the same, by file and by what it is about. */
const ALLOWED: Readonly<Record<string, string>> = {
  'test/http/matrix.test.ts crossDay contract':
    'whether each operation has its row: what the operations are is written down in openapi.json',
};

const files = readdirSync(join(ROOT, 'test'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
  .sort();

test('no test is weak', () => {
  const found = files.flatMap((file) =>
    weaknessesOf(sourceOf(file)).map(({ rule, line, what }) => ({
      line,
      key: [file, rule, what].filter(Boolean).join(' '),
    })),
  );
  expect(found.filter(({ key }) => !(key in ALLOWED)).map(({ key, line }) => `${key} (${line})`)).toEqual([]);
  const seen = found.map(({ key }) => key);
  expect(Object.keys(ALLOWED).filter((key) => !seen.includes(key))).toEqual([]);
});

describe('a rule sees', () => {
  const found = (text: string) =>
    weaknessesOf(parsed(text, 'test/any.test.ts')).map(({ rule, line, what }) => [rule, line, what].join(' ').trim());
  const inTest = (body: string) => found(`test('name', async () => {\n${body}\n});`);

  test.each([
    ['expect(a).toEqual({ b: expect.anything() });', ['anything 2']],
    ['expect(a).toEqual(expect.not.anything());', ['anything 2']],
    ['expect(a).toBeDefined();', ['matcher 2 toBeDefined']],
    ['expect(a).toBeTruthy();\nexpect(b).toBeFalsy();', ['matcher 2 toBeTruthy', 'matcher 3 toBeFalsy']],
    ['expect(a).not.toBeNull();', ['matcher 2 not.toBeNull']],
    ['await expect(a).resolves.not.toBeUndefined();', ['matcher 2 not.toBeUndefined']],
    ['expect(() => a()).not.toThrow();', ['matcher 2 not.toThrow']],
    ['expect(a, "b").not.toThrow();', ['matcher 2 not.toThrow']],
    ['expect(a).toBe(1);', []],
    ['expect(a).toBeUndefined();\nexpect(b).toBeNull();\nexpect(c).toThrow(/d/);', []],
    ['expect(a).toEqual(expect.any(String));', []],
  ])('a matcher that fits almost anything: %s', (body, weak) => {
    expect(inTest(body)).toEqual(weak);
  });

  test.each([
    ['a();', ['none 1']],
    ['if (a) expect(a).toBe(1);', ['unsure 1']],
    ['if (a) expect(a).toBe(1); else b();', ['unsure 1']],
    ['if (a) expect(a).toBe(1); else expect(a).toBe(2);', []],
    ['if (a) { if (b) expect(a).toBe(1); } else expect(a).toBe(2);', ['unsure 1']],
    ['a && expect(a).toBe(1);', ['unsure 1']],
    ['a ? expect(a).toBe(1) : b();', ['unsure 1']],
    ['switch (a) { case 1: expect(a).toBe(1); }', ['unsure 1']],
    ['try { a(); } catch (e) { expect(e).toBe(1); }', ['unsure 1']],
    ['try { expect(a).toBe(1); } catch {}', ['unsure 1']],
    ['try { expect(a).toBe(1); } finally { b(); }', []],
    ['server.on("x", () => expect(a).toBe(1));', ['unsure 1']],
    ['a.then((b) => expect(b).toBe(1));', ['unsure 1']],
    ['function never() { expect(a).toBe(1); }', ['unsure 1']],
    ['if (a) expect(a).toBe(1);\nexpect(b).toBe(2);', []],
    ['await fc.assert(fc.property(fc.nat(), (n) => expect(n).toBe(n)));', []],
    ['await fc.assert(fc.property(fc.nat(), (n) => { if (n) expect(n).toBe(n); }));', ['unsure 1']],
    ['await page.waitForSelector("[data-paid]");', []],
    ['await counter.shows("paid");', []],
  ])('an assertion that may never be made: %s', (body, weak) => {
    expect(inTest(body)).toEqual(weak);
  });

  test.each([
    ['const must = (a) => { if (!a) throw new Error(); };', 'must(b);', []],
    ['const same = (a) => expect(a).toBe(1);', 'same(b);', []],
    ['const both = (a) => same(a);\nconst same = (a) => expect(a).toBe(1);', 'both(b);', []],
    ['const quiet = (a) => a;', 'quiet(b);', ['none']],
    ['async function opened(run) { await run(1); }', 'await opened((a) => expect(a).toBe(1));', []],
    ['async function opened(run) { await other(run); }', 'await opened((a) => expect(a).toBe(1));', ['unsure']],
    ['const round = () => round();', 'round();', ['none']],
  ])('what helpers do: %s %s', (helper, body, rules) => {
    const text = `${helper}\ntest.each([[1]])('name', async () => {\n${body}\n});`;
    expect(weaknessesOf(parsed(text, 'test/any.test.ts')).map(({ rule }) => rule)).toEqual(rules);
  });

  test.each([
    ['TABLE', 'expect(a).toEqual(TABLE);', ['crossDay 4 TABLE']],
    ['TABLE', 'expect(a).toEqual([TABLE.one, ...TABLE.two]);', ['crossDay 4 TABLE', 'crossDay 4 TABLE']],
    ['TABLE', 'expect(a).toEqual({ b: TABLE });', ['crossDay 4 TABLE']],
    ['TABLE', 'expect(a).toEqual({ TABLE: 1 });\nexpect(a).toBe(b.TABLE);', []],
    ['TABLE', 'expect(TABLE).toEqual([1]);', []],
    ['made', 'expect(a).toEqual(made(1));\nexpect(a).toEqual(new made(1));', []],
    ['Refused', 'expect(() => a()).toThrow(Refused);', []],
  ])('an expectation that is the code itself: of %s, %s', (name, body, weak) => {
    const from = (folder: string) => `import { ${name} } from '../${folder}/x.ts';\n\n`;
    const text = (folder: string) => `${from(folder)}test('name', () => {\n${body}\n});`;
    for (const folder of ['functions', 'lib', 'bin', 'web']) expect(found(text(folder))).toEqual(weak);
  });

  test('no weakness in durations and in types', () => {
    const text = (line: string) => `${line}\ntest('name', () => expect(a).toBe(MINUTE as Kind));`;
    for (const file of ['time', 'deadlines'])
      expect(found(text(`import { MINUTE, type Kind } from '../functions/${file}.ts';`))).toEqual([]);
    expect(found(text("import type { Kind, MINUTE } from '../functions/x.ts';"))).toEqual([]);
  });
});

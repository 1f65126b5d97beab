/** S30: docs/faults.md has every fault that is cited, and names the files that test it. `-u` writes its last column anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { citations } from './citations.ts';
import { ROOT } from './tree.ts';

const PAGE = join(ROOT, 'docs', 'faults.md');
const text = readFileSync(PAGE, 'utf8');

/** `| id | what goes wrong | what must hold | tested in |` */
const ROW = /^\| ((?:\w+ )?(?:[FIMS]|minor )\d+) \| (.+) \| (.+) \| (.*?) ?\|$/;
const rows = text.split('\n').flatMap((line) => {
  const [, id = '', fault = '', rule = '', where = ''] = ROW.exec(line) ?? [];
  return id === '' ? [] : [{ id, fault, rule, where }];
});

const inTests = citations(['test']);
/** `story/pay` for test/story/pay.test.ts. */
const linkOf = (file: string) => `[${file.replace(/^test\/|(\.test)?\.tsx?$/g, '')}](../${file})`;

test('every fault that a file cites has one row', () => {
  const ids = rows.map(({ id }) => id);
  const cited = [...citations(['bin', 'functions', 'lib', 'test']).keys()];
  expect(cited.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test('every row is a fault and a rule in sentences, and no number is left out', () => {
  expect(rows.filter(({ fault, rule }) => !/^\S.*\.$/.test(fault) || !/^\S.*\.$/.test(rule))).toEqual([]);
  const numbers = (kind: string) =>
    rows.flatMap(({ id }) => (id.startsWith(kind) ? [Number(id.slice(1))] : [])).sort((a, b) => a - b);
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
  expect([numbers('F'), numbers('I'), numbers('S')]).toEqual([upTo(76), upTo(31), upTo(30)]);
});

test('a row without a test says why, and one that has tests does not', () => {
  const isWhy = (where: string) => /^not tested: \S.{20,}\.$/.test(where);
  expect(rows.filter(({ id, where }) => isWhy(where) === inTests.has(id)).map(({ id }) => id)).toEqual([]);
});

test('a row names all files under test/ that cite it', async () => {
  const written = text.split('\n').map((line) => {
    const [, id = '', fault, rule] = ROW.exec(line) ?? [];
    const files = inTests.get(id);
    return files ? `| ${id} | ${fault} | ${rule} | ${files.map(linkOf).join(', ')} |` : line;
  });
  const howto = 'npx vitest run test/tidy/faults.test.ts -u';
  await expect(written.join('\n'), howto).toMatchFileSnapshot(PAGE);
});

/**
 * A failing test is read by its own title. In these folders it has four words or more, and begins with no word that needs what
 * stands above it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineOf, ROOT, sourceOf, type Tree, testsOf } from './tree.ts';

const FOLDERS = ['channel', 'merchant', 'order', 'statement'].map((folder) => join('test', folder));
const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
);

/** A place for a case counts as one. */
const wordsOf = (title: string) => title.split(/\s+/).filter((word) => /^[\p{L}%]/u.test(word));
/** Words that go on with what stands above the test. */
const GOES_ON = /^(and|because|by|nor|or|to) /;

test('a title says what it is about', () => {
  const short = files.flatMap((file) => {
    const source = sourceOf(file);
    return testsOf(source).flatMap(({ call }) => {
      const [title] = call.arguments as Tree[];
      const text = String(title?.value ?? '').replace(/^((money|security|integration)? ?(minor )?[FIMS]?\d+,? )+/, '');
      const isClear = wordsOf(text).length >= 4 && !GOES_ON.test(text);
      return isClear ? [] : [`${file}:${lineOf(source, call)} ${text}`];
    });
  });
  expect(short).toEqual([]);
});

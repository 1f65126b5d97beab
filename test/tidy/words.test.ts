/** Words that the house has retired: docs/glossary.md has the ones in use. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** In identifiers, attributes and events: whole words, or parts of names in camel case or snake case. */
const RETIRED = [
  /\b(attempt|refund|close|cancel)_asked\b|\b(close|cancel|refund|attempt)Asked/,
  /\b(undone|undid)\b|[a-z](Undone|Undid)\b/,
  /\bstrays?\b|[a-z]Strays?\b|\bstray[A-Z]/,
  /\bdead\b/,
  /\b(un)?billed\b|[uU]nbilled|[a-z]Billed\b|\bbilled[A-Z]/,
  /\b(only|Bill)(Billed|Line|Head|Answer|Day)\b|\b(lastBillDay|billDay|fetchBill)\b/,
  /\bdoubted\b|\blookedAt\b/,
  /\bMOST_[A-Z]/,
  /\b[pP]arked\b|isParked/,
  /\bfoundAt\b|\bnoteAsked\b|\btakeTurn\b|\btellOpen\b|\bborrowed\b/,
  /\bclass (Counters|Rates|Pace)\b/,
];

/** They speak the language of the first layout, or of Alipay. */
const SPEAKS_OTHERWISE = /^functions\/(order\/upgrade\.ts|channel\/alipay\/)/;

const filesIn = (folder: string, kinds = /\.ts$/) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && kinds.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));

const files = filesIn('functions').filter((file) => !SPEAKS_OTHERWISE.test(file));

test('what is deployed uses no retired word', () => {
  expect(files.length).toBeGreaterThan(100);
  const uses = files.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (RETIRED.some((word) => word.test(line)) ? [`${file}:${i + 1} ${line.trim()}`] : [])),
  );
  expect(uses).toEqual([]);
});

test('a comment names who acts', () => {
  const noActor = /\b(nobody|somebody|whoever|whatever|by itself|all the same|it comes to)\b/i;
  const inComment = /^\s*\{?(\/\*|\*|\/\/)|\s\/\/\s/;
  const folders = ['functions', 'lib', 'bin', 'web'];
  const uses = folders
    .flatMap((folder) => filesIn(folder, /\.(tsx?|css)$/))
    .flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((line, i) => (inComment.test(line) && noActor.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [])),
    );
  expect(uses).toEqual([]);
});

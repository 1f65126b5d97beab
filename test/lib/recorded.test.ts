/** Runs after all other files: what they did to AWS, held against what the template lets each function do. */
import { readdirSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { expect, inject, test } from 'vitest';
import { exhaustive } from '../../vitest.config.ts';
import { nameOf, synthesize } from '../support/template.ts';
import { UNUSED } from './expected/functions.ts';
import { allows, rightsIn, textOf } from './policies.ts';
import { read } from './record.ts';

const STORIES = join(import.meta.dirname, '..', 'story');
const template = synthesize();
const rights = rightsIn(template).filter(({ action }) => !action.startsWith('logs:'));
const told = read(inject('record'));
const calls = [...told].flatMap(([file, calls]) => calls.map((call) => ({ ...call, file })));
/** Only a run of all stories that `npm test` has shows that something was done by none. */
const isWhole = readdirSync(STORIES)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/story/${name}`)
  .filter((file) => !exhaustive.some((pattern) => matchesGlob(file, pattern)))
  .concat('test/lib/cold.test.ts')
  .every((file) => told.has(file));

test('the recorder hangs in each file of this run', () => {
  expect([...told.keys()]).toContain('test/lib/recorded.test.ts');
});

test('S10 no function made a call that its role would not allow', () => {
  const denied = calls.filter((call) => !rights.some((right) => allows(right, call)));
  expect(denied.map(({ file, ...call }) => `${textOf(call, nameOf)} in ${file}`)).toEqual([]);
});

test('every read by a key saw all writes before it', () => {
  const late = calls.filter(({ action, isConsistent }) => /GetItem$/.test(action) && !isConsistent);
  expect(late.map(({ file, ...call }) => `${textOf(call, nameOf)} in ${file}`)).toEqual([]);
});

test.runIf(isWhole)('S10 no function has a right that it does not use, but for those with a reason', () => {
  const unused = rights.filter((right) => !calls.some((call) => allows(right, call)));
  expect(unused.map((right) => textOf(right, nameOf)).sort()).toEqual(Object.keys(UNUSED).sort());
});

/** What the simulation promises of itself: that seeds can be repeated, faults are met, and planted defects fit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULT_NAMES } from './adversary/faults.ts';
import { DEFECTS } from './defects/planted.ts';
import { playHistory } from './history.ts';

test('200 seeds told twice tell the same, to the byte, and 400 meet every fault', async () => {
  const met = new Set<string>();
  for (let seed = 1; seed <= 200; seed += 1) {
    const [one, two] = [await playHistory({ seed }), await playHistory({ seed })];
    expect([two.digest, two.points, two.story]).toEqual([one.digest, one.points, one.story]);
    for (const name of one.met.keys()) met.add(name);
  }
  // A query that comes too early for a refund is rare.
  for (let seed = 201; seed <= 400; seed += 1)
    for (const name of (await playHistory({ seed })).met.keys()) met.add(name);
  // Times and a lag are counted where they bite; the rest by name.
  expect(FAULT_NAMES.filter((name) => !met.has(name) && !['pauseMs', 'slowMs'].includes(name))).toEqual([]);
}, 180_000);

test('F43 a flow without faults survives a kill at each of its points', async () => {
  const { points } = await playHistory({ seed: 3, kills: [] });
  for (let point = 1; point <= points; point += 3)
    for (const when of ['before', 'after'] as const)
      expect((await playHistory({ seed: 3, kills: [{ point, when }] })).violation).toBeUndefined();
}, 180_000);

test('every planted defect still fits the code: the text that it replaces stands there once', () => {
  const edits = DEFECTS.flatMap(({ name, edits }) => edits.map((edit) => ({ name, ...edit })));
  const misfits = edits.filter(({ file, from }) => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');
    return text.split(from).length !== 2;
  });
  expect(misfits.map(({ name }) => name)).toEqual([]);
});

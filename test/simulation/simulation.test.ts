/** A small part of the simulation, with every test run; the whole of it is `npm run sim`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAULT_NAMES } from './faults.ts';
import { playHistory } from './history.ts';
import { DEFECTS } from './planted.ts';

describe('histories', () => {
  test('I1 to I14 hold in the first two hundred, and nearly every fault is met', async () => {
    const met = new Set<string>();
    const wrong: string[] = [];
    for (let seed = 1; seed <= 200; seed += 1) {
      const outcome = await playHistory({ seed });
      for (const name of outcome.met.keys()) met.add(name);
      if (outcome.violation !== undefined) wrong.push(`${seed}: ${outcome.violation}`);
    }
    expect(wrong).toEqual([]);
    // Times and a lag are counted where they bite; the rest by name.
    expect(FAULT_NAMES.filter((name) => !met.has(name) && !['pauseMs', 'slowMs'].includes(name))).toEqual([]);
  }, 180_000);

  test('200 seeds told twice tell the same, to the byte', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const [one, two] = [await playHistory({ seed }), await playHistory({ seed })];
      expect([two.digest, two.points, two.story]).toEqual([one.digest, one.points, one.story]);
    }
  }, 180_000);

  // Seeds that went wrong while this was built; they stay. 205 found that two trades may have refunds of one number, which
  // the reconciliation took for one refund. The others were faults of a judge, or of the assertion on every write.
  test.each([157, 168, 205, 330, 409, 563, 862, 5178, 26491])('seed %i stays right', async (seed) => {
    expect((await playHistory({ seed })).violation).toBeUndefined();
  });
});

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

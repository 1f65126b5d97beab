/**
 * Exhaustive kills: a flow without faults is played once to count its inputs and outputs, then again for every one of them,
 * killed there before or after; and for some flows at every pair of points.
 */

import { playHistory } from './history.ts';
import type { Kill } from './io.ts';

/** Seeds of flows that between them sell, close, refund, refund too late, start again, and bill. */
const FLOWS = Array.from({ length: 32 }, (_, i) => i + 1);
const PAIR_FLOWS = [3, 7, 11];
/** Pairs of points further apart than this meet in nothing that one order does. */
const MOST_POINTS_OF_A_PAIR = 60;

export interface KillReport {
  flows: number;
  points: number;
  pairs: number;
  violations: number;
}

export async function killEverywhere(mode: 'single' | 'pairs'): Promise<KillReport> {
  const report: KillReport = { flows: 0, points: 0, pairs: 0, violations: 0 };
  const judge = async (seed: number, kills: readonly Kill[]) => {
    const { violation, points } = await playHistory({ seed, kills });
    if (violation === undefined) return points;
    report.violations += 1;
    console.error(`flow ${seed} killed at ${JSON.stringify(kills)}: ${violation}`);
    return points;
  };
  for (const seed of mode === 'single' ? FLOWS : PAIR_FLOWS) {
    report.flows += 1;
    const points = await judge(seed, []);
    const all = Array.from({ length: points }, (_, i): Kill[] => [
      { point: i + 1, when: 'before' },
      { point: i + 1, when: 'after' },
    ]).flat();
    if (mode === 'single') {
      report.points += points;
      for (const kill of all) await judge(seed, [kill]);
      continue;
    }
    const some = all.filter(({ point }) => point <= MOST_POINTS_OF_A_PAIR);
    for (const [i, first] of some.entries())
      for (const second of some.slice(i + 1).filter(({ point }) => point > first.point)) {
        report.pairs += 1;
        await judge(seed, [first, second]);
      }
  }
  return report;
}

/**
 * Exhaustive kills: a flow without faults is played once to count its inputs and outputs, then again for every one of them,
 * killed there before or after; and for some flows at every pair of points.
 */
import { playHistory } from './history.ts';
import type { Kill } from './world/io.ts';

/** Seeds of flows that between them sell, close, refund, refund too late, start again, and bill. */
const FLOWS = Array.from({ length: 32 }, (_, i) => i + 1);
/** The shortest of them, for pairs. */
const PAIR_FLOWS = 3;

/** What one process plays of it: every `of`-th point, from the one numbered `part` on. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

/** Flows and points are those of all processes, pairs and violations those of one. */
export interface KillReport {
  flows: number;
  points: number;
  pairs: number;
  violations: number;
}

export async function killEverywhere(mode: 'single' | 'pairs', { part, of }: Share): Promise<KillReport> {
  const report: KillReport = { flows: 0, points: 0, pairs: 0, violations: 0 };
  const judge = async (seed: number, kills: readonly Kill[]) => {
    const { violation, points } = await playHistory({ seed, kills });
    if (violation === undefined) return points;
    report.violations += 1;
    console.error(`flow ${seed} killed at ${JSON.stringify(kills)}: ${violation}`);
    return points;
  };
  const flows: { seed: number; points: number }[] = [];
  for (const seed of FLOWS) flows.push({ seed, points: await judge(seed, []) });
  if (mode === 'pairs') flows.sort((a, b) => a.points - b.points).splice(PAIR_FLOWS);
  for (const { seed, points } of flows) {
    report.flows += 1;
    report.points += points;
    for (let point = 1 + part; point <= points; point += of) {
      if (mode === 'single') {
        await judge(seed, [{ point, when: 'before' }]);
        await judge(seed, [{ point, when: 'after' }]);
        continue;
      }
      // The first after its effect, the second before: what one has begun the other does not finish.
      for (let second = point + 1; second <= points; second += 1) {
        report.pairs += 1;
        await judge(seed, [
          { point, when: 'after' },
          { point: second, when: 'before' },
        ]);
      }
    }
  }
  return report;
}

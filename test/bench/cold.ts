/** Cold starts: import and first invocation of each deployed bundle, beside the floor, the usual stacks, and an empty handler. */
import {
  type Bundle,
  type BundleSizes,
  COMPARED,
  type Compared,
  emptyBundle,
  referenceBundle,
  type Stack,
  sizesOf,
} from './bundles.ts';
import { type Candidate, type ColdStart, coldStarts } from './cold-start.ts';
import { callsOf, type FunctionName } from './events.ts';
import { round } from './numbers.ts';
import type { World } from './world.ts';

export interface ColdRow extends ColdStart {
  readonly name: FunctionName;
  readonly stack: Stack | 'ours';
  readonly bytes: number;
}

interface Ratios {
  readonly ours: number;
  readonly usual?: number;
  readonly express?: number;
}

export interface ColdReport {
  /** CPU of a start over that of its floor; what has no floor of its own is held to that of an order with its code. */
  readonly cold: Readonly<Record<string, Ratios>>;
  readonly bundles: BundleSizes;
  /** Memory after the first call over that of an empty handler: the largest of all functions. */
  readonly rssRatio: number;
  readonly rows: readonly ColdRow[];
  readonly empty: ColdStart;
}

export interface Depth {
  /** Starts of what is compared, and of every other function. */
  readonly rounds: number;
  readonly roundsOfOthers: number;
  /** What is compared; the others are measured without references. */
  readonly compared: readonly Compared[];
  readonly stacks: readonly Stack[];
}

export async function coldBench(
  world: World,
  bundles: ReadonlyMap<FunctionName, Bundle>,
  { rounds, roundsOfOthers, compared, stacks }: Depth,
): Promise<ColdReport> {
  const calls = callsOf(world);
  const candidates: (Candidate & { of: FunctionName; stack: Stack | 'ours'; bytes: number })[] = [];
  const add = (of: FunctionName, stack: Stack | 'ours', { file, bytes }: Bundle) =>
    candidates.push({ name: `${of}, ${stack}`, file, call: calls[of], of, stack, bytes });
  for (const name of compared)
    for (const stack of stacks) add(name, stack, await referenceBundle(stack, name, world.folder));
  for (const [name, bundle] of bundles) add(name, 'ours', bundle);
  const isCompared = ({ of }: { of: FunctionName }) => (compared as readonly string[]).includes(of);
  const nothing = { name: 'empty', file: emptyBundle(world.folder).file, call: calls.listChannels };

  const seen = new Map([
    ...(await coldStarts(world, [nothing, ...candidates.filter(isCompared)], rounds)),
    ...(await coldStarts(
      world,
      candidates.filter((it) => !isCompared(it)),
      roundsOfOthers,
    )),
  ]);
  const empty = seen.get('empty') as ColdStart;
  const rows = candidates.map(
    ({ name, of, stack, bytes }): ColdRow => ({ ...(seen.get(name) as ColdStart), name: of, stack, bytes }),
  );
  return {
    cold: Object.fromEntries([...bundles.keys()].map((name) => [titleOf(name), ratiosOf(name, rows)])),
    bundles: sizesOf(bundles),
    rssRatio: round(Math.max(...rows.filter(({ stack }) => stack === 'ours').map(({ rss }) => rss)) / empty.rss),
    rows,
    empty,
  };
}

/** An order is created together with its code, which is what a till waits for. */
const titleOf = (name: FunctionName) => (name === 'createOrder' ? 'createWithCode' : name);

function ratiosOf(name: FunctionName, rows: readonly ColdRow[]): Ratios {
  const cpuOf = (of: FunctionName, wanted: ColdRow['stack']) =>
    rows.find((row) => row.name === of && row.stack === wanted)?.cpuMs;
  const floor = cpuOf(name, 'floor') ?? cpuOf('createOrder', 'floor') ?? Number.NaN;
  const over = (stack: ColdRow['stack']) => round((cpuOf(name, stack) ?? Number.NaN) / floor);
  return {
    ours: over('ours'),
    ...(cpuOf(name, 'usual') !== undefined && { usual: over('usual') }),
    ...(cpuOf(name, 'express') !== undefined && { express: over('express') }),
  };
}

export const ALL: Depth = {
  rounds: 15,
  roundsOfOthers: 7,
  compared: COMPARED,
  stacks: ['floor', 'usual', 'express'],
};

export const SHORT: Depth = { rounds: 3, roundsOfOthers: 1, compared: ['createOrder'], stacks: ['floor', 'usual'] };

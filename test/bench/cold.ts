/**
 * Cold starts of each deployed function, over https: loading, first and second call, beside an empty handler, the floor, the
 * usual stacks, and our own code by the client by hand and without a warm-up, as it was before.
 */
import {
  type Bundle,
  type BundleSizes,
  beforeBundle,
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
import { openFronts } from './tls-fronts.ts';
import type { World } from './world.ts';

type Who = Stack | 'ours' | 'before';

export interface ColdRow extends ColdStart {
  readonly name: FunctionName;
  readonly stack: Who;
  readonly bytes: number;
}

/** Ours over another. */
interface Ratios {
  readonly overBefore: number;
  /** Absent where the usual stack has no such function. */
  readonly overUsual?: number;
  /** What has no floor of its own is held to that of an order with its code. */
  readonly overFloor: number;
}

interface ColdRatios {
  /** Of what a till waits for. */
  readonly felt: Ratios;
  /** Of the first invocation alone. */
  readonly first: Ratios;
}

export interface ColdReport {
  readonly cold: Readonly<Record<string, ColdRatios>>;
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
  /** What is compared; the others are measured beside what they were before, and without references. */
  readonly compared: readonly Compared[];
  readonly stacks: readonly Stack[];
}

export async function coldBench(
  world: World,
  bundles: ReadonlyMap<FunctionName, Bundle>,
  { rounds, roundsOfOthers, compared, stacks }: Depth,
): Promise<ColdReport> {
  const calls = callsOf(world);
  const candidates: (Candidate & { of: FunctionName; stack: Who; bytes: number })[] = [];
  const add = (of: FunctionName, stack: Who, { file, bytes }: Bundle) =>
    candidates.push({ name: `${of}, ${stack}`, file, call: calls[of], of, stack, bytes });
  for (const name of compared)
    for (const stack of stacks) add(name, stack, await referenceBundle(stack, name, world.folder));
  for (const [name, bundle] of bundles) {
    add(name, 'before', await beforeBundle(name, world.folder));
    add(name, 'ours', bundle);
  }
  const isCompared = ({ of }: { of: FunctionName }) => (compared as readonly string[]).includes(of);
  const nothing = { name: 'empty', file: emptyBundle(world.folder).file, call: calls.listChannels };

  const fronts = await openFronts(world);
  const measure = (some: readonly Candidate[], starts: number) => coldStarts(world, fronts.environment, some, starts);
  try {
    const seen = new Map([
      ...(await measure([nothing, ...candidates.filter(isCompared)], rounds)),
      ...(await measure(
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
  } finally {
    await fronts.stop();
  }
}

/** An order is created together with its code, which is what a till waits for. */
const titleOf = (name: FunctionName) => (name === 'createOrder' ? 'createWithCode' : name);

function ratiosOf(name: FunctionName, rows: readonly ColdRow[]): ColdRatios {
  const over = (what: 'feltMs' | 'firstMs'): Ratios => {
    const msOf = (of: FunctionName, stack: Who) => rows.find((row) => row.name === of && row.stack === stack)?.[what];
    const ours = msOf(name, 'ours') ?? Number.NaN;
    const usual = msOf(name, 'usual');
    return {
      overBefore: round(ours / (msOf(name, 'before') ?? Number.NaN)),
      ...(usual !== undefined && { overUsual: round(ours / usual) }),
      overFloor: round(ours / (msOf(name, 'floor') ?? msOf('createOrder', 'floor') ?? Number.NaN)),
    };
  };
  return { felt: over('feltMs'), first: over('firstMs') };
}

export const ALL: Depth = {
  rounds: 15,
  roundsOfOthers: 5,
  compared: COMPARED,
  stacks: ['floor', 'usual', 'express'],
};

export const SHORT: Depth = { rounds: 3, roundsOfOthers: 1, compared: ['createOrder'], stacks: ['floor', 'usual'] };

/** Cold starts: import and first invocation of each deployed bundle, beside the floor, the usual stack, and an empty handler. */
import {
  type Bundle,
  type BundleSizes,
  COMPARED,
  deployedBundles,
  emptyBundle,
  referenceBundle,
  sizesOf,
} from './bundles.ts';
import { type Candidate, type ColdStart, coldStarts } from './cold-start.ts';
import { callsOf, type FunctionName } from './events.ts';
import { round } from './numbers.ts';
import { openWorld } from './world.ts';

export interface ColdRow extends ColdStart {
  readonly name: string;
  readonly bytes: number;
}

export interface ColdReport {
  /** CPU of the start over that of the floor: of its own floor where there is one, else of the floor of an order with its code. */
  readonly cold: Readonly<
    Record<string, { readonly ours: number; readonly usual?: number; readonly express?: number }>
  >;
  readonly bundles: BundleSizes;
  /** Memory after the first call over that of an empty handler: the largest of all functions. */
  readonly rssRatio: number;
  readonly rows: readonly ColdRow[];
}

export interface Depth {
  /** Starts of what is compared, and of every other function. */
  readonly rounds: number;
  readonly roundsOfOthers: number;
}

export async function coldBench({ rounds, roundsOfOthers }: Depth): Promise<ColdReport> {
  const world = await openWorld();
  try {
    await world.refund(await world.known());
    const calls = callsOf(world, await world.sealADay());
    const bundles = deployedBundles(world.folder);
    const files = new Map<string, Bundle>();
    const candidate = (name: string, bundle: Bundle, of: FunctionName): Candidate => {
      files.set(name, bundle);
      return { name, file: bundle.file, call: calls[of] };
    };
    const own = (of: FunctionName) => candidate(of, bundles.get(of) ?? { file: '', bytes: 0 }, of);
    const compared: Candidate[] = [candidate('empty handler', emptyBundle(world.folder), 'listChannels')];
    for (const name of COMPARED) {
      for (const stack of ['floor', 'usual', 'express'] as const)
        compared.push(candidate(`${name}, ${stack}`, await referenceBundle(stack, name, world.folder), name));
      compared.push(own(name));
    }
    const others = [...bundles.keys()].filter((name) => !(COMPARED as readonly string[]).includes(name)).map(own);
    const seen = new Map([
      ...(await coldStarts(world, compared, rounds)),
      ...(await coldStarts(world, others, roundsOfOthers)),
    ]);
    const at = (name: string): ColdStart => {
      const found = seen.get(name);
      if (!found) throw new Error(`${name} was not measured`);
      return found;
    };
    return {
      cold: Object.fromEntries([...bundles.keys()].map((name) => [nameOf(name), ratiosOf(name, at)])),
      bundles: sizesOf(bundles),
      rssRatio: round(Math.max(...[...bundles.keys()].map((name) => at(name).rss)) / at('empty handler').rss),
      rows: [...seen].map(([name, start]) => ({ name, bytes: files.get(name)?.bytes ?? 0, ...start })),
    };
  } finally {
    await world.stop();
  }
}

/** An order is created together with its code, which is what a till waits for. */
const nameOf = (name: FunctionName) => (name === 'createOrder' ? 'createWithCode' : name);

function ratiosOf(name: FunctionName, at: (name: string) => ColdStart) {
  const isCompared = (COMPARED as readonly string[]).includes(name);
  const floor = at(`${isCompared ? name : 'createOrder'}, floor`).cpuMs;
  const over = (other: string) => round(at(other).cpuMs / floor);
  return {
    ours: over(name),
    ...(isCompared && { usual: over(`${name}, usual`), express: over(`${name}, express`) }),
  };
}

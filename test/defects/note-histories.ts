/** Plays histories 1 … N of a marked copy, and says which of them reach which defect: `{ number: seeds }`. */
Error.stackTraceLimit = 0;

// Some places are reached when a module is loaded.
const whenLoaded = new Set<number>();
globalThis.reachedDefects = whenLoaded;
const { playHistory } = await import('../simulation/history.ts');

const seedsOf = new Map<number, number[]>();
for (let seed = 1; seed <= Number(process.argv[2]); seed += 1) {
  const reached = new Set(whenLoaded);
  globalThis.reachedDefects = reached;
  const { violation } = await playHistory({ seed });
  if (violation !== undefined) throw new Error(`seed ${seed}: ${violation}, and no defect is planted`);
  for (const n of reached) seedsOf.set(n, [...(seedsOf.get(n) ?? []), seed]);
}
console.log(JSON.stringify(Object.fromEntries(seedsOf)));

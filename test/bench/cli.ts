/** `npm run bench`: what the functions cost, measured on this machine beside what cannot be avoided and what is usual. */
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { billBench } from './bill.ts';
import { type Bundle, BYTES_IN_ALL_MAX, BYTES_MAX, deployedBundles, sizesOf } from './bundles.ts';
import { chart } from './chart.ts';
import * as cold from './cold.ts';
import { costBench } from './cost.ts';
import type { FunctionName } from './events.ts';
import * as growth from './growth.ts';
import { largestDay } from './largest-day.ts';
import { coldTable, costTable, growthTable, largestDayTable, requestsTable, unitsTable, warmTable } from './report.ts';
import { sealBench } from './seal.ts';
import { requestsPerCall, unitsBench } from './units.ts';
import * as warm from './warm.ts';
import { openWorld, type World } from './world.ts';

const PARTS = ['cold', 'warm', 'units', 'statement', 'cost', 'growth', 'largest-day', 'load', 'bill'] as const;
type Part = (typeof PARTS)[number];

const HELP = `npm run bench -- [part …] [options]
  cold        loading, first and second call of every deployed function over https, in processes of their own
  warm        CPU per request of a warm instance, beside the bare sum of its parts
  units       units per life of an order (DynamoDB Local, needs Java), requests per call of each endpoint
  statement   sealing a merchant's day, beside reading it
  cost        a million orders in US dollars, by test/bench/prices.json
  growth      what one more order costs with 1,000 to 1,000,000 there already (DynamoDB Local, needs Java)
  largest-day what 10,000 orders a second ask of AWS, and how fast the sweep drains in virtual time
  load        npm run load
  bill        reading the channel's bill of a day of a million rows
the first five if no part is named
  --quick     short forms, for CI
  --json      ends with one line of JSON
  --chart     draws docs/bench.svg
Ends with 1 if a bundle is too large, a life takes too many units, or a bill too much memory. Times decide nothing.`;

const HERE = import.meta.dirname;
const STATEMENT = join(HERE, 'statement.ts');
const LOAD = join(HERE, '..', 'load', 'load.ts');

interface Options {
  readonly quick: boolean;
  readonly json: boolean;
  readonly chart: boolean;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      chart: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}\n\n${HELP}`);
  if (values.help) return console.log(HELP);
  const parts = new Set(positionals as Part[]);
  if (parts.size === 0) for (const part of PARTS.slice(0, 5)) parts.add(part);
  await run(parts, values);
}

async function run(parts: ReadonlySet<Part>, options: Options): Promise<void> {
  const { quick } = options;
  const faults: string[] = [];
  const results: Record<string, unknown> = {};
  const seen: { cold?: cold.ColdReport; warm?: warm.WarmReport } = {};
  console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} shared cores, Node ${process.version}\n`);
  await inWorld(parts, async (world, bundles) => {
    if (parts.has('cold')) {
      seen.cold = await cold.coldBench(world, bundles(), quick ? cold.SHORT : cold.ALL);
      console.log(coldTable(seen.cold));
      const { cold: ratios, bundles: sizes, rssRatio } = seen.cold;
      Object.assign(results, { cold: ratios, bundles: sizes, rssRatio });
      faults.push(...tooLarge(bundles()));
    }
    if (parts.has('warm')) {
      seen.warm = await warm.warmBench(world, bundles(), quick ? warm.SHORT : warm.ALL);
      console.log(warmTable(seen.warm));
      results.warm = seen.warm.warm;
    }
    if (parts.has('units')) console.log(requestsTable(await requestsPerCall(world)));
  });
  if (parts.has('units')) {
    const report = await unitsBench();
    console.log(unitsTable(report));
    results.units = report.units;
    faults.push(...report.over);
  }
  if (parts.has('statement')) await statement(quick, results);
  if (parts.has('cost')) {
    const report = costBench();
    console.log(costTable(report));
    results.cost = report.cost;
  }
  if (parts.has('growth')) console.log(growthTable(await growth.growthBench(quick ? growth.SHORT : growth.ALL)));
  if (parts.has('largest-day')) console.log(largestDayTable(await largestDay()));
  if (parts.has('load')) await load();
  if (parts.has('bill')) {
    const { bill, zipMb, mb, faults: wrong } = billBench(quick ? 100_000 : 1_000_000);
    const each = ((bill.cpuSeconds * 1e6) / bill.rows).toFixed(1);
    console.log(
      `A bill of ${bill.rows} rows, ${mb} MB, ${zipMb} MB zipped: ${bill.rssMb} MB of memory, ${bill.cpuSeconds} s of CPU, ${each} µs a row\n`,
    );
    results.bill = bill;
    faults.push(...wrong);
  }
  if (options.chart && seen.cold && seen.warm)
    writeFileSync(join(HERE, '..', '..', 'docs', 'bench.svg'), chart(seen.cold, seen.warm));
  for (const fault of faults) console.log(`TOO MUCH: ${fault}`);
  if (options.json) console.log(JSON.stringify(results));
  else if (results.bill) console.log(JSON.stringify({ bill: results.bill }));
  if (faults.length > 0) process.exitCode = 1;
}

/** One process serves one stack; what needs it shares it. Bundles are built when they are wanted first. */
async function inWorld(
  parts: ReadonlySet<Part>,
  work: (world: World, bundles: () => ReadonlyMap<FunctionName, Bundle>) => Promise<void>,
): Promise<void> {
  if (!['cold', 'warm', 'units'].some((part) => parts.has(part as Part))) return;
  const world = await openWorld();
  let built: ReadonlyMap<FunctionName, Bundle> | undefined;
  try {
    await work(world, () => {
      built ??= deployedBundles(world.folder);
      return built;
    });
  } finally {
    await world.stop();
  }
}

function tooLarge(bundles: ReadonlyMap<FunctionName, Bundle>): string[] {
  const large = [...bundles].filter(([, { bytes }]) => bytes > BYTES_MAX);
  const { totalBytes } = sizesOf(bundles);
  return [
    ...large.map(([name, { bytes }]) => `${name}: ${bytes} bytes, ${BYTES_MAX} are allowed`),
    ...(totalBytes > BYTES_IN_ALL_MAX ? [`all bundles: ${totalBytes} bytes, ${BYTES_IN_ALL_MAX} are allowed`] : []),
  ];
}

type StatementBench = (options: { orders: number }) => Promise<{ orders: number; ratioToParse: number }>;

async function statement(quick: boolean, results: Record<string, unknown>): Promise<void> {
  if (!existsSync(STATEMENT)) return;
  const { statementBench } = (await import(pathToFileURL(STATEMENT).href)) as { statementBench: StatementBench };
  const { orders, ratioToParse } = await statementBench({ orders: quick ? 20_000 : 1_000_000 });
  console.log(`Statement of ${orders} orders: ${ratioToParse.toFixed(2)} x parsing them\n`);
  results.statement = { orders, ratioToParse };
  const seal = await sealBench(quick ? 5_000 : 50_000);
  const calls = Object.entries(seal.calls).map(([name, count]) => `${name} ${count}`);
  console.log(
    `With reading and marking, ${seal.orders} orders: ${seal.cpuMsPerOrder.toFixed(3)} ms of CPU an order, up to ${seal.abreast} calls at a time (${calls.join(', ')})\n`,
  );
}

async function load(): Promise<void> {
  if (!existsSync(LOAD)) throw new Error('there is no test/load/load.ts');
  process.argv.splice(2);
  await import(pathToFileURL(LOAD).href);
}

await main();

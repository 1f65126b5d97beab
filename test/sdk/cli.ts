/**
 * `npm run test:sdk`: programs that we did not write, and our samples, against the simulator and the local stack. Each run is `ok`,
 * `FAILED`, or `SKIPPED` where a toolchain or a registry is not to be had: a skip is said and is not ok, and only a failure ends with 1.
 * `-- TEXT …` takes those runs only whose names have one of the texts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alipayJava, alipayPython, communityPython } from './alipay.ts';
import { openLocalShop } from './local-shop.ts';
import { NotToBeHad } from './program.ts';
import { sample, sampleWithWrongClock } from './samples.ts';
import { rfc9421Go, rfc9421Python } from './signatures.ts';
import { fetchAll } from './toolchains.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillgate-sdk-'));
const asked = process.argv.slice(2);
if (asked.length === 0) fetchAll();
const shop = await openLocalShop(folder);

const SAMPLES = { 'till.c': 'c', 'Till.java': 'java', 'till.sh': 'bash', 'till.go': 'go', 'till.py': 'python' };
type Run = readonly [name: string, run: () => Promise<void>];

/** Those that need no download first. */
const RUNS: readonly Run[] = [
  ...Object.entries(SAMPLES).map(([file, it]): Run => [`docs/samples/${file}`, () => sample(shop, it, folder)]),
  ['RFC 9421, http-message-signatures (Python)', () => rfc9421Python(shop)],
  ['RFC 9421, httpsign (Go)', () => rfc9421Go(shop)],
  ['alipay-sdk-java, public-key mode', () => alipayJava('public key', folder)],
  ['alipay-sdk-java, certificate mode', () => alipayJava('certificate', folder)],
  ['alipay-sdk-python, public-key mode', () => alipayPython('public key', folder)],
  ['alipay-sdk-python, which has no certificate mode: turned away', () => alipayPython('certificate', folder)],
  ['python-alipay-sdk, public-key mode', () => communityPython('public key', folder)],
  ['python-alipay-sdk, certificate mode', () => communityPython('certificate', folder)],
];

/** After all others, because it turns the clock of the shop. A signature may be five minutes old. */
const SLOW = 400_000;
const RUNS_BY_A_SLOW_CLOCK: readonly Run[] = Object.entries(SAMPLES).map(([file, it]) => [
  `docs/samples/${file}, by a clock that is seven minutes slow`,
  () => sampleWithWrongClock(shop, it, folder),
]);

const counts = { ok: 0, FAILED: 0, SKIPPED: 0 };

async function tell(name: string, run: () => Promise<void>): Promise<void> {
  const began = performance.now();
  const [outcome, why] = await run().then(
    () => ['ok', ''] as const,
    (error) => [error instanceof NotToBeHad ? 'SKIPPED' : 'FAILED', `: ${error.message}`] as const,
  );
  counts[outcome] += 1;
  console.log(`${outcome.padEnd(8)}${name} (${Math.round((performance.now() - began) / 1_000)} s)${why}`);
}

/** Two at a time: they wait for each other's compilers and for a customer more than they compute. */
async function runAll(runs: readonly Run[]): Promise<void> {
  const queue = runs.filter(([name]) => asked.length === 0 || asked.some((text) => name.includes(text)));
  const next = async () => {
    for (let run = queue.shift(); run; run = queue.shift()) await tell(...run);
  };
  await Promise.all([next(), next()]);
}

try {
  await runAll(RUNS);
  await shop.advance(SLOW);
  await runAll(RUNS_BY_A_SLOW_CLOCK);
} finally {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', '),
);
process.exit(counts.FAILED > 0 || counts.ok + counts.SKIPPED === 0 ? 1 : 0);

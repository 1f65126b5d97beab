/**
 * `npm run test:antom`: programs that we did not write against what speaks Antom's protocol here. Each run is `ok`, `FAILED`, or
 * `SKIPPED` where a toolchain or a registry is not to be had: a skip is said and is not ok, and only a failure ends with 1.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotToBeHad } from '../sdk/program.ts';
import { antomRequests } from './requests.ts';
import { antomPython } from './sdk.ts';

type Run = readonly [name: string, run: (folder: string) => Promise<void>];

const RUNS: readonly Run[] = [
  ['global-open-sdk-python at the simulator', antomPython],
  ['global-open-sdk-python checks what our channel sends', antomRequests],
];

const folder = mkdtempSync(join(tmpdir(), 'tillgate-antom-'));
let failures = 0;
try {
  for (const [name, run] of RUNS) {
    const [outcome, why] = await run(folder).then(
      () => ['ok', ''] as const,
      (error) => [error instanceof NotToBeHad ? 'SKIPPED' : 'FAILED', `: ${error.message}`] as const,
    );
    if (outcome === 'FAILED') failures += 1;
    console.log(`${outcome.padEnd(8)}${name}${why}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);

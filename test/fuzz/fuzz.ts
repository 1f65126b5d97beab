/**
 * `npm run test:fuzz`: schemathesis makes requests of the OpenAPI document, signs them, sends them to a local stack, and holds
 * every answer against the document. `-- --requests 20000 --seed 7`: 5,000 and seed 1 if not said otherwise. It ends with 1
 * if there is any difference, or if an operation was never carried out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalStack } from '../../bin/local/stack.ts';
import { INTRODUCTION } from '../../bin/openapi/words/signature.ts';
import { contract } from '../../functions/contract/contract.ts';
import { prepared } from './prepared.ts';
import { run, schemathesis } from './schemathesis.ts';

const HERE = import.meta.dirname;
/** They take what only a channel and a back office can make: a signature, an activation code. */
const REFUSED_ALWAYS = ['alipayNotification', 'antomNotification', 'enrolTerminal'];
/** Processes, each with one thread: what they wait for is mostly their own making of values. */
const SIDE_BY_SIDE = 2;
/** A round may make fewer requests than it was asked for; so many rounds never do. */
const ROUNDS_MAX = 12;

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.requests);
const seed = Number(values.seed);

const program = schemathesis();
if (program) process.exitCode = await fuzz(program);
else console.log('SKIPPED: schemathesis is not to be had (it takes python3 with venv, and PyPI)');

async function fuzz(program: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-fuzz-'));
  const stack = await startLocalStack({
    port: 0,
    engine: 'dynalite',
    credentialsFile: join(folder, 'credentials.json'),
    onLine: (line) => line.startsWith('error') && console.log(line),
  });
  try {
    const settings = await prepared(stack);
    const total: Record<string, number> = {};
    let requests = 0;
    let differs = false;
    for (let round = 0; round < ROUNDS_MAX && requests < wanted; round += 1) {
      const most = Math.ceil((wanted - requests) / SIDE_BY_SIDE / Object.keys(contract).length);
      const runs = Array.from({ length: SIDE_BY_SIDE }, async (_, side) => {
        const own = { seed: seed + round * SIDE_BY_SIDE + side, seen: join(folder, `seen-${side}.json`) };
        const file = join(folder, `settings-${side}.json`);
        writeFileSync(file, JSON.stringify({ ...settings, introduction: INTRODUCTION, ...own }));
        // Examples and boundaries are the same in each run; what is drawn at random is not.
        const phases = round === 0 && side === 0 ? 'examples,coverage,fuzzing,stateful' : 'fuzzing,stateful';
        const args = [
          ...['--config-file', join(HERE, 'schemathesis.toml'), 'run', `${stack.api}/v1/openapi.json`],
          ...['--phases', phases, '--seed', String(own.seed), '--max-examples', String(most), '--no-color'],
        ];
        const env = { SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: HERE, TILLGATE_FUZZ: file };
        const { status, said } = await run(program, args, { cwd: folder, env });
        return { status, said, seen: JSON.parse(readFileSync(own.seen, 'utf8')) as Record<string, number> };
      });
      for (const { status, said, seen } of await Promise.all(runs)) {
        if (status !== 0) console.log(said);
        differs ||= status !== 0;
        for (const [answer, count] of Object.entries(seen)) {
          total[answer] = (total[answer] ?? 0) + count;
          requests += count;
        }
      }
      console.log(`${requests} requests so far`);
    }
    const never = neverDone(total);
    console.log(JSON.stringify({ requests, seed, differs, never, statuses: total }));
    return differs || never.length > 0 || requests < wanted ? 1 : 0;
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Operations that were always refused, so that nothing is known of their answers. */
function neverDone(statuses: Readonly<Record<string, number>>): string[] {
  return Object.values(contract)
    .filter(({ name, method, path }) => {
      const isDone = Object.keys(statuses).some((it) => it.startsWith(`${method} ${path} 2`));
      return !isDone && !REFUSED_ALWAYS.includes(name);
    })
    .map(({ name }) => name);
}

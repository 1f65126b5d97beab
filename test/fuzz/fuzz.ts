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
import { contract } from '../../functions/http/contract.ts';
import { prepared } from './prepared.ts';
import { run, schemathesis } from './schemathesis.ts';

const HERE = import.meta.dirname;
/** They take what only Alipay and a back office can make: a signature, an activation code. */
const REFUSED_ALWAYS = ['alipayNotification', 'enrolTerminal'];
/** A round may make fewer requests than it was asked for; so many rounds never do. */
const MOST_ROUNDS = 12;

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
    for (let round = 0; round < MOST_ROUNDS && requests < wanted; round += 1) {
      const isFirst = round === 0;
      const file = join(folder, 'settings.json');
      const seen = join(folder, 'seen.json');
      writeFileSync(file, JSON.stringify({ ...settings, introduction: INTRODUCTION, seed: seed + round, seen }));
      // Examples and boundaries are the same in each round; what is drawn at random is not.
      const phases = isFirst ? 'examples,coverage,fuzzing,stateful' : 'fuzzing,stateful';
      const status = await run(
        program,
        [
          ...['--config-file', join(HERE, 'schemathesis.toml'), 'run', `${stack.api}/v1/openapi.json`],
          ...['--phases', phases, '--seed', String(seed + round), '--workers', '1', '--no-color'],
          ...['--max-examples', String(Math.ceil((wanted - requests) / Object.keys(contract).length))],
        ],
        { cwd: folder, env: { SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: HERE, TILLGATE_FUZZ: file } },
      );
      differs ||= status !== 0;
      for (const [answer, count] of Object.entries(JSON.parse(readFileSync(seen, 'utf8')) as Record<string, number>)) {
        total[answer] = (total[answer] ?? 0) + count;
        requests += count;
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

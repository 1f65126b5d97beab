/** Looks for a defect in the field in which it is planted: by the simulation, then by the tests that its file is related to. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Many times what a history takes on a busy machine; a defect that makes a loop without an end is found by that. */
const MS_PER_HISTORY = 60;
const LEAST_MS = 45_000;
const TESTS_MS = 15 * 60_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The first thing that the simulation of the field says against it in these histories. */
export async function findBySimulation(folder: string, seeds: readonly number[]): Promise<string | undefined> {
  if (seeds.length === 0) return undefined;
  const script = join(folder, 'test', 'defects', 'play.ts');
  const { code, out, err } = await run(
    folder,
    [script],
    LEAST_MS + MS_PER_HISTORY * seeds.length,
    {},
    JSON.stringify(seeds),
  );
  if (code === null) return 'the simulation does not end';
  const said = /^seed \d+: .*$/m.exec(out)?.[0];
  if (said !== undefined || code === 0) return said;
  return `the simulation does not start: ${/^\w*Error.*$/m.exec(err)?.[0] ?? err.slice(0, 200)}`;
}

/** `file > test` of the first test of these files that fails. @throws Error if they cannot be run */
export async function findByTests(
  folder: string,
  files: readonly string[],
  scope: 'quick' | 'slow' | 'all',
): Promise<string | undefined> {
  if (files.length === 0) return undefined;
  const report = join(folder, 'tests.json');
  rmSync(report, { force: true });
  const words = [join(folder, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...files];
  words.push('--config', join('test', 'defects', 'vitest.config.ts'), '--bail', '1');
  words.push('--reporter', 'json', '--outputFile', report);
  const { code, err } = await run(folder, words, TESTS_MS, { TILLGATE_DEFECT_TESTS: scope });
  if (code === 0) return undefined;
  if (code === null) return `${files[0]} > (does not end)`;
  const failed = firstFailure(folder, report);
  // The defect makes tests fail, and never what runs them.
  if (failed === undefined) throw new Error(`the tests do not run: ${err.slice(0, 500)}`);
  return failed;
}

interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function firstFailure(folder: string, report: string): string | undefined {
  if (!existsSync(report)) return undefined;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as TestReport;
  const files = testResults.map(({ name, ...result }) => ({ file: name.slice(folder.length + 1), ...result }));
  for (const { file, assertionResults } of files) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed) return `${file} > ${failed.fullName.trim()}`;
  }
  // One that cannot even be loaded; files that were cut short after a failure are called failed, too.
  const unloaded = files.find(({ status }) => status === 'failed');
  return unloaded && `${unloaded.file} > (the file itself)`;
}

/** Those that are under way, each with all that it has started. */
const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) process.kill(-pid, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

export function run(
  cwd: string,
  words: readonly string[],
  patienceMs: number,
  env: object = {},
  input = '',
): Promise<Ended> {
  const options = { cwd, env: { ...process.env, ...env }, detached: true } as const;
  const child = spawn(process.execPath, words, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  const { pid = 0 } = child;
  running.add(pid);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      process.kill(-pid, 'SIGKILL');
    }, patienceMs);
    child.once('close', (code) => {
      clearTimeout(timer);
      running.delete(pid);
      resolve({ code: isLate ? null : (code ?? 1), out, err });
    });
  });
}

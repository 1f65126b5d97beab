/** The program schemathesis, at the version that requirements.txt pins, in a virtual environment that is kept. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PINS = join(import.meta.dirname, 'requirements.txt');
const KEPT = join(import.meta.dirname, '..', '..', '.local', 'fuzz');

/** Where it is; undefined if there is no Python here, or its registry does not answer. */
export function schemathesis(): string | undefined {
  const hash = createHash('sha256').update(readFileSync(PINS)).digest('hex').slice(0, 12);
  const folder = join(KEPT, hash);
  const program = join(folder, 'bin', 'schemathesis');
  // Says that the installation came to its end.
  const mark = join(folder, 'whole');
  if (existsSync(mark)) return program;
  rmSync(folder, { recursive: true, force: true });
  const pip = ['install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', '-r', PINS];
  const isThere =
    spawnSync('python3', ['-m', 'venv', folder]).status === 0 &&
    spawnSync(join(folder, 'bin', 'pip'), pip, { stdio: 'inherit' }).status === 0;
  if (!isThere) return undefined;
  writeFileSync(mark, '');
  return program;
}

/** Runs a program to its end. Answers its status, and what it said. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ status: number | null; said: string }> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => texts.push(String(text)));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status, said: texts.join('') };
}

/** Foreign programs: how one is run, and what is said where it cannot be had. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The program cannot be had on this machine, and why. */
export class NotToBeHad extends Error {}

export interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Hears each line of its standard output while it runs. What is thrown here ends the program, and is thrown on. */
  readonly onLine?: (line: string) => Promise<void> | void;
}

/** No program here takes longer by itself, ms. */
const LONGEST = 240_000;

/**
 * Runs a program to its end, and answers the lines of its standard output.
 * @throws NotToBeHad if there is no such program
 * @throws Error with the end of what it said, if it fails or takes longer than four minutes
 */
export async function run(program: string, args: readonly string[], { cwd, env, onLine }: Place = {}) {
  const child = spawn(program, args, {
    ...(cwd && { cwd }),
    // Python leaves nothing behind in the folders of the tests.
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new NotToBeHad(`there is no ${program} on this machine`) : error),
    );
    child.once('close', resolve);
  });
  const errors: string[] = [];
  const lines: string[] = [];
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  const heard = hear();
  // The line that fails ends the program; without it the program waits for what does not come.
  heard.catch(() => child.kill());
  const [code] = await Promise.all([ended, heard]);
  const said = [...errors, ...lines].slice(-30).join('\n').slice(-3_000);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? 'a signal'}\n${said}`);
  return lines;

  async function hear(): Promise<void> {
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      await onLine?.(line);
    }
  }
}

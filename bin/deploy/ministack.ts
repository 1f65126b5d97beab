/** MiniStack, an emulator of AWS without Docker: found or installed, started on a free port, and always ended. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

/** It could not be had here: no Python, or no PyPI. */
export class NotToBeHad extends Error {}

export interface MiniStack {
  readonly url: string;
  /** What the CDK, the SDK and the AWS command line need in order to speak to it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startMiniStack(folder: string): Promise<MiniStack> {
  mkdirSync(folder, { recursive: true });
  const command = findOrInstall(folder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(join(folder, 'ministack.log'), 'w');
  // Its Lambdas run on the first node of the PATH, so that must be the one that runs this.
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(command, {
    env: { ...process.env, PATH: path, BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port) },
    stdio: ['ignore', log, log],
    // A group of its own, so that what it has started ends with it.
    detached: true,
  });
  const stop = () => endGroup(child);
  process.once('exit', () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  });
  for (let tries = 0; tries < 240; tries += 1) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return { url, environment: environmentOf(url), stop };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await stop();
  throw new Error(`MiniStack does not start; see ${join(folder, 'ministack.log')}`);
}

function environmentOf(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
  };
}

function findOrInstall(folder: string): string {
  if (spawnSync('sh', ['-c', 'command -v ministack']).status === 0) return 'ministack';
  const venv = join(folder, 'ministack-venv');
  const command = join(venv, 'bin', 'ministack');
  if (existsSync(command)) return command;
  const made = spawnSync('python3', ['-m', 'venv', venv], { stdio: 'pipe' });
  if (made.status !== 0) throw new NotToBeHad('python3 -m venv does not work here');
  const installed = spawnSync(join(venv, 'bin', 'pip'), ['install', '--quiet', 'ministack'], {
    stdio: 'pipe',
    timeout: 300_000,
  });
  if (installed.status !== 0 || !existsSync(command))
    throw new NotToBeHad('ministack is not on the PATH and PyPI is not reached');
  return command;
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** The local stack as a process of its own (`npm start`, in fact), its engine in another, and the ways to both. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Credentials } from '../../bin/local/seed.ts';
import { type Client, createClient } from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';

const HERE = import.meta.dirname;
const LOCAL = join(HERE, '..', '..', 'bin', 'local.ts');

export interface ServerOptions {
  /** Kept over kills; the engine is then part of the server, and is killed with it. Absent: everything is in memory. */
  readonly dataDir?: string | undefined;
  /** A DynamoDB that runs already, or `dynamodb-local`. */
  readonly engine: string;
  /** 0: a free one, kept over restarts. */
  readonly port: number;
  readonly cpuProfileDir?: string | undefined;
}

export interface Server {
  readonly api: string;
  readonly credentials: Credentials;
  /** Everybody's clock, ours and the simulator's, in epoch ms. */
  now(): number;
  wallet(path: string, body?: unknown): Promise<Record<string, unknown>>;
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  advance(ms: number): Promise<void>;
  /** CPU that functions and simulator, engine, and the load itself have taken so far; empty where the system does not tell. */
  cpuMs(): Record<string, number>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Answers when it can be used. @throws Error if the process ends before that */
export async function startServer({ dataDir, engine, port, cpuProfileDir }: ServerOptions): Promise<Server> {
  const [store, endpoint] = await startEngineApart(dataDir === undefined ? engine : 'in the server');
  const data = dataDir === undefined ? ['--engine', endpoint] : ['--data', dataDir, '--engine', engine];
  const profile = cpuProfileDir ? ['--cpu-prof', `--cpu-prof-dir=${cpuProfileDir}`] : [];
  const process_ = start([...profile, LOCAL, '--port', String(port), '--quiet', ...data]);
  const ready = JSON.parse((await firstLine(process_)).replace('ready ', ''));
  let ahead = 0;
  const server: Server = {
    api: ready.api,
    credentials: JSON.parse(readFileSync(ready.credentials, 'utf8')) as Credentials,
    now: () => Date.now() + ahead,
    wallet: (path, body) => json(`${ready.simulator}/wallet/${path}`, body),
    control: (path, body = {}) => json(`${ready.api}/__local/${path}`, body),
    async advance(ms) {
      const { now } = await server.control('clock', { advanceMs: ms });
      ahead = Date.parse(String(now)) - Date.now();
    },
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return { server: cpuMsOf(process_), ...(store && { engine: cpuMsOf(store) }), load: (user + system) / 1_000 };
    },
    async kill() {
      await ended(process_, 'SIGKILL');
    },
    async stop() {
      await ended(process_, 'SIGTERM');
      if (store) await ended(store, 'SIGKILL');
    },
  };
  const { now } = await json(`${ready.api}/__local/clock`);
  ahead = Date.parse(String(now)) - Date.now();
  return server;
}

async function startEngineApart(engine: string): Promise<[ChildProcess | undefined, string]> {
  if (engine !== 'dynalite') return [undefined, engine];
  const store = start([join(HERE, 'engine.ts')]);
  return [store, await firstLine(store)];
}

// Whoever ends the load ends what it has started, too.
const running = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function start(args: string[]): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface(child.stdout)) return line;
  throw new Error('the server ended before it was ready');
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** Linux counts in ticks of 10 ms, behind the name in parentheses; 0 elsewhere. */
function cpuMsOf({ pid }: ChildProcess): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function json(url: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(url, init);
  const content = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${url}: ${JSON.stringify(content)}`);
  return content;
}

/** A client of the stack's `index`-th credential: 0 the terminal, 1 the back office. */
export async function clientOf(server: Server, index: number, retries: number): Promise<Client> {
  const credential = server.credentials.credentials[index];
  if (!credential) throw new Error('no such credential');
  const key = { ...credential, privateKey: await importPrivateKey(credential.privateKeyPem, credential.alg) };
  return createClient({ baseUrl: server.api, key, now: () => server.now(), retries });
}

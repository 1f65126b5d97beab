/** Cold starts, one process each, of several candidates in turn: noise of the machine hits all of them alike. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from './events.ts';
import { median } from './numbers.ts';
import type { World } from './world.ts';

export interface Candidate {
  readonly name: string;
  /** The bundle. */
  readonly file: string;
  readonly call: Call;
}

export interface ColdStart {
  /** Import and first invocation, milliseconds. */
  readonly wallMs: number;
  /** CPU of the whole process for the same, milliseconds. */
  readonly cpuMs: number;
  readonly importMs: number;
  /** Resident memory after the first invocation, bytes. */
  readonly rss: number;
}

interface Said {
  readonly importMs: number;
  readonly firstMs: number;
  readonly cpuMs: number;
  readonly rss: number;
  readonly answer: unknown;
}

const INVOKE = join(import.meta.dirname, 'invoke.mjs');

/** Medians over `rounds` starts of each candidate, by name. */
export async function coldStarts(
  world: World,
  candidates: readonly Candidate[],
  rounds: number,
): Promise<Map<string, ColdStart>> {
  const seen = new Map<string, Said[]>(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Another order in every round, so that nobody always comes after the same neighbour.
    for (let i = 0; i < candidates.length; i += 1) {
      const candidate = candidates[(i + round) % candidates.length] as Candidate;
      const said = await start(world, candidate);
      mustBeDone(candidate, said.answer);
      seen.get(candidate.name)?.push(said);
    }
  }
  return new Map([...seen].map(([name, all]) => [name, mediansOf(all)]));
}

function mediansOf(all: readonly Said[]): ColdStart {
  return {
    wallMs: median(all.map(({ importMs, firstMs }) => importMs + firstMs)),
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    importMs: median(all.map(({ importMs }) => importMs)),
    rss: median(all.map(({ rss }) => rss)),
  };
}

async function start(world: World, { name, file, call }: Candidate): Promise<Said> {
  const eventFile = join(world.folder, 'event.json');
  writeFileSync(eventFile, JSON.stringify(await call.event()));
  const child = spawn(process.execPath, [INVOKE, file, eventFile, String(world.ahead())], {
    env: world.environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [out, errors, said] = await Promise.all([child.stdout, child.stderr, child.stdio[3]].map(textOf));
  if (!said) throw new Error(`${name} did not answer: ${errors}${out}`);
  return JSON.parse(said) as Said;
}

async function textOf(stream: unknown): Promise<string> {
  let text = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

function mustBeDone({ name, call }: Candidate, answer: unknown): void {
  const { statusCode = 0 } = (answer ?? {}) as { statusCode?: number };
  if (statusCode !== call.status) throw new Error(`${name} answers ${JSON.stringify(answer)}`);
}

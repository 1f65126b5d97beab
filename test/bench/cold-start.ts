/** Cold starts, one process each, of several candidates in turn: noise of the machine hits all of them alike. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from './events.ts';
import { median } from './numbers.ts';
import type { World } from './world.ts';

export interface Candidate {
  readonly name: string;
  /** What the runtime loads. */
  readonly file: string;
  readonly call: Call;
}

/** Milliseconds of CPU of the whole process, all its threads. */
export interface ColdStart {
  /** Loading the module, and all that it awaits. */
  readonly initMs: number;
  readonly firstMs: number;
  readonly secondMs: number;
  /** What a till waits for, as CPU: {@link feltOf}. */
  readonly feltMs: number;
  /** Loading and the first invocation, by the clock on the wall. */
  readonly wallMs: number;
  /** Resident memory after the first invocation, bytes. */
  readonly rss: number;
}

/** An invocation has 0.29 of a processor at 512 MB; loading has a whole one. */
const THROTTLE = 3.4;
const feltOf = (initMs: number, firstMs: number) => initMs + THROTTLE * firstMs;

interface Said {
  readonly initMs: number;
  readonly initWallMs: number;
  readonly calls: readonly { readonly ms: number; readonly wallMs: number; readonly answer: unknown }[];
  readonly rss: number;
}

const INVOKE = join(import.meta.dirname, 'invoke.mjs');

/** Medians over `rounds` starts of each candidate, by name. `environment`: what the functions find there. */
export async function coldStarts(
  world: World,
  environment: NodeJS.ProcessEnv,
  candidates: readonly Candidate[],
  rounds: number,
): Promise<Map<string, ColdStart>> {
  const seen = new Map<string, Said[]>(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Another order in every round, so that no candidate always comes after the same neighbour.
    for (let i = 0; i < candidates.length; i += 1) {
      const candidate = candidates[(i + round) % candidates.length] as Candidate;
      const said = await start(world, environment, candidate);
      for (const { answer } of said.calls) mustBeDone(candidate, answer);
      seen.get(candidate.name)?.push(said);
    }
  }
  return new Map([...seen].map(([name, all]) => [name, mediansOf(all)]));
}

function mediansOf(all: readonly Said[]): ColdStart {
  const of = (value: (said: Said) => number | undefined) => median(all.map((said) => value(said) ?? Number.NaN));
  return {
    initMs: of(({ initMs }) => initMs),
    firstMs: of(({ calls }) => calls[0]?.ms),
    secondMs: of(({ calls }) => calls[1]?.ms),
    feltMs: of(({ initMs, calls }) => feltOf(initMs, calls[0]?.ms ?? Number.NaN)),
    wallMs: of(({ initWallMs, calls }) => initWallMs + (calls[0]?.wallMs ?? Number.NaN)),
    rss: of(({ rss }) => rss),
  };
}

async function start(world: World, env: NodeJS.ProcessEnv, { name, file, call }: Candidate): Promise<Said> {
  const eventsFile = join(world.folder, 'events.json');
  writeFileSync(eventsFile, JSON.stringify([await call.event(), await call.event()]));
  const child = spawn(process.execPath, [INVOKE, file, eventsFile, String(world.ahead())], {
    env,
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

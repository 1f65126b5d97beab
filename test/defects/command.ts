/** The generated defects as `npm run sim -- --defects` asks for them. */
import { execFileSync } from 'node:child_process';
import { ROOT } from './areas.ts';
import { type Found, findAll, type Hunt, tableOf } from './find-all.ts';

interface Values {
  readonly histories: string;
  readonly workers?: string | undefined;
  readonly only?: string | undefined;
  readonly slice?: string | undefined;
  readonly since?: string | undefined;
  readonly record: boolean;
  readonly known: boolean;
  readonly 'simulation-only': boolean;
}

export interface GeneratedReport {
  readonly planted: number;
  readonly bySimulation: number;
  readonly byTest: number;
  readonly missed: readonly string[];
}

export async function findGenerated(values: Values): Promise<GeneratedReport> {
  const { record, known, histories } = values;
  const hunt: Hunt = {
    histories: Number(histories),
    workers: Number(values.workers ?? 2),
    record,
    known,
    simulationOnly: values['simulation-only'],
    ...partOf(values),
  };
  const found = await findAll(hunt);
  console.error(tableOf(found));
  const of = (who: Found['by']) => found.filter(({ by }) => by === who);
  const missed = of('neither').map(({ name }) => name);
  return { planted: found.length, bySimulation: of('simulation').length, byTest: of('test').length, missed };
}

function partOf({ only, slice, since }: Values): Pick<Hunt, 'only' | 'slice'> {
  const [part = 0, of = 1] = slice?.split('/').map(Number) ?? [];
  if (only !== undefined) return { only: (name) => name.includes(only), slice: { part, of } };
  if (since === undefined) return { slice: { part, of } };
  const changed = execFileSync('git', ['diff', '--name-only', since], { cwd: ROOT, encoding: 'utf8' }).split('\n');
  return { only: (name) => changed.includes(name.split(' ')[0] ?? ''), slice: { part, of } };
}

/** Plants each defect in a copy of the code and lets the simulation find it there. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFECTS, type Defect } from './planted.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = join(ROOT, '.local', 'defects');
/** Histories that a defect gets to show itself. */
const SCHEDULES = 10_000;
const ABREAST = 2;

export interface DefectReport {
  planted: number;
  killed: number;
  survivors: string[];
  /** Copies that ended without playing: a defect that does not fit the code any more, or a copy that lacks a file. */
  broken: string[];
}

export async function killDefects(): Promise<DefectReport> {
  const report: DefectReport = { planted: DEFECTS.length, killed: 0, survivors: [], broken: [] };
  await mustPlay();
  const queue = [...DEFECTS.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [i, defect] = next;
      const { seed, crash } = defect.tests
        ? await showTests(defect, defect.tests, i)
        : await playCopy(plant(defect, join(FOLDER, String(i))), SCHEDULES, defect.inChannels ? ['--channels'] : []);
      if (seed !== undefined) report.killed += 1;
      else if (crash !== undefined) report.broken.push(defect.name);
      else report.survivors.push(defect.name);
      const what = seed !== undefined ? 'killed  ' : crash !== undefined ? 'BROKEN  ' : 'SURVIVED';
      console.error(`${what} ${defect.name}: ${seed ?? crash ?? ''}`);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  rmSync(FOLDER, { recursive: true, force: true });
  return report;
}

function plant(defect: Defect, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin', 'local'), { recursive: true });
  const simulators = ['alipay-simulator', 'antom-simulator'].map((name) => join('bin', 'local', name));
  for (const part of ['functions', ...simulators, join('test', 'simulation')])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of defect.edits) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (text.split(from).length !== 2)
      throw new Error(`${defect.name}: its text stands ${text.split(from).length - 1} times in ${file}`);
    writeFileSync(
      join(folder, file),
      text.replace(from, () => to),
    );
  }
  return folder;
}

/** A copy that does not play without a defect would neither find one nor say so. @throws Error then */
async function mustPlay(): Promise<void> {
  const { seed, crash } = await playCopy(plant({ name: 'nothing', edits: [] }, join(FOLDER, 'nothing')), 1);
  if (seed !== undefined || crash !== undefined) throw new Error(`nothing is planted, and ${seed ?? crash}`);
}

/** What the tests say of a defect: the first that fails. */
async function showTests(
  defect: Defect,
  tests: readonly string[],
  i: number,
): Promise<{ seed?: string; crash?: string }> {
  // Loaded when it is asked for: a copy with a planted defect has only the simulation.
  const [{ Field }, { findByTests }] = await Promise.all([
    import('../../defects/plant.ts'),
    import('../../defects/hunt.ts'),
  ]);
  const field = new Field(1_000 + i);
  field.plant(
    defect.edits.map(({ file, from, to }) => ({ file, change: (text: string) => text.replace(from, () => to) })),
  );
  const found = await findByTests(field.folder, tests, 'all').catch((error: Error) => ({ crash: error.message }));
  field.remove();
  if (typeof found === 'object') return found;
  return found === undefined ? {} : { seed: found };
}

/** The first violation that the simulation of the copy finds, or how it ended before it could play. */
export async function playCopy(
  folder: string,
  schedules: number,
  more: readonly string[] = [],
): Promise<{ seed?: string; crash?: string }> {
  const script = join(folder, 'test', 'simulation', 'cli.ts');
  const words = [script, '--schedules', String(schedules), '--stop-at-first', ...more];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [told, said] = ['', ''];
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  const seed = /^seed \d+: .*$/m.exec(said)?.[0];
  if (seed !== undefined) return { seed };
  // A run that has come to its end reports what it has played.
  return told.includes('"schedules"') ? {} : { crash: /^\w*Error.*$/m.exec(said)?.[0] ?? said.slice(0, 200) };
}

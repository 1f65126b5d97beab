/** Plants each defect in a copy of the code and lets the simulation find it there. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFECTS, type Defect } from './planted.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, '.local', 'defects');
/** Histories that a defect gets to show itself. */
const SCHEDULES = 10_000;
const ABREAST = 2;

export interface DefectReport {
  planted: number;
  killed: number;
  survivors: string[];
}

export async function killDefects(): Promise<DefectReport> {
  const report: DefectReport = { planted: DEFECTS.length, killed: 0, survivors: [] };
  const queue = [...DEFECTS.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [i, defect] = next;
      const found = await play(plant(defect, join(FOLDER, String(i))));
      if (found) report.killed += 1;
      else report.survivors.push(defect.name);
      console.error(`${found ? 'killed  ' : 'SURVIVED'} ${defect.name}${found ? `: ${found}` : ''}`);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  rmSync(FOLDER, { recursive: true, force: true });
  return report;
}

function plant(defect: Defect, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin', 'local'), { recursive: true });
  for (const part of ['functions', join('bin', 'local', 'alipay-simulator'), join('test', 'simulation')])
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

/** What the simulation says of the copy: its first violation, if it finds one. */
async function play(folder: string): Promise<string | undefined> {
  const words = [join(folder, 'test', 'simulation', 'cli.ts'), '--schedules', String(SCHEDULES), '--stop-at-first'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return /^seed \d+: .*$/m.exec(said)?.[0];
}

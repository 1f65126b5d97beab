/**
 * Plants the sample and tells which found what: the simulation, or a test by its name. What found a defect the last time stands
 * in record.json and is tried first, so that a run takes minutes. `record` asks everything anew, the simulation first, and
 * writes the record.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AREA_NAMES, ROOT } from './areas.ts';
import type { Generated } from './generate.ts';
import { findBySimulation, findByTests } from './hunt.ts';
import { type Change, Field } from './plant.ts';
import { reachedByHistories, reachedByTests } from './reach.ts';
import { sample } from './sample.ts';

/** Of the test files that reach a defect, the quickest: so many are tried before so many more, and then all the others. */
const STEPS = [5, 20, Number.POSITIVE_INFINITY];
const RECORD = join(ROOT, 'test', 'defects', 'record.json');

export interface Hunt {
  /** Histories that a defect gets to show itself. */
  readonly histories: number;
  /** Only defects with such a name. */
  readonly only?: ((name: string) => boolean) | undefined;
  /** Only each so manieth of the sample, counted from `part`. */
  readonly slice?: { readonly part: number; readonly of: number } | undefined;
  /** Without the tests. */
  readonly simulationOnly?: boolean | undefined;
  readonly record?: boolean | undefined;
  /** Defects that are planted at the same time. */
  readonly workers: number;
  /** Only what stands in the record. */
  readonly known?: boolean | undefined;
}

export interface Found {
  readonly name: string;
  readonly area: Generated['area'];
  readonly by: 'simulation' | 'test' | 'neither';
  /** The seed and what was violated, or the test's file and name. */
  readonly what?: string;
  /** How many of the histories come by its place, where they were asked. */
  readonly reached?: number;
}

type Findings = Map<string, Found>;
type Find = (folder: string, defect: Generated) => Promise<Omit<Found, 'name' | 'area'>>;

export async function findAll(hunt: Hunt): Promise<Found[]> {
  const { part, of } = hunt.slice ?? { part: 0, of: 1 };
  const record = readRecord();
  // Of what is known, the simulation alone is shown what it has found.
  const isKnown = (what: string | undefined) =>
    what !== undefined && !(hunt.simulationOnly && what.startsWith('test/'));
  const isWanted = ({ name }: Generated) => (hunt.only?.(name) ?? true) && (!hunt.known || isKnown(record.get(name)));
  const defects = sample().filter((defect, i) => isWanted(defect) && i % of === part % of);
  const fields = Array.from({ length: hunt.workers }, (_, n) => new Field(n));
  const found: Findings = new Map();
  const missed = () => defects.filter(({ name }) => (found.get(name)?.by ?? 'neither') === 'neither');
  await mustPlay(fields);
  const isByTest = ({ name }: Generated) => record.get(name)?.startsWith('test/') === true;
  const asked = defects.filter((it) => record.has(it.name) && !(hunt.simulationOnly && isByTest(it)));
  if (!hunt.record) await askRecord(fields, asked, record, found);
  await askSimulation(fields, missed(), { histories: hunt.histories, record }, found);
  if (hunt.record && !hunt.simulationOnly) await askRecord(fields, missed().filter(isByTest), record, found);
  if (!hunt.simulationOnly)
    for (const scope of ['quick', 'slow'] as const) await askTests(fields, missed(), scope, found);
  for (const field of fields) field.remove();
  const all = defects.flatMap(({ name }) => found.get(name) ?? []);
  if (hunt.record) writeRecord(all, hunt.simulationOnly === true);
  return all;
}

/** Plants each in one of the fields, and notes what `find` says of it. */
async function plantEach(fields: readonly Field[], defects: readonly Generated[], find: Find, found: Findings) {
  const queue = [...defects];
  const work = async (field: Field) => {
    for (let defect = queue.shift(); defect; defect = queue.shift()) {
      const { name, area } = defect;
      field.plant([changeOf(defect)]);
      const it = { ...found.get(name), name, area, ...(await find(field.folder, defect)) };
      field.clear();
      found.set(name, it);
      tell(it);
      keep([...found.values()]);
    }
  };
  await Promise.all(fields.map(work));
}

export function changeOf({ name, file, start, end, to }: Generated): Change {
  const change = (text: string) => {
    if (end > text.length) throw new Error(`${name}: its place is not in ${file}`);
    return text.slice(0, start) + to + text.slice(end);
  };
  return { file, change };
}

async function askRecord(
  fields: readonly Field[],
  defects: readonly Generated[],
  record: ReadonlyMap<string, string>,
  found: Findings,
) {
  const find: Find = async (folder, { name }) => {
    const what = record.get(name) ?? '';
    if (what.startsWith('test/')) return by('test', await findByTests(folder, [what.split(' > ')[0] ?? ''], 'all'));
    return by('simulation', await findBySimulation(folder, [seedOf(what)]));
  };
  await plantEach(fields, defects, find, found);
}

/** One that ends every history, or does not let it begin, was found by the first. */
const seedOf = (what: string) => Number(/^seed (\d+):/.exec(what)?.[1] ?? 1);

/** What does not play without a defect would seem to find every one. @throws Error if it says anything */
async function mustPlay(fields: readonly Field[]): Promise<void> {
  for (const { folder } of fields) {
    const said = await findBySimulation(folder, [1]);
    if (said !== undefined) throw new Error(`nothing is planted, and ${said}`);
  }
}

async function askSimulation(
  fields: readonly Field[],
  defects: readonly Generated[],
  { histories, record }: { histories: number; record: ReadonlyMap<string, string> },
  found: Findings,
) {
  const [first] = fields;
  if (!first || defects.length === 0) return;
  const seedsOf = await reachedByHistories(first, defects, histories);
  await plantEach(
    fields,
    defects,
    async (folder, defect) => {
      const what = record.get(defect.name) ?? '';
      const seeds = seedsOf.get(defects.indexOf(defect)) ?? [];
      // What found it the last time finds it soonest.
      const all = what.startsWith('seed ') ? [seedOf(what), ...seeds] : seeds;
      return { ...by('simulation', await findBySimulation(folder, all)), reached: seeds.length };
    },
    found,
  );
}

/** Shows each to the tests that reach it; the quickest of them first. */
async function askTests(
  fields: readonly Field[],
  defects: readonly Generated[],
  scope: 'quick' | 'slow',
  found: Findings,
) {
  const [first] = fields;
  if (!first || defects.length === 0) return;
  const filesOf = await reachedByTests(first, defects, scope);
  await plantEach(
    fields,
    defects,
    async (folder, defect) => {
      const files = filesOf.get(defects.indexOf(defect)) ?? [];
      for (const [i, to] of STEPS.entries()) {
        const what = await findByTests(folder, files.slice(STEPS[i - 1] ?? 0, to), scope);
        if (what !== undefined) return by('test', what);
      }
      return by('test', undefined);
    },
    found,
  );
}

const by = (who: 'simulation' | 'test', what: string | undefined) =>
  what === undefined ? ({ by: 'neither' } as const) : ({ by: who, what } as const);

function tell({ name, by, what, reached }: Found): void {
  const histories = reached === undefined ? '' : ` (${reached} histories come by it)`;
  console.error(`${by === 'neither' ? 'missed' : `found by ${by}`}: ${name}${histories}${what ? `\n    ${what}` : ''}`);
}

function readRecord(): Map<string, string> {
  return new Map(Object.entries(JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, string>));
}

/** Where no test was asked, what tests have found before stands. */
function writeRecord(found: readonly Found[], keepsTests: boolean): void {
  const record = readRecord();
  for (const { name, what } of found)
    if (what !== undefined) record.set(name, what);
    else if (!keepsTests || !record.get(name)?.startsWith('test/')) record.delete(name);
  const lines = [...record].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(RECORD, `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`);
}

/** By area: how many were planted, and what found them. */
export function tableOf(found: readonly Found[]): string {
  const row = (name: string, its: readonly Found[]) => {
    const count = (who: Found['by']) => its.filter((it) => it.by === who).length;
    return `| ${name} | ${its.length} | ${count('simulation')} | ${count('test')} | ${count('neither')} |`;
  };
  const areas = AREA_NAMES.map((name) =>
    row(
      name,
      found.filter(({ area }) => area === name),
    ),
  );
  return [
    '| area | planted | simulation | a test | neither |',
    '|---|---|---|---|---|',
    ...areas,
    row('all', found),
  ].join('\n');
}

/** For whoever reads a run that was stopped. */
function keep(found: readonly Found[]): void {
  mkdirSync(join(ROOT, '.local'), { recursive: true });
  writeFileSync(join(ROOT, '.local', 'found-defects.json'), JSON.stringify(found, null, 1));
}

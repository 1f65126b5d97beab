/**
 * `npm run mutate`: small faults are put into all that runs, one at a time, and the tests must notice. What was tried is
 * kept by file, so that a run that was stopped goes on where it was; a file that was changed is tried again.
 *   --only TEXT      only areas or files with this in their name
 *   --since REV      only lines that were changed since then, and nothing is kept: for a change, in minutes
 *   --minutes N      begins nothing more after that, and says what was not tried
 *   --report         runs nothing: the table by area, and what is below the mark
 *   --again          what is kept does not count
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, type Source, sources } from './areas.ts';
import { rangesOf } from './changed.ts';
import { below, EACH, table, WHOLE, wholeScore } from './report.ts';
import { hashOf, keep, kept, type Result, resultsIn, score } from './results.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    since: { type: 'string' },
    minutes: { type: 'string' },
    report: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
  },
});

const REPORT = join(ROOT, '.mutation', 'report.json');
/** Lines of source in one run of Stryker: so much is lost when a run is stopped. */
const LINES_MAX = 150;
const endsAt = Date.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;

/** What one run of Stryker mutates: files of one area, whole or in some of their lines. */
interface Slice {
  readonly sources: readonly Source[];
  readonly patterns: readonly string[];
}

function wanted(): Source[] {
  const { only } = values;
  return sources().filter(({ file, area }) => only === undefined || file.includes(only) || area.name === only);
}

function slices(all: readonly Source[]): Slice[] {
  return [...Map.groupBy(all, ({ area }) => area)].flatMap(([, its]) => {
    const groups: Source[][] = [];
    let room = 0;
    for (const source of its) {
      const lines = source.text.split('\n').length;
      if (lines > room) groups.push([]);
      room = (lines > room ? LINES_MAX : room) - lines;
      groups.at(-1)?.push(source);
    }
    return groups.map((group) => ({ sources: group, patterns: group.map(({ file }) => file) }));
  });
}

/** Lines that were changed since `rev`, file by file: the smallest change first. */
function changedSlices(rev: string): Slice[] {
  const diff = execFileSync('git', ['diff', '--unified=0', '--no-color', rev, '--', 'functions', 'lib', 'bin', 'web'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const changed = wanted().flatMap((source) => {
    const patterns = rangesOf(diff, source.file).map(([from, to]) => `${source.file}:${from}-${to}`);
    return patterns.length > 0 ? [{ sources: [source], patterns }] : [];
  });
  return changed.toSorted((a, b) => a.patterns.length - b.patterns.length);
}

/** The results of one run; nothing, if it was stopped when the time was over. */
async function mutate({ sources: its, patterns }: Slice): Promise<Result[] | undefined> {
  rmSync(REPORT, { force: true });
  const env = {
    ...process.env,
    TILLGATE_MUTATE: JSON.stringify(patterns),
    TILLGATE_MUTATE_TESTS: JSON.stringify(its[0]?.area.tests ?? []),
  };
  const stryker = join(ROOT, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const child = spawn(process.execPath, [stryker, 'run'], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const timer = Number.isFinite(endsAt)
    ? setTimeout(() => child.kill('SIGINT'), Math.max(0, endsAt - Date.now()))
    : undefined;
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (!existsSync(REPORT)) {
    if (Date.now() >= endsAt) return undefined;
    throw new Error(`Stryker ended with ${code} and without a report: ${patterns.join(' ')}`);
  }
  const hashes = new Map(its.map((source) => [source.file, hashOf(source)]));
  const day = new Date().toISOString().slice(0, 10);
  return resultsIn(JSON.parse(readFileSync(REPORT, 'utf8')), (file) => hashes.get(file) ?? '', day);
}

async function main(): Promise<void> {
  const results = kept();
  const isKnown = (source: Source) => !values.again && results.get(source.file)?.hash === hashOf(source);
  const todo = values.since === undefined ? slices(wanted().filter((it) => !isKnown(it))) : changedSlices(values.since);
  const untried: string[] = [];
  const tried: Result[] = [];
  for (const slice of values.report ? [] : todo) {
    const its = Date.now() < endsAt ? await mutate(slice) : undefined;
    if (its === undefined) untried.push(...slice.patterns);
    else if (values.since === undefined) keep(its);
    for (const it of its ?? [])
      console.log(`${it.file}: ${score(it).toFixed(1)} % of ${it.noticed + it.unnoticed.length}`);
    tried.push(...(its ?? []));
  }
  if (untried.length > 0) console.log(`\nnot tried, for want of time: ${untried.join(' ')}`);
  const judged = values.since === undefined ? [...kept().values()] : tried;
  // Of a few changed lines, one that cannot be noticed is no sign.
  const bad = below(values.since === undefined ? judged : judged.filter(({ unnoticed }) => unnoticed.length > 1));
  if (values.since === undefined) console.log(`\n${table()}`);
  if (bad.length > 0) console.log(`\nbelow ${EACH} %:\n${bad.join('\n')}`);
  const whole = wholeScore(judged);
  console.log(`\nnoticed: ${whole.toFixed(1)} %`);
  if (bad.length > 0 || (values.since === undefined && whole < WHOLE)) process.exitCode = 1;
}

await main();

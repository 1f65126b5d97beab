/**
 * `npm run sim`: plays histories and judges them. Ends with one line of JSON.
 *   --schedules N --seed S --workers W   N histories from seed S on, on W processes
 *   --schedules N --seed S --channels    of these, those in which a merchant sells by several channels
 *   --seed S --trace                     one history: its story, and the item before and after
 *   --seed S --shrink                    which fault classes a failing history needs
 *   --kills single|pairs [--workers W]   flows without faults, killed at every point, or at every pair of points
 *   --defects [--workers W]              planted faults: each must be found, by a history or by a test. Of the generated ones
 *     --histories N --only TEXT --slice I/N --since REV   how many histories, and which defects: by name, a part, by changed files
 *     --record                           asks all anew, the simulation first, and writes test/defects/record.json
 *     --known                            only those in the record
 *     --written                          only those that people wrote
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { FAULT_NAMES, type FaultName } from './adversary/faults.ts';
import { hasChannels } from './channels.ts';
import { killDefects } from './defects/defects.ts';
import { type Outcome, playHistory } from './history.ts';
import { type KillReport, killEverywhere } from './kills.ts';

// A stack for every refused request costs a third of the time, and nobody reads it.
Error.stackTraceLimit = 0;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string' },
    trace: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    kills: { type: 'string' },
    part: { type: 'string', default: '0' },
    of: { type: 'string', default: '1' },
    defects: { type: 'boolean', default: false },
    written: { type: 'boolean', default: false },
    histories: { type: 'string', default: '1000' },
    only: { type: 'string' },
    slice: { type: 'string' },
    since: { type: 'string' },
    record: { type: 'boolean', default: false },
    known: { type: 'boolean', default: false },
    'simulation-only': { type: 'boolean', default: false },
    'stop-at-first': { type: 'boolean', default: false },
    channels: { type: 'boolean', default: false },
  },
});

/** A defect breaks thousands of histories; a few of them are enough to find it. */
const TOLD_MAX = 20;

interface Report {
  schedules: number;
  violations: number;
  seeds: number[];
  faults: Record<string, number>;
  transitions: Record<string, number>;
  /** What was looked at. */
  looks: Record<string, number>;
}

async function play(from: number, count: number): Promise<Report> {
  const report: Report = { schedules: 0, violations: 0, seeds: [], faults: {}, transitions: {}, looks: {} };
  for (let seed = from; seed < from + count; seed += 1) {
    if (values.channels && !hasChannels(seed)) continue;
    const outcome = await playHistory({ seed });
    add(report, outcome);
    if (outcome.violation === undefined) continue;
    if (report.violations <= TOLD_MAX) console.error(`seed ${seed}: ${outcome.violation}`);
    if (values['stop-at-first']) break;
  }
  return report;
}

function add(report: Report, { seed, violation, met }: Outcome): void {
  report.schedules += 1;
  if (violation !== undefined) {
    report.violations += 1;
    if (report.seeds.length < TOLD_MAX) report.seeds.push(seed);
  }
  for (const [name, count] of met) {
    const [kind, rest = ''] = name.split(' ');
    if (kind === 'move') report.transitions[rest] = (report.transitions[rest] ?? 0) + count;
    else if (kind === 'look') report.looks[rest] = (report.looks[rest] ?? 0) + count;
    else if (kind !== 'metric') report.faults[name] = (report.faults[name] ?? 0) + count;
  }
}

async function playOn(workers: number, from: number, count: number): Promise<Report> {
  if (workers <= 1) return play(from, count);
  const share = Math.ceil(count / workers);
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, i) =>
      child<Report>([
        ...['--seed', String(from + i * share), '--schedules', String(Math.min(share, count - i * share))],
        ...(values.channels ? ['--channels'] : []),
      ]),
    ),
  );
  const sum = (a: Record<string, number>, b: Record<string, number>) =>
    Object.fromEntries(
      [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]),
    );
  return parts.reduce((a, b) => ({
    schedules: a.schedules + b.schedules,
    violations: a.violations + b.violations,
    seeds: [...a.seeds, ...b.seeds],
    faults: sum(a.faults, b.faults),
    transitions: sum(a.transitions, b.transitions),
    looks: sum(a.looks, b.looks),
  }));
}

/** The points of every flow are dealt out to the processes. */
async function killOn(workers: number, mode: 'single' | 'pairs'): Promise<KillReport> {
  if (workers <= 1) return killEverywhere(mode, { part: Number(values.part), of: Number(values.of) });
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, part) =>
      child<KillReport>(['--kills', mode, '--part', String(part), '--of', String(workers)]),
    ),
  );
  return parts.reduce(({ flows, points, pairs, violations }, more) => ({
    flows,
    points,
    pairs: pairs + more.pairs,
    violations: violations + more.violations,
  }));
}

async function child<R>(words: string[]): Promise<R> {
  const process_ = spawn(process.execPath, [import.meta.filename, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  process_.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await new Promise((resolve) => process_.once('close', resolve));
  const last = out.trim().split('\n').at(-1);
  if (!last) throw new Error(`a worker ended without a word: ${words.join(' ')}`);
  return JSON.parse(last) as R;
}

async function trace(seed: number): Promise<void> {
  const { story, faults, items, violation, digest } = await playHistory({ seed });
  console.log(story.slice(-200).join('\n'));
  console.log(JSON.stringify({ seed, digest, violation: violation ?? null, faults, items }, null, 1));
}

/** Leaves out one fault class after the other while the history still goes wrong. */
async function shrink(seed: number): Promise<void> {
  const without = new Set<FaultName>();
  if ((await playHistory({ seed })).violation === undefined) {
    console.log(JSON.stringify({ seed, violation: null, needs: [] }));
    return;
  }
  for (const name of FAULT_NAMES) {
    without.add(name);
    if ((await playHistory({ seed, without })).violation === undefined) without.delete(name);
  }
  const { violation } = await playHistory({ seed, without });
  console.log(
    JSON.stringify({ seed, violation: violation ?? null, needs: FAULT_NAMES.filter((name) => !without.has(name)) }),
  );
}

/** Loaded when it is asked for: a copy with a planted defect has only the simulation. */
async function byRule() {
  const { findGenerated } = await import('../defects/command.ts');
  return findGenerated(values);
}

async function main(): Promise<void> {
  const seed = Number(values.seed);
  const workers = Number(values.workers ?? 1);
  if (values.trace) return trace(seed);
  if (values.shrink) return shrink(seed);
  if (values.defects) {
    const generated = values.written ? { missed: [] } : await byRule();
    // A part of the generated ones is asked for: the written ones are none of it.
    const isPart = values.only ?? values.since ?? values.record;
    const written = isPart ? undefined : await killDefects();
    console.log(JSON.stringify({ ...written, generated }));
    const { survivors = [], broken = [] } = written ?? {};
    process.exitCode = survivors.length + broken.length + generated.missed.length > 0 ? 1 : 0;
    return;
  }
  if (values.kills === 'single' || values.kills === 'pairs') {
    const result = await killOn(workers, values.kills);
    console.log(JSON.stringify(result));
    process.exitCode = result.violations > 0 ? 1 : 0;
    return;
  }
  const began = performance.now();
  const report = await playOn(workers, seed, Number(values.schedules));
  const minutes = (performance.now() - began) / 60_000;
  console.log(JSON.stringify({ ...report, schedulesPerMinute: Math.round(report.schedules / minutes) }));
  process.exitCode = report.violations > 0 ? 1 : 0;
}

await main();

/** What a million paid orders cost on AWS, by the price table in prices.json, beside the usual design. Nothing is measured here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { round } from './numbers.ts';

interface Step {
  readonly cpuMs: number;
  readonly tableCalls: number;
  readonly channelCalls: number;
}

interface Design {
  readonly api: 'httpApi' | 'restApi';
  readonly writeUnits: number;
  /** Polls not counted. */
  readonly readUnits: number;
  readonly logBytesPerRequest: number;
  readonly sweepsPerMinute: number;
  readonly sweepReadUnits: number;
  readonly sweepMs: number;
  readonly create: Step;
  readonly poll: Step;
  readonly notification: Step;
}

export type Numbers = Readonly<Record<string, number>>;

export interface PriceTable {
  readonly prices: Numbers;
  readonly assumed: Numbers;
  readonly largestDay: Numbers;
  readonly ours: Design;
  readonly usual: Design;
}

export interface CostLine {
  readonly what: string;
  readonly ours: number;
  readonly usual: number;
}

export interface CostReport {
  readonly cost: { readonly usdPerMillionPaid: number; readonly usualUsdPerMillionPaid: number };
  readonly lines: readonly CostLine[];
}

const MILLION = 1_000_000;
const GB = 1e9;

export function priceTable(): PriceTable {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8'));
}

export function costBench(table = priceTable()): CostReport {
  const ours = linesOf(table, table.ours);
  const usual = linesOf(table, table.usual);
  const lines = Object.keys(ours).map((what) => ({ what, ours: ours[what] ?? 0, usual: usual[what] ?? 0 }));
  const sum = (of: 'ours' | 'usual') => round(lines.reduce((total, line) => total + line[of], 0));
  return { cost: { usdPerMillionPaid: sum('ours'), usualUsdPerMillionPaid: sum('usual') }, lines };
}

/** US dollars for a million orders, paid, billed, and polled for until they were. */
function linesOf({ prices, assumed }: PriceTable, design: Design): Record<string, number> {
  const price = named('prices', prices);
  const assume = named('assumed', assumed);
  const polls = assume('pollsPerOrder');
  const requests = 2 + polls;
  const sweeps = assume('days') * 24 * 60 * design.sweepsPerMinute;
  const seconds = (step: Step) => secondsOf(step, assume);
  const busy =
    (seconds(design.create) + polls * seconds(design.poll) + seconds(design.notification)) * MILLION +
    (sweeps * design.sweepMs) / 1_000;
  const reads =
    (design.readUnits + polls + requests * assume('directoryReadsPerRequest')) * MILLION +
    sweeps * design.sweepReadUnits;
  const writes = (design.writeUnits + assume('statementWriteUnitsPerOrder')) * MILLION;
  const calls = design.create.channelCalls + polls * design.poll.channelCalls;
  const gbOf = (bytes: number) => (bytes * MILLION) / GB;
  return {
    API: requests * price(`${design.api}PerMillion`),
    'function calls': (requests + sweeps / MILLION) * price('lambdaPerMillion'),
    'function time': busy * (assume('memoryMb') / 1_024) * price('lambdaArmPerGbSecond'),
    writes: (writes / MILLION) * price('writeUnitsPerMillion'),
    reads: (reads / MILLION) * price('readUnitsPerMillion'),
    'storage, one month': gbOf(assume('itemBytes')) * (price('storagePerGbMonth') + price('backupPerGbMonth')),
    logs: gbOf(requests * (design.logBytesPerRequest + assume('accessLogBytes'))) * price('logsPerGb'),
    transfer: gbOf(requests * assume('answerBytes') + calls * assume('channelCallBytes')) * price('transferOutPerGb'),
  };
}

/** How long an invocation lasts that does nothing but this. */
export function secondsOf(step: Step, assume: (name: string) => number): number {
  const share = assume('memoryMb') / assume('vcpuAtMb');
  const waiting = step.tableCalls * assume('tableCallMs') + step.channelCalls * assume('channelCallMs');
  return (step.cpuMs / share + waiting) / 1_000;
}

/** @throws Error that names what is missing in the table */
export function named(where: string, numbers: Numbers): (name: string) => number {
  return (name) => {
    const value = numbers[name];
    if (typeof value !== 'number' || !(value >= 0)) throw new Error(`prices.json: ${where}.${name} is no price`);
    return value;
  };
}

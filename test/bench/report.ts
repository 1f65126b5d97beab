/** The benchmark's results as tables for a person; Markdown, so that they can be pasted into docs/performance.md as they are. */
import type { ColdReport } from './cold.ts';
import type { CostReport } from './cost.ts';
import type { Growth } from './growth.ts';
import type { LargestDay } from './largest-day.ts';
import type { Requests, UnitsReport } from './units.ts';
import type { WarmReport } from './warm.ts';

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line), ''].join('\n');
}

const ms = (value: number) => value.toFixed(1);
const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(0);
const kilobytes = (bytes: number) => Math.round(bytes / 1_000).toLocaleString('en');

export function coldTable({ rows, cold, bundles, rssRatio, empty }: ColdReport): string {
  const lines = rows.map(({ name, stack, bytes, initMs, firstMs, secondMs, feltMs, wallMs, rss }) => [
    name,
    stack,
    kilobytes(bytes),
    ...[initMs, firstMs, secondMs, feltMs, wallMs].map(ms),
    megabytes(rss),
  ]);
  const ratios = Object.entries(cold).map(([name, { felt, first }]) => [
    name,
    felt.overBefore,
    felt.overUsual ?? '',
    felt.overFloor,
    first.overBefore,
    first.overUsual ?? '',
  ]);
  return [
    'Cold start, ms of CPU: INIT, first and second invocation, and what is felt of them = INIT + 3.4 x first',
    '',
    table(['function', 'stack', 'KB', 'INIT', 'first', 'second', 'felt', 'wall ms', 'RSS MB'], lines),
    table(['ours', 'felt / before', '/ usual', '/ floor', 'first / before', '/ usual'], ratios),
    `An empty handler: felt ${ms(empty.feltMs)} ms, ${megabytes(empty.rss)} MB. Largest function: ${rssRatio} x that memory.`,
    `Bundles: the largest ${kilobytes(bundles.largestBytes)} KB, all ${kilobytes(bundles.totalBytes)} KB.`,
    '',
  ].join('\n');
}

export function warmTable({ costs, signUs, verifyUs }: WarmReport): string {
  const lines = Object.entries(costs).map(([name, { ours, parts, floor, usual, express }]) => {
    // A notification is verified and nothing is signed; everything else signs once.
    const [unit, us] = name === 'alipayNotification' ? ['verification', verifyUs] : ['signature', signUs];
    const inUnits = [floor, ours, usual, express].map((cost) => (cost === undefined ? '' : (cost / us).toFixed(1)));
    return [name, ms(parts / 1_000), ms(ours / 1_000), (ours / parts).toFixed(2), unit, ...inUnits];
  });
  return [
    'Warm: CPU per request, and the same in RSA-2048 signatures or verifications',
    '',
    table(['request', 'parts ms', 'ours ms', 'x parts', 'in', 'floor', 'ours', 'usual', 'express'], lines),
    `One RSA-2048 signature takes ${(signUs / 1_000).toFixed(2)} ms of CPU here, one verification ${(verifyUs / 1_000).toFixed(3)} ms.`,
    '',
  ].join('\n');
}

export function unitsTable({ units }: UnitsReport): string {
  const lines = Object.entries(units).map(([name, { write, read }]) => [name, write, read]);
  return ['Units per life of an order', '', table(['life', 'write units', 'read units'], lines)].join('\n');
}

export function requestsTable(requests: readonly Requests[]): string {
  const lines = requests.map(({ operation, reads, writes, queries, channel }) => [
    operation,
    reads,
    writes,
    queries,
    channel,
  ]);
  return [
    'Requests per call',
    '',
    table(['endpoint', 'table reads', 'table writes', 'index queries', 'channel calls'], lines),
  ].join('\n');
}

export function costTable({ lines, cost }: CostReport): string {
  const rows = lines.map(({ what, ours, usual }) => [what, ours.toFixed(2), usual.toFixed(2)]);
  const sum = ['together', cost.usdPerMillionPaid.toFixed(2), cost.usualUsdPerMillionPaid.toFixed(2)];
  return ['A million paid orders, US dollars', '', table(['', 'ours', 'usual'], [...rows, sum])].join('\n');
}

export function largestDayTable({ lines, drains }: LargestDay): string {
  return [
    'The largest day',
    '',
    table(['', 'per second, unless it says otherwise'], lines),
    'The sweep in virtual time, CPU aside',
    '',
    table(
      ['shards', 'orders closed a second', 'fullest shard over the mean'],
      drains.map(({ shards, perSecond, skew }) => [shards, Math.round(perSecond).toLocaleString('en'), skew]),
    ),
  ].join('\n');
}

export function growthTable(rows: readonly Growth[]): string {
  const names = Object.keys(rows[0]?.units ?? {});
  const unitsOf = (name: string) =>
    rows.map(({ units }) => {
      const taken = units?.[name];
      return taken ? `${taken.write} · ${taken.read + taken.query}` : 'the same items';
    });
  const cpu = (name: 'sealMs' | 'statementMs') => rows.map((row) => row[name]?.toFixed(3) ?? '');
  return [
    'What one more order costs: write · read units, indexes included; milliseconds of CPU',
    '',
    table(
      ['orders there already', ...rows.map(({ orders }) => orders.toLocaleString('en'))],
      [
        ...names.map((name) => [name, ...unitsOf(name)]),
        ['sealing it, ms', ...cpu('sealMs')],
        ['its line and CSV, ms', ...cpu('statementMs')],
      ],
    ),
  ].join('\n');
}

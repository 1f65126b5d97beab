/**
 * Gathers the facts of a merchant's day in the order of their lines. A common day is sorted in memory. A large one is
 * kept in sorted runs, stored like a statement's own chunks, and merged: memory holds one run, or one chunk of each, and
 * what is read is not read again by the next sweep, even if this one was killed.
 *
 * A fact that the index nominates only after its place was passed is not gathered. It stays unposted, and comes late.
 */

import type { Deadline } from '../deadlines.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { unpostedShards } from '../order/orders.ts';
import { chunksOf } from './chunks.ts';
import type { StatementServices } from './context.ts';
import { compact } from './forms.ts';
import type { Gathering } from './gathering.ts';
import { compareMovements, type Movement, movementsOf } from './lines.ts';

type Gatherer = Pick<StatementServices, 'now' | 'log' | 'metrics' | 'orders' | 'statements'>;

/** Lines that are sorted in memory, and the most that one run of a day has: about 20 MB. */
const RUN_LINES = 20_000;

export interface Gathered {
  /** Nothing of it is stored if the day is small. */
  readonly kept: Gathering | undefined;
  /** All movements, sorted, in pieces; each fact once; to be read once. */
  readonly movements: AsyncIterable<readonly Movement[]>;
}

/** `undefined`: time is up, or another run is faster. What was gathered is kept. */
export async function gather(
  services: Gatherer,
  merchant: Merchant,
  day: string,
  deadline: Deadline,
  runLines = RUN_LINES,
): Promise<Gathered | undefined> {
  const { merchantId } = merchant;
  let kept = await services.statements.gathering(merchantId, day);
  const places = new Map<number, string | null | undefined>(
    unpostedShards.map((shard) => [shard, kept?.places[shard]]),
  );
  let fresh: Movement[] = [];
  const withoutTerms: string[] = [];
  while ([...places.values()].some((place) => place !== null)) {
    const open = [...places].flatMap(([shard, place]) => (place === null ? [] : [{ shard, cursor: place }]));
    const pages = await Promise.all(
      open.map(({ shard, cursor }) => services.orders.unpostedPage(merchantId, shard, cursor ?? undefined)),
    );
    for (const [i, { orders, cursor }] of pages.entries()) {
      places.set(open[i]?.shard ?? -1, cursor ?? null);
      for (const order of orders) {
        const its = movementsOf(order, merchant, day);
        fresh.push(...its.movements);
        if (its.withoutTerms > 0) withoutTerms.push(order.orderId);
      }
    }
    const isLate = services.now() > deadline.endsAt;
    if (!isLate && fresh.length < runLines) continue;
    kept = await keep(services, { merchantId, day, kept, places, fresh });
    fresh = [];
    if (isLate || !kept) return undefined;
  }
  reportWithoutTerms(services, { merchantId, day }, withoutTerms);
  return { kept, movements: merged(services, kept?.runs ?? [], fresh.sort(compareMovements)) };
}

interface Progress {
  readonly merchantId: string;
  readonly day: string;
  readonly kept: Gathering | undefined;
  readonly places: ReadonlyMap<number, string | null | undefined>;
  readonly fresh: Movement[];
}

/** Stores a run and how far the index was read. `undefined`: another run has gone on from the same place. */
async function keep(services: Gatherer, progress: Progress): Promise<Gathering | undefined> {
  const { merchantId, day, kept, places, fresh } = progress;
  const chunks = chunksOf(fresh.sort(compareMovements).map(compact));
  await services.statements.writeChunks(chunks);
  const run = chunks.length > 0 ? [{ chunks: chunks.map(({ hash }) => hash) }] : [];
  return services.statements.keepGathering(merchantId, day, kept, {
    places: unpostedShards.map((shard) => places.get(shard) ?? null), // each was read in this round at the latest
    runs: [...(kept?.runs ?? []), ...run],
    written: 0,
  });
}

function reportWithoutTerms(
  services: Gatherer,
  of: { merchantId: string; day: string },
  orderIds: readonly string[],
): void {
  const [orderId] = orderIds;
  if (orderId === undefined) return;
  services.metrics.count('statementFailures');
  services.log.error('fee_agreement_missing', {
    ...of,
    orderId,
    count: orderIds.length,
  });
}

/** A run, as far as it is in memory. */
interface Source {
  readonly unread: string[];
  rows: readonly Movement[];
}

/** What lies below the smallest end of what each run has in memory is complete: it is taken, sorted, and given away. */
async function* merged(
  services: Gatherer,
  runs: Gathering['runs'],
  fresh: readonly Movement[],
): AsyncGenerator<readonly Movement[]> {
  let sources: Source[] = [
    ...runs.map(({ chunks }) => ({ unread: [...chunks], rows: [] })),
    { unread: [], rows: fresh },
  ];
  for (;;) {
    await Promise.all(
      sources.map(async (source) => {
        const next = source.rows.length === 0 && source.unread.shift();
        if (next) source.rows = await services.statements.movements(next);
      }),
    );
    sources = sources.filter(({ rows }) => rows.length > 0);
    const ends = sources.flatMap(({ unread, rows }) => (unread.length > 0 ? (rows.at(-1) ?? []) : []));
    const end = ends.reduce<Movement | undefined>(
      (least, it) => (least && compareMovements(least, it) < 0 ? least : it),
      undefined,
    );
    const complete = sources.map((source) => {
      const count = end ? countUpTo(source.rows, end) : source.rows.length;
      const taken = source.rows.slice(0, count);
      source.rows = source.rows.slice(count);
      return taken;
    });
    const rows = complete.flat().sort(compareMovements);
    // Two runs that overlap may both have gathered a fact. Equal ones are never in different pieces.
    yield rows.filter((row, i) => i === 0 || compareMovements(rows[i - 1] as Movement, row) !== 0);
    if (!end) return;
  }
}

/** How many of `rows`, which are sorted, are not behind `end`. */
function countUpTo(rows: readonly Movement[], end: Movement): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && compareMovements(row, end) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

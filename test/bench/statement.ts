/**
 * What a statement of a large merchant-day costs, measured against what cannot be avoided: parsing the pages that the
 * table answers. `npx node test/bench/statement.ts --orders 1000000 --json`
 *
 * Counted as parsing: `JSON.parse` of a BatchGetItem answer of 100 orders, from its bytes, and the document client's own
 * `unmarshall` of each item. The SDK's walk over the response, HTTP and signing are left out: they would only flatter us.
 * Counted as building, by the code that seals: which facts become lines, their fees, sorting, the runs that are put aside
 * and merged, chunks and hashes, totals; and the CSV of all lines. `ratioToParse` is building / parsing, in CPU of the whole
 * process, garbage collection included, page by page in one run: both see the same machine. Making the pages up, and the
 * file that stands in for the table, are not counted.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { orderIdOf } from '../../functions/ids.ts';
import type { Order } from '../../functions/order/order.ts';
import { csvHeader, csvRows, lineColumns } from '../../functions/statement/export/csv.ts';
import { gather } from '../../functions/statement/gather.ts';
import { lineView } from '../../functions/statement/lines.ts';
import { StatementMaker } from '../../functions/statement/statement.ts';
import { Statements } from '../../functions/statement/statements.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { type Item, STATEMENTS, type Table } from '../../functions/table/table.ts';
import { HOUR } from '../../functions/time.ts';
import { aMerchant, aSale, refundedAt } from '../statement/shop.ts';
import { NOON, orderAfter } from '../support/orders.ts';

/** lib-dynamodb's own, which is not ours to import. */
const ofLibrary = createRequire(import.meta.resolve('@aws-sdk/lib-dynamodb'));
const { marshall, unmarshall } = ofLibrary('@aws-sdk/util-dynamodb') as {
  marshall(item: object, options: object): object;
  unmarshall(item: object): Order;
};

export interface StatementCost {
  readonly orders: number;
  /** CPU of building over CPU of parsing. */
  readonly ratioToParse: number;
  readonly lines: number;
  /** Milliseconds of CPU. */
  readonly parseMs: number;
  readonly buildMs: number;
  /** What the process held beyond what it began with, at most. */
  readonly peakMb: number;
  readonly csvMb: number;
}

const SHARDS = 4;
const PAGE = 100;
/** One order in so many has a refund. */
const REFUND_EVERY = 25;
const merchant = aMerchant();
const DAY = '2026-03-01';

export async function statementBench(options: { orders: number }): Promise<StatementCost> {
  const uncounted = new Stopwatch();
  const parsing = new Stopwatch();
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-bench-'));
  const file = openSync(join(folder, 'chunks'), 'w+');
  try {
    const perShard = Math.ceil(options.orders / SHARDS);
    const pages = pageMaker();
    pages(0, 1);
    const startMb = process.memoryUsage().rss / 1e6;
    let peakMb = startMb;
    const began = process.cpuUsage();
    const orders = {
      async unpostedPage(_: string, shard: number, cursor = '0') {
        const from = Number(cursor);
        const count = Math.min(PAGE, perShard - from);
        const bytes = uncounted.run(() => pages(shard * perShard + from, count));
        peakMb = Math.max(peakMb, process.memoryUsage().rss / 1e6);
        const parsed = parsing.run((): Order[] =>
          JSON.parse(bytes.toString()).Responses.Orders.map((item: object) => unmarshall(item)),
        );
        return { orders: parsed, cursor: from + count < perShard ? String(from + count) : undefined };
      },
    };
    const statements = new Statements(fileTable(file, uncounted));
    const cost = await build(orders, statements);
    const { user, system } = process.cpuUsage(began);
    const buildMs = (user + system) / 1000 - uncounted.ms - parsing.ms;
    return {
      orders: perShard * SHARDS,
      ratioToParse: round(buildMs / parsing.ms),
      ...cost,
      parseMs: Math.round(parsing.ms),
      buildMs: Math.round(buildMs),
      peakMb: Math.round(peakMb - startMb),
    };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** The statement and its CSV, as the seal and the API make them. */
async function build(
  orders: Parameters<typeof gather>[0]['orders'] | { unpostedPage: unknown },
  statements: Statements,
): Promise<{ lines: number; csvMb: number }> {
  const log = { info() {}, warn() {}, error: console.error };
  const services = { now: () => NOON, log, metrics: { count() {}, publish() {} }, statements, orders };
  const gathered = await gather(services as Parameters<typeof gather>[0], merchant, DAY, { endsAt: NOON + HOUR });
  if (!gathered) throw new Error('the day was not gathered');
  const maker = new StatementMaker();
  const columns = lineColumns(merchant.zone);
  let lineNo = 0;
  let csvBytes = csvHeader(columns).length;
  for await (const movements of gathered.movements) {
    await statements.writeChunks(movements.flatMap((movement) => maker.add(movement) ?? []));
    const rows = movements.map((movement) => {
      lineNo += 1;
      return lineView({ lineNo, ...movement });
    });
    csvBytes += Buffer.from(csvRows(columns, rows)).length;
  }
  const frame = { merchantId: merchant.id, day: DAY, zone: merchant.zone, sealedAt: NOON, previousHash: null };
  const { statement, chunks } = maker.finish(frame);
  await statements.seal(statement, chunks);
  return { lines: statement.lineCount, csvMb: Math.round(csvBytes / 1e6) };
}

/** Answers of BatchGetItem, as bytes: a thousand different merchant's numbers, amounts and times, and some refunds. */
function pageMaker(): (first: number, count: number) => Buffer {
  const { order, payment } = aSale(merchant, { no: 'NUMBER', paidAt: NOON + 1_000, amount: 987_654 });
  const { orderId } = order;
  const code = { type: 'code_given', n: 1, payload: 'https://qr.alipay.com/bax08161abcdefghijk12345' } as const;
  const paid = orderAfter(order, [code, NOON + 500], [payment, NOON + 1_000]);
  const texts = [paid, refundedAt(paid, 'back-1', 500, NOON + HOUR)].map((it) => {
    const indexed = { ...it, dayKey: `${merchant.id}#main#${DAY}`, unpostedKey: `${merchant.id}#1` };
    return JSON.stringify(marshall(indexed, { removeUndefinedValues: true }));
  });
  return (first, count) => {
    const items = Array.from({ length: count }, (_, i) => {
      const n = first + i;
      const no = `20260301-${n % 40}-${n}`;
      return String(texts[n % REFUND_EVERY === 0 ? 1 : 0])
        .replaceAll('NUMBER', no)
        .replaceAll(orderId, orderIdOf(merchant.id, no))
        .replaceAll('987654', String(1_000 + ((n * 7_919) % 100_000)))
        .replaceAll(String(NOON + 1_000), String(NOON + 1_000 + ((n * 104_729) % (8 * HOUR))))
        .replaceAll('"main"', `"store-${n % 20}"`);
    });
    return Buffer.from(`{"Responses":{"Orders":[${items.join(',')}]},"UnprocessedKeys":{}}`);
  };
}

/** Chunks go to a file, so that memory shows what the statement takes; everything else is small. */
function fileTable(file: number, watch: Stopwatch): Table {
  const small = new MemoryTable(STATEMENTS);
  const places = new Map<string, { at: number; length: number }>();
  let end = 0;
  return {
    get: async (id) => {
      const place = places.get(id);
      if (!place) return small.get(id);
      const text = watch.run(() => {
        const bytes = Buffer.alloc(place.length);
        readSync(file, bytes, 0, place.length, place.at);
        return bytes.toString();
      });
      return { id, text };
    },
    getMany: (ids) => small.getMany(ids),
    create: async (item: Item) => {
      if (typeof item.text !== 'string') return small.create(item);
      const bytes = watch.run(() => Buffer.from(String(item.text)));
      watch.run(() => writeSync(file, bytes, 0, bytes.length, end));
      places.set(String(item.id), { at: end, length: bytes.length });
      end += bytes.length;
      return true;
    },
    replace: (item, seen) => small.replace(item, seen),
    query: (query) => small.query(query),
  };
}

/** CPU of what it runs. */
class Stopwatch {
  ms = 0;

  run<T>(work: () => T): T {
    const began = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(began);
    this.ms += (user + system) / 1000;
    return result;
  }
}

const round = (ratio: number) => Math.round(ratio * 1000) / 1000;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { orders: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false } },
  });
  const statement = await statementBench({ orders: Number(values.orders) });
  if (!values.json) console.log(statement);
  console.log(JSON.stringify({ statement }));
}

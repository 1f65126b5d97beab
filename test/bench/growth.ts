/**
 * How the cost of one more order grows with the orders that are there already: units on a DynamoDB that counts, CPU of
 * sealing and printing the day that they lie in. `npm run bench -- growth`
 */
import { BatchWriteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { listOrders } from '../../functions/api/list-orders.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { businessDay, SECOND } from '../../functions/time.ts';
import { type Bench, openBench, type Units } from '../support/bench.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { type Life, lives, unitsOf } from './lives.ts';
import { sealBench } from './seal.ts';
import { statementBench } from './statement.ts';

export interface Growth {
  /** Orders of the same shop and day that are there. */
  readonly orders: number;
  /** Units of one more life, by its name, and of what the shop and the schedule ask; absent where no engine was filled. */
  readonly units?: Readonly<Record<string, Units>>;
  /** Milliseconds of CPU an order: the whole seal on tables in memory, and the statement with its CSV alone. */
  readonly sealMs?: number;
  readonly statementMs: number;
}

/** How many orders there are, and what is measured with so many. */
interface Size {
  readonly orders: number;
  readonly filled: boolean;
  readonly sealed: boolean;
}

const ZONE = 'Asia/Shanghai';

export const ALL: readonly Size[] = [
  { orders: 1_000, filled: true, sealed: true },
  { orders: 10_000, filled: true, sealed: true },
  { orders: 100_000, filled: true, sealed: true },
  { orders: 1_000_000, filled: false, sealed: false },
];
export const SHORT = ALL.slice(0, 1);

const LIVES: readonly Life[] = lives.filter(({ name }) =>
  ['paidAndPosted', 'closedUnscanned', 'refundedNextDay', 'lateAndRefunded'].includes(name),
);

/** Needs Java, for DynamoDB Local. */
export async function growthBench(sizes: readonly Size[]): Promise<Growth[]> {
  const engine = await openEngine('dynamodb-local');
  try {
    const bench = await openBench(engine);
    const rows: Growth[] = [];
    for (const { orders, filled, sealed } of sizes) {
      if (filled) await fill(engine, bench, orders);
      const { buildMs } = await statementBench({ orders });
      rows.push({
        orders,
        ...(filled && { units: await unitsNow(bench) }),
        ...(sealed && { sealMs: (await sealBench(orders)).cpuMsPerOrder }),
        statementMs: buildMs / orders,
      });
    }
    await bench.stop();
    return rows;
  } finally {
    await engine.stop();
  }
}

async function unitsNow(bench: Bench): Promise<Record<string, Units>> {
  const units: Record<string, Units> = {};
  bench.takeUnits();
  await sweep(bench.services);
  units['a sweep with nothing due'] = bench.takeUnits();
  const { services, caller } = bench;
  const page = await listOrders(services, {
    params: {},
    query: { limit: 100 },
    body: undefined,
    caller,
    deadline: { endsAt: bench.now() + 12 * SECOND },
  });
  const { data } = page.body as { data: unknown[] };
  if (data.length !== 100) throw new Error('the day has a hundred orders');
  units['a page of 100 orders'] = bench.takeUnits();
  for (const life of LIVES) units[life.text] = await unitsOf(life, bench);
  return units;
}

const BATCH = 25;

/** Lives one order, and copies it under other ids until there are `count`: of the same shop, store and business day as the next. */
async function fill({ client }: TestEngine, bench: Bench, count: number): Promise<void> {
  const [life] = LIVES;
  if (!life) throw new Error('there is a life');
  const { orderId } = await life.live(bench);
  const table = bench.ordersTable;
  const { Item: item } = await client.send(new GetItemCommand({ TableName: table, Key: { orderId: { S: orderId } } }));
  const text = JSON.stringify(item).replaceAll(String(item?.day?.S), businessDay(bench.now(), ZONE));
  for (let from = 0; from < count; from += BATCH) {
    const requests = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => ({
      PutRequest: { Item: JSON.parse(text.replaceAll(orderId, `ord_${count}x${from + i}`)) },
    }));
    const put = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    if (Object.keys(put.UnprocessedItems ?? {}).length > 0) throw new Error('DynamoDB Local takes what it is given');
  }
}

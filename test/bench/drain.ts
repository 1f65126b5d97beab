/**
 * The sweep in virtual time: the real function, on tables and a channel that answer after the time that they take in AWS, and
 * a backlog that no minute can work off. What is measured is how many orders a second it closes, by shards and groups; the
 * CPU that this takes is not in it.
 */
import type { Channel } from '../../functions/channel/channel.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { type Order, statusOf } from '../../functions/order/order.ts';
import { RateLimiter, SWEEP_PER_SECOND } from '../../functions/rate-limiter.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, type Item, type Page, type Query, STATEMENTS, type Table } from '../../functions/table/table.ts';
import { HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { World } from '../simulation/world/world.ts';
import { alipayAlone, alipaysUrlAlone } from '../support/alipay-alone.ts';
import { anOrder, NOON } from '../support/orders.ts';

export interface DrainPlan {
  readonly shards: number;
  /** How many there were when the orders were written, if fewer. */
  readonly shardsBefore?: number;
  readonly groups: number;
  /** Of each group; what a deployment has if it says nothing, if absent. */
  readonly perSecond?: number;
  /** Orders that nobody paid and whose codes are over. */
  readonly backlog: number;
  /** Virtual time. */
  readonly ms: number;
  readonly tableMs: number;
  readonly channelMs: number;
}

export interface Drained {
  readonly closed: number;
  readonly perSecond: number;
  /** Calls to the channel in the busiest second. */
  readonly mostCalls: number;
  /** Orders in the fullest shard over the mean. */
  readonly skew: number;
}

export async function drain(plan: DrainPlan): Promise<Drained> {
  const world = new World(1, NOON + HOUR);
  const later = <T>(ms: number, work: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      world.in(ms, () => {
        work().then(resolve, reject);
      });
    });
  const table = new DueTable();
  const tables = {
    orders: slow(table, (work) => later(plan.tableMs, work)),
    directory: new MemoryTable(DIRECTORY),
    statements: slow(new MemoryTable(STATEMENTS), (work) => later(plan.tableMs, work)),
  };
  const stores = () => storesOf(tables, () => world.now, { orders: plan.shards, statements: 16 });
  await fill(table, plan);
  const skew = table.fullest() / (plan.backlog / plan.shards);
  const absent = { kind: 'absent' } as const;
  const calls = new Map<number, number>();
  const query = () => {
    const second = Math.floor(world.now / SECOND);
    calls.set(second, (calls.get(second) ?? 0) + 1);
    return later(plan.channelMs, async () => absent);
  };
  const channel = { query } as unknown as Channel;
  const silent = () => {};
  const instance = (): Services => ({
    ...stores(),
    now: () => world.now,
    log: { info: silent, warn: silent, error: (message, fields) => fail(message, fields) },
    metrics: { count: silent, publish: silent },
    channels: alipayAlone(channel),
    notifyUrls: alipaysUrlAlone(''),
    authorities: new Set(),
    statementDelay: 30 * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(
      plan.perSecond ?? SWEEP_PER_SECOND,
      () => world.now,
      (ms) => later(ms, async () => {}),
    ),
  });
  for (let group = 0; group < plan.groups; group += 1) void sweep(instance(), { group, of: plan.groups });
  await world.runUntil(NOON + HOUR + plan.ms);
  const closed = table.closed();
  return { closed, perSecond: closed / (plan.ms / SECOND), mostCalls: Math.max(...calls.values()), skew };
}

function fail(message: string, fields: unknown): never {
  throw new Error(`${message} ${JSON.stringify(fields)}`);
}

async function fill(table: DueTable, { backlog, shards, shardsBefore = shards }: DrainPlan): Promise<void> {
  const { orders } = storesOf(
    { orders: table, directory: new MemoryTable(DIRECTORY), statements: new MemoryTable(STATEMENTS) },
    () => NOON,
    { orders: shardsBefore, statements: 16 },
  );
  const model = anOrder();
  for (let i = 0; i < backlog; i += 1) {
    const {
      orderId: _,
      schema: __,
      version: ___,
      updatedAt: ____,
      payments: _____,
      refunds: ______,
      ...request
    } = model;
    await orders.create({ ...request, request: { ...request.request, merchantOrderNo: `due-${i}` } });
  }
}

/** Every call of it takes its time. */
function slow(table: Table, taking: <T>(work: () => Promise<T>) => Promise<T>): Table {
  return {
    get: (key) => taking(() => table.get(key)),
    getMany: (keys) => taking(() => table.getMany(keys)),
    create: (item) => taking(() => table.create(item)),
    replace: (item, seen) => taking(() => table.replace(item, seen)),
    query: (query) => taking(() => table.query(query)),
  };
}

/** Orders by their due shard, first come, first served; more than a table that sorts at every query could hold. */
class DueTable implements Table {
  private readonly items = new Map<string, Item>();
  private readonly shards = new Map<string, Set<string>>();

  async get(key: string): Promise<Item | undefined> {
    return this.items.get(key);
  }

  async getMany(keys: readonly string[]): Promise<Item[]> {
    return keys.map((key) => this.items.get(key)).filter((item) => item !== undefined);
  }

  async create(item: Item): Promise<boolean> {
    if (this.items.has(String(item.orderId))) return false;
    this.keep(item);
    return true;
  }

  async replace(item: Item, seen: number): Promise<boolean> {
    if (this.items.get(String(item.orderId))?.version !== seen) return false;
    this.keep(item);
    return true;
  }

  async query({ partition, limit }: Query): Promise<Page> {
    const keys: string[] = [];
    for (const key of this.shards.get(partition) ?? []) if (keys.push(key) === limit) break;
    return { keys, cursor: undefined };
  }

  fullest(): number {
    return Math.max(...[...this.shards.values()].map(({ size }) => size));
  }

  closed(): number {
    return [...this.items.values()].filter((item) => statusOf(item as unknown as Order) === 'closed').length;
  }

  private keep(item: Item): void {
    const key = String(item.orderId);
    const before = this.items.get(key)?.dueShard;
    if (before !== undefined) this.shards.get(String(before))?.delete(key);
    this.items.set(key, item);
    if (item.dueShard === undefined) return;
    const shard = String(item.dueShard);
    this.shards.set(shard, (this.shards.get(shard) ?? new Set()).add(key));
  }
}

/** The functions' cores on real tables and the real channel, without HTTP in front: for tests that count what they do. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { type Identity, secretOf, seed } from '../../bin/local/seed.ts';
import { createAlipayChannel } from '../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Caller } from '../../functions/http/caller.ts';
import type { Reply } from '../../functions/http/reply.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { RateLimiter, SWEEP_PER_SECOND } from '../../functions/rate-limiter.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS, type Table } from '../../functions/table/table.ts';
import type { LogFields, MetricName } from '../../functions/telemetry.ts';
import { clock, MINUTE } from '../../functions/time.ts';
import { alipayAlone, alipaysUrlAlone } from './alipay-alone.ts';
import { look } from './canary.ts';
import type { TestEngine } from './engine.ts';
import { NOON } from './orders.ts';
import { sharedIdentity } from './shared.ts';

/** Capacity units, indexes included; only DynamoDB Local counts them. */
export interface Units {
  readonly write: number;
  /** Items read by their key, strongly consistent. */
  readonly read: number;
  /** Indexes that were asked, which many orders share. */
  readonly query: number;
}

export interface Bench {
  readonly services: Services;
  readonly caller: Caller;
  readonly identity: Identity;
  readonly simulator: AlipaySimulator;
  readonly ordersTable: string;
  now(): number;
  pass(ms: number): void;
  wallet(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** What the orders table took since the last call. */
  takeUnits(): Units;
  /** How often this metric was counted. */
  counted(name: MetricName): number;
  /** Every error that was logged: its message and its fields. */
  readonly errors: readonly (LogFields & { readonly message: string })[];
  /** Changes the merchant whose till the caller is, and turns the clock past what is remembered of it. */
  changeMerchant(change: Partial<Merchant>): Promise<void>;
  /** The same services, for an invocation that is killed at its `nth` call of a table, after it took effect. */
  dying(nth: number): { services: Services; died(): boolean };
  /** Everything in the orders table, as it is stored. */
  orderItems(): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** The identity is one for many benches: making its keys takes longer than everything else. */
export async function openBench(engine: TestEngine): Promise<Bench> {
  const identity = await sharedIdentity();
  let now = NOON;
  let units = { write: 0, read: 0, query: 0 };
  const counts = new Map<MetricName, number>();
  const { alipay } = identity;
  const simulator = await startAlipaySimulator({
    port: 0,
    now: () => now,
    apps: [{ ...alipay, merchantName: '示范商店', ...identity.simulator }],
  });
  const orders = await engine.newTable(ORDERS);
  engine.watch(({ operation, table, units: taken }) => {
    if (table !== orders.name) return;
    if (operation === 'PutItem') units.write += taken;
    else if (operation === 'Query') units.query += taken;
    else units.read += taken;
  });
  const tables = {
    orders: orders.table,
    directory: (await engine.newTable(DIRECTORY)).table,
    statements: (await engine.newTable(STATEMENTS)).table,
  };
  const stores = storesOf(tables, () => now);
  await seed(identity, tables.directory, stores, now);
  const keys = async () => parseAlipaySecret(secretOf(identity));
  const gateway = createAlipayGateway({ url: `${simulator.url}/gateway.do`, keys, now: () => now });
  const note = (...said: unknown[]) => look('a log line', JSON.stringify(said));
  const errors: (LogFields & { readonly message: string })[] = [];
  const noteError = (message: string, fields: LogFields = {}) => {
    errors.push({ message, ...fields });
    console.error(message, fields);
  };
  const services: Services = {
    ...stores,
    now: () => now,
    log: { info: note, warn: note, error: noteError },
    metrics: {
      count: (name, value = 1) => {
        note(name, value);
        counts.set(name, (counts.get(name) ?? 0) + value);
      },
      publish: () => {},
    },
    channels: alipayAlone(createAlipayChannel({ gateway, keys, now: () => now })),
    notifyUrls: alipaysUrlAlone('http://127.0.0.1:9/nobody-listens'),
    authorities: new Set(),
    statementDelay: 30 * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(SWEEP_PER_SECOND, () => now, clock.wait),
  };
  const [key] = identity.keys;
  if (!key) throw new Error('the seed has a key');
  return {
    services,
    caller: {
      keyid: key.id,
      merchantId: key.merchantId,
      scopes: key.scopes,
      storeId: 'main',
      terminalId: key.terminalId ?? '',
    },
    identity,
    simulator,
    ordersTable: orders.name,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    async wallet(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${simulator.url}/wallet/${path}`, init)).json() as Promise<Record<string, unknown>>;
    },
    orderItems: async () =>
      (await engine.client.send(new ScanCommand({ TableName: orders.name, ConsistentRead: true }))).Items ?? [],
    counted: (name) => counts.get(name) ?? 0,
    errors,
    async changeMerchant(change) {
      const item = (await tables.directory.get(key.merchantId)) as (Item & Merchant) | undefined;
      if (!item) throw new Error('the seed has a merchant');
      await tables.directory.replace({ ...item, ...change, version: item.version + 1 }, item.version);
      now += 31_000;
    },
    dying(nth) {
      const life = { calls: 0 };
      const mortal = (table: Table) => killAt(table, life, nth);
      const all = { ...tables, orders: mortal(tables.orders), directory: mortal(tables.directory) };
      const mine = { ...services, ...storesOf(all, () => now), lastSynced: new Map() };
      return { services: mine, died: () => life.calls > nth };
    },
    takeUnits: () => {
      const taken = units;
      units = { write: 0, read: 0, query: 0 };
      return taken;
    },
    stop: () => simulator.stop(),
  };
}

/** A table whose `nth` call, counted over all that share `life`, takes effect and is never answered; nor is a later one. */
function killAt(table: Table, life: { calls: number }, nth: number): Table {
  const mortal = async <T>(call: () => Promise<T>): Promise<T> => {
    life.calls += 1;
    if (life.calls > nth + 1) throw new Error('killed');
    const answer = await call();
    if (life.calls === nth + 1) throw new Error('killed');
    return answer;
  };
  return {
    get: (key) => mortal(() => table.get(key)),
    getMany: (keys) => mortal(() => table.getMany(keys)),
    create: (item) => mortal(() => table.create(item)),
    replace: (item, seen) => mortal(() => table.replace(item, seen)),
    query: (query) => mortal(() => table.query(query)),
  };
}

export function orderOf(reply: Reply): OrderView {
  const body = reply.body as OrderView & { order?: OrderView };
  return body.order ?? body;
}

/** The functions' cores on real tables and the real channel, without HTTP in front: for tests that count what they do. */
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { type Identity, newIdentity, secretOf, seed } from '../../bin/local/seed.ts';
import { createAlipayChannel } from '../../functions/channel/alipay.ts';
import { createAlipayGateway, parseAlipaySecret } from '../../functions/channel/alipay-gateway.ts';
import type { OrderView } from '../../functions/http/answers.ts';
import type { Caller, Reply } from '../../functions/http/endpoint.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { DIRECTORY, ORDERS, STATEMENTS } from '../../functions/table.ts';
import { MINUTE } from '../../functions/time.ts';
import type { TestEngine } from './engine.ts';
import { NOON } from './orders.ts';

export interface Bench {
  readonly services: Services;
  readonly caller: Caller;
  readonly identity: Identity;
  readonly simulator: AlipaySimulator;
  now(): number;
  pass(ms: number): void;
  wallet(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Write units that the orders table took since the last call, indexes included; only DynamoDB Local counts them. */
  takeUnits(): number;
  /** Everything in the orders table, as it is stored. */
  orderItems(): Promise<unknown[]>;
  stop(): Promise<void>;
}

export async function openBench(engine: TestEngine): Promise<Bench> {
  let now = NOON;
  let units = 0;
  const identity = newIdentity();
  const { alipay } = identity;
  const simulator = await startAlipaySimulator({
    port: 0,
    now: () => now,
    apps: [{ ...alipay, merchantName: '示范商店', ...identity.simulator }],
  });
  const orders = await engine.newTable(ORDERS);
  countUnits(engine.client, orders.name, (taken) => {
    units += taken;
  });
  const tables = {
    orders: orders.table,
    directory: (await engine.newTable(DIRECTORY)).table,
    statements: (await engine.newTable(STATEMENTS)).table,
  };
  const stores = storesOf(tables, () => now);
  await seed(identity, tables.directory, stores.statements, now);
  const keys = async () => parseAlipaySecret(secretOf(identity));
  const gateway = createAlipayGateway({ url: `${simulator.url}/gateway.do`, keys, now: () => now });
  const silent = () => {};
  const services: Services = {
    ...stores,
    now: () => now,
    log: { info: silent, warn: silent, error: (message, fields) => console.error(message, fields) },
    metrics: { count: silent, publish: silent },
    channels: { alipay: createAlipayChannel({ gateway, keys, now: () => now }) },
    notifyUrls: { alipay: 'http://127.0.0.1:9/nobody-listens' },
    authorities: new Set(),
    statementDelay: 30 * MINUTE,
    lastAsked: new Map(),
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
    takeUnits: () => {
      const taken = units;
      units = 0;
      return taken;
    },
    stop: () => simulator.stop(),
  };
}

/** Asks for the consumed units of every write and reports them. */
function countUnits(client: DynamoDBClient, table: string, report: (units: number) => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as { TableName?: string; Item?: unknown; ReturnConsumedCapacity?: string };
      const counts = input.TableName === table && input.Item !== undefined;
      if (counts) input.ReturnConsumedCapacity = 'INDEXES';
      const result = await next(args);
      const output = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      if (counts) report(output.ConsumedCapacity?.CapacityUnits ?? 0);
      return result;
    },
    { step: 'initialize', name: 'countUnits' },
  );
}

export function orderOf(reply: Reply): OrderView {
  const body = reply.body as OrderView & { order?: OrderView };
  return body.order ?? body;
}

/** What is asked of tables and channel: units per life of an order on a DynamoDB that counts, requests per call of each endpoint. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { services } from '../../functions/services.ts';
import { openBench } from '../support/bench.ts';
import { openEngine } from '../support/engine.ts';
import { callsOf } from './events.ts';
import { lives, unitsOf } from './lives.ts';
import type { World } from './world.ts';

export interface LifeUnits {
  readonly write: number;
  readonly read: number;
}

export interface UnitsReport {
  /** Units of the orders table, by life. */
  readonly units: Readonly<Record<string, LifeUnits>>;
  /** Lives that cost more than the design allows. */
  readonly over: readonly string[];
}

/** Needs Java, for DynamoDB Local. */
export async function unitsBench(): Promise<UnitsReport> {
  const engine = await openEngine('dynamodb-local');
  try {
    const bench = await openBench(engine);
    const units: Record<string, LifeUnits> = {};
    const over: string[] = [];
    for (const life of lives) {
      const { write, read } = await unitsOf(life, bench);
      units[life.name] = { write, read };
      if (write > life.budget) over.push(`${life.name}: ${write} write units, ${life.budget} are allowed`);
    }
    await bench.stop();
    return { units, over };
  } finally {
    await engine.stop();
  }
}

/** Requests that one call of an endpoint sends. */
export interface Requests {
  readonly operation: OperationName;
  readonly reads: number;
  readonly writes: number;
  readonly queries: number;
  readonly channel: number;
}

/** Counts what a warm instance sends, on the wire, for one usual call of each endpoint. */
export async function requestsPerCall(world: World): Promise<Requests[]> {
  const calls = callsOf(world);
  const rows: Requests[] = [];
  for (const operation of Object.keys(contract) as OperationName[]) {
    const { handler } = (await import(
      pathToFileURL(join(import.meta.dirname, '..', '..', 'functions', contract[operation].entry)).href
    )) as { handler(event: unknown, context: object): Promise<{ statusCode: number }> };
    const once = async () => {
      const event = await calls[operation].event();
      // Another instance would not know that this one has just asked.
      services().lastSynced.clear();
      const counter = new WireCounter();
      const { statusCode } = await handler(event, {});
      const counts = counter.stop();
      if (statusCode !== calls[operation].status) throw new Error(`${operation} answers ${statusCode}`);
      return counts;
    };
    // The first call also reads what is kept for thirty seconds: the key, the merchant, the channel's health.
    await once();
    rows.push({ operation, ...(await once()) });
  }
  return rows;
}

const KINDS = { GetItem: 'reads', BatchGetItem: 'reads', PutItem: 'writes', Query: 'queries' } as const;

/** Counts the requests that leave this process over node:http. */
class WireCounter {
  private readonly counts = { reads: 0, writes: 0, queries: 0, channel: 0 };
  private readonly heard = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    const target = String(request.getHeader('x-amz-target') ?? '');
    const kind = KINDS[target.replace('DynamoDB_20120810.', '') as keyof typeof KINDS];
    if (kind) this.counts[kind] += 1;
    else if (request.path.startsWith('/gateway.do')) this.counts.channel += 1;
  };

  constructor() {
    subscribe('http.client.request.start', this.heard);
  }

  stop() {
    unsubscribe('http.client.request.start', this.heard);
    return this.counts;
  }
}

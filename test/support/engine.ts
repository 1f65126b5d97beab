/** A DynamoDB engine for tests of the store, with the tables of the template. `TILLGATE_ENGINE` chooses which. */
import type { CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable, startEngine } from '../../bin/local/aws.ts';
import { documentsOf, dynamoClient } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import type { TableShape } from '../../functions/table/table.ts';

export interface TestEngine {
  readonly client: DynamoDBClient;
  /** A new, empty table of this shape. */
  newTable(shape: TableShape): Promise<{ table: DynamoTable; name: string }>;
  /** Hears of every call of these tables, with the units that it consumed; only DynamoDB Local counts those of indexes. */
  watch(watcher: Watcher): void;
  stop(): Promise<void>;
}

export type Watcher = (call: {
  readonly operation: string;
  readonly table: string;
  /** An item is written, or read by its key, or an index is queried. */
  readonly units: number;
}) => void;

export const ENGINE = process.env.TILLGATE_ENGINE ?? 'dynalite';

export async function openEngine(engine = ENGINE): Promise<TestEngine> {
  const { endpoint, stop } = await startEngine(engine, undefined);
  const client = clientAt(endpoint);
  const watchers: Watcher[] = [];
  report(client, watchers);
  let made = 0;
  return {
    client,
    async newTable(shape) {
      const name = `table-${++made}`;
      await createTable(client, inputOf(name, shape));
      return { table: tableAt(client, name, shape), name };
    },
    watch: (watcher) => {
      watchers.push(watcher);
    },
    async stop() {
      client.destroy();
      await stop();
    },
  };
}

// A Java machine that has just started takes longer than any DynamoDB.
const PATIENCE_MS = 10_000;

/** The functions' own client, of an engine on this machine. */
function clientAt(endpoint: string): DynamoDBClient {
  return dynamoClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    timeoutMs: PATIENCE_MS,
  });
}

/** A table of an engine on this machine, called as the functions call it. `at`: the engine's address, or a client of it. */
export function tableAt(at: DynamoDBClient | string, name: string, shape: TableShape): DynamoTable {
  const client = typeof at === 'string' ? clientAt(at) : at;
  return new DynamoTable(documentsOf(client), name, shape, () => AbortSignal.timeout(3 * PATIENCE_MS));
}

interface Consumed {
  readonly TableName: string;
  readonly CapacityUnits?: number;
}

/** The calls of a table; none of them makes or describes one. */
const OF_ITEMS = /^(GetItem|BatchGetItem|PutItem|Query)Command$/;

function report(client: DynamoDBClient, watchers: readonly Watcher[]): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (watchers.length === 0 || !OF_ITEMS.test(commandName)) return next(args);
        const asked = await next({
          ...args,
          input: { ...args.input, ReturnConsumedCapacity: 'INDEXES' },
        } as typeof args);
        const told = (asked.output as { ConsumedCapacity?: Consumed | Consumed[] }).ConsumedCapacity;
        for (const { TableName, CapacityUnits = 0 } of told === undefined ? [] : [told].flat())
          for (const watch of watchers)
            watch({ operation: commandName.replace(/Command$/, ''), table: TableName, units: CapacityUnits });
        return asked;
      },
    { step: 'initialize', name: 'reportUnits' },
  );
}

export function inputOf(TableName: string, { key, indexes }: TableShape): CreateTableCommandInput {
  const types = new Map([[key, 'S' as const]] as [string, 'S' | 'N'][]);
  for (const { partition, sort, sortType } of Object.values(indexes)) types.set(partition, 'S').set(sort, sortType);
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, { partition, sort }]) => ({
      IndexName,
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        { AttributeName: sort, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  };
}

/** A DynamoDB engine for tests of the store, with the tables of the template. `TILLGATE_ENGINE` chooses which. */
import { type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable, startEngine } from '../../bin/local/aws.ts';
import { type AwsCall, awsCaller } from '../../functions/aws.ts';
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
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const watchers: Watcher[] = [];
  const call = watched(callsAt(endpoint), watchers);
  let made = 0;
  return {
    client,
    async newTable(shape) {
      const name = `table-${++made}`;
      await createTable(client, inputOf(name, shape));
      return { table: new DynamoTable(call, name, shape), name };
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

/** The functions' own calls, to an engine on this machine. */
export function callsAt(endpoint: string): AwsCall {
  return awsCaller({
    service: 'dynamodb',
    region: 'us-east-1',
    endpoint,
    credentials: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
    // A Java machine that has just started takes longer than any DynamoDB.
    timeoutMs: 10_000,
    tries: 3,
  });
}

interface Consumed {
  readonly TableName: string;
  readonly CapacityUnits?: number;
}

function watched(call: AwsCall, watchers: readonly Watcher[]): AwsCall {
  return async (operation, input) => {
    if (watchers.length === 0) return call(operation, input);
    const output = await call(operation, { ...input, ReturnConsumedCapacity: 'INDEXES' });
    const told = output.ConsumedCapacity as Consumed | Consumed[] | undefined;
    for (const { TableName, CapacityUnits = 0 } of told === undefined ? [] : [told].flat())
      for (const watch of watchers) watch({ operation, table: TableName, units: CapacityUnits });
    return output;
  };
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

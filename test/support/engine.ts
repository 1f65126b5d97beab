/** A DynamoDB engine for tests of the store, with the tables of the template. `TILLGATE_ENGINE` chooses which. */
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEngine } from '../../bin/local/aws.ts';
import type { TableShape } from '../../functions/table.ts';
import { DynamoTable } from '../../functions/table-dynamodb.ts';

export interface TestEngine {
  readonly client: DynamoDBClient;
  /** A new, empty table of this shape. */
  newTable(shape: TableShape): Promise<{ table: DynamoTable; name: string }>;
  stop(): Promise<void>;
}

export const ENGINE = process.env.TILLGATE_ENGINE ?? 'dynalite';

export async function openEngine(engine = ENGINE): Promise<TestEngine> {
  const { endpoint, stop } = await startEngine(engine, undefined);
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let made = 0;
  return {
    client,
    async newTable(shape) {
      const name = `table-${++made}`;
      await client.send(new CreateTableCommand(inputOf(name, shape)));
      return { table: new DynamoTable(client, name, shape), name };
    },
    async stop() {
      client.destroy();
      await stop();
    },
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

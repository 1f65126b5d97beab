/**
 * What a function will do, done once before its first event with a table that is not there: the code is loaded, compiled and
 * has run by then. The calls go through the whole SDK and end before the network, where nothing is sent and nothing answers
 * but `{}`.
 */
import { type AwsPlace, documentsOf, dynamoClient } from './sdk.ts';
import { DynamoTable } from './table/dynamodb.ts';
import { ORDERS } from './table/table.ts';

/** The operations of DynamoDB that a function may call, beside `GetItem`. */
export type Rehearsed = 'BatchGetItem' | 'PutItem' | 'Query';

const requestHandler = {
  handle: async () => ({ response: { statusCode: 200, headers: {}, body: new TextEncoder().encode('{}') } }),
};

export async function rehearse(place: AwsPlace, operations: readonly Rehearsed[]): Promise<void> {
  const table = new DynamoTable(documentsOf(dynamoClient({ ...place, requestHandler })), 'rehearsal', ORDERS);
  const run: Readonly<Record<Rehearsed, () => Promise<unknown>>> = {
    BatchGetItem: () => table.getMany(['none']),
    PutItem: () => table.replace({ orderId: 'none', version: 2, attempts: [{ n: 1, at: null }], open: true }, 1),
    Query: () => table.query({ index: 'due', partition: 'none', range: { to: 1 }, limit: 1 }),
  };
  await Promise.all(operations.map((operation) => run[operation]()));
}

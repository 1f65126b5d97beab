/** The table over the wire, on a day when DynamoDB refuses, is cut off, or answers what nobody hears. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { close, type Engine, listen, startEngine } from '../../bin/local/aws.ts';
import { documentsOf, dynamoClient } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { ORDERS, type Table } from '../../functions/table/table.ts';
import { inputOf } from '../support/engine.ts';
import { withoutPauses } from '../support/without-pauses.ts';

/** What happens to one request: it is served, it is refused untouched, or it takes effect and its answer is lost. */
type Fate = 'served' | 'throttled' | 'unheard';

let engine: Engine;
let front: Server;
let table: Table;
/** Of the requests to come; the rest is served. */
let fates: Fate[] = [];
let requests = 0;

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

async function forward(headers: NodeJS.Dict<string | string[]>, body: string, response: ServerResponse, fate: Fate) {
  const answer = await fetch(engine.endpoint, {
    method: 'POST',
    body,
    headers: Object.fromEntries(
      ['content-type', 'x-amz-target', 'x-amz-date', 'authorization'].map((name) => [name, String(headers[name])]),
    ),
  });
  const answered = await answer.text();
  if (fate === 'unheard') response.destroy();
  else response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answered);
}

beforeAll(async () => {
  engine = await startEngine('dynalite', undefined);
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials });
  await client.send(new CreateTableCommand(inputOf('orders', ORDERS)));
  client.destroy();
  front = createServer(async (request, response) => {
    const body = await text(request);
    requests += 1;
    const fate = fates.shift() ?? 'served';
    if (fate !== 'throttled') return forward(request.headers, body, response, fate);
    const refusal = { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: '' };
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(refusal));
  });
  const endpoint = await listen(front);
  const documents = documentsOf(dynamoClient({ region: 'us-east-1', endpoint, credentials, timeoutMs: 10_000 }));
  table = new DynamoTable(documents, 'orders', ORDERS, () => AbortSignal.timeout(30_000));
});
afterAll(async () => {
  await close(front);
  await engine.stop();
});

let made = 0;
let key: string;
const stored = () => ({ orderId: key, version: 1, dueShard: key, dueAt: 7 });
beforeEach(async () => {
  made += 1;
  key = `order-${made}`;
  fates = [];
  await table.create(stored());
  requests = 0;
  withoutPauses();
});

const methods: [string, () => Promise<unknown>, () => unknown][] = [
  ['get', () => table.get(key), stored],
  ['getMany', () => table.getMany([key]), () => [stored()]],
  ['create', () => table.create({ orderId: `${key}-new`, version: 1 }), () => true],
  ['replace', () => table.replace({ orderId: key, version: 2 }, 1), () => true],
  ['query', () => table.query({ index: 'due', partition: key, limit: 5 }), () => ({ keys: [key] })],
];

describe.each(methods)('%s', (_, run, expected) => {
  test('waits out a DynamoDB that is asked too much', async () => {
    fates = ['throttled', 'throttled'];
    expect(await run()).toEqual(expected());
    expect(requests).toBe(3);
  });

  test('tells that it was asked too much to the end, and nothing else, and nothing has happened', async () => {
    fates = ['throttled', 'throttled', 'throttled'];
    await expect(run()).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException', status: 400 });
    expect(requests).toBe(3);
    expect(await table.getMany([key, `${key}-new`])).toEqual([stored()]);
  });
});

describe('a write that takes effect and is not answered', () => {
  test('create says that somebody was faster, and it was us', async () => {
    fates = ['unheard'];
    expect(await table.create({ orderId: `${key}-new`, version: 1 })).toBe(false);
    expect(await table.get(`${key}-new`)).toEqual({ orderId: `${key}-new`, version: 1 });
  });

  test('replace says that somebody was faster, and it was us', async () => {
    fates = ['throttled', 'unheard'];
    expect(await table.replace({ orderId: key, version: 2 }, 1)).toBe(false);
    expect(await table.get(key)).toEqual({ orderId: key, version: 2 });
  });
});

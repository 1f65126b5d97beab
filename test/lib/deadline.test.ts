/** The deadline of an invocation, handed down to what it asks of AWS, in each function and over the wire. */
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { INVOCATION, SWEEP } from '../../functions/deadlines.ts';
import { bounded } from '../../functions/invocation.ts';
import { CONTEXT, eventOf, openStage } from '../../functions/rehearsal.ts';
import { documentsOf, dynamoClient } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { ORDERS } from '../../functions/table/table.ts';
import { rehearsalOf } from '../../lib/rehearsals.ts';

const place = { region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

let server: Server;
let endpoint: string;
let hangs: boolean;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    await text(request);
    if (!hangs) response.end('{}');
  });
  endpoint = await listen(server);
});
beforeEach(() => {
  vi.resetModules();
  hangs = false;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => {
  server.closeAllConnections();
  return close(server);
});

test('a table that hangs ends at the deadline of the invocation and not after 4 s each', async () => {
  hangs = true;
  const table = new DynamoTable(documentsOf(dynamoClient({ ...place, endpoint })), 'orders', ORDERS);
  const began = performance.now();
  const askTwice = async () => [await table.get('a').catch(nameOf), await table.query(DUE).catch(nameOf)];
  expect(await bounded(askTwice, 200)()).toEqual(['NoAnswer', 'NoAnswer']);
  // Without it they take six seconds: three tries of one second each.
  expect(performance.now() - began).toBeLessThan(3_000);
});

const DUE = { index: 'due', partition: '0', limit: 1 };
const nameOf = ({ name }: Error) => name;

const DOORS: [string, string, number][] = [
  ...(Object.keys(contract) as OperationName[]).map((name): [string, string, number] => [
    name,
    contract[name].entry,
    INVOCATION,
  ]),
  ['sweep', 'jobs/sweep.ts', SWEEP],
];

test.each(DOORS)('%s has its first call to AWS end with the invocation', async (name, entry, limit) => {
  for (const [variable, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(variable, value);
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('ALIPAY_GATEWAY_URL', endpoint);
  const { choose } = await import('../../functions/services.ts');
  choose({ logOf: () => SILENT.log, metrics: SILENT.metrics });
  const { handler } = (await import(/* @vite-ignore */ `../../functions/${entry}`)) as {
    handler(...asked: unknown[]): Promise<unknown>;
  };
  const asked = vi.spyOn(AbortSignal, 'timeout');
  // Each look at the machine's time finds it so much later that three seconds are left at the first call.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += limit - 3_000;
    return now;
  });
  await handler(eventFor(name), { ...CONTEXT }).catch(() => {});
  expect(asked.mock.calls[0]).toEqual([3_000]);
});

const SILENT = {
  log: { info() {}, warn() {}, error() {} },
  metrics: { count() {}, publish() {} },
};

const ENVIRONMENT = {
  ...{ ORDERS_TABLE: 'orders', DIRECTORY_TABLE: 'directory', STATEMENTS_TABLE: 'statements' },
  ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', ALIPAY_SECRET_ARN: 'arn' },
  PUBLIC_URL: 'https://rehearsal',
};

function eventFor(name: string): unknown {
  if (name === 'sweep') return {};
  const request = rehearsalOf(name as OperationName);
  const { key } = openStage(place, { channel: 'alipay', appId: 'none', sellerId: '2088000000000000' });
  if (request) return eventOf(request, key, Date.now());
  const fields = {
    app_id: '2021000000000000',
    sign: Buffer.alloc(256).toString('base64'),
    sign_type: 'RSA2',
    charset: 'utf-8',
  };
  const path = '/v1/notifications/alipay';
  return {
    rawPath: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    requestContext: { requestId: 'r', http: { method: 'POST', path } },
    body: new URLSearchParams(fields).toString(),
    isBase64Encoded: false,
  };
}

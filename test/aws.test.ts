/** What the SDK makes of a service that refuses, is cut off or says nothing, and what it stores, by the options of ours. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { close, listen } from '../bin/local/aws.ts';
import { type AwsError, documentsOf, dynamoClient, secretText } from '../functions/sdk.ts';
import { DynamoTable } from '../functions/table/dynamodb.ts';
import { ORDERS } from '../functions/table/table.ts';
import { withoutPauses } from './support/without-pauses.ts';
import { canned } from './table/canned.ts';

type Script = (request: IncomingMessage, response: ServerResponse) => void;
let server: ReturnType<typeof createServer>;
let url: string;
/** What the service does with the calls to come, one after the other; the last goes on. */
let script: Script[];
let seen: IncomingMessage['headers'][];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    seen.push(request.headers);
    await text(request);
    const act = script.length > 1 ? script.shift() : script[0];
    act?.(request, response);
  });
  url = await listen(server);
});
beforeEach(() => {
  seen = [];
});
afterAll(() => close(server));

const REQUEST_ID = 'B4Q8K2LTESTREQUEST';
const says =
  (status: number, body: unknown): Script =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': REQUEST_ID });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const fine = says(200, { Item: { orderId: { S: 'a' } } });
const refuses = (name: string, status = 400) => says(status, { __type: `com.amazonaws.x#${name}`, message: 'no' });
const hangsUp: Script = (request) => request.socket.destroy();
const isSilent: Script = () => {};
const breaksOff: Script = (request, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"Item"', () => request.socket.destroy());
};
/** Half of an answer, and then nothing more. */
const stops: Script = (_, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"Item"');
};

const TIMEOUT_MS = 200;
const place = (endpoint = url) => ({
  region: 'cn-north-1',
  endpoint,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a/token+of=many==' },
  timeoutMs: TIMEOUT_MS,
});

interface Outcome {
  readonly answer: unknown;
  readonly calls: number;
}

/** One read from a service that acts as `acts` say. */
async function outcome(acts: Script[], endpoint = url, within?: () => AbortSignal): Promise<Outcome> {
  script = acts;
  const client = dynamoClient(place(endpoint));
  const table = new DynamoTable(documentsOf(client), 'orders', ORDERS, within);
  const answer = await table.get('a').catch(({ name, status }: AwsError) => [name, status]);
  client.destroy();
  return { answer, calls: seen.length };
}

const item = { orderId: 'a' };

test('signs for the region, the service and the session that it was given', async () => {
  await outcome([fine]);
  script = [says(200, { SecretString: 'text' })];
  expect(await secretText(place())('arn')).toBe('text');
  const of = (service: string) =>
    expect.stringMatching(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/cn-north-1/${service}/aws4_request, `);
  expect(seen).toEqual([
    expect.objectContaining({ authorization: of('dynamodb'), 'x-amz-security-token': 'a/token+of=many==' }),
    expect.objectContaining({ authorization: of('secretsmanager'), 'x-amz-security-token': 'a/token+of=many==' }),
  ]);
});

describe('what goes wrong', () => {
  test.each<[string, Script]>([
    ['a server error', says(500, { __type: 'x#InternalServerError' })],
    ['a proxy that says that it is not available', says(503, '<html>')],
    ['throttling', refuses('ProvisionedThroughputExceededException')],
    ['throttling of another kind', refuses('ThrottlingException')],
    ['throttling of the whole account', refuses('RequestLimitExceeded')],
    ['too many requests', refuses('Whatever', 429)],
    ['a connection that is cut', hangsUp],
    ['silence', isSilent],
    ['an answer that breaks off', breaksOff],
    ['an answer that stops half-way', stops],
  ])('%s is tried again', async (_, act) => {
    withoutPauses();
    expect(await outcome([act, act, fine])).toEqual({ answer: item, calls: 3 });
  });

  test('a try that takes too long is cut off, so that its connection serves no other', async () => {
    let cut: Promise<unknown> | undefined;
    const slow: Script = (request) => {
      cut = once(request.socket, 'close');
    };
    expect(await outcome([slow, fine])).toEqual({ answer: item, calls: 2 });
    await cut;
    expect(cut).toBeInstanceOf(Promise);
  });

  test('three tries are made and no more, and the last refusal is thrown', async () => {
    withoutPauses();
    const throttled = refuses('ProvisionedThroughputExceededException');
    expect(await outcome([throttled])).toEqual({ answer: ['ProvisionedThroughputExceededException', 400], calls: 3 });
  });

  test.each<[string, Script]>([
    ['a connection that is cut', hangsUp],
    ['silence', isSilent],
    ['an answer that stops half-way', stops],
  ])('%s, three times: there is no answer, and the outcome is unknown', async (_, act) => {
    withoutPauses();
    expect(await outcome([act])).toEqual({ answer: ['NoAnswer', 0], calls: 3 });
  });

  test('an answer that is no JSON is none, and is not quoted', async () => {
    script = [says(200, '{"SecretString": -----BEGIN PRIVATE KEY-----')];
    const error = await secretText(place())('arn').catch((thrown: AwsError) => thrown);
    expect(error).toMatchObject({ name: 'NoAnswer', status: 0, message: expect.not.stringContaining('BEGIN') });
    expect((error as Error).stack).not.toContain('BEGIN');
  });

  test('a call ends when its time is over, however slowly the answer trickles in', async () => {
    const trickles: Script = (request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      const drops = setInterval(() => response.write(' '), TIMEOUT_MS / 4);
      request.socket.once('close', () => clearInterval(drops));
    };
    const ends = await outcome([trickles], url, () => AbortSignal.timeout(2 * TIMEOUT_MS));
    expect(ends).toEqual({ answer: ['NoAnswer', 0], calls: 1 });
  });

  test.each([
    'ConditionalCheckFailedException',
    'ValidationException',
    'AccessDeniedException',
    'ExpiredTokenException',
  ])('%s is final, and comes by its name', async (name) => {
    expect(await outcome([refuses(name)])).toEqual({ answer: [name, 400], calls: 1 });
  });

  test('the error names the call, its request id, its tries, and what was throttled', async () => {
    withoutPauses();
    const resource = 'arn:aws:dynamodb:cn-north-1:1:table/orders';
    script = [
      says(400, {
        __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException',
        message: 'slow down',
        throttlingReasons: [{ reason: 'TableReadKeyRangeThroughputExceeded', resource }],
      }),
    ];
    const table = new DynamoTable(documentsOf(dynamoClient(place())), 'orders', ORDERS);
    await expect(table.get('a')).rejects.toThrow(
      `GetItem: slow down (status 400, request ${REQUEST_ID}, tries 3, TableReadKeyRangeThroughputExceeded of ${resource})`,
    );
  });

  test('a service that cannot be reached is one that does not answer', async () => {
    const gone = createServer();
    const endpoint = await listen(gone);
    await close(gone);
    expect(await outcome([fine], endpoint)).toEqual({ answer: ['NoAnswer', 0], calls: 0 });
  });
});

describe('what is stored', () => {
  const finite = fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'binary' }),
      finite.filter((it) => !Number.isInteger(it) || Number.isSafeInteger(it)),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 5 }), tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  const items = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), value, { maxKeys: 6 });

  /** What DynamoDB was given for an item. */
  async function stored(item: object): Promise<object> {
    const { table, calls } = canned('orders', ORDERS, {});
    await table.create(item as never);
    const [[, input] = []] = calls;
    return (input as { Item: object }).Item;
  }
  const read = (Item: object) => canned('orders', ORDERS, { Item }).table.get('a');

  test('is read as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (item) => {
        // JSON knows one zero.
        expect(JSON.stringify(await read(await stored(item)))).toBe(JSON.stringify(item));
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  test('leaves out what is undefined', async () => {
    expect(await stored({ a: undefined, b: [1, undefined], c: { d: undefined } })).toEqual({
      b: { L: [{ N: '1' }] },
      c: { M: {} },
    });
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a whole number that may be another one', 2 ** 53],
    ['a date', new Date(0)],
  ])('is never %s', async (_, bad) => {
    const { table, calls } = canned('orders', ORDERS, {});
    await expect(table.create({ deep: [{ bad }] })).rejects.toThrow(/not allowed|MAX_SAFE_INTEGER|Unsupported type/);
    expect(calls).toEqual([]);
  });

  test('keeps what others have written and we do not know', async () => {
    const foreign = { a: { B: 'AAEC' }, b: { SS: ['x', 'y'] }, c: { M: { d: { NS: ['1'] } } } };
    expect(await stored((await read(foreign)) ?? {})).toEqual(foreign);
  });

  test('is not read where a whole number would be another one', async () => {
    await expect(read({ n: { N: '9007199254740993' } })).rejects.toThrow(RangeError);
  });
});

test.each([
  ['eu-central-1', 'dynamodb.eu-central-1.amazonaws.com'],
  ['cn-north-1', 'dynamodb.cn-north-1.amazonaws.com.cn'],
])('DynamoDB in %s is at %s', async (region, hostname) => {
  const hosts: string[] = [];
  const requestHandler = {
    async handle(request: { hostname: string }) {
      hosts.push(request.hostname);
      return { response: { statusCode: 200, headers: {}, body: Buffer.from('{}') } };
    },
  };
  const { credentials } = place();
  const client = dynamoClient({ region, credentials, requestHandler });
  expect(await new DynamoTable(documentsOf(client), 'orders', ORDERS).get('a')).toBeUndefined();
  expect(hosts).toEqual([hostname]);
});

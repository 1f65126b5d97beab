/** Our own calls to AWS: signed as the SDK signs, stored as the SDK stores, and repeated only where that may help. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { close, listen } from '../bin/local/aws.ts';
import { fromAttributes, toAttributes } from '../functions/attributes.ts';
import { type AwsError, type AwsOptions, awsCaller, type Credentials, endpointOf } from '../functions/aws.ts';
import { machine } from '../functions/time.ts';

/** The SDK's own parts, which are not ours to import. */
const ofSdk = createRequire(import.meta.resolve('@aws-sdk/lib-dynamodb'));
const { marshall, unmarshall } = ofSdk('@aws-sdk/util-dynamodb') as {
  marshall(item: object, options: object): object;
  unmarshall(attributes: object): object;
};
const { SignatureV4 } = createRequire(import.meta.resolve('@aws-sdk/client-dynamodb'))('@smithy/signature-v4') as {
  SignatureV4: new (
    options: object,
  ) => { sign(request: object, options: object): Promise<{ headers: Record<string, string> }> };
};
const { config } = new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });

type Script = (request: IncomingMessage, response: ServerResponse) => void;
let server: ReturnType<typeof createServer>;
let url: string;
/** What the service does with the calls to come, one after the other; the last goes on. */
let script: Script[];
let seen: { headers: IncomingMessage['headers']; body: string }[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    seen.push({ headers: request.headers, body: await text(request) });
    const act = script.length > 1 ? script.shift() : script[0];
    act?.(request, response);
  });
  url = await listen(server);
});
beforeEach(() => {
  seen = [];
});
afterAll(() => close(server));

const says =
  (status: number, body: unknown): Script =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const fine = says(200, { Item: { id: { S: 'a' } } });
const refuses = (name: string, status = 400) => says(status, { __type: `com.amazonaws.x#${name}`, message: 'no' });
const hangsUp: Script = (request) => request.socket.destroy();
const isSilent: Script = () => {};
const breaksOff: Script = (request, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"Item"', () => request.socket.destroy());
};

const credentials: Credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const caller = (more: Partial<AwsOptions> = {}) =>
  awsCaller({
    service: 'dynamodb',
    region: 'cn-north-1',
    endpoint: url,
    credentials: () => credentials,
    timeoutMs: 200,
    tries: 3,
    ...more,
  });

describe('signatures', () => {
  test.each([
    ['dynamodb', 'DynamoDB_20120810.GetItem', undefined],
    ['dynamodb', 'DynamoDB_20120810.PutItem', 'a session/token+of=many=='],
    ['secretsmanager', 'secretsmanager.GetSecretValue', 'token'],
  ] as const)('of %s (%s) are those of the SDK, every day and for every credential', async (service, target, token) => {
    script = [fine];
    let mine: Credentials = { ...credentials, sessionToken: token };
    const call = caller({ service, credentials: () => mine });
    for (const at of ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00.000Z', '2026-03-02T00:00:01.000Z']) {
      vi.spyOn(machine, 'now').mockReturnValue(Date.parse(at));
      await call(target.split('.')[1] ?? '', { name: '拿铁 "&' });
      const { headers = {}, body = '' } = seen.at(-1) ?? {};
      const signed = await new SignatureV4({
        service,
        region: 'cn-north-1',
        credentials: mine,
        sha256: config.sha256,
        applyChecksum: false,
      }).sign(
        {
          method: 'POST',
          path: '/',
          query: {},
          headers: {
            host: headers.host,
            'content-type': headers['content-type'],
            'x-amz-target': target,
          },
          body,
        },
        { signingDate: new Date(at) },
      );
      expect(headers).toMatchObject(signed.headers);
      expect(JSON.parse(body)).toEqual({ name: '拿铁 "&' });
      mine = { ...mine, secretAccessKey: `${mine.secretAccessKey}x` };
    }
    vi.restoreAllMocks();
  });
});

describe('what goes wrong', () => {
  const outcome = async (acts: Script[], more: Partial<AwsOptions> = {}) => {
    script = acts;
    const answer = await caller(more)('GetItem', {}).catch((error: AwsError) => [error.name, error.status]);
    return { answer, calls: seen.length };
  };
  const item = { Item: { id: { S: 'a' } } };

  test.each<[string, Script]>([
    ['a server error', says(500, { __type: 'x#InternalServerError' })],
    ['an answer of something in between', says(503, '<html>')],
    ['an answer that is no JSON', says(200, 'oops')],
    ['throttling', refuses('ProvisionedThroughputExceededException')],
    ['throttling of another kind', refuses('ThrottlingException')],
    ['throttling of the whole account', refuses('RequestLimitExceeded')],
    ['throttling of yet another kind', refuses('TooManyRequestsException')],
    ['too many requests', refuses('Whatever', 429)],
    ['a connection that is cut', hangsUp],
    ['silence', isSilent],
    ['an answer that breaks off', breaksOff],
  ])('%s is tried again', async (_, act) => {
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

  test('but no oftener than it may', async () => {
    const throttled = refuses('ProvisionedThroughputExceededException');
    expect(await outcome([throttled])).toEqual({ answer: ['ProvisionedThroughputExceededException', 400], calls: 3 });
    seen = [];
    expect(await outcome([hangsUp], { tries: 1 })).toEqual({ answer: ['NoAnswer', 0], calls: 1 });
  });

  test.each([
    'ConditionalCheckFailedException',
    'ValidationException',
    'AccessDeniedException',
    'ExpiredTokenException',
  ])('%s is final, and comes by its name', async (name) => {
    expect(await outcome([refuses(name)])).toEqual({ answer: [name, 400], calls: 1 });
  });

  test.each<[string, Script, number]>([
    ['silence: 25 ms', hangsUp, 25],
    ['a server error: 25 ms', says(500, {}), 25],
    ['too many requests: four times as many', refuses('Whatever', 429), 100],
    ['throttling: four times as many', refuses('ThrottlingException'), 100],
  ])(
    'after a first try it waits up to so long, after each further one up to twice as long: %s',
    async (_, act, most) => {
      const wait = globalThis.setTimeout;
      const pauses: number[][] = [[], [], []];
      let tried = 0;
      const timeoutMs = 5_555;
      const timer = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
        if (ms === timeoutMs) return wait(run, ms);
        pauses[tried++ % 3]?.push(ms);
        return wait(run, 0);
      }) as typeof setTimeout);
      for (let i = 0; i < 40; i += 1) await outcome([act], { tries: 4, timeoutMs });
      timer.mockRestore();
      // Anything up to the bound, so that those who failed together do not come back together.
      for (const [n, ms] of pauses.entries()) {
        const bound = most * 2 ** n;
        expect([ms.length, Math.max(...ms) <= bound, Math.max(...ms) > 0.6 * bound]).toEqual([40, true, true]);
        expect(Math.min(...ms)).toBeLessThan(0.4 * bound);
      }
    },
  );

  test('a service that cannot be reached is one that does not answer', async () => {
    const gone = createServer();
    const endpoint = await listen(gone);
    await close(gone);
    expect(await outcome([fine], { endpoint })).toEqual({ answer: ['NoAnswer', 0], calls: 0 });
  });
});

describe('attributes', () => {
  const finite = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }));
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

  test('are written and read as the SDK does', () => {
    fc.assert(
      fc.property(items, (item) => {
        const attributes = toAttributes(item);
        expect(attributes).toEqual(marshall(item, { removeUndefinedValues: true }));
        // JSON knows one zero.
        const read = JSON.parse(JSON.stringify(attributes));
        expect(fromAttributes(read)).toEqual(unmarshall(read));
        expect(JSON.stringify(fromAttributes(read))).toBe(JSON.stringify(item));
      }),
      { numRuns: 2_000, seed: 8 },
    );
  });

  test('leave out what is undefined', () => {
    expect(toAttributes({ a: undefined, b: [1, undefined], c: { d: undefined } })).toEqual({
      b: { L: [{ N: '1' }] },
      c: { M: {} },
    });
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a big integer', 1n],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a function', () => {}],
  ])('refuse %s', (_, bad) => {
    expect(() => toAttributes({ deep: [{ bad }] })).toThrow(TypeError);
  });

  test('keep what others have written and we do not know', () => {
    const foreign = { a: { B: 'AAEC' }, b: { SS: ['x', 'y'] }, c: { M: { d: { NS: ['1'] } } } };
    expect(toAttributes(fromAttributes(foreign as never))).toEqual(foreign);
  });

  test('refuse to read a whole number that would be another one', () => {
    expect(() => fromAttributes({ n: { N: '9007199254740993' } })).toThrow(RangeError);
  });
});

test('the services are where they are, in China, too', () => {
  expect(endpointOf('dynamodb', 'eu-central-1')).toBe('https://dynamodb.eu-central-1.amazonaws.com');
  expect(endpointOf('secretsmanager', 'cn-north-1')).toBe('https://secretsmanager.cn-north-1.amazonaws.com.cn');
});

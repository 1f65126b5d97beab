/** The client's patience: what it repeats, when it gives up, and that it never asks twice for money. */
import { generateKeyPairSync, hash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import {
  ApiProblem,
  type Client,
  type ClientOptions,
  createClient,
  enrolTerminal,
  OutcomeUnknown,
  rotateKey,
} from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';
import { contract } from '../../functions/contract/contract.ts';

let server: Server;
let client: Client;
let answers: RequestListener[];
let seen: { method: string; url: string; body: string; created: number; headers: IncomingHttpHeaders }[];
let pauses: number[];
let options: ClientOptions;
const NOW = Date.parse('2026-03-01T04:00:00Z');

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const created = Number(/created=(\d+)/.exec(String(request.headers['signature-input']))?.[1]);
      seen.push({ method: request.method ?? '', url: request.url ?? '', body, created, headers: request.headers });
      const next = answers.shift();
      if (next) next(request, response);
      else response.destroy();
    });
  });
  const baseUrl = await listen(server);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  options = {
    baseUrl,
    key: { keyid: 'trm_a.1', alg: 'ed25519', privateKey: await importPrivateKey(pem, 'ed25519') },
    now: () => NOW,
    sleep: async (ms) => {
      pauses.push(ms);
    },
    random: () => 1,
  };
  client = createClient(options);
});
afterAll(() => close(server));
beforeEach(() => {
  [answers, seen, pauses] = [[], [], []];
});

const json =
  (status: number, body: unknown, headers = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem =
  (status: number, code: string, more = {}): RequestListener =>
  (_, response) =>
    response
      .writeHead(status, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ status, code, detail: code, ...more }));
const broken: RequestListener = (_, response) => response.destroy();
const body = { merchantOrderNo: '1', amount: { currency: 'CNY', value: 1 }, subject: 'tea' };
const create = (of = client) => of.call('createOrder', { body });

describe('a call', () => {
  test('tells status, body and whether it was a replay', async () => {
    answers = [json(200, { orderId: 'o' }, { 'idempotency-replayed': 'true', 'x-request-id': 'r' })];
    expect(await create()).toEqual({ status: 200, body: { orderId: 'o' }, replayed: true, requestId: 'r' });
    expect(seen).toMatchObject([{ method: 'POST', url: '/v1/orders', body: JSON.stringify(body) }]);
  });

  test('puts parameters and query where they belong', async () => {
    answers = [json(200, {}), json(200, {})];
    await client.call('getRefund', { params: { orderId: 'ord_1', refundNo: 'r1' } });
    await client.call('listOrders', { query: { day: '2026-03-01', limit: '2', cursor: undefined } });
    expect(seen.map(({ url }) => url)).toEqual(['/v1/orders/ord_1/refunds/r1', '/v1/orders?day=2026-03-01&limit=2']);
  });

  test('tells what it sends and what it would like', async () => {
    answers = [json(201, {}), json(200, {}), json(200, {})];
    await create();
    await client.call('listChannels', {});
    await client.request('GET', '/v1/statements/x/lines', '', 'text/csv');
    const told = seen.map(({ method, headers, body }) => [
      ...[method, headers['content-type'], headers.accept, headers['content-length'], body !== ''],
    ]);
    expect(told).toEqual([
      ['POST', 'application/json', 'application/json', String(JSON.stringify(body).length), true],
      ['GET', undefined, 'application/json', undefined, false],
      ['GET', undefined, 'text/csv', undefined, false],
    ]);
  });

  test('waits for a growing time between two tries, and for as long as it is told', async () => {
    answers = [broken, json(502, {}), json(429, {}, { 'retry-after': '7' }), json(201, {})];
    expect((await create()).status).toBe(201);
    expect(pauses).toEqual([1_000, 2_000, 7_000]);
  });

  test('waits for half of it at the least', async () => {
    answers = [broken, broken, json(429, {}, { 'retry-after': '0' }), json(201, {})];
    await create(createClient({ ...options, random: () => 0 }));
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  test('waits for no longer than eight seconds between two tries, however many there were', async () => {
    answers = [...Array.from({ length: 12 }, () => broken), json(201, {})];
    expect((await create(createClient({ ...options, retries: 12 }))).status).toBe(201);
    expect(pauses).toEqual([1_000, 2_000, 4_000, ...Array.from({ length: 9 }, () => 8_000)]);
  });

  test('gives up as unknown, and says to look it up', async () => {
    answers = [broken, json(500, {}), broken, json(503, {}), json(201, {})];
    const error = await create().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutcomeUnknown);
    expect(error).toMatchObject({
      message: 'POST /v1/orders: no definite answer. Look it up by the same number; do not ask again under a new one.',
      cause: new Error('status 503'),
    });
    expect([seen.length, pauses]).toEqual([4, [1_000, 2_000, 4_000]]);
  });

  test('is not answered by a redirect, nor by an answer that takes too long', async () => {
    answers = [(_, response) => response.writeHead(307, { location: '/v1/elsewhere' }).end(), json(201, {})];
    expect((await create()).status).toBe(201);
    answers = [() => {}, json(201, {})];
    expect((await create(createClient({ ...options, timeoutMs: 1_000 }))).status).toBe(201);
    expect(seen.map(({ url }) => url)).toEqual(Array.from({ length: 4 }, () => '/v1/orders'));
  });

  test('believes a 503 that says that nothing was executed', async () => {
    for (const [status, code] of [
      [503, 'channel_closed'],
      [429, 'too_many_requests'],
    ] as const) {
      answers = [problem(status, code, { executed: false })];
      await expect(create()).rejects.toMatchObject({ status, code });
    }
    expect([seen.length, pauses]).toEqual([2, []]);
    // That it was, or nothing of it, is no such word.
    answers = [problem(503, 'busy', { executed: true }), problem(503, 'busy'), json(201, {})];
    expect((await create()).status).toBe(201);
  });

  test('throws a refusal as it is, once', async () => {
    answers = [problem(409, 'order_paid')];
    const error = await create().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({
      ...{ status: 409, code: 'order_paid', message: 'order_paid: order_paid' },
      problem: { status: 409, code: 'order_paid', detail: 'order_paid' },
    });
    expect(seen).toHaveLength(1);
  });

  test.each([
    [404, 'not_found'],
    [403, 'refused'],
    [400, 'refused'],
  ])('makes a refusal of what the gateway itself answers: %i', async (status, code) => {
    answers = [json(status, { message: 'no' })];
    const error = (await create().catch((thrown: unknown) => thrown)) as ApiProblem;
    const title = `The gateway answered ${status}.`;
    expect(error.problem).toEqual({
      ...{ type: 'about:blank', title, detail: title, status, code, requestId: '', retryable: false },
    });
  });

  test("corrects its clock once by the server's", async () => {
    const serverTime = '2026-03-01T05:00:00.000Z';
    answers = [
      problem(401, 'clock_skew', { serverTime }),
      json(201, {}),
      json(200, {}),
      problem(401, 'clock_skew', { serverTime }),
      problem(401, 'clock_skew', { serverTime }),
    ];
    await create();
    await client.call('listChannels', {});
    expect(seen.map(({ created }) => created - NOW / 1_000)).toEqual([0, 3_600, 3_600]);
    await expect(create()).rejects.toMatchObject({ code: 'clock_skew' });
  });
});

describe('a write', () => {
  const params = { orderId: 'ord_1' };
  const money = { currency: 'CNY', value: 1 };
  const key = { alg: 'ed25519' as const, publicKey: 'AAAA' };
  const posts: [string, string, object, (of: Client) => Promise<unknown>][] = [
    ['createOrder', '/v1/orders', body, (of) => create(of)],
    [
      ...(['createQrCode', '/v1/orders/ord_1/qr-code', { attempt: 2 }] as const),
      (of) => of.call('createQrCode', { params, body: { attempt: 2 } }),
    ],
    [
      ...([
        'payWithTillCode',
        '/v1/orders/ord_1/till-code-payment',
        { attempt: 3, tillCode: '281234567890123456' },
      ] as const),
      (of) => of.call('payWithTillCode', { params, body: { attempt: 3, tillCode: '281234567890123456' } }),
    ],
    ['closeOrder', '/v1/orders/ord_1/close', {}, (of) => of.call('closeOrder', { params })],
    [
      ...(['createRefund', '/v1/orders/ord_1/refunds', { refundNo: 'r', amount: money, reason: 'cold' }] as const),
      (of) => of.call('createRefund', { params, body: { refundNo: 'r', amount: money, reason: 'cold' } }),
    ],
    ['closeShift', '/v1/shifts', { shiftNo: 's' }, (of) => of.call('closeShift', { body: { shiftNo: 's' } })],
    [
      ...(['enrolTerminal', '/v1/terminals/enrolment', { code: '7K2M9QXD4TRB', ...key }] as const),
      () => enrolTerminal(options, '7K2M9QXD4TRB', { ...key, privateKey: options.key.privateKey }),
    ],
    [
      ...(['rotateKey', '/v1/terminals/self/keys', key] as const),
      () => rotateKey(options, { ...key, keyid: 'trm_a.2', privateKey: options.key.privateKey }),
    ],
  ];

  test.each(posts)('%s is repeated under the same number, with the same body', async (_, url, sent, send) => {
    answers = [broken, json(502, {}), json(429, {}), json(200, {})];
    await send(client);
    const told = { method: 'POST', url, body: JSON.stringify(sent) };
    expect(seen.map(({ method, url, body }) => ({ method, url, body }))).toEqual([told, told, told, told]);
    const digest = `sha-256=:${hash('sha256', told.body, 'base64')}:`;
    expect(seen.map(({ headers }) => headers['content-digest'])).toEqual([digest, digest, digest, digest]);
  });

  test('is signed anew for each try, at its own time', async () => {
    let now = NOW;
    const sleep = async (ms: number) => {
      now += ms;
    };
    answers = [broken, broken, json(200, {})];
    await create(createClient({ ...options, now: () => now, sleep }));
    expect(seen.map(({ created }) => created - NOW / 1_000)).toEqual([0, 1, 3]);
    expect(new Set(seen.map(({ headers }) => headers.signature)).size).toBe(3);
  });

  test('of all that there are is among these', () => {
    const writes = Object.values(contract).filter(({ method }) => method === 'POST');
    expect(posts.map(([name]) => name).sort()).toEqual(
      writes.flatMap(({ name }) => (name.endsWith('Notification') ? [] : [name])).sort(),
    );
  });
});

test('following an order asks as often as the order says, and tells each version once', async () => {
  const order = (version: number, nextPollAfterMs: number | null) => json(200, { version, nextPollAfterMs });
  answers = [order(1, 2_000), order(1, 2_000), order(2, 5_000), order(3, null)];
  const versions: number[] = [];
  const last = await client.follow('ord_1', { onChange: ({ version }) => versions.push(version) });
  expect([versions, pauses, last.version]).toEqual([[1, 2, 3], [2_000, 2_000, 5_000], 3]);
});

test('following an order ends when that is enough, or when it need not be asked for any more', async () => {
  const order = (version: number, nextPollAfterMs: number | null) => json(200, { version, nextPollAfterMs });
  answers = [order(1, 2_000), order(2, 2_000), order(3, 2_000)];
  const last = await client.follow('ord_1', { until: ({ version }) => version === 2, live: true });
  expect([last.version, pauses]).toEqual([2, [2_000]]);
  expect(seen.map(({ url }) => url)).toEqual(['/v1/orders/ord_1?live=true', '/v1/orders/ord_1?live=true']);
  answers = [order(7, null)];
  seen = [];
  expect((await client.follow('ord_1', { until: () => false })).version).toBe(7);
  expect(seen.map(({ url }) => url)).toEqual(['/v1/orders/ord_1']);
});

test('a file comes page by page, as each of them names the next one', async () => {
  const page = (text: string, next?: string): RequestListener => {
    const link = next === undefined ? {} : { link: `<${next}>; rel="next"` };
    return (_, response) => response.writeHead(200, { 'content-type': 'text/csv', ...link }).end(text);
  };
  const pages = async () => {
    const texts: string[] = [];
    const params = { statementId: 'mer_a.2026-03-01' };
    for await (const bytes of client.csv('listStatementLines', { params, query: { limit: '2' } }))
      texts.push(Buffer.from(bytes).toString());
    return texts;
  };
  answers = [page('head\n1\n', '/v1/next?cursor=a'), broken, page('2\n', '/v1/next?cursor=b'), page('3\n')];
  expect(await pages()).toEqual(['head\n1\n', '2\n', '3\n']);
  expect(seen.map(({ url, headers }) => [url, headers.accept])).toEqual([
    ['/v1/statements/mer_a.2026-03-01/lines?limit=2', 'text/csv'],
    ['/v1/next?cursor=a', 'text/csv'],
    ['/v1/next?cursor=a', 'text/csv'],
    ['/v1/next?cursor=b', 'text/csv'],
  ]);
  answers = [page('head\n', '/v1/next?cursor=a'), problem(400, 'bad_cursor')];
  await expect(pages()).rejects.toMatchObject({ status: 400, code: 'bad_cursor' });
});

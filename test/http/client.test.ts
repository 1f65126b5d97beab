/** The client's patience: what it repeats, when it gives up, and that it never asks twice for money. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import {
  ApiProblem,
  type Client,
  type ClientOptions,
  createClient,
  OutcomeUnknown,
} from '../../functions/http/client.ts';
import { importPrivateKey } from '../../functions/http/sign.ts';

let server: Server;
let client: Client;
let answers: RequestListener[];
let seen: { method: string; url: string; body: string; created: number }[];
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
      seen.push({ method: request.method ?? '', url: request.url ?? '', body, created });
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

  test('repeats the very same request after silence, 5xx and 429, with growing pauses', async () => {
    answers = [broken, json(502, {}), json(429, {}, { 'retry-after': '7' }), json(201, {})];
    expect((await create()).status).toBe(201);
    expect(new Set(seen.map((request) => request.body)).size).toBe(1);
    expect(pauses).toEqual([1_000, 2_000, 7_000]);
  });

  test('waits for no longer than eight seconds between two tries, however many there were', async () => {
    answers = [...Array.from({ length: 12 }, () => broken), json(201, {})];
    expect((await create(createClient({ ...options, retries: 12 }))).status).toBe(201);
    expect(Math.max(...pauses)).toBe(8_000);
  });

  test('gives up as unknown, and says to look it up', async () => {
    answers = [broken, broken, broken, broken, json(201, {})];
    await expect(create()).rejects.toThrow(OutcomeUnknown);
    expect(seen).toHaveLength(4);
  });

  test('believes a 503 that says that nothing was executed', async () => {
    answers = [problem(503, 'channel_closed', { executed: false })];
    await expect(create()).rejects.toMatchObject({ code: 'channel_closed' });
    expect(seen).toHaveLength(1);
  });

  test('throws a refusal as it is, once', async () => {
    answers = [problem(409, 'order_paid')];
    const error = await create().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 409, code: 'order_paid' });
    expect(seen).toHaveLength(1);
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

test('following an order asks as often as the order says, and tells each version once', async () => {
  const order = (version: number, nextPollAfterMs: number | null) => json(200, { version, nextPollAfterMs });
  answers = [order(1, 2_000), order(1, 2_000), order(2, 5_000), order(3, null)];
  const versions: number[] = [];
  const last = await client.follow('ord_1', { onChange: ({ version }) => versions.push(version) });
  expect([versions, pauses, last.version]).toEqual([[1, 2, 3], [2_000, 2_000, 5_000], 3]);
});

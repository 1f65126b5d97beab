/** What the API tells who should know nothing, and what it takes from who sends too much or too early. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type ClientRequest, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { importPrivateKey, signRequest } from '../../functions/client/sign.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { TABLE_TRIES } from '../../functions/deadlines.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { cny, newNo } from '../support/shop.ts';
import { openStage, type Stage } from '../support/two-merchants.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

const operations: readonly Operation[] = Object.values(contract);
const filled = (path: string, id = 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa') => path.replace(/\{\w+\}/g, id);
/** Anything that tells how the inside is made: stacks, files, tables, the SDK, words of the language. */
const INSIDE =
  /\bat \w+.*:\d+|node_modules|\.ts\b|\.js\b|node:|Table|Dynamo|dynamo|aws|SDK|Exception|TypeError|ZodError|\[object |Conditional|arn:|127\.0\.0\.1:\d+.*refused/;
const PROBLEM = ['type', 'title', 'status', 'detail', 'code', 'requestId', 'retryable', 'errors'];

describe('F72 S19', () => {
  test('no answer has a header that invites or tells, on any route, whatever is asked', async () => {
    for (const { method, path } of operations)
      for (const asked of [method, 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'TRACE']) {
        const { status, headers } = await bare(asked, filled(path), { origin: 'https://evil.example' });
        if (asked !== method) expect([asked, path, status >= 400]).toEqual([asked, path, true]);
        const telling = Object.keys(headers).filter((name) =>
          /^access-control|^server$|powered|^via$|^x-amzn/.test(name),
        );
        expect([asked, path, telling]).toEqual([asked, path, []]);
      }
  });

  test('600 requests of rubbish: a problem by its code, and nothing of the inside', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom({ $gt: '' }, '#orderId', ':seen', 'a'.repeat(300)),
    );
    const members = [
      'merchantOrderNo',
      'amount',
      'subject',
      'attempt',
      'tillCode',
      'refundNo',
      '__proto__',
      'svg',
      'limit',
    ];
    const body = fc.oneof(
      fc.dictionary(fc.constantFrom(...members), value).map((it) => JSON.stringify(it)),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.constantFrom('null', '[]', '0', '"', '{"a":', '\ufeff{}'),
    );
    // `.` and `..` are steps of a path: `fetch` takes them itself.
    const id = fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,39}$/);
    const query = fc.constantFrom('', '?limit=0', '?cursor=AAAA', '?a=1&a=2', '?day=x', '?from=2026-13-01', '?since=1');
    const names = (Object.keys(contract) as OperationName[]).filter((it) => contract[it].scope);
    const property = fc.asyncProperty(fc.constantFrom(...names), id, query, body, async (name, of, search, sent) => {
      const { method, path } = contract[name];
      const route = filled(path, of) + search;
      const client = path.includes('statements') ? stage.office : stage.till;
      const response = await client.request(method, route, method === 'POST' ? sent : undefined);
      const text = await response.text();
      expect(response.status, `${route} ${sent}: ${text}`).toBeLessThan(500);
      if (response.status < 400) return;
      expect(text.replaceAll(of, '')).not.toMatch(INSIDE);
      const problem = JSON.parse(text);
      expect(Object.keys(problem).filter((it) => !PROBLEM.includes(it))).toEqual([]);
      expect(text.length).toBeLessThan(4_000);
    });
    await fc.assert(property, { numRuns: 600, seed: 1 });
  });

  test('a fault of ours leaves as a bare 500, whatever it says', async () => {
    vi.spyOn(DynamoTable.prototype, 'get').mockRejectedValue(new Error('table Orders-1 at 10.0.0.7: AKIAXXX secret'));
    const path = `/v1/orders/${stage.ours.open.orderId}`;
    const notification = await stage.shop.notify('a=b');
    const response = await unretried('GET', path);
    expect(notification).toEqual({ status: 400, answer: 'fail' });
    expect([response.status, await response.json()]).toEqual([
      500,
      {
        type: 'urn:tillgate:problem:internal',
        title: 'Something went wrong here',
        status: 500,
        detail: 'The outcome is unknown: look it up, or repeat the request unchanged.',
        code: 'internal',
        requestId: expect.any(String),
        retryable: true,
      },
    ]);
  });
});

describe('F68 S20 too much', () => {
  const post = (body: string) => stage.till.request('POST', '/v1/orders', body);
  const wide = Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`k${i}`, 1]));
  test.each([
    ['8,000 lists in lists', '['.repeat(8_000) + ']'.repeat(8_000), 400],
    ['2,500 objects in objects', `${'{"a":'.repeat(2_500)}1${'}'.repeat(2_500)}`, 400],
    ['an amount of 2,500 objects', `{"amount":${'{"a":'.repeat(2_500)}1${'}'.repeat(2_500)}}`, 400],
    ['1,500 members', JSON.stringify(wide), 400],
    ['one member of 16,000 characters', JSON.stringify({ ['k'.repeat(16_000)]: 1 }), 400],
    ['one text of 16,000 characters', JSON.stringify({ subject: 'x'.repeat(16_000) }), 400],
    ['10 MB', JSON.stringify({ subject: 'x'.repeat(10 * 1024 * 1024 - 100) }), 413],
    ['more than the gateway takes', 'x'.repeat(10 * 1024 * 1024 + 1), 413],
  ])('%s: a short refusal, at once', async (_, body, status) => {
    const before = process.cpuUsage();
    const response = await post(body);
    const text = await response.text();
    const { user, system } = process.cpuUsage(before);
    expect([response.status, text.length < 4_000]).toEqual([status, true]);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });

  test('headers of 20 KB are refused by the server', async () => {
    expect((await bare('GET', '/v1/channels', { 'x-long': 'x'.repeat(20_000) })).status).toBe(431);
    const response = await stage.till.request('GET', `/v1/orders?cursor=${'A'.repeat(1_025)}`);
    expect(response.status).toBe(400);
  });

  test.each(['listOrders', 'listStatements'] as const)('%s: a page has 100 at the most', async (name) => {
    const client = name === 'listOrders' ? stage.till : stage.office;
    const asked = vi.spyOn(DynamoTable.prototype, 'query');
    for (const limit of ['101', '1e9', '0', '-1', '1000000000'])
      expect((await client.request('GET', `${contract[name].path}?limit=${limit}`)).status).toBe(400);
    expect(asked).not.toHaveBeenCalled();
    expect((await client.request('GET', `${contract[name].path}?limit=100`)).status).toBe(200);
  });
});

describe("S14 the channel's keys", () => {
  /** Counts the functions' calls for secrets, and cuts their connections if it is to. */
  const watchSecrets = ({ cut = false } = {}) => {
    let calls = 0;
    const watch = (message: unknown) => {
      const { request } = message as { request: ClientRequest };
      if (request.getHeader('x-amz-target') !== 'secretsmanager.GetSecretValue') return;
      calls += 1;
      if (cut) request.destroy();
    };
    subscribe('http.client.request.created', watch);
    return { calls: () => calls, stop: () => unsubscribe('http.client.request.created', watch) };
  };

  test('are fetched when they are needed, and kept for five minutes', async () => {
    for (const [pause, calls] of [
      [5 * 60_000 + 1, 1],
      [4 * 60_000, 0],
      [5 * 60_000 + 1, 1],
    ] as const) {
      const secrets = watchSecrets();
      // The sweep is the first to need them.
      await stage.shop.advance(pause);
      for (let i = 0; i < 3; i += 1) await stage.shop.open();
      expect([pause, secrets.calls()]).toEqual([pause, calls]);
      secrets.stop();
    }
  });

  test('without them nothing is signed and nothing believed, and the order is there when they come back', async () => {
    const gone = watchSecrets({ cut: true });
    await stage.shop.advance(5 * 60_000 + 1);
    const body = { merchantOrderNo: newNo(), amount: cny(700), subject: 'tea' };
    const refused = await unretried('POST', '/v1/orders', JSON.stringify(body));
    expect(refused.status).toBe(500);
    expect((await stage.shop.notify('sign=x&sign_type=RSA2')).answer).toBe('fail');
    // The sweep, the order and the notification asked for them.
    expect(gone.calls()).toBe(3 * TABLE_TRIES);
    gone.stop();
    const { body: order } = await stage.till.call('createOrder', { body });
    expect([order.status, order.qrCode?.payload.length]).toEqual(['awaiting_payment', expect.any(Number)]);
  });
});

/** By hand, because `fetch` sends no TRACE and knows better than to lie about its origin. */
function bare(method: string, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = httpRequest(stage.shop.stack.api + path, { method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** What the client would repeat, and keep to itself. */
async function unretried(method: string, path: string, body?: string): Promise<Response> {
  const [till] = stage.shop.stack.identity.credentials;
  if (!till) throw new Error('the seed has a terminal');
  const key = { keyid: till.keyid, alg: till.alg, privateKey: await importPrivateKey(till.privateKeyPem, till.alg) };
  const url = stage.shop.stack.api + path;
  const headers = await signRequest({ method, url, body }, key, Math.floor(stage.shop.now() / 1_000));
  return fetch(url, { method, headers, ...(body !== undefined && { body }) });
}

/** What callers send by mistake or on purpose: a clear refusal, nothing written, nothing told. */
import { generateKeyPairSync } from 'node:crypto';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INTRODUCTION } from '../../bin/openapi/words/signature.ts';
import { type Client, createClient, enrolTerminal } from '../../functions/client/client.ts';
import { importPrivateKey, signRequest } from '../../functions/client/sign.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { cny, newNo, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const post = (body: string) => shop.till.request('POST', '/v1/orders', body);
const good = (more: Record<string, unknown> = {}) => ({
  merchantOrderNo: newNo(),
  amount: cny(100),
  subject: 'tea',
  ...more,
});

/** A second terminal of the same store, enrolled as any other. */
async function besideIt(): Promise<Client> {
  const answer = await fetch(`${shop.stack.api}/__local/activation-codes`, { method: 'POST' });
  const { code } = (await answer.json()) as { code: string };
  const pair = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const to = { baseUrl: shop.stack.api, now: shop.now, retries: 0 };
  const key = { alg: 'ed25519' as const, privateKey: await importPrivateKey(pair.privateKey, 'ed25519') };
  const { keyid } = await enrolTerminal(to, code, { ...key, publicKey: pair.publicKey.toString('base64') });
  return createClient({ ...to, key: { ...key, keyid } });
}

describe('createOrder', () => {
  test.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['a number', '7'],
    ['nothing', ''],
    ['not UTF-8 after all', '{"subject":"\ud800"}'],
    ['an unknown field', JSON.stringify(good({ paid: true }))],
    ['S25 a prototype', `{"__proto__":{"a":1},${JSON.stringify(good()).slice(1)}`],
    ['amount 0', JSON.stringify(good({ amount: cny(0) }))],
    ['amount -1', JSON.stringify(good({ amount: cny(-1) }))],
    ['amount 1.5', JSON.stringify(good({ amount: cny(1.5) }))],
    ['amount 1e400', JSON.stringify(good()).replace('"value":100', '"value":1e400')],
    ['amount -0', JSON.stringify(good()).replace('"value":100', '"value":-0')],
    ['an amount as text', JSON.stringify(good({ amount: { currency: 'CNY', value: '100' } }))],
    ['an amount over the limit', JSON.stringify(good({ amount: cny(10_000_000_001) }))],
    ['a currency that is none', JSON.stringify(good({ amount: { currency: 'yuan', value: 1 } }))],
    ['a number of 33 characters', JSON.stringify(good({ merchantOrderNo: 'x'.repeat(33) }))],
    ['a number with a slash', JSON.stringify(good({ merchantOrderNo: 'a/b' }))],
    ['no subject', JSON.stringify(good({ subject: '' }))],
    ['a subject of 129 characters', JSON.stringify(good({ subject: 'x'.repeat(129) }))],
    ['a subject with a line break', JSON.stringify(good({ subject: 'a\r\nb' }))],
    ['half a surrogate pair', JSON.stringify(good()).replace('tea', '\\ud800')],
    ['89 seconds', JSON.stringify(good({ expiresInSeconds: 89 }))],
    ['901 seconds', JSON.stringify(good({ expiresInSeconds: 901 }))],
  ])('refuses %s with 400', async (_, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'malformed',
      retryable: false,
      requestId: expect.any(String),
    });
  });

  test('names every fault by its place', async () => {
    const response = await post(
      JSON.stringify({ ...good(), amount: { currency: 'CNY', value: 0, extra: 1 }, more: true }),
    );
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/amount/extra', '/amount/value', '/more']);
  });

  test('16 KB are looked at, one byte more is not', async () => {
    const padded = (size: number) => {
      const text = JSON.stringify(good());
      return text + ' '.repeat(size - text.length);
    };
    expect((await post(padded(16_384))).status).toBe(201);
    const tooLarge = await post(padded(16_385));
    expect([tooLarge.status, ((await tooLarge.json()) as { code: string }).code]).toEqual([413, 'too_large']);
  });

  test.each(['RMB', 'XXX', 'cny'])('money: %s is no currency: 400', async (currency) => {
    const response = await post(JSON.stringify({ ...good(), amount: { currency, value: 1 } }));
    const { errors } = (await response.json()) as { errors: unknown };
    expect([response.status, errors]).toEqual([
      400,
      [{ pointer: '/amount/currency', detail: 'must be an ISO 4217 code such as CNY' }],
    ]);
  });

  test('a currency without terms is 422', async () => {
    expect(
      await refusal(shop.till.call('createOrder', { body: good({ amount: { currency: 'USD', value: 1 } }) as never })),
    ).toMatchObject({ status: 422, code: 'different_currency' });
  });

  test('another store is 403', async () => {
    expect(await refusal(shop.till.call('createOrder', { body: good({ storeId: 'other' }) as never }))).toMatchObject({
      status: 403,
      code: 'other_store',
    });
  });
});

describe('lists', () => {
  test('are whole, newest first, page by page, for one terminal or all', async () => {
    const beside = await besideIt();
    const opened: string[] = [];
    const besides: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      opened.push((await shop.open({ qrCode: false })).orderId);
      besides.push((await beside.call('createOrder', { body: good({ qrCode: false }) })).body.orderId);
    }
    const first = await shop.till.call('listOrders', { query: { limit: '3', terminal: 'self' } });
    const second = await shop.till.call('listOrders', {
      query: { limit: '100', terminal: 'self', cursor: first.body.nextCursor ?? '' },
    });
    const ids = (page: { data: readonly { orderId: string }[] }) => page.data.map(({ orderId }) => orderId);
    expect(ids(first.body)).toEqual(opened.toReversed().slice(0, 3));
    expect(ids(second.body).slice(0, 2)).toEqual(opened.toReversed().slice(3));
    expect(second.body.nextCursor).toBeNull();
    expect(ids((await beside.call('listOrders', { query: { terminal: 'self' } })).body)).toEqual(besides.toReversed());
    const all = ids((await shop.backOffice.call('listOrders', { query: { limit: '10' } })).body);
    expect(all.toSorted()).toEqual([...opened, ...besides].toSorted());
    expect((await shop.stranger.call('listOrders', {})).body).toEqual({ data: [], nextCursor: null });
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=1e9',
    'limit=ten',
    'foo=1',
    'day=2026-02-30',
    'cursor=abc',
    'day=2026-03-01&day=2026-03-02',
    'merchantOrderNo=a&limit=1',
    'storeId=a%20b',
    'storeId=a+b',
  ])('?%s is a 400', async (query) => {
    expect((await shop.till.request('GET', `/v1/orders?${query}`)).status).toBe(400);
  });

  test('a cursor is good for its own list only', async () => {
    const { body } = await shop.till.call('listOrders', { query: { limit: '1' } });
    const cursor = body.nextCursor ?? '';
    expect(cursor).not.toBe('');
    for (const query of [`day=2020-01-01&cursor=${cursor}`, `cursor=${cursor.slice(0, -2)}AA`])
      expect(await (await shop.till.request('GET', `/v1/orders?limit=1&${query}`)).json()).toMatchObject({
        status: 400,
      });
  });
});

describe('who calls', () => {
  const pathOf = (name: OperationName) =>
    contract[name].path
      .replace('{orderId}', 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa')
      .replace('{refundNo}', 'r1')
      .replace('{shiftNo}', 's1')
      .replace('{statementId}', 'mer_aaaaaaaaaaaa.2026-03-01');
  const signed = (Object.keys(contract) as OperationName[]).filter((name) => contract[name].scope !== null);

  test.each(signed)('S1 %s: unsigned and revoked are 401', async (name) => {
    const { method } = contract[name];
    const unsigned = await fetch(shop.stack.api + pathOf(name), { method });
    expect([unsigned.status, ((await unsigned.json()) as { code: string }).code]).toEqual([401, 'signature_missing']);
    const revoked = await shop.revoked.request(method, pathOf(name), method === 'POST' ? '{}' : undefined);
    expect([revoked.status, ((await revoked.json()) as { code: string }).code]).toEqual([401, 'key_revoked']);
  });

  test.each(signed)('S3 %s: a credential without the scope is 403', async (name) => {
    const { method, scope } = contract[name];
    const client = scope === 'statements:read' ? shop.till : shop.backOffice;
    const answer = await client.request(method, pathOf(name), method === 'POST' ? '{}' : undefined);
    const missing = scope === 'statements:read' || scope === 'orders:write';
    expect(answer.status === 403).toBe(missing);
  });

  test("F65 another merchant's order answers like one that does not exist", async () => {
    const order = await shop.open();
    const unknown = 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const ask = async (orderId: string, path: string, method: string) => {
      const response = await shop.stranger.request(
        method,
        `/v1/orders/${orderId}${path}`,
        method === 'POST' ? REFUND_OR_NOTHING[path] : undefined,
      );
      const { requestId: _, ...body } = (await response.json()) as Record<string, unknown>;
      return { status: response.status, body };
    };
    for (const [path, method] of [
      ['', 'GET'],
      ['/close', 'POST'],
      ['/qr-code', 'POST'],
      ['/till-code-payment', 'POST'],
      ['/refunds', 'POST'],
      ['/refunds/r1', 'GET'],
    ] as const) {
      const foreign = await ask(order.orderId, path, method);
      expect(foreign).toEqual(await ask(unknown, path, method));
      expect(foreign.status).toBe(404);
    }
    const { body } = await shop.stranger.call('listOrders', { query: { merchantOrderNo: order.merchantOrderNo } });
    expect(body.data).toEqual([]);
  });

  test.each(['ord_unknown', 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_0', 'ano_0123', 'x', 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1_1'])(
    'an id of another shape, %s, is one that does not exist',
    async (id) => {
      expect((await refusal(shop.till.call('getOrder', { params: { orderId: id } }))).status).toBe(404);
    },
  );

  test('what lives beside the statements is none', async () => {
    const [{ merchantId } = { merchantId: '' }] = shop.stack.identity.merchants;
    for (const statementId of [`head_${merchantId}`, merchantId, `${merchantId}.2026-03-01`, 'chk_0'])
      expect((await refusal(shop.backOffice.call('getStatement', { params: { statementId } }))).status).toBe(404);
  });

  test('the API may be called as localhost, and by no other name', async () => {
    const [credential] = shop.stack.identity.credentials;
    if (!credential) throw new Error('no credential');
    const key = { ...credential, privateKey: await importPrivateKey(credential.privateKeyPem, credential.alg) };
    const statusAs = async (name: string) => {
      const url = shop.stack.api.replace('127.0.0.1', name);
      const headers = await signRequest(
        { method: 'GET', url: `${url}/v1/channels` },
        key,
        Math.floor(shop.now() / 1_000),
      );
      return new Promise((resolve, reject) => {
        const { port } = new URL(url);
        get(
          { host: '127.0.0.1', port, path: '/v1/channels', headers: { ...headers, host: `${name}:${port}` } },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        ).on('error', reject);
      });
    };
    expect([await statusAs('127.0.0.1'), await statusAs('localhost'), await statusAs('evil.example')]).toEqual([
      200, 200, 401,
    ]);
  });

  test('S5 a request sent again word for word changes nothing', async () => {
    const order = await shop.open();
    await shop.pay(order);
    const paid = await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    for (let i = 0; i < 3; i += 1) await shop.till.request('POST', `/v1/orders/${order.orderId}/qr-code`, '{}');
    expect(await shop.get(order.orderId)).toEqual(paid);
  });

  test('F73 integration minor 4 a route that the contract lacks is a bare 404, as the document says', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['DELETE', '/v1/orders'],
      ['GET', '/v1'],
      ['GET', '/v1/orders/'],
      ['POST', '/v1/orders/x/y/z'],
    ] as const) {
      const response = await fetch(shop.stack.api + path, { method });
      expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    }
    expect(INTRODUCTION).toContain('404 `Not Found`: there is no such path, or it has no such method (never 405)');
  });

  const REFUND_OR_NOTHING: Record<string, string> = {
    '/close': '{}',
    '/qr-code': '{}',
    '/till-code-payment': JSON.stringify({ attempt: 1, tillCode: '281234567890123456' }),
    '/refunds': JSON.stringify({ refundNo: 'r1', amount: cny(1) }),
  };
});

/** All headers of an answer, as whole values: what kind of answer it is, that nobody keeps it, and whose it is in the log. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../functions/client/client.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { businessDay, endOfDay, HOUR } from '../../functions/time.ts';
import { cny, newNo, openShop, type TestShop } from '../support/shop.ts';

const ZONE = 'Asia/Shanghai';
let shop: TestShop;
let paid: OrderView;
let statementId = '';
let day = '';
beforeAll(async () => {
  shop = await openShop();
  const untilMidnight = endOfDay(businessDay(shop.now(), ZONE), ZONE) - shop.now();
  if (untilMidnight < HOUR) await shop.advance(untilMidnight + HOUR);
  day = businessDay(shop.now(), ZONE);
  paid = await shop.open();
  await shop.pay(paid);
  await shop.eventually(paid.orderId, ({ status }) => status === 'paid');
  await shop.till.call('createRefund', { params: { orderId: paid.orderId }, body: { refundNo: 'r', amount: cny(1) } });
  await shop.advance(endOfDay(day, ZONE) + HOUR - shop.now());
  statementId = `${shop.stack.identity.merchants[0]?.id}.${day}`;
});
afterAll(() => shop.stop());

/** What the server of this machine adds by itself. */
const OWN = new Set(['connection', 'date', 'keep-alive', 'content-length', 'transfer-encoding']);

/** Status and all headers; the number of the request, which is new each time, by its form. */
async function answer(response: Response): Promise<[number, Record<string, string>]> {
  await response.arrayBuffer();
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !OWN.has(name)));
  return [response.status, headers];
}
const ask = async (method: string, path: string, body?: object, client: Client = shop.till, accept?: string) =>
  answer(await client.request(method, path, body && JSON.stringify(body), accept));

const ANY_ID = expect.stringMatching(/^[A-Za-z0-9=_-]{10,}$/);
/** Security minor 14. */
const every = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000',
  'x-request-id': ANY_ID,
};
const json = { ...every, 'content-type': 'application/json' };
const problem = { ...json, 'content-type': 'application/problem+json' };
const replayed = { ...json, 'idempotency-replayed': 'true' };

describe('of an answer', () => {
  test('that was made now, and that was made before', async () => {
    const sale = { merchantOrderNo: newNo(), amount: cny(1), subject: 'tea', qrCode: false };
    expect(await ask('POST', '/v1/orders', sale)).toEqual([201, json]);
    expect(await ask('POST', '/v1/orders', sale)).toEqual([200, replayed]);
    const again = { refundNo: 'r', amount: cny(1) };
    expect(await ask('POST', `/v1/orders/${paid.orderId}/refunds`, again)).toEqual([200, replayed]);
    expect(await ask('POST', '/v1/shifts', { shiftNo: 's' })).toEqual([201, json]);
    expect(await ask('POST', '/v1/shifts', { shiftNo: 's' })).toEqual([200, replayed]);
  });

  test.each(['/v1/orders', '/v1/channels', '/v1/merchant', '/v1/totals?terminal=self', '/v1/shifts'])(
    'GET %s',
    async (path) => {
      expect(await ask('GET', path)).toEqual([200, json]);
    },
  );

  test.each(['/v1/statements', '/v1/terminals', '/v1/reconciliations?day=2026-03-01'])(
    'GET %s, of a back office',
    async (path) => {
      expect(await ask('GET', path, undefined, shop.backOffice)).toEqual([200, json]);
    },
  );
});

describe('of a refusal', () => {
  test.each([
    [400, 'POST', '/v1/orders', {}],
    [403, 'GET', '/v1/statements', undefined],
    [404, 'GET', '/v1/orders/ord_none', undefined],
  ] as const)('%i', async (status, method, path, body) => {
    expect(await ask(method, path, body)).toEqual([status, problem]);
  });

  test('401, with a signature and without', async () => {
    expect(await ask('GET', '/v1/orders', undefined, shop.revoked)).toEqual([401, problem]);
    expect(await answer(await fetch(`${shop.stack.api}/v1/orders`))).toEqual([401, problem]);
  });

  test('413', async () => {
    expect(await ask('POST', '/v1/orders', { subject: 'x'.repeat(16_384) })).toEqual([413, problem]);
  });

  test('each has a number of its own, which the body names as well', async () => {
    const one = await shop.till.request('GET', '/v1/orders/ord_none');
    const two = await shop.till.request('GET', '/v1/orders/ord_none');
    const [a, b] = [await one.json(), await two.json()] as { requestId: string }[];
    expect([one.headers.get('x-request-id'), two.headers.get('x-request-id')]).toEqual([a?.requestId, b?.requestId]);
    expect(a?.requestId).not.toBe(b?.requestId);
  });
});

describe('of a file', () => {
  const path = (what: string) => `/v1/statements/${statementId}/${what}`;
  const file = (name: string, header: 'present' | 'absent', more: object = {}) => ({
    ...{ ...every, 'content-type': `text/csv; charset=utf-8; header=${header}`, vary: 'accept' },
    'content-disposition': `attachment; filename="${name}"`,
    ...more,
  });
  const fetched = (what: string) => ask('GET', path(what), undefined, shop.backOffice, 'text/csv');
  const name = (what: string) => `${statementId.split('.')[0]}_${day}_${ZONE.replace('/', '-')}_${what}.csv`;

  test('whole, and in pages that name the next one', async () => {
    expect(await fetched('lines')).toEqual([200, file(name('lines'), 'present')]);
    expect(await fetched('totals')).toEqual([200, file(name('terminals'), 'present')]);
    const [status, headers] = await fetched('lines?limit=1&excel=true');
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(headers.link ?? '') ?? [];
    expect([status, headers]).toEqual([200, file(name('lines'), 'present', { link: `<${next}>; rel="next"` })]);
    expect(next).toMatch(new RegExp(`^${path('lines')}\\?limit=1&excel=true&cursor=[A-Za-z0-9_-]+$`));
    const last = await answer(await shop.backOffice.request('GET', next, undefined, 'text/csv'));
    expect(last).toEqual([200, file(name('lines'), 'absent')]);
  });

  test('the same as JSON', async () => {
    for (const what of ['lines', 'totals'])
      expect(await ask('GET', path(what), undefined, shop.backOffice)).toEqual([200, json]);
  });
});

test('of what the channel is told', async () => {
  const response = await fetch(`${shop.stack.api}/v1/notifications/alipay`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=b',
  });
  expect(await answer(response)).toEqual([400, { 'content-type': 'text/plain' }]);
});

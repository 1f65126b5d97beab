/** A developer's machine: what pages of other sites can do with the stack that runs on it. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

/** As a browser sends it: `fetch` of Node sets neither the host nor what it says of the site. */
function ask(url: string, headers: Record<string, string>, method = 'POST', body = '{}') {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : body);
  });
}

/** Everything that answers without a signature. */
const handles = () => {
  const { api, simulator, antom } = shop.stack;
  const database = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  return [
    ['POST', `${api}/__local/activation-codes`, '{}'],
    ['POST', `${api}/__local/clock`, '{"advanceMs":0}'],
    ['GET', `${api}/__local/clock`, ''],
    ['GET', `${api}/__local/metrics`, ''],
    ['POST', `${api}/__local/schedules/sweep`, '{}'],
    ['GET', `${api}/__local/wallet/trades`, ''],
    ['POST', `${api}/__local/wallet/faults`, '{"reset":true}'],
    ['GET', `${simulator}/wallet/trades`, ''],
    ['POST', `${simulator}/wallet/faults`, '{"reset":true}'],
    ['GET', `${api}/__local/antom-wallet/trades`, ''],
    ['GET', `${antom}/wallet/trades`, ''],
    ['POST', `${antom}/wallet/faults`, '{"reset":true}'],
    ['POST', `${database}/`, '{"TableName":"x"}'],
  ] as const;
};
const SCAN = { 'x-amz-target': 'DynamoDB_20120810.Scan', 'content-type': 'application/x-amz-json-1.0' };

const FOREIGN: readonly (readonly [string, number, Record<string, string>])[] = [
  ['that lets its own name point here', 421, { host: 'evil.test' }],
  ['that lets its own name point here, with our port', 421, { host: 'evil.test:8080' }],
  ['whose name begins like ours', 421, { host: '127.0.0.1.evil.test' }],
  ['of another origin', 403, { origin: 'https://evil.test' }],
  ['without an origin', 403, { origin: 'null' }],
  ['of another port of this machine', 403, { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
  ['that loads an image', 403, { 'sec-fetch-site': 'cross-site' }],
];

describe('security minor 9 a page', () => {
  test.each(FOREIGN)('%s is refused at every handle: %i', async (_, status, headers) => {
    const before = shop.now();
    for (const [method, url, body] of handles()) {
      const told = await ask(url, { ...SCAN, ...headers }, method, body);
      expect([method, url, told.status]).toEqual([method, url, status]);
      expect(Object.keys(told.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(shop.now() - before).toBeLessThan(60_000);
  });

  test('of this very server, and a program, are served', async () => {
    for (const [method, url, body] of handles()) {
      const { origin, host } = new URL(url);
      for (const headers of [
        {},
        { origin, 'sec-fetch-site': 'same-origin' },
        { host: host.replace('127.0.0.1', 'localhost') },
      ]) {
        const told = await ask(url, { ...SCAN, ...headers }, method, body);
        expect([method, url, headers, told.status === 421 || told.status === 403]).toEqual([
          method,
          url,
          headers,
          false,
        ]);
      }
    }
  });

  test('may not read the tables: the database invites no origin', async () => {
    const { headers } = await ask(`${process.env.AWS_ENDPOINT_URL_DYNAMODB}/`, SCAN);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

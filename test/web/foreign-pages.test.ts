/** Pages of other sites, in a real browser, beside a stack that runs on the same machine. */
import { createServer, type Server } from 'node:http';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import { chromiumPath } from '../support/screens.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let browser: Browser;
let site: Server;
let page: Page;
let port: string;
beforeAll(async () => {
  shop = await openShop();
  // evil.test is a name that leads here, as one does after DNS rebinding.
  const args = ['--no-sandbox', '--host-resolver-rules=MAP evil.test 127.0.0.1'];
  browser = await chromium.launch({ executablePath: chromiumPath(), args });
  site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Win a phone</p>'));
  port = new URL(await listen(site)).port;
  page = await browser.newPage();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  if (site) await close(site);
  await shop?.stop();
});

const HANDLES = [
  ['POST', '/__local/activation-codes', '{}'],
  ['POST', '/__local/clock', '{"advanceMs":3600000}'],
  ['POST', '/__local/wallet/faults', '{"precreate":{"answer":"system_error","times":9}}'],
] as const;

/** What the page gets of each handle: a status, or nothing that it may read. */
const tryHandles = (at: string, mode: 'cors' | 'no-cors') =>
  page.evaluate(`Promise.all(${JSON.stringify(HANDLES)}.map(([method, path, body]) =>
    fetch('${at}' + path, { method, body, mode: '${mode}' }).then(({ type, status }) => type + ' ' + status, () => 'refused')))`);

async function mustBeUntouched(before: number): Promise<void> {
  expect(shop.now() - before).toBeLessThan(10 * 60_000);
  expect((await shop.open()).qrCode?.payload).toMatch(/^https?:/);
}

test('security minor 9 a page of another origin can send, and changes nothing', async () => {
  const before = shop.now();
  await page.goto(`http://evil.test:${port}/`);
  expect(await tryHandles(shop.stack.api, 'cors')).toEqual(['refused', 'refused', 'refused']);
  // What a form or an image can do: the request goes out, and the page may not read the answer.
  const told = await tryHandles(shop.stack.api, 'no-cors');
  for (const it of told as string[]) expect(['opaque 0', 'refused']).toContain(it);
  await mustBeUntouched(before);
});

test('security minor 9 a name that is pointed here reads nothing and changes nothing', async () => {
  const before = shop.now();
  const { port: ours } = new URL(shop.stack.api);
  await page.goto(`http://evil.test:${ours}/help`);
  expect(await tryHandles('', 'cors')).toEqual(['basic 421', 'basic 421', 'basic 421']);
  await mustBeUntouched(before);
});

test('security minor 9 a page reads and writes no table', async () => {
  await page.goto(`http://evil.test:${port}/`);
  const database = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  const scan = (headers: string, mode: string) =>
    page.evaluate(`fetch('${database}/', { method: 'POST', mode: '${mode}', headers: ${headers}, body: '{"TableName":"x"}' })
      .then(({ type }) => type, () => 'refused')`);
  expect(await scan('{ "x-amz-target": "DynamoDB_20120810.Scan" }', 'cors')).toBe('refused');
  expect(await scan('{}', 'cors')).toBe('refused');
});

test('the pages of the stack use the same handles', async () => {
  await page.goto(`${shop.stack.api}/help`);
  expect(await tryHandles('', 'cors')).toEqual(['basic 200', 'basic 200', 'basic 200']);
});

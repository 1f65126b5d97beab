/** What holds for the back office's pages whatever is on them: the key, the policy, the size; and the help page. */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { contentSecurityPolicy } from '../../lib/web-headers.ts';
import { bundlePages } from '../../web/bundle.ts';
import { type BackOffice, figures, fitsEverybody, go, openBackOffice, rows, settled } from '../support/back-office.ts';
import { newKeyFile } from '../support/key-file.ts';
import { runLine } from '../support/office.ts';
import type { TestShop } from '../support/shop.ts';

let office: BackOffice;
let shop: TestShop;
beforeAll(async () => {
  office = await openBackOffice();
  shop = office.shop;
}, 120_000);
afterAll(() => office?.stop());
afterEach(() => expect(office.complaints.splice(0)).toEqual([]));

/** What a browser says of answers that these tests want to be refusals. */
const forgetRefusals = () => {
  const others = office.complaints.filter((it) => !it.startsWith('Failed to load resource'));
  expect(others).toEqual([]);
  expect(office.complaints.splice(0).length).toBeGreaterThan(0);
};

const operator = async (line: string) => {
  const told = await runLine(`${line} --yes --json --local-stack ${shop.stack.stackFile}`);
  expect(told).toMatchObject({ code: 0 });
};

test('the key cannot be taken out of the browser, and is gone when it is forgotten', async () => {
  const page = await office.openConsole();
  // As text, because these tests know no types of a browser.
  const taken = (await page.evaluate(`(async () => {
    const kept = [];
    for (const { name } of await indexedDB.databases()) {
      const opening = indexedDB.open(name);
      await new Promise((resolve) => { opening.onsuccess = resolve; });
      for (const store of opening.result.objectStoreNames) {
        const asked = opening.result.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => { asked.onsuccess = resolve; });
        kept.push(...asked.result);
      }
    }
    const [{ privateKey, ...rest }] = kept;
    const told = JSON.stringify(rest) + JSON.stringify({ ...localStorage, ...sessionStorage });
    const out = await Promise.all(['pkcs8', 'jwk', 'raw'].map((format) =>
      crypto.subtle.exportKey(format, privateKey).then(() => 'out', () => 'kept')));
    return { count: kept.length, told, out, extractable: privateKey.extractable, usages: privateKey.usages };
  })()`)) as { told: string };
  expect(taken).toEqual({
    count: 1,
    told: expect.not.stringContaining('PRIVATE'),
    out: ['kept', 'kept', 'kept'],
    extractable: false,
    usages: ['sign'],
  });
  page.on('dialog', (dialog) => dialog.accept());
  await page.click('text=Forget the key');
  await page.waitForSelector('form.key');
  await page.reload();
  await page.waitForSelector('form.key');
});

test('what is not a key of the back office is refused in words; a bare PEM and its id are enough', async () => {
  const page = await office.openPage('/console');
  await page.waitForSelector('form.key');
  await fitsEverybody(page, 'key');
  const [terminal, own] = shop.stack.identity.credentials;
  const bring = async (text: string, keyid = '') => {
    await page.fill('textarea', text);
    await page.fill('input[name=keyid]', keyid);
    await page.click('button[type=submit]');
  };
  for (const [text, keyid, said] of [
    ['nonsense', '', 'Cannot read this'],
    ['{"credentials":[]}', '', 'Cannot read this'],
    [own?.privateKeyPem ?? '', '', 'Cannot read this'],
    [JSON.stringify({ credentials: [terminal] }), '', 'key of a terminal'],
  ] as const) {
    await bring(text, keyid);
    await page.waitForSelector(`[role=alert]:has-text("${said}")`);
  }
  await fitsEverybody(page, 'key-refused');
  await bring(own?.privateKeyPem ?? '', own?.keyid);
  await page.waitForSelector('.tabs');
});

test('a key sees what it may, and says so when it is revoked or nobody answers', async () => {
  const { file, take } = newKeyFile();
  await operator(`key create 示范商店 --scopes orders:read --out ${file}`);
  const credentials = take();
  const page = await office.openConsole(credentials[0]);
  expect(await page.$$eval('.tabs button', (all) => all.map((it) => it.textContent))).toEqual([
    'Today',
    'Orders',
    'Refunds',
  ]);
  const order = await shop.open();
  await shop.pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  await go(page, 'Orders');
  await page.click(`text=${order.merchantOrderNo}`);
  await page.waitForSelector('.trail');
  expect(await page.textContent('article')).toContain('This key may not refund');
  await fitsEverybody(page, 'order-read-only');

  await page.route('**/v1/**', (route) => route.abort());
  await page.click('.tabs button:text-is("Refunds")');
  await page.waitForSelector('.fault:has-text("No answer")');
  await fitsEverybody(page, 'silence');
  await page.unroute('**/v1/**');
  await page.click('.fault button');
  await settled(page);
  expect(await page.textContent('main')).toContain('No refunds');

  await operator(`key revoke ${credentials[0]?.keyid}`);
  await shop.advance(60_000);
  await page.reload();
  await page.waitForSelector('.fault:has-text("The key is not valid any more")');
  await fitsEverybody(page, 'key-revoked');
  forgetRefusals();
});

test('help tells the merchant its own terms, in both languages, and others where to find theirs', async () => {
  const page = await office.openPage('/help');
  await page.waitForSelector('h2');
  expect(await page.textContent('main > p')).toContain('Open this page in a browser that holds your key');
  await fitsEverybody(page, 'help-anybody');
  await page.goto(`${shop.stack.api}/console`);
  await page.setInputFiles('input[name=file]', shop.stack.credentialsFile);
  await page.waitForSelector('.tabs');
  await page.click('text=Help');
  await page.waitForSelector('text=The terms of 示范商店');
  expect(await figures(page)).toEqual({
    'Rate (CNY)': '0.6%',
    'Minimum per payment': 'none',
    'Cap per payment': 'none',
    'The fee on a refund': 'is returned in proportion',
    'In force since': '2020-01-01',
  });
  expect(await rows(page)).toEqual([
    ['¥12.34', '¥0.07', '¥12.27'],
    ['¥100.00', '¥0.60', '¥99.40'],
    ['¥1,000.00', '¥6.00', '¥994.00'],
  ]);
  expect(await page.textContent('main')).toContain('within 90 days of the payment');
  await fitsEverybody(page, 'help');
  await page.click('text=中文');
  await page.waitForSelector('html[lang=zh-CN]');
  const told = (await page.textContent('main')) ?? '';
  for (const part of [
    '示范商店的约定',
    '付款后 90 天内可以退款',
    '人民币 (CNY)',
    '支付宝（中国）网络技术有限公司',
    '0.6%',
  ])
    expect(told).toContain(part);
});

test('help whose terms cannot be asked for says so, and helps all the same', async () => {
  const page = await office.openConsole();
  await page.route('**/v1/**', (route) => route.abort());
  await page.click('text=Help');
  await page.waitForSelector('text=Your terms cannot be read just now');
  await fitsEverybody(page, 'help-silence');
  forgetRefusals();
});

/** Every script that a page has loaded, by path, as it came. */
function watchScripts(page: Page): Map<string, Promise<Buffer>> {
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.headers()['content-type']?.includes('javascript'))
      scripts.set(new URL(response.url()).pathname, response.body());
  });
  return scripts;
}

test.each(['/console', '/help', '/till', '/wallet'])(
  'all scripts of %s together are under 80 KB compressed',
  async (path) => {
    const page = await office.openPage('/help');
    const scripts = watchScripts(page);
    await page.goto(`${shop.stack.api}${path}`);
    await page.waitForSelector('#app > *', { state: 'attached' });
    const bodies = await Promise.all(scripts.values());
    const sizes = bodies.map((body) => gzipSync(body).length);
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(80_000);
  },
);

test('nothing is loaded from elsewhere', async () => {
  for (const [name, { content }] of await bundlePages()) {
    const urls =
      Buffer.from(content)
        .toString()
        .match(/https?:\/\/[^"'`\s)]+/g) ?? [];
    expect([name, urls.filter((url) => !/^http:\/\/www\.w3\.org\//.test(url))]).toEqual([name, []]);
  }
});

test('the policy is sent with every file, there is no inline script, and one that is smuggled in does not run', async () => {
  expect(contentSecurityPolicy()).toContain("script-src 'self';");
  expect(contentSecurityPolicy()).not.toMatch(/unsafe|\*|http/);
  for (const [name, { content, type }] of await bundlePages()) {
    const { headers, status } = await fetch(`${shop.stack.api}/${name.replace(/\/index\.html$/, '')}`);
    expect([name, status, headers.get('content-security-policy'), headers.get('x-content-type-options')]).toEqual([
      name,
      200,
      contentSecurityPolicy(),
      'nosniff',
    ]);
    if (!type.startsWith('text/html')) continue;
    const html = Buffer.from(content).toString();
    expect([name, html.match(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:/g)]).toEqual([name, null]);
  }
  for (const path of ['/help/none.js', '/console/../bin/app.ts', '/helpless'])
    expect((await fetch(`${shop.stack.api}${path}`)).status).toBe(404);

  for (const path of ['/console', '/help']) {
    const page = await office.openPage(path);
    const ran = await page.evaluate(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.smuggled = true';
      const refused = new Promise((resolve) => addEventListener('securitypolicyviolation', resolve, { once: true }));
      document.body.append(script);
      return [(await refused).effectiveDirective, window.smuggled === true];
    })()`);
    expect(ran).toEqual(['script-src-elem', false]);
    expect(office.complaints.splice(0)).toEqual([expect.stringContaining('Content Security Policy')]);
  }
});

test('a deployed page knows its API', async () => {
  const files = await bundlePages('https://pay.example.com/x');
  expect(Buffer.from(files.get('help/index.html')?.content ?? '').toString()).toContain(
    '<meta name="tillgate-api" content="https://pay.example.com">',
  );
  expect([...files.keys()].filter((name) => name.startsWith('wallet/'))).toEqual([]);
});

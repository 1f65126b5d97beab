/** The back office and the help page in a real browser, after the demo's day at the till. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DayResult, playDay } from '../../bin/demo/day.ts';
import { businessDay, endOfDay, HOUR } from '../../functions/time.ts';
import { contentSecurityPolicy } from '../../lib/web-headers.ts';
import { bundlePages } from '../../web/bundle.ts';
import { readTable } from '../support/csv.ts';
import { openScreens, overflows, type Screens, seriousFaults } from '../support/screens.ts';
import { openShop, type TestShop } from '../support/shop.ts';

const ZONE = 'Asia/Shanghai';
/** Pictures of what the tests see, for people to look at. */
const PICTURES = process.env.PICTURES;

let shop: TestShop;
let screens: Screens;
let day: string;
let sold: DayResult;
let complaints: string[];

beforeAll(async () => {
  shop = await openShop();
  screens = await openScreens();
  const untilMidnight = endOfDay(businessDay(shop.now(), ZONE), ZONE) - shop.now();
  if (untilMidnight < HOUR) await shop.advance(untilMidnight + HOUR);
  day = businessDay(shop.now(), ZONE);
  sold = await playDay({
    merchantId: '',
    till: shop.till,
    backOffice: shop.backOffice,
    wallet: shop.wallet,
    pass: shop.advance,
    async until(what, look) {
      for (let i = 0; i < 200; i += 1) {
        const found = await look();
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`gave up waiting until ${what}`);
    },
    prefix: 'day1',
    tell: () => {},
  });
}, 120_000);
afterAll(async () => {
  await screens?.stop();
  await shop?.stop();
});
afterEach(() => expect(complaints).toEqual([]));

async function openPage(path: string, { width = 1280, locale = 'en' } = {}): Promise<Page> {
  complaints = [];
  const page = await screens.open({ width, locale, complaints, ahead: shop.now() - Date.now() });
  await page.goto(`${shop.stack.api}${path}`);
  return page;
}

/** The console with the key in it, as a person brings it in. */
async function openConsole(options: { width?: number; locale?: string } = {}): Promise<Page> {
  const page = await openPage('/console', options);
  await page.setInputFiles('input[name=file]', shop.stack.credentialsFile);
  await page.waitForSelector('.tabs');
  return page;
}

const go = async (page: Page, section: string) => {
  await page.click(`.tabs button:text-is("${section}")`);
  await settled(page);
};

/** Nothing is being asked for any more. */
const settled = async (page: Page) => {
  await page.waitForSelector('.loading', { state: 'detached' });
};

async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

const figures = async (page: Page): Promise<Record<string, string>> =>
  Object.fromEntries(
    await page.$$eval('.figures .figure', (all) =>
      all.map((it) => [it.querySelector('dt')?.textContent ?? '', it.querySelector('dd')?.textContent ?? '']),
    ),
  );
const rows = (page: Page) =>
  page.$$eval('tbody tr', (all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
const yuan = (value: number) => `${value < 0 ? '-' : ''}¥${(Math.abs(value) / 100).toFixed(2)}`;

test('the demo day is seen as it was', async () => {
  const page = await openConsole();
  await settled(page);
  expect(await figures(page)).toMatchObject({
    Payments: `${yuan(sold.sold)}${sold.payments}`,
    Refunds: `${yuan(-sold.returned)}${sold.refunds}`,
    'Net sales': yuan(sold.sold - sold.returned),
  });
  expect(await page.textContent('.plain li')).toMatch(/^Alipay Open/);
  await picture(page, 'console-today');

  await go(page, 'Orders');
  expect(
    (await rows(page)).map(([, number, amount, status, refunded]) => [number, amount, refunded, status]).sort(),
  ).toEqual([
    ['day1-bun', '¥5.60', '–', 'Paid'],
    ['day1-cake', '¥8.80', '–', 'Paid'],
    ['day1-forgotten', '¥5.00', '–', 'Closed'],
    ['day1-late', '¥66.00', '¥66.00', 'Paid · paid late'],
    ['day1-latte', '¥12.34', '¥2.34', 'Paid'],
  ]);
  await picture(page, 'console-orders');
  await page.selectOption('select >> nth=1', 'closed');
  expect((await rows(page)).map(([, number]) => number)).toEqual(['day1-forgotten']);
  await page.fill('input[name=number]', 'day1-late');
  await page.keyboard.press('Enter');
  await page.selectOption('select >> nth=1', '');
  await settled(page);

  await go(page, 'Refunds');
  expect((await rows(page)).map(([, , number, amount, status, source]) => [number, amount, status, source])).toEqual([
    ['day1-late', '¥66.00', 'Succeeded', 'automatic'],
    ['day1-latte', '¥2.34', 'Succeeded', expect.stringMatching(/^by the merchant/)],
  ]);
  await picture(page, 'console-refunds');
  await go(page, 'Terminals');
  expect(await rows(page)).toContainEqual(expect.arrayContaining(['收银台', 'main', 'Active']));
  await picture(page, 'console-terminals');
});

test('a refund is asked twice and made once', async () => {
  const page = await openConsole();
  await go(page, 'Orders');
  await page.click('text=day1-bun');
  await page.waitForSelector('.refund');
  expect((await page.$$eval('.trail li span', (all) => all.map((it) => it.textContent ?? ''))).join(' | ')).toMatch(
    /^Order opened \| Customer's code scanned, attempt 1 \| Paid by the customer/,
  );
  await page.fill('input[name=amount]', '5.61');
  await page.click('text=Check');
  expect(await page.textContent('[role=alert]')).toContain('at most ¥5.60');
  await page.fill('input[name=amount]', '1.5');
  await page.fill('input[name=reason]', 'cold');
  await page.click('text=Check');
  expect(await page.textContent('.ask')).toContain('Send ¥1.50 back');
  await picture(page, 'console-refund');

  // The answer is lost: the page does not know, is opened anew, and asks by the same number.
  let lost = 0;
  await page.route('**/refunds', async (route) => {
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  const asked = page.waitForEvent('requestfailed');
  await page.click('.danger');
  await asked;
  await page.unroute('**/refunds');
  complaints.length = 0;
  await page.reload();
  await page.waitForSelector('.tabs');
  await go(page, 'Orders');
  await page.click('text=day1-bun');
  expect(await page.textContent('.refund [role=alert]')).toContain('No definite answer yet');
  await page.click('.danger');
  await page.waitForSelector('.ask', { state: 'detached' });
  await page.waitForSelector('.trail >> text=Refund succeeded');
  expect(lost).toBeGreaterThan(0);
  const { body } = await shop.backOffice.call('listOrders', { query: { merchantOrderNo: 'day1-bun' } });
  expect(body.data[0]?.refunds).toMatchObject([
    { amount: { currency: 'CNY', value: 150 }, reason: 'cold', source: 'till', status: 'succeeded' },
  ]);
  expect(body.data[0]?.refundable.value).toBe(410);
  await picture(page, 'console-order');
});

test('the key cannot be taken out of the browser, and is gone when it is forgotten', async () => {
  const page = await openConsole();
  // As text, because these tests know no types of a browser.
  const taken = (await page.evaluate(`(async () => {
    const opening = indexedDB.open('tillgate-office');
    await new Promise((resolve) => { opening.onsuccess = resolve; });
    const asked = opening.result.transaction('values').objectStore('values').get('key');
    await new Promise((resolve) => { asked.onsuccess = resolve; });
    const { privateKey, ...rest } = asked.result;
    const told = JSON.stringify(rest) + JSON.stringify({ ...localStorage, ...sessionStorage });
    const out = await crypto.subtle.exportKey('pkcs8', privateKey).catch((error) => error.name);
    return { told, out, extractable: privateKey.extractable };
  })()`)) as { told: string; out: string; extractable: boolean };
  expect(taken).toMatchObject({ out: 'InvalidAccessError', extractable: false });
  expect(taken.told).not.toContain('PRIVATE');
  page.on('dialog', (dialog) => dialog.accept());
  await page.click('text=Forget the key');
  await page.waitForSelector('form.key');
  await page.reload();
  await page.waitForSelector('form.key');
});

test('what is not a key of the back office is refused in words; a bare PEM and its id are enough', async () => {
  const page = await openPage('/console');
  const [terminal, office] = shop.stack.identity.credentials;
  const bring = async (text: string, keyid = '') => {
    await page.fill('textarea', text);
    await page.fill('input[name=keyid]', keyid);
    await page.click('button[type=submit]');
  };
  for (const [text, keyid, said] of [
    ['nonsense', '', 'Cannot read this'],
    ['{"credentials":[]}', '', 'Cannot read this'],
    [office?.privateKeyPem ?? '', '', 'Cannot read this'],
    [JSON.stringify({ credentials: [terminal] }), '', 'key of a terminal'],
  ] as const) {
    await bring(text, keyid);
    await page.waitForSelector(`[role=alert]:has-text("${said}")`);
  }
  await picture(page, 'console-key');
  await bring(office?.privateKeyPem ?? '', office?.keyid);
  await page.waitForSelector('.tabs');
});

describe.each([320, 1280])('%i px wide', (width) => {
  test.each(['en', 'zh-CN'])('every section in %s fits and can be used by everybody', async (locale) => {
    const page = await openConsole({ width, locale });
    const sections = await page.$$('.tabs button');
    for (const section of sections) {
      await section.click();
      await settled(page);
      const name = `${width}-${locale}-${(await section.textContent()) ?? ''}`;
      expect([name, await overflows(page), await seriousFaults(page)]).toEqual([name, false, []]);
      await picture(page, name);
    }
    await sections[1]?.click();
    await page.click('text=day1-latte');
    await page.waitForSelector('.trail');
    expect([await overflows(page), await seriousFaults(page)]).toEqual([false, []]);
    await picture(page, `${width}-${locale}-order`);
  });

  test.each(['en', 'zh-CN'])('help in %s fits and can be used by everybody', async (locale) => {
    const page = await openPage('/help', { width, locale });
    await page.waitForSelector('h2');
    expect([await overflows(page), await seriousFaults(page)]).toEqual([false, []]);
  });
});

test('help tells the merchant its own terms, in both languages, and others where to find theirs', async () => {
  const page = await openPage('/help');
  expect(await page.textContent('main > p')).toContain('Open this page in a browser that holds your key');
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
  await picture(page, 'help-en');
  await page.click('text=中文');
  expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
  const told = (await page.textContent('main')) ?? '';
  for (const part of [
    '示范商店的约定',
    '付款后 90 天内可以退款',
    '人民币 (CNY)',
    '支付宝（中国）网络技术有限公司',
    '0.6%',
  ])
    expect(told).toContain(part);
  await picture(page, 'help-zh');
});

test('the scripts are small, and load nothing from anywhere', async () => {
  for (const [name, { content }] of await bundlePages()) {
    if (name.endsWith('.js')) expect([name, gzipSync(content).length < 80_000]).toEqual([name, true]);
    const urls =
      Buffer.from(content)
        .toString()
        .match(/https?:\/\/[^"'`\s)]+/g) ?? [];
    expect([name, urls.filter((url) => !/^http:\/\/www\.w3\.org\//.test(url))]).toEqual([name, []]);
  }
});

test('a deployed page knows its API; the local one is served with a policy that forbids everything else', async () => {
  const files = await bundlePages('https://pay.example.com/x');
  expect(Buffer.from(files.get('help/index.html')?.content ?? '').toString()).toContain(
    '<meta name="tillgate-api" content="https://pay.example.com">',
  );
  const { headers, status } = await fetch(`${shop.stack.api}/help/`);
  expect([status, headers.get('content-security-policy')]).toEqual([200, contentSecurityPolicy()]);
  for (const path of ['/help/none.js', '/console/../bin/app.ts', '/helpless'])
    expect((await fetch(`${shop.stack.api}${path}`)).status).toBe(404);
});

test('the statement of the day: totals, charts, and files for the accountant', async () => {
  await shop.advance(endOfDay(day, ZONE) + HOUR - shop.now());
  const page = await openConsole();
  await go(page, 'Statements');
  await page.waitForSelector('.chart');
  const { body } = await shop.backOffice.call('listStatements', { query: { from: day, to: day } });
  const [totals] = body.data[0]?.totals ?? [];
  expect(await figures(page)).toEqual({
    Payments: `${yuan(sold.sold)}${sold.payments}`,
    // The refund of these tests is on it, too.
    Refunds: `${yuan(-sold.returned - 150)}${sold.refunds + 1}`,
    'Net sales': yuan(sold.sold - sold.returned - 150),
    Fees: yuan(totals?.fees ?? 0),
    'Fees returned': yuan(totals?.feesReturned ?? 0),
    'Net fees': yuan(totals?.netFees ?? 0),
    'Net receivable': yuan(totals?.netReceivable ?? 0),
  });
  expect(await page.textContent('article > p')).toContain('All identity checks hold');
  const titles = await page.$$eval('.chart title', (all) => all.map((it) => it.textContent ?? ''));
  expect(titles).toHaveLength(25);
  expect(titles.at(-1)).toBe(
    `main: sales ${yuan(sold.sold)}, refunds ${yuan(-sold.returned - 150)}, fees ${yuan(totals?.netFees ?? 0)}`,
  );
  await picture(page, 'console-statement');

  const download = async (button: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(`text=${button}`)]);
    return { name: file.suggestedFilename(), content: readFileSync(await file.path(), 'utf8') };
  };
  const csv = await download('Download CSV');
  expect(csv.name).toMatch(/lines\.csv$/);
  const lines = readTable(csv.content.replace(/^\ufeff/, ''));
  expect(lines).toHaveLength(body.data[0]?.lineCount ?? 0);
  const print = await download('Download to print');
  expect(print.content).toContain(`<title>Fee statement ${day} · 示范商店</title>`);
  expect(print.content).toContain(body.data[0]?.hash);
  expect(await seriousFaults(page)).toEqual([]);
});

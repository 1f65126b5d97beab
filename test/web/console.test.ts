/** The demo's day at the till, seen in the back office. */
import { readFileSync } from 'node:fs';
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type DayResult, playDay } from '../../bin/demo/day.ts';
import { businessDay, endOfDay, HOUR } from '../../functions/time.ts';
import {
  type BackOffice,
  figures,
  fitsEverybody,
  go,
  openBackOffice,
  rows,
  settled,
  yuan,
  ZONE,
} from '../support/back-office.ts';
import { asFigures, shown, soldBy, sumsOf } from '../support/books.ts';
import { readTable } from '../support/csv.ts';
import { runLine } from '../support/office.ts';
import type { TestShop } from '../support/shop.ts';

let office: BackOffice;
let shop: TestShop;
let day: string;
let sold: DayResult;

beforeAll(async () => {
  office = await openBackOffice();
  shop = office.shop;
  const untilMidnight = endOfDay(businessDay(shop.now(), ZONE), ZONE) - shop.now();
  if (untilMidnight < HOUR) await shop.advance(untilMidnight + HOUR);
  day = businessDay(shop.now(), ZONE);
}, 120_000);
afterAll(() => office?.stop());
afterEach(() => expect(office.complaints.splice(0)).toEqual([]));

/** All that was sold, by the channel's own books: it has one store and one currency here. */
const books = async () => sumsOf(await soldBy(shop, () => 'main'));

test('before the first sale every section says that there is nothing', async () => {
  const page = await office.openConsole();
  for (const [section, said] of [
    ['Today', 'Nothing sold today yet.'],
    ['Orders', 'No orders fit.'],
    ['Refunds', 'No refunds on the orders of this day.'],
    ['Statements', 'No statements yet'],
  ] as const) {
    await go(page, section);
    expect(await page.textContent('main')).toContain(said);
    await fitsEverybody(page, `empty-${section}`);
  }
});

test('the demo day is seen as it was, with the totals that the API tells', async () => {
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
  const page = await office.openConsole();
  const sums = await books();
  expect([sums.payments, sums.refunds]).toEqual([
    [sold.payments, sold.sold],
    [sold.refunds, -sold.returned],
  ]);
  expect(await figures(page)).toEqual(asFigures(sums));
  // One cashier at one terminal: the same money once more.
  const cells = (await rows(page)).map((row) => row.slice(3).map((cell) => Number(cell.replace(/[¥,.]/g, ''))));
  expect(cells).toEqual([[sums.payments[1], sums.refunds[1], sums.netSales, sums.netFees, sums.netReceivable]]);
  expect(await page.textContent('.plain li')).toMatch(/^Alipay Open/);
  await fitsEverybody(page, 'today');

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
  await fitsEverybody(page, 'orders');
  const numbers = async () => (await rows(page)).map(([, number]) => number);
  await page.selectOption('select >> nth=1', 'closed');
  await expect.poll(numbers).toEqual(['day1-forgotten']);
  // money M1: by the channel's number of its trade.
  const [late] = (await shop.backOffice.call('listOrders', { query: { merchantOrderNo: 'day1-late' } })).body.data;
  await page.selectOption('select >> nth=1', '');
  await page.fill('input[name=number]', late?.payment?.tradeNo ?? '');
  await page.keyboard.press('Enter');
  await expect.poll(numbers).toEqual(['day1-late']);
  await page.fill('input[name=number]', 'day1-latte');
  await page.keyboard.press('Enter');
  await expect.poll(numbers).toEqual(['day1-latte']);
  await page.fill('input[name=number]', 'day1-late');
  await page.keyboard.press('Enter');
  await expect.poll(numbers).toEqual(['day1-late']);
  await page.click('td .link');
  await page.waitForSelector('h2:has-text("day1-late")');
  await fitsEverybody(page, 'order-late');

  await go(page, 'Refunds');
  expect((await rows(page)).map(([, number, amount, status, , source]) => [number, amount, status, source])).toEqual([
    ['day1-late', '¥66.00', 'Succeeded', 'automatic'],
    ['day1-latte', '¥2.34', 'Succeeded', expect.stringMatching(/^by the merchant/)],
  ]);
  await fitsEverybody(page, 'refunds');
  await go(page, 'Terminals');
  expect(await rows(page)).toContainEqual(expect.arrayContaining(['收银台', 'main', 'Active']));
  await fitsEverybody(page, 'terminals');

  const terminalId = shop.stack.identity.credentials[0]?.keyid.replace(/\.\d+$/, '');
  await page.click(`tr:has-text("${terminalId}") >> text=Shifts`);
  await page.waitForSelector('text=No shift of this terminal was closed yet.');
  const { body: shift } = await shop.till.call('closeShift', { body: { shiftNo: 'evening', operatorId: 'Anna' } });
  await page.click('main > .link');
  await page.click(`tr:has-text("${terminalId}") >> text=Shifts`);
  await page.waitForSelector('td >> text=evening');
  const [totals] = shift.totals;
  if (!totals) throw new Error('the day has sales');
  expect(await rows(page)).toEqual([
    ['evening', expect.any(String), expect.any(String), 'Anna', yuan(totals.netSales)],
  ]);
  await fitsEverybody(page, 'shifts');
  await page.click('text=evening');
  await page.waitForSelector('h2:has-text("Shift evening")');
  expect((await rows(page)).map(([operatorId, payments]) => [operatorId, payments])).toEqual(
    shift.terminals.map((row) => [row.operatorId ?? '–', `${yuan(row.payments.gross)} ×${row.payments.count}`]),
  );
  await fitsEverybody(page, 'shift');
});

const trail = (page: Page) => page.$$eval('.trail li span', (all) => all.map((it) => it.firstChild?.textContent ?? ''));

test('a refund is asked twice and made once', async () => {
  const page = await office.openConsole();
  await go(page, 'Orders');
  await page.click('text=day1-bun');
  await page.waitForSelector('.refund');
  expect(await trail(page)).toEqual(['Order opened', "Customer's code scanned, attempt 1", 'Paid by the customer']);
  await page.fill('input[name=refund]', '5.61');
  await page.click('text=Check');
  expect(await page.textContent('[role=alert]')).toContain('at most ¥5.60');
  await fitsEverybody(page, 'refund-too-much');
  await page.fill('input[name=refund]', '1.5');
  await page.fill('input[name=reason]', 'cold');
  await page.click('text=Check');
  expect(await page.textContent('.ask')).toContain('Send ¥1.50 back');
  await fitsEverybody(page, 'refund-ask');

  // Nobody hears of it: the page does not know, is opened anew, and asks by the same number.
  const loseOne = async (lose: (route: Route) => Promise<void>) => {
    await page.route('**/refunds', lose);
    const asked = page.waitForEvent('requestfailed');
    await page.click('.ask button');
    await asked;
    await page.reload();
    await page.unroute('**/refunds');
    office.complaints.length = 0;
    await page.waitForSelector('.tabs');
    await go(page, 'Orders');
    await page.click('text=day1-bun');
    await page.waitForSelector('.refund');
  };
  const numbers = new Set<string>();
  const heard = (route: Route) => numbers.add(route.request().postDataJSON().refundNo);
  await loseOne(async (route) => {
    heard(route);
    await route.abort();
  });
  expect(await page.textContent('.refund [role=alert]')).toContain('No definite answer yet about the refund of ¥1.50');
  await fitsEverybody(page, 'refund-unknown');
  // It is made, and the answer is lost: the order itself tells.
  await loseOne(async (route) => {
    heard(route);
    await route.fetch();
    await route.abort();
  });
  expect((await trail(page)).slice(3)).toEqual(['Refund requested', 'Refund succeeded']);
  expect(await page.$('.refund [role=alert]')).toBeNull();
  expect(numbers.size).toBe(1);
  const { body } = await shop.backOffice.call('listOrders', { query: { merchantOrderNo: 'day1-bun' } });
  expect(body.data[0]?.refunds).toMatchObject([
    { amount: { currency: 'CNY', value: 150 }, reason: 'cold', source: 'till', status: 'succeeded' },
  ]);
  expect(body.data[0]?.refundable.value).toBe(410);
  await fitsEverybody(page, 'order-refunded');
});

test('a closed channel says why and until when', async () => {
  const operator = (line: string) => runLine(`channel ${line} --yes --local-stack ${shop.stack.stackFile}`);
  const why = '--until 2030-03-01T18:00:00+08:00 --reason-zh 系统维护 --reason-en Maintenance';
  expect(await operator(`close 示范商店 ${why}`)).toMatchObject({ code: 0 });
  const page = await office.openConsole();
  const channel = () => page.textContent('.plain li');
  // It bites when the functions have forgotten what they knew of the merchant.
  await shop.advance(60_000);
  await page.click('text=Reload');
  await settled(page);
  await go(page, 'Orders');
  await go(page, 'Today');
  expect(await channel()).toMatch(/^Alipay Closed CNY · until 2030-03-01 18:00:00 · Maintenance$/);
  await fitsEverybody(page, 'channel-closed');
  expect(await operator('open 示范商店')).toMatchObject({ code: 0 });
});

test('the statement of the day: totals, charts, and files for the accountant', async () => {
  await shop.advance(endOfDay(day, ZONE) + HOUR - shop.now());
  const page = await office.openConsole();
  await go(page, 'Statements');
  await page.waitForSelector('.chart');
  const { body } = await shop.backOffice.call('listStatements', { query: { from: day, to: day } });
  const [statement] = body.data;
  const sums = await books();
  // The refund of these tests is on it, too.
  expect([sums.payments, sums.refunds]).toEqual([
    [sold.payments, sold.sold],
    [sold.refunds + 1, -sold.returned - 150],
  ]);
  expect(await figures(page)).toEqual(asFigures(sums));
  expect(await page.textContent('article > p')).toContain('All identity checks hold');
  const titles = await page.$$eval('.chart title', (all) => all.map((it) => it.textContent ?? ''));
  expect(titles).toHaveLength(25);
  expect(titles.at(-1)).toBe(
    `main: sales ${shown(sold.sold)}, refunds ${shown(-sold.returned - 150)}, fees ${shown(sums.netFees)}`,
  );
  await fitsEverybody(page, 'statement');

  const download = async (button: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(`text=${button}`)]);
    return { name: file.suggestedFilename(), content: readFileSync(await file.path(), 'utf8') };
  };
  const csv = await download('Download CSV');
  expect(csv.name).toMatch(/lines\.csv$/);
  const lines = readTable(csv.content.replace(/^\ufeff/, ''));
  const sumOf = (name: string) => lines.reduce((sum, line) => sum + Number(line[name]), 0);
  expect([lines.length, sumOf('grossMinor'), sumOf('feeMinor'), sumOf('netMinor')]).toEqual([
    ...[sums.payments[0] + sums.refunds[0], sums.netSales, sums.netFees, sums.netReceivable],
  ]);
  const print = await download('Download to print');
  expect(print.content).toContain(`<title>Fee statement ${day} · 示范商店</title>`);
  expect(print.content).toContain(statement?.hash);
});

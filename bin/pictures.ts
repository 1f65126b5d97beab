/**
 * `npm run pictures`: the pictures of the README, taken from the running pages: a day's sales, and one more by hand. Writes
 * `docs/pictures/{till-code,till-paid,wallet,console}.png`. Needs Chromium and a font with Chinese characters (on Debian:
 * `apt-get install chromium fonts-noto-cjk`).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createClient } from '../functions/client/client.ts';
import { importPrivateKey } from '../functions/client/sign.ts';
import { businessDay, clock, endOfDay, HOUR, MINUTE } from '../functions/time.ts';
import { openScreens } from '../test/support/screens.ts';
import { pickCredential } from './cli/credentials.ts';
import { type LocalStack, startLocalStack } from './local/stack.ts';

const PICTURES = join(import.meta.dirname, '..', 'docs', 'pictures');
const OPENS = 8 * HOUR;

/** What a café sells from eight to five, and after how many minutes the next customer comes. */
const SALES: readonly (readonly [subject: string, fen: number, minutes: number])[] = [
  ['拿铁咖啡', 2800, 9],
  ['可颂', 1600, 12],
  ['美式咖啡 ×2', 4400, 14],
  ['豆浆', 800, 22],
  ['早餐套餐', 3500, 8],
  ['拿铁咖啡 ×3', 8400, 31],
  ['绿茶', 1800, 17],
  ['芝士蛋糕', 3200, 40],
  ['生日蛋糕', 16800, 28],
  ['三明治', 2600, 11],
  ['午餐套餐 ×2', 9600, 7],
  ['午餐套餐', 4800, 13],
  ['沙拉', 3900, 10],
  ['午餐套餐 ×4', 19200, 16],
  ['美式咖啡', 2200, 35],
  ['乌龙茶', 2000, 41],
  ['咖啡豆 500 g', 12800, 26],
  ['卡布奇诺 ×2', 6000, 19],
  ['松饼', 2900, 33],
  ['热可可', 2500, 24],
];
/** Which of them come back in part: the sale's place in the list, and fen. */
const RETURNS = new Map([
  [5, 2800],
  [13, 4800],
]);

function toNextDay({ identity }: LocalStack): number {
  const zone = identity.merchants[0]?.zone ?? 'UTC';
  return endOfDay(businessDay(clock.now(), zone), zone) - clock.now();
}

async function playDay(stack: LocalStack): Promise<void> {
  await stack.advance(toNextDay(stack) + OPENS);
  const { keyid, alg, privateKeyPem } = pickCredential(stack.identity, undefined, 'orders:write');
  const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
  const till = createClient({ baseUrl: stack.api, key, now: clock.now });
  for (const [i, [subject, value, minutes]] of SALES.entries()) {
    const ask = { merchantOrderNo: `cafe-${i + 1}`, subject, amount: { currency: 'CNY', value }, qrCode: true };
    const { body: order } = await till.call('createOrder', { body: ask });
    const payment = JSON.stringify({ qrCode: order.qrCode?.payload });
    await fetch(`${stack.simulator}/wallet/pay`, { method: 'POST', body: payment });
    await stack.advance(minutes * MINUTE);
    const back = RETURNS.get(i);
    if (back === undefined) continue;
    const refund = { refundNo: `back-${i + 1}`, amount: { currency: 'CNY', value: back } };
    await till.call('createRefund', { params: { orderId: order.orderId }, body: refund });
  }
  await stack.advance(MINUTE);
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

async function takeAll(stack: LocalStack): Promise<void> {
  const complaints: string[] = [];
  const screens = await openScreens();
  try {
    const till = await screens.open({ width: 1280, locale: 'en', complaints, ahead: clock.now() - Date.now() });
    await till.setViewportSize({ width: 1120, height: 700 });
    await till.goto(`${stack.api}/till`);
    await till.click('text=demo merchant');
    await till.waitForSelector('main[data-screen=ready]');
    await till.fill('input[name=subject]', '拿铁咖啡 ×2 + 可颂');
    await till.click('h1');
    for (const digit of '72.00') await till.keyboard.press(digit);
    await till.keyboard.press('Enter');
    await till.waitForSelector('main[data-screen=code]');
    await take(till, 'till-code');

    const wallet = await till.context().newPage();
    await wallet.setViewportSize({ width: 400, height: 600 });
    await wallet.goto(`${stack.api}${await till.getAttribute('a[target=tillgate-wallet]', 'href')}`);
    await wallet.fill('input[name=password]', '246810');
    await take(wallet, 'wallet');
    await wallet.click('button[type=submit]');
    await till.waitForSelector('main[data-screen=paid]');
    await take(till, 'till-paid');

    await stack.advance(toNextDay(stack) + HOUR);
    const office = await screens.open({ width: 1120, locale: 'en', complaints, ahead: clock.now() - Date.now() });
    await office.goto(`${stack.api}/console`);
    await office.setInputFiles('input[name=file]', stack.credentialsFile);
    await office.click('.tabs >> text=Statements');
    await office.waitForSelector('.chart');
    await take(office, 'console');
  } finally {
    await screens.stop();
  }
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

mkdirSync(PICTURES, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'tillgate-pictures-'));
const stack = await startLocalStack({
  port: 0,
  engine: 'dynalite',
  credentialsFile: join(folder, 'credentials.json'),
  onLine: () => {},
});
try {
  await playDay(stack);
  await takeAll(stack);
} finally {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}

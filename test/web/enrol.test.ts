/** A browser becomes a till. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR } from '../../functions/time.ts';
import { activationCode, suitsEverybody } from '../support/counter.ts';
import { openScreens, type Screens } from '../support/screens.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let screens: Screens;
beforeAll(async () => {
  shop = await openShop();
  screens = await openScreens();
}, 120_000);
afterAll(async () => {
  await screens?.stop();
  await shop?.stop();
});

test('a wrong code enrols nobody; a tablet whose clock is wrong sells; its key never leaves it', async () => {
  const complaints: string[] = [];
  const page = await screens.open({ width: 1280, locale: 'zh-CN', complaints, ahead: 2 * HOUR });
  await page.goto(`${shop.stack.api}/till`);
  await page.fill('input[name=code]', 'ABCD');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]:has-text("12")');
  await suitsEverybody(page, 'till-enrol');
  await page.fill('input[name=code]', 'ABCD-EFGH-JKLM');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]:not(:has-text("12"))');
  await page.fill('input[name=code]', await activationCode(shop.stack.api));
  await page.keyboard.press('Enter');
  await page.waitForSelector('main[data-screen=ready]');
  await page.keyboard.press('4');
  // It sells once it has asked what there is to know.
  await page.waitForSelector('.actions .primary:enabled');
  await page.keyboard.press('Enter');
  await page.waitForSelector('main[data-screen=code]');
  const taken = await page.evaluate(`(async () => {
    const opening = indexedDB.open('tillgate-till');
    await new Promise((resolve) => { opening.onsuccess = resolve; });
    const asked = opening.result.transaction('values').objectStore('values').get('key');
    await new Promise((resolve) => { asked.onsuccess = resolve; });
    return crypto.subtle.exportKey('pkcs8', asked.result.privateKey).catch((error) => error.name);
  })()`);
  expect(taken).toBe('InvalidAccessError');
  expect(complaints.filter((it) => !/status of 40[0-9]/.test(it))).toEqual([]);
  await page.context().close();
});

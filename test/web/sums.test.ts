/** The largest sums at every width, in both languages: nothing runs out of its place or over something else. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openConsoleBeside } from '../support/back-office.ts';
import { onStage } from '../support/counter-story.ts';
import { sumsFit } from '../support/fits.ts';

const stage = onStage();
const till = () => stage.counter.till;
const LARGEST = '88888888.88';
const SHOWN = /[¥￥]88,888,888\.88/;
const TYPED = /[¥￥]88888888\.88/;

/** Once in English, once in Chinese; the till goes on in the language that it had. */
async function fitsInBoth(page: Page, name: string, sum = SHOWN): Promise<void> {
  await sumsFit(page, `${name}-en`, sum);
  await page.click('header button:text-is("中文")');
  await page.waitForSelector('html[lang=zh-CN]');
  await sumsFit(page, `${name}-zh`, sum);
  await page.click('header button:text-is("English")');
  await page.waitForSelector('html[lang=en]');
}

describe('screens A2 the till', () => {
  test('the amount, the code, and what becomes of it', async () => {
    await stage.counter.type(LARGEST);
    await fitsInBoth(till(), 'sum-ready', TYPED);
    await till().click('text=Scan customer');
    await fitsInBoth(till(), 'sum-scan');
    await till().click('text=Back');
    await stage.counter.showCode(LARGEST);
    await fitsInBoth(till(), 'sum-code');
    await till().click('button:text-is("Cancel")');
    await stage.counter.shows('cancelled');
    await fitsInBoth(till(), 'sum-cancelled');
    await stage.counter.next();
  });

  test('paid, its receipt, refunded, the order and the shift', async () => {
    const no = await stage.counter.showCode(LARGEST);
    const [order] = await stage.ordersOf(no);
    if (!order) throw new Error('no order');
    await stage.shop.pay(order);
    await stage.counter.shows('paid');
    await fitsInBoth(till(), 'sum-paid');
    expect(await till().textContent('.receipt .total')).toMatch(SHOWN);
    await till().click('.told >> text=Refund');
    await till().click('text=Check');
    await till().click('button.danger');
    await till().waitForSelector('[data-result=succeeded]');
    await fitsInBoth(till(), 'sum-refunded');
    await till().click('nav >> text=Shift');
    await till().waitForSelector('.figures');
    await fitsInBoth(till(), 'sum-shift');
    await till().click('nav >> text=Orders');
    await till().waitForSelector('.list button');
    expect(await till().evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});

test('screens A3 the console: tiles of a day of a hundred million', async () => {
  for (let sale = 0; sale < 2; sale += 1) {
    const order = await stage.shop.open({ amount: { currency: 'CNY', value: 8_888_888_888 } });
    await stage.shop.pay(order);
    await stage.shop.eventually(order.orderId, ({ status }) => status === 'paid');
  }
  const page = await openConsoleBeside(till(), stage.shop);
  await page.waitForSelector('.figures');
  await fitsInBoth(page, 'sum-today', /[¥￥]\d{3},\d{3},\d{3}\.\d\d/);
  await page.click('.tabs button:text-is("Orders")');
  await page.click('tbody tr button');
  await page.waitForSelector('.figures');
  await fitsInBoth(page, 'sum-order');
});

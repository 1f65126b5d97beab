/** Money F3 on the screens: where the shop itself pays a discount, till, receipt and console say what is received. */
import { expect, test } from 'vitest';
import { businessDay, endOfDay, HOUR } from '../../functions/time.ts';
import { figures, fitsEverybody, go, openConsoleBeside, rows, settled, ZONE } from '../support/back-office.ts';
import { suitsEverybody } from '../support/counter.ts';
import { onStage } from '../support/counter-story.ts';
import { sumsFit } from '../support/fits.ts';
import { facts, refundsAt, slip } from '../support/read-screens.ts';

const stage = onStage();
const till = () => stage.counter.till;

/** Sold at the till, and paid with a coupon of the shop's own. */
async function sold(amount: string, more: Record<string, unknown>): Promise<string> {
  const number = await stage.counter.showCode(amount);
  const [order] = await stage.ordersOf(number);
  if (!order) throw new Error('no order');
  await stage.shop.pay(order, more);
  await stage.counter.shows('paid');
  return number;
}

const openConsole = () => openConsoleBeside(till(), stage.shop);

test('money F3 receipt and order at the till show the discount and what is received', async () => {
  await sold('100.00', { shopDiscount: '20.00' });
  expect(await slip(till())).toEqual([
    ['Sale', '¥100.00'],
    ['Discount paid by the shop', '-¥20.00'],
    ['Received', '¥80.00'],
  ]);
  await till().click('.told >> text=Refund');
  await till().waitForSelector('.facts');
  expect(await facts(till())).toMatchObject({ 'Discount paid by the shop': '¥20.00', Received: '¥80.00' });
  await suitsEverybody(till(), 'till-discount');
  await refundsAt(till(), '25.00');
  expect((await slip(till())).slice(1)).toEqual([
    ['Discount paid by the shop', '-¥20.00'],
    ['Received', '¥80.00'],
    ['Refunded', '-¥25.00'],
    ['Remaining', '¥75.00'],
  ]);
  await till().click('header button:text-is("中文")');
  await expect.poll(async () => (await slip(till())).map(([name]) => name).slice(1, 3)).toEqual(['商家优惠', '实收']);
});

test('money F3 without a discount nothing is said of it', async () => {
  await sold('33.00', {});
  expect(await slip(till())).toEqual([['Sale', '¥33.00']]);
  await till().click('.told >> text=Refund');
  await till().waitForSelector('.facts');
  expect(Object.keys(await facts(till()))).not.toContain('Received');
  const page = await openConsole();
  await go(page, 'Orders');
  await page.click('tbody tr:has-text("¥33.00") button');
  await page.waitForSelector('.figures');
  expect(await figures(page)).toEqual({ Amount: '¥33.00', Refunded: '¥0.00', Refundable: '¥33.00' });
});

test('money F3 the largest sums fit on the receipt and in the console', async () => {
  const number = await sold('88888888.88', { shopDiscount: '44444444.44' });
  await sumsFit(till(), 'discount-receipt', /[¥￥]44,444,444\.44/);
  await till().click('.told >> text=Refund');
  await till().waitForSelector('.facts');
  await suitsEverybody(till(), 'till-discount-largest');
  const page = await openConsole();
  await sumsFit(page, 'discount-today', /[¥￥][\d,]+\.\d\d/);
  await go(page, 'Orders');
  await page.click(`text=${number}`);
  await page.waitForSelector('.figures');
  await sumsFit(page, 'discount-order', /[¥￥]44,444,444\.44/);
});

test('money F3 the console: the order, its refund with till and cashier, today and the statement', async () => {
  // A day without the sales of the tests before, with time enough before midnight.
  await stage.pass(endOfDay(businessDay(stage.shop.now(), ZONE), ZONE) + HOUR - stage.shop.now());
  const day = businessDay(stage.shop.now(), ZONE);
  const order = await stage.shop.open({ amount: { currency: 'CNY', value: 10_000 }, operatorId: 'anna' });
  await stage.shop.pay(order, { shopDiscount: '20.00' });
  await stage.shop.eventually(order.orderId, ({ status }) => status === 'paid');
  const body = { refundNo: 'r1', amount: { currency: 'CNY', value: 2_500 }, operatorId: 'bela' };
  await stage.shop.till.call('createRefund', { params: { orderId: order.orderId }, body });

  const page = await openConsole();
  const sums = { 'Net sales': '¥75.00', Received: '¥60.00', 'Net fees': '¥0.36', 'Net receivable': '¥59.64' };
  expect(await figures(page)).toMatchObject(sums);
  expect(await page.$$eval('main table:first-of-type th', (all) => all.map((it) => it.textContent))).toContain(
    'Received',
  );
  expect((await rows(page)).map((row) => row.slice(2))).toEqual([
    ['anna', '¥100.00', '¥0.00', '¥100.00', '¥80.00', '¥0.48', '¥79.52'],
    ['bela', '¥0.00', '-¥25.00', '-¥25.00', '-¥20.00', '-¥0.12', '-¥19.88'],
  ]);
  await fitsEverybody(page, 'discount-today');

  await go(page, 'Orders');
  await page.click(`text=${order.merchantOrderNo}`);
  await page.waitForSelector('.figures');
  expect(await figures(page)).toEqual({
    Amount: '¥100.00',
    Received: '¥80.00Discount paid by the shop ¥20.00',
    Refunded: '¥25.00',
    Refundable: '¥75.00',
  });
  const asked = /Refund requested¥25\.00 · r1 · 收银台 \([a-z2-7]{4}\) · bela/;
  expect(await page.textContent('.trail')).toMatch(asked);
  await fitsEverybody(page, 'discount-order');
  await go(page, 'Refunds');
  expect((await rows(page)).map((row) => row.at(-1))).toEqual([
    expect.stringMatching(/^by the merchant 收银台 \([a-z2-7]{4}\) · bela$/),
  ]);
  await fitsEverybody(page, 'discount-refunds');

  await stage.pass(endOfDay(day, ZONE) + HOUR - stage.shop.now());
  await page.reload();
  await settled(page);
  await go(page, 'Statements');
  expect(await figures(page)).toMatchObject(sums);
  expect((await rows(page)).map((row) => row.slice(1))).toEqual([
    ['¥100.00', '-¥25.00', '¥75.00', '¥60.00', '¥0.36', '¥59.64'],
  ]);
  await fitsEverybody(page, 'discount-statement');
});

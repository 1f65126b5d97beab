/** The address of the back office's pages names what they show: Back, a reload and a copied link lead there. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { businessDay } from '../../functions/time.ts';
import { type BackOffice, go, openBackOffice, settled, ZONE } from '../support/back-office.ts';

let office: BackOffice;
beforeAll(async () => {
  office = await openBackOffice();
}, 120_000);
afterAll(() => office?.stop());
afterEach(() => expect(office.complaints.splice(0)).toEqual([]));

const hashOf = (page: Page) => new URL(page.url()).hash;
const chosen = (page: Page) => page.textContent('.tabs [aria-current]');

test('section, day and order stand in the address; a reload stays there and Back leads back', async () => {
  const { shop } = office;
  const order = await shop.open();
  await shop.pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  const day = businessDay(shop.now(), ZONE);
  const page = await office.openConsole();
  expect(hashOf(page)).toBe('');
  await go(page, 'Orders');
  expect(hashOf(page)).toBe('#/orders');
  await page.click(`td >> text=${order.merchantOrderNo}`);
  const title = `h2:has-text("${order.merchantOrderNo}")`;
  await page.waitForSelector(title);
  expect(hashOf(page)).toBe(`#/orders/${day}/${order.orderId}`);

  await page.reload();
  await page.waitForSelector(title);
  expect(await chosen(page)).toBe('Orders');
  const link = page.url();
  const other = await page.context().newPage();
  await other.goto(link);
  await other.waitForSelector(title);
  await other.close();

  await page.goBack();
  await page.waitForSelector('input[name=day]');
  expect([hashOf(page), await page.inputValue('input[name=day]')]).toEqual(['#/orders', day]);
  await page.fill('input[name=day]', '2026-01-02');
  await expect.poll(() => hashOf(page)).toBe('#/orders/2026-01-02');
  await page.waitForSelector('text=No orders fit.');
  await page.goBack();
  await page.waitForSelector(`td >> text=${order.merchantOrderNo}`);
  await page.goBack();
  await expect.poll(() => chosen(page)).toBe('Today');
  await page.goForward();
  await expect.poll(() => chosen(page)).toBe('Orders');
  await settled(page);
});

test('an address that names nothing of ours shows today, and one of an order that there is not says so', async () => {
  const page = await office.openConsole();
  for (const hash of ['#/nonsense/x', '#/%E0%A4%A', '#fee']) {
    await page.goto(`${office.shop.stack.api}/console${hash}`);
    await expect.poll(() => chosen(page)).toBe('Today');
    await settled(page);
  }
  await page.goto(`${office.shop.stack.api}/console#/orders/nonsense`);
  await page.waitForSelector('input[name=day]');
  expect(await page.inputValue('input[name=day]')).toBe(businessDay(office.shop.now(), ZONE));
  await page.goto(`${office.shop.stack.api}/console#/orders/2026-01-02/ord_none`);
  await page.waitForSelector('.fault');
  await page.click('main > .link');
  await page.waitForSelector('input[name=day]');
  expect(hashOf(page)).toBe('#/orders/2026-01-02');
  // The answer that there is no such order.
  expect(office.complaints.splice(0).every((it) => it.startsWith('Failed to load resource'))).toBe(true);
});

test('a shift and a statement have addresses, too', async () => {
  const page = await office.openConsole();
  const { shop } = office;
  const terminalId = shop.stack.identity.credentials[0]?.keyid.replace(/\.\d+$/, '');
  await shop.till.call('closeShift', { body: { shiftNo: 'noon' } });
  await page.goto(`${shop.stack.api}/console#/terminals/${terminalId}/noon`);
  await page.waitForSelector('h2:has-text("Shift noon")');
  await page.click('main > .link');
  await page.waitForSelector('td >> text=noon');
  expect(hashOf(page)).toBe(`#/terminals/${terminalId}`);
});

test('an answer of the help page is where its address says, after a reload as after Back', async () => {
  const page = await office.openPage('/help');
  await page.setViewportSize({ width: 1280, height: 500 });
  const inView = (id: string) =>
    page.$eval(`#${id} h2`, (it) => {
      const { top } = it.getBoundingClientRect();
      return top >= 0 && top < 500;
    });
  await page.waitForSelector('main nav a');
  expect(await inView('data')).toBe(false);
  await page.click('main nav a >> nth=4');
  await expect.poll(() => inView('data')).toBe(true);
  expect(hashOf(page)).toBe('#/data');
  await page.reload();
  await page.waitForSelector('#data h2');
  await expect.poll(() => inView('data')).toBe(true);
  await page.click('main nav a >> nth=0');
  await expect.poll(() => hashOf(page)).toBe('#/fee');
  await page.goBack();
  await expect.poll(() => inView('data')).toBe(true);
});

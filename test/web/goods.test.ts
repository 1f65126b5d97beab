/** When the till says that goods may be handed over: for the sale on its screen, and never in a look-up or beside a refund. */
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { go, openConsoleBeside } from '../support/back-office.ts';
import { excuse, suitsEverybody } from '../support/counter.ts';
import { onStage } from '../support/counter-story.ts';

const stage = onStage();
const till = () => stage.counter.till;
const main = async () => (await till().textContent('main')) ?? '';
const no = async () => (await till().textContent('.number')) ?? '';
const GOODS = /hand over/i;

async function sellAndBePaid(amount: string): Promise<string> {
  const number = await stage.counter.showCode(amount);
  await stage.counter.openCode();
  await stage.counter.enterPassword();
  await stage.counter.shows('paid');
  return number;
}

/** Opens an order from the list, by its amount. */
async function openFromList(amount: string): Promise<void> {
  await till().click('nav >> text=Orders');
  await till().click(`.list button:has-text("${amount}")`);
  await till().waitForSelector('.facts');
}

describe('screens A9 only the sale on the screen says that goods are handed over', () => {
  test('a look-up says when it was paid, from the first moment', async () => {
    await sellAndBePaid('3.21');
    expect(await main()).toMatch(GOODS);
    await openFromList('¥3.21');
    expect(await till().textContent('.message')).toMatch(/^Paid \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(await main()).not.toMatch(GOODS);
    await suitsEverybody(till(), 'till-look-up');
  });

  test('the sale says so for as long as it is on the screen, also after a reload, and once it is over no more', async () => {
    const number = await sellAndBePaid('3.22');
    await stage.pass(3 * MINUTE);
    await till().reload();
    await stage.counter.shows('paid');
    expect(await main()).toContain('Paid. Hand over the goods.');
    expect(await stage.ordersOf(number)).toMatchObject([{ nextAction: 'none' }]);
    await stage.counter.next();
    await openFromList('¥3.22');
    expect(await main()).not.toMatch(GOODS);
  });

  test('a till that hears of the payment minutes later says so once it does', async () => {
    const number = await stage.counter.showCode('3.23');
    const isLook = (url: URL) => /orders\/ord_/.test(url.pathname);
    await till().route(isLook, (route) => route.abort());
    const [order] = await stage.ordersOf(number);
    if (!order) throw new Error('no order');
    await stage.shop.pay(order);
    await stage.shop.eventually(order.orderId, ({ status }) => status === 'paid');
    await stage.pass(5 * MINUTE);
    expect(await stage.ordersOf(number)).toMatchObject([{ nextAction: 'none' }]);
    await stage.counter.shows('offline');
    await till().unroute(isLook);
    await stage.counter.shows('paid');
    expect(await main()).toContain('Paid. Hand over the goods.');
    excuse(stage.counter, /ERR_FAILED/);
  });

  test('a sale that was put aside says so when it is opened again, if it was paid after all', async () => {
    const code = await stage.counter.ownCode();
    const silence = { pay: { answer: 'system_error_with_effect' }, query: { answer: 'system_error', times: 99 } };
    await stage.shop.faults({ ...silence, dropNotifications: true });
    await stage.counter.type('3.24');
    stage.counter.begins('3.24');
    await till().click('text=Scan customer');
    await till().fill('input[name=tillCode]', code);
    await till().keyboard.press('Enter');
    await stage.counter.shows('unknown');
    const number = await no();
    await till().click('text=Put aside');
    await stage.counter.shows('ready');
    await stage.shop.faults({ reset: true });
    const [order] = await stage.ordersOf(number);
    await stage.pass(5 * SECOND);
    await stage.shop.eventually(order?.orderId ?? '', ({ status }) => status === 'paid');
    await stage.pass(2 * MINUTE);
    expect(await stage.ordersOf(number)).toMatchObject([{ nextAction: 'none' }]);
    await till().click('.banner');
    await till().click('.banner');
    await till().waitForSelector('.facts');
    expect(await till().textContent('.message')).toBe('Paid. Hand over the goods.');
    await openFromList('¥3.24');
    expect(await main()).not.toMatch(GOODS);
  });
});

describe('screens A8 after a refund', () => {
  /** How many tones the till has begun to play. */
  const tones = () => till().evaluate('globalThis.tonesInTests ?? 0');

  const askRefund = async (amount: string) => {
    await till().fill('input[name=refund]', amount);
    await till().click('text=Check');
    await till().click('button.danger');
  };

  test('the form says so aloud and offers one way on; a second one takes a step of its own', async () => {
    await till().evaluate(`{
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...more) {
        globalThis.tonesInTests = (globalThis.tonesInTests ?? 0) + 1;
        return start.apply(this, more);
      };
    }`);
    const number = await sellAndBePaid('8.80');
    await till().click('.told >> text=Refund');
    await till().waitForSelector('input[name=refund]');
    expect(await main()).not.toMatch(GOODS);
    const before = await tones();
    await askRefund('3.80');
    await till().waitForSelector('[data-result=succeeded]');
    expect(await till().textContent('[data-result] h3')).toBe('Refunded ¥3.80');
    expect(await till().$$('input[name=refund], .refund button.danger, .refund button[type=submit]')).toEqual([]);
    // It sounds once the screen is drawn.
    await expect.poll(tones).toBe(Number(before) + 2);
    expect(await main()).not.toMatch(GOODS);
    await suitsEverybody(till(), 'till-refund-made');
    await till().click('text=Another refund');
    expect(await till().inputValue('input[name=refund]')).toBe('');
    await till().click('text=← Back');
    await stage.counter.shows('settled');
    expect(await main()).not.toMatch(GOODS);
    await stage.counter.next();
    expect(await stage.ordersOf(number)).toMatchObject([{ refunded: { value: 380 }, refunds: [{}] }]);

    await openFromList('¥8.80');
    await till().waitForSelector('text=Another refund');
    expect(await till().$('input[name=refund]')).toBeNull();
  });

  test('everything: the success stays until it was read, and nothing else is offered', async () => {
    await sellAndBePaid('2.10');
    await till().click('.told >> text=Refund');
    expect(await till().inputValue('input[name=refund]')).toBe('2.10');
    await askRefund('2.10');
    await till().waitForSelector('[data-result=succeeded]');
    expect(await till().$$eval('.refund button', (all) => all.map((it) => it.textContent))).toEqual(['Done']);
    await till().click('text=Done');
    await stage.counter.shows('settled');
    expect(await main()).toContain('Paid, and refunded as listed.');
  });

  test('the tab for selling leads to the next sale', async () => {
    await sellAndBePaid('2.20');
    await till().click('.told >> text=Refund');
    await askRefund('2.20');
    await till().waitForSelector('[data-result=succeeded]');
    await till().click('nav >> text=Sell');
    await stage.counter.shows('ready');
    await till().waitForSelector('.keys');
  });

  test('without one, the tab leads back to the sale, and the tab of orders to its list', async () => {
    await sellAndBePaid('2.30');
    await till().click('.told >> text=Refund');
    await till().click('nav >> text=Sell');
    await till().waitForSelector('.told');
    await stage.counter.shows('paid');
    await openFromList('¥2.30');
    await till().click('nav >> text=Orders');
    await till().waitForSelector('.list button');
  });

  test('that was refused: says why, and never that goods are handed over', async () => {
    await sellAndBePaid('2.40');
    await stage.shop.faults({ refund: { answer: 'refuse:ACQ.TRADE_NOT_ALLOW_REFUND' } });
    await till().click('.told >> text=Refund');
    await askRefund('2.40');
    await till().waitForSelector('[data-result=failed]');
    expect(await till().textContent('[data-result] h3')).toBe('Refund of ¥2.40 was not made');
    expect(await till().textContent('.message')).toBe('Paid. The refund was refused and no money has gone back.');
    expect(await main()).not.toMatch(GOODS);
    await suitsEverybody(till(), 'till-refund-refused');
    await till().click('text=Another refund');
    expect(await till().inputValue('input[name=refund]')).toBe('');
    await till().click('text=← Back');
    await stage.counter.shows('settled');
    expect(await main()).not.toMatch(GOODS);
  });

  test('that is on its way: it is not asked for again, and its end is shown', async () => {
    await sellAndBePaid('2.50');
    await stage.shop.faults({ refund: { answer: 'system_error' } });
    await till().click('.told >> text=Refund');
    await askRefund('1');
    await till().waitForSelector('[data-result=requested]');
    expect(await main()).toContain('Do not refund it a second time.');
    expect(await main()).not.toMatch(GOODS);
    await stage.shop.faults({ reset: true });
    await stage.pass(2 * MINUTE);
    await till().waitForSelector('[data-result=succeeded]', { timeout: 20_000 });
  });
});

test('screens A8, A9 in the back office: an order says when it was paid, and a refund what came of it', async () => {
  const number = await sellAndBePaid('7.70');
  const page = await openConsoleBeside(till(), stage.shop);
  await go(page, 'Orders');
  await page.click(`text=${number}`);
  await page.waitForSelector('.refund');
  expect(await page.textContent('article > p.quiet')).toMatch(/^Sale · Paid \d\d:\d\d:\d\d$/);
  await page.fill('input[name=refund]', '0.70');
  await page.click('text=Check');
  await page.click('.ask button.danger');
  await page.waitForSelector('[data-result=succeeded]');
  expect(await page.textContent('[data-result] h3')).toBe('Refunded ¥0.70');
  expect(await page.$('input[name=refund]')).toBeNull();
  await suitsEverybody(page, 'console-refund-made');
  await page.click('text=Done');
  await page.waitForSelector('[data-result]', { state: 'detached' });
  await page.click('text=Another refund');
  expect(await page.inputValue('input[name=refund]')).toBe('');
  expect(await page.textContent('main')).not.toMatch(GOODS);
});

/** The till and the wallet side by side in a real browser, on the whole system: every way a sale can go. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView } from '../../functions/http/answers.ts';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { type Counter, excuse, openCounter, suitsEverybody } from '../support/counter.ts';
import { openScreens, type Screens, turnDevice } from '../support/screens.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let screens: Screens;
let counter: Counter;
beforeAll(async () => {
  shop = await openShop();
  screens = await openScreens();
  // The first call of a function reads its code; the stories begin when that is done.
  const order = await shop.open();
  await shop.pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
}, 120_000);
afterAll(async () => {
  await screens?.stop();
  await shop?.stop();
});
beforeEach(async () => {
  counter = await openCounter(screens, { api: shop.stack.api, ahead: shop.now() - Date.now() });
});
afterEach(async () => {
  await shop.faults({ reset: true });
  await counter.close();
  // The server's clock is turned a moment before the device's: what is asked in between is asked again.
  if (isTurned) excuse(counter, /status of 401/);
  isTurned = false;
  expect(counter.complaints).toEqual([]);
});

let isTurned = false;
/** Time passes everywhere. */
async function pass(ms: number): Promise<void> {
  isTurned = true;
  await shop.advance(ms);
  await turnDevice(counter.till, shop.now() - Date.now());
}

/** From the password on its way to both screens that say it, ms; not from the click, before which the test's own tool waits. */
async function fromPasswordToPaid(): Promise<number> {
  const { wallet } = counter;
  const sent = wallet.waitForRequest(/wallet\/pay$/).then(() => performance.now());
  await Promise.all([counter.enterPassword(), wallet.waitForSelector('.end.success'), counter.shows('paid')]);
  return performance.now() - (await sent);
}

/** Every order under this number of the merchant's: there is never more than one. */
async function ordersOf(merchantOrderNo: string): Promise<OrderView[]> {
  return (await shop.backOffice.call('listOrders', { query: { merchantOrderNo } })).body.data;
}

/** A moment of a machine that does more than this at the same time is not the till's. */
const TIMED = { retry: 2 };

const alert = async () => (await counter.till.textContent('[role=alert]')) ?? '';
const number = async () => (await counter.till.textContent('.number')) ?? '';

describe('sell by code', () => {
  test('from the key pad to the receipt: both screens say it within 2 s of the password', TIMED, async () => {
    const { till, wallet } = counter;
    await suitsEverybody(till, 'till-ready');
    const no = await counter.showCode('12.34');
    await suitsEverybody(till, 'till-code');
    await counter.openCode();
    expect(await wallet.textContent('.facts')).toContain('示范商店¥12.34');
    await suitsEverybody(wallet, 'wallet-check');
    expect(await fromPasswordToPaid()).toBeLessThan(2_000);
    await suitsEverybody(till, 'till-paid');
    await suitsEverybody(wallet, 'wallet-paid');
    expect(await till.textContent('.told')).toContain('Paid. Hand over the goods.');
    expect(await till.getAttribute('main', 'data-sound')).toBe('success');
    expect((await till.textContent('#print')) ?? '').toContain(no);
    expect(await ordersOf(no)).toMatchObject([{ status: 'paid', amount: { currency: 'CNY', value: 1234 } }]);
    await counter.next();
  });

  test('a slow customer waits no longer; a wrong password is asked for again', TIMED, async () => {
    const { wallet } = counter;
    await counter.showCode('8');
    await counter.openCode();
    await wallet.click('summary');
    await wallet.check('input[name=wrongPassword]');
    await counter.enterPassword();
    await wallet.waitForSelector('[role=alert]:has-text("Wrong password")');
    await suitsEverybody(wallet, 'wallet-wrong');
    await wallet.uncheck('input[name=wrongPassword]');
    await pass(40 * SECOND);
    // The till wakes up and looks by itself; what counts is how long it waits after that.
    await counter.till.waitForResponse(/terminal=self/);
    await counter.till.waitForResponse(/orders\/ord_/);
    expect(await fromPasswordToPaid()).toBeLessThan(2_000);
  });

  test('nobody pays: the code goes before its end, and nothing was taken', async () => {
    const { till, wallet } = counter;
    const no = await counter.showCode('5');
    await pass(178 * SECOND);
    await counter.shows('checking');
    expect(await till.$('.code')).toBeNull();
    await suitsEverybody(till, 'till-checking');
    await pass(2 * MINUTE);
    await counter.shows('expired');
    await suitsEverybody(till, 'till-expired');
    expect(await ordersOf(no)).toMatchObject([{ status: 'closed', payment: null }]);
    await counter.next();
    const [order] = await ordersOf(no);
    await wallet.fill('input[name=qrCode]', order?.qrCode?.payload ?? 'https://qr.alipay.com/none');
    await wallet.click('button[type=submit]');
    await wallet.waitForSelector('[role=alert]');
    await suitsEverybody(wallet, 'wallet-no-code');
    excuse(counter, /status of (404|410)/);
  });

  test('reload in the middle: the same sale goes on, and is charged once', async () => {
    const { till } = counter;
    const no = await counter.showCode('6.50');
    await till.reload();
    await counter.shows('code');
    expect(await number()).toBe(no);
    await counter.openCode();
    await till.reload();
    await counter.enterPassword();
    await counter.shows('paid');
    await till.reload();
    await counter.shows('paid');
    expect(await ordersOf(no)).toMatchObject([{ status: 'paid' }]);
    expect(await shop.trades((await ordersOf(no))[0] as OrderView)).toHaveLength(1);
  });

  test('the answer to the order is lost, and the page with it: found again by its number', async () => {
    const { till } = counter;
    let lost = 0;
    await till.route('**/v1/orders', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await counter.type('7');
    await till.keyboard.press('Enter');
    await counter.shows('offline');
    await suitsEverybody(till, 'till-offline');
    await till.unroute('**/v1/orders');
    await till.reload();
    await counter.shows('code');
    expect(lost).toBeGreaterThan(0);
    expect(await ordersOf(await number())).toHaveLength(1);
    excuse(counter, /ERR_FAILED/);
  });
});

describe('cancel', () => {
  test('while the customer looks at the code: the password comes too late', async () => {
    const { till, wallet } = counter;
    const no = await counter.showCode('9');
    await counter.openCode();
    await till.click('text=Cancel');
    await counter.shows('cancelled');
    await suitsEverybody(till, 'till-cancelled');
    await counter.enterPassword();
    await wallet.waitForSelector('.end.closed');
    await suitsEverybody(wallet, 'wallet-closed');
    expect(await ordersOf(no)).toMatchObject([{ status: 'closed', payment: null }]);
    await counter.next();
  });

  test('after the password, of which nobody has told: the till learns of it, and of what becomes of the money', async () => {
    const { till, wallet } = counter;
    const no = await counter.showCode('11');
    await wallet.click('summary');
    await wallet.check('input[name=silence]');
    await counter.openCode();
    await counter.enterPassword();
    await wallet.waitForSelector('.end.success');
    await till.click('text=Cancel', { timeout: 1_000 }).catch(() => {});
    await till.waitForSelector('main[data-screen=paid], main[data-screen=late]');
    const isLate = (await till.getAttribute('main', 'data-screen')) === 'late';
    expect(await ordersOf(no)).toMatchObject([{ status: 'paid', payment: { late: isLate } }]);
    await suitsEverybody(till, isLate ? 'till-late' : 'till-paid-after-all');
    expect(await till.textContent('.told')).toContain(isLate ? 'Do not hand over' : 'Hand over');
    excuse(counter, /status of 409/);
  });
});

describe('scan the customer', () => {
  const scan = async (amount: string, code: string) => {
    await counter.type(amount);
    await counter.till.click('text=Scan customer');
    await counter.till.fill('input[name=tillCode]', code);
    await counter.till.keyboard.press('Enter');
  };

  test('a small amount is paid at once, and both screens say so', TIMED, async () => {
    const { till, wallet } = counter;
    const code = await counter.ownCode();
    await suitsEverybody(wallet, 'wallet-code');
    await counter.type('25');
    await till.click('text=Scan customer');
    await suitsEverybody(till, 'till-scan');
    await till.fill('input[name=tillCode]', '123');
    await till.keyboard.press('Enter');
    expect(await alert()).toContain('not an Alipay code');
    await till.fill('input[name=tillCode]', code);
    const began = performance.now();
    await till.keyboard.press('Enter');
    await Promise.all([wallet.waitForSelector('.end.success'), counter.shows('paid')]);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await wallet.textContent('.end')).toContain('¥25.00示范商店');
  });

  test('a large one is confirmed with the password', async () => {
    const { till, wallet } = counter;
    await scan('1200', await counter.ownCode());
    await wallet.waitForSelector('input[name=password]');
    await counter.shows('confirming');
    await suitsEverybody(till, 'till-confirming');
    await counter.enterPassword();
    await Promise.all([wallet.waitForSelector('.end.success'), counter.shows('paid')]);
    await wallet.click('nav button >> nth=2');
    await wallet.waitForSelector('.bills li');
    await suitsEverybody(wallet, 'wallet-bills');
  });

  test('or not: the till cancels, and nothing is taken', async () => {
    const { till, wallet } = counter;
    await scan('1300', await counter.ownCode());
    await wallet.waitForSelector('input[name=password]');
    await counter.shows('confirming');
    const no = await number();
    await wallet.click('text=Do not pay');
    await wallet.waitForSelector('.end.declined');
    await till.click('text=Cancel');
    await counter.shows('cancelled');
    await wallet.waitForSelector('.end.closed');
    expect(await ordersOf(no)).toMatchObject([{ payment: null }]);
  });
});

test('half goes back', async () => {
  const { till, wallet } = counter;
  const no = await counter.showCode('10');
  await counter.openCode();
  await counter.enterPassword();
  await counter.shows('paid');
  await till.click('.told >> text=Refund');
  await till.fill('input[name=refund]', '10.01');
  await till.click('form button[type=submit]');
  expect(await alert()).toContain('at most ¥10.00');
  await till.fill('input[name=refund]', '5');
  await till.click('form button[type=submit]');
  await suitsEverybody(till, 'till-refund');
  await till.click('button.danger');
  await till.waitForSelector('.refunds li[data-status=succeeded]');
  await suitsEverybody(till, 'till-refunded');
  expect(await ordersOf(no)).toMatchObject([{ refunded: { value: 500 }, refundable: { value: 500 } }]);
  await wallet.click('nav button >> nth=2');
  await wallet.waitForSelector('text=¥5.00 refunded');
  for (const section of ['Orders', 'Shift']) {
    await till.click(`nav >> text=${section}`);
    await till.waitForSelector('.list button, .figures');
    await suitsEverybody(till, `till-${section}`);
  }
  // money M1: by the channel's number of its trade.
  const [sold] = await ordersOf(no);
  await till.click('nav >> text=Orders');
  await till.fill('input[name=number]', sold?.payment?.tradeNo ?? '');
  await till.keyboard.press('Enter');
  await till.waitForSelector(`text=${no}`);
});

test('a channel that turns the merchant away: nothing is sold, and the banner says why until it is over', async () => {
  const { till } = counter;
  await shop.faults({ channelClosed: true });
  await counter.type('3');
  await till.keyboard.press('Enter');
  await counter.shows('failed');
  await suitsEverybody(till, 'till-failed');
  await till.click('text=Cancel');
  await counter.shows('cancelled');
  await counter.next();
  await till.waitForSelector('.banner');
  expect(await alert()).toContain('Alipay takes no payments now');
  await suitsEverybody(till, 'till-closed');
  await counter.type('3');
  expect(await till.isDisabled('text=Show code')).toBe(true);
  await shop.faults({ channelClosed: false });
  await pass(2 * MINUTE);
  await till.waitForSelector('.banner', { state: 'detached' });
  await till.keyboard.press('Enter');
  await counter.shows('code');
});

/** A hand scanner on the till's own screens: with real key events, as it types them. */
import { describe, expect, test } from 'vitest';
import { excuse, suitsEverybody } from '../support/counter.ts';
import { onStage } from '../support/counter-story.ts';

const stage = onStage();
const till = () => stage.counter.till;

/** A person needs this long from key to key, ms; a scanner less than half of it for the slowest. */
const BY_HAND = { delay: 120 };
/** A machine that is too busy to type fast is not a scanner. */
const FAST = { retry: 2 };
const USED = '281111111111111111';
const OTHER_WALLETS = '134567890123456789';

const alert = () => till().textContent('main [role=alert]');
const amount = () => till().getAttribute('output', 'data-amount');
const no = async () => (await till().textContent('.number')) ?? '';
const ENDS = {
  Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  Tab: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 },
} as const;

/** Types all at once, as a scanner does: the browser gets the keys together, and does not wait for the test between them. */
async function scan(text: string, end: keyof typeof ENDS | '' = 'Enter'): Promise<void> {
  const browser = await till().context().newCDPSession(till());
  const keys = [...[...text].map((key) => ({ key, text: key })), ...(end ? [ENDS[end]] : [])];
  await Promise.all(
    keys.flatMap((key) => [
      browser.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key }),
      browser.send('Input.dispatchKeyEvent', { type: 'keyUp', key: key.key }),
    ]),
  );
  await browser.detach();
}

describe('screens A1 a payment code on the key pad', () => {
  test.each([
    ['that ends with Enter', 'Enter'],
    ['that ends in silence', ''],
    ['that ends with Tab', 'Tab'],
  ] as const)('%s charges the amount that stood there', FAST, async (_, end) => {
    const code = await stage.counter.ownCode();
    await till().keyboard.type('12.50', BY_HAND);
    stage.counter.begins('12.50');
    await scan(code, end);
    await stage.counter.shows('paid');
    expect(await stage.ordersOf(await no())).toMatchObject([
      { amount: { value: 1_250 }, attempt: { n: 1, kind: 'till_code' }, status: 'paid' },
    ]);
  });

  test('without an amount: says so, sells nothing, and is not the amount', FAST, async () => {
    const code = await stage.counter.ownCode();
    const asked: string[] = [];
    till().on('request', (request) => request.method() === 'POST' && asked.push(request.url()));
    await scan(code);
    await till().waitForSelector('main [role=alert]');
    expect([await alert(), await amount()]).toEqual(['Enter the amount first, then scan.', '']);
    await suitsEverybody(till(), 'till-scan-no-amount');
    await till().click('header >> text=中文');
    await till().waitForSelector('main [role=alert]:has-text("请先输入金额")');
    expect(asked).toEqual([]);
    await till().keyboard.type('3', BY_HAND);
    await till().waitForSelector('main [role=alert]', { state: 'detached' });
    stage.counter.begins('3');
    await scan(code);
    await stage.counter.shows('paid');
    expect(await stage.ordersOf(await no())).toMatchObject([{ amount: { value: 300 } }]);
  });

  test.each([
    ['the bar code of goods', '6901234567892'],
    ['a link', 'https://qr.alipay.com/fkx12345678901234'],
  ])('%s is no payment code, and changes nothing', FAST, async (_, text) => {
    await till().keyboard.type('8.8', BY_HAND);
    await scan(text);
    await till().waitForSelector('main [role=alert]');
    expect([await alert(), await amount()]).toEqual([expect.stringContaining('This is no payment code'), '8.8']);
    await stage.counter.shows('ready');
  });

  test('of another wallet is refused by the server, and the customer is asked for another one', FAST, async () => {
    await till().keyboard.type('8.8', BY_HAND);
    stage.counter.begins('8.8');
    await scan(OTHER_WALLETS);
    await stage.counter.shows('scan');
    await till().waitForSelector('main [role=alert]');
    expect(await alert()).toContain('This is not a code of Alipay.');
    const code = await stage.counter.ownCode();
    await till().bringToFront();
    await scan(code);
    await stage.counter.shows('paid');
    excuse(stage.counter, /status of 422/);
  });

  test('typed slowly it is an amount that is too long, and stays one', async () => {
    await till().keyboard.type('2858618539637287', { delay: 60 });
    await till().waitForSelector('output[data-amount="28586185"]');
    expect(await till().$('main [role=alert]')).toBeNull();
  });

  test('while the name of the goods is being typed, it does not end up in there', FAST, async () => {
    const code = await stage.counter.ownCode();
    await till().keyboard.type('4', BY_HAND);
    await till().click('input[name=subject]');
    await till().keyboard.type('tea', BY_HAND);
    stage.counter.begins('4');
    await scan(code);
    await stage.counter.shows('paid');
    expect(await stage.ordersOf(await no())).toMatchObject([{ subject: 'tea', amount: { value: 400 } }]);
  });

  test('with the focus on a button, it does not press it', FAST, async () => {
    const code = await stage.counter.ownCode();
    await till().click('.keys >> text=7');
    stage.counter.begins('7');
    await scan(code);
    await stage.counter.shows('paid');
    expect(await stage.ordersOf(await no())).toMatchObject([{ amount: { value: 700 } }]);
  });
});

describe('screens A1 a payment code on another screen', () => {
  test('while our own code is shown: not charged, and said why; after the cancel it is', FAST, async () => {
    const code = await stage.counter.ownCode();
    const first = await stage.counter.showCode('6');
    await scan(code);
    await till().waitForSelector('main [role=alert]');
    expect(await alert()).toContain('Not charged: our own code can still be paid.');
    await suitsEverybody(till(), 'till-scan-code-open');
    expect(await stage.ordersOf(first)).toMatchObject([{ payment: null, attempt: { n: 1, kind: 'qr_code' } }]);
    await till().click('button:text-is("Cancel")');
    await stage.counter.shows('cancelled');
    await scan(code);
    await till().waitForSelector('main [role=alert]');
    expect(await alert()).toContain('enter the amount first');
    await stage.counter.next();
    await till().keyboard.type('6', BY_HAND);
    stage.counter.begins('6');
    await scan(code);
    await stage.counter.shows('paid');
    expect(await stage.ordersOf(first)).toMatchObject([{ payment: null }]);
  });

  test('after one that was refused it is the next attempt of the same order', FAST, async () => {
    const code = await stage.counter.ownCode();
    await till().keyboard.type('9', BY_HAND);
    stage.counter.begins('9');
    await scan(USED);
    await stage.counter.shows('failed');
    const order = await no();
    await scan(OTHER_WALLETS);
    await till().waitForSelector('main [role=alert]');
    expect(await alert()).toContain('This is not a code of Alipay.');
    await scan(code);
    await stage.counter.shows('paid');
    excuse(stage.counter, /status of 422/);
    expect(await no()).toBe(order);
    expect(await stage.ordersOf(order)).toMatchObject([{ status: 'paid', attempt: { n: 2 } }]);
  });

  test('on the scan screen it need not be in the field, and needs no Enter', FAST, async () => {
    const code = await stage.counter.ownCode();
    await till().keyboard.type('5', BY_HAND);
    stage.counter.begins('5');
    await till().click('text=Scan customer');
    await till().click('h2');
    await scan(code, '');
    await stage.counter.shows('paid');
  });
});

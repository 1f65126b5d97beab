/** A sale that goes on by another channel, in a real browser on the whole system: one button, and the amount stays. */
import { beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '../../functions/time.ts';
import { suitsEverybody } from '../support/counter.ts';
import { onStage } from '../support/counter-story.ts';
import { runLine } from '../support/office.ts';
import { texts } from '../support/read-screens.ts';

const stage = onStage();
const till = () => stage.counter.till;
const SWITCH = 'text=Take it with Alipay+';
const buttons = () => texts(till(), '.told .row button');
const NOTE = 'The code before is being closed. A payment of it comes back by itself.';

async function operator(line: string): Promise<void> {
  const { code, err } = await runLine(`${line} --yes --local-stack ${stage.shop.stack.stackFile}`);
  if (code !== 0) throw new Error(err);
}

/** What the till and the functions remember of the merchant is over. */
const lookAgain = () => stage.pass(MINUTE);

beforeAll(async () => {
  const { clientId } = stage.shop.stack.identity.antom.credentials;
  await operator(
    `channel connect 示范商店 --channel antom --client-id ${clientId} --reference-merchant-id SHOP-1 --merchant-name Tea --mcc 5499 --currencies JPY:USD,CNY:CNY`,
  );
  await stage.shop.advance(MINUTE);
});

/** Presses the one button, and waits for the other channel's code. Answers the new sale's number. */
async function takeItWithTheOther(amount: string): Promise<string> {
  const before = await till().textContent('.number');
  stage.counter.begins(amount);
  await till().click(SWITCH);
  await till().waitForFunction((no) => document.querySelector('.number')?.textContent !== no, before);
  await stage.counter.shows('code');
  return (await till().textContent('.number')) ?? '';
}

async function payAtAntom(no: string): Promise<void> {
  const [order] = await stage.ordersOf(no);
  const answer = await fetch(`${stage.shop.stack.antom}/wallet/pay`, {
    method: 'POST',
    body: JSON.stringify({ qrCode: order?.qrCode?.payload }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('success')]);
}

describe('the channel refuses', () => {
  test('one button takes the sale by the other, with the amount, and it is paid there', async () => {
    await stage.shop.faults({ precreate: { answer: 'refuse:ACQ.TOTAL_FEE_EXCEED', times: 9 } });
    await stage.counter.type('12.34');
    stage.counter.begins('12.34');
    await till().keyboard.press('Enter');
    await stage.counter.shows('failed');
    await till().waitForSelector(SWITCH);
    expect(await buttons()).toEqual(['Take it with Alipay+', 'Show a new code', 'Scan again', 'Cancel']);
    await suitsEverybody(till(), 'till-switch');
    const no = await takeItWithTheOther('12.34');
    expect([await till().textContent('.told h2'), await till().textContent('.told .money')]).toEqual([
      ...['Scan with Alipay+', '¥12.34'],
    ]);
    expect(await texts(till(), '.told .quiet')).toContain(NOTE);
    await suitsEverybody(till(), 'till-switched');
    await payAtAntom(no);
    await stage.counter.shows('paid');
    expect(await stage.ordersOf(no)).toMatchObject([{ channel: 'antom', status: 'paid', amount: { value: 1_234 } }]);
    await stage.counter.next();
  });
});

describe('a code is shown', () => {
  test('it is asked to close first, and a customer who pays it all the same gets the money back', async () => {
    const { counter } = stage;
    const before = await counter.showCode('7');
    await counter.openCode();
    const no = await takeItWithTheOther('7');
    await counter.enterPassword();
    await counter.wallet.waitForSelector('.end.success, .end.closed');
    await payAtAntom(no);
    await counter.shows('paid');
    await stage.pass(6 * MINUTE);
    const [old] = await stage.ordersOf(before);
    expect(old?.refunded).toEqual(old?.payment ? { currency: 'CNY', value: 700 } : { currency: 'CNY', value: 0 });
    expect(await stage.ordersOf(no)).toMatchObject([{ status: 'paid', refunds: [] }]);
    await counter.next();
  });
});

describe('neither is open', () => {
  test('the key pad says so of each, and sells nothing until one opens', async () => {
    await operator('channel close 示范商店 --channel alipay --reason-en Upgrade --reason-zh 升级');
    await operator('channel close 示范商店 --channel antom');
    await lookAgain();
    await till().waitForSelector('.banner >> nth=1');
    expect(await texts(till(), '.banner')).toEqual([
      ...['Alipay takes no payments nowUpgrade', 'Alipay+ takes no payments now'],
    ]);
    await suitsEverybody(till(), 'till-neither-open');
    await stage.counter.type('5');
    expect(await till().isDisabled('.actions .primary')).toBe(true);
    await operator('channel open 示范商店 --channel antom');
    await lookAgain();
    await till().waitForSelector('.banner', { state: 'detached' });
    stage.counter.begins('5');
    await till().keyboard.press('Enter');
    await stage.counter.shows('code');
    expect(await till().textContent('.told h2')).toBe('Scan with Alipay+');
    await till().click('text=Cancel');
    await stage.counter.shows('cancelled');
    await operator('channel open 示范商店 --channel alipay');
    await stage.counter.next();
  });
});

describe('a shop that sells in two currencies', () => {
  test('the cashier chooses one, and types an amount of it', async () => {
    await operator('agreement add 示范商店 --rate 1% --valid-from today --fee-on-refund kept --currency JPY');
    await lookAgain();
    await till().waitForSelector('select[name=currency]');
    await suitsEverybody(till(), 'till-currencies');
    await till().selectOption('select[name=currency]', 'JPY');
    await till().focus('main');
    for (const key of ['4', '5', '0']) await till().click(`.keys button:text-is("${key}")`);
    stage.counter.begun.push(450);
    await till().click('.actions .primary');
    await stage.counter.shows('code');
    const no = (await till().textContent('.number')) ?? '';
    expect(await stage.ordersOf(no)).toMatchObject([{ channel: 'antom', amount: { currency: 'JPY', value: 450 } }]);
    await till().click('text=Cancel');
    await stage.counter.shows('cancelled');
    await stage.counter.next();
  });
});

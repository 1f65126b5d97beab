/** The till on the command line of a merchant with two channels: which one takes what, one that is chosen, and a sale that goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLine } from '../support/office.ts';
import { newNo, openShop, type TestShop } from '../support/shop.ts';
import { type Ended, plain, runTill } from './line.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
  await operator(
    'channel connect 示范商店 --channel antom --client-id SANDBOX_1 --reference-merchant-id SHOP-1 --merchant-name Tea --mcc 5499 --currencies JPY:USD,CNY:CNY',
  );
  await operator('agreement add 示范商店 --rate 1% --valid-from today --fee-on-refund kept --currency JPY');
  // What the functions remember of the merchant is over.
  await shop.advance(31_000);
});
afterAll(() => shop.stop());

async function operator(line: string): Promise<void> {
  const { code, err } = await runLine(`${line} --yes --local-stack ${shop.stack.stackFile}`);
  if (code !== 0) throw new Error(err);
}

async function till(...words: string[]): Promise<Ended> {
  const { api, simulator, credentialsFile } = shop.stack;
  const { code, out, err } = await runTill([
    ...[...words, '--url', api, '--simulator', simulator, '--credential', credentialsFile],
  ]);
  return { code, out: plain(out), err: plain(err) };
}

test('channels: in what each one settles, and which one takes which currency', async () => {
  const routes = async () => (await till('channels')).out.split('\n').filter((line) => line.includes('goes to'));
  expect((await till('channels')).out).toBe(`alipay: open (CNY)
antom: open (CNY, JPY settled in USD)
  CNY goes to alipay: it comes first
  JPY goes to antom: no other channel takes it
`);
  await operator('channel prefer 示范商店 antom --currency CNY');
  await operator('channel close 示范商店 --channel antom');
  await shop.advance(31_000);
  expect(await routes()).toEqual([
    '  CNY goes to alipay: the one before it takes no orders now',
    '  JPY goes to none: no channel takes orders now',
  ]);
});

test('sell by a channel that is closed: it is refused, and each channel says why', async () => {
  await operator('channel close 示范商店 --channel antom --reason-en Upgrade --reason-zh 升级');
  await shop.advance(31_000);
  for (const line of [
    ['sell', '1.00', '--channel', 'antom'],
    ['sell', 'JPY 450'],
  ])
    expect(await till(...line)).toEqual({
      ...{ code: 1, out: '' },
      err: 'Refused (503 channel_closed): The channel takes no new orders.\n  antom: closed, Upgrade\n',
    });
});

test('charge in place of an order: that one is asked to close, and a paid one is told instead', async () => {
  const [before, no] = [newNo(), newNo()];
  const { orderId } = await shop.open({ merchantOrderNo: before });
  expect(await till('charge', '12.34', '--replaces', before, '--no', no)).toMatchObject({ code: 0, err: '' });
  expect(await shop.get(orderId)).toMatchObject({ status: 'closing', nextAction: 'start_new_order' });
  expect((await till('charge', '12.34', '--replaces', no)).err).toMatch(/^Refused \(409 order_paid\): /);
  expect((await till('sell', '12.33', '--replaces', before)).err).toMatch(/^Refused \(422 cannot_replace\): /);
  expect(await till('sell', '12.34', '--replaces', 'nothing')).toEqual({
    ...{ code: 1, out: '', err: 'there is no order nothing\n' },
  });
});

/** Money F5: the account of an order is frozen; the merchant's authorisation to speak for it is a credential, and today's counts. */
import { describe, expect, test } from 'vitest';
import { alipayAccount } from '../../functions/channel/alipay/gateway.ts';
import type { AlipayAccount } from '../../functions/channel/registry.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import { authorised } from '../../functions/merchant/merchant.ts';
import { ABSENT, CODE, Flow, PAID, SILENCE } from '../support/flow.ts';
import { MERCHANT_ID, merchantOf } from '../support/flow-shop.ts';

const usual = merchantOf('refund', {});
const account = alipayAccount(usual.accounts[0] ?? fail());
const other: AlipayAccount = { ...account, sellerId: '2088000000000002' };
const withToken = (appAuthToken: string, of = account): AlipayAccount => ({ ...of, appAuthToken });
const BACK = { kind: 'succeeded', at: 0 };

function fail(): never {
  throw new Error('it is not there');
}

/** The operator's change of the merchant. */
async function change(flow: Flow, changes: Partial<Merchant>): Promise<void> {
  const stored = (await flow.directory.get(MERCHANT_ID)) as unknown as Merchant;
  await flow.directory.replace({ ...stored, ...changes, version: stored.version + 1 }, stored.version);
}

async function newFlow(token: string): Promise<Flow> {
  const flow = new Flow();
  await change(flow, { accounts: [withToken(token)] });
  return flow;
}

/** The accounts under which the channel was asked since the last look. */
const accountsOf = (flow: Flow) =>
  flow.requests.splice(0).map((request) => (request as { readonly account: AlipayAccount }).account);

/** The order as a version before has stored it. */
async function storeToken(flow: Flow, token: string): Promise<void> {
  const { dueShard: _, ...order } = (await flow.orders.get(flow.orderId)) ?? fail();
  const before = { ...order, account: withToken(token), version: Number(order.version) + 1 };
  await flow.orders.replace(before, Number(order.version));
}

describe('money F5', () => {
  test('an order keeps seller and app, and no authorisation', async () => {
    const flow = await newFlow('token-one');
    await flow.says(CODE).create();
    expect(accountsOf(flow)).toEqual([withToken('token-one')]);
    expect((await flow.order()).account).toEqual(account);
  });

  test('a renewed authorisation speaks for running orders within 30 s: code, query, close, refund and its query', async () => {
    const flow = await newFlow('token-one');
    await flow.says(SILENCE).create();
    await change(flow, { accounts: [withToken('token-two')] });
    await flow.at(29.9).says(CODE).poll();
    expect(accountsOf(flow)).toEqual([withToken('token-one'), withToken('token-one')]);
    await flow.at(60).says(PAID).poll();
    await flow.at(70).says(SILENCE).refund('a', 100);
    await flow.at(135).says({ kind: 'none' }, BACK).poll();
    expect(accountsOf(flow)).toEqual(Array(4).fill(withToken('token-two')));
  });

  test('so does a till code, and its cancel', async () => {
    const flow = await newFlow('token-one');
    await flow.create({ qrCode: false });
    await change(flow, { accounts: [withToken('token-two')] });
    await flow.at(31).says(SILENCE, SILENCE).scan();
    await flow.at(80).says(ABSENT, SILENCE).poll();
    expect(accountsOf(flow)).toEqual(Array(4).fill(withToken('token-two')));
  });

  test('a former account goes on with its own', async () => {
    const flow = await newFlow('token-one');
    await flow.says(CODE).create();
    await change(flow, { accounts: [withToken('token-two', other)], formerAccounts: [withToken('token-three')] });
    await flow.at(60).says(PAID).poll();
    expect(accountsOf(flow)).toEqual([withToken('token-one'), withToken('token-three')]);
    expect((await flow.order()).account).toEqual(account);
  });

  test('an order that was stored with one is written as it is, and asked about by that of today', async () => {
    const flow = await newFlow('token-one');
    await flow.says(CODE).create();
    await storeToken(flow, 'token-old');
    flow.requests.splice(0);
    await flow.at(60).says(PAID).poll();
    expect(accountsOf(flow)).toEqual([withToken('token-one')]);
    expect(await flow.order()).toMatchObject({ payments: [{ tradeNo: 't1' }], account: withToken('token-old') });
    // The merchant's item does not know the account: there is only the stored word.
    await change(flow, { accounts: [other] });
    await flow.at(95).says(BACK).refund('a', 100);
    // It is the merchant's own app again.
    await change(flow, { accounts: [account] });
    await flow.at(130).says(BACK).refund('b', 100);
    expect(accountsOf(flow)).toEqual([withToken('token-old'), account]);
  });

  test('what is told and asks nothing reads no merchant', async () => {
    const flow = await newFlow('token-one');
    await flow.says(CODE).create();
    await flow.directory.replace({ id: MERCHANT_ID, version: 3, kind: 'gone' }, 2);
    const { kind, refundedInFull, ...paid } = PAID;
    expect((await flow.at(60).notified({ paid })).at(-1)).toBe('= success');
    expect(accountsOf(flow)).toEqual([withToken('token-one')]);
  });
});

test.each<[string, Partial<Merchant> | undefined, AlipayAccount]>([
  ['the current one', { accounts: [withToken('a')] }, withToken('a')],
  ['a former one', { accounts: [other], formerAccounts: [withToken('b')] }, withToken('b')],
  ['another app of the same seller is another account', { accounts: [{ ...withToken('a'), appId: '1' }] }, account],
  ['an account that the merchant does not name', { accounts: [other] }, account],
  ['no merchant', undefined, account],
])('an order is asked about by today’s authorisation: %s', (_, changes, expected) => {
  expect(authorised(changes && { ...usual, ...changes }, account)).toEqual(expected);
});

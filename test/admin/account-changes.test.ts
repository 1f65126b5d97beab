/** What an operator may change of a merchant's account at a channel, of its former ones, and of their authorisations. */

import { describe, expect, test } from 'vitest';
import { authoriseAccount, connectAccount } from '../../bin/admin/directory-changes.ts';
import { newMerchant } from '../../bin/directory/new-items.ts';
import { alipayAccount } from '../../functions/channel/alipay/gateway.ts';
import { type Merchant, receivingAccount } from '../../functions/merchant/merchant.ts';
import { APP, must, SELLER } from '../support/office.ts';
import { NOON } from '../support/orders.ts';

const blank = newMerchant('Harbour Tea');

describe('the account', () => {
  const named = { ...blank, acquirer: 'Alipay' };
  const account = { channel: 'alipay' as const, appId: APP, sellerId: SELLER };

  test('belongs to a merchant that names its acquirer', () => {
    expect(connectAccount(blank, 'alipay', account)).toMatch(/--acquirer/);
    expect(must(connectAccount(named, 'alipay', account)).accounts).toEqual([account]);
  });

  test('keeps what is not named, and an authorisation until it is taken away', () => {
    const authorised = must(connectAccount(named, 'alipay', { ...account, appAuthToken: '202601BBtoken' }));
    expect(must(connectAccount(authorised, 'alipay', account)).accounts).toEqual([
      { ...account, appAuthToken: '202601BBtoken' },
    ]);
    expect(must(connectAccount(authorised, 'alipay', { appAuthToken: null })).accounts).toEqual([account]);
    expect(connectAccount(authorised, 'alipay', {})).toBe(authorised);
  });

  const second = { ...account, sellerId: '2088000000000002' };
  const token = '202601BBtoken';

  test('money F5 an authorisation is of one seller and one app: another account names its own, or none', () => {
    const authorised = must(connectAccount(named, 'alipay', { ...account, appAuthToken: token }));
    for (const ask of [{ sellerId: second.sellerId }, { appId: '2021000000000009' }])
      expect(connectAccount(authorised, 'alipay', ask)).toMatch(
        /2088000000000001 .* only: .* --app-auth-token, or none/,
      );
    const without = must(connectAccount(authorised, 'alipay', { ...second, appAuthToken: null }));
    expect(without.accounts).toEqual([second]);
  });

  test('money F5 another account keeps the former ones, the newest first, each with its authorisation, and takes itself out', () => {
    const first = must(connectAccount(named, 'alipay', { ...account, appAuthToken: token }));
    expect(first).not.toHaveProperty('formerAccounts');
    const moved = must(connectAccount(first, 'alipay', { ...second, appAuthToken: null }));
    expect(moved).toEqual({ ...first, accounts: [second], formerAccounts: [{ ...account, appAuthToken: token }] });
    const third = { ...account, appId: '2021000000000009' };
    const again = must(connectAccount(moved, 'alipay', third));
    expect(again.formerAccounts).toEqual([second, { ...account, appAuthToken: token }]);
    const back = must(connectAccount(again, 'alipay', account));
    expect(back).toEqual({
      ...again,
      accounts: [{ ...account, appAuthToken: token }],
      formerAccounts: [third, second],
    });
    // A renewed authorisation is no other account.
    const renewed = must(connectAccount(back, 'alipay', { appAuthToken: '202602BBtoken' }));
    expect(renewed.formerAccounts).toEqual([third, second]);
    expect(connectAccount(back, 'alipay', account)).toBe(back);
  });

  test('money F5 has twenty before it at the most, and none is dropped: its orders would lose their authorisation', () => {
    const nth = (n: number) => ({ ...account, sellerId: `20880000000000${10 + n}` });
    let merchant: Merchant = named;
    for (let n = 0; n <= 20; n += 1) merchant = must(connectAccount(merchant, 'alipay', nth(n)));
    expect(merchant.formerAccounts).toEqual(Array.from({ length: 20 }, (_, i) => nth(19 - i)));
    expect(connectAccount(merchant, 'alipay', nth(21))).toMatch(/20 former accounts at the most/);
    expect(must(connectAccount(merchant, 'alipay', nth(7))).formerAccounts).toHaveLength(20);
    expect(authoriseAccount(merchant, nth(21), null, NOON)).toMatch(/20 former accounts at the most/);
  });

  test('money F5 of today or before is authorised anew, and it is noted when; the token is not in the note', () => {
    const { sellerId } = account;
    const moved = { ...named, accounts: [second], formerAccounts: [account] };
    const note = (at: number, of = account) => ({ at, appId: of.appId, sellerId: of.sellerId });
    const mended = must(authoriseAccount(moved, account, token, NOON));
    expect(mended).toEqual({
      ...moved,
      formerAccounts: [{ ...account, appAuthToken: token }],
      authorisations: [note(NOON)],
    });
    expect(authoriseAccount(mended, { ...account, appAuthToken: 'the order’s' }, token, NOON + 1)).toBe(mended);
    const both = must(authoriseAccount(mended, second, token, NOON + 1));
    expect(both.accounts).toEqual([{ ...second, appAuthToken: token }]);
    expect(both.authorisations).toEqual([note(NOON + 1, second), note(NOON)]);
    expect(must(authoriseAccount(both, account, null, NOON + 2)).formerAccounts).toEqual([account]);
    // An account that the merchant's item does not know is one of its former ones from now on.
    const old = { ...account, appId: '2021000000000009' };
    expect(
      must(authoriseAccount(mended, old, null, NOON)).formerAccounts?.map((it) => alipayAccount(it).appId),
    ).toEqual(['2021000000000009', APP]);
    expect(authoriseAccount(moved, account, 'a b', NOON)).toMatch(/8 to 40/);
    let merchant: Merchant = moved;
    for (let i = 0; i < 25; i += 1) merchant = must(authoriseAccount(merchant, account, `${token}${i}`, NOON + i));
    expect(merchant.authorisations).toEqual(
      Array.from({ length: 20 }, (_, i) => ({ at: NOON + 24 - i, appId: APP, sellerId })),
    );
  });

  test.each([
    [{ appId: APP }, /--seller-id/],
    [{ appId: APP, appAuthToken: '202601BBtoken' }, /--seller-id \(every notification/],
    [{ sellerId: SELLER }, /--app-id/],
    [{ appId: 'app', sellerId: SELLER }, /consists of digits/],
    [{ appId: APP, sellerId: '1234000000000001' }, /2088 and 12 more/],
    [{ ...account, appAuthToken: 'a b' }, /8 to 40/],
  ])('%j is none', (ask, why) => {
    expect(connectAccount(named, 'alipay', ask)).toMatch(why);
  });

  test('is none without an acquirer: there no order is accepted', () => {
    expect(receivingAccount({ ...named, accounts: [account] })).toEqual(account);
    expect(receivingAccount({ ...blank, accounts: [account] })).toBeUndefined();
    expect(receivingAccount(named)).toBeUndefined();
  });
});

/** Who sells on which terms: agreements by day, accounts, channels' states, currencies and limits, branch by branch. */
import { describe, expect, test } from 'vitest';
import { frozen, isSameAccount, payeeOf, settlementCurrency } from '../../functions/channel/account.ts';
import type { Account, AlipayAccount, AntomAccount, ChannelId } from '../../functions/channel/registry.ts';
import { TERMINAL_SCOPES } from '../../functions/merchant/credentials.ts';
import {
  accountsFor,
  agreedCurrencies,
  agreementAt,
  agreementsAt,
  authorised,
  channelState,
  currenciesAt,
  currenciesOf,
  currenciesSold,
  firstCurrency,
  limitedCurrencies,
  limitsIn,
  offersOf,
  receivingAccount,
  takersOf,
} from '../../functions/merchant/merchant.ts';
import { aMerchant, anAgreement } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';

const MIDNIGHT = Date.parse('2026-03-02T00:00:00+08:00');
const account = (more: Partial<AlipayAccount> = {}): AlipayAccount => ({
  ...{ channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001', ...more },
});

describe('the agreement in force', () => {
  const terms = [
    anAgreement({ agreementId: 'b', validFrom: '2026-03-02' }),
    anAgreement({ agreementId: 'a', validFrom: '2026-02-01' }),
    anAgreement({ agreementId: 'yen', validFrom: '2026-03-01', currency: 'JPY' }),
    anAgreement({ agreementId: 'plus', validFrom: '2026-03-01', channel: 'antom' }),
    anAgreement({ agreementId: 'named', validFrom: '2026-03-01', channel: 'alipay', currency: 'HKD' }),
  ];
  const idAt = (at: number, currency = 'CNY', zone = 'Asia/Shanghai', channel: ChannelId = 'alipay') =>
    agreementAt(aMerchant({ agreements: terms, zone }), channel, currency, at)?.agreementId;

  test('begins with its first business day, to the millisecond, in the merchant’s zone', () => {
    expect([idAt(MIDNIGHT - 1), idAt(MIDNIGHT)]).toEqual(['a', 'b']);
    expect([idAt(MIDNIGHT, 'CNY', 'UTC'), idAt(MIDNIGHT + 8 * 3_600_000, 'CNY', 'UTC')]).toEqual(['a', 'b']);
  });

  test('is none before the first one, and none of another currency', () => {
    const february = Date.parse('2026-02-01T00:00:00+08:00');
    expect([idAt(february - 1), idAt(february)]).toEqual([undefined, 'a']);
    expect([idAt(MIDNIGHT, 'JPY'), idAt(MIDNIGHT, 'USD')]).toEqual(['yen', undefined]);
  });

  test('is of one channel: what names none is of the first, and no channel has the terms of another', () => {
    const at = (channel: ChannelId, currency: string) => idAt(MIDNIGHT, currency, 'Asia/Shanghai', channel);
    expect([at('alipay', 'CNY'), at('antom', 'CNY')]).toEqual(['b', 'plus']);
    expect([at('alipay', 'JPY'), at('antom', 'JPY')]).toEqual(['yen', undefined]);
    expect([at('alipay', 'HKD'), at('antom', 'HKD')]).toEqual(['named', undefined]);
  });

  test('leaves the merchant’s own list in its order', () => {
    const merchant = aMerchant({ agreements: terms });
    agreementAt(merchant, 'alipay', 'CNY', MIDNIGHT);
    expect(merchant.agreements.map(({ agreementId }) => agreementId)).toEqual(['b', 'a', 'yen', 'plus', 'named']);
  });
});

describe('an account', () => {
  test('is where money goes if the acquirer has a name: the first one', () => {
    const accounts = [account(), account({ sellerId: '2088000000000002' })];
    expect(receivingAccount(aMerchant({ accounts }))).toEqual(accounts[0]);
    expect(receivingAccount(aMerchant({ accounts, acquirer: '' }))).toBeUndefined();
    expect(receivingAccount(aMerchant({ accounts: [] }))).toBeUndefined();
  });

  test('is the same by app and seller, whatever the authorisation', () => {
    const same = (more: Partial<AlipayAccount>) => isSameAccount(account(), account(more));
    expect([same({}), same({ appAuthToken: 't' }), same({ appId: 'x' }), same({ sellerId: 'x' })]).toEqual([
      ...[true, true, false, false],
    ]);
    expect(isSameAccount(account(), { ...account(), channel: 'other' as never })).toBe(false);
  });

  test('is kept on an order without its authorisation, and used with today’s', () => {
    const today = account({ appAuthToken: 'today' });
    const before = account({ sellerId: '2088000000000002', appAuthToken: 'before' });
    expect(frozen(today, 'CNY')).toStrictEqual(account());
    const merchant = aMerchant({ accounts: [today], formerAccounts: [before] });
    expect(authorised(merchant, account({ appAuthToken: 'old' }))).toEqual(today);
    expect(authorised(merchant, frozen(before, 'CNY'))).toEqual(before);
    const unknown = account({ sellerId: '2088000000000003' });
    expect(authorised(merchant, unknown)).toBe(unknown);
    expect(authorised(undefined, unknown)).toBe(unknown);
    expect(authorised(aMerchant({ accounts: [today] }), frozen(before, 'CNY'))).toEqual(frozen(before, 'CNY'));
  });
});

describe('an account that settles in other currencies', () => {
  const today: AntomAccount = {
    ...{ channel: 'antom', clientId: 'c1', referenceMerchantId: 'kissa', merchantName: '喫茶', merchantMCC: '5814' },
    ...{ currencies: { JPY: 'USD', HKD: 'HKD' }, agentToken: 'today' },
  };
  const order = { channel: 'antom', clientId: 'c1', referenceMerchantId: 'kissa', currencies: { JPY: 'USD' } };

  test('takes orders in them alone, whatever the channel takes', () => {
    const settled = ['JPY', 'HKD', 'CNY', 'XAF', 'constructor'].map((currency) => settlementCurrency(today, currency));
    expect(settled).toEqual(['USD', 'HKD', undefined, undefined, undefined]);
    expect([settlementCurrency(account(), 'CNY'), settlementCurrency(account(), 'JPY')]).toEqual(['CNY', undefined]);
  });

  test('is kept on an order without names and token, and with the order’s own currency alone', () => {
    expect(frozen(today, 'JPY')).toStrictEqual(order);
    expect(frozen(account({ appAuthToken: 'x' }), 'CNY')).toStrictEqual(account());
  });

  test('is filled up from the merchant of today, and settles as it was frozen', () => {
    const changed = { ...today, currencies: { JPY: 'JPY', CNY: 'CNY' }, merchantName: '新しい', agentToken: 'new' };
    const merchant = aMerchant({ accounts: [account(), changed] });
    expect(authorised(merchant, frozen(today, 'JPY'))).toStrictEqual({ ...changed, currencies: { JPY: 'USD' } });
    const other = frozen({ ...today, referenceMerchantId: 'other' }, 'JPY');
    expect(authorised(merchant, other)).toBe(other);
  });

  test('is the same by client and merchant, and is no account of another channel', () => {
    const same = (more: Partial<AntomAccount>) => isSameAccount(today, { ...today, ...more });
    expect([
      same({ currencies: {}, agentToken: 'x' }),
      same({ clientId: 'c2' }),
      same({ referenceMerchantId: 'x' }),
    ]).toEqual([...[true, false, false]]);
    expect(isSameAccount(today, account())).toBe(false);
    expect([payeeOf(today), payeeOf(account())]).toEqual(['kissa', '2088000000000001']);
  });
});

test('a channel is in the state that was said, up to the time that was said', () => {
  const state = (stored: object | undefined, now = NOON) =>
    channelState(aMerchant({ channels: stored === undefined ? {} : { alipay: stored as never } }), 'alipay', now);
  expect(state(undefined)).toEqual({ state: 'open' });
  for (const word of ['draining', 'closed', 'open']) {
    expect(state({ state: word })).toEqual({ state: word });
    const stored = { state: word, until: NOON, reason: { en: 'x', 'zh-CN': 'y' } };
    expect([state(stored, NOON - 1), state(stored, NOON)]).toEqual([stored, { state: 'open' }]);
  }
});

describe('currencies', () => {
  const agreements = [
    anAgreement({ validFrom: '2026-03-01' }),
    anAgreement({ agreementId: 'agr_2', validFrom: '2026-03-02' }),
    anAgreement({ agreementId: 'agr_3', currency: 'JPY', validFrom: '2026-03-02' }),
  ];

  test('are agreed once their first terms have begun, each once', () => {
    const merchant = aMerchant({ agreements });
    expect([agreedCurrencies(merchant, MIDNIGHT - 1), agreedCurrencies(merchant, MIDNIGHT)]).toEqual([
      ...[['CNY'], ['CNY', 'JPY']],
    ]);
    expect(agreedCurrencies(aMerchant({ agreements: [] }), NOON)).toEqual([]);
  });

  test('are sold in where a channel takes them', () => {
    const merchant = aMerchant({ agreements });
    expect([currenciesOf(merchant, MIDNIGHT), currenciesAt(merchant, account(), MIDNIGHT)]).toEqual([['CNY'], ['CNY']]);
    expect(offersOf(merchant, MIDNIGHT)).toEqual([{ channel: 'alipay', currencies: ['CNY'] }]);
    expect(offersOf(aMerchant({ accounts: [] }), MIDNIGHT)).toEqual([]);
    expect([takersOf(merchant, 'CNY'), takersOf(merchant, 'JPY')]).toEqual([['alipay'], []]);
    // Before there is an account, any channel may come to take them.
    expect(takersOf(aMerchant({ accounts: [] }), 'CNY')).toEqual(['alipay', 'antom']);
    const yenAt = (channel: ChannelId) => anAgreement({ agreementId: 'agr_4', currency: 'JPY', channel });
    const without = (channel: ChannelId) => aMerchant({ accounts: [], agreements: [...agreements, yenAt(channel)] });
    expect(currenciesOf(without('alipay'), MIDNIGHT)).toEqual(['CNY']);
    expect(currenciesOf(without('antom'), MIDNIGHT)).toEqual(['CNY', 'JPY']);
  });

  test('are sold in at the channel that the terms are of', () => {
    const other: Account = {
      ...{ channel: 'antom', clientId: 'SANDBOX_5Y0000000000001', referenceMerchantId: 'tea-1', merchantName: 'Tea' },
      ...{ merchantMCC: '5812', currencies: { CNY: 'USD', JPY: 'USD' } },
    };
    const plus = anAgreement({ agreementId: 'agr_4', currency: 'JPY', channel: 'antom', settlementCurrency: 'USD' });
    const merchant = aMerchant({ accounts: [account(), other], agreements: [...agreements, plus] });
    expect([currenciesAt(merchant, account(), MIDNIGHT), currenciesAt(merchant, other, MIDNIGHT)]).toEqual([
      ...[['CNY'], ['JPY']],
    ]);
    expect(currenciesSold(merchant, MIDNIGHT)).toEqual(['CNY', 'JPY']);
    expect(currenciesSold(aMerchant({ ...merchant, agreements }), MIDNIGHT)).toEqual(['CNY']);
    expect(['CNY', 'JPY'].map((currency) => accountsFor(merchant, currency, MIDNIGHT))).toEqual([[account()], [other]]);
    expect(accountsFor(merchant, 'CNY', Date.parse('2026-02-28T15:59:59Z'))).toEqual([]);
    // One of them each, although the second terms in CNY have begun.
    expect(agreementsAt(merchant, MIDNIGHT)).toEqual([agreements[1], agreements[2], plus]);
  });

  test('of amounts without one: that of the first terms, or CNY', () => {
    expect(firstCurrency({ agreements: agreements.toReversed() })).toBe('JPY');
    expect(firstCurrency({ agreements: [] })).toBe('CNY');
  });
});

describe('limits', () => {
  const { agreements } = aMerchant();
  const stored = { largestOrder: 1, refundedPerDay: 2, largestTerminalRefund: 3 };

  test('that name no currency are in the first one, and what names it goes before them', () => {
    const of = (limits: object) => ({ agreements, limits });
    expect(limitsIn(of(stored), 'CNY')).toStrictEqual(stored);
    expect(limitsIn(of(stored), 'JPY')).toStrictEqual({});
    expect(limitsIn(of({ refundedPerDay: 0 }), 'CNY')).toStrictEqual({ refundedPerDay: 0 });
    const money = { CNY: { largestOrder: 9 }, JPY: { refundedPerDay: 8 } };
    expect(limitsIn(of({ ...stored, money }), 'CNY')).toStrictEqual({ ...stored, largestOrder: 9 });
    expect(limitsIn(of({ ...stored, money }), 'JPY')).toStrictEqual({ refundedPerDay: 8 });
    expect(limitsIn(of({}), 'CNY')).toStrictEqual({});
  });

  test('are set in those currencies in which one is', () => {
    const of = (limits: object) => limitedCurrencies({ agreements, limits });
    expect([of({}), of({ ordersPerSecond: 1 }), of(stored)]).toEqual([[], [], ['CNY']]);
    expect(of({ money: { JPY: { largestOrder: 1 }, USD: {} } })).toEqual(['JPY']);
    expect(of({ largestOrder: 1, money: { JPY: { largestOrder: 1 } } })).toEqual(['CNY', 'JPY']);
  });
});

test('a terminal sells, reads what it sells and refunds, and does nothing else', () => {
  expect(TERMINAL_SCOPES).toEqual(['orders:write', 'orders:read', 'refunds:write']);
});

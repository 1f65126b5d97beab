/** What an operator may change of a merchant, and what not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addAgreement,
  authoriseAccount,
  changeSettings,
  connectAccount,
  earliestStart,
  type MoneyLimitChange,
  missingOf,
  setChannel,
} from '../../bin/admin/directory-changes.ts';
import { newMerchant } from '../../bin/admin/new-items.ts';
import {
  type Agreement,
  agreementAt,
  limitsIn,
  type Merchant,
  receivingAccount,
} from '../../functions/merchant/merchant.ts';
import { businessDay, DAY, HOUR } from '../../functions/time.ts';
import { APP, SELLER } from '../support/office.ts';
import { NOON } from '../support/orders.ts';

const blank = newMerchant('Harbour Tea');
const dayAfter = (days: number) => businessDay(NOON + days * DAY, blank.zone);
const when = { now: NOON, lastDecided: dayAfter(-1) };
const terms = (validFrom: string, more: Partial<Agreement> = {}): Agreement => ({
  agreementId: 'agr_a',
  currency: 'CNY',
  validFrom,
  ratePpm: 6_000,
  feeOnRefund: 'returned',
  ...more,
});
/** The merchant as changed; fails if it was refused. */
function must(outcome: Merchant | string): Merchant {
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

describe('agreements', () => {
  const asks = fc.array(
    fc.record({
      validFrom: fc.integer({ min: -3, max: 6 }).map(dayAfter),
      currency: fc.constantFrom('CNY', 'USD'),
      ratePpm: fc.constantFrom(3_800, 6_000),
      feeOnRefund: fc.constantFrom('kept' as const, 'returned' as const),
    }),
    { maxLength: 12 },
  );
  const addAll = (start: Merchant, list: readonly Omit<Agreement, 'agreementId'>[]) =>
    list.reduce(
      ({ merchant, refused }, ask, i) => {
        const outcome = addAgreement(merchant, { ...ask, agreementId: `agr_${i}` }, when);
        return typeof outcome === 'string' ? { merchant, refused: refused + 1 } : { merchant: outcome, refused };
      },
      { merchant: start, refused: 0 },
    );
  /** Sells in CNY for years. */
  const selling: Merchant = { ...blank, agreements: [terms('2020-01-01', { agreementId: 'agr_old' })] };
  const places = ({ agreements }: Merchant) => agreements.map((it) => `${it.currency} ${it.validFrom}`);

  test('F63 never overlap, never change, and begin on no day that is or may be settled', () => {
    fc.assert(
      fc.property(fc.constantFrom(blank, selling), asks, asks, (start, earlier, later) => {
        const before = addAll(start, earlier).merchant;
        const { merchant } = addAll(before, later);
        expect(merchant.agreements.slice(0, before.agreements.length)).toEqual(before.agreements);
        expect(new Set(places(merchant)).size).toBe(merchant.agreements.length);
        for (const { validFrom } of merchant.agreements.slice(start.agreements.length))
          expect(validFrom >= dayAfter(0)).toBe(true);
        // Whoever could pay before the change still pays what was agreed then.
        for (const currency of ['CNY', 'USD']) {
          const inForce = agreementAt(before, currency, NOON);
          if (inForce) expect(agreementAt(merchant, currency, NOON)).toBe(inForce);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('the days that get terms do not depend on the order in which they were asked for', () => {
    const sameRate = asks.map((list) => list.map((ask) => ({ ...ask, ratePpm: 6_000, feeOnRefund: 'kept' as const })));
    const twoOrders = sameRate.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    fc.assert(
      fc.property(fc.constantFrom(blank, selling), twoOrders, (start, [one, other]) => {
        const [a, b] = [addAll(start, one), addAll(start, other)];
        expect(places(b.merchant).sort()).toEqual(places(a.merchant).sort());
        expect(b.refused).toBe(a.refused);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('two that contradict each other are refused in either order', () => {
    const [one, other] = [terms(dayAfter(1)), terms(dayAfter(1), { ratePpm: 3_800, agreementId: 'agr_b' })];
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const)
      expect(addAgreement(must(addAgreement(blank, first, when)), second, when)).toMatch(
        /^other terms in CNY begin on .* never edited/,
      );
  });

  test('the first terms may begin today, the next ones tomorrow: somebody may have paid this morning', () => {
    expect(earliestStart(blank, 'CNY', when)).toBe(dayAfter(0));
    const agreed = must(addAgreement(blank, terms(dayAfter(0)), when));
    expect(earliestStart(agreed, 'CNY', when)).toBe(dayAfter(1));
    expect(earliestStart(agreed, 'USD', when)).toBe(dayAfter(0));
    expect(addAgreement(agreed, terms(dayAfter(0), { ratePpm: 1 }), when)).toMatch(/^other terms/);
    const later = { ...when, now: NOON + DAY, lastDecided: dayAfter(0) };
    expect(addAgreement(agreed, terms(dayAfter(1)), later)).toMatch(
      `can begin on ${dayAfter(2)} at the earliest, not on ${dayAfter(1)}`,
    );
  });

  test('a decided day is never touched, not even by a clock that is slow', () => {
    const slow = { now: NOON, lastDecided: dayAfter(2) };
    expect(earliestStart(blank, 'CNY', slow)).toBe(dayAfter(3));
    expect(typeof addAgreement(blank, terms(dayAfter(2)), slow)).toBe('string');
    expect(typeof addAgreement(blank, terms(dayAfter(3)), slow)).toBe('object');
  });

  test('the same terms again are no change', () => {
    const agreed = must(addAgreement(blank, terms(dayAfter(0)), when));
    expect(addAgreement(agreed, terms(dayAfter(0), { agreementId: 'agr_b' }), when)).toBe(agreed);
  });

  test('days are those of the merchant', () => {
    const western = { ...blank, zone: '-11:00' };
    const lateAtHome = { now: NOON + 10 * HOUR, lastDecided: '2020-01-01' };
    expect(earliestStart(western, 'CNY', lateAtHome)).toBe(businessDay(NOON + 10 * HOUR, '-11:00'));
  });

  test.each([
    [{ ratePpm: 1_000_001 }, /more than 100 %/],
    [{ feeMinimum: 2, feeCap: 1 }, /minimum .* above its cap/],
  ])('%j makes no sense', (more, why) => {
    expect(addAgreement(blank, terms(dayAfter(0), more), when)).toMatch(why);
  });
});

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
    expect(must(authoriseAccount(mended, old, null, NOON)).formerAccounts?.map(({ appId }) => appId)).toEqual([
      '2021000000000009',
      APP,
    ]);
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

describe('settings', () => {
  test('set and take away limits, and leave the others', () => {
    const moneyLimits = [{ limit: 'largestOrder', currency: 'CNY', value: 500_000 }] as const;
    const limited = must(changeSettings(blank, { limits: { refundsPerDay: 10 }, moneyLimits }));
    const money = { CNY: { largestOrder: 500_000 } };
    expect(limited.limits).toEqual({ refundsPerDay: 10, money });
    const less = must(changeSettings(limited, { refundWindowDays: 30, limits: { refundsPerDay: null } }));
    expect(less).toEqual({ ...blank, refundWindowDays: 30, limits: { money } });
    expect(changeSettings(less, { refundWindowDays: 30, moneyLimits })).toBe(less);
    expect(changeSettings(less, { refundWindowDays: 30, limits: {} })).toBe(less);
  });

  test('money: amounts of an earlier version are those of the first currency, and stay so', () => {
    const plain = { largestOrder: 500, refundsPerDay: 3 };
    const yen: Merchant = { ...blank, limits: plain, agreements: [terms('2020-01-01', { currency: 'JPY' })] };
    expect([limitsIn(yen, 'JPY'), limitsIn(yen, 'CNY')]).toEqual([{ largestOrder: 500 }, {}]);
    expect(limitsIn({ ...blank, limits: plain }, 'CNY')).toEqual({ largestOrder: 500 });
    // Changed in another currency, or kept while the first terms come: they stay where they were.
    const both = must(changeSettings(yen, { moneyLimits: [{ limit: 'refundedPerDay', currency: 'CNY', value: 900 }] }));
    expect(both.limits).toEqual({
      refundsPerDay: 3,
      money: { JPY: { largestOrder: 500 }, CNY: { refundedPerDay: 900 } },
    });
    const agreed = must(addAgreement({ ...blank, limits: plain }, terms(dayAfter(0), { currency: 'JPY' }), when));
    expect([limitsIn(agreed, 'JPY'), limitsIn(agreed, 'CNY')]).toEqual([{}, { largestOrder: 500 }]);
  });

  test('money: a limit is taken away in one currency, or in all of them', () => {
    const money = { CNY: { largestOrder: 5, refundedPerDay: 6 }, JPY: { largestOrder: 7 } };
    const limited: Merchant = { ...blank, limits: { money } };
    const change = (...moneyLimits: MoneyLimitChange[]) => must(changeSettings(limited, { moneyLimits })).limits;
    expect(change({ limit: 'largestOrder', currency: 'CNY', value: null })).toEqual({
      money: { CNY: { refundedPerDay: 6 }, JPY: { largestOrder: 7 } },
    });
    expect(change({ limit: 'largestOrder', value: null })).toEqual({ money: { CNY: { refundedPerDay: 6 } } });
    expect(change({ limit: 'largestOrder', value: null }, { limit: 'refundedPerDay', value: null })).toEqual({});
    expect(
      change({ limit: 'largestOrder', value: null }, { limit: 'largestOrder', currency: 'JPY', value: 1 }),
    ).toEqual({ money: { CNY: { refundedPerDay: 6 }, JPY: { largestOrder: 1 } } });
  });

  test('a zone is one that this runtime knows', () => {
    expect(changeSettings(blank, { zone: 'Asia/Shangai' })).toMatch(/is no time zone/);
    expect(must(changeSettings(blank, { zone: '+08:37' })).zone).toBe('+08:37');
  });
});

describe('a channel', () => {
  test('closes until a time that lies ahead, and opens again as if it had never been closed', () => {
    const state = { state: 'closed' as const, until: NOON + HOUR, reason: { 'zh-CN': '维护', en: 'maintenance' } };
    const closed = must(setChannel(blank, 'alipay', state, { now: NOON }));
    expect(closed.channels).toEqual({ alipay: state });
    expect(setChannel(closed, 'alipay', state, { now: NOON })).toBe(closed);
    expect(must(setChannel(closed, 'alipay', { state: 'open' }, { now: NOON }))).toEqual(blank);
    expect(setChannel(blank, 'alipay', { ...state, until: NOON }, { now: NOON })).toMatch(/over already/);
  });
});

test('what a merchant lacks is told until it can sell', () => {
  const named = must(changeSettings(blank, { acquirer: 'Alipay' }));
  const connected = must(connectAccount(named, 'alipay', { appId: APP, sellerId: SELLER }));
  const agreed = must(addAgreement(connected, terms(dayAfter(0)), when));
  const draining = must(setChannel(agreed, 'alipay', { state: 'draining' }, { now: NOON }));
  expect([blank, named, connected, agreed, draining].map((it) => missingOf(it, NOON).length)).toEqual([3, 2, 1, 0, 1]);
  const yen = { ...connected, agreements: [terms('2020-01-01', { currency: 'JPY' })] };
  expect(missingOf(yen, NOON)).toEqual(['an agreement in a currency that is taken: alipay takes CNY, not JPY']);
});

/** What an operator may change of a merchant, and what not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addAgreement,
  changeSettings,
  connectAccount,
  earliestStart,
  type MoneyLimitChange,
  missingOf,
  setChannel,
} from '../../bin/admin/directory-changes.ts';
import { newMerchant } from '../../bin/directory/new-items.ts';
import type { Account } from '../../functions/channel/registry.ts';
import { type Agreement, agreementAt, limitsIn, type Merchant } from '../../functions/merchant/merchant.ts';
import { businessDay, DAY, HOUR } from '../../functions/time.ts';
import { APP, must, SELLER } from '../support/office.ts';
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
          const inForce = agreementAt(before, 'alipay', currency, NOON);
          if (inForce) expect(agreementAt(merchant, 'alipay', currency, NOON)).toBe(inForce);
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
    expect(earliestStart(blank, 'alipay', 'CNY', when)).toBe(dayAfter(0));
    const agreed = must(addAgreement(blank, terms(dayAfter(0)), when));
    expect(earliestStart(agreed, 'alipay', 'CNY', when)).toBe(dayAfter(1));
    expect(earliestStart(agreed, 'alipay', 'USD', when)).toBe(dayAfter(0));
    expect(addAgreement(agreed, terms(dayAfter(0), { ratePpm: 1 }), when)).toMatch(/^other terms/);
    const later = { ...when, now: NOON + DAY, lastDecided: dayAfter(0) };
    expect(addAgreement(agreed, terms(dayAfter(1)), later)).toMatch(
      `can begin on ${dayAfter(2)} at the earliest, not on ${dayAfter(1)}`,
    );
  });

  test('a decided day is never touched, not even by a clock that is slow', () => {
    const slow = { now: NOON, lastDecided: dayAfter(2) };
    expect(earliestStart(blank, 'alipay', 'CNY', slow)).toBe(dayAfter(3));
    expect(typeof addAgreement(blank, terms(dayAfter(2)), slow)).toBe('string');
    expect(typeof addAgreement(blank, terms(dayAfter(3)), slow)).toBe('object');
  });

  test('each channel has terms of its own, on the same day too', () => {
    const one = must(addAgreement(blank, terms(dayAfter(0)), when));
    const both = must(addAgreement(one, terms(dayAfter(0), { agreementId: 'agr_b', channel: 'antom' }), when));
    expect(both.agreements.map(({ channel }) => channel)).toEqual([undefined, 'antom']);
    expect(earliestStart(one, 'antom', 'CNY', when)).toBe(dayAfter(0));
    expect(earliestStart(both, 'antom', 'CNY', when)).toBe(dayAfter(1));
    // The first channel's terms are the same with its name and without it.
    expect(addAgreement(one, terms(dayAfter(0), { ratePpm: 1, channel: 'alipay' }), when)).toMatch(/^other terms/);
  });

  test('terms say in what the channel settles, or are refused', () => {
    const yen = (settlementCurrency?: string, more = {}) =>
      terms(dayAfter(0), {
        currency: 'JPY',
        channel: 'antom',
        ...(settlementCurrency && { settlementCurrency }),
        ...more,
      });
    const account: Account = {
      ...{ channel: 'antom', clientId: 'SANDBOX_5Y0000000000001', referenceMerchantId: 'tea-1' },
      ...{ merchantName: 'Tea', merchantMCC: '5812', currencies: { JPY: 'USD', HKD: 'HKD' } },
    };
    const connected = { ...blank, accounts: [account] };
    const outcomes = [
      addAgreement(connected, yen('USD'), when),
      addAgreement(blank, yen('EUR'), when),
      addAgreement(connected, yen('USD', { currency: 'CNY' }), when),
      addAgreement(connected, yen(undefined, { currency: 'HKD' }), when),
    ];
    expect(outcomes.map((outcome) => typeof outcome)).toEqual(Array(4).fill('object'));
    expect(addAgreement(connected, yen('EUR'), when)).toBe(
      'the account at antom settles JPY in USD, and these terms say EUR',
    );
    expect(addAgreement(connected, yen(), when)).toBe(
      'the account at antom settles JPY in USD, and these terms say JPY',
    );
    expect(addAgreement(connected, yen('USD', { channel: 'alipay' }), when)).toBe(
      'the channel alipay settles each currency in itself, and JPY not in USD',
    );
  });

  test('the same terms again are no change', () => {
    const agreed = must(addAgreement(blank, terms(dayAfter(0)), when));
    expect(addAgreement(agreed, terms(dayAfter(0), { agreementId: 'agr_b' }), when)).toBe(agreed);
  });

  test('days are those of the merchant', () => {
    const western = { ...blank, zone: '-11:00' };
    const lateAtHome = { now: NOON + 10 * HOUR, lastDecided: '2020-01-01' };
    expect(earliestStart(western, 'alipay', 'CNY', lateAtHome)).toBe(businessDay(NOON + 10 * HOUR, '-11:00'));
  });

  test.each([
    [{ ratePpm: 1_000_001 }, /more than 100 %/],
    [{ feeMinimum: 2, feeCap: 1 }, /minimum .* above its cap/],
  ])('%j makes no sense', (more, why) => {
    expect(addAgreement(blank, terms(dayAfter(0), more), when)).toMatch(why);
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

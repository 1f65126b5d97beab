/** What is said of a channel must fit the deadlines of the house: asserted when the registry is loaded, as deadlines are. */
import { expect, test } from 'vitest';
import { HOME_CURRENCY, isTillCode, mustFit } from '../../functions/channel/channels.ts';
import { CHANNELS } from '../../functions/channel/registry.ts';
import type { ChannelEntry, ChannelTraits } from '../../functions/channel/traits.ts';
import { LONGEST_EXPIRY, SHORTEST_EXPIRY, SKEW } from '../../functions/deadlines.ts';
import { minorDigits } from '../../functions/money.ts';
import { YEN } from '../support/second-channel.ts';

const withTraits = (traits: Partial<ChannelTraits>): ChannelEntry => ({
  ...CHANNELS.alipay,
  traits: { ...CHANNELS.alipay.traits, ...traits },
});

test('the channels of the registry, and a made-up one, fit', () => {
  // It throws where one does not.
  expect([...Object.values(CHANNELS), YEN].map((entry) => mustFit('it', entry))).toEqual(Array(3).fill(undefined));
});

test.each([
  ['it takes currencies', { currencies: {} }],
  ['it takes currencies', { currencies: { XYZ: { largest: 1 } } }],
  ['its largest order', { currencies: { CNY: { largest: 10_000_000_001 } } }],
  ['its largest order', { currencies: { CNY: { largest: 0 } } }],
  ['it takes the shortest code', { shortestCode: SHORTEST_EXPIRY - SKEW + 1 }],
  ['it takes the longest code', { longestCode: LONGEST_EXPIRY + SKEW - 1 }],
  ['a refund that waited', { refundSpacing: 60_001 }],
  ['a refund is asked about', { refundQueryAfter: 60_001 }],
  ['it cancels a till code', { cancelUntil: (sentAt: number) => sentAt + 120_000 }],
  ['its days are', { dayZone: 'Asia/Tokyo' }],
  ['the payee', { account: { identity: { appId: 'different_app' as const }, payee: 'sellerId' } }],
])('a channel does not fit unless %s', (sentence, traits) => {
  expect(() => mustFit('it', withTraits(traits))).toThrow(`the traits of the channel it do not fit: ${sentence}`);
});

test('Antom is what its public pages say, and it cancels until a quarter past midnight of the next day in China', () => {
  const { cancelUntil, currencies, tillCode, ...numbers } = CHANNELS.antom.traits;
  expect(numbers).toEqual({
    ...{ shortestCode: 60_000, longestCode: 1_800_000, refundSpacing: 1_000, refundQueryAfter: 10_000 },
    ...{ unpaidCodeCanBeCancelled: true, dayZone: '+08:00', closeReverses: true, refusalEndsNumber: true },
    report: 'imported',
    account: {
      identity: { clientId: 'different_app', referenceMerchantId: 'different_seller' },
      ...{ payee: 'referenceMerchantId', settlement: 'currencies' },
    },
  });
  const end = Date.parse('2026-03-02T00:14:30+08:00');
  const from = Date.parse('2026-03-01T00:00:00+08:00');
  expect([from - 1, from, end - 900_000, from + 86_399_999, from + 86_400_000].map(cancelUntil)).toEqual([
    ...[end - 86_400_000, end, end, end, end + 86_400_000],
  ]);
  // What clocks may be apart less than what Antom names: the window is never taken for longer than it is.
  const window = (at: number) => cancelUntil(at) - at;
  const minutes = Array.from({ length: 1_440 }, (_, minute) => from + minute * 60_000);
  expect([Math.min(...minutes.map(window)), Math.max(...minutes.map(window))]).toEqual([930_000, 87_270_000]);
});

test('Antom takes the currencies of its wallets and settlements, each with the digits that ISO gives it', () => {
  const { currencies } = CHANNELS.antom.traits;
  const known = 'JPY HKD CNY USD SGD EUR GBP KRW MYR PHP THB IDR MOP TWD VND AUD NZD CAD'.split(' ');
  expect(Object.keys(currencies)).toEqual(expect.arrayContaining(known));
  expect(Object.keys(currencies)[0]).toBe('JPY');
  const whole = Object.keys(currencies).filter((currency) => minorDigits(currency) === 0);
  expect(whole).toEqual(['JPY', 'KRW', 'VND']);
  expect(Object.values(currencies).every(({ largest }) => largest === 10_000_000_000)).toBe(true);
  // The currency of amounts that name none is the first channel's.
  expect(HOME_CURRENCY).toBe('CNY');
});

test.each([
  ['1'.repeat(15), false],
  ['1'.repeat(16), true],
  ['281234567890123456', true],
  ['9'.repeat(24), true],
  ['1'.repeat(25), false],
  ['2812345678901234x', false],
])('whether %s may be a code of Alipay+ is %s: Antom judges the rest', (code, expected) => {
  expect(isTillCode('antom', code)).toBe(expected);
});

test('Alipay is what its public pages say', () => {
  const { cancelUntil, dayOfTrade, tillCode, ...numbers } = CHANNELS.alipay.traits;
  expect(numbers).toEqual({
    ...{ currencies: { CNY: { largest: 10_000_000_000 } }, shortestCode: 60_000, longestCode: 1_296_000_000 },
    ...{ refundSpacing: 3_000, refundQueryAfter: 10_000, unpaidCodeCanBeCancelled: false, dayZone: '+08:00' },
    ...{ closeReverses: false, refusalEndsNumber: false },
    report: { askedAfter: 36_000_000 },
    account: { identity: { appId: 'different_app', sellerId: 'different_seller' }, payee: 'sellerId' },
  });
  expect([cancelUntil(1), dayOfTrade('2026030122001400001234567890'), dayOfTrade('x')]).toEqual([
    ...[86_340_001, '2026-03-01', undefined],
  ]);
});

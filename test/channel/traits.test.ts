/** What is said of a channel must fit the deadlines of the house: asserted when the registry is loaded, as deadlines are. */
import { expect, test } from 'vitest';
import { mustFit } from '../../functions/channel/channels.ts';
import { CHANNELS } from '../../functions/channel/registry.ts';
import type { ChannelEntry, ChannelTraits } from '../../functions/channel/traits.ts';
import { LONGEST_EXPIRY, SHORTEST_EXPIRY, SKEW } from '../../functions/deadlines.ts';
import { YEN } from '../support/second-channel.ts';

const withTraits = (traits: Partial<ChannelTraits>): ChannelEntry => ({
  ...CHANNELS.alipay,
  traits: { ...CHANNELS.alipay.traits, ...traits },
});

test('the channels of the registry, and a made-up one, fit', () => {
  // It throws where one does not.
  expect([CHANNELS.alipay, YEN].map((entry) => mustFit('it', entry))).toEqual([undefined, undefined]);
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

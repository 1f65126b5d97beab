/** What a screen offers and says beside the order itself: buttons, stray codes, the time that is left. */
import { expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import {
  countdownOf,
  hasReceipt,
  isUnsure,
  offersOf,
  secondsUntil,
  sentenceOf,
  strayCode,
} from '../../web/till/order-screen.ts';
import { intentOf, pauseAfter, pauseBefore } from '../../web/till/sale-state.ts';
import { SCREENS, type Screen } from '../../web/till/screen.ts';
import { at, viewOf } from './lives.ts';

test('what a screen offers beside an order: slow codes, a cancel that was asked for, sentences of its own', () => {
  const opening = { now: at(5), waitingSince: at(0) };
  expect(offersOf('opening', opening).map(({ deed }) => deed)).toEqual(['cancel']);
  expect(offersOf('opening', { ...opening, now: at(5) + 1 }).map(({ deed }) => deed)).toEqual(['again', 'cancel']);
  expect(offersOf('checking', { now: 0, isCancelled: true })).toEqual([
    { deed: 'check', word: 'checkNow', isPrimary: true },
    { deed: 'cancel', word: 'askCancel', isOff: true },
  ]);
  const screens = Object.keys(SCREENS) as Screen[];
  const worded = (screen: Screen) =>
    offersOf(screen, { now: 0 }).map(({ word, isPrimary }) => (isPrimary ? [word] : word));
  expect(Object.fromEntries(screens.map((screen) => [screen, worded(screen)]))).toEqual({
    ...Object.fromEntries(screens.map((screen) => [screen, [['newSale']]])),
    starting: [],
    opening: ['askCancel'],
    code: ['askCancel'],
    confirming: ['askCancel'],
    scan: [['newCode'], 'scanCustomer', 'askCancel'],
    failed: [['newCode'], 'scanAgain', 'askCancel'],
    checking: [['checkNow'], 'askCancel'],
    unknown: [['checkNow'], 'park'],
    cancelling: [['checkNow']],
    offline: [['checkNow']],
    paid: [['newSale'], 'print', 'refundDo'],
    settled: [['newSale'], 'print', 'refundDo'],
    late: [['newSale'], 'seeOrder'],
  });
  expect(screens.filter(isUnsure)).toEqual(['cancelling', 'checking', 'unknown']);
  expect(screens.filter(hasReceipt)).toEqual(['paid', 'settled', 'late']);
  const own = (['offline', 'cancelling', 'starting', 'opening', 'unknown'] as const).map((it) =>
    sentenceOf('en', it, undefined),
  );
  expect(own).toEqual([
    'Nothing happened unless the server said so. Once it answers, what is open is looked up first: do not charge again.',
    'The server is asked to cancel. Do not hand over the goods yet.',
    'Nothing is sold before that.',
    'One moment, please.',
    'One moment, please.',
  ]);
});

test('a code that was scanned unasked is charged where one is wanted, and explained everywhere else', () => {
  const alipay = '280000000000000001';
  const { order: over } = viewOf('paid');
  const { order: shown } = viewOf('code');
  expect([
    strayCode(alipay, 'scan', shown),
    strayCode(alipay, 'failed', shown),
    strayCode(alipay, 'code', shown),
    strayCode(alipay, 'paid', over),
    strayCode(alipay, 'checking', shown),
    strayCode(alipay, 'opening', undefined),
    // Whose code it is, the server judges; an article's bar code is none.
    strayCode('134567890123456789', 'scan', shown),
    strayCode('6901234567892', 'scan', shown),
  ]).toEqual([
    'next attempt',
    'next attempt',
    'scanCodeOpen',
    'scanOver',
    'scanUnsure',
    'scanUnsure',
    'next attempt',
    'scanBad',
  ]);
});

test('the time that is left is told in minutes and seconds, from all there was down to nothing', () => {
  const { order } = viewOf('code');
  const end = at(180);
  const told = [-60, 0, 0.001, 59.5, 120, 121, 179.5, 180, 500].map((second) => countdownOf(order, end, at(second)));
  expect(told.map(({ text }) => text)).toEqual([
    '3:00',
    '3:00',
    '2:59',
    '2:00',
    '1:00',
    '0:59',
    '0:00',
    '0:00',
    '0:00',
  ]);
  expect(told.map(({ left }) => left)).toEqual([180_000, 180_000, 179_999, 120_500, 60_000, 59_000, 500, 0, 0]);
  expect(told.every(({ whole }) => whole === 180_000)).toBe(true);
  expect(countdownOf(order, at(-1), at(0)).whole).toBe(1);
  expect([secondsUntil(undefined, 0), secondsUntil(1, 0), secondsUntil(1_001, 0), secondsUntil(0, 5_000)]).toEqual([
    0, 1, 2, 0,
  ]);
});

test('an order is asked for a little earlier than the server says, and each second while a customer may pay', () => {
  const { order } = viewOf('code');
  const pause = (more: Partial<OrderView>, random: number) => pauseBefore({ ...order, ...more }, () => random);
  expect([
    pause({}, 0),
    pause({}, 1),
    pause({ nextAction: 'wait', nextPollAfterMs: 500 }, 0),
    pause({ nextAction: 'none', nextPollAfterMs: 5_000 }, 1),
    pause({ nextPollAfterMs: null }, 1),
  ]).toEqual([850, 950, 425, 4_750, null]);
  const { orderId, merchantOrderNo, amount } = order;
  expect(intentOf(order)).toEqual({ orderId, merchantOrderNo, amount, askedAt: at(0) });
});

test('a server that does not answer is asked again at longer and longer intervals, up to eight seconds', () => {
  const pauses = (random: number) => [1, 2, 3, 4, 5, 50].map((failures) => pauseAfter(failures, () => random));
  expect(pauses(1)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  expect(pauses(0)).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

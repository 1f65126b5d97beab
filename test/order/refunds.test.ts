/** Money on its way back: never twice, never more than came in, and ended only on proof. */
import { describe, expect, test } from 'vitest';
import { traitsOf } from '../../functions/channel/channels.ts';
import { backOff, FAILURES_UNTIL_QUARANTINE, LEASE } from '../../functions/deadlines.ts';
import { decide } from '../../functions/order/decide.ts';
import { isQuarantined } from '../../functions/order/due.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { brokenBy } from '../../functions/order/invariants.ts';
import type { Order } from '../../functions/order/order.ts';
import { callableAt, freeAt } from '../../functions/order/refunds.ts';
import { refunded, reserved } from '../../functions/order/sums.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const REFUND_SPACING = traitsOf('alipay').refundSpacing;
const UNTIL = NOON + 90 * 86_400_000;
const cny = (value: number) => ({ currency: 'CNY', value });
const ask = (refundNo: string, value = 100, more: object = {}) =>
  ({ type: 'refund_requested', refundNo, amount: cny(value), until: UNTIL, ...more }) as const;
const called = (refundNo: string): OrderEvent => ({ type: 'refund_called', refundNo });
const done = (refundNo: string, at = NOON): OrderEvent => ({ type: 'refund_succeeded', refundNo, at });
const no = (refundNo: string, reason: 'refund_not_possible' | 'no_cover' = 'refund_not_possible'): OrderEvent => ({
  type: 'refund_refused',
  refundNo,
  refusal: { reason },
});
const report = (channelNo: string, value: number, more: object = {}): OrderEvent => ({
  type: 'refund_reported',
  n: 1,
  channelNo,
  amount: cny(value),
  at: NOON + 5,
  ...more,
});
const outcome = (order: Order, event: OrderEvent, now = NOON) => {
  const verdict = decide(order, event, now);
  return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
};
const the = (order: Order, refundNo: string) => {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (!refund) throw new Error(`there is no refund ${refundNo}`);
  return refund;
};

const sold = orderAfter(anOrder(), [paid(), NOON]);
const one = orderAfter(sold, [ask('a'), NOON]);

describe('asking', () => {
  test('is written with its reason and who asked, and nothing that was not said', () => {
    const base = { attempt: 1, amount: 100, source: 'till', requestedAt: NOON };
    const told = orderAfter(one, [ask('b', 100, { reason: 'broken', operatorId: '007' }), NOON + LEASE]);
    expect(told.refunds).toEqual([
      { refundNo: 'a', k: 1, ...base, tries: 1, calledAt: NOON },
      {
        ...{ refundNo: 'b', k: 2, ...base, requestedAt: NOON + LEASE, reason: 'broken', operatorId: '007' },
        ...{ tries: 1, calledAt: NOON + LEASE },
      },
    ]);
  });

  test('again under the same number changes nothing, whatever is asked', () => {
    expect(outcome(one, ask('a', 99_999))).toBe('unchanged');
  });

  test('is refused before a payment, in another currency, after the window, and above what is left', () => {
    expect(outcome(anOrder(), ask('a'))).toBe('order_not_paid');
    expect(outcome(sold, ask('a', 100, { amount: { currency: 'USD', value: 100 } }))).toBe('different_currency');
    expect([outcome(sold, ask('a'), UNTIL), outcome(sold, ask('a'), UNTIL + 1)]).toEqual([
      'moved',
      'refund_window_closed',
    ]);
    expect([outcome(one, ask('b', 1134)), outcome(one, ask('b', 1135))]).toEqual([
      'moved',
      'refund_exceeds_refundable',
    ]);
  });

  test('beyond what one person may give back, all refunds together, needs another one', () => {
    const asked = (value: number) => outcome(one, ask('b', value, { atMost: 300 }));
    expect([asked(200), asked(201)]).toEqual(['moved', 'refund_needs_approval']);
    expect(outcome(sold, ask('b', 1234))).toBe('moved');
  });

  const sliced = (slices: number) => {
    let order = sold;
    for (let i = 1; i <= slices; i += 1) order = orderAfter(order, [ask(`r${i}`, 1), NOON]);
    return order;
  };

  test('security minor 7 the fiftieth is for all the rest and for nothing less', () => {
    const order = sliced(49);
    const rest = 1234 - 49;
    expect([1, rest - 1, rest].map((value) => outcome(order, ask('r50', value)))).toEqual([
      'too_many_refunds',
      'too_many_refunds',
      'moved',
    ]);
    expect(outcome(orderAfter(order, [ask('r50', rest), NOON]), ask('r51', 1))).toBe('refund_exceeds_refundable');
    expect(outcome(sliced(48), ask('r49', 1))).toBe('moved');
  });

  test('security minor 7 one for all the rest that failed is asked for again, up to sixty in all', () => {
    let order = sliced(49);
    for (let i = 50; i <= 60; i += 1) {
      order = orderAfter(order, [ask(`r${i}`, 1234 - 49), NOON + i * LEASE]);
      expect(outcome(order, ask('more', 1))).toBe('refund_exceeds_refundable');
      order = orderAfter(order, [no(`r${i}`), NOON + i * LEASE]);
    }
    expect(order.refunds).toHaveLength(60);
    expect(outcome(order, ask('r61', 1234 - 49))).toBe('too_many_refunds');
  });

  test('security minor 7 a full order still takes what the channel and we ourselves give back', () => {
    const full = orderAfter(sliced(49), [ask('r50', 1234 - 49), NOON]);
    const twice: Order = { ...full, attempts: [...full.attempts, { n: 2, kind: 'qr_code', expiresAt: NOON }] };
    const surplus = orderAfter(twice, [paid(2, { tradeNo: 't2' }), NOON]);
    expect(surplus.refunds.at(-1)).toMatchObject({ refundNo: 'auto_2', source: 'automatic', amount: 1234 });
    expect(brokenBy(twice, surplus)).toBeUndefined();
    let order = sliced(0);
    for (let i = 1; i <= 50; i += 1) {
      const after = orderAfter(order, [report(`c${i}`, 1), NOON]);
      expect(brokenBy(order, after)).toBeUndefined();
      order = after;
    }
    expect(outcome(order, report('c51', 1))).toBe('too_many_refunds');
  });
});

describe('calls to the channel', () => {
  const two = orderAfter(one, [ask('b'), NOON + 1]);

  test('are one at a time: a second refund waits for the answer to the first, and three seconds more', () => {
    expect(the(two, 'b')).not.toHaveProperty('calledAt');
    expect(the(orderAfter(one, [ask('b'), NOON + 1]), 'b').tries).toBe(0);
    expect([freeAt(sold), freeAt(one), freeAt(two)]).toEqual([0, NOON + LEASE, NOON + LEASE]);
    expect(outcome(two, called('b'), NOON + LEASE - 1)).toBe('refund_in_flight');
    expect(outcome(two, called('b'), NOON + LEASE)).toBe('moved');
    const answered = orderAfter(two, [done('a'), NOON + 2]);
    expect(outcome(answered, called('b'), NOON + REFUND_SPACING - 1)).toBe('refund_in_flight');
    expect(the(orderAfter(answered, [called('b'), NOON + REFUND_SPACING]), 'b')).toMatchObject({
      tries: 1,
      calledAt: NOON + REFUND_SPACING,
    });
  });

  test('an answer that is not believed frees the way for others, and its own refund waits for its lease', () => {
    const unconfirmedRefusal = orderAfter(two, [no('a', 'no_cover'), NOON]);
    expect(freeAt(unconfirmedRefusal)).toBe(NOON + REFUND_SPACING);
    expect(callableAt(unconfirmedRefusal, the(unconfirmedRefusal, 'a'))).toBe(NOON + LEASE);
    expect(callableAt(unconfirmedRefusal, the(unconfirmedRefusal, 'b'))).toBe(NOON + REFUND_SPACING);
    const again = orderAfter(unconfirmedRefusal, [called('a'), NOON + LEASE]);
    expect(freeAt(again)).toBe(NOON + 2 * LEASE);
  });

  test('end with the refund, and there is none for a number that nobody knows', () => {
    const over = orderAfter(one, [done('a'), NOON]);
    for (const event of [called('a'), done('a'), no('a'), no('a', 'no_cover')])
      expect(outcome(over, event, NOON + LEASE)).toBe('unchanged');
    for (const event of [called('x'), done('x'), no('x')]) expect(outcome(one, event)).toBe('unknown_refund');
  });

  test('are due when they may be made: at once, after another, or later and later, and quarantined after twenty', () => {
    expect(one.dueAt).toBe(NOON + backOff(1));
    expect(two.dueAt).toBe(NOON + LEASE);
    expect(orderAfter(two, [done('a'), NOON + 2]).dueAt).toBe(NOON + REFUND_SPACING);
    const later = orderAfter(one, [ask('b'), NOON + 50_000], [done('a'), NOON + 50_001]);
    expect(later.dueAt).toBe(NOON + 50_000);
    let order = one;
    for (let tries = 2; tries <= FAILURES_UNTIL_QUARANTINE; tries += 1) {
      const now = NOON + tries * LEASE;
      expect(isQuarantined(order)).toBe(false);
      order = orderAfter(order, [called('a'), now]);
      expect(order.dueAt).toBe(now + backOff(tries));
    }
    expect(isQuarantined(order)).toBe(true);
    expect(isQuarantined(orderAfter(order, [done('a'), NOON]))).toBe(false);
  });
});

describe('a refusal', () => {
  const refusal = { reason: 'refund_not_possible' };

  test('of the first call ever made ends the refund, and its money can be asked for again', () => {
    const failed = orderAfter(one, [no('a'), NOON + 1]);
    expect(the(failed, 'a').result).toEqual({ status: 'failed', at: NOON + 1, refusal });
    expect([reserved(one), reserved(failed), refunded(failed), failed.dueAt]).toEqual([100, 0, 0, undefined]);
  });

  test('of a repeated call ends it only the second time, because an earlier one may have been carried out', () => {
    const repeated = orderAfter(one, [called('a'), NOON + LEASE]);
    const unconfirmedRefusal = orderAfter(repeated, [no('a'), NOON + LEASE + 1]);
    expect(the(unconfirmedRefusal, 'a')).toMatchObject({ unconfirmedRefusal: { ...refusal, at: NOON + LEASE + 1 } });
    expect(the(unconfirmedRefusal, 'a')).not.toHaveProperty('result');
    // Told once more for the same call: still one refusal.
    const told = orderAfter(unconfirmedRefusal, [no('a'), NOON + LEASE + 2]);
    expect(the(told, 'a')).not.toHaveProperty('result');
    const failed = orderAfter(unconfirmedRefusal, [called('a'), NOON + 2 * LEASE], [no('a'), NOON + 2 * LEASE]);
    expect(the(failed, 'a')).toMatchObject({ tries: 3, result: { status: 'failed' } });
    expect(the(failed, 'a')).not.toHaveProperty('unconfirmedRefusal');
    const carriedOut = orderAfter(unconfirmedRefusal, [done('a'), NOON + 2 * LEASE]);
    expect(the(carriedOut, 'a')).not.toHaveProperty('unconfirmedRefusal');
    expect(refunded(carriedOut)).toBe(100);
  });

  test('given in the very millisecond of the next call is not held for an answer to the one before', () => {
    const unconfirmedRefusal = orderAfter(one, [called('a'), NOON + LEASE], [no('a'), NOON + LEASE]);
    const again = {
      ...unconfirmedRefusal,
      refunds: unconfirmedRefusal.refunds.map((it) => ({ ...it, calledAt: NOON + LEASE, tries: 3 })),
    };
    expect(the(orderAfter(again, [no('a'), NOON + LEASE]), 'a')).not.toHaveProperty('result');
  });

  test('for want of cover, or of money that nobody wanted, never ends it', () => {
    let poor = one;
    for (const now of [NOON, NOON + LEASE, NOON + 2 * LEASE])
      poor = orderAfter(poor, [called('a'), now + LEASE], [no('a', 'no_cover'), now + LEASE]);
    expect(the(poor, 'a')).not.toHaveProperty('result');
    const late = orderAfter(anOrder(), [{ type: 'close_requested', by: 'cashier' }, NOON], [paid(), NOON]);
    const refused = orderAfter(late, [no('auto_1'), NOON + 1]);
    expect(the(refused, 'auto_1').result).toBeUndefined();
    expect(refused.dueAt).toBe(NOON + LEASE);
  });
});

describe('told by the channel', () => {
  test('under our number it is ours, at the time that the channel says', () => {
    const order = orderAfter(one, [report(`${sold.orderId}_r1`, 100), NOON + 9]);
    expect(order.refunds).toHaveLength(1);
    expect(the(order, 'a').result).toEqual({ status: 'succeeded', at: NOON + 5, learnedAt: NOON + 9 });
  });

  test('under another it is one of its own, numbered after those that are there', () => {
    const order = orderAfter(sold, [report('x', 30), NOON], [report('y', 40), NOON], [ask('a'), NOON]);
    expect(order.refunds.slice(0, 2)).toEqual(
      [
        ['channel_1', 'x', 30],
        ['channel_2', 'y', 40],
      ].map(([refundNo, channelNo, amount]) => ({
        ...{ refundNo, channelNo, amount, attempt: 1, source: 'channel', requestedAt: NOON, tries: 0 },
        result: { status: 'succeeded', at: NOON + 5, learnedAt: NOON },
      })),
    );
    // Ours are counted by themselves, so that a number at the channel is never used twice.
    expect(the(order, 'a').k).toBe(1);
    expect(refunded(order)).toBe(70);
  });

  test('told twice it counts once, and the sum never passes what was paid', () => {
    const half = orderAfter(sold, [report('x', 600), NOON]);
    expect(outcome(half, report('x', 600))).toBe('unchanged');
    expect([outcome(half, report('y', 634)), outcome(half, report('y', 635))]).toEqual([
      'moved',
      'refund_exceeds_refundable',
    ]);
    // What is asked for and not done yet does not count against what the channel has done, nor does what failed.
    const asked = orderAfter(sold, [ask('a', 1234), NOON], [no('a'), NOON], [ask('b', 1234), NOON + LEASE]);
    const both = orderAfter(asked, [report('x', 1234), NOON]);
    expect(both.refunds.map(({ refundNo, result }) => [refundNo, result?.status])).toEqual([
      ...[
        ['a', 'failed'],
        ['b', undefined],
        ['channel_1', 'succeeded'],
      ],
    ]);
  });

  test('of one payment, it says nothing of another of the same order', () => {
    const twice = orderAfter(
      anOrder(),
      [{ type: 'attempt_ended', n: 1, why: 'expired' }, NOON],
      [{ type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON],
      [paid(1), NOON],
      [paid(2, { tradeNo: 'second' }), NOON],
      [done('auto_2'), NOON],
    );
    expect(outcome(twice, report('x', 1234))).toBe('moved');
    expect(outcome(twice, report('x', 1234, { n: 2 }))).toBe('refund_exceeds_refundable');
  });

  test('of a payment that we have not, or in another currency, it is refused', () => {
    expect(outcome(anOrder(), report('x', 1))).toBe('order_not_paid');
    expect(outcome(sold, report('x', 1, { n: 2 }))).toBe('order_not_paid');
    expect(outcome(sold, report('x', 1, { amount: { currency: 'USD', value: 1 } }))).toBe('different_currency');
  });

  test('of the whole of money that nobody wanted, it is what we wanted; of a part, it is another', () => {
    const late = orderAfter(anOrder(), [{ type: 'close_requested', by: 'cashier' }, NOON], [paid(), NOON]);
    const unconfirmedRefusal = orderAfter(late, [no('auto_1'), NOON]);
    const back = orderAfter(unconfirmedRefusal, [report('x', 1234), NOON]);
    expect(back.refunds).toHaveLength(1);
    expect(the(back, 'auto_1')).toMatchObject({ channelNo: 'x', result: { status: 'succeeded', at: NOON + 5 } });
    expect(the(back, 'auto_1')).not.toHaveProperty('unconfirmedRefusal');
    expect(orderAfter(late, [report('x', 1000), NOON]).refunds).toMatchObject([
      { refundNo: 'auto_1' },
      { refundNo: 'channel_1', amount: 1000 },
    ]);
    expect(outcome(back, report('y', 1234))).toBe('refund_exceeds_refundable');
  });
});

/** Marks and adjusted fees: each belongs to one movement of money, and no other movement of the same order bears it. */
import { describe, expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { isUnposted, type Order } from '../../functions/order/order.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const DAY = '2026-03-01';
const refund = (refundNo: string): OrderEvent => ({
  ...{ type: 'refund_requested', refundNo, amount: { currency: 'CNY', value: 100 }, until: NOON + 1e9 },
});
const done = (refundNo: string): OrderEvent => ({ type: 'refund_succeeded', refundNo, at: NOON });
const mark = (refundNos: string[], adjustments?: { attempt: number; refundNo?: string; at: number }[]): OrderEvent => ({
  ...{
    type: 'posted',
    day: DAY,
    payments: [1, 2].map((attempt) => ({ attempt, agreementId: 'agr', fee: 7 })),
    refunds: refundNos.map((refundNo) => ({ refundNo, fee: -1 })),
  },
  ...(adjustments && { adjustments }),
});
const charged = (n: number, fee: number, lineFee?: number, refundNo?: string): OrderEvent => ({
  ...{ type: 'fee_charged', n, fee, lineFee, ...(refundNo !== undefined && { refundNo }) },
});
/** Paid twice, with a refund of each payment, all posted but refund b. */
const posted = () =>
  orderAfter(
    anOrder(),
    [{ type: 'attempt_ended', n: 1, why: 'expired' }, NOON],
    [{ type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON],
    [paid(1), NOON],
    [paid(2, { tradeNo: 'second' }), NOON],
    ...['a', 'b'].map((no) => [refund(no), NOON] as const),
    ...['a', 'b', 'auto_2'].map((no) => [done(no), NOON] as const),
    [mark(['a', 'auto_2']), NOON],
  );
const outcome = (order: Order, event: OrderEvent) => {
  const verdict = decide(order, event, NOON);
  return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
};

test('a fee is adjusted of the movement that was charged for, once that is posted', () => {
  const order = orderAfter(
    posted(),
    [charged(1, 8, 7), NOON],
    [charged(2, 5, 7), NOON],
    [charged(1, -2, -1, 'a'), NOON],
    [charged(1, 9, 7), NOON],
  );
  expect(order.feeAdjustments).toStrictEqual([
    { attempt: 1, charged: 8, fee: 1, at: NOON },
    { attempt: 2, charged: 5, fee: -2, at: NOON },
    { attempt: 1, refundNo: 'a', charged: -2, fee: -1, at: NOON },
    // To what was adjusted before, and at an instant of its own.
    { attempt: 1, charged: 9, fee: 1, at: NOON + 1 },
  ]);
  for (const same of [charged(1, 9, 7), charged(2, 5, 7), charged(1, -2, -1, 'a')])
    expect(outcome(order, same)).toBe('unchanged');
  // Refund a is not of attempt 2, and there is no attempt 3.
  expect([outcome(posted(), charged(2, 1, 0, 'a')), outcome(posted(), charged(3, 1, 0))]).toEqual([
    ...['unknown_refund', 'order_not_paid'],
  ]);
  // What a line says is known to who has read it; a change of the channel's mind is compared with what it said before.
  expect([outcome(posted(), charged(1, 8)), outcome(order, charged(1, 12))]).toEqual(['fee_of_line_unknown', 'moved']);
});

describe('money F17 what is charged for a movement without a line', () => {
  /** Paid and refunded, and on no statement. */
  const fresh = () => orderAfter(anOrder(), [paid(), NOON], [refund('a'), NOON], [done('a'), NOON]);

  test('waits for it, and a difference goes on the next statement', () => {
    const waiting = orderAfter(fresh(), [charged(1, 8), NOON + 1], [charged(1, -2, undefined, 'a'), NOON + 2]);
    expect(waiting.feeCharges).toStrictEqual([
      { attempt: 1, charged: 8, at: NOON + 1 },
      { attempt: 1, refundNo: 'a', charged: -2, at: NOON + 2 },
    ]);
    expect(waiting).not.toHaveProperty('feeAdjustments');
    expect(outcome(waiting, charged(1, 8))).toBe('unchanged');
    const lined = orderAfter(waiting, [mark(['a']), NOON + 3]);
    expect(lined.feeAdjustments).toStrictEqual([
      { attempt: 1, charged: 8, fee: 1, at: NOON + 3 },
      { attempt: 1, refundNo: 'a', charged: -2, fee: -1, at: NOON + 3 },
    ]);
    expect(lined).not.toHaveProperty('feeCharges');
    expect(isUnposted(lined)).toBe(true);
    expect(outcome(lined, mark(['a']))).toBe('unchanged');
    // From now on the line is what the channel's word is compared with.
    expect(outcome(lined, charged(1, 8, 7))).toBe('unchanged');
    expect(orderAfter(lined, [charged(1, 7, 7), NOON + 4]).feeAdjustments?.[2]).toStrictEqual({
      ...{ attempt: 1, charged: 7, fee: -1, at: NOON + 4 },
    });
  });

  test('is forgotten where the line says the same, and each movement has its own', () => {
    const waiting = orderAfter(fresh(), [charged(1, 7), NOON], [charged(1, -3, undefined, 'a'), NOON]);
    const lined = orderAfter(waiting, [mark([]), NOON + 3]);
    expect(lined).not.toHaveProperty('feeAdjustments');
    expect(lined.feeCharges).toStrictEqual([{ attempt: 1, refundNo: 'a', charged: -3, at: NOON }]);
    expect(orderAfter(lined, [mark(['a']), NOON + 4]).feeAdjustments).toStrictEqual([
      { attempt: 1, refundNo: 'a', charged: -3, fee: -2, at: NOON + 4 },
    ]);
  });

  test('is what the channel said last, and nothing where it is what was agreed', () => {
    expect(outcome(fresh(), charged(1, 7, 7))).toBe('unchanged');
    const twice = orderAfter(fresh(), [charged(1, 8, 7), NOON], [charged(1, 9, 7), NOON + 1]);
    expect(twice.feeCharges).toStrictEqual([{ attempt: 1, charged: 9, at: NOON + 1 }]);
    // Back to what was agreed: it still takes the place of what was said before.
    const back = orderAfter(twice, [charged(1, 7, 7), NOON + 2]);
    expect(orderAfter(back, [mark([]), NOON + 3])).not.toHaveProperty('feeAdjustments');
  });

  test('is kept a hundred times at the most, together with what was adjusted', () => {
    let order = posted();
    for (let i = 1; i <= 100; i += 1) order = orderAfter(order, [charged(1, 7 + i, 7), NOON + i]);
    expect(outcome(order, charged(1, 200, 7))).toBe('too_many_adjustments');
    expect(outcome(order, charged(1, -9, undefined, 'b'))).toBe('too_many_adjustments');
  });
});

test('an adjustment is marked by its attempt, its refund and its instant, once', () => {
  const all = [
    { attempt: 1, at: NOON },
    { attempt: 2, at: NOON },
    { attempt: 1, at: NOON + 1 },
  ] as const;
  const order = () =>
    orderAfter(
      orderAfter(posted(), [mark(['b']), NOON]),
      [charged(1, 8, 7), NOON],
      [charged(2, 5, 7), NOON],
      [charged(1, -2, -1, 'a'), NOON],
      [charged(1, 9, 7), NOON],
    );
  const marksAfter = (...which: { attempt: number; refundNo?: string; at: number }[]) =>
    orderAfter(order(), [mark([], which), NOON]).feeAdjustments?.map((it) => it.posted !== undefined);
  expect(marksAfter(all[0])).toEqual([true, false, false, false]);
  expect(marksAfter(all[1])).toEqual([false, true, false, false]);
  expect(marksAfter({ attempt: 1, refundNo: 'a', at: NOON })).toEqual([false, false, true, false]);
  expect(marksAfter(all[2])).toEqual([false, false, false, true]);
  expect([outcome(order(), mark([])), outcome(order(), mark([], [{ attempt: 3, at: NOON }]))]).toEqual([
    ...['unchanged', 'unchanged'],
  ]);
  const marked = orderAfter(order(), [mark([], [...all, { attempt: 1, refundNo: 'a', at: NOON }]), NOON]);
  const later = { ...mark([], [all[0]]), day: '2026-03-02' } as OrderEvent;
  expect([isUnposted(order()), isUnposted(marked), outcome(marked, later)]).toEqual([true, false, 'unchanged']);
});

test('a refund that is named after its line was made keeps the time of the line', () => {
  const whole: OrderEvent = {
    ...{ type: 'reversed', n: 1, source: 'query' },
    news: { tradeNo: '2026030122001', paidAt: NOON, amount: { currency: 'CNY', value: 1_234 } },
  };
  const named: OrderEvent = {
    ...{ type: 'refund_reported', n: 1, channelNo: 'c', amount: { currency: 'CNY', value: 1_234 }, at: NOON - 9 },
  };
  const order = orderAfter(anOrder(), [paid(), NOON], [whole, NOON + 5], [named, NOON + 7]);
  expect(order.refunds).toMatchObject([{ namedAt: NOON - 9, result: { at: NOON + 5 } }]);
  const lined = (at: number) => {
    const event = { ...mark([]), refunds: [{ refundNo: 'channel_1', fee: -7, at }] } as OrderEvent;
    return orderAfter(order, [event, NOON + 9]).refunds[0];
  };
  expect(lined(NOON + 5)).not.toHaveProperty('namedAt');
  expect(lined(NOON + 5)).toMatchObject({ posted: DAY, named: [{ channelNo: 'c' }] });
  expect(lined(NOON - 9)).toMatchObject({ posted: DAY, namedAt: NOON - 9 });
  // Named after it is posted: the fact keeps its time, too.
  const first = orderAfter(
    anOrder(),
    [paid(), NOON],
    [whole, NOON + 5],
    [mark(['channel_1']), NOON + 6],
    [named, NOON + 7],
  );
  expect(first.refunds[0]).toMatchObject({ named: [{ channelNo: 'c' }], result: { at: NOON + 5 } });
  expect(first.refunds[0]).not.toHaveProperty('namedAt');
});

/** Marks and adjusted fees: each belongs to one movement of money, and no other movement of the same order bears it. */
import { expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { isUnbilled, type Order } from '../../functions/order/order.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const DAY = '2026-03-01';
const refund = (refundNo: string): OrderEvent => ({
  ...{ type: 'refund_asked', refundNo, amount: { currency: 'CNY', value: 100 }, until: NOON + 1e9 },
});
const done = (refundNo: string): OrderEvent => ({ type: 'refund_succeeded', refundNo, at: NOON });
const mark = (refundNos: string[], adjustments?: { attempt: number; refundNo?: string; at: number }[]): OrderEvent => ({
  ...{ type: 'billed', day: DAY, payments: [1, 2].map((attempt) => ({ attempt, agreementId: 'agr' })), refundNos },
  ...(adjustments && { adjustments }),
});
const charged = (n: number, fee: number, lineFee: number, refundNo?: string): OrderEvent => ({
  ...{ type: 'fee_charged', n, fee, lineFee, ...(refundNo !== undefined && { refundNo }) },
});
/** Paid twice, with a refund of each payment, all billed but refund b. */
const billed = () =>
  orderAfter(
    anOrder(),
    [{ type: 'attempt_dead', n: 1, why: 'expired' }, NOON],
    [{ type: 'attempt_asked', n: 2, kind: 'qr_code' }, NOON],
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

test('a fee is adjusted of the movement that was charged for, if that is billed', () => {
  const order = orderAfter(
    billed(),
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
  // Refund b is not billed, refund a is not of attempt 2, and there is no attempt 3.
  for (const event of [charged(1, 1, 0, 'b'), charged(2, 1, 0, 'a'), charged(3, 1, 0)])
    expect(outcome(billed(), event)).toBe('not_billed');
});

test('an adjustment is marked by its attempt, its refund and its instant, once', () => {
  const all = [
    { attempt: 1, at: NOON },
    { attempt: 2, at: NOON },
    { attempt: 1, at: NOON + 1 },
  ] as const;
  const order = () =>
    orderAfter(
      orderAfter(billed(), [mark(['b']), NOON]),
      [charged(1, 8, 7), NOON],
      [charged(2, 5, 7), NOON],
      [charged(1, -2, -1, 'a'), NOON],
      [charged(1, 9, 7), NOON],
    );
  const marksAfter = (...which: { attempt: number; refundNo?: string; at: number }[]) =>
    orderAfter(order(), [mark([], which), NOON]).feeAdjustments?.map((it) => it.billed !== undefined);
  expect(marksAfter(all[0])).toEqual([true, false, false, false]);
  expect(marksAfter(all[1])).toEqual([false, true, false, false]);
  expect(marksAfter({ attempt: 1, refundNo: 'a', at: NOON })).toEqual([false, false, true, false]);
  expect(marksAfter(all[2])).toEqual([false, false, false, true]);
  expect([outcome(order(), mark([])), outcome(order(), mark([], [{ attempt: 3, at: NOON }]))]).toEqual([
    ...['unchanged', 'unchanged'],
  ]);
  const marked = orderAfter(order(), [mark([], [...all, { attempt: 1, refundNo: 'a', at: NOON }]), NOON]);
  const later = { ...mark([], [all[0]]), day: '2026-03-02' } as OrderEvent;
  expect([isUnbilled(order()), isUnbilled(marked), outcome(marked, later)]).toEqual([true, false, 'unchanged']);
});

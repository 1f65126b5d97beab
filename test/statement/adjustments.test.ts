/** Fees that the channel charged otherwise than agreed: what lines say of a movement comes to what was charged, in the end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { isUnposted, type Order } from '../../functions/order/order.ts';
import { type Movement, movementsOf } from '../../functions/statement/lines.ts';
import { tallyOf } from '../../functions/statement/totals.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { NOON, orderAfter } from '../support/orders.ts';
import { aMerchant, aSale, refundedAt } from './shop.ts';

const merchant = aMerchant();
const dayOf = (i: number) => new Date(Date.parse('2026-03-01') + i * DAY).toISOString().slice(0, 10);

function sale(): Order {
  const { order, payment } = aSale(merchant, { no: 'one', paidAt: NOON, amount: 10_000 });
  return refundedAt(orderAfter(order, [payment, NOON]), 'r-1', 4_000, NOON + HOUR);
}

/** The lines of the statement of `day`, and the order as its seal leaves it. */
function seal(order: Order, day: string): { lines: Movement[]; order: Order } {
  const { movements: lines } = movementsOf(order, merchant, day);
  const of = (type: Movement['type']) => lines.filter((line) => line.type === type);
  const posted: OrderEvent = {
    type: 'posted',
    day,
    payments: of('payment'),
    refunds: of('refund').map(({ refundNo, fee }) => ({ refundNo: refundNo ?? '', fee })),
    adjustments: of('fee_adjustment').map(({ attempt, refundNo, occurredAt }) => ({
      attempt,
      ...(refundNo !== null && { refundNo }),
      at: Date.parse(occurredAt),
    })),
  };
  // Half an hour after the day has ended in Shanghai.
  return { lines, order: decide(order, posted, Date.parse(`${day}T16:30:00Z`)).order };
}

const charged = (fee: number, lineFee: number, refundNo?: string): OrderEvent => ({
  type: 'fee_charged',
  n: 1,
  fee,
  lineFee,
  ...(refundNo !== undefined && { refundNo }),
});

test('whatever the channel charges, however often and whenever it says so: lines sum up to its last word', () => {
  const word = fc.record({
    // Day 0 is before the payment has a line.
    day: fc.integer({ min: 0, max: 4 }),
    of: fc.constantFrom('payment' as const, 'refund' as const),
    fee: fc.integer({ min: 0, max: 100 }),
    times: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const inTime = words.toSorted((a, b) => a.day - b.day);
      let order = sale();
      const all: Movement[] = [];
      const last = { payment: 60, refund: -24 };
      for (let day = 0; day <= 5; day += 1) {
        for (const { of, fee, times } of inTime.filter((it) => it.day === day)) {
          const now = charged(
            of === 'payment' ? fee : 0 - fee,
            of === 'payment' ? 60 : -24,
            of === 'payment' ? undefined : 'r-1',
          );
          // The same word again, of a run that died or overlaps: nothing more.
          for (let i = 0; i < times; i += 1) order = decide(order, now, NOON + day * DAY).order;
          last[of] = of === 'payment' ? fee : 0 - fee;
        }
        const sealed = seal(order, dayOf(day));
        all.push(...sealed.lines);
        order = sealed.order;
      }
      const fees = (refundNo: string | null) =>
        all.filter((line) => line.refundNo === refundNo).reduce((sum, { fee }) => sum + fee, 0);
      expect([fees(null), fees('r-1')]).toEqual([last.payment, last.refund]);
      expect(isUnposted(order)).toBe(false);
      const { totals, checks } = tallyOf(all);
      expect(checks.every(({ holds }) => holds)).toBe(true);
      expect(totals).toMatchObject([
        { netFees: last.payment + last.refund, netReceivable: 6_000 - last.payment - last.refund },
      ]);
    }),
  );
});

test('an adjustment stands on the statement of the day on which we learned of it, by the terms of its payment', () => {
  const { order } = seal(sale(), dayOf(0));
  const told = decide(order, charged(61, 60), NOON + DAY).order;
  expect(movementsOf(told, merchant, dayOf(0)).movements).toEqual([]);
  const { lines } = seal(told, dayOf(1));
  expect(lines).toMatchObject([
    { type: 'fee_adjustment', businessDay: dayOf(1), late: false, gross: 0, fee: 1, net: -1, agreementId: 'agr_1' },
  ]);
  expect(seal(told, dayOf(2)).lines).toMatchObject([{ businessDay: dayOf(1), late: true }]);
});

function fail(): never {
  throw new Error('the sale is paid');
}

test('each adjustment stands on one line, under the payment that it is of', () => {
  const { order } = seal(sale(), dayOf(0));
  const { posted: _, ...unposted } = order.payments[0] ?? fail();
  const other = { ...unposted, attempt: 2, tradeNo: 'surplus' };
  const told = decide({ ...order, payments: [...order.payments, other] }, charged(61, 60), NOON + DAY).order;
  const { lines } = seal(told, dayOf(1));
  expect(lines.filter(({ type }) => type === 'fee_adjustment')).toMatchObject([{ attempt: 1, fee: 1 }]);
});

test('what there is not, and what has been adjusted a hundred times, is not adjusted', () => {
  const order = sale();
  const refusal = (of: Order, event: OrderEvent) => decide(of, event, NOON + DAY);
  const { order: posted } = seal(order, dayOf(0));
  expect(refusal(posted, charged(61, 60, 'r-2'))).toMatchObject({ kind: 'refused', reason: 'unknown_refund' });
  expect(refusal(posted, charged(60, 60))).toMatchObject({ kind: 'unchanged' });
  let often = posted;
  for (let i = 0; i < 100; i += 1) often = decide(often, charged(i % 2, 60), NOON + DAY).order;
  expect(often.feeAdjustments).toHaveLength(100);
  expect(refusal(often, charged(50, 60))).toMatchObject({ kind: 'refused', reason: 'too_many_adjustments' });
});

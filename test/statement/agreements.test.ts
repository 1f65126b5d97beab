/** Terms over time: which are in force, that they never overlap, and that new ones never reach back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Agreement, agreementAt } from '../../functions/merchant/merchant.ts';
import { decide } from '../../functions/order/decide.ts';
import type { Order } from '../../functions/order/order.ts';
import { type Movement, movementsOf } from '../../functions/statement/lines.ts';
import { DAY, dayAfter } from '../../functions/time.ts';
import { NOON, orderAfter } from '../support/orders.ts';
import { aMerchant, aSale, refundedAt } from './shop.ts';

const FIRST = '2026-03-01';
const merchant = aMerchant();

const terms = fc.record({
  ratePpm: fc.integer({ min: 0, max: 100_000 }),
  feeMinimum: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
  feeCap: fc.option(fc.integer({ min: 50, max: 2_000 }), { nil: undefined }),
  feeOnRefund: fc.constantFrom('kept', 'returned', 'returned_same_day'),
});
type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;
const agreement = (i: number, validFrom: string, { feeMinimum, feeCap, ...of }: Terms): Agreement => ({
  agreementId: `agr_${i}`,
  currency: 'CNY',
  validFrom,
  ...of,
  ...(feeMinimum !== undefined && { feeMinimum }),
  ...(feeCap !== undefined && { feeCap }),
});
/** Agreements that begin on different days around {@link FIRST}, in any order, as somebody may have stored them. */
const agreements = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -5, max: 5 }), terms), { selector: ([day]) => day, maxLength: 8 })
  .map((list) => list.map(([day, of], i) => agreement(i, dayAfter(FIRST, day), of)));

const sold = (amount: number, paidAt = NOON): Order => {
  const { order, payment } = aSale(merchant, { no: 'x', paidAt, amount });
  return orderAfter(order, [payment, paidAt]);
};
/** What is on the statement of `day`, and the order with the marks of its seal. */
function bill(order: Order, day: string, of: readonly Agreement[]): { movements: Movement[]; order: Order } {
  const { movements } = movementsOf(order, aMerchant({ agreements: of }), day);
  const payments = movements.flatMap((it) => (it.refundNo === null ? [it] : []));
  const refunds = movements.flatMap(({ refundNo, fee }) => (refundNo === null ? [] : [{ refundNo, fee }]));
  return { movements, order: decide(order, { type: 'posted', day, payments, refunds }, NOON).order };
}

test('F63: on each day exactly the latest that has begun is in force, so no two overlap', () => {
  fc.assert(
    fc.property(agreements, fc.integer({ min: -8, max: 8 }), (list, offset) => {
      const day = dayAfter(FIRST, offset);
      const found = agreementAt(aMerchant({ agreements: list }), 'alipay', 'CNY', NOON + offset * DAY);
      expect(list.filter(({ validFrom }) => validFrom <= day && validFrom > (found?.validFrom ?? ''))).toEqual([]);
      expect(found === undefined || found.validFrom <= day).toBe(true);
    }),
    { numRuns: 1_000, seed: 63 },
  );
});

test('F63: a new agreement never changes an old line, nor a refund of an old payment, whenever it is said to begin', () => {
  const late = fc.tuple(fc.integer({ min: -5, max: 9 }), terms);
  fc.assert(
    fc.property(
      agreements.filter((list) => list.some(({ validFrom }) => validFrom <= FIRST)),
      fc.array(late, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 1, max: 99 }),
      (old, added, amount, percent) => {
        const more = added.map(([day, of], i) => agreement(100 + i, dayAfter(FIRST, day), of));
        const part = Math.ceil((amount * percent) / 100);
        const posted = bill(refundedAt(sold(amount), 'r-1', part, NOON), FIRST, old);
        // What is posted is never on a statement again, and its refunds go by the terms on its line.
        expect(bill(posted.order, '2026-03-09', [...old, ...more]).movements).toEqual([]);
        if (part === amount) return;
        const rest = refundedAt(posted.order, 'r-2', amount - part, NOON + DAY);
        expect(bill(rest, '2026-03-09', [...old, ...more]).movements).toEqual(bill(rest, '2026-03-09', old).movements);
      },
    ),
    { numRuns: 1_000, seed: 64 },
  );
});

test('F62: by any terms, a whole refund in any slices on any days returns what they say, to the unit', () => {
  const slice = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 5 }));
  fc.assert(
    fc.property(
      terms,
      fc.integer({ min: 250, max: 10_000_000 }),
      fc.array(slice, { minLength: 1, maxLength: 12 }),
      (of, amount, slices) => {
        const weights = slices.reduce((sum, [weight]) => sum + weight, 0);
        const sizes = slices.map(([weight]) => Math.floor((amount * weight) / weights));
        sizes[0] = amount - sizes.slice(1).reduce((sum, size) => sum + size, 0);
        let order = sold(amount);
        const lines: Movement[] = [];
        for (let day = 0; day <= 5; day += 1) {
          for (const [k, [, on]] of slices.entries())
            if (on === day) order = refundedAt(order, `r-${k}`, sizes[k] ?? 0, NOON + day * DAY);
          const posted = bill(order, dayAfter(FIRST, day), [agreement(1, FIRST, of)]);
          lines.push(...posted.movements);
          order = posted.order;
        }
        const [payment, ...refunds] = lines;
        if (!payment) throw new Error('the payment is posted first');
        const returned = refunds.reduce((sum, { fee }) => sum - fee, 0);
        const sameDay = slices.reduce((sum, [, on], k) => sum + (on === 0 ? (sizes[k] ?? 0) : 0), 0);
        const exact = { kept: 0n, returned: BigInt(amount), returned_same_day: BigInt(sameDay) }[of.feeOnRefund];
        // The nearest whole unit to the fee's share, by integers: no slice has brought a rounding of its own.
        const error = 2n * (BigInt(returned) * BigInt(amount) - BigInt(payment.fee) * exact);
        expect(error > -BigInt(amount) && error <= BigInt(amount)).toBe(true);
        if (exact === BigInt(amount)) expect(returned).toBe(payment.fee);
        for (const { fee } of refunds) expect(fee <= 0).toBe(true);
      },
    ),
    { numRuns: 1_000, seed: 62 },
  );
});

/** The numbers of a refund at a channel where a number can end: facts that only grow, and never two that are open. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { brokenBy } from '../../functions/order/invariants.ts';
import { type Order, type Refund, requestNo } from '../../functions/order/order.ts';
import { bearsNumber } from '../../functions/order/refund-numbers.ts';
import { refundReported } from '../../functions/order/refunds.ts';
import { readOrder } from '../../functions/order/stored.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const MINUTE = 60_000;
const ask = (refundNo: string, value: number): OrderEvent => ({
  ...{ type: 'refund_requested', refundNo, amount: { currency: 'CNY', value }, until: NOON + 90 * 86_400_000 },
});
const failed = (refundNo: string, k: number, reason: 'no_cover' | 'refund_not_possible' = 'no_cover'): OrderEvent => ({
  ...{ type: 'refund_failed', refundNo, k, refusal: { reason, blames: 'merchant' } },
});
const called = (refundNo: string): OrderEvent => ({ type: 'refund_called', refundNo });
const asked = orderAfter(anOrder(), [paid(), NOON], [ask('a', 100), NOON]);
const ended = orderAfter(asked, [failed('a', 1), NOON + 1_000]);
const first = ({ refunds: [refund] }: Order): Refund => {
  if (!refund) throw new Error('no refund');
  return refund;
};

describe('a refund whose number has failed', () => {
  test('keeps the number, and takes the next with the next call, a minute later', () => {
    expect(first(ended)).toMatchObject({
      k: 1,
      numbers: [1],
      unconfirmedRefusal: { reason: 'no_cover', at: NOON + 1_000 },
    });
    expect(first(ended).unconfirmedRefusal).not.toHaveProperty('blames');
    expect(decide(ended, called('a'), NOON + MINUTE - 1)).toMatchObject({
      kind: 'refused',
      reason: 'refund_in_flight',
    });
    const again = orderAfter(ended, [called('a'), NOON + MINUTE]);
    expect(first(again)).toMatchObject({ k: 2, numbers: [1], tries: 2, calledAt: NOON + MINUTE });
    expect(readOrder({ ...again })).toEqual(again);
  });

  test('knows it by either number, and is told as failed of each but once', () => {
    const again = orderAfter(ended, [called('a'), NOON + MINUTE]);
    const numbers = ['_r1', '_r2', '_r3'].map((end) => bearsNumber(again, first(again), `${again.orderId}${end}`));
    expect([numbers, requestNo(again, first(again))]).toEqual([[true, true, false], `${again.orderId}_r2`]);
    expect([decide(again, failed('a', 1), NOON).kind, decide(ended, failed('a', 1), NOON).kind]).toEqual([
      ...['unchanged', 'unchanged'],
    ]);
    expect(decide(again, failed('b', 1), NOON)).toMatchObject({ reason: 'unknown_refund' });
  });

  test('fails where it does not go on, at once', () => {
    const twice = orderAfter(asked, [called('a'), NOON + MINUTE]);
    const over = orderAfter(twice, [failed('a', 1, 'refund_not_possible'), NOON + MINUTE]);
    expect(first(over).result).toEqual({
      status: 'failed',
      at: NOON + MINUTE,
      refusal: { reason: 'refund_not_possible' },
    });
    expect(decide(over, failed('a', 1), NOON).kind).toBe('unchanged');
  });

  test('is reported by an older number as itself, and nothing stands beside it', () => {
    const again = orderAfter(ended, [called('a'), NOON + MINUTE]);
    const amount = { currency: 'CNY', value: 100 };
    const event = { type: 'refund_reported', n: 1, channelNo: `${again.orderId}_r1`, amount, at: NOON } as const;
    expect(refundReported(again, event, NOON + MINUTE)).toMatchObject({ refunds: [{ refundNo: 'a', k: 2 }] });
  });

  test('is read back by its shape alone', () => {
    const item = { ...ended, refunds: [{ ...first(ended), numbers: ['1'] }] };
    expect(() => readOrder(item)).toThrow(/refunds.*numbers.* is no integer/);
    const paidBy = (more: object) => ({ ...asked, payments: asked.payments.map((it) => ({ ...it, ...more })) });
    expect(() => readOrder(paidBy({ wallet: 7 }))).toThrow(/wallet is no text/);
    expect(() => readOrder(paidBy({ customerPaid: { currency: 'PHP', value: 1.5 } }))).toThrow(/value is no integer/);
    expect(() => readOrder(paidBy({ settlement: { price: 0.0067 } }))).toThrow(/price is no text/);
  });

  test.each<[string, Partial<Refund>, Partial<Refund>]>([
    ['has two numbers open', {}, { k: 2 }],
    ['goes back to a number', { k: 2, numbers: [1, 2] }, { k: 1, numbers: [1, 2] }],
    ['forgets a number', { k: 2, numbers: [1] }, { k: 2, numbers: [] }],
    ['changes a number', { k: 3, numbers: [1, 2] }, { k: 3, numbers: [2, 1] }],
    ['takes the number of another', { k: 1, numbers: [1] }, { k: 7, numbers: [1] }],
  ])('a write after which a refund %s is refused', (_, before, after) => {
    const other = { ...first(asked), refundNo: 'b', k: 7, amount: 1 };
    const with_ = (change: Partial<Refund>) => ({ ...asked, refunds: [{ ...first(asked), ...change }, other] });
    expect(brokenBy(with_(before), with_(after))).toBe('I4: a refund has two numbers open');
  });

  test('I4: shares no number with another refund, in any order of events', () => {
    const names = ['a', 'b', 'c'];
    const event = fc.oneof(
      fc.constantFrom(...names.map((name) => ask(name, 100))),
      fc.constantFrom(...names.map(called)),
      fc.tuple(fc.constantFrom(...names), fc.integer({ min: 1, max: 6 })).map(([name, k]) => failed(name, k)),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), (events) => {
        let order = orderAfter(anOrder(), [paid(), NOON]);
        for (const [i, it] of events.entries()) {
          const after = decide(order, it, NOON + i * 3 * MINUTE).order;
          expect(brokenBy(order, after)).toBeUndefined();
          order = after;
        }
        const numbers = order.refunds.flatMap(({ k, numbers = [] }) => [...new Set([...numbers, k])]);
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
      { seed: 20260301, numRuns: 300 },
    );
  });
});

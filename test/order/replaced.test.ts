/** An order in whose place the cashier opens another one: no money that comes for it is kept (I-c). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { isUnwanted } from '../../functions/order/order.ts';
import { readOrder } from '../../functions/order/stored.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const OTHER = 'ord_zzzzzzzzzzzzzzzzzzzzzzzzzz';
const replaced: OrderEvent = { type: 'close_requested', by: 'cashier', operatorId: 'anna', replacedBy: OTHER };
const code: OrderEvent = { type: 'code_given', n: 1, payload: 'yen:1' };
const cashier: OrderEvent = { type: 'close_requested', by: 'cashier', trade: 'waiting' };
const expiry: OrderEvent = { type: 'close_requested', by: 'expiry', trade: 'absent' };
const ended: OrderEvent = { type: 'attempt_ended', n: 1, why: 'closed' };
const fresh = anOrder({ latePayment: 'keep' });

describe('a replaced order', () => {
  test('keeps who replaced it beside who closed it, once', () => {
    const order = orderAfter(fresh, [code, NOON], [cashier, NOON], [replaced, NOON + 1]);
    expect(order.closeRequested).toEqual({ at: NOON, by: 'cashier', trade: 'waiting', replacedBy: OTHER });
    expect(decide(order, { ...replaced, replacedBy: 'ord_yyyyyyyyyyyyyyyyyyyyyyyyyy' }, NOON + 2).kind).toBe(
      'unchanged',
    );
    expect(orderAfter(fresh, [expiry, NOON], [replaced, NOON + 1]).closeRequested).toEqual({
      ...{ at: NOON + 1, by: 'cashier', operatorId: 'anna', trade: 'absent', replacedBy: OTHER },
    });
    expect(readOrder({ ...order })).toEqual(order);
  });

  test('may be closed already, and stays closed as it was', () => {
    const closed = orderAfter(fresh, [expiry, NOON], [ended, NOON]);
    const after = orderAfter(closed, [replaced, NOON + 1]);
    expect(after.closed).toEqual({ at: NOON, reason: 'expiry' });
    expect(after.closeRequested?.replacedBy).toBe(OTHER);
  });

  test('is none once it is paid', () => {
    const verdict = decide(orderAfter(fresh, [paid(), NOON]), replaced, NOON);
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'order_paid' });
  });

  test('I-c: gives back what comes for it whatever the merchant does with late payments, in any order of events', () => {
    const event = fc.constantFrom<OrderEvent>(code, cashier, expiry, ended, replaced, paid(), { type: 'time_passed' });
    const latePayment = fc.constantFrom('keep' as const, 'refund' as const);
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), latePayment, (events, kept) => {
        const before = [...events.entries()].reduce(
          (order, [i, it]) => decide(order, it, NOON + i * 1_000).order,
          anOrder({ latePayment: kept }),
        );
        const order = decide(before, paid(), NOON + 60_000).order;
        const goesBack = order.closeRequested?.replacedBy !== undefined;
        if (goesBack)
          expect(order.refunds.map(({ refundNo, amount }) => [refundNo, amount])).toEqual([['auto_1', 1234]]);
        expect(isUnwanted(order, 1)).toBe(order.refunds.length > 0);
      }),
      { seed: 20260301, numRuns: 500 },
    );
  });
});

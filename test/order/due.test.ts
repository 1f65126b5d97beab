/** When the sweep looks: at everything unfinished in time, and at nothing else. */
import { describe, expect, test } from 'vitest';
import { backOff, FAILURES_UNTIL_QUARANTINE, GRACE, SKEW, SWEEP, TILL_CODE_RETRY } from '../../functions/deadlines.ts';
import { decide } from '../../functions/order/decide.ts';
import { doubtEndsAt, firstDueAt, idleUntil, isGivenUp, isQuarantined, overAt } from '../../functions/order/due.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Attempt, Order } from '../../functions/order/order.ts';
import { Orders } from '../../functions/order/orders.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { ORDERS } from '../../functions/table/table.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const SECOND = 1_000;
const at = (seconds: number) => NOON + seconds * SECOND;
const WAIT = SKEW + GRACE;
const next = (n: number, kind: 'qr_code' | 'till_code' = 'qr_code'): OrderEvent => ({
  type: 'attempt_requested',
  n,
  kind,
});
const ended = (n: number, more: object = {}): OrderEvent => ({ type: 'attempt_ended', n, why: 'expired', ...more });
const close: OrderEvent = { type: 'close_requested', by: 'cashier' };
const postponed: OrderEvent = { type: 'postponed' };
const refund: OrderEvent = {
  ...{ type: 'refund_requested', refundNo: 'a', amount: { currency: 'CNY', value: 1 }, until: at(999) },
};
const bare = anOrder({ attempts: [] });
const fresh = anOrder();
const scanned = orderAfter(bare, [next(1, 'till_code'), NOON]);
const last = ({ attempts }: Order): Attempt => {
  const attempt = attempts.at(-1);
  if (!attempt) throw new Error('there is no attempt');
  return attempt;
};

test('a new order is looked at when no clock can say any more that its code could be paid', () => {
  expect(firstDueAt(bare)).toBe(at(180) + WAIT);
  expect([overAt(fresh), overAt(bare)]).toEqual([at(180) + WAIT, at(900) + WAIT]);
});

test('a later code moves the due time by as little as can be: not within a sweep, and never behind its own end', () => {
  const dueOf = (planned: number) => orderAfter({ ...bare, dueAt: planned }, [next(1), NOON]).dueAt;
  const wanted = at(180) + WAIT;
  expect([wanted + 1, wanted, wanted - SWEEP, wanted - SWEEP - 1].map(dueOf)).toEqual([
    ...[wanted, wanted, wanted - SWEEP, wanted],
  ]);
  const { dueAt: _, ...unplanned } = bare;
  expect(orderAfter(unplanned, [next(1), NOON]).dueAt).toBe(wanted);
  expect(orderAfter({ ...fresh, dueAt: at(5) }, [{ type: 'code_given', n: 1, payload: 'x' }, NOON]).dueAt).toBe(at(5));
});

test('a scan keeps the due time that is near enough to its own end', () => {
  const dueOf = (planned: number) => orderAfter({ ...bare, dueAt: planned }, [next(1, 'till_code'), NOON]).dueAt;
  expect([at(285), at(285) + 1].map(dueOf)).toEqual([at(285), at(45)]);
  // What is unknown is looked at when its time is over, or earlier if it was planned so.
  const unknown: OrderEvent = { type: 'outcome_unknown', n: 1 };
  expect(orderAfter(scanned, [unknown, NOON]).dueAt).toBe(at(45));
  expect(orderAfter(scanned, [unknown, at(45)]).dueAt).toBe(at(45) + TILL_CODE_RETRY);
  const waiting: OrderEvent = { type: 'customer_must_confirm', n: 1 };
  expect(orderAfter({ ...scanned, dueAt: at(7) }, [waiting, NOON]).dueAt).toBe(at(7));
});

test('a till code is given up when its time is over, it is refused, or anybody wants it to end', () => {
  const attempt = last(scanned);
  expect([isGivenUp(scanned, attempt, at(45) - 1), isGivenUp(scanned, attempt, at(45))]).toEqual([false, true]);
  for (const event of [
    { type: 'cancel_requested', n: 1 },
    { type: 'attempt_refused', n: 1, refusal: { reason: 'expired' }, isOpen: true },
  ] as OrderEvent[]) {
    const order = orderAfter(scanned, [event, NOON]);
    expect(isGivenUp(order, last(order), NOON)).toBe(true);
  }
  expect(isGivenUp({ ...scanned, closeRequested: { at: NOON, by: 'expiry' } }, attempt, NOON)).toBe(true);
});

describe('a visit that brought nothing', () => {
  test('is repeated later and later, and forgotten with the next news', () => {
    let order = fresh;
    for (let failures = 1; failures <= FAILURES_UNTIL_QUARANTINE; failures += 1) {
      order = orderAfter(order, [postponed, NOON]);
      expect([order.failures, order.dueAt]).toEqual([failures, NOON + backOff(failures)]);
    }
    expect([isQuarantined(fresh), isQuarantined(order)]).toEqual([false, true]);
    expect(orderAfter(order, [close, NOON])).not.toHaveProperty('failures');
  });

  test('a visit with nothing to do yet counts as no failure', () => {
    const idle: OrderEvent = { type: 'postponed', isIdle: true };
    const put = orderAfter({ ...fresh, dueAt: at(5) }, [idle, at(6)]);
    expect(put.dueAt).toBe(overAt(fresh));
    expect(put).not.toHaveProperty('failures');
    const failed = orderAfter(fresh, [postponed, NOON], [idle, NOON]);
    expect(failed).toMatchObject({ dueAt: overAt(fresh), failures: 1 });
    // Where there is something to do by now, it stays due.
    const over = overAt(fresh);
    expect(decide(fresh, idle, over)).toEqual({ kind: 'unchanged', order: fresh });
  });

  test('seed 66804: put off while a code is scanned, the order keeps the due time of the scan', async () => {
    const between = orderAfter(scanned, [ended(1), at(50)]);
    const orders = new Orders(new MemoryTable(ORDERS));
    const { order } = await orders.create(bare);
    const seen = (await orders.apply(order, next(1, 'till_code'), NOON)).order;
    const without = (await orders.apply(seen, ended(1), at(50))).order;
    expect(without.dueAt).toBe(between.dueAt);
    const again = (await orders.apply(without, next(2, 'till_code'), at(51))).order;
    // The sweep that saw the order without a code decides again on what has become of it.
    const { order: after } = await orders.apply(without, { type: 'postponed', isIdle: true }, at(52));
    expect(idleUntil(without, at(52))).toBe(overAt(without));
    expect(after.dueAt).toBe(Math.min(again.dueAt ?? 0, last(again).expiresAt));
  });

  test('that was given up on for today is repeated by the next sweep once the bill tells something new (seed 75470)', () => {
    const quarantined = { ...fresh, failures: FAILURES_UNTIL_QUARANTINE, dueAt: at(99_999) };
    const told = orderAfter(quarantined, [{ type: 'payment_reported', n: 1 }, at(5_000)]);
    expect([told.dueAt, told.failures]).toEqual([at(5_000), undefined]);
  });

  test('of a scanned code is repeated in every sweep, until it is quarantined', () => {
    let order = scanned;
    for (let failures = 1; failures < FAILURES_UNTIL_QUARANTINE; failures += 1) {
      order = orderAfter(order, [postponed, NOON]);
      expect(order.dueAt).toBe(NOON + TILL_CODE_RETRY);
    }
    expect(orderAfter(order, [postponed, NOON]).dueAt).toBe(NOON + backOff(FAILURES_UNTIL_QUARANTINE));
  });

  test('at an order with nothing open leaves no due time', () => {
    expect(orderAfter(fresh, [paid(), NOON], [postponed, NOON])).not.toHaveProperty('dueAt');
  });
});

describe('what may still come although nobody waits', () => {
  const stray = orderAfter(fresh, [ended(1, { inDoubtUntil: at(300) }), NOON]);
  const beside = orderAfter(fresh, [ended(1), NOON], [next(2), NOON], [paid(1), NOON]);
  const besideScan = orderAfter(fresh, [ended(1), NOON], [next(2, 'till_code'), NOON], [paid(1), NOON]);

  test('is over at its last moment, by any clock', () => {
    expect(doubtEndsAt(last(stray))).toBe(at(300));
    expect(doubtEndsAt(last(beside))).toBe(at(180) + WAIT);
    expect(doubtEndsAt(last(besideScan))).toBe(at(90) + WAIT);
  });

  test('is due then, or with a refund that is due before', () => {
    expect(beside.dueAt).toBe(at(180) + WAIT);
    expect(orderAfter(beside, [refund, NOON]).dueAt).toBe(NOON + backOff(1));
  });

  test('lets the sweep idle until then, and no longer', () => {
    expect([idleUntil(beside, at(225) - 1), idleUntil(beside, at(225))]).toEqual([at(225), undefined]);
    expect([idleUntil(stray, at(300) - 1), idleUntil(stray, at(300))]).toEqual([at(300), undefined]);
    // The order itself is open for 180 s and its wait; the stray ends before.
    const sooner = orderAfter(fresh, [ended(1, { inDoubtUntil: at(100) }), NOON]);
    expect([idleUntil(sooner, NOON), idleUntil(sooner, at(100))]).toEqual([at(100), undefined]);
  });
});

describe('the sweep idles', () => {
  test('at an open order until its code is over, at a scanned one until its time is', () => {
    expect([idleUntil(fresh, NOON), idleUntil(fresh, at(225) - 1), idleUntil(fresh, at(225))]).toEqual([
      ...[at(225), at(225), undefined],
    ]);
    expect([idleUntil(scanned, NOON), idleUntil(scanned, at(45))]).toEqual([at(45), at(45) + TILL_CODE_RETRY]);
  });

  test('never at an open refund, at a wish to close, or where nothing is open', () => {
    const sold = orderAfter(fresh, [paid(), NOON]);
    const asked = orderAfter(sold, [refund, NOON]);
    const closing = orderAfter(fresh, [close, NOON]);
    const closed = orderAfter(closing, [ended(1), NOON]);
    for (const order of [sold, asked, closing, closed]) expect(idleUntil(order, NOON)).toBeUndefined();
    const beside = orderAfter(fresh, [ended(1), NOON], [next(2), NOON], [paid(1), NOON], [refund, NOON]);
    expect(idleUntil(beside, NOON)).toBeUndefined();
    // Nothing was ever shown, so nothing of it has to be looked for.
    const unshown = { ...bare, closeRequested: { at: NOON, by: 'expiry' as const } };
    expect(idleUntil(unshown, NOON)).toBe(at(900) + WAIT);
  });
});

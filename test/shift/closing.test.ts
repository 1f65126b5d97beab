/** One closing after the other, step by step: what each carries, what it says, and what a kill leaves behind. */
import { describe, expect, test } from 'vitest';
import { closeShift } from '../../functions/api/close-shift.ts';
import { SHIFT_MARGIN } from '../../functions/deadlines.ts';
import type { Order } from '../../functions/order/order.ts';
import { close } from '../../functions/shift/close.ts';
import { type ClosedShift, learnedAt } from '../../functions/shift/shift.ts';
import { DAY, HOUR, MINUTE, SECOND, toInstant } from '../../functions/time.ts';
import { refundRequested } from '../statement/shop.ts';
import { EVENING, moved, TILLS, Tills } from './world.ts';

const [ONE, TWO] = TILLS;

/** Runs `work` in virtual time, to its end. */
async function inTime<T>(tills: Tills, work: () => Promise<T>, most = HOUR): Promise<T> {
  const outcome: { value?: T; error?: unknown } = {};
  const done = work().then(
    (value) => void Object.assign(outcome, { value }),
    (error: unknown) => void Object.assign(outcome, { error }),
  );
  await tills.world.runUntil(tills.world.now + most, () => 'value' in outcome || 'error' in outcome);
  if ('error' in outcome) throw outcome.error;
  if (!('value' in outcome)) throw new Error('it never came back');
  await done;
  return outcome.value as T;
}

async function at(tills: Tills, instant: number): Promise<void> {
  await tills.world.runUntil(instant);
}

async function sells(
  tills: Tills,
  power: number,
  heardAt = tills.world.now + SECOND,
  currency = 'CNY',
): Promise<Order> {
  const { order, payment } = await inTime(tills, () => tills.opens(ONE, power, currency));
  await at(tills, heardAt);
  return inTime(tills, () => tills.learns(order, payment));
}

const closes = (tills: Tills, shiftNo: string, till: (typeof TILLS)[number] = ONE) =>
  inTime(tills, () => tills.closes(till, shiftNo));
const calm = () => new Tills(1, { calm: true });
const taken = ({ totals }: ClosedShift) => moved(totals).taken;

describe('money F9: a fact belongs to the shift in which we learned of it', () => {
  test('one that moved before the opening is called late, counted, added up and listed', async () => {
    const tills = calm();
    await sells(tills, 10);
    const paidAt = tills.world.now + 1;
    await at(tills, paidAt);
    const late = await inTime(tills, () => tills.opens(ONE, 11, 'CNY'));
    await at(tills, paidAt + 2 * SECOND);
    const first = await closes(tills, 'first');
    await at(tills, paidAt + 4 * SECOND);
    const heardAt = tills.world.now;
    await inTime(tills, () => tills.learns(late.order, late.payment));
    await sells(tills, 1);
    const second = await closes(tills, 'second');
    expect([taken(first), taken(second)]).toEqual([1024, 2048 + 2]);
    expect(first.late).toEqual({ count: 0, sums: [], facts: [] });
    const [fact] = second.late.facts;
    expect(Math.abs(Date.parse(fact?.learnedAt ?? '') - heardAt)).toBeLessThan(SECOND);
    const which = { orderId: late.order.orderId, merchantOrderNo: `${ONE}-11`, refundNo: null, operatorId: null };
    expect(second.late).toEqual({
      count: 1,
      sums: [
        {
          currency: 'CNY',
          payments: { count: 1, gross: 2048, received: 2048 },
          refunds: { count: 0, gross: 0, received: 0 },
        },
      ],
      facts: [
        {
          type: 'payment',
          ...which,
          occurredAt: toInstant(late.order.createdAt),
          learnedAt: fact?.learnedAt,
          currency: 'CNY',
          gross: 2048,
          received: 2048,
        },
      ],
    });
    expect(second.totals).toMatchObject([{ lateLines: 1 }]);
  });

  test('a sale in the second of the closing, of which the channel tells the whole second, is in the next and not late', async () => {
    const tills = calm();
    await at(tills, EVENING + 10 * MINUTE + 600);
    const first = await closes(tills, 'first');
    const { order, payment } = await inTime(tills, () => tills.opens(ONE, 3, 'CNY'));
    if (payment.type !== 'paid') throw new Error('a payment');
    const paidAt = Math.floor(tills.world.now / SECOND) * SECOND;
    expect(paidAt).toBeLessThan(first.closedAt);
    await inTime(tills, () => tills.learns(order, { ...payment, news: { ...payment.news, paidAt } }));
    const second = await closes(tills, 'second');
    expect([taken(first), taken(second), second.late.count]).toEqual([0, 8, 0]);
  });

  test('one that was learned after midnight is on the statement of the day before, and in the shift after it', async () => {
    const tills = calm();
    const midnight = EVENING + 40 * MINUTE;
    await inTime(tills, () => tills.seals());
    await at(tills, midnight - MINUTE);
    const { order, payment } = await inTime(tills, () => tills.opens(ONE, 7, 'CNY'));
    await at(tills, midnight + 10 * MINUTE);
    await closes(tills, 'first');
    await at(tills, midnight + 12 * MINUTE);
    await inTime(tills, () => tills.learns(order, payment));
    await at(tills, midnight + 31 * MINUTE);
    await inTime(tills, () => tills.seals());
    const second = await closes(tills, 'second');
    expect([taken(second), second.late.count]).toEqual([128, 1]);
  });

  test('what nothing is agreed for is beside the totals, payments and refunds, and in one shift', async () => {
    const tills = calm();
    const sold = await sells(tills, 4, undefined, 'EUR');
    const first = await closes(tills, 'first');
    await inTime(tills, () => tills.refunds(sold, ONE));
    const second = await closes(tills, 'second');
    const nothing = { count: 0, gross: 0, received: 0 };
    expect([first, second].map(({ totals, withoutAgreement }) => [totals, withoutAgreement])).toEqual([
      [[], [{ currency: 'EUR', payments: { count: 1, gross: 16, received: 16 }, refunds: nothing }]],
      [[], [{ currency: 'EUR', payments: nothing, refunds: { count: 1, gross: -8, received: -8 } }]],
    ]);
  });

  test('what a clock ahead of the closing calls later is left to the next one', async () => {
    const tills = calm();
    const { order, payment } = await inTime(tills, () => tills.opens(ONE, 5, 'CNY'));
    const s = tills.process();
    await inTime(tills, () => s.orders.apply(order, payment, tills.world.now + 20 * SECOND));
    const first = await closes(tills, 'first');
    await at(tills, tills.world.now + 30 * SECOND);
    const [second, third] = [await closes(tills, 'second'), await closes(tills, 'third')];
    expect([first, second, third].map(taken)).toEqual([0, 32, 0]);
  });

  test('no list of names grows for ever: only those of the last minutes are kept', async () => {
    const tills = calm();
    await sells(tills, 5);
    const first = await closes(tills, 'first');
    const second = await closes(tills, 'second');
    await at(tills, tills.world.now + SHIFT_MARGIN);
    const third = await closes(tills, 'third');
    expect([first, second, third].map(({ near }) => near.length)).toEqual([1, 1, 0]);
    expect([second, third].map(taken)).toEqual([0, 0]);
  });
});

describe('money F10: a refund belongs to the till that made it', () => {
  test('till 1 sells, till 2 gives back: each has its own', async () => {
    const tills = calm();
    const sold = await sells(tills, 6);
    const asked = { ...refundRequested('r', 24), by: { storeId: 'main', terminalId: TWO } };
    await inTime(tills, () => tills.learns(sold, asked as Parameters<Tills['learns']>[1]));
    await inTime(tills, () => tills.learns(sold, (now) => ({ type: 'refund_succeeded', refundNo: 'r', at: now })));
    const [one, two] = [await closes(tills, 'a', ONE), await closes(tills, 'a', TWO)];
    expect([moved(one.totals), moved(two.totals)]).toEqual([
      { payments: 1, taken: 64, refunds: 0, returned: 0 },
      { payments: 0, taken: 0, refunds: 1, returned: 24 },
    ]);
    expect(two.terminals).toMatchObject([{ terminalId: TWO, operatorId: 'op-7', netSales: -24 }]);
  });
});

describe('killed at any of its calls', () => {
  /** A closing that ends at its `n`-th call, before or after that took effect; undefined: it has no so many calls. */
  async function killedAt(tills: Tills, n: number, when: 'before' | 'after'): Promise<boolean> {
    let calls = 0;
    let isOver = false;
    const strikes = (moment: 'before' | 'after') => {
      if (moment === when) calls += 1;
      return calls === n && moment === when;
    };
    tills.closes(ONE, 'first', strikes).then(
      () => {
        isOver = true;
      },
      () => {},
    );
    await at(tills, tills.world.now + MINUTE);
    return isOver;
  }

  test.each(['before', 'after'] as const)(
    '%s it took effect: repeated, it is the same shift; none is left out',
    async (when) => {
      for (let n = 1; ; n += 1) {
        const tills = calm();
        await sells(tills, 8);
        const isOver = await killedAt(tills, n, when);
        await sells(tills, 9);
        const second = await closes(tills, 'second');
        const first = await closes(tills, 'first');
        const third = await closes(tills, 'third');
        const all = await inTime(tills, () => tills.shiftsOf(ONE));
        expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
        expect(all.map(({ shiftNo }) => shiftNo).sort()).toEqual(['first', 'second', 'third']);
        expect(moved(all.flatMap(({ totals }) => totals)), `call ${n}`).toMatchObject({
          payments: 2,
          taken: 256 + 512,
        });
        // Closed before it was killed, it has the first sale, and its repeat says the same.
        if (first.sequence === 1) expect([taken(first), taken(second)]).toEqual([256, 512]);
        else expect([taken(first), taken(second)]).toEqual([0, 256 + 512]);
        expect(taken(third)).toBe(0);
        if (isOver) return expect(n).toBeGreaterThan(10);
      }
    },
  );
});

test('a closing that has no time to read everything closes nothing', async () => {
  const tills = calm();
  await sells(tills, 8);
  const s = tills.process();
  const ask = { shiftNo: 'first', terminalId: ONE, storeId: 'main' };
  await expect(inTime(tills, () => close(s, tills.merchant, ask, { endsAt: s.now() }))).rejects.toThrow('more than');
  expect(await inTime(tills, () => tills.shiftsOf(ONE))).toEqual([]);
});

test('a back office closes nothing, whatever its scopes are', async () => {
  const caller = { keyid: 'bko_1.1', merchantId: 'mer_1', scopes: ['orders:write'] as const };
  const request = { params: {}, query: {}, body: { shiftNo: 'first' }, caller, deadline: { endsAt: 0 } };
  await expect(closeShift(calm().process() as never, request)).rejects.toMatchObject({ code: 'malformed' });
});

describe('what was stored before this was noted', () => {
  const movement = {
    type: 'refund',
    orderId: 'ord_1',
    attempt: 1,
    refundNo: 'r',
    occurredAt: toInstant(EVENING),
  } as const;
  const learned = (refund: object) =>
    learnedAt({ refunds: [{ refundNo: 'r', attempt: 1, requestedAt: 5, ...refund }] } as never, movement as never);

  test.each([
    [{ source: 'till', result: { status: 'succeeded', at: 7, learnedAt: 9 } }, 9],
    [{ source: 'till', result: { status: 'succeeded', at: 7 } }, 7],
    [{ source: 'channel', result: { status: 'succeeded', at: 3, learnedAt: 5 } }, 5],
    // The channel's own refund was stored as asked for when we heard of it.
    [{ source: 'channel', result: { status: 'succeeded', at: 3 } }, 5],
  ])('a refund %j was learned of at %i', (refund, at) => {
    expect(learned(refund)).toBe(at);
  });

  test('one that was not carried out is no fact', () => {
    expect(() => learned({ source: 'till' })).toThrow('none of its facts');
  });
});

test('a first shift begins with its terminal, and 31 days before its closing at the most', async () => {
  const tills = calm();
  await at(tills, EVENING + 30 * DAY);
  expect((await closes(tills, 'a', ONE)).openedAt).toBe(EVENING);
  await at(tills, EVENING + 40 * DAY);
  const first = await closes(tills, 'a', TWO);
  expect(first.closedAt - first.openedAt).toBeLessThan(31 * DAY + SECOND);
  expect((await closes(tills, 'b', ONE)).openedAt).toBeLessThan(EVENING + 30 * DAY + SECOND);
});

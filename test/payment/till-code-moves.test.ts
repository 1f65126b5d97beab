/** The moves of a till code, and what the terminal is told at each of them. Pure. */
import { describe, expect, test } from 'vitest';
import { GRACE, SKEW, TILL_CODE_RETRY } from '../../functions/deadlines.ts';
import { decide } from '../../functions/order/decide.ts';
import { cancelEnd, doubtEnd, idleUntil, tradeEnd } from '../../functions/order/due.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { nextAction } from '../../functions/order/next-action.ts';
import { expiresAt, type Order, statusOf } from '../../functions/order/order.ts';
import { isOwed, orderView } from '../../functions/order/view.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const SECOND = 1_000;
const at = (seconds: number) => NOON + seconds * SECOND;
const asked: OrderEvent = { type: 'attempt_requested', n: 1, kind: 'till_code', operatorId: '007' };
const unknown: OrderEvent = { type: 'outcome_unknown', n: 1 };
const waiting: OrderEvent = { type: 'customer_must_confirm', n: 1 };
const cancelling: OrderEvent = { type: 'cancel_requested', n: 1 };
const cancelled: OrderEvent = { type: 'attempt_ended', n: 1, why: 'cancelled' };
const gone: OrderEvent = { type: 'attempt_ended', n: 1, why: 'cancelled', inDoubtUntil: at(135) };
const looked: OrderEvent = { type: 'doubt_resolved', n: 1 };
const cashier: OrderEvent = { type: 'close_requested', by: 'cashier' };
const refusal = { reason: 'customer_cannot_pay', subCode: 'BUYER_BALANCE_NOT_ENOUGH' } as const;
const refused: OrderEvent = { type: 'attempt_refused', n: 1, refusal };
const refusedOpen: OrderEvent = { ...refused, isOpen: true };
const news = { tradeNo: 't1', paidAt: at(44), amount: { currency: 'CNY', value: 1234 } };
const reversed: OrderEvent = { type: 'reversed', n: 1, news, source: 'cancel_answer' };

const bare = anOrder({ attempts: [] });
const scanned = orderAfter(bare, [asked, at(1)]);
const S = {
  scanned,
  unknown: orderAfter(scanned, [unknown, at(2)]),
  waiting: orderAfter(scanned, [waiting, at(2)]),
  cancelling: orderAfter(scanned, [waiting, at(2)], [cancelling, at(46)]),
  refusedOpen: orderAfter(scanned, [refusedOpen, at(2)]),
  refused: orderAfter(scanned, [refused, at(2)]),
  cancelled: orderAfter(scanned, [cancelling, at(46)], [cancelled, at(46)]),
  gone: orderAfter(scanned, [cancelling, at(46)], [gone, at(46)]),
  stopped: orderAfter(scanned, [cashier, at(3)]),
  stoppedGone: orderAfter(scanned, [cashier, at(3)], [gone, at(46)]),
  closed: orderAfter(scanned, [cashier, at(3)], [cancelled, at(4)]),
  paid: orderAfter(scanned, [paid(), at(2)]),
  reversed: orderAfter(scanned, [cancelling, at(46)], [reversed, at(47)]),
} satisfies Record<string, Order>;

test('that nobody knows what came of it is news only while nothing else is known', () => {
  const moves = (order: Order) => decide({ ...order, dueAt: at(225) }, unknown, at(5)).kind;
  expect(moves(S.scanned)).toBe('moved');
  for (const known of [S.waiting, S.refused, S.gone, S.closed]) expect(moves(known)).toBe('unchanged');
  expect(moves(S.paid)).toBe('refused');
  // Paid by the code before it, whose money came late.
  const first = anOrder({
    attempts: [{ n: 1, kind: 'qr_code', expiresAt: at(0), ended: { why: 'expired', at: at(0) } }],
  });
  const second = orderAfter(first, [{ ...asked, n: 2 }, at(1)], [paid(), at(2)]);
  expect(decide({ ...second, dueAt: at(225) }, { ...unknown, n: 2 }, at(5)).kind).toBe('unchanged');
});

describe('what the terminal is told', () => {
  const rows: [keyof typeof S, string, string, number | null, boolean][] = [
    ['scanned', 'created', 'do_not_hand_over_goods', 3_000, true],
    ['unknown', 'created', 'do_not_hand_over_goods', 3_000, true],
    ['waiting', 'awaiting_payment', 'wait', 3_000, false],
    ['cancelling', 'awaiting_payment', 'do_not_hand_over_goods', 3_000, true],
    ['refusedOpen', 'created', 'do_not_hand_over_goods', 3_000, false],
    ['refused', 'created', 'get_qr_code', null, false],
    ['cancelled', 'created', 'get_qr_code', null, false],
    ['gone', 'created', 'get_qr_code', null, false],
    ['stopped', 'closing', 'do_not_hand_over_goods', 2_000, false],
    ['stoppedGone', 'closing', 'start_new_order', null, false],
    ['closed', 'closed', 'start_new_order', null, false],
    ['paid', 'paid', 'hand_over_goods', null, false],
    ['reversed', 'paid', 'none', null, false],
  ];
  test.each(rows)('a till code that is %s shows %s and %s', (state, status, action, pollAfterMs, owed) => {
    const order = S[state];
    expect([statusOf(order), nextAction(order, at(60)), isOwed(order)]).toEqual([
      status,
      { action, pollAfterMs },
      owed,
    ]);
  });

  test('whatever has no outcome says what to do next, in Chinese and in English', () => {
    for (const [state, order] of Object.entries(S)) {
      const { message, nextAction: action } = orderView(order, at(60));
      expect(message.en, state).toMatch(/^[A-Z].*\.$/);
      expect(message['zh-CN'], state).toMatch(/。$/);
      if (action !== 'hand_over_goods' && !order.attempts[0]?.refused && !order.closed && state !== 'stoppedGone') {
        expect(message.en, state).toMatch(/do not hand over the goods/i);
        expect(message['zh-CN'], state).toMatch(/请勿交付|不要交付/);
      }
    }
    const told = ['unknown', 'waiting', 'cancelling', 'refusedOpen', 'cancelled', 'reversed'] as const;
    expect(new Set(told.map((state) => orderView(S[state], at(60)).message.en)).size).toBe(told.length);
  });
});

describe('moves', () => {
  test('the attempt is stored with its time of resolution, a whole second, and who scanned', () => {
    const { attempts } = orderAfter(bare, [asked, at(1) + 1]);
    expect(attempts).toEqual([{ n: 1, kind: 'till_code', expiresAt: at(47), operatorId: '007' }]);
    const [attempt] = attempts;
    if (!attempt) throw new Error('no attempt');
    expect([tradeEnd(attempt), doubtEnd(attempt)]).toEqual([at(92), at(92) + SKEW + GRACE]);
    expect(cancelEnd(anOrder(), attempt)).toBe(at(2) + 86_340_000);
  });

  test.each(['scanned', 'unknown', 'waiting', 'cancelling', 'refusedOpen'] as const)(
    'no next attempt while the first is %s',
    (state) => {
      const next: OrderEvent = { type: 'attempt_requested', n: 2, kind: 'till_code' };
      expect(decide(S[state], next, at(60))).toMatchObject({ kind: 'refused', reason: 'attempt_out_of_order' });
    },
  );

  test.each(['refused', 'cancelled', 'gone'] as const)('the next attempt of either kind after %s', (state) => {
    for (const kind of ['till_code', 'qr_code'] as const)
      expect(decide(S[state], { type: 'attempt_requested', n: 2, kind }, at(60)).kind).toBe('moved');
  });

  test('a cancel is begun before it is sent, once; a close begins it in its own write', () => {
    expect(S.cancelling.attempts[0]?.cancelRequestedAt).toBe(at(46));
    expect(decide(S.cancelling, cancelling, at(50)).kind).toBe('unchanged');
    expect(S.stopped.attempts[0]?.cancelRequestedAt).toBe(at(3));
    expect(S.stopped.version).toBe(scanned.version + 1);
    expect(decide(S.paid, cancelling, at(50))).toMatchObject({ kind: 'refused', reason: 'order_paid' });
  });

  test('money for an attempt whose cancel was begun goes back, also where late money is kept', () => {
    for (const latePayment of ['refund', 'keep'] as const) {
      const order = orderAfter({ ...S.cancelling, latePayment }, [paid(), at(47)]);
      expect(order.refunds).toMatchObject([{ refundNo: 'auto_1', source: 'automatic', amount: 1234, tries: 1 }]);
      expect(nextAction(order, at(48)).action).toBe('do_not_hand_over_goods');
    }
  });

  test('a payment that a cancel undid is one write: both facts, or none', () => {
    expect(S.reversed.version).toBe(scanned.version + 2);
    expect(S.reversed).toMatchObject({
      payments: [{ attempt: 1, tradeNo: 't1', paidAt: at(44), source: 'cancel_answer' }],
      refunds: [
        {
          refundNo: 'auto_1',
          source: 'automatic',
          amount: 1234,
          channelNo: `${bare.orderId}_1`,
          result: { status: 'succeeded' },
        },
      ],
    });
    expect(S.reversed.dueAt).toBeUndefined();
    expect(decide(S.reversed, reversed, at(50)).kind).toBe('unchanged');
    expect(decide(S.reversed, { ...reversed, news: { ...news, tradeNo: 't2' } }, at(50))).toMatchObject({
      reason: 'different_trade',
    });
    expect(
      decide(S.cancelling, { ...reversed, news: { ...news, amount: { currency: 'CNY', value: 1 } } }, at(50)),
    ).toMatchObject({
      reason: 'different_amount',
    });
  });

  test('told in pieces, it is the same: paid first, and then that it has gone back', () => {
    const paidFirst = orderAfter(S.cancelling, [paid(1, news), at(47)]);
    const report = { n: 1, channelNo: `${bare.orderId}_1`, amount: news.amount, at: at(48) };
    for (const event of [
      { ...reversed, notByUs: true },
      { type: 'refund_reported', ...report },
    ] as OrderEvent[]) {
      const { refunds } = orderAfter(paidFirst, [event, at(48)], [{ type: 'refund_reported', ...report }, at(49)]);
      expect(refunds).toMatchObject([{ refundNo: 'auto_1', result: { status: 'succeeded' } }]);
    }
  });

  test('told while our own refund is called for, it may have been that one', () => {
    const paidFirst = orderAfter(S.cancelling, [paid(1, news), at(47)]);
    expect(decide(paidFirst, reversed, at(48))).toMatchObject({ kind: 'refused', reason: 'refund_in_flight' });
  });

  test('gone back without a cancel of ours: somebody did it in the console', () => {
    const order = orderAfter(scanned, [reversed, at(10)]);
    expect(order.refunds).toMatchObject([{ refundNo: 'channel_1', source: 'channel', amount: 1234 }]);
  });

  test('a refusal is written once, whether or not it is over', () => {
    const again: OrderEvent = { ...refused, refusal: { reason: 'code_unusable' } };
    expect(orderAfter(S.refusedOpen, [again, at(5)]).attempts[0]).toMatchObject({
      refused: { ...refusal, at: at(2) },
      ended: { why: 'refused' },
    });
  });

  test('F27 an order is not closed before a request that was lost was looked for', () => {
    expect([statusOf(S.closed), statusOf(S.stoppedGone)]).toEqual(['closed', 'closing']);
    expect(statusOf(orderAfter(S.stoppedGone, [looked, at(140)]))).toBe('closed');
  });
});

describe('due', () => {
  test('a scan leaves the due time alone; an answer that does not come moves it to the end of the 45 s', () => {
    expect([scanned.dueAt, S.paid.dueAt]).toEqual([bare.dueAt, undefined]);
    expect([S.unknown.dueAt, S.waiting.dueAt]).toEqual([at(46), at(46)]);
    expect(decide(S.unknown, unknown, at(5)).kind).toBe('unchanged');
    expect(decide(S.waiting, waiting, at(5)).kind).toBe('unchanged');
  });

  test('a cancel without an answer is repeated in every sweep, a refused code at once', () => {
    expect([S.cancelling.dueAt, S.refusedOpen.dueAt]).toEqual([at(46), at(2) + TILL_CODE_RETRY]);
    const overdue = orderAfter(S.cancelling, [{ type: 'postponed', isIdle: true }, at(60)]);
    expect([overdue.dueAt, overdue.failures]).toEqual([at(60) + TILL_CODE_RETRY, undefined]);
    let failing: Order = S.cancelling;
    for (let visit = 1; visit < 20; visit += 1) failing = orderAfter(failing, [{ type: 'postponed' }, at(60)]);
    expect(failing.dueAt).toBe(at(60) + TILL_CODE_RETRY);
  });

  test('a long way from its due time, an order takes the one of the scan', () => {
    const late = orderAfter({ ...bare, dueAt: at(900) }, [asked, at(1)]);
    expect(late.dueAt).toBe(at(46));
  });

  test('one that came to nothing makes room for another until the order itself is over', () => {
    expect([expiresAt(S.waiting), expiresAt(S.refused), expiresAt(S.cancelled)]).toEqual([at(46), at(900), at(900)]);
    expect(idleUntil(S.cancelled, at(60))).toBe(at(945));
    expect(statusOf(orderAfter(S.cancelled, [{ type: 'time_passed' }, at(946)]))).toBe('closed');
  });

  test('what may still come is looked for after its last moment, whatever became of the order', () => {
    expect(idleUntil(S.gone, at(60))).toBe(at(135));
    expect(idleUntil(S.gone, at(136))).toBeUndefined();
    const next: OrderEvent = { type: 'attempt_requested', n: 2, kind: 'till_code' };
    const paidBySecond = orderAfter(S.gone, [next, at(60)], [paid(2, { tradeNo: 't2' }), at(61)]);
    expect(paidBySecond.dueAt).toBe(at(135));
    expect(orderAfter(paidBySecond, [looked, at(136)]).dueAt).toBeUndefined();
  });

  test('so is an attempt that is open when the order is paid by another', () => {
    const next: OrderEvent = { type: 'attempt_requested', n: 2, kind: 'qr_code' };
    const order = orderAfter(S.cancelled, [next, at(60)], [paid(1, news), at(61)]);
    const refundedFirst = orderAfter(order, [{ type: 'refund_succeeded', refundNo: 'auto_1', at: at(62) }, at(62)]);
    expect(refundedFirst.dueAt).toBe(at(60) + 180 * SECOND + SKEW + GRACE);
    const surplus = orderAfter(refundedFirst, [paid(2, { tradeNo: 't2' }), at(70)]);
    expect(surplus.refunds.map(({ refundNo }) => refundNo)).toEqual(['auto_1', 'auto_2']);
  });
});

/** What each answer teaches, as a table: no clock, no channel, no writes. */
import { describe, expect, test } from 'vitest';
import { ORDER_OPEN, TILL_CODE_TRADE } from '../../functions/deadlines.ts';
import type { Heard, HeardOf } from '../../functions/payment/call.ts';
import { learn } from '../../functions/payment/learn.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const NEWS = { tradeNo: 't1', paidAt: NOON + 8_000, amount: { currency: 'CNY', value: 1_234 } };
const PAID = { kind: 'paid', refundedInFull: false, ...NEWS } as const;
const BACK = { ...PAID, refundedInFull: true } as const;
const SILENCE = { kind: 'unknown', why: 'time-out' } as const;
const refusal = { reason: 'customer_cannot_pay' } as const;

const shown = orderAfter(anOrder(), [{ type: 'code_given', n: 1, payload: 'code' }, NOON]);
const closing = orderAfter(shown, [{ type: 'close_requested', by: 'cashier' }, NOON + 1_000]);
const scanned = orderAfter(anOrder({ attempts: [] }), [{ type: 'attempt_requested', n: 1, kind: 'till_code' }, NOON]);
const cancelling = orderAfter(scanned, [{ type: 'cancel_requested', n: 1 }, NOON + 45_000]);

const query = (answer: HeardOf<'query'>['answer'], askedAt = NOON + 5_000, n = 1): Heard => ({
  ...{ op: 'query', n, why: 'sync', answer, askedAt },
});

describe('a query of a QR code', () => {
  const late = NOON + ORDER_OPEN;
  test.each([
    ['is paid: the payment', shown, query(PAID), [{ type: 'paid', n: 1, news: PAID, source: 'query' }]],
    ['is paid and back: both at once', shown, query(BACK), [{ type: 'reversed', n: 1, news: BACK, source: 'query' }]],
    [
      'is closed: the attempt has ended',
      shown,
      query({ kind: 'closed' }),
      [{ type: 'attempt_ended', n: 1, why: 'closed' }],
    ],
    ['is absent before its end: nothing', shown, query({ kind: 'absent' }), []],
    [
      'is absent after its end: a proof',
      shown,
      query({ kind: 'absent' }, late),
      [{ type: 'attempt_ended', n: 1, why: 'expired' }],
    ],
    ['waits before its end: nothing', shown, query({ kind: 'waiting' }), []],
    [
      'waits after its end: to be closed',
      shown,
      query({ kind: 'waiting' }, late),
      [{ type: 'close_requested', by: 'expiry', trade: 'waiting' }],
    ],
    [
      'waits while the cashier closes',
      closing,
      query({ kind: 'waiting' }),
      [{ type: 'close_requested', by: 'cashier', trade: 'waiting' }],
    ],
    ['is silent, however late: nothing', shown, query(SILENCE, late), []],
  ] as const)('that %s', (_, order, heard, learned) => {
    expect(learn(order, heard, heard.askedAt)).toEqual(learned);
  });
});

describe('a query of a till code', () => {
  const over = NOON + TILL_CODE_TRADE + 45_000;
  test.each([
    ['is paid: the payment', scanned, query(PAID), NOON, [{ type: 'paid', n: 1, news: PAID, source: 'query' }]],
    ['is paid after its cancel was begun: the plan cancels again first', cancelling, query(PAID), NOON, []],
    ['is absent while its request may be on its way: nothing', cancelling, query({ kind: 'absent' }), over - 1, []],
    [
      'is absent after that: a proof',
      cancelling,
      query({ kind: 'absent' }),
      over,
      [{ type: 'attempt_ended', n: 1, why: 'expired' }],
    ],
    [
      'waits: the customer must confirm',
      scanned,
      query({ kind: 'waiting' }),
      NOON,
      [{ type: 'customer_must_confirm', n: 1 }],
    ],
    ['is silent: nothing', cancelling, query(SILENCE), over, []],
  ] as const)('that %s', (_, order, heard, now, learned) => {
    expect(learn(order, heard, now)).toEqual(learned);
  });

  test('of another attempt than the open one teaches nothing', () => {
    const two = orderAfter(
      scanned,
      [{ type: 'attempt_ended', n: 1, why: 'closed' }, NOON + 10_000],
      [{ type: 'attempt_requested', n: 2, kind: 'till_code' }, NOON + 20_000],
    );
    expect(learn(two, query(PAID, NOON + 21_000, 1), NOON + 21_000)).toEqual([]);
    expect(learn(two, query(PAID, NOON + 21_000, 2), NOON + 21_000)).toHaveLength(1);
  });
});

describe('an answer that is no definite one teaches nothing', () => {
  const at = { askedAt: NOON, n: 1 };
  test.each<[string, Heard]>([
    ['silence on a code', { op: 'createQrCode', ...at, answer: SILENCE }],
    ['silence on a till code', { op: 'payWithTillCode', ...at, tillCode: '28', answer: SILENCE }],
    [
      'a till code that is refused, before the query',
      { op: 'payWithTillCode', ...at, tillCode: '28', answer: { kind: 'refused', refusal } },
    ],
    ['silence on a close', { op: 'close', ...at, answer: SILENCE }],
    ['a close that is not taken', { op: 'close', ...at, answer: { kind: 'not_closable' } }],
    ['silence on a cancel', { op: 'cancel', ...at, why: 'unpaid', answer: SILENCE }],
    ['a cancel that is refused', { op: 'cancel', ...at, why: 'unpaid', answer: { kind: 'refused', refusal } }],
    [
      'a cancel that closes what no query has called unpaid',
      { op: 'cancel', ...at, why: 'unanswered', answer: { kind: 'closed' } },
    ],
    ['silence on a refund', { op: 'refund', refundNo: 'auto_1', askedAt: NOON, answer: SILENCE }],
    [
      'a refund that is taken and moves no money',
      { op: 'refund', refundNo: 'auto_1', askedAt: NOON, answer: { kind: 'pending' } },
    ],
    [
      'a refund that is not found, before its repeat',
      { op: 'queryRefund', ...at, why: 'repeat', refundNo: 'auto_1', answer: { kind: 'none' } },
    ],
  ])('%s', (_, heard) => {
    expect(learn(scanned, heard, NOON)).toEqual([]);
  });
});

test('a refund of ours that was found with another amount is for a person to look at', () => {
  const kept = orderAfter(closing, [paid(1, NEWS), NOON + 9_000]);
  const found = (value: number): Heard => ({
    ...{ op: 'queryRefund', n: 1, why: 'repeat', refundNo: 'auto_1', askedAt: NOON },
    answer: { kind: 'succeeded', at: NOON + 10_000, amount: { currency: 'CNY', value } },
  });
  expect(learn(kept, found(1_234), NOON)).toEqual([
    { type: 'refund_succeeded', refundNo: 'auto_1', at: NOON + 10_000 },
  ]);
  expect(learn(kept, found(1_233), NOON)).toEqual([
    {
      ...{ type: 'anomaly', n: 1, reason: 'different_refund', key: `refund\n${kept.orderId}_r1` },
      facts: { amount: { currency: 'CNY', value: 1_233 } },
    },
  ]);
});

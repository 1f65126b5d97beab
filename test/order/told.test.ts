/** What a terminal is told: one thing to do at a time, in both languages, and never goods for money that is not there. */
import { describe, expect, test } from 'vitest';
import { HAND_OVER_LOOK } from '../../functions/deadlines.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { messageOf } from '../../functions/order/message.ts';
import type { NextAction } from '../../functions/order/next-action.ts';
import type { Order, OrderStatus } from '../../functions/order/order.ts';
import { isOwed, orderView } from '../../functions/order/view.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const SECOND = 1_000;
const OVER_LIMIT = {
  'zh-CN': '金额超出限额，请改用其他支付方式。',
  en: 'The amount is over the limit. Take another means of payment.',
};
const NOT_POSSIBLE = {
  'zh-CN': '该笔交易无法退款，请以其他方式退还。',
  en: 'This payment cannot be refunded here. Return the money another way.',
};
const at = (seconds: number) => NOON + seconds * SECOND;
const next = (n: number, kind: 'qr_code' | 'till_code' = 'qr_code'): OrderEvent => ({
  type: 'attempt_requested',
  n,
  kind,
});
const code: OrderEvent = { type: 'code_given', n: 1, payload: 'https://qr.alipay.com/bax12345' };
const ended = (n = 1): OrderEvent => ({ type: 'attempt_ended', n, why: 'closed' });
const refused = (n = 1, more: object = {}): OrderEvent => ({
  ...{ type: 'attempt_refused', n, refusal: { reason: 'amount_over_limit' }, ...more },
});
const close = (more: object = {}): OrderEvent => ({ type: 'close_requested', by: 'cashier', ...more });
const refund = (refundNo: string, value: number): OrderEvent => ({
  ...{ type: 'refund_requested', refundNo, amount: { currency: 'CNY', value }, until: at(99_999) },
});
const done = (refundNo: string): OrderEvent => ({ type: 'refund_succeeded', refundNo, at: at(70) });
const reported: OrderEvent = { type: 'refund_told', n: 1, told: { channelNo: 'console-1', returned: 300 } };
const bare = anOrder({ attempts: [] });
const fresh = anOrder();

/** Lives of orders, made anew for each test; the clock at which they are looked at; and what the terminal is told. */
const LIVES: Record<string, { of: () => Order; now?: number; told: [OrderStatus, NextAction, number | null] }> = {
  'nothing asked for': { of: () => bare, told: ['created', 'get_qr_code', null] },
  'no code yet': { of: () => fresh, told: ['created', 'wait', 1_000] },
  'a code': { of: () => orderAfter(fresh, [code, NOON]), told: ['awaiting_payment', 'show_qr_code', 2_000] },
  'a code for 30 s': {
    ...{ of: () => orderAfter(fresh, [code, NOON]), now: at(30), told: ['awaiting_payment', 'show_qr_code', 5_000] },
  },
  'a code at its end': {
    ...{ of: () => orderAfter(fresh, [code, NOON]), now: at(180), told: ['awaiting_payment', 'wait', 5_000] },
  },
  refused: { of: () => orderAfter(fresh, [refused(), NOON]), told: ['created', 'get_qr_code', null] },
  ended: {
    of: () => orderAfter(fresh, [code, NOON], [ended(), NOON]),
    told: ['awaiting_payment', 'get_qr_code', null],
  },
  'scanned code': {
    ...{ of: () => orderAfter(bare, [next(1, 'till_code'), NOON]), told: ['created', 'do_not_hand_over_goods', 3_000] },
  },
  'customer confirms': {
    of: () => orderAfter(bare, [next(1, 'till_code'), NOON], [{ type: 'customer_must_confirm', n: 1 }, NOON]),
    told: ['awaiting_payment', 'wait', 3_000],
  },
  'scanned and refused': {
    of: () =>
      orderAfter(
        bare,
        [next(1, 'till_code'), NOON],
        [{ type: 'customer_must_confirm', n: 1 }, NOON],
        [refused(1, { isOpen: true }), NOON],
      ),
    told: ['awaiting_payment', 'do_not_hand_over_goods', 3_000],
  },
  'scanned and cancelling': {
    of: () =>
      orderAfter(
        bare,
        [next(1, 'till_code'), NOON],
        [{ type: 'customer_must_confirm', n: 1 }, NOON],
        [{ type: 'cancel_requested', n: 1 }, NOON],
      ),
    told: ['awaiting_payment', 'do_not_hand_over_goods', 3_000],
  },
  'scanned and cancelled': {
    of: () => orderAfter(bare, [next(1, 'till_code'), NOON], [ended(), NOON]),
    told: ['created', 'get_qr_code', null],
  },
  closing: {
    ...{
      of: () => orderAfter(fresh, [code, NOON], [close(), NOON]),
      told: ['closing', 'do_not_hand_over_goods', 2_000],
    },
  },
  'closing, scanned': {
    of: () => orderAfter(fresh, [close({ trade: 'waiting' }), NOON]),
    told: ['closing', 'do_not_hand_over_goods', 2_000],
  },
  'closing, nobody scanned': {
    of: () => orderAfter(fresh, [close({ trade: 'absent' }), NOON]),
    told: ['closing', 'start_new_order', null],
  },
  'closing, till code gone': {
    of: () =>
      orderAfter(
        bare,
        [next(1, 'till_code'), NOON],
        [close(), NOON],
        [{ type: 'attempt_ended', n: 1, why: 'cancelled', inDoubtUntil: at(135) }, NOON],
      ),
    told: ['closing', 'start_new_order', null],
  },
  'closed by the cashier': {
    of: () => orderAfter(fresh, [close(), NOON], [ended(), NOON]),
    told: ['closed', 'start_new_order', null],
  },
  'closed by time': {
    ...{ of: () => orderAfter(fresh, [ended(), at(900)]), now: at(901), told: ['closed', 'start_new_order', null] },
  },
  paid: { of: () => orderAfter(fresh, [code, NOON], [paid(), NOON]), told: ['paid', 'hand_over_goods', null] },
  'paid, a minute later': {
    of: () => orderAfter(fresh, [paid(), at(61)]),
    ...{ now: at(61) + HAND_OVER_LOOK, told: ['paid', 'none', null] },
  },
  'refund under way': {
    of: () => orderAfter(fresh, [paid(), NOON], [refund('a', 100), NOON]),
    told: ['paid', 'none', 5_000],
  },
  'partly refunded': {
    of: () => orderAfter(fresh, [paid(), NOON], [refund('a', 100), NOON], [done('a'), NOON]),
    told: ['paid', 'none', null],
  },
  'refund failed': {
    of: () =>
      orderAfter(
        fresh,
        [paid(), NOON],
        [refund('a', 100), NOON],
        [{ type: 'refund_refused', refundNo: 'a', refusal: { reason: 'refund_not_possible' } }, NOON],
      ),
    told: ['paid', 'none', null],
  },
  'a refund is reported': {
    of: () => orderAfter(fresh, [paid(), NOON], [reported, NOON]),
    told: ['paid', 'do_not_hand_over_goods', 5_000],
  },
  'a refund is reported beside one of ours': {
    of: () => orderAfter(fresh, [paid(), NOON], [refund('a', 100), NOON], [reported, NOON]),
    told: ['paid', 'do_not_hand_over_goods', 5_000],
  },
  'paid too late': {
    of: () => orderAfter(fresh, [close(), NOON], [paid(), NOON]),
    told: ['paid', 'do_not_hand_over_goods', 5_000],
  },
  'paid too late and returned': {
    of: () => orderAfter(fresh, [close(), NOON], [paid(), NOON], [done('auto_1'), NOON]),
    told: ['paid', 'none', null],
  },
  'paid too late and kept': {
    of: () => orderAfter({ ...fresh, latePayment: 'keep' }, [close(), NOON], [paid(), NOON]),
    told: ['paid', 'none', null],
  },
  'paid after its cancel, and returned': {
    of: () =>
      orderAfter(
        bare,
        [next(1, 'till_code'), NOON],
        [{ type: 'cancel_requested', n: 1 }, NOON],
        [paid(), NOON],
        [done('auto_1'), NOON],
      ),
    told: ['paid', 'none', null],
  },
};

test.each(Object.entries(LIVES))('an order is told as it is: %s', (_, { of, now = at(1), told }) => {
  const order = of();
  const { status, nextAction, nextPollAfterMs } = orderView(order, now);
  expect([status, nextAction, nextPollAfterMs]).toEqual(told);
});

test('each of these is told in words of its own, in Chinese and in English', () => {
  const said = Object.entries(LIVES).map(([life, { of, now = at(1) }]) => {
    const { message } = orderView(of(), now);
    expect(message.en, life).toMatch(/^[A-Z][^{}]*\.$/);
    expect(message['zh-CN'], life).toMatch(/^[一-龥][^a-z{}]*。$/);
    return { life, ...message };
  });
  // Lives that request for the very same of a cashier.
  const alike = [
    ['a code', 'a code for 30 s'],
    ['nothing asked for', 'ended'],
    ['closing', 'closing, scanned'],
    ['a refund is reported', 'a refund is reported beside one of ours'],
    ['partly refunded', 'paid too late and returned'],
  ];
  for (const lang of ['en', 'zh-CN'] as const) {
    const groups = [...Map.groupBy(said, (message) => message[lang]).values()].map((its) =>
      its.map(({ life }) => life),
    );
    expect(groups.filter(({ length }) => length > 1).sort()).toEqual(alike.sort());
  }
});

test('nobody hands over goods unless the words say so', () => {
  for (const [life, { of, now = at(1), told }] of Object.entries(LIVES)) {
    const { message } = orderView(of(), now);
    const [, action] = told;
    expect(/^Paid\. Hand over/.test(message.en), life).toBe(action === 'hand_over_goods');
    expect(message['zh-CN'].includes('可以交付'), life).toBe(action === 'hand_over_goods');
    if (action !== 'do_not_hand_over_goods') continue;
    expect(message.en, life).toMatch(/do not hand over the goods/i);
    expect(message['zh-CN'], life).toContain('请勿交付');
  }
  expect(messageOf(LIVES.refused?.of() ?? fresh, 'get_qr_code', NOON)).toEqual(OVER_LIMIT);
});

describe('the facts that are shown', () => {
  test('of an order that has everything', () => {
    const request = { ...fresh.request, reference: 'table 7', operatorId: '007' };
    const order = orderAfter(
      { ...fresh, request },
      [code, NOON + 1],
      [paid(), NOON + 2],
      [{ ...(refund('a', 100) as object), reason: 'broken' } as OrderEvent, NOON + 3],
      [{ type: 'refund_refused', refundNo: 'a', refusal: { reason: 'refund_not_possible' } }, NOON + 4],
      [refund('b', 34), at(5)],
      [done('b'), at(6)],
      [refund('c', 200), at(90)],
    );
    const till = { storeId: 'main', terminalId: 'trm_aaaabbbbcccc', operatorId: null };
    const asked = { source: 'till', reason: null, finishedAt: null, failure: null, ...till };
    const money = (value: number) => ({ currency: 'CNY', value });
    const { message, ...view } = orderView(order, at(91));
    expect(view).toEqual({
      ...{ orderId: order.orderId, merchantOrderNo: '20260301-1-1', reference: 'table 7', status: 'paid' },
      ...{ amount: money(1234), refunded: money(34), refundable: money(1000), subject: '拿铁咖啡', storeId: 'main' },
      ...{ terminalId: 'trm_aaaabbbbcccc', operatorId: '007', channel: 'alipay' },
      attempt: { n: 1, kind: 'qr_code', refused: null },
      qrCode: null,
      payment: { tradeNo: '2026030122001', paidAt: '2026-03-01T04:01:00.000Z', late: false },
      closed: null,
      refunds: [
        {
          ...{ ...asked, refundNo: 'a', amount: money(100), reason: 'broken', status: 'failed' },
          ...{ requestedAt: '2026-03-01T04:00:00.003Z', finishedAt: '2026-03-01T04:00:00.004Z' },
          failure: { reason: 'refund_not_possible', text: NOT_POSSIBLE },
        },
        {
          ...{ ...asked, refundNo: 'b', amount: money(34), status: 'succeeded' },
          ...{ requestedAt: '2026-03-01T04:00:05.000Z', finishedAt: '2026-03-01T04:01:10.000Z' },
        },
        { ...asked, refundNo: 'c', amount: money(200), status: 'requested', requestedAt: '2026-03-01T04:01:30.000Z' },
      ],
      ...{ createdAt: '2026-03-01T04:00:00.000Z', updatedAt: '2026-03-01T04:01:30.000Z' },
      ...{ expiresAt: '2026-03-01T04:03:00.000Z', version: 8, nextAction: 'none', nextPollAfterMs: 5_000 },
      received: money(1234),
    });
  });

  test('of a bare one are null where there is nothing', () => {
    const { terminalId: _, ...request } = bare.request;
    const view = orderView({ ...bare, request }, NOON);
    expect(view).toMatchObject({
      ...{ reference: null, terminalId: null, operatorId: null, attempt: null, qrCode: null, payment: null },
      ...{ closed: null, refunds: [], refundable: { value: 0 }, expiresAt: '2026-03-01T04:15:00.000Z' },
      received: null,
    });
  });

  test('a code while it may be paid, as a picture only where it is asked for', () => {
    const order = orderAfter(fresh, [code, NOON]);
    const qrCode = { payload: 'https://qr.alipay.com/bax12345', expiresAt: '2026-03-01T04:03:00.000Z' };
    expect(orderView(order, NOON).qrCode).toEqual(qrCode);
    const svg = orderView(order, NOON, { svg: true }).qrCode?.svg ?? '';
    // 29 modules, four more than without their correction, and an edge of four.
    expect(svg).toMatch(/^<svg .*viewBox="0 0 370 370"/);
    for (const event of [close(), ended(), paid()])
      expect(orderView(orderAfter(order, [event, NOON]), NOON).qrCode).toBeNull();
    expect(orderView(orderAfter(order, [close(), NOON], [ended(), NOON]), NOON)).toMatchObject({
      ...{ qrCode: null, closed: { at: '2026-03-01T04:00:00.000Z', reason: 'cashier' } },
    });
    expect(orderView(orderAfter(fresh, [refused(), NOON]), NOON).attempt?.refused).toEqual({
      ...{ reason: 'amount_over_limit', text: OVER_LIMIT },
    });
  });
});

test('no new order is started while one of several attempts can be paid', () => {
  const order = orderAfter(fresh, [ended(), NOON], [next(2), NOON], [close(), NOON]);
  expect(orderView(order, at(1)).nextAction).toBe('do_not_hand_over_goods');
});

test('what the channel still owes is a code, or the outcome of a scan', () => {
  const owed = Object.entries(LIVES).filter(([, { of }]) => isOwed(of()));
  expect(owed.map(([life]) => life)).toEqual(['no code yet', 'scanned code', 'scanned and cancelling']);
});

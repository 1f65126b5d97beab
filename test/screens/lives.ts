/** Orders as the screens get them: lives that the product itself has made, looked at through its own view. */
import type { OrderView } from '../../functions/contract/answers.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { orderView } from '../../functions/order/view.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

export const cny = (value: number) => ({ currency: 'CNY', value });
/** So many seconds after noon. */
export const at = (seconds: number) => NOON + seconds * 1_000;

type Life = readonly (readonly [OrderEvent, number])[];
const code: Life[number] = [{ type: 'code_given', n: 1, payload: 'https://qr.alipay.com/bax12345' }, NOON];
const scanned: Life[number] = [{ type: 'attempt_requested', n: 1, kind: 'till_code' }, NOON];
const confirm: Life[number] = [{ type: 'customer_must_confirm', n: 1 }, NOON];
const dead = (why: 'closed' | 'cancelled' | 'refused' = 'closed'): OrderEvent => ({ type: 'attempt_ended', n: 1, why });
const close = (by: 'cashier' | 'expiry' = 'cashier', more: object = {}): OrderEvent => ({
  ...{ type: 'close_requested', by },
  ...more,
});
export const sold: Life[number] = [paid(1, { paidAt: at(60) }), at(61)];
const asked = (refundNo: string, value: number, more: object = {}): OrderEvent => ({
  ...{ type: 'refund_requested', refundNo, amount: cny(value), until: at(99_999) },
  ...more,
});
const done = (refundNo: string): OrderEvent => ({ type: 'refund_succeeded', refundNo, at: at(130) });
const no = (refundNo: string): OrderEvent => ({
  ...{ type: 'refund_refused', refundNo, refusal: { reason: 'refund_not_possible' } },
});
const late: Life = [code, [close(), at(30)], [dead(), at(31)], [paid(1, { paidAt: at(32) }), at(40)]];
const autoOf = (order: Order) => order.refunds.find(({ source }) => source === 'automatic')?.refundNo ?? '';

const bare = { attempts: [] };
const keep = { latePayment: 'keep' } as const;

/** By name: how it is made, from which order, and at which second after noon it is looked at. */
const LIVES = {
  bare: { of: bare, life: [], now: 1 },
  'code owed': { of: {}, life: [], now: 1 },
  'code owed for long': { of: {}, life: [], now: 181 },
  code: { of: {}, life: [code], now: 5 },
  'code near its end': { of: {}, life: [code], now: 177.5 },
  'code over': { of: {}, life: [code], now: 181 },
  refused: {
    of: {},
    life: [[{ type: 'attempt_refused', n: 1, refusal: { reason: 'amount_over_limit' } }, NOON]],
    now: 1,
  },
  'scan under way': { of: bare, life: [scanned], now: 1 },
  confirming: { of: bare, life: [scanned, confirm], now: 5 },
  'scan cancelling': { of: bare, life: [scanned, confirm, [{ type: 'cancel_requested', n: 1 }, at(50)]], now: 51 },
  'scan cancelled': {
    of: bare,
    life: [scanned, confirm, [{ type: 'cancel_requested', n: 1 }, at(50)], [dead('cancelled'), at(52)]],
    now: 53,
  },
  'closing unscanned': { of: {}, life: [code, [close('cashier', { trade: 'absent' }), at(10)]], now: 11 },
  'closing scanned': { of: {}, life: [code, [close('cashier', { trade: 'waiting' }), at(10)]], now: 11 },
  cancelled: { of: {}, life: [code, [close(), at(10)], [dead(), at(12)]], now: 13 },
  expired: { of: {}, life: [code, [close('expiry'), at(181)], [dead(), at(182)]], now: 183 },
  paid: { of: {}, life: [code, sold], now: 62 },
  'paid long ago': { of: {}, life: [code, sold], now: 62 + 3_600 },
  'refund asked': { of: {}, life: [code, sold, [asked('r1', 234), at(120)]], now: 121 },
  'part refunded': {
    of: {},
    life: [code, sold, [asked('r1', 234, { operatorId: 'bela', reason: 'cold' }), at(120)], [done('r1'), at(131)]],
    now: 132,
  },
  'refund refused': {
    of: {},
    life: [code, sold, [asked('r1', 234), at(120)], [no('r1'), at(121)]],
    now: 202,
  },
  'late, going back': { of: {}, life: late, now: 41 },
  'late and kept': { of: keep, life: late, now: 41 },
} as const satisfies Record<string, { of: Partial<Order>; life: Life; now: number }>;

export type LifeName = keyof typeof LIVES | 'late, gone back';
export const LIFE_NAMES = [...(Object.keys(LIVES) as (keyof typeof LIVES)[]), 'late, gone back'] as LifeName[];

function orderOf(name: LifeName, more: Partial<Order>): { order: Order; now: number } {
  if (name === 'late, gone back') {
    const { order } = orderOf('late, going back', more);
    return { order: orderAfter(order, [done(autoOf(order)), at(131)]), now: at(132) };
  }
  const { of, life, now } = LIVES[name];
  return { order: orderAfter(anOrder({ ...of, ...more }), ...life), now: at(now) };
}

/** The order of this name as the API shows it, and when. `isLive`: to the till that goes on with the sale. */
export function viewOf(name: LifeName, more: Partial<Order> = {}, isLive = false): { order: OrderView; now: number } {
  const { order, now } = orderOf(name, more);
  return { order: orderView(order, now, { isLive }), now };
}

/** After these events, looked at some seconds after noon. */
export const viewAfter = (seconds: number, more: Partial<Order>, ...life: Life): OrderView =>
  orderView(orderAfter(anOrder(more), code, ...life), at(seconds));

export const refunds = { asked, done };

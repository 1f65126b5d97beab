/** One order at several stages, shown as the product shows it. */
import type { Order } from '../../../functions/order/order.ts';
import { orderView } from '../../../functions/order/view.ts';
import { AT, cny, MERCHANT_ID, ORDER_ID, TERMINAL_ID, TRADE_NO } from './ids.ts';

const SECOND = 1000;

const opened: Order = {
  orderId: ORDER_ID,
  merchantId: MERCHANT_ID,
  schema: 1,
  version: 1,
  request: {
    merchantOrderNo: '20260301-0001',
    amount: cny(1234),
    subject: '拿铁咖啡',
    reference: 'table 4',
    storeId: 'main',
    operatorId: '07',
    expiresInSeconds: 180,
    terminalId: TERMINAL_ID,
  },
  account: { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' },
  latePayment: 'refund',
  day: '2026-03-01',
  createdAt: AT,
  updatedAt: AT,
  attempts: [{ n: 1, kind: 'qr_code', expiresAt: AT + 180 * SECOND }],
  payments: [],
  refunds: [],
};

const withCode: Order = {
  ...opened,
  version: 2,
  attempts: [
    { n: 1, kind: 'qr_code', expiresAt: AT + 180 * SECOND, payload: 'https://qr.alipay.com/bax00000000000000000001' },
  ],
};

const paid: Order = {
  ...withCode,
  version: 3,
  updatedAt: AT + 9_400,
  payments: [{ attempt: 1, tradeNo: TRADE_NO, paidAt: AT + 9_000, source: 'notification', at: AT + 9_400 }],
};

const scanned: Order = {
  ...opened,
  version: 2,
  attempts: [{ n: 1, kind: 'till_code', expiresAt: AT + 60 * SECOND, operatorId: '07' }],
};

const asked = {
  refundNo: 'r1',
  attempt: 1,
  k: 1,
  amount: 200,
  reason: 'cold',
  operatorId: '07',
  source: 'till',
  requestedAt: AT + 600 * SECOND,
  tries: 1,
} as const;

const refunding: Order = { ...paid, version: 4, updatedAt: AT + 600 * SECOND, refunds: [asked] };

const refunded: Order = {
  ...refunding,
  version: 5,
  updatedAt: AT + 601 * SECOND,
  refunds: [{ ...asked, result: { status: 'succeeded', at: AT + 601 * SECOND } }],
};

const closing: Order = {
  ...withCode,
  version: 3,
  closeRequested: { at: AT + 60 * SECOND, by: 'cashier', operatorId: '07', trade: 'absent' },
};

const closed: Order = {
  ...closing,
  version: 4,
  updatedAt: AT + 240 * SECOND,
  closed: { at: AT + 240 * SECOND, reason: 'cashier' },
};

const live = { isLive: true };
const view = (order: Order, ms = 0, options = {}) => orderView(order, order.updatedAt + ms, options);

export const orders = {
  owed: view(opened, 100, live),
  awaiting: view(withCode, 400, live),
  paid: view(paid, 200, live),
  unknown: view(scanned, 900, live),
  refunding: view(refunding, 100),
  refunded: view(refunded, 100),
  closing: view(closing, 100),
  closed: view(closed, 100),
};

/** @throws Error if the order has none */
export function refundIn(order: (typeof orders)['refunded']) {
  const [refund] = order.refunds;
  if (!refund) throw new Error('the example has a refund');
  return refund;
}

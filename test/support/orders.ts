/** Builders with overrides: an order as it is after its first write, and the news of a payment that fits it. */
import type { PaidNews } from '../../functions/channel/channel.ts';
import { decide } from '../../functions/order/decide.ts';
import { firstDueAt } from '../../functions/order/due.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { codeEnd, type Order } from '../../functions/order/order.ts';

/** 2026-03-01, noon in Shanghai: a whole second. */
export const NOON = Date.parse('2026-03-01T04:00:00.000Z');

export function anOrder(overrides: Partial<Order> = {}): Order {
  const request = {
    merchantOrderNo: '20260301-1-1',
    amount: { currency: 'CNY', value: 1234 },
    subject: '拿铁咖啡',
    storeId: 'main',
    expiresInSeconds: 180,
    terminalId: 'trm_aaaabbbbcccc',
  };
  const base = { request, createdAt: NOON };
  return {
    orderId: 'ord_abcdefghijklmnopqrstuvwxyz',
    merchantId: 'mer_aaaabbbbcccc',
    schema: 1,
    version: 1,
    ...base,
    account: { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' },
    latePayment: 'refund',
    day: '2026-03-01',
    updatedAt: NOON,
    attempts: [{ n: 1, kind: 'qr_code', expiresAt: codeEnd(base, NOON) }],
    payments: [],
    refunds: [],
    dueAt: firstDueAt(base),
    ...overrides,
  };
}

function paidNews(overrides: Partial<PaidNews> = {}): PaidNews {
  return { tradeNo: '2026030122001', paidAt: NOON + 60_000, amount: { currency: 'CNY', value: 1234 }, ...overrides };
}

export const paid = (n = 1, news: Partial<PaidNews> = {}): OrderEvent => ({
  type: 'paid',
  n,
  news: paidNews(news),
  source: 'notification',
});

/** The order after all events, each at its time; a refused one throws. */
export function orderAfter(order: Order, ...events: readonly (readonly [OrderEvent, number])[]): Order {
  return events.reduce((current, [event, now]) => {
    const verdict = decide(current, event, now);
    if (verdict.kind === 'refused') throw new Error(`${event.type} is refused: ${verdict.reason}`);
    return verdict.order;
  }, order);
}

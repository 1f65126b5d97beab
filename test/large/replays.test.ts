/** S5: requests that were recorded on their way, and are sent again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cny, newNo } from '../support/shop.ts';
import { openStage, type Stage } from '../support/two-merchants.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.stop());

test('S5 1,000 genuine requests, sent again word for word: the tables are the same to the byte', async () => {
  const sent: [url: string, init: RequestInit][] = [];
  const till = await stage.recorded((url, init) => {
    sent.push([url, init]);
  });
  for (let i = 0; i < 125; i += 1) {
    const no = newNo();
    const { body: order } = await till.call('createOrder', {
      body: { merchantOrderNo: no, amount: cny(100 + i), subject: 'tea', qrCode: i % 5 === 0 },
    });
    const params = { orderId: order.orderId };
    await till.call('getOrder', { params });
    if (i % 5 === 0) {
      await stage.shop.pay(order);
      await stage.shop.eventually(order.orderId, ({ status }) => status === 'paid');
      const refund = { refundNo: `r${i}`, amount: cny(1) };
      await till.call('createRefund', { params, body: refund });
      await till.call('getRefund', { params: { ...params, refundNo: `r${i}` } });
    } else if (i % 5 === 1) await till.call('closeOrder', { params });
    await till.call('listOrders', { query: { merchantOrderNo: no } });
    for (const each of [1, 2, 3, 4]) await till.call('getOrder', { params }).then(() => each);
    await till.call('listChannels', {});
  }
  expect(sent.length).toBeGreaterThan(1_000);
  const before = await stage.ourItems();
  // Late enough for a clock to seem off by it.
  await stage.shop.advance(20_000);
  const statuses = new Map<number, number>();
  for (const [url, init] of sent) {
    const { signal: _, ...again } = init;
    const { status } = await fetch(url, again);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect(await stage.ourItems()).toEqual(before);
  expect([...statuses.keys()].filter((status) => status >= 500 || status === 401)).toEqual([]);
}, 120_000);

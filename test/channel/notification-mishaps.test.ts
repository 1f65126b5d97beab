/** Notifications that come twice, or late: an order is paid once, and the channel hears each time that it was told. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
beforeEach(() => shop.faults({ reset: true }));
afterAll(() => shop.stop());

const told = async (order: OrderView) =>
  (await shop.deliveries(order)).map(({ status, answer }) => [status, answer] as const);
const SUCCESS = [200, 'success'] as const;

test('each notification comes twice: the order is paid once, and both are answered', async () => {
  await shop.faults({ duplicateNotifications: true });
  const order = await shop.open();
  await shop.pay(order);
  const paid = await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  // The second one may still be on its way.
  for (let tries = 0; tries < 200 && (await told(order)).length < 2; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await told(order)).toEqual([SUCCESS, SUCCESS]);
  expect(await shop.get(order.orderId)).toEqual(paid);
  expect([paid.refunds, paid.received]).toEqual([[], cny(1234)]);
});

test('every second notification comes twice', async () => {
  await shop.faults({ everyNthTwice: 2 });
  const orders: Awaited<ReturnType<typeof shop.open>>[] = [];
  for (let i = 0; i < 4; i += 1) {
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    orders.push(order);
  }
  // The second copy may be on its way when the first one is taken.
  const counts = async () => (await Promise.all(orders.map(told))).map(({ length }) => length).toSorted();
  await expect.poll(counts, { timeout: 10_000 }).toEqual([1, 1, 2, 2]);
});

test('a notification comes a minute late: the till has asked by then, and it changes nothing', async () => {
  await shop.faults({ delayNotificationsMs: 60_000 });
  const order = await shop.open();
  await shop.pay(order);
  const notices = async () =>
    ((await shop.wallet('notifications')).data as { outTradeNo: string; attempts: { status: number }[] }[])
      .filter(({ outTradeNo }) => outTradeNo.startsWith(order.orderId))
      .map(({ attempts }) => attempts.map(({ status }) => status));
  await shop.advance(4_000);
  const paid = await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  expect(await notices()).toEqual([[]]);
  await shop.advance(60_000);
  expect(await told(order)).toEqual([SUCCESS]);
  const after = await shop.get(order.orderId);
  expect([after.status, after.payment, after.received]).toEqual([paid.status, paid.payment, paid.received]);
});

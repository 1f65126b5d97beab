/** Money that the owner gives back in Alipay's own console while Alipay does not answer us: no goods for it, and never twice. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { resigned } from '../support/resigned.ts';
import { cny, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterEach(() => shop.faults({ reset: true }));
afterAll(() => shop.stop());

async function paidOrder(value = 10_000): Promise<OrderView> {
  const order = await shop.open({ amount: cny(value) });
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}
/** The owner refunds in the console; all that is left, if no amount is named. */
const ownerRefunds = (order: OrderView, amount?: number) =>
  shop.wallet('refund', { outTradeNo: `${order.orderId}_1`, ...(amount !== undefined && { amount }) });
const till = (orderId: string, refundNo: string, value: number) =>
  shop.till.call('createRefund', { params: { orderId }, body: { refundNo, amount: cny(value) } });
const told = ({ refundable, refunded, nextAction }: OrderView) => [refundable.value, refunded.value, nextAction];
/** All messages of the order are answered. */
const answers = async (order: OrderView) => (await shop.deliveries(order)).map(({ answer }) => answer);
const REFUSED = 'do_not_hand_over_goods';

describe('money F1 the owner refunds while the refund query answers nothing', () => {
  test.each([
    ['all of it', undefined, 5_000],
    ['a part of it', 2_000, 2_000],
  ])('%s: the message is thanked, and it is not forgotten', async (_, amount, gone) => {
    const order = await paidOrder(5_000);
    await shop.faults({ refundQuery: { answer: 'system_error', times: 1_000 } });
    await ownerRefunds(order, amount);
    expect(await answers(order)).toEqual(['success', 'success']);
    const during = await shop.get(order.orderId);
    expect(told(during)).toEqual([5_000 - gone, 0, REFUSED]);
    expect(during.message.en).toContain('Alipay reports a refund');
    expect(await refusal(till(order.orderId, 'r1', 5_001 - gone))).toMatchObject({
      ...{ code: 'refund_exceeds_refundable', refundable: cny(5_000 - gone) },
    });
    await shop.advance(4_000);
    expect(told(await shop.get(order.orderId))).toEqual([5_000 - gone, 0, REFUSED]);

    await shop.faults({ reset: true });
    await shop.advance(4_000);
    const after = await shop.get(order.orderId);
    expect(told(after)).toEqual([5_000 - gone, gone, 'none']);
    expect(after.refunds).toMatchObject([{ source: 'channel', status: 'succeeded', amount: cny(gone) }]);
  });

  test('no till asks: the sweep finds it', async () => {
    const order = await paidOrder(5_000);
    await shop.faults({ refundQuery: { answer: 'garbage', times: 1 } });
    await ownerRefunds(order);
    expect(await answers(order)).toEqual(['success', 'success']);
    await shop.advance(61_000);
    const { data } = (await shop.till.call('listOrders', { query: { limit: '50' } })).body;
    const found = data.find(({ orderId }) => orderId === order.orderId);
    expect(found && told(found)).toEqual([0, 5_000, 'none']);
  });
});

describe('money F11 closed, with a time of payment', () => {
  const GONE = { out_biz_no: undefined, refund_fee: undefined, gmt_refund: undefined };
  /** Paid and refunded whole at Alipay, none of which has reached us; the last message as it was sent. */
  async function goneUnheard(): Promise<{ order: OrderView; body: string }> {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open({ amount: cny(3_000) });
    await shop.pay(order);
    await ownerRefunds(order);
    const [, last] = await shop.deliveries(order);
    return { order, body: last?.body ?? '' };
  }

  test.each([
    ['N1 without any field of a refund', GONE],
    ['N2 with the number of the refund', {}],
    ['N3 with its sum and time, and without its number', { out_biz_no: undefined }],
  ])('%s: paid, gone, and no goods', async (_, changes) => {
    const { order, body } = await goneUnheard();
    expect(await shop.notify(resigned(shop, body, changes))).toEqual({ status: 200, answer: 'success' });
    expect(told(await shop.get(order.orderId))).toEqual([0, 3_000, 'none']);
  });

  test('N1 and nothing answers: no goods, nothing refundable, until something does', async () => {
    const { order, body } = await goneUnheard();
    await shop.faults({ query: { answer: 'system_error', times: 1_000 } });
    expect(await shop.notify(resigned(shop, body, GONE))).toEqual({ status: 200, answer: 'success' });
    expect(told(await shop.get(order.orderId))).toEqual([0, 0, REFUSED]);
    await shop.faults({ reset: true });
    await shop.advance(61_000);
    expect(told(await shop.get(order.orderId))).toEqual([0, 3_000, 'none']);
  });

  test('N4 after an ordinary message of the payment', async () => {
    const order = await paidOrder(3_000);
    await shop.faults({ dropNotifications: true });
    await ownerRefunds(order);
    const [, last] = await shop.deliveries(order);
    expect(await shop.notify(resigned(shop, last?.body ?? '', GONE))).toEqual({ status: 200, answer: 'success' });
    expect(told(await shop.get(order.orderId))).toEqual([0, 3_000, 'none']);
  });
});

describe('money F16 the owner has refunded 30.00 of 100.00, and we have not heard of it', () => {
  async function unheard(): Promise<OrderView> {
    const order = await paidOrder();
    await shop.faults({ dropNotifications: true });
    await ownerRefunds(order, 3_000);
    await shop.deliveries(order);
    return order;
  }

  test('the till refunds 50.00: 20.00 are left at once', async () => {
    const { orderId } = await unheard();
    const { status, body } = await till(orderId, 'r1', 5_000);
    expect([status, body.refund.status, ...told(body.order)]).toEqual([201, 'succeeded', 2_000, 5_000, REFUSED]);
    expect(await refusal(till(orderId, 'r2', 2_001))).toMatchObject({ refundable: cny(2_000) });
    await shop.advance(3_000);
    const rest = (await till(orderId, 'r2', 2_000)).body.order;
    expect(told(rest)).toEqual([0, 7_000, REFUSED]);
    // All of it is back now, and the query of the trade says so.
    await shop.advance(61_000);
    const after = await shop.get(orderId);
    expect(told(after)).toEqual([0, 10_000, 'none']);
    expect(after.refunds).toMatchObject([{}, {}, { source: 'channel', amount: cny(3_000) }]);
  });

  test('the till asks for all of it first: refused, no goods, and less is refundable', async () => {
    const { orderId } = await unheard();
    const { status, body } = await till(orderId, 'r1', 10_000);
    expect([status, body.refund.status, body.order.nextAction]).toEqual([201, 'failed', REFUSED]);
    expect(body.refund.failure?.reason).toBe('refund_amount');
    expect(body.order.refundable.value).toBeLessThan(10_000);
  });

  test('its message comes at last: it is the same money', async () => {
    const order = await unheard();
    await till(order.orderId, 'r1', 5_000);
    await shop.faults({ reset: true });
    // Four minutes later it is sent again.
    await shop.advance(5 * 60_000);
    const after = await shop.eventually(order.orderId, ({ refunded }) => refunded.value === 8_000);
    expect(told(after)).toEqual([2_000, 8_000, 'none']);
  });
});

test('money F14 refunds of 20.00 and 30.00 in the console, unheard: the poll tells one of 50.00', async () => {
  await shop.faults({ dropNotifications: true });
  const order = await shop.open({ amount: cny(5_000) });
  await shop.pay(order);
  await ownerRefunds(order, 2_000);
  await ownerRefunds(order, 3_000);
  const polled = await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  expect(told(polled)).toEqual([0, 5_000, 'none']);
  expect(polled.refunds).toMatchObject([{ refundNo: 'channel_1', amount: cny(5_000), source: 'channel' }]);
  // The messages that were lost come again, and name what it consists of: no money moves by that.
  await shop.faults({ reset: true });
  await shop.advance(5 * 60_000);
  expect((await answers(order)).filter((answer) => answer === 'success')).toHaveLength(3);
  const named = await shop.get(order.orderId);
  expect(told(named)).toEqual([0, 5_000, 'none']);
  expect(named.refunds).toMatchObject([{ refundNo: 'channel_1', amount: cny(5_000), status: 'succeeded' }]);
  expect(named.version).toBe(polled.version + 2);
  expect(Date.parse(named.refunds[0]?.finishedAt ?? '')).toBeLessThan(Date.parse(polled.refunds[0]?.finishedAt ?? ''));
});

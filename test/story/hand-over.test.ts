/** Who is told to hand over the goods, and for how long: the terminal whose sale it is, and nobody who looks an order up. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../functions/client/client.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { HAND_OVER_LOOK, HAND_OVER_WINDOW } from '../../functions/deadlines.ts';
import { SECOND } from '../../functions/time.ts';
import { cny, newNo, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const EARLIER = {
  'zh-CN': '此前已收款。如已交付商品，请勿重复交付。',
  en: 'Paid earlier. Do not hand over the goods a second time.',
};

/** An order by the till that was paid just now, and its request. */
async function sold() {
  const request = { merchantOrderNo: newNo(), amount: cny(1_234), subject: '拿铁咖啡' };
  const { body: order } = await shop.till.call('createOrder', { body: request });
  await shop.pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  return { request, order };
}

const told = ({ nextAction }: OrderView) => nextAction;
const live = async (client: Client, { orderId }: OrderView) =>
  (await client.call('getOrder', { params: { orderId }, query: { live: 'true' } })).body;

describe('screens A9 a look-up does not give the goods away', () => {
  test('after a minute only the sale itself hears it, for an hour; then nobody does', async () => {
    const { request, order } = await sold();
    const { orderId, merchantOrderNo } = order;
    const lookUps = async (): Promise<OrderView[]> => [
      await shop.get(orderId),
      (await shop.till.call('getOrder', { params: { orderId }, query: { live: 'false' } })).body,
      (await shop.till.call('getOrder', { params: { orderId: `${orderId}_1` } })).body,
      (await shop.till.call('listOrders', { query: { merchantOrderNo } })).body.data[0] as OrderView,
      (await shop.till.call('listOrders', { query: { terminal: 'self', limit: '1' } })).body.data[0] as OrderView,
      // Not its sale, whatever it says.
      await live(shop.backOffice, order),
    ];
    const ofTheSale = async (): Promise<OrderView[]> => [
      await live(shop.till, order),
      (await shop.till.call('createQrCode', { params: { orderId }, body: { attempt: 1 } })).body,
      (
        await shop.till.call('payWithTillCode', {
          params: { orderId },
          body: { attempt: 1, tillCode: '281234567890123456' },
        })
      ).body,
    ];
    expect(new Set([...(await lookUps()), ...(await ofTheSale())].map(told))).toEqual(new Set(['hand_over_goods']));

    await shop.advance(HAND_OVER_LOOK);
    const later = await lookUps();
    expect(later.map(told)).toEqual(later.map(() => 'none'));
    expect(later.map(({ message }) => message)).toEqual(later.map(() => EARLIER));
    const replay = (await shop.till.call('createOrder', { body: request })).body;
    const heard = [...(await ofTheSale()), replay];
    expect(heard.map(told)).toEqual(heard.map(() => 'hand_over_goods'));

    await shop.advance(HAND_OVER_WINDOW - HAND_OVER_LOOK - 20 * SECOND);
    expect(told(await live(shop.till, order))).toBe('hand_over_goods');
    await shop.advance(20 * SECOND);
    expect((await ofTheSale()).map(told)).toEqual(['none', 'none', 'none']);
  });

  test('the minute begins when we learn of the payment, not when the customer paid', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    await shop.advance(170 * SECOND);
    const found = await shop.get(order.orderId);
    await shop.faults({ reset: true });
    expect(found).toMatchObject({ status: 'paid', nextAction: 'hand_over_goods' });
    expect(Date.parse(found.payment?.paidAt ?? '')).toBeLessThan(shop.now() - HAND_OVER_LOOK);
  });

  test('a refund that was refused gives them away to nobody', async () => {
    const { order } = await sold();
    await shop.faults({ refund: { answer: 'refuse:ACQ.TRADE_NOT_ALLOW_REFUND', times: 1 } });
    const { body } = await shop.till.call('createRefund', {
      params: { orderId: order.orderId },
      body: { refundNo: 'r1', amount: cny(400) },
    });
    expect([body.refund.status, told(body.order)]).toEqual(['failed', 'none']);
    expect([told(await live(shop.till, order)), told(await shop.get(order.orderId))]).toEqual(['none', 'none']);
  });
});

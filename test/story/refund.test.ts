/** Money that goes back: in parts, never more than was paid, never twice, whatever the channel says or does not say. */
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { cny, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

async function paidOrder(value = 10_000): Promise<OrderView> {
  const order = await shop.open({ amount: cny(value) });
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}

const refund = (orderId: string, refundNo: string, value: number, more = {}) =>
  shop.till.call('createRefund', { params: { orderId }, body: { refundNo, amount: cny(value), ...more } });
const getRefund = async (orderId: string, refundNo: string) =>
  (await shop.till.call('getRefund', { params: { orderId, refundNo } })).body;
/** What the channel gave back for the order, in fen. */
const returned = async (order: OrderView) => {
  const [trade] = await shop.trades(order);
  const refunds = (trade?.refunds ?? []) as { amount: { value: number } }[];
  return refunds.reduce((sum, { amount }) => sum + amount.value, 0);
};

describe('an asked refund', () => {
  test('F32 several parts, each once: 201, repeated 200, never beyond the amount', async () => {
    const order = await paidOrder();
    const first = await refund(order.orderId, 'r1', 3_000, { reason: 'cold' });
    expect([first.status, first.body.refund.status, first.body.order.refundable.value]).toEqual([
      201,
      'succeeded',
      7_000,
    ]);
    const again = await refund(order.orderId, 'r1', 3_000, { reason: 'cold' });
    expect([again.status, again.replayed, again.body.refund]).toEqual([200, true, first.body.refund]);
    expect(await refusal(refund(order.orderId, 'r1', 3_001, { reason: 'cold' }))).toMatchObject({
      status: 409,
      code: 'refund_exists_with_different_amount',
    });
    expect(await refusal(refund(order.orderId, 'r1', 3_000))).toMatchObject({
      code: 'refund_exists_with_different_reason',
    });
    expect(await refusal(refund(order.orderId, 'r2', 7_001))).toMatchObject({
      status: 422,
      code: 'refund_exceeds_refundable',
      refundable: cny(7_000),
    });
    await shop.advance(3_000);
    const rest = await refund(order.orderId, 'r2', 7_000);
    expect(rest.body.order).toMatchObject({ refundable: cny(0), refunded: cny(10_000), nextAction: 'none' });
    expect(await returned(order)).toBe(10_000);
  });

  test('F33 twenty at once, thirty per cent each: three are taken', async () => {
    const order = await paidOrder();
    const asked = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => refund(order.orderId, `r${i}`, 3_000)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    // One call at a time, three seconds apart: the others wait for their turn.
    for (let turn = 0; turn < 3; turn += 1) await shop.advance(60_000);
    const after = await shop.get(order.orderId);
    expect(after.refunds.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(await returned(order)).toBe(9_000);
  });

  test.each(['garbage', 'system_error', 'system_error_with_effect', 'bad_signature'])(
    'F30 F31 the channel answers %s: requested, and finished under the same number',
    async (answer) => {
      const order = await paidOrder();
      await shop.faults({ refund: { answer, times: 1 } });
      const asked = await refund(order.orderId, 'r1', 4_000);
      expect([asked.status, asked.body.refund.status, asked.body.order.refundable.value]).toEqual([
        202,
        'requested',
        6_000,
      ]);
      expect(asked.body.order).toMatchObject({ nextAction: 'none', nextPollAfterMs: 5_000 });
      await shop.advance(60_000);
      await shop.advance(60_000);
      expect(await getRefund(order.orderId, 'r1')).toMatchObject({ status: 'succeeded' });
      expect(await returned(order)).toBe(4_000);
    },
  );

  test('a definite no to the first call ends it, and gives the amount free', async () => {
    const order = await paidOrder();
    await shop.faults({ refund: { answer: 'refuse:ACQ.TRADE_NOT_ALLOW_REFUND', times: 1 } });
    const asked = await refund(order.orderId, 'r1', 4_000);
    expect([asked.status, asked.body.refund.status, asked.body.order.refundable.value]).toEqual([
      201,
      'failed',
      10_000,
    ]);
    expect(asked.body.refund.failure).toMatchObject({
      reason: 'refund_not_possible',
      text: { en: expect.any(String) },
    });
    expect((await refund(order.orderId, 'r1', 4_000)).status).toBe(200);
    expect(asked.body.order).toMatchObject({
      nextAction: 'none',
      message: { en: 'Paid. The refund was refused and no money has gone back.' },
    });
  });

  test('F35 a no to a later call is believed only the second time', async () => {
    const order = await paidOrder();
    await shop.faults({ refund: { answer: 'system_error', times: 1 } });
    await refund(order.orderId, 'r1', 4_000);
    await shop.faults({ refund: { answer: 'refuse:ACQ.TRADE_NOT_ALLOW_REFUND', times: 2 } });
    await shop.advance(61_000);
    expect(await getRefund(order.orderId, 'r1')).toMatchObject({ status: 'requested' });
    for (let minute = 0; minute < 3; minute += 1) await shop.advance(61_000);
    expect(await getRefund(order.orderId, 'r1')).toMatchObject({ status: 'failed' });
    expect(await returned(order)).toBe(0);
  });

  test('F36 to the last millisecond of the window it is taken; then 422, and nothing is reserved', async () => {
    const order = await paidOrder();
    const paidAt = Date.parse((await shop.get(order.orderId)).payment?.paidAt ?? '');
    const window = 90 * 24 * 3_600_000;
    // The clock of a running stack goes on by itself: a minute is enough for one request.
    await shop.advance(paidAt + window - 60_000 - shop.now());
    expect((await refund(order.orderId, 'r1', 1)).status).toBe(201);
    await shop.advance(60_001);
    expect(await refusal(refund(order.orderId, 'r2', 1))).toMatchObject({
      status: 422,
      code: 'refund_window_closed',
      windowDays: 90,
      detail: 'A payment can be refunded for 90 days.',
    });
    expect(await shop.get(order.orderId)).toMatchObject({
      ...{ refundable: cny(9_999), refunded: cny(1), refunds: [{ refundNo: 'r1', status: 'succeeded' }] },
    });
    expect(await returned(order)).toBe(1);
  });

  test('F38 of an unpaid order, of another merchant, in another currency: refused, nothing written', async () => {
    const unpaid = await shop.open();
    expect(await refusal(refund(unpaid.orderId, 'r1', 1))).toMatchObject({ status: 409, code: 'order_not_paid' });
    const order = await paidOrder();
    const stranger = shop.stranger.call('createRefund', {
      params: { orderId: order.orderId },
      body: { refundNo: 'r1', amount: cny(1) },
    });
    expect(await refusal(stranger)).toMatchObject({ status: 404, code: 'not_found' });
    const dollars = shop.till.call('createRefund', {
      params: { orderId: order.orderId },
      body: { refundNo: 'r1', amount: { currency: 'USD', value: 1 } },
    });
    expect(await refusal(dollars)).toMatchObject({ status: 422, code: 'different_currency' });
    expect(await shop.get(order.orderId)).toEqual(order);
  });

  test('F40, security minor 7 the fiftieth refund takes all the rest, and nothing else', async () => {
    const order = await paidOrder();
    for (let i = 1; i < 50; i += 1) await refund(order.orderId, `r${i}`, 1);
    const rest = order.amount.value - 49;
    expect(await refusal(refund(order.orderId, 'r50', 1))).toMatchObject({
      status: 422,
      code: 'too_many_refunds',
      detail: `An order has 50 refunds, and the last is for all the rest: refund CNY ${(rest / 100).toFixed(2)} at once.`,
      refundable: cny(rest),
    });
    expect((await refund(order.orderId, 'r50', rest)).body.order.refundable).toEqual(cny(0));
    expect(await refusal(refund(order.orderId, 'r51', 1))).toMatchObject({ code: 'refund_exceeds_refundable' });
  });
});

test("F39 a refund made in Alipay's own console is taken down as the channel's", async () => {
  const order = await paidOrder();
  const { appId, privateKeyPem, alipayPublicKeyPem } = shop.stack.identity.alipay;
  const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
  const console_ = new AlipaySdk({
    appId,
    privateKey: bare(privateKeyPem),
    keyType: 'PKCS8',
    alipayPublicKey: bare(alipayPublicKeyPem),
    gateway: `${shop.stack.simulator}/gateway.do`,
  });
  const bizContent = { out_trade_no: `${order.orderId}_1`, refund_amount: '25.00', out_request_no: 'console-1' };
  await console_.exec('alipay.trade.refund', { timestamp: chinaTime(shop.now()), bizContent });
  const after = await shop.eventually(order.orderId, ({ refunds }) => refunds.length > 0);
  expect(after).toMatchObject({
    refunds: [{ refundNo: 'channel_1', source: 'channel', status: 'succeeded', amount: cny(2_500) }],
    refundable: cny(7_500),
  });
});

test('a refusal by a code that nobody knows is believed only after a query', async () => {
  const order = await paidOrder();
  await shop.faults({ refund: { answer: 'refuse:ACQ.NEVER_SEEN_BEFORE', times: 1 } });
  const asked = await refund(order.orderId, 'r1', 4_000);
  expect(asked.body.refund).toMatchObject({ status: 'failed', failure: { reason: 'not_completed' } });
  expect(await returned(order)).toBe(0);
});

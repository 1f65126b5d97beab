/** Orders that are not paid: closed by the channel's word or by proof of absence, never by the clock alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newNo, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const close = (orderId: string) => shop.till.call('closeOrder', { params: { orderId } });
/** As it is stored: a list asks no channel. */
const stored = async (merchantOrderNo: string) =>
  (await shop.till.call('listOrders', { query: { merchantOrderNo } })).body.data[0];
const autoRefund = (value = 1234) => ({
  refundNo: 'auto_1',
  source: 'automatic',
  status: 'succeeded',
  amount: { currency: 'CNY', value },
});

describe('the cashier closes', () => {
  test('F25 nobody has scanned: closing, a new order may start; closed when the code is over', async () => {
    const order = await shop.open();
    const closing = await close(order.orderId);
    expect([closing.status, closing.body.status, closing.body.nextAction, closing.body.qrCode]).toEqual([
      202,
      'closing',
      'start_new_order',
      null,
    ]);
    // The code is over, and what was paid with it may still be on its way to us: for 45 seconds, while this machine works on.
    await shop.advance(Date.parse(order.createdAt) + 180_000 - shop.now());
    expect((await shop.get(order.orderId)).status).toBe('closing');
    await shop.advance(Date.parse(order.createdAt) + 285_000 - shop.now());
    expect(await stored(order.merchantOrderNo)).toMatchObject({
      status: 'closed',
      closed: { reason: 'cashier' },
      nextAction: 'start_new_order',
    });
    expect((await close(order.orderId)).status).toBe(200);
  });

  test('scanned: closed at the channel at once, and the wallet cannot pay any more', async () => {
    const order = await shop.open();
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    const closed = await close(order.orderId);
    expect([closed.status, closed.body.status, closed.body.closed?.reason]).toEqual([200, 'closed', 'cashier']);
    expect(await shop.pay(order)).toMatchObject({ result: 'closed' });
  });

  test('an order without a code is closed at once', async () => {
    const order = await shop.open({ qrCode: false });
    expect((await close(order.orderId)).body).toMatchObject({ status: 'closed', nextAction: 'start_new_order' });
    const params = { orderId: order.orderId };
    expect((await refusal(shop.till.call('createQrCode', { params, body: { attempt: 1 } }))).code).toBe(
      'order_not_open',
    );
  });

  test('F22 paid before we asked: 409 order_paid, and the goods go out', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    expect(await refusal(close(order.orderId))).toMatchObject({
      status: 409,
      code: 'order_paid',
      order: { nextAction: 'hand_over_goods' },
    });
    await shop.faults({ reset: true });
  });

  test('F27 the channel is silent: closing, do not hand over, and healed by the next poll', async () => {
    const order = await shop.open();
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    await shop.faults({
      query: { answer: 'garbage', times: 1 },
      close: { answer: 'system_error_with_effect', times: 1 },
    });
    expect((await close(order.orderId)).body).toMatchObject({
      status: 'closing',
      nextAction: 'do_not_hand_over_goods',
      nextPollAfterMs: 2_000,
    });
    await shop.advance(3_000);
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'closing' });
    await shop.advance(3_000);
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'closed' });
  });

  test('a body of nothing and an empty object are the same', async () => {
    const order = await shop.open({ qrCode: false });
    const response = await shop.till.request('POST', `/v1/orders/${order.orderId}/close`);
    expect(response.status).toBe(200);
  });
});

describe('money that comes too late', () => {
  test('F3 after the cashier asked: taken, late, and refunded in full by itself', async () => {
    const order = await shop.open();
    await close(order.orderId);
    expect(await shop.pay(order)).toMatchObject({ result: 'success' });
    const late = await shop.eventually(order.orderId, ({ refunds }) =>
      refunds.some(({ status }) => status === 'succeeded'),
    );
    expect(late).toMatchObject({
      status: 'paid',
      payment: { late: true },
      nextAction: 'none',
      refundable: { value: 0 },
      refunded: { value: 1234 },
      refunds: [autoRefund()],
    });
  });

  test('F26 after closed, although the channel said so: taken, late, refunded', async () => {
    const order = await shop.open();
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    expect((await close(order.orderId)).body.status).toBe('closed');
    await shop.pay(order, { force: true });
    const late = await shop.eventually(order.orderId, ({ refunds }) =>
      refunds.some(({ status }) => status === 'succeeded'),
    );
    expect(late).toMatchObject({
      status: 'paid',
      payment: { late: true },
      closed: { reason: 'cashier' },
      refunds: [autoRefund()],
    });
  });

  test('F37 the refund finds no cover: it stays requested and goes through when there is some', async () => {
    const order = await shop.open();
    await close(order.orderId);
    await shop.faults({ refund: { answer: 'refuse:ACQ.SELLER_BALANCE_NOT_ENOUGH', times: 2 } });
    await shop.pay(order);
    const waiting = await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    expect(waiting).toMatchObject({
      nextAction: 'do_not_hand_over_goods',
      nextPollAfterMs: 5_000,
      refunds: [{ status: 'requested' }],
    });
    for (let minute = 0; minute < 4; minute += 1) await shop.advance(60_000);
    expect(await stored(order.merchantOrderNo)).toMatchObject({ refunds: [autoRefund()] });
    expect(await shop.trades(order)).toMatchObject([
      { status: 'TRADE_CLOSED', refunds: [{ amount: { value: 1234 } }] },
    ]);
  });

  test('paid twice by two attempts: the surplus goes back by itself, the sale stands', async () => {
    const order = await shop.open();
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    await shop.advance(181_000);
    const next = await shop.till.call('createQrCode', { params: { orderId: order.orderId }, body: { attempt: 2 } });
    expect(next.body.attempt?.n).toBe(2);
    await shop.pay(next.body);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    await shop.pay(order, { force: true });
    const twice = await shop.eventually(order.orderId, ({ refunds }) =>
      refunds.some(({ status }) => status === 'succeeded'),
    );
    expect(twice).toMatchObject({
      payment: { late: false },
      refundable: { value: 1234 },
      refunded: { value: 0 },
      refunds: [autoRefund()],
    });
    expect((await shop.trades(order)).map(({ refunds }) => refunds.length)).toEqual([1, 0]);
  });
});

describe('an order that nobody pays', () => {
  test('F21 is closed at expiry, skew and grace, after a query', async () => {
    const order = await shop.open({ expiresInSeconds: 90 });
    await shop.advance(91_000);
    expect(await stored(order.merchantOrderNo)).toMatchObject({
      status: 'awaiting_payment',
      nextAction: 'wait',
      nextPollAfterMs: 5_000,
    });
    await shop.advance(43_000);
    expect((await stored(order.merchantOrderNo))?.status).toBe('awaiting_payment');
    await shop.advance(60_000);
    expect(await stored(order.merchantOrderNo)).toMatchObject({ status: 'closed', closed: { reason: 'expiry' } });
  });

  test('F24 F21 is not closed while the channel does not answer', async () => {
    const order = await shop.open({ expiresInSeconds: 90 });
    await shop.faults({ query: { answer: 'garbage', times: 3 } });
    await shop.advance(200_000);
    expect((await stored(order.merchantOrderNo))?.status).toBe('awaiting_payment');
    await shop.faults({ reset: true });
    for (let minute = 0; minute < 4; minute += 1) await shop.advance(60_000);
    expect((await stored(order.merchantOrderNo))?.status).toBe('closed');
  });

  test('F23 closed at the channel, our write lost: the next visit sees it', async () => {
    const order = await shop.open({ expiresInSeconds: 90 });
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    await shop.advance(91_000);
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'awaiting_payment' });
    await shop.advance(60_000);
    expect((await stored(order.merchantOrderNo))?.status).toBe('closed');
  });

  test('scanned and left: the channel tells of the scan and of the end, is thanked, and the order closes in its own time', async () => {
    const order = await shop.open({ expiresInSeconds: 90 });
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    const told = async () =>
      (await shop.deliveries(order)).map(({ answer, body }) => [answer, new URLSearchParams(body).get('trade_status')]);
    expect(await told()).toEqual([['success', 'WAIT_BUYER_PAY']]);
    expect(await stored(order.merchantOrderNo)).toMatchObject({ version: order.version, nextAction: 'show_qr_code' });
    await shop.advance(91_000);
    expect(await told()).toEqual([
      ['success', 'WAIT_BUYER_PAY'],
      ['success', 'TRADE_CLOSED'],
    ]);
    expect(await stored(order.merchantOrderNo)).toMatchObject({ status: 'awaiting_payment', payment: null });
    await shop.advance(103_000);
    expect(await stored(order.merchantOrderNo)).toMatchObject({
      status: 'closed',
      closed: { reason: 'expiry' },
    });
  });

  test('without any code it is closed after a quarter of an hour', async () => {
    const order = await shop.open({ qrCode: false, merchantOrderNo: newNo() });
    await shop.advance(10 * 60_000);
    expect((await stored(order.merchantOrderNo))?.status).toBe('created');
    await shop.advance(7 * 60_000);
    expect((await stored(order.merchantOrderNo))?.status).toBe('closed');
  });
});

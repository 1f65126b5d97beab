/** A sale, from the code to the goods, and everything that can happen to the news of its payment. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resigned } from '../support/resigned.ts';
import { cny, newNo, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const isPaid = (order: { status: string }) => order.status === 'paid';

describe('creating an order', () => {
  test('F14 the same create again: 201, then 200 and replayed, one order, one trade', async () => {
    const body = { merchantOrderNo: newNo(), amount: cny(1234), subject: '拿铁' };
    const first = await shop.till.call('createOrder', { body });
    const second = await shop.till.call('createOrder', { body });
    expect([first.status, first.replayed, second.status, second.replayed]).toEqual([201, false, 200, true]);
    expect(second.body).toEqual(first.body);
    expect(await shop.trades(first.body)).toHaveLength(1);
  });

  test('F16 twenty at once: one order, one trade', async () => {
    const body = { merchantOrderNo: newNo(), amount: cny(1234), subject: '拿铁' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.till.call('createOrder', { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map((answer) => answer.body.qrCode?.payload)).size).toBe(1);
    expect(await shop.trades(answers[0]?.body as never)).toHaveLength(1);
  });

  test('F15 the same number, another request: 409 names the difference and changes nothing', async () => {
    const order = await shop.open({ reference: 'table 7', operatorId: '007' });
    const ask = {
      merchantOrderNo: order.merchantOrderNo,
      amount: cny(1234),
      subject: '拿铁咖啡',
      reference: 'table 7',
      operatorId: '007',
    };
    const changes = {
      amount: cny(1235),
      subject: '茶',
      reference: 'table 8',
      operatorId: '008',
      expiresInSeconds: 200,
    };
    for (const [field, value] of Object.entries(changes)) {
      const { status, code } = await refusal(shop.till.call('createOrder', { body: { ...ask, [field]: value } }));
      expect([status, code]).toEqual([409, `order_exists_with_different_${field}`]);
    }
    expect(await shop.get(order.orderId)).toEqual(order);
  });

  test('the same ticket number tomorrow is refused, and is no licence to hand over goods', async () => {
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, isPaid);
    await shop.advance(24 * 3_600_000);
    const again = { merchantOrderNo: order.merchantOrderNo, amount: cny(1234), subject: '拿铁咖啡' };
    expect(await refusal(shop.till.call('createOrder', { body: again }))).toMatchObject({
      status: 409,
      code: 'order_number_already_used',
      orderId: order.orderId,
      createdAt: order.createdAt,
      orderStatus: 'paid',
    });
    expect(await shop.get(order.orderId)).toMatchObject({ nextAction: 'none' });
  });

  test('F17 a silent channel is no error: 202 and wait, then the same code by asking again', async () => {
    await shop.faults({ precreate: { answer: 'system_error', times: 1 } });
    const body = { merchantOrderNo: newNo(), amount: cny(1234), subject: '拿铁' };
    const first = await shop.till.call('createOrder', { body });
    expect([first.status, first.body.status, first.body.nextAction, first.body.qrCode]).toEqual([
      202,
      'created',
      'wait',
      null,
    ]);
    const second = await shop.till.call('createOrder', { body });
    expect([second.status, second.replayed, second.body.nextAction]).toEqual([200, true, 'show_qr_code']);
    expect(second.body.expiresAt).toBe(first.body.expiresAt);
  });

  test.each(['system_error_with_effect', 'garbage', 'bad_signature'])(
    'F18 F56 precreate %s: the next poll gets the code',
    async (answer) => {
      await shop.faults({ precreate: { answer, times: 1 } });
      const { body: order } = await shop.till.call('createOrder', {
        body: { merchantOrderNo: newNo(), amount: cny(500), subject: '茶' },
      });
      expect(order.nextAction).toBe('wait');
      await shop.advance(3_000);
      expect(await shop.get(order.orderId)).toMatchObject({ status: 'awaiting_payment', nextAction: 'show_qr_code' });
      expect(await shop.trades(order)).toHaveLength(1);
    },
  );

  test('a refusal of the channel is a 201 without a code, and the next attempt has a new number', async () => {
    await shop.faults({ precreate: { answer: 'refuse:ACQ.TOTAL_FEE_EXCEED', times: 1 } });
    const answer = await shop.till.call('createOrder', {
      body: { merchantOrderNo: newNo(), amount: cny(500), subject: '茶' },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      qrCode: null,
      nextAction: 'get_qr_code',
      attempt: {
        n: 1,
        refused: { reason: 'amount_over_limit', text: { en: expect.any(String), 'zh-CN': expect.any(String) } },
      },
    });
    const { orderId } = answer.body;
    const next = await shop.till.call('createQrCode', { params: { orderId }, body: { attempt: 2 } });
    expect(next.body).toMatchObject({ nextAction: 'show_qr_code', attempt: { n: 2, refused: null } });
    await shop.pay(next.body);
    await shop.eventually(orderId, isPaid);
    expect((await shop.get(`${orderId}_2`)).orderId).toBe(orderId);
    expect((await refusal(shop.till.call('getOrder', { params: { orderId: `${orderId}_3` } }))).status).toBe(404);
  });

  test('attempts come in order, and a replay of one starts nothing', async () => {
    const { body: order } = await shop.till.call('createOrder', {
      body: { merchantOrderNo: newNo(), amount: cny(500), subject: '茶', qrCode: false },
    });
    expect(order).toMatchObject({ status: 'created', attempt: null, nextAction: 'get_qr_code', nextPollAfterMs: null });
    const params = { orderId: order.orderId };
    expect((await refusal(shop.till.call('createQrCode', { params, body: { attempt: 2 } }))).code).toBe(
      'attempt_out_of_order',
    );
    const first = await shop.till.call('createQrCode', { params, body: {} });
    const again = await shop.till.call('createQrCode', { params, body: { attempt: 1, svg: true } });
    expect(again.body.qrCode?.svg).toMatch(/^<svg/);
    expect(again.body.version).toBe(first.body.version);
    expect((await refusal(shop.till.call('createQrCode', { params, body: { attempt: 2 } }))).code).toBe(
      'attempt_out_of_order',
    );
  });
});

describe('the news of a payment', () => {
  test('comes by notification, and both sides show it', async () => {
    const order = await shop.open();
    expect(await shop.wallet('scan', { qrCode: order.qrCode?.payload })).toMatchObject({
      merchantName: '示范商店',
      amount: cny(1234),
    });
    expect(await shop.pay(order, { wrongPassword: true })).toMatchObject({ result: 'wrong_password' });
    expect(await shop.pay(order)).toMatchObject({ result: 'success' });
    const paid = await shop.eventually(order.orderId, isPaid);
    expect(paid).toMatchObject({
      nextAction: 'hand_over_goods',
      nextPollAfterMs: null,
      payment: { late: false },
      qrCode: null,
    });
    const delivered = (await shop.deliveries(order)).map(({ answer, body }) => [
      answer,
      new URLSearchParams(body).get('trade_status'),
    ]);
    expect(delivered).toEqual([
      ['success', 'WAIT_BUYER_PAY'],
      ['success', 'TRADE_SUCCESS'],
    ]);
  });

  test('F4 never comes: the terminal finds out by its next poll, three seconds later', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    await shop.advance(3_000);
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'paid', nextAction: 'hand_over_goods' });
    await shop.faults({ reset: true });
  });

  test('F4 never comes and nobody polls: the sweep finds out', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    await shop.advance(180_000 + 45_000 + 60_000);
    const { body } = await shop.till.call('listOrders', { query: { merchantOrderNo: order.merchantOrderNo } });
    expect(body.data[0]).toMatchObject({ status: 'paid', payment: { late: false } });
    await shop.faults({ reset: true });
  });

  test('at second 178 of 180 is an ordinary payment', async () => {
    const order = await shop.open();
    await shop.advance(177_000);
    await shop.pay(order);
    expect(await shop.eventually(order.orderId, isPaid)).toMatchObject({
      nextAction: 'hand_over_goods',
      payment: { late: false },
    });
  });

  test('F1 fifty copies at once: one payment, fifty times success', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    const [delivery] = await shop.deliveries(order);
    await shop.faults({ reset: true });
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.notify(delivery?.body ?? '')));
    expect(answers).toEqual(Array(50).fill({ status: 200, answer: 'success' }));
    const paid = await shop.get(order.orderId);
    expect(paid.version).toBe(order.version + 1);
    expect(await shop.notify(delivery?.body ?? '')).toEqual({ status: 200, answer: 'success' });
    expect(await shop.get(order.orderId)).toEqual(paid);
  });

  test('F5 forged: 400 fail, and nothing is written', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    const [delivery] = await shop.deliveries(order);
    const forged = new URLSearchParams(delivery?.body);
    forged.set('total_amount', '0.01');
    for (const body of [forged.toString(), '', 'a=b', 'x'.repeat(16_385), `${delivery?.body}&trade_no=1`])
      expect((await shop.notify(body)).answer).toBe('fail');
    await shop.faults({ reset: true });
    const { body } = await shop.till.call('listOrders', { query: { merchantOrderNo: order.merchantOrderNo } });
    expect(body.data[0]?.version).toBe(order.version);
  });

  test.each([
    ['total_amount', '12.35'],
    ['seller_id', '2088000000000000'],
    ['gmt_payment', '2001-01-01 00:00:00'],
  ])(
    'F7 genuine but with another %s: kept as an anomaly, thanked for, and nothing else changes',
    async (field, value) => {
      const anomalies = await metric('anomalies');
      await shop.faults({ tamperNotification: { field, value } });
      const order = await shop.open();
      await shop.pay(order);
      await shop.advance(0);
      const deliveries = await shop.deliveries(order);
      expect(deliveries.map(({ answer }) => answer)).toEqual(['success']);
      await shop.faults({ reset: true });
      const { body } = await shop.till.call('listOrders', { query: { merchantOrderNo: order.merchantOrderNo } });
      expect(body.data[0]?.version).toBe(order.version);
      expect(await metric('anomalies')).toBe(anomalies + 1);
    },
  );

  test('F6 a genuine notification that is sent again after a refund and a day later changes nothing', async () => {
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, isPaid);
    const [delivery] = await shop.deliveries(order);
    const params = { orderId: order.orderId };
    await shop.till.call('createRefund', { params, body: { refundNo: 'r', amount: cny(1) } });
    await shop.eventually(order.orderId, ({ refunded }) => refunded.value === 1);
    for (const later of [0, 24 * 3_600_000]) {
      await shop.advance(later);
      const before = await shop.get(order.orderId);
      expect(await shop.notify(delivery?.body ?? '')).toEqual({ status: 200, answer: 'success' });
      expect(await shop.get(order.orderId)).toEqual(before);
    }
  });

  test('F9 of an unknown number or app: 400 fail, so that it comes again', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    const [delivery] = await shop.deliveries(order);
    await shop.faults({ reset: true });
    const unknown = resigned(shop, delivery?.body ?? '', { out_trade_no: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1' });
    expect(await shop.notify(unknown)).toEqual({ status: 400, answer: 'fail' });
    expect((await shop.notify(resigned(shop, delivery?.body ?? '', { app_id: '2021999999999999' }))).answer).toBe(
      'fail',
    );
    expect((await shop.notify(resigned(shop, delivery?.body ?? '', {}))).answer).toBe('success');
  });

  test('F2 out of order: waiting after paid changes nothing', async () => {
    const order = await shop.open();
    await shop.pay(order);
    const paid = await shop.eventually(order.orderId, isPaid);
    const [delivery] = await shop.deliveries(order);
    const late = resigned(shop, delivery?.body ?? '', { trade_status: 'WAIT_BUYER_PAY', notify_id: 'another' });
    expect((await shop.notify(late)).answer).toBe('success');
    expect(await shop.get(order.orderId)).toEqual(paid);
  });

  test('a poll that learns nothing writes nothing', async () => {
    const order = await shop.open();
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    for (let poll = 0; poll < 3; poll += 1) {
      await shop.advance(3_000);
      expect((await shop.get(order.orderId)).version).toBe(order.version);
    }
  });
});

async function metric(name: string): Promise<number> {
  const metrics = (await (await fetch(`${shop.stack.api}/__local/metrics`)).json()) as Record<string, number>;
  return metrics[name] ?? 0;
}

/** Free text on its way through the channel and back: it is taken for structure nowhere, and comes out as it went in. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newNo, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterEach(() => shop.faults({ reset: true }));
afterAll(() => shop.stop());

const answers = async (order: Parameters<TestShop['deliveries']>[0]) =>
  (await shop.deliveries(order)).map(({ status, answer, body }) => ({
    status,
    answer,
    fields: Object.fromEntries(new URLSearchParams(body)),
  }));

describe('money F12 a text that holds a piece of a message', () => {
  test.each([
    ['Tea & cake (table 5)&trade_no=5', 'Tea & cake (table 5)＆trade_no=5'],
    ['x&total_amount=0.01', 'x＆total_amount=0.01'],
    ['a&app_id=1&seller_id=2&c', 'a＆app_id=1＆seller_id=2&c'],
    ['rice, soup,\u3000tea, #5', 'rice， soup，\u3000tea， ＃5'],
    [`'"&+% <b> 😀 𠮷 4GB+64GB ~~ a&b & =c`, `'"&+% <b> 😀 𠮷 4GB+64GB ~~ a&b & =c`],
  ])('%j as a subject: the genuine message is thanked for at once', async (subject, sent) => {
    const order = await shop.open({ subject, operatorId: subject.slice(0, 20) });
    expect(order.subject).toBe(subject);
    await shop.pay(order);
    expect(await answers(order)).toMatchObject([{ status: 200, answer: 'success', fields: { subject: sent } }]);
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'paid', subject });
  });

  test('integration minor 8 tea&total_amount=9: taken, and its payment is known by the message alone', async () => {
    await shop.faults({ query: { answer: 'system_error', times: 1_000 } });
    const order = await shop.open({ subject: 'tea&total_amount=9' });
    await shop.pay(order);
    expect(await answers(order)).toMatchObject([{ status: 200, answer: 'success' }]);
    expect(await shop.get(order.orderId)).toMatchObject({
      ...{ status: 'paid', subject: 'tea&total_amount=9', amount: order.amount, nextAction: 'hand_over_goods' },
    });
  });

  test('of a till code', async () => {
    const order = await shop.open({ subject: 'x&total_amount=0.01', qrCode: false });
    const tillCode = String((await shop.wallet('codes', {})).tillCode);
    const body = { attempt: 1, tillCode };
    await shop.till.call('payWithTillCode', { params: { orderId: order.orderId }, body });
    expect(await answers(order)).toMatchObject([{ answer: 'success', fields: { subject: 'x＆total_amount=0.01' } }]);
  });

  test('as the reason of a refund', async () => {
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    const reason = 'cold, &trade_no=7';
    const body = { refundNo: 'r', amount: order.amount, reason, operatorId: 'a,b' };
    const { body: refunded } = await shop.till.call('createRefund', { params: { orderId: order.orderId }, body });
    expect(refunded.refund).toMatchObject({ status: 'succeeded', reason });
    expect(await answers(order)).toMatchObject([
      { answer: 'success' },
      { answer: 'success', fields: { refund_reason: 'cold， ＆trade_no=7' } },
    ]);
  });

  test('asked for again: the channel compares, and it is the same', async () => {
    await shop.faults({ precreate: { answer: 'bad_signature', times: 1 } });
    const ask = { merchantOrderNo: newNo(), subject: 'a, b&trade_no=1' };
    expect((await shop.open(ask)).qrCode).toBeNull();
    const again = await shop.open(ask);
    expect([again.nextAction, again.attempt?.refused ?? null]).toEqual(['show_qr_code', null]);
  });

  test('security M1 basket in the subject, and commas in the operator: the bill of the day is read', async () => {
    const subject = '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15';
    const order = await shop.open({ subject, operatorId: 'a,b,c,d,e,f,g,h,i,j,k,l,m,n' });
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    const day = new Date(shop.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    for (let hours = 0; hours < 36; hours += 1) await shop.advance(3_600_000);
    const { body } = await shop.backOffice.call('listReconciliations', { query: { day } });
    expect(body.data).toMatchObject([{ state: 'compared', why: null }]);
    expect(body.data[0]?.differences.filter(({ orderId }) => orderId === order.orderId)).toEqual([]);
  });
});

describe('what the channel tells has a shape', () => {
  test('money C3i no time of payment: the trade is asked for it, and it is not the time of the message', async () => {
    await shop.faults({ dropNotifications: true, tamperNotification: { field: 'gmt_payment', value: '' } });
    const order = await shop.open();
    await shop.pay(order);
    await shop.deliveries(order);
    const paidAt = shop.now();
    await shop.faults({ reset: true });
    // Polls would learn of it as well; the message of four minutes later must not be what its day is told by.
    await shop.advance(4 * 60_000);
    const paid = await shop.get(order.orderId);
    expect(paid.status).toBe('paid');
    expect(Math.abs(Date.parse(paid.payment?.paidAt ?? '') - paidAt)).toBeLessThan(10_000);
  });

  test('money C3i without an answer of the trade it is not thanked for', async () => {
    await shop.faults({ dropNotifications: true, tamperNotification: { field: 'gmt_payment', value: '' } });
    const order = await shop.open();
    await shop.pay(order);
    const [delivery] = await shop.deliveries(order);
    await shop.faults({ query: { answer: 'garbage', times: 1 } });
    expect(await shop.notify(delivery?.body ?? '')).toEqual({ status: 400, answer: 'fail' });
    expect(await shop.notify(delivery?.body ?? '')).toEqual({ status: 200, answer: 'success' });
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'paid' });
  });

  test.each([
    ['trade_no', '张三 13800000000'],
    ['trade_no', ''],
    ['trade_no', '1'.repeat(8_000)],
  ])('security minor 5 %s %j is an anomaly and no payment; the query tells the right one', async (field, value) => {
    await shop.faults({ tamperNotification: { field, value } });
    const before = await anomalies();
    const order = await shop.open();
    await shop.pay(order);
    expect(await answers(order)).toMatchObject([{ status: 200, answer: 'success' }]);
    expect(await anomalies()).toBe(before + 1);
    await shop.advance(5_000);
    const paid = await shop.get(order.orderId);
    expect([paid.status, paid.payment?.tradeNo]).toEqual(['paid', expect.stringMatching(/^\d{28}$/)]);
  });

  test('security minor 5 a payment two hours ahead is an anomaly, and the query tells its time', async () => {
    const ahead = new Date(shop.now() + 10 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    await shop.faults({ tamperNotification: { field: 'gmt_payment', value: ahead } });
    const before = await anomalies();
    const order = await shop.open();
    await shop.pay(order);
    expect(await answers(order)).toMatchObject([{ status: 200, answer: 'success' }]);
    expect(await anomalies()).toBe(before + 1);
    await shop.advance(5_000);
    const paid = await shop.get(order.orderId);
    expect(Date.parse(paid.payment?.paidAt ?? '')).toBeLessThanOrEqual(shop.now());
  });

  const anomalies = async () => {
    const metrics = (await (await fetch(`${shop.stack.api}/__local/metrics`)).json()) as Record<string, number>;
    return metrics.anomalies ?? 0;
  };
});

describe('security minor 2 card numbers', () => {
  test.each([
    ['merchantOrderNo', '4111111111111111'],
    ['reference', 'x 4111.1111.1111.1111'],
    ['subject', '٤١١١ ١١١١ ١١١١ ١١١١'],
    ['operatorId', '4111\u200d1111\u200d1111\u200d1111'],
  ])('in %s: 400, which names the place and not the number', async (field, value) => {
    const refused = await refusal(shop.open({ [field]: value }));
    expect(refused).toMatchObject({
      status: 400,
      code: 'malformed',
      detail: `/${field}: must not hold a card number`,
      errors: [{ pointer: `/${field}`, detail: 'must not hold a card number' }],
    });
    expect(JSON.stringify(refused)).not.toContain('1111');
  });
});

/** The cashier stops, scans twice, or shows a code as well: each has one outcome, and nobody pays twice in the end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cny, openShop, refusal, type TestShop } from '../support/shop.ts';
import { LARGE, tillOf } from '../support/till-codes.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  await shop.advance(0);
  await shop.stop();
});

const { newCode, scan, open, confirm, close, poll, stored } = tillOf(() => shop);
const undone = (value: number) => ({
  status: 'paid',
  nextAction: 'none',
  message: { en: expect.stringMatching(/has gone back.*Do not hand over the goods; start a new order/) },
  refunded: cny(value),
  refunds: [{ refundNo: 'auto_1', source: 'automatic', status: 'succeeded', amount: cny(value) }],
});

describe("a cashier's stop", () => {
  test('while the customer should confirm: cancelled and closed at once', async () => {
    const order = await open(LARGE);
    const code = await newCode();
    await scan(order, 1, code);
    const stopped = await close(order);
    expect([stopped.status, stopped.body.status, stopped.body.closed?.reason]).toEqual([200, 'closed', 'cashier']);
    expect(await confirm(code)).toMatchObject({ result: 'closed' });
  });

  test('F22 paid before we asked: 409 order_paid, and the goods go out', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await open(LARGE);
    const code = await newCode();
    await scan(order, 1, code);
    await confirm(code);
    expect(await refusal(close(order))).toMatchObject({ code: 'order_paid', order: { nextAction: 'hand_over_goods' } });
    await shop.faults({ reset: true });
  });

  test('while the outcome is unknown and nothing is there: closing until the request can no longer be on its way', async () => {
    await shop.faults({ pay: { answer: 'time_out', times: 1 } });
    const order = await open();
    await scan(order);
    const stopped = await close(order);
    expect(stopped).toMatchObject({
      status: 202,
      body: { status: 'closing', nextAction: 'do_not_hand_over_goods', nextPollAfterMs: 2_000 },
    });
    expect(await refusal(scan(order, 2))).toMatchObject({ status: 409, code: 'order_not_open' });
    // Definite for the cashier; a request that was lost for longer is looked for before the order is called closed.
    expect(await poll(order, 48)).toMatchObject({
      status: 'closing',
      nextAction: 'start_new_order',
      nextPollAfterMs: null,
    });
    for (let minute = 0; minute < 3; minute += 1) await shop.advance(60_000);
    expect(await stored(order)).toMatchObject({ status: 'closed', closed: { reason: 'cashier' }, payment: null });
  });

  test('and paid while it is cancelled: late, undone, and closed to further attempts', async () => {
    await shop.faults({ dropNotifications: true, pay: { answer: 'system_error_with_effect', times: 1 } });
    await shop.faults({ query: { answer: 'garbage', times: 2 } });
    const order = await open();
    await scan(order);
    expect(await refusal(close(order))).toMatchObject({
      code: 'order_paid',
      order: { payment: { late: true }, nextAction: 'none', refunds: [{ status: 'succeeded' }] },
    });
    await shop.faults({ reset: true });
  });
});

describe('two ways to pay', () => {
  test('a scan for an order whose QR code nobody has scanned: refused with the reason', async () => {
    const order = await shop.open();
    const refused = await refusal(scan(order, 2));
    expect(refused).toMatchObject({
      status: 409,
      code: 'attempt_out_of_order',
      detail: expect.stringContaining('cannot be called back'),
      order: { nextAction: 'show_qr_code' },
    });
    expect((await scan(order, 1)).body).toMatchObject({
      attempt: { n: 1, kind: 'qr_code' },
      nextAction: 'show_qr_code',
    });
    await shop.pay(order);
    expect(await shop.eventually(order.orderId, ({ status }) => status === 'paid')).toMatchObject({ refunds: [] });
  });

  test('a scan for an order whose QR code waits for the password: that is closed first', async () => {
    const order = await shop.open();
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    expect(await scan(order, 2)).toMatchObject({ body: { attempt: { n: 2, kind: 'till_code' }, status: 'paid' } });
    expect(await shop.pay(order)).toMatchObject({ result: 'closed' });
    expect((await shop.trades(order)).map(({ status }) => status).sort()).toEqual(['TRADE_CLOSED', 'TRADE_SUCCESS']);
  });

  test('a scan for an order whose QR code was paid a moment ago: that was the payment', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await shop.open();
    await shop.pay(order);
    expect(await refusal(scan(order, 2))).toMatchObject({
      code: 'order_not_open',
      order: { nextAction: 'hand_over_goods', attempt: { n: 1 } },
    });
    await shop.faults({ reset: true });
  });

  test('paid by both at once: the second is refunded by itself', async () => {
    const order = await shop.open();
    await shop.wallet('scan', { qrCode: order.qrCode?.payload });
    expect((await scan(order, 2)).body.status).toBe('paid');
    await shop.pay(order, { force: true });
    const both = await shop.eventually(order.orderId, ({ refunds }) =>
      refunds.some(({ status }) => status === 'succeeded'),
    );
    expect(both).toMatchObject({
      payment: { late: false },
      refundable: cny(1234),
      refunds: [{ refundNo: 'auto_1', source: 'automatic', status: 'succeeded' }],
    });
  });

  test('a second scan while the first is open: refused, and the code is not used', async () => {
    const order = await open(LARGE);
    const [first, second] = [await newCode(), await newCode()];
    await scan(order, 1, first);
    expect(await refusal(scan(order, 2, second))).toMatchObject({ status: 409, code: 'attempt_out_of_order' });
    expect((await shop.trades(order)).map(({ outTradeNo }) => outTradeNo)).toEqual([`${order.orderId}_1`]);
    expect((await scan(await open(), 1, second)).body.status).toBe('paid');
  });

  test('a QR code after a scan that was refused', async () => {
    const order = await open();
    await scan(order, 1, await newCode({ noMoney: true }));
    const params = { orderId: order.orderId };
    const { body } = await shop.till.call('createQrCode', { params, body: { attempt: 2 } });
    expect(body).toMatchObject({ nextAction: 'show_qr_code', attempt: { n: 2, kind: 'qr_code' } });
    await shop.pay(body);
    expect(await shop.eventually(order.orderId, ({ status }) => status === 'paid')).toMatchObject({ refunds: [] });
  });

  test('a scan that was given up and is paid all the same: taken, and refunded by itself', async () => {
    const order = await open(LARGE);
    const code = await newCode();
    await scan(order, 1, code);
    await poll(order, 48);
    const next = await newCode();
    expect((await scan(order, 2, next)).body.nextAction).toBe('wait');
    expect(await confirm(code, { force: true })).toMatchObject({ result: 'success' });
    const late = await shop.eventually(order.orderId, ({ refunds }) =>
      refunds.some(({ status }) => status === 'succeeded'),
    );
    expect(late).toMatchObject(undone(LARGE));
    // The second scan was open when the money for the first came. Nobody waits for it any more, and nobody tells.
    await shop.faults({ dropNotifications: true });
    expect(await confirm(next)).toMatchObject({ result: 'success' });
    for (let minute = 0; minute < 4; minute += 1) await shop.advance(60_000);
    await shop.faults({ reset: true });
    expect((await stored(order))?.refunds).toMatchObject([
      { refundNo: 'auto_1', status: 'succeeded' },
      { refundNo: 'auto_2', status: 'succeeded' },
    ]);
    expect((await shop.trades(order)).map(({ refunds }) => refunds.length)).toEqual([1, 1]);
  });
});

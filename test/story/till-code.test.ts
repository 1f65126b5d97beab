/** The terminal scans the customer: paid, waiting, refused, or unknown, and what the cashier is told in each case. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { cny, openShop, refusal, type TestShop } from '../support/shop.ts';
import { LARGE, sdkOf, tillOf } from '../support/till-codes.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  await shop.advance(0);
  await shop.stop();
});

const { newCode, scan, open, confirm, poll, stored } = tillOf(() => shop);
const words = { en: expect.stringMatching(/^[A-Z].+\.$/), 'zh-CN': expect.stringMatching(/。$/) };

describe('2.2 what comes of a scan', () => {
  test('10000: paid in the one call, and the goods go out', async () => {
    const order = await open();
    const { status, body } = await scan(order, 1, undefined, { operatorId: '009' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'paid',
      nextAction: 'hand_over_goods',
      nextPollAfterMs: null,
      attempt: { n: 1, kind: 'till_code', refused: null },
      payment: { late: false, tradeNo: expect.stringMatching(/^\d{28}$/) },
      qrCode: null,
      version: 3,
    });
    expect(await shop.trades(order)).toMatchObject([{ status: 'TRADE_SUCCESS', refunds: [] }]);
    await shop.advance(0);
    // The notification is a bonus: it tells what is known.
    expect((await shop.deliveries(order)).map(({ answer }) => answer)).toEqual(['success']);
    expect(await shop.get(order.orderId)).toEqual(body);
  });

  test('10003: the customer has to confirm; 200, wait; then paid', async () => {
    const order = await open(LARGE);
    const code = await newCode();
    const { status, body } = await scan(order, 1, code);
    expect([status, body.status, body.nextAction, body.nextPollAfterMs]).toEqual([
      200,
      'awaiting_payment',
      'wait',
      3_000,
    ]);
    expect(body.message).toEqual(words);
    expect(await confirm(code, { wrongPassword: true })).toMatchObject({ result: 'wrong_password' });
    expect(await poll(order, 6)).toMatchObject({ nextAction: 'wait' });
    expect(await confirm(code)).toMatchObject({ result: 'success' });
    expect(await poll(order, 3)).toMatchObject({ status: 'paid', nextAction: 'hand_over_goods' });
  });

  test('10003 and a lost notification: the next poll finds the payment', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await open(LARGE);
    const code = await newCode();
    await scan(order, 1, code);
    await confirm(code);
    expect(await poll(order, 3)).toMatchObject({ nextAction: 'hand_over_goods' });
    await shop.faults({ reset: true });
  });

  test.each([
    ['time_out_with_effect', 'nobody answers'],
    ['system_error_with_effect', 'ACQ.SYSTEM_ERROR'],
    ['bad_signature', 'an answer that nobody signed'],
  ])(
    'F56 paid, but %s (%s): asked at once, and paid',
    async (answer) => {
      await shop.faults({ pay: { answer, times: 1 } });
      const order = await open();
      expect(await scan(order)).toMatchObject({ status: 200, body: { nextAction: 'hand_over_goods' } });
      expect(await shop.trades(order)).toHaveLength(1);
    },
    20_000,
  );

  test.each(['time_out', 'system_error', 'garbage'])(
    'F56 not paid, and %s: 202, do not hand over, do not charge again',
    async (answer) => {
      await shop.faults({ pay: { answer, times: 1 } });
      const order = await open();
      const { status, body } = await scan(order);
      expect([status, body.nextAction, body.nextPollAfterMs]).toEqual([202, 'do_not_hand_over_goods', 3_000]);
      expect(body.message).toEqual(words);
      expect(body.message.en).toMatch(/Do not hand over the goods and do not charge again; wait/);
      expect(body.message['zh-CN']).toMatch(/请勿交付商品，也不要再次收款/);
      const resolved = await poll(order, 48);
      expect(resolved).toMatchObject({ nextAction: 'get_qr_code', payment: null, message: words });
      expect(await shop.trades(order)).toEqual([]);
      // Definite: the next try is a new attempt with a new number.
      expect(await scan(order, 2)).toMatchObject({ status: 200, body: { nextAction: 'hand_over_goods' } });
      expect((await shop.trades(order)).map(({ outTradeNo }) => outTradeNo)).toEqual([`${order.orderId}_2`]);
    },
    20_000,
  );

  test.each([
    ['ACQ.PAYMENT_AUTH_CODE_INVALID', 'code_unusable'],
    ['ACQ.PAYMENT_REQUEST_HAS_RISK', 'refused_by_risk_control'],
    ['ACQ.PRODUCT_AMOUNT_LIMIT_ERROR', 'amount_over_limit'],
    ['ACQ.PAYMENT_FAIL', 'refused_by_risk_control'],
    ['ACQ.AGREEMENT_INVALID', 'channel_unavailable'],
    ['ACQ.NEVER_SEEN_BEFORE', 'not_completed'],
  ])('40004 %s: refused with a reason and words; the next try is attempt 2', async (subCode, reason) => {
    await shop.faults({ pay: { answer: `refuse:${subCode}`, times: 1 } });
    const order = await open();
    const { status, body } = await scan(order);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'created',
      nextAction: 'get_qr_code',
      attempt: { n: 1, kind: 'till_code', refused: { reason, text: words } },
      message: body.attempt?.refused?.text,
    });
    expect(await scan(order, 2)).toMatchObject({ status: 200, body: { status: 'paid', attempt: { n: 2 } } });
  });

  test('a code that was used before is refused, and so is one that is too old', async () => {
    const code = await newCode();
    await scan(await open(), 1, code);
    const used = await scan(await open(), 1, code);
    expect(used.body.attempt?.refused?.reason).toBe('code_unusable');
    const old = await newCode();
    await shop.advance(61_000);
    expect((await scan(await open(), 1, old)).body.attempt?.refused?.reason).toBe('code_unusable');
  });

  test('no money: refused, and the trade that waits under its number is cancelled before the next begins', async () => {
    const order = await open();
    const code = await newCode({ noMoney: true });
    const { body } = await scan(order, 1, code);
    expect(body).toMatchObject({ nextAction: 'get_qr_code', attempt: { refused: { reason: 'customer_cannot_pay' } } });
    expect(await shop.trades(order)).toMatchObject([{ status: 'TRADE_CLOSED' }]);
    expect(await confirm(code)).toMatchObject({ result: 'closed' });
    expect((await scan(order, 2)).body.status).toBe('paid');
  });

  test('no money, and the cancel is not answered: the next attempt waits for it', async () => {
    const order = await open();
    await shop.faults({ cancel: { answer: 'system_error', times: 1 } });
    const { status, body } = await scan(order, 1, await newCode({ noMoney: true }));
    expect([status, body.nextAction, body.attempt?.refused?.reason]).toEqual([
      200,
      'do_not_hand_over_goods',
      'customer_cannot_pay',
    ]);
    expect(body.message).toEqual(words);
    await shop.faults({ query: { answer: 'system_error', times: 1 }, cancel: { answer: 'retry', times: 1 } });
    expect(await refusal(scan(order, 2))).toMatchObject({ status: 409, code: 'attempt_out_of_order', retryable: true });
    expect((await scan(order, 2)).body.status).toBe('paid');
    expect((await shop.trades(order)).map(({ status }) => status)).toEqual(['TRADE_CLOSED', 'TRADE_SUCCESS']);
  });

  test.each([
    'ACQ.TRADE_HAS_SUCCESS',
    'ACQ.TRADE_STATUS_ERROR',
    'ACQ.PAYMENT_AUTH_CODE_INVALID',
    'ACQ.NEVER_SEEN_BEFORE',
  ])('paid although the answer is %s: the query decides', async (subCode) => {
    const order = await open();
    // The request arrives, and the answer is one to its own repetition: played with the same number beforehand.
    await sdkOf(shop).exec('alipay.trade.pay', {
      bizContent: {
        out_trade_no: `${order.orderId}_1`,
        total_amount: '12.34',
        subject: 'tea',
        scene: 'bar_code',
        auth_code: await newCode(),
      },
    });
    await shop.faults({ pay: { answer: `refuse:${subCode}`, times: 1 } });
    expect(await scan(order)).toMatchObject({ status: 200, body: { nextAction: 'hand_over_goods', refunds: [] } });
  });

  test('a channel that is closed refuses, and says so', async () => {
    const order = await open();
    await shop.faults({ channelClosed: true });
    expect((await scan(order)).body.attempt?.refused).toMatchObject({ reason: 'channel_unavailable', text: words });
    await shop.faults({ reset: true });
    // It has closed itself; the next order after a minute is the probe.
    await shop.advance(60_000);
  });
});

describe('what is checked before anything is stored', () => {
  test.each([
    ['a WeChat code', '134567890123456789', 422, 'other_wallets_code'],
    ['31', '31'.padEnd(18, '0'), 422, 'other_wallets_code'],
    ['15 digits', '28'.padEnd(15, '0'), 400, 'malformed'],
    ['25 digits', '28'.padEnd(25, '0'), 400, 'malformed'],
    ['a letter', '28abcdef0123456789', 400, 'malformed'],
    ['a face', `fp${'0'.repeat(33)}`, 400, 'malformed'],
    ['nothing', '', 400, 'malformed'],
  ])('%s', async (_, tillCode, status, code) => {
    const order = await open();
    const refused = await refusal(scan(order, 1, tillCode));
    expect(refused).toMatchObject({ status, code });
    if (tillCode) expect(JSON.stringify(refused)).not.toContain(tillCode);
    expect(await stored(order)).toEqual(order);
  });

  test.each(['25', '26', '27', '28', '29', '30'])('%s begins a code of Alipay', async (start) => {
    for (const length of [16, 24]) {
      const { body } = await scan(await open(), 1, start.padEnd(length, '7'));
      expect(body.attempt?.refused?.reason).toBe('code_unusable');
    }
  });

  test('attempts come in order', async () => {
    const order = await open();
    expect(await refusal(scan(order, 2))).toMatchObject({ status: 409, code: 'attempt_out_of_order' });
    expect(await stored(order)).toEqual(order);
  });
});

describe('a replay', () => {
  test('F14 of an attempt starts nothing, whatever code it brings', async () => {
    const order = await open();
    const code = await newCode();
    const first = await scan(order, 1, code);
    const again = await scan(order, 1, code);
    const another = await scan(order, 1);
    expect([again.body, another.body]).toEqual([first.body, first.body]);
    expect(await shop.trades(order)).toHaveLength(1);
  });

  test('F16 ten scans at once: one trade, one payment', async () => {
    const order = await open();
    const answers = await Promise.all(Array.from({ length: 10 }, () => scan(order)));
    expect(answers.filter(({ body }) => body.status === 'paid').length).toBeGreaterThanOrEqual(1);
    for (const { status, body } of answers)
      expect([
        [200, 'hand_over_goods'],
        [202, 'do_not_hand_over_goods'],
      ]).toContainEqual([status, body.nextAction]);
    expect(await shop.trades(order)).toMatchObject([{ outTradeNo: `${order.orderId}_1`, refunds: [] }]);
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'paid', version: 3 });
  });

  test('of an unknown one goes on with the question, and pays nothing', async () => {
    await shop.faults({ pay: { answer: 'system_error', times: 1 } });
    const order = await open();
    const code = await newCode();
    expect((await scan(order, 1, code)).status).toBe(202);
    await shop.advance(3_000);
    expect((await scan(order, 1, code)).status).toBe(202);
    expect(await shop.trades(order)).toEqual([]);
    const other = await open();
    expect((await scan(other, 1, code)).body.status).toBe('paid');
  });

  test('of createOrder and createQrCode ask for no QR code under the number of a scan', async () => {
    await shop.faults({ pay: { answer: 'system_error', times: 1 } });
    const order = await open();
    await scan(order);
    const { merchantOrderNo, amount, subject, orderId } = order;
    const body = { merchantOrderNo, amount: cny(amount.value), subject };
    expect((await shop.till.call('createOrder', { body })).body).toMatchObject({ qrCode: null });
    const params = { orderId };
    expect((await shop.till.call('createQrCode', { params, body: { attempt: 1 } })).body).toMatchObject({
      qrCode: null,
    });
    expect((await refusal(shop.till.call('createQrCode', { params, body: { attempt: 2 } }))).code).toBe(
      'attempt_out_of_order',
    );
    expect(await shop.trades(order)).toEqual([]);
  });
});

test('the receipt of a scan is posted like any other payment', async () => {
  const order: OrderView = (await scan(await open(5_000))).body;
  expect(order).toMatchObject({ refundable: cny(5_000), refunded: cny(0) });
  const params = { orderId: order.orderId };
  const { body } = await shop.till.call('createRefund', { params, body: { refundNo: 'r1', amount: cny(500) } });
  expect(body.refund.status).toBe('succeeded');
});

/** Polling and reversal: every unknown comes to an end, and whatever was paid too late has gone back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
const undone = (value: number) => ({
  status: 'paid',
  nextAction: 'none',
  message: { en: expect.stringMatching(/has gone back.*Do not hand over the goods; start a new order/) },
  refunded: cny(value),
  refunds: [{ refundNo: 'auto_1', source: 'automatic', status: 'succeeded', amount: cny(value) }],
});

describe('2.9 the end of a till code that nobody confirms', () => {
  test('45 s with polls: cancelled, not paid, and said so', async () => {
    const order = await open(LARGE);
    const code = await newCode();
    await scan(order, 1, code);
    // Real time passes, too, on a slow machine.
    expect(await poll(order, 33)).toMatchObject({ nextAction: 'wait' });
    const over = await poll(order, 15);
    expect(over).toMatchObject({
      nextAction: 'get_qr_code',
      payment: null,
      message: {
        en: expect.stringMatching(/Do not hand over the goods/),
        'zh-CN': expect.stringMatching(/请勿交付商品/),
      },
    });
    expect(await confirm(code)).toMatchObject({ result: 'closed' });
    expect(await scan(order, 2)).toMatchObject({ status: 200, body: { attempt: { n: 2 } } });
  });

  test('45 s without a poll: the next sweep does the same', async () => {
    const order = await open(LARGE);
    await scan(order);
    await shop.advance(45_000);
    expect(await stored(order)).toMatchObject({ attempt: { n: 1 }, payment: null });
    await shop.advance(61_000);
    expect(await stored(order)).toMatchObject({ nextAction: 'get_qr_code' });
    expect(await shop.trades(order)).toMatchObject([{ status: 'TRADE_CLOSED' }]);
  });

  test('nobody scans again: the order is closed like one that shows no code', async () => {
    const order = await open(LARGE);
    await scan(order);
    for (let minute = 0; minute < 14; minute += 1) await shop.advance(60_000);
    expect((await stored(order))?.closed).toBeNull();
    for (let minute = 0; minute < 4; minute += 1) await shop.advance(60_000);
    expect(await stored(order)).toMatchObject({ status: 'closed', closed: { reason: 'expiry' } });
  });

  test('paid in the last moment, before the last query: a sale', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await open(LARGE);
    const code = await newCode();
    await scan(order, 1, code);
    await shop.advance(44_900);
    await confirm(code);
    await shop.advance(3_000);
    expect(await shop.get(order.orderId)).toMatchObject({ nextAction: 'hand_over_goods', refunds: [] });
    await shop.faults({ reset: true });
  });

  test('action=refund: paid between query and cancel; the payment and its return are both written down', async () => {
    await shop.faults({ dropNotifications: true });
    const order = await open();
    await shop.faults({
      pay: { answer: 'system_error_with_effect', times: 1 },
      query: { answer: 'garbage', times: 2 },
    });
    await scan(order);
    await shop.advance(48_000);
    await shop.faults({ query: { answer: 'garbage', times: 1 } });
    // The last query before the cancel is not answered, so the cancel finds the payment.
    const over = await shop.get(order.orderId);
    expect(over).toMatchObject(undone(1234));
    expect(over.payment).toMatchObject({ late: false, tradeNo: expect.any(String) });
    expect(await shop.trades(order)).toMatchObject([{ status: 'TRADE_CLOSED', refunds: [{ amount: cny(1234) }] }]);
    await shop.faults({ reset: true });
    expect(await refusal(scan(order, 2))).toMatchObject({ status: 409, code: 'order_not_open' });
  });

  test('action=refund, and the query after it is not answered either: kept, and written down by the next', async () => {
    await shop.faults({ dropNotifications: true, pay: { answer: 'system_error_with_effect', times: 1 } });
    await shop.faults({ query: { answer: 'garbage', times: 1 } });
    const order = await open();
    await scan(order);
    await shop.faults({ query: { answer: 'garbage', times: 2 } });
    await shop.advance(45_000);
    await shop.advance(3_000);
    await shop.advance(60_000);
    await shop.faults({ reset: true });
    expect(await poll(order, 6)).toMatchObject(undone(1234));
  });

  test('the notification of a payment that a cancel may have undone hands over nothing', async () => {
    await shop.faults({ dropNotifications: true, pay: { answer: 'system_error_with_effect', times: 1 } });
    await shop.faults({
      query: { answer: 'garbage', times: 2 },
      cancel: { answer: 'system_error_with_effect', times: 1 },
    });
    const order = await open();
    await scan(order);
    await shop.advance(46_000);
    await shop.get(order.orderId);
    const [payment] = await shop.deliveries(order);
    expect(payment?.body).toContain('TRADE_SUCCESS');
    expect((await shop.notify(payment?.body ?? '')).answer).toBe('success');
    const told = await stored(order);
    expect(told?.nextAction).not.toBe('hand_over_goods');
    await shop.faults({ reset: true });
    for (let minute = 0; minute < 3; minute += 1) await shop.advance(60_000);
    expect(await stored(order)).toMatchObject(undone(1234));
    expect(await shop.trades(order)).toMatchObject([{ refunds: [{ amount: cny(1234) }] }]);
  });
});

describe('2.5 a cancel', () => {
  const cancelling = async () => {
    const order = await open(LARGE);
    const code = await newCode();
    await scan(order, 1, code);
    return { order, code };
  };

  test.each([
    ['retry', 'retry_flag=Y'],
    ['system_error', 'AQC.SYSTEM_ERROR'],
    ['garbage', 'nonsense'],
    ['refuse:ACQ.CANCEL_NOT_ALLOWED', 'a refusal'],
    ['refuse:ACQ.REASON_TRADE_BEEN_FREEZEN', 'a refusal'],
    ['refuse:ACQ.REASON_TRADE_REFUND_FEE_ERR', 'a refusal'],
    ['refuse:ACQ.INVALID_PARAMETER', 'a refusal'],
  ])('%s (%s): repeated until it is definite; no next attempt before', async (answer) => {
    const { order } = await cancelling();
    // Before the clock is turned: a slow machine may come to the sweep in between.
    await shop.faults({ cancel: { answer, times: 100 } });
    await shop.advance(45_000);
    const over = await poll(order, 9);
    expect(over.nextAction).toBe('do_not_hand_over_goods');
    expect(over.message.en).toMatch(/being cancelled. Do not hand over the goods and do not charge again; wait/);
    expect(await refusal(scan(order, 2))).toMatchObject({ status: 409, code: 'attempt_out_of_order' });
    await shop.faults({ reset: true });
    expect(await poll(order, 3)).toMatchObject({ nextAction: 'get_qr_code', payment: null });
    expect(await scan(order, 2)).toMatchObject({ body: { attempt: { n: 2 } } });
  });

  test.each(['retry_with_effect', 'system_error_with_effect', 'time_out_with_effect', 'bad_signature'])(
    '%s: done without a word; the next query has it',
    async (answer) => {
      const { order, code } = await cancelling();
      await shop.faults({ cancel: { answer, times: 1 } });
      expect(await poll(order, 51)).toMatchObject({ nextAction: 'get_qr_code', payment: null });
      expect(await confirm(code)).toMatchObject({ result: 'closed' });
    },
    20_000,
  );

  test('silent for minutes: an alarm, and definite in the first sweep after', async () => {
    const { order } = await cancelling();
    await shop.faults({
      query: { answer: 'system_error', times: 1_000 },
      cancel: { answer: 'system_error', times: 1_000 },
    });
    for (let minute = 0; minute < 8; minute += 1) await shop.advance(60_000);
    expect(await stored(order)).toMatchObject({ nextAction: 'do_not_hand_over_goods' });
    const metrics = await (await fetch(`${shop.stack.api}/__local/metrics`)).json();
    expect(metrics).toMatchObject({ unresolvedTillCodes: expect.any(Number) });
    await shop.faults({ reset: true });
    await shop.advance(60_000);
    expect(await stored(order)).toMatchObject({ nextAction: 'get_qr_code' });
  });

  test('SELLER_BALANCE_NOT_ENOUGH: the payment is written down, and goes back when there is cover', async () => {
    await shop.faults({ dropNotifications: true, pay: { answer: 'system_error_with_effect', times: 1 } });
    await shop.faults({ query: { answer: 'garbage', times: 2 } });
    await shop.faults({ cancel: { answer: 'refuse:ACQ.SELLER_BALANCE_NOT_ENOUGH', times: 2 } });
    await shop.faults({ refund: { answer: 'refuse:ACQ.SELLER_BALANCE_NOT_ENOUGH', times: 1 } });
    const order = await open();
    await scan(order);
    await shop.advance(46_000);
    await shop.get(order.orderId);
    expect(await poll(order, 6)).toMatchObject({ status: 'paid', nextAction: 'do_not_hand_over_goods' });
    for (let minute = 0; minute < 4; minute += 1) await shop.advance(60_000);
    expect(await stored(order)).toMatchObject(undone(1234));
    await shop.faults({ reset: true });
  });

  test.each(['ACQ.TRADE_CANCEL_TIME_OUT', 'ACQ.TRADE_HAS_FINISHED'])('%s: refunded instead', async (subCode) => {
    await shop.faults({ dropNotifications: true, pay: { answer: 'system_error_with_effect', times: 1 } });
    await shop.faults({ query: { answer: 'garbage', times: 2 }, cancel: { answer: `refuse:${subCode}`, times: 2 } });
    const order = await open();
    await scan(order);
    await shop.advance(46_000);
    await shop.get(order.orderId);
    expect(await poll(order, 6)).toMatchObject(undone(1234));
    expect(await shop.trades(order)).toMatchObject([{ refunds: [{ outRequestNo: `${order.orderId}_r1` }] }]);
    await shop.faults({ reset: true });
  });

  test('after 24 hours nothing is cancelled: a refund', async () => {
    await shop.faults({ dropNotifications: true, pay: { answer: 'system_error_with_effect', times: 1 } });
    await shop.faults({ query: { answer: 'garbage', times: 3 }, cancel: { answer: 'system_error', times: 1_000 } });
    const order = await open();
    await scan(order);
    await shop.advance(46_000);
    await shop.get(order.orderId);
    await shop.faults({ query: { answer: 'garbage', times: 1 } });
    await shop.advance(24 * 3_600_000);
    for (let minute = 0; minute < 3; minute += 1) await shop.advance(60_000);
    expect(await stored(order)).toMatchObject(undone(1234));
    expect(await shop.trades(order)).toMatchObject([{ refunds: [{ outRequestNo: `${order.orderId}_r1` }] }]);
    await shop.faults({ reset: true });
  });

  test('refunded in the console while nobody knew: both are taken from the query, and nothing is cancelled', async () => {
    await shop.faults({ dropNotifications: true, pay: { answer: 'system_error_with_effect', times: 1 } });
    await shop.faults({ query: { answer: 'garbage', times: 1 } });
    const order = await open();
    await scan(order);
    await sdkOf(shop).exec('alipay.trade.refund', {
      bizContent: { out_trade_no: `${order.orderId}_1`, refund_amount: '12.34', out_request_no: 'console' },
    });
    await shop.faults({ reset: true });
    expect(await poll(order, 3)).toMatchObject({
      status: 'paid',
      refunds: [{ refundNo: 'channel_1', source: 'channel', status: 'succeeded' }],
    });
  });
});

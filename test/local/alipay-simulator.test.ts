/** The official SDK drives the simulator: what it accepts and what it verifies is the protocol. */
import { AlipaySdk } from 'alipay-sdk';
import { describe, expect, test } from 'vitest';
import { rsaPair } from '../support/keys.ts';
import { SdkShop } from '../support/sdk-shop.ts';

const shop = new SdkShop();
const { exec, newNumber, paidTrade, precreate, wallet } = shop;
const MINUTE = 60_000;

describe('the official SDK', () => {
  test('sells by a code: no trade before the scan, then waiting, then paid', async () => {
    const outTradeNo = newNumber();
    const code = await precreate(outTradeNo);
    expect(code).toMatchObject({ code: '10000', out_trade_no: outTradeNo });
    expect(await exec('alipay.trade.query', { out_trade_no: outTradeNo })).toMatchObject({
      sub_code: 'ACQ.TRADE_NOT_EXIST',
    });
    expect(await wallet('scan', { qrCode: code.qr_code })).toMatchObject({
      merchantName: '示范商店',
      subject: '拿铁 50%+&=',
      amount: { currency: 'CNY', value: 1234 },
    });
    expect(await exec('alipay.trade.query', { out_trade_no: outTradeNo })).toMatchObject({
      trade_status: 'WAIT_BUYER_PAY',
    });
    expect(await wallet('pay', { qrCode: code.qr_code, wrongPassword: true })).toMatchObject({
      result: 'wrong_password',
    });
    expect(await wallet('pay', { qrCode: code.qr_code })).toMatchObject({ result: 'success' });
    expect(await exec('alipay.trade.query', { out_trade_no: outTradeNo })).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      total_amount: '12.34',
      send_pay_date: '2026-03-01 12:00:00',
    });
  });

  test('repeats a precreate: the same again, another amount, after the payment', async () => {
    const outTradeNo = newNumber();
    const first = await precreate(outTradeNo);
    expect((await precreate(outTradeNo)).qr_code).toBe(first.qr_code);
    expect(await precreate(outTradeNo, { total_amount: '12.35' })).toMatchObject({
      sub_code: 'ACQ.CONTEXT_INCONSISTENT',
    });
    await wallet('pay', { qrCode: first.qr_code });
    expect(await precreate(outTradeNo)).toMatchObject({ sub_code: 'ACQ.TRADE_HAS_SUCCESS' });
  });

  test('refunds in parts, once per number, never more than was paid', async () => {
    const outTradeNo = await paidTrade();
    const refund = (no: string, amount: string) =>
      exec('alipay.trade.refund', { out_trade_no: outTradeNo, out_request_no: no, refund_amount: amount });
    expect(await refund('r1', '2.34')).toMatchObject({ fund_change: 'Y', refund_fee: '2.34' });
    expect(await refund('r1', '2.34')).toMatchObject({ fund_change: 'N', refund_fee: '2.34' });
    expect(await refund('r1', '2.35')).toMatchObject({ sub_code: 'ACQ.DISCORDANT_REPEAT_REQUEST' });
    expect(await refund('r2', '10.01')).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' });
    expect(await refund('r2', '10.00')).toMatchObject({ fund_change: 'Y', refund_fee: '12.34' });
    const queried = await exec('alipay.trade.fastpay.refund.query', { out_trade_no: outTradeNo, out_request_no: 'r2' });
    expect(queried).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '10.00' });
    expect(queried).not.toHaveProperty('gmt_refund_pay');
    const none = await exec('alipay.trade.fastpay.refund.query', { out_trade_no: outTradeNo, out_request_no: 'r3' });
    expect(none).toMatchObject({ code: '10000' });
    expect(none).not.toHaveProperty('refund_status');
    expect(await exec('alipay.trade.query', { out_trade_no: outTradeNo })).toMatchObject({
      trade_status: 'TRADE_CLOSED',
      send_pay_date: expect.any(String),
    });
  });

  test('closes what waits and cancels what is paid', async () => {
    const open = newNumber();
    const { qr_code } = await precreate(open);
    expect(await exec('alipay.trade.close', { out_trade_no: open })).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    await wallet('scan', { qrCode: qr_code });
    expect(await exec('alipay.trade.close', { out_trade_no: open })).toMatchObject({ code: '10000' });
    expect(await wallet('pay', { qrCode: qr_code })).toMatchObject({ result: 'closed' });
    const paid = await paidTrade();
    expect(await exec('alipay.trade.close', { out_trade_no: paid })).toMatchObject({
      sub_code: 'ACQ.TRADE_STATUS_ERROR',
    });
    expect(await exec('alipay.trade.cancel', { out_trade_no: paid })).toMatchObject({
      action: 'refund',
      retry_flag: 'N',
    });
    expect(await exec('alipay.trade.cancel', { out_trade_no: paid })).toMatchObject({
      action: 'refund',
      retry_flag: 'N',
    });
  });

  test("pays by the customer's code, at once or after the password", async () => {
    const pay = async (amount: string, code: unknown) =>
      exec('alipay.trade.pay', {
        out_trade_no: newNumber(),
        total_amount: amount,
        subject: 'tea',
        scene: 'bar_code',
        auth_code: code,
      });
    const { tillCode } = await wallet('codes', {});
    expect(await pay('5.00', tillCode)).toMatchObject({ code: '10000', total_amount: '5.00' });
    expect(await pay('5.00', tillCode)).toMatchObject({ sub_code: 'ACQ.PAYMENT_AUTH_CODE_INVALID' });
    const large = (await wallet('codes', {})).tillCode;
    expect(await pay('5000.00', large)).toMatchObject({ code: '10003' });
    expect(await wallet('confirm', { tillCode: large, wrongPassword: true })).toMatchObject({
      result: 'wrong_password',
    });
    expect(await wallet('confirm', { tillCode: large })).toMatchObject({ result: 'success' });
  });

  test('scans a code without money: refused, and yet its number belongs to a trade that waits', async () => {
    const outTradeNo = newNumber();
    const { tillCode } = await wallet('codes', { noMoney: true });
    const content = { out_trade_no: outTradeNo, total_amount: '5.00', subject: 'tea', scene: 'bar_code' };
    const pay = () => exec('alipay.trade.pay', { ...content, auth_code: tillCode });
    expect(await pay()).toMatchObject({ sub_code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' });
    expect(await exec('alipay.trade.query', { out_trade_no: outTradeNo })).toMatchObject({
      trade_status: 'WAIT_BUYER_PAY',
    });
    // The same number with the same code is the same trade.
    expect(await pay()).toMatchObject({ code: '10003' });
    expect(await exec('alipay.trade.cancel', { out_trade_no: outTradeNo })).toMatchObject({ action: 'close' });
    expect(await wallet('confirm', { tillCode })).toMatchObject({ result: 'closed' });
  });

  test('scans too late: neither an old code nor an old request is paid', async () => {
    const pay = async (tillCode: unknown, more = {}) =>
      exec('alipay.trade.pay', {
        ...{ out_trade_no: newNumber(), total_amount: '5.00', subject: 'tea', scene: 'bar_code' },
        ...{ auth_code: tillCode, ...more },
      });
    const { tillCode } = await wallet('codes', {});
    expect(await pay(tillCode, { time_expire: '2026-03-01 00:00:00' })).toMatchObject({
      sub_code: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
    });
    shop.now += 61_000;
    expect(await pay(tillCode)).toMatchObject({ sub_code: 'ACQ.PAYMENT_AUTH_CODE_INVALID' });
  });

  test('verifies a notification, and gets it again on the timetable until it says success', async () => {
    shop.notificationAnswer = 'fail';
    shop.received.length = 0;
    const outTradeNo = await paidTrade();
    await shop.simulator.deliverDue(shop.now);
    const pauses = [4, 10, 10, 60, 120, 360, 900];
    const times = pauses.map(
      (_, i) => shop.now + pauses.slice(0, i + 1).reduce((sum, pause) => sum + pause, 0) * MINUTE,
    );
    const mine = () => shop.received.filter(({ body }) => new URLSearchParams(body).get('out_trade_no') === outTradeNo);
    await shop.simulator.deliverDue(shop.now + 30 * 60 * MINUTE, (at) => {
      shop.now = at;
    });
    expect(
      mine()
        .slice(1)
        .map(({ at }) => at),
    ).toEqual(times);
    const fields = Object.fromEntries(new URLSearchParams(mine()[0]?.body));
    expect(shop.sdk.checkNotifySignV2(fields)).toBe(true);
    expect(shop.sdk.checkNotifySignV2({ ...fields, total_amount: '12.35' })).toBe(false);
    expect(new Set(mine().map(({ body }) => new URLSearchParams(body).get('notify_id'))).size).toBe(1);
    shop.notificationAnswer = 'success';
  });

  test('is refused with a wrong signature, unsigned', async () => {
    const stranger = new AlipaySdk({
      appId: '2021000000000001',
      privateKey: rsaPair()
        .privateKeyPem.replace(/-----[^-]+-----/g, '')
        .replace(/\s/g, ''),
      keyType: 'PKCS8',
      gateway: `${shop.simulator.url}/gateway.do`,
      camelcase: false,
    });
    const answer = await stranger
      .exec('alipay.trade.query', { bizContent: { out_trade_no: 'x' } })
      .catch((error) => error);
    expect(JSON.stringify(answer)).toContain('isv.invalid-signature');
  });
});

describe('faults', () => {
  test.each([
    ['system_error', { sub_code: 'ACQ.SYSTEM_ERROR' }, 'ACQ.TRADE_NOT_EXIST'],
    ['refuse:ACQ.TRADE_HAS_FINISHED', { sub_code: 'ACQ.TRADE_HAS_FINISHED' }, 'ACQ.TRADE_NOT_EXIST'],
  ])('%s answers so and has no effect', async (answer, expected, then) => {
    const outTradeNo = newNumber();
    await wallet('faults', { precreate: { answer, times: 1 } });
    expect(await precreate(outTradeNo)).toMatchObject(expected);
    expect(await exec('alipay.trade.query', { out_trade_no: outTradeNo })).toMatchObject({ sub_code: then });
    expect(await precreate(outTradeNo)).toMatchObject({ code: '10000' });
  });

  test.each([
    ['retry', 'WAIT_BUYER_PAY'],
    ['retry_with_effect', 'TRADE_CLOSED'],
    ['system_error', 'WAIT_BUYER_PAY'],
    ['system_error_with_effect', 'TRADE_CLOSED'],
  ])('a cancel that answers %s: %s', async (answer, status) => {
    const outTradeNo = newNumber();
    await wallet('scan', { qrCode: (await precreate(outTradeNo)).qr_code });
    await wallet('faults', { cancel: { answer, times: 1 } });
    const told = answer.startsWith('retry') ? { retry_flag: 'Y' } : { sub_code: 'AQC.SYSTEM_ERROR' };
    expect(await exec('alipay.trade.cancel', { out_trade_no: outTradeNo })).toMatchObject(told);
    expect(await exec('alipay.trade.query', { out_trade_no: outTradeNo })).toMatchObject({ trade_status: status });
    expect(await wallet('faults', { pay: { answer, times: 1 } })).toMatchObject(
      answer.startsWith('retry') ? { error: expect.any(String) } : {},
    );
    await wallet('faults', { reset: true });
  });

  test('an unknown member is refused and changes nothing', async () => {
    expect(await wallet('faults', { dropNotification: true })).toHaveProperty('error');
    expect(await wallet('faults')).toMatchObject({ dropNotifications: false });
  });

  test('reset clears faults, never books', async () => {
    const before = await wallet('trades');
    await wallet('faults', { channelClosed: true });
    expect(await precreate(newNumber())).toMatchObject({ sub_code: 'ACQ.ACCESS_FORBIDDEN' });
    await wallet('faults', { reset: true });
    expect(await precreate(newNumber())).toMatchObject({ code: '10000' });
    expect((await wallet('trades')).data).toEqual(expect.arrayContaining(before.data as unknown[]));
  });
});

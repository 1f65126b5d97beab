/** What the simulator's gateway takes of an order and tells of a trade, member by member, as Alipay does. */
import { describe, expect, test } from 'vitest';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { SdkShop } from '../support/sdk-shop.ts';

const shop = new SdkShop();
const { exec, newNumber, paidTrade, precreate, wallet } = shop;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BUYER = { buyer_logon_id: '138****5678', buyer_user_id: '2088102146225135', buyer_user_type: 'PRIVATE' };
const sums = (value: string) => ({
  ...{ receipt_amount: value, invoice_amount: value, buyer_pay_amount: value },
  point_amount: '0.00',
});
const query = (outTradeNo: string) => exec('alipay.trade.query', { out_trade_no: outTradeNo });
/** An answer without what belongs to the SDK and to every one. */
const told = ({ traceId: _, code: __, msg: ___, ...members }: Record<string, unknown>) => members;

describe('integration minor 7 a trade', () => {
  test('that waits has zeros for what was not paid, and says in which shop; a paid one says by which means', async () => {
    const outTradeNo = newNumber();
    const place = { store_id: 'main', terminal_id: 'trm_1' };
    const { qr_code } = await precreate(outTradeNo, place);
    await wallet('scan', { qrCode: qr_code });
    const waiting = told(await query(outTradeNo));
    const trade = { out_trade_no: outTradeNo, trade_no: waiting.trade_no, total_amount: '12.34', ...BUYER, ...place };
    expect(waiting).toEqual({ ...trade, trade_status: 'WAIT_BUYER_PAY', ...sums('0.00') });
    await wallet('pay', { qrCode: qr_code });
    expect(told(await query(outTradeNo))).toEqual({
      ...{ ...trade, trade_status: 'TRADE_SUCCESS', ...sums('12.34') },
      send_pay_date: chinaTime(shop.now),
      fund_bill_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: '12.34' }],
    });
  });

  test('takes numbers for amounts, of a payment and of a refund', async () => {
    const outTradeNo = newNumber();
    const { qr_code } = await precreate(outTradeNo, { total_amount: 12.34 });
    expect((await precreate(outTradeNo)).qr_code).toBe(qr_code);
    await wallet('pay', { qrCode: qr_code });
    const refund = { out_trade_no: outTradeNo, refund_amount: 2, out_request_no: 'r1' };
    expect(await exec('alipay.trade.refund', refund)).toMatchObject({ refund_fee: '2.00' });
    expect(await precreate(newNumber(), { total_amount: 0.001 })).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
  });

  test('takes two parts of an amount only if they are all of it', async () => {
    const parts = (one: unknown, other: unknown) =>
      precreate(newNumber(), { discountable_amount: one, undiscountable_amount: other });
    expect(await parts('5.00', '7.34')).toMatchObject({ code: '10000' });
    expect(await parts('0.00', '12.34')).toMatchObject({ code: '10000' });
    expect(await parts('5.00', '9.00')).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER', sub_msg: '参数无效' });
  });

  test("integration M4 is nobody else's: another seller is refused", async () => {
    expect(await precreate(newNumber(), { seller_id: '2088999999999999' })).toMatchObject({
      sub_code: 'ACQ.SELLER_NOT_EXIST',
    });
    await wallet('faults', { authorisations: { token: '2088777777777777' } });
    expect(await precreate(newNumber(), { seller_id: '2088777777777777' })).toMatchObject({
      sub_code: 'ACQ.INVALID_RECEIVE_ACCOUNT',
    });
    await wallet('faults', { reset: true });
    expect(await precreate(newNumber(), { seller_id: '2088000000000001' })).toMatchObject({ code: '10000' });
  });

  test('that is not there is cancelled without an action', async () => {
    const [never, unscanned] = [newNumber(), newNumber()];
    await precreate(unscanned);
    for (const out_trade_no of [never, unscanned])
      expect(told(await exec('alipay.trade.cancel', { out_trade_no }))).toEqual({ out_trade_no, retry_flag: 'N' });
  });
});

describe('integration minor 7 a refund', () => {
  test('says what went back and why to who asks for it, and a zero to others', async () => {
    const outTradeNo = await paidTrade();
    const detail = { query_options: ['refund_detail_item_list'] };
    const refund = (no: string, more = {}) =>
      exec('alipay.trade.refund', {
        ...{ out_trade_no: outTradeNo, refund_amount: '2.00', out_request_no: no, refund_reason: '冷' },
        ...more,
      });
    const { trade_no, ...first } = told(await refund('r1'));
    const common = { out_trade_no: outTradeNo, total_amount: '12.34', ...BUYER, gmt_refund_pay: chinaTime(shop.now) };
    expect(first).toEqual({ ...common, fund_change: 'Y', refund_fee: '2.00', send_back_fee: '0.00' });
    const list = { refund_detail_item_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: '2.00' }] };
    expect(await refund('r2', detail)).toMatchObject({ fund_change: 'Y', send_back_fee: '2.00', ...list });
    expect(await refund('r2', detail)).toMatchObject({
      fund_change: 'N',
      send_back_fee: '0.00',
      refund_detail_item_list: [],
    });
    const asked = { out_trade_no: outTradeNo, out_request_no: 'r2' };
    const found = { ...asked, trade_no, total_amount: '12.34', refund_amount: '2.00', refund_status: 'REFUND_SUCCESS' };
    const ask = async (more = {}) => told(await exec('alipay.trade.fastpay.refund.query', { ...asked, ...more }));
    expect(await ask()).toEqual({ ...found, refund_reason: '冷' });
    expect(await ask(detail)).toEqual({ ...found, refund_reason: '冷', send_back_fee: '2.00', ...list });
  });
});

describe('integration minor 7 the time of a code', () => {
  test.each([
    ['two hours where nothing is said', {}, 2 * HOUR],
    ['two hours at the most', { timeout_express: '15d' }, 2 * HOUR],
    ['the trade', { timeout_express: '90m' }, 90 * MINUTE],
    ["the code's own, where that is shorter", { timeout_express: '1h', qr_code_timeout_express: '5m' }, 5 * MINUTE],
    ['an instant before a time', { time_expire: '2026-03-01 12:07:00', timeout_express: '1h' }, 7 * MINUTE],
  ])('%s', async (_, content, lasts) => {
    shop.now = Date.parse('2026-03-01T04:00:00Z');
    const began = shop.now;
    const scanAt = async (at: number) => {
      const { qr_code } = await precreate(newNumber(), content);
      shop.now = at;
      const scanned = await wallet('scan', { qrCode: qr_code });
      shop.now = began;
      return scanned.error ?? 'scanned';
    };
    expect([await scanAt(began + lasts - 1), await scanAt(began + lasts)]).toEqual(['scanned', 'the code has expired']);
  });

  test('1c is the end of the day in China', async () => {
    shop.now = Date.parse('2026-03-01T15:30:00Z');
    const { qr_code } = await precreate(newNumber(), { timeout_express: '1c' });
    shop.now += 30 * MINUTE;
    expect(await wallet('scan', { qrCode: qr_code })).toEqual({ error: 'the code has expired' });
  });

  test.each(['1.5h', '0m', '16d', '5', 'h', '1s', ''])('%j is none', async (timeout_express) => {
    expect(await precreate(newNumber(), { timeout_express })).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
  });

  test('no end is more than fifteen days ahead', async () => {
    const at = (days: number) => ({ time_expire: chinaTime(shop.now + days * 24 * HOUR) });
    expect(await precreate(newNumber(), at(15))).toMatchObject({ code: '10000' });
    expect(await precreate(newNumber(), at(16))).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
  });
});

describe('integration minor 7 the shop is told', () => {
  const heard = (outTradeNo: string) =>
    shop.received
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
      .filter(({ out_trade_no }) => out_trade_no === outTradeNo);
  const scanned = async () => {
    const outTradeNo = newNumber();
    const { qr_code: qrCode } = await precreate(outTradeNo, { timeout_express: '5m' });
    await wallet('scan', { qrCode });
    return { outTradeNo, qrCode };
  };
  const pass = (ms: number) =>
    shop.simulator.deliverDue(shop.now + ms, (at) => {
      shop.now = at;
    });

  test('of the scan, and when the time is over', async () => {
    const { outTradeNo, qrCode } = await scanned();
    await wallet('scan', { qrCode });
    await pass(5 * MINUTE - 1);
    expect(heard(outTradeNo).map((it) => it.trade_status)).toEqual(['WAIT_BUYER_PAY']);
    const end = shop.now;
    await pass(5 * MINUTE);
    const [, closed] = heard(outTradeNo);
    expect(closed).toMatchObject({ trade_status: 'TRADE_CLOSED', refund_fee: '0.00', total_amount: '12.34' });
    expect(closed).not.toHaveProperty('gmt_payment');
    expect(end).toBeLessThanOrEqual(shop.now);
    expect(heard(outTradeNo).map((it) => shop.sdk.checkNotifySignV2(it))).toEqual([true, true]);
  });

  test('of no end of what was paid, or closed by the shop', async () => {
    const paid = await scanned();
    await wallet('pay', { qrCode: paid.qrCode });
    const closed = await scanned();
    await exec('alipay.trade.close', { out_trade_no: closed.outTradeNo });
    await pass(HOUR);
    const statuses = [paid, closed].map(({ outTradeNo }) => heard(outTradeNo).map((it) => it.trade_status));
    expect(statuses).toEqual([['WAIT_BUYER_PAY', 'TRADE_SUCCESS'], ['WAIT_BUYER_PAY']]);
  });
});

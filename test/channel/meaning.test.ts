/** What Alipay's definite answers mean; its refusals have a file of their own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, closeWire, NOW, no, ok, openWire, refund, says } from '../support/wire.ts';

beforeAll(openWire);
afterAll(closeWire);

describe('precreate', () => {
  test.each(['ACQ.TRADE_HAS_SUCCESS', 'ACQ.TRADE_HAS_CLOSE'])('%s wants a query', async (subCode) => {
    says('createQrCode', no(subCode));
    expect(await call('createQrCode')).toMatchObject({ kind: 'unknown' });
  });
});

describe('F12 query', () => {
  const trade = (trade_status: string, more = {}) => ({
    ...ok,
    trade_no: 't1',
    total_amount: '12.34',
    trade_status,
    buyer_user_id: '2088',
    ...more,
  });
  const paid = { tradeNo: 't1', paidAt: NOW, amount: { currency: 'CNY', value: 1234 } };
  const at = { send_pay_date: '2026-03-01 12:00:00' };
  test.each([
    ['WAIT_BUYER_PAY', {}, { kind: 'waiting' }],
    ['TRADE_SUCCESS', at, { kind: 'paid', refundedInFull: false, ...paid }],
    [
      'TRADE_FINISHED',
      { ...at, receipt_amount: '12.30' },
      { kind: 'paid', refundedInFull: false, ...paid, received: { currency: 'CNY', value: 1230 } },
    ],
    ['TRADE_SUCCESS', { ...at, receipt_amount: '0.00' }, { kind: 'paid', refundedInFull: false, ...paid }],
    ['TRADE_SUCCESS', { ...at, receipt_amount: '-0.01' }, { kind: 'paid', refundedInFull: false, ...paid }],
    // More than was paid is told on, and kept from the books by whoever takes the payment.
    [
      'TRADE_SUCCESS',
      { ...at, receipt_amount: '99999999.00' },
      { kind: 'paid', refundedInFull: false, ...paid, received: { currency: 'CNY', value: 9_999_999_900 } },
    ],
    ['TRADE_CLOSED', {}, { kind: 'closed' }],
    ['TRADE_CLOSED', at, { kind: 'paid', refundedInFull: true, ...paid }],
    ['TRADE_CLOSED', { send_pay_date: '' }, { kind: 'unknown', why: expect.any(String) }],
    ['WAIT_BUYER_PAY', at, { kind: 'waiting' }],
    ['TRADE_FINISHED', {}, { kind: 'unknown', why: expect.any(String) }],
    ['TRADE_SUCCESS', { send_pay_date: 'noon' }, { kind: 'unknown', why: expect.any(String) }],
    ['TRADE_SUCCESS', { ...at, total_amount: 12.34 }, { kind: 'unknown', why: expect.any(String) }],
    ['TRADE_SUCCESS', { ...at, trade_no: undefined }, { kind: 'unknown', why: expect.any(String) }],
    [
      'TRADE_SUCCESS',
      { send_pay_date: '2026-03-01 12:00:00.250' },
      { kind: 'paid', refundedInFull: false, ...paid, paidAt: NOW + 250 },
    ],
    ['TRADE_SUCCESS', {}, { kind: 'unknown', why: expect.any(String) }],
    ['TRADE_SUCCESS', { ...at, total_amount: '12.345' }, { kind: 'unknown', why: expect.any(String) }],
    ['SOMETHING_NEW', at, { kind: 'unknown', why: expect.any(String) }],
  ])('F12 a trade that is %s with %j is told as what it is', async (status, more, expected) => {
    says('query', trade(status, more));
    expect(await call('query')).toEqual(expected);
  });
});

describe('security minor 5 a received amount of zero', () => {
  const trade = { ...ok, trade_no: 't1', total_amount: '12.34', trade_status: 'TRADE_SUCCESS' };
  const paidFor = async (how: object) => {
    says('query', { ...trade, send_pay_date: '2026-03-01 12:00:00', receipt_amount: '0.00', ...how });
    return call('query');
  };

  test.each([
    { voucher_detail_list: [{ id: 'v1', amount: '12.34' }] },
    { voucher_detail_list: '[{"id":"v1","amount":"12.34"}]' },
    { fund_bill_list: [{ fund_channel: 'COUPON', amount: '12.34' }] },
    { fund_bill_list: '[{"amount":"12.34","fundChannel":"MDISCOUNT"}]' },
    { discount_amount: '12.34' },
    { mdiscount_amount: '12.34' },
  ])('a received amount of zero beside %j is zero', async (how) => {
    expect(await paidFor(how)).toMatchObject({ kind: 'paid', received: { currency: 'CNY', value: 0 } });
  });

  test.each([
    {},
    { voucher_detail_list: [], fund_bill_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: '12.34' }] },
    { voucher_detail_list: 'no list', fund_bill_list: null, discount_amount: '0.00', mdiscount_amount: 'none' },
    { voucher_detail_list: { id: 'v1' }, fund_bill_list: [null, 'COUPON'], discount_amount: 12.34 },
  ])('a received amount of zero beside %j is not told', async (how) => {
    const answer = await paidFor(how);
    expect(answer).toMatchObject({ kind: 'paid' });
    expect(answer).not.toHaveProperty('received');
  });
});

describe('close, refund, refund query', () => {
  test.each([
    ['close', ok, { kind: 'closed' }],
    [
      'refund',
      { ...ok, fund_change: 'Y', gmt_refund_pay: '2026-03-01 12:00:01', refund_fee: '9.99' },
      { kind: 'succeeded', at: NOW + 1_000, returned: { currency: 'CNY', value: 999 } },
    ],
    ['refund', { ...ok, fund_change: 'N' }, { kind: 'pending' }],
    ['refund', ok, { kind: 'pending' }],
    ['refund', { ...ok, fund_change: 'Y' }, { kind: 'succeeded', at: NOW }],
    [
      'queryRefund',
      {
        ...ok,
        out_request_no: refund.requestNo,
        refund_amount: '2.34',
        refund_status: 'REFUND_SUCCESS',
        gmt_refund_pay: '2026-03-01 12:00:01',
      },
      { kind: 'succeeded', at: NOW + 1_000, amount: { currency: 'CNY', value: 234 } },
    ],
    ['queryRefund', { code: '10000' }, { kind: 'none' }],
    ['queryRefund', { ...ok, out_request_no: refund.requestNo, refund_amount: '2.34' }, { kind: 'none' }],
    [
      'queryRefund',
      { ...ok, out_request_no: 'other', refund_amount: '2.34', refund_status: 'REFUND_SUCCESS' },
      { kind: 'unknown' },
    ],
    ['queryRefund', { ...ok, out_request_no: 'other' }, { kind: 'unknown' }],
    ['queryRefund', { ...ok, out_trade_no: 'other' }, { kind: 'unknown' }],
  ] as const)('an answer to %s of %j means %j', async (name, response, expected) => {
    says(name, response);
    expect(await call(name)).toMatchObject(expected);
  });
});

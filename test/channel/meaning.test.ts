/** What each definite answer of Alipay's gateway means. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, closeWire, NOW, no, ok, openWire, refund, says } from '../support/wire.ts';

beforeAll(openWire);
afterAll(closeWire);

describe('precreate', () => {
  test.each([
    ['ACQ.TOTAL_FEE_EXCEED', 'amount_over_limit'],
    ['ACQ.ACCESS_FORBIDDEN', 'channel_unavailable'],
    ['ACQ.EXIST_FORBIDDEN_WORD', 'text_refused'],
    ['ACQ.CONTEXT_INCONSISTENT', 'order_number_used'],
    ['ACQ.BUYER_SELLER_EQUAL', 'wrong_payer'],
    ['ACQ.NOBODY_KNOWS_THIS', 'not_completed'],
  ])('%s is a refusal: %s', async (subCode, reason) => {
    says('createQrCode', no(subCode));
    expect(await call('createQrCode')).toEqual({ kind: 'refused', refusal: { reason, code: '40004', subCode } });
  });

  test.each(['ACQ.TRADE_HAS_SUCCESS', 'ACQ.TRADE_HAS_CLOSE'])('%s wants a query', async (subCode) => {
    says('createQrCode', no(subCode));
    expect(await call('createQrCode')).toMatchObject({ kind: 'unknown' });
  });

  test.each(['20001', '40001', '40006'])('a signed %s was not carried out', async (gateway) => {
    says('createQrCode', no('isv.x', gateway));
    expect(await call('createQrCode')).toMatchObject({ kind: 'refused', refusal: { reason: 'channel_unavailable' } });
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
    ['TRADE_CLOSED', {}, { kind: 'closed' }],
    ['TRADE_CLOSED', at, { kind: 'paid', refundedInFull: true, ...paid }],
    ['TRADE_SUCCESS', {}, { kind: 'unknown', why: expect.any(String) }],
    ['TRADE_SUCCESS', { ...at, total_amount: '12.345' }, { kind: 'unknown', why: expect.any(String) }],
    ['SOMETHING_NEW', at, { kind: 'unknown', why: expect.any(String) }],
  ])('%s %j', async (status, more, expected) => {
    says('query', trade(status, more));
    expect(await call('query')).toEqual(expected);
  });

  test('no trade is absent, any other refusal is unknown', async () => {
    says('query', no('ACQ.TRADE_NOT_EXIST'));
    expect(await call('query')).toEqual({ kind: 'absent' });
    says('query', no('ACQ.INVALID_PARAMETER'));
    expect(await call('query')).toMatchObject({ kind: 'unknown' });
  });
});

describe('close, refund, refund query', () => {
  test.each([
    ['close', ok, { kind: 'closed' }],
    ['close', no('ACQ.TRADE_NOT_EXIST'), { kind: 'absent' }],
    ['close', no('ACQ.TRADE_STATUS_ERROR'), { kind: 'not_closable' }],
    ['close', no('ACQ.REASON_ILLEGAL_STATUS'), { kind: 'not_closable' }],
    ['close', no('ACQ.WHO_KNOWS'), { kind: 'unknown' }],
    [
      'refund',
      { ...ok, fund_change: 'Y', gmt_refund_pay: '2026-03-01 12:00:01', refund_fee: '9.99' },
      { kind: 'succeeded', at: NOW + 1_000 },
    ],
    ['refund', { ...ok, fund_change: 'N' }, { kind: 'pending' }],
    ['refund', ok, { kind: 'pending' }],
    ['refund', no('ACQ.SELLER_BALANCE_NOT_ENOUGH'), { kind: 'refused', refusal: { reason: 'no_cover' } }],
    ['refund', no('ACQ.TRADE_HAS_FINISHED'), { kind: 'refused', refusal: { reason: 'refund_not_possible' } }],
    ['refund', no('ACQ.REASON_TRADE_REFUND_FEE_ERR'), { kind: 'refused', refusal: { reason: 'refund_amount' } }],
    ['refund', no('ACQ.NOT_ALLOW_PARTIAL_REFUND'), { kind: 'refused', refusal: { reason: 'refund_only_in_full' } }],
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
    ['queryRefund', no('TRADE_NOT_EXIST'), { kind: 'none' }],
    ['queryRefund', no('ACQ.INVALID_PARAMETER'), { kind: 'unknown' }],
  ] as const)('%s %j means %j', async (name, response, expected) => {
    says(name, response);
    expect(await call(name)).toMatchObject(expected);
  });
});

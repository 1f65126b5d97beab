/** Alipay's codes in our words: one row per group of its public pages, for each call that may answer it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalReasons, refusalText } from '../../functions/channel/refusals.ts';
import { call, closeWire, no, openWire, says } from '../support/wire.ts';

beforeAll(openWire);
afterAll(closeWire);

const groups = (rows: Record<string, string>): [string, string][] =>
  Object.entries(rows).flatMap(([reason, codes]) => codes.split(/\s+/).map((code): [string, string] => [code, reason]));

describe('precreate', () => {
  const rows = groups({
    channel_unavailable: `ACCESS_FORBIDDEN PARTNER_ERROR MERCHANT_STATUS_NOT_NORMAL SELLER_BEEN_BLOCKED SELLER_NOT_EXIST
      INVALID_RECEIVE_ACCOUNT MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT SECONDARY_MERCHANT_STATUS_ERROR
      SECONDARY_MERCHANT_ID_INVALID SECONDARY_MERCHANT_ID_BLANK SECONDARY_MERCHANT_NOT_MATCH
      SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID`,
    shop_not_set_up: 'INVALID_STORE_ID APPLY_PC_MERCHANT_CODE_ERROR TRADE_SETTLE_ERROR DEFAULT_SETTLE_RULE_NOT_EXIST',
    amount_over_limit: `TOTAL_FEE_EXCEED BEYOND_PAY_RESTRICTION BEYOND_PER_RECEIPT_RESTRICTION
      BEYOND_PER_RECEIPT_DAY_RESTRICTION BEYOND_PER_RECEIPT_SINGLE_RESTRICTION MERCHANT_PERM_RECEIPT_SINGLE_LIMIT
      MERCHANT_PERM_RECEIPT_DAY_LIMIT`,
    text_refused: 'INVALID_PARAMETER EXIST_FORBIDDEN_WORD SUB_GOODS_SIZE_MAX_COUNT',
    expired: 'NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
    order_number_used: 'CONTEXT_INCONSISTENT',
    refused_by_risk_control: 'RISK_MERCHANT_IP_NOT_EXIST',
    wrong_payer: 'BUYER_SELLER_EQUAL TRADE_BUYER_NOT_MATCH',
    customer_cannot_pay: `BUYER_ENABLE_STATUS_FORBID BUYER_NOT_EXIST BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR
      BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR ERROR_BUYER_CERTIFY_LEVEL_LIMIT`,
    not_completed: 'SOMETHING_NEW',
  });
  test.each(rows)(
    'the code %s refuses a code as %s, with or without its prefix, misspelt or not',
    async (code, reason) => {
      for (const subCode of [`ACQ.${code}`, `AQC.${code}`, code]) {
        says('createQrCode', no(subCode));
        expect(await call('createQrCode')).toEqual({
          kind: 'refused',
          refusal: { reason, code: '40004', subCode, ...(reason === 'channel_unavailable' && { blames: 'merchant' }) },
        });
      }
    },
  );

  test.each([
    ['20001', { blames: 'app', misconfiguration: 'authorisation_missing' }],
    ['40001', { blames: 'us' }],
    ['40002', { blames: 'us' }],
    ['40006', { blames: 'app', misconfiguration: 'right_missing' }],
  ])('a signed %s was turned away before it was carried out', async (code, blame) => {
    says('createQrCode', no('isv.x', code));
    expect(await call('createQrCode')).toEqual({
      kind: 'refused',
      refusal: { reason: 'channel_unavailable', code, subCode: 'isv.x', ...blame },
    });
  });
});

describe('refund', () => {
  const rows = groups({
    no_cover: 'SELLER_BALANCE_NOT_ENOUGH',
    refund_not_possible: `TRADE_HAS_FINISHED TRADE_NOT_ALLOW_REFUND REASON_TRADE_STATUS_INVALID TRADE_STATUS_ERROR
      TRADE_NOT_EXIST ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND REASON_TRADE_BEEN_FREEZEN REFUND_ACCOUNT_NOT_EXIST
      BUYER_NOT_EXIST BUYER_ENABLE_STATUS_FORBID TRADE_SETTLE_ERROR CURRENCY_NOT_SUPPORT INVALID_PARAMETER`,
    refund_only_in_full: 'NOT_ALLOW_PARTIAL_REFUND',
    refund_amount: `REFUND_AMT_NOT_EQUAL_TOTAL REASON_TRADE_REFUND_FEE_ERR REFUND_FEE_ERROR TRADE_HAS_CLOSE
      DISCORDANT_REPEAT_REQUEST`,
    not_completed: 'BUYER_ERROR REFUND_CHARGE_ERROR OVERDRAFT_AGREEMENT_NOT_MATCH CUSTOMER_VALIDATE_ERROR',
  });
  test.each(rows)('the code %s refuses a refund as %s', async (code, reason) => {
    for (const subCode of [`ACQ.${code}`, `AQC.${code}`, code]) {
      says('refund', no(subCode));
      expect(await call('refund')).toEqual({ kind: 'refused', refusal: { reason, code: '40004', subCode } });
    }
  });
});

describe('close and queries never refuse: they say what is, or nothing', () => {
  const others = `ACCESS_FORBIDDEN INVALID_PARAMETER TRADE_HAS_SUCCESS TRADE_HAS_CLOSE SELLER_BALANCE_NOT_ENOUGH
    ENTERPRISE_PAY_BIZ_ERROR SOMETHING_NEW`;
  const rows: ['query' | 'close' | 'queryRefund', string, string][] = [
    ['query', 'absent', 'TRADE_NOT_EXIST'],
    ['query', 'unknown', `${others} TRADE_STATUS_ERROR`],
    ['close', 'absent', 'TRADE_NOT_EXIST'],
    ['close', 'not_closable', 'TRADE_STATUS_ERROR REASON_TRADE_STATUS_INVALID REASON_ILLEGAL_STATUS'],
    ['close', 'unknown', others],
    ['queryRefund', 'none', 'TRADE_NOT_EXIST'],
    ['queryRefund', 'unknown', `${others} TRADE_STATUS_ERROR`],
  ];
  test.each(rows)('an answer to %s means %s for %s', async (name, kind, codes) => {
    for (const code of codes.split(/\s+/))
      for (const subCode of [`ACQ.${code}`, `AQC.${code}`, code]) {
        says(name, no(subCode));
        expect((await call(name)).kind).toBe(kind);
      }
  });

  test.each(['20001', '40001', '40002', '40006'])('a signed %s says nothing of the trade', async (code) => {
    for (const name of ['query', 'close', 'queryRefund'] as const) {
      says(name, no('isv.insufficient-isv-permissions', code));
      expect((await call(name)).kind).toBe('unknown');
    }
  });
});

test('every reason is told in Chinese and in English, and no two alike', () => {
  const words = refusalReasons.map((reason) => refusalText(reason, 'alipay'));
  expect(words.length).toBe(18);
  for (const text of words) {
    expect(text['zh-CN']).toMatch(/^[\p{Script=Han}，。：]+。$/u);
    expect(text.en).toMatch(/^[A-Z][ -~]+\.$/);
  }
  expect(new Set(words.map((text) => text.en)).size).toBe(words.length);
});

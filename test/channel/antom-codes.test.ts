/** Antom's result codes: the reason that each is to the cashier, and whom it blames. Written down from the facts, not from the code. */
import { describe, expect, test } from 'vitest';
import { refundRefusalOf, refusalOf, UNKNOWN } from '../../functions/channel/antom/codes.ts';
import type { Refusal, RefusalReason } from '../../functions/channel/channel.ts';
import { meaningOf } from '../../functions/merchant/channel-health.ts';

type Row = readonly [codes: string, sale: RefusalReason, refund: RefusalReason, blames?: Refusal['blames']];

const ROWS: readonly Row[] = [
  [
    'ACCESS_DENIED INVALID_CONTRACT BUSINESS_NOT_SUPPORT MERCHANT_NOT_REGISTERED INVALID_MERCHANT_STATUS',
    ...(['channel_unavailable', 'refund_not_possible', 'merchant'] as const),
  ],
  [
    'MERCHANT_KYB_NOT_QUALIFIED PAYMENT_NOT_QUALIFIED REGULATION_RESTRICTION',
    ...(['channel_unavailable', 'refund_not_possible', 'merchant'] as const),
  ],
  [
    'NO_PAY_OPTIONS UNAVAILABLE_PAYMENT_METHOD PAYMENT_METHOD_NOT_SUPPORTED',
    ...(['channel_unavailable', 'refund_not_possible'] as const),
  ],
  ['PARAM_ILLEGAL', 'not_completed', 'not_completed', 'us'],
  [
    'INVALID_API NO_INTERFACE_DEF METHOD_NOT_SUPPORTED MEDIA_TYPE_NOT_ACCEPTABLE INVALID_CLIENT KEY_NOT_FOUND',
    ...(['channel_unavailable', 'refund_not_possible', 'us'] as const),
  ],
  [
    'INVALID_SIGNATURE SIGNATURE_INVALID OAUTH_FAILED UNKNOWN_CLIENT INVALID_CLIENT_STATUS CLIENT_FORBIDDEN_ACCESS_API',
    ...(['channel_unavailable', 'refund_not_possible', 'us'] as const),
  ],
  ['CURRENCY_NOT_SUPPORT SETTLE_CONTRACT_NOT_MATCH', 'currency_not_offered', 'refund_not_possible'],
  ['INVALID_CODE INVALID_PAYMENT_CODE EXPIRED_CODE', 'code_unusable', 'refund_not_possible'],
  [
    'USER_BALANCE_NOT_ENOUGH USER_AMOUNT_EXCEED_LIMIT USER_KYC_NOT_QUALIFIED USER_STATUS_ABNORMAL USER_NOT_EXIST',
    ...(['customer_cannot_pay', 'refund_not_possible'] as const),
  ],
  ['USER_PAYMENT_VERIFICATION_FAILED', 'customer_cannot_pay', 'refund_not_possible'],
  ['RISK_REJECT FRAUD_REJECT', 'refused_by_risk_control', 'refund_not_possible'],
  ['PAYMENT_AMOUNT_EXCEED_LIMIT PAYMENT_COUNT_EXCEED_LIMIT', 'amount_over_limit', 'refund_not_possible'],
  ['REPEAT_REQ_INCONSISTENT', 'order_number_used', 'refund_not_possible'],
  ['ORDER_IS_CLOSED ORDER_IS_CANCELED', 'expired', 'refund_not_possible'],
  ['MERCHANT_BALANCE_NOT_ENOUGH', 'not_completed', 'no_cover'],
  ['REFUND_WINDOW_EXCEED ORDER_STATUS_INVALID ORDER_NOT_EXIST', 'not_completed', 'refund_not_possible'],
  ['PARTIAL_REFUND_NOT_SUPPORTED', 'not_completed', 'refund_only_in_full'],
  ['REFUND_AMOUNT_EXCEED', 'not_completed', 'refund_amount'],
  ['CANCEL_WINDOW_EXCEED', 'too_late_to_reverse', 'refund_not_possible'],
  ['PROCESS_FAIL NOBODY_KNOWS_IT constructor', 'not_completed', 'not_completed'],
];
const rows = ROWS.flatMap(([codes, sale, refund, blames]) =>
  codes.split(' ').map((code) => [code, sale, refund, blames] as const),
);

describe('a code', () => {
  test.each(rows)('%s is %s of a sale, %s of a refund', (code, sale, refund, blames) => {
    const more = { code, ...(blames && { blames }) };
    expect([refusalOf(code), refundRefusalOf(code)]).toEqual([
      { reason: sale, ...more },
      { reason: refund, ...more },
    ]);
  });

  test('closes the channel only where it blames the merchant or the contract, and is signed', () => {
    const closing = rows.filter(([code]) => meaningOf(refusalOf(code), true) !== 'nothing').map(([code]) => code);
    const merchants = rows.filter(([, , , blames]) => blames === 'merchant').map(([code]) => code);
    expect([closing.length, closing]).toEqual([8, merchants]);
    expect(rows.filter(([code]) => meaningOf(refusalOf(code), false) !== 'nothing')).toEqual([]);
  });

  test('that says nothing definite is on no other list', () => {
    expect([...UNKNOWN].sort()).toEqual([
      ...['INTERNAL_ERROR', 'PAYMENT_IN_PROCESS', 'REFUND_IN_PROCESS', 'REQUEST_TRAFFIC_EXCEED_LIMIT', 'SYSTEM_ERROR'],
      'UNKNOWN_EXCEPTION',
    ]);
    expect(rows.filter(([code]) => UNKNOWN.has(code))).toEqual([]);
  });
});

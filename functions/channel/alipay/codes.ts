/**
 * What Alipay's codes mean in our words, and whose fault they are. Codes are looked up without their prefix (`ACQ.`, and the
 * misspelt `AQC.`); a code that is not listed is `not_completed`. Source: Alipay's public pages on `alipay.trade.*` and its
 * common error codes.
 */
import type { Refusal, RefusalReason } from '../channel.ts';
import { misconfigurationOf } from './misconfiguration.ts';

const CODES: Readonly<Partial<Record<RefusalReason, string>>> = {
  channel_unavailable: `ACCESS_FORBIDDEN PARTNER_ERROR MERCHANT_STATUS_NOT_NORMAL SELLER_BEEN_BLOCKED SELLER_NOT_EXIST
    INVALID_RECEIVE_ACCOUNT MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT SECONDARY_MERCHANT_STATUS_ERROR SECONDARY_MERCHANT_ID_INVALID
    SECONDARY_MERCHANT_ID_BLANK SECONDARY_MERCHANT_NOT_MATCH SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT
    SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID MERCHANT_AGREEMENT_NOT_EXIST MERCHANT_AGREEMENT_INVALID
    RESTRICTED_MERCHANT_INDUSTRY UN_SUPPORT_TRADE_SCENE CERT_EXPIRED`,
  shop_not_set_up: 'INVALID_STORE_ID APPLY_PC_MERCHANT_CODE_ERROR TRADE_SETTLE_ERROR DEFAULT_SETTLE_RULE_NOT_EXIST',
  channel_disturbed: 'SYSTEM_ERROR',
  amount_over_limit: `TOTAL_FEE_EXCEED PRODUCT_AMOUNT_LIMIT_ERROR REQUEST_AMOUNT_EXCEED BEYOND_PAY_RESTRICTION
    BEYOND_PER_RECEIPT_RESTRICTION BEYOND_PER_RECEIPT_DAY_RESTRICTION BEYOND_PER_RECEIPT_SINGLE_RESTRICTION
    MERCHANT_PERM_RECEIPT_SINGLE_LIMIT MERCHANT_PERM_RECEIPT_DAY_LIMIT`,
  code_unusable: 'PAYMENT_AUTH_CODE_INVALID PULL_MOBILE_CASHIER_FAIL',
  customer_cannot_pay: `BUYER_BALANCE_NOT_ENOUGH BUYER_BANKCARD_BALANCE_NOT_ENOUGH ERROR_BALANCE_PAYMENT_DISABLE
    NO_PAYMENT_INSTRUMENTS_AVAILABLE NOT_SUPPORT_PAYMENT_INST BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR
    BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR MOBILE_PAYMENT_SWITCH_OFF USER_FACE_PAYMENT_SWITCH_OFF NOT_CERTIFIED_USER
    BUYER_NOT_MAINLAND_CERT ERROR_BUYER_CERTIFY_LEVEL_LIMIT BUYER_ENABLE_STATUS_FORBID BUYER_NOT_EXIST`,
  wrong_payer: 'BUYER_SELLER_EQUAL TRADE_BUYER_NOT_MATCH',
  refused_by_risk_control: 'PAYMENT_REQUEST_HAS_RISK PAYMENT_FAIL RISK_MERCHANT_IP_NOT_EXIST',
  expired: 'TRADE_HAS_CLOSE NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
  order_number_used: 'CONTEXT_INCONSISTENT TRADE_HAS_SUCCESS',
  text_refused: 'EXIST_FORBIDDEN_WORD INVALID_PARAMETER SUB_GOODS_SIZE_MAX_COUNT',
  currency_not_offered: 'CURRENCY_NOT_SUPPORT AMOUNT_OR_CURRENCY_ERROR',
  no_cover: 'SELLER_BALANCE_NOT_ENOUGH',
  refund_not_possible: `TRADE_HAS_FINISHED TRADE_NOT_ALLOW_REFUND REASON_TRADE_STATUS_INVALID TRADE_STATUS_ERROR
    TRADE_NOT_EXIST ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND REASON_TRADE_BEEN_FREEZEN REFUND_ACCOUNT_NOT_EXIST`,
  refund_only_in_full: 'NOT_ALLOW_PARTIAL_REFUND',
  refund_amount: `REASON_TRADE_REFUND_FEE_ERR REFUND_FEE_ERROR REFUND_AMT_NOT_EQUAL_TOTAL DISCORDANT_REPEAT_REQUEST`,
  too_late_to_reverse: 'TRADE_CANCEL_TIME_OUT',
};

const REASON_OF = new Map(
  Object.entries(CODES).flatMap(([reason, codes]) =>
    codes.split(/\s+/).map((code) => [code, reason as RefusalReason] as const),
  ),
);

/** Alipay's sub-code without its prefix, which it leaves out or misspells at times. */
export function plainCode(subCode: string): string {
  return subCode.replace(/^(ACQ|AQC)\./, '');
}

export function reasonOf(subCode: string): RefusalReason {
  return REASON_OF.get(plainCode(subCode)) ?? 'not_completed';
}

/**
 * Why a scanned code was not paid. Reasons that speak of refunds make no sense here, and some groups of codes are known by
 * their beginning only.
 */
export function payReasonOf(subCode: string): RefusalReason {
  if (/^(AGREEMENT|AUTH)_/.test(plainCode(subCode))) return 'channel_unavailable';
  const reason = reasonOf(subCode);
  return NEVER_OF_SALES.has(reason) ? 'not_completed' : reason;
}

const NEVER_OF_SALES: ReadonlySet<RefusalReason> = new Set([
  'no_cover',
  'refund_not_possible',
  'refund_only_in_full',
  'refund_amount',
  'too_late_to_reverse',
]);

/**
 * Why a refund was refused. Codes that it shares with the sale mean something else here: a trade that is closed has gone
 * back whole, and to a customer who waits for money no text may say that nothing was paid, or ask for another card.
 */
export function refundReasonOf(subCode: string): RefusalReason {
  if (plainCode(subCode) === 'TRADE_HAS_CLOSE') return 'refund_amount';
  const reason = reasonOf(subCode);
  return OF_REFUNDS.has(reason) ? reason : 'refund_not_possible';
}

const OF_REFUNDS: ReadonlySet<RefusalReason> = new Set([
  'no_cover',
  'refund_only_in_full',
  'refund_amount',
  'not_completed',
]);

/** Codes by which the gateway calls a request of ours wrong. */
const OUR_FAULT: ReadonlySet<string> = new Set(['40001', '40002']);

/** Whose fault a refusal is, by its codes. */
export function blameOf(codes: Pick<Refusal, 'code' | 'subCode'>): Pick<Refusal, 'blames' | 'misconfiguration'> {
  const { code = '', subCode = '' } = codes;
  const misconfiguration = misconfigurationOf(codes);
  if (misconfiguration) return { blames: 'app', misconfiguration };
  if (OUR_FAULT.has(code)) return { blames: 'us' };
  // Not every reason for which a scan finds the channel unavailable: an agreement may be the customer's.
  return reasonOf(subCode) === 'channel_unavailable' ? { blames: 'merchant' } : {};
}

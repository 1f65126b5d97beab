/**
 * What Antom's result codes mean in our words, and whose fault they are. A code that is not listed is `not_completed`. Source:
 * the pages of docs.antom.com on `pay`, `cancel` and `refund`.
 */
import type { Refusal, RefusalReason } from '../channel.ts';

/** The merchant's contract or account is the reason: no order of the merchant will be taken before a person has mended it. */
const OF_THE_MERCHANT = `ACCESS_DENIED INVALID_CONTRACT BUSINESS_NOT_SUPPORT MERCHANT_NOT_REGISTERED INVALID_MERCHANT_STATUS
  MERCHANT_KYB_NOT_QUALIFIED PAYMENT_NOT_QUALIFIED REGULATION_RESTRICTION`;

/** Our client id, keys, rights or request. */
const OURS = `INVALID_API NO_INTERFACE_DEF METHOD_NOT_SUPPORTED MEDIA_TYPE_NOT_ACCEPTABLE INVALID_CLIENT KEY_NOT_FOUND
  INVALID_SIGNATURE SIGNATURE_INVALID OAUTH_FAILED UNKNOWN_CLIENT INVALID_CLIENT_STATUS CLIENT_FORBIDDEN_ACCESS_API`;

/** It speaks of one call, such as an amount that the wallet has no coin for. */
const OUR_REQUEST = 'PARAM_ILLEGAL';

const CODES: Readonly<Partial<Record<RefusalReason, string>>> = {
  channel_unavailable: `${OF_THE_MERCHANT} ${OURS} NO_PAY_OPTIONS UNAVAILABLE_PAYMENT_METHOD PAYMENT_METHOD_NOT_SUPPORTED`,
  currency_not_offered: 'CURRENCY_NOT_SUPPORT SETTLE_CONTRACT_NOT_MATCH',
  code_unusable: 'INVALID_CODE INVALID_PAYMENT_CODE EXPIRED_CODE',
  customer_cannot_pay: `USER_BALANCE_NOT_ENOUGH USER_AMOUNT_EXCEED_LIMIT USER_KYC_NOT_QUALIFIED USER_STATUS_ABNORMAL
    USER_NOT_EXIST USER_PAYMENT_VERIFICATION_FAILED`,
  refused_by_risk_control: 'RISK_REJECT FRAUD_REJECT',
  amount_over_limit: 'PAYMENT_AMOUNT_EXCEED_LIMIT PAYMENT_COUNT_EXCEED_LIMIT',
  order_number_used: 'REPEAT_REQ_INCONSISTENT',
  expired: 'ORDER_IS_CLOSED ORDER_IS_CANCELED',
  no_cover: 'MERCHANT_BALANCE_NOT_ENOUGH',
  refund_not_possible: 'REFUND_WINDOW_EXCEED ORDER_STATUS_INVALID ORDER_NOT_EXIST',
  refund_only_in_full: 'PARTIAL_REFUND_NOT_SUPPORTED',
  refund_amount: 'REFUND_AMOUNT_EXCEED',
  too_late_to_reverse: 'CANCEL_WINDOW_EXCEED',
};

/** What happened stays open, and only a query tells, with whichever status such a code comes. */
export const UNKNOWN: ReadonlySet<string> = new Set([
  ...['PAYMENT_IN_PROCESS', 'REFUND_IN_PROCESS', 'UNKNOWN_EXCEPTION', 'REQUEST_TRAFFIC_EXCEED_LIMIT'],
  ...['SYSTEM_ERROR', 'INTERNAL_ERROR'],
]);

const REASON_OF = new Map(
  Object.entries(CODES).flatMap(([reason, codes]) =>
    codes.split(/\s+/).map((code) => [code, reason as RefusalReason] as const),
  ),
);
const MERCHANTS: ReadonlySet<string> = new Set(OF_THE_MERCHANT.split(/\s+/));
const US: ReadonlySet<string> = new Set(`${OURS} ${OUR_REQUEST}`.split(/\s+/));

const OF_REFUNDS: ReadonlySet<RefusalReason> = new Set([
  ...(['no_cover', 'refund_not_possible', 'refund_only_in_full', 'refund_amount'] as const),
]);

/** The code itself, where there is one, and whom it blames. */
function named(code: string): Pick<Refusal, 'code' | 'blames'> {
  if (code === '') return {};
  if (MERCHANTS.has(code)) return { code, blames: 'merchant' };
  return US.has(code) ? { code, blames: 'us' } : { code };
}

/** Why a cancel was refused, which gives back what was paid. */
export function cancelRefusalOf(code: string): Refusal {
  return REASON_OF.get(code) === 'no_cover' ? refundRefusalOf(code) : refusalOf(code);
}

/** Why a sale was refused: reasons that speak of refunds make no sense there. */
export function refusalOf(code: string): Refusal {
  const reason = REASON_OF.get(code) ?? 'not_completed';
  return { reason: OF_REFUNDS.has(reason) ? 'not_completed' : reason, ...named(code) };
}

/** Why a refund was refused: to a customer who waits for money no text may say that nothing was paid, or ask for another card. */
export function refundRefusalOf(code: string): Refusal {
  const reason = REASON_OF.get(code);
  const own = reason === undefined || OF_REFUNDS.has(reason) ? (reason ?? 'not_completed') : 'refund_not_possible';
  return { reason: own, ...named(code) };
}

/** A code of the channel for log and order, which are kept; one without the shape of one is dropped. */
export function codeOf(text: string): string {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : '';
}

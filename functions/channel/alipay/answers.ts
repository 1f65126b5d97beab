/** What the answers of all calls to Alipay's gateway have in common: how definite they are. */
import * as z from 'zod';
import { fromDecimalText, type Money } from '../../money.ts';
import type { Refusal, Unknown } from '../channel.ts';
import type { GatewayAnswer } from './answer.ts';
import { blameOf, plainCode, reasonOf } from './codes.ts';
import { codeOf } from './shapes.ts';

/**
 * The gateway refused the call before it was carried out: contract, permission, or a fault of ours. Not `40003`, of which
 * there is no word on whether it is.
 */
const NOT_EXECUTED = new Set(['20001', '40001', '40002', '40006']);
/** What happened is unknown. `40005` is a frequency limit, with thresholds that Alipay does not publish. */
const DISTURBED = new Set(['20000', '40005']);

/** Amounts of the gateway are in yuan, and no answer, notification or bill names a currency. */
export const YUAN = 'CNY';

const text = z.string();
/** What every answer has; each call adds its own members. */
export const common = z.object({ code: text, sub_code: text.optional() });

/** An answer sorted by how definite it is, with its sub-code without prefix. */
export type Sorted<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'no'; readonly code: string; readonly subCode: string; readonly refusal: Refusal }
  | Unknown;

/** `ok`: the gateway says success, and the answer has what `schema` wants. */
export function sort<T>(answer: GatewayAnswer, schema: z.ZodType<T>): Sorted<T> {
  if (answer.kind === 'silence') return unknown(answer.why);
  if (answer.kind === 'unsigned_error') {
    const [code, subCode] = [codeOf(answer.code), codeOf(answer.subCode)];
    const why = `unsigned ${code} ${subCode}`;
    return DISTURBED.has(code)
      ? unknown(why)
      : { ...unknown(why), refusal: { reason: 'channel_unavailable', code, subCode, ...blameOf({ code, subCode }) } };
  }
  const head = common.safeParse(answer.response);
  if (!head.success) return unknown('the answer has no code');
  const code = codeOf(head.data.code);
  const sub_code = codeOf(head.data.sub_code ?? '');
  if (code === '10000') {
    const full = schema.safeParse(answer.response);
    return full.success ? { kind: 'ok', value: full.data } : unknown('the answer lacks what it must have');
  }
  const subCode = plainCode(sub_code);
  if (DISTURBED.has(code) || subCode === 'SYSTEM_ERROR') return unknown(`${code} ${sub_code}`);
  if (NOT_EXECUTED.has(code)) return no(code, sub_code, 'channel_unavailable');
  if (code === '40004') return no(code, sub_code, reasonOf(sub_code));
  return unknown(`${code} ${sub_code}`);
}

function no(code: string, subCode: string, reason: Refusal['reason']): Sorted<never> {
  return {
    kind: 'no',
    code,
    subCode: plainCode(subCode),
    refusal: { reason, code, subCode, ...blameOf({ code, subCode }) },
  };
}

/** What is answered without a call: an amount in another currency would be taken as yuan. `undefined`: it is in yuan. */
export function otherCurrency({
  amount,
}: {
  readonly amount: Money;
}): { kind: 'refused'; refusal: Refusal } | undefined {
  return amount.currency === YUAN ? undefined : { kind: 'refused', refusal: { reason: 'currency_not_offered' } };
}

export function unknown(why: string): Unknown {
  return { kind: 'unknown', why };
}

/** What Alipay tells of how a payment was paid, beside its amount. Each member may be missing, and vouchers come as text or parsed. */
export interface Paid {
  readonly receipt_amount?: string | undefined;
  readonly discount_amount?: unknown;
  readonly mdiscount_amount?: unknown;
  readonly voucher_detail_list?: unknown;
  readonly fund_bill_list?: unknown;
}

/** The members of an answer that {@link receivedOf} reads. Discounts of any form leave the payment a payment. */
export const paidMembers = {
  receipt_amount: text.optional(),
  discount_amount: z.unknown().optional(),
  mdiscount_amount: z.unknown().optional(),
  voucher_detail_list: z.unknown().optional(),
  fund_bill_list: z.unknown().optional(),
};

/**
 * What the merchant receives before the fee. A zero is what Alipay says when it does not say it, unless the same message tells of
 * vouchers or discounts that may have paid all of it.
 */
export function receivedOf(paid: Paid): Money | undefined {
  const received = amountOf(paid.receipt_amount);
  if (!received || received.value < 0) return undefined;
  return received.value > 0 || isPaidByVouchers(paid) ? received : undefined;
}

/** Means of payment that are a discount that the shop or Alipay pays, in `fund_bill_list`. */
const DISCOUNTS = new Set(['COUPON', 'DISCOUNT', 'MCOUPON', 'MDISCOUNT', 'TMARKETPOINT']);

function isPaidByVouchers(paid: Paid): boolean {
  const discounts = [paid.discount_amount, paid.mdiscount_amount];
  if (discounts.some((it) => (amountOf(it)?.value ?? 0) > 0)) return true;
  if (listOf(paid.voucher_detail_list).length > 0) return true;
  return listOf(paid.fund_bill_list).some((bill) => DISCOUNTS.has(String(bill.fund_channel ?? bill.fundChannel)));
}

function amountOf(decimal: unknown): Money | undefined {
  return typeof decimal === 'string' ? fromDecimalText(YUAN, decimal) : undefined;
}

/** A list as answers have it, or as text, which notifications carry; any other value tells nothing. */
function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  try {
    const list: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return Array.isArray(list) ? list.filter((it) => typeof it === 'object' && it !== null) : [];
  } catch {
    return [];
  }
}

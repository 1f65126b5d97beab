/** What the answers of all calls to Alipay's gateway have in common: how definite they are. */
import * as z from 'zod';
import { fromDecimalText, type Money } from '../order/money.ts';
import type { GatewayAnswer } from './alipay-gateway.ts';
import { codeOf } from './alipay-shapes.ts';
import type { Refusal, Unknown } from './channel.ts';
import { plainCode, reasonOf } from './refusals.ts';

/**
 * The gateway refused the call before it was carried out: contract, permission, or a fault of ours. Not `40003`, of which
 * nobody says whether it is.
 */
const NOT_EXECUTED = new Set(['20001', '40001', '40002', '40006']);
/** Nobody can say what happened. `40005` is a frequency limit, with thresholds that nobody publishes. */
const DISTURBED = new Set(['20000', '40005']);

/** This gateway's amounts are in yuan, and no answer, notification or bill names a currency. */
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
    return {
      kind: 'unknown',
      why: `unsigned ${code} ${subCode}`,
      refusal: { reason: 'channel_unavailable', code, subCode },
    };
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
  return { kind: 'no', code, subCode: plainCode(subCode), refusal: { reason, code, subCode } };
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

/** What the merchant receives before the fee; a zero is what Alipay says when it does not say it. */
export function receivedOf(decimal: string | undefined): Money | undefined {
  const received = decimal === undefined ? undefined : fromDecimalText(YUAN, decimal);
  return received && received.value > 0 ? received : undefined;
}

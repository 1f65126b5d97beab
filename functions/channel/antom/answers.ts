/** What the answers of all calls to Antom have in common: how definite they are, and whose payment they are about. */
import * as z from 'zod';
import type { PaidNews, Refusal, Unknown } from '../channel.ts';
import { codeOf, refusalOf, UNKNOWN } from './codes.ts';
import type { GatewayAnswer } from './gateway.ts';
import { amount, customerOf, fromAntomTime, paid, settlementOf } from './money.ts';

const text = z.string();
const head = z.object({ result: z.object({ resultStatus: text, resultCode: text.optional() }) });

/** Antom's number of a payment: 30 digits or so. */
export const paymentId = text.regex(/^[0-9A-Za-z_-]{1,64}$/);

/** An answer sorted by how definite it is. `code` is the result code, where it has the shape of one. */
export type Sorted<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'no'; readonly code: string }
  | { readonly kind: 'working'; readonly code: string }
  | Unknown;

/**
 * `ok`: `S`, signed, and the answer has what `schema` wants. `no`: `F`, signed; it is final for the number that was asked with.
 * `working`: `U`, signed.
 */
export function sort<T>(answer: GatewayAnswer, schema: z.ZodType<T>): Sorted<T> {
  if (answer.kind === 'silence') return unknown(answer.why);
  const { result } = head.safeParse(answer.body).data ?? {};
  if (!result) return unknown('the answer has no result');
  const code = codeOf(result.resultCode ?? '');
  const status = ['S', 'F', 'U'].find((it) => it === result.resultStatus);
  if (!answer.isSigned) {
    const why = `not signed: ${status ?? 'another status'} ${code}`;
    return status === 'F' && !UNKNOWN.has(code) ? { ...unknown(why), refusal: refusalOf(code) } : unknown(why);
  }
  if (status === 'S') {
    const full = schema.safeParse(answer.body);
    return full.success ? { kind: 'ok', value: full.data } : unknown('the answer lacks what it must have');
  }
  if (status === 'U') return { kind: 'working', code };
  return status === 'F' && !UNKNOWN.has(code) ? { kind: 'no', code } : unknown(`${status ?? 'another status'} ${code}`);
}

/** Whose number the answer names, if it names one, must be the one that was asked with. */
export const isOther = (named: string | undefined, asked: string) => named !== undefined && named !== asked;

export const unknown = (why: string): Unknown => ({ kind: 'unknown', why });

/** The number asked with names another ask, or one that is over: only a query knows what became of it. */
export const asksAnew = (code: string): Unknown & { refusal: Refusal } => ({
  ...unknown(code),
  refusal: refusalOf(code),
});
export const ASK = new Set(['REPEAT_REQ_INCONSISTENT', 'ORDER_IS_CLOSED', 'ORDER_IS_CANCELED', 'ORDER_STATUS_INVALID']);

/** The members of an answer or a message that tell of money received. */
export const payment = {
  paymentId: paymentId.optional().catch(undefined),
  paymentAmount: amount.optional().catch(undefined),
  paymentTime: text.optional(),
  ...paid,
};

/** The money received that they tell of; `undefined`: they lack its number, its amount or its time. */
export function newsOf(told: z.output<z.ZodObject<typeof payment>>): PaidNews | undefined {
  const { paymentId: tradeNo, paymentAmount, paymentTime } = told;
  const paidAt = fromAntomTime(paymentTime);
  if (tradeNo === undefined || !paymentAmount || paidAt === undefined) return undefined;
  const { currency } = paymentAmount;
  return { tradeNo, paidAt, amount: paymentAmount, ...customerOf(told, currency), ...settlementOf(told, currency) };
}

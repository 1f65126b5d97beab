/** What Antom's answers mean about a refund: `refund` and `inquiryRefund`. A final result is final for the refund's number. */
import * as z from 'zod';
import { equals } from '../../money.ts';
import type { EpochMs } from '../../time.ts';
import type { RefundAnswer, RefundQueryAnswer, RefundRequest } from '../channel.ts';
import { isOther, sort, unknown } from './answers.ts';
import { codeOf, refundRefusalOf } from './codes.ts';
import type { GatewayAnswer } from './gateway.ts';
import { amount, fromAntomTime, settled, settlementOf, toAntomAmount } from './money.ts';

const text = z.string();
const schema = z.object({
  refundRequestId: text.optional(),
  refundTime: text.optional(),
  refundAmount: amount.optional().catch(undefined),
  ...settled,
});
const querySchema = schema.extend({ refundStatus: text, refundResultCode: text.optional().catch(undefined) });

export function refundContent(request: RefundRequest, tradeNo: string): Record<string, unknown> {
  return {
    refundRequestId: request.requestNo,
    paymentId: tradeNo,
    refundAmount: toAntomAmount(request.amount),
    ...(request.reason !== undefined && { refundReason: request.reason }),
  };
}

export function refundAnswer(request: RefundRequest, answer: GatewayAnswer, now: () => EpochMs): RefundAnswer {
  const sorted = sort(answer, schema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'working')
    return sorted.code === 'REFUND_IN_PROCESS' ? { kind: 'pending' } : unknown(`U ${sorted.code}`);
  if (sorted.kind === 'no') return { kind: 'refused', refusal: refundRefusalOf(sorted.code) };
  const told = sorted.value;
  if (isOther(told.refundRequestId, request.requestNo)) return unknown('the answer is about another refund');
  if (told.refundAmount && !equals(told.refundAmount, request.amount)) return unknown('a refund of another amount');
  return {
    kind: 'succeeded',
    at: fromAntomTime(told.refundTime) ?? now(),
    ...settlementOf(told, request.amount.currency),
  };
}

/** `PROCESS_FAIL` is what versions before said of a number that they did not know. */
const NONE = new Set(['ORDER_NOT_EXIST', 'REFUND_NOT_EXIST', 'PROCESS_FAIL']);

export function refundQueryAnswer(
  ref: { readonly requestNo: string },
  answer: GatewayAnswer,
  now: () => EpochMs,
): RefundQueryAnswer {
  const sorted = sort(answer, querySchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'working') return unknown(`U ${sorted.code}`);
  // Any other refusal of a question tells nothing.
  if (sorted.kind === 'no') return NONE.has(sorted.code) ? { kind: 'none' } : unknown(`F ${sorted.code}`);
  const { refundRequestId, refundStatus, refundAmount, refundTime, refundResultCode = '', ...told } = sorted.value;
  if (isOther(refundRequestId, ref.requestNo)) return unknown('the answer is about another refund');
  switch (refundStatus) {
    case 'PROCESSING':
      return { kind: 'pending' };
    case 'FAIL':
      return { kind: 'failed', refusal: refundRefusalOf(codeOf(refundResultCode)) };
    case 'SUCCESS':
      if (!refundAmount) return unknown('a refund without an amount');
      return {
        kind: 'succeeded',
        at: fromAntomTime(refundTime) ?? now(),
        amount: refundAmount,
        ...settlementOf(told, refundAmount.currency),
      };
    default:
      return unknown(`refund status ${codeOf(refundStatus)}`);
  }
}

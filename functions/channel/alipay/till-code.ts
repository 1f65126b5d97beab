/**
 * What Alipay's answers mean when the terminal scans the customer: `alipay.trade.pay`, and `alipay.trade.cancel`, which
 * undoes it. The payer's name and account, which both tell, are dropped here.
 */
import * as z from 'zod';
import { fromDecimalText } from '../../money.ts';
import type { AttemptRef, CancelAnswer, TillCodeAnswer, TillCodeRequest } from '../channel.ts';
import type { GatewayAnswer } from './answer.ts';
import { common, paidMembers, receivedOf, sort, unknown, YUAN } from './answers.ts';
import { payReasonOf } from './codes.ts';
import { fromAlipayTime } from './gateway.ts';
import { codeOf, tradeNo } from './shapes.ts';

/** The trade is there and something has come of it: only a query knows what. */
const ASK = new Set(['TRADE_HAS_SUCCESS', 'TRADE_HAS_CLOSE', 'TRADE_STATUS_ERROR', 'CONTEXT_INCONSISTENT']);

const text = z.string();
const waitingSchema = z.object({ code: z.literal('10003'), out_trade_no: text });
const paidSchema = common.extend({
  out_trade_no: text,
  trade_no: tradeNo,
  total_amount: text,
  ...paidMembers,
  gmt_payment: text,
});
const cancelSchema = common.extend({
  out_trade_no: text.optional(),
  // What the cancel undid counts, also where its number is none.
  trade_no: tradeNo.optional().catch(undefined),
  retry_flag: text.optional(),
  action: text.optional(),
});

export function tillCodeAnswer(request: TillCodeRequest, answer: GatewayAnswer): TillCodeAnswer {
  const waiting = waitingSchema.safeParse(answer.kind === 'signed' ? answer.response : undefined);
  if (waiting.success)
    return waiting.data.out_trade_no === request.attemptNo
      ? { kind: 'waiting' }
      : unknown('the answer is about another trade');
  const sorted = sort(answer, paidSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'no') {
    if (ASK.has(sorted.subCode)) return unknown(sorted.subCode);
    const reason = sorted.code === '40004' ? payReasonOf(sorted.subCode) : sorted.refusal.reason;
    return { kind: 'refused', refusal: { ...sorted.refusal, reason } };
  }
  const { out_trade_no, trade_no, total_amount, gmt_payment } = sorted.value;
  if (out_trade_no !== request.attemptNo) return unknown('the answer is about another trade');
  const amount = fromDecimalText(YUAN, total_amount);
  const paidAt = fromAlipayTime(gmt_payment);
  if (!amount || paidAt === undefined) return unknown('a payment without amount or time');
  const received = receivedOf(sorted.value);
  return { kind: 'paid', tradeNo: trade_no, paidAt, amount, ...(received && { received }) };
}

export function cancelAnswer(ref: AttemptRef, answer: GatewayAnswer): CancelAnswer {
  const sorted = sort(answer, cancelSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'no')
    return sorted.subCode === 'TRADE_NOT_EXIST' ? { kind: 'absent' } : { kind: 'refused', refusal: sorted.refusal };
  const { out_trade_no, trade_no, retry_flag, action } = sorted.value;
  if (out_trade_no !== undefined && out_trade_no !== ref.attemptNo) return unknown('the answer is about another trade');
  if (retry_flag === 'Y') return unknown('the cancel wants to be repeated');
  switch (action) {
    case 'close':
      return { kind: 'closed' };
    case 'refund':
      return { kind: 'refunded', ...(trade_no !== undefined && { tradeNo: trade_no }) };
    case undefined:
      return { kind: 'absent' };
    default:
      return unknown(`cancel action ${codeOf(action)}`);
  }
}

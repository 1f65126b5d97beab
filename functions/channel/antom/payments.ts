/** What Antom's answers mean about a payment: `pay`, `inquiryPayment` and `cancel`. */
import * as z from 'zod';
import { type EpochMs, SECOND } from '../../time.ts';
import type {
  AttemptRef,
  CancelAnswer,
  CodeAnswer,
  CodeRequest,
  QueryAnswer,
  TillCodeAnswer,
  TillCodeRequest,
  TradeAnswer,
} from '../channel.ts';
import { ASK, asksAnew, isOther, newsOf, payment, paymentId, sort, unknown } from './answers.ts';
import { cancelRefusalOf, codeOf, refusalOf } from './codes.ts';
import { antomAccount, type GatewayAnswer } from './gateway.ts';
import { amount, fromAntomTime, toAntomAmount, toAntomTime } from './money.ts';

const text = z.string();
const number = text.optional();
const codeSchema = z.object({
  paymentRequestId: number,
  orderCodeForm: z.object({
    expireTime: text.optional().catch(undefined),
    codeDetails: z.array(z.object({ codeValueType: number, displayType: number, codeValue: text.min(1).max(512) })),
  }),
});
const paidSchema = z.object({ paymentRequestId: number, ...payment });
const transaction = z.object({
  transactionType: text,
  transactionStatus: number,
  transactionAmount: amount.optional().catch(undefined),
});
const inquirySchema = z.object({
  paymentRequestId: number,
  paymentStatus: text,
  transactions: z.array(transaction.optional().catch(undefined)).optional().catch(undefined),
  ...payment,
});
const tradeSchema = z.object({ paymentRequestId: text, paymentId });
const cancelSchema = z.object({ paymentRequestId: number });

/** `scene`: the customer scans our code, or we have scanned the customer's. The same request has the same content for ever. */
export function payContent(
  request: CodeRequest & Partial<Pick<TillCodeRequest, 'tillCode'>>,
  settlementCurrency: string,
  now: EpochMs,
): Record<string, unknown> {
  const { attemptNo, tillCode } = request;
  const { referenceMerchantId, merchantName, merchantMCC } = antomAccount(request.account);
  const paymentAmount = toAntomAmount(request.amount);
  const store = { referenceStoreId: request.storeId, storeName: merchantName, storeMCC: merchantMCC };
  // A till code is sent once, so that the time of the request spoils no repeat.
  const env = { storeTerminalId: request.terminalId, storeTerminalRequestTime: toAntomTime(now) };
  return {
    productCode: 'IN_STORE_PAYMENT',
    paymentRequestId: attemptNo,
    paymentAmount,
    order: {
      referenceOrderId: attemptNo,
      orderDescription: request.subject,
      orderAmount: paymentAmount,
      merchant: { referenceMerchantId, merchantMCC, merchantName, store },
      ...(tillCode !== undefined && { env }),
    },
    paymentMethod: {
      paymentMethodType: 'CONNECT_WALLET',
      ...(tillCode !== undefined && { paymentMethodId: tillCode }),
    },
    paymentFactor: { inStorePaymentScenario: tillCode === undefined ? 'OrderCode' : 'PaymentCode' },
    settlementStrategy: { settlementCurrency },
    paymentNotifyUrl: request.notifyUrl,
    paymentExpiryTime: toAntomTime(request.expiresAt),
  };
}

export function codeAnswer({ attemptNo, expiresAt }: CodeRequest, answer: GatewayAnswer): CodeAnswer {
  const sorted = sort(answer, codeSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'working') return unknown(`U ${sorted.code}`);
  if (sorted.kind === 'no')
    return ASK.has(sorted.code) ? asksAnew(sorted.code) : { kind: 'refused', refusal: refusalOf(sorted.code) };
  const { paymentRequestId, orderCodeForm } = sorted.value;
  if (isOther(paymentRequestId, attemptNo)) return unknown('a code for another order');
  const isDrawn = (type: string | undefined) => type === undefined || type === 'QRCODE';
  const code = orderCodeForm.codeDetails.find((it) => it.displayType === 'TEXT' && isDrawn(it.codeValueType));
  if (!code) return unknown('the answer has no code that can be drawn');
  const endsAt = fromAntomTime(orderCodeForm.expireTime);
  const isSooner = endsAt !== undefined && endsAt <= expiresAt - SECOND;
  return { kind: 'accepted', payload: code.codeValue, ...(isSooner && { shownUntil: endsAt }) };
}

export function tillCodeAnswer({ attemptNo }: TillCodeRequest, answer: GatewayAnswer): TillCodeAnswer {
  const sorted = sort(answer, paidSchema);
  if (sorted.kind === 'unknown') return sorted;
  // The customer confirms in the app.
  if (sorted.kind === 'working')
    return sorted.code === 'PAYMENT_IN_PROCESS' ? { kind: 'waiting' } : unknown(`U ${sorted.code}`);
  if (sorted.kind === 'no')
    return ASK.has(sorted.code) ? asksAnew(sorted.code) : { kind: 'refused', refusal: refusalOf(sorted.code) };
  if (isOther(sorted.value.paymentRequestId, attemptNo)) return unknown('the answer is about another payment');
  const news = newsOf(sorted.value);
  return news ? { kind: 'paid', ...news } : unknown('a payment without number, amount or time');
}

/** `PROCESS_FAIL` is what versions before said of a number that they did not know. */
const ABSENT = new Set(['ORDER_NOT_EXIST', 'PROCESS_FAIL']);

export function queryAnswer({ attemptNo }: AttemptRef, answer: GatewayAnswer): QueryAnswer {
  const sorted = sort(answer, inquirySchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'working') return unknown(`U ${sorted.code}`);
  if (sorted.kind === 'no') return ABSENT.has(sorted.code) ? { kind: 'absent' } : unknown(`F ${sorted.code}`);
  const told = sorted.value;
  if (isOther(told.paymentRequestId, attemptNo)) return unknown('the answer is about another payment');
  switch (told.paymentStatus) {
    case 'PROCESSING':
    case 'PENDING':
      return { kind: 'waiting' };
    case 'FAIL':
      // It failed, and money that came for it later has gone back whole.
      return told.paymentTime !== undefined && isReturned(told) ? paidAnswer(told, true) : { kind: 'closed' };
    case 'SUCCESS':
      return paidAnswer(told, isReturned(told));
    case 'CANCELLED':
      // Cancelled with a time of payment: it was paid, and Antom gives all of it back.
      return told.paymentTime === undefined ? { kind: 'closed' } : paidAnswer(told, true);
    default:
      return unknown(`payment status ${codeOf(told.paymentStatus)}`);
  }
}

type Inquiry = z.output<typeof inquirySchema>;

function paidAnswer(told: Inquiry, refundedInFull: boolean): QueryAnswer {
  const news = newsOf(told);
  return news ? { kind: 'paid', refundedInFull, ...news } : unknown('a payment without number, amount or time');
}

const BACK = new Set(['REFUND', 'CANCEL']);

/** A payment stays a success after it has gone back: what went back are transactions of it. */
function isReturned({ paymentAmount, transactions = [] }: Inquiry): boolean {
  const back = transactions.flatMap((it) =>
    it?.transactionAmount && BACK.has(it.transactionType) && it.transactionStatus === 'SUCCESS'
      ? [it.transactionAmount]
      : [],
  );
  const own = back.filter(({ currency }) => currency === paymentAmount?.currency);
  return paymentAmount !== undefined && own.reduce((sum, { value }) => sum + value, 0) >= paymentAmount.value;
}

export function tradeAnswer(wanted: string, answer: GatewayAnswer): TradeAnswer {
  const sorted = sort(answer, tradeSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'working') return unknown(`U ${sorted.code}`);
  if (sorted.kind === 'no') return ABSENT.has(sorted.code) ? { kind: 'absent' } : unknown(`F ${sorted.code}`);
  const { paymentId: named, paymentRequestId } = sorted.value;
  return named === wanted
    ? { kind: 'found', attemptNo: paymentRequestId }
    : unknown('the answer is about another payment');
}

export function cancelAnswer({ attemptNo }: AttemptRef, answer: GatewayAnswer): CancelAnswer {
  const sorted = sort(answer, cancelSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'working') return unknown(`U ${sorted.code}`);
  if (sorted.kind === 'no')
    return sorted.code === 'ORDER_NOT_EXIST'
      ? { kind: 'absent' }
      : { kind: 'refused', refusal: cancelRefusalOf(sorted.code) };
  return isOther(sorted.value.paymentRequestId, attemptNo)
    ? unknown('the answer is about another payment')
    : { kind: 'ended' };
}

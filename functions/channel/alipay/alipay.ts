/**
 * What Alipay's answers mean: the three-valued outcome of every call, in our words. Sources: Alipay's public pages on
 * `alipay.trade.*`. Payer data is dropped here; nothing behind this door knows a buyer.
 */

import { hash } from 'node:crypto';
import * as z from 'zod';
// Bundled in the sweep alone.
import { readReport } from '#report/alipay';
import { fromDecimalText, toDecimalText } from '../../money.ts';
import type {
  AttemptRef,
  Channel,
  CloseAnswer,
  CodeAnswer,
  CodeRequest,
  PaidNews,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  RefundRequest,
  ReportAnswer,
  TradeAnswer,
} from '../channel.ts';
import type { Account } from '../registry.ts';
import type { GatewayAnswer } from './answer.ts';
import { common, otherCurrency, paidMembers, receivedOf, sort, unknown, YUAN } from './answers.ts';
import { refundReasonOf } from './codes.ts';
import { type AlipayGateway, alipayAccount, fromAlipayTime, toAlipayTime } from './gateway.ts';
import type { AlipayKeys } from './keys.ts';
import { readAlipayNotification } from './notification.ts';
import { codeOf, tradeNo, withoutSeparators } from './shapes.ts';
import { cancelAnswer, tillCodeAnswer } from './till-code.ts';

const text = z.string();
const codeSchema = common.extend({ out_trade_no: text, qr_code: text.min(1).max(512) });
const tradeSchema = common.extend({
  out_trade_no: text,
  trade_no: tradeNo,
  trade_status: text,
  total_amount: text,
  ...paidMembers,
  send_pay_date: text.optional(),
});
const closeSchema = common.extend({ out_trade_no: text });
const refundSchema = common.extend({
  out_trade_no: text,
  fund_change: text.optional(),
  /** The running total of the trade, not this refund's amount. */
  refund_fee: text.optional(),
  gmt_refund_pay: text.optional(),
});
const refundQuerySchema = common.extend({
  out_trade_no: text.optional(),
  out_request_no: text.optional(),
  refund_amount: text.optional(),
  refund_status: text.optional(),
  gmt_refund_pay: text.optional(),
});

const reportSchema = common.extend({ bill_download_url: text.min(1).max(2048) });

export function createAlipayChannel(options: {
  readonly gateway: AlipayGateway;
  keys(): Promise<AlipayKeys>;
  now(): number;
}): Channel {
  const { gateway, now } = options;
  return {
    async createQrCode(request, timeoutMs) {
      const refused = otherCurrency(request);
      if (refused) return refused;
      const content = codeContent(request);
      const call = { timeoutMs, notifyUrl: request.notifyUrl };
      return codeAnswer(request, await gateway.call(request.account, 'alipay.trade.precreate', content, call));
    },
    async payWithTillCode(request, timeoutMs) {
      const refused = otherCurrency(request);
      if (refused) return refused;
      const content = { ...codeContent(request), scene: 'bar_code', auth_code: request.tillCode };
      const call = { timeoutMs, notifyUrl: request.notifyUrl };
      return tillCodeAnswer(request, await gateway.call(request.account, 'alipay.trade.pay', content, call));
    },
    async query(ref, timeoutMs) {
      const content = { out_trade_no: ref.attemptNo };
      return queryAnswer(ref, await gateway.call(ref.account, 'alipay.trade.query', content, { timeoutMs }));
    },
    async findTrade(account, tradeNo, timeoutMs) {
      const answer = await gateway.call(account, 'alipay.trade.query', { trade_no: tradeNo }, { timeoutMs });
      return tradeAnswer(tradeNo, answer);
    },
    async close(ref, timeoutMs) {
      const content = { out_trade_no: ref.attemptNo };
      return closeAnswer(ref, await gateway.call(ref.account, 'alipay.trade.close', content, { timeoutMs }));
    },
    async cancel(ref, timeoutMs) {
      const content = { out_trade_no: ref.attemptNo };
      return cancelAnswer(ref, await gateway.call(ref.account, 'alipay.trade.cancel', content, { timeoutMs }));
    },
    async refund(request, timeoutMs) {
      const refused = otherCurrency(request);
      if (refused) return refused;
      const answer = await gateway.call(request.account, 'alipay.trade.refund', refundContent(request), { timeoutMs });
      return refundAnswer(request, answer, now);
    },
    async queryRefund(ref, timeoutMs) {
      const content = { out_trade_no: ref.attemptNo, out_request_no: ref.requestNo, query_options: ['gmt_refund_pay'] };
      const answer = await gateway.call(ref.account, 'alipay.trade.fastpay.refund.query', content, { timeoutMs });
      return refundQueryAnswer(ref, answer, now);
    },
    report: (account, day, timeoutMs) => fetchReport(gateway, account, day, timeoutMs),
    async readNotification({ body }) {
      return readAlipayNotification(body, await options.keys());
    },
  };
}

function codeContent(request: CodeRequest): Record<string, unknown> {
  const { operatorId } = request;
  const account = alipayAccount(request.account);
  return {
    out_trade_no: request.attemptNo,
    total_amount: toDecimalText(request.amount),
    subject: withoutSeparators(request.subject),
    product_code: 'FACE_TO_FACE_PAYMENT',
    // The merchant's authorisation names the account already, and Alipay advises against naming it twice.
    ...(account.appAuthToken === undefined && { seller_id: account.sellerId }),
    ...(operatorId !== undefined && { operator_id: withoutSeparators(operatorId) }),
    store_id: request.storeId,
    terminal_id: request.terminalId,
    time_expire: toAlipayTime(request.expiresAt),
  };
}

function refundContent(request: RefundRequest): Record<string, unknown> {
  return {
    out_trade_no: request.attemptNo,
    refund_amount: toDecimalText(request.amount),
    out_request_no: request.requestNo,
    ...(request.reason !== undefined && { refund_reason: withoutSeparators(request.reason) }),
    ...(request.operatorId !== undefined && { operator_id: withoutSeparators(request.operatorId) }),
  };
}

function codeAnswer(request: CodeRequest, answer: GatewayAnswer): CodeAnswer {
  const sorted = sort(answer, codeSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'ok') {
    const { out_trade_no, qr_code } = sorted.value;
    return out_trade_no === request.attemptNo
      ? { kind: 'accepted', payload: qr_code }
      : unknown('a code for another order');
  }
  // The trade is there and paid, or closed: only a query knows which payment this is.
  if (sorted.subCode === 'TRADE_HAS_SUCCESS' || sorted.subCode === 'TRADE_HAS_CLOSE')
    return { ...unknown(sorted.subCode), refusal: sorted.refusal };
  return { kind: 'refused', refusal: sorted.refusal };
}

function queryAnswer(ref: AttemptRef, answer: GatewayAnswer): QueryAnswer {
  const sorted = sort(answer, tradeSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'no')
    return sorted.subCode === 'TRADE_NOT_EXIST' ? { kind: 'absent' } : unknown(`${sorted.code} ${sorted.subCode}`);
  const trade = sorted.value;
  if (trade.out_trade_no !== ref.attemptNo) return unknown('the answer is about another trade');
  const paidAt = trade.send_pay_date === undefined ? undefined : fromAlipayTime(trade.send_pay_date);
  switch (trade.trade_status) {
    case 'WAIT_BUYER_PAY':
      return { kind: 'waiting' };
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return paidAnswer(trade, paidAt, false);
    case 'TRADE_CLOSED':
      // Closed with a time of payment: it was paid, and has gone back whole.
      return trade.send_pay_date === undefined ? { kind: 'closed' } : paidAnswer(trade, paidAt, true);
    default:
      return unknown(`trade status ${codeOf(trade.trade_status)}`);
  }
}

function tradeAnswer(wanted: string, answer: GatewayAnswer): TradeAnswer {
  const sorted = sort(answer, tradeSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'no')
    return sorted.subCode === 'TRADE_NOT_EXIST' ? { kind: 'absent' } : unknown(`${sorted.code} ${sorted.subCode}`);
  const { trade_no, out_trade_no } = sorted.value;
  return trade_no === wanted
    ? { kind: 'found', attemptNo: out_trade_no }
    : unknown('the answer is about another trade');
}

function paidAnswer(
  trade: z.infer<typeof tradeSchema>,
  paidAt: number | undefined,
  refundedInFull: boolean,
): QueryAnswer {
  const amount = fromDecimalText(YUAN, trade.total_amount);
  if (!amount || paidAt === undefined) return unknown('a payment without amount or time');
  const received = receivedOf(trade);
  const news: PaidNews = { tradeNo: trade.trade_no, paidAt, amount, ...(received && { received }) };
  return { kind: 'paid', refundedInFull, ...news };
}

function closeAnswer(ref: AttemptRef, answer: GatewayAnswer): CloseAnswer {
  const sorted = sort(answer, closeSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'ok')
    return sorted.value.out_trade_no === ref.attemptNo
      ? { kind: 'closed' }
      : unknown('the answer is about another trade');
  switch (sorted.subCode) {
    case 'TRADE_NOT_EXIST':
      return { kind: 'absent' };
    case 'TRADE_STATUS_ERROR':
    case 'REASON_TRADE_STATUS_INVALID':
    case 'REASON_ILLEGAL_STATUS':
      return { kind: 'not_closable' };
    default:
      return unknown(`${sorted.code} ${sorted.subCode}`);
  }
}

function refundAnswer(request: RefundRequest, answer: GatewayAnswer, now: () => number): RefundAnswer {
  const sorted = sort(answer, refundSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'no')
    return { kind: 'refused', refusal: { ...sorted.refusal, reason: refundReasonOf(sorted.subCode) } };
  const { out_trade_no, fund_change, refund_fee = '', gmt_refund_pay } = sorted.value;
  if (out_trade_no !== request.attemptNo) return unknown('the answer is about another trade');
  if (fund_change !== 'Y') return { kind: 'pending' };
  const returned = fromDecimalText(request.amount.currency, refund_fee);
  const sum = returned && returned.value > 0 && { returned };
  return { kind: 'succeeded', at: fromAlipayTime(gmt_refund_pay ?? '') ?? now(), ...sum };
}

/**
 * Alipay says the same of a bill that is not written yet and of one that never will be; its documents name these codes
 * without the prefix that answers may carry.
 */
const NO_BILL = /^(isp\.)?(BILL_NOT_EXIST|NO_BILL_DATA)$/i;

/** The link lives for 30 s, so it is followed at once. A day without trades has a file, too: one without rows. */
async function fetchReport(
  gateway: AlipayGateway,
  account: Account,
  day: string,
  timeoutMs: number,
): Promise<ReportAnswer> {
  const content = { bill_type: 'trade', bill_date: day };
  const answer = await gateway.call(account, 'alipay.data.dataservice.bill.downloadurl.query', content, { timeoutMs });
  const sorted = sort(answer, reportSchema);
  if (sorted.kind === 'unknown') return sorted;
  if (sorted.kind === 'no')
    return NO_BILL.test(sorted.subCode) ? { kind: 'not_ready' } : unknown(`${sorted.code} ${sorted.subCode}`);
  const file = await gateway.download(sorted.value.bill_download_url, timeoutMs);
  if (file.kind === 'silence') return unknown(file.why);
  if (file.kind === 'too_large') return { kind: 'unreadable', why: file.why, hash: null };
  const billHash = hash('sha256', file.bytes);
  return { ...(await readReport(file.bytes, { sellerId: alipayAccount(account).sellerId, day })), hash: billHash };
}

function refundQueryAnswer(
  ref: AttemptRef & { readonly requestNo: string },
  answer: GatewayAnswer,
  now: () => number,
): RefundQueryAnswer {
  const sorted = sort(answer, refundQuerySchema);
  if (sorted.kind === 'unknown') return sorted;
  // No such trade means no such refund; any other refusal of a question tells nothing.
  if (sorted.kind === 'no')
    return sorted.subCode === 'TRADE_NOT_EXIST' ? { kind: 'none' } : unknown(`${sorted.code} ${sorted.subCode}`);
  const { out_trade_no, out_request_no, refund_amount, refund_status, gmt_refund_pay } = sorted.value;
  if (out_trade_no !== undefined && out_trade_no !== ref.attemptNo) return unknown('the answer is about another trade');
  if (out_request_no !== undefined && out_request_no !== ref.requestNo)
    return unknown('the answer is about another refund');
  if (refund_status !== 'REFUND_SUCCESS') return { kind: 'none' };
  const amount = refund_amount === undefined ? undefined : fromDecimalText(YUAN, refund_amount);
  if (!amount) return unknown('a refund without an amount');
  return { kind: 'succeeded', at: fromAlipayTime(gmt_refund_pay ?? '') ?? now(), amount };
}

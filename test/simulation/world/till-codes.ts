/** What the channel does with a till code in virtual time: it pays by it, and cancels what came of it. */
import type { Books, Trade } from '../../../bin/local/alipay-simulator/books.ts';
import { paidNews } from './deliveries.ts';
import type { Io } from './io.ts';
import type { AttemptRef, CancelAnswer, CodeRequest, TillCodeAnswer, TillCodeRequest, Unknown } from './port.ts';
import { receivedOf } from './report.ts';

export interface Desk {
  readonly io: Io;
  readonly books: Books;
  readonly now: number;
  notify(trade: Trade, refundNo: string | undefined): void;
}

export function payByCode(desk: Desk, request: TillCodeRequest): TillCodeAnswer {
  if (desk.io.strikes('refusePay')) return refusedPay(desk, request);
  const trade = desk.books.payByCode(orderOf(request), request.tillCode, desk.now);
  if ('no' in trade) {
    if (trade.no === 'TRADE_HAS_SUCCESS' || trade.no === 'TRADE_HAS_CLOSE') return unknown(trade.no);
    const reason = trade.no === 'BUYER_BALANCE_NOT_ENOUGH' ? 'customer_cannot_pay' : 'code_unusable';
    return { kind: 'refused', refusal: { reason, subCode: trade.no } };
  }
  if (trade.paidAt === null) return { kind: 'waiting' };
  desk.notify(trade, undefined);
  return { kind: 'paid', ...paidNews(trade) };
}

/** By a code that nobody knows, with or without an effect: only a query tells. */
function refusedPay(desk: Desk, request: TillCodeRequest): TillCodeAnswer {
  if (desk.io.world.chance.hit(0.5)) {
    const trade = desk.books.payByCode(orderOf(request), request.tillCode, desk.now);
    if (!('no' in trade) && trade.paidAt !== null) desk.notify(trade, undefined);
  }
  return { kind: 'refused', refusal: { reason: 'not_completed', subCode: 'NEVER_SEEN' } };
}

export function cancel(desk: Desk, ref: AttemptRef): CancelAnswer {
  const trade = desk.books.find(ref.account.appId, { outTradeNo: ref.attemptNo }, desk.now);
  if (!trade) return { kind: 'absent' };
  if (desk.io.strikes('noCover') && trade.status === 'TRADE_SUCCESS')
    return { kind: 'refused', refusal: { reason: 'no_cover' } };
  const before = trade.refunds.length;
  const result = desk.books.cancel(trade, desk.now);
  if ('no' in result) {
    if (result.no === 'TRADE_NOT_EXIST') return { kind: 'absent' };
    return { kind: 'refused', refusal: { reason: 'refund_amount', subCode: result.no } };
  }
  if (trade.refunds.length > before) desk.notify(trade, trade.outTradeNo);
  if (desk.io.strikes('cancelAgain')) return unknown('the cancel wants to be repeated');
  if (result.action === 'refund') return { kind: 'refunded', tradeNo: trade.tradeNo ?? '' };
  return result.action === 'close' ? { kind: 'closed' } : { kind: 'absent' };
}

export function orderOf(request: CodeRequest) {
  return {
    appId: request.account.appId,
    sellerId: request.account.sellerId,
    outTradeNo: request.attemptNo,
    amount: request.amount.value,
    received: receivedOf(request.attemptNo, request.amount.value),
    subject: request.subject,
    content: JSON.stringify([request.amount.value, request.subject, request.expiresAt]),
    notifyUrl: request.notifyUrl,
    endsAt: request.expiresAt,
  };
}

export function unknown(why: string): Unknown {
  return { kind: 'unknown', why };
}

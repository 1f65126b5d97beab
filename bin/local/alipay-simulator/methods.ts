/** What each gateway method does to the books, and the response it answers with. */
import type { BillDesk } from './bill-desk.ts';
import { type Books, type No, type Order, refundedSum, type Trade } from './books.ts';
import { answeredParts, paidSums } from './discount.ts';
import type { Notifier } from './notifier.ts';
import { type App, chinaTime, type Response, readChinaTime, readYuan, yuan } from './wire.ts';

export interface Call {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly bills: BillDesk;
  readonly app: App;
  /** Whose account it is about: the app's own, or that of a merchant who authorised it. */
  readonly sellerId: string;
  sees(trade: Trade): boolean;
  readonly now: number;
  readonly notifyUrl: string | null;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A payer as Alipay shows one to the merchant. Whoever receives this must not keep it. */
const BUYER = { buyer_logon_id: '138****5678', buyer_user_id: '2088102146225135' };

const HOUR = 3_600_000;

export function ok(members: Readonly<Record<string, unknown>> = {}): Response {
  return { code: '10000', msg: 'Success', ...members };
}

export function no(subCode: string): Response {
  return { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: `业务处理失败：${subCode}` };
}

function isNo<T extends object>(result: T | No): result is No {
  return 'no' in result;
}

const acq = ({ no: code }: No) => no(`ACQ.${code}`);

export const METHODS: Readonly<Record<string, (call: Call) => Response>> = {
  'alipay.trade.precreate': (call) => {
    const order = orderOf(call);
    if (isNo(order)) return acq(order);
    const trade = call.books.precreate(order, call.now);
    return isNo(trade) ? acq(trade) : ok({ out_trade_no: trade.outTradeNo, qr_code: trade.qrCode });
  },
  'alipay.trade.pay': (call) => {
    const order = orderOf(call);
    if (isNo(order)) return acq(order);
    const { scene, auth_code } = call.content;
    if (scene !== 'bar_code' || typeof auth_code !== 'string') return no('ACQ.INVALID_PARAMETER');
    const trade = call.books.payByCode(order, auth_code, call.now);
    if (isNo(trade)) return acq(trade);
    if (trade.paidAt === null)
      return { ...ok(tradeMembers(trade)), code: '10003', msg: ' order success pay inprocess' };
    call.notifier.paid(trade, call.now);
    return ok({ ...tradeMembers(trade), ...paidMembers(trade), gmt_payment: chinaTime(trade.paidAt) });
  },
  'alipay.trade.query': (call) =>
    onTrade(call, (trade) => {
      if (trade.status === 'NONE') return no('ACQ.TRADE_NOT_EXIST');
      const paid = trade.paidAt === null ? {} : { ...paidMembers(trade), send_pay_date: chinaTime(trade.paidAt) };
      return ok({ ...tradeMembers(trade), trade_status: trade.status, ...paid });
    }),
  'alipay.trade.close': (call) =>
    onTrade(call, (trade) => {
      const closed = call.books.close(trade, call.now);
      return isNo(closed) ? acq(closed) : ok({ trade_no: closed.tradeNo, out_trade_no: closed.outTradeNo });
    }),
  'alipay.trade.cancel': (call) =>
    onTrade(call, (trade) => {
      const before = trade.refunds.length;
      const cancelled = call.books.cancel(trade, call.now);
      if (isNo(cancelled)) return acq(cancelled);
      if (trade.refunds.length > before) call.notifier.refunded(trade, trade.outTradeNo, call.now);
      return ok({ trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo, retry_flag: 'N', ...cancelled });
    }),
  'alipay.trade.refund': (call) =>
    onTrade(call, (trade) => {
      const amount = readYuan(call.content.refund_amount);
      if (amount === undefined) return no('ACQ.INVALID_PARAMETER');
      const named = textOf(call.content.out_request_no);
      if (named === undefined && amount !== trade.amount) return no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
      const number = named ?? trade.outTradeNo;
      const result = call.books.refund(trade, number, amount, call.now);
      if (isNo(result)) return acq(result);
      if (result.moved) call.notifier.refunded(trade, number, call.now, textOf(call.content.refund_reason));
      return ok({
        ...tradeMembers(trade),
        fund_change: result.moved ? 'Y' : 'N',
        refund_fee: yuan(refundedSum(trade)),
        gmt_refund_pay: chinaTime(result.refund.at),
      });
    }),
  'alipay.trade.fastpay.refund.query': (call) =>
    onTrade(call, (trade) => {
      if (trade.status === 'NONE') return no('TRADE_NOT_EXIST');
      const number = textOf(call.content.out_request_no);
      if (number === undefined) return no('ACQ.INVALID_PARAMETER');
      const refund = trade.refunds.find((it) => it.outRequestNo === number);
      // Not a success and not an error either: 10000 without a status.
      if (!refund) return ok();
      const options = Array.isArray(call.content.query_options) ? call.content.query_options : [];
      return ok({
        trade_no: trade.tradeNo,
        out_trade_no: trade.outTradeNo,
        out_request_no: number,
        total_amount: yuan(trade.amount),
        refund_amount: yuan(refund.amount),
        refund_status: 'REFUND_SUCCESS',
        ...(options.includes('gmt_refund_pay') && { gmt_refund_pay: chinaTime(refund.at) }),
      });
    }),
  'alipay.data.dataservice.bill.downloadurl.query': ({ bills, app, sellerId, content, now }) => {
    if (content.bill_type !== 'trade') return no('isp.TYPE_NOT_SUPPORTED');
    const link = bills.link(app, sellerId, String(content.bill_date), now);
    if (isNo(link)) return no(link.no);
    return ok({ bill_download_url: link.url, ...(link.isEmpty && { bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' }) });
  },
};

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function onTrade(call: Call, run: (trade: Trade) => Response): Response {
  const outTradeNo = textOf(call.content.out_trade_no);
  const tradeNo = textOf(call.content.trade_no);
  if (outTradeNo === undefined && tradeNo === undefined) return no('ACQ.INVALID_PARAMETER');
  const key = { ...(outTradeNo && { outTradeNo }), ...(tradeNo && { tradeNo }) };
  const trade = call.books.find(call.app.appId, key, call.now);
  return trade && call.sees(trade) ? run(trade) : no('ACQ.TRADE_NOT_EXIST');
}

function orderOf({ app, sellerId, content, now, notifyUrl }: Call): Order | No {
  const { out_trade_no, total_amount, subject, time_expire, seller_id = sellerId } = content;
  const amount = readYuan(total_amount);
  if (typeof out_trade_no !== 'string' || !/^[A-Za-z0-9_]{1,64}$/.test(out_trade_no))
    return { no: 'INVALID_PARAMETER' };
  if (amount === undefined) return { no: 'INVALID_PARAMETER' };
  if (typeof subject !== 'string' || subject.length < 1 || subject.length > 256) return { no: 'INVALID_PARAMETER' };
  if (typeof seller_id !== 'string' || !/^2088\d{12}$/.test(seller_id)) return { no: 'INVALID_RECEIVE_ACCOUNT' };
  const endsAt = time_expire === undefined ? now + 3 * HOUR : readChinaTime(String(time_expire));
  if (endsAt === undefined) return { no: 'INVALID_PARAMETER' };
  return {
    appId: app.appId,
    sellerId: seller_id,
    outTradeNo: out_trade_no,
    amount,
    subject,
    content: JSON.stringify([amount, subject, seller_id, time_expire ?? null]),
    notifyUrl,
    ...placeOf(content),
    // A code never lives longer than two hours, whatever is asked for.
    endsAt: Math.min(endsAt, now + 2 * HOUR),
  };
}

function placeOf({
  store_id,
  operator_id,
  terminal_id,
}: Call['content']): Pick<Order, 'storeId' | 'operatorId' | 'terminalId'> {
  return {
    ...(typeof store_id === 'string' && { storeId: store_id }),
    ...(typeof operator_id === 'string' && { operatorId: operator_id }),
    ...(typeof terminal_id === 'string' && { terminalId: terminal_id }),
  };
}

function tradeMembers(trade: Trade): Record<string, unknown> {
  return { trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo, total_amount: yuan(trade.amount), ...BUYER };
}

function paidMembers(trade: Trade): Record<string, unknown> {
  return { ...paidSums(trade), ...answeredParts(trade) };
}

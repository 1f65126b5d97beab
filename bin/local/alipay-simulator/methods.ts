/** What each gateway method does to the books, and the response it answers with. */
import type { BillDesk } from './bill-desk.ts';
import { type Books, type No, refundedSum, type Trade } from './books.ts';
import { answeredParts, fundsOf, paidSums, UNPAID_SUMS } from './discount.ts';
import type { Notifier } from './notifier.ts';
import { orderOf, readAmount } from './orders.ts';
import { businessText } from './texts.ts';
import { type App, chinaTime, type Response, yuan } from './wire.ts';

export interface Call {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly bills: BillDesk;
  readonly app: App;
  /** Whose account it is about: the app's own, or that of a merchant who authorised it. */
  readonly sellerId: string;
  /** All that the app may act for. */
  readonly sellers: readonly (string | null)[];
  sees(trade: Trade): boolean;
  readonly now: number;
  readonly notifyUrl: string | null;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A payer as Alipay shows one to the merchant. The receiver must not keep this. */
const BUYER = { buyer_logon_id: '138****5678', buyer_user_id: '2088102146225135', buyer_user_type: 'PRIVATE' };

export function ok(members: Readonly<Record<string, unknown>> = {}): Response {
  return { code: '10000', msg: 'Success', ...members };
}

export function no(subCode: string): Response {
  return { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: businessText(subCode) };
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
      return { ...ok({ ...tradeMembers(trade), ...UNPAID_SUMS }), code: '10003', msg: ' order success pay inprocess' };
    call.notifier.paid(trade, call.now);
    return ok({ ...tradeMembers(trade), ...paidMembers(trade), gmt_payment: chinaTime(trade.paidAt) });
  },
  'alipay.trade.query': (call) =>
    onTrade(call, (trade) => {
      if (trade.status === 'NONE') return no('ACQ.TRADE_NOT_EXIST');
      const sums =
        trade.paidAt === null ? UNPAID_SUMS : { ...paidMembers(trade), send_pay_date: chinaTime(trade.paidAt) };
      return ok({ ...tradeMembers(trade), ...shopMembers(trade), trade_status: trade.status, ...sums });
    }),
  'alipay.trade.close': (call) =>
    onTrade(call, (trade) => {
      const closed = call.books.close(trade, call.now);
      return isNo(closed) ? acq(closed) : ok({ trade_no: closed.tradeNo, out_trade_no: closed.outTradeNo });
    }),
  'alipay.trade.cancel': (call) => {
    const answer = onTrade(call, (trade) => {
      const before = trade.refunds.length;
      const cancelled = call.books.cancel(trade, call.now);
      if (isNo(cancelled)) return acq(cancelled);
      if (trade.refunds.length > before) call.notifier.refunded(trade, trade.outTradeNo, call.now);
      return ok({ trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo, retry_flag: 'N', ...cancelled });
    });
    // Where there is nothing to undo, a cancel has succeeded and names no action.
    const { out_trade_no, trade_no } = call.content;
    return answer.sub_code === 'ACQ.TRADE_NOT_EXIST' ? ok({ out_trade_no, trade_no, retry_flag: 'N' }) : answer;
  },
  'alipay.trade.refund': (call) =>
    onTrade(call, (trade) => {
      const amount = readAmount(call.content.refund_amount);
      if (amount === undefined) return no('ACQ.INVALID_PARAMETER');
      const named = textOf(call.content.out_request_no);
      if (named === undefined && amount !== trade.amount) return no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
      const number = named ?? trade.outTradeNo;
      const reason = textOf(call.content.refund_reason);
      const result = call.books.refund(trade, number, amount, call.now, reason);
      if (isNo(result)) return acq(result);
      if (result.moved) call.notifier.refunded(trade, number, call.now, reason);
      return ok({
        ...tradeMembers(trade),
        fund_change: result.moved ? 'Y' : 'N',
        refund_fee: yuan(refundedSum(trade)),
        gmt_refund_pay: chinaTime(result.refund.at),
        ...returnedMembers(call, trade, result.moved ? result.refund.amount : 0),
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
      return ok({
        trade_no: trade.tradeNo,
        out_trade_no: trade.outTradeNo,
        out_request_no: number,
        total_amount: yuan(trade.amount),
        refund_amount: yuan(refund.amount),
        refund_status: 'REFUND_SUCCESS',
        ...(refund.reason !== undefined && { refund_reason: refund.reason }),
        ...(wants(call, 'gmt_refund_pay') && { gmt_refund_pay: chinaTime(refund.at) }),
        ...(wants(call, 'refund_detail_item_list') && returnedMembers(call, trade, refund.amount)),
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

function tradeMembers(trade: Trade): Record<string, unknown> {
  return { trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo, total_amount: yuan(trade.amount), ...BUYER };
}

function paidMembers(trade: Trade): Record<string, unknown> {
  return { ...paidSums(trade), ...answeredParts(trade) };
}

function shopMembers({ storeId, terminalId }: Trade): Record<string, unknown> {
  return {
    ...(storeId !== undefined && { store_id: storeId }),
    ...(terminalId !== undefined && { terminal_id: terminalId }),
  };
}

function wants({ content }: Call, option: string): boolean {
  return Array.isArray(content.query_options) && content.query_options.includes(option);
}

/** What the merchant has given back of `fen`, and through which means: only for who asks, and else a zero that tells nothing. */
function returnedMembers(call: Call, trade: Trade, fen: number): Record<string, unknown> {
  if (!wants(call, 'refund_detail_item_list')) return { send_back_fee: '0.00' };
  const [funds] = fundsOf(trade);
  return {
    send_back_fee: yuan(fen),
    refund_detail_item_list: fen === 0 ? [] : [{ fund_channel: funds?.channel, amount: yuan(fen) }],
  };
}

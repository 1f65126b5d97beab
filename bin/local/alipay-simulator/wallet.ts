/**
 * The customer's side: what the wallet app would do and see; and the merchant's own console, where the owner refunds by hand. `force` of a payment is the worst case of the real world:
 * money that was under way at a bank arrives although the trade was closed.
 */
import { type Books, refundedSum, type Trade } from './books.ts';
import { receivedOf } from './discount.ts';
import { changeFaults, type Faults } from './faults.ts';
import type { Notifier } from './notifier.ts';
import { type AppKeys, readYuan } from './wire.ts';

export interface WalletOptions {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly faults: Faults;
  readonly keys: ReadonlyMap<string, AppKeys>;
  readonly now: () => number;
  readonly faultsChanged: () => void;
  /** Genuine calls of the gateway since this process began. */
  readonly calls: { count: number };
}

export interface WalletReply {
  readonly status: number;
  readonly body: unknown;
}

type Body = Readonly<Record<string, unknown>>;
type Action = (options: WalletOptions, body: Body) => WalletReply;

const ok = (body: unknown): WalletReply => ({ status: 200, body });
const refused = (status: number, error: string): WalletReply => ({ status, body: { error } });
const cny = (value: number) => ({ currency: 'CNY', value });

const ACTIONS: Readonly<Record<string, { readonly members: readonly string[]; readonly run: Action }>> = {
  'POST /wallet/scan': { members: ['qrCode'], run: scan },
  'POST /wallet/pay': { members: ['qrCode', 'wrongPassword', 'force', 'shopDiscount'], run: pay },
  'POST /wallet/codes': { members: ['noMoney', 'shopDiscount'], run: newCode },
  'POST /wallet/result': { members: ['tillCode'], run: resultOf },
  'POST /wallet/confirm': { members: ['tillCode', 'wrongPassword', 'force'], run: confirm },
  'POST /wallet/refund': { members: ['outTradeNo', 'tradeNo', 'amount'], run: refund },
  'GET /wallet/trades': { members: [], run: listTrades },
  'GET /wallet/notifications': { members: [], run: listNotifications },
  'GET /wallet/calls': { members: [], run: ({ calls }) => ok(calls) },
  'GET /wallet/faults': { members: [], run: ({ faults }) => ok(faults) },
};

export const WALLET_ROUTES = [...Object.keys(ACTIONS), 'POST /wallet/faults'];

export function answerWallet(options: WalletOptions, route: string, body: Body): WalletReply {
  if (route === 'POST /wallet/faults') return setFaults(options, body);
  const action = ACTIONS[route];
  if (!action) return refused(404, `no such route; there are ${WALLET_ROUTES.join(', ')}`);
  const unknown = Object.keys(body).find((name) => !action.members.includes(name));
  if (unknown) return refused(400, `unknown member ${unknown}; known: ${action.members.join(', ') || 'none'}`);
  return action.run(options, body);
}

function setFaults(options: WalletOptions, body: Body): WalletReply {
  const wrong = changeFaults(options.faults, body);
  if (wrong) return refused(400, wrong);
  options.faultsChanged();
  return ok(options.faults);
}

function tradeOf({ books, now }: WalletOptions, body: Body): Trade | WalletReply {
  if (typeof body.qrCode !== 'string') return refused(400, 'qrCode is the text of the code');
  return books.byQrCode(body.qrCode, now()) ?? refused(404, 'nobody knows this code');
}

function isReply(it: Trade | WalletReply): it is WalletReply {
  return 'body' in it;
}

function scan(options: WalletOptions, body: Body): WalletReply {
  const trade = tradeOf(options, body);
  if (isReply(trade)) return trade;
  const now = options.now();
  const isNew = trade.status === 'NONE';
  const scanned = options.books.scan(trade, now);
  if ('no' in scanned) return refused(410, 'the code has expired');
  if (isNew) options.notifier.waiting(trade, now);
  return ok(shown(options, trade));
}

/** What the customer is asked to pay for. */
function shown({ keys }: WalletOptions, { appId, subject, amount, tradeNo }: Trade) {
  return { merchantName: keys.get(appId)?.app.merchantName ?? '', subject, amount: cny(amount), tradeNo };
}

function pay(options: WalletOptions, body: Body): WalletReply {
  const trade = tradeOf(options, body);
  if (isReply(trade)) return trade;
  const discount = readDiscount(body);
  if (discount === undefined || discount > trade.amount)
    return refused(400, "shopDiscount is yuan as text, such as 20.00, and at most the order's amount");
  const now = options.now();
  const scanned = options.books.scan(trade, now);
  if ('no' in scanned) return ok({ result: 'expired', tradeNo: null });
  return enterPassword(options, trade, body, now, discount);
}

/** What a coupon of the shop's own pays, fen: 0 without one, undefined for what is no amount. */
function readDiscount({ shopDiscount }: Body): number | undefined {
  return shopDiscount === undefined ? 0 : readYuan(shopDiscount);
}

function enterPassword(options: WalletOptions, trade: Trade, body: Body, now: number, discount = 0): WalletReply {
  const { tradeNo } = trade;
  if (body.wrongPassword === true) return ok({ result: 'wrong_password', tradeNo });
  const paid = options.books.pay(trade, now, body.force === true, discount);
  if ('no' in paid) return ok({ result: 'closed', tradeNo });
  options.notifier.paid(trade, now);
  return ok({ result: 'success', tradeNo });
}

function newCode({ books, now }: WalletOptions, body: Body): WalletReply {
  const { noMoney = false } = body;
  if (typeof noMoney !== 'boolean') return refused(400, 'noMoney is true or false');
  const discount = readDiscount(body);
  if (discount === undefined) return refused(400, 'shopDiscount is yuan as text, such as 20.00');
  return ok({ tillCode: books.newTillCode(now(), noMoney, discount).code });
}

const RESULTS = { NONE: 'unused', WAIT_BUYER_PAY: 'waiting', TRADE_SUCCESS: 'success', TRADE_CLOSED: 'closed' };

/** What became of the code that the app shows: the app hears of it as soon as a till has scanned it. */
function resultOf(options: WalletOptions, body: Body): WalletReply {
  if (typeof body.tillCode !== 'string') return refused(400, 'tillCode is the text of the code');
  const now = options.now();
  const trade = options.books.waitingForCode(body.tillCode, now);
  if (trade) return ok({ result: RESULTS[trade.status], ...shown(options, trade) });
  const code = options.books.tillCodes.get(body.tillCode);
  if (!code) return refused(404, 'nobody knows this code');
  return ok({ result: code.used || now >= code.endsAt ? 'expired' : 'unused' });
}

function confirm(options: WalletOptions, body: Body): WalletReply {
  if (typeof body.tillCode !== 'string') return refused(400, 'tillCode is the text of the code');
  const now = options.now();
  const trade = options.books.waitingForCode(body.tillCode, now);
  return trade ? enterPassword(options, trade, body, now) : refused(404, 'no payment waits for this code');
}

/** The owner gives back `amount` fen, or all that is left, in the merchant's console; the shop hears of it by a notification. */
function refund(options: WalletOptions, { outTradeNo, tradeNo, amount }: Body): WalletReply {
  const { books, notifier } = options;
  const now = options.now();
  const known = [...books.trades.values()].find((it) => it.outTradeNo === outTradeNo || it.tradeNo === tradeNo);
  const trade = known && books.find(known.appId, { outTradeNo: known.outTradeNo }, now);
  if (!trade) return refused(404, 'no such trade; outTradeNo or tradeNo names one');
  const fen = amount ?? trade.amount - refundedSum(trade);
  if (!Number.isSafeInteger(fen) || Number(fen) < 1) return refused(400, 'amount is fen, one at the least');
  const outRequestNo = `console-${trade.refunds.length + 1}`;
  const done = books.refund(trade, outRequestNo, Number(fen), now);
  if ('no' in done) return refused(409, done.no);
  notifier.refunded(trade, outRequestNo, now);
  return ok({ outRequestNo, refundedAmount: cny(refundedSum(trade)) });
}

function listTrades({ books, now }: WalletOptions): WalletReply {
  const trades = [...books.trades.values()].map(
    (it) => books.find(it.appId, { outTradeNo: it.outTradeNo }, now()) ?? it,
  );
  return ok({
    data: trades.map((trade) => ({
      outTradeNo: trade.outTradeNo,
      tradeNo: trade.tradeNo,
      status: trade.status,
      subject: trade.subject,
      totalAmount: cny(trade.amount),
      receivedAmount: cny(trade.paidAt === null ? 0 : receivedOf(trade)),
      refundedAmount: cny(refundedSum(trade)),
      refunds: trade.refunds.map(({ outRequestNo, amount }) => ({ outRequestNo, amount: cny(amount) })),
    })),
  });
}

function listNotifications({ notifier }: WalletOptions): WalletReply {
  return ok({
    data: notifier.notices
      .filter(({ ifExpired, tries }) => !ifExpired || tries > 0)
      .map(({ outTradeNo, notifyId, attempts }) => ({ outTradeNo, notifyId, attempts })),
  });
}

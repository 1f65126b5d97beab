/**
 * The customer's side: what a wallet app would do and see; and the merchant's dashboard, where the owner refunds by hand. `force`
 * of a payment is the worst case of the real world: money that was under way arrives although the payment is over.
 */
import type { Books } from './books.ts';
import { changeFaults, type Faults } from './faults.ts';
import type { Money } from './money.ts';
import type { Notifier } from './notifier.ts';
import { isNo, type Payment } from './payments.ts';
import { USUAL_WALLET, WALLETS, walletOf } from './wallets.ts';

export interface WalletOptions {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly faults: Faults;
  readonly now: () => number;
  readonly faultsChanged: () => void;
  /** Genuine calls of the API since this process began. */
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

const ACTIONS: Readonly<Record<string, { readonly members: readonly string[]; readonly run: Action }>> = {
  'POST /wallet/scan': { members: ['qrCode', 'wallet'], run: scan },
  'POST /wallet/pay': { members: ['qrCode', 'wallet', 'wrongPassword', 'force'], run: pay },
  'POST /wallet/codes': { members: ['noMoney', 'wallet'], run: newCode },
  'POST /wallet/result': { members: ['tillCode'], run: resultOf },
  'POST /wallet/confirm': { members: ['tillCode', 'wrongPassword', 'force'], run: confirm },
  'POST /wallet/refund': { members: ['outTradeNo', 'tradeNo', 'amount'], run: refund },
  'GET /wallet/wallets': {
    members: [],
    run: () => ok({ data: WALLETS.map(({ name, currency }) => ({ name, currency })) }),
  },
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
  const { wallet = USUAL_WALLET } = body;
  if (typeof wallet !== 'string' || !walletOf(wallet))
    return refused(400, `wallet is one of ${WALLETS.map(({ name }) => name).join(', ')}`);
  return action.run(options, { ...body, wallet });
}

function setFaults(options: WalletOptions, body: Body): WalletReply {
  const wrong = changeFaults(options.faults, body);
  if (wrong) return refused(400, wrong);
  options.faultsChanged();
  return ok(options.faults);
}

const isReply = (it: Payment | WalletReply): it is WalletReply => 'body' in it;

function paymentOf({ books, now }: WalletOptions, { qrCode }: Body): Payment | WalletReply {
  if (typeof qrCode !== 'string') return refused(400, 'qrCode is the text of the code');
  return books.byAnyCode(qrCode, now()) ?? refused(404, 'no payment has this code');
}

function scan(options: WalletOptions, body: Body): WalletReply {
  const payment = paymentOf(options, body);
  if (isReply(payment)) return payment;
  const now = options.now();
  const isNew = payment.wallet === null;
  const scanned = options.books.scan(payment, String(body.wallet), now);
  if (isNo(scanned)) return refused(410, 'the code has expired');
  if (isNew) options.notifier.waiting(payment, now);
  return ok(shown(options, payment));
}

/** What the customer is asked to pay for, and what is charged in the wallet's own currency; null if the wallet does not pay it. */
function shown({ books, now }: WalletOptions, payment: Payment) {
  const { merchantName, description, amount, paymentId, wallet, customerPaid } = payment;
  const charged = customerPaid ?? books.customerPays(payment, wallet ?? '', now())?.money ?? null;
  return { merchantName, subject: description, amount, tradeNo: paymentId, wallet, charged };
}

function pay(options: WalletOptions, body: Body): WalletReply {
  const payment = paymentOf(options, body);
  if (isReply(payment)) return payment;
  const isOver = payment.status === 'PROCESSING' && options.now() >= payment.codeEndsAt;
  if (isOver && body.force !== true) return ok({ result: 'expired', tradeNo: payment.paymentId });
  return enterPassword(options, payment, String(body.wallet), body);
}

function enterPassword(options: WalletOptions, payment: Payment, wallet: string, body: Body): WalletReply {
  const { paymentId: tradeNo } = payment;
  const now = options.now();
  if (body.wrongPassword === true) return ok({ result: 'wrong_password', tradeNo });
  const paid = options.books.pay(payment, wallet, now, body.force === true);
  if (isNo(paid)) return ok({ result: paid.no === 'wallet' ? 'not_in_this_wallet' : 'closed', tradeNo });
  options.notifier.paid(payment, now);
  return ok({ result: 'success', tradeNo, wallet, charged: paid.customerPaid });
}

function newCode({ books, now }: WalletOptions, { noMoney = false, wallet }: Body): WalletReply {
  if (typeof noMoney !== 'boolean') return refused(400, 'noMoney is true or false');
  return ok({ tillCode: books.newPaymentCode(now(), String(wallet), noMoney).code });
}

const RESULTS = { PROCESSING: 'waiting', SUCCESS: 'success', FAIL: 'closed', CANCELLED: 'closed' };

/** What became of the code that the app shows: the app hears of it as soon as a till has scanned it. */
function resultOf(options: WalletOptions, { tillCode }: Body): WalletReply {
  if (typeof tillCode !== 'string') return refused(400, 'tillCode is the text of the code');
  const now = options.now();
  const payment = options.books.byAnyCode(tillCode, now);
  if (payment) return ok({ result: RESULTS[payment.status], ...shown(options, payment) });
  const code = options.books.paymentCodes.get(tillCode);
  if (!code) return refused(404, 'no wallet shows this code');
  return ok({ result: code.used || now >= code.endsAt ? 'expired' : 'unused' });
}

function confirm(options: WalletOptions, body: Body): WalletReply {
  if (typeof body.tillCode !== 'string') return refused(400, 'tillCode is the text of the code');
  const payment = options.books.byAnyCode(body.tillCode, options.now());
  if (!payment?.paymentCode || payment.wallet === null) return refused(404, 'no payment waits for this code');
  return enterPassword(options, payment, payment.wallet, body);
}

/** The owner gives back `amount` minor units, or all that is left, in the dashboard; the shop is told by no notification. */
function refund({ books, now: clock }: WalletOptions, { outTradeNo, tradeNo, amount }: Body): WalletReply {
  const now = clock();
  const payment = [...books.payments.values()].find(
    (it) => it.paymentRequestId === outTradeNo || it.paymentId === tradeNo,
  );
  if (!payment) return refused(404, 'no such payment; outTradeNo or tradeNo names one');
  const units = amount ?? payment.amount.value - books.returnedSum(payment, now);
  if (!Number.isSafeInteger(units) || Number(units) < 1) return refused(400, 'amount is minor units, one at the least');
  const { clientId, paymentId } = payment;
  const refundRequestId = `console-${paymentId}-${books.refunds.of(payment, now).length + 1}`;
  const ask = { clientId, refundRequestId, paymentId, amount: { ...payment.amount, value: Number(units) } };
  const done = books.refunds.refund(ask, now);
  const no = isNo(done) ? done.no : done.failCode;
  if (no !== null) return refused(409, no);
  return ok({ outRequestNo: refundRequestId, refundedAmount: inAll(payment, books.returnedSum(payment, now)) });
}

const inAll = ({ amount: { currency } }: Payment, value: number): Money => ({ currency, value });

function listTrades({ books, now: clock }: WalletOptions): WalletReply {
  const now = clock();
  const payments = [...books.payments.values()].map((it) => books.find(it.clientId, it, now) ?? it);
  return ok({
    data: payments.map((payment) => ({
      outTradeNo: payment.paymentRequestId,
      tradeNo: payment.paymentId,
      status: payment.status,
      subject: payment.description,
      totalAmount: payment.amount,
      receivedAmount: inAll(payment, payment.paidAt === null ? 0 : payment.amount.value),
      refundedAmount: inAll(payment, books.returnedSum(payment, now)),
      refunds: books.refunds.of(payment, now).map(({ refundRequestId, amount, status, gross }) => ({
        outRequestNo: refundRequestId,
        amount,
        status,
        gross,
      })),
      wallet: payment.wallet,
      charged: payment.customerPaid,
      settlementCurrency: payment.settlementCurrency,
      gross: payment.gross,
    })),
  });
}

function listNotifications({ notifier }: WalletOptions): WalletReply {
  return ok({
    data: notifier.notices
      .filter(({ tries }) => tries > 0)
      .map(({ paymentRequestId, id, attempts }) => ({ outTradeNo: paymentRequestId, notifyId: id, attempts })),
  });
}

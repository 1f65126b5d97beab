/** What each operation does to the books, and what it answers. */
import {
  type Members,
  no,
  ok,
  orderCodeForm,
  paymentMembers,
  refundMembers,
  resultOf,
  type Style,
  transactionsOf,
} from './answers.ts';
import type { Books } from './books.ts';
import type { FaultyOperation } from './faults.ts';
import { readMoney } from './money.ts';
import type { Notifier } from './notifier.ts';
import { type Asked, type Content, readPay, textIn } from './orders.ts';
import { isNo, type No, type Outcome, type Payment, type Refund } from './payments.ts';
import type { RefundAsk } from './refunds.ts';
import { type Client, isoTime } from './wire.ts';

export interface Call {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly client: Client;
  readonly now: number;
  readonly content: Content;
  readonly style: Style;
}

/** How an operation is to end otherwise than it would. */
export type Twist =
  | { readonly kind: 'refuse'; readonly code: string; readonly isOpen: boolean }
  | { readonly kind: 'delay'; readonly outcome: Outcome };

interface Method {
  readonly operation: (content: Content) => FaultyOperation;
  readonly run: (call: Call, twist?: Twist) => Members;
}

export const METHODS: Readonly<Record<string, Method>> = {
  pay: {
    operation: ({ paymentFactor }) =>
      (paymentFactor as Content | undefined)?.inStorePaymentScenario === 'PaymentCode' ? 'pay' : 'precreate',
    run: pay,
  },
  inquiryPayment: { operation: () => 'query', run: inquire },
  cancel: { operation: () => 'cancel', run: cancel },
  refund: { operation: () => 'refund', run: refund },
  inquiryRefund: { operation: () => 'refundQuery', run: inquireRefund },
};

function pay(call: Call, twist?: Twist): Members {
  const { books, client, content, now, notifier } = call;
  const asked = readPay(client, content, now);
  if (isNo(asked)) return no(asked.no);
  const before = books.repeated(asked.order, now);
  if (before) return isNo(before) ? no(before.no) : payAnswer(call, before);
  const payment =
    asked.refusal === undefined ? made(call, asked, twist) : books.refuse(asked.order, asked.refusal, now);
  if (isNo(payment)) return no(payment.no);
  // The answer is what is known before the message about it goes out.
  const answer = payAnswer(call, payment, twist?.kind === 'delay' && payment.status === 'PROCESSING');
  if (payment.paidAt !== null) notifier.paid(payment, now);
  else if (payment.orderCode === null && payment.status === 'PROCESSING') notifier.waiting(payment, now);
  return answer;
}

function made({ books, now }: Call, { order, paymentCode }: Asked, twist?: Twist): Payment | No {
  if (twist?.kind === 'refuse') return books.refuse(order, twist.code, now);
  if (twist) return books.payLater(order, paymentCode, twist.outcome, now);
  return paymentCode === undefined ? books.giveCode(order, now) : books.payByCode(order, paymentCode, now);
}

/** The result of a pay is the code's, or the payment's: the same for each repeat once it is final. */
function payAnswer({ style, now }: Call, payment: Payment, isUndecided = now < payment.codeKnownAt): Members {
  const members = paymentMembers(payment, style);
  if (isUndecided) return { ...resultOf('PAYMENT_IN_PROCESS'), ...members };
  if (payment.orderCode !== null) return ok({ ...members, ...orderCodeForm(payment) });
  switch (payment.status) {
    case 'SUCCESS':
      return ok(members);
    case 'PROCESSING':
      return { ...resultOf('PAYMENT_IN_PROCESS'), ...members };
    case 'CANCELLED':
      return no('ORDER_IS_CANCELED');
    case 'FAIL':
      return no(payment.failCode ?? 'PROCESS_FAIL');
  }
}

function inquire(call: Call): Members {
  return onPayment(call, (payment) => {
    const { status, failCode } = payment;
    const codes = {
      SUCCESS: 'SUCCESS',
      PROCESSING: 'PAYMENT_IN_PROCESS',
      CANCELLED: 'ORDER_IS_CANCELED',
      FAIL: failCode,
    };
    return ok({
      paymentStatus: status,
      paymentResultCode: codes[status] ?? 'PROCESS_FAIL',
      ...paymentMembers(payment, call.style),
      ...transactionsOf(call.books, payment, call.now, call.style),
    });
  });
}

function cancel(call: Call, twist?: Twist): Members {
  return onPayment(call, (payment) => {
    if (twist?.kind === 'refuse') return no(twist.code);
    const isDone = twist?.kind !== 'delay' || twist.outcome.failCode === null;
    const cancelled = isDone ? call.books.cancel(payment, call.now) : payment;
    if (isNo(cancelled)) return no(cancelled.no);
    if (twist) return no('UNKNOWN_EXCEPTION');
    const { paymentId, paymentRequestId } = payment;
    return ok({ paymentId, paymentRequestId, cancelTime: isoTime(cancelled.cancelledAt ?? call.now) });
  });
}

function refund(call: Call, twist?: Twist): Members {
  const ask = readRefund(call);
  if (ask === undefined) return no('PARAM_ILLEGAL');
  const { refunds } = call.books;
  const done =
    twist === undefined
      ? refunds.refund(ask, call.now)
      : twist.kind === 'refuse'
        ? refunds.refuse(ask, twist.code, call.now, twist.isOpen)
        : refunds.delay(ask, twist.outcome, call.now);
  if (isNo(done)) return no(done.no);
  if (twist?.kind === 'refuse' && twist.isOpen) return no(twist.code);
  return refundAnswer(done, call.style);
}

function refundAnswer(done: Refund, style: Style): Members {
  if (done.status === 'FAIL') return no(done.failCode ?? 'PROCESS_FAIL');
  return done.status === 'SUCCESS' ? ok(refundMembers(done, style)) : no('REFUND_IN_PROCESS');
}

function readRefund({ client, content }: Call): RefundAsk | undefined {
  const refundRequestId = textIn(content.refundRequestId, 64);
  const paymentId = textIn(content.paymentId, 64);
  const amount = readMoney(content.refundAmount);
  const { refundReason: reason } = content;
  if (!refundRequestId || !paymentId || !amount || (reason !== undefined && !textIn(reason, 256))) return undefined;
  return { clientId: client.clientId, refundRequestId, paymentId, amount };
}

function inquireRefund({ books, client, content, now, style }: Call): Members {
  const key = keyOf(content, 'refundRequestId', 'refundId');
  if (!key) return no('PARAM_ILLEGAL');
  const found = books.refunds.find(client.clientId, key, now);
  return found ? ok({ refundStatus: found.status, ...refundMembers(found, style) }) : no('ORDER_NOT_EXIST');
}

function onPayment({ books, client, content, now }: Call, run: (payment: Payment) => Members): Members {
  const key = keyOf(content, 'paymentRequestId', 'paymentId');
  if (!key) return no('PARAM_ILLEGAL');
  const payment = books.find(client.clientId, key, now);
  return payment ? run(payment) : no('ORDER_NOT_EXIST');
}

/** One of two numbers names it; if both are there, Antom's own counts. */
function keyOf(content: Content, ours: string, antoms: string): Readonly<Record<string, string>> | undefined {
  const [a, b] = [textIn(content[ours], 64), textIn(content[antoms], 64)];
  if (b !== undefined) return { [antoms]: b };
  return a === undefined ? undefined : { [ours]: a };
}

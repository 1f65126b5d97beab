/** What Antom answers and notifies of payments and refunds, as JSON members; prices stay the text that they are. */
import type { Books } from './books.ts';
import { numericPair, type Quote, written } from './money.ts';
import type { Payment, Refund, Settled } from './payments.ts';
import { isoTime } from './wire.ts';

export type Members = Readonly<Record<string, unknown>>;

/** How quotes are written. */
export interface Style {
  readonly quoteNumeric: boolean;
  /** None are: rates are fixed on the next day. */
  readonly rateMissing: boolean;
}

/** The money may still move: a question tells. */
const UNDECIDED = ['PAYMENT_IN_PROCESS', 'REFUND_IN_PROCESS', 'UNKNOWN_EXCEPTION', 'REQUEST_TRAFFIC_EXCEED_LIMIT'];

export function resultOf(resultCode: string): Members {
  const resultStatus = resultCode === 'SUCCESS' ? 'S' : UNDECIDED.includes(resultCode) ? 'U' : 'F';
  return { result: { resultCode, resultStatus, resultMessage: resultCode.toLowerCase().replaceAll('_', ' ') } };
}

export const ok = (members: Members = {}): Members => ({ ...resultOf('SUCCESS'), ...members });
export const no = (resultCode: string): Members => resultOf(resultCode);

/** JSON text in which each price is a number with the digits that it has, never a float. */
export function jsonOf(members: Members): string {
  return JSON.stringify(members, (name, value) => (name === 'quotePrice' ? rawNumber(value) : value));
}

/** Of ECMAScript 2025; the compiler does not know it yet. */
const { rawJSON: rawNumber } = JSON as unknown as { rawJSON(text: string): unknown };

function quoteMembers({ quoteId, pair, price, startAt, expiryAt }: Quote, { quoteNumeric }: Style): Members {
  return {
    quoteId,
    quoteCurrencyPair: quoteNumeric ? numericPair(pair) : pair,
    quotePrice: price,
    quoteStartTime: isoTime(startAt),
    quoteExpiryTime: isoTime(expiryAt),
    guaranteed: true,
  };
}

function settledMembers({ gross, settlementQuote }: Settled, style: Style): Members {
  if (style.rateMissing || gross === null || settlementQuote === null) return {};
  return { grossSettlementAmount: written(gross), settlementQuote: quoteMembers(settlementQuote, style) };
}

/** What every message of a payment has. */
export function paymentMembers(payment: Payment, style: Style): Members {
  const { paymentRequestId, paymentId, amount, createdAt } = payment;
  return {
    ...{ paymentRequestId, paymentId, paymentAmount: written(amount), paymentCreateTime: isoTime(createdAt) },
    ...paidMembers(payment, style),
  };
}

/** The payer as Antom shows one. The receiver must keep nothing of it but the wallet's name. */
function paidMembers(payment: Payment, style: Style): Members {
  const { paidAt, customerPaid, paymentQuote, wallet } = payment;
  if (paidAt === null || customerPaid === null) return {};
  return {
    paymentTime: isoTime(paidAt),
    actualPaymentAmount: written(customerPaid),
    ...(paymentQuote && !style.rateMissing && { paymentQuote: quoteMembers(paymentQuote, style) }),
    ...settledMembers(payment, style),
    pspCustomerInfo: {
      pspName: wallet,
      pspCustomerId: '2088102146225135',
      displayCustomerId: '138****5678',
      displayCustomerName: '*明',
    },
  };
}

/** The code, first as pictures that are not to be had here, then as the text to be drawn. */
export function orderCodeForm({ orderCode, codeEndsAt }: Payment): Members {
  const picture = (size: string) => ({
    ...{ codeValueType: 'QRCODE', displayType: `${size}IMAGE` },
    codeValue: `https://gqr.alipay.com/picture/${size.toLowerCase()}/${orderCode?.split('/').at(-1)}`,
  });
  const codeDetails = [
    picture('BIG'),
    picture('SMALL'),
    { codeValueType: 'QRCODE', displayType: 'TEXT', codeValue: orderCode },
  ];
  return { orderCodeForm: { expireTime: isoTime(codeEndsAt), codeDetails } };
}

/** All that has happened to the money since it was paid. */
export function transactionsOf(books: Books, payment: Payment, now: number, style: Style): Members {
  const refunds = books.refunds.of(payment, now).map((it) => ({
    transactionType: 'REFUND',
    transactionStatus: it.status,
    transactionId: it.refundId,
    transactionRequestId: it.refundRequestId,
    transactionAmount: written(it.amount),
    transactionTime: isoTime(it.at),
    ...settledMembers(it, style),
    transactionResult: resultOf(it.failCode ?? (it.status === 'SUCCESS' ? 'SUCCESS' : 'REFUND_IN_PROCESS')).result,
  }));
  const { reversal } = payment;
  const cancels = reversal
    ? [
        {
          ...{ transactionType: 'CANCEL', transactionStatus: 'SUCCESS', transactionId: reversal.id },
          ...{ transactionAmount: written(payment.amount), transactionTime: isoTime(reversal.at) },
          ...settledMembers(reversal, style),
          transactionResult: resultOf('SUCCESS').result,
        },
      ]
    : [];
  return refunds.length + cancels.length > 0 ? { transactions: [...refunds, ...cancels] } : {};
}

export function refundMembers(refund: Refund, style: Style): Members {
  const { refundRequestId, refundId, paymentId, amount, status, at } = refund;
  return {
    ...{ refundRequestId, refundId, paymentId, refundAmount: written(amount) },
    ...(status === 'SUCCESS' && { refundTime: isoTime(at), ...settledMembers(refund, style) }),
  };
}

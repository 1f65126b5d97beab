/** Calls to the Antom of antom-loopback.ts, a success of each, and all that a message may tell of a payment. */
import { ATTEMPT, account, type How, type Loopback, request, S } from './antom-loopback.ts';

const TIMEOUT = 5_000;
const ref = { account, attemptNo: ATTEMPT };
const refund = { ...ref, requestNo: 'ord_a_r1', tradeNo: '2026030112', amount: { currency: 'JPY', value: 300 } };
export const callsOf = ({ channel }: Loopback) => ({
  createQrCode: () => channel.createQrCode(request, TIMEOUT),
  payWithTillCode: () => channel.payWithTillCode({ ...request, tillCode: '28000000000000000' }, TIMEOUT),
  query: () => channel.query(ref, TIMEOUT),
  findTrade: () => channel.findTrade(account, '2026030112', TIMEOUT),
  close: () => channel.close(ref, TIMEOUT),
  cancel: () => channel.cancel(ref, TIMEOUT),
  refund: () => channel.refund(refund, TIMEOUT),
  queryRefund: () => channel.queryRefund(refund, TIMEOUT),
});
export type Call = keyof ReturnType<typeof callsOf>;

export const amount = { currency: 'JPY', value: '1000' };
const money = { currency: 'JPY', value: 1000 };
const PAID_AT = '2026-03-01T12:00:09+08:00';
export const paidAt = Date.parse(PAID_AT);
export const TEXT = { codeValueType: 'QRCODE', displayType: 'TEXT', codeValue: 'https://gqr.alipay.com/28abc' };
export const PAID = { paymentRequestId: ATTEMPT, paymentId: '2026030112', paymentAmount: amount, paymentTime: PAID_AT };
export const news = { tradeNo: '2026030112', paidAt, amount: money };
export const ok = (members: object) => ({ result: S, ...members });
export const EVERYTHING = {
  actualPaymentAmount: { currency: 'CNY', value: '5000' },
  paymentQuote: { quoteId: 'q1', quoteCurrencyPair: '392/156', quotePrice: 0.05, guaranteed: true },
  grossSettlementAmount: { currency: 'USD', value: '670' },
  settlementQuote: { quoteId: 'q2', quoteCurrencyPair: 'JPY/USD', quotePrice: 0.0067, guaranteed: true },
  pspCustomerInfo: { pspName: 'AlipayCN', pspCustomerId: '2088102146225135', displayCustomerName: '*明' },
};
/** A success of each call. */
export const SUCCESS: Readonly<Record<Call, object>> = {
  createQrCode: ok({ orderCodeForm: { codeDetails: [TEXT] } }),
  payWithTillCode: ok(PAID),
  query: ok({ ...PAID, paymentStatus: 'SUCCESS' }),
  findTrade: ok(PAID),
  close: ok({ paymentRequestId: ATTEMPT }),
  cancel: ok({ paymentRequestId: ATTEMPT }),
  refund: ok({ refundRequestId: 'ord_a_r1', refundTime: PAID_AT, refundAmount: { currency: 'JPY', value: '300' } }),
  queryRefund: ok({ refundStatus: 'SUCCESS', refundTime: PAID_AT, refundAmount: { currency: 'JPY', value: '300' } }),
};

/** Makes Antom answer so, and asks. */
export function says(antom: Loopback, call: Call, body: unknown, how?: How) {
  antom.says(how ? [body, how] : [body]);
  return callsOf(antom)[call]();
}

/** What the books hold: payments with their movements, refunds, and the codes that wallets show. */
import type { Money, Quote } from './money.ts';

export type PaymentStatus = 'PROCESSING' | 'SUCCESS' | 'FAIL' | 'CANCELLED';
export type Scenario = 'OrderCode' | 'PaymentCode';

/** A result that is still to come: from `at` on the payment or refund has succeeded (null) or failed with this code. */
export interface Outcome {
  readonly at: number;
  readonly failCode: string | null;
}

/** What a pay asks for. */
export interface Order {
  readonly clientId: string;
  readonly paymentRequestId: string;
  readonly scenario: Scenario;
  readonly amount: Money;
  readonly settlementCurrency: string;
  /** What a repeat must agree in. */
  readonly asked: string;
  readonly notifyUrl: string | null;
  readonly referenceOrderId: string;
  readonly description: string;
  readonly merchantName: string;
  readonly referenceMerchantId: string;
  readonly storeId: string;
  readonly terminalId?: string;
  /** No payment is taken from then on. */
  readonly endsAt: number;
}

/** How much of a movement the merchant is settled for; null: in the same currency, or the rate is fixed on the next day. */
export interface Settled {
  gross: Money | null;
  settlementQuote: Quote | null;
}

export interface Payment extends Order, Settled {
  readonly paymentId: string;
  readonly createdAt: number;
  status: PaymentStatus;
  /** Why it has failed. */
  failCode: string | null;
  outcome: Outcome | null;
  orderCode: string | null;
  /** Before that a pay is answered as undecided. */
  codeKnownAt: number;
  /** From then on the code cannot be opened, although the payment may still wait. */
  codeEndsAt: number;
  paymentCode: string | null;
  /** The wallet that opened or paid it. */
  wallet: string | null;
  paidAt: number | null;
  cancelledAt: number | null;
  customerPaid: Money | null;
  paymentQuote: Quote | null;
  /** The whole amount going back by a cancel, or because it came after the end. */
  reversal: Reversal | null;
}

export interface Reversal extends Settled {
  readonly id: string;
  readonly at: number;
}

export interface Refund extends Settled {
  readonly clientId: string;
  readonly refundRequestId: string;
  readonly refundId: string;
  readonly paymentId: string;
  readonly amount: Money;
  status: 'SUCCESS' | 'PROCESSING' | 'FAIL';
  failCode: string | null;
  outcome: Outcome | null;
  /** It stays as it is until the same request comes again. */
  waitsForRepeat?: true;
  at: number;
}

export interface PaymentCode {
  readonly code: string;
  readonly wallet: string;
  readonly endsAt: number;
  used: boolean;
  /** The wallet has no cover for any payment. */
  readonly noMoney: boolean;
}

/** A business refusal: its result code. */
export interface No {
  readonly no: string;
}

export const isNo = <T extends object>(result: T | No): result is No => 'no' in result;

export function newPayment(order: Order, paymentId: string, now: number): Payment {
  return {
    ...order,
    paymentId,
    createdAt: now,
    status: 'PROCESSING',
    ...{ failCode: null, outcome: null, paymentCode: null, wallet: null },
    ...{ orderCode: null, codeKnownAt: now, codeEndsAt: order.endsAt },
    ...{ paidAt: null, cancelledAt: null, customerPaid: null, paymentQuote: null, reversal: null },
    ...{ gross: null, settlementQuote: null },
  };
}

/** An order as terminals read it, in a type of their own. */
import type { Money } from './port.ts';

export interface OrderPage {
  readonly orderId: string;
  readonly merchantOrderNo: string;
  readonly status: string;
  readonly amount: Money;
  readonly refundable: Money;
  readonly refunded: Money;
  readonly attempt: { readonly n: number; readonly kind: string } | null;
  readonly qrCode: { readonly payload: string } | null;
  readonly payment: { readonly tradeNo: string; readonly paidAt: string; readonly late: boolean } | null;
  readonly closed: { readonly at: string; readonly reason: string } | null;
  readonly refunds: readonly RefundPage[];
  readonly expiresAt: string;
  readonly nextAction: string;
  readonly nextPollAfterMs: number | null;
  readonly received: Money | null;
}

export interface RefundPage {
  readonly refundNo: string;
  readonly amount: Money;
  readonly source: string;
  readonly status: string;
}

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
  readonly reason: string | null;
  readonly source: string;
  readonly status: string;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
  /** Why it failed, by the name of the reason alone. */
  readonly failure: string | null;
  readonly storeId: string;
  readonly terminalId: string | null;
  readonly operatorId: string | null;
}

/** The whole of an order but for what is said to people. */
export interface ViewPage extends Omit<OrderPage, 'attempt' | 'qrCode'> {
  readonly reference: string | null;
  readonly subject: string;
  readonly storeId: string;
  readonly terminalId: string | null;
  readonly operatorId: string | null;
  readonly channel: string;
  readonly attempt: { readonly n: number; readonly kind: string; readonly refused: string | null } | null;
  readonly qrCode: { readonly payload: string; readonly expiresAt: string } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** What comes back of a request. */
export interface Replied {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

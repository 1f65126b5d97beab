/** What is stored, as far as the judge looks at it: claims of the product, each to be held against what is known otherwise. */

interface RefusalClaim {
  readonly reason: string;
}

export interface RefundClaim {
  readonly refundNo: string;
  readonly attempt: number;
  readonly k?: number;
  readonly channelNo?: string;
  readonly amount: number;
  readonly source: 'till' | 'automatic' | 'channel';
  readonly tries: number;
  readonly unconfirmedRefusal?: { readonly at: number };
  readonly terminalId?: string | null;
  readonly requestedAt: number;
  readonly calledAt?: number;
  readonly namedAt?: number;
  readonly named?: readonly { readonly channelNo: string; readonly amount: number; readonly at: number }[];
  readonly result?: { readonly status: 'succeeded' | 'failed'; readonly at: number; readonly refusal?: RefusalClaim };
}

export interface AttemptClaim {
  readonly n: number;
  readonly kind: 'qr_code' | 'till_code';
  readonly expiresAt: number;
  readonly payload?: string;
  readonly refused?: RefusalClaim & { readonly at: number };
  readonly terminalId?: string | null;
  readonly waitingSince?: number;
  readonly cancelRequestedAt?: number;
  readonly reversed?: unknown;
  readonly ended?: { readonly why: string; readonly at: number; readonly inDoubtUntil?: number };
}

export interface PaymentClaim {
  readonly attempt: number;
  readonly tradeNo: string;
  readonly paidAt: number;
  readonly at: number;
  readonly received?: number;
  readonly source: string;
  readonly posted?: string;
  readonly agreementId?: string;
}

export interface OrderClaim {
  readonly orderId: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly request: {
    readonly [member: string]: unknown;
    readonly amount: { readonly value: number };
    readonly expiresInSeconds: number;
  };
  readonly latePayment: string;
  readonly attempts: readonly AttemptClaim[];
  readonly payments: readonly PaymentClaim[];
  readonly refunds: readonly RefundClaim[];
  readonly closeRequested?: { readonly at: number; readonly by: string; readonly trade?: string };
  readonly closed?: { readonly reason: string; readonly at: number };
  readonly feeAdjustments?: readonly unknown[];
  readonly feeCharges?: readonly unknown[];
  readonly reportedRefunds?: readonly {
    readonly attempt: number;
    readonly numbers?: readonly { readonly channelNo: string; readonly amount?: number }[];
    readonly amount?: number;
  }[];
  readonly dueAt?: number;
  readonly failures?: number;
}

/** Where an order stands, by the facts that are stored of it. */
export function statusOf({ payments, closed, closeRequested, attempts }: OrderClaim): string {
  if (payments.length > 0) return 'paid';
  if (closed) return 'closed';
  if (closeRequested) return 'closing';
  const isPayable = attempts.some((it) => it.payload !== undefined || it.waitingSince !== undefined);
  return isPayable ? 'awaiting_payment' : 'created';
}

/** Whether the till that opened it may begin another sale. */
export function isOver({ payments, closed, closeRequested, attempts }: OrderClaim): boolean {
  if (payments.length > 0 || closed) return true;
  return closeRequested !== undefined && (closeRequested.trade === 'absent' || attempts.every(({ ended }) => ended));
}

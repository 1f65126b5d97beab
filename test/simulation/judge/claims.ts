/** What is stored, as far as the judge looks at it: claims of the product, each to be held against what is known otherwise. */

export interface RefundClaim {
  readonly refundNo: string;
  readonly attempt: number;
  readonly k?: number;
  readonly channelNo?: string;
  readonly amount: number;
  readonly source: 'till' | 'automatic' | 'channel';
  readonly tries: number;
  readonly doubted?: unknown;
  readonly terminalId?: string | null;
  readonly named?: readonly { readonly channelNo: string; readonly amount: number; readonly at: number }[];
  readonly result?: { readonly status: 'succeeded' | 'failed'; readonly at: number };
}

export interface AttemptClaim {
  readonly n: number;
  readonly kind: 'qr_code' | 'till_code';
  readonly expiresAt: number;
  readonly payload?: string;
  readonly refused?: unknown;
  readonly terminalId?: string | null;
  readonly waitingSince?: number;
  readonly cancelAskedAt?: number;
  readonly undone?: unknown;
  readonly dead?: { readonly why: string; readonly strayUntil?: number };
}

export interface PaymentClaim {
  readonly attempt: number;
  readonly tradeNo: string;
  readonly received?: number;
  readonly source: string;
  readonly billed?: string;
  readonly agreementId?: string;
}

export interface OrderClaim {
  readonly orderId: string;
  readonly ask: { readonly [member: string]: unknown; readonly amount: { readonly value: number } };
  readonly latePayment: string;
  readonly attempts: readonly AttemptClaim[];
  readonly payments: readonly PaymentClaim[];
  readonly refunds: readonly RefundClaim[];
  readonly closeAsked?: { readonly by: string };
  readonly closed?: { readonly reason: string };
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

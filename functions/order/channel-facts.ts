/** What the channel tells of an order's money beside its payments and refunds: what it charged, and what it says has gone back. */
import type { EpochMs } from '../time.ts';

/** What the channel charged for a posted movement, where its line says something else: the rest goes on a line of its own. */
export interface FeeAdjustment {
  /** The attempt whose payment was charged for. */
  readonly attempt: number;
  /** Of this refund; absent: of the payment itself. */
  readonly refundNo?: string;
  /** What the channel charged in all, in minor units; negative where a refund returned it. */
  readonly charged: number;
  /** What is to be added to the fee that lines say before this one: positive where the channel took more. */
  readonly fee: number;
  /** When we learned of it. */
  readonly at: EpochMs;
  readonly posted?: string;
}

/** What the channel charged for a movement before a statement has a line of it: compared when the line is made. */
export interface FeeCharge {
  readonly attempt: number;
  /** Of this refund; absent: of the payment itself. */
  readonly refundNo?: string;
  /** In minor units; negative where a refund returned it. */
  readonly charged: number;
  readonly at: EpochMs;
}

/**
 * Money of a payment that the channel says has gone back, and that no refund of the order tells: open work, until the channel's
 * definite answers bring the refunds. Until then it is not refundable, and no till is told to hand over goods. One of a payment.
 */
export interface ReportedRefund {
  readonly attempt: number;
  /** The channel's numbers of refunds that are to be asked about, with the amount that was told of each alone; absent: none. */
  readonly numbers?: readonly { readonly channelNo: string; readonly amount?: number }[];
  /** The least sum of all of it, in minor units; absent: the channel told no sum. */
  readonly amount?: number;
  readonly at: EpochMs;
}

/**
 * What the channel tells of money that has gone back, in minor units: `amount` of one refund, `returned` of the whole trade so
 * far. Neither: it told no sum.
 */
export interface Told {
  readonly channelNo?: string | undefined;
  readonly amount?: number | undefined;
  readonly returned?: number | undefined;
}

/** Who sells, and on which terms. Pure: the store is directory.ts. */
import type { Account, ChannelId } from '../channel/channel.ts';
import type { Words } from '../http/answers.ts';
import type { Scope } from '../http/operation.ts';
import { businessDay, type EpochMs } from '../time.ts';

/** Negotiated fee terms, dated and never edited. Amounts are minor units of `currency`. */
export interface Agreement {
  readonly agreementId: string;
  readonly currency: string;
  /** The first business day, in the merchant's zone, on which payments fall under it. */
  readonly validFrom: string;
  /** Parts per million of what the merchant receives: 6000 is 0.6 %. */
  readonly ratePpm: number;
  readonly feeMinimum?: number;
  readonly feeCap?: number;
  readonly feeOnRefund: 'kept' | 'returned' | 'returned_same_day';
}

export interface ChannelState {
  readonly state: 'open' | 'draining' | 'closed';
  readonly until?: EpochMs;
  readonly reason?: Words;
}

export interface Merchant {
  readonly id: string;
  /** The same as `id`: the index by merchant finds the merchant itself, too. */
  readonly merchantId: string;
  readonly kind: 'merchant';
  readonly version: number;
  readonly name: string;
  /** IANA name or offset; business days are cut by it. */
  readonly zone: string;
  readonly agreements: readonly Agreement[];
  /** The receiving accounts at licensed acquirers. Without one no order is accepted. */
  readonly accounts: readonly Account[];
  /** A channel that is not named here is open. */
  readonly channels: { readonly [channel in ChannelId]?: ChannelState };
  readonly latePayment: 'refund' | 'keep';
  readonly refundWindowDays: number;
  /** Minor units; absent: the channel's own limit. */
  readonly largestOrder?: number;
}

/** One public key of a credential, with all that a request needs to know of its caller: one read, kept for 30 s. */
export interface KeyItem {
  /** `<credential id>.<k>`, the signature's keyid. */
  readonly id: string;
  readonly merchantId: string;
  readonly kind: 'key';
  readonly version: number;
  readonly alg: 'ed25519' | 'ecdsa-p256-sha256';
  /** SPKI in base64. */
  readonly publicKey: string;
  readonly scopes: readonly Scope[];
  /** A terminal's store; absent for a back office, which sees all of them. */
  readonly storeId?: string;
  /** Present for a terminal. */
  readonly terminalId?: string;
  readonly revokedAt?: EpochMs;
}

/** The agreement in force for a payment: the latest that began on or before its business day. */
export function agreementAt(merchant: Merchant, currency: string, paidAt: EpochMs): Agreement | undefined {
  const day = businessDay(paidAt, merchant.zone);
  return merchant.agreements
    .filter((agreement) => agreement.currency === currency && agreement.validFrom <= day)
    .sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
    .at(-1);
}

/** The state of one channel now: a closure ends by itself when its time is over. */
export function channelState(merchant: Merchant, channel: ChannelId, now: EpochMs): ChannelState {
  const stored = merchant.channels[channel];
  if (!stored || (stored.until !== undefined && stored.until <= now)) return { state: 'open' };
  return stored;
}

/** Currencies in which the merchant has terms today: those in which it sells. */
export function currenciesOf(merchant: Merchant, now: EpochMs): string[] {
  const named = [...new Set(merchant.agreements.map((agreement) => agreement.currency))];
  return named.filter((currency) => agreementAt(merchant, currency, now) !== undefined);
}

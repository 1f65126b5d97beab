/** Who may call, by which keys, and the codes that make a terminal. Pure: the store is directory.ts. */
import type { EpochMs } from '../time.ts';
import type { Scope } from './key.ts';

/** Who may call: a terminal (`trm_…`) or a back office (`bko_…`). Its keys are items of their own, `<id>.1`, `<id>.2`, … */
export interface Credential {
  readonly id: string;
  readonly merchantId: string;
  readonly kind: 'credential';
  readonly version: number;
  readonly role: 'terminal' | 'back_office';
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** A terminal's. */
  readonly storeId?: string;
  /** A terminal that reads, closes and refunds in all stores of its merchant; absent: in its own. It sells in its own. */
  readonly stores?: 'all';
  readonly createdAt: EpochMs;
  /** The number of the newest key. */
  readonly newestKey: number;
  /** Stored before the keys are: a revocation that was interrupted is finished by repeating it. */
  readonly revokedAt?: EpochMs;
}

/** What a terminal may do, unless its activation code says less. */
export const TERMINAL_SCOPES = ['orders:write', 'orders:read', 'refunds:write'] as const satisfies readonly Scope[];

/** An activation code for one terminal of one store. `id` is `act_<handle>`; the secret half is stored as a hash only. */
export interface Activation {
  readonly id: string;
  readonly merchantId: string;
  readonly kind: 'activation';
  readonly version: number;
  readonly storeId: string;
  /** What the terminal may do; absent: {@link TERMINAL_SCOPES}. */
  readonly scopes?: readonly Scope[];
  readonly stores?: 'all';
  /** The terminal that it will make; chosen with the code, so that a repeat makes no second one. */
  readonly terminalId: string;
  readonly name: string;
  /** SHA-256 of handle and secret, in base64url. */
  readonly secretHash: string;
  readonly expiresAt: EpochMs;
  /** Tries so far, right or wrong. */
  readonly tries: number;
  /** The same by the network that they came from, as a hash of it and this code; taken away when the code is used. */
  readonly triesFrom?: { readonly [network: string]: number };
  /** The key that used it; the same key gets the same answer again until `expiresAt`. */
  readonly usedBy?: { readonly alg: KeyItem['alg']; readonly publicKey: string };
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
  /** As the credential's. */
  readonly stores?: 'all';
  /** Where its requests may come from, as ranges (CIDR); absent: from anywhere. */
  readonly addresses?: readonly string[];
  /** Present for a terminal. */
  readonly terminalId?: string;
  readonly createdAt: EpochMs;
  /** Set when a newer key takes its place, or when the back office's credential was made for a time. */
  readonly expiresAt?: EpochMs;
  readonly revokedAt?: EpochMs;
}

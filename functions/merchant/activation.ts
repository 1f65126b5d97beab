/** Activation codes, by which a terminal brings its own key. Pure: the operator stores the item, the enrolment uses it up. */
import { hash } from 'node:crypto';
import { base32 } from '../ids.ts';
import { type EpochMs, MINUTE, type Millis } from '../time.ts';
import type { Activation } from './credentials.ts';
import type { Scope } from './key.ts';

const VALID: Millis = 10 * MINUTE;

/** Crockford's base32: no I, L, O or U, so that a person who types a code from paper cannot take one for another. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface ActivationAsk {
  readonly merchantId: string;
  readonly storeId: string;
  readonly name: string;
  /** What the terminal may do; absent: what every terminal may. */
  readonly scopes?: readonly Scope[];
  /** The terminal reads, closes and refunds in all stores. */
  readonly stores?: 'all';
}

/**
 * A new code for one terminal of one store, `HHHH-SSSS-SSSS`: a handle that finds it and a secret of 40 bits, of which
 * only the hash is kept. `random` answers so many random bytes. The handle may be taken: the item is for `create`.
 */
export function newActivation({
  merchantId,
  storeId,
  name,
  scopes,
  stores,
  now,
  random,
}: ActivationAsk & {
  readonly now: EpochMs;
  readonly random: (bytes: number) => Uint8Array;
}): { code: string; item: Activation } {
  const characters = [...random(12)].map((byte) => CROCKFORD[byte % 32]).join('');
  const handle = characters.slice(0, 4);
  const item: Activation = {
    id: `act_${handle}`,
    merchantId,
    kind: 'activation',
    version: 1,
    storeId,
    ...(scopes && { scopes }),
    ...(stores && { stores }),
    terminalId: `trm_${base32(random(8)).slice(0, 12)}`,
    name,
    secretHash: secretHashOf(characters),
    expiresAt: now + VALID,
    tries: 0,
  };
  return { code: `${handle}-${characters.slice(4, 8)}-${characters.slice(8)}`, item };
}

/** What is kept of a code: of handle and secret together, without hyphens. */
export function secretHashOf(characters: string): string {
  return hash('sha256', characters, 'base64url');
}

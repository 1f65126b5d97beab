/** Who calls: the credential behind a request's signature, and what it may do. Nothing else in a request can say it. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { Problem } from '../contract/problem.ts';
import { isWithin } from '../merchant/addresses.ts';
import type { KeyItem } from '../merchant/credentials.ts';
import type { Scope } from '../merchant/key.ts';
import type { Services } from '../services.ts';
import type { EpochMs } from '../time.ts';
import { type ReceivedRequest, type Verification, type VerificationKey, verifyRequest } from './signature.ts';

export interface Caller {
  readonly keyid: string;
  readonly merchantId: string;
  readonly scopes: readonly Scope[];
  /** A terminal has both; a back office has neither. */
  readonly storeId?: string;
  readonly terminalId?: string;
  /** A terminal that reads, closes and refunds in all stores. */
  readonly stores?: 'all';
  /** When the caller's own clock says that it signed. */
  readonly signedAt?: EpochMs;
}

type OurKey = VerificationKey & { readonly item: KeyItem };

/** Whether the caller reads, closes and refunds there: a back office everywhere, a terminal in its own store unless widened. */
export function actsIn({ storeId, stores }: Caller, there: string): boolean {
  return storeId === undefined || stores === 'all' || storeId === there;
}

/** The credential that signed the request. `mayBeOver`: by a key whose time is over, too. @throws Problem 401, 403 */
export async function callerOf(
  services: Services,
  received: ReceivedRequest,
  _parse?: unknown,
  { mayBeOver = false, ...options }: { readonly isOneOfTwo?: boolean; readonly mayBeOver?: boolean } = {},
): Promise<Caller> {
  const by = {
    now: services.now(),
    authorities: services.authorities,
    findKey: (keyid: string) => findKey(services, keyid, mayBeOver),
    ...options,
  };
  const { key, created } = mustBeVerified(await verifyRequest(received, by));
  const { id, merchantId, scopes, storeId, stores, terminalId, addresses } = key.item;
  if (addresses && !isWithin(addresses, received.address ?? ''))
    throw new Problem('address_not_allowed', { detail: 'This key is for other network addresses: ask the operator.' });
  return {
    keyid: id,
    merchantId,
    scopes,
    ...(storeId !== undefined && { storeId }),
    ...(stores && { stores }),
    ...(terminalId && { terminalId }),
    signedAt: created,
  };
}

/** @throws Problem if the signature was refused */
export function mustBeVerified<K>(verdict: Verification<K>): Extract<Verification<K>, { kind: 'verified' }> {
  if (verdict.kind === 'verified') return verdict;
  const { code, detail, serverTime, signatureBase } = verdict;
  throw new Problem(code, {
    detail,
    ...(serverTime !== undefined && { serverTime }),
    ...(signatureBase !== undefined && { signatureBase }),
  });
}

/** Parsing a key costs more than using it; the directory hands out the same item for 30 s. */
const parsedKeys = new WeakMap<KeyItem, KeyObject>();

/** The number of a key of a terminal or a back office. Anything else is known to be unknown without a read. */
const KEY_ID = /^(trm|bko)_[a-z2-7]{1,40}\.[1-9][0-9]{0,5}$/;

async function findKey(services: Services, keyid: string, mayBeOver: boolean): Promise<OurKey | undefined> {
  if (!KEY_ID.test(keyid)) return undefined;
  const item = await services.directory.key(keyid);
  if (!item) return undefined;
  let publicKey = parsedKeys.get(item);
  if (!publicKey) {
    publicKey = createPublicKey({ key: Buffer.from(item.publicKey, 'base64'), format: 'der', type: 'spki' });
    parsedKeys.set(item, publicKey);
  }
  const isOver = !mayBeOver && item.expiresAt !== undefined && item.expiresAt <= services.now();
  return { keyid, alg: item.alg, publicKey, revoked: item.revokedAt !== undefined || isOver, item };
}

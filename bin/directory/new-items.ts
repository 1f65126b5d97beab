/** New merchants, credentials and keys, as the directory holds them. Ids are random: see bin/local/seed.ts. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { base32 } from '../../functions/ids.ts';
import type { Credential as CredentialItem, KeyItem } from '../../functions/merchant/credentials.ts';
import type { Algorithm, Scope } from '../../functions/merchant/key.ts';
import type { Merchant, Store } from '../../functions/merchant/merchant.ts';
import type { Item } from '../../functions/table/table.ts';
import type { EpochMs } from '../../functions/time.ts';
import type { Credential } from '../cli/credentials.ts';

/**
 * Who has a merchant's name. It is taken before the merchant is stored, so that a repeat after a kill finds the same
 * merchant, and two operators at once make one. A name that was given up stays with its merchant.
 */
export interface NameItem {
  readonly id: string;
  readonly merchantId: string;
  readonly kind: 'merchant_name';
  readonly version: number;
  readonly name: string;
}

export function newId(prefix: string): string {
  return `${prefix}_${base32(randomBytes(8)).slice(0, 12)}`;
}

/** A merchant that cannot sell yet: no terms, no account. */
export function newMerchant(name: string): Merchant {
  const id = newId('mer');
  return {
    id,
    merchantId: id,
    kind: 'merchant',
    version: 1,
    name,
    acquirer: '',
    zone: 'Asia/Shanghai',
    agreements: [],
    accounts: [],
    channels: {},
    latePayment: 'refund',
    refundWindowDays: 90,
    limits: {},
  };
}

export function nameIdOf(name: string): string {
  return `nam_${createHash('sha256').update(name).digest('base64url')}`;
}

export function newName(name: string, merchantId: string): NameItem {
  return { id: nameIdOf(name), merchantId, kind: 'merchant_name', version: 1, name };
}

export function storeIdOf(merchantId: string, storeId: string): string {
  return `${merchantId}.store.${storeId}`;
}

export function newStore(merchantId: string, storeId: string, name: string): Store {
  return { id: storeIdOf(merchantId, storeId), merchantId, kind: 'store', version: 1, storeId, name };
}

export interface CredentialAsk {
  readonly merchantId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly alg: Algorithm;
  readonly createdAt: EpochMs;
  /** A terminal's; without it the credential is a back office's. */
  readonly storeId?: string;
  readonly expiresAt?: EpochMs;
  readonly stores?: 'all';
  /** Ranges (CIDR) from which alone the key may be used. */
  readonly addresses?: readonly string[];
}

/** A credential with its first key: what its holder gets, and the two items of the directory. */
export function newCredential(ask: CredentialAsk): { credential: Credential; holder: CredentialItem; key: KeyItem } {
  const { merchantId, name, scopes, alg, createdAt, storeId, expiresAt, stores, addresses } = ask;
  const isTerminal = storeId !== undefined;
  const id = newId(isTerminal ? 'trm' : 'bko');
  const keyid = `${id}.1`;
  const { privateKeyPem, publicKey } = signingPair(alg);
  return {
    credential: { keyid, alg, privateKeyPem, scopes, merchantId, storeId: storeId ?? null },
    holder: {
      id,
      merchantId,
      kind: 'credential',
      version: 1,
      role: isTerminal ? 'terminal' : 'back_office',
      name,
      scopes,
      ...(isTerminal && { storeId }),
      ...(stores && { stores }),
      createdAt,
      newestKey: 1,
    },
    key: {
      id: keyid,
      merchantId,
      kind: 'key',
      version: 1,
      alg,
      publicKey,
      scopes,
      ...(isTerminal && { storeId, terminalId: id }),
      ...(stores && { stores }),
      ...(addresses && { addresses }),
      createdAt,
      ...(expiresAt !== undefined && { expiresAt }),
    },
  };
}

/** An Ed25519 public key without a private half: no signature verifies under it. */
export const NOBODY = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.alloc(32)]).toString(
  'base64',
);

/** Stands in the place of a key that must not come any more. */
export function nobodysKey({ merchantId, scopes }: CredentialItem, id: string, revokedAt: EpochMs): KeyItem {
  return {
    id,
    merchantId,
    kind: 'key',
    version: 1,
    alg: 'ed25519',
    publicKey: NOBODY,
    scopes,
    createdAt: revokedAt,
    revokedAt,
  };
}

function signingPair(alg: Algorithm): { privateKeyPem: string; publicKey: string } {
  const { privateKey, publicKey } =
    alg === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/** A typed item as the table takes it. */
export function itemOf(value: Merchant | Store | CredentialItem | KeyItem | NameItem): Item {
  return { ...value };
}

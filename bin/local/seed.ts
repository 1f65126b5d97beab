/**
 * Who is there when the local stack starts: a demo merchant with a terminal, a back office and a revoked terminal, and a
 * second merchant's terminal; and the key pairs of our app and of the simulator. All ids are random: Alipay remembers our
 * numbers for ever, and two deployments must never share them.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Scope } from '../../functions/http/operation.ts';
import type { Algorithm } from '../../functions/http/sign.ts';
import type { Agreement, KeyItem, Merchant } from '../../functions/merchant/merchant.ts';
import { base32 } from '../../functions/order/orders.ts';
import type { Statements } from '../../functions/statement/statements.ts';
import type { Table } from '../../functions/table.ts';

export interface Credential {
  readonly keyid: string;
  readonly alg: Algorithm;
  readonly privateKeyPem: string;
  readonly scopes: readonly Scope[];
  readonly merchantId: string;
  readonly storeId: string | null;
  readonly revoked?: true;
}

/** What the credentials file holds. `alipay`: what our app signs with, and what it verifies the simulator by. */
export interface Credentials {
  readonly credentials: readonly Credential[];
  readonly alipay: {
    readonly appId: string;
    readonly sellerId: string;
    readonly privateKeyPem: string;
    readonly alipayPublicKeyPem: string;
  };
}

/** Everything about a local deployment that must outlive a restart. */
export interface Identity extends Credentials {
  readonly simulator: { readonly appPublicKeyPem: string; readonly alipayPrivateKeyPem: string };
  readonly merchants: readonly Merchant[];
  readonly keys: readonly KeyItem[];
}

const TERMINAL: readonly Scope[] = ['orders:write', 'orders:read', 'refunds:write'];
const BACK_OFFICE: readonly Scope[] = ['orders:read', 'refunds:write', 'statements:read'];
const STORE = 'main';

export function newIdentity(settings: { readonly zone?: string } = {}): Identity {
  const app = rsaPair();
  const alipay = rsaPair();
  const appId = `2021${digits(12)}`;
  const sellerId = `2088${digits(12)}`;
  const shop = newMerchant('示范商店', { appId, sellerId }, settings.zone);
  const other = newMerchant('另一家商店', { appId, sellerId: `2088${digits(12)}` });
  const holders = [
    newCredential(shop, 'trm', 'ed25519', TERMINAL),
    newCredential(shop, 'bko', 'ecdsa-p256-sha256', BACK_OFFICE),
    newCredential(shop, 'trm', 'ed25519', TERMINAL, true),
    newCredential(other, 'trm', 'ecdsa-p256-sha256', TERMINAL),
  ];
  return {
    credentials: holders.map(({ credential }) => credential),
    alipay: { appId, sellerId, privateKeyPem: app.privateKeyPem, alipayPublicKeyPem: alipay.publicKeyPem },
    simulator: { appPublicKeyPem: app.publicKeyPem, alipayPrivateKeyPem: alipay.privateKeyPem },
    merchants: [shop, other],
    keys: holders.map(({ key }) => key),
  };
}

/** The secret as the functions read it. */
export function secretOf({ alipay }: Credentials): string {
  const { appId, privateKeyPem, alipayPublicKeyPem } = alipay;
  return JSON.stringify({ apps: { [appId]: { privateKeyPem, alipayPublicKeyPems: [alipayPublicKeyPem] } } });
}

/** Puts the identity into the tables; what is there already stays. */
export async function seed(identity: Identity, directory: Table, statements: Statements, now: number): Promise<void> {
  for (const item of [...identity.merchants, ...identity.keys]) await directory.create({ ...item });
  for (const merchant of identity.merchants) await statements.openHead(merchant, now);
}

function newMerchant(name: string, account: { appId: string; sellerId: string }, zone = 'Asia/Shanghai'): Merchant {
  const id = newId('mer');
  const agreement: Agreement = {
    agreementId: newId('agr'),
    currency: 'CNY',
    validFrom: '2020-01-01',
    ratePpm: 6_000,
    feeOnRefund: 'returned',
  };
  return {
    id,
    merchantId: id,
    kind: 'merchant',
    version: 1,
    name,
    zone,
    agreements: [agreement],
    accounts: [{ channel: 'alipay', ...account }],
    channels: {},
    latePayment: 'refund',
    refundWindowDays: 90,
  };
}

function newCredential(
  merchant: Merchant,
  kind: 'trm' | 'bko',
  alg: Algorithm,
  scopes: readonly Scope[],
  revoked = false,
) {
  const holder = newId(kind);
  const { privateKeyPem, publicKey } = signingPair(alg);
  const keyid = `${holder}.1`;
  const { merchantId } = merchant;
  const storeId = kind === 'trm' ? STORE : null;
  const credential: Credential = {
    keyid,
    alg,
    privateKeyPem,
    scopes,
    merchantId,
    storeId,
    ...(revoked && { revoked: true }),
  };
  const key: KeyItem = {
    id: keyid,
    merchantId,
    kind: 'key',
    version: 1,
    alg,
    publicKey,
    scopes,
    ...(kind === 'trm' && { storeId: STORE, terminalId: holder }),
    ...(revoked && { revokedAt: 0 }),
  };
  return { credential, key };
}

function newId(prefix: string): string {
  return `${prefix}_${base32(randomBytes(8)).slice(0, 12)}`;
}

function digits(count: number): string {
  return BigInt(`0x${randomBytes(16).toString('hex')}`)
    .toString()
    .slice(-count)
    .padStart(count, '7');
}

function rsaPair(): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
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

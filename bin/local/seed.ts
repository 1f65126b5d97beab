/**
 * Who is there when the local stack starts: a demo merchant with a terminal, a back office and a revoked terminal, and a
 * second merchant's terminal; and the key pairs of our app and of the simulator. All ids are random: Alipay remembers our
 * numbers for ever, and two deployments must never share them.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { AlipayAccount } from '../../functions/channel/registry.ts';
import { makeCursorKey } from '../../functions/http/cursor-seal.ts';
import {
  type Credential as CredentialItem,
  type KeyItem,
  TERMINAL_SCOPES,
} from '../../functions/merchant/credentials.ts';
import { FunctionState } from '../../functions/merchant/function-state.ts';
import type { Algorithm, Scope } from '../../functions/merchant/key.ts';
import type { Agreement, Merchant, Store } from '../../functions/merchant/merchant.ts';
import type { Reconciliations } from '../../functions/reconciliation/reconciliations.ts';
import type { Statements } from '../../functions/statement/statements.ts';
import type { Table } from '../../functions/table/table.ts';
import type { Credential } from '../cli/credentials.ts';
import { itemOf, newCredential, newId, newMerchant, newName, newStore } from '../directory/new-items.ts';
import type { AppCertificates } from './alipay-simulator/certificates.ts';
import { type AntomIdentity, antomAccountOf, newAntomIdentity } from './antom-identity.ts';
import { issueCertificates } from './issue-certificates.ts';

/** What the credentials file holds. `alipay`: what our app signs with, and what it verifies the simulator by. */
export interface Credentials {
  readonly credentials: readonly Credential[];
  readonly alipay: {
    readonly appId: string;
    readonly sellerId: string;
    readonly privateKeyPem: string;
    readonly alipayPublicKeyPem: string;
    /** The app is in certificate mode, here and at the simulator. */
    readonly certificates?: AppCertificates;
  };
}

/** Everything about a local deployment that must outlive a restart. */
export interface Identity extends Credentials {
  readonly simulator: {
    readonly appPublicKeyPem: string;
    readonly alipayPrivateKeyPem: string;
    /** Seller ids by the token of those who have authorised our app. */
    readonly authorised: Readonly<Record<string, string>>;
  };
  readonly antom: AntomIdentity;
  readonly merchants: readonly Merchant[];
  readonly stores: readonly Store[];
  readonly holders: readonly CredentialItem[];
  readonly keys: readonly KeyItem[];
}

const BACK_OFFICE: readonly Scope[] = ['orders:read', 'refunds:write', 'statements:read', 'terminals:read'];
const STORE = 'main';

export function newIdentity(settings: { readonly zone?: string } = {}): Identity {
  const app = rsaPair();
  const alipay = rsaPair();
  const appId = `2021${digits(12)}`;
  const sellerId = `2088${digits(12)}`;
  const shop = sellingMerchant('示范商店', { appId, sellerId }, settings.zone);
  // The app is the first merchant's own; the other one has authorised it.
  const appAuthToken = `202601BB${digits(24)}`;
  const others = `2088${digits(12)}`;
  const other = sellingMerchant('另一家商店', { appId, sellerId: others, appAuthToken });
  const holders = [
    terminalOf(shop, 'ed25519'),
    backOfficeOf(shop),
    revoked(terminalOf(shop, 'ed25519')),
    terminalOf(other, 'ecdsa-p256-sha256'),
  ];
  return {
    credentials: holders.map(({ credential }) => credential),
    alipay: { appId, sellerId, privateKeyPem: app.privateKeyPem, alipayPublicKeyPem: alipay.publicKeyPem },
    simulator: {
      appPublicKeyPem: app.publicKeyPem,
      alipayPrivateKeyPem: alipay.privateKeyPem,
      authorised: { [appAuthToken]: others },
    },
    antom: newAntomIdentity(),
    merchants: [shop, other],
    stores: [shop, other].map(({ merchantId, name }) => newStore(merchantId, STORE, name)),
    holders: holders.map(({ holder }) => holder),
    keys: holders.map(({ key }) => key),
  };
}

/** The same with its app in certificate mode, under the keys that it has; as in Alipay's console there is no way back. */
export function inCertificateMode(identity: Identity): Identity {
  const { alipay, simulator } = identity;
  if (alipay.certificates) return identity;
  const { appId, alipayPublicKeyPem } = alipay;
  const { appPublicKeyPem } = simulator;
  const certificates = issueCertificates({ appId, appPublicKeyPem, alipayPublicKeyPem });
  return { ...identity, alipay: { ...alipay, certificates } };
}

/** The same, and its first merchant sells by Antom beside Alipay, under terms of 1 % for each currency of its account. */
export function inCurrencies(identity: Identity): Identity {
  const [shop, ...others] = identity.merchants;
  if (!shop || shop.accounts.some(({ channel }) => channel === 'antom')) return identity;
  const account = antomAccountOf(identity.antom, shop);
  const terms = Object.entries(account.currencies).map(
    ([currency, settlementCurrency]): Agreement => ({
      ...{ agreementId: newId('agr'), channel: 'antom', currency, settlementCurrency },
      ...{ validFrom: '2020-01-01', ratePpm: 10_000, feeOnRefund: 'returned' },
    }),
  );
  const seller = { ...shop, accounts: [...shop.accounts, account], agreements: [...shop.agreements, ...terms] };
  return { ...identity, merchants: [seller, ...others] };
}

/** The secret as the functions read it. */
export function secretOf({ alipay }: Credentials): string {
  const { appId, privateKeyPem, alipayPublicKeyPem, certificates } = alipay;
  const app = certificates
    ? {
        ...{ mode: 'certificate', privateKeyPem, appCertPem: certificates.appCertPem },
        ...{ alipayCertPems: [certificates.alipayCertPem], alipayRootCertPem: certificates.alipayRootCertPem },
      }
    : { privateKeyPem, alipayPublicKeyPems: [alipayPublicKeyPem] };
  return JSON.stringify({ apps: { [appId]: app } });
}

/** Puts the identity into the tables; what is there already stays. */
export async function seed(
  identity: Identity,
  directory: Table,
  { statements, reconciliations }: { statements: Statements; reconciliations: Reconciliations },
  now: number,
): Promise<void> {
  const { merchants, stores, holders, keys } = identity;
  const names = merchants.map(({ name, merchantId }) => newName(name, merchantId));
  for (const item of [...names, ...merchants, ...stores, ...holders, ...keys]) await directory.create(itemOf(item));
  await makeCursorKey({ functionState: new FunctionState(directory, () => now) });
  for (const merchant of merchants) {
    await statements.openHead(merchant, now);
    await reconciliations.openHead(merchant.id, now);
  }
}

/** A merchant that sells in CNY since before anybody asked. */
function sellingMerchant(name: string, account: Omit<AlipayAccount, 'channel'>, zone = 'Asia/Shanghai'): Merchant {
  const agreement: Agreement = {
    agreementId: newId('agr'),
    currency: 'CNY',
    validFrom: '2020-01-01',
    ratePpm: 6_000,
    feeOnRefund: 'returned',
  };
  return {
    ...newMerchant(name),
    acquirer: '支付宝（中国）网络技术有限公司',
    zone,
    agreements: [agreement],
    accounts: [{ channel: 'alipay', ...account }],
    supportPhone: '+86 21 0000 0000',
  };
}

function terminalOf({ merchantId }: Merchant, alg: Algorithm) {
  return newCredential({ merchantId, name: '收银台', scopes: TERMINAL_SCOPES, alg, createdAt: 0, storeId: STORE });
}

function backOfficeOf({ merchantId }: Merchant) {
  return newCredential({ merchantId, name: '后台', scopes: BACK_OFFICE, alg: 'ecdsa-p256-sha256', createdAt: 0 });
}

function revoked({ credential, holder, key }: ReturnType<typeof newCredential>): ReturnType<typeof newCredential> {
  return {
    credential: { ...credential, revoked: true },
    holder: { ...holder, revokedAt: 0 },
    key: { ...key, revokedAt: 0 },
  };
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

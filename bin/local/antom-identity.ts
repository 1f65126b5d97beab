/** The demo merchant's client at the Antom simulator: its keys, its contracts, and its receiving account. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import type { Client } from './antom-simulator/wire.ts';

/** What the credentials file says: what our client signs with, and what it verifies the simulator by. */
export interface AntomCredentials {
  readonly clientId: string;
  readonly privateKeyPem: string;
  readonly antomPublicKeyPem: string;
}

export interface AntomIdentity {
  readonly credentials: AntomCredentials;
  /** The same client, as the simulator has it. */
  readonly client: Client;
}

/** In what the demo merchant's contract settles, by the order's currency. */
const CURRENCIES = { JPY: 'USD', HKD: 'USD', CNY: 'CNY' } as const;

export function newAntomIdentity(): AntomIdentity {
  const [ours, antoms] = [rsaPair(), rsaPair()];
  const clientId = `SANDBOX_5Y${randomBytes(6).toString('hex').toUpperCase()}`;
  return {
    credentials: { clientId, privateKeyPem: ours.privateKeyPem, antomPublicKeyPem: antoms.publicKeyPem },
    client: {
      clientId,
      settlements: Object.fromEntries(Object.entries(CURRENCIES).map(([currency, settled]) => [currency, [settled]])),
      clientPublicKeyPem: ours.publicKeyPem,
      antomPrivateKeyPem: antoms.privateKeyPem,
    },
  };
}

/** The secret as the functions read it. */
export function antomSecretOf({ credentials: { clientId, privateKeyPem, antomPublicKeyPem } }: AntomIdentity): string {
  return JSON.stringify({ clients: { [clientId]: { privateKeyPem, antomPublicKeyPems: [antomPublicKeyPem] } } });
}

/** The merchant's account at Antom: JPY and HKD are settled in USD, CNY in CNY. 5411: a grocery shop. */
export function antomAccountOf({ credentials }: AntomIdentity, { id, name }: Pick<Merchant, 'id' | 'name'>) {
  return {
    channel: 'antom',
    clientId: credentials.clientId,
    referenceMerchantId: id,
    merchantName: name,
    merchantMCC: '5411',
    currencies: CURRENCIES,
  } as const;
}

function rsaPair(): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

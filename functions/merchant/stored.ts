/** The shapes of the directory's items, as they must be when they are read back. */
import { optional, reader } from '../table/stored.ts';
import type { Activation, Credential, KeyItem } from './credentials.ts';
import type { Merchant } from './merchant.ts';

const item = { id: 'text', merchantId: 'text', version: 'integer' } as const;

/** Each one throws WrongItem. */
export const readMerchant = reader<Merchant>('directory', 'id', {
  ...item,
  kind: 'text',
  name: 'text',
  acquirer: 'text',
  zone: 'text',
  agreements: [
    {
      agreementId: 'text',
      channel: optional('text'),
      currency: 'text',
      settlementCurrency: optional('text'),
      validFrom: 'text',
      ratePpm: 'number',
      feeMinimum: optional('integer'),
      feeCap: optional('integer'),
      feeOnRefund: 'text',
    },
  ],
  accounts: 'list',
  formerAccounts: optional('list'),
  authorisations: optional('list'),
  channels: 'object',
  preferred: optional('object'),
  latePayment: 'text',
  refundWindowDays: 'integer',
  supportPhone: optional('text'),
  limits: 'object',
  referenceMayLookLikeCard: optional('flag'),
});

export const readCredential = reader<Credential>('directory', 'id', {
  ...item,
  kind: 'text',
  role: 'text',
  name: 'text',
  scopes: ['text'],
  storeId: optional('text'),
  stores: optional('text'),
  createdAt: 'integer',
  newestKey: 'integer',
  revokedAt: optional('integer'),
});

export const readKeyItem = reader<KeyItem>('directory', 'id', {
  ...item,
  kind: 'text',
  alg: 'text',
  publicKey: 'text',
  scopes: ['text'],
  storeId: optional('text'),
  stores: optional('text'),
  addresses: optional(['text']),
  terminalId: optional('text'),
  createdAt: 'integer',
  expiresAt: optional('integer'),
  revokedAt: optional('integer'),
});

export const readActivation = reader<Activation>('directory', 'id', {
  ...item,
  kind: 'text',
  storeId: 'text',
  scopes: optional(['text']),
  stores: optional('text'),
  terminalId: 'text',
  name: 'text',
  secretHash: 'text',
  expiresAt: 'integer',
  tries: 'integer',
  triesFrom: optional('object'),
  usedBy: optional({ alg: 'text', publicKey: 'text' }),
});

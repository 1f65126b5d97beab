/**
 * The channels, by id, as data: the one list that contract, stack, services and screens read. It is the only file outside a
 * channel's own folder that names one. services.ts names the code that speaks to each.
 */
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts';
import type { ChannelEntry } from './traits.ts';

/** Source: Alipay's public pages on `alipay.trade.*` and the trade bill. */
const ALIPAY = {
  name: { 'zh-CN': '支付宝', en: 'Alipay' },
  traits: {
    // The gateway has no field for a currency: it takes every number as yuan, and 100,000,000 of them at the most.
    currencies: { CNY: { largest: 10_000_000_000 } },
    shortestCode: 60 * SECOND,
    longestCode: 15 * DAY,
    refundSpacing: 3 * SECOND,
    refundQueryAfter: 10 * SECOND,
    // 24 hours, less what clocks may be apart.
    cancelUntil: (sentAt) => sentAt + DAY - MINUTE,
    unpaidCodeCanBeCancelled: false,
    closeReverses: false,
    refusalEndsNumber: false,
    dayZone: '+08:00',
    // The bill is there at nine on the next morning, or later.
    report: { askedAfter: 10 * HOUR },
    // A trade's number has 28 digits, of which the first eight are its day.
    dayOfTrade: (tradeNo) => {
      const [, year, month, day] = /^(20\d\d)(\d\d)(\d\d)\d{8}/.exec(tradeNo) ?? [];
      return year && `${year}-${month}-${day}`;
    },
    // 16 to 24 digits that begin with 25 to 30. Other wallets' codes begin otherwise.
    tillCode: { pattern: '^(2[5-9]|30)[0-9]{14,22}$', hint: 'its digits begin with 25 to 30' },
    account: { identity: { appId: 'different_app', sellerId: 'different_seller' }, payee: 'sellerId' },
  },
  gatewayEnv: 'ALIPAY_GATEWAY_URL',
  secret: {
    env: 'ALIPAY_SECRET_ARN',
    holds: '{"apps": {"<app id>": {"privateKeyPem", "alipayPublicKeyPems": []}}}',
  },
  notification: { path: '/v1/notifications/alipay', thanks: 'success', again: 'fail' },
} as const satisfies ChannelEntry;

export const CHANNELS = { alipay: ALIPAY } as const;

export type ChannelId = keyof typeof CHANNELS;

/** A merchant's account at Alipay, and the app by which we act for it. */
export interface AlipayAccount {
  readonly channel: 'alipay';
  readonly appId: string;
  /** The merchant's own account at the acquirer; money goes there and nowhere else. */
  readonly sellerId: string;
  /**
   * The merchant's authorisation of a platform app (service-provider mode): a credential, which the merchant may renew on any
   * day. Orders of versions before have one stored, which counts only where the merchant's item does not know the account.
   */
  readonly appAuthToken?: string;
}

/** A receiving account at its channel. An order keeps it as it was when the order was opened, without the authorisation. */
export type Account = AlipayAccount;

/** What a message of a channel names of an account; it never names an authorisation. */
export type NamedAccount = Pick<Account, 'channel'> & Partial<Account>;

/**
 * The channels, by id, as data: the one list that contract, stack, services and screens read. It is the only file outside a
 * channel's own folder that names one. services.ts names the code that speaks to each.
 */
import { MAX_VALUE } from '../money.ts';
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
  notification: { path: '/v1/notifications/alipay', contentType: 'text/plain', thanks: 'success', again: 'fail' },
} as const satisfies ChannelEntry;

/** What Antom reads of an answer to its messages. */
const result = (resultCode: string, resultStatus: 'S' | 'U', resultMessage: string) =>
  JSON.stringify({ result: { resultCode, resultStatus, resultMessage } });

/** 16 digits of minor units are what a value of Antom's holds; the API takes fewer. */
const largest = MAX_VALUE;

/** Source: docs.antom.com on Alipay+ in the shop (AMS), as kept with its vectors in test/channel/. */
const ANTOM = {
  name: { 'zh-CN': 'Alipay+', en: 'Alipay+' },
  traits: {
    // Those of the wallets behind Alipay+, and those in which merchants are settled. A contract names fewer.
    currencies: Object.fromEntries(
      `JPY HKD CNY USD SGD EUR GBP KRW MYR PHP THB IDR MOP TWD VND AUD NZD CAD AED BDT BRL CHF DKK ILS INR KHR KZT LAK
      LKR MNT MXN NOK NPR PEN PKR PLN QAR SAR SEK TRY UZS ZAR`
        .split(/\s+/)
        .map((currency) => [currency, { largest }]),
    ),
    // No page names bounds but these: an expiry below 30 minutes, on an older one.
    shortestCode: MINUTE,
    longestCode: 30 * MINUTE,
    // No page says that refunds of one trade must be apart, or that its refund query lags behind.
    refundSpacing: SECOND,
    refundQueryAfter: 10 * SECOND,
    // A quarter past midnight of the next day at UTC+8, less what clocks may be apart.
    cancelUntil: (sentAt) => Math.floor((sentAt + 8 * HOUR) / DAY + 1) * DAY - 8 * HOUR + 15 * MINUTE - 30 * SECOND,
    unpaidCodeCanBeCancelled: true,
    closeReverses: true,
    refusalEndsNumber: true,
    dayZone: '+08:00',
    report: 'imported',
    // Wallets' codes differ, and Alipay's own are among them: Antom judges.
    tillCode: { pattern: '^[0-9]{16,24}$', hint: 'it has 16 to 24 digits' },
    account: {
      identity: { clientId: 'different_app', referenceMerchantId: 'different_seller' },
      payee: 'referenceMerchantId',
      settlement: 'currencies',
    },
  },
  gatewayEnv: 'ANTOM_GATEWAY_URL',
  secret: {
    env: 'ANTOM_SECRET_ARN',
    holds: '{"clients": {"<client id>": {"privateKeyPem", "antomPublicKeyPems": []}}}',
  },
  notification: {
    path: '/v1/notifications/antom',
    contentType: 'application/json',
    thanks: result('SUCCESS', 'S', 'success'),
    again: result('UNKNOWN_EXCEPTION', 'U', 'send it again'),
  },
} as const satisfies ChannelEntry;

export const CHANNELS = { alipay: ALIPAY, antom: ANTOM } as const;

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

/** A merchant's account at Antom: a contract that settles, under the client id by which we call. */
export interface AntomAccount {
  readonly channel: 'antom';
  readonly clientId: string;
  /** The merchant as it is registered at the acquirer; money goes there and nowhere else. */
  readonly referenceMerchantId: string;
  /** What the customer's wallet shows. */
  readonly merchantName: string;
  /** The merchant's category code, ISO 18245. */
  readonly merchantMCC: string;
  /** In what the contract settles orders, by their currency. An order keeps only its own. */
  readonly currencies: Readonly<Record<string, string>>;
  /** The merchant's authorisation of a service provider's client: a credential, kept like Alipay's. */
  readonly agentToken?: string;
}

/**
 * A receiving account at its channel. An order keeps where its money goes and in what it is settled, as it was when the order was
 * opened, and nothing else: the rest is read of the merchant whenever the channel is called.
 */
export type Account = AlipayAccount | AntomAccount;

/** What is noted of an account whose authorisation was mended. */
export type NotedAccount =
  | Omit<AlipayAccount, 'channel' | 'appAuthToken'>
  | Pick<AntomAccount, 'clientId' | 'referenceMerchantId'>;

/** What a message of a channel names of an account; it never names an authorisation. */
export type NamedAccount = NamedOf<Account>;
type NamedOf<A extends Account> = A extends Account ? Pick<A, 'channel'> & Partial<A> : never;

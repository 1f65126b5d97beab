/** Alipay's notifications as it writes them: a form in UTF-8 or GBK, signed over its decoded values. */
import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import { readAlipayNotification } from '../../functions/channel/alipay/notification.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import { bare, rsaPair } from './keys.ts';

export const APP_ID = '2021000000000001';
/** A second app of ours, with keys of its own on both sides. */
export const OTHER_APP_ID = '2021000000000002';

const app = rsaPair();
const alipay = rsaPair();
const otherAlipay = rsaPair();
export const appKey = createPrivateKey(app.privateKeyPem);
export const alipayKey = createPrivateKey(alipay.privateKeyPem);
export const otherAlipayKey = createPrivateKey(otherAlipay.privateKeyPem);
const keys = parseAlipaySecret(
  JSON.stringify({
    apps: {
      [APP_ID]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [alipay.publicKeyPem] },
      [OTHER_APP_ID]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [otherAlipay.publicKeyPem] },
    },
  }),
);

/** Reads a notification as the channel does. */
export const read = (body: string | Buffer) => readAlipayNotification(Buffer.from(body), keys);

/** Whether Alipay's own SDK calls it genuine. */
export function isGenuineBySdk(body: string): boolean {
  return sdk.checkNotifySignV2(Object.fromEntries(new URLSearchParams(body)));
}
const sdk = new AlipaySdk({
  appId: APP_ID,
  privateKey: bare(app.privateKeyPem),
  keyType: 'PKCS8',
  alipayPublicKey: bare(alipay.publicKeyPem),
});

export const FIELDS = {
  notify_type: 'trade_status_sync',
  notify_id: 'n1',
  notify_time: '2026-03-01 12:00:05',
  charset: 'utf-8',
  version: '1.0',
  app_id: APP_ID,
  trade_no: '2026030122001',
  out_trade_no: 'ord_abcdefghijklmnopqrstuvwxyz_1',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '12.34',
  receipt_amount: '12.34',
  seller_id: '2088000000000001',
  buyer_logon_id: '138****5678',
  subject: '拿铁 50% + "tea" & =😀',
  gmt_payment: '2026-03-01 12:00:00',
  fund_bill_list: '[{"amount":"12.34","fundChannel":"ALIPAYACCOUNT"}]',
} as const;

interface Style {
  readonly key?: KeyObject;
  readonly hash?: 'RSA-SHA256' | 'RSA-SHA1';
  readonly signType?: string;
  readonly charset?: 'utf-8' | 'GBK';
  /** Whether a blank is a `+`, or `%20`. */
  readonly plus?: boolean;
}

export function form(fields: Readonly<Record<string, string>>, style: Style = {}): string {
  const { key = alipayKey, hash = 'RSA-SHA256', signType = 'RSA2', charset = 'utf-8', plus = true } = style;
  const encode = charset === 'GBK' ? gbk : (text: string) => Buffer.from(text);
  const text = Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
  const sign = createSign(hash).update(encode(text)).sign(key, 'base64');
  return Object.entries({ ...fields, sign_type: signType, sign })
    .map(([name, value]) => `${name}=${escaped(encode(value), plus)}`)
    .join('&');
}

function escaped(bytes: Buffer, plus: boolean): string {
  return Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    if (plus && char === ' ') return '+';
    return /[A-Za-z0-9*._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/** GBK by the platform's own decoder, turned round: every character that it knows. */
const GBK = new Map<string, readonly number[]>();
for (let byte = 0; byte < 0x80; byte += 1) GBK.set(String.fromCharCode(byte), [byte]);
for (let high = 0x81; high < 0xff; high += 1)
  for (let low = 0x40; low < 0xff; low += 1) {
    const char = new TextDecoder('gbk').decode(new Uint8Array([high, low]));
    if (char.length === 1 && char !== '\ufffd' && !GBK.has(char)) GBK.set(char, [high, low]);
  }
export const gbkCharacters = [...GBK.keys()];

function gbk(text: string): Buffer {
  return Buffer.from(
    [...text].flatMap((char) => {
      const bytes = GBK.get(char);
      if (!bytes) throw new Error(`no GBK for ${char}`);
      return bytes;
    }),
  );
}

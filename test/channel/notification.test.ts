/** Alipay's notifications: what its own SDK calls genuine we call genuine, and nothing else. */
import { createPrivateKey, sign } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAlipaySecret } from '../../functions/channel/alipay-gateway.ts';
import { readAlipayNotification } from '../../functions/channel/alipay-notification.ts';
import { rsaPair } from '../support/keys.ts';

const APP_ID = '2021000000000001';
const app = rsaPair();
const alipay = rsaPair();
const alipayKey = createPrivateKey(alipay.privateKeyPem);
const keys = parseAlipaySecret(
  JSON.stringify({
    apps: { [APP_ID]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [alipay.publicKeyPem] } },
  }),
);
const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
const sdk = new AlipaySdk({
  appId: APP_ID,
  privateKey: bare(app.privateKeyPem),
  keyType: 'PKCS8',
  alipayPublicKey: bare(alipay.publicKeyPem),
});

const FIELDS: Record<string, string> = {
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
};

const encoders: Record<string, (text: string) => Buffer> = { 'utf-8': (text) => Buffer.from(text), GBK: gbk };

/** GBK by the platform's own decoder, turned round: enough for the characters that the tests use. */
function gbk(text: string): Buffer {
  const decoder = new TextDecoder('gbk');
  const bytes = [...text].flatMap((char) => {
    if (char.charCodeAt(0) < 0x80) return [char.charCodeAt(0)];
    for (let high = 0x81; high < 0xff; high += 1)
      for (let low = 0x40; low < 0xff; low += 1)
        if (decoder.decode(new Uint8Array([high, low])) === char) return [high, low];
    throw new Error(`no GBK for ${char}`);
  });
  return Buffer.from(bytes);
}

const escaped = (bytes: Buffer) =>
  [...bytes]
    .map((byte) =>
      byte === 0x20
        ? '+'
        : /[A-Za-z0-9*._-]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

function form(fields: Record<string, string>, { key = alipayKey, signType = 'RSA2', charset = 'utf-8' } = {}): string {
  const encode = encoders[charset] ?? Buffer.from;
  const text = Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
  const signature = sign('sha256', encode(text), key).toString('base64');
  return Object.entries({ ...fields, sign_type: signType, sign: signature })
    .map(([name, value]) => `${name}=${escaped(encode(value))}`)
    .join('&');
}

const read = (body: string) => readAlipayNotification(Buffer.from(body), keys);
const paid = {
  tradeNo: FIELDS.trade_no,
  paidAt: Date.parse('2026-03-01T04:00:00Z'),
  amount: { currency: 'CNY', value: 1234 },
  received: { currency: 'CNY', value: 1234 },
};
const news = {
  kind: 'news',
  notificationId: 'n1',
  appId: APP_ID,
  sellerId: FIELDS.seller_id,
  attemptNo: FIELDS.out_trade_no,
  paid,
  closedUnpaid: false,
};

describe('a genuine notification', () => {
  test('is read, without anything of the payer', () => {
    expect(read(form(FIELDS))).toEqual(news);
  });

  test('F11 in GBK is the same', () => {
    const fields = { ...FIELDS, charset: 'GBK', subject: '拿铁咖啡 + 50%' };
    expect(read(form(fields, { charset: 'GBK' }))).toEqual(news);
  });

  test('with an empty value, signed with or without it', () => {
    const { sign: _, ...rest } = { ...FIELDS, sign: '' };
    expect(read(form({ ...rest, body: '' }))).toEqual(news);
    expect(read(`${form(FIELDS)}&body=`)).toEqual(news);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 30 });
  test("F11 is what Alipay's SDK calls genuine, whatever the text", () => {
    fc.assert(
      fc.property(text, text, (subject, extra) => {
        const body = form({ ...FIELDS, subject: `s${subject}`, new_field: `x${extra}` });
        expect(read(body)).toEqual(news);
        expect(sdk.checkNotifySignV2(Object.fromEntries(new URLSearchParams(body)))).toBe(true);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test.each([
    ['TRADE_FINISHED', {}, { paid, closedUnpaid: false }],
    ['WAIT_BUYER_PAY', { gmt_payment: '' }, { closedUnpaid: false }],
    ['TRADE_CLOSED', {}, { paid, closedUnpaid: false }],
    [
      'TRADE_SUCCESS',
      { refund_fee: '1.00', gmt_refund: '2026-03-01 13:00:00.123', out_biz_no: 'r1' },
      { paid, refund: { requestNo: 'r1', inFull: false } },
    ],
    [
      'TRADE_CLOSED',
      { refund_fee: '12.34', gmt_refund: '2026-03-01 13:00:00.123' },
      { paid, refund: { requestNo: FIELDS.out_trade_no, inFull: true } },
    ],
  ])('F12 %s %j', (trade_status, more, expected) => {
    expect(read(form({ ...FIELDS, trade_status, ...more }))).toMatchObject({ kind: 'news', ...expected });
  });

  test('F12 closed without a payment is over, unpaid', () => {
    const { gmt_payment: _, ...fields } = FIELDS;
    expect(read(form({ ...fields, trade_status: 'TRADE_CLOSED' }))).toMatchObject({ closedUnpaid: true });
  });

  test('about something else is not ours', () => {
    expect(read(form({ ...FIELDS, notify_type: 'other' }))).toMatchObject({ kind: 'not_ours' });
  });

  test('with an amount that is no money fits no order', () => {
    expect(read(form({ ...FIELDS, total_amount: '12.345' }))).toMatchObject({
      kind: 'news',
      paid: { amount: { value: -1 } },
    });
  });
});

describe('F5 what is not genuine', () => {
  const good = form(FIELDS);
  test.each([
    ['nothing', ''],
    ['JSON', JSON.stringify(FIELDS)],
    ['no signature', good.replace(/&sign=[^&]*/, '')],
    ['a short signature', good.replace(/(&sign=.{20})[^&]*/, '$1')],
    ['SHA-1', form(FIELDS, { signType: 'RSA' })],
    ["our own key instead of Alipay's", form(FIELDS, { key: createPrivateKey(app.privateKeyPem) })],
    ['another app', form({ ...FIELDS, app_id: '2021999999999999' })],
    ['a parameter twice', `${good}&total_amount=12.34`],
    ['a parameter more', `${good}&x=1`],
    ['a parameter less', good.replace(/&subject=[^&]*/, '')],
    ['broken escapes', good.replace('%', '%zz')],
    ['bytes that are no text', good.replace(/subject=[^&]*/, 'subject=%FF%FE')],
    ['a charset that nobody knows', form({ ...FIELDS, charset: 'klingon' })],
    ['more than 16 KB', form({ ...FIELDS, body: 'x'.repeat(17_000) })],
  ])('%s', (_, body) => {
    expect(read(body).kind).toBe('forged');
  });

  test('10,000 mutations, none accepted', () => {
    const pairs = good.split('&');
    fc.assert(
      fc.property(
        fc.nat({ max: pairs.length - 1 }),
        fc.nat(),
        fc.constantFrom(...'abcXYZ0129+%'),
        (which, at, char) => {
          const pair = pairs[which] ?? '';
          const i = at % pair.length;
          const changed = [...pairs];
          changed[which] = pair.slice(0, i) + char + pair.slice(i + 1);
          fc.pre(!sameBytes(pair, changed[which]));
          expect(read(changed.join('&')).kind).toBe('forged');
        },
      ),
      { numRuns: 10_000, seed: 1 },
    );
  });

  /** Escapes may be spelt in more than one way; the tail bits of base64 mean nothing. */
  function sameBytes(a: string, b: string): boolean {
    if (a === b) return true;
    try {
      const [left, right] = [a, b].map((pair) => new URLSearchParams(pair).entries().next().value ?? []);
      const value = ([name, text = '']: string[]) =>
        name === 'sign' ? Buffer.from(text, 'base64').toString('hex') : text;
      return left?.[0] === right?.[0] && value(left as string[]) === value(right as string[]);
    } catch {
      return false;
    }
  }
});

/** Requests to Alipay's gateway, against Alipay's own SDK: both sign by the same rule, whatever the text. */
import { createPublicKey } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import {
  type AlipayGateway,
  createAlipayGateway,
  fromAlipayTime,
  isSignedBy,
  stringToSign,
  toAlipayTime,
} from '../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import { bare, isRsaSha256, rsaPair } from '../support/keys.ts';

const APP_ID = '2021000000000001';
const NOW = Date.parse('2026-03-01T16:00:00Z');
const app = rsaPair();
const alipay = rsaPair();
const keys = parseAlipaySecret(
  JSON.stringify({
    apps: { [APP_ID]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [alipay.publicKeyPem] } },
  }),
);

interface Seen {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: [string, string][];
  readonly body: [string, string][];
}
let server: Server;
let url: string;
let seen: Seen[] = [];
let gateway: AlipayGateway;
let sdk: AlipaySdk;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      const { method = '', headers } = request;
      seen.push({ method, headers, query: [...searchParams], body: [...new URLSearchParams(body)] });
      response.end('{}');
    });
  });
  url = `${await listen(server)}/gateway.do`;
  gateway = createAlipayGateway({ url, keys: async () => keys, now: () => NOW });
  sdk = new AlipaySdk({
    appId: APP_ID,
    privateKey: bare(app.privateKeyPem),
    keyType: 'PKCS8',
    alipayPublicKey: bare(alipay.publicKeyPem),
    gateway: url,
    camelcase: false,
  });
});
afterAll(() => close(server));

const account = { channel: 'alipay', appId: APP_ID, sellerId: '2088000000000001' } as const;
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom('拿铁 50% + "tea" & =😀', 'a&sign=x', '%2B+ %', '\r\n\t\\/', '\ud800'),
);
const last = (): Seen => seen.at(-1) ?? { method: '', headers: {}, query: [], body: [] };

/** Alipay's rule, written down once more: all that was sent but `sign` and empty values, in the order of names. */
function isProperlySigned({ query, body }: Seen): boolean {
  const all = [...query, ...body].filter(([name, value]) => name !== 'sign' && value !== '');
  const names = all.map(([name]) => name).sort();
  const lines = names.map((name) => `${name}=${Object.fromEntries(all)[name]}`);
  return isRsaSha256(lines.join('&'), Object.fromEntries(query).sign ?? '', app.publicKeyPem);
}

test('what we send is signed by the rule, and says what was meant', async () => {
  const property = fc.asyncProperty(text, text, fc.boolean(), async (subject, operator_id, isPlatform) => {
    const content = { subject, operator_id, query_options: ['a', { b: subject }] };
    await gateway.call(
      { ...account, ...(isPlatform && { appAuthToken: 'token+/=' }) },
      'alipay.trade.refund',
      content,
      {
        timeoutMs: 5_000,
        ...(isPlatform && { notifyUrl: 'https://pay.example/n?a=1&b=2' }),
      },
    );
    const { query, body, ...request } = last();
    expect(isProperlySigned({ ...request, query, body })).toBe(true);
    expect(Object.fromEntries(query)).toEqual({
      app_id: APP_ID,
      method: 'alipay.trade.refund',
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-03-02 00:00:00',
      version: '1.0',
      sign: expect.any(String),
      ...(isPlatform && { app_auth_token: 'token+/=', notify_url: 'https://pay.example/n?a=1&b=2' }),
    });
    expect(body.map(([name]) => name)).toEqual(['biz_content']);
    expect(JSON.parse(Object.fromEntries(body).biz_content ?? '')).toEqual(content);
    expect(request).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    });
  });
  await fc.assert(property, { numRuns: 300, seed: 1 });
});

test("what Alipay's SDK sends is signed by our rule, too", async () => {
  const property = fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 30 }), async (subject) => {
    seen = [];
    // The answer is none, so that the SDK complains after it has sent.
    await sdk.exec('alipay.trade.precreate', { bizContent: { subject } }).catch(() => {});
    const { query, body } = last();
    const signature = Object.fromEntries([...query, ...body]).sign ?? '';
    expect(isSignedBy(stringToSign([...query, ...body]), signature, [createPublicKey(app.publicKeyPem)])).toBe(true);
  });
  await fc.assert(property, { numRuns: 50, seed: 1 });
});

describe("Alipay's time is China's", () => {
  test('F53 whatever the machine thinks: a year turns eight hours early', () => {
    expect(toAlipayTime(Date.parse('2026-12-31T15:59:59.999Z'))).toBe('2026-12-31 23:59:59');
    expect(toAlipayTime(Date.parse('2026-12-31T16:00:00Z'))).toBe('2027-01-01 00:00:00');
  });

  test('an instant survives the way there and back, with and without milliseconds', () => {
    const at = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2090-01-01') });
    fc.assert(
      fc.property(at, (ms) => {
        const whole = Math.floor(ms / 1_000) * 1_000;
        expect(fromAlipayTime(toAlipayTime(ms))).toBe(whole);
        expect(fromAlipayTime(`${toAlipayTime(ms)}.${String(ms - whole).padStart(3, '0')}`)).toBe(ms);
      }),
      { seed: 1 },
    );
  });

  test.each([
    '',
    '2026-03-01',
    '2026-03-01T12:00:00',
    '2026-13-01 12:00:00',
    '2026-03-01 12:00:00Z',
    ' 2026-03-01 12:00:00',
    '2026-02-29 12:00:00',
    '2026-02-30 12:00:00',
    '2026-04-31 12:00:00',
    '2026-03-01 24:00:00',
    '2026-03-01 23:60:00',
    '2026-03-01 12:00:00.0001',
  ])("%j is no time of Alipay's", (text) => {
    expect(fromAlipayTime(text)).toBeUndefined();
  });
});

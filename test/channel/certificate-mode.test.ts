/** Certificate mode end to end: we and Alipay's official SDK against a gateway that looks at every number. */

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { AlipaySdk } from 'alipay-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { close, listen } from '../../bin/local/aws.ts';
import { createAlipayChannel } from '../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import { SigningKeys } from '../../functions/channel/alipay/keys.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import { certificatePem, certified, rootFile } from '../support/certificates.ts';
import { bare, rsaSha256 } from '../support/keys.ts';
import { NOON } from '../support/orders.ts';

const sent = (body: string | Buffer) => ({
  body: Buffer.from(body),
  headers: {},
  path: '/v1/notifications/alipay',
});
const roots = rootFile();
const [ours, oursNext, alipays, alipaysNext] = [certified(), certified(), certified(), certified()];
const APP = { appId: '2021000000000001', sellerId: '2088000000000001', merchantName: '示范商店' };
const account = { channel: 'alipay', appId: APP.appId, sellerId: APP.sellerId } as const;
type Pair = ReturnType<typeof certified>;

const appOf = (app: Pair, alipay: Pair, alipayRootCertPem = roots) => ({
  ...APP,
  appPublicKeyPem: '',
  alipayPrivateKeyPem: alipay.privateKeyPem,
  certificates: { appCertPem: app.certPem, alipayCertPem: alipay.certPem, alipayRootCertPem },
});
const secretOf = (app: Pair, ...alipay: Pair[]) => ({
  mode: 'certificate',
  privateKeyPem: app.privateKeyPem,
  appCertPem: app.certPem,
  alipayCertPems: alipay.map(({ certPem }) => certPem),
  alipayRootCertPem: roots,
});

let simulator: AlipaySimulator;
let listener: Server;
let notifyUrl: string;
const received: string[] = [];
let channel: Channel;
let secret: object;
let now = NOON;

beforeEach(async () => {
  now = NOON;
  simulator = await startAlipaySimulator({ port: 0, now: () => now, apps: [appOf(ours, alipays)] });
  listener = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push(body);
    response.end('success');
  });
  notifyUrl = `${await listen(listener)}/notify`;
  received.length = 0;
  secret = secretOf(ours, alipays);
  const keys = async () => parseAlipaySecret(JSON.stringify({ apps: { [APP.appId]: secret } }));
  const gateway = createAlipayGateway({ url: `${simulator.url}/gateway.do`, keys, now: () => now });
  channel = createAlipayChannel({ gateway, keys, now: () => now });
});
afterEach(async () => {
  await simulator.stop();
  await close(listener);
});

let number = 0;
const createQrCode = (attemptNo: string) =>
  channel.createQrCode(
    {
      ...{ account, attemptNo, subject: '拿铁', storeId: 'main', terminalId: 'trm_1', notifyUrl },
      amount: { currency: 'CNY', value: 100 },
      expiresAt: now + 180_000,
    },
    5_000,
  );
/** A code for a new order, and a look at it. */
async function sell(): Promise<string[]> {
  const attemptNo = `ord_certificate_${++number}`;
  const code = await createQrCode(attemptNo);
  return [code.kind, (await channel.query({ account, attemptNo }, 5_000)).kind];
}
const sells = async (times: number) => {
  const seen = await Promise.all(Array.from({ length: times }, sell));
  return [...new Set(seen.flat())].sort();
};
const SOLD = ['absent', 'accepted'];

/** A payment, and the body of its notification. */
async function notification(): Promise<string> {
  const code = await createQrCode(`ord_certificate_${++number}`);
  if (code.kind !== 'accepted') expect.unreachable(JSON.stringify(code));
  const pay = { method: 'POST', body: JSON.stringify({ qrCode: code.payload }) };
  expect((await fetch(`${simulator.url}/wallet/pay`, pay)).status).toBe(200);
  await simulator.deliverDue(now);
  return received.find((body) => body.includes('TRADE_SUCCESS')) ?? expect.unreachable('no notification');
}

function sdkOf(app: Pair, alipay: Pair, alipayRootCertContent = roots): AlipaySdk {
  return new AlipaySdk({
    ...{ appId: APP.appId, privateKey: bare(app.privateKeyPem), keyType: 'PKCS8', camelcase: false },
    ...{ appCertContent: app.certPem, alipayPublicCertContent: alipay.certPem, alipayRootCertContent },
    gateway: `${simulator.url}/gateway.do`,
  });
}
const ask = (sdk: AlipaySdk, method = 'alipay.trade.query') =>
  sdk.exec(
    method,
    { timestamp: chinaTime(now), bizContent: { out_trade_no: 'x', total_amount: '1.00', subject: '拿铁' } },
    { validateSign: true },
  );

describe('integration M3 the official SDK', () => {
  test('is taken by the simulator, verifies its answers and its notifications, and we read the same ones', async () => {
    const sdk = sdkOf(ours, alipays);
    expect(await ask(sdk, 'alipay.trade.precreate')).toMatchObject({ code: '10000', out_trade_no: 'x' });
    expect(await ask(sdkOf(ours, alipaysNext)).catch(String)).toContain('验签失败');
    const body = await notification();
    const fields = Object.fromEntries(new URLSearchParams(body));
    expect(fields.alipay_cert_sn).toBe(sdk.config.alipayCertSn);
    expect(sdk.checkNotifySignV2(fields)).toBe(true);
    expect(sdk.checkNotifySignV2({ ...fields, total_amount: '1.01' })).toBe(false);
    expect(await channel.readNotification(sent(body))).toMatchObject({ kind: 'news', paid: { paidAt: NOON } });
  });

  test('the official SDK and we name the same certificates', async () => {
    const { config } = sdkOf(ours, alipays);
    const keys = parseAlipaySecret(JSON.stringify({ apps: { [APP.appId]: secret } })).get(APP.appId);
    expect(keys?.signers[0]?.parameters).toEqual({
      app_cert_sn: config.appCertSn,
      alipay_root_cert_sn: config.alipayRootCertSn,
    });
    expect(keys?.alipayKeys[0]?.certificate).toBe(config.alipayCertSn);
  });
});

describe('integration M3 the gateway turns away', () => {
  const turnedAway = async () => {
    const code = await createQrCode(`ord_certificate_${++number}`);
    return code.kind === 'refused' ? code.refusal : code;
  };
  const no = (subCode: string, misconfiguration: string) => ({
    ...{ reason: 'channel_unavailable', code: '40002', subCode },
    ...{ blames: 'app', misconfiguration },
  });

  test('an app that names no certificate, another one, or other roots; and one whose certificate has ended', async () => {
    secret = { privateKeyPem: ours.privateKeyPem, alipayPublicKeyPems: [alipays.publicKeyPem] };
    expect(await turnedAway()).toEqual(no('isv.missing-app-cert-sn', 'certificate_missing'));
    secret = secretOf(oursNext, alipays);
    expect(await turnedAway()).toEqual(no('isv.app-cert-not-exist', 'certificate_unknown'));
    secret = { ...secretOf(ours, alipays), alipayRootCertPem: alipays.certPem };
    expect(await turnedAway()).toEqual(no('isv.invalid-alipay-root-cert-sn', 'certificate_missing'));
    secret = secretOf(ours, alipays);
    now = Date.parse('2030-01-01T00:00:00Z');
    expect(await turnedAway()).toEqual(no('isv.app-cert-expired', 'certificate_ended'));
  });

  test('an app in public-key mode that names a certificate', async () => {
    const { certificates: _, ...plain } = appOf(ours, alipays);
    simulator.changeKeys({ ...plain, appPublicKeyPem: ours.publicKeyPem });
    expect(await turnedAway()).toEqual(no('isv.app-cert-not-exist', 'certificate_unknown'));
  });
});

describe('S15 our certificate', () => {
  const renewed = { ...ours, certPem: certificatePem({ publicKey: createPublicKey(ours.publicKeyPem) }) };

  test.each([
    ['of a new key', oursNext, { nextPrivateKeyPem: oursNext.privateKeyPem, nextAppCertPem: oursNext.certPem }],
    ['renewed for the same key', renewed, { nextAppCertPem: renewed.certPem }],
  ])(
    '%s stands beside the present one: whichever Alipay knows is used, at the change and after it',
    async (_, next, beside) => {
      secret = { ...secretOf(ours, alipays), ...beside };
      expect(await sells(5)).toEqual(SOLD);
      const during = sells(20);
      simulator.changeKeys(appOf(next, alipays));
      expect(await during).toEqual(SOLD);
      expect(await sells(5)).toEqual(SOLD);
      secret = secretOf(next, alipays);
      expect(await sells(5)).toEqual(SOLD);
    },
  );
});

test('S15 the certificate that was taken is begun with the next time, though the key is the same', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signing = new SigningKeys();
  const call = async () => {
    const tried: string[] = [];
    // As it is read anew each time.
    const signers = ['old', 'new'].map((app_cert_sn) => ({ privateKey, parameters: { app_cert_sn } }));
    await signing.sign(
      '1',
      { signers, alipayKeys: [], ends: [] },
      () => 1_000,
      async ({ parameters }) => {
        const isNew = parameters.app_cert_sn === 'new';
        tried.push(String(parameters.app_cert_sn));
        return { kind: 'signed', response: isNew ? { code: '10000' } : { sub_code: 'isv.app-cert-not-exist' } };
      },
    );
    return tried;
  };
  expect([await call(), await call()]).toEqual([['old', 'new'], ['new']]);
});

describe("S15 Alipay's certificate", () => {
  test('two are believed at a time: no answer is lost at the change, and the old one is no good once it is taken out', async () => {
    secret = secretOf(ours, alipays, alipaysNext);
    const during = sells(20);
    simulator.changeKeys(appOf(ours, alipaysNext));
    expect(await during).toEqual(SOLD);
    expect(await channel.readNotification(sent(await notification()))).toMatchObject({ kind: 'news' });
    secret = secretOf(ours, alipaysNext);
    expect(await sells(5)).toEqual(SOLD);
    simulator.changeKeys(appOf(ours, alipays));
    const number = sdkOf(ours, alipays).config.alipayCertSn;
    expect(await createQrCode('ord_certificate_old')).toEqual({
      kind: 'unknown',
      why: `the answer is signed under a certificate of Alipay that we do not have: ${number}`,
    });
  });

  test('is the one that the answer names, and no other that we have', async () => {
    secret = secretOf(ours, alipays, alipaysNext);
    simulator.changeKeys({ ...appOf(ours, alipays), alipayPrivateKeyPem: alipaysNext.privateKeyPem });
    expect(await createQrCode('ord_certificate_mixed')).toEqual({
      kind: 'unknown',
      why: 'the answer is not signed by Alipay',
    });
  });
});

describe('a notification', () => {
  /** The same message, with another number and signed over the fields that `signs` keeps. */
  const signedAgain = (body: string, by: Pair, change: (fields: Map<string, string>) => void, without = '') => {
    const fields = new Map(new URLSearchParams(body));
    fields.delete('sign');
    change(fields);
    const text = [...fields]
      .filter(([name]) => name !== 'sign_type' && name !== without)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    return Buffer.from(new URLSearchParams([...fields, ['sign', rsaSha256(text, by.privateKeyPem)]]).toString());
  };
  const as = (by: Pair) => (fields: Map<string, string>) =>
    void fields.set('alipay_cert_sn', String(sdkOf(ours, by).config.alipayCertSn));
  const unnamed = (fields: Map<string, string>) => void fields.delete('alipay_cert_sn');

  test('is verified by the certificate that it names, signed or not, and without a name by any that we have', async () => {
    secret = secretOf(ours, alipays, alipaysNext);
    const body = await notification();
    const kindOf = async (message: Buffer) => {
      const read = await channel.readNotification(sent(message));
      return read.kind === 'forged' ? read.why : read.kind;
    };
    expect(await kindOf(signedAgain(body, alipaysNext, as(alipaysNext)))).toBe('news');
    expect(await kindOf(signedAgain(body, alipaysNext, as(alipaysNext), 'alipay_cert_sn'))).toBe('news');
    expect(await kindOf(signedAgain(body, alipaysNext, unnamed))).toBe('news');
    expect(await kindOf(signedAgain(body, alipaysNext, as(alipays)))).toBe('the signature does not fit');
    expect(await kindOf(signedAgain(body, oursNext, unnamed))).toBe('the signature does not fit');
    expect(await kindOf(signedAgain(body, oursNext, as(oursNext)))).toBe(
      'it is signed under a certificate of Alipay that we do not have',
    );
  });
});

/** `npm start -- --certificates`: the stack's app in certificate mode on both sides, and what a developer does with it. */
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { type Credentials, inCertificateMode, newIdentity, secretOf } from '../../bin/local/seed.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import { bare } from '../support/keys.ts';
import { runLine } from '../support/office.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

const LOCAL = join(import.meta.dirname, '..', '..', 'bin', 'local.ts');
let shop: TestShop;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-certificates-'));
beforeAll(async () => {
  shop = await openShop(() => {}, { certificates: true });
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

const credentials = () => JSON.parse(readFileSync(shop.stack.credentialsFile, 'utf8')) as Credentials;

describe('a stack in certificate mode', () => {
  test('sells, is told by a notification that names the certificate, and refunds', async () => {
    await shop.faults({ query: { answer: 'system_error', times: 1_000 } });
    const order = await shop.open();
    expect(await shop.pay(order)).toMatchObject({ result: 'success' });
    // Nothing but the notification can have told it.
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    await shop.faults({ reset: true });
    const [delivery] = await shop.deliveries(order);
    expect(new URLSearchParams(delivery?.body).get('alipay_cert_sn')).toMatch(/^[0-9a-f]{32}$/);
    const params = { orderId: order.orderId };
    const body = { refundNo: 'r1', amount: cny(200) };
    expect((await shop.till.call('createRefund', { params, body })).body.refund).toMatchObject({ status: 'succeeded' });
  });

  test('is right, says admin channel check, for both merchants', async () => {
    for (const { name } of shop.stack.identity.merchants)
      expect(await runLine(`channel check ${name} --local-stack ${shop.stack.stackFile}`)).toMatchObject({
        ...{ code: 0, err: '' },
        out: expect.stringMatching(/\n {2}right: /),
      });
  });

  test('takes no call that names no certificate', async () => {
    const { appId, privateKeyPem, alipayPublicKeyPem } = credentials().alipay;
    const keys = { privateKey: bare(privateKeyPem), alipayPublicKey: bare(alipayPublicKeyPem) };
    expect(await query(new AlipaySdk({ appId, keyType: 'PKCS8', ...keys, ...here() }))).toMatchObject({
      ...{ code: '40002', sub_code: 'isv.missing-app-cert-sn' },
    });
  });

  test("is taken by Alipay's own SDK, with what stands in the credentials file", async () => {
    const { appId, privateKeyPem, certificates } = credentials().alipay;
    const sdk = new AlipaySdk({
      ...{ appId, privateKey: bare(privateKeyPem), keyType: 'PKCS8', ...here() },
      appCertContent: String(certificates?.appCertPem),
      alipayPublicCertContent: String(certificates?.alipayCertPem),
      alipayRootCertContent: String(certificates?.alipayRootCertPem),
    });
    expect(await query(sdk)).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' });
  });
});

const here = () => ({ gateway: `${shop.stack.simulator}/gateway.do`, camelcase: false });
const query = (sdk: AlipaySdk) =>
  sdk.exec(
    'alipay.trade.query',
    { timestamp: chinaTime(shop.now()), bizContent: { out_trade_no: 'none' } },
    { validateSign: true },
  );

/** Runs `npm start -- <more>` on the folder until it is ready. Answers what its credentials file says of the app. */
async function started(...more: string[]): Promise<Credentials['alipay']> {
  const here = ['--data', folder, '--local-stack', join(folder, 'stack.json')];
  const child = spawn(process.execPath, [LOCAL, '--port', '0', '--quiet', ...here, ...more], { stdio: 'pipe' });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { stack } = JSON.parse(String(line).replace('ready ', '')) as { stack: string };
  const { credentials } = JSON.parse(readFileSync(stack, 'utf8')) as { credentials: string };
  const gone = once(child, 'close');
  child.kill();
  await gone;
  return (JSON.parse(readFileSync(credentials, 'utf8')) as Credentials).alipay;
}

test('npm start --certificates takes a data folder into certificate mode, and there it stays', async () => {
  const before = await started();
  expect(before.certificates).toBeUndefined();
  const changed = await started('--certificates');
  const PEM = expect.stringMatching(/^-----BEGIN CERTIFICATE-----/);
  expect(changed).toEqual({
    ...before,
    certificates: { appCertPem: PEM, alipayCertPem: PEM, alipayRootCertPem: PEM },
  });
  expect(await started()).toEqual(changed);
});

describe('an identity', () => {
  test('keeps its keys when it goes into certificate mode, and stays in it', () => {
    const plain = newIdentity();
    const changed = inCertificateMode(plain);
    const { certificates, ...keys } = changed.alipay;
    expect([keys, changed.simulator]).toEqual([plain.alipay, plain.simulator]);
    expect(inCertificateMode(changed)).toBe(changed);
    const [root, others] = [certificates?.alipayRootCertPem ?? '', certificates];
    const issuers = [others?.appCertPem, others?.alipayCertPem].map((pem) => new X509Certificate(pem ?? ''));
    const rsa = new X509Certificate(root.split(/(?<=-----END CERTIFICATE-----\n)/).at(-1) ?? '');
    expect(issuers.map((it) => [it.verify(rsa.publicKey), it.issuer])).toEqual([
      [true, rsa.subject],
      [true, rsa.subject],
    ]);
    expect(rsa.verify(rsa.publicKey)).toBe(true);
    const ends = parseAlipaySecret(secretOf(changed)).get(plain.alipay.appId)?.ends;
    expect(ends?.map(({ endsAt }) => new Date(endsAt).toISOString())).toEqual(
      Array.from({ length: 3 }, () => '2049-12-31T00:00:00.000Z'),
    );
  });
});

/** The secret with the channel's keys: what cannot work is refused by the name of its member, and no value is told. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { warnOfEnds } from '../../functions/channel/alipay/connect.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import { DAY } from '../../functions/time.ts';
import { certificatePem, certified, rootFile } from '../support/certificates.ts';
import { bare, rsaPair } from '../support/keys.ts';
import { NOON } from '../support/orders.ts';

const APP = '2021000000000001';
const [ours, next, alipay] = [certified(), certified(), certified()];
const PLAIN = { privateKeyPem: ours.privateKeyPem, alipayPublicKeyPems: [alipay.publicKeyPem] };
const CERTIFIED = {
  mode: 'certificate',
  privateKeyPem: ours.privateKeyPem,
  appCertPem: ours.certPem,
  alipayCertPems: [alipay.certPem],
  alipayRootCertPem: rootFile(),
};
const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: typeof small.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const parse = (app: object) => parseAlipaySecret(JSON.stringify({ apps: { [APP]: app } }));
const refusal = (app: object) => {
  try {
    return Object.keys(parse(app)).join();
  } catch (error) {
    return (error as Error).message.replace("Alipay's keys cannot be used: ", '').replaceAll(`apps.${APP}.`, '');
  }
};

describe('integration M3 refused by name', () => {
  test.each([
    ['a member that is none', { ...PLAIN, appCertPem: 'x' }, 'appCertPem: it is unknown'],
    ['one of the other mode', { ...CERTIFIED, alipayPublicKeyPems: ['x'] }, 'alipayPublicKeyPems: it is unknown'],
    ['AES', { ...PLAIN, encryptKey: 'x' }, 'encryptKey: AES content encryption is not supported'],
    ['AES beside certificates', { ...CERTIFIED, aesKey: 'x' }, 'aesKey: AES content encryption is not supported'],
    ['RSA1', { ...PLAIN, signType: 'RSA' }, 'signType: only RSA2 is supported, no RSA (SHA-1)'],
    [
      'a short key',
      { ...PLAIN, privateKeyPem: pemOf(small.privateKey) },
      'privateKeyPem: RSA2 needs an RSA key of 2048 bits',
    ],
    [
      'another key',
      { ...PLAIN, nextPrivateKeyPem: pemOf(curve.privateKey) },
      'nextPrivateKeyPem: RSA2 needs an RSA key of 2048 bits',
    ],
    ['no key', { ...PLAIN, privateKeyPem: 'secret' }, 'privateKeyPem: it is no private key'],
    ['no public key', { ...PLAIN, alipayPublicKeyPems: ['secret'] }, 'alipayPublicKeyPems.0: it is no public key'],
    [
      "our own as Alipay's",
      { ...PLAIN, alipayPublicKeyPems: [ours.publicKeyPem] },
      "alipayPublicKeyPems.0: it is the app's own, not Alipay's",
    ],
    [
      "our own certificate as Alipay's",
      { ...CERTIFIED, alipayCertPems: [alipay.certPem, ours.certPem] },
      "alipayCertPems.1: it is the app's own, not Alipay's",
    ],
    [
      "another key's certificate",
      { ...CERTIFIED, appCertPem: next.certPem },
      'appCertPem: it is not the certificate of the private key beside it',
    ],
    [
      "another key's next certificate",
      { ...CERTIFIED, nextAppCertPem: next.certPem },
      'nextAppCertPem: it is not the certificate of the private key beside it',
    ],
    [
      'a next key alone',
      { ...CERTIFIED, nextPrivateKeyPem: next.privateKeyPem },
      'nextAppCertPem: it is missing, and nextPrivateKeyPem is there',
    ],
    ['no certificate', { ...CERTIFIED, alipayCertPems: ['secret'] }, 'alipayCertPems.0: it is not a certificate'],
    [
      'a root of none',
      { ...CERTIFIED, alipayRootCertPem: 'secret' },
      'alipayRootCertPem: it has no certificate that is signed by RSA',
    ],
    [
      'a certificate of an elliptic curve',
      { ...CERTIFIED, alipayCertPems: [certificatePem(curve)] },
      'alipayCertPems.0: RSA2 needs an RSA key of 2048 bits',
    ],
  ])('a secret is refused: %s', (_, app, told) => {
    expect(refusal(app)).toBe(told);
  });

  test.each([
    ['not three of Alipay', { ...CERTIFIED, alipayCertPems: Array(3).fill(alipay.certPem) }, /^alipayCertPems: /],
    ['not without roots', { ...CERTIFIED, alipayRootCertPem: undefined }, /^alipayRootCertPem: /],
    ['not in a third mode', { ...PLAIN, mode: 'sm2' }, /^secret\.mode: |^secret\.apps\.\d+\.mode: /],
  ])('a secret is refused: %s', (_, app, told) => {
    expect(refusal(app)).toMatch(told);
  });

  test('the secret itself must be JSON without unknown members', () => {
    expect(() => parseAlipaySecret('{"apps": {}, "app": 1}')).toThrow('secret.app: it is unknown');
    const [secret, quoted] = [`{"apps": ${ours.privateKeyPem}`, 'the secret is not JSON'];
    expect(() => parseAlipaySecret(secret)).toThrow(new Error(`Alipay's keys cannot be used: ${quoted}`));
  });
});

test('taken: either mode, PEM or bare base64, one or two of each, RSA2 by name', () => {
  const more = { signType: 'RSA2', nextPrivateKeyPem: bare(next.privateKeyPem) };
  const plain = { ...PLAIN, ...more, alipayPublicKeyPems: [bare(alipay.publicKeyPem), rsaPair().publicKeyPem] };
  const certs = {
    ...CERTIFIED,
    ...more,
    nextAppCertPem: bare(next.certPem),
    alipayCertPems: [alipay.certPem, certified().certPem],
  };
  const counts = (app: object) => {
    const { signers, alipayKeys, ends } = parse(app).get(APP) ?? expect.unreachable();
    return [signers.length, alipayKeys.length, ends.length];
  };
  expect([PLAIN, plain, CERTIFIED, certs].map(counts)).toEqual([
    [1, 1, 0],
    [2, 2, 0],
    [1, 1, 3],
    [2, 2, 5],
  ]);
});

test('each certificate that ends within sixty days is told by its place and end', () => {
  const keys = parse({
    ...CERTIFIED,
    alipayCertPems: [certified({ endsAt: NOON + 59 * DAY }).certPem, certified({ endsAt: NOON + 61 * DAY }).certPem],
    alipayRootCertPem: rootFile(NOON - DAY),
  });
  const told: unknown[] = [];
  warnOfEnds(keys, NOON, (member, endsAt) => told.push([member, endsAt]));
  expect(told).toEqual([
    [`apps.${APP}.alipayCertPems.0`, NOON + 59 * DAY],
    [`apps.${APP}.alipayRootCertPem`, NOON - DAY],
  ]);
});

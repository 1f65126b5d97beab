/** The numbers of certificates are those that Alipay computes: by its published roots, and by its official SDK. */
import { generateKeyPairSync } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numbersOf } from '../../bin/local/alipay-simulator/certificates.ts';
import { endingSoon, readCertificate, readRootCertificates } from '../../functions/channel/alipay/certificates.ts';
import { DAY } from '../../functions/time.ts';
import { certificatePem, certified, ISSUER, ROOT_NUMBER, rootFile } from '../support/certificates.ts';
import { bare } from '../support/keys.ts';
import { NOON } from '../support/orders.ts';

const { privateKeyPem, certPem } = certified();
const roots = rootFile();
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What the SDK computes, which takes three files or none. */
const bySdk = (appCertContent: string) => {
  const files = { appCertContent, alipayPublicCertContent: certPem, alipayRootCertContent: roots };
  const { config } = new AlipaySdk({ appId: '1', privateKey: bare(privateKeyPem), keyType: 'PKCS8', ...files });
  return { app: config.appCertSn, root: config.alipayRootCertSn };
};
const bySimulator = (appCertPem: string) => numbersOf({ appCertPem, alipayCertPem: certPem, alipayRootCertPem: roots });

describe('a number', () => {
  test("of Alipay's file of roots: the RSA ones of either digest, in their order, and no other", () => {
    expect(readRootCertificates(roots).number).toBe(ROOT_NUMBER);
    expect(bySdk(certPem).root).toBe(ROOT_NUMBER);
    expect(bySimulator(certPem).root).toBe(ROOT_NUMBER);
  });

  test('of any issuer and serial number is the one of the official SDK, and of the simulator', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9().-][A-Za-z0-9 ().·支付宝-]{0,20}[A-Za-z0-9().-]$/);
    const part = fc.tuple(fc.constantFrom('C', 'O', 'OU', 'CN'), value);
    const issuer = fc.uniqueArray(part, { minLength: 1, maxLength: 4, selector: ([name]) => name });
    const serial = fc.bigInt({ min: 1n, max: (1n << 159n) - 1n });
    const property = fc.property(issuer, serial, (issuer, serial) => {
      const pem = certificatePem({ issuer, serial, publicKey });
      const ours = readCertificate(pem).number;
      expect([bySdk(pem).app, bySimulator(pem).app]).toEqual([ours, ours]);
    });
    fc.assert(property, {
      numRuns: 200,
      seed: 17,
      examples: [
        [[...ISSUER], 0x80n],
        [[...ISSUER], 0x0fn],
      ],
    });
  });

  test('is of the first certificate of a file, and the same of bare base64', () => {
    const issuing = certified().certPem;
    const { number } = readCertificate(certPem);
    expect(readCertificate(`${certPem}${issuing}`).number).toBe(number);
    expect(readCertificate(bare(certPem)).number).toBe(number);
  });

  test('is none where programs would write the issuer in several ways', () => {
    for (const value of ['A, B', 'A+B', 'A\\B', 'A"B', 'A\nB'])
      expect(() => readCertificate(certificatePem({ issuer: [['O', value]], publicKey }))).toThrow(/its issuer/);
    const mail = certificatePem({ issuer: [['emailAddress', 'ca@example.com']], publicKey });
    expect(() => readCertificate(mail)).toThrow(/its issuer/);
  });

  test('is none of what is no certificate', () => {
    for (const text of ['', '-----BEGIN CERTIFICATE-----', bare(privateKeyPem), certPem.slice(0, 400)]) {
      expect(() => readCertificate(text)).toThrow('it is not a certificate');
      expect(() => readRootCertificates(text)).toThrow('it has no certificate that is signed by RSA');
    }
    const broken = `-----BEGIN CERTIFICATE-----\n${bare(certPem).slice(0, -4)}\n-----END CERTIFICATE-----`;
    expect(() => readRootCertificates(broken)).toThrow('it is not a certificate');
  });
});

test('a certificate is warned of from sixty days before its end, and after it', () => {
  const ends = (endsAt: number) => [{ member: 'apps.1.appCertPem', endsAt }];
  const { endsAt } = readCertificate(certificatePem({ publicKey, endsAt: NOON + 60 * DAY }));
  expect(endsAt).toBe(NOON + 60 * DAY);
  expect(endingSoon(ends(endsAt), NOON - 1)).toEqual([]);
  for (const now of [NOON, endsAt - 1, endsAt, endsAt + DAY])
    expect(endingSoon(ends(endsAt), now)).toEqual(ends(endsAt));
  expect(readRootCertificates(rootFile(NOON)).endsAt).toBe(NOON);
});

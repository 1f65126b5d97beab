/** Certificates for an app of the local stack: a file of roots like Alipay's, and what the first of them has issued. */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { AppCertificates } from './alipay-simulator/certificates.ts';
import { type Part, writeCertificate } from './write-certificate.ts';

const rootName = (kind: string): readonly Part[] => [
  ['C', 'CN'],
  ['O', 'Tillgate local stack'],
  ['OU', 'Certification Authority'],
  ['CN', `Tillgate local stack ${kind}`],
];
const nameOf = (whose: string): readonly Part[] => [
  ['C', 'CN'],
  ['CN', whose],
];
/** The local clock may be turned far ahead. */
const END = Date.parse('2049-12-31T00:00:00Z');

/** For our key of the app, and for Alipay's. Alipay's own file of roots has some that are not RSA, too, which do not count. */
export function issueCertificates(app: {
  readonly appId: string;
  readonly appPublicKeyPem: string;
  readonly alipayPublicKeyPem: string;
}): AppCertificates {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const write = (subject: readonly Part[], publicKey: KeyObject, issuer: readonly Part[], signedBy: KeyObject) =>
    writeCertificate({ issuer, subject, serial: newSerial(), publicKey, signedBy, endsAt: END });
  const issue = (subject: string, publicKeyPem: string) =>
    write(nameOf(subject), createPublicKey(publicKeyPem), rootName('RSA'), rsa.privateKey);
  return {
    appCertPem: issue(app.appId, app.appPublicKeyPem),
    alipayCertPem: issue('alipay', app.alipayPublicKeyPem),
    alipayRootCertPem: [
      write(rootName('EC'), ec.publicKey, rootName('EC'), ec.privateKey),
      write(rootName('RSA'), rsa.publicKey, rootName('RSA'), rsa.privateKey),
    ].join('\n'),
  };
}

function newSerial(): bigint {
  return BigInt(`0x${randomBytes(15).toString('hex')}`);
}

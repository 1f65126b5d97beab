/**
 * Certificates of Alipay's certificate mode (公钥证书模式): the number by which a request names ours and an answer names Alipay's,
 * and when each ends. A number is the MD5, in hex, of the issuer as Java writes it (`CN=…,OU=…,O=…,C=…`) and the serial number in
 * decimal behind it. Every fault is an error that says what is wrong and quotes nothing.
 */
import { hash, type KeyObject, X509Certificate } from 'node:crypto';
import { DAY, type EpochMs, type Millis } from '../../time.ts';

export interface Certificate {
  /** `app_cert_sn`, or `alipay_cert_sn`. */
  readonly number: string;
  readonly publicKey: KeyObject;
  readonly endsAt: EpochMs;
  fits(privateKey: KeyObject): boolean;
}

/** When a certificate of the secret ends. `member`: where it stands, such as `apps.2021000000000001.appCertPem`. */
export interface CertificateEnd {
  readonly member: string;
  readonly endsAt: EpochMs;
}

/** So long before its end a certificate is warned of: time enough to ask for another one and to change without haste. */
const WARNED_BEFORE: Millis = 60 * DAY;

/** Those that end within sixty days, or have ended. */
export function endingSoon(ends: readonly CertificateEnd[], now: EpochMs): CertificateEnd[] {
  return ends.filter(({ endsAt }) => endsAt <= now + WARNED_BEFORE);
}

/** The first certificate of a PEM, or of bare base64: Alipay's own file has the one that issued it behind it. */
export function readCertificate(text: string): Certificate {
  const x509 = parsed(text.includes('-----') ? text : Buffer.from(text, 'base64'));
  return {
    number: numberOf(x509),
    publicKey: x509.publicKey,
    endsAt: x509.validToDate.getTime(),
    fits: (privateKey) => x509.checkPrivateKey(privateKey),
  };
}

const EACH = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g;

/**
 * The number of the file of root certificates, `alipay_root_cert_sn`: the numbers of those that are signed by RSA, joined by `_`. The
 * others (SM2, elliptic curves) are not so much as parsed. `endsAt`: when the first of them ends.
 */
export function readRootCertificates(text: string): { readonly number: string; readonly endsAt: EpochMs } {
  const all = [...text.matchAll(EACH)].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
  const roots = all.filter(isSignedByRsa).map(parsed);
  if (roots.length === 0) throw new Error('it has no certificate that is signed by RSA');
  return {
    number: roots.map(numberOf).join('_'),
    endsAt: Math.min(...roots.map(({ validToDate }) => validToDate.getTime())),
  };
}

function parsed(certificate: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(certificate);
  } catch {
    throw new Error('it is not a certificate');
  }
}

/** A part of an issuer that is written alike by everybody: without signs that one escapes and another does not. */
const PLAIN = /^(CN|OU|O|L|ST|C|DC)=[^\\+]+$/;

/** Node has a line for each part of the issuer, in the order of the certificate; Java begins with the last. */
function numberOf({ issuer, serialNumber }: X509Certificate): string {
  const parts = issuer.split('\n');
  if (!parts.every((part) => PLAIN.test(part))) throw new Error('its issuer is none of Alipay, so it has no number');
  return hash('md5', `${parts.reverse().join(',')}${BigInt(`0x${serialNumber}`)}`);
}

/** 1.2.840.113549.1.1, under which all RSA signatures are, in DER. */
const PKCS1 = Buffer.from('2a864886f70d0101', 'hex');

/** By the certificate's `signatureAlgorithm`, which stands behind its signed part; Node names it from 24.9 on only. */
function isSignedByRsa(der: Buffer): boolean {
  const certificate = elementAt(der, 0);
  const signedPart = elementAt(der, certificate.start);
  const algorithm = elementAt(der, signedPart.end);
  const oid = elementAt(der, algorithm.start);
  return der.subarray(oid.start, oid.end).subarray(0, PKCS1.length).equals(PKCS1);
}

/** Where the content of the DER element at `at` begins and ends. Behind the end of the bytes all is empty. */
function elementAt(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  const more = first < 0x80 ? 0 : Math.min(first - 0x80, 4);
  const start = at + 2 + more;
  const length = more === 0 ? first : Number(`0x${der.subarray(at + 2, start).toString('hex') || '0'}`);
  return { start, end: start + length };
}

/** X.509 certificates for tests: Alipay's own ones in form, with keys of ours. */
import { generateKeyPairSync } from 'node:crypto';
import { ISSUER, type Part, type Wanted, writeCertificate } from '../../bin/local/write-certificate.ts';

export { ISSUER };

const ca = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
let serials = 0xf234567890abcdef1234567890abcde0n;

type Said = Pick<Wanted, 'publicKey'> & Partial<Wanted>;

/** A certificate in PEM; what is not said is as in Alipay's own ones, with a serial number that no other has. */
export function certificatePem(wanted: Said): string {
  return writeCertificate({ serial: serials++, signedBy: ca, ...wanted });
}

/** An RSA key with its certificate. */
export function certified(wanted: Omit<Said, 'publicKey'> = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    certPem: certificatePem({ ...wanted, publicKey }),
  };
}

/** A file of roots like Alipay's: RSA ones of two digests, and one of an elliptic curve between them, which does not count. */
export function rootFile(endsAt?: number): string {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ends = endsAt === undefined ? {} : { endsAt };
  return [
    certificatePem({ ...R1, publicKey: rsa.publicKey, signedBy: rsa.privateKey, ...ends }),
    certificatePem({ ...E1, publicKey: ec.publicKey, signedBy: ec.privateKey }),
    certificatePem({ ...ITRUS, publicKey: rsa.publicKey, signedBy: rsa.privateKey, digest: 'sha1' }),
  ].join('\n');
}

/** Issuers and serial numbers of three of Alipay's root certificates, as published. */
const ANT = (name: string): readonly Part[] => [
  ...ISSUER.slice(0, 3),
  ['CN', `Ant Financial Certification Authority ${name}`],
];
const R1 = { issuer: ANT('R1'), serial: 0x1fcfa18d6a480d11n };
const E1 = { issuer: ANT('E1'), serial: 0x417efa52c07fdf4an };
const ITRUS = {
  issuer: [
    ['C', 'CN'],
    ['O', 'iTrusChina'],
    ['OU', 'China Trust Network'],
    ['CN', 'iTrusChina Class 2 Root CA - G3'],
  ] as const,
  serial: 0x10c764e9d560384212d9c08fd10e373fdd0fb396n,
};
/** The number that Alipay's gateway wants for this file. */
export const ROOT_NUMBER = '687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6';

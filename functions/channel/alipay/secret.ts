/**
 * The secret with the channel's keys, read once and refused by name where it cannot work: a deployment with a wrong one says what is
 * wrong with it before a customer stands at the till. No message quotes a value.
 */
import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { attempt, privateKeyOf, publicKeyOf, theirs } from '../rsa-keys.ts';
import { type Certificate, readCertificate, readRootCertificates } from './certificates.ts';
import type { AlipayKeys, AppKeys } from './keys.ts';

const pem = z.string().min(1);
const either = {
  privateKeyPem: pem,
  nextPrivateKeyPem: pem.optional(),
  signType: z.literal('RSA2', 'only RSA2 is supported, no RSA (SHA-1)').optional(),
};
const publicKeyMode = z.strictObject({ ...either, alipayPublicKeyPems: z.array(pem).min(1).max(2) });
const certificateMode = z.strictObject({
  mode: z.literal('certificate'),
  ...either,
  appCertPem: pem,
  nextAppCertPem: pem.optional(),
  alipayCertPems: z.array(pem).min(1).max(2),
  alipayRootCertPem: pem,
});
const secretSchema = z.strictObject({
  apps: z.record(z.string(), z.looseObject({ mode: z.literal('certificate').optional() })),
});

/** Members that ask for what is not supported, and why. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  encryptKey: 'AES content encryption is not supported',
  encryptType: 'AES content encryption is not supported',
  aesKey: 'AES content encryption is not supported',
};

/**
 * Reads the secret `{"apps": {"<app id>": app}}`. In public-key mode an app is `{"privateKeyPem", "nextPrivateKeyPem"?,
 * "alipayPublicKeyPems": [one or two]}`, in certificate mode `{"mode": "certificate", "privateKeyPem", "appCertPem",
 * "nextPrivateKeyPem"?, "nextAppCertPem"?, "alipayCertPems": [one or two], "alipayRootCertPem"}`. Keys and certificates are PEM,
 * or bare base64 as Alipay's console and tools show them. An error names the member that is wrong.
 */
export function parseAlipaySecret(json: string): AlipayKeys {
  const secret = attempt<unknown>("Alipay's keys cannot be used: the secret is not JSON", () => JSON.parse(json));
  const { apps } = checked(secretSchema, secret, 'secret');
  return new Map(
    Object.entries(apps).map(([appId, app]) => {
      const where = `apps.${appId}`;
      const keys =
        app.mode === undefined
          ? publicKeysOf(checked(publicKeyMode, app, where), where)
          : certificatesOf(checked(certificateMode, app, where), where);
      return [appId, keys];
    }),
  );
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const told = result.error.issues.map((issue) => {
    const member = [where, ...issue.path].join('.');
    if (issue.code !== 'unrecognized_keys') return `${member}: ${issue.message}`;
    return issue.keys.map((key) => `${member}.${key}: ${UNSUPPORTED[key] ?? 'it is unknown'}`).join('; ');
  });
  throw unusable(told.join('; '));
}

/** What `read` makes of a member; an error of it names the member. */
function member<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unusable(`${name}: ${(error as Error).message}`);
  }
}

const unusable = (why: string) => new Error(`Alipay's keys cannot be used: ${why}`);

function publicKeysOf(app: z.infer<typeof publicKeyMode>, where: string): AppKeys {
  const keys = [
    member(`${where}.privateKeyPem`, () => privateKeyOf(app.privateKeyPem)),
    ...named(app.nextPrivateKeyPem, (text) => member(`${where}.nextPrivateKeyPem`, () => privateKeyOf(text))),
  ];
  const alipayKeys = app.alipayPublicKeyPems.map((text, i) =>
    member(`${where}.alipayPublicKeyPems.${i}`, () => ({ publicKey: alipays(publicKeyOf(text), keys) })),
  );
  return { signers: keys.map((privateKey) => ({ privateKey, parameters: {} })), alipayKeys, ends: [] };
}

function certificatesOf(app: z.infer<typeof certificateMode>, where: string): AppKeys {
  const root = member(`${where}.alipayRootCertPem`, () => readRootCertificates(app.alipayRootCertPem));
  const key = member(`${where}.privateKeyPem`, () => privateKeyOf(app.privateKeyPem));
  const present = member(`${where}.appCertPem`, () => certificateOf(app.appCertPem, key));
  // A certificate may be renewed for the key that is in use; a key without a certificate is of no use.
  const nextKey = named(app.nextPrivateKeyPem, (text) =>
    member(`${where}.nextPrivateKeyPem`, () => privateKeyOf(text)),
  )[0];
  const next = named(app.nextAppCertPem, (text) =>
    member(`${where}.nextAppCertPem`, () => certificateOf(text, nextKey ?? key)),
  )[0];
  if (nextKey && !next) throw unusable(`${where}.nextAppCertPem: it is missing, and nextPrivateKeyPem is there`);
  const keys = nextKey ? [key, nextKey] : [key];
  const alipay = app.alipayCertPems.map((text, i) =>
    member(`${where}.alipayCertPems.${i}`, () => {
      const certificate = readCertificate(text);
      return { ...certificate, publicKey: alipays(certificate.publicKey, keys) };
    }),
  );
  const signer = (privateKey: KeyObject, { number }: Certificate) => ({
    privateKey,
    parameters: { app_cert_sn: number, alipay_root_cert_sn: root.number },
  });
  return {
    signers: [signer(key, present), ...(next ? [signer(nextKey ?? key, next)] : [])],
    alipayKeys: alipay.map(({ number, publicKey }) => ({ publicKey, certificate: number })),
    ends: [
      { member: `${where}.appCertPem`, endsAt: present.endsAt },
      ...(next ? [{ member: `${where}.nextAppCertPem`, endsAt: next.endsAt }] : []),
      ...alipay.map(({ endsAt }, i) => ({ member: `${where}.alipayCertPems.${i}`, endsAt })),
      { member: `${where}.alipayRootCertPem`, endsAt: root.endsAt },
    ],
  };
}

function named<T>(text: string | undefined, read: (text: string) => T): T[] {
  return text === undefined ? [] : [read(text)];
}

function certificateOf(text: string, privateKey: KeyObject): Certificate {
  const certificate = readCertificate(text);
  if (!certificate.fits(privateKey)) throw new Error('it is not the certificate of the private key beside it');
  return certificate;
}

function alipays(key: KeyObject, ours: readonly KeyObject[]): KeyObject {
  return theirs(key, ours, "it is the app's own, not Alipay's");
}

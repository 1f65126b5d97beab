/** RSA key pairs for tests: one for our app, one for Alipay. */
import { createSign, createVerify, generateKeyPairSync } from 'node:crypto';

export function rsaPair(): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** A key as Alipay's console shows it, and its SDK takes it. */
export const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');

/** What Alipay calls RSA2, in base64. */
export function rsaSha256(text: string | Buffer, privateKeyPem: string): string {
  return createSign('RSA-SHA256').update(text).sign(privateKeyPem, 'base64');
}

export function isRsaSha256(text: string | Buffer, signature: string, publicKeyPem: string): boolean {
  return createVerify('RSA-SHA256').update(text).verify(publicKeyPem, signature, 'base64');
}

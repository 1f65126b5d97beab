/** The caller's side of a signed request: WebCrypto only, so that a browser can use it, too. */
import { createSignature } from 'http-message-sig';
import { COMPONENTS, type Purpose, REQUEST, ROTATION } from '../contract/signing.ts';
import type { Algorithm } from '../merchant/key.ts';

/** Of the runtime that we are in: the types of Node and of browsers differ in names only. */
type CryptoKey = Parameters<typeof crypto.subtle.sign>[1];
type CryptoKeyPair = { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };

export interface SigningKey {
  /** `<credential id>.<k>`. */
  readonly keyid: string;
  readonly alg: Algorithm;
  readonly privateKey: CryptoKey;
}

/** Web Crypto's names for the two algorithms. A signature of either has 64 bytes. */
const WEB_CRYPTO = {
  ed25519: { key: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
  'ecdsa-p256-sha256': {
    key: { name: 'ECDSA', namedCurve: 'P-256' },
    sign: { name: 'ECDSA', hash: 'SHA-256' },
  },
} as const satisfies Record<Algorithm, unknown>;

/** Reads a private key from PKCS#8 PEM. It cannot be exported again. */
export async function importPrivateKey(pem: string, alg: Algorithm): Promise<CryptoKey> {
  const base64 = pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
  const der = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return crypto.subtle.importKey('pkcs8', der, WEB_CRYPTO[alg].key, false, ['sign']);
}

/** The headers that prove who sends this request. `created` is in seconds; `url` is absolute. */
export async function signRequest(
  request: { readonly method: string; readonly url: string; readonly body?: string | undefined },
  key: SigningKey,
  created: number,
  { label, tag }: Purpose = REQUEST,
): Promise<Record<string, string>> {
  const bytes = request.body === undefined ? undefined : new TextEncoder().encode(request.body);
  const digest = bytes && { 'content-digest': `sha-256=:${base64Of(await crypto.subtle.digest('SHA-256', bytes))}:` };
  const { signature, signatureInput } = await createSignature(
    {
      kind: 'request',
      method: request.method,
      targetUri: request.url,
      fields: Object.entries(digest ?? {}).map(([name, value]) => ({ name, value })),
    },
    {
      label,
      components: digest ? [...COMPONENTS, 'content-digest'] : COMPONENTS,
      parameters: { created, keyid: key.keyid, alg: key.alg, tag },
      signer: {
        algorithm: key.alg,
        sign: async (data) => {
          const signed = await crypto.subtle.sign(WEB_CRYPTO[key.alg].sign, key.privateKey, new Uint8Array(data));
          return new Uint8Array(signed);
        },
      },
    },
  );
  return { ...digest, 'signature-input': signatureInput, signature };
}

/** The same request, signed by the key in use and by the one that is to take its place. */
export async function signRotation(
  request: Parameters<typeof signRequest>[0],
  key: SigningKey,
  next: SigningKey,
  created: number,
): Promise<Record<string, string>> {
  const old = await signRequest(request, key, created);
  const both = await signRequest(request, next, created, ROTATION);
  const joined = (name: string) => `${old[name]}, ${both[name]}`;
  return { ...old, 'signature-input': joined('signature-input'), signature: joined('signature') };
}

/** A new pair: the private half cannot be exported unless `keepable`, the public one is SPKI in base64. */
export async function newKeyPair(alg: Algorithm, keepable = false) {
  const pair = (await crypto.subtle.generateKey(WEB_CRYPTO[alg].key, keepable, ['sign', 'verify'])) as CryptoKeyPair;
  const publicKey = base64Of(await crypto.subtle.exportKey('spki', pair.publicKey));
  return { privateKey: pair.privateKey, publicKey };
}

/** PKCS#8 PEM of a key that may be exported. */
export async function privateKeyPemOf(privateKey: CryptoKey): Promise<string> {
  const lines = base64Of(await crypto.subtle.exportKey('pkcs8', privateKey)).replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

function base64Of(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

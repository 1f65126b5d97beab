/** RSA keys as people store them: PEM, or bare base64 as the channels' consoles and tools show them. No error quotes a key. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

export function privateKeyOf(text: string): KeyObject {
  if (text.includes('-----')) return rsa2(attempt('it is no private key', () => createPrivateKey(text)));
  const key = Buffer.from(text, 'base64');
  return rsa2(
    attempt('it is no private key', () => {
      try {
        return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
      } catch {
        return createPrivateKey({ key, format: 'der', type: 'pkcs1' });
      }
    }),
  );
}

export function publicKeyOf(text: string): KeyObject {
  return attempt('it is no public key', () =>
    text.includes('-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }),
  );
}

/** What `read` makes, or an error that says `otherwise`. */
export function attempt<T>(otherwise: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(otherwise);
  }
}

/** The channel's key, and not the public half of ours: no other fault is made as often, and then no answer is ever verified. */
export function theirs(key: KeyObject, ours: readonly KeyObject[], otherwise: string): KeyObject {
  if (ours.some((it) => createPublicKey(it).equals(key))) throw new Error(otherwise);
  return rsa2(key);
}

function rsa2(key: KeyObject): KeyObject {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa' || modulusLength < 2048) throw new Error('RSA2 needs an RSA key of 2048 bits');
  return key;
}

/** The back office's key, read from what a person pastes or chooses, and imported so that it cannot be exported again. */

import { importPrivateKey, type SigningKey } from '../../functions/client/sign.ts';
import type { Algorithm } from '../../functions/merchant/key.ts';

export interface Held extends SigningKey {
  /** Empty where only a PEM was given: then the server says what is allowed. */
  readonly scopes: readonly string[];
}

export class BadCredential extends Error {
  readonly word: 'keyBad' | 'keyOfTerminal';

  constructor(word: BadCredential['word']) {
    super(word);
    this.word = word;
  }
}

interface Entry {
  readonly keyid: string;
  readonly alg: Algorithm;
  readonly privateKeyPem: string;
  readonly scopes?: readonly string[];
  readonly revoked?: boolean;
}

const KEYID = /^[a-z]{3}_[a-z0-9]{1,40}\.[0-9]{1,6}$/;

/** @throws BadCredential */
export async function readCredential(text: string, keyid: string): Promise<Held> {
  const entry = text.trim().startsWith('{') ? entryOf(text) : undefined;
  const found = entry?.keyid ?? keyid.trim();
  if (!KEYID.test(found)) throw new BadCredential('keyBad');
  if (!found.startsWith('bko_')) throw new BadCredential('keyOfTerminal');
  const pem = entry?.privateKeyPem ?? text;
  if (!/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.test(pem)) throw new BadCredential('keyBad');
  // A bare PEM does not say in words what kind of key it is; only one of the two imports takes it.
  for (const alg of entry ? [entry.alg] : (['ed25519', 'ecdsa-p256-sha256'] as const)) {
    const privateKey = await importPrivateKey(pem, alg).catch(() => undefined);
    if (privateKey) return { keyid: found, alg, privateKey, scopes: entry?.scopes ?? [] };
  }
  throw new BadCredential('keyBad');
}

/** The back office's of a file that may hold several. */
function entryOf(text: string): Entry {
  try {
    const { credentials } = JSON.parse(text) as { credentials: Entry[] };
    const usable = credentials.filter(({ revoked }) => !revoked);
    const entry = usable.find(({ keyid }) => keyid.startsWith('bko_')) ?? usable[0];
    if (entry && typeof entry.keyid === 'string' && typeof entry.privateKeyPem === 'string') return entry;
  } catch {
    // Not JSON, or another file: said below.
  }
  throw new BadCredential('keyBad');
}

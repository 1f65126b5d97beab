/**
 * How Antom signs, both ways: RSA with SHA-256 over `POST <path>`, a line feed, `<client id>.<time>.` and the body as it is sent,
 * in a header `algorithm=RSA256,keyVersion=1,signature=<Base64, URL-encoded>`. By hand, because Antom has no SDK for Node.js; its
 * SDKs for Python and Java made the vectors in test/channel. Pure.
 */
import { type KeyObject, sign, verify } from 'node:crypto';

/** What is signed of a request, an answer or a notification. */
export interface Signed {
  /** Without host and query. */
  readonly path: string;
  readonly clientId: string;
  /** As it stands in the header. */
  readonly time: string;
  readonly body: string | Buffer;
}

export function stringToSign({ path, clientId, time, body }: Signed): Buffer {
  const head = Buffer.from(`POST ${path}\n${clientId}.${time}.`);
  return Buffer.concat([head, typeof body === 'string' ? Buffer.from(body) : body]);
}

export function signatureHeader(signed: Signed, key: KeyObject, keyVersion: string): string {
  const signature = sign('sha256', stringToSign(signed), key).toString('base64');
  return `algorithm=RSA256,keyVersion=${keyVersion},signature=${encodeURIComponent(signature)}`;
}

/** Why a message is not taken for Antom's; `undefined`: it is. `header`: its signature header. */
export function flawOf(signed: Signed, header: string | undefined, keys: readonly KeyObject[]): string | undefined {
  const parts = header === undefined ? undefined : partsOf(header);
  if (parts === undefined) return 'it has no signature that can be read';
  // Antom does not sign the header itself, so that it chooses nothing: not the algorithm, and no key.
  if (parts.get('algorithm') !== 'RSA256') return 'its signature is not RSA256';
  // A point ends the time in what is signed, and may stand in the body, too: a time is not the beginning of a body.
  if (!/^[\w:+.-]{1,64}$/.test(signed.time)) return 'it has no time';
  const signature = bytesOf(parts.get('signature') ?? '');
  if (signature === undefined) return 'its signature is not URL-encoded Base64';
  const text = stringToSign(signed);
  return keys.some((key) => verify('sha256', text, key, signature)) ? undefined : 'its signature does not fit';
}

/** `name=value` behind commas, in any order, with blanks around; `undefined`: it is not that, or a name comes twice. */
function partsOf(header: string): Map<string, string> | undefined {
  const parts = new Map<string, string>();
  for (const part of header.split(',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at < 1 || parts.has(name)) return undefined;
    parts.set(name, part.slice(at + 1).trim());
  }
  return parts;
}

/** Base64 that is not URL-encoded is none: whether its `+` is a plus or a blank would be a guess. */
function bytesOf(encoded: string): Buffer | undefined {
  if (!/^(?:[A-Za-z0-9]|%2[BbFf]|%3[Dd])+$/.test(encoded)) return undefined;
  const text = decodeURIComponent(encoded);
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

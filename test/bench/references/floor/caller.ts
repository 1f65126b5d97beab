/** Who calls, by hand: the one form of signature that our clients send, taken apart by one regular expression. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { get, type Item } from './table.ts';

export interface Event {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const KEPT_MS = 30_000;
const kept = new Map<string, { item: Item; until: number; publicKey?: KeyObject }>();

export async function directoryItem(id: string) {
  const known = kept.get(id);
  if (known && known.until > Date.now()) return known;
  const item = await get(String(process.env.DIRECTORY_TABLE), 'id', id);
  if (!item) throw new Refusal(401, 'unknown');
  const fresh: { item: Item; until: number; publicKey?: KeyObject } = { item, until: Date.now() + KEPT_MS };
  kept.set(id, fresh);
  return fresh;
}

const INPUT =
  /^sig1=(\((?:"@method" "@authority" "@path" "@query")( "content-digest")?\);created=(\d+);keyid="([^"]+)";alg="([^"]+)";tag="tillgate-v1")$/;

export async function callerOf(event: Event): Promise<Item> {
  const { headers, rawPath, rawQueryString, body } = event;
  const [, parameters, digest, created, keyid = ''] = INPUT.exec(headers['signature-input'] ?? '') ?? [];
  const signature = /^sig1=:([A-Za-z0-9+/=]+):$/.exec(headers.signature ?? '')?.[1];
  if (!signature || (digest !== undefined) !== (body !== undefined)) throw new Refusal(401, 'signature');
  if (body !== undefined) {
    const actual = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    if (headers['content-digest'] !== actual) throw new Refusal(401, 'digest');
  }
  const age = Date.now() / 1_000 - Number(created);
  if (age > 300 || age < -60) throw new Refusal(401, 'clock');
  const key = await directoryItem(keyid);
  key.publicKey ??= createPublicKey({
    key: Buffer.from(String(key.item.publicKey), 'base64'),
    format: 'der',
    type: 'spki',
  });
  const base =
    `"@method": ${event.requestContext.http.method}\n"@authority": ${headers.host}\n"@path": ${rawPath}\n` +
    `"@query": ?${rawQueryString}\n${digest ? `"content-digest": ${headers['content-digest']}\n` : ''}` +
    `"@signature-params": ${parameters}`;
  const fits =
    key.item.alg === 'ed25519'
      ? verify(null, Buffer.from(base), key.publicKey, Buffer.from(signature, 'base64'))
      : verify(
          'sha256',
          Buffer.from(base),
          { key: key.publicKey, dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature, 'base64'),
        );
  if (!fits || key.item.revokedAt !== undefined) throw new Refusal(401, 'signature');
  return key.item;
}

export async function answered(work: () => Promise<{ status: number; body: unknown }>) {
  try {
    const { status, body } = await work();
    return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  } catch (error) {
    if (error instanceof Refusal)
      return { statusCode: error.status, headers: {}, body: JSON.stringify({ code: error.message }) };
    throw error;
  }
}

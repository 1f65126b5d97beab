/** Callers who sign by RFC 9421, and one who checks them, as the API does. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { importPrivateKey, type SigningKey, signRequest } from '../../functions/client/sign.ts';
import { type ReceivedRequest, type VerificationKey, verifyRequest } from '../../functions/http/signature.ts';
import type { Algorithm } from '../../functions/merchant/key.ts';

export const NOW = Date.parse('2026-03-01T04:00:00Z');
export const HOST = 'till.example:8443';
/** Another name of the same service. */
export const SECOND_HOST = 'pay.example';
export const BODY = '{"merchantOrderNo":"1"}';

export interface Holder {
  readonly signing: SigningKey;
  readonly key: VerificationKey;
  readonly privateKey: KeyObject;
}

export async function holder(keyid: string, alg: Algorithm, revoked = false): Promise<Holder> {
  const pair = alg === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signing = { keyid, alg, privateKey: await importPrivateKey(pem, alg) };
  return { signing, key: { keyid, alg, publicKey: pair.publicKey, revoked }, privateKey: pair.privateKey };
}

/** Whose keys the checker knows. */
export const holders = {
  ed: await holder('trm_a.1', 'ed25519'),
  ec: await holder('bko_b.1', 'ecdsa-p256-sha256'),
  gone: await holder('trm_c.1', 'ed25519', true),
};

/** A request as it arrives when `by` has signed it. */
export async function signed(
  by: SigningKey,
  { method = 'POST', path = '/v1/orders', query = '', body = BODY as string | null, created = NOW / 1_000 } = {},
): Promise<ReceivedRequest> {
  const url = `https://${HOST}${path}${query && `?${query}`}`;
  const headers = await signRequest({ method, url, body: body ?? undefined }, by, created);
  return { method, authority: HOST, path, query, headers, body: body === null ? undefined : Buffer.from(body) };
}

export const check = (request: ReceivedRequest, now = NOW) =>
  verifyRequest(request, {
    now,
    authorities: new Set([HOST, SECOND_HOST]),
    findKey: async (keyid) => Object.values(holders).find(({ key }) => key.keyid === keyid)?.key,
  });

export async function codeOf(request: ReceivedRequest, now = NOW): Promise<string> {
  const verdict = await check(request, now);
  return verdict.kind === 'verified' ? 'verified' : verdict.code;
}

export const withHeader = (
  request: ReceivedRequest,
  name: string,
  change: (value: string) => string | undefined,
): ReceivedRequest => ({ ...request, headers: { ...request.headers, [name]: change(request.headers[name] ?? '') } });

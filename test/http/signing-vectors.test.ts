/** docs/signing.md and its vectors: what a vendor reads there is what this service takes. */
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ENROLMENT, REQUEST, ROTATION } from '../../functions/contract/signing.ts';
import { verifyRequest } from '../../functions/http/signature.ts';
import type { Algorithm } from '../../functions/merchant/key.ts';

interface Vectors {
  readonly keys: Record<Algorithm, { readonly publicKey: string }>;
  readonly created: number;
  readonly vectors: readonly {
    readonly name: string;
    readonly request: { readonly method: string; readonly url: string; readonly body?: string };
    readonly headers: Record<string, string>;
    readonly signatures: readonly {
      readonly alg: Algorithm;
      readonly signatureBase: string;
      readonly signature: string;
    }[];
  }[];
}
const docs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const { keys, created, vectors } = JSON.parse(docs('signing-vectors.json')) as Vectors;
const publicKeyOf = (alg: Algorithm) =>
  createPublicKey({ key: Buffer.from(keys[alg].publicKey, 'base64'), format: 'der', type: 'spki' });

test('the vectors are of each kind of request and of both algorithms', () => {
  expect(vectors.map(({ name, signatures }) => [name, signatures.map(({ alg }) => alg)])).toEqual([
    ['createOrder', ['ed25519']],
    ['createOrder by P-256', ['ecdsa-p256-sha256']],
    ['getOrder, without a query', ['ed25519']],
    ['listOrders, with a query as it is sent', ['ed25519']],
    ['enrolTerminal', ['ed25519']],
    ['rotateKey', ['ed25519', 'ecdsa-p256-sha256']],
  ]);
});

describe.each(vectors)('the vector $name', ({ name, request, headers, signatures }) => {
  test('has signatures of its signature bases, by its keys', () => {
    for (const { alg, signatureBase, signature } of signatures) {
      const bytes = Buffer.from(signature, 'base64');
      const [key, data] = [publicKeyOf(alg), Buffer.from(signatureBase)];
      const isGenuine =
        alg === 'ed25519'
          ? verify(null, data, key, bytes)
          : verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, bytes);
      expect([bytes.length, isGenuine]).toEqual([64, true]);
    }
  });

  test('is taken by the service as it stands', async () => {
    const { host, pathname, search } = new URL(request.url);
    const received = {
      ...{ method: request.method, authority: host, path: pathname, query: search.slice(1), headers },
      body: request.body === undefined ? undefined : Buffer.from(request.body),
    };
    const by = (alg: Algorithm) => ({
      now: created * 1_000,
      authorities: new Set([host]),
      findKey: async (keyid: string) => ({ keyid, alg, publicKey: publicKeyOf(alg), revoked: false }),
      isOneOfTwo: signatures.length === 2,
    });
    const purposes = name === 'enrolTerminal' ? [ENROLMENT] : [REQUEST, ROTATION];
    for (const [i, { alg }] of signatures.entries()) {
      const verdict = await verifyRequest(received, { ...by(alg), purpose: purposes[i] ?? REQUEST });
      expect(verdict).toMatchObject({ kind: 'verified', created: created * 1_000 });
    }
  });
});

test('docs/signing.md works the first vector through, byte by byte', () => {
  const page = docs('signing.md');
  const [first] = vectors;
  const indented = (text: string) => text.replaceAll('\n', '\n   ');
  expect(page).toContain(indented(first?.signatures[0]?.signatureBase ?? 'there is none'));
  expect(page).toContain(first?.request.body ?? 'there is none');
  for (const [header, value] of Object.entries(first?.headers ?? {})) expect(page).toContain(`${header}: ${value}`);
});

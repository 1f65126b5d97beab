/** RFC 9421 as others read it: the RFC's own vectors, and a second library that shares no code with the one we use. */
import { createHash, createPrivateKey, createPublicKey, sign as signBytes, verify } from 'node:crypto';
import { createSignature, verifySignature } from 'http-message-sig';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import { describe, expect, test } from 'vitest';
import { importPrivateKey } from '../../functions/client/sign.ts';
import { COMPONENTS, REQUEST, TAG } from '../../functions/contract/signing.ts';
import type { ReceivedRequest } from '../../functions/http/signature.ts';
import { BODY, check, HOST, type Holder, holders, NOW, signed } from '../support/signatures.ts';

const CREATED = 1_618_884_473;

/** https://www.rfc-editor.org/rfc/rfc9421#appendix-B.1.3 and B.1.4, without their PEM frames. */
const ECC_P256 = createPublicKey({
  key: Buffer.from(
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==',
    'base64',
  ),
  format: 'der',
  type: 'spki',
});
const ED25519_DER = 'MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF';
const ED25519 = createPublicKey(
  createPrivateKey({ key: Buffer.from(ED25519_DER, 'base64'), format: 'der', type: 'pkcs8' }),
);

describe('S4 the vectors of RFC 9421, appendix B', () => {
  const response = {
    kind: 'response' as const,
    status: 200,
    fields: [
      { name: 'content-type', value: 'application/json' },
      {
        name: 'content-digest',
        value: 'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
      },
      { name: 'content-length', value: '23' },
      {
        name: 'signature-input',
        value:
          'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
      },
      {
        name: 'signature',
        value: 'sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:',
      },
    ],
  };
  /** The library as signature.ts uses it: it parses and builds the base, node:crypto verifies. */
  const verifies = (message: typeof response) => {
    const seen: string[] = [];
    return verifySignature(message, {
      policy: {
        algorithms: ['ecdsa-p256-sha256'],
        requiredComponents: [],
        requiredParameters: [],
        clockSkew: 1e12,
        now: CREATED,
      },
      resolveVerifier: async ({ parameters }) => ({
        algorithm: 'ecdsa-p256-sha256',
        verify: (data, bytes) => {
          seen.push(String(parameters.keyid), new TextDecoder().decode(data));
          return verify('sha256', data, { key: ECC_P256, dsaEncoding: 'ieee-p1363' }, bytes);
        },
      }),
    }).then(
      () => ({ verified: true, seen }),
      () => ({ verified: false, seen }),
    );
  };

  test('B.2.4, ecdsa-p256-sha256: the published signature verifies, over the published base', async () => {
    const base = [
      '"@status": 200',
      '"content-type": application/json',
      `"content-digest": ${response.fields[1]?.value}`,
      '"content-length": 23',
      '"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
    ].join('\n');
    expect(await verifies(response)).toEqual({ verified: true, seen: ['test-key-ecc-p256', base] });
    const other = response.fields.map((field) => (field.name === 'content-length' ? { ...field, value: '24' } : field));
    expect((await verifies({ ...response, fields: other })).verified).toBe(false);
    expect((await verifies({ ...response, status: 201 })).verified).toBe(false);
  });

  test('B.2.6, ed25519: the private key as we read it makes the published signature, to the bit', async () => {
    const key = await importPrivateKey(
      `-----BEGIN ${'PRIVATE'} KEY-----\n${ED25519_DER}\n-----END ${'PRIVATE'} KEY-----\n`,
      'ed25519',
    );
    const made = await createSignature(
      {
        kind: 'request',
        method: 'POST',
        targetUri: 'https://example.com/foo?param=Value&Pet=dog',
        fields: [
          { name: 'date', value: 'Tue, 20 Apr 2021 02:07:55 GMT' },
          { name: 'content-type', value: 'application/json' },
          { name: 'content-length', value: '18' },
        ],
      },
      {
        label: 'sig-b26',
        components: ['date', '@method', '@path', '@authority', 'content-type', 'content-length'],
        parameters: { created: CREATED, keyid: 'test-key-ed25519' },
        signer: {
          algorithm: 'ed25519',
          sign: async (data) =>
            new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, key, new Uint8Array(data))),
        },
      },
    );
    expect(made.signature).toBe(
      'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
    );
    const base = Buffer.from('"date": x');
    const ours = Buffer.from(await crypto.subtle.sign({ name: 'Ed25519' }, key, base));
    expect(verify(null, base, ED25519, ours)).toBe(true);
  });
});

const BODIES: [what: string, body: string | null][] = [
  ['with a body', BODY],
  ['with a body beyond ASCII', '{"subject":"拿铁 ☕"}'],
  ['without a body', null],
];
const TARGETS: [path: string, query: string][] = [
  ['/v1/orders', ''],
  ['/v1/orders/ord_a~b.c-d_e', 'day=2026-03-01&limit=20'],
];
const cases = (['ed', 'ec'] as const).flatMap((who) =>
  BODIES.flatMap(([what, body]) => TARGETS.map(([path, query]) => ({ who, what, body, path, query }))),
);

describe('S4 http-message-signatures, a second library', () => {
  const urlOf = (path: string, query: string) => `https://${HOST}${path}${query && `?${query}`}`;
  const methodOf = (body: string | null) => (body === null ? 'GET' : 'POST');

  test.each(cases)('$who, $what, $path?$query: it signs, we accept', async ({ who, body, path, query }) => {
    const request = await signedByOther(holders[who], { method: methodOf(body), path, query, body });
    expect(await check(request)).toEqual({ kind: 'verified', key: holders[who].key, created: NOW });
    // It is the signature that we accepted: over another path it is none.
    expect(await check({ ...request, path: `${path}x` })).toMatchObject({ code: 'signature_invalid' });
  });

  test.each(cases)('$who, $what, $path?$query: we sign, it verifies', async ({ who, body, path, query }) => {
    const { signing, key } = holders[who];
    const request = await signed(signing, { method: methodOf(body), path, query, body });
    const verifiesAt = (url: string) =>
      httpbis.verifyMessage(
        {
          keyLookup: async ({ keyid }) =>
            keyid === key.keyid ? { id: keyid, algs: [key.alg], verify: createVerifier(key.publicKey, key.alg) } : null,
          requiredFields: [...COMPONENTS, ...(body === null ? [] : ['content-digest'])],
          requiredParams: ['created', 'keyid', 'alg', 'tag'],
        },
        { method: request.method, url, headers: request.headers as Record<string, string> },
      );
    expect(await verifiesAt(urlOf(path, query))).toBe(true);
    expect(await verifiesAt(urlOf(path, 'day=2026-03-02'))).toBe(false);
  });

  async function signedByOther(
    { key, privateKey }: Holder,
    sent: { method: string; path: string; query: string; body: string | null },
  ): Promise<ReceivedRequest> {
    const { method, path, query, body } = sent;
    const digest = body !== null && { 'content-digest': `sha-256=:${sha256(body)}:` };
    const { headers } = await httpbis.signMessage(
      {
        key: createSigner(privateKey, key.alg, key.keyid),
        name: REQUEST.label,
        fields: [...COMPONENTS, ...(digest ? ['content-digest'] : [])],
        params: ['created', 'keyid', 'alg', 'tag'],
        paramValues: { created: new Date(NOW), tag: TAG },
      },
      { method, url: urlOf(path, query), headers: { ...digest } },
    );
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
    const bytes = body === null ? undefined : Buffer.from(body);
    return { method, authority: HOST, path, query, headers: Object.fromEntries(lower), body: bytes };
  }
});

test('S4 what the second library makes of another base, we refuse', async () => {
  // The same hand, a byte less in the base: a check that accepts whatever it signs would show here.
  const request = await signed(holders.ed.signing);
  const bytes = signBytes(null, Buffer.from('"@method": POST'), holders.ed.privateKey).toString('base64');
  const headers = { ...request.headers, signature: `${REQUEST.label}=:${bytes}:` };
  expect(await check({ ...request, headers })).toMatchObject({ code: 'signature_invalid' });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

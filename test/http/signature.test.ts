/** RFC 9421 as the contract fixes it: what we sign we accept, and nothing else. */
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import fc from 'fast-check';
import { createSignatureSync } from 'http-message-sig';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Algorithm,
  COMPONENTS,
  importPrivateKey,
  type SigningKey,
  signRequest,
} from '../../functions/http/sign.ts';
import {
  MOST_AGE,
  MOST_AHEAD,
  type ReceivedRequest,
  type VerificationKey,
  verifyRequest,
} from '../../functions/http/signature.ts';

const NOW = Date.parse('2026-03-01T04:00:00Z');
const HOST = 'till.example:8443';
const BODY = '{"merchantOrderNo":"1"}';

interface Holder {
  readonly signing: SigningKey;
  readonly key: VerificationKey;
}

async function holder(keyid: string, alg: Algorithm, revoked = false): Promise<Holder> {
  const pair = alg === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signing = { keyid, alg, privateKey: await importPrivateKey(pem, alg) };
  return { signing, key: { keyid, alg, publicKey: pair.publicKey, revoked } };
}

let holders: Record<'ed' | 'ec' | 'gone', Holder>;
beforeAll(async () => {
  holders = {
    ed: await holder('trm_a.1', 'ed25519'),
    ec: await holder('bko_b.1', 'ecdsa-p256-sha256'),
    gone: await holder('trm_c.1', 'ed25519', true),
  };
});

async function signed(
  by: SigningKey,
  { method = 'POST', path = '/v1/orders', query = '', body = BODY as string | null, created = NOW / 1_000 } = {},
): Promise<ReceivedRequest> {
  const url = `https://${HOST}${path}${query && `?${query}`}`;
  const headers = await signRequest({ method, url, body: body ?? undefined }, by, created);
  return { method, authority: HOST, path, query, headers, body: body === null ? undefined : Buffer.from(body) };
}

const check = (request: ReceivedRequest, now = NOW) =>
  verifyRequest(request, {
    now,
    authorities: new Set([HOST]),
    findKey: async (keyid) => Object.values(holders).find(({ key }) => key.keyid === keyid)?.key,
  });
const codeOf = async (request: ReceivedRequest, now = NOW) => {
  const verdict = await check(request, now);
  return verdict.kind === 'verified' ? 'verified' : verdict.code;
};
const withHeader = (request: ReceivedRequest, name: string, change: (value: string) => string): ReceivedRequest => ({
  ...request,
  headers: { ...request.headers, [name]: change(request.headers[name] ?? '') },
});

describe('what we sign', () => {
  test.each(['ed', 'ec'] as const)('%s: is accepted with and without body and query', async (who) => {
    const shapes = [
      {},
      { body: null, method: 'GET' },
      { query: 'day=2026-03-01&limit=2', body: null, method: 'GET' },
      { body: '{}' },
    ];
    for (const shape of shapes) {
      expect(await check(await signed(holders[who].signing, shape))).toEqual({
        kind: 'verified',
        key: holders[who].key,
      });
    }
  });

  test('is accepted again inside its window: every write is idempotent by its own number', async () => {
    const request = await signed(holders.ed.signing);
    expect([await codeOf(request), await codeOf(request, NOW + 1_000)]).toEqual(['verified', 'verified']);
  });
});

describe('F66 attacks', () => {
  test('no signature at all', async () => {
    const { 'signature-input': _, ...headers } = (await signed(holders.ed.signing)).headers;
    expect(await codeOf({ ...(await signed(holders.ed.signing)), headers })).toBe('signature_missing');
  });

  test('stale and early, to the second', async () => {
    const request = await signed(holders.ed.signing);
    expect(await codeOf(request, NOW + MOST_AGE)).toBe('verified');
    expect(await check(request, NOW + MOST_AGE + 1_000)).toMatchObject({
      code: 'clock_skew',
      serverTime: '2026-03-01T04:05:01.000Z',
    });
    expect(await codeOf(request, NOW - MOST_AHEAD)).toBe('verified');
    expect(await codeOf(request, NOW - MOST_AHEAD - 1_000)).toBe('clock_skew');
  });

  test('the time is told to nobody without the key', async () => {
    const forged = withHeader(await signed(holders.ed.signing), 'signature', (value) =>
      value.replace(/:(.)/, (_, first) => (first === 'A' ? ':B' : ':A')),
    );
    expect(await check(forged, NOW + 2 * MOST_AGE)).toMatchObject({ code: 'signature_invalid' });
  });

  test('another method, path, query, host', async () => {
    const request = await signed(holders.ed.signing, { query: 'a=1' });
    for (const change of [
      { method: 'GET' },
      { path: '/v1/orders/x' },
      { query: 'a=2' },
      { query: '' },
      { authority: 'other.example' },
      { authority: 'till.example' },
    ])
      expect(await codeOf({ ...request, ...change })).toBe('signature_invalid');
  });

  test('another body, no body, a digest of another algorithm', async () => {
    const request = await signed(holders.ed.signing);
    expect(await codeOf({ ...request, body: Buffer.from(`${BODY} `) })).toBe('signature_invalid');
    expect(await codeOf({ ...request, body: undefined })).toBe('signature_invalid');
    expect(await codeOf(withHeader(request, 'content-digest', (value) => value.replace('sha-256', 'sha-512')))).toBe(
      'signature_invalid',
    );
    const bare = await signed(holders.ed.signing, { body: null });
    expect(await codeOf({ ...bare, body: Buffer.from(BODY) })).toBe('signature_invalid');
  });

  test('a digest that is covered without a body', async () => {
    const request = await signed(holders.ed.signing, { body: '' });
    expect(await codeOf({ ...request, body: undefined })).toBe('signature_invalid');
  });

  test.each([
    [
      'components in another order',
      (input: string) => input.replace('"@method" "@authority"', '"@authority" "@method"'),
    ],
    ['a component less', (input: string) => input.replace(' "@query"', '')],
    ['no signature parameters', (input: string) => input.replace(/;.*/, '')],
    ['another tag', (input: string) => input.replace('tillgate-v1', 'tillgate-v2')],
    ['another label', (input: string) => input.replace('sig1', 'sig2')],
    ['alg none', (input: string) => input.replace('alg="ed25519"', 'alg="none"')],
    ['alg hmac-sha256 with the public key', (input: string) => input.replace('alg="ed25519"', 'alg="hmac-sha256"')],
    ['the other algorithm', (input: string) => input.replace('alg="ed25519"', 'alg="ecdsa-p256-sha256"')],
    ['a later created', (input: string) => input.replace(/created=\d+/, `created=${NOW / 1_000 + 1}`)],
    ['a parameter that nobody knows', (input: string) => `${input};x=1`],
    ['two signatures', (input: string) => `${input}, ${input.replace('sig1', 'sig2')}`],
    ['nonsense', () => '((('],
  ])('%s', async (_, change) => {
    expect(await codeOf(withHeader(await signed(holders.ed.signing), 'signature-input', change))).toBe(
      'signature_invalid',
    );
  });

  test('an unknown key, a revoked key, the key of another', async () => {
    const stranger = await holder('trm_x.1', 'ed25519');
    expect(await codeOf(await signed(stranger.signing))).toBe('key_unknown');
    expect(await codeOf(await signed(holders.gone.signing))).toBe('key_revoked');
    expect(await codeOf(await signed({ ...stranger.signing, keyid: 'trm_a.1' }))).toBe('signature_invalid');
    expect(await codeOf(await signed({ ...holders.ec.signing, keyid: 'trm_a.1' }))).toBe('signature_invalid');
  });

  test('a fault of ours is no bad signature', async () => {
    const request = await signed(holders.ed.signing);
    const broken = verifyRequest(request, {
      now: NOW,
      authorities: new Set([HOST]),
      findKey: () => Promise.reject(new Error('the table does not answer')),
    });
    await expect(broken).rejects.toThrow('the table does not answer');
  });
});

test('S4 10,000 mutated requests, none accepted', async () => {
  const samples = await Promise.all([
    signed(holders.ed.signing),
    signed(holders.ec.signing),
    signed(holders.ed.signing, { body: null, query: 'a=1' }),
  ]);
  const part = fc.constantFrom(
    'method',
    'path',
    'query',
    'authority',
    'body',
    'signature',
    'signature-input',
    'content-digest',
  );
  const char = fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme-ascii' });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...samples), part, fc.nat(), char, async (request, where, at, replacement) => {
      const mutate = (text: string) => {
        const i = text.length === 0 ? 0 : at % text.length;
        return text.slice(0, i) + replacement + text.slice(i + 1);
      };
      const isHeader = where === 'signature' || where === 'signature-input' || where === 'content-digest';
      const before = isHeader
        ? request.headers[where]
        : where === 'body'
          ? request.body?.toString()
          : String(request[where as 'path']);
      const changed = mutate(String(before ?? ''));
      fc.pre(before !== undefined && !sameMeaning(where, before, changed));
      const mutated = isHeader
        ? withHeader(request, where, () => changed)
        : { ...request, [where]: where === 'body' ? Buffer.from(changed) : changed };
      expect(await codeOf(mutated)).not.toBe('verified');
    }),
    { numRuns: 10_000, seed: 1 },
  );
}, 120_000);

/** Structured headers may be spelt in more than one way, and hosts in either case: that is no other message. */
function sameMeaning(where: string, before: string, changed: string): boolean {
  if (before === changed || before.trim() === changed.trim()) return true;
  if (where === 'authority') return before.toLowerCase() === changed.toLowerCase();
  // The last base64 digit of 64 or 32 bytes holds bits that mean nothing.
  const bytes = (text: string) =>
    Buffer.from(text.split(':')[1] ?? '', 'base64').toString('hex') + text.replace(/:[^:]*:/, '::');
  if (where === 'signature' || where === 'content-digest') return bytes(before) === bytes(changed);
  return false;
}

test('RFC 9421 appendix B.2.6: the library makes the base, our key verifies the published signature', () => {
  // https://www.rfc-editor.org/rfc/rfc9421#appendix-B.1.4 and B.2.6
  const publicKey: KeyObject = createPublicKey(
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----',
  );
  const published = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
  let base: Uint8Array = new Uint8Array();
  createSignatureSync(
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
      parameters: { created: 1618884473, keyid: 'test-key-ed25519' },
      signer: {
        algorithm: 'ed25519',
        sign: (data) => {
          base = data;
          return new Uint8Array(64);
        },
      },
    },
  );
  expect(verify(null, base, publicKey, Buffer.from(published, 'base64'))).toBe(true);
  expect(COMPONENTS).toEqual(['@method', '@authority', '@path', '@query']);
});

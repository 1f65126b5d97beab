/** I15, F66: what a request may claim of itself, attack by attack. */
import { createHash, createHmac, sign } from 'node:crypto';
import { createSignatureSync } from 'http-message-sig';
import { describe, expect, test } from 'vitest';
import { COMPONENTS, TAG } from '../../functions/contract/signing.ts';
import { AGE_MAX, AHEAD_MAX, type ReceivedRequest, verifyRequest } from '../../functions/http/signature.ts';
import {
  BODY,
  check,
  codeOf,
  HOST,
  holder,
  holders,
  NOW,
  SECOND_HOST,
  signed,
  withHeader,
} from '../support/signatures.ts';

const SECOND = 1_000;
const digestOf = (body: string, name = 'sha-256') =>
  `${name}=:${createHash(name.replace('-', '')).update(body).digest('base64')}:`;

interface Odd {
  readonly components?: readonly (string | { name: string; parameters: Record<string, string> })[];
  readonly label?: string;
  readonly parameters?: Readonly<Record<string, string | number | undefined>>;
  readonly digest?: string;
  readonly sign?: (data: Uint8Array) => Buffer;
}

/** The library as signer, for what our own signer never does: the signature fits, the profile does not. */
function oddlySigned(odd: Odd): ReceivedRequest {
  const { components = [...COMPONENTS, 'content-digest'], label = 'sig1', digest = digestOf(BODY) } = odd;
  const { sign: signer = (data) => sign(null, data, holders.ed.privateKey) } = odd;
  const named = { created: NOW / SECOND, keyid: 'trm_a.1', alg: 'ed25519', tag: TAG, ...odd.parameters };
  const parameters = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  const fields = { 'content-digest': digest, 'content-type': 'application/json' };
  const { signature, signatureInput } = createSignatureSync(
    {
      kind: 'request',
      method: 'POST',
      targetUri: `https://${HOST}/v1/orders`,
      requestTarget: '/v1/orders',
      fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
    },
    {
      label,
      components: [...components],
      parameters: parameters as { created: number },
      signer: { algorithm: named.alg ?? 'ed25519', sign: (data) => new Uint8Array(signer(data)) },
    },
  );
  return {
    method: 'POST',
    authority: HOST,
    path: '/v1/orders',
    query: '',
    headers: { ...fields, signature, 'signature-input': signatureInput },
    body: Buffer.from(BODY),
  };
}

describe('F66 time', () => {
  test.each([
    [AGE_MAX, 'verified'],
    [AGE_MAX + 1, 'clock_skew'],
    [AGE_MAX + SECOND, 'clock_skew'],
    [-AHEAD_MAX, 'verified'],
    [-AHEAD_MAX - 1, 'clock_skew'],
    [-AHEAD_MAX - SECOND, 'clock_skew'],
  ])('a request that is %d ms old is %s', async (age, expected) => {
    const request = await signed(holders.ed.signing);
    expect(await codeOf(request, NOW + age)).toBe(expected);
  });

  test('the limits are those of the contract, and the refusal tells the time', async () => {
    expect([AGE_MAX, AHEAD_MAX]).toEqual([300 * SECOND, 60 * SECOND]);
    expect(await check(await signed(holders.ed.signing), NOW + 301 * SECOND)).toEqual({
      kind: 'refused',
      code: 'clock_skew',
      detail: expect.any(String),
      serverTime: '2026-03-01T04:05:01.000Z',
    });
  });

  test('is told to nobody without the key', async () => {
    const forged = withHeader(await signed(holders.ed.signing), 'signature', (value) =>
      value.replace(/:(.)/, (_, first) => (first === 'A' ? ':B' : ':A')),
    );
    const { signatureBase, ...told } = (await check(forged, NOW + 2 * AGE_MAX)) as { signatureBase?: string };
    expect(told).toEqual({
      kind: 'refused',
      code: 'signature_invalid',
      detail: 'The signature does not fit the request: it is of another text, or by another key.',
    });
    // The only time in it is the caller's own.
    expect(signatureBase?.match(/created=\d+/g)).toEqual([`created=${NOW / SECOND}`]);
  });

  test('a replay inside the window is accepted: every write is idempotent by its own number', async () => {
    const request = await signed(holders.ed.signing);
    expect([await codeOf(request), await codeOf(request), await codeOf(request, NOW + SECOND)]).toEqual([
      'verified',
      'verified',
      'verified',
    ]);
  });
});

describe('F66 another request than the one that was signed', () => {
  test.each(['signature', 'signature-input'])('without %s', async (name) => {
    expect(await codeOf(withHeader(await signed(holders.ed.signing), name, () => undefined))).toBe('signature_missing');
  });

  test.each([
    ['another method', { method: 'GET' }],
    ['another path', { path: '/v1/orders/x' }],
    ['a longer way to the same path', { path: '/v1/./orders' }],
    ['a slash more', { path: '/v1/orders/' }],
    ['another query', { query: 'a=2' }],
    ['the same query in another order', { query: 'b=2&a=1' }],
    ['no query', { query: '' }],
    ['a host that is not on the list', { authority: 'other.example' }],
    ['another host of ours', { authority: SECOND_HOST }],
    ['the host without its port', { authority: 'till.example' }],
    ['another body', { body: Buffer.from(`${BODY} `) }],
    ['no body', { body: undefined }],
  ])('%s', async (_, change) => {
    const request = await signed(holders.ed.signing, { query: 'a=1&b=2' });
    expect(await codeOf(request)).toBe('verified');
    expect(await codeOf({ ...request, ...change })).toBe('signature_invalid');
  });
});

describe('F66 bodies and digests', () => {
  const changed: [string, (digest: string) => string | undefined][] = [
    ['a digest of another algorithm only', () => digestOf(BODY, 'sha-512')],
    ['a digest that calls itself another', (value) => value.replace('sha-256', 'sha-512')],
    ['a digest that is no base64', () => 'sha-256=:???:'],
    ['a digest that is shorter', () => 'sha-256=:AAAA:'],
    ['an empty digest', () => 'sha-256=::'],
    ['two digests', (value) => `${value}, ${digestOf('{}')}`],
    ['no digest', () => undefined],
  ];
  test.each(changed)('%s', async (_, change) => {
    const request = withHeader(await signed(holders.ed.signing), 'content-digest', change);
    expect(await codeOf(request)).toBe('signature_invalid');
  });

  test('a body that was swapped together with its digest', async () => {
    const request = withHeader(await signed(holders.ed.signing), 'content-digest', () => digestOf('{}'));
    expect(await codeOf({ ...request, body: Buffer.from('{}') })).toBe('signature_invalid');
  });

  test('a body that was added with its digest, which nothing covers', async () => {
    const bare = await signed(holders.ed.signing, { body: null });
    expect(await codeOf({ ...bare, body: Buffer.from(BODY) })).toBe('signature_invalid');
    const withDigest = withHeader(bare, 'content-digest', () => digestOf(BODY));
    expect(await codeOf({ ...withDigest, body: Buffer.from(BODY) })).toBe('signature_invalid');
  });

  test('a digest that is covered without a body', async () => {
    const request = await signed(holders.ed.signing, { body: '' });
    expect(await codeOf({ ...request, body: undefined })).toBe('signature_invalid');
  });

  test('a sha-512 beside the sha-256 is welcome', async () => {
    const digest = `${digestOf(BODY, 'sha-512')}, ${digestOf(BODY)}`;
    expect(await codeOf(oddlySigned({ digest }))).toBe('verified');
    expect(await codeOf(oddlySigned({ digest: `${digestOf('{}', 'sha-512')}, ${digestOf(BODY)}` }))).toBe('verified');
  });
});

describe('F66 a signature that fits, of a profile that is not ours', () => {
  test('the yardstick: our own profile, made by the same hand', async () => {
    expect(await codeOf(oddlySigned({}))).toBe('verified');
  });

  const covered = [...COMPONENTS, 'content-digest'];
  test.each([
    ['components in another order', { components: covered.toReversed() }],
    ['nothing covered', { components: [] }],
    ['a component more', { components: [...covered, 'content-type'] }],
    ['a component twice removed', { components: ['@method', '@authority', '@request-target', 'content-digest'] }],
    ...covered.map((name): [string, Odd] => [`without ${name}`, { components: covered.filter((it) => it !== name) }]),
    ['the target instead of path and query', { components: ['@method', '@target-uri', 'content-digest'] }],
    [
      'a member of the digest only',
      { components: [...COMPONENTS, { name: 'content-digest', parameters: { key: 'sha-256' } }] },
    ],
    ['another tag', { parameters: { tag: 'tillgate-enrolment-v1' } }],
    ['no tag', { parameters: { tag: undefined } }],
    ['no keyid', { parameters: { keyid: undefined } }],
    ['no alg', { parameters: { alg: undefined } }],
    ['no created', { parameters: { created: undefined } }],
    ['another label', { label: 'sig2' }],
    ['alg none', { parameters: { alg: 'none' } }],
    ['alg hmac-sha256', { parameters: { alg: 'hmac-sha256' } }],
    ['alg of another key', { parameters: { alg: 'ecdsa-p256-sha256' } }],
    ['alg in capitals', { parameters: { alg: 'ED25519' } }],
  ] as [string, Odd][])('%s', async (_, odd) => {
    expect(await codeOf(oddlySigned(odd))).toBe('signature_invalid');
  });

  test('expires is minded, where it is given', async () => {
    const at = NOW / SECOND;
    expect(await codeOf(oddlySigned({ parameters: { expires: at } }))).toBe('verified');
    expect(await codeOf(oddlySigned({ parameters: { expires: at - 1 } }))).toBe('clock_skew');
  });

  test('a parameter that nobody knows', async () => {
    const request = await signed(holders.ed.signing);
    expect(await codeOf(withHeader(request, 'signature-input', (input) => `${input};x=1`))).toBe('signature_invalid');
  });

  test('two signatures, both of them good', async () => {
    const [first, second] = [oddlySigned({}), oddlySigned({ label: 'sig2' })];
    const both = (name: string) => `${first.headers[name]}, ${second.headers[name]}`;
    const headers = { ...first.headers, signature: both('signature'), 'signature-input': both('signature-input') };
    expect(await codeOf({ ...first, headers })).toBe('signature_invalid');
  });

  test.each(['', '(((', 'sig1=', 'sig1=()', 'sig1=:AAAA:', 'x'.repeat(10_000)])('headers %j', async (text) => {
    const request = await signed(holders.ed.signing);
    for (const name of ['signature', 'signature-input'])
      expect(await codeOf(withHeader(request, name, () => text))).toBe('signature_invalid');
  });
});

describe('F66 confusion of algorithms', () => {
  test('hmac with the public key as its secret', async () => {
    const spki = holders.ed.key.publicKey.export({ type: 'spki', format: 'der' });
    const raw = spki.subarray(-32);
    for (const secret of [spki, raw])
      for (const alg of ['hmac-sha256', 'ed25519']) {
        // 64 bytes, as long as a signature: a verifier that let the message choose would look at them.
        const hmac = (data: Uint8Array) => createHmac('sha512', secret).update(data).digest();
        expect(await codeOf(oddlySigned({ parameters: { alg }, sign: hmac }))).toBe('signature_invalid');
      }
  });

  test("the other algorithm's signature under this key's name, and the reverse", async () => {
    expect(await codeOf(await signed({ ...holders.ec.signing, keyid: 'trm_a.1' }))).toBe('signature_invalid');
    expect(await codeOf(await signed({ ...holders.ed.signing, keyid: 'bko_b.1' }))).toBe('signature_invalid');
  });

  test('ECDSA as DER instead of two numbers', async () => {
    const der = (data: Uint8Array) => sign('sha256', data, holders.ec.privateKey);
    const parameters = { keyid: 'bko_b.1', alg: 'ecdsa-p256-sha256' };
    expect(await codeOf(oddlySigned({ parameters, sign: der }))).toBe('signature_invalid');
  });

  test.each([0x00, 0xff])('64 bytes of %d, which a careless verifier takes for a signature', async (byte) => {
    const filled = () => Buffer.alloc(64, byte);
    for (const [keyid, alg] of [
      ['trm_a.1', 'ed25519'],
      ['bko_b.1', 'ecdsa-p256-sha256'],
    ])
      expect(await codeOf(oddlySigned({ parameters: { keyid, alg }, sign: filled }))).toBe('signature_invalid');
  });
});

describe('F66 keys', () => {
  test('unknown, revoked, and of another', async () => {
    const stranger = await holder('trm_x.1', 'ed25519');
    expect(await codeOf(await signed(stranger.signing))).toBe('key_unknown');
    expect(await codeOf(await signed(holders.gone.signing))).toBe('key_revoked');
    expect(await codeOf(await signed({ ...stranger.signing, keyid: 'trm_a.1' }))).toBe('signature_invalid');
  });

  test('a fault of ours is no bad signature', async () => {
    const broken = verifyRequest(await signed(holders.ed.signing), {
      now: NOW,
      authorities: new Set([HOST]),
      findKey: () => Promise.reject(new Error('the table does not answer')),
    });
    await expect(broken).rejects.toThrow('the table does not answer');
  });
});

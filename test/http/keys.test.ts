/** Keys, and what is told to whom does not sign as this service wants it. */
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  importPrivateKey,
  newKeyPair,
  privateKeyPemOf,
  signRequest,
  signRotation,
} from '../../functions/client/sign.ts';
import { ENROLMENT, REQUEST, ROTATION } from '../../functions/contract/signing.ts';
import { AGE_MAX, type ReceivedRequest, verifyRequest } from '../../functions/http/signature.ts';
import type { Algorithm } from '../../functions/merchant/key.ts';
import { BODY, check, HOST, holder, holders, NOW, signed, withHeader } from '../support/signatures.ts';

const publicKeyOf = (spki: string) =>
  createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });

describe.each<Algorithm>(['ed25519', 'ecdsa-p256-sha256'])('a new key of %s', (alg) => {
  test('signs what its public half verifies, stays inside unless it is to be kept, and comes back from its text', async () => {
    const pair = await newKeyPair(alg);
    expect(pair.privateKey.extractable).toBe(false);
    await expect(privateKeyPemOf(pair.privateKey)).rejects.toThrow();
    const kept = await newKeyPair(alg, true);
    const pem = await privateKeyPemOf(kept.privateKey);
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/);
    const read = await importPrivateKey(pem, alg);
    expect([read.extractable, read.usages]).toEqual([false, ['sign']]);
    for (const [privateKey, spki] of [
      [pair.privateKey, pair.publicKey],
      [read, kept.publicKey],
    ] as const) {
      const key = { keyid: 'trm_n.1', alg, publicKey: publicKeyOf(spki), revoked: false };
      const request = await signed({ keyid: 'trm_n.1', alg, privateKey });
      const by = { now: NOW, authorities: new Set([HOST]), findKey: async () => key };
      expect(await verifyRequest(request, by)).toEqual({ kind: 'verified', key, created: NOW });
    }
  });
});

test('a rotation bears two signatures, each by its own key, for its own place', async () => {
  const url = `https://${HOST}/v1/terminals/self/keys`;
  const next = await holder('trm_a.2', 'ecdsa-p256-sha256');
  const headers = await signRotation(
    { method: 'POST', url, body: BODY },
    holders.ed.signing,
    next.signing,
    NOW / 1_000,
  );
  const request: ReceivedRequest = {
    ...{
      method: 'POST',
      authority: HOST,
      path: '/v1/terminals/self/keys',
      query: '',
      headers,
      body: Buffer.from(BODY),
    },
  };
  const findKey = async (keyid: string) => [holders.ed.key, next.key].find((key) => key.keyid === keyid);
  const by = { now: NOW, authorities: new Set([HOST]), findKey };
  const verdict = async (more: object) => {
    const told = await verifyRequest(request, { ...by, ...more });
    return told.kind === 'verified' ? told.key.keyid : told.code;
  };
  expect(await verdict({ purpose: REQUEST, isOneOfTwo: true })).toBe('trm_a.1');
  expect(await verdict({ purpose: ROTATION, isOneOfTwo: true })).toBe('trm_a.2');
  // Where one is expected two are too many, and a signature for one purpose is none for another.
  expect(await verdict({})).toBe('signature_invalid');
  expect(await verdict({ purpose: ENROLMENT, isOneOfTwo: true })).toBe('signature_invalid');
});

test('a request without a body covers no digest, one with an empty body does', async () => {
  const request = { method: 'GET', url: `https://${HOST}/v1/orders?a=1` };
  const bare = await signRequest(request, holders.ed.signing, 1);
  expect(Object.keys(bare)).toEqual(['signature-input', 'signature']);
  expect(bare['signature-input']).toBe(
    'sig1=("@method" "@authority" "@path" "@query");created=1;keyid="trm_a.1";alg="ed25519";tag="tillgate-v1"',
  );
  const empty = await signRequest({ ...request, method: 'POST', body: '' }, holders.ed.signing, 1);
  expect(empty['content-digest']).toBe('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:');
  expect(empty['signature-input']).toContain('"@query" "content-digest");created=1;');
});

describe('whoever is refused is told why', () => {
  const told = async (request: ReceivedRequest, now = NOW) => {
    const verdict = await check(request, now);
    return verdict.kind === 'refused' ? `${verdict.code}: ${verdict.detail}` : verdict.kind;
  };
  const invalid = (why: string) => `signature_invalid: The signature does not fit the request: ${why}.`;
  const input = (request: ReceivedRequest, from: string | RegExp, to: string) =>
    withHeader(request, 'signature-input', (value) => value.replace(from, to));

  test('of the request', async () => {
    const request = await signed(holders.ed.signing);
    const bare = await signed(holders.ed.signing, { body: null });
    expect(await told(withHeader(request, 'signature', () => undefined))).toBe(
      'signature_missing: Sign the request: RFC 9421, label sig1, tag tillgate-v1.',
    );
    expect(await told({ ...request, authority: 'x' })).toBe(invalid('the Host is none of this service'));
    expect(await told({ ...request, authority: HOST.toUpperCase() })).toBe('verified');
    expect(await told({ ...request, body: undefined })).toBe(invalid('there is a content-digest but no body'));
    expect(await told({ ...bare, body: Buffer.from(BODY) })).toBe(invalid('a body needs a content-digest'));
    expect(await told({ ...request, body: Buffer.from('x') })).toBe(invalid('the content-digest is of another body'));
    for (const digest of ['sha-512=:AAAA:', 'x sha-256=:AAAA:', 'sha-256=:AAAA:x', 'sha-256=:AA AA:'])
      expect(await told(withHeader(request, 'content-digest', () => digest))).toBe(
        invalid('its content-digest must have one sha-256'),
      );
    expect(await told(withHeader(request, 'content-digest', (value) => `a=:AAAA:,\t ${value} \t, b=:AAAA:`))).toMatch(
      /^signature_invalid: The signature does not fit the request: (?!the content-digest)/,
    );
  });

  test('of the profile', async () => {
    const request = await signed(holders.ed.signing);
    const bare = await signed(holders.ed.signing, { body: null });
    const both = (name: string, from: string, to: string) => (it: ReceivedRequest) =>
      withHeader(it, name, (value) => value.replace(from, to));
    const renamed = both('signature', 'sig1', 'sig9')(input(request, 'sig1', 'sig9'));
    expect(await told(renamed)).toBe(invalid('its label must be sig1'));
    const covered = '"@method" "@authority" "@path" "@query"';
    const only = (names: string) => invalid(`it must cover ${names} in this order, and no more`);
    expect(await told(input(bare, ' "@query"', ''))).toBe(only(covered));
    expect(await told(input(request, ' "@query"', ''))).toBe(only(`${covered} "content-digest"`));
    expect(await told(input(bare, '"@query"', '"@query";req'))).toMatch(/^signature_invalid/);
    expect(await told(input(bare, /$/, ';x=1'))).toBe(invalid('its parameter x is not known here'));
    for (const gone of [/;created=\d+/, /;keyid="[^"]*"/, /;alg="[^"]*"/])
      expect(await told(input(bare, gone, ''))).toBe(invalid('it must name created, keyid and alg'));
    expect(await told(input(bare, 'tillgate-v1', 'other'))).toBe(invalid('its tag must be tillgate-v1'));
    expect(await told(withHeader(bare, 'signature', () => 'sig1=:AAAA:'))).toBe(
      invalid('it must have 64 bytes, and has 3'),
    );
    expect(await told(input(bare, /$/, ';nonce="n"'))).toBe(invalid('it is of another text, or by another key'));
  });

  test('integration minor 1 of more coverage: a field that is there is not called missing, and no word of the library comes out', async () => {
    const bare = await signed(holders.ed.signing, { body: null });
    const covered = '"@method" "@authority" "@path" "@query"';
    const withMore = (more: string) =>
      input({ ...bare, headers: { ...bare.headers, 'content-type': 'x' } }, '"@query"', `"@query" ${more}`);
    for (const more of ['"content-type"', '"date"', '"@request-target"', '"@target-uri"'])
      expect([more, await told(withMore(more))]).toEqual([
        more,
        invalid(`it must cover ${covered} in this order, and no more`),
      ]);
  });

  test('integration minor 2 of another order of the components, and of a digest by sha-512 alone', async () => {
    const request = await signed(holders.ed.signing);
    const covered = '"@method" "@authority" "@path" "@query" "content-digest"';
    const turned = input(request, '"@method" "@authority"', '"@authority" "@method"');
    expect(await told(turned)).toBe(invalid(`it must cover ${covered} in this order, and no more`));
    const sha512 = `sha-512=:${createHash('sha512').update(BODY).digest('base64')}:`;
    expect(await told(withHeader(request, 'content-digest', () => sha512))).toBe(
      invalid('its content-digest must have one sha-256'),
    );
  });

  test('integration minor 3 of a body in GBK, which the gateway has decoded as UTF-8', async () => {
    const gbk = Buffer.concat([Buffer.from('{"subject":"'), Buffer.from('c4c3ccfa', 'hex'), Buffer.from('"}')]);
    const request = await signed(holders.ed.signing);
    const digest = `sha-256=:${createHash('sha256').update(gbk).digest('base64')}:`;
    const arrived = { ...request, body: Buffer.from(gbk.toString('utf8')) };
    expect(await told(withHeader(arrived, 'content-digest', () => digest))).toBe(
      invalid('its body is not UTF-8, or its content-digest is of another body'),
    );
  });

  test('integration M8 of the text that was verified, where the signature is of another', async () => {
    const request = await signed(holders.ed.signing);
    const verdict = await check({ ...request, path: '/v1/other' }, NOW);
    const [, params] = /^sig1=(.*)$/.exec(request.headers['signature-input'] ?? '') ?? [];
    const at = (name: string, value: string) => `"${name}": ${value}`;
    expect(verdict).toEqual({
      kind: 'refused',
      code: 'signature_invalid',
      detail: 'The signature does not fit the request: it is of another text, or by another key.',
      signatureBase: [
        at('@method', request.method),
        at('@authority', HOST),
        at('@path', '/v1/other'),
        at('@query', `?${request.query}`),
        at('content-digest', request.headers['content-digest'] ?? ''),
        at('@signature-params', params ?? ''),
      ].join('\n'),
    });
    const other = await check(await signed({ ...holders.ed.signing, keyid: holders.ec.signing.keyid }), NOW);
    expect(other).toMatchObject({ code: 'signature_invalid' });
  });

  test('integration M8 of a signature in DER', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const der = sign('sha256', Buffer.from('x'), privateKey).toString('base64');
    const request = await signed(holders.ec.signing);
    expect(await told(withHeader(request, 'signature', () => `sig1=:${der}:`))).toBe(
      invalid('it is in DER, as Java and OpenSSL write ECDSA; send r and s, 32 bytes each, one behind the other'),
    );
  });

  test('of the key and of the clock', async () => {
    const stranger = await holder('trm_x.1', 'ed25519');
    expect(await told(await signed(stranger.signing))).toBe('key_unknown: No credential has this keyid.');
    expect(await told(await signed(holders.gone.signing))).toBe(
      'key_revoked: This key was revoked or is over; enrol the terminal again, or ask for a new key.',
    );
    expect(await told(await signed(holders.ed.signing), NOW + AGE_MAX + 1)).toBe(
      'clock_skew: created may be 300 s old and 60 s ahead. Set the clock by serverTime.',
    );
  });
});

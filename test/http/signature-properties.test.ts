/** I15: RFC 9421 as the contract fixes it: what we sign we accept, whatever it says, and nothing that differs from it by a bit. */
import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { createSignatureSync } from 'http-message-sig';
import { expect, test } from 'vitest';
import type { ReceivedRequest } from '../../functions/http/signature.ts';
import { check, codeOf, HOST, holders, NOW, SECOND_HOST, signed } from '../support/signatures.ts';

const unreserved = fc.stringMatching(/^[A-Za-z0-9._~-]{1,12}$/);
const request = fc.record({
  who: fc.constantFrom('ed' as const, 'ec' as const),
  method: fc.constantFrom('GET', 'POST'),
  path: fc.array(unreserved, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
  query: fc
    .array(fc.tuple(unreserved, fc.option(unreserved, { nil: '' })), { maxLength: 3 })
    .map((pairs) => pairs.map((pair) => pair.join('=')).join('&')),
  body: fc.option(fc.oneof(fc.json({ maxDepth: 2 }), fc.string({ unit: 'grapheme', minLength: 1 })), { nil: null }),
  created: fc.integer({ min: NOW / 1_000 - 300, max: NOW / 1_000 + 60 }),
});

type Part = 'method' | 'authority' | 'path' | 'query' | 'body' | 'signature' | 'signature-input' | 'content-digest';
const mutation = fc.record({
  part: fc.constantFrom<Part[]>(
    'method',
    'authority',
    'path',
    'query',
    'body',
    'signature',
    'signature-input',
    'content-digest',
  ),
  how: fc.constantFrom('flip', 'drop', 'double', 'put', 'empty', 'host'),
  at: fc.nat(),
  bit: fc.nat({ max: 6 }),
  char: fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme-ascii' }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, { how, at, bit, char }: Mutation): string {
  const i = text.length === 0 ? 0 : at % text.length;
  const old = text[i] ?? '';
  switch (how) {
    case 'flip':
      return text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ (1 << bit)) + text.slice(i + 1);
    case 'drop':
      return text.slice(0, i) + text.slice(i + 1);
    case 'double':
      return text.slice(0, i) + old + text.slice(i);
    case 'put':
      return text.slice(0, i) + char + text.slice(i);
    case 'host':
      return SECOND_HOST;
    default:
      return '';
  }
}

/** The request with one part changed; undefined if that is the same message, or the part is not there. */
function mutated(genuine: ReceivedRequest, change: Mutation): ReceivedRequest | undefined {
  const { part } = change;
  if (part === 'body') {
    if (!genuine.body) return undefined;
    const body = Buffer.from(mutate(Buffer.from(genuine.body).toString('latin1'), change), 'latin1');
    return body.equals(genuine.body) ? undefined : { ...genuine, body };
  }
  const isHeader = part === 'signature' || part === 'signature-input' || part === 'content-digest';
  const before = isHeader ? genuine.headers[part] : genuine[part];
  if (before === undefined) return undefined;
  const after = mutate(before, change);
  if (sameMeaning(part, before, after)) return undefined;
  return isHeader ? { ...genuine, headers: { ...genuine.headers, [part]: after } } : { ...genuine, [part]: after };
}

/** Structured headers may be spelt in more than one way, and hosts in either case: that is no other message. */
function sameMeaning(part: Part, before: string, after: string): boolean {
  switch (part) {
    case 'authority':
      return before.toLowerCase() === after.toLowerCase();
    case 'signature-input':
      return plainInput(before) === plainInput(after);
    case 'signature':
    case 'content-digest':
      return plainBytes(before) === plainBytes(after);
    default:
      return before === after;
  }
}

/** Without what RFC 8941 lets a writer add: blanks between the members of a list and parameters, leading zeros. */
function plainInput(text: string): string {
  return text
    .trim()
    .replace(/ +/g, ' ')
    .replace(/(?<=\() | (?=\))|(?<=;) /g, '')
    .replace(/=0+(?=\d)/g, '=');
}

/** The last digit of base64 holds bits that mean nothing. */
function plainBytes(text: string): string {
  const [name = '', base64 = '', ...rest] = text.trim().split(':');
  return [name, Buffer.from(base64, 'base64').toString('hex'), ...rest].join(':');
}

test('S4 what we sign is accepted, and 10,000 times something else is not', async () => {
  let tried = 0;
  const property = fc.asyncProperty(
    request,
    // Unshrunk: each is told with its own message, and there is nothing to learn from fewer.
    fc.noShrink(fc.array(mutation, { minLength: 100, maxLength: 100 })),
    async ({ who, ...message }, mutations) => {
      const genuine = await signed(holders[who].signing, message);
      expect(await check(genuine)).toEqual({ kind: 'verified', key: holders[who].key, created: expect.any(Number) });
      for (const change of mutations) {
        const other = mutated(genuine, change);
        if (!other) continue;
        tried += 1;
        expect(await codeOf(other), JSON.stringify({ genuine, change })).not.toBe('verified');
      }
    },
  );
  await fc.assert(property, { numRuns: 150, seed: 1 });
  expect(tried).toBeGreaterThan(10_000);
});

test('RFC 9421 appendix B.2.6: the library makes the base, and the published signature fits it', () => {
  // https://www.rfc-editor.org/rfc/rfc9421#appendix-B.1.4 and B.2.6
  const publicKey = createPublicKey(
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----',
  );
  const published = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
  let base: Uint8Array = new Uint8Array();
  const { signatureInput } = createSignatureSync(
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
  expect(signatureInput).toBe(
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
  );
  expect(verify(null, base, publicKey, Buffer.from(published, 'base64'))).toBe(true);
});

test('what we sign reads as the contract says', async () => {
  const get = await signed(holders.ed.signing, { method: 'GET', body: null });
  expect(get.headers).toEqual({
    'signature-input':
      'sig1=("@method" "@authority" "@path" "@query");created=1772337600;keyid="trm_a.1";alg="ed25519";tag="tillgate-v1"',
    signature: expect.stringMatching(/^sig1=:[A-Za-z0-9+/]{86}==:$/),
  });
  // The base, written by hand as RFC 9421 section 2.5 says; without a query `@query` is a question mark.
  const base = [
    '"@method": GET',
    `"@authority": ${HOST}`,
    '"@path": /v1/orders',
    '"@query": ?',
    `"@signature-params": ${get.headers['signature-input']?.replace('sig1=', '')}`,
  ].join('\n');
  const bytes = Buffer.from(get.headers.signature?.split(':')[1] ?? '', 'base64');
  expect(verify(null, Buffer.from(base), holders.ed.key.publicKey, bytes)).toBe(true);

  const post = await signed(holders.ed.signing, { body: '{"a":1}' });
  expect(post.headers).toMatchObject({
    'content-digest': 'sha-256=:AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI=:',
    'signature-input': expect.stringContaining('"@query" "content-digest")'),
  });
});

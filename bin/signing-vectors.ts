/**
 * Makes docs/signing-vectors.json, the requests by which a vendor checks a signer of its own: `npm run signing-vectors -- --write`.
 * The keys are the public test keys of RFC 9421, appendix B.1.3 and B.1.4. Ed25519 signs the same text the same way every
 * time; P-256 does not, so a vector of P-256 is there to be verified and never to be made again.
 */
import { writeFileSync } from 'node:fs';
import { importPrivateKey, type SigningKey, signRequest, signRotation } from '../functions/client/sign.ts';
import { ENROLMENT, ENROLMENT_KEYID, type Purpose, REQUEST } from '../functions/contract/signing.ts';
import type { Algorithm } from '../functions/merchant/key.ts';

const FILE = new URL('../docs/signing-vectors.json', import.meta.url);
const HOST = 'https://pay.example.com';
/** 2026-03-01T04:00:00Z, in seconds. */
const CREATED = 1_772_337_600;

const KEYS = {
  ed25519: {
    privateKey: 'MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF',
    publicKey: 'MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=',
  },
  'ecdsa-p256-sha256': {
    privateKey:
      'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUpuF81l+kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDuhRANCAASohVhlUsKs9kcYeM/XsJNbT/4P0t/DQSSOoXvEHgWK8DHOJzfS0wzgYX6FHoPGHvVnnRUYZ2V2SQNdkKdM2ehd',
    publicKey:
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==',
  },
} as const satisfies Record<Algorithm, unknown>;

interface Vector {
  readonly name: string;
  readonly alg: Algorithm;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly keyid: string;
  /** A second signature, by the key that is to take the first one's place. */
  readonly next?: { readonly alg: Algorithm; readonly keyid: string };
  readonly purpose?: Purpose;
}

const ORDER = '{"merchantOrderNo":"A-1001","amount":{"currency":"CNY","value":1250},"subject":"拿铁"}';
const keyBody = (alg: Algorithm, more: object = {}) => JSON.stringify({ ...more, alg, publicKey: KEYS[alg].publicKey });

const VECTORS: readonly Vector[] = [
  {
    ...{ name: 'createOrder', alg: 'ed25519', method: 'POST', path: '/v1/orders' },
    ...{ body: ORDER, keyid: 'trm_aaaabbbbcccc.1' },
  },
  {
    ...{ name: 'createOrder by P-256', alg: 'ecdsa-p256-sha256', method: 'POST', path: '/v1/orders' },
    ...{ body: ORDER, keyid: 'trm_aaaabbbbcccc.1' },
  },
  {
    ...{ name: 'getOrder, without a query', alg: 'ed25519', method: 'GET' },
    ...{ path: '/v1/orders/ord_aaaaaaaaaaaaaaaaaaaaaaaaaa', keyid: 'trm_aaaabbbbcccc.1' },
  },
  {
    ...{ name: 'listOrders, with a query as it is sent', alg: 'ed25519', method: 'GET' },
    ...{ path: '/v1/orders?day=2026-03-01&storeId=main', keyid: 'bko_aaaabbbbcccc.1' },
  },
  {
    ...{ name: 'enrolTerminal', alg: 'ed25519', method: 'POST', path: '/v1/terminals/enrolment' },
    ...{ body: keyBody('ed25519', { code: '7K2M-9QXD-4TRB' }), keyid: ENROLMENT_KEYID, purpose: ENROLMENT },
  },
  {
    ...{ name: 'rotateKey', alg: 'ed25519', method: 'POST', path: '/v1/terminals/self/keys' },
    ...{ body: keyBody('ecdsa-p256-sha256'), keyid: 'trm_aaaabbbbcccc.1' },
    next: { alg: 'ecdsa-p256-sha256', keyid: 'trm_aaaabbbbcccc.2' },
  },
];

async function keyOf(alg: Algorithm, keyid: string): Promise<SigningKey> {
  return { keyid, alg, privateKey: await importPrivateKey(KEYS[alg].privateKey, alg) };
}

async function made({ name, alg, method, path, body, keyid, next, purpose = REQUEST }: Vector) {
  const request = { method, url: `${HOST}${path}`, body };
  const key = await keyOf(alg, keyid);
  const headers = next
    ? await signRotation(request, key, await keyOf(next.alg, next.keyid), CREATED)
    : await signRequest(request, key, CREATED, purpose);
  const inputs = headers['signature-input']?.split(/, (?=sig2=)/) ?? [];
  const signatures = headers.signature?.split(/, (?=sig2=)/) ?? [];
  return {
    name,
    request: { method, url: request.url, ...(body !== undefined && { body }) },
    headers,
    signatures: inputs.map((input, i) => ({
      alg: i === 0 ? alg : (next?.alg ?? alg),
      signatureBase: baseOf(request, headers['content-digest'], input.replace(/^sig\d=/, '')),
      signature: signatures[i]?.replace(/^sig\d=:|:$/g, ''),
    })),
  };
}

/** The text that is signed: a line for each component, and the parameters. */
function baseOf(
  { method, url }: { method: string; url: string },
  digest: string | undefined,
  parameters: string,
): string {
  const { host, pathname, search } = new URL(url);
  const lines = [
    ['@method', method],
    ['@authority', host],
    ['@path', pathname],
    ['@query', search || '?'],
    ...(digest === undefined ? [] : [['content-digest', digest]]),
    ['@signature-params', parameters],
  ];
  return lines.map(([name, value]) => `"${name}": ${value}`).join('\n');
}

if (import.meta.main) {
  const vectors = [];
  for (const vector of VECTORS) vectors.push(await made(vector));
  const text = `${JSON.stringify({ keys: KEYS, created: CREATED, vectors }, null, 2)}\n`;
  if (process.argv.includes('--write')) writeFileSync(FILE, text);
  else process.stdout.write(text);
}

/**
 * Security M2: requests that no key of ours has signed. None is a fault of ours, none is served, none fires an alarm.
 * `REQUESTS` says how many are sent (20,000).
 */
import { hash } from 'node:crypto';
import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract } from '../../functions/contract/contract.ts';
import { COMPONENTS } from '../../functions/contract/signing.ts';
import { cny, newNo, openShop, type TestShop } from '../support/shop.ts';

const REQUESTS = Number(process.env.REQUESTS ?? 20_000);
const AT_ONCE = 16;

let shop: TestShop;
let agent: Agent;
beforeAll(async () => {
  shop = await openShop();
  agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
}, 120_000);
afterAll(async () => {
  agent?.destroy();
  await shop?.stop();
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const send = ({ method, path, headers, body }: Sent) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    // A server of Node closes the connection of too long headers, sometimes before its answer (431) is read.
    const isLong = (headers['x-long'] ?? '').length > 1;
    const sent = request(shop.stack.api + path, { method, headers, agent: isLong ? false : agent }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', (error) => (isLong ? resolve({ status: 431, text: '' }) : reject(error)));
    sent.end(method === 'GET' ? undefined : body);
  });

/** What a header may hold. */
const printable = (maxLength: number) =>
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((it) => String.fromCharCode(it)), maxLength });

function requests() {
  const [terminal, office] = shop.stack.identity.credentials;
  const [merchant] = shop.stack.identity.merchants;
  const keyid = fc.oneof(
    fc.constantFrom(
      '',
      terminal?.keyid ?? '',
      office?.keyid ?? '',
      merchant?.id ?? '',
      'enrolment',
      'trm_a.1',
      'bko_a.0',
    ),
    fc.constantFrom('k'.repeat(3_000), `trm_${'a'.repeat(2_100)}.1`, 'trm_\\"a.1', `${merchant?.id}.store.main`),
    printable(40).map((it) => it.replace(/["\\]/g, '')),
  );
  const tag = fc.constantFrom('tillgate-v1', 'tillgate-enrolment-v1', 'tillgate-rotation-v1', '');
  const created = fc.constantFrom(Math.floor(shop.now() / 1_000), 0, -1, 1e15, Math.floor(shop.now() / 1_000) + 10_000);
  const covered = fc.constantFrom(
    '"@method" "@authority" "@path" "@query"',
    '"@method" "@authority" "@path" "@query" "content-digest"',
    '"@status"',
    '"x-none"',
    '',
  );
  const input = fc.oneof(
    fc
      .tuple(covered, created, keyid, fc.constantFrom('ed25519', 'ecdsa-p256-sha256', 'hmac-sha256', 'none'), tag)
      .map(([fields, at, key, alg, of]) => `sig1=(${fields});created=${at};keyid="${key}";alg="${alg}";tag="${of}"`),
    printable(200),
  );
  const signature = fc.oneof(
    fc.uint8Array({ minLength: 64, maxLength: 64 }).map((it) => `sig1=:${Buffer.from(it).toString('base64')}:`),
    fc.constantFrom('sig1=::', 'sig1=:!:', 'sig1', `sig1=:${'A'.repeat(9_000)}:`, 'sig2=:AAAA:'),
    printable(100),
  );
  const digest = fc.constantFrom(
    'sha-256=:AAAA:',
    'sha-256=',
    'md5=:AA==:',
    'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  );
  const headers = fc
    .record(
      {
        signature,
        'signature-input': input,
        'content-digest': digest,
        host: fc.constantFrom('evil.test', '', new URL(shop.stack.api).host),
        // More than a server of Node takes in all.
        'x-long': fc.constant('x'.repeat(64 * 1_024)),
        accept: printable(30),
        'content-type': fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', ''),
      },
      { requiredKeys: [] },
    )
    // Long headers are a case, and not every other one.
    .chain((all) => fc.integer({ min: 0, max: 50 }).map((n) => (n === 0 ? all : { ...all, 'x-long': 'x' })));
  const id = fc.oneof(
    fc.constant('ord_aaaaaaaaaaaaaaaaaaaaaaaaaa'),
    fc.constantFrom('..%2f', '%00', '%', '%c3%28', 'a'.repeat(5_000)),
    fc.stringMatching(/^[A-Za-z0-9._~-]{1,40}$/).filter((it) => !/^\.+$/.test(it)),
  );
  const query = fc.constantFrom(
    '',
    '?',
    '?limit=0',
    '?cursor=AAAA',
    '?a=1&a=2',
    '?day=%ff',
    `?q=${'a'.repeat(4_000)}`,
    '??',
  );
  const body = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }).map((it) => JSON.stringify(it)),
    fc.constantFrom(
      '',
      '{',
      'null',
      `{"a":${'['.repeat(2_000)}`,
      'sign=x&sign_type=RSA2',
      'a=1&a=2',
      'x'.repeat(20_000),
    ),
    fc.constant(JSON.stringify({ merchantOrderNo: 'x', amount: cny(1), subject: 'tea' })),
  );
  const now = Math.floor(shop.now() / 1_000);
  /** All is as it must be but the key: only then is the key looked up. */
  const wellFormed = (method: string, content: string, key: string, alg: string) => {
    const fields = COMPONENTS.map((name) => `"${name}"`).join(' ') + (method === 'GET' ? '' : ' "content-digest"');
    return {
      'signature-input': `sig1=(${fields});created=${now};keyid="${key}";alg="${alg}";tag="tillgate-v1"`,
      signature: `sig1=:${Buffer.alloc(64, 7).toString('base64')}:`,
      ...(method !== 'GET' && { 'content-digest': `sha-256=:${hash('sha256', content, 'base64')}:` }),
    };
  };
  const operation = fc.constantFrom(...Object.values(contract));
  const one = fc.tuple(operation, id, query, headers, body).map(
    ([{ method, path }, of, search, sent, content]): Sent => ({
      ...{
        method,
        path: path.replace(/\{\w+\}/g, of) + search,
        headers: sent as Record<string, string>,
        body: content,
      },
    }),
  );
  const signedByAnother = fc
    .tuple(operation, keyid, fc.constantFrom('ed25519', 'ecdsa-p256-sha256'), body)
    .map(([{ method, path }, key, alg, content]): Sent => {
      const filled = content === '' ? '{}' : content;
      const sent = { method, path: path.replace(/\{\w+\}/g, 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa'), body: filled };
      return { ...sent, headers: wellFormed(method, filled, key, alg) };
    });
  return fc.oneof(one, signedByAnother);
}

test(`security M2 ${REQUESTS} requests without a signature of ours: no 5xx, no service, no alarm`, async () => {
  const before = await shop.open({ merchantOrderNo: newNo() });
  const all = fc.sample(requests(), { numRuns: REQUESTS, seed: 20_261_130 });
  const statuses = new Map<number, number>();
  const wrong: unknown[] = [];
  const next = all.values();
  const work = async () => {
    for (const sent of next) {
      const { status, text } = await send(sent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status >= 500 || status < 400) wrong.push([status, sent.method, sent.path.slice(0, 100), sent.headers, text]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(wrong.slice(0, 5)).toEqual([]);
  // All ways of refusing were gone.
  expect([...statuses.keys()].sort()).toEqual([400, 401, 404, 413, 431]);
  const metrics = (await (await fetch(`${shop.stack.api}/__local/metrics`)).json()) as Record<string, number>;
  expect(metrics.faults ?? 0).toBe(0);
  expect(await shop.get(before.orderId)).toMatchObject({ status: 'awaiting_payment' });
  expect((await shop.backOffice.call('listOrders', {})).body.data.map(({ orderId }) => orderId)).toEqual([
    before.orderId,
  ]);
}, 600_000);

/** F66, S4: bytes on a socket that are not what a terminal signed. Which spellings are the same request, stands at the end. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../../bin/cli/credentials.ts';
import { importPrivateKey, signRequest } from '../../functions/client/sign.ts';
import { messageMutations } from '../http/message-mutations.ts';
import { type Dice, type Others, signatureMutations } from '../http/mutations.ts';
import { headerOf, type RawAnswer, type RawRequest, sendRaw, withRawHeader } from '../support/raw-http.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let host: string;
let port: number;
beforeAll(async () => {
  shop = await openShop();
  host = new URL(shop.stack.api).host;
  port = Number(new URL(shop.stack.api).port);
});
afterAll(() => shop.stop());

const BODY =
  '{"merchantOrderNo":"attacked","amount":{"currency":"CNY","value":1234},"subject":"café 拿铁","qrCode":false}';
const WHAT = {
  bare: ['GET', '/v1/channels', ''],
  query: ['GET', '/v1/orders?day=2026-03-01&limit=5', ''],
  body: ['POST', '/v1/orders', BODY],
} as const;

async function genuine(by: Credential, what: keyof typeof WHAT): Promise<RawRequest> {
  const [method, target, body] = WHAT[what];
  const key = { keyid: by.keyid, alg: by.alg, privateKey: await importPrivateKey(by.privateKeyPem, by.alg) };
  const sent = { method, url: `http://${host}${target}`, body: body === '' ? undefined : body };
  const signed = await signRequest(sent, key, Math.floor(shop.now() / 1_000));
  const type: [string, string][] = body === '' ? [] : [['Content-Type', 'application/json']];
  const headers: [string, string][] = [['Host', host], ...type, ...Object.entries(signed)];
  return { method, target, version: '1.1', headers, body: Buffer.from(body) };
}

/** Numbers from a seed: what went wrong once goes wrong again. */
function diceOf(seed: number): Dice {
  const numbers = fc.sample(fc.nat(), { seed, numRuns: 100_000 });
  let thrown = 0;
  return (n) => (numbers[thrown++ % numbers.length] ?? 0) % n;
}

/** Refused before anybody looked at what it asks for: by the server, the gateway, the alphabet of paths, the signature. */
function isRefused({ status, text }: RawAnswer): boolean {
  if (status === 401)
    return /"code":"(signature_missing|signature_invalid|clock_skew|key_unknown|key_revoked)"/.test(text);
  if (text.includes('"code"')) return /"detail":"A (path|query value) consists of/.test(text);
  return status === 0 || (status >= 400 && status < 500);
}

const credential = (n: number) => {
  const it = shop.stack.identity.credentials[n];
  if (!it) throw new Error('the seed has four credentials');
  return it;
};

describe('F66 S4', () => {
  test('11,000 mutations of signed requests, none accepted, nothing stored', async () => {
    const [till, office, revoked, stranger] = [credential(0), credential(1), credential(2), credential(3)];
    const dice = diceOf(1);
    let tried = 0;
    const refusals = new Map<string, number>();
    const kinds = [
      [till, 'bare'],
      [till, 'query'],
      [till, 'body'],
      [stranger, 'body'],
      [office, 'query'],
    ] as const;
    for (const [by, what] of kinds) {
      const others = [till, office, revoked, stranger].filter((it) => it !== by).map(({ keyid }) => keyid);
      const crossDay: Others = {
        keyids: [...others, 'trm_nobody.1', `${by.keyid.replace('.1', '')}.2`],
        host,
        otherHosts: [
          'evil.example',
          '127.0.0.1',
          `${host}.`,
          `x@${host}`,
          `localhost:${port}`,
          `${host}, evil.example`,
        ],
      };
      const mutations = Object.entries({ ...signatureMutations(crossDay), ...messageMutations(crossDay) });
      const message = await genuine(by, what);
      const attack = async ([name, mutate]: (typeof mutations)[number]) => {
        const other = mutate(message, dice);
        if (!other) return;
        tried += 1;
        const answer = await sendRaw(port, other);
        const said = { name, target: other.target, headers: other.headers, status: answer.status, text: answer.text };
        expect(isRefused(answer), JSON.stringify(said)).toBe(true);
        refusals.set(name, (refusals.get(name) ?? 0) + 1);
      };
      for (let round = 0; round < 47; round += 1)
        for (let at = 0; at < mutations.length; at += 8) await Promise.all(mutations.slice(at, at + 8).map(attack));
      // The message itself is good before and after all that.
      if (what !== 'body') expect((await sendRaw(port, message)).status).toBe(200);
    }
    expect(tried).toBeGreaterThan(10_000);
    expect(Math.min(...refusals.values())).toBeGreaterThan(40);
    const { body } = await shop.till.call('listOrders', { query: { merchantOrderNo: 'attacked' } });
    expect(body.data).toEqual([]);
    for (const by of [till, stranger]) expect((await sendRaw(port, await genuine(by, 'body'))).status).toBe(201);
  }, 240_000);

  /**
   * The same request spelt otherwise: what was signed is what is done, so accepting it gives nothing away. Headers that
   * no signature covers choose the form of an answer at the most (Accept), never what is done or for whom.
   */
  const spellings: [what: string, spell: (it: RawRequest) => RawRequest][] = [
    ['names of headers in another case', (it) => withHeaders(it, ([name, value]) => [name.toUpperCase(), value])],
    ['headers in another order', (it) => ({ ...it, headers: it.headers.toReversed() })],
    ['blanks around the values of headers', (it) => withHeaders(it, ([name, value]) => [name, `  ${value}  `])],
    [
      'headers that nobody covers',
      (it) => ({ ...it, headers: [...it.headers, ['Cookie', 'a=b'], ['Forwarded', 'host=evil.example']] }),
    ],
    [
      'a content type that nobody covers',
      (it) => withRawHeader(it, 'content-type', 'application/x-www-form-urlencoded'),
    ],
    [
      'letters of the path escaped, as the gateway undoes it',
      (it) => ({ ...it, target: it.target.replace('/v1/', '/%761%2F') }),
    ],
    ['HTTP/1.0', (it) => ({ ...it, version: '1.0' })],
    ['a body in chunks', (it) => (it.body.length === 0 ? it : inChunks(it))],
    ['an empty query', (it) => ({ ...it, target: it.target.includes('?') ? it.target : `${it.target}?` })],
    [
      'a body of no bytes',
      (it) => (it.body.length > 0 ? it : { ...it, headers: [...it.headers, ['Content-Length', '0']] }),
    ],
    [
      'blanks between the components',
      (it) => withInput(it, (text) => text.replaceAll('" "', '"   "').replace('("', '( "')),
    ],
    ['blanks before the parameters', (it) => withInput(it, (text) => text.replaceAll(';', '; '))],
    ['the time with leading zeros', (it) => withInput(it, (text) => text.replace('created=', 'created=00'))],
    [
      'the digits of base64 that mean nothing',
      (it) =>
        withRawHeader(
          it,
          'signature',
          headerOf(it, 'signature').replace(/([AQgw])==:/, (_, last) => `${NEXT[last]}==:`),
        ),
    ],
    ['the other of the two signatures that ECDSA has', (it) => withRawHeader(it, 'signature', twin(it))],
  ];

  test.each(spellings)('the same request, spelt otherwise: %s', async (_, spell) => {
    for (const [n, what] of [
      [0, 'bare'],
      [0, 'query'],
      [1, 'query'],
      [0, 'body'],
      [3, 'body'],
    ] as const) {
      const message = spell(await genuine(credential(n), what));
      const { status, text } = await sendRaw(port, message);
      expect([200, 201], `${what}: ${text}`).toContain(status);
    }
  });

  test.each([
    ['a folded header', (it: RawRequest) => withInput(it, (text) => text.replace(';created', '\r\n ;created'))],
    ['a header by a line feed of its own', (it: RawRequest) => withInput(it, (text) => `x\nsignature-input: ${text}`)],
    [
      'a length and chunks',
      (it: RawRequest) => ({
        ...it,
        headers: [...it.headers, ['Transfer-Encoding', 'chunked'], ['Content-Length', '2']] as const,
      }),
    ],
    [
      'two lengths',
      (it: RawRequest) => ({
        ...it,
        headers: [...it.headers, ['Content-Length', '0'], ['Content-Length', '2']] as const,
      }),
    ],
    ['two hosts', (it: RawRequest) => ({ ...it, headers: [['Host', 'evil.example'], ...it.headers] as const })],
    ['the address of somebody else', (it: RawRequest) => ({ ...it, target: `http://evil.example${it.target}` })],
  ])('%s does not get through', async (_, spoil) => {
    for (const what of ['bare', 'body'] as const) {
      const answer = await sendRaw(port, spoil(await genuine(credential(0), what)));
      expect(isRefused(answer), JSON.stringify(answer)).toBe(true);
    }
  });
});

const withHeaders = (it: RawRequest, change: (header: readonly [string, string]) => readonly [string, string]) => ({
  ...it,
  headers: it.headers.map(change),
});
const withInput = (it: RawRequest, change: (text: string) => string) =>
  withRawHeader(it, 'signature-input', change(headerOf(it, 'signature-input')));
/** The last digit of 64 bytes in base64 carries two bits; the other four say nothing. */
const NEXT: Readonly<Record<string, string>> = { A: 'B', Q: 'R', g: 'h', w: 'x' };
const ORDER_OF_P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** (r, n - s) is as good as (r, s): nothing here takes a signature for a name of its request. */
function twin(it: RawRequest): string {
  const text = headerOf(it, 'signature');
  if (headerOf(it, 'signature-input').includes('ed25519')) return text;
  const bytes = Buffer.from(text.split(':')[1] ?? '', 'base64');
  const s = ORDER_OF_P256 - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
  return `sig1=:${other.toString('base64')}:`;
}

function inChunks(it: RawRequest): RawRequest {
  const [first, rest] = [it.body.subarray(0, 7), it.body.subarray(7)];
  const chunk = (bytes: Buffer) => [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')];
  const body = Buffer.concat([...chunk(first), ...chunk(rest), Buffer.from('0\r\n\r\n')]);
  return { ...it, headers: [...it.headers, ['Transfer-Encoding', 'chunked']], body };
}

/** Alipay's answers to the byte: what its own SDK verifies we verify, however it is written; and what is cut short is none. */
import { createServer, type Server } from 'node:http';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import { type AlipayGateway, createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import { bare, rsaPair, rsaSha256 } from '../support/keys.ts';

const APP_ID = '2021000000000001';
const OTHER_APP_ID = '2021000000000002';
const app = rsaPair();
const alipay = rsaPair();
const otherAlipay = rsaPair();
const account = { channel: 'alipay', appId: APP_ID, sellerId: '2088000000000001' } as const;
const NAME = 'alipay_trade_query_response';

/** What the SDK knows of an answer: it is private there, and the one place where Alipay itself says how to verify. */
interface Oracle {
  checkResponseSign(body: string, member: string, sign: string, traceId: string): void;
}
const sdk = new AlipaySdk({
  appId: APP_ID,
  privateKey: bare(app.privateKeyPem),
  keyType: 'PKCS8',
  alipayPublicKey: bare(alipay.publicKeyPem),
}) as unknown as Oracle;

let server: Server;
let gateway: AlipayGateway;
let answer = '';

beforeAll(async () => {
  server = createServer((request, response) => request.resume().on('end', () => response.end(answer)));
  const secretOf = (alipayPublicKeyPem: string) => ({
    privateKeyPem: app.privateKeyPem,
    alipayPublicKeyPems: [alipayPublicKeyPem],
  });
  const apps = { [APP_ID]: secretOf(alipay.publicKeyPem), [OTHER_APP_ID]: secretOf(otherAlipay.publicKeyPem) };
  const keys = parseAlipaySecret(JSON.stringify({ apps }));
  gateway = createAlipayGateway({ url: `${await listen(server)}/gateway.do`, keys: async () => keys, now: () => 0 });
});
afterAll(() => close(server));

const read = (body: string) => {
  answer = body;
  return gateway.call(account, 'alipay.trade.query', {}, { timeoutMs: 5_000 });
};
const signed = (text: string, privateKeyPem = alipay.privateKeyPem) => rsaSha256(text, privateKeyPem);

/** JSON as other writers write it: slashes and letters escaped, blanks and line breaks between. */
function written(value: unknown, style: { slashes: boolean; unicode: boolean; indent: number }): string {
  let text = JSON.stringify(value, undefined, style.indent);
  if (style.slashes) text = text.replaceAll('/', '\\/');
  if (style.unicode)
    text = text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return text;
}

const style = fc.record({ slashes: fc.boolean(), unicode: fc.boolean(), indent: fc.constantFrom(0, 1, 4) });
const awkward = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('}', '{"', '\\', '"sign":"x"', `"${NAME}":{"code":"1"}`, '中文/😀', ']', '\\"}'),
);
const value = fc.letrec((again) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    awkward,
    fc.integer(),
    fc.constant(null),
    fc.array(again('any'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(awkward, fc.constantFrom(NAME, 'sign', 'error_response')), again('any'), { maxKeys: 3 }),
  ),
})).any;
const response = fc
  .dictionary(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), value, { maxKeys: 4, noNullPrototype: true })
  .map((more) => ({ code: '10000', msg: 'Success', ...more }));

describe('the exact characters of the response are what is verified', () => {
  test('they are verified however they are written and wherever the signature stands', async () => {
    const property = fc.asyncProperty(response, style, fc.boolean(), value, async (object, how, signFirst, other) => {
      const text = written(object, how);
      const sign = `"sign":"${signed(text)}"`;
      const member = `"${NAME}" : ${text}`;
      const more = `"alipay_cert_sn":${JSON.stringify(other)}`;
      const body = `{${(signFirst ? [sign, more, member] : [more, member, sign]).join(',')}}`;
      expect(await read(body)).toEqual({ kind: 'signed', response: JSON.parse(text) });
    });
    await fc.assert(property, { numRuns: 200, seed: 2 });
  });

  test("Alipay's SDK verifies the same characters", async () => {
    const property = fc.asyncProperty(response, style, async (object, how) => {
      const text = written(object, how);
      // The SDK cuts at the first mention of the member and the last of the signature: neither may stand inside.
      fc.pre(!text.includes(`${NAME}"`));
      const sign = signed(text);
      const body = `{"${NAME}":${text},"sign":"${sign}"}`;
      // It throws at what it does not verify.
      sdk.checkResponseSign(body, NAME, sign, '');
      expect(await read(body)).toMatchObject({ kind: 'signed' });
    });
    await fc.assert(property, { numRuns: 100, seed: 3 });
  });

  test('F56 one character that is changed, dropped or doubled makes it silence', async () => {
    const property = fc.asyncProperty(response, fc.nat(), fc.constantFrom('flip', 'drop', 'double'), async (...it) => {
      const [object, at, how] = it;
      const text = JSON.stringify(object);
      const i = at % text.length;
      const char = text[i] ?? '';
      const put = { flip: String.fromCharCode(char.charCodeAt(0) ^ 1), drop: '', double: char + char }[how];
      const body = `{"${NAME}":${text.slice(0, i)}${put}${text.slice(i + 1)},"sign":"${signed(text)}"}`;
      expect(await read(body)).toMatchObject({ kind: 'silence' });
    });
    await fc.assert(property, { numRuns: 400, seed: 4 });
  });
});

describe('F56 an answer that is none never throws', () => {
  test.each(['null', 'true', '1', '-1.5e3', '"x"', '[]', '[{}]', '{}', '{"code":1}'])(
    'a response %s is silence',
    async (text) => {
      for (const body of [
        `{"${NAME}":${text},"sign":"x"}`,
        `{"sign":"x","${NAME}":${text}}`,
        `{"sign":7,"${NAME}":${text}}`,
      ])
        expect(await read(body)).toMatchObject({ kind: 'silence' });
      expect(await read(`{"error_response":${text}}`)).toMatchObject({
        kind: /^\{/.test(text) ? 'unsigned_error' : 'silence',
      });
    },
  );

  test('any JSON or text is silence', async () => {
    const body = fc.oneof(
      value.map((it) => JSON.stringify(it)),
      fc
        .tuple(fc.constantFrom(NAME, 'error_response'), value)
        .map(([name, it]) => JSON.stringify({ [name]: it, sign: 'x' })),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    const property = fc.asyncProperty(body, async (text) => {
      expect((await read(text)).kind).toMatch(/^(silence|unsigned_error)$/);
    });
    await fc.assert(property, { numRuns: 300, seed: 5 });
  });
});

test("F56 an answer signed by Alipay's key for another app of ours is silence", async () => {
  const text = '{"code":"10000","msg":"Success"}';
  expect(await read(`{"${NAME}":${text},"sign":"${signed(text)}"}`)).toMatchObject({ kind: 'signed' });
  expect(await read(`{"${NAME}":${text},"sign":"${signed(text, otherAlipay.privateKeyPem)}"}`)).toMatchObject({
    kind: 'silence',
  });
});

test('F56 a signed answer to another question is silence', async () => {
  const text = '{"code":"10000","msg":"Success"}';
  expect(await read(`{"alipay_trade_close_response":${text},"sign":"${signed(text)}"}`)).toMatchObject({
    kind: 'silence',
  });
});

describe('integration M1 a call that is turned away', () => {
  const away = (code: string, sub_code: string) => JSON.stringify({ code, msg: 'x', sub_code, sub_msg: '说明' });
  const APP_UNKNOWN = away('40002', 'isv.invalid-app-id');
  const unsigned = { kind: 'unsigned_error', code: '40002', subCode: 'isv.invalid-app-id' };

  test.each([
    ['the response of the method without a signature', `{"${NAME}":${APP_UNKNOWN}}`, unsigned],
    ['an error_response without a signature', `{"error_response":${APP_UNKNOWN}}`, unsigned],
    ['an error_response with a signature that does not fit', `{"error_response":${APP_UNKNOWN},"sign":"x"}`, unsigned],
  ])('%s keeps its codes, and is no fact', async (_, body, wanted) => {
    expect(await read(body)).toEqual(wanted);
  });

  test.each([NAME, 'error_response'])('%s with a signature is Alipay’s word', async (name) => {
    const text = away('20001', 'aop.invalid-app-auth-token');
    expect(await read(`{"${name}":${text},"sign":"${signed(text)}"}`)).toEqual({
      kind: 'signed',
      response: JSON.parse(text),
    });
  });

  test.each(['10000', '10003'])('a success, %s, that is not signed is silence in every form', async (code) => {
    for (const name of [NAME, 'error_response'])
      for (const [sign, blames] of [
        ['', 'no_signature'],
        [',"sign":"x"', 'alipay_key'],
        [',"sign":""', 'no_signature'],
      ])
        expect(await read(`{"${name}":{"code":"${code}"}${sign}}`)).toEqual({
          kind: 'silence',
          why: 'the answer is not signed by Alipay',
          blames,
        });
  });

  test('a refusal whose signature does not fit is silence: somebody else may have written it', async () => {
    for (const [sign, blames] of [
      ['"x"', 'alipay_key'],
      ['""', 'no_signature'],
      ['7', 'no_signature'],
      ['null', 'no_signature'],
      [`"${signed(APP_UNKNOWN, otherAlipay.privateKeyPem)}"`, 'alipay_key'],
    ])
      expect(await read(`{"${NAME}":${APP_UNKNOWN},"sign":${sign}}`)).toEqual({
        kind: 'silence',
        why: 'the answer is not signed by Alipay',
        blames,
      });
  });
});

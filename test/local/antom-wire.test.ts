/** The simulator's own wire, held against the vectors of Antom's official SDKs, and its money against the published samples. */
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exchanged, numericPair, readMoney } from '../../bin/local/antom-simulator/money.ts';
import { dailyRates } from '../../bin/local/antom-simulator/rates.ts';
import {
  bytesToSign,
  cancelUntil,
  isoTime,
  isRequestTime,
  keysOf,
  readIsoTime,
  type Signed,
  signatureOf,
  wrongSignature,
} from '../../bin/local/antom-simulator/wire.ts';
import { antoms, ours } from '../support/antom-merchant.ts';

interface Vectors {
  readonly merchant: { readonly publicKeySpki: string };
  readonly antom: { readonly publicKeySpki: string };
  readonly cases: readonly (Record<'name' | 'path' | 'clientId' | 'time' | 'body' | 'header', string> & {
    readonly signer: 'merchant' | 'antom';
    readonly stringToSignSha256: string;
  })[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'channel', 'antom-vectors.json'), 'utf8'),
);
const publicKeys = {
  merchant: createPublicKey({
    key: Buffer.from(vectors.merchant.publicKeySpki, 'base64'),
    format: 'der',
    type: 'spki',
  }),
  antom: createPublicKey({ key: Buffer.from(vectors.antom.publicKeySpki, 'base64'), format: 'der', type: 'spki' }),
};
const caseOf = (name: string) => {
  const found = vectors.cases.find((it) => it.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  const { path, clientId, time, body, header } = found;
  const key = publicKeys[found.signer];
  return { signed: { path, clientId, time, body: Buffer.from(body) }, header, key, sha: found.stringToSignSha256 };
};
const judge = ({ signed, header, key }: ReturnType<typeof caseOf>, change: Partial<Signed> = {}, other = header) =>
  wrongSignature({ ...signed, ...change }, other, key);

describe('the vectors of the official SDKs', () => {
  test('are eight', () => {
    expect(vectors.cases).toHaveLength(8);
  });

  test.each(vectors.cases.map(({ name }) => name))('%s: the text fits, the signature fits', (name) => {
    const vector = caseOf(name);
    expect(createHash('sha256').update(bytesToSign(vector.signed)).digest('hex')).toBe(vector.sha);
    expect(judge(vector)).toBeUndefined();
    expect(judge(vector, { body: Buffer.concat([vector.signed.body, Buffer.from(' ')]) })).toBe('SIGNATURE_INVALID');
  });

  test.each(vectors.cases.map(({ name }) => name))('%s: what we sign is verified', async (name) => {
    const { signed } = caseOf(name);
    const { antomPrivateKey } = keysOf({
      ...{ clientId: signed.clientId, settlements: {} },
      ...{ clientPublicKeyPem: ours.publicKeyPem, antomPrivateKeyPem: antoms.privateKeyPem },
    });
    const header = await signatureOf(signed, antomPrivateKey);
    expect(header).toMatch(/^algorithm=RSA256,keyVersion=1,signature=[A-Za-z0-9%]+$/);
    expect(wrongSignature(signed, header, createPublicKey(antoms.publicKeyPem))).toBeUndefined();
    expect(wrongSignature(signed, header, createPublicKey(ours.publicKeyPem))).toBe('SIGNATURE_INVALID');
  });

  const vector = caseOf('notification');
  const text = vector.header.slice(vector.header.indexOf('signature=') + 'signature='.length);
  test.each([
    ['another path', { path: '/v1/notifications/other' }, undefined, 'SIGNATURE_INVALID'],
    ['another time', { time: '2026-11-30T19:46:03+08:00' }, undefined, 'SIGNATURE_INVALID'],
    ['another client', { clientId: 'SANDBOX_other' }, undefined, 'SIGNATURE_INVALID'],
    ['none', {}, 'SIGNATURE_INVALID', 'SIGNATURE_INVALID'],
    [
      'a signature that is not encoded',
      {},
      `algorithm=RSA256,keyVersion=1,signature=${decodeURIComponent(text)}`,
      'SIGNATURE_INVALID',
    ],
    ['another algorithm', {}, `algorithm=none,keyVersion=1,signature=${text}`, 'SIGNATURE_INVALID'],
    ['another version of the key', {}, `algorithm=RSA256,keyVersion=99,signature=${text}`, 'KEY_NOT_FOUND'],
    ['a name twice', {}, `algorithm=RSA256,keyVersion=1,signature=${text},signature=${text}`, 'SIGNATURE_INVALID'],
    ['blanks after commas', {}, `algorithm=RSA256, keyVersion=1, signature=${text}`, undefined],
    ['another order of the parts', {}, `signature=${text},keyVersion=1,algorithm=RSA256`, undefined],
    ['broken encoding', {}, 'algorithm=RSA256,keyVersion=1,signature=%zz', 'SIGNATURE_INVALID'],
  ] as const)('%s is judged', (_, change, header, expected) => {
    expect(judge(vector, change, header ?? vector.header)).toBe(expected);
  });
});

describe('times', () => {
  test('are written at the offset of China and read at any', () => {
    expect(isoTime(Date.parse('2026-11-30T11:45:58Z'))).toBe('2026-11-30T19:45:58+08:00');
    const at = Date.parse('2026-11-30T11:45:58Z');
    expect(['2026-11-30T19:45:58+08:00', '2026-11-30T11:45:58Z', '2026-11-30T13:45:58+02:00'].map(readIsoTime)).toEqual(
      [...[at, at, at]],
    );
    expect(['2026-11-30T19:45:58', '2026-11-30', 1, '2026-13-30T19:45:58Z'].map(readIsoTime)).toEqual([
      ...[undefined, undefined, undefined, undefined],
    ]);
    expect(['1796039160000', '2026-11-30T11:46:00+00:00', '1796039160', 'now'].map(isRequestTime)).toEqual([
      ...[true, true, false, false],
    ]);
  });

  test('of a cancel end a quarter of an hour to a day and a quarter after the payment', () => {
    const until = (text: string) => new Date(cancelUntil(Date.parse(text))).toISOString();
    expect(until('2026-11-30T15:59:59Z')).toBe('2026-11-30T16:15:00.000Z');
    expect(until('2026-11-30T16:00:00Z')).toBe('2026-12-01T16:15:00.000Z');
  });
});

describe('money in another currency', () => {
  test.each([
    ['JPY', 1000, 'JPY/CNY', '0.05', 'CNY', 5000],
    ['JPY', 200, 'JPY/CNY', '0.064622', 'CNY', 1292],
    ['TRY', 134, 'TRY/CNY', '1.05980252', 'CNY', 142],
    ['MOP', 100, 'MOP/CNY', '0.88156063', 'CNY', 88],
    ['MOP', 100, 'HKD/MOP', '1.02487562', 'HKD', 98],
    ['MOP', 10300, 'HKD/MOP', '1.03', 'HKD', 10000],
  ])('is as Antom publishes it: %s %d by %s %s is %s %d', (currency, value, pair, price, to, expected) => {
    expect(exchanged({ currency, value }, { pair, price })).toEqual({ currency: to, value: expected });
  });

  test('there and back is at most half a unit of the coarser side off', () => {
    const currencies = fc.constantFrom('JPY', 'HKD', 'CNY', 'KRW', 'USD', 'PHP', 'MYR');
    fc.assert(
      fc.property(
        currencies,
        currencies,
        fc.integer({ min: 1, max: 1e9 }),
        fc.boolean(),
        (from, to, value, quoteInverted) => {
          fc.pre(from !== to);
          const quote = dailyRates(from, to, 0, { quoteInverted });
          if (!quote) throw new Error('there is a rate');
          expect(quote.pair.split('/').toSorted()).toEqual([from, to].toSorted());
          expect(quote.price).toMatch(/^(0|[1-9]\d*)(\.\d{0,7}[1-9])?$/);
          const there = exchanged({ currency: from, value }, quote);
          const back = exchanged(there, quote);
          // One minor unit of the other side is so much of this one.
          const step = exchanged({ currency: to, value: 1_000_000 }, quote).value / 1_000_000;
          expect(Math.abs(back.value - value)).toBeLessThanOrEqual(step / 2 + 1);
        },
      ),
    );
  });

  test('has a price of up to eight decimals in either direction, and numeric codes on demand', () => {
    const at = Date.parse('2026-03-01T04:00:00Z');
    const there = dailyRates('JPY', 'CNY', at, { quoteInverted: false });
    const other = dailyRates('JPY', 'CNY', at, { quoteInverted: true });
    expect([there?.pair, other?.pair]).toEqual(['CNY/JPY', 'JPY/CNY']);
    expect(Number(there?.price) * Number(other?.price)).toBeCloseTo(1, 5);
    expect(numericPair('JPY/CNY')).toBe('392/156');
    expect(dailyRates('CNY', 'CNY', at, { quoteInverted: false })).toBeUndefined();
    const nextDay = dailyRates('JPY', 'CNY', at + 86_400_000, { quoteInverted: false });
    expect(nextDay?.price === there?.price).toBe(false);
  });

  test('is read as a whole number of minor units in text', () => {
    const read = (currency: unknown, value: unknown) => readMoney({ currency, value });
    expect(read('JPY', '1000')).toEqual({ currency: 'JPY', value: 1000 });
    expect(read('IDR', '1200')).toEqual({ currency: 'IDR', value: 1200 });
    const wrong: [unknown, unknown][] = [
      ...([
        ['JPY', 1000],
        ['JPY', '0'],
        ['JPY', '01'],
        ['JPY', '1.0'],
        ['JPY', '-1'],
      ] as [unknown, unknown][]),
      ...([
        ['JPY', '99999999999999999'],
        ['jpy', '1'],
        ['IDR', '1250'],
        [undefined, '1'],
      ] as [unknown, unknown][]),
    ];
    expect(wrong.map(([currency, value]) => read(currency, value))).toEqual(wrong.map(() => undefined));
    expect(readMoney('1000')).toBeUndefined();
  });
});

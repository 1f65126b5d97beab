/**
 * The vectors that Antom's official SDKs made: signed by global-open-sdk-python 1.7.1, confirmed byte for byte by
 * global-open-sdk-java 2.0.45. Their private keys are thrown away, so that what is signed is compared, and headers are verified.
 */
import { createPublicKey, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pathOf } from '../../functions/channel/antom/gateway.ts';
import { readAntomNotification } from '../../functions/channel/antom/notification.ts';
import { flawOf, type Signed, signatureHeader, stringToSign } from '../../functions/channel/antom/wire.ts';
import { privateKeyOf } from '../../functions/channel/rsa-keys.ts';
import { rsaPair } from '../support/keys.ts';

interface Case extends Signed {
  readonly name: string;
  readonly signer: 'merchant' | 'antom';
  readonly header: string;
  readonly stringToSignSha256: string;
  readonly body: string;
}

const file = JSON.parse(readFileSync(join(import.meta.dirname, 'antom-vectors.json'), 'utf8'));
const cases: readonly Case[] = file.cases;
const keyOf = (signer: Case['signer']) =>
  createPublicKey({ key: Buffer.from(file[signer].publicKeySpki, 'base64'), format: 'der', type: 'spki' });
const own = rsaPair();
const ownKey = privateKeyOf(own.privateKeyPem);

test('there are eight vectors', () => {
  expect(cases.map(({ name, signer }) => [name, signer])).toEqual([
    ['pay order code', 'merchant'],
    ['pay, same body, ISO time', 'merchant'],
    ['inquiry', 'merchant'],
    ['inquiry with blanks', 'merchant'],
    ['production path', 'merchant'],
    ['empty body', 'merchant'],
    ['answer', 'antom'],
    ['notification', 'antom'],
  ]);
});

describe.each(cases)('$name', ({ header, signer, stringToSignSha256, ...signed }) => {
  test('is signed over the same bytes, and its header verifies by the right key alone', () => {
    expect(hash('sha256', stringToSign(signed))).toBe(stringToSignSha256);
    const other = keyOf(signer === 'antom' ? 'merchant' : 'antom');
    expect(flawOf(signed, header, [keyOf(signer)])).toBeUndefined();
    expect(flawOf(signed, header, [other, keyOf(signer)])).toBeUndefined();
    expect(flawOf(signed, header, [other])).toBe('its signature does not fit');
  });

  test('signed by a key of ours has a header of the same form, which verifies', () => {
    const mine = signatureHeader(signed, ownKey, '1');
    const form = /^algorithm=RSA256,keyVersion=1,signature=(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/;
    expect([mine, header]).toEqual([expect.stringMatching(form), expect.stringMatching(form)]);
    expect(flawOf(signed, mine, [createPublicKey(own.publicKeyPem)])).toBeUndefined();
  });
});

test('the path of a sandbox client is that of its vectors, and of any other the production one', () => {
  const [sandbox, production] = [cases[2], cases[4]];
  expect([pathOf('SANDBOX_5Y0000000000001', 'inquiryPayment'), sandbox?.path]).toEqual([
    ...Array(2).fill('/ams/sandbox/api/v1/payments/inquiryPayment'),
  ]);
  expect([pathOf('5Y0000000000001', 'inquiryPayment'), production?.path]).toEqual([
    ...Array(2).fill('/ams/api/v1/payments/inquiryPayment'),
  ]);
});

describe('of variations of the notification', () => {
  const found = cases.find(({ name }) => name === 'notification');
  if (!found) throw new Error('there is no vector of a notification');
  const { header, ...signed } = found;
  const signature = header.replace(/^.*signature=/, '');
  const other = createPublicKey(rsaPair().publicKeyPem);
  const raw = decodeURIComponent(signature);

  const refused: readonly [string, Partial<Signed>, string | undefined, (typeof other)[]?][] = [
    ['another path', { path: '/v1/notifications/alipay' }, header],
    ['another time', { time: '2026-11-30T19:46:03+08:00' }, header],
    ['one blank more in the body', { body: `${found.body} ` }, header],
    ['another client id', { clientId: 'SANDBOX_5Y0000000000002' }, header],
    ['another public key', {}, header, [other]],
    ['a signature that is not URL-encoded', {}, `algorithm=RSA256,keyVersion=1,signature=${raw}`],
    ['one whose plus alone is not', {}, header.replaceAll('%2B', '+')],
    ['no header', {}, undefined],
    ['an empty header', {}, ''],
    ['no signature', {}, 'algorithm=RSA256,keyVersion=1'],
    ['an empty signature', {}, 'algorithm=RSA256,keyVersion=1,signature='],
    ['the signature of another message', {}, cases[6]?.header],
    ['algorithm none', {}, header.replace('RSA256', 'none')],
    ['algorithm in lower case', {}, header.replace('RSA256', 'rsa256')],
    ['no algorithm', {}, `keyVersion=1,signature=${signature}`],
    ['an algorithm twice', {}, `algorithm=RSA256,${header}`],
    ['a signature twice', {}, `${header},signature=${signature}`],
    ['a key version twice', {}, header.replace('keyVersion=1', 'keyVersion=1,keyVersion=1')],
    ['two headers that a gateway has joined', {}, `${header}, ${header}`],
    ['a part without a name', {}, `=RSA256,${header}`],
    ['a part without a value', {}, `${header},x`],
  ];
  test.each(refused)('a message is refused that has %s', (_, change, sent, keys = [keyOf('antom')]) => {
    expect(flawOf({ ...signed, ...change }, sent, keys)).toMatch(/^it/);
  });

  test.each([
    ['it as it is', header],
    ['a key version that is another', header.replace('keyVersion=1', 'keyVersion=99')],
    ['no key version, which chooses nothing', header.replace('keyVersion=1,', '')],
    ['blanks behind commas', header.replaceAll(',', ', ')],
    ['the signature first', `signature=${signature},keyVersion=1,algorithm=RSA256`],
  ])('a message is taken that has %s', (_, sent) => {
    expect(flawOf(signed, sent, [keyOf('antom')])).toBeUndefined();
    const { path, clientId, time, body } = signed;
    const headers = { 'client-id': clientId, 'request-time': time, signature: sent };
    const clients = new Map([[clientId, { signers: [], antomKeys: [keyOf('antom')], keyVersion: '1' }]]);
    expect(readAntomNotification({ body: Buffer.from(body), headers, path }, clients)).toEqual({
      kind: 'news',
      notificationId: hash('sha256', 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1\nPAYMENT_RESULT\nS\n2026113019463000001'),
      account: { channel: 'antom', clientId },
      attemptNo: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1',
      paid: {
        tradeNo: '2026113019463000001',
        paidAt: Date.parse('2026-11-30T19:45:58+08:00'),
        amount: { currency: 'JPY', value: 1000 },
      },
      closedUnpaid: false,
    });
  });
});

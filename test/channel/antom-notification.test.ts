/** Antom's notifications: what a genuine one means, and that nothing else is believed. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SentMessage } from '../../functions/channel/channel.ts';
import { ATTEMPT, CLIENT, MEMBERS, message, OTHER, others, own, PATH, read, TIME } from '../support/antom-messages.ts';
import { rsaSha256 } from '../support/keys.ts';

const paid = {
  ...{ tradeNo: '2026030112001', paidAt: Date.parse('2026-03-01T12:00:09+08:00') },
  ...{ amount: { currency: 'JPY', value: 1000 }, customerPaid: { currency: 'CNY', value: 5000 }, wallet: 'AlipayCN' },
};
const idOf = (status: string, paymentId = '2026030112001') =>
  hash('sha256', [ATTEMPT, 'PAYMENT_RESULT', status, paymentId].join('\n'));
const NEWS = { kind: 'news', account: { channel: 'antom', clientId: CLIENT }, attemptNo: ATTEMPT };
const failed = { ...MEMBERS.result, resultStatus: 'F', resultCode: 'ORDER_IS_CLOSED' };
const without = (...names: (keyof typeof MEMBERS)[]) =>
  Object.fromEntries(Object.entries(MEMBERS).filter(([name]) => !names.includes(name as keyof typeof MEMBERS)));

describe('a genuine message', () => {
  test.each<[string, unknown, object]>([
    ['of a payment', MEMBERS, { ...NEWS, notificationId: idOf('S'), paid, closedUnpaid: false }],
    ['of a failure', { ...MEMBERS, result: failed }, { ...NEWS, notificationId: idOf('F'), closedUnpaid: true }],
    [
      'of a failure without anything else',
      { ...without('paymentId', 'paymentAmount', 'paymentTime'), result: failed },
      { ...NEWS, notificationId: idOf('F', ''), closedUnpaid: true },
    ],
    [
      'of a payment without its time, which the query has',
      without('paymentTime'),
      { ...NEWS, notificationId: idOf('S'), incomplete: true, closedUnpaid: false },
    ],
    [
      'of a payment whose amount is none, which the query has',
      { ...MEMBERS, paymentAmount: { currency: 'JPY', value: '-1' } },
      { ...NEWS, notificationId: idOf('S'), incomplete: true, closedUnpaid: false },
    ],
    [
      'of a payment in another currency and amount, which is told on',
      { ...MEMBERS, paymentAmount: { currency: 'HKD', value: '7' } },
      {
        ...NEWS,
        notificationId: idOf('S'),
        paid: { ...paid, amount: { currency: 'HKD', value: 7 } },
        closedUnpaid: false,
      },
    ],
    [
      'of a scan',
      { ...MEMBERS, notifyType: 'PAYMENT_PENDING' },
      { kind: 'not_ours', why: 'notifyType PAYMENT_PENDING' },
    ],
    ['of another kind', { notifyType: 'REFUND_RESULT' }, { kind: 'not_ours', why: 'notifyType REFUND_RESULT' }],
    [
      'of a result that is open',
      { ...MEMBERS, result: { ...MEMBERS.result, resultStatus: 'U' } },
      { kind: 'not_ours', why: 'PAYMENT_RESULT U' },
    ],
  ])('a genuine message is told as what it means: %s', (_, content, expected) => {
    expect(read(message(content))).toEqual(expected);
  });

  test('is believed at any age, and is another message only by what it tells', () => {
    const year = message(MEMBERS, { time: '2025-03-01T12:00:10+08:00' });
    expect(read(year)).toEqual(read(message()));
    const ids = [{}, { paymentId: 'x' }, { paymentRequestId: 'y' }, { result: failed }].map((change) => {
      const news = read(message({ ...MEMBERS, ...change }));
      return news.kind === 'news' ? news.notificationId : news.kind;
    });
    expect([new Set(ids).size, ids.every((id) => /^[0-9a-f]{64}$/.test(id))]).toEqual([4, true]);
  });

  test('of text beyond ASCII is verified over its bytes', () => {
    const result = { ...MEMBERS.result, resultMessage: '成功 é\u{1f600}' };
    expect(read(message({ ...MEMBERS, result })).kind).toBe('news');
  });
});

describe('what is not genuine, or cannot be read', () => {
  const good = message();
  const header = good.headers.signature ?? '';
  const heads = (change: object): SentMessage => ({ ...good, headers: { ...good.headers, ...change } });
  const body = (text: string | Buffer): SentMessage => ({ ...good, body: Buffer.from(text) });
  const { body: bytes } = good;

  test.each<[string, SentMessage, string]>([
    ['no headers', { ...good, headers: {} }, 'the client is unknown'],
    ['no client', heads({ 'client-id': undefined }), 'the client is unknown'],
    ['an unknown client', message(MEMBERS, { clientId: 'SANDBOX_9' }), 'the client is unknown'],
    ['a client of a prototype', message(MEMBERS, { clientId: '__proto__' }), 'the client is unknown'],
    [
      'another client of ours by the key of this one',
      message(MEMBERS, { clientId: OTHER }),
      'its signature does not fit',
    ],
    [
      'the key for another client of ours',
      message(MEMBERS, { key: others.privateKeyPem }),
      'its signature does not fit',
    ],
    ['our own key', message(MEMBERS, { key: own.privateKeyPem }), 'its signature does not fit'],
    ['another client of ours in the header', heads({ 'client-id': OTHER }), 'its signature does not fit'],
    ['another time', heads({ 'request-time': '2026-03-01T12:00:11+08:00' }), 'its signature does not fit'],
    ['no time', heads({ 'request-time': undefined }), 'it has no time'],
    ['another path', { ...good, path: '/v1/notifications/alipay' }, 'its signature does not fit'],
    ['a path with a slash more', { ...good, path: `${PATH}/` }, 'its signature does not fit'],
    ['a blank more', body(`${bytes} `), 'its signature does not fit'],
    ['nothing', body(''), 'its signature does not fit'],
    ['no signature', heads({ signature: undefined }), 'it has no signature that can be read'],
    ['algorithm none', heads({ signature: header.replace('RSA256', 'none') }), 'its signature is not RSA256'],
    ['no algorithm', heads({ signature: header.replace('algorithm=RSA256,', '') }), 'its signature is not RSA256'],
    ['a name twice', heads({ signature: `${header},keyVersion=2` }), 'it has no signature that can be read'],
    [
      'a signature that is not URL-encoded',
      heads({ signature: decodeURIComponent(header) }),
      'its signature is not URL-encoded Base64',
    ],
    ['JSON that is torn', message('{"notifyType":"PAYMENT_RESULT"'), 'it is no notification'],
    ['a list', message('[]'), 'it is no notification'],
    ['text that is no JSON', message('hello'), 'it is no notification'],
    ['no kind', message(without('notifyType')), 'it is no notification'],
    ['no result', message(without('result')), 'it lacks what it must have'],
    ['no number', message(without('paymentRequestId')), 'it lacks what it must have'],
    ['an empty number', message({ ...MEMBERS, paymentRequestId: '' }), 'it lacks what it must have'],
    ['more than 16 KB', message({ ...MEMBERS, more: 'x'.repeat(17_000) }), 'it is too large'],
  ])('a message that is not believed is forged: %s', (_, sent, why) => {
    expect(read(sent)).toEqual({ kind: 'forged', why });
  });

  test('is forged: bytes that are no text, signed as they are', () => {
    const text = Buffer.concat([
      Buffer.from('{"notifyType":"PAYMENT_RESULT","x":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const signed = Buffer.concat([Buffer.from(`POST ${PATH}\n${OTHER}.${TIME}.`), text]);
    const signature = encodeURIComponent(rsaSha256(signed, others.privateKeyPem));
    const headers = {
      ...{ 'client-id': OTHER, 'request-time': TIME },
      signature: `algorithm=RSA256,keyVersion=1,signature=${signature}`,
    };
    expect(read({ body: text, headers, path: PATH })).toEqual({ kind: 'forged', why: 'it is no notification' });
  });
});

describe('20,000 forgeries, none accepted', () => {
  const good = message();
  const [, encoded = ''] = /signature=(.*)$/.exec(good.headers.signature ?? '') ?? [];
  const signature = Buffer.from(decodeURIComponent(encoded), 'base64');
  const headed = (text: string) => `algorithm=RSA256,keyVersion=1,signature=${text}`;
  const mustBeForged = (sent: SentMessage) => expect(read(sent).kind).toBe('forged');

  test('a changed, lost or added byte of the body makes it forged', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const property = fc.property(fc.nat({ max: good.body.length - 1 }), byte, fc.nat({ max: 2 }), (at, value, kind) => {
      const { body } = good;
      fc.pre(kind !== 0 || body[at] !== value);
      const before = body.subarray(0, at);
      const middle = kind === 1 ? Buffer.alloc(0) : Buffer.from([value]);
      mustBeForged({ ...good, body: Buffer.concat([before, middle, body.subarray(kind === 2 ? at : at + 1)]) });
    });
    fc.assert(property, { numRuns: 9_000, seed: 1 });
  });

  test('a changed bit of the signature makes it forged', () => {
    const property = fc.property(fc.nat({ max: signature.length * 8 - 1 }), (bit) => {
      const changed = Buffer.from(signature);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const text = headed(encodeURIComponent(changed.toString('base64')));
      mustBeForged({ ...good, headers: { ...good.headers, signature: text } });
    });
    fc.assert(property, { numRuns: 2_000, seed: 2 });
  });

  test('any text in place of the signature header makes it forged', () => {
    const part = fc.oneof(
      fc.constantFrom('algorithm=RSA256', 'algorithm=none', 'keyVersion=1', 'signature=', `signature=${encoded}`),
      fc.string({ maxLength: 20 }),
      fc.stringMatching(/^signature=[A-Za-z0-9%]{0,40}$/),
    );
    const isGood = (parts: readonly string[]) =>
      parts.map((it) => it.trim()).includes(`signature=${encoded}`) && parts.includes('algorithm=RSA256');
    const property = fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      fc.pre(!isGood(parts));
      mustBeForged({ ...good, headers: { ...good.headers, signature: parts.join(',') } });
    });
    fc.assert(property, { numRuns: 4_500, seed: 3 });
  });

  test('another client, time or path makes it forged', () => {
    const property = fc.property(fc.constantFrom('client-id', 'request-time', 'path'), fc.string(), (what, text) => {
      fc.pre(![CLIENT, TIME, PATH].includes(text));
      mustBeForged(what === 'path' ? { ...good, path: text } : { ...good, headers: { ...good.headers, [what]: text } });
    });
    fc.assert(property, { numRuns: 2_500, seed: 4 });
  });

  test('a body that begins within a text of the signed one is forged', () => {
    const inner = JSON.stringify({ ...MEMBERS, paymentAmount: { currency: 'JPY', value: '1' } });
    const property = fc.property(fc.stringMatching(/^[a-z{}:,.]{0,12}$/), (noise) => {
      const signed = message(`{"notifyType":"PAYMENT_PENDING","x":7.5,"y":"${noise}.${inner}`);
      const { body, headers } = signed;
      const cut = body.indexOf(`.${inner}`);
      const time = `${TIME}.${body.subarray(0, cut)}`;
      mustBeForged({ ...signed, headers: { ...headers, 'request-time': time }, body: body.subarray(cut + 1) });
    });
    fc.assert(property, { numRuns: 2_000, seed: 5 });
  });

  test('the message that was not touched is accepted every time', () => {
    const property = fc.property(fc.integer({ min: 1, max: 9_999_999_999 }), fc.string(), (value, extra) => {
      const content = { ...MEMBERS, paymentAmount: { currency: 'JPY', value: String(value) }, extra };
      expect(read(message(content))).toMatchObject({ kind: 'news', paid: { amount: { currency: 'JPY', value } } });
    });
    fc.assert(property, { numRuns: 500, seed: 6 });
  });
});

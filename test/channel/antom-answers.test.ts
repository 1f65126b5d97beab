/** What each answer of Antom means, told by an Antom on loopback that signs by hand. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RefusalReason } from '../../functions/channel/channel.ts';
import { type Call, ok, paidAt, SUCCESS, says, TEXT } from '../support/antom-answers.ts';
import { type How, type Loopback, openLoopback, own, result } from '../support/antom-loopback.ts';

let antom: Loopback;
beforeAll(async () => {
  antom = await openLoopback();
});
afterAll(() => antom.stop());

const calls = Object.keys(SUCCESS) as Call[];

describe.each(calls)('%s', (call) => {
  test.each<[string, unknown, How?]>([
    ['a status that is not 200', SUCCESS[call], { status: 500 }],
    ['no JSON', '<html>502</html>'],
    ['JSON that is no object', '[]'],
    ['no result', {}],
    ['a result without a status', { result: { resultCode: 'SUCCESS' } }],
    ['a status that is none of the three', result('s', 'SUCCESS')],
    ['a success that is not signed', SUCCESS[call], { header: () => undefined }],
    ['a success of another key', SUCCESS[call], { privateKeyPem: own.privateKeyPem }],
    ['a success that was changed under way', SUCCESS[call], { sent: (body) => `${body} ` }],
    ['a success signed for another path', SUCCESS[call], { path: '/ams/sandbox/api/v1/payments/other' }],
    ['a success signed for another client', SUCCESS[call], { clientId: 'SANDBOX_other' }],
    ['an algorithm that is none', SUCCESS[call], { header: (it) => it.replace('RSA256', 'none') }],
    ['a signature of nothing', SUCCESS[call], { header: () => 'algorithm=RSA256,keyVersion=1,signature=' }],
    ['SYSTEM_ERROR, signed as a failure', result('F', 'SYSTEM_ERROR')],
    ['INTERNAL_ERROR, signed as a failure', result('F', 'INTERNAL_ERROR')],
    ['UNKNOWN_EXCEPTION', result('U', 'UNKNOWN_EXCEPTION')],
    ['a frequency limit', result('U', 'REQUEST_TRAFFIC_EXCEED_LIMIT')],
    ['a code in process that is signed as a failure', result('F', 'PAYMENT_IN_PROCESS')],
    ['a code that nobody knows, undecided', result('U', 'TOMORROW')],
  ])('is unknown, with nothing that is kept, of %s', async (_, body, how) => {
    expect(await says(antom, call, body, how)).toEqual({ kind: 'unknown', why: expect.any(String) });
  });

  test('of a failure that is not signed is unknown, and shows why', async () => {
    expect(await says(antom, call, result('F', 'INVALID_CLIENT'), { header: () => undefined })).toEqual({
      kind: 'unknown',
      why: 'not signed: F INVALID_CLIENT',
      refusal: { reason: 'channel_unavailable', code: 'INVALID_CLIENT', blames: 'us' },
    });
  });

  test('of a failure whose signature does not fit shows nothing', async () => {
    const answer = await says(antom, call, result('F', 'INVALID_CONTRACT'), { privateKeyPem: own.privateKeyPem });
    expect(answer).toEqual({ kind: 'unknown', why: "not Antom's answer: its signature does not fit" });
  });

  test('of an answer about another number is unknown', async () => {
    const other = { ...SUCCESS[call], paymentRequestId: 'x_1', refundRequestId: 'x_r1', paymentId: 'x' };
    expect(await says(antom, call, other)).toEqual({ kind: 'unknown', why: expect.stringMatching(/another/) });
  });
});

describe('a code', () => {
  const form = (codeDetails: unknown, more: object = {}) => ok({ orderCodeForm: { codeDetails, ...more } });
  const picture = { ...TEXT, displayType: 'BIGIMAGE', codeValue: 'https://gqr.alipay.com/x.png' };
  const accepted = { kind: 'accepted', payload: TEXT.codeValue };
  const unknown = { kind: 'unknown', why: expect.any(String) };

  test.each<[string, object, object]>([
    ['in the shortest form', form([TEXT]), accepted],
    ['among pictures', form([picture, TEXT]), accepted],
    [
      'that ends sooner',
      form([TEXT], { expireTime: '2026-03-01T12:02:00+08:00' }),
      { ...accepted, shownUntil: Date.parse('2026-03-01T12:02:00+08:00') },
    ],
    ['that ends as was asked for', form([TEXT], { expireTime: '2026-03-01T12:03:00+08:00' }), accepted],
    ['that ends later', form([TEXT], { expireTime: '2026-03-01T12:04:00+08:00' }), accepted],
    ['whose end is no time', form([TEXT], { expireTime: 'soon' }), accepted],
    ['as a bar code alone', form([{ ...TEXT, codeValueType: 'BARCODE' }]), unknown],
    ['as a picture alone', form([picture]), unknown],
    ['that is empty', form([{ ...TEXT, codeValue: '' }]), unknown],
    ['in no form', ok({}), unknown],
  ])('a code is given, or not, as the answer has one: %s', async (_, body, expected) => {
    expect(await says(antom, 'createQrCode', body)).toEqual(expected);
  });

  test.each(['REPEAT_REQ_INCONSISTENT', 'ORDER_IS_CLOSED', 'ORDER_IS_CANCELED', 'ORDER_STATUS_INVALID'])(
    'of a number with a past is asked about: %s',
    async (code) => {
      const answer = { kind: 'unknown', why: code, refusal: { code } };
      expect(await says(antom, 'createQrCode', result('F', code))).toMatchObject(answer);
      expect(await says(antom, 'payWithTillCode', result('F', code))).toMatchObject(answer);
    },
  );
});

describe('a cancel', () => {
  test.each<[string, object, object, object]>([
    [
      'a success, which does not say of what',
      SUCCESS.cancel,
      { kind: 'ended' },
      { kind: 'unknown', why: 'cancelled, and only a query tells from what' },
    ],
    [
      'a success without a number',
      ok({}),
      { kind: 'ended' },
      { kind: 'unknown', why: 'cancelled, and only a query tells from what' },
    ],
    ['a number that is not known', result('F', 'ORDER_NOT_EXIST'), { kind: 'absent' }, { kind: 'absent' }],
    [
      'a window that is over',
      result('F', 'CANCEL_WINDOW_EXCEED'),
      { kind: 'refused', refusal: { reason: 'too_late_to_reverse', code: 'CANCEL_WINDOW_EXCEED' } },
      { kind: 'not_closable' },
    ],
    [
      'a merchant without cover',
      result('F', 'MERCHANT_BALANCE_NOT_ENOUGH'),
      { kind: 'refused', refusal: { reason: 'no_cover', code: 'MERCHANT_BALANCE_NOT_ENOUGH' } },
      { kind: 'not_closable' },
    ],
    [
      'a payment that was refunded before',
      result('F', 'PROCESS_FAIL'),
      { kind: 'refused', refusal: { reason: 'not_completed', code: 'PROCESS_FAIL' } },
      { kind: 'not_closable' },
    ],
  ])('a cancel is told as what it did, or not: %s', async (_, body, cancelled, closed) => {
    expect([await says(antom, 'cancel', body), await says(antom, 'close', body)]).toEqual([cancelled, closed]);
  });
});

describe('a refund', () => {
  const settled = {
    grossSettlementAmount: { currency: 'USD', value: '201' },
    settlementQuote: { quoteCurrencyPair: 'JPY/USD', quotePrice: 0.0067 },
  };
  const settlement = { gross: { currency: 'USD', value: 201 }, pair: 'JPY/USD', price: '0.0067' };
  const value = { currency: 'JPY', value: 300 };

  test('that was carried out is told with its time and how it is settled', async () => {
    expect([
      await says(antom, 'refund', SUCCESS.refund),
      await says(antom, 'refund', { ...SUCCESS.refund, ...settled }),
    ]).toEqual([
      ...[
        { kind: 'succeeded', at: paidAt },
        { kind: 'succeeded', at: paidAt, settlement },
      ],
    ]);
    expect(await says(antom, 'queryRefund', { ...SUCCESS.queryRefund, ...settled })).toEqual({
      ...{ kind: 'succeeded', at: paidAt, amount: value, settlement },
    });
    const { refundTime: _, ...untimed } = SUCCESS.refund as { refundTime: string };
    expect(await says(antom, 'refund', untimed)).toMatchObject({ kind: 'succeeded', at: expect.any(Number) });
  });

  test('is under way, or has ended without money, under its number', async () => {
    expect(await says(antom, 'refund', result('U', 'REFUND_IN_PROCESS'))).toEqual({ kind: 'pending' });
    const status = (refundStatus: string, more: object = {}) =>
      says(antom, 'queryRefund', ok({ refundStatus, ...more }));
    expect(await status('PROCESSING')).toEqual({ kind: 'pending' });
    const failed = (reason: RefusalReason, code: string) => ({ kind: 'failed', refusal: { reason, code } });
    expect(await status('FAIL')).toEqual({ kind: 'failed', refusal: { reason: 'not_completed' } });
    expect(await status('FAIL', { refundResultCode: 'MERCHANT_BALANCE_NOT_ENOUGH' })).toEqual(
      failed('no_cover', 'MERCHANT_BALANCE_NOT_ENOUGH'),
    );
    expect(await status('SUCCESS')).toEqual({ kind: 'unknown', why: 'a refund without an amount' });
    expect(await status('TOMORROW')).toEqual({ kind: 'unknown', why: 'refund status TOMORROW' });
  });

  test('that is not known is none, and any other refusal of the question tells nothing', async () => {
    for (const code of ['ORDER_NOT_EXIST', 'REFUND_NOT_EXIST', 'PROCESS_FAIL'])
      expect(await says(antom, 'queryRefund', result('F', code))).toEqual({ kind: 'none' });
    expect(await says(antom, 'queryRefund', result('F', 'ACCESS_DENIED'))).toEqual({
      kind: 'unknown',
      why: 'F ACCESS_DENIED',
    });
  });

  test('of another amount than was asked for is unknown', async () => {
    const other = { ...SUCCESS.refund, refundAmount: { currency: 'JPY', value: '3000' } };
    expect(await says(antom, 'refund', other)).toEqual({ kind: 'unknown', why: 'a refund of another amount' });
  });
});

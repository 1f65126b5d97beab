/** What is sent to Antom: exactly these members, signed over exactly these bytes, to the path of the client. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectAntom } from '../../functions/channel/antom/connect.ts';
import {
  ATTEMPT,
  account,
  antoms,
  CLIENT,
  isOurs,
  type Loopback,
  NOTIFY,
  openLoopback,
  own,
  request,
  result,
  S,
  SECRET,
} from '../support/antom-loopback.ts';
import { bare, rsaPair } from '../support/keys.ts';
import { NOON } from '../support/orders.ts';

const TIMEOUT = 5_000;
let antom: Loopback;
beforeAll(async () => {
  antom = await openLoopback();
});
afterAll(() => antom.stop());
beforeEach(() => {
  antom.asked.splice(0);
  antom.says([{ result: S }]);
});

const amount = { currency: 'JPY', value: '1000' };
const merchant = {
  ...{ referenceMerchantId: 'kissa', merchantMCC: '5814', merchantName: 'Kissa' },
  store: { referenceStoreId: 'main', storeName: 'Kissa', storeMCC: '5814' },
};
const PAY = {
  productCode: 'IN_STORE_PAYMENT',
  paymentRequestId: ATTEMPT,
  paymentAmount: amount,
  order: { referenceOrderId: ATTEMPT, orderDescription: 'コーヒー café', orderAmount: amount, merchant },
  paymentMethod: { paymentMethodType: 'CONNECT_WALLET' },
  paymentFactor: { inStorePaymentScenario: 'OrderCode' },
  settlementStrategy: { settlementCurrency: 'USD' },
  paymentNotifyUrl: NOTIFY,
  paymentExpiryTime: '2026-03-01T12:03:00+08:00',
};
const env = { storeTerminalId: 'trm_1', storeTerminalRequestTime: '2026-03-01T12:00:00+08:00' };
const ref = { account, attemptNo: ATTEMPT };
const refund = { ...ref, requestNo: 'ord_a_r1', tradeNo: '2026030112', amount: { currency: 'JPY', value: 300 } };

describe('a call', () => {
  test.each<[string, () => Promise<unknown>, string, object]>([
    ['createQrCode', () => antom.channel.createQrCode(request, TIMEOUT), 'pay', PAY],
    [
      'payWithTillCode',
      () => antom.channel.payWithTillCode({ ...request, tillCode: '28000000000000000' }, TIMEOUT),
      'pay',
      {
        ...PAY,
        order: { ...PAY.order, env },
        paymentMethod: { paymentMethodType: 'CONNECT_WALLET', paymentMethodId: '28000000000000000' },
        paymentFactor: { inStorePaymentScenario: 'PaymentCode' },
      },
    ],
    ['query', () => antom.channel.query(ref, TIMEOUT), 'inquiryPayment', { paymentRequestId: ATTEMPT }],
    [
      'findTrade',
      () => antom.channel.findTrade(account, '20260301', TIMEOUT),
      'inquiryPayment',
      { paymentId: '20260301' },
    ],
    ['close', () => antom.channel.close(ref, TIMEOUT), 'cancel', { paymentRequestId: ATTEMPT }],
    ['cancel', () => antom.channel.cancel(ref, TIMEOUT), 'cancel', { paymentRequestId: ATTEMPT }],
    [
      'refund',
      () => antom.channel.refund({ ...refund, reason: 'cold' }, TIMEOUT),
      'refund',
      {
        ...{ refundRequestId: 'ord_a_r1', paymentId: '2026030112' },
        ...{ refundAmount: { currency: 'JPY', value: '300' }, refundReason: 'cold' },
      },
    ],
    ['queryRefund', () => antom.channel.queryRefund(refund, TIMEOUT), 'inquiryRefund', { refundRequestId: 'ord_a_r1' }],
  ])('%s says what Antom must know, and nothing else, and is signed', async (_, call, method, body) => {
    await call();
    expect(antom.asked).toHaveLength(1);
    const [asked] = antom.asked;
    if (!asked) throw new Error('nothing was asked');
    expect([asked.path, JSON.parse(asked.body)]).toEqual([`/ams/sandbox/api/v1/payments/${method}`, body]);
    const { 'content-type': type, 'client-id': client, 'request-time': time, 'agent-token': token } = asked.headers;
    expect([type, client, time, token]).toEqual(['application/json; charset=UTF-8', CLIENT, String(NOON), undefined]);
    expect(isOurs(asked)).toBe(true);
  });

  test('is the same to the letter when it is repeated', async () => {
    await antom.channel.createQrCode(request, TIMEOUT);
    await antom.channel.createQrCode(request, TIMEOUT);
    const [first, second] = antom.asked;
    expect(second?.body).toBe(first?.body);
  });

  test('of a service provider names the merchant’s token of today', async () => {
    await antom.channel.query({ ...ref, account: { ...account, agentToken: 'token-1' } }, TIMEOUT);
    expect(antom.asked.map(({ headers }) => headers['agent-token'])).toEqual(['token-1']);
  });

  test('is not made in a currency that the contract does not settle, nor without the payment to refund', async () => {
    const krw = { ...request, amount: { currency: 'KRW', value: 1 } };
    const own = { ...request, amount: { currency: 'constructor', value: 1 } };
    const refused = { kind: 'refused', refusal: { reason: 'currency_not_offered' } };
    expect([
      await antom.channel.createQrCode(krw, TIMEOUT),
      await antom.channel.payWithTillCode({ ...own, tillCode: '28000000000000000' }, TIMEOUT),
      await antom.channel.refund({ ...ref, requestNo: 'r', amount: krw.amount }, TIMEOUT),
    ]).toEqual([refused, refused, { kind: 'unknown', why: 'no payment is known that could be refunded' }]);
    expect(antom.asked).toEqual([]);
  });

  test('of another channel’s account, or a client without keys, never leaves', async () => {
    const other = { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' } as const;
    await expect(antom.channel.query({ ...ref, account: other }, TIMEOUT)).rejects.toThrow(/alipay came to Antom/);
    expect(await antom.channel.query({ ...ref, account: { ...account, clientId: 'other' } }, TIMEOUT)).toEqual({
      ...{ kind: 'unknown', why: 'no keys for this client id' },
    });
    expect(antom.asked).toEqual([]);
  });
});

describe('of two keys of ours', () => {
  const next = rsaPair();
  const secret = {
    clients: {
      [CLIENT]: { ...SECRET.clients[CLIENT], nextPrivateKeyPem: bare(next.privateKeyPem), keyVersion: '2' },
    },
  };

  test('the other one is tried when the first is refused, and used first from then on', async () => {
    const two = await openLoopback(secret);
    two.says([result('F', 'SIGNATURE_INVALID'), { header: () => undefined }], [{ result: S }]);
    await two.channel.query(ref, TIMEOUT);
    await two.channel.query(ref, TIMEOUT);
    expect(two.asked.map((it) => [isOurs(it, own), isOurs(it, next)])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
    expect(two.asked.map(({ headers }) => String(headers.signature).slice(0, 30))).toEqual(
      Array(3).fill('algorithm=RSA256,keyVersion=2,'),
    );
    await two.stop();
  });

  test('the other one is not tried for any other refusal', async () => {
    const two = await openLoopback(secret);
    two.says([result('F', 'ACCESS_DENIED')]);
    await two.channel.query(ref, TIMEOUT);
    expect(two.asked).toHaveLength(1);
    await two.stop();
  });
});

describe('a secret', () => {
  const { privateKeyPem, antomPublicKeyPems } = SECRET.clients[CLIENT] ?? { privateKeyPem: '', antomPublicKeyPems: [] };
  const check = (text: string) =>
    connectAntom({
      url: 'http://127.0.0.1:9',
      readSecret: async () => text,
      onCertificateEnding: () => {},
      now: () => 0,
    })
      .channel.query(ref, 1)
      .then(String, (error: Error) => error.message);
  const holding = (client: object) => JSON.stringify({ clients: { c1: client } });

  test.each([
    ['text that is no JSON', 'x', 'the secret is not JSON'],
    ['another form', '{"apps":{}}', 'secret.clients: '],
    ['no key of ours', holding({ antomPublicKeyPems }), 'secret.clients.c1.privateKeyPem: '],
    [
      'a key of ours that is none',
      holding({ privateKeyPem: 'x', antomPublicKeyPems }),
      'clients.c1.privateKeyPem: it is no',
    ],
    ['no key of Antom', holding({ privateKeyPem, antomPublicKeyPems: [] }), 'secret.clients.c1.antomPublicKeyPems: '],
    [
      'our own key for Antom’s',
      holding({ privateKeyPem, antomPublicKeyPems: [antoms.publicKeyPem, own.publicKeyPem] }),
      "clients.c1.antomPublicKeyPems.1: it is our own, not Antom's",
    ],
    ['a member that is unknown', holding({ privateKeyPem, antomPublicKeyPems, encryptKey: 'x' }), 'encryptKey'],
    [
      'a version that is no number',
      holding({ privateKeyPem, antomPublicKeyPems, keyVersion: '1,x' }),
      'keyVersion: it is a',
    ],
  ])('with %s is refused by name, and no key is quoted', async (_, text, named) => {
    const told = await check(text);
    expect(told).toMatch(/^the keys for Antom cannot be used: /);
    expect(told).toContain(named);
    expect(told).not.toMatch(/[A-Za-z0-9+/]{100}/);
  });
});

/** What each answer of Alipay's gateway means, and that nothing unsigned or odd ever means yes. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, keysOf, type Response, signedAnswer } from '../../bin/local/alipay-simulator/wire.ts';
import { createAlipayChannel } from '../../functions/channel/alipay.ts';
import {
  createAlipayGateway,
  isSignedBy,
  parseAlipaySecret,
  stringToSign,
} from '../../functions/channel/alipay-gateway.ts';
import type { Channel, CodeRequest, RefundRequest } from '../../functions/channel/channel.ts';
import { rsaPair } from '../support/keys.ts';

const NOW = Date.parse('2026-03-01T04:00:00Z');
const app = rsaPair();
const alipay = rsaPair();
const other = rsaPair();
const APP: App = {
  appId: '2021000000000001',
  sellerId: '2088000000000001',
  merchantName: '',
  appPublicKeyPem: app.publicKeyPem,
  alipayPrivateKeyPem: alipay.privateKeyPem,
};
const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
/** Bare base64, as Alipay's console shows keys; and a second Alipay key beside the first. */
const SECRET = JSON.stringify({
  apps: {
    [APP.appId]: {
      privateKeyPem: bare(app.privateKeyPem),
      alipayPublicKeyPems: [other.publicKeyPem, bare(alipay.publicKeyPem)],
    },
  },
});

let server: Server;
let channel: Channel;
let answer: RequestListener;
let received: { query: URLSearchParams; body: URLSearchParams };

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received = { query: new URL(request.url ?? '', 'http://x').searchParams, body: new URLSearchParams(body) };
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const keys = async () => parseAlipaySecret(SECRET);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`;
  const now = () => NOW;
  channel = createAlipayChannel({ gateway: createAlipayGateway({ url, keys, now }), keys, now });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const account = { channel: 'alipay', appId: APP.appId, sellerId: APP.sellerId } as const;
const NO = 'ord_abcdefghijklmnopqrstuvwxyz_1';
const ref = { account, attemptNo: NO, currency: 'CNY' };
const code: CodeRequest = {
  account,
  attemptNo: NO,
  amount: { currency: 'CNY', value: 1234 },
  subject: '拿铁 & "tea" +1%',
  storeId: 'main',
  terminalId: 'trm_1',
  operatorId: '007',
  expiresAt: NOW + 180_000,
  notifyUrl: 'https://pay.example/n',
};
const refund: RefundRequest = {
  ...ref,
  requestNo: 'ord_abcdefghijklmnopqrstuvwxyz_r1',
  amount: { currency: 'CNY', value: 234 },
  reason: '冷',
};
const T = 2_000;

const METHODS = {
  createQrCode: 'precreate',
  query: 'query',
  close: 'close',
  refund: 'refund',
  queryRefund: 'fastpay.refund.query',
} as const;
type Name = keyof typeof METHODS;
const call = (name: Name, timeoutMs = T) =>
  ({
    createQrCode: () => channel.createQrCode(code, timeoutMs),
    query: () => channel.query(ref, timeoutMs),
    close: () => channel.close(ref, timeoutMs),
    refund: () => channel.refund(refund, timeoutMs),
    queryRefund: () => channel.queryRefund({ ...ref, requestNo: refund.requestNo }, timeoutMs),
  })[name]();

/** Answers the call as Alipay would, signed. */
function says(name: Name, response: Record<string, unknown>, keys = keysOf(APP), spoiled = false): void {
  const text = signedAnswer(`alipay.trade.${METHODS[name]}`, { msg: '', ...response } as Response, keys, spoiled);
  answer = (_, out) => out.end(text);
}
const ok = { code: '10000', out_trade_no: NO };
const no = (sub_code: string, gateway = '40004') => ({ code: gateway, sub_code });

describe('the request', () => {
  test('is signed over exactly what is sent, with the times and amounts of Alipay', async () => {
    says('createQrCode', { ...ok, qr_code: 'https://qr.alipay.com/bax1' });
    expect(await call('createQrCode')).toEqual({ kind: 'accepted', payload: 'https://qr.alipay.com/bax1' });
    const all = [...received.query, ...received.body];
    const appKey = keysOf(APP).appPublicKey;
    expect(isSignedBy(stringToSign(all), received.query.get('sign') ?? '', [appKey])).toBe(true);
    expect(Object.fromEntries(received.query)).toMatchObject({
      app_id: APP.appId,
      method: 'alipay.trade.precreate',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-03-01 12:00:00',
      notify_url: 'https://pay.example/n',
    });
    expect(JSON.parse(received.body.get('biz_content') ?? '')).toEqual({
      out_trade_no: NO,
      total_amount: '12.34',
      subject: '拿铁 & "tea" +1%',
      product_code: 'FACE_TO_FACE_PAYMENT',
      seller_id: APP.sellerId,
      operator_id: '007',
      store_id: 'main',
      terminal_id: 'trm_1',
      time_expire: '2026-03-01 12:03:00',
    });
  });

  test('F19 F34 is the same to the byte every time but for its time of sending', async () => {
    says('refund', { ...ok, fund_change: 'Y', gmt_refund_pay: '2026-03-01 12:00:01' });
    await call('refund');
    const first = received.body.toString();
    await call('refund');
    expect(received.body.toString()).toBe(first);
  });
});

describe('F56 what is no answer is unknown, for every call', () => {
  const good = () =>
    signedAnswer(
      'alipay.trade.query',
      {
        ...ok,
        msg: '',
        trade_no: 't',
        trade_status: 'TRADE_SUCCESS',
        total_amount: '12.34',
        send_pay_date: '2026-03-01 12:00:00',
      },
      keysOf(APP),
    );
  const body =
    (text: string, status = 200): RequestListener =>
    (_, out) =>
      out.writeHead(status).end(text);
  const bad: [string, RequestListener][] = [
    ['a page', body('<html>busy</html>')],
    ['nothing', body('')],
    ['half an answer', body(good().slice(0, 80))],
    ['an error of the server', body('{}', 500)],
    ['a redirect', (_, out) => out.writeHead(302, { location: '/elsewhere' }).end()],
    ['a list', body('[]')],
    ['too much', body(`{"a":"${'x'.repeat(300_000)}"}`)],
    ['an answer without a signature', body(good().replace(/,"sign".*/, '}'))],
    ['an answer that was changed', body(good().replace('12.34', '12.35'))],
    [
      'an answer signed by another',
      body(
        signedAnswer(
          'alipay.trade.query',
          { ...ok, msg: '' },
          keysOf({ ...APP, alipayPrivateKeyPem: app.privateKeyPem }),
        ),
      ),
    ],
    [
      'two answers, one of them signed',
      body(good().replace(/^\{/, '{"alipay_trade_query_response":{"code":"10000"},')),
    ],
    [
      'a member that only looks like the signed one',
      body(
        good()
          .replace(/,"sign"/, ',"\\u0061lipay_trade_query_response":{"code":"10000"},"sign"')
          .replace('"alipay_trade_query_response":', '"x":'),
      ),
    ],
    ['a broken line', (request) => request.socket.destroy()],
  ];
  test.each(bad)('%s', async (_, listener) => {
    answer = listener;
    for (const name of Object.keys(METHODS) as Name[]) expect(await call(name)).toMatchObject({ kind: 'unknown' });
  });

  test('silence', async () => {
    answer = () => {};
    for (const name of Object.keys(METHODS) as Name[])
      expect(await call(name, 30)).toEqual({ kind: 'unknown', why: 'time-out' });
  });

  test('F20 an answer about another trade', async () => {
    for (const name of ['createQrCode', 'query', 'close', 'refund'] as const) {
      says(name, {
        ...ok,
        out_trade_no: 'other',
        qr_code: 'x',
        trade_no: 't',
        trade_status: 'TRADE_SUCCESS',
        total_amount: '12.34',
        fund_change: 'Y',
        send_pay_date: '2026-03-01 12:00:00',
      });
      expect(await call(name)).toMatchObject({ kind: 'unknown' });
    }
  });

  test('an unsigned rejection, which is shown but proves nothing', async () => {
    answer = body('{"error_response":{"code":"40002","sub_code":"isv.invalid-signature"}}');
    for (const name of Object.keys(METHODS) as Name[])
      expect(await call(name)).toMatchObject({
        kind: 'unknown',
        refusal: { reason: 'channel_unavailable', subCode: 'isv.invalid-signature' },
      });
  });

  test.each(['20000', '40005', '99999'])('code %s', async (gateway) => {
    for (const name of Object.keys(METHODS) as Name[]) {
      says(name, no('isp.unknow-error', gateway));
      expect(await call(name)).toMatchObject({ kind: 'unknown' });
    }
  });

  test.each(['ACQ.SYSTEM_ERROR', 'AQC.SYSTEM_ERROR', 'SYSTEM_ERROR'])('%s', async (subCode) => {
    for (const name of Object.keys(METHODS) as Name[]) {
      says(name, no(subCode));
      expect(await call(name)).toMatchObject({ kind: 'unknown' });
    }
  });
});

describe('precreate', () => {
  test.each([
    ['ACQ.TOTAL_FEE_EXCEED', 'amount_over_limit'],
    ['ACQ.ACCESS_FORBIDDEN', 'channel_unavailable'],
    ['ACQ.EXIST_FORBIDDEN_WORD', 'text_refused'],
    ['ACQ.CONTEXT_INCONSISTENT', 'order_number_used'],
    ['ACQ.BUYER_SELLER_EQUAL', 'wrong_payer'],
    ['ACQ.NOBODY_KNOWS_THIS', 'not_completed'],
  ])('%s is a refusal: %s', async (subCode, reason) => {
    says('createQrCode', no(subCode));
    expect(await call('createQrCode')).toEqual({ kind: 'refused', refusal: { reason, code: '40004', subCode } });
  });

  test.each(['ACQ.TRADE_HAS_SUCCESS', 'ACQ.TRADE_HAS_CLOSE'])('%s wants a query', async (subCode) => {
    says('createQrCode', no(subCode));
    expect(await call('createQrCode')).toMatchObject({ kind: 'unknown' });
  });

  test.each(['20001', '40001', '40006'])('a signed %s was not carried out', async (gateway) => {
    says('createQrCode', no('isv.x', gateway));
    expect(await call('createQrCode')).toMatchObject({ kind: 'refused', refusal: { reason: 'channel_unavailable' } });
  });
});

describe('F12 query', () => {
  const trade = (trade_status: string, more = {}) => ({
    ...ok,
    trade_no: 't1',
    total_amount: '12.34',
    trade_status,
    buyer_user_id: '2088',
    ...more,
  });
  const paid = { tradeNo: 't1', paidAt: NOW, amount: { currency: 'CNY', value: 1234 } };
  const at = { send_pay_date: '2026-03-01 12:00:00' };
  test.each([
    ['WAIT_BUYER_PAY', {}, { kind: 'waiting' }],
    ['TRADE_SUCCESS', at, { kind: 'paid', refundedInFull: false, ...paid }],
    [
      'TRADE_FINISHED',
      { ...at, receipt_amount: '12.30' },
      { kind: 'paid', refundedInFull: false, ...paid, received: { currency: 'CNY', value: 1230 } },
    ],
    ['TRADE_SUCCESS', { ...at, receipt_amount: '0.00' }, { kind: 'paid', refundedInFull: false, ...paid }],
    ['TRADE_CLOSED', {}, { kind: 'closed' }],
    ['TRADE_CLOSED', at, { kind: 'paid', refundedInFull: true, ...paid }],
    ['TRADE_SUCCESS', {}, { kind: 'unknown', why: expect.any(String) }],
    ['TRADE_SUCCESS', { ...at, total_amount: '12.345' }, { kind: 'unknown', why: expect.any(String) }],
    ['SOMETHING_NEW', at, { kind: 'unknown', why: expect.any(String) }],
  ])('%s %j', async (status, more, expected) => {
    says('query', trade(status, more));
    expect(await call('query')).toEqual(expected);
  });

  test('no trade is absent, any other refusal is unknown', async () => {
    says('query', no('ACQ.TRADE_NOT_EXIST'));
    expect(await call('query')).toEqual({ kind: 'absent' });
    says('query', no('ACQ.INVALID_PARAMETER'));
    expect(await call('query')).toMatchObject({ kind: 'unknown' });
  });
});

describe('close, refund, refund query', () => {
  test.each([
    ['close', ok, { kind: 'closed' }],
    ['close', no('ACQ.TRADE_NOT_EXIST'), { kind: 'absent' }],
    ['close', no('ACQ.TRADE_STATUS_ERROR'), { kind: 'not_closable' }],
    ['close', no('ACQ.REASON_ILLEGAL_STATUS'), { kind: 'not_closable' }],
    ['close', no('ACQ.WHO_KNOWS'), { kind: 'unknown' }],
    [
      'refund',
      { ...ok, fund_change: 'Y', gmt_refund_pay: '2026-03-01 12:00:01', refund_fee: '9.99' },
      { kind: 'succeeded', at: NOW + 1_000 },
    ],
    ['refund', { ...ok, fund_change: 'N' }, { kind: 'pending' }],
    ['refund', ok, { kind: 'pending' }],
    ['refund', no('ACQ.SELLER_BALANCE_NOT_ENOUGH'), { kind: 'refused', refusal: { reason: 'no_cover' } }],
    ['refund', no('ACQ.TRADE_HAS_FINISHED'), { kind: 'refused', refusal: { reason: 'refund_not_possible' } }],
    ['refund', no('ACQ.REASON_TRADE_REFUND_FEE_ERR'), { kind: 'refused', refusal: { reason: 'refund_amount' } }],
    ['refund', no('ACQ.NOT_ALLOW_PARTIAL_REFUND'), { kind: 'refused', refusal: { reason: 'refund_only_in_full' } }],
    [
      'queryRefund',
      {
        ...ok,
        out_request_no: refund.requestNo,
        refund_amount: '2.34',
        refund_status: 'REFUND_SUCCESS',
        gmt_refund_pay: '2026-03-01 12:00:01',
      },
      { kind: 'succeeded', at: NOW + 1_000, amount: { currency: 'CNY', value: 234 } },
    ],
    ['queryRefund', { code: '10000' }, { kind: 'none' }],
    ['queryRefund', { ...ok, out_request_no: refund.requestNo, refund_amount: '2.34' }, { kind: 'none' }],
    [
      'queryRefund',
      { ...ok, out_request_no: 'other', refund_amount: '2.34', refund_status: 'REFUND_SUCCESS' },
      { kind: 'unknown' },
    ],
    ['queryRefund', no('TRADE_NOT_EXIST'), { kind: 'none' }],
    ['queryRefund', no('ACQ.INVALID_PARAMETER'), { kind: 'unknown' }],
  ] as const)('%s %j means %j', async (name, response, expected) => {
    says(name, response);
    expect(await call(name)).toMatchObject(expected);
  });
});

/** What goes to Alipay's gateway, and that nothing unsigned or odd that comes back ever means yes. */
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSignedByApp, keysOf, signedAnswer } from '../../bin/local/alipay-simulator/wire.ts';
import {
  APP,
  app,
  call,
  closeWire,
  METHODS,
  type Name,
  NO,
  no,
  ok,
  openWire,
  says,
  TILL_CODE,
  TRADE_NO,
  wire,
} from '../support/wire.ts';

beforeAll(openWire);
afterAll(closeWire);

describe('the request', () => {
  test('is signed over exactly what is sent, with the times and amounts of Alipay', async () => {
    says('createQrCode', { ...ok, qr_code: 'https://qr.alipay.com/bax1' });
    expect(await call('createQrCode')).toEqual({ kind: 'accepted', payload: 'https://qr.alipay.com/bax1' });
    expect(isSignedByApp(new Map([...wire.query, ...wire.body]), keysOf(APP))).toBe(true);
    expect(Object.fromEntries(wire.query)).toMatchObject({
      app_id: APP.appId,
      method: 'alipay.trade.precreate',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-03-01 12:00:00',
      notify_url: 'https://pay.example/n',
    });
    expect(JSON.parse(wire.body.get('biz_content') ?? '')).toEqual({
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

  test('of a till code carries it to the channel, and how long its trade may wait', async () => {
    says('payWithTillCode', { code: '10003', out_trade_no: NO });
    expect(await call('payWithTillCode')).toEqual({ kind: 'waiting' });
    expect(isSignedByApp(new Map([...wire.query, ...wire.body]), keysOf(APP))).toBe(true);
    expect(wire.query.get('notify_url')).toBe('https://pay.example/n');
    expect(JSON.parse(wire.body.get('biz_content') ?? '')).toEqual({
      out_trade_no: NO,
      total_amount: '12.34',
      subject: '拿铁 & "tea" +1%',
      product_code: 'FACE_TO_FACE_PAYMENT',
      seller_id: APP.sellerId,
      operator_id: '007',
      store_id: 'main',
      terminal_id: 'trm_1',
      time_expire: '2026-03-01 12:03:00',
      scene: 'bar_code',
      auth_code: TILL_CODE,
    });
  });

  test('F19 F34 is the same to the byte every time but for its time of sending', async () => {
    says('refund', { ...ok, fund_change: 'Y', gmt_refund_pay: '2026-03-01 12:00:01' });
    await call('refund');
    const first = wire.body.toString();
    await call('refund');
    expect(wire.body.toString()).toBe(first);
  });
});

describe('F56 what is no answer is unknown, for every call', async () => {
  const good = await signedAnswer(
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
    ['half an answer', body(good.slice(0, 80))],
    ['an error of the server', body('{}', 500)],
    ['a redirect', (_, out) => out.writeHead(302, { location: '/elsewhere' }).end()],
    ['a list', body('[]')],
    ['too much', body(`{"a":"${'x'.repeat(300_000)}"}`)],
    ['an answer without a signature', body(good.replace(/,"sign".*/, '}'))],
    ['an answer that was changed', body(good.replace('12.34', '12.35'))],
    [
      'an answer signed by another',
      body(
        await signedAnswer(
          'alipay.trade.query',
          { ...ok, msg: '' },
          keysOf({ ...APP, alipayPrivateKeyPem: app.privateKeyPem }),
        ),
      ),
    ],
    ['two answers, one of them signed', body(good.replace(/^\{/, '{"alipay_trade_query_response":{"code":"10000"},'))],
    [
      'a member that only looks like the signed one',
      body(
        good
          .replace(/,"sign"/, ',"\\u0061lipay_trade_query_response":{"code":"10000"},"sign"')
          .replace('"alipay_trade_query_response":', '"x":'),
      ),
    ],
    ['a broken line', (request) => request.socket.destroy()],
    [
      'an answer that breaks off',
      (request, out) => {
        out.writeHead(200, { 'content-length': good.length });
        out.write(good.slice(0, 80), () => request.socket.destroy());
      },
    ],
    ['a response that is no object', body('{"alipay_trade_query_response":null,"sign":"x"}')],
  ];
  test.each(bad)('%s is no answer', async (_, listener) => {
    wire.answer = listener;
    for (const name of Object.keys(METHODS) as Name[]) expect(await call(name)).toMatchObject({ kind: 'unknown' });
  });

  test('silence is no answer', async () => {
    wire.answer = () => {};
    for (const name of Object.keys(METHODS) as Name[])
      expect(await call(name, 30)).toEqual({ kind: 'unknown', why: 'time-out' });
  });

  test('an answer that begins and never ends is none', async () => {
    wire.answer = (_, out) => out.writeHead(200).write('{"alipay_trade_query_response":');
    for (const name of Object.keys(METHODS) as Name[])
      expect(await call(name, 30)).toEqual({ kind: 'unknown', why: 'time-out' });
  });

  test('S24 a redirect is not followed', async () => {
    let followed = 0;
    // A request of a test before may still be on its way: only where it leads to is counted.
    wire.answer = (request, out) => {
      if (request.url?.startsWith('/elsewhere')) followed += 1;
      out.writeHead(307, { location: '/elsewhere' }).end(good);
    };
    expect(await call('query')).toEqual({ kind: 'unknown', why: 'status 307' });
    expect(followed).toBe(0);
  });

  test('F20 an answer about another trade is none', async () => {
    for (const name of Object.keys(METHODS) as Name[]) {
      says(name, {
        ...ok,
        out_trade_no: 'other',
        refund_status: 'REFUND_SUCCESS',
        refund_amount: '2.34',
        qr_code: 'x',
        trade_no: 't',
        trade_status: 'TRADE_SUCCESS',
        total_amount: '12.34',
        fund_change: 'Y',
        send_pay_date: '2026-03-01 12:00:00',
        gmt_payment: '2026-03-01 12:00:00',
        action: 'close',
      });
      expect(await call(name)).toMatchObject({ kind: 'unknown' });
    }
  });

  test('an unsigned rejection is shown but proves nothing', async () => {
    wire.answer = body('{"error_response":{"code":"40002","sub_code":"isv.invalid-signature"}}');
    for (const name of Object.keys(METHODS) as Name[])
      expect(await call(name)).toMatchObject({
        kind: 'unknown',
        refusal: { reason: 'channel_unavailable', subCode: 'isv.invalid-signature' },
      });
  });

  test.each(['20000', '40003', '40005', '99999'])('the code %s is no answer', async (gateway) => {
    for (const name of Object.keys(METHODS) as Name[]) {
      says(name, no('isp.unknow-error', gateway));
      expect(await call(name)).toMatchObject({ kind: 'unknown' });
    }
  });

  test.each(['ACQ.SYSTEM_ERROR', 'AQC.SYSTEM_ERROR', 'SYSTEM_ERROR'])('%s is no answer', async (subCode) => {
    for (const name of Object.keys(METHODS) as Name[]) {
      says(name, no(subCode));
      expect(await call(name)).toMatchObject({ kind: 'unknown' });
    }
  });
});

test('a kept connection that has died is tried once more, but never for what must not be sent twice', async () => {
  const onlyOnce = ['refund', 'payWithTillCode'];
  for (const name of Object.keys(METHODS) as Name[]) {
    says(name, {
      ...ok,
      qr_code: 'x',
      trade_no: TRADE_NO,
      trade_status: 'WAIT_BUYER_PAY',
      total_amount: '12.34',
      fund_change: 'Y',
      gmt_payment: '2026-03-01 12:00:00',
    });
    await call(name);
    const good = wire.answer;
    let calls = 0;
    wire.answer = (request, response) => {
      calls += 1;
      if (calls === 1) request.socket.resetAndDestroy();
      else good(request, response);
    };
    const answer = await call(name);
    const isSentOnce = onlyOnce.includes(name);
    expect([name, calls, answer.kind === 'unknown']).toEqual([name, isSentOnce ? 1 : 2, isSentOnce]);
  }
});

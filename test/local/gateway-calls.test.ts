/** How a call reaches the simulator's gateway and is answered: method, charset, form, and why one is turned away, as at Alipay. */
import { expect, test } from 'vitest';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { isRsaSha256, rsaSha256 } from '../support/keys.ts';
import { alipay, app, SdkShop } from '../support/sdk-shop.ts';

const shop = new SdkShop();
const { newNumber, wallet } = shop;

type Parameters = Record<string, string>;
const asked = (more: Parameters = {}): Parameters => ({
  app_id: '2021000000000001',
  method: 'alipay.trade.query',
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: chinaTime(shop.now),
  version: '1.0',
  biz_content: '{"out_trade_no":"x"}',
  ...more,
});
const textOf = (parameters: Parameters) =>
  Object.entries(parameters)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
const signed = (parameters: Parameters): Parameters => ({
  ...parameters,
  sign: rsaSha256(textOf(parameters), app.privateKeyPem),
});

/** What came back: the response's exact characters (Latin-1, a character for each byte), and whether Alipay signed them. */
async function send(query: string, method = 'POST', body: string | null = null) {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const init = body === null ? { method } : { method, body, headers: type };
  const answer = await fetch(`${shop.simulator.url}/gateway.do?${query}`, init);
  const all = Buffer.from(await answer.arrayBuffer());
  const [, member = '', text = '', sign] =
    /^\{"(\w+)":(\{.*?\})(?:,"sign":"([^"]*)")?\}$/s.exec(all.toString('latin1')) ?? [];
  const response = Buffer.from(text, 'latin1');
  return {
    type: answer.headers.get('content-type'),
    member,
    response,
    json: JSON.parse(response.toString() || 'null') as Record<string, string> | null,
    signed: sign !== undefined && isSigned(response, sign),
  };
}
const isSigned = (bytes: Buffer, sign: string) => isRsaSha256(bytes, sign, alipay.publicKeyPem);
const query = (parameters: Parameters) => new URLSearchParams(parameters).toString();

test('integration minor 7 GET is as good as POST, and of either the answer is JSON that is called a page', async () => {
  for (const method of ['GET', 'POST'])
    expect(await send(query(signed(asked())), method)).toMatchObject({
      type: 'text/html;charset=utf-8',
      member: 'alipay_trade_query_response',
      json: { code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST', sub_msg: '交易不存在' },
      signed: true,
    });
  expect((await fetch(`${shop.simulator.url}/gateway.do`, { method: 'PUT' })).status).toBe(405);
});

test('integration minor 7 GBK: the subject is read, and request and answer are signed over its bytes', async () => {
  const [outTradeNo, tea] = [newNumber(), '\xc4\xc3\xcc\xfa'];
  const latin1 = { charset: 'GBK', method: 'alipay.trade.precreate' };
  const content = `{"out_trade_no":"${outTradeNo}","total_amount":"1.00","subject":"${tea}"}`;
  const parameters = asked({ ...latin1, biz_content: content });
  const sign = rsaSha256(Buffer.from(textOf(parameters), 'latin1'), app.privateKeyPem);
  const { biz_content: _, ...common } = parameters;
  const percent = [...content].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
  const made = await send(query({ ...common, sign }), 'POST', `biz_content=${percent}`);
  expect(made).toMatchObject({ type: 'text/html;charset=gbk', json: { code: '10000' }, signed: true });
  expect(await wallet('scan', { qrCode: made.json?.qr_code })).toMatchObject({ subject: '拿铁' });
  const unknown = await send(query(signed(asked({ charset: 'gb2312' }))));
  expect(unknown.signed).toBe(true);
  expect(new TextDecoder('gbk').decode(unknown.response)).toContain('"sub_msg":"交易不存在"');
});

const without = (name: string) => (parameters: Parameters) => ({ ...parameters, [name]: '' });
const having = (more: Parameters) => (parameters: Parameters) => ({ ...parameters, ...more });
const signedWith = (more: Parameters) => () => signed(asked(more));
const off = (ms: number) => () => signed(asked({ timestamp: chinaTime(shop.now + ms) }));
const DAY = 24 * 3_600_000;

test.each([
  ['no app', without('app_id'), '40001', 'isv.missing-app-id', false],
  [
    'an unknown app, before anything else',
    () => ({ app_id: '1', method: 'alipay.trade.query' }),
    '40002',
    'isv.invalid-app-id',
    false,
  ],
  ['no signature', without('sign'), '40001', 'isv.missing-signature', true],
  ['another charset', signedWith({ charset: 'big5' }), '40002', 'isv.invalid-charset', true],
  ['XML', signedWith({ format: 'xml' }), '40002', 'isv.invalid-format', true],
  ['another version', signedWith({ version: '2.0' }), '40002', 'isv.invalid-version', true],
  ['RSA1', signedWith({ sign_type: 'RSA' }), '40002', 'isv.invalid-signature-type', true],
  ['no time', signedWith({ timestamp: 'noon' }), '40002', 'isv.invalid-timestamp', true],
  ['a clock that is a day slow', off(-DAY - 1_000), '40002', 'isv.invalid-timestamp', true],
  ['a clock that is a day fast', off(DAY + 1_000), '40002', 'isv.invalid-timestamp', true],
  [
    'a wrong clock under a wrong signature',
    having({ timestamp: '2001-01-01 00:00:00' }),
    '40002',
    'isv.invalid-signature',
    true,
  ],
  ['AES', signedWith({ encrypt_type: 'AES' }), '40002', 'isv.missing-encrypt-key', true],
  [
    'a certificate in public-key mode',
    signedWith({ app_cert_sn: 'a'.repeat(32) }),
    '40002',
    'isv.app-cert-not-exist',
    true,
  ],
])('%s', async (_, change, code, subCode, isSigned) => {
  const { json, signed: wasSigned } = await send(query(change(signed(asked()))));
  expect([json?.code, json?.sub_code, wasSigned]).toEqual([code, subCode, isSigned]);
});

test('hours that a local clock is off are no matter', async () => {
  for (const hours of [-8, 8]) {
    const { json } = await send(query(off(hours * 3_600_000)()));
    expect(json?.sub_code).toBe('ACQ.TRADE_NOT_EXIST');
  }
});

test('integration minor 7 a wrong signature is told what the gateway computed', async () => {
  const parameters = { ...asked(), sign: rsaSha256('something else', app.privateKeyPem) };
  const { json } = await send(query(parameters));
  const escaped = textOf(parameters).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  expect(json?.sub_msg).toMatch(/^验签出错/);
  expect(json?.sub_msg?.endsWith(`网关生成的验签字符串为：${escaped}`)).toBe(true);
});

const OPERATIONS = {
  precreate: 'alipay.trade.precreate',
  pay: 'alipay.trade.pay',
  query: 'alipay.trade.query',
  close: 'alipay.trade.close',
  cancel: 'alipay.trade.cancel',
  refund: 'alipay.trade.refund',
  refundQuery: 'alipay.trade.fastpay.refund.query',
  bill: 'alipay.data.dataservice.bill.downloadurl.query',
};

test.each(Object.entries(OPERATIONS))(
  'integration M1 M4 %s is turned away by any code in any form, as often as was asked',
  async (operation, method) => {
    const name = `${method.replaceAll('.', '_')}_response`;
    for (const code of ['20000', '20001', '40001', '40002', '40003', '40005', '40006'])
      for (const form of ['signed', 'unsigned', 'error_response']) {
        await wallet('faults', { [operation]: { answer: `code:${code}:isv.some-code`, form } });
        const { json, member, signed: wasSigned } = await send(query(signed(asked({ method }))));
        expect([json?.code, json?.sub_code, member, wasSigned]).toEqual([
          ...[code, 'isv.some-code'],
          ...[form === 'error_response' ? form : name, form === 'signed'],
        ]);
      }
    const { json } = await send(query(signed(asked({ method }))));
    expect(json?.sub_code).not.toBe('isv.some-code');
  },
);

test('integration M4 whom the app acts for: a merchant whose authorisation is valid, and not for its own account where it is not', async () => {
  const turnedAway = { code: '20001', sub_code: 'aop.invalid-app-auth-token' };
  const precreate = async (token: string) => {
    const content = JSON.stringify({ out_trade_no: newNumber(), total_amount: '1.00', subject: 'tea' });
    const more = { method: OPERATIONS.precreate, app_auth_token: token, biz_content: content };
    return (await send(query(signed(asked(more))))).json;
  };
  expect(await precreate('bogus')).toMatchObject(turnedAway);
  await wallet('faults', { authorisations: { granted: '2088777777777777' } });
  expect(await precreate('granted')).toMatchObject({ code: '10000' });
  await wallet('faults', { revokedTokens: ['granted'] });
  expect(await precreate('granted')).toMatchObject(turnedAway);
  await wallet('faults', { reset: true });
});

test('a bill may lie and be refused at the same time', async () => {
  await wallet('faults', { bill: { empty: true } });
  const faults = await wallet('faults', { bill: { answer: 'refuse:isp.BILL_NOT_EXIST', times: 2 } });
  expect(faults).toMatchObject({
    bill: { empty: true },
    operations: { bill: { answer: 'refuse:isp.BILL_NOT_EXIST', times: 2 } },
  });
  expect(await wallet('faults', { bill: { answer: 'retry' } })).toHaveProperty('error');
  await wallet('faults', { reset: true });
});

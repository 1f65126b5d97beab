/** What Alipay's answers mean when the terminal scans the customer, and when that is reversed. Rows: alipay.md 2.2, 2.5, 7. */
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { createAlipayChannel } from '../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import type { Channel, TillCodeRequest } from '../../functions/channel/channel.ts';
import { bare, rsaPair } from '../support/keys.ts';
import { call, closeWire, NO, NOW, no, ok, openWire, says } from '../support/wire.ts';

beforeAll(openWire);
afterAll(closeWire);

describe('pay', () => {
  const paid = {
    ...ok,
    trade_no: 't1',
    total_amount: '12.34',
    gmt_payment: '2026-03-01 12:00:00',
    buyer_user_id: '2088',
  };
  const fact = { kind: 'paid', tradeNo: 't1', paidAt: NOW, amount: { currency: 'CNY', value: 1234 } };
  const unknown = { kind: 'unknown', why: expect.any(String) };
  test.each([
    [paid, fact],
    [
      { ...paid, receipt_amount: '12.30' },
      { ...fact, received: { currency: 'CNY', value: 1230 } },
    ],
    [{ ...paid, receipt_amount: '0.00' }, fact],
    [
      { ...paid, gmt_payment: '2026-03-01 12:00:00.250' },
      { ...fact, paidAt: NOW + 250 },
    ],
    [{ ...paid, gmt_payment: undefined }, unknown],
    [{ ...paid, gmt_payment: 'noon' }, unknown],
    [{ ...paid, total_amount: '12.345' }, unknown],
    [{ ...paid, trade_no: undefined }, unknown],
    [{ ...paid, out_trade_no: undefined }, unknown],
    [{ code: '10003', out_trade_no: NO }, { kind: 'waiting' }],
    [{ code: '10003', out_trade_no: 'other' }, unknown],
    [{ code: '10003' }, unknown],
    [no('ACQ.TRADE_HAS_SUCCESS'), unknown],
    [no('ACQ.TRADE_HAS_CLOSE'), unknown],
    [no('ACQ.TRADE_STATUS_ERROR'), unknown],
    [no('ACQ.CONTEXT_INCONSISTENT'), unknown],
  ])('an answer to pay of %j means %j', async (response, expected) => {
    says('payWithTillCode', response);
    expect(await call('payWithTillCode')).toEqual(expected);
  });

  const groups: Record<string, string> = {
    code_unusable: 'PAYMENT_AUTH_CODE_INVALID PULL_MOBILE_CASHIER_FAIL',
    customer_cannot_pay: `BUYER_BALANCE_NOT_ENOUGH BUYER_BANKCARD_BALANCE_NOT_ENOUGH ERROR_BALANCE_PAYMENT_DISABLE
      NO_PAYMENT_INSTRUMENTS_AVAILABLE NOT_SUPPORT_PAYMENT_INST MOBILE_PAYMENT_SWITCH_OFF USER_FACE_PAYMENT_SWITCH_OFF
      NOT_CERTIFIED_USER BUYER_NOT_MAINLAND_CERT`,
    refused_by_risk_control: 'PAYMENT_REQUEST_HAS_RISK PAYMENT_FAIL',
    amount_over_limit: 'PRODUCT_AMOUNT_LIMIT_ERROR REQUEST_AMOUNT_EXCEED TOTAL_FEE_EXCEED',
    channel_unavailable: `RESTRICTED_MERCHANT_INDUSTRY MERCHANT_AGREEMENT_NOT_EXIST MERCHANT_AGREEMENT_INVALID
      UN_SUPPORT_TRADE_SCENE CERT_EXPIRED AGREEMENT_NOT_EXIST AGREEMENT_INVALID AUTH_NO_ERROR`,
    wrong_payer: 'BUYER_SELLER_EQUAL',
    currency_not_offered: 'CURRENCY_NOT_SUPPORT',
    // Not of a sale, or not known: no text may speak of refunds, and a query has the last word.
    not_completed: 'SELLER_BALANCE_NOT_ENOUGH TRADE_NOT_EXIST TRADE_CANCEL_TIME_OUT SOMETHING_NEW',
  };
  const rows = Object.entries(groups).flatMap(([reason, codes]) => codes.split(/\s+/).map((code) => [code, reason]));
  test.each(rows)('the code %s refuses a till code as %s', async (code, reason) => {
    // An agreement, or an authorisation, may be the customer's.
    const isMerchants = reason === 'channel_unavailable' && !/^A/.test(String(code));
    const blame = isMerchants && { blames: 'merchant' };
    for (const subCode of [`ACQ.${code}`, `AQC.${code}`, code]) {
      says('payWithTillCode', no(String(subCode)));
      expect(await call('payWithTillCode')).toEqual({
        kind: 'refused',
        refusal: { reason, code: '40004', subCode, ...blame },
      });
    }
  });

  test.each(['20001', '40001', '40002', '40006'])(
    'a signed %s was turned away before it was carried out',
    async (code) => {
      says('payWithTillCode', no('isv.x', code));
      expect(await call('payWithTillCode')).toMatchObject({
        kind: 'refused',
        refusal: { reason: 'channel_unavailable' },
      });
    },
  );
});

describe('cancel', () => {
  test.each([
    [{ ...ok, retry_flag: 'N', action: 'close' }, { kind: 'closed' }],
    [
      { ...ok, retry_flag: 'N', action: 'refund', trade_no: 't1' },
      { kind: 'refunded', tradeNo: 't1' },
    ],
    [{ ...ok, retry_flag: 'N', action: 'refund' }, { kind: 'refunded' }],
    [{ ...ok, retry_flag: 'N' }, { kind: 'absent' }],
    [{ code: '10000', retry_flag: 'N' }, { kind: 'absent' }],
    [
      { ...ok, retry_flag: 'Y' },
      { kind: 'unknown', why: expect.any(String) },
    ],
    [
      { ...ok, retry_flag: 'Y', action: 'close' },
      { kind: 'unknown', why: expect.any(String) },
    ],
    [
      { ...ok, retry_flag: 'N', action: 'something' },
      { kind: 'unknown', why: expect.any(String) },
    ],
    [no('ACQ.TRADE_NOT_EXIST'), { kind: 'absent' }],
    [no('AQC.SYSTEM_ERROR'), { kind: 'unknown', why: expect.any(String) }],
  ])('an answer to cancel of %j means %j', async (response, expected) => {
    says('cancel', response);
    expect(await call('cancel')).toEqual(expected);
  });

  test.each([
    ['SELLER_BALANCE_NOT_ENOUGH', 'no_cover'],
    ['TRADE_CANCEL_TIME_OUT', 'too_late_to_reverse'],
    ['REASON_TRADE_REFUND_FEE_ERR', 'refund_amount'],
    ['REASON_TRADE_BEEN_FREEZEN', 'refund_not_possible'],
    ['TRADE_HAS_FINISHED', 'refund_not_possible'],
    ['CANCEL_NOT_ALLOWED', 'not_completed'],
    ['INVALID_PARAMETER', 'text_refused'],
  ])('the code %s leaves a cancel as it is (%s)', async (code, reason) => {
    says('cancel', no(`ACQ.${code}`));
    expect(await call('cancel')).toMatchObject({ kind: 'refused', refusal: { reason } });
  });
});

/** Alipay's SDK and our channel speak to the same simulator: what the one is told in Alipay's words, the other means. */
describe("beside Alipay's SDK", () => {
  const app = rsaPair();
  const alipay = rsaPair();
  const appId = '2021000000000001';
  const account = { channel: 'alipay', appId, sellerId: '2088000000000001' } as const;
  let simulator: AlipaySimulator;
  let sdk: AlipaySdk;
  let channel: Channel;
  const now = NOW;
  beforeAll(async () => {
    const { sellerId } = account;
    const keyPair = { appPublicKeyPem: app.publicKeyPem, alipayPrivateKeyPem: alipay.privateKeyPem };
    simulator = await startAlipaySimulator({
      port: 0,
      now: () => now,
      apps: [{ appId, sellerId, merchantName: '店', ...keyPair }],
    });
    const url = `${simulator.url}/gateway.do`;
    sdk = new AlipaySdk({
      appId,
      privateKey: bare(app.privateKeyPem),
      keyType: 'PKCS8',
      alipayPublicKey: bare(alipay.publicKeyPem),
      gateway: url,
      camelcase: false,
    });
    const apps = { [appId]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [alipay.publicKeyPem] } };
    const keys = async () => parseAlipaySecret(JSON.stringify({ apps }));
    channel = createAlipayChannel({
      gateway: createAlipayGateway({ url, keys, now: () => now }),
      keys,
      now: () => now,
    });
  });
  afterAll(() => simulator.stop());

  const wallet = async (path: string, body: unknown = {}) =>
    (await fetch(`${simulator.url}/wallet/${path}`, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<
      Record<string, unknown>
    >;
  const newCode = async (more = {}) => String((await wallet('codes', more)).tillCode);
  let number = 0;
  const request = (tillCode: string, value: number): TillCodeRequest => ({
    account,
    attemptNo: `o_${++number}`,
    amount: { currency: 'CNY', value },
    subject: '拿铁 50%+&=',
    storeId: 'main',
    terminalId: 'trm_1',
    expiresAt: now + 90_000,
    notifyUrl: 'http://127.0.0.1:9/nobody',
    tillCode,
  });
  const bySdk = (method: string, bizContent: Record<string, unknown>) =>
    sdk.exec(`alipay.trade.${method}`, {
      timestamp: chinaTime(now),
      bizContent,
      notifyUrl: 'http://127.0.0.1:9/nobody',
    }) as Promise<Record<string, unknown>>;
  const payBySdk = async (tillCode: string, value: number) =>
    bySdk('pay', {
      out_trade_no: `o_${++number}`,
      total_amount: (value / 100).toFixed(2),
      subject: '拿铁 50%+&=',
      product_code: 'FACE_TO_FACE_PAYMENT',
      seller_id: account.sellerId,
      store_id: 'main',
      terminal_id: 'trm_1',
      time_expire: '2026-03-01 12:01:30',
      scene: 'bar_code',
      auth_code: tillCode,
    });

  test.each([
    ['a good code', 1_234, {}, {}, { code: '10000', total_amount: '12.34' }, { kind: 'paid' }],
    ['a large amount', 500_000, {}, {}, { code: '10003' }, { kind: 'waiting' }],
    ['no money', 1_234, { noMoney: true }, {}, { sub_code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' }, { kind: 'refused' }],
    [
      'a disturbed channel',
      1_234,
      {},
      { answer: 'system_error' },
      { sub_code: 'ACQ.SYSTEM_ERROR' },
      { kind: 'unknown' },
    ],
    [
      'a closed contract',
      1_234,
      {},
      { answer: 'refuse:ACQ.ACCESS_FORBIDDEN' },
      { sub_code: 'ACQ.ACCESS_FORBIDDEN' },
      { kind: 'refused' },
    ],
  ] as const)("Alipay's SDK and we are told the same of %s", async (_, value, code, fault, told, meant) => {
    const faulty = async () => {
      if ('answer' in fault) await wallet('faults', { pay: { ...fault, times: 1 } });
    };
    await faulty();
    expect(await payBySdk(await newCode(code), value)).toMatchObject(told);
    await faulty();
    expect(await channel.payWithTillCode(request(await newCode(code), value), 2_000)).toMatchObject(meant);
  });

  test('a code is good once, whoever used it', async () => {
    const [one, two] = [await newCode(), await newCode()];
    await payBySdk(one, 100);
    await channel.payWithTillCode(request(two, 100), 2_000);
    expect(await payBySdk(two, 100)).toMatchObject({ sub_code: 'ACQ.PAYMENT_AUTH_CODE_INVALID' });
    expect(await channel.payWithTillCode(request(one, 100), 2_000)).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'code_unusable' },
    });
  });

  test('what the one has paid the other cancels, and both are told the same', async () => {
    const ours = request(await newCode(), 100);
    await channel.payWithTillCode(ours, 2_000);
    expect(await bySdk('cancel', { out_trade_no: ours.attemptNo })).toMatchObject({
      action: 'refund',
      retry_flag: 'N',
    });
    const theirs = await payBySdk(await newCode(), 100_100);
    const ref = { account, attemptNo: String(theirs.out_trade_no) };
    await wallet('faults', { cancel: { answer: 'retry', times: 1 } });
    expect(await channel.cancel(ref, 2_000)).toMatchObject({ kind: 'unknown' });
    expect(await channel.cancel(ref, 2_000)).toEqual({ kind: 'closed' });
    expect(await bySdk('cancel', { out_trade_no: ref.attemptNo })).toMatchObject({ action: 'close', retry_flag: 'N' });
    expect(await channel.query(ref, 2_000)).toEqual({ kind: 'closed' });
  });
});

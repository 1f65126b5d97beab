/** The merchant's own console in the simulator, where the owner refunds by hand: the official SDK sees what came of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { bare, rsaPair } from '../support/keys.ts';

const app = rsaPair();
const alipay = rsaPair();
const APP_ID = '2021000000000001';
const now = Date.parse('2026-03-01T04:00:00Z');
let simulator: AlipaySimulator;
let sdk: AlipaySdk;
/** The bodies of what the shop was told. */
const received: string[] = [];
const shop = createServer(async (request, response) => {
  received.push(await text(request));
  response.end('success');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const keys = { appPublicKeyPem: app.publicKeyPem, alipayPrivateKeyPem: alipay.privateKeyPem };
  const seller = { appId: APP_ID, sellerId: '2088000000000001', merchantName: '示范商店' };
  simulator = await startAlipaySimulator({ port: 0, now: () => now, apps: [{ ...seller, ...keys }] });
  sdk = new AlipaySdk({
    appId: APP_ID,
    privateKey: bare(app.privateKeyPem),
    keyType: 'PKCS8',
    alipayPublicKey: bare(alipay.publicKeyPem),
    gateway: `${simulator.url}/gateway.do`,
    camelcase: false,
  });
});
afterAll(async () => {
  await simulator.stop();
  shop.close();
});

let number = 0;
const exec = (method: string, bizContent: Record<string, unknown>) => {
  const notifyUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/notify`;
  return sdk.exec(method, { timestamp: chinaTime(now), notifyUrl, bizContent }) as Promise<Record<string, unknown>>;
};
async function wallet(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${simulator.url}/wallet/${path}`, init)).json() as Promise<Record<string, unknown>>;
}
async function paidTrade(): Promise<string> {
  const outTradeNo = `c_${++number}`;
  const asked = { out_trade_no: outTradeNo, total_amount: '12.34', subject: '拿铁' };
  const { qr_code } = await exec('alipay.trade.precreate', asked);
  expect(await wallet('pay', { qrCode: qr_code })).toMatchObject({ result: 'success' });
  return outTradeNo;
}

describe("the merchant's own console", () => {
  test('gives back a part, and the rest, and tells the shop as Alipay does', async () => {
    received.length = 0;
    const outTradeNo = await paidTrade();
    expect(await wallet('refund', { outTradeNo, amount: 234 })).toEqual({
      ...{ outRequestNo: 'console-1', refundedAmount: { currency: 'CNY', value: 234 } },
    });
    const { tradeNo } = ((await wallet('trades')).data as { outTradeNo: string; tradeNo: string }[]).find(
      (it) => it.outTradeNo === outTradeNo,
    ) ?? { tradeNo: '' };
    expect(await wallet('refund', { tradeNo })).toMatchObject({ outRequestNo: 'console-2' });
    expect(await wallet('refund', { outTradeNo, amount: 1 })).toEqual({ error: 'TRADE_HAS_CLOSE' });
    await simulator.deliverDue(now);
    const news = received
      .map((body) => Object.fromEntries(new URLSearchParams(body)))
      .filter((it) => it.out_trade_no === outTradeNo && it.gmt_refund);
    expect(news.map(({ trade_status, out_biz_no, refund_fee }) => [trade_status, out_biz_no, refund_fee])).toEqual([
      ['TRADE_SUCCESS', 'console-1', '2.34'],
      ['TRADE_CLOSED', 'console-2', '12.34'],
    ]);
    const asked = { out_trade_no: outTradeNo, out_request_no: 'console-1' };
    expect(await exec('alipay.trade.fastpay.refund.query', asked)).toMatchObject({ refund_amount: '2.34' });
  });

  test.each([
    [{ outTradeNo: 'nobody' }, /no such trade/],
    [{}, /no such trade/],
    [{ amount: 0 }, /fen/],
    [{ amount: 1.5 }, /fen/],
    [{ amount: 1235 }, /REFUND/],
    [{ reason: 'cold' }, /unknown member/],
  ])('refuses %j', async (body, why) => {
    const outTradeNo = await paidTrade();
    const its = Object.keys(body).some((name) => name === 'amount' || name === 'reason') ? { outTradeNo } : {};
    expect((await wallet('refund', { ...its, ...body })).error).toMatch(why);
  });
});

test('a refund query can go wrong, too', async () => {
  const outTradeNo = await paidTrade();
  await wallet('refund', { outTradeNo, amount: 234 });
  const ask = () =>
    exec('alipay.trade.fastpay.refund.query', { out_trade_no: outTradeNo, out_request_no: 'console-1' });
  await wallet('faults', { refundQuery: { answer: 'system_error', times: 1 } });
  expect(await ask()).toMatchObject({ sub_code: 'ACQ.SYSTEM_ERROR' });
  expect(await ask()).toMatchObject({ refund_status: 'REFUND_SUCCESS' });
});

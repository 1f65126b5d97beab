/** Alipay's side of the wire for tests of the channel: a server that answers whatever a test says, signed or not. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type App, keysOf, type Response, signedAnswer } from '../../bin/local/alipay-simulator/wire.ts';
import { close, listen } from '../../bin/local/aws.ts';
import { createAlipayChannel } from '../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import type { Channel, CodeRequest, RefundRequest } from '../../functions/channel/channel.ts';
import { rsaPair } from './keys.ts';

export const NOW = Date.parse('2026-03-01T04:00:00Z');
export const app = rsaPair();
const alipay = rsaPair();
const other = rsaPair();
export const APP: App = {
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

/** What the next calls are answered with, and what the last one sent. */
export const wire: { answer: RequestListener; query: URLSearchParams; body: URLSearchParams } = {
  answer: (_, out) => out.end(),
  query: new URLSearchParams(),
  body: new URLSearchParams(),
};

export async function openWire(): Promise<void> {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      wire.query = new URL(request.url ?? '', 'http://x').searchParams;
      wire.body = new URLSearchParams(body);
      wire.answer(request, response);
    });
  });
  const url = `${await listen(server)}/gateway.do`;
  const keys = async () => parseAlipaySecret(SECRET);
  const now = () => NOW;
  channel = createAlipayChannel({ gateway: createAlipayGateway({ url, keys, now }), keys, now });
}

export const closeWire = () => close(server);

const account = { channel: 'alipay', appId: APP.appId, sellerId: APP.sellerId } as const;
export const NO = 'ord_abcdefghijklmnopqrstuvwxyz_1';
const ref = { account, attemptNo: NO };
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
export const refund: RefundRequest = {
  ...ref,
  requestNo: 'ord_abcdefghijklmnopqrstuvwxyz_r1',
  amount: { currency: 'CNY', value: 234 },
  reason: '冷',
};
export const TILL_CODE = '281234567890123456';
export const TRADE_NO = '2026030122001452135997453208';
const T = 2_000;

export const METHODS = {
  createQrCode: 'precreate',
  payWithTillCode: 'pay',
  query: 'query',
  findTrade: 'query',
  close: 'close',
  cancel: 'cancel',
  refund: 'refund',
  queryRefund: 'fastpay.refund.query',
} as const;
export type Name = keyof typeof METHODS;
export const call = (name: Name, timeoutMs = T) =>
  ({
    createQrCode: () => channel.createQrCode(code, timeoutMs),
    payWithTillCode: () => channel.payWithTillCode({ ...code, tillCode: TILL_CODE }, timeoutMs),
    query: () => channel.query(ref, timeoutMs),
    findTrade: () => channel.findTrade(account, TRADE_NO, timeoutMs),
    close: () => channel.close(ref, timeoutMs),
    cancel: () => channel.cancel(ref, timeoutMs),
    refund: () => channel.refund(refund, timeoutMs),
    queryRefund: () => channel.queryRefund({ ...ref, requestNo: refund.requestNo }, timeoutMs),
  })[name]();

/** Answers the call as Alipay would, signed. */
export function says(name: Name, response: Record<string, unknown>, keys = keysOf(APP), spoiled = false): void {
  const content = { msg: '', ...response } as Response;
  wire.answer = async (_, out) => out.end(await signedAnswer(`alipay.trade.${METHODS[name]}`, content, keys, spoiled));
}
export const ok = { code: '10000', out_trade_no: NO };
export const no = (sub_code: string, gateway = '40004') => ({ code: gateway, sub_code });

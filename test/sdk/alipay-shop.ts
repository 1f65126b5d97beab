/** What Alipay's SDKs are tried against: the simulator with an app in one of the key modes, and a receiver of its notifications. */
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AlipaySdk } from 'alipay-sdk';
import { startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { certified, rootFile } from '../support/certificates.ts';
import { bare } from '../support/keys.ts';

export const MODES = ['public key', 'certificate'] as const;
export type Mode = (typeof MODES)[number];

const APP = '2021000000000001';
const BILL_TRADE = 'bill_1';
/** By which the app sells for another merchant. */
const TOKEN = '202611BB0000000001';
const DAY = 86_400_000;

export interface AlipayShop {
  /** What a program needs to know of the app, as JSON. */
  readonly configFile: string;
  /** The simulator's trades that the program made, in their order: status and what was refunded, fen. */
  trades(): Promise<string[]>;
  stop(): Promise<void>;
}

/** `folder` is for the certificates and the program's configuration. */
export async function openAlipayShop(mode: Mode, folder: string): Promise<AlipayShop> {
  const app = certified();
  const alipay = certified();
  const other = certified();
  const root = rootFile();
  let ahead = -2 * DAY;
  const now = () => Date.now() + ahead;
  const receiver = createReceiver();
  await receiver.listening;
  const simulator = await startAlipaySimulator({
    port: 0,
    now,
    apps: [
      {
        ...{ appId: APP, sellerId: '2088000000000001', merchantName: '示范商店' },
        authorised: { [TOKEN]: '2088000000000002' },
        ...{ appPublicKeyPem: app.publicKeyPem, alipayPrivateKeyPem: alipay.privateKeyPem },
        ...(mode === 'certificate' && {
          certificates: { appCertPem: app.certPem, alipayCertPem: alipay.certPem, alipayRootCertPem: root },
        }),
      },
    ],
  });
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const certificates = {
    app: file('app.crt', app.certPem),
    alipay: file('alipay.crt', alipay.certPem),
    root: file('root.crt', root),
    otherApp: file('other-app.crt', other.certPem),
    otherRoot: file('other-root.crt', other.certPem),
  };
  const wallet = async (path: string, body?: object) => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    return (await fetch(`${simulator.url}/wallet/${path}`, init)).json() as Promise<{ data: Trade[] }>;
  };

  // The day before yesterday one trade is paid, for the bill of that day; then it is today.
  const billDay = chinaTime(now()).slice(0, 10);
  const sdk = new AlipaySdk({
    ...{ appId: APP, privateKey: bare(app.privateKeyPem), keyType: 'PKCS8', camelcase: false },
    gateway: `${simulator.url}/gateway.do`,
    ...(mode === 'public key'
      ? { alipayPublicKey: bare(alipay.publicKeyPem) }
      : { appCertContent: app.certPem, alipayPublicCertContent: alipay.certPem, alipayRootCertContent: root }),
  });
  const bizContent = { out_trade_no: BILL_TRADE, total_amount: '8.88', subject: 'bill' };
  const { qr_code } = await sdk.exec('alipay.trade.precreate', { timestamp: chinaTime(now()), bizContent });
  await wallet('pay', { qrCode: qr_code });
  ahead = 0;

  return {
    configFile: file(
      'config.json',
      JSON.stringify({
        ...{ gateway: `${simulator.url}/gateway.do`, walletUrl: `${simulator.url}/wallet/` },
        ...{ notifyUrl: `${receiver.url()}/notify`, receivedUrl: `${receiver.url()}/received` },
        ...{
          appId: APP,
          authToken: TOKEN,
          charset: 'utf-8',
          billDay,
          billTrade: BILL_TRADE,
          subject: '拿铁 50%+&="/',
        },
        ...{ appPrivateKey: bare(app.privateKeyPem), appPrivateKeyPkcs1: pkcs1(app.privateKeyPem) },
        ...{ otherPrivateKey: bare(other.privateKeyPem), otherPrivateKeyPkcs1: pkcs1(other.privateKeyPem) },
        alipayPublicKey: bare(alipay.publicKeyPem),
        ...(mode === 'certificate' && { certificates }),
      }),
    ),
    async trades() {
      const { data } = await wallet('trades');
      return data
        .filter(({ outTradeNo }) => outTradeNo !== BILL_TRADE)
        .map(({ status, refundedAmount }) => `${status} ${refundedAmount.value}`);
    },
    async stop() {
      await simulator.stop();
      receiver.close();
    },
  };
}

interface Trade {
  readonly outTradeNo: string;
  readonly status: string;
  readonly refundedAmount: { readonly value: number };
}

/** A key as the Python SDK takes it. The Java SDK takes PKCS#8. */
const pkcs1 = (pem: string) => bare(createPrivateKey(pem).export({ type: 'pkcs1', format: 'pem' }).toString());

/** `POST /notify` keeps a notification; `GET /received?out_trade_no=…` answers the one that fits as it came, once it is there. */
function createReceiver() {
  const forms: string[] = [];
  const waiting: { fits: (form: string) => boolean; response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://receiver');
    if (url.pathname === '/received') {
      const fits = fitting(url.searchParams);
      const form = forms.find(fits);
      if (form !== undefined) response.end(form);
      else waiting.push({ fits, response });
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = Buffer.concat(chunks).toString('utf8');
      forms.push(form);
      response.end('success');
      for (const it of waiting) if (!it.response.writableEnded && it.fits(form)) it.response.end(form);
    });
  });
  return {
    listening: new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Whether a notification is of this trade and status, and has the members that `has` names. */
function fitting(wanted: URLSearchParams): (form: string) => boolean {
  const names = (wanted.get('has') ?? '').split(',').filter(Boolean);
  return (form) => {
    const fields = new URLSearchParams(form);
    const isOf = (name: string) => fields.get(name) === wanted.get(name);
    return isOf('out_trade_no') && isOf('trade_status') && names.every((name) => fields.has(name));
  };
}

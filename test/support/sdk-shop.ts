/** A shop that speaks to the simulator by Alipay's official SDK, and hears its notifications. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, expect } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import { rsaPair } from './keys.ts';

/** The key pairs of the shop's app and of the simulator. */
export const app = rsaPair();
export const alipay = rsaPair();

/** Started before the tests of a file and stopped after them. `now` is the simulator's clock. */
export class SdkShop {
  now = Date.parse('2026-03-01T04:00:00Z');
  simulator!: AlipaySimulator;
  sdk!: AlipaySdk;
  readonly received: { at: number; body: string }[] = [];
  notificationAnswer = 'success';
  private notifyUrl = '';
  private number = 0;
  private readonly server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      this.received.push({ at: this.now, body });
      response.end(this.notificationAnswer);
    });
  });

  constructor() {
    beforeAll(() => this.start());
    afterAll(async () => {
      await this.simulator.stop();
      this.server.close();
    });
  }

  private async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.notifyUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/notify`;
    this.simulator = await startAlipaySimulator({
      port: 0,
      now: () => this.now,
      apps: [
        {
          appId: '2021000000000001',
          sellerId: '2088000000000001',
          merchantName: '示范商店',
          appPublicKeyPem: app.publicKeyPem,
          alipayPrivateKeyPem: alipay.privateKeyPem,
        },
      ],
    });
    const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
    this.sdk = new AlipaySdk({
      appId: '2021000000000001',
      privateKey: bare(app.privateKeyPem),
      keyType: 'PKCS8',
      alipayPublicKey: bare(alipay.publicKeyPem),
      gateway: `${this.simulator.url}/gateway.do`,
      camelcase: false,
    });
  }

  newNumber = (): string => {
    this.number += 1;
    return `t_${this.number}`;
  };

  exec = (method: string, content: Record<string, unknown>): Promise<Record<string, unknown>> =>
    this.sdk.exec(method, {
      timestamp: chinaTime(this.now),
      notifyUrl: this.notifyUrl,
      bizContent: content,
    }) as Promise<Record<string, unknown>>;

  precreate = (outTradeNo: string, more: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
    const content = { out_trade_no: outTradeNo, total_amount: '12.34', subject: '拿铁 50%+&=', ...more };
    return this.exec('alipay.trade.precreate', content);
  };

  wallet = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${this.simulator.url}/wallet/${path}`, init);
    return response.json() as Promise<Record<string, unknown>>;
  };

  paidTrade = async (): Promise<string> => {
    const outTradeNo = this.newNumber();
    const { qr_code } = await this.precreate(outTradeNo);
    expect(await this.wallet('pay', { qrCode: qr_code })).toMatchObject({ result: 'success' });
    return outTradeNo;
  };
}

/** The channel suite: Alipay over HTTP at its simulator, and the made-up channel by its own books. */
import { afterAll, beforeAll } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { connectAlipay } from '../../functions/channel/alipay/connect.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import { CHANNELS } from '../../functions/channel/registry.ts';
import { rsaPair } from '../support/keys.ts';
import { NOON } from '../support/orders.ts';
import { YEN, YenChannel, yenAccount } from '../support/second-channel.ts';
import { channelSuite } from './suite.ts';

const account = { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' } as const;
const [app, alipays] = [rsaPair(), rsaPair()];
const now = () => NOON;
let simulator: AlipaySimulator;
let alipay: Channel;

beforeAll(async () => {
  const { appId, sellerId } = account;
  const keys = { appPublicKeyPem: app.publicKeyPem, alipayPrivateKeyPem: alipays.privateKeyPem };
  simulator = await startAlipaySimulator({ port: 0, now, apps: [{ appId, sellerId, merchantName: '店', ...keys }] });
  const apps = { [appId]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [alipays.publicKeyPem] } };
  alipay = connectAlipay({
    url: `${simulator.url}/gateway.do`,
    readSecret: async () => JSON.stringify({ apps }),
    onCertificateEnding: () => {},
    now,
  }).channel;
});
afterAll(() => simulator.stop());

channelSuite('Alipay', () => ({
  ...{ channel: alipay, account, traits: CHANNELS.alipay.traits, now },
  async pay(_, qrCode) {
    await fetch(`${simulator.url}/wallet/pay`, { method: 'POST', body: JSON.stringify({ qrCode }) });
  },
}));

const yen = new YenChannel(now);
channelSuite('Yen Pay', () => ({
  ...{ channel: yen, account: yenAccount(), traits: YEN.traits, now },
  pay: async (attemptNo) => void yen.pay(attemptNo),
}));

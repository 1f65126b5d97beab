/** The channel suite: Alipay and Antom over HTTP at their simulators, and the made-up channel by its own books. */
import { afterAll, beforeAll } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { type AntomSimulator, startAntomSimulator } from '../../bin/local/antom-simulator/simulator.ts';
import { connectAlipay } from '../../functions/channel/alipay/connect.ts';
import { connectAntom } from '../../functions/channel/antom/connect.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import { type AntomAccount, CHANNELS } from '../../functions/channel/registry.ts';
import { rsaPair } from '../support/keys.ts';
import { NOON } from '../support/orders.ts';
import { YEN, YenChannel, yenAccount } from '../support/second-channel.ts';
import { channelSuite, type Operation, type Played, type Way, worldSuite } from './suite.ts';

const alipayAccount = { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' } as const;
const antomAccount: AntomAccount = {
  ...{ channel: 'antom', clientId: 'SANDBOX_5Y0000000000001', referenceMerchantId: 'kissa' },
  ...{ merchantName: 'Kissa', merchantMCC: '5814', currencies: { JPY: 'USD' } },
};
const [app, alipays, client, antoms] = [rsaPair(), rsaPair(), rsaPair(), rsaPair()];
const now = () => NOON;
const wired = { onCertificateEnding: () => {}, now };
let alipaySimulator: AlipaySimulator;
let antomSimulator: AntomSimulator;
let alipay: Channel;
let antom: Channel;

beforeAll(async () => {
  const { appId, sellerId } = alipayAccount;
  const keys = { appPublicKeyPem: app.publicKeyPem, alipayPrivateKeyPem: alipays.privateKeyPem };
  const apps = { [appId]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [alipays.publicKeyPem] } };
  alipaySimulator = await startAlipaySimulator({
    port: 0,
    now,
    apps: [{ appId, sellerId, merchantName: '店', ...keys }],
  });
  const url = `${alipaySimulator.url}/gateway.do`;
  alipay = connectAlipay({ url, readSecret: async () => JSON.stringify({ apps }), ...wired }).channel;

  const { clientId } = antomAccount;
  const theirs = { clientPublicKeyPem: client.publicKeyPem, antomPrivateKeyPem: antoms.privateKeyPem };
  const clients = { [clientId]: { privateKeyPem: client.privateKeyPem, antomPublicKeyPems: [antoms.publicKeyPem] } };
  antomSimulator = await startAntomSimulator({
    ...{ port: 0, now, clients: [{ clientId, settlements: { JPY: ['USD'] }, ...theirs }] },
  });
  const readSecret = async () => JSON.stringify({ clients });
  antom = connectAntom({ url: antomSimulator.url, readSecret, ...wired }).channel;
});
afterAll(async () => {
  await Promise.all([alipaySimulator.stop(), antomSimulator.stop()]);
});

/** As both simulators name them. */
const FAULTS: Readonly<Record<Operation, string>> = {
  createQrCode: 'precreate',
  payWithTillCode: 'pay',
  query: 'query',
  cancel: 'cancel',
  refund: 'refund',
  queryRefund: 'refundQuery',
};

/** The wallet face of a simulator, which is the same of both. */
function worldOf(simulator: { readonly url: string }): Required<Pick<Played, 'world' | 'pay'>> {
  const wallet = async (path: string, body: object) => {
    const response = await fetch(`${simulator.url}/wallet/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  return {
    pay: async (_, qrCode) => void (await wallet('pay', { qrCode })),
    world: {
      newTillCode: async (noMoney = false) => String((await wallet('codes', { noMoney })).tillCode),
      goesWrong: async (operation: Operation, answer: Way) =>
        void (await wallet('faults', { [FAULTS[operation]]: { answer, times: 1 } })),
    },
  };
}

const atAlipay = () => ({
  ...{ channel: alipay, account: alipayAccount, traits: CHANNELS.alipay.traits, currency: 'CNY', now },
  ...worldOf(alipaySimulator),
});
const atAntom = () => ({
  ...{ channel: antom, account: antomAccount, traits: CHANNELS.antom.traits, currency: 'JPY', now },
  ...worldOf(antomSimulator),
});
channelSuite('Alipay', atAlipay);
worldSuite('Alipay', atAlipay);
channelSuite('Alipay+', atAntom);
worldSuite('Alipay+', atAntom);

const yen = new YenChannel(now);
channelSuite('Yen Pay', () => ({
  ...{ channel: yen, account: yenAccount(), traits: YEN.traits, currency: 'JPY', now },
  pay: async (attemptNo) => void yen.pay(attemptNo),
}));

/** Keys change on either side while tills go on selling: no call fails, and no order notices. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { createAlipayChannel } from '../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import { rsaPair } from '../support/keys.ts';
import { NOON } from '../support/orders.ts';

const [ours, oursNext, alipays, alipaysNext] = [rsaPair(), rsaPair(), rsaPair(), rsaPair()];
const APP = { appId: '2021000000000001', sellerId: '2088000000000001', merchantName: '示范商店' };
const account = { channel: 'alipay', appId: APP.appId, sellerId: APP.sellerId } as const;

let simulator: AlipaySimulator;
let channel: Channel;
let secret: { privateKeyPem: string; nextPrivateKeyPem?: string; alipayPublicKeyPems: string[] };
const appOf = (app: { publicKeyPem: string }, alipay: { privateKeyPem: string }) => ({
  ...APP,
  appPublicKeyPem: app.publicKeyPem,
  alipayPrivateKeyPem: alipay.privateKeyPem,
});

beforeEach(async () => {
  simulator = await startAlipaySimulator({ port: 0, now: () => NOON, apps: [appOf(ours, alipays)] });
  secret = { privateKeyPem: ours.privateKeyPem, alipayPublicKeyPems: [alipays.publicKeyPem] };
  const keys = async () => parseAlipaySecret(JSON.stringify({ apps: { [APP.appId]: secret } }));
  const gateway = createAlipayGateway({ url: `${simulator.url}/gateway.do`, keys, now: () => NOON });
  channel = createAlipayChannel({ gateway, keys, now: () => NOON });
});
afterEach(() => simulator.stop());

let number = 0;
/** A code for a new order, and a look at it: what a till does all day. */
async function sell(): Promise<string[]> {
  const ref = { account, attemptNo: `ord_rotation_${++number}` };
  const code = await channel.createQrCode(
    {
      ...ref,
      amount: { currency: 'CNY', value: 100 },
      subject: 'tea',
      storeId: 'main',
      terminalId: 'trm_1',
      expiresAt: NOON + 180_000,
      notifyUrl: 'http://127.0.0.1:9/nobody-listens',
    },
    5_000,
  );
  return [code.kind, (await channel.query(ref, 5_000)).kind];
}
const sells = async (times: number) => {
  const seen = await Promise.all(Array.from({ length: times }, sell));
  return [...new Set(seen.flat())].sort();
};
const SOLD = ['absent', 'accepted'];

describe('F57 S15 our key', () => {
  test('the next one stands beside it: whichever Alipay knows is used, at the change and after it', async () => {
    expect(await sells(10)).toEqual(SOLD);
    secret = { ...secret, nextPrivateKeyPem: oursNext.privateKeyPem };
    expect(await sells(10)).toEqual(SOLD);
    const during = sells(30);
    simulator.changeKeys(appOf(oursNext, alipays));
    expect(await during).toEqual(SOLD);
    expect(await sells(10)).toEqual(SOLD);
    // The new key takes the old one's place, and nothing is left of the old one.
    secret = { privateKeyPem: oursNext.privateKeyPem, alipayPublicKeyPems: secret.alipayPublicKeyPems };
    expect(await sells(10)).toEqual(SOLD);
  });

  test('changed before the next one was told: no code, and a refused signature is never taken for a word on the trade', async () => {
    simulator.changeKeys(appOf(oursNext, alipays));
    expect(await sells(3)).toEqual(['refused', 'unknown']);
    secret = { ...secret, nextPrivateKeyPem: rsaPair().privateKeyPem };
    expect(await sells(3)).toEqual(['refused', 'unknown']);
  });
});

describe("F57 S15 Alipay's key", () => {
  test('two are believed at a time: no answer is lost at the change, and the old one is no good once it is taken out', async () => {
    secret = { ...secret, alipayPublicKeyPems: [alipays.publicKeyPem, alipaysNext.publicKeyPem] };
    const during = sells(30);
    simulator.changeKeys(appOf(ours, alipaysNext));
    expect(await during).toEqual(SOLD);
    secret = { ...secret, alipayPublicKeyPems: [alipaysNext.publicKeyPem] };
    expect(await sells(10)).toEqual(SOLD);
    simulator.changeKeys(appOf(ours, alipays));
    expect(await sells(3)).toEqual(['unknown']);
  });
});

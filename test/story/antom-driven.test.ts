/**
 * The driver at Antom, over HTTP at its simulator: a code that is closed within one call, money that comes while it is cancelled, refunds
 * under one number and the next. What Yen Pay plays in test/story/reversing-close.test.ts and refund-numbers.test.ts, in real bytes.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect as connectAntom } from '../../functions/channel/antom/connect.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import type { AntomAccount } from '../../functions/channel/registry.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { antoms, CLIENT, type Merchant, openMerchant, ours } from '../support/antom-merchant.ts';
import { YenShop } from '../support/yen-shop.ts';

const account: AntomAccount = {
  ...{ channel: 'antom', clientId: CLIENT, referenceMerchantId: 'kissa', merchantName: 'Kissa', merchantMCC: '5814' },
  currencies: { JPY: 'USD' },
};

let antom: Merchant;
let shop: YenShop;
let id: string;
let calls: string[];

/** Tells each call, and gives the simulator the shop's time. */
function told(channel: Channel): Channel {
  return new Proxy(channel, {
    get: (_, operation: 'query') => {
      if ((operation as string) === 'readNotification') return channel.readNotification;
      return async (request: { attemptNo: string; requestNo?: string }, timeoutMs: number) => {
        antom.now = shop.now;
        const answer = await channel[operation](request as never, timeoutMs);
        calls.push(`${operation} ${(request.requestNo ?? request.attemptNo).slice(30)} ${answer.kind}`);
        return answer;
      };
    },
  });
}

beforeEach(async () => {
  calls = [];
  antom = await openMerchant();
  const clients = { [CLIENT]: { privateKeyPem: ours.privateKeyPem, antomPublicKeyPems: [antoms.publicKeyPem] } };
  const { channel } = connectAntom({
    ...{ url: antom.simulator.url, readSecret: async () => JSON.stringify({ clients }) },
    ...{ onCertificateEnding: () => {}, now: () => shop.now },
  });
  const { notifyUrl } = antom;
  shop = new YenShop('refund', undefined, { id: 'antom', account, notifyUrl, channel: told(channel) });
  ({ orderId: id } = await shop.open());
  shop.now += 9 * SECOND;
});
afterEach(() => antom.stop());

const asked = () => calls.splice(0).filter((call) => !call.startsWith('createQrCode'));
const faults = (members: object) => antom.wallet('faults', members);
const pays = async () => {
  const payload = (await shop.order(id)).attempts[0]?.payload;
  antom.now = shop.now;
  expect((await antom.wallet('pay', { qrCode: payload, wallet: 'GCash' })).status).toBe(200);
};
const later = async (ms: number) => {
  shop.now += ms;
  await shop.poll(id);
  return asked();
};
/** Minor units that the merchant has of the order, by the simulator's books. */
const kept = async () => {
  const { body } = await antom.call('inquiryPayment', { paymentRequestId: `${id}_1` });
  if (body.paymentStatus !== 'SUCCESS') return 0;
  const back = (body.transactions ?? []).filter(
    ({ transactionType, transactionStatus }) => transactionType !== 'PAYMENT' && transactionStatus === 'SUCCESS',
  );
  return back.reduce((sum, it) => sum - Number((it.transactionAmount as { value: string }).value), 450);
};

describe('a code at Antom', () => {
  test('that is not paid is closed within one call', async () => {
    expect(await shop.close(id)).toEqual({ status: 'closed', nextAction: 'start_new_order' });
    expect(asked()).toEqual(['query _1 waiting', 'cancel _1 ended', 'query _1 closed']);
  });

  test('that is paid between the query and the cancel goes back, and both facts are on the order', async () => {
    shop.hooks.push({ operation: 'cancel', when: 'before', run: pays });
    expect(await shop.close(id)).toEqual({ code: 'order_paid', status: 'paid', nextAction: 'none' });
    expect(asked()).toEqual(['query _1 waiting', 'cancel _1 ended', 'query _1 paid']);
    expect([(await shop.view(id)).refunded.value, await kept()]).toEqual([450, 0]);
  });

  test.each(['system_error', 'system_error_with_effect', 'no_signature'])(
    'that is paid while its cancel is answered by %s keeps no money in the end',
    async (answer) => {
      await faults({ cancel: { answer, times: 1 } });
      shop.hooks.push({ operation: 'cancel', when: 'before', run: pays });
      await shop.close(id);
      await later(3 * SECOND);
      expect([(await shop.view(id)).refunded.value, await kept(), shop.anomalies]).toEqual([450, 0, 0]);
    },
  );

  test('that is paid in time is kept, with wallet, customer’s money and settlement', async () => {
    await pays();
    await later(3 * SECOND);
    const [payment] = (await shop.order(id)).payments;
    expect(payment).toMatchObject({ wallet: 'GCash', customerPaid: { currency: 'PHP' }, settlement: { gross: {} } });
    expect((await shop.view(id)).payment).toMatchObject({ wallet: 'GCash', customerPaid: { currency: 'PHP' } });
  });

  test('whose time is over is closed by Antom’s word', async () => {
    shop.now += 230 * SECOND;
    await shop.sweep();
    expect([asked(), (await shop.order(id)).closed?.reason]).toEqual([['query _1 closed'], 'expiry']);
  });

  test('that Antom cancels no more is taken, and refunded', async () => {
    shop.fates.push(['cancel', 'lost before']);
    await shop.close(id);
    await pays();
    shop.now += DAY;
    await shop.sweep();
    expect(asked().slice(-2)).toEqual(['query _1 paid', 'refund _r1 succeeded']);
    expect(await kept()).toBe(0);
  });
});

describe('a refund at Antom', () => {
  beforeEach(async () => {
    await pays();
    await later(MINUTE);
  });

  test('without cover goes on under the next number, once Antom calls the first one failed', async () => {
    await faults({ refund: { answer: 'refuse:MERCHANT_BALANCE_NOT_ENOUGH', times: 1 } });
    await shop.refund(id, 'a', 100);
    expect(asked()).toEqual(['refund _r1 refused', 'queryRefund _r1 failed']);
    expect(await later(MINUTE)).toEqual(['refund _r2 succeeded']);
    expect([await kept(), (await shop.view(id)).refunded.value]).toEqual([350, 100]);
  });

  test('that is refused for good fails, and gives its amount free', async () => {
    await faults({ refund: { answer: 'refuse:REFUND_WINDOW_EXCEED', times: 1 } });
    await shop.refund(id, 'a', 100);
    const { refundable, refunds } = await shop.view(id);
    expect([refundable.value, refunds.map(({ status }) => status)]).toEqual([450, ['failed']]);
  });

  test.each([
    ['u_then_success', 'succeeded', 350],
    ['u_then_fail', 'failed', 450],
  ])('whose result comes later is asked about until it is there: %s', async (answer, status, left) => {
    await faults({ refund: { answer, times: 1, afterMs: 90_000 } });
    await shop.refund(id, 'a', 100);
    expect(asked()).toEqual(['refund _r1 pending', 'queryRefund _r1 pending']);
    expect(await later(30 * SECOND)).toEqual(['queryRefund _r1 pending']);
    await later(2 * MINUTE);
    expect([(await shop.view(id)).refunds[0]?.status, await kept()]).toEqual([status, left]);
  });

  test('whose answer is lost is sent again under its number, and moves the money once', async () => {
    shop.fates.push(['refund', 'lost after']);
    await shop.refund(id, 'a', 100);
    await later(HOUR);
    expect([(await shop.view(id)).refunds[0]?.status, await kept()]).toEqual(['succeeded', 350]);
  });
});

/** What a channel in several currencies tells beside a payment: it is kept as it was told, and shown where a person needs it. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { SECOND } from '../../functions/time.ts';
import { YenShop } from '../support/yen-shop.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { REVERSING_YEN } = await import('../support/reversing-yen.ts');
  return { CHANNELS: { ...CHANNELS, yen: REVERSING_YEN } };
});

let shop: YenShop;
let id: string;
const order = () => shop.order(id);
const pays = async () => {
  const message = shop.channel.pay(`${id}_1`);
  if (message) await shop.hears(message);
};

beforeEach(async () => {
  shop = new YenShop();
  ({ orderId: id } = await shop.open());
  shop.now += 9 * SECOND;
});

describe('what the channel tells beside the payment', () => {
  test('is kept and shown: the wallet, and what the customer paid', async () => {
    const settlement = { gross: { currency: 'USD', value: 302 }, pair: 'JPY/USD', price: '0.00671', quoteId: 'q1' };
    const customerPaid = { currency: 'PHP', value: 17_120 };
    shop.channel.more = { wallet: 'GCash', customerPaid, settlement };
    await pays();
    expect((await order()).payments[0]).toMatchObject({ wallet: 'GCash', customerPaid, settlement });
    const { payment } = await shop.view(id);
    expect(payment).toEqual({
      ...{ tradeNo: 'Y1', paidAt: '2026-03-01T04:00:09.000Z', late: false, wallet: 'GCash', customerPaid },
    });
  });

  test('is the settlement of a refund, too, and frozen with it', async () => {
    await pays();
    const settlement = { gross: { currency: 'USD', value: -67 }, pair: 'JPY/USD', price: '0.00670' };
    shop.channel.refundSettlement = settlement;
    await shop.refund(id, 'a', 100);
    expect((await order()).refunds[0]?.result).toEqual({
      ...{ status: 'succeeded', at: shop.now, learnedAt: shop.now, settlement },
    });
  });

  test('is the code’s own end: the till counts down to it, and the attempt ends as was sent', async () => {
    shop = new YenShop();
    shop.channel.codesEndSooner = 60 * SECOND;
    const { qrCode, orderId } = await shop.open();
    expect(qrCode?.expiresAt).toBe('2026-03-01T04:02:00.000Z');
    shop.now += 121 * SECOND;
    expect(await shop.poll(orderId)).toEqual({ status: 'awaiting_payment', nextAction: 'wait' });
    const [attempt] = (await shop.order(orderId)).attempts;
    expect(attempt?.expiresAt).toBe(shop.now + 59 * SECOND);
  });
});

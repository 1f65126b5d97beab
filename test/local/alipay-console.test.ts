/** The merchant's own console at the simulator: what an owner gives back there. */
import { describe, expect, test } from 'vitest';
import { SdkShop } from '../support/sdk-shop.ts';

const shop = new SdkShop();
const { exec, paidTrade, wallet } = shop;

describe("the merchant's own console", () => {
  test('gives back a part, and the rest, and tells the shop as Alipay does', async () => {
    shop.received.length = 0;
    const outTradeNo = await paidTrade();
    expect(await wallet('refund', { outTradeNo, amount: 234 })).toEqual({
      ...{ outRequestNo: 'console-1', refundedAmount: { currency: 'CNY', value: 234 } },
    });
    const { tradeNo } = ((await wallet('trades')).data as { outTradeNo: string; tradeNo: string }[]).find(
      (it) => it.outTradeNo === outTradeNo,
    ) ?? { tradeNo: '' };
    expect(await wallet('refund', { tradeNo })).toMatchObject({ outRequestNo: 'console-2' });
    expect(await wallet('refund', { outTradeNo, amount: 1 })).toEqual({ error: 'TRADE_HAS_CLOSE' });
    await shop.simulator.deliverDue(shop.now);
    const news = shop.received
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
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

/** What a merchant is told about its own terms. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newMerchant } from '../../bin/directory/new-items.ts';
import { getMerchant } from '../../functions/api/get-merchant.ts';
import type { contract } from '../../functions/contract/contract.ts';
import type { MerchantView } from '../../functions/contract/merchant.ts';
import type { Caller } from '../../functions/http/caller.ts';
import type { Request } from '../../functions/http/endpoint.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import type { Services } from '../../functions/services.ts';
import { NOON } from '../support/orders.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

test('the demo merchant reads its terms, and nothing that is inside', async () => {
  const { status, body } = await shop.till.call('getMerchant', {});
  const [merchant] = shop.stack.identity.merchants;
  expect([status, body]).toEqual([
    200,
    {
      name: '示范商店',
      zone: 'Asia/Shanghai',
      acquirer: '支付宝（中国）网络技术有限公司',
      currencies: ['CNY'],
      agreements: [
        {
          agreementId: merchant?.agreements[0]?.agreementId,
          currency: 'CNY',
          validFrom: '2020-01-01',
          ratePpm: 6_000,
          feeMinimum: null,
          feeCap: null,
          feeOnRefund: 'returned',
          channel: 'alipay',
          settlementCurrency: 'CNY',
        },
      ],
      refundWindowDays: 90,
      latePayment: 'refund',
      supportPhone: '+86 21 0000 0000',
      limits: {
        largestOrder: null,
        ordersPerSecond: null,
        ordersPerSecondPerTerminal: null,
        openOrders: null,
        refundsPerDay: null,
        refundedPerDay: null,
        largestTerminalRefund: null,
        longestExpirySeconds: null,
        oneOpenOrderPerTerminal: false,
        money: { CNY: { largestOrder: null, refundedPerDay: null, largestTerminalRefund: null } },
      },
    },
  ]);
  const told = JSON.stringify(body);
  const { appId, sellerId } = shop.stack.identity.alipay;
  for (const secret of [appId, sellerId, merchant?.merchantId]) expect(told).not.toContain(secret);
});

test('everybody reads their own', async () => {
  expect((await shop.stranger.call('getMerchant', {})).body.name).toBe('另一家商店');
  expect((await shop.backOffice.call('getMerchant', {})).body.name).toBe('示范商店');
});

describe('terms over time', () => {
  const dated = (validFrom: string, ratePpm: number, more = {}) => ({
    agreementId: `agr_${ratePpm}`,
    currency: 'CNY',
    validFrom,
    ratePpm,
    feeOnRefund: 'kept' as const,
    ...more,
  });
  const ask = async (merchant: Merchant | undefined, now = NOON) => {
    const services = { now: () => now, directory: { merchant: async () => merchant } } as unknown as Services;
    const caller = { merchantId: 'mer_a' } as Caller;
    const { body } = await getMerchant(services, { caller } as Request<typeof contract.getMerchant>);
    return body as MerchantView;
  };

  test('the latest that has begun counts, with its minimum and cap; a currency without one is not sold in', async () => {
    const merchant = {
      ...newMerchant('Harbour Tea'),
      limits: { largestOrder: 50_000, refundsPerDay: 3, money: { HKD: { refundedPerDay: 7 } } },
      agreements: [
        dated('2026-01-01', 5_000, { feeMinimum: 1, feeCap: 2_000 }),
        dated('2020-01-01', 6_000),
        dated('2026-03-02', 4_000),
        dated('2026-03-02', 9_000, { currency: 'HKD' }),
        dated('2026-03-02', 8_000, { currency: 'JPY', channel: 'antom', settlementCurrency: 'USD' }),
      ],
    };
    const today = await ask(merchant);
    const own = { channel: 'alipay', settlementCurrency: 'CNY' };
    expect(today.agreements).toEqual([dated('2026-01-01', 5_000, { feeMinimum: 1, feeCap: 2_000, ...own })]);
    expect([today.currencies, today.acquirer]).toEqual([['CNY'], null]);
    expect(today.limits).toMatchObject({ largestOrder: 50_000, refundsPerDay: 3, refundedPerDay: null });
    expect(today.limits.money).toEqual({
      CNY: { largestOrder: 50_000, refundedPerDay: null, largestTerminalRefund: null },
      HKD: { largestOrder: null, refundedPerDay: 7, largestTerminalRefund: null },
    });
    const tomorrow = await ask(merchant, NOON + 86_400_000);
    expect(tomorrow.agreements.map(({ ratePpm }) => ratePpm)).toEqual([4_000, 9_000, 8_000]);
    expect(tomorrow.agreements.at(-1)).toMatchObject({ currency: 'JPY', channel: 'antom', settlementCurrency: 'USD' });
  });

  test('a merchant that is gone is a 404', async () => {
    await expect(ask(undefined)).rejects.toMatchObject({ code: 'not_found' });
  });
});

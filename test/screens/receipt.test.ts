/** Receipts, and what the till says of an order that is looked up, as whole values. */
import { describe, expect, test } from 'vitest';
import { factsOf, listed, outcomeOf, RESULT_SOUNDS, refundText } from '../../web/till/order-text.ts';
import { type Printing, receiptOf } from '../../web/till/receipt-text.ts';
import { at, cny, type LifeName, refunds, sold, viewAfter, viewOf } from './lives.ts';

const ZONE = 'Asia/Shanghai';
const printing: Printing = {
  lang: 'en',
  shop: { name: '示范商店', zone: ZONE },
  terminalId: 'trm_ofthispage00',
  now: at(300),
  isReprint: false,
};
const reader = { lang: 'en', zone: ZONE } as const;
const chinese = { lang: 'zh-CN', zone: ZONE } as const;
const plain = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(/\u00a0/g, ' '));
const receipt = (life: LifeName, more: Partial<Printing> = {}) =>
  plain(receiptOf(viewOf(life).order, { ...printing, ...more }) ?? null);

const WHOLE = {
  shop: '示范商店',
  store: 'Store main',
  title: 'Receipt',
  sale: ['拿铁咖啡', '¥12.34'],
  total: '¥12.34',
  received: [],
  facts: [
    ['Number', '20260301-1-1'],
    ['Alipay trade no.', '2026030122001'],
    ['Paid at', '2026-03-01 12:01:00 Asia/Shanghai'],
    ['Paid by', 'Alipay'],
    ['Terminal', 'trm_aaaabbbbcccc'],
  ],
  refunds: [],
  number: '20260301-1-1',
};
const discounted = [
  [...sold].map((it, i) =>
    i === 0
      ? {
          ...(it as object),
          news: { tradeNo: '2026030122001', paidAt: at(60), amount: cny(1_234), received: cny(1_000) },
        }
      : it,
  ),
] as unknown as (typeof sold)[];

describe('a receipt', () => {
  test('of a sale', () => {
    expect(receipt('paid')).toEqual(WHOLE);
  });

  test('in Chinese, once more, with the cashier, by a back office', () => {
    const order = viewAfter(62, { request: { ...viewAsk(), operatorId: 'anna' } }, sold);
    expect(receiptOf({ ...order, terminalId: null }, { ...printing, lang: 'zh-CN', isReprint: true })).toEqual({
      ...WHOLE,
      store: '门店 main',
      title: '补打 2026-03-01 12:05:00',
      facts: [
        ['单号', '20260301-1-1'],
        ['支付宝交易号', '2026030122001'],
        ['付款时间', '2026-03-01 12:01:00 Asia/Shanghai'],
        ['支付方式', '支付宝'],
        ['终端', 'trm_ofthispage00'],
        ['收银员', 'anna'],
      ],
    });
  });

  test('with a refund that was made, and what remains', () => {
    expect(receipt('part refunded')).toEqual({
      ...WHOLE,
      refunds: [
        ['Refunded 2026-03-01 12:02:00', '-¥2.34'],
        ['Remaining', '¥10.00'],
      ],
    });
  });

  test('screens R1 with one that is on its way: the remaining sum is what the lines above leave', () => {
    expect(receipt('refund asked')).toEqual({
      ...WHOLE,
      refunds: [
        ['On its way 2026-03-01 12:02:00', '-¥2.34'],
        ['Remaining', '¥10.00'],
      ],
    });
  });

  test('with three refunds: one made, one on its way, one refused', () => {
    const order = viewAfter(
      400,
      {},
      sold,
      [refunds.asked('r1', 234), at(120)],
      [refunds.done('r1'), at(131)],
      [refunds.asked('r2', 1), at(180)],
      [refunds.asked('r3', 500), at(240)],
      [refunds.done('r3'), at(241)],
    );
    expect(plain(receiptOf(order, printing)?.refunds)).toEqual([
      ['Refunded 2026-03-01 12:02:00', '-¥2.34'],
      ['On its way 2026-03-01 12:03:00', '-¥0.01'],
      ['Refunded 2026-03-01 12:04:00', '-¥5.00'],
      ['Remaining', '¥4.99'],
    ]);
  });

  test('with a refund that was refused: nothing is said of it', () => {
    expect(receipt('refund refused')).toEqual(WHOLE);
  });

  test('of which the shop pays a part: the discount and what is received', () => {
    const order = viewAfter(62, {}, ...discounted);
    expect(plain(receiptOf(order, printing))).toEqual({
      ...WHOLE,
      received: [
        ['Discount paid by the shop', '-¥2.34'],
        ['Received', '¥10.00'],
      ],
    });
  });

  test('of money that came late: kept it is a receipt, gone back it says so', () => {
    const facts = WHOLE.facts.map(([name, text]) => [
      name,
      name === 'Paid at' ? '2026-03-01 12:00:32 Asia/Shanghai' : text,
    ]);
    expect(receipt('late and kept')).toEqual({ ...WHOLE, facts });
    expect(receipt('late, gone back')).toEqual({
      ...WHOLE,
      facts,
      refunds: [
        ['Refunded 2026-03-01 12:00:40', '-¥12.34'],
        ['Remaining', '¥0.00'],
      ],
    });
    expect(receipt('late, going back').refunds).toEqual([
      ['On its way 2026-03-01 12:00:40', '-¥12.34'],
      ['Remaining', '¥0.00'],
    ]);
  });

  test('is there for what was paid only', () => {
    for (const life of ['code', 'cancelled', 'expired', 'scan under way'] as const) expect(receipt(life)).toBeNull();
  });
});

function viewAsk() {
  const { merchantOrderNo, amount, subject, storeId } = viewOf('paid').order;
  return { merchantOrderNo, amount, subject, storeId, expiresInSeconds: 180, terminalId: 'trm_aaaabbbbcccc' };
}

describe('an order that is looked up', () => {
  const outcome = (life: LifeName, isLive = false) => {
    const { order } = viewOf(life);
    return [outcomeOf(order, isLive, reader), outcomeOf(order, isLive, chinese)];
  };

  test('says when it was paid, and to hand over only to the till whose word its goods wait for', () => {
    expect(outcome('paid')).toEqual(['Paid 2026-03-01 12:01:00', '已收款 2026-03-01 12:01:00']);
    expect(outcome('paid', true)).toEqual(['Paid. Hand over the goods.', '收款成功，可以交付商品。']);
    expect(outcome('late and kept')[0]).toBe('Paid after the close and kept, as the merchant has chosen.');
    expect(outcome('part refunded')[0]).toBe('Paid, and refunded as listed.');
    expect(outcome('code')[0]).toBe('Ask the customer to scan the code with Alipay.');
  });

  test('has these facts', () => {
    const { order } = viewOf('part refunded', { request: { ...viewAsk(), operatorId: 'anna' } });
    expect(plain(factsOf(order, reader))).toEqual([
      ['Number', '20260301-1-1'],
      ['Time', '2026-03-01 12:00:00'],
      ['Paid at', '2026-03-01 12:01:00'],
      ['Alipay trade no.', '2026030122001'],
      ['Cashier', 'anna'],
      ['Can be refunded', '¥10.00'],
    ]);
    expect(plain(factsOf(viewAfter(62, {}, ...discounted), chinese)).slice(4)).toEqual([
      ['商家优惠', '¥2.34'],
      ['实收', '¥10.00'],
      ['可退金额', '¥12.34'],
    ]);
    expect(plain(factsOf(viewOf('code').order, reader))).toEqual([
      ['Number', '20260301-1-1'],
      ['Time', '2026-03-01 12:00:00'],
    ]);
  });

  test('lists its refunds: how much, what came of it, when, and why not', () => {
    const texts = (life: LifeName) => viewOf(life).order.refunds.map((it) => plain(refundText(it, reader)));
    expect([texts('part refunded'), texts('refund asked'), texts('refund refused'), texts('late, gone back')]).toEqual([
      [{ amount: '¥2.34', state: 'Refunded', small: '2026-03-01 12:02:10' }],
      [{ amount: '¥2.34', state: 'On its way', small: '2026-03-01 12:02:00' }],
      [
        {
          amount: '¥2.34',
          state: 'Not refunded',
          small: '2026-03-01 12:02:01 · This payment cannot be refunded here. Return the money another way.',
        },
      ],
      [{ amount: '¥12.34', state: 'Refunded · automatic', small: '2026-03-01 12:02:10' }],
    ]);
    expect(RESULT_SOUNDS).toEqual({ requested: 'neutral', succeeded: 'success', failed: 'failure' });
  });

  test.each([
    ['bare', '¥12.34', 'Open', '待扫码'],
    ['code', '¥12.34', 'Waiting', '待付款'],
    ['closing scanned', '¥12.34', 'Closing', '关闭中'],
    ['cancelled', '¥12.34', 'Not paid', '未收款'],
    ['paid', '¥12.34', 'Paid', '已收款'],
    ['refund asked', '¥12.34', 'Paid', '已收款'],
    ['part refunded', '¥12.34', 'Refunded ¥2.34', '已退款 ¥2.34'],
    ['late, gone back', '¥12.34', 'Refunded ¥12.34', '已退款 ¥12.34'],
  ] as const)('is listed: %s', (life, amount, state, zh) => {
    const { order } = viewOf(life);
    expect(plain([listed(order, reader), listed(order, chinese).state])).toEqual([
      { time: '12:00:00', subject: '拿铁咖啡', amount, state },
      zh,
    ]);
  });
});

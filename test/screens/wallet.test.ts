/** What the wallet says of codes, payments and bills, in both languages. */
import { describe, expect, test } from 'vitest';
import { say as sayWallet } from '../../web/wallet/messages.ts';
import { billsOf, billText, ENDING_TEXTS, type Ending, mannerOf, troubleOf } from '../../web/wallet/news.ts';
import type { Trade } from '../../web/wallet/simulator.ts';
import { cny } from './lives.ts';

const LANGS = ['en', 'zh-CN'] as const;

describe('the wallet', () => {
  const trade = (more: Partial<Trade>): Trade => ({
    ...{ outTradeNo: 'ord_1_1', tradeNo: '2026', status: 'TRADE_SUCCESS', subject: 'tea' },
    ...{ totalAmount: cny(1_234), refundedAmount: cny(0) },
    ...more,
  });

  test('says of a bill what was charged and what became of it', () => {
    const texts = (more: Partial<Trade>) =>
      LANGS.map((lang) => billText(trade(more), lang)).map(({ amount, state }) => [amount, state]);
    expect([
      texts({}),
      texts({ refundedAmount: cny(34) }),
      texts({ status: 'WAIT_BUYER_PAY' }),
      texts({ status: 'NONE' }),
    ]).toEqual([
      [
        ['¥12.34', 'Paid'],
        ['¥12.34', '已付款'],
      ],
      [
        ['¥12.34', '¥0.34 refunded'],
        ['¥12.34', '已退款 ¥0.34'],
      ],
      [
        ['¥12.34', 'Not paid yet'],
        ['¥12.34', '待付款'],
      ],
      [
        ['¥12.34', ''],
        ['¥12.34', ''],
      ],
    ]);
    expect(texts({ status: 'TRADE_CLOSED', refundedAmount: cny(1_234) })[0]).toEqual(['¥12.34', '¥12.34 refunded']);
    expect(texts({ status: 'TRADE_CLOSED' })[1]).toEqual(['¥12.34', '已关闭']);
    const pesos = { currency: 'PHP', value: 10_260 };
    expect(texts({ charged: pesos })).toEqual([
      ['₱102.60 (¥12.34)', 'Paid'],
      ['₱102.60 (¥12.34)', '已付款'],
    ]);
    expect([null, cny(1_234)].map((charged) => texts({ charged })[0])).toEqual([
      ['¥12.34', 'Paid'],
      ['¥12.34', 'Paid'],
    ]);
  });

  test('lists the latest thirty that were scanned, the latest first', () => {
    const all = Array.from({ length: 33 }, (_, i) =>
      trade({ outTradeNo: String(i), ...(i === 32 && { tradeNo: null }) }),
    );
    expect(billsOf(all).map(({ outTradeNo }) => outTradeNo)).toEqual(
      Array.from({ length: 30 }, (_, i) => String(31 - i)),
    );
    expect(all[0]?.outTradeNo).toBe('0');
  });

  test('says how it ended, and why a code is not opened', () => {
    const ending = (it: Ending) => {
      const text = ENDING_TEXTS[it];
      return LANGS.map((lang) => [sayWallet(lang, it), text && sayWallet(lang, text)]);
    };
    expect((['success', 'closed', 'expired', 'declined', 'not_in_this_wallet'] as const).map(ending)).toEqual([
      [
        ['Paid', undefined],
        ['付款成功', undefined],
      ],
      [
        ['Closed', 'The shop has closed this sale. Nothing was taken.'],
        ['交易已关闭', '商家已关闭这笔交易，没有扣款。'],
      ],
      [
        ['Code expired', 'Nothing was taken.'],
        ['收款码已过期', '没有扣款。'],
      ],
      [
        ['Not paid', 'Nothing was taken. The till waits until its code ends or is cancelled.'],
        ['未付款', '没有扣款。收银台会一直等到收款码过期或被取消。'],
      ],
      [
        ['Not in this wallet', 'Nothing was taken. Choose another wallet.'],
        ['此钱包无法支付', '没有扣款。请换一个钱包。'],
      ],
    ]);
    expect([410, 404, 500, undefined].map(troubleOf)).toEqual(['expiredCode', 'unknownCode', 'noAnswer', 'noAnswer']);
  });

  test('pays as the customer misbehaves', () => {
    expect([mannerOf([]), mannerOf(['wrongPassword', 'silence']), mannerOf(['late', 'noMoney'])]).toEqual([
      {},
      { wrongPassword: true },
      { force: true },
    ]);
  });
});

/** What is said of outcomes, in both languages: refusals, refunds, the terms of a merchant; and that no word is missing. */
import { describe, expect, test } from 'vitest';
import { ApiProblem, OutcomeUnknown } from '../../functions/client/client.ts';
import type { ProblemView } from '../../functions/contract/answers.ts';
import type { MerchantView } from '../../functions/contract/merchant.ts';
import { faultText as faultInConsole } from '../../web/console/fault-text.ts';
import { currencyNames, examplesOf, limitText, percent, termsOf } from '../../web/help/terms.ts';
import { problemText } from '../../web/shared/fault-text.ts';
import { resultText, say as sayRefund } from '../../web/shared/refund-messages.ts';
import { dayTimeIn, timeBeside, timeIn } from '../../web/shared/times.ts';
import { faultText, refusedSale } from '../../web/till/problem-text.ts';
import { at, cny, viewOf } from './lives.ts';

const LANGS = ['en', 'zh-CN'] as const;
const ZONE = 'Asia/Shanghai';
const plain = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(/\u00a0/g, ' '));
const problem = (more: object): ProblemView => ({
  ...{
    type: 't',
    title: 'Title',
    status: 422,
    detail: 'Detail.',
    code: 'amount_over_limit',
    requestId: 'r',
    retryable: false,
  },
  ...more,
});
const unknown = new OutcomeUnknown('createOrder', undefined);

describe('a refusal at the till', () => {
  test('is said by the server where it has words for people', () => {
    const words = { 'zh-CN': '中文', en: 'English' };
    const said = (more: object) => LANGS.map((lang) => problemText(lang, problem(more)));
    expect([
      said({ message: words, reason: { en: 'no', 'zh-CN': '不' } }),
      said({ reason: words }),
      said({ reason: 'text' }),
      said({ message: null }),
    ]).toEqual([
      ['English', '中文'],
      ['English', '中文'],
      ['Detail.', 'Detail.'],
      ['Detail.', 'Detail.'],
    ]);
  });

  test('or by the till: no answer', () => {
    expect(LANGS.map((lang) => faultText(lang, unknown))).toEqual([
      'No answer. Check the network and try again.',
      '没有得到答复，请检查网络后重试。',
    ]);
    expect(faultText('en', new ApiProblem(problem({})))).toBe('Detail.');
  });

  test('of a sale has a title, a sentence, and until when', () => {
    const said = (more: object) => LANGS.map((lang) => plain(refusedSale(lang, ZONE, problem(more))));
    expect(said({ code: 'channel_closed', until: new Date(at(60)).toISOString() })).toEqual([
      { title: 'This cannot be sold', text: 'Detail.', more: ['expected back at 2026-03-01 12:01:00'] },
      { title: '无法收款', text: 'Detail.', more: ['预计 2026-03-01 12:01:00 恢复'] },
    ]);
    expect(said({ code: 'no_account', until: null })[0]).toEqual({
      ...{ title: 'This cannot be sold', text: 'The merchant has no receiving account yet', more: [] },
    });
  });

  test('because of another order names it, its number and its amount', () => {
    const other = { orderId: 'ord_1', merchantOrderNo: 'no-1', amount: cny(1_234) };
    const busy = { code: 'terminal_busy', ...other };
    expect(LANGS.map((lang) => plain(refusedSale(lang, ZONE, problem(busy))))).toEqual([
      { title: 'The order before is not over', text: 'Detail.', more: ['¥12.34, number no-1'], busyWith: other },
      { title: '上一笔尚未结束', text: 'Detail.', more: ['¥12.34，单号 no-1'], busyWith: other },
    ]);
    for (const part of ['orderId', 'merchantOrderNo', 'amount'])
      expect(refusedSale('en', ZONE, problem({ ...busy, [part]: undefined })).busyWith).toBeUndefined();
    expect(refusedSale('en', ZONE, problem(other)).busyWith).toBeUndefined();
  });
});

test('a fault in the console: silence, a key that is not taken, a scope that is missing, and what the server says', () => {
  const faults = [
    unknown,
    new ApiProblem(problem({ status: 401, code: 'key_revoked' })),
    new ApiProblem(problem({ status: 403, code: 'scope_missing' })),
    new ApiProblem(problem({})),
  ];
  expect(LANGS.map((lang) => faults.map((fault) => faultInConsole(lang, fault)))).toEqual([
    [
      'No answer: check the network and try again.',
      'The key is not valid any more: bring in another one.',
      'This key may not see this.',
      'Detail.',
    ],
    ['没有得到答复，请检查网络后重试。', '密钥已失效或被吊销，请重新导入。', '当前密钥没有查看此项的权限。', 'Detail.'],
  ]);
});

describe('what came of a refund', () => {
  const result = (life: Parameters<typeof viewOf>[0]) => {
    const [refund] = viewOf(life).order.refunds;
    if (!refund) throw new Error('it has a refund');
    return LANGS.map((lang) => Object.values(plain(resultText(refund, lang))));
  };
  test('made, on its way, refused', () => {
    expect([result('part refunded'), result('refund asked'), result('refund refused')]).toEqual([
      [
        ['Refunded ¥2.34', "The money is back in the customer's account."],
        ['已退款 ¥2.34', '款项已原路退回顾客。'],
      ],
      [
        ['Refund of ¥2.34 is on its way', 'It is seen through to its end. Do not refund it a second time.'],
        ['退款 ¥2.34 处理中', '系统会继续处理到底，请勿再退一次。'],
      ],
      [
        ['Refund of ¥2.34 was not made', 'This payment cannot be refunded here. Return the money another way.'],
        ['退款 ¥2.34 未成功', '该笔交易无法退款，请以其他方式退还。'],
      ],
    ]);
    expect(LANGS.map((lang) => sayRefund(lang, 'lost', { amount: '¥1.00' }))).toEqual([
      'No definite answer yet about the refund of ¥1.00. Ask again: the number stays the same, so it is made once.',
      '退款 ¥1.00 尚无明确答复。请重新询问：退款单号不变，不会重复退款。',
    ]);
  });
});

describe('the terms of a merchant', () => {
  const agreement: MerchantView['agreements'][number] = {
    ...{ agreementId: 'agr_1', currency: 'CNY', validFrom: '2020-01-01', ratePpm: 6_000 },
    ...{ feeMinimum: null, feeCap: null, feeOnRefund: 'returned' },
  };
  test.each([
    [6_000, '0.6%'],
    [0, '0%'],
    [1, '0.0001%'],
    [38_000, '3.8%'],
    [1_000_000, '100%'],
    [120_050, '12.005%'],
  ])('%i ppm is %s', (ppm, text) => {
    expect(percent(ppm)).toBe(text);
  });

  test('as they stand in the agreement, with examples to the fen', () => {
    expect(termsOf(agreement, 'en')).toEqual([
      ['Rate (CNY)', '0.6%'],
      ['Minimum per payment', 'none'],
      ['Cap per payment', 'none'],
      ['The fee on a refund', 'is returned in proportion'],
      ['In force since', '2020-01-01'],
    ]);
    const bounded = { ...agreement, feeMinimum: 10, feeCap: 300, feeOnRefund: 'kept' } as const;
    expect(termsOf(bounded, 'zh-CN').map(([, value]) => value)).toEqual([
      '0.6%',
      '¥0.10',
      '¥3.00',
      '不退还',
      '2020-01-01',
    ]);
    expect([agreement, bounded].map((it) => examplesOf(it, 'en').map(({ cells }) => cells))).toEqual([
      [
        ['¥12.34', '¥0.07', '¥12.27'],
        ['¥100.00', '¥0.60', '¥99.40'],
        ['¥1,000.00', '¥6.00', '¥994.00'],
      ],
      [
        ['¥12.34', '¥0.10', '¥12.24'],
        ['¥100.00', '¥0.60', '¥99.40'],
        ['¥1,000.00', '¥3.00', '¥997.00'],
      ],
    ]);
  });

  test('limits in all currencies, and currencies by name', () => {
    const money = {
      CNY: { largestOrder: 50_000, refundedPerDay: null, largestTerminalRefund: 100 },
      JPY: { largestOrder: 5_000, refundedPerDay: null, largestTerminalRefund: null },
    };
    const merchant = { limits: { money } } as unknown as MerchantView;
    const text = (limit: Parameters<typeof limitText>[1], lang: (typeof LANGS)[number]) =>
      plain(limitText(merchant, limit, lang));
    expect([
      text('largestOrder', 'en'),
      text('largestOrder', 'zh-CN'),
      text('largestTerminalRefund', 'en'),
      text('refundedPerDay', 'en'),
      limitText(undefined, 'largestOrder', 'en'),
    ]).toEqual([...['¥500.00, JPY 5,000', '¥500.00、JPY 5,000', '¥1.00', '', '']]);
    expect([currencyNames(['CNY', 'EUR'], 'en'), currencyNames(['CNY', 'EUR'], 'zh-CN')]).toEqual([
      'Chinese Yuan (CNY), Euro (EUR)',
      '人民币 (CNY)、欧元 (EUR)',
    ]);
  });
});

test('times are those of the shop; the day is left out where it is the one that is listed', () => {
  const instant = new Date(at(43_200 - 1)).toISOString();
  expect([timeIn(ZONE, instant), dayTimeIn(ZONE, instant), dayTimeIn('UTC', instant)]).toEqual([
    '23:59:59',
    '2026-03-01 23:59:59',
    '2026-03-01 15:59:59',
  ]);
  expect([
    timeBeside(ZONE, instant, '2026-03-01'),
    timeBeside(ZONE, instant, '2026-03-02'),
    timeBeside(ZONE, instant),
  ]).toEqual(['23:59:59', '2026-03-01 23:59:59', '2026-03-01 23:59:59']);
});

/** Orders, refunds and shifts as the console lists them. */
import { describe, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { say } from '../../web/console/messages.ts';
import {
  besideText,
  cashierRow,
  lateRow,
  orderRow,
  refundRow,
  refundsOf,
  shiftSum,
  terminalName,
} from '../../web/console/tables.ts';
import { CHANNEL_STATES, REFUND_SOURCES, REFUND_TONES, statusBadge } from '../../web/console/tones.ts';
import { askedBy, trailOf } from '../../web/console/trail.ts';
import { at, type LifeName, viewOf } from './lives.ts';
import { terminalRow, totalsRow } from './totals.ts';

const reader = { lang: 'en', zone: 'Asia/Shanghai' } as const;
const chinese = { lang: 'zh-CN', zone: 'Asia/Shanghai' } as const;
const names = new Map([['trm_aaaabbbbcccc', 'Till 1']]);
const terminal = (id: string | null) => terminalName(names, id);
const trail = (life: LifeName, lang: 'en' | 'zh-CN' = 'en') =>
  trailOf(viewOf(life).order, lang, terminal).map(({ at: when, word, n = 0, more }) => [
    (Date.parse(when) - at(0)) / 1_000,
    say(lang, word, { n }),
    ...(more ? [more] : []),
  ]);

describe('what happened to an order', () => {
  test.each<[LifeName, unknown[]]>([
    ['bare', [[0, 'Order opened']]],
    [
      'code',
      [
        [0, 'Order opened'],
        [0, 'Code shown, attempt 1'],
      ],
    ],
    [
      'refused',
      [
        [0, 'Order opened'],
        [0, 'Code shown, attempt 1'],
        [0, 'Refused by the channel', 'The amount is over the limit. Take another means of payment.'],
      ],
    ],
    [
      'confirming',
      [
        [0, 'Order opened'],
        [0, "Customer's code scanned, attempt 1"],
      ],
    ],
    [
      'cancelled',
      [
        [0, 'Order opened'],
        [0, 'Code shown, attempt 1'],
        [12, 'Closed by the cashier'],
      ],
    ],
    [
      'expired',
      [
        [0, 'Order opened'],
        [0, 'Code shown, attempt 1'],
        [182, 'Closed: nobody paid in time'],
      ],
    ],
    [
      'part refunded',
      [
        [0, 'Order opened'],
        [0, 'Code shown, attempt 1'],
        [60, 'Paid by the customer', '2026030122001'],
        [120, 'Refund requested', '¥2.34 · r1 · cold · Till 1 (cccc) · bela'],
        [130, 'Refund succeeded', '¥2.34 · r1 · cold'],
      ],
    ],
    [
      'refund refused',
      [
        [0, 'Order opened'],
        [0, 'Code shown, attempt 1'],
        [60, 'Paid by the customer', '2026030122001'],
        [120, 'Refund requested', '¥2.34 · r1 · Till 1 (cccc)'],
        [121, 'Refund failed', 'This payment cannot be refunded here. Return the money another way.'],
      ],
    ],
    [
      'late and kept',
      [
        [0, 'Order opened'],
        [0, 'Code shown, attempt 1'],
        [31, 'Closed by the cashier'],
        [32, 'Paid after the close', '2026030122001'],
      ],
    ],
  ])('%s', (life, told) => {
    expect(trail(life)).toEqual(told);
  });

  test('a refund is done after it was asked for, in whichever second the channel tells', () => {
    const { order } = viewOf('part refunded');
    const early = order.refunds.map((it) => ({ ...it, finishedAt: new Date(at(119)).toISOString() }));
    expect(
      trailOf({ ...order, refunds: early }, 'en', terminal)
        .map(({ word }) => word)
        .slice(3),
    ).toEqual(['refundRequested', 'refundDone']);
    expect(trail('late, gone back', 'zh-CN').map(([, word]) => word)).toEqual([
      ...['终端开单', '显示二维码，第 1 次', '收银员关单', '关单后顾客付款', '申请退款', '退款成功'],
    ]);
  });

  test('whose refund it was: empty for what no till asked for, and the store where that is another one', () => {
    const { order } = viewOf('part refunded');
    const [refund] = order.refunds;
    if (!refund) throw new Error('it has a refund');
    expect([
      askedBy(refund, order, terminal),
      askedBy({ ...refund, storeId: 'harbour', operatorId: null }, order, terminal),
      askedBy({ ...refund, terminalId: null }, order, terminal),
      askedBy({ ...refund, source: 'automatic' }, order, terminal),
    ]).toEqual([['Till 1 (cccc)', 'bela'], ['harbour', 'Till 1 (cccc)'], ['bela'], []]);
    expect([terminal(null), terminal('trm_unknown')]).toEqual(['–', 'trm_unknown']);
  });
});

describe('rows', () => {
  test('of orders', () => {
    const row = (life: LifeName, day = '2026-03-01', more: Partial<OrderView> = {}) =>
      orderRow({ ...viewOf(life).order, ...more }, day, reader);
    const sold = {
      time: '12:00:00',
      number: '20260301-1-1',
      amount: '¥12.34',
      refunded: '–',
      subject: '拿铁咖啡',
      operator: '–',
    };
    expect([row('paid'), row('part refunded', '2026-02-28', { operatorId: 'anna' }), row('refund asked')]).toEqual([
      sold,
      { ...sold, time: '2026-03-01 12:00:00', refunded: '¥2.34', operator: 'anna' },
      sold,
    ]);
  });

  test('of refunds, the latest first', () => {
    const rowsOf = (...lives: LifeName[]) =>
      refundsOf(lives.map((life) => viewOf(life).order)).map((it) => refundRow(it, '2026-03-01', chinese, terminal));
    const back = { time: '12:02:00', number: '20260301-1-1', amount: '¥2.34', failure: '', refundNo: 'r1' };
    const made = { ...back, more: 'Till 1 (cccc) · bela · cold' };
    const automatic = { ...back, time: '12:00:40', amount: '¥12.34', refundNo: 'auto_1', more: '' };
    expect(rowsOf('late, gone back', 'paid', 'part refunded')).toEqual([made, automatic]);
    expect(rowsOf('part refunded', 'paid', 'late, gone back')).toEqual([made, automatic]);
    expect(rowsOf('refund refused')).toEqual([
      { ...back, failure: '该笔交易无法退款，请以其他方式退还。', more: 'Till 1 (cccc)' },
    ]);
  });

  test('of a shift and its cashiers', () => {
    const moved = (count: number, gross: number) => ({ count, gross, received: gross });
    const row = terminalRow({
      payments: moved(2, 2_000),
      refunds: moved(1, -500),
      netSales: 1_500,
      netReceived: 1_400,
    });
    expect(cashierRow(row, 'en')).toEqual({
      operator: '–',
      payments: { amount: '¥20.00', count: '×2' },
      refunds: { amount: '-¥5.00', count: '×1' },
      netSales: '¥15.00',
      netReceived: '¥14.00',
    });
    expect(cashierRow({ ...row, operatorId: 'anna' }, 'zh-CN').operator).toBe('anna');
    expect([
      shiftSum({ totals: [totalsRow({ netSales: 1_500 }), totalsRow({ currency: 'EUR', netSales: -1 })] }, 'en'),
      shiftSum({ totals: [] }, 'en'),
      besideText(
        [
          { currency: 'CNY', payments: moved(1, 300), refunds: moved(1, -100) },
          { currency: 'EUR', payments: moved(1, 5), refunds: moved(0, 0) },
        ],
        'en',
      ),
      besideText([], 'en'),
    ]).toEqual(['¥15.00 -€0.01', '–', '¥2.00 €0.05', undefined]);
    const late = {
      ...{
        type: 'refund' as const,
        orderId: 'o',
        merchantOrderNo: 'no-1',
        refundNo: null,
        operatorId: null,
        currency: 'CNY',
      },
      ...{
        occurredAt: new Date(at(0)).toISOString(),
        learnedAt: new Date(at(9)).toISOString(),
        gross: -77,
        received: -77,
      },
    } as const;
    expect(lateRow(late, reader)).toEqual({
      time: '2026-03-01 12:00:00',
      number: 'no-1',
      refundNo: '–',
      operator: '–',
      amount: '-¥0.77',
    });
    expect(lateRow({ ...late, refundNo: 'r1', operatorId: 'anna' }, reader)).toMatchObject({
      refundNo: 'r1',
      operator: 'anna',
    });
  });
});

test('badges: late money is told as late, kept or not', () => {
  const badge = (life: LifeName) => {
    const { tone, words } = statusBadge(viewOf(life).order);
    return [tone, ...words.map((word) => say('en', word))];
  };
  expect(
    (['bare', 'code', 'closing scanned', 'cancelled', 'paid', 'late and kept', 'late, gone back'] as const).map(badge),
  ).toEqual([
    ['calm', 'Opened'],
    ['busy', 'Awaiting payment'],
    ['busy', 'Closing'],
    ['calm', 'Closed'],
    ['good', 'Paid'],
    ['bad', 'Paid', 'paid late'],
    ['bad', 'Paid', 'paid late'],
  ]);
  expect([REFUND_TONES, REFUND_SOURCES]).toEqual([
    { requested: 'busy', succeeded: 'good', failed: 'bad' },
    { till: 'byTill', automatic: 'byAutomatic', channel: 'byChannel' },
  ]);
  expect(Object.values(CHANNEL_STATES).map(({ tone, word }) => [tone, say('zh-CN', word), say('en', word)])).toEqual([
    ['good', '正常收款', 'Open'],
    ['busy', '不再接新单', 'No new orders'],
    ['bad', '渠道关闭', 'Closed'],
  ]);
});

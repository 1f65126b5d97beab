/** What a shift says on the screen and on paper, in two currencies, with cashiers, late money and money without an agreement. */
import { describe, expect, test } from 'vitest';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { newNo } from '../../web/till/new-no.ts';
import type { Printing } from '../../web/till/receipt-text.ts';
import { newClosing } from '../../web/till/shift-closing.ts';
import {
  besideOf,
  cashiersOf,
  figuresOf,
  lateFactText,
  moreLate,
  rowsOf,
  shiftSlipOf,
} from '../../web/till/shift-sums.ts';
import { at } from './lives.ts';
import { terminalRow, totalsRow } from './totals.ts';

const ZONE = 'Asia/Shanghai';
const plain = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(/\u00a0/g, ' '));
const moved = (count: number, gross: number) => ({ count, gross, received: gross });

const CNY = { payments: moved(3, 6_000), refunds: moved(1, -234), netSales: 5_766, netReceived: 5_566 };
const JPY = { currency: 'JPY', payments: moved(1, 500), refunds: moved(0, 0), netSales: 500, netReceived: 500 };
const fact = {
  type: 'payment',
  orderId: 'ord_1',
  merchantOrderNo: 'no-1',
  refundNo: null,
  occurredAt: new Date(at(-60)).toISOString(),
  learnedAt: new Date(at(5)).toISOString(),
  operatorId: null,
  currency: 'CNY',
  gross: 7_700,
  received: 7_700,
} as const;
const shift: ShiftView = {
  shiftNo: '20260301-2',
  sequence: 2,
  terminalId: 'trm_aaaabbbbcccc',
  storeId: 'harbour',
  operatorId: 'anna',
  zone: ZONE,
  openedAt: new Date(at(0)).toISOString(),
  closedAt: new Date(at(3_600)).toISOString(),
  previousShiftNo: '20260301-1',
  totals: [totalsRow(CNY), totalsRow(JPY)],
  terminals: [
    terminalRow({ ...CNY, operatorId: 'anna' }),
    terminalRow({ ...JPY, operatorId: null, payments: moved(1, 500) }),
  ],
  withoutAgreement: [{ currency: 'USD', payments: moved(2, 900), refunds: moved(1, -100) }],
  late: {
    count: 3,
    sums: [{ currency: 'CNY', payments: moved(2, 15_400), refunds: moved(1, -50) }],
    facts: [fact, { ...fact, type: 'refund', refundNo: 'r1', merchantOrderNo: 'no-2', gross: -50 }],
  },
};
const nothing: ShiftView = {
  ...{ ...shift, operatorId: null, totals: [], terminals: [], withoutAgreement: [] },
  late: { count: 0, sums: [], facts: [] },
};
const printing: Printing = {
  lang: 'en',
  shop: { name: '示范商店', zone: ZONE },
  terminalId: 'trm_aaaabbbbcccc',
  now: at(7_200),
  isReprint: false,
};

describe('on the screen', () => {
  test('each currency for itself; what was received only where it is not what was sold', () => {
    expect(plain(figuresOf(shift, 'CNY', 'en'))).toEqual([
      {
        currency: 'CNY',
        figures: [
          { name: 'Payments', note: '3', value: '¥60.00' },
          { name: 'Refunds', note: '1', value: '-¥2.34' },
          { name: 'Net', value: '¥57.66' },
          { name: 'Received', value: '¥55.66' },
        ],
      },
      {
        currency: 'JPY',
        figures: [
          { name: 'Payments', note: '1', value: 'JPY 500' },
          { name: 'Refunds', note: '0', value: 'JPY 0' },
          { name: 'Net', value: 'JPY 500' },
        ],
      },
    ]);
    expect(plain(figuresOf(nothing, 'KWD', 'zh-CN'))).toEqual([
      {
        currency: 'KWD',
        figures: [
          { name: '收款', note: '0 笔', value: 'KWD 0.000' },
          { name: '退款', note: '0 笔', value: 'KWD 0.000' },
          { name: '净额', value: 'KWD 0.000' },
        ],
      },
    ]);
    expect(rowsOf(shift, 'KWD')).toBe(shift.totals);
  });

  test('cashiers where there are several', () => {
    expect(plain(cashiersOf(shift, 'en'))).toEqual([
      { name: 'anna', note: '3', value: '¥57.66' },
      { name: 'not named', note: '1', value: 'JPY 500' },
    ]);
    expect(cashiersOf({ ...shift, terminals: shift.terminals.slice(1) }, 'en')).toEqual([]);
  });

  test('what stands beside the sums: payments less refunds, and what is counted and not listed', () => {
    expect(
      plain([besideOf(shift.withoutAgreement, 'en'), besideOf(shift.late.sums, 'zh-CN'), besideOf([], 'en')]),
    ).toEqual([['USD 8.00'], ['¥153.50'], []]);
    expect([moreLate(shift, 'en'), moreLate(shift, 'zh-CN'), moreLate(nothing, 'en')]).toEqual([
      'and 1 more',
      '另有 1 笔',
      undefined,
    ]);
    expect(plain(lateFactText(fact, 'en', ZONE))).toEqual({
      time: '2026-03-01 11:59:00',
      merchantOrderNo: 'no-1',
      amount: '¥77.00',
    });
  });
});

describe('on paper', () => {
  const WHOLE = {
    shop: '示范商店',
    store: 'Store harbour',
    title: 'Shift report',
    facts: [
      ['Shift', '20260301-2 (2)'],
      ['Terminal', 'trm_aaaabbbbcccc'],
      ['Cashier', 'anna'],
      ['From', '2026-03-01 12:00:00 Asia/Shanghai'],
      ['Closed', '2026-03-01 13:00:00 Asia/Shanghai'],
    ],
    sums: [
      {
        currency: 'CNY',
        lines: [
          ['Payments 3', '¥60.00'],
          ['Refunds 1', '-¥2.34'],
          ['Received', '¥55.66'],
        ],
        total: '¥57.66',
      },
      {
        currency: 'JPY',
        lines: [
          ['Payments 1', 'JPY 500'],
          ['Refunds 0', 'JPY 0'],
          ['Received', 'JPY 500'],
        ],
        total: 'JPY 500',
      },
    ],
    cashiers: [
      ['anna 4', '¥57.66'],
      ['not named 1', 'JPY 500'],
    ],
    withoutAgreement: [['3', 'USD 8.00']],
    late: [
      { line: ['2026-03-01 11:59:00 Payments', '¥77.00'], order: ['Number', 'no-1'] },
      { line: ['2026-03-01 11:59:00 Refunds', '-¥0.50'], order: ['Number', 'no-2'] },
    ],
    more: 'and 1 more',
  };

  test('everything', () => {
    expect(plain(shiftSlipOf(shift, 'CNY', printing))).toEqual(WHOLE);
    expect(shiftSlipOf(shift, 'CNY', { ...printing, isReprint: true }).reprint).toBe('REPRINT 2026-03-01 14:00:00');
  });

  test('of a shift in which nothing happened, in Chinese', () => {
    expect(plain(shiftSlipOf(nothing, 'CNY', { ...printing, lang: 'zh-CN' }))).toEqual({
      shop: '示范商店',
      store: '门店 harbour',
      title: '交班单',
      facts: [
        ['班次号', '20260301-2 (2)'],
        ['终端', 'trm_aaaabbbbcccc'],
        ['收银员', '未填写'],
        ['开始', '2026-03-01 12:00:00 Asia/Shanghai'],
        ['交班时间', '2026-03-01 13:00:00 Asia/Shanghai'],
      ],
      sums: [
        {
          currency: 'CNY',
          lines: [
            ['收款 0 笔', '¥0.00'],
            ['退款 0 笔', '¥0.00'],
            ['实收', '¥0.00'],
          ],
          total: '¥0.00',
        },
      ],
      cashiers: [],
      withoutAgreement: [],
      late: [],
    });
  });
});

test('a closing has the day of the shop and the count of the terminal', () => {
  // Two hours before midnight in Shanghai it is the next day in Auckland.
  expect([
    newClosing(at(36_000), ZONE, { sequence: 3 }, ''),
    newClosing(at(36_000), 'Pacific/Auckland', { sequence: 1 }, 'bela'),
  ]).toEqual([{ shiftNo: '20260301-3' }, { shiftNo: '20260302-1', operatorId: 'bela' }]);
});

test('a sale has the day of the shop, its terminal, the time of day, and chance', () => {
  const chance = new Uint8Array([0, 31, 32, 255]);
  expect(newNo('trm_aaaabbbbcccc', at(0.019), ZONE, chance)).toBe('20260301-aaaabb-1440001-0v0v');
  expect(newNo('trm_aaaabbbbcccc', at(0.02), ZONE, chance)).toBe('20260301-aaaabb-1440002-0v0v');
  expect(newNo('trm_aaaabbbbcccc', at(0), ZONE, new Uint8Array([1, 2, 3, 10]))).toBe('20260301-aaaabb-1440000-123a');
});

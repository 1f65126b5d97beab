/** The console's sums: all stores together, each for itself, and as bars. The sums are made here a second time, as whole numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TotalsView } from '../../functions/contract/totals-answers.ts';
import { type Bar, columnsOf as barColumns, heightOf, panelsOf } from '../../web/console/bars.ts';
import { byCurrency, cellsOf, columnsOf, receivableTexts, sumsOf } from '../../web/console/sums.ts';
import { totalsRow } from './totals.ts';

const plain = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(/\u00a0/g, ' '));
const moved = (count: number, gross: number, received = gross) => ({ count, gross, received });

const main = totalsRow({
  payments: moved(3, 10_000),
  refunds: moved(1, -2_500),
  netSales: 7_500,
  netReceived: 7_500,
  fees: 60,
  feesReturned: -15,
  netFees: 45,
  netReceivable: 7_455,
});
const harbour = totalsRow({
  storeId: 'harbour',
  payments: moved(2, 333),
  refunds: moved(2, -33),
  netSales: 300,
  netReceived: 300,
  fees: 3,
  feesReturned: 0,
  netFees: 3,
  netReceivable: 297,
});
const tokyo = totalsRow({
  storeId: 'tokyo',
  currency: 'JPY',
  payments: moved(1, 900, 880),
  netSales: 900,
  netReceived: 880,
});

describe('what the merchant gets', () => {
  const yen = totalsRow({
    ...{ currency: 'JPY', netReceivable: 900 },
    settlement: [
      { currency: 'CNY', gross: 10, fees: 1, net: 9, provisionalLines: 1, unknownLines: 0 },
      { currency: 'USD', gross: 660, fees: 8, net: 652, provisionalLines: 2, unknownLines: 2 },
    ],
  });

  test('is said by settlement currency, never over two of them', () => {
    expect(plain(receivableTexts([main, harbour, yen, yen], 'en'))).toEqual([
      {
        ...{ name: 'CNY', value: '¥77.70', isStrong: true },
        note: "2 of the lines provisional, until the channel's settlement report says them",
      },
      { name: 'USD', value: 'USD 13.04', isStrong: true, note: '4 of the lines not known yet, and in no sum' },
    ]);
    expect(plain(receivableTexts([yen], 'zh-CN')).map(({ note }: { note: string }) => note)).toEqual([
      '1 笔为暂估，以渠道结算报告为准',
      '2 笔的结算金额尚未得知，未计入',
    ]);
  });

  test('is said by the sums alone where each currency is settled in itself', () => {
    expect(receivableTexts([main, tokyo], 'en')).toEqual([]);
  });
});

describe('sums', () => {
  test('of two stores are the sums of both', () => {
    expect(plain(sumsOf([main, harbour], 'en'))).toEqual([
      { name: 'Payments', value: '¥103.33', note: '×5' },
      { name: 'Refunds', value: '-¥25.33', note: '×3' },
      { name: 'Net sales', value: '¥78.00' },
      { name: 'Fees', value: '¥0.63' },
      { name: 'Fees returned', value: '-¥0.15' },
      { name: 'Net fees', value: '¥0.48' },
      { name: 'Net receivable', value: '¥77.52', isStrong: true },
    ]);
  });

  test('say what was received where a shop has paid discounts, and adjusted fees where there are some', () => {
    const rows = [
      { ...main, netReceived: 7_000 },
      { ...harbour, feeAdjustments: { count: 2, fee: -7 } },
    ];
    expect(plain(sumsOf(rows, 'zh-CN')).slice(2)).toEqual([
      { name: '净销售额', value: '¥78.00' },
      { name: '商家实收', value: '¥73.00' },
      { name: '手续费', value: '¥0.63' },
      { name: '退回手续费', value: '-¥0.15' },
      { name: '净手续费', value: '¥0.48' },
      { name: '应收净额', value: '¥77.52', isStrong: true },
      { name: '手续费调整（含于净手续费）', value: '-¥0.07', note: '2 笔' },
    ]);
  });

  test('are of one currency each, in the order in which they come', () => {
    expect(byCurrency([main, tokyo, harbour])).toEqual([
      ['CNY', [main, harbour]],
      ['JPY', [tokyo]],
    ]);
    expect(plain(sumsOf([tokyo], 'en').map(({ value }) => value)).slice(0, 4)).toEqual([
      'JPY 900',
      'JPY 0',
      'JPY 900',
      'JPY 880',
    ]);
  });

  test('of any number of stores lose nothing', () => {
    const value = fc.integer({ min: -9_999_999_999, max: 9_999_999_999 });
    const row = fc.record({
      payments: value,
      refunds: value,
      netSales: value,
      fees: value,
      netFees: value,
      netReceivable: value,
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (stores) => {
        const rows = stores.map((it) =>
          totalsRow({
            ...it,
            payments: moved(1, it.payments),
            refunds: moved(1, it.refunds),
            netReceived: it.netSales,
          }),
        );
        const sum = (name: keyof (typeof stores)[number]) => stores.reduce((total, it) => total + BigInt(it[name]), 0n);
        const units = sumsOf(rows, 'en').map(({ value }) => BigInt(value.replaceAll(/[^-\d]/g, '')));
        expect(units).toEqual([
          ...[sum('payments'), sum('refunds'), sum('netSales'), sum('fees'), 0n, sum('netFees'), sum('netReceivable')],
        ]);
      }),
      { seed: 16 },
    );
  });
});

describe('a row of a store', () => {
  const columns = (rows: TotalsView[]) => columnsOf(rows);
  test('has its own amounts', () => {
    const plainColumns = columns([main, harbour]);
    expect(plainColumns).toEqual(['payments', 'refunds', 'netSales', 'netFees', 'netReceivable']);
    expect(cellsOf(main, plainColumns, 'en')).toEqual(['¥100.00', '-¥25.00', '¥75.00', '¥0.45', '¥74.55']);
    expect(cellsOf(harbour, plainColumns, 'en')).toEqual(['¥3.33', '-¥0.33', '¥3.00', '¥0.03', '¥2.97']);
    const withReceived = columns([main, tokyo]);
    expect(withReceived).toEqual(['payments', 'refunds', 'netSales', 'netReceived', 'netFees', 'netReceivable']);
    expect(plain(cellsOf(tokyo, withReceived, 'en'))).toEqual([
      'JPY 900',
      'JPY 0',
      'JPY 900',
      'JPY 880',
      'JPY 0',
      'JPY 0',
    ]);
  });
});

describe('bars', () => {
  const bar = (name: string, sales: number, refunds: number, fees: number, feesReturned: number): Bar => ({
    ...{ name, sales, refunds, fees, feesReturned },
  });

  test('are as tall as their values are to each other: sales up, refunds down, fees in a panel of their own', () => {
    const [sales, fees] = panelsOf([bar('a', 300, -100, 6, 0), bar('b', 0, 0, 0, 0), bar('c', 150, 0, 3, -2)]);
    expect(sales).toEqual({
      kind: 'sales',
      top: 48,
      zero: 48 + 72,
      most: 300,
      least: -100,
      rects: [
        { x: expect.closeTo(8 + 632 / 6 - 24), y: 48, width: 48, height: 72, isUp: true },
        { x: expect.closeTo(8 + 632 / 6 - 24), y: 120, width: 48, height: 24, isUp: false },
        { x: expect.closeTo(8 + (632 * 5) / 6 - 24), y: 84, width: 48, height: 36, isUp: true },
      ],
    });
    expect(fees).toMatchObject({ kind: 'fees', top: 192, zero: 192 + 72, most: 6, least: -2 });
    expect(fees?.rects.map(({ height, isUp }) => [height, isUp])).toEqual([
      [72, true],
      [36, true],
      [24, false],
    ]);
    expect(heightOf()).toBe(324);
  });

  test('of a day without sales are none, and what is small can be seen', () => {
    const [none] = panelsOf([bar('a', 0, 0, 0, 0)]);
    expect([none?.most, none?.least, none?.zero, none?.rects]).toEqual([0, 0, 144, []]);
    const [small] = panelsOf([bar('a', 1, 0, 0, 0), bar('b', 1_000_000, -1, 0, 0)]);
    expect(small?.rects.map(({ height }) => Math.round(height))).toEqual([1, 96, 1]);
  });

  test('have their names below them, eight of a whole day', () => {
    const hours = Array.from({ length: 24 }, (_, i) => bar(String(i), 1, 0, 0, 0));
    const columns = barColumns(hours);
    expect(columns.filter(({ isNamed }) => isNamed).map(({ bar: { name } }) => name)).toEqual([
      '0',
      '3',
      '6',
      '9',
      '12',
      '15',
      '18',
      '21',
    ]);
    expect(columns.map(({ x, width }) => [Math.round(x * 10), Math.round(width * 10)]).slice(0, 2)).toEqual([
      [80, 263],
      [343, 263],
    ]);
    expect(panelsOf(hours)[0]?.rects[0]?.width).toBeCloseTo((632 / 24) * 0.7);
    expect(barColumns(hours.slice(0, 2)).map(({ isNamed }) => isNamed)).toEqual([true, true]);
  });
});

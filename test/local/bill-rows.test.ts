/** What the simulator's own books say of a day: rows of one account between two midnights, with fees to the fen. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { totalsOf } from '../../bin/local/alipay-simulator/bill.ts';
import { type BillRow, beginOf, rowsOf } from '../../bin/local/alipay-simulator/bill-rows.ts';
import { Books, type Order, type Trade } from '../../bin/local/alipay-simulator/books.ts';

const NOON = Date.parse('2026-03-01T12:00:00+08:00');
const SELLER = '2088000000000001';
const DAY = 86_400_000;
const order = (more: Partial<Order> = {}): Order => ({
  ...{ appId: 'app', sellerId: SELLER, outTradeNo: 'o_1', amount: 10_000, subject: 'tea', content: '' },
  ...{ notifyUrl: null, endsAt: NOON + 10 * DAY, ...more },
});

function paid(books: Books, more: Partial<Order> = {}, at = NOON, coupon = 0): Trade {
  const open = books.precreate(order(more), at);
  if ('no' in open) throw new Error(open.no);
  books.scan(open, at);
  books.pay(open, at, false, coupon);
  return open;
}
const sums = ({ amount, received, fee }: BillRow) => [amount, received, fee];

test('fees are taken of what is received, and refunds take their part of it, by running totals', () => {
  const books = new Books(() => {});
  const trade = paid(books, {}, NOON, 1_999);
  for (const [i, amount] of [3_333, 3_333, 3_334].entries()) books.refund(trade, `r${i}`, amount, NOON + i);
  const rows = rowsOf(books, { appId: 'app' }, SELLER, '2026-03-01');
  expect(rows.map(sums)).toEqual([
    [10_000, 8_001, -48],
    [-3_333, -2_667, 16],
    [-3_333, -2_666, 16],
    [-3_334, -2_668, 16],
  ]);
  expect(totalsOf(rows)).toEqual({
    交易: { count: 1, received: 8_001, discount: 1_999 },
    退款: { count: 3, received: -8_001, discount: -1_999 },
  });
});

test.each([
  [83, 6_000, 0],
  [84, 6_000, 1],
  [249, 6_000, 1],
  [250, 6_000, 2],
  [10_000, 6_000, 60],
  [10_000, undefined, 60],
  [10_000, 3_800, 38],
  [10_000, 0, 0],
  [1_000_000_000, 5_500, 5_500_000],
])('of %i fen at %s parts per million %i are taken: half a fen goes up', (amount, feePpm, fee) => {
  const books = new Books(() => {});
  paid(books, { amount });
  const [row] = rowsOf(books, { appId: 'app', ...(feePpm !== undefined && { feePpm }) }, SELLER, '2026-03-01');
  expect(row && sums(row)).toEqual([amount, amount, 0 - fee]);
});

test('a row says whose and where it was', () => {
  const books = new Books(() => {});
  const trade = paid(books, { storeId: 'main', operatorId: 'anna', terminalId: 'trm' }, NOON);
  books.refund(trade, 'r1', 1, NOON + 5);
  const common = {
    ...{ tradeNo: trade.tradeNo, outTradeNo: 'o_1', subject: 'tea' },
    ...{ storeId: 'main', operatorId: 'anna', terminalId: 'trm', createdAt: NOON },
  };
  expect(rowsOf(books, { appId: 'app' }, SELLER, '2026-03-01')).toEqual([
    { ...common, type: '交易', outRequestNo: '', finishedAt: NOON, amount: 10_000, received: 10_000, fee: -60 },
    { ...common, type: '退款', outRequestNo: 'r1', finishedAt: NOON + 5, amount: -1, received: -1, fee: 0 },
  ]);
});

test('a day is that of China, to the millisecond, and each movement is on its own', () => {
  const books = new Books(() => {});
  const midnight = Date.parse('2026-03-02T00:00:00+08:00');
  for (const [i, at] of [midnight - DAY - 1, midnight - DAY, midnight - 1, midnight].entries())
    paid(books, { outTradeNo: `o_${i}` }, at);
  const last = books.find('app', { outTradeNo: 'o_2' }, midnight);
  if (last) books.refund(last, 'r', 1, midnight);
  const numbers = (day: string) =>
    rowsOf(books, { appId: 'app' }, SELLER, day).map(({ outTradeNo, outRequestNo }) => outRequestNo || outTradeNo);
  expect(numbers('2026-02-28')).toEqual(['o_0']);
  expect(numbers('2026-03-01')).toEqual(['o_1', 'o_2']);
  expect(numbers('2026-03-02').sort()).toEqual(['o_3', 'r']);
  expect(numbers('2026-03-03')).toEqual([]);
});

test('rows are those of one app and one account, in order of time; what is not paid has none', () => {
  const books = new Books(() => {});
  paid(books, { outTradeNo: 'late' }, NOON + 2);
  paid(books, { outTradeNo: 'early' }, NOON + 1);
  paid(books, { outTradeNo: 'other_app', appId: 'other' }, NOON);
  paid(books, { outTradeNo: 'other_account', sellerId: '2088000000000002' }, NOON);
  const open = books.precreate(order({ outTradeNo: 'open' }), NOON);
  if (!('no' in open)) books.close(books.scan(open, NOON) as Trade, NOON);
  const numbers = rowsOf(books, { appId: 'app' }, SELLER, '2026-03-01').map(({ outTradeNo }) => outTradeNo);
  expect(numbers).toEqual(['early', 'late']);
});

test.each([
  ['2026-03-01', Date.parse('2026-02-28T16:00:00Z')],
  ['2024-02-29', Date.parse('2024-02-28T16:00:00Z')],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['2026-3-1', undefined],
  ['20260301', undefined],
  ['', undefined],
])('%s begins at %s', (day, at) => {
  expect(beginOf(day)).toBe(at);
});

describe('any refunds of any payment', () => {
  test('take back, in all, what of received and fee belongs to what went back, each half up', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 8 });
    const input = fc.record({
      amount: fc.integer({ min: 1, max: 200_000 }),
      coupon: fc.integer({ min: 0, max: 100_000 }),
      feePpm: fc.integer({ min: 0, max: 20_000 }),
      parts,
    });
    const halfUp = (value: bigint, by: bigint) => Number((2n * value + by) / (2n * by));
    fc.assert(
      fc.property(input, ({ amount, coupon, feePpm, parts }) => {
        const books = new Books(() => {});
        const trade = paid(books, { amount }, NOON, coupon);
        for (const [i, part] of parts.entries()) books.refund(trade, `r${i}`, part, NOON + i + 1);
        const [payment, ...refunds] = rowsOf(books, { appId: 'app', feePpm }, SELLER, '2026-03-01');
        const received = Math.max(0, amount - coupon);
        const fee = halfUp(BigInt(received) * BigInt(feePpm), 1_000_000n);
        expect(payment && sums(payment)).toEqual([amount, received, 0 - fee]);
        const gone = refunds.reduce((sum, row) => sum - row.amount, 0);
        const part = (of: number) => halfUp(BigInt(of) * BigInt(gone), BigInt(amount));
        const total = (field: 'received' | 'fee') => refunds.reduce((sum, row) => sum + row[field], 0);
        expect([total('received'), total('fee')]).toEqual([0 - part(received), part(fee)]);
      }),
      { seed: 16 },
    );
  });
});

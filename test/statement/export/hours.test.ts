/** What was sold in each hour: every line in one, its money on its own side, and no late line in any. */
import { expect, test } from 'vitest';
import type { LineView } from '../../../functions/contract/answers.ts';
import { Hours } from '../../../functions/statement/export/hours.ts';

const line = (more: Partial<LineView>) =>
  ({ late: false, type: 'payment', currency: 'CNY', gross: 1000, fee: 6, ...more }) as LineView;
const at = (time: string, more: Partial<LineView> = {}) => line({ occurredAt: `2026-03-01T${time}Z`, ...more });

test('payments and refunds of an hour are summed apart, by currency', () => {
  const hours = new Hours('Asia/Shanghai');
  expect([...hours.rows]).toEqual([]);
  for (const it of [
    at('04:00:00.000'),
    at('04:59:59.999', { gross: 500, fee: 3 }),
    at('04:30:00.000', { type: 'refund', gross: -200, fee: -1 }),
    at('04:40:00.000', { type: 'refund', gross: -100, fee: -1 }),
    at('05:00:00.000', { currency: 'JPY', gross: 7, fee: 0 }),
    at('06:00:00.000', { late: true }),
    at('06:00:00.000', { type: 'fee_adjustment', gross: 0, fee: 5 }),
  ])
    hours.add(it);
  const none = { sales: 0, refunds: 0, fees: 0, feesReturned: 0 };
  const day = (hour: number, sums: object) => Array.from({ length: 24 }, (_, i) => (i === hour ? sums : none));
  expect([...hours.rows]).toEqual([
    ['CNY', day(12, { sales: 1500, refunds: -300, fees: 9, feesReturned: -2 })],
    ['JPY', day(13, { ...none, sales: 7 })],
  ]);
});

test('the first and the last hour of a day are hours', () => {
  const hours = new Hours('UTC');
  hours.add(at('00:00:00.000', { gross: 1 }));
  hours.add(at('23:59:59.999', { gross: 2 }));
  const sales = hours.rows.get('CNY')?.map((hour) => hour.sales) ?? [];
  expect([sales[0], sales[23], sales.reduce((a, b) => a + b)]).toEqual([1, 2, 3]);
});

test('an instant that is none is an error, not an hour', () => {
  expect(() => new Hours('UTC').add(line({ occurredAt: 'noon' }))).toThrow(RangeError);
});

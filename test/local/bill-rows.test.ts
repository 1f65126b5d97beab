/** What the simulator's own books say of a day, where the shop itself gave a discount. */
import { expect, test } from 'vitest';
import { rowsOf } from '../../bin/local/alipay-simulator/bill-rows.ts';
import { Books, type Order } from '../../bin/local/alipay-simulator/books.ts';

const NOON = Date.parse('2026-03-01T12:00:00+08:00');
const order: Order = {
  ...{ appId: 'app', sellerId: '2088000000000001', outTradeNo: 'o_1', amount: 10_000, subject: 'tea', content: '' },
  ...{ notifyUrl: null, endsAt: NOON + 60_000 },
};

test('fees are taken of what is received, and refunds take their part of it, by running totals', () => {
  const books = new Books(() => {});
  const trade = books.scan(books.precreate(order, NOON) as Parameters<Books['scan']>[0], NOON);
  if ('no' in trade) throw new Error(trade.no);
  books.pay(trade, NOON);
  trade.received = 8_001;
  for (const [i, amount] of [3_333, 3_333, 3_334].entries()) books.refund(trade, `r${i}`, amount, NOON + i);
  const rows = rowsOf(books, { appId: 'app' }, order.sellerId, '2026-03-01');
  expect(rows.map(({ amount, received, fee }) => [amount, received, fee])).toEqual([
    [10_000, 8_001, -48],
    [-3_333, -2_667, 16],
    [-3_333, -2_666, 16],
    [-3_334, -2_668, 16],
  ]);
});

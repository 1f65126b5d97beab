/** A shop with two days of trade, and the audit of its statements: what must hold whatever happened meanwhile. */
import { expect } from 'vitest';
import { hashOf } from '../../functions/statement/statement.ts';
import { tallyOf } from '../../functions/statement/totals.ts';
import { verifyStatements } from '../../functions/statement/verify.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aMerchant, aSale, DELAY, newShop, type Shop } from './shop.ts';

export const merchant = aMerchant();
/** When the first of the two days is sealed. */
export const DUE = Date.parse('2026-03-01T16:00:00.000Z') + DELAY;

/** Two days of trade: payments, refunds on both days, one known late, and a quiet order that is never paid. */
export async function tradingShop(): Promise<Shop> {
  const shop = await newShop();
  await shop.setUp(merchant, NOON);
  const first = await shop.sell(merchant, { no: '1', paidAt: NOON, amount: 1234 });
  const refunded = await shop.refund(first, 'r-1', 100, NOON + HOUR);
  await shop.refund(refunded, 'r-2', 1134, NOON + DAY);
  await shop.sell(merchant, { no: '2', paidAt: NOON + 2 * HOUR, amount: 999, storeId: 'west' });
  await shop.sell(merchant, { no: '3', paidAt: NOON + DAY, amount: 500 });
  const { order } = aSale(merchant, { no: '4', paidAt: NOON });
  await shop.tables.orders.create({ ...order });
  return shop;
}

/** What must hold whatever happened: each fact on exactly one line, marked with that day; sums, hashes and the chain. */
export async function audit(shop: Shop, orderNos: readonly string[]) {
  expect(
    (
      await verifyStatements(
        shop.services(() => DUE + DAY),
        merchant.id,
      )
    ).findings,
  ).toEqual([]);
  const books = await shop.books(merchant.id);
  let previousHash: string | null = null;
  for (const { statement, totals, lines } of books) {
    expect(statement.previousHash).toBe(previousHash);
    expect(hashOf(statement)).toBe(statement.hash);
    expect(lines.map(({ lineNo }) => lineNo)).toEqual(Array.from({ length: statement.lineCount }, (_, i) => i + 1));
    expect(totals).toEqual(tallyOf(lines).totals);
    previousHash = statement.hash;
  }
  const carried = books.flatMap(({ statement, lines }) =>
    lines.map(({ merchantOrderNo, attempt, refundNo, gross }) =>
      [merchantOrderNo, attempt, refundNo, gross, statement.day].join(),
    ),
  );
  const facts: string[] = [];
  for (const no of orderNos) {
    const order = await shop.orders.get(aSale(merchant, { no, paidAt: NOON }).order.orderId);
    for (const payment of order?.payments ?? [])
      facts.push([no, payment.attempt, null, order?.request.amount.value, payment.posted].join());
    for (const refund of order?.refunds ?? [])
      if (refund.result?.status === 'succeeded')
        facts.push([no, refund.attempt, refund.refundNo, -refund.amount, refund.posted].join());
  }
  expect(carried.sort()).toEqual(facts.sort());
  return books;
}

export const NOS = ['1', '2', '3', '4'];

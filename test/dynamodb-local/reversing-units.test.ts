/**
 * What the life of an order costs at a channel whose close reverses, and which tells a wallet and a settlement, as DynamoDB Local
 * counts it: at most one write unit more than at a channel that does neither.
 */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ORDERS } from '../../functions/table/table.ts';
import { SECOND } from '../../functions/time.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { YenShop } from '../support/yen-shop.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { REVERSING_YEN } = await import('../support/reversing-yen.ts');
  return { CHANNELS: { ...CHANNELS, yen: REVERSING_YEN } };
});

let engine: TestEngine;
let shop: YenShop;
let ordersTable = '';
let write = 0;
let number = 0;

beforeAll(async () => {
  engine = await openEngine('dynamodb-local');
  engine.watch(({ operation, table, units }) => {
    if (table === ordersTable && operation === 'PutItem') write += units;
  });
});
afterAll(() => engine.stop());

beforeEach(async () => {
  const { table, name } = await engine.newTable(ORDERS);
  ordersTable = name;
  shop = new YenShop('refund', table);
  shop.channel.more = {
    ...{ wallet: 'GCash', customerPaid: { currency: 'PHP', value: 1_712_000 } },
    settlement: {
      gross: { currency: 'USD', value: 30_200 },
      ...{ pair: 'JPY/USD', price: '0.006711', quoteId: '2026030119463000001402' },
    },
  };
  write = 0;
});

const opened = async () => {
  number += 1;
  return (await shop.open(`20260301-till-01-${number}`)).orderId;
};

const paid = async () => {
  const orderId = await opened();
  const message = shop.channel.pay(`${orderId}_1`);
  if (message) await shop.hears(message);
  return orderId;
};

test('paid by the code costs 7 write units, as at Alipay before the statement’s two', async () => {
  const order = await shop.order(await paid());
  expect([order.payments[0]?.wallet, write]).toEqual(['GCash', 7]);
});

test('closed by the cashier costs one more than closed by its end: the wish', async () => {
  const orderId = await opened();
  await shop.close(orderId);
  expect([(await shop.order(orderId)).closed?.reason, write]).toEqual(['cashier', 7]);
});

test('closed by its end costs 6 write units, as at Alipay', async () => {
  const orderId = await opened();
  shop.now += 230 * SECOND;
  await shop.sweep();
  expect([(await shop.order(orderId)).closed?.reason, write]).toEqual(['expiry', 6]);
});

test('refunded under a second number costs four write units more than under the first', async () => {
  const orderId = await paid();
  write = 0;
  await shop.refund(orderId, 'a', 100);
  const under = [write];
  write = 0;
  shop.channel.hasCover = false;
  shop.now += 60 * SECOND;
  await shop.refund(orderId, 'b', 100);
  shop.channel.hasCover = true;
  shop.now += 60 * SECOND;
  await shop.poll(orderId);
  expect([...under, write]).toEqual([4, 8]);
});

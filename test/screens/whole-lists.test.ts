/** Lists that sums are made of: whole, or not at all. */
import { expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { allOf, TooManyRows, wholeOf } from '../../web/console/all-of.ts';
import { faultText } from '../../web/console/fault-text.ts';
import { cny } from './lives.ts';
import { Server } from './server.ts';

test('screens R4 a list is read page by page to its end; where it goes on beyond the bound, its sum is not told', async () => {
  const { client } = new Server();
  for (let i = 0; i < 101; i += 1)
    await client.call('createOrder', {
      body: { merchantOrderNo: `no-${i}`, amount: cny(1), subject: 'tea', qrCode: false },
    });
  const asked = { query: { storeId: 'main' } };
  const numbers = (orders: OrderView[]) => new Set(orders.map(({ merchantOrderNo }) => merchantOrderNo)).size;
  expect(numbers(await wholeOf<OrderView>(client, 'listOrders', asked, 200))).toBe(101);
  expect(numbers(await wholeOf<OrderView>(client, 'listOrders', asked, 101))).toBe(101);
  expect(numbers(await allOf<OrderView>(client, 'listOrders', asked, 100))).toBe(100);
  const tooMany = await wholeOf<OrderView>(client, 'listOrders', asked, 100).catch((error: unknown) => error);
  expect(tooMany).toEqual(new TooManyRows(100));
  expect([faultText('en', tooMany), faultText('zh-CN', tooMany)]).toEqual([
    'There are more than 100 rows, and the sum of a part would be wrong: use the command line.',
    '数据超过 100 条，只算一部分会出错，请使用命令行。',
  ]);
});

/** The store of orders: what an item looks like, whose write wins, and who finds it again. */
import { describe, expect, test } from 'vitest';
import { base32, orderIdOf } from '../../functions/ids.ts';
import { Orders } from '../../functions/order/orders.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import type { Item } from '../../functions/table/table.ts';
import { ORDERS } from '../../functions/table/table.ts';
import { anOrder, NOON, paid } from '../support/orders.ts';

const { orderId: _, schema, version, updatedAt, dueAt, payments, refunds, ...NEW } = anOrder();

/** A store with one order. */
async function stored(shards?: number) {
  const table = new MemoryTable(ORDERS);
  const orders = new Orders(table, shards);
  const { order } = await orders.create(NEW);
  return { table, orders, order };
}

describe('an order’s number', () => {
  test('an order’s number is the merchant’s for ever', () => {
    expect(orderIdOf('mer_a', '1')).toEqual('ord_ozuuvvp6d5nrktvgocp6kce2fn');
    expect(orderIdOf('mer_a', '2')).toEqual('ord_27s57l64f2uenfko34th5pwyt5');
    expect(orderIdOf('mer_a1', '')).not.toBe(orderIdOf('mer_a', '1'));
  });

  // RFC 4648 without padding, and without a last digit for bits that are left over.
  test.each([
    ['', ''],
    ['f', 'm'],
    ['fo', 'mzx'],
    ['foo', 'mzxw'],
    ['foob', 'mzxw6y'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytbo'],
  ])('the number %j is written %j', (text, expected) => {
    expect(base32(Buffer.from(text))).toBe(expected);
  });
});

/** What the table holds of it for as long as it lives. */
const STORED = {
  account: {
    appId: '2021000000000001',
    channel: 'alipay',
    sellerId: '2088000000000001',
  },
  request: {
    amount: {
      currency: 'CNY',
      value: 1234,
    },
    expiresInSeconds: 180,
    merchantOrderNo: '20260301-1-1',
    storeId: 'main',
    subject: '拿铁咖啡',
    terminalId: 'trm_aaaabbbbcccc',
  },
  attempts: [
    {
      expiresAt: NOON + 180_000,
      kind: 'qr_code',
      n: 1,
    },
  ],
  createdAt: NOON,
  day: '2026-03-01',
  dayKey: 'mer_aaaabbbbcccc#main#2026-03-01',
};

describe('a new order', () => {
  test('is stored with what its indexes need', async () => {
    const { table, orders, order } = await stored();
    expect(await table.get(order.orderId)).toEqual({
      ...STORED,
      dueAt: NOON + 225_000,
      dueShard: '7',
      latePayment: 'refund',
      merchantId: 'mer_aaaabbbbcccc',
      orderId: 'ord_ogjdpqcrpq32vv7ouniwm7oi4x',
      payments: [],
      refunds: [],
      schema: 2,
      updatedAt: NOON,
      version: 1,
    });
    expect(await orders.create({ ...NEW, latePayment: 'keep' })).toEqual({
      order: await orders.get(order.orderId),
      isNew: false,
    });
  });

  test('that is there and is not there is a fault', async () => {
    const table = new MemoryTable(ORDERS);
    table.create = async () => false;
    await expect(new Orders(table).create(NEW)).rejects.toThrow(/^order ord_[a-z2-7]{26} is there and is not there$/);
  });
});

describe('a move', () => {
  test('is written under the version that was read', async () => {
    const { orders, order } = await stored();
    const verdict = await orders.apply(order, { type: 'code_given', n: 1, payload: 'code' }, NOON + 1);
    expect(verdict).toMatchObject({ kind: 'moved', order: { version: 2, attempts: [{ payload: 'code' }] } });
    expect(await orders.get(order.orderId)).toMatchObject(verdict.order);
    expect(await orders.apply(verdict.order, { type: 'code_given', n: 1, payload: 'x' }, NOON + 2)).toEqual({
      kind: 'unchanged',
      order: verdict.order,
    });
    expect(await orders.apply(verdict.order, { type: 'code_given', n: 2, payload: 'x' }, NOON + 2)).toEqual({
      kind: 'refused',
      order: verdict.order,
      reason: 'unknown_attempt',
    });
  });

  test('F42 that lost a race is decided again, by what the winner has written', async () => {
    const { orders, order } = await stored();
    await orders.apply(order, paid(), NOON + 1);
    expect(await orders.apply(order, paid(), NOON + 2)).toMatchObject({ kind: 'unchanged', order: { version: 2 } });
    expect(await orders.apply(order, { type: 'close_requested', by: 'cashier' }, NOON + 2)).toMatchObject({
      kind: 'refused',
      reason: 'order_paid',
      order: { version: 2 },
    });
  });

  test('that loses every race is a fault', async () => {
    const { table, orders, order } = await stored();
    let tries = 0;
    table.replace = async () => {
      tries += 1;
      return false;
    };
    const moves = orders.apply(order, { type: 'postponed' }, NOON);
    await expect(moves).rejects.toThrow(`${order.orderId} is written by too many at once: 50 races were lost`);
    expect(tries).toBe(50);
  });

  test('of an order that has gone is a fault', async () => {
    const { orders, order } = await stored();
    const gone = { ...order, orderId: 'ord_gone' };
    await expect(orders.apply(gone, { type: 'postponed' }, NOON)).rejects.toThrow('order ord_gone has gone');
  });

  test('that would break an invariant is not written', async () => {
    const { orders, order } = await stored();
    const broken = { ...order, closed: { at: NOON, reason: 'cashier' }, attempts: [] } as const;
    await expect(
      orders.apply(
        broken,
        { type: 'refund_reported', n: 1, channelNo: 'x', amount: { currency: 'CNY', value: 1 }, at: NOON },
        NOON,
      ),
    ).resolves.toMatchObject({ kind: 'refused' });
    // Two attempts of one number, both paid: no move may lead there, so the order is made by hand.
    const twice = {
      ...order,
      payments: [
        { attempt: 1, tradeNo: 't', paidAt: NOON, source: 'query', at: NOON },
        { attempt: 1, tradeNo: 't', paidAt: NOON, source: 'query', at: NOON },
      ],
    } as const;
    await expect(
      orders.apply(
        twice,
        { type: 'refund_reported', n: 1, channelNo: 'x', amount: { currency: 'CNY', value: 1 }, at: NOON },
        NOON,
      ),
    ).rejects.toThrow(`I4: an attempt is paid twice (order ${order.orderId})`);
    expect((await orders.get(order.orderId))?.version).toBe(1);
  });
});

describe('an item', () => {
  const reads = async (item: Item) => {
    const table = new MemoryTable(ORDERS);
    await table.create({ ...anOrder(), orderId: 'ord_a', ...item });
    const orders = new Orders(table);
    return Promise.all([orders.get('ord_a'), orders.getMany(['ord_a', 'ord_b'])]);
  };

  test('F52 of this layout and of the next one is read, attributes that nobody knows included', async () => {
    for (const schema of [2, 3]) {
      const [one, many] = await reads({ schema, later: true });
      expect(one).toEqual({ ...anOrder(), orderId: 'ord_a', schema, later: true });
      expect(many).toEqual([one]);
    }
  });

  test('of a layout after that, or of none, is refused', async () => {
    await expect(reads({ schema: 4 })).rejects.toThrow('order ord_a has schema 4, this code knows 2');
    await expect(reads({ schema: '1' })).rejects.toThrow('order ord_a has schema 1, this code knows 2');
  });

  test('that is not there is undefined', async () => {
    expect(await (await stored()).orders.get('ord_b')).toBeUndefined();
  });

  test('keeps attributes of a later version when it is written', async () => {
    const { table, orders, order } = await stored();
    await table.replace({ ...(await table.get(order.orderId)), later: true, dayKey: 'old' }, 1);
    const seen = await orders.get(order.orderId);
    if (seen) await orders.apply(seen, paid(), NOON + 1);
    expect(await table.get(order.orderId)).toEqual({
      ...STORED,
      latePayment: 'refund',
      later: true,
      merchantId: 'mer_aaaabbbbcccc',
      orderId: 'ord_ogjdpqcrpq32vv7ouniwm7oi4x',
      payments: [
        {
          at: NOON + 1,
          attempt: 1,
          paidAt: NOON + 60_000,
          source: 'notification',
          tradeNo: '2026030122001',
        },
      ],
      refunds: [],
      schema: 2,
      unpostedKey: 'mer_aaaabbbbcccc#3',
      updatedAt: NOON + 1,
      version: 2,
    });
  });
});

test('an anomaly is kept once, where a person looks for it', async () => {
  const { table, orders } = await stored();
  const anomaly = { key: 'k', reason: 'different_amount', attemptNo: 'ord_a_1', at: NOON, facts: { value: 1 } };
  expect([await orders.recordAnomaly(anomaly), await orders.recordAnomaly({ ...anomaly, at: NOON + 1 })]).toEqual([
    true,
    false,
  ]);
  const { keys } = await table.query({ index: 'due', partition: 'anomaly', limit: 9 });
  expect(await table.getMany(keys)).toEqual([
    {
      at: NOON,
      attemptNo: 'ord_a_1',
      dueAt: NOON,
      dueShard: 'anomaly',
      facts: {
        value: 1,
      },
      orderId: 'ano_8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a',
      reason: 'different_amount',
      version: 1,
    },
  ]);
});

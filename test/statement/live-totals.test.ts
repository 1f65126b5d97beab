/** I12: the sums of a shift, fact by fact: whose they are, since when, late or not, and each once, sealed or not. */
import { beforeEach, describe, expect, test } from 'vitest';
import { liveTotals, type Shift, TooMuchToAddUp } from '../../functions/statement/live.ts';
import type { Table } from '../../functions/table/table.ts';
import { DAY, HOUR, SECOND } from '../../functions/time.ts';
import { BEGIN, END, merchant, ReportShop, wrapped } from '../reconciliation/shop.ts';
import { NOON } from '../support/orders.ts';
import { DELAY, newShop } from './shop.ts';

const DUE = END + DELAY;
const FOR_EVER = { endsAt: Number.POSITIVE_INFINITY };

let it: ReportShop;
beforeEach(async () => {
  it = new ReportShop(await newShop());
  it.shards = 16;
  await it.shop.setUp(merchant, NOON);
  it.now = END - 1;
});

const live = (shift: Partial<Shift> = {}, deadline = FOR_EVER, tables = it.tables) =>
  liveTotals(it.services(tables), merchant, { since: BEGIN, ...shift }, deadline);
/** Of all stores together: payments, refunds, adjustments, their sum, and how many are late. */
const sums = async (...of: Parameters<typeof live>) => {
  const { totals } = (await live(...of)).tally;
  const sum = (by: (row: (typeof totals)[number]) => number) => totals.reduce((all, row) => all + by(row), 0);
  return [
    sum(({ payments }) => payments.count),
    sum(({ refunds }) => refunds.count),
    sum(({ feeAdjustments }) => feeAdjustments.count),
    sum(({ netReceivable }) => netReceivable),
    sum(({ lateLines }) => lateLines),
  ];
};
const seal = (now = DUE) => it.seal(now);

describe('a fact belongs to a shift', () => {
  test('from its first millisecond on, sealed or not', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    const both = async (since: number) => {
      it.now = END - 1;
      return sums({ since });
    };
    expect([await both(NOON), await both(NOON + 1)]).toEqual([
      [1, 0, 0, 994, 0],
      [0, 0, 0, 0, 0],
    ]);
    await seal();
    expect([await both(NOON), await both(NOON + 1)]).toEqual([
      [1, 0, 0, 994, 0],
      [0, 0, 0, 0, 0],
    ]);
  });

  test('of its store, its terminal, and whoever refunded', async () => {
    // Orders are opened by nobody in particular, and refunded by op-7.
    const main = await it.sell({ no: '1', paidAt: NOON });
    const west = await it.sell({ no: '2', paidAt: NOON, storeId: 'west', amount: 2000 });
    await it.shop.refund(west, 'r-1', 500, NOON + HOUR);
    expect(main.request.operatorId).toBeUndefined();
    const all = async () => [
      await sums({ storeId: 'main' }),
      await sums({ storeId: 'west' }),
      await sums({ storeId: 'east' }),
      await sums({ terminalId: 'trm_aaaabbbbcccc' }),
      await sums({ terminalId: 'trm_other' }),
      await sums({ operatorId: 'op-7' }),
      await sums({ operatorId: 'op-8' }),
      await sums({ storeId: 'west', operatorId: 'op-7' }),
      await sums({ storeId: 'main', operatorId: 'op-7' }),
      await sums({ storeId: 'main', terminalId: 'trm_other' }),
    ];
    const none = [0, 0, 0, 0, 0];
    const wanted = [
      [1, 0, 0, 994, 0],
      [1, 1, 0, 1491, 0],
      none,
      [2, 1, 0, 2485, 0],
      none,
      [0, 1, 0, -497, 0],
      none,
      [0, 1, 0, -497, 0],
      ...[none, none],
    ];
    expect(await all()).toEqual(wanted);
    await seal();
    expect(await all()).toEqual(wanted);
  });

  test('a payment without an agreement is counted if its order may belong', async () => {
    for (const no of ['a', 'b']) await it.sell({ no, paidAt: NOON, currency: 'JPY' });
    await it.sell({ no: 'c', paidAt: NOON, currency: 'JPY', storeId: 'west' });
    const without = async (shift: Partial<Shift>) => (await live(shift)).withoutAgreement;
    expect(await without({})).toBe(3);
    expect([await without({ storeId: 'main' }), await without({ storeId: 'west' })]).toEqual([2, 1]);
    expect([await without({ terminalId: 'trm_other' }), await without({ since: END })]).toEqual([0, 3]);
    // Of tomorrow is none of them.
    await it.sell({ no: 'd', paidAt: END, currency: 'JPY' });
    expect(await without({})).toBe(3);
  });
});

describe('each fact counts once', () => {
  /** A payment, two refunds and two adjustments of its fee on the second day, and the same of a refund. */
  beforeEach(async () => {
    const first = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
    const { orderId } = await it.shop.refund(first, 'r-2', 100, NOON + HOUR);
    await seal();
    const { orders } = it.services();
    for (const [i, fee] of [9, 8].entries())
      await orders.apply(
        await it.order({ orderId }),
        { type: 'fee_charged', n: 1, fee, lineFee: 6 },
        END + HOUR + i * SECOND,
      );
    const back = { type: 'fee_charged', n: 1, refundNo: 'r-1', fee: -2, lineFee: -1 } as const;
    await orders.apply(await it.order({ orderId }), back, END + HOUR);
    it.now = END + 2 * HOUR;
  });

  // 1000 - 200 of sales; of fees 6 - 1 - 0, and adjusted by 3 - 1 - 1.
  const wanted = [1, 2, 3, 800 - 5 - 1, 0];

  test('whatever they have in common, on a statement, on the next, or on none', async () => {
    expect(await sums()).toEqual(wanted);
    expect(await sums({ since: END })).toEqual([0, 0, 3, -1, 0]);
    await seal(DUE + DAY);
    it.now = DUE + DAY;
    expect(await sums()).toEqual(wanted);
    expect(await sums({ since: END })).toEqual([0, 0, 3, -1, 0]);
    await seal(DUE + 3 * DAY);
    it.now = DUE + 3 * DAY;
    expect(await sums()).toEqual(wanted);
  });

  test('when they are sealed between the two looks', async () => {
    let isFirst = true;
    const get: Table['get'] = async (key) => {
      if (isFirst) await seal(DUE + DAY);
      isFirst = false;
      return it.tables.statements.get(key);
    };
    const getMany: Table['getMany'] = async (keys) => {
      if (isFirst) await seal(DUE + DAY);
      isFirst = false;
      return it.tables.statements.getMany(keys);
    };
    it.now = END + 2 * HOUR;
    const statements = { ...wrapped(it.tables.statements), get, getMany };
    expect(await sums({}, FOR_EVER, { ...it.tables, statements })).toEqual(wanted);
  });
});

test('facts of one instant that differ in nothing but their attempt or their kind are different facts', async () => {
  const order = await it.open({ no: '1', paidAt: NOON });
  const { orders } = it.services();
  let last = (await orders.apply(order, { type: 'attempt_ended', n: 1, why: 'closed' }, NOON)).order;
  last = (await orders.apply(last, { type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON)).order;
  for (const n of [1, 2]) {
    const news = { tradeNo: `t-${n}`, paidAt: NOON, amount: order.request.amount };
    last = (await orders.apply(last, { type: 'paid', n, news, source: 'query' }, NOON)).order;
  }
  expect(await sums()).toEqual([2, 0, 0, 1988, 0]);
  await seal();
  await orders.apply(await it.order(order), { type: 'fee_charged', n: 1, fee: 9, lineFee: 6 }, NOON);
  expect(await sums()).toEqual([2, 0, 1, 1985, 1]);
  await seal(DUE + DAY);
  it.now = DUE + DAY;
  expect(await sums()).toEqual([2, 0, 1, 1985, 1]);
});

describe('a fact is late', () => {
  test('once its day is sealed without it, and not while that is still to come', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    it.now = END + 1;
    expect(await sums()).toEqual([1, 0, 0, 994, 0]);
    await seal();
    await it.sell({ no: '2', paidAt: NOON + HOUR });
    await it.sell({ no: '3', paidAt: END + 1 });
    it.now = DUE;
    expect(await sums()).toEqual([3, 0, 0, 2982, 1]);
    await seal(DUE + DAY);
    it.now = DUE + DAY;
    expect(await sums()).toEqual([3, 0, 0, 2982, 1]);
  });

  test('of a merchant that has no head, if it is of yesterday', async () => {
    it = new ReportShop(await newShop());
    await it.sell({ no: '1', paidAt: NOON });
    it.now = END - 1;
    expect(await sums()).toEqual([1, 0, 0, 994, 0]);
    it.now = END;
    expect(await sums()).toEqual([1, 0, 0, 994, 1]);
  });
});

describe('where time is up', () => {
  test('among unposted facts, there is no sum', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    expect(await sums({}, { endsAt: it.now })).toEqual([1, 0, 0, 994, 0]);
    await expect(live({}, { endsAt: it.now - 1 })).rejects.toThrow(TooMuchToAddUp);
    await expect(live({}, { endsAt: it.now - 1 })).rejects.toThrow('the facts are more than one request can read');
  });

  test('among lines, there is none either', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    await seal();
    const until = it.now;
    const late = (ms: number) => {
      it.now = until;
      const get: Table['get'] = async (key) => {
        if (key.startsWith('chk_')) it.now = until + ms;
        return it.tables.statements.get(key);
      };
      return { ...it.tables, statements: { ...wrapped(it.tables.statements), get } };
    };
    expect(await sums({}, { endsAt: until }, late(0))).toEqual([1, 0, 0, 994, 0]);
    await expect(live({}, { endsAt: until }, late(1))).rejects.toThrow(TooMuchToAddUp);
  });
});

test('the days of a shift are read, and no others', async () => {
  for (const i of [0, 1, 3]) await it.sell({ no: `${i}`, paidAt: NOON + i * DAY });
  await seal(DUE + 4 * DAY);
  it.now = END + 4 * DAY - 1;
  const read: (readonly string[])[] = [];
  const getMany: Table['getMany'] = async (keys) => {
    read.push(keys);
    return it.tables.statements.getMany(keys);
  };
  const tables = { ...it.tables, statements: { ...wrapped(it.tables.statements), getMany } };
  expect(await sums({ since: BEGIN + DAY }, FOR_EVER, tables)).toEqual([2, 0, 0, 1988, 0]);
  expect(read).toEqual([['02', '03', '04', '05'].map((day) => `${merchant.id}.2026-03-${day}`)]);
  expect(await sums({ since: BEGIN + DAY - 1 })).toEqual([2, 0, 0, 1988, 0]);
  expect(await sums({ since: BEGIN })).toEqual([3, 0, 0, 2982, 0]);
});

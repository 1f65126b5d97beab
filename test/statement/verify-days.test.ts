/** F60: verification day by day: days that were never decided, a seal before its head, and facts that bear other marks. */
import { beforeEach, describe, expect, test } from 'vitest';
import { movementsOf } from '../../functions/statement/lines.ts';
import { hashOf, makeStatement } from '../../functions/statement/statement.ts';
import { verifyStatements } from '../../functions/statement/verify.ts';
import type { Table } from '../../functions/table/table.ts';
import { DAY, dayAfter, HOUR } from '../../functions/time.ts';
import { DAYS, END, fail, merchant, ReportShop, wrapped } from '../reconciliation/shop.ts';
import { NOON } from '../support/orders.ts';
import { DELAY, newShop } from './shop.ts';
import { edit, findingsOf } from './verifying.ts';

const DUE = END + DELAY;
const [FIRST, SECOND, THIRD] = DAYS;
const idOf = (day: string) => `${merchant.id}.${day}`;

let it: ReportShop;
beforeEach(async () => {
  it = new ReportShop(await newShop());
  it.shards = 16;
  await it.shop.setUp(merchant, NOON);
});

const verify = (tables = it.tables) => verifyStatements(it.services(tables), merchant.id);
const found = async (tables = it.tables) => findingsOf(await verify(tables));
/** The table without some days. */
const without = (...days: string[]) => {
  const { statements } = it.tables;
  const gone = new Set(days.map(idOf));
  const getMany: Table['getMany'] = (keys) => statements.getMany(keys.filter((key) => !gone.has(key)));
  return { ...it.tables, statements: { ...wrapped(statements), getMany } };
};
const hashes = async () => (await it.shop.books(merchant.id)).map(({ statement }) => statement.hash);

describe('days', () => {
  test('are walked a hundred a read, from the one after the head back to the first', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    await it.sell({ no: '2', paidAt: NOON + 120 * DAY });
    await it.seal(DUE + 230 * DAY);
    const last = dayAfter(FIRST, 230);
    const read: (readonly string[])[] = [];
    const { statements } = it.tables;
    const getMany: Table['getMany'] = async (keys) => {
      if (keys[0]?.startsWith(merchant.id)) read.push(keys);
      return statements.getMany(keys);
    };
    const result = await verify({ ...it.tables, statements: { ...wrapped(statements), getMany } });
    expect(result).toEqual({ merchantId: merchant.id, statements: 2, lines: 2, findings: [] });
    expect(read.map((keys) => [keys.length, keys[0], keys.at(-1)])).toEqual(
      [0, 100, 200, 300].map((i) => [100, idOf(dayAfter(last, 1 - i)), idOf(dayAfter(last, -98 - i))]),
    );
  });

  test('that were never decided are holes, each of them, but not those before the first and after the last', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    await it.sell({ no: '2', paidAt: NOON + 4 * DAY });
    await it.seal(DUE + 4 * DAY);
    expect(await found()).toEqual([]);
    const hole = (day: string) => `${day} chain: the day was never decided`;
    expect(await found(without(SECOND))).toEqual([hole(SECOND)]);
    expect(await found(without(THIRD, DAYS[3], SECOND))).toEqual([hole(DAYS[3]), hole(THIRD), hole(SECOND)]);
    const [first] = await hashes();
    expect(await found(without(FIRST))).toEqual([` chain: the statement ${first} is missing`]);
  });

  test('as many as one read lie open hide what is before them, and say so', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    await it.seal(DUE + 110 * DAY);
    const [hash] = await hashes();
    const days = Array.from({ length: 110 }, (_, i) => dayAfter(FIRST, i + 1));
    expect(await found(without(...days))).toEqual([` chain: the statement ${hash} is missing`]);
  });

  test('with more that is wrong than a person reads are told up to a hundred', async () => {
    for (let i = 0; i < 103; i += 1) await it.sell({ no: `${i}`, paidAt: NOON + i });
    await it.seal(DUE);
    const orders = { ...wrapped(it.tables.orders), getMany: async () => [] };
    const findings = await found({ ...it.tables, orders });
    expect(findings).toHaveLength(100);
    expect(findings[99]).toBe(`${FIRST} orders: line 100: the order is missing`);
  });
});

describe('a statement that was sealed by a run that died', () => {
  /** The second day, sealed and not marked, under a head that stands at the first. */
  const sealed = async (previousHash?: string) => {
    await it.sell({ no: '1', paidAt: NOON });
    await it.seal(DUE);
    const [hash = null] = await hashes();
    const order = await it.sell({ no: '2', paidAt: NOON + DAY });
    const frame = { merchantId: merchant.id, day: SECOND, zone: merchant.zone, sealedAt: DUE + DAY };
    const { statement, chunks } = makeStatement(
      { ...frame, previousHash: previousHash ?? hash },
      movementsOf(order, merchant, SECOND).movements,
    );
    await it.services().statements.seal(statement, chunks);
  };

  test('is in order, with facts that do not bear its mark', async () => {
    await sealed();
    expect(await verify()).toEqual({ merchantId: merchant.id, statements: 2, lines: 2, findings: [] });
  });

  test('must follow the one on which the head stands', async () => {
    await sealed('other');
    expect(await verify()).toEqual({
      ...{ merchantId: merchant.id, statements: 2, lines: 2 },
      findings: [{ day: SECOND, what: 'chain', detail: 'it does not follow the statement before it' }],
    });
  });
});

describe('orders', () => {
  const change = (key: string, name: string, more: object) =>
    edit(it.tables.orders, key, (item) => ({ [name]: (item[name] as object[]).map((fact) => ({ ...fact, ...more })) }));

  test('are read a hundred at a time, and each of many lines is found on its own', async () => {
    for (let i = 0; i < 101; i += 1) await it.sell({ no: `${i}`, paidAt: NOON + i });
    await it.seal(DUE);
    const read: number[] = [];
    const { orders } = it.tables;
    const getMany: Table['getMany'] = async (keys) => {
      read.push(keys.length);
      return orders.getMany(keys);
    };
    expect(await found({ ...it.tables, orders: { ...wrapped(orders), getMany } })).toEqual([]);
    expect(read).toEqual([100, 1]);
  });

  test('that bear the mark on more or fewer facts than there are lines are said', async () => {
    const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
    const { orderId } = order;
    await it.seal(DUE);
    expect(await found()).toEqual([]);
    await change(orderId, 'refunds', { posted: SECOND });
    expect(await found()).toEqual([
      `${FIRST} orders: line 2: order ${orderId} has no such fact of this statement`,
      `${FIRST} orders: ${orderId} has 1 facts of this statement, on 2 lines`,
    ]);
    await change(orderId, 'refunds', { posted: FIRST });
    const [refund] = (await it.order(order)).refunds;
    await edit(it.tables.orders, orderId, () => ({
      refunds: [refund, { ...refund, refundNo: 'r-2', k: 2, amount: 50 }],
    }));
    expect((await found()).at(-1)).toBe(`${FIRST} orders: ${orderId} has 3 facts of this statement, on 2 lines`);
  });

  test('are seen as the seal saw them: what was posted before counts, what came later does not', async () => {
    // Three refunds of a fee of 6: each gives back what the ones before have left.
    let order = await it.sell({ no: '1', paidAt: NOON, amount: 1000 });
    await it.seal(DUE);
    for (const i of [1, 2, 3]) {
      order = await it.shop.refund(await it.order(order), `r-${i}`, 333, NOON + i * DAY);
      await it.seal(DUE + i * DAY);
    }
    const fees = (await it.shop.books(merchant.id)).map(({ lines }) => lines.map(({ fee }) => fee));
    expect(fees).toEqual([[6], [-2], [-2], [-2]]);
    // Not on a statement yet.
    await it.shop.refund(await it.order(order), 'r-0', 1, NOON + HOUR);
    expect(await verify()).toEqual({ merchantId: merchant.id, statements: 4, lines: 4, findings: [] });
  });

  test('a line of each kind is found among the facts of its order', async () => {
    const sold = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
    await it.seal(DUE);
    const { orders } = it.services();
    for (const [i, fee] of [9, 8].entries())
      await orders.apply(await it.order(sold), { type: 'fee_charged', n: 1, fee, lineFee: 6 }, END + HOUR + i);
    await it.seal(DUE + DAY);
    const key = sold.orderId;
    await edit(it.tables.orders, key, ({ feeAdjustments }) => ({
      feeAdjustments: (feeAdjustments as object[]).map((it, i) => (i === 0 ? { ...it, fee: 4 } : it)),
    }));
    expect(await found()).toEqual([`${SECOND} orders: line 1: fee is 3, and 4 by order ${key}`]);
    await edit(it.tables.orders, key, ({ feeAdjustments }) => ({
      feeAdjustments: (feeAdjustments as object[]).slice(1),
    }));
    expect(await found()).toEqual([
      `${SECOND} orders: line 1: order ${key} has no such fact of this statement`,
      `${SECOND} orders: ${key} has 1 facts of this statement, on 2 lines`,
    ]);
  });
});

test('a chunk that cannot be read is told by what went wrong, whatever was thrown', async () => {
  await it.sell({ no: '1', paidAt: NOON });
  await it.seal(DUE);
  const { statements } = it.tables;
  const throwing = (what: unknown) => {
    const get: Table['get'] = async (key) => {
      if (key.startsWith('chk_')) throw what;
      return statements.get(key);
    };
    return found({ ...it.tables, statements: { ...wrapped(statements), get } });
  };
  expect(await throwing(new Error('no table'))).toEqual([`${FIRST} chunks: no table`]);
  expect(await throwing('a word')).toEqual([`${FIRST} chunks: a word`]);
});

test('a day whose document says another day is checked by its own place', async () => {
  await it.sell({ no: '1', paidAt: NOON });
  await it.seal(DUE);
  const { statements } = it.tables;
  await edit(statements, idOf(FIRST), (item) => {
    const forged = { ...item, zone: 'UTC' };
    return { ...forged, hash: hashOf(forged as unknown as Parameters<typeof hashOf>[0]) };
  });
  const { hash } = (await statements.get(idOf(FIRST))) ?? fail();
  await edit(statements, `head_${merchant.id}`, () => ({ lastHash: hash }));
  // Noon in Shanghai is of the same day in UTC.
  expect(await found()).toEqual([]);
});

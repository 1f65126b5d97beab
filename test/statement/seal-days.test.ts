/** F47, F60: what a sealing run writes, says and counts, where it stops, and who is worked although another one fails. */
import { beforeEach, describe, expect, test } from 'vitest';
import { movementsOf } from '../../functions/statement/lines.ts';
import { sealDue } from '../../functions/statement/seal.ts';
import { makeStatement } from '../../functions/statement/statement.ts';
import type { Head } from '../../functions/statement/stored.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { DAYS, END, fail, merchant, ReportShop, wrapped } from '../reconciliation/shop.ts';
import { NOON } from '../support/orders.ts';
import { aMerchant, DELAY, newShop, type Tables } from './shop.ts';

const DUE = END + DELAY;
const RUN = 48 * SECOND;
const FRAME = { merchantId: merchant.id, day: DAYS[0], zone: merchant.zone, sealedAt: DUE, previousHash: null };

let it: ReportShop;
beforeEach(async () => {
  it = new ReportShop(await newShop());
  it.shards = 16;
  await it.shop.setUp(merchant, NOON);
});

const run = (now: number, tables: Tables = it.tables, endsAt = now + RUN, shards?: readonly string[]) => {
  it.now = now;
  return sealDue(it.services(tables), { endsAt }, shards);
};
const head = async ({ id } = merchant) => (await it.tables.statements.get(`head_${id}`)) as (Head & Item) | undefined;
const began = {
  ...{ id: `head_${merchant.id}`, merchantId: merchant.id, version: 1, lastDay: '2026-02-28', lastHash: null },
  ...{ dueAt: END, dueShard: '0' },
};
const aHead = async (changes: object) => ({ ...began, dueShard: (await head())?.dueShard, ...changes });
const statementsWith = (calls: Partial<Table>): Tables => ({
  ...it.tables,
  statements: { ...wrapped(it.tables.statements), ...calls },
});
const failed = (error: string, message = 'statement_not_sealed') => [
  'error',
  message,
  { merchantId: merchant.id, error: `Error: ${error}` },
];

test('a sealed day: the root, its chunks, the marks, the head, one line of the log and one count', async () => {
  const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  const { statement, chunks } = makeStatement(FRAME, movementsOf(order, merchant, DAYS[0]).movements);
  await run(DUE);
  const id = `${merchant.id}.${DAYS[0]}`;
  expect(await it.tables.statements.get(id)).toEqual({ id, version: 1, ...statement });
  for (const { hash, text } of chunks)
    expect(await it.tables.statements.get(`chk_${hash}`)).toEqual({ id: `chk_${hash}`, version: 1, text });
  const { payments, refunds, version } = await it.order(order);
  expect(payments).toEqual([{ ...order.payments[0], posted: DAYS[0], agreementId: 'agr_1' }]);
  expect(refunds).toEqual([{ ...order.refunds[0], posted: DAYS[0] }]);
  expect(version).toBe(order.version + 1);
  expect(await head()).toEqual(
    await aHead({ version: 2, lastDay: DAYS[0], lastHash: statement.hash, dueAt: DUE + DAY }),
  );
  expect(it.log).toEqual([['info', 'statement_sealed', { merchantId: merchant.id, day: DAYS[0], count: 2 }]]);
  expect(it.counted).toEqual([['statementsSealed', undefined]]);
});

test('adjustments are marked one by one, each with its own line', async () => {
  const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  await run(DUE);
  const { orders } = it.services();
  const charged = { type: 'fee_charged', n: 1, fee: 9, lineFee: 6 } as const;
  const first = await orders.apply(await it.order(order), charged, DUE + HOUR);
  const back = { type: 'fee_charged', n: 1, refundNo: 'r-1', fee: -3, lineFee: -1 } as const;
  await orders.apply(first.order, back, DUE + HOUR);
  // Not of this day any more.
  await orders.apply(await it.order(order), { ...charged, fee: 8 }, END + DAY);
  await run(DUE + DAY);
  expect((await it.order(order)).feeAdjustments).toEqual([
    { attempt: 1, charged: 9, fee: 3, at: DUE + HOUR, posted: DAYS[1] },
    { attempt: 1, refundNo: 'r-1', charged: -3, fee: -2, at: DUE + HOUR, posted: DAYS[1] },
    { attempt: 1, charged: 8, fee: -1, at: END + DAY },
  ]);
  const [, book] = await it.shop.books(merchant.id);
  expect(book?.lines.map(({ type, fee, refundNo }) => [type, fee, refundNo])).toEqual([
    ['fee_adjustment', 3, null],
    ['fee_adjustment', -2, 'r-1'],
  ]);
});

test('a day on which nothing was sold: an item that says so, and the hash before it stays', async () => {
  await it.sell({ no: '1', paidAt: NOON });
  await run(DUE);
  const { lastHash } = (await head()) ?? fail();
  it.log.length = it.counted.length = 0;
  await run(DUE + DAY);
  const id = `${merchant.id}.${DAYS[1]}`;
  expect(await it.tables.statements.get(id)).toEqual({ id, version: 1, merchantId: merchant.id, empty: true });
  expect(await head()).toEqual(await aHead({ version: 3, lastDay: DAYS[1], lastHash, dueAt: DUE + 2 * DAY }));
  expect([it.log, it.counted]).toEqual([[], []]);
});

describe('a head that is looked at too early', () => {
  test('is put to the time at which its day is due, once', async () => {
    expect(await head()).toEqual(await aHead({}));
    await run(END - 1);
    expect(await head()).toEqual(await aHead({}));
    await run(END);
    expect(await head()).toEqual(await aHead({ version: 2, dueAt: DUE }));
    await run(DUE - 1);
    expect(await head()).toEqual(await aHead({ version: 2, dueAt: DUE }));
    await run(DUE);
    expect(await head()).toEqual(await aHead({ version: 3, lastDay: DAYS[0], dueAt: DUE + DAY }));
    expect([it.log, it.counted]).toEqual([[], []]);
  });

  test('a head is put off by as much as a deployment waits longer than before', async () => {
    await run(END);
    it.now = DUE;
    await sealDue({ ...it.services(), statementDelay: HOUR }, { endsAt: DUE + RUN });
    expect(await head()).toEqual(await aHead({ version: 3, dueAt: END + HOUR }));
  });
});

describe('a day is begun', () => {
  test('while twelve seconds are left, and not a millisecond less', async () => {
    await run(DUE, it.tables, DUE + 12 * SECOND - 1);
    expect(await head()).toEqual(await aHead({}));
    await run(DUE, it.tables, DUE + 12 * SECOND);
    expect(await head()).toMatchObject({ version: 2, lastDay: DAYS[0] });
  });

  test('the next day is begun only in the time that the one before has left', async () => {
    const create = async (item: Item) => {
      it.now += 1;
      return it.tables.statements.create(item);
    };
    await run(DUE + 3 * DAY, statementsWith({ create }), DUE + 3 * DAY + 12 * SECOND + 1);
    expect(await head()).toMatchObject({ version: 3, lastDay: DAYS[1] });
  });

  test('four merchants of a shard begin a day at the same time, and no more', async () => {
    const shard = String((await head())?.dueShard);
    const others = [];
    for (let i = 0; others.length < 9; i += 1) {
      const other = aMerchant({ id: `mer_${i}` });
      await it.shop.setUp(other, NOON);
      if ((await head(other))?.dueShard === shard) others.push(other);
    }
    let [atWork, most] = [0, 0];
    const create = async (item: Item) => {
      atWork += 1;
      most = Math.max(most, atWork);
      for (let i = 0; i < 20; i += 1) await null;
      atWork -= 1;
      return it.tables.statements.create(item);
    };
    await run(DUE, statementsWith({ create }), DUE + RUN, [shard]);
    expect(most).toBe(4);
    for (const other of [merchant, ...others]) expect(await head(other)).toMatchObject({ lastDay: DAYS[0] });
    // Shards that were not named were not looked into.
    let worked = 0;
    for (let i = 0; i < 9; i += 1) worked += (await head(aMerchant({ id: `mer_${i}` })))?.lastDay === DAYS[0] ? 1 : 0;
    expect(worked).toBeLessThan(9);
  });

  test('merchants behind the first hundred have their day, too, and one that stays due has it once in a run', async () => {
    const shard = String((await head())?.dueShard);
    const heads: Item[] = [];
    for (let i = 0; i < 105; i += 1) {
      const id = `mer_unknown${i}`;
      heads.push({ ...began, id: `head_${id}`, merchantId: id, dueShard: shard, dueAt: END - 1000 + i });
    }
    for (const item of heads) await it.tables.statements.create(item);
    // Nobody can put them off.
    const replace = async (item: Item, seen: number) =>
      item.id === began.id ? it.tables.statements.replace(item, seen) : fail('no write');
    await run(DUE, statementsWith({ replace }), DUE + RUN, [shard]);
    const sealing = it.log.filter(([, message]) => message === 'statement_not_sealed');
    expect(sealing).toHaveLength(100);
    it.log.length = 0;
    await run(DUE, it.tables, DUE + RUN, [shard]);
    expect(it.log).toHaveLength(105);
    expect(await head()).toMatchObject({ lastDay: DAYS[0] });
  });
});

describe('a failure', () => {
  test('of a look-up stops its own shard only', async () => {
    const other = aMerchant({ id: 'mer_bbbbcccc' });
    await it.shop.setUp(other, NOON);
    const { dueShard } = (await head()) ?? fail();
    expect((await head(other))?.dueShard).not.toBe(dueShard);
    const query: Table['query'] = async (wanted) =>
      wanted.partition === dueShard ? fail('no index') : it.tables.statements.query(wanted);
    await run(DUE, statementsWith({ query }));
    expect([await head(), (await head(other))?.lastDay]).toEqual([await aHead({}), DAYS[0]]);
    const fields = { error: 'Error: no index', reason: dueShard };
    expect(it.log).toEqual([['error', 'due_statements_not_read', fields]]);
    expect(it.counted).toEqual([['statementFailures', undefined]]);
  });

  test('of a merchant puts it off for longer and longer', async () => {
    await it.sell({ no: '1', paidAt: NOON });
    const create = async (item: Item) => (item.totalsText ? fail('no root') : it.tables.statements.create(item));
    const tables = statementsWith({ create });
    await run(DUE, tables);
    expect(await head()).toEqual(await aHead({ version: 2, failures: 1, dueAt: DUE + MINUTE }));
    await run(DUE + MINUTE - 1, tables);
    await run(DUE + MINUTE, tables);
    expect(await head()).toEqual(await aHead({ version: 3, failures: 2, dueAt: DUE + 3 * MINUTE }));
    expect(it.log).toEqual([failed('no root'), failed('no root')]);
    expect(it.counted).toEqual([
      ['statementFailures', undefined],
      ['statementFailures', undefined],
    ]);
  });

  test('a failure to put a merchant off is noted, and nothing else', async () => {
    const create = async () => fail('no write');
    const replace = async () => fail('no write either');
    await run(DUE, statementsWith({ create, replace }));
    expect(it.log).toEqual([failed('no write'), failed('no write either', 'statement_not_postponed')]);
    expect(it.counted).toEqual([['statementFailures', undefined]]);
    expect(await head()).toEqual(await aHead({}));
  });

  test.each([
    [1, false],
    [0, true],
  ])('of one whose head another run has moved to %i ms after now puts it off: %s', async (ms, isPutOff) => {
    const create = async () => {
      const { statements } = it.services();
      await statements.moveHead((await statements.head(merchant.id)) ?? fail(), { dueAt: DUE + ms });
      return fail('no write');
    };
    await run(DUE, statementsWith({ create }));
    const moved = isPutOff ? { version: 3, failures: 1, dueAt: DUE + MINUTE } : { version: 2, dueAt: DUE + ms };
    expect(await head()).toEqual(await aHead(moved));
  });

  test('of a merchant that nobody knows says which', async () => {
    const tables = { ...it.tables, directory: { ...wrapped(it.tables.directory), get: async () => undefined } };
    await run(DUE, tables);
    expect(it.log).toEqual([failed(`merchant ${merchant.id} has a head and is not known`)]);
  });
});

test('a run that was overtaken goes on from where the other one is', async () => {
  await it.sell({ no: '1', paidAt: NOON });
  await it.sell({ no: '2', paidAt: NOON + DAY });
  let isFirst = true;
  const replace = async (item: Item, seen: number) => {
    if (item.id === began.id && isFirst) {
      isFirst = false;
      const { log, counted } = it;
      await it.shop.run(DUE);
      expect([log.length, counted.length]).toEqual([1, 1]);
    }
    return it.tables.statements.replace(item, seen);
  };
  await run(DUE + DAY, statementsWith({ replace }));
  expect(await head()).toMatchObject({ version: 3, lastDay: DAYS[1], dueAt: DUE + 2 * DAY });
  expect(it.log.map(([, , fields]) => fields)).toEqual(
    [0, 1].map((i) => ({ merchantId: merchant.id, day: DAYS[i], count: 1 })),
  );
});

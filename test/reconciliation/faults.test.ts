/** F41, F58: tables and channels that fail, others who are faster, time that is over: no merchant keeps another waiting. */
import { describe, expect, test } from 'vitest';
import type { ReportHead } from '../../functions/reconciliation/reconciliations.ts';
import { reconcileDue } from '../../functions/reconciliation/run.ts';
import { DAY, MINUTE, SECOND } from '../../functions/time.ts';
import { aMerchant, newShop } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';
import {
  aDay,
  aHead,
  aReport,
  asked,
  DAYS,
  fail,
  merchant,
  newReportShop,
  paidRow,
  ReportShop,
  soon,
  TEN,
  wrapped,
} from './shop.ts';

const other = aMerchant({
  id: 'mer_bbbbcccc',
  accounts: [{ channel: 'alipay', appId: '2021000000000002', sellerId: '2088000000000002' }],
});
const [otherAccount] = other.accounts;
const otherHead = (changes: object) => aHead({ id: `report_${other.id}`, merchantId: other.id, ...changes });
const otherDay = (changes: object = {}) =>
  aDay({ id: `rec_${other.id}.${DAYS[0]}`, merchantId: other.id, sellerId: '2088000000000002', ...changes });
const done = { version: 2, lastReportDay: DAYS[0], dueAt: TEN + DAY };

/** Two merchants, the second one due a moment after the first. */
async function two(): Promise<ReportShop> {
  const it = await newReportShop();
  await it.shop.setUp(other, NOON);
  const { reconciliations } = it.services();
  await reconciliations.openHead(other.id, NOON);
  await it.services().reconciliations.moveHead((await reconciliations.head(other.id)) ?? fail(), { dueAt: TEN + 1 });
  it.now = TEN + 1;
  it.report(DAYS[0], []);
  return it;
}

const failed = (error: string) => [
  ...['error', 'reconciliation_failed'],
  { merchantId: merchant.id, error: `Error: ${error}` },
];

describe('a channel that throws', () => {
  test('puts its merchant off for longer and longer, and the next one is worked all the same', async () => {
    const it = await two();
    let isBroken = true;
    const { channel } = it;
    it.channel.reports.set(DAYS[0], () => {
      const [, account] = channel.calls.at(-1) ?? [];
      const isFirst = (account as { sellerId: string }).sellerId === '2088000000000001';
      return isFirst && isBroken ? fail('broken') : aReport([], { hash: 'h' });
    });
    const log = failed('broken');
    await it.run(TEN + 1);
    expect(await it.head()).toEqual(aHead({ version: 2, failures: 1, dueAt: TEN + 1 + MINUTE }));
    expect(await it.head(other.id)).toEqual(otherHead({ ...done, version: 3 }));
    expect(await it.day(DAYS[0], other.id)).toEqual(otherDay({ checkedAt: TEN + 1, billHash: 'h' }));
    expect(it.channel.calls).toEqual([asked(), ['report', otherAccount, DAYS[0], 5 * SECOND]]);
    expect([it.log, it.counted]).toEqual([[log], [['reportFailures', undefined]]]);

    await it.run(TEN + MINUTE);
    expect(it.channel.calls).toHaveLength(2);
    await it.run(TEN + 1 + MINUTE);
    expect(await it.head()).toEqual(aHead({ version: 3, failures: 2, dueAt: TEN + 1 + 3 * MINUTE }));
    isBroken = false;
    await it.run(TEN + 1 + 3 * MINUTE);
    expect(await it.head()).toEqual(aHead({ version: 4, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
    expect([it.log, it.counted]).toEqual([
      [log, log],
      [
        ['reportFailures', undefined],
        ['reportFailures', undefined],
      ],
    ]);
  });
});

describe('a table that fails', () => {
  test('when a merchant is put off, too, is noted, and the next one is worked', async () => {
    const it = await two();
    const { statements, directory } = it.tables;
    const tables = {
      ...it.tables,
      directory: {
        ...wrapped(directory),
        get: async (id: string) => (id === merchant.id ? fail('no table') : directory.get(id)),
      },
      statements: {
        ...wrapped(statements),
        replace: async (item: { id?: unknown }, seen: number) =>
          item.id === `report_${merchant.id}` ? fail('no write') : statements.replace(item, seen),
      },
    };
    await it.run(TEN + 1, tables);
    expect(await it.head()).toEqual(aHead({}));
    expect(await it.head(other.id)).toEqual(otherHead({ ...done, version: 3 }));
    expect(it.log).toEqual([
      failed('no table'),
      ['error', 'reconciliation_not_postponed', { error: 'Error: no write' }],
    ]);
    expect(it.counted).toEqual([['reportFailures', undefined]]);
  });

  test('when due merchants are looked up stops its own partition only', async () => {
    const it = new ReportShop(await newShop());
    it.shards = 16;
    const { reconciliations } = it.services();
    expect(reconciliations.dueShards).toEqual(Array.from({ length: 16 }, (_, n) => `report-${n}`));
    for (const of of [merchant, other]) {
      await it.shop.setUp(of, NOON);
      await reconciliations.openHead(of.id, NOON);
    }
    it.report(DAYS[0], []);
    const { dueShard: broken } = (await it.head()) ?? fail();
    const { dueShard } = (await it.head(other.id)) ?? fail();
    expect(broken).not.toBe(dueShard);
    const { statements } = it.tables;
    const asked: unknown[] = [];
    const tables = {
      ...it.tables,
      statements: {
        ...wrapped(statements),
        query: async (query: Parameters<typeof statements.query>[0]) => {
          asked.push(query);
          return query.partition === broken ? fail('no index') : statements.query(query);
        },
      },
    };
    await it.run(TEN, tables);
    expect(await it.head()).toEqual(aHead({ dueShard: broken }));
    expect(await it.head(other.id)).toEqual(otherHead({ ...done, dueShard }));
    expect(it.log).toEqual([['error', 'due_reconciliations_not_read', { reason: broken, error: 'Error: no index' }]]);
    expect(it.counted).toEqual([['reportFailures', undefined]]);
    expect(asked.slice(0, 16)).toEqual(
      reconciliations.dueShards.map((partition) => ({ index: 'due', partition, range: { to: TEN }, limit: 100 })),
    );
  });

  test('shards that nobody asks for are left alone', async () => {
    const it = await two();
    await reconcileDue(it.services(), { endsAt: Number.POSITIVE_INFINITY }, []);
    expect([it.channel.calls, await it.head()]).toEqual([[], aHead({})]);
  });
});

describe('a day is begun', () => {
  test('while twelve seconds are left, and not a millisecond less', async () => {
    const it = await two();
    await it.run(TEN + 1, it.tables, TEN + 12 * SECOND);
    expect([it.channel.calls, await it.head(), it.log]).toEqual([[], aHead({}), []]);
    await it.run(TEN + 1, it.tables, TEN + 1 + 12 * SECOND);
    expect(it.channel.calls).toHaveLength(2);
    expect(await it.head()).toEqual(aHead(done));
  });

  test('a day is begun by the time that the one before has left', async () => {
    const it = await two();
    it.channel.reports.set(DAYS[0], () => {
      it.now += 1;
      return aReport([], { hash: 'h' });
    });
    await it.run(TEN + 1, it.tables, TEN + 1 + 12 * SECOND);
    expect(it.channel.calls).toEqual([asked()]);
    expect([await it.head(), await it.head(other.id)]).toEqual([
      aHead(done),
      otherHead({ version: 2, dueAt: TEN + 1 }),
    ]);
  });
});

describe('a head that somebody else has moved meanwhile', () => {
  const moved = { version: 2, lastReportDay: '2026-02-27', dueAt: TEN };
  const meanwhile = (it: ReportShop) => async () => {
    const seen = ((await it.head()) ?? fail()) as unknown as ReportHead;
    await it.services().reconciliations.moveHead(seen, { lastReportDay: '2026-02-27' });
  };

  test('stays where that one has put it; the day is stored', async () => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: NOON });
    it.channel.reports.set(DAYS[0], async () => {
      await meanwhile(it)();
      return aReport([paidRow(order)], { hash: `hash of ${DAYS[0]}` });
    });
    await it.run(TEN);
    expect([await it.head(), await it.day()]).toEqual([aHead(moved), aDay({ matched: 1 })]);
    expect([it.log, it.counted]).toEqual([[], []]);
  });

  test('is not put off by one that fails', async () => {
    const it = await newReportShop();
    it.channel.reports.set(DAYS[0], async () => {
      await meanwhile(it)();
      return fail('broken');
    });
    await it.run(TEN);
    expect([await it.head(), it.log]).toEqual([aHead(moved), [failed('broken')]]);
  });
});

test('one that the index nominates and that has been moved is left alone', async () => {
  const it = await newReportShop();
  const { statements } = it.tables;
  const stale = { ...wrapped(statements), query: async () => ({ keys: [`report_${merchant.id}`], cursor: undefined }) };
  await it.run(TEN - 1, { ...it.tables, statements: stale });
  expect([it.channel.calls, await it.head()]).toEqual([[], aHead({})]);
  await it.run(TEN, { ...it.tables, statements: stale });
  expect(it.channel.calls).toEqual([asked()]);
});

describe('a merchant whose money goes nowhere', () => {
  test.each([
    ['that has no account', { ...merchant, accounts: [] }],
    ['whose acquirer is not named', { ...merchant, acquirer: '' }],
  ])('%s: its days go by, and nobody is asked', async (_, without) => {
    const it = await newReportShop();
    await it.shop.setUp(without, NOON);
    await it.run(TEN);
    expect([await it.head(), await it.day()]).toEqual([aHead(done), undefined]);
    await it.run(soon(60 * 24));
    expect(await it.head()).toEqual(aHead({ version: 3, lastReportDay: DAYS[1], dueAt: TEN + 2 * DAY }));
    expect([it.channel.calls, it.log, it.counted]).toEqual([[], [], []]);
  });

  test('days of a merchant that nobody knows go by as well', async () => {
    const it = new ReportShop(await newShop());
    await it.services().reconciliations.openHead(merchant.id, NOON);
    await it.run(TEN);
    expect([await it.head(), it.channel.calls, it.log]).toEqual([aHead(done), [], []]);
  });
});

test('days that no sweep came by are compared one in each run', async () => {
  const it = await newReportShop();
  for (const day of DAYS) it.report(day, []);
  for (const i of [0, 1, 2]) {
    await it.run(TEN + 2 * DAY + i * MINUTE);
    expect(await it.head()).toEqual(aHead({ version: i + 2, lastReportDay: DAYS[i], dueAt: TEN + (i + 1) * DAY }));
  }
  await it.run(TEN + 2 * DAY + 3 * MINUTE);
  expect(it.channel.calls).toEqual([asked(DAYS[0]), asked(DAYS[1]), asked(DAYS[2])]);
});

/** Money F5: a merchant who changes accounts: each report beside the facts of its own account, and none waits for another. */
import { describe, expect, test } from 'vitest';
import type { ReportAnswer, ReportRow } from '../../functions/channel/channel.ts';
import type { AlipayAccount as Account } from '../../functions/channel/registry.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import type { Order } from '../../functions/order/order.ts';
import type { ReportHead } from '../../functions/reconciliation/reconciliations.ts';
import type { Table } from '../../functions/table/table.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import {
  aDay,
  aHead,
  DAYS,
  END,
  fail,
  merchant,
  newReportShop,
  paidFact,
  paidRow,
  type ReportShop,
  stored,
  TEN,
  wrapped,
  account as X,
} from './shop.ts';

const Y: Account = { ...X, sellerId: '2088000000000002' };
const changed: Merchant = { ...merchant, accounts: [Y], formerAccounts: [{ ...X, appAuthToken: 'token-of-x' }] };
const SILENCE = { kind: 'unknown', why: 'not authorised' } as const;

/** A shop whose merchant now is `as`, and whose channel has a report for each seller. */
async function newAccounts(as: Merchant = changed) {
  const it = await newReportShop();
  await it.shop.setUp(as, NOON);
  const reports = new Map<string, ReportAnswer>();
  for (const day of DAYS)
    it.channel.reports.set(day, () => {
      const [, account] = it.channel.calls.at(-1) ?? fail();
      return reports.get(`${(account as Account).sellerId} ${day}`) ?? { kind: 'not_ready' };
    });
  return {
    it,
    says: ({ sellerId }: Account, day: string, answer: readonly ReportRow[] | ReportAnswer) =>
      reports.set(`${sellerId} ${day}`, isAnswer(answer) ? answer : billOf(day, answer)),
    sell: (no: string, of: Account, paidAt = NOON): Promise<Order> =>
      it.shop.sell({ ...merchant, accounts: [of] }, { no, paidAt }).then((order) => moveTo(it, order, of)),
  };
}
const billOf = (day: string, lines: readonly ReportRow[]): ReportAnswer => ({
  ...{ kind: 'lines', lines, hash: `hash of ${day}`, foreign: 0, unread: [] },
});
const isAnswer = (it: readonly ReportRow[] | ReportAnswer): it is ReportAnswer => 'kind' in it;

/** The order as it is had it been opened at `of`. */
async function moveTo(it: ReportShop, order: Order, of: Account): Promise<Order> {
  const item = (await it.tables.orders.get(order.orderId)) ?? fail();
  await it.tables.orders.replace({ ...item, account: of, version: Number(item.version) + 1 }, Number(item.version));
  return it.order(order);
}

const headOf = (it: ReportShop, { sellerId }: Account) => it.tables.statements.get(`report_${merchant.id}.${sellerId}`);
const dayOf = (it: ReportShop, { sellerId }: Account, day: string = DAYS[0]) =>
  it.services().reconciliations.get(merchant.id, day, sellerId);
const xHead = (changes: object) =>
  aHead({ id: `report_${merchant.id}.${X.sellerId}`, account: { ...X, appAuthToken: 'token-of-x' }, ...changes });
const yDay = (changes: object) => aDay({ sellerId: Y.sellerId, ...changes });
const further = (changes: object) => aDay({ id: `rec_${merchant.id}.${DAYS[0]}.${X.sellerId}`, ...changes });
const calledFor = (it: ReportShop) =>
  it.channel.calls.splice(0).map(([, account, day]) => [(account as Account).sellerId, day]);

describe('money F5', () => {
  test('each report is compared with the facts of its own account; nothing of one is missing at the other', async () => {
    const { it, says, sell } = await newAccounts();
    const [one, two, lacking] = [await sell('1', X), await sell('2', Y), await sell('3', X)];
    says(Y, DAYS[0], [paidRow(two)]);
    says(X, DAYS[0], [paidRow(one)]);
    await it.run(TEN);
    expect(await it.head()).toEqual(
      aHead({ version: 2, lastReportDay: DAYS[0], dueAt: TEN + DAY, others: [X.sellerId] }),
    );
    expect(await headOf(it, X)).toEqual(xHead({ dueAt: TEN }));
    expect(it.counted).toEqual([]);
    await it.run(TEN + MINUTE);
    expect(await headOf(it, X)).toEqual(xHead({ version: 2, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
    expect(it.channel.calls).toEqual([
      ['report', Y, DAYS[0], 5 * SECOND],
      ['report', { ...X, appAuthToken: 'token-of-x' }, DAYS[0], 5 * SECOND],
    ]);
    expect(await it.day()).toEqual(yDay({ version: 2, matched: 1, others: [X.sellerId] }));
    const differences = [stored('missing_at_channel', 'open', paidFact(lacking), undefined)];
    expect(await dayOf(it, X)).toEqual(further({ checkedAt: TEN + MINUTE, matched: 1, differences }));
    expect(it.log).toEqual([
      ['error', 'discrepancies_found', { merchantId: merchant.id, sellerId: X.sellerId, day: DAYS[0], count: 1 }],
    ]);
    const all = await it.services().reconciliations.all(merchant.id, DAYS[0]);
    expect(all.map(({ sellerId }) => sellerId)).toEqual([Y.sellerId, X.sellerId]);
  });

  test.each<[string, ReportAnswer]>([
    ['late', { kind: 'not_ready' }],
    ['unreadable', { kind: 'unreadable', why: 'torn', hash: 'h' }],
    ['refused', SILENCE],
  ])('a report that is %s holds no day of another account', async (_, answer) => {
    for (const [held, free] of [
      [X, Y],
      [Y, X],
    ] as const) {
      const { it, says } = await newAccounts();
      for (const day of DAYS) {
        says(held, day, answer);
        says(free, day, []);
      }
      for (let day = 0; day < 2; day += 1)
        for (let runs = 0; runs < 3; runs += 1) await it.run(TEN + day * DAY + runs * MINUTE);
      expect(calledFor(it).filter(([sellerId]) => sellerId === free.sellerId)).toEqual([
        [free.sellerId, DAYS[0]],
        [free.sellerId, DAYS[1]],
      ]);
    }
  });

  test('a former account on which nothing happened is asked about and not told of', async () => {
    const { it, says } = await newAccounts();
    says(Y, DAYS[0], []);
    says(X, DAYS[0], [paidRow({ orderId: 'another-systems' })]);
    await it.run(TEN);
    await it.run(TEN + MINUTE);
    expect(calledFor(it)).toEqual([
      [Y.sellerId, DAYS[0]],
      [X.sellerId, DAYS[0]],
    ]);
    expect([await it.day(), await dayOf(it, X)]).toEqual([yDay({}), undefined]);
  });

  test('an account that only orders name, from before the list of former accounts, is found by what a report lacks', async () => {
    const { it, says, sell } = await newAccounts({ ...merchant, accounts: [Y] });
    const old = { ...X, appAuthToken: 'stored-then' };
    const order = await sell('1', old);
    says(Y, DAYS[0], []);
    says(X, DAYS[0], [paidRow(order)]);
    await it.run(TEN);
    expect(await it.day()).toEqual(yDay({}));
    await it.run(TEN + MINUTE);
    expect(it.channel.calls.at(-1)).toEqual(['report', old, DAYS[0], 5 * SECOND]);
    expect(await dayOf(it, X)).toEqual(further({ checkedAt: TEN + MINUTE, matched: 1 }));
    expect([it.log, it.counted]).toEqual([[], []]);
  });

  test('a merchant who never changed accounts pays nothing for it', async () => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: NOON });
    await it.seal(END + HOUR);
    it.report(DAYS[0], [paidRow(order)]);
    const asked: string[] = [];
    const watched = (name: string, table: Table): Table => {
      const noted = <T>(call: string, answer: T): T => {
        asked.push(`${name} ${call}`);
        return answer;
      };
      return {
        get: (key) => noted('get', table.get(key)),
        getMany: (keys) => noted(`getMany ${keys.length}`, table.getMany(keys)),
        create: (item) => noted('create', table.create(item)),
        replace: (item, seen) => noted('replace', table.replace(item, seen)),
        query: (query) => noted('query', table.query(query)),
      };
    };
    const { orders, statements, directory } = it.tables;
    await it.run(TEN, { directory, orders: watched('orders', orders), statements: watched('statements', statements) });
    expect(asked.filter((call) => !call.endsWith('query'))).toEqual([
      // The head; our facts: head, statement, its lines; four neighbours; the day; the head.
      ...['statements getMany 1', 'orders getMany 0', 'orders getMany 0', 'orders getMany 0', 'orders getMany 0'],
      ...['statements get', 'statements get', 'statements get', 'statements getMany 4'],
      ...['statements get', 'statements create', 'statements replace'],
    ]);
    expect(await it.day()).toEqual(aDay({ matched: 1 }));
  });
});

describe('money F5 an authorisation that is over', () => {
  test('is a fault from the third day on, told once a day; mended, the days that waited are compared', async () => {
    const { it, says, sell } = await newAccounts();
    const order = await sell('1', X);
    for (const day of DAYS) {
      says(Y, day, []);
      says(X, day, SILENCE);
    }
    const over = TEN + 3 * DAY;
    for (const at of [TEN, TEN + MINUTE, over - HOUR]) await it.run(at);
    expect([it.counted, it.log.filter(([level]) => level === 'error')]).toEqual([[], []]);
    for (const at of [over, over + HOUR, over + DAY - 1]) await it.run(at);
    const fault = { merchantId: merchant.id, sellerId: X.sellerId, day: DAYS[0], reason: SILENCE.why };
    const told = ['error', 'report_unavailable', fault];
    const ofFirstDay = () =>
      it.log.filter(([level, , of]) => level === 'error' && (of as typeof fault).day === DAYS[0]);
    expect(ofFirstDay()).toEqual([told]);
    expect(it.counted).toContainEqual(['reportFailures', undefined]);
    await it.run(over + DAY);
    expect(ofFirstDay()).toEqual([told, told]);
    for (const day of DAYS) says(X, day, day === DAYS[0] ? [paidRow(order)] : []);
    for (let runs = 0; runs < 3; runs += 1) await it.run(over + 2 * DAY + runs * MINUTE);
    expect(await dayOf(it, X)).toMatchObject({ state: 'compared', matched: 1, differences: [] });
  });
});

describe('money F5 an account that is the merchant’s again', () => {
  const back: Merchant = { ...merchant, accounts: [X], formerAccounts: [Y] };
  async function setUp(it: ReportShop, as: Merchant): Promise<void> {
    const { version } = (await it.tables.directory.get(merchant.id)) ?? fail();
    await it.tables.directory.replace({ ...as, version: Number(version) + 1 }, Number(version));
  }

  test('is compared by the merchant’s own head, once; days that head has passed are compared by the account’s', async () => {
    const { it, says, sell } = await newAccounts();
    const [one, two] = [await sell('1', X), await sell('2', X, NOON + DAY)];
    for (const day of DAYS) says(Y, day, []);
    await it.run(TEN);
    await it.run(TEN + MINUTE);
    expect(calledFor(it)).toEqual([
      [Y.sellerId, DAYS[0]],
      [X.sellerId, DAYS[0]],
    ]);
    await setUp(it, back);
    says(X, DAYS[0], [paidRow(one)]);
    says(X, DAYS[1], [paidRow(two, { at: NOON + DAY })]);
    // The account's head makes up for the first day, and finds that the second is the other head's, which comes later.
    for (let runs = 0; runs < 4; runs += 1) await it.run(TEN + HOUR + runs * 30 * MINUTE);
    expect(calledFor(it)).toEqual([[X.sellerId, DAYS[0]]]);
    expect(await dayOf(it, X)).toMatchObject({ matched: 1, differences: [] });
    for (let runs = 0; runs < 4; runs += 1) await it.run(TEN + DAY + runs * 30 * MINUTE);
    expect(calledFor(it).sort()).toEqual([
      [X.sellerId, DAYS[1]],
      [Y.sellerId, DAYS[1]],
    ]);
    expect(await it.head()).toMatchObject({ lastReportDay: DAYS[1], others: [X.sellerId, Y.sellerId] });
    expect(await headOf(it, X)).toMatchObject({ lastReportDay: DAYS[1] });
    expect(await dayOf(it, X, DAYS[1])).toMatchObject({ matched: 1, differences: [] });
  });
});

test('money F5 a day that is still asked for when the account changes is asked for at the account that it is of', async () => {
  const { it, says, sell } = await newAccounts(merchant);
  const order = await sell('1', X);
  says(X, DAYS[0], { kind: 'unreadable', why: 'torn', hash: 'h' });
  for (const at of [TEN, TEN + DAY, TEN + DAY + MINUTE]) await it.run(at);
  await it.tables.directory.replace({ ...changed, version: 3 }, 2);
  says(X, DAYS[0], [paidRow(order)]);
  for (const day of DAYS) says(Y, day, []);
  for (let runs = 0; runs < 4; runs += 1) await it.run(TEN + DAY + HOUR + runs * MINUTE);
  expect(await dayOf(it, X)).toMatchObject({ state: 'compared', matched: 1, differences: [] });
});

test('money F5 around midnight each account waits for its own next report', async () => {
  const { it, says, sell } = await newAccounts();
  const order = await sell('1', X, END - MINUTE);
  for (const day of DAYS) {
    says(Y, day, []);
    says(X, day, []);
  }
  await it.run(TEN);
  await it.run(TEN + MINUTE);
  const late = stored('late', 'waiting', paidFact(order, { at: END - MINUTE }), undefined);
  expect(await dayOf(it, X)).toMatchObject({ differences: [late] });
  says(X, DAYS[1], [paidRow(order, { at: END })]);
  await it.run(TEN + DAY);
  await it.run(TEN + DAY + MINUTE);
  expect(await dayOf(it, X)).toMatchObject({ differences: [{ ...late, resolution: 'healed' }] });
  expect(await dayOf(it, X, DAYS[1])).toMatchObject({ matched: 1, crossDay: [`payment ${order.orderId}_1`] });
  expect(await dayOf(it, Y)).toEqual(yDay({ version: 2, others: [X.sellerId] }));
});

test('money F5 a run that dies between the two items of a day, or before the head moves, is repeated', async () => {
  const { it, says, sell } = await newAccounts();
  const order = await sell('1', X);
  says(Y, DAYS[0], []);
  says(X, DAYS[0], [paidRow(order)]);
  const { statements } = it.tables;
  const dying = (id: string) => ({
    ...it.tables,
    statements: {
      ...wrapped(statements),
      create: (item: { id?: unknown }) => (item.id === id ? fail('killed') : statements.create(item)),
      replace: async (item: { id?: unknown }, seen: number) =>
        item.id === id ? fail('killed') : statements.replace(item, seen),
    },
  });
  await it.run(TEN, dying(`report_${merchant.id}`));
  expect(await it.head()).toEqual(aHead({}));
  await it.run(TEN, dying(`rec_${merchant.id}.${DAYS[0]}.${X.sellerId}`));
  expect(await it.services().reconciliations.all(merchant.id, DAYS[0])).toHaveLength(1);
  const { dueAt } = ((await headOf(it, X)) ?? fail()) as unknown as ReportHead;
  await it.run(dueAt);
  const all = await it.services().reconciliations.all(merchant.id, DAYS[0]);
  expect(all.map(({ sellerId, matched }) => [sellerId, matched])).toEqual([
    [Y.sellerId, 0],
    [X.sellerId, 1],
  ]);
});

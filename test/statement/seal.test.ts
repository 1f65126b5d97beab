import { expect, test } from 'vitest';
import { hashOf } from '../../functions/statement/statement.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aMerchant, anAgreement, DELAY, newShop, refundRequested } from './shop.ts';

const merchant = aMerchant();
/** The end of 2026-03-01 in Shanghai, and the first instant at which its statement may be sealed. */
const MIDNIGHT = Date.parse('2026-03-01T16:00:00.000Z');
const DUE = MIDNIGHT + DELAY;

async function openShop() {
  const shop = await newShop();
  await shop.setUp(merchant, NOON);
  return shop;
}

test('a day is sealed half an hour after it ended, not a millisecond before', async () => {
  const shop = await openShop();
  const order = await shop.sell(merchant, { no: '1', paidAt: NOON, amount: 1234 });
  await shop.refund(order, 'r-1', 234, NOON + HOUR);
  for (const early of [NOON, MIDNIGHT, DUE - 1]) {
    await shop.run(early);
    expect(await shop.books(merchant.id)).toEqual([]);
  }
  await shop.run(DUE);
  const books = await shop.books(merchant.id);
  expect(books).toMatchObject([
    {
      statement: {
        statementId: `${merchant.id}.2026-03-01`,
        merchantId: merchant.id,
        ...{ day: '2026-03-01', zone: 'Asia/Shanghai', sealedAt: DUE, previousHash: null, lineCount: 2 },
      },
      lines: [
        { lineNo: 1, type: 'payment', gross: 1234, fee: 7, net: 1227 },
        { lineNo: 2, type: 'refund', gross: -234, fee: -1, net: -233 },
      ],
    },
  ]);
  expect(await shop.orders.get(order.orderId)).toMatchObject({
    payments: [{ posted: '2026-03-01', agreementId: 'agr_1' }],
    refunds: [{ posted: '2026-03-01' }],
  });
});

test('a day without facts makes no statement, and the chain goes past it', async () => {
  const shop = await openShop();
  await shop.sell(merchant, { no: '1', paidAt: NOON });
  await shop.run(DUE);
  await shop.run(DUE + DAY);
  await shop.run(DUE + 2 * DAY);
  await shop.sell(merchant, { no: '2', paidAt: NOON + 3 * DAY });
  await shop.run(DUE + 3 * DAY);
  const statements = (await shop.books(merchant.id)).map(({ statement }) => statement);
  expect(statements.map(({ day }) => day)).toEqual(['2026-03-01', '2026-03-04']);
  expect(statements.map(({ previousHash }) => previousHash)).toEqual([null, statements[0]?.hash]);
  for (const statement of statements) expect(hashOf(statement)).toBe(statement.hash);
  expect(await shop.statements.get(`${merchant.id}.2026-03-02`)).toBeUndefined();
});

test('days that no sweep came by are sealed one after the other', async () => {
  const shop = await openShop();
  for (const i of [0, 1, 3]) await shop.sell(merchant, { no: `${i}`, paidAt: NOON + i * DAY });
  await shop.run(DUE + 5 * DAY);
  const books = await shop.books(merchant.id);
  // Found at once, every fact up to a day is on that day's statement, and none is late.
  expect(books.map(({ statement: { day }, totals }) => [day, totals.map(({ lateLines }) => lateLines)])).toEqual([
    ['2026-03-01', [0]],
    ['2026-03-02', [0]],
    ['2026-03-04', [0]],
  ]);
  expect(await shop.statements.head(merchant.id)).toMatchObject({ lastDay: '2026-03-06', dueAt: DUE + 6 * DAY });
});

test.each([2, 4, 5, 8, 24, 28, 31])(
  'F61: a fact of a sealed day that arrives %i h after it is a late line',
  async (hours) => {
    const shop = await openShop();
    const order = await shop.sell(merchant, { no: '1', paidAt: NOON });
    await shop.run(DUE);
    const sealed = await shop.books(merchant.id);
    // Known only now: a second payment of that day, and a refund of the one that is sealed.
    const knownAt = MIDNIGHT + hours * HOUR;
    await shop.run(knownAt);
    await shop.sell(merchant, { no: '2', paidAt: MIDNIGHT - 1 });
    const asked = await shop.orders.apply(order, refundRequested('r-1', 400), knownAt);
    await shop.orders.apply(asked.order, { type: 'refund_succeeded', refundNo: 'r-1', at: MIDNIGHT - 2 }, knownAt);

    await shop.run(DUE + 2 * DAY);
    const books = await shop.books(merchant.id);
    expect(books.slice(0, 1)).toEqual(sealed);
    const sealedByThen = hours * HOUR >= DAY + DELAY;
    expect(books.slice(1)).toMatchObject([
      {
        statement: { day: sealedByThen ? '2026-03-03' : '2026-03-02' },
        totals: [{ lateLines: 2 }],
        lines: [
          { late: true, businessDay: '2026-03-01', refundNo: 'r-1', gross: -400, fee: -2 },
          { late: true, businessDay: '2026-03-01', refundNo: null, gross: 1000, fee: 6 },
        ],
      },
    ]);
  },
);

test('F63: each payment is posted by the agreement of its own day', async () => {
  const shop = await openShop();
  const changed = { ...anAgreement({ agreementId: 'agr_2', validFrom: '2026-03-02', ratePpm: 3000 }) };
  await shop.setUp({ ...merchant, agreements: [...merchant.agreements, changed] }, NOON);
  const order = await shop.sell(merchant, { no: '1', paidAt: MIDNIGHT - 1 });
  await shop.sell(merchant, { no: '2', paidAt: MIDNIGHT });
  await shop.run(DUE);
  await shop.refund((await shop.orders.get(order.orderId)) ?? order, 'r-1', 1000, MIDNIGHT + HOUR);
  await shop.run(DUE + DAY);
  const lines = (await shop.books(merchant.id)).flatMap(({ lines }) => lines);
  expect(
    lines.map(({ merchantOrderNo, fee, ratePpm, agreementId }) => [merchantOrderNo, fee, ratePpm, agreementId]),
  ).toEqual([
    ['1', 6, 6000, 'agr_1'],
    ['2', 3, 3000, 'agr_2'],
    ['1', -6, 6000, 'agr_1'],
  ]);
});

test('facts without an agreement ring an alarm, hold up nothing, and are posted late once there is one', async () => {
  const shop = await openShop();
  await shop.sell(merchant, { no: '1', paidAt: NOON });
  const strange = await shop.sell(merchant, { no: '2', paidAt: NOON, currency: 'JPY' });
  await shop.run(DUE);
  expect(shop.errors).toMatchObject([{ fields: { merchantId: merchant.id, orderId: strange.orderId, count: 1 } }]);
  expect(shop.counts.get('statementFailures')).toBe(1);
  const terms = anAgreement({ agreementId: 'agr_jpy', currency: 'JPY' });
  await shop.setUp({ ...merchant, agreements: [...merchant.agreements, terms] }, NOON);
  await shop.run(DUE + DAY);
  expect(
    (await shop.books(merchant.id)).map(({ lines }) => lines.map(({ currency, late }) => [currency, late])),
  ).toEqual([[['CNY', false]], [['JPY', true]]]);
});

test('F47: a merchant that cannot be sealed is left alone for longer and longer, and stops no other', async () => {
  const shop = await openShop();
  const others = Array.from({ length: 40 }, (_, i) => aMerchant({ id: `mer_other${i}` }));
  for (const other of others) {
    await shop.setUp(other, NOON);
    await shop.sell(other, { no: '1', paidAt: NOON });
  }
  const unknown = aMerchant({ id: 'mer_unknown' });
  await shop.statements.openHead(unknown, NOON);
  await shop.run(DUE);
  const statements = await Promise.all(others.map(({ id }) => shop.books(id)));
  expect(statements.map(({ length }) => length)).toEqual(others.map(() => 1));
  expect(shop.errors).toMatchObject([{ fields: { merchantId: 'mer_unknown' } }]);
  expect(await shop.statements.head('mer_unknown')).toMatchObject({ failures: 1, dueAt: DUE + MINUTE });

  await shop.run(DUE + MINUTE - 1);
  await shop.run(DUE + MINUTE);
  expect(await shop.statements.head('mer_unknown')).toMatchObject({ failures: 2, dueAt: DUE + 3 * MINUTE });
  await shop.setUp(unknown, NOON);
  await shop.run(DUE + 3 * MINUTE);
  expect(await shop.statements.head('mer_unknown')).toEqual({
    ...{ id: 'head_mer_unknown', merchantId: 'mer_unknown', dueShard: expect.any(String), version: expect.any(Number) },
    ...{ lastDay: '2026-03-01', lastHash: null, dueAt: DUE + DAY },
  });
});

test('a merchant is set up once: a repeated openHead changes nothing', async () => {
  const shop = await openShop();
  const before = await shop.statements.head(merchant.id);
  expect(before).toMatchObject({ lastDay: '2026-02-28', lastHash: null, dueAt: MIDNIGHT });
  await shop.statements.openHead(merchant, NOON + 5 * DAY);
  expect(await shop.statements.head(merchant.id)).toEqual(before);
});

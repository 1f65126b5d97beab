/** Where money moved, and by whom: the till, the store and the cashier of a line are those of its own event, live and sealed. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { liveTotals, type Shift } from '../../functions/statement/live.ts';
import { verifyStatements } from '../../functions/statement/verify.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aMerchant, aSale, DELAY, newShop, type Shop } from './shop.ts';

const merchant = aMerchant();
const MIDNIGHT = NOON + 12 * HOUR;
const FIRST = 'trm_aaaabbbbcccc';
const SECOND = 'trm_ddddeeeeffff';

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
  await shop.setUp(merchant, NOON);
});

/** An order that Anna has opened at the first till of the store `main`, and what happened to it, each an hour after the other. */
async function order(no: string, ...events: readonly OrderEvent[]): Promise<Order> {
  const { order } = aSale(merchant, { no, paidAt: NOON, amount: 5_000 });
  const { orderId, schema, version, updatedAt, dueAt, payments, refunds, ...asked } = order;
  const request = { ...asked.request, operatorId: 'anna' };
  let { order: current } = await shop.orders.create({ ...asked, request, attempts: [] });
  for (const [i, event] of events.entries()) current = (await shop.orders.apply(current, event, NOON + i * HOUR)).order;
  return current;
}
const begun = (more: object = {}): OrderEvent => ({ type: 'attempt_requested', n: 1, kind: 'till_code', ...more });
const paid: OrderEvent = {
  ...{ type: 'paid', n: 1, source: 'pay_answer' },
  news: { tradeNo: 't', paidAt: NOON + HOUR, amount: { currency: 'CNY', value: 5_000 } },
};
const back = (refundNo: string, value: number, more: object = {}): OrderEvent => ({
  ...{ type: 'refund_requested', refundNo, amount: { currency: 'CNY', value }, until: NOON + DAY, ...more },
});
const done = (refundNo: string, i: number): OrderEvent => ({ type: 'refund_succeeded', refundNo, at: NOON + i * HOUR });

async function seen(shift: Partial<Shift> = {}) {
  const s = shop.services(() => NOON + 11 * HOUR);
  const whole = { since: NOON - 12 * HOUR, ...shift };
  const { tally } = await liveTotals(s, merchant, whole, { endsAt: NOON + DAY });
  return tally;
}
const rowsOf = async (shift: Partial<Shift> = {}) =>
  (await seen(shift)).terminals.map(({ storeId, terminalId, operatorId, payments, refunds }) => [
    ...[storeId, terminalId, operatorId, payments.gross, refunds.gross],
  ]);
async function sealed() {
  await shop.run(MIDNIGHT + DELAY);
  const [{ statement, lines } = { statement: undefined, lines: [] }] = await shop.books(merchant.id);
  const { findings } = await verifyStatements(
    shop.services(() => MIDNIGHT + DELAY),
    merchant.id,
  );
  expect([shop.errors, findings]).toEqual([[], []]);
  const { rows } = await shop.statements.terminals(statement ?? fail(), { limit: 100, cursor: undefined });
  return { lines, rows };
}
function fail(): never {
  throw new Error('nothing is sealed');
}
const placesOf = (lines: Awaited<ReturnType<typeof sealed>>['lines']) =>
  lines.map((line) => [
    line.gross,
    line.storeId,
    line.terminalId,
    line.operatorId,
    line.saleStoreId,
    line.saleTerminalId,
  ]);

describe('money F10 (a) a refund', () => {
  const ben = { by: { storeId: 'main', terminalId: SECOND }, operatorId: 'ben' };
  const wu = { by: { storeId: 'west', terminalId: 'trm_west' }, operatorId: 'wu' };
  const office = { by: {} };
  const all = () =>
    order(
      'one',
      ...[begun({ by: { storeId: 'main', terminalId: FIRST } }), paid],
      ...[back('ben', 2_000, ben), done('ben', 3), back('wu', 300, wu), done('wu', 5)],
      ...[back('office', 40, office), done('office', 7), back('anna', 5, { operatorId: 'anna' }), done('anna', 9)],
    );

  test('is stored with its place only where that is not the sale’s', async () => {
    const { attempts, refunds } = await all();
    expect(attempts[0]).not.toHaveProperty('storeId');
    expect(attempts[0]).not.toHaveProperty('terminalId');
    expect(refunds.map(({ refundNo, storeId, terminalId }) => [refundNo, storeId, terminalId])).toEqual([
      ['ben', undefined, SECOND],
      ['wu', 'west', 'trm_west'],
      ['office', undefined, null],
      ['anna', undefined, undefined],
    ]);
    expect(refunds[3]).not.toHaveProperty('terminalId');
  });

  test('stands on the statement at its own till, store and cashier, with the sale’s beside it', async () => {
    await all();
    const { lines, rows } = await sealed();
    expect(placesOf(lines)).toEqual([
      [5_000, 'main', FIRST, 'anna', 'main', FIRST],
      [-2_000, 'main', SECOND, 'ben', 'main', FIRST],
      [-300, 'west', 'trm_west', 'wu', 'main', FIRST],
      [-40, 'main', null, null, 'main', FIRST],
      [-5, 'main', FIRST, 'anna', 'main', FIRST],
    ]);
    expect(rows.map((row) => [row.storeId, row.terminalId, row.operatorId, row.refunds.gross])).toEqual([
      ['main', FIRST, 'anna', -5],
      ['main', SECOND, 'ben', -2_000],
      ['main', null, null, -40],
      ['west', 'trm_west', 'wu', -300],
    ]);
  });

  test('is in the live totals of its till and its store, before and after the seal', async () => {
    await all();
    const look = async () => [
      await rowsOf({ terminalId: FIRST }),
      await rowsOf({ terminalId: SECOND }),
      await rowsOf({ terminalId: 'trm_west' }),
      await rowsOf({ storeId: 'west' }),
      await rowsOf({ storeId: 'main', operatorId: 'ben' }),
      await rowsOf({ terminalId: 'trm_other' }),
    ];
    const told = [
      [['main', FIRST, 'anna', 5_000, -5]],
      [['main', SECOND, 'ben', 0, -2_000]],
      [['west', 'trm_west', 'wu', 0, -300]],
      [['west', 'trm_west', 'wu', 0, -300]],
      [['main', SECOND, 'ben', 0, -2_000]],
      [],
    ];
    expect(await look()).toEqual(told);
    expect((await seen()).totals.map(({ storeId, refunds }) => [storeId, refunds.gross])).toEqual([
      ['main', -2_045],
      ['west', -300],
    ]);
    await sealed();
    expect(await look()).toEqual(told);
  });

  test('that no till has asked for belongs to the sale’s till, and to no cashier', async () => {
    await order('console', ...[begun(), paid], {
      type: 'refund_reported',
      n: 1,
      channelNo: 'c',
      amount: { currency: 'CNY', value: 700 },
      at: NOON + 2 * HOUR,
    });
    expect(placesOf((await sealed()).lines)).toEqual([
      [5_000, 'main', FIRST, 'anna', 'main', FIRST],
      [-700, 'main', FIRST, null, 'main', FIRST],
    ]);
  });
});

describe('money F10 (b) a till code', () => {
  test.each([
    ['by another cashier', { by: { storeId: 'main', terminalId: FIRST }, operatorId: 'ben' }, ['main', FIRST, 'ben']],
    ['at another till', { by: { storeId: 'west', terminalId: SECOND }, operatorId: 'ben' }, ['west', SECOND, 'ben']],
    ['at another till, by nobody named', { by: { storeId: 'main', terminalId: SECOND } }, ['main', SECOND, null]],
    ['where it was opened', { by: { storeId: 'main', terminalId: FIRST } }, ['main', FIRST, 'anna']],
    ['by a version that did not note where', { operatorId: 'ben' }, ['main', FIRST, 'ben']],
  ])('scanned %s is the sale of who scanned it', async (_, more, place) => {
    await order('scanned', begun(more), paid);
    const [storeId, terminalId, operatorId] = place;
    expect(await rowsOf({ storeId: storeId ?? '', terminalId: terminalId ?? '' })).toEqual([[...place, 5_000, 0]]);
    const { lines, rows } = await sealed();
    expect(placesOf(lines)).toEqual([[5_000, ...place, 'main', FIRST]]);
    expect(rows).toMatchObject([{ storeId, terminalId, operatorId, payments: { gross: 5_000 } }]);
  });
});

/** F47: an order that breaks whoever asks about it, on a report with others. */
import { expect, test } from 'vitest';
import { FAILURES_UNTIL_QUARANTINE } from '../../functions/deadlines.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aDay, DAYS, END, merchant, newReportShop, paidFact, paidRow, stored, TEN } from './shop.ts';

/** Two payments that only the report knows; whoever asks about the first is thrown at. */
async function poisoned() {
  const it = await newReportShop();
  const bad = await it.open({ no: '1', paidAt: NOON });
  const good = await it.open({ no: '2', paidAt: NOON });
  const amount = { currency: 'CNY', value: 1000 };
  it.channel.trades.set(`${good.orderId}_1`, {
    ...{ kind: 'paid', tradeNo: 't', paidAt: NOON + SECOND, amount, refundedInFull: false },
  });
  await it.seal(END + HOUR);
  it.report(DAYS[0], [paidRow(bad), paidRow(good)]);
  it.report(DAYS[1], []);
  return { it, bad, good };
}

test('seed 2104807: the others are found in the first run, and the day is compared again', async () => {
  const { it, bad, good } = await poisoned();
  await it.run(TEN);
  expect((await it.order(good)).payments).toMatchObject([{ tradeNo: 't', source: 'report', at: TEN }]);
  expect(await it.day()).toBeUndefined();
  const error = 'Error: nothing is said of this trade';
  expect(it.log).toEqual([
    ['error', 'report_row_failed', { orderId: bad.orderId, error }],
    ['error', 'reconciliation_failed', { merchantId: merchant.id, error }],
  ]);
  expect(it.counted).toEqual([['reportFailures', undefined]]);
  expect(await it.head()).toMatchObject({ failures: 1, dueAt: TEN + MINUTE });
});

test('after twenty runs it is a difference, and the next day has its turn', async () => {
  const { it, bad, good } = await poisoned();
  for (let run = 1; run < FAILURES_UNTIL_QUARANTINE; run += 1) await it.run(TEN + run * 11 * MINUTE);
  expect(await it.day()).toBeUndefined();
  it.counted.length = 0;
  const now = TEN + FAILURES_UNTIL_QUARANTINE * 11 * MINUTE;
  await it.run(now);
  const healed = stored('missing_here', 'healed', paidFact(good, { at: NOON + SECOND }), paidRow(good));
  const open = stored('missing_here', 'open', undefined, paidRow(bad), bad.orderId);
  expect(await it.day()).toEqual(aDay({ checkedAt: now, matched: 1, differences: [healed, open] }));
  expect(it.counted).toEqual([['discrepancies', 1]]);
  expect(await it.head()).not.toHaveProperty('failures');
  await it.run(TEN + DAY);
  expect(await it.day(DAYS[1])).toMatchObject({ state: 'compared' });
});

test('many of them are not all asked about in one run: the next merchant waits', async () => {
  const it = await newReportShop();
  const orders = [];
  for (let i = 0; i < 9; i += 1) orders.push(await it.open({ no: `${i}`, paidAt: NOON }));
  it.report(
    DAYS[0],
    orders.map((order) => paidRow(order)),
  );
  await it.run(TEN);
  expect(it.channel.calls.map(([name]) => name)).toEqual(['report', ...Array(6).fill('query')]);
  expect(await it.head()).toMatchObject({ failures: 1, dueAt: TEN + MINUTE });
});

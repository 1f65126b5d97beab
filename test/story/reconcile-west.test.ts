/** Money F14, F17 west of China: the bill of a day comes before the merchant's own day is over, and so before its statement. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, dayAfter, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { billsOf } from '../support/bills.ts';
import { runLine } from '../support/office.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

const MARCH_14 = '2027-03-14';
/** In New York, on the day on which its clocks go forward. */
const MORNING = Date.parse('2027-03-14T01:59:59-05:00');
const AFTER_THE_GAP = Date.parse('2027-03-14T03:00:00-04:00');
const EVENING = Date.parse('2027-03-14T23:59:58-04:00');

let shop: TestShop;
let bills: ReturnType<typeof billsOf>;
const operator = async (line: string) => {
  const { code, err } = await runLine(`${line} --yes --local-stack ${shop.stack.stackFile}`);
  if (code !== 0) throw new Error(`${line}: ${err}`);
};
/** Sells at `at`: the code is there before. */
async function soldAt(at: number, value: number) {
  await shop.advance(at - 20 * SECOND - shop.now());
  const order = await shop.open({ amount: cny(value) });
  await shop.advance(at - shop.now());
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}

beforeAll(async () => {
  shop = await openShop();
  bills = billsOf(shop);
  await operator('merchant set 示范商店 --zone America/New_York');
  await operator('agreement add 示范商店 --rate 0.6% --minimum 0.02 --fee-on-refund returned --valid-from tomorrow');
  // A day before, and every day until then is sealed and compared.
  await shop.advance(MORNING - DAY - shop.now());
  for (let sweeps = 0; sweeps < 400 && !(await bills.reconciled('2027-03-12')); sweeps += 1) await shop.advance(SECOND);
});
afterAll(async () => {
  bills.stop();
  await shop.stop();
});

test('money F17 fees of sales that are on no statement when the bill comes are adjusted on the next ones', async () => {
  const before = await bills.alarms();
  // Agreed are 0.02 at the least; the channel takes 0.01.
  const sales = [];
  for (const at of [MORNING, AFTER_THE_GAP, EVENING]) sales.push(await soldAt(at, 100));
  for (const day of [MARCH_14, '2027-03-15']) {
    await bills.toBillOf(day);
    const told = await bills.reconciled(day);
    expect(
      told?.differences.map(({ reason, resolution, ours, channelSays }) => [
        ...[reason, resolution, ours?.fee, channelSays?.fee],
      ]),
    ).toEqual(Array(day === MARCH_14 ? 2 : 1).fill(['fee', 'healed', 2, 1]));
  }
  for (let days = 0; days < 7; days += 1) {
    await shop.advance(DAY);
    for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  }
  for (let days = 0; days < 8; days += 1) expect(await bills.open(dayAfter(MARCH_14, days))).toEqual([]);
  expect(await bills.alarms()).toEqual(before);
  const lines = await bills.lines();
  for (const { orderId } of sales)
    expect(lines.filter((line) => line.orderId === orderId)).toMatchObject([
      { type: 'payment', day: MARCH_14, late: false, gross: 100, fee: 2, net: 98 },
      { type: 'fee_adjustment', day: '2027-03-15', late: false, gross: 0, fee: -1, net: 1 },
    ]);
  expect(await bills.verified()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('0 findings') });
});

test('money F14 refunds by the owner have the times of the channel on their lines, where the bill comes first', async () => {
  const before = await bills.alarms();
  // Three in the morning in New York.
  const begin = Date.parse(`${new Date(shop.now() + DAY).toISOString().slice(0, 10)}T07:00:00Z`);
  const day = new Date(begin).toISOString().slice(0, 10);
  await shop.advance(begin - shop.now());
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  await shop.faults({ dropNotifications: true });
  const whole = await shop.open({ amount: cny(6_600) });
  const parts = await shop.open({ amount: cny(5_000) });
  await shop.pay(whole);
  await shop.pay(parts);
  await bills.ownerRefunds(whole, 'console-9', '66.00');
  await bills.ownerRefunds(parts, 'console-1', '20.00');
  await bills.ownerRefunds(parts, 'console-2', '30.00');
  await shop.advance(MINUTE);
  for (const { orderId, amount } of [whole, parts])
    expect(await shop.get(orderId)).toMatchObject({ status: 'paid', refunded: amount, refunds: [{ amount }] });

  await bills.toBillOf(day);
  expect(await bills.reconciled(day)).toMatchObject({ state: 'compared', matched: 5, foreign: 0, differences: [] });
  const namedOf = async (of: typeof whole) => (await bills.kept(of)).refunds[0]?.named ?? [];
  expect(await namedOf(whole)).toMatchObject([{ channelNo: 'console-9', amount: 6_600 }]);
  expect(await namedOf(parts)).toMatchObject([
    { channelNo: 'console-1', amount: 2_000 },
    { channelNo: 'console-2', amount: 3_000 },
  ]);
  await shop.advance(8 * HOUR);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  const lines = await bills.lines();
  for (const of of [whole, parts]) {
    const named = await namedOf(of);
    const last = new Date(Math.max(...named.map(({ at }) => at))).toISOString();
    const its = lines.filter(({ orderId, type }) => orderId === of.orderId && type === 'refund');
    expect(its).toMatchObject([{ day, late: false, occurredAt: last, gross: -of.amount.value }]);
    expect((await shop.get(of.orderId)).refunds).toMatchObject([{ finishedAt: last }]);
  }
  expect(await bills.alarms()).toEqual(before);
  expect(await bills.verified()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('0 findings') });
});

/** Money F14, F15, and what only the bill knows: refunds of the owner and silent channels, healed without a person. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { billsOf } from '../support/bills.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let bills: ReturnType<typeof billsOf>;
let day = '';
beforeAll(async () => {
  shop = await openShop();
  bills = billsOf(shop);
});
afterAll(async () => {
  bills.stop();
  await shop.stop();
});
beforeEach(async () => {
  await shop.faults({ reset: true, bill: null });
  const sinceNoon = (shop.now() + 8 * HOUR - DAY / 2) % DAY;
  await shop.advance(2 * DAY - sinceNoon);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  day = reportDayOf('alipay', shop.now());
});

test('money F14 refunds by the owner that a poll tells first agree with the bill, sealed before it came', async () => {
  const before = await bills.alarms();
  await shop.faults({ dropNotifications: true });
  const whole = await shop.open({ amount: cny(6_600) });
  const parts = await shop.open({ amount: cny(5_000) });
  await shop.pay(whole);
  await shop.pay(parts);
  const from = shop.now();
  await bills.ownerRefunds(whole, 'console-9', '66.00');
  await bills.ownerRefunds(parts, 'console-1', '20.00');
  await bills.ownerRefunds(parts, 'console-2', '30.00');
  await shop.advance(MINUTE);
  const polledAt = shop.now();
  for (const { orderId, amount } of [whole, parts])
    expect(await shop.get(orderId)).toMatchObject({ status: 'paid', refunded: amount, refunds: [{ amount }] });

  await bills.toBillOf(day);
  expect(await bills.reconciled(day)).toMatchObject({ state: 'compared', matched: 5, foreign: 0, differences: [] });
  expect(await bills.alarms()).toEqual(before);
  const named = async (of: typeof whole) => (await bills.kept(of)).refunds[0]?.named ?? [];
  expect(await named(whole)).toMatchObject([{ channelNo: 'console-9', amount: 6_600 }]);
  expect(await named(parts)).toMatchObject([
    { channelNo: 'console-1', amount: 2_000 },
    { channelNo: 'console-2', amount: 3_000 },
  ]);
  for (const { at } of [...(await named(whole)), ...(await named(parts))]) {
    expect(at).toBeGreaterThanOrEqual(from - 1_000);
    expect(at).toBeLessThan(polledAt - MINUTE / 2);
  }
  // The line was made before anything was known of the channel's times, and stays.
  const lines = (await bills.lines()).filter(({ orderId, type }) => orderId === whole.orderId && type === 'refund');
  expect(lines).toMatchObject([{ day, gross: -6_600, late: false }]);
  expect(Date.parse(lines[0]?.occurredAt ?? '')).toBeGreaterThanOrEqual(polledAt);
  expect(await bills.verified()).toMatchObject({ code: 0, out: expect.stringContaining('0 findings') });
});

test('money F15 a refund row that charges 0.18 instead of returning it is adjusted by 0.36', async () => {
  const order = await bills.sold(6_000);
  const body = { refundNo: 'half', amount: cny(3_000) };
  await shop.till.call('createRefund', { params: { orderId: order.orderId }, body });
  await shop.faults({ bill: { day, change: [{ number: `${order.orderId}_r1`, fee: -18 }] } });
  await bills.toBillOf(day);
  expect((await bills.reconciled(day))?.differences).toMatchObject([
    { reason: 'fee', resolution: 'healed', type: 'refund', ours: { fee: -18 }, channelSays: { fee: 18 } },
  ]);
  const adjustedOn = reportDayOf('alipay', shop.now());
  await shop.advance(DAY);
  const lines = (await bills.lines()).filter(({ orderId }) => orderId === order.orderId);
  expect(lines).toMatchObject([
    { type: 'payment', fee: 36 },
    { type: 'refund', fee: -18 },
    { type: 'fee_adjustment', day: adjustedOn, refundNo: 'half', gross: 0, fee: 36, net: -36 },
  ]);
  expect(await bills.verified()).toMatchObject({ code: 0, out: expect.stringContaining('0 findings') });
});

describe('what only the bill knows stays due', () => {
  test('a payment of which the channel says nothing for two hours is found without a person, and posted late', async () => {
    const before = await bills.alarms();
    await shop.faults({ dropNotifications: true, query: { answer: 'refuse:ACQ.TRADE_NOT_EXIST', times: 1_000 } });
    const order = await shop.open({ amount: cny(4_400), expiresInSeconds: 90 });
    await shop.pay(order);
    await shop.advance(5 * MINUTE);
    expect(await shop.get(order.orderId)).toMatchObject({ status: 'closed', payment: null });
    await shop.faults({ dropNotifications: true, query: { answer: 'system_error', times: 100_000 } });
    await bills.toBillOf(day);
    for (let minutes = 0; minutes < 120; minutes += 30) {
      expect(await bills.open(day)).toEqual([['missing_here', 'waiting', `${order.orderId}_1`]]);
      await shop.advance(30 * MINUTE);
    }
    await shop.faults({ reset: true });
    for (let minutes = 0; minutes < 40; minutes += 10) await shop.advance(10 * MINUTE);
    expect(await shop.get(order.orderId)).toMatchObject({
      ...{ status: 'paid', payment: { late: true }, refunded: cny(4_400) },
    });
    expect(await bills.open(day)).toEqual([]);
    expect((await bills.reconciled(day))?.differences).toMatchObject([
      { reason: 'missing_here', resolution: 'healed', ours: { gross: 4_400 }, channelSays: { gross: 4_400 } },
    ]);
    expect(await bills.alarms()).toEqual(before);
    // The statement of its day was sealed before anybody knew.
    const sealedOn = reportDayOf('alipay', shop.now());
    await shop.advance(DAY);
    const lines = (await bills.lines()).filter(({ orderId }) => orderId === order.orderId);
    expect(lines).toMatchObject([
      { type: 'payment', day: sealedOn, businessDay: day, late: true, gross: 4_400 },
      { type: 'refund', day: sealedOn, businessDay: sealedOn, late: false, gross: -4_400 },
    ]);
    expect(await bills.verified()).toMatchObject({ code: 0, out: expect.stringContaining('0 findings') });
  });

  test('a refund by the owner of which the channel says nothing for two hours is found without a person', async () => {
    const before = await bills.alarms();
    const order = await bills.sold(5_000);
    await shop.faults({ dropNotifications: true, refundQuery: { answer: 'system_error', times: 100_000 } });
    await bills.ownerRefunds(order, 'console-7', '20.00');
    await bills.toBillOf(day);
    for (let minutes = 0; minutes < 120; minutes += 30) {
      expect(await bills.open(day)).toEqual([['missing_here', 'waiting', 'console-7']]);
      const told = { nextAction: 'do_not_hand_over_goods', refunds: [], refundable: cny(3_000) };
      expect(await shop.get(order.orderId)).toMatchObject(told);
      await shop.advance(30 * MINUTE);
    }
    await shop.faults({ reset: true });
    for (let minutes = 0; minutes < 40; minutes += 10) await shop.advance(10 * MINUTE);
    expect(await shop.get(order.orderId)).toMatchObject({
      ...{ refunded: cny(2_000), refundable: cny(3_000), nextAction: 'none' },
      refunds: [{ refundNo: 'channel_1', source: 'channel', status: 'succeeded', amount: cny(2_000) }],
    });
    expect(await bills.open(day)).toEqual([]);
    expect((await bills.reconciled(day))?.differences).toMatchObject([
      { reason: 'missing_here', resolution: 'healed', requestNo: 'console-7', ours: { gross: -2_000 } },
    ]);
    expect(await bills.alarms()).toEqual(before);
    await shop.advance(DAY);
    const lines = (await bills.lines()).filter(({ orderId }) => orderId === order.orderId);
    expect(lines).toMatchObject([
      { type: 'payment', day, late: false },
      { type: 'refund', businessDay: day, late: true, gross: -2_000, fee: -12 },
    ]);
    expect(await bills.verified()).toMatchObject({ code: 0, out: expect.stringContaining('0 findings') });
  });
});

/** A day whose report is not there, or cannot be read, holds no other day back, and is asked for again on its own. */
import { describe, expect, test } from 'vitest';
import type { ReportAnswer } from '../../functions/channel/channel.ts';
import type { ReportHead } from '../../functions/reconciliation/reconciliations.ts';
import { afterDay, dayToAsk } from '../../functions/reconciliation/report-days.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aDay, aHead, aReport, DAYS, newReportShop, paidRow, type ReportShop, TEN } from './shop.ts';

const HALF = 30 * MINUTE;
const unreadable: ReportAnswer = { kind: 'unreadable', why: 'torn', hash: 'h' };
const askedDays = (it: ReportShop) => it.channel.calls.map(([, , day]) => day);
const states = (it: ReportShop) => Promise.all(DAYS.map(async (day) => (await it.day(day))?.state));
/** The sweep, every half hour, from one instant to before another. */
async function sweep(it: ReportShop, from: number, to: number) {
  for (let now = from; now < to; now += HALF) {
    await it.run(now);
    await it.run(now + MINUTE);
  }
}

describe.each<[string, ReportAnswer]>([
  ['cannot be read', unreadable],
  ['is not there', { kind: 'not_ready' }],
  ['is not told of', { kind: 'unknown', why: 'silence' }],
])('security M1: a report that %s', (_, answer) => {
  test('lets the days behind it be compared in time, and is compared itself as soon as it is there', async () => {
    const it = await newReportShop();
    const first = await it.sell({ no: '1', paidAt: NOON });
    const second = await it.sell({ no: '2', paidAt: NOON + DAY });
    it.channel.reports.set(DAYS[0], answer);
    it.report(DAYS[1], [paidRow(second, { at: NOON + DAY })]);
    it.report(DAYS[2], []);
    await sweep(it, TEN, TEN + 2 * DAY);
    const [, ...behind] = await states(it);
    expect(behind).toEqual(['compared', undefined, undefined, undefined]);
    expect(await it.day(DAYS[1])).toMatchObject({ matched: 1, differences: [], checkedAt: TEN + DAY + MINUTE });
    await sweep(it, TEN + 2 * DAY, TEN + 2 * DAY + HOUR);
    expect(await it.day(DAYS[2])).toMatchObject({ state: 'compared' });

    // Asked for every half hour since, and read when it is whole.
    expect(askedDays(it).filter((day) => day === DAYS[0]).length).toBeGreaterThan(90);
    it.report(DAYS[0], [paidRow(first)]);
    await sweep(it, TEN + 2 * DAY + HOUR, TEN + 2 * DAY + 2 * HOUR);
    expect(await it.day()).toMatchObject({ state: 'compared', matched: 1, differences: [] });
    expect(await it.head()).toEqual(
      aHead({ version: expect.any(Number), lastReportDay: DAYS[2], dueAt: TEN + 3 * DAY }),
    );
  });
});

test('three days later it stays unreadable, is asked for no more, and the head has gone on', async () => {
  const it = await newReportShop();
  it.channel.reports.set(DAYS[0], unreadable);
  for (const day of DAYS.slice(1)) it.report(day, []);
  await sweep(it, TEN, TEN + 3 * DAY + HOUR);
  expect(await states(it)).toEqual(['unreadable', 'compared', 'compared', 'compared', undefined]);
  expect(await it.head()).toMatchObject({ lastReportDay: DAYS[3], dueAt: TEN + 4 * DAY });
  expect(await it.head()).not.toHaveProperty('pending');
  const before = it.channel.calls.length;
  await sweep(it, TEN + 3 * DAY + HOUR, TEN + 4 * DAY);
  expect(it.channel.calls).toHaveLength(before);
});

test('a payment near midnight that stands on the report of a pending day is healed when that is read', async () => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON + 12 * HOUR + MINUTE });
  it.channel.reports.set(DAYS[0], unreadable);
  it.report(DAYS[1], []);
  await sweep(it, TEN, TEN + DAY + HOUR);
  expect(await it.day(DAYS[1])).toMatchObject({ differences: [{ reason: 'late', resolution: 'waiting' }] });
  it.channel.reports.set(DAYS[0], aReport([paidRow(order)]));
  await sweep(it, TEN + DAY + HOUR, TEN + DAY + 2 * HOUR);
  expect(await it.day(DAYS[0])).toMatchObject({ matched: 1, crossDay: [`payment ${order.orderId}_1`] });
  expect(await it.day(DAYS[1])).toMatchObject({ differences: [{ reason: 'late', resolution: 'healed' }] });
});

test('a day that the operator wants compared again is no longer pending', async () => {
  const it = await newReportShop();
  it.channel.reports.set(DAYS[0], unreadable);
  it.report(DAYS[1], []);
  await sweep(it, TEN, TEN + DAY + HOUR);
  expect(await it.head()).toMatchObject({ lastReportDay: DAYS[1], pending: [{ day: DAYS[0] }] });
  it.report(DAYS[0], []);
  await it.again(DAYS[0], TEN + DAY + HOUR);
  await it.run(TEN + DAY + HOUR);
  await it.run(TEN + DAY + HOUR + MINUTE);
  expect(await it.day()).toEqual(aDay({ version: expect.any(Number), checkedAt: expect.any(Number) }));
  expect(await it.head()).not.toHaveProperty('pending');
});

describe('a head', () => {
  const head = (more: Partial<ReportHead> = {}) => aHead({ lastReportDay: DAYS[0], ...more }) as unknown as ReportHead;
  const at = TEN + DAY;

  test('waits for its next day as long as the one after that is not due, and for all if seven are pending', () => {
    expect(afterDay(head(), DAYS[1], undefined, at, 'alipay')).toEqual({
      ...{ lastReportDay: DAYS[1], pending: [], dueAt: at + DAY },
    });
    expect(afterDay(head(), DAYS[1], HALF, at, 'alipay')).toEqual({
      lastReportDay: DAYS[0],
      pending: [],
      dueAt: at + HALF,
    });
    expect(afterDay(head(), DAYS[1], HALF, at + DAY, 'alipay')).toEqual({
      ...{ lastReportDay: DAYS[1], pending: [{ day: DAYS[1], askAt: at + DAY + HALF }], dueAt: at + DAY },
    });
    const pending = [21, 22, 23, 24, 25, 26, 27].map((date) => ({ day: `2026-02-${date}`, askAt: at + 2 * DAY }));
    expect(afterDay(head({ pending }), DAYS[1], HALF, at + DAY, 'alipay')).toEqual({
      ...{ lastReportDay: DAYS[0], pending, dueAt: at + DAY + HALF },
    });
  });

  test('asks for the oldest pending day that is due, and then for its next', () => {
    const pending = [
      { day: '2026-02-26', askAt: at + 2 },
      { day: '2026-02-27', askAt: at },
    ];
    expect(dayToAsk(head({ pending }), at + 2)).toBe('2026-02-26');
    expect(dayToAsk(head({ pending }), at)).toBe('2026-02-27');
    expect(dayToAsk(head({ pending }), at - 1)).toBe(DAYS[1]);
    expect(afterDay(head({ pending }), '2026-02-27', undefined, at, 'alipay')).toEqual({
      ...{ lastReportDay: DAYS[0], pending: pending.slice(0, 1), dueAt: at },
    });
    expect(afterDay(head({ pending }), '2026-02-26', HALF, at + 2, 'alipay')).toMatchObject({
      pending: [{ day: '2026-02-26', askAt: at + 2 + HALF }, pending[1]],
    });
  });
});

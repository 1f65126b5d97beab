/** Money F14: refunds that the channel told without their numbers take numbers, amounts and times of its report. */
import { describe, expect, test } from 'vitest';
import type { ReportRow } from '../../functions/channel/channel.ts';
import type { Order } from '../../functions/order/order.ts';
import { DAY, type EpochMs, HOUR, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import {
  aDay,
  aHead,
  backFact,
  backRow,
  DAYS,
  END,
  fail,
  newReportShop,
  paidRow,
  type ReportShop,
  soon,
  stored,
  TEN,
} from './shop.ts';

const POLLED = NOON + HOUR;
const cny = (value: number) => ({ currency: 'CNY', value });

/** A sale of 1000 at a fee of 6 of which a query has told, at `polledAt`, that all of it has gone back. */
async function returned(polledAt: EpochMs = POLLED) {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON });
  const news = { tradeNo: 'trade-1', paidAt: NOON, amount: cny(1000) };
  await it.services().orders.apply(order, { type: 'reversed', n: 1, news, source: 'query' }, polledAt);
  return { it, order };
}
/** The channel's refund by its number, and the report's row of it. */
function part(it: ReportShop, order: Order, no: string, amount: number, fee: number, at: EpochMs): ReportRow {
  it.channel.refunds.set(no, { kind: 'succeeded', at, amount: cny(amount) });
  return backRow(order, { requestNo: no, gross: -amount, fee, at });
}
/** What is kept of a day, without how often and when. */
const day = async (it: ReportShop, of: string = DAYS[0]) => {
  const { version, checkedAt, ...kept } = (await it.day(of)) ?? fail();
  return kept;
};
const agreed = (matched: number, changes: object = {}) => {
  const { version, checkedAt, ...kept } = aDay({ matched, ...changes });
  return kept;
};
const refundsOf = async (it: ReportShop, order: Order) =>
  (await it.order(order)).refunds.map(({ refundNo, amount, named, namedAt }) => ({ refundNo, amount, named, namedAt }));

describe('money F14 a refund that was told without its number', () => {
  test.each([
    ['on no statement yet: so is its line', false, NOON + MINUTE],
    ['sealed: its line keeps the time that it was sealed with', true, undefined],
  ])('takes number and time of the report, %s', async (_, isSealed, namedAt) => {
    const { it, order } = await returned();
    if (isSealed) await it.seal(END + HOUR);
    it.report(DAYS[0], [paidRow(order), part(it, order, 'console-9', 1000, -6, NOON + MINUTE)]);
    await it.run(TEN);
    expect(await day(it)).toEqual(agreed(2));
    const named = [{ channelNo: 'console-9', amount: 1000, at: NOON + MINUTE }];
    expect(await refundsOf(it, order)).toEqual([{ refundNo: 'channel_1', amount: 1000, named, namedAt }]);
    expect([it.log, it.counted]).toEqual([[], []]);
    // Compared again, before and after the next seal, it agrees without a question.
    const { length } = it.channel.calls;
    for (const now of [TEN + HOUR, TEN + DAY]) {
      await it.again(DAYS[0], now);
      await it.run(now);
      expect(await day(it)).toEqual(agreed(2));
      await it.seal(END + DAY + HOUR);
    }
    expect(it.channel.calls.slice(length).map(([operation]) => operation)).toEqual(['report', 'report']);
    const books = await it.shop.books(order.merchantId);
    const [at] = books.flatMap(({ lines }) => lines).flatMap((it) => (it.type === 'refund' ? it.occurredAt : []));
    expect(Date.parse(at ?? '')).toBe(namedAt ?? POLLED);
  });

  test.each([
    ['in the order of time', false],
    ['the other way round', true],
  ])('is several of the report, %s, each with its share of the fee', async (_, isReversed) => {
    const { it, order } = await returned();
    // Of a fee of 6, running totals: 1 of 1.2 (200), 4 of 4.2 (700), 6 of 6 (1000).
    const rows = [
      part(it, order, 'console-1', 200, -1, NOON + MINUTE),
      part(it, order, 'console-2', 500, -3, NOON + 2 * MINUTE),
      part(it, order, 'console-3', 300, -2, NOON + 3 * MINUTE),
    ];
    it.report(DAYS[0], [paidRow(order), ...(isReversed ? rows.toReversed() : rows)]);
    await it.run(TEN);
    expect(await day(it)).toEqual(agreed(4));
    const [refund] = await refundsOf(it, order);
    expect(refund?.named?.map(({ channelNo }) => channelNo).sort()).toEqual(['console-1', 'console-2', 'console-3']);
    expect(refund?.namedAt).toBe(NOON + 3 * MINUTE);
    await it.again(DAYS[0]);
    await it.run(TEN + HOUR);
    expect(await day(it)).toEqual(agreed(4));
    expect([it.log, it.counted]).toEqual([[], []]);
  });

  test.each([
    ['as they are named', false],
    ['the other way round', true],
  ])('is several of one moment, %s: their numbers say whose share of the fee comes first', async (_, isReversed) => {
    const { it, order } = await returned();
    // Of a fee of 6, running totals: 2 of 1.5 (250), 6 of 6 (1000); the other one first, it would be 5 of 4.5.
    const rows = [
      part(it, order, 'console-1', 250, -2, NOON + MINUTE),
      part(it, order, 'console-2', 750, -4, NOON + MINUTE),
    ];
    it.report(DAYS[0], [paidRow(order), ...(isReversed ? rows.toReversed() : rows)]);
    await it.run(TEN);
    await it.again(DAYS[0]);
    await it.run(TEN + HOUR);
    expect(await day(it)).toEqual(agreed(3));
    expect([it.log, it.counted]).toEqual([[], []]);
  });

  test('money F17 whose fee differs is adjusted, also where our clock was behind the channel’s when we heard of it', async () => {
    const { it, order } = await returned(NOON - 7_000);
    await it.seal(END + HOUR);
    const row = part(it, order, 'console-9', 1000, 4, NOON + MINUTE / 60);
    it.report(DAYS[0], [paidRow(order), row]);
    await it.run(TEN);
    expect((await it.order(order)).feeAdjustments).toEqual([
      { attempt: 1, refundNo: 'channel_1', charged: 4, fee: 10, at: TEN },
    ]);
  });

  test.each([false, true])('whose fee differs is adjusted where it is one; sealed before: %s', async (isSealed) => {
    const { it, order } = await returned();
    if (isSealed) await it.seal(END + HOUR);
    const row = part(it, order, 'console-9', 1000, -4, NOON + MINUTE);
    it.report(DAYS[0], [paidRow(order), row]);
    await it.run(TEN);
    const fact = backFact(order, { requestNo: 'console-9', at: NOON + MINUTE, gross: -1000, fee: -6 });
    expect(await day(it)).toEqual(agreed(2, { differences: [stored('fee', 'healed', fact, row)] }));
    await it.seal(TEN + 2 * HOUR);
    const at = isSealed ? TEN : TEN + 2 * HOUR;
    expect((await it.order(order)).feeAdjustments).toEqual([
      { attempt: 1, refundNo: 'channel_1', charged: -4, fee: 2, at },
    ]);
    expect(it.counted).toEqual([]);
  });

  test('of which one of several has another fee is an open difference of that one', async () => {
    const { it, order } = await returned();
    const rows = [
      part(it, order, 'console-1', 500, -3, NOON + MINUTE),
      part(it, order, 'console-2', 500, 0, NOON + 2 * MINUTE),
    ];
    it.report(DAYS[0], [paidRow(order), ...rows]);
    await it.run(TEN);
    const fact = backFact(order, { requestNo: 'console-2', at: NOON + 2 * MINUTE, gross: -500, fee: -3 });
    expect(await day(it)).toEqual(agreed(3, { differences: [stored('fee', 'open', fact, rows[1])] }));
    expect((await it.order(order)).feeCharges).toBeUndefined();
  });

  test.each(['none', 'unknown'] as const)('waits, on both sides, while the channel answers %s', async (kind) => {
    const { it, order } = await returned();
    const row = part(it, order, 'console-9', 1000, -6, NOON + MINUTE);
    const answer = it.channel.refunds.get('console-9') ?? fail();
    it.channel.refunds.set('console-9', kind === 'none' ? { kind } : { kind, why: 'silence' });
    it.report(DAYS[0], [paidRow(order), row]);
    for (const minutes of [0, 30]) await it.run(soon(minutes));
    const fact = backFact(order, { requestNo: `${order.orderId}_1`, at: POLLED, gross: -1000, fee: -6 });
    const differences = [
      stored('missing_here', 'waiting', undefined, row, order.orderId),
      stored('missing_at_channel', 'waiting', fact, undefined),
    ];
    expect(await day(it)).toEqual(agreed(1, { differences, unsettled: 1 }));
    it.channel.refunds.set('console-9', answer);
    await it.run(soon(60));
    expect(await day(it)).toEqual(agreed(2));
    expect(await it.head()).toEqual(aHead({ version: 4, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
    expect(it.counted.filter(([name]) => name !== 'channelUnknown')).toEqual([]);
  });

  test.each([false, true])('has parts on the reports of two days; sealed before: %s', async (isSealed) => {
    const { it, order } = await returned(END + HOUR);
    const first = part(it, order, 'console-1', 400, -2, NOON + MINUTE);
    const second = part(it, order, 'console-2', 600, -4, END + 30 * MINUTE);
    it.report(DAYS[0], [paidRow(order), first]);
    it.report(DAYS[1], [second]);
    for (const [i, now] of [TEN, TEN + DAY].entries()) {
      if (isSealed) await it.seal(END + i * DAY + HOUR);
      await it.run(now);
    }
    for (const i of [0, 1]) {
      await it.again(DAYS[i] ?? fail());
      await it.run(TEN + DAY + HOUR);
    }
    expect(await day(it)).toEqual(agreed(2));
    const names = { id: `rec_${order.merchantId}.${DAYS[1]}`, reportDay: DAYS[1], billHash: `hash of ${DAYS[1]}` };
    expect(await day(it, DAYS[1])).toEqual(agreed(1, names));
    const named = [
      { channelNo: 'console-1', amount: 400, at: NOON + MINUTE },
      { channelNo: 'console-2', amount: 600, at: END + 30 * MINUTE },
    ];
    const namedAt = isSealed ? undefined : END + 30 * MINUTE;
    expect(await refundsOf(it, order)).toEqual([{ refundNo: 'channel_1', amount: 1000, named, namedAt }]);
    expect([it.log, it.counted]).toEqual([[], []]);
  });

  test('may be ours of a late payment, which somebody else has carried out', async () => {
    const it = await newReportShop();
    const order = await it.open({ no: '1', paidAt: NOON });
    const { orders } = it.services();
    const closing = await orders.apply(order, { type: 'close_requested', by: 'cashier' }, NOON);
    const news = { tradeNo: 't', paidAt: NOON, amount: cny(1000) };
    const late = await orders.apply(closing.order, { type: 'paid', n: 1, news, source: 'query' }, NOON);
    await orders.apply(late.order, { type: 'reversed', n: 1, news, source: 'query', notByUs: true }, POLLED);
    await it.seal(END + HOUR);
    it.report(DAYS[0], [paidRow(order), part(it, order, 'console-9', 1000, -6, NOON + MINUTE)]);
    await it.run(TEN);
    await it.again(DAYS[0]);
    await it.run(TEN + HOUR);
    expect(await day(it)).toEqual(agreed(2));
    const named = [{ channelNo: 'console-9', amount: 1000, at: NOON + MINUTE }];
    expect(await refundsOf(it, order)).toEqual([{ refundNo: 'auto_1', amount: 1000, named, namedAt: undefined }]);
    expect([it.log, it.counted]).toEqual([[], []]);
  });
});

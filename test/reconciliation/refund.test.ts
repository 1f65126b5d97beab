/** F58: refunds that only the channel's report has. */
import { describe, expect, test } from 'vitest';
import type { QueryAnswer, ReportRow } from '../../functions/channel/channel.ts';
import { HOUR, SECOND } from '../../functions/time.ts';
import { refundRequested } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';
import {
  account,
  aDay,
  asked,
  backFact,
  backRow,
  DAYS,
  END,
  newReportShop,
  paidRow,
  type ReportShop,
  stored,
  TEN,
} from './shop.ts';

const cny = (value: number) => ({ currency: 'CNY', value });
const news = (more: Partial<Extract<QueryAnswer, { kind: 'paid' }>> = {}): QueryAnswer => ({
  ...{ kind: 'paid', tradeNo: 't', paidAt: NOON + SECOND, amount: cny(1000), refundedInFull: false },
  ...more,
});
const ref = (attemptNo: string) => ({ account, attemptNo, tradeNo: 'trade-1' });
const queried = (attemptNo: string) => ['query', ref(attemptNo), 5000];
const refundQueried = (attemptNo: string, requestNo: string) => ['queryRefund', { ...ref(attemptNo), requestNo }, 5000];

describe('a refund', () => {
  async function sold() {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: NOON });
    await it.seal(END + HOUR);
    return { it, order, attemptNo: `${order.orderId}_1` };
  }
  const run = (it: ReportShop, ...rows: ReportRow[]) => {
    it.report(DAYS[0], rows);
    return it.run(TEN);
  };

  test("made in the channel's console is asked about by its number, and taken", async () => {
    const { it, order, attemptNo } = await sold();
    const back = backRow(order, { requestNo: 'console-1' });
    it.channel.refunds.set('console-1', { kind: 'succeeded', at: NOON + HOUR, amount: cny(100) });
    await run(it, paidRow(order), back);
    const fact = backFact(order, { requestNo: 'console-1', at: NOON + HOUR });
    expect(await it.day()).toEqual(aDay({ matched: 2, differences: [stored('missing_here', 'healed', fact, back)] }));
    expect((await it.order(order)).refunds).toEqual([
      {
        ...{ refundNo: 'channel_1', attempt: 1, channelNo: 'console-1', amount: 100, source: 'channel' },
        ...{ requestedAt: TEN, tries: 0, result: { status: 'succeeded', at: NOON + HOUR, learnedAt: TEN } },
      },
    ]);
    expect(it.channel.calls).toEqual([asked(), refundQueried(attemptNo, 'console-1')]);
    expect([it.log, it.counted]).toEqual([[], []]);
    // A run that died before it stored the day finds the refund here, and says all the same where it came from.
    await it.again(DAYS[0]);
    await it.run(TEN);
    const known = stored('missing_here', 'healed', fact, back);
    expect(await it.day()).toEqual(aDay({ version: 2, matched: 2, differences: [known] }));
    expect(it.channel.calls).toEqual([asked(), refundQueried(attemptNo, 'console-1'), asked()]);
  });

  test('of ours whose answer never came is asked about, and ended', async () => {
    const { it, order, attemptNo } = await sold();
    await it.services().orders.apply(await it.order(order), refundRequested('r-1', 100), NOON + HOUR);
    const requestNo = `${order.orderId}_r1`;
    it.channel.refunds.set(requestNo, { kind: 'succeeded', at: NOON + HOUR, amount: cny(100) });
    await run(it, paidRow(order), backRow(order));
    const fact = backFact(order, { at: NOON + HOUR });
    expect(await it.day()).toEqual(
      aDay({ matched: 2, differences: [stored('missing_here', 'healed', fact, backRow(order))] }),
    );
    expect((await it.order(order)).refunds).toMatchObject([{ result: { status: 'succeeded', at: NOON + HOUR } }]);
    expect(it.channel.calls).toEqual([asked(), refundQueried(attemptNo, requestNo)]);
  });

  test('that we call failed is another status, whatever the channel says now', async () => {
    const { it, order, attemptNo } = await sold();
    const { orders } = it.services();
    const begun = await orders.apply(await it.order(order), refundRequested('r-1', 100), NOON + HOUR);
    const refused = { type: 'refund_refused', refundNo: 'r-1', refusal: { reason: 'refund_not_possible' } } as const;
    await orders.apply(begun.order, refused, NOON + HOUR);
    const requestNo = `${order.orderId}_r1`;
    it.channel.refunds.set(requestNo, { kind: 'succeeded', at: NOON + HOUR, amount: cny(100) });
    await run(it, paidRow(order), backRow(order));
    expect(await it.day()).toEqual(
      aDay({ matched: 1, differences: [stored('status', 'open', undefined, backRow(order), order.orderId)] }),
    );
    expect((await it.order(order)).refunds).toMatchObject([{ result: { status: 'failed' } }]);
    expect(it.channel.calls).toEqual([asked(), refundQueried(attemptNo, requestNo)]);
    expect(it.counted).toEqual([
      ['anomalies', undefined],
      ['discrepancies', 1],
    ]);
  });

  test('that nobody here has heard of is no other status, though another one has failed', async () => {
    const { it, order } = await sold();
    const { orders } = it.services();
    const begun = await orders.apply(await it.order(order), refundRequested('r-1', 100), NOON + HOUR);
    const refused = { type: 'refund_refused', refundNo: 'r-1', refusal: { reason: 'refund_not_possible' } } as const;
    const failed = await orders.apply(begun.order, refused, NOON + HOUR);
    await orders.apply(failed.order, refundRequested('r-2', 50), NOON + HOUR);
    const rows = ['console-1', `${order.orderId}_r2`].map((requestNo) => backRow(order, { requestNo }));
    for (const { requestNo } of rows) it.channel.refunds.set(String(requestNo), { kind: 'none' });
    await run(it, paidRow(order), ...rows);
    // The channel contradicts its own report, so that neither is over: both are due.
    const differences = rows.map((row) => stored('missing_here', 'waiting', undefined, row, order.orderId));
    expect(await it.day()).toEqual(aDay({ matched: 1, differences, unsettled: 2 }));
    const { refunds, reportedRefunds, dueAt } = await it.order(order);
    expect(refunds.map(({ refundNo, result }) => [refundNo, result?.status])).toEqual([
      ['r-1', 'failed'],
      ['r-2', undefined],
    ]);
    expect(reportedRefunds).toEqual([{ attempt: 1, numbers: [{ channelNo: 'console-1', amount: 100 }], at: TEN }]);
    expect(dueAt).toBeLessThan(TEN);
  });

  test('without a number of its own, of a trade that has not gone back whole, stays due', async () => {
    const { it, order, attemptNo } = await sold();
    it.channel.trades.set(attemptNo, news({ tradeNo: 'trade-1' }));
    const back = backRow(order, { requestNo: null });
    await run(it, paidRow(order), back);
    expect(await it.day()).toEqual(
      aDay({
        matched: 1,
        differences: [stored('missing_here', 'waiting', undefined, back, order.orderId)],
        unsettled: 1,
      }),
    );
    const { refunds, reportedRefunds } = await it.order(order);
    expect([refunds, reportedRefunds]).toEqual([[], [{ attempt: 1, amount: 100, at: TEN }]]);
    expect(it.channel.calls).toEqual([asked(), queried(attemptNo)]);
  });
});

/** What only the report knows, and the channel has no definite answer about: it stays due, and its day is asked for again. */
import { describe, expect, test } from 'vitest';
import type { QueryAnswer } from '../../functions/channel/channel.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { DAY, MINUTE, SECOND } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aDay, aHead, backRow, DAYS, merchant, newReportShop, paidFact, paidRow, soon, stored, TEN } from './shop.ts';

const cny = (value: number) => ({ currency: 'CNY', value });
const news = (more: Partial<Extract<QueryAnswer, { kind: 'paid' }>> = {}): QueryAnswer => ({
  ...{ kind: 'paid', tradeNo: 't', paidAt: NOON + SECOND, amount: cny(1000), refundedInFull: false },
  ...more,
});
const told = (count: number) => ['error', 'discrepancies_found', { merchantId: merchant.id, day: DAYS[0], count }];

async function opened(answer?: QueryAnswer) {
  const it = await newReportShop();
  const order = await it.open({ no: '1', paidAt: NOON });
  if (answer) it.channel.trades.set(`${order.orderId}_1`, answer);
  return { it, order };
}

describe('what only the report knows stays due: a payment', () => {
  test.each<QueryAnswer>([{ kind: 'waiting' }, { kind: 'unknown', why: 'silence' }])(
    'of which the channel says $kind, which is not definite, stays due, and its day is asked for again',
    async (answer) => {
      const { it, order } = await opened(answer);
      it.report(DAYS[0], [paidRow(order)]);
      await it.run(TEN);
      const waiting = stored('missing_here', 'waiting', undefined, paidRow(order), order.orderId);
      expect(await it.day()).toEqual(aDay({ differences: [waiting], unsettled: 1 }));
      expect(await it.head()).toEqual(aHead({ version: 2, dueAt: soon(30) }));
      const { attempts, dueAt } = await it.order(order);
      expect(attempts).toMatchObject([{ n: 1, reportedPaidAt: TEN }]);
      expect(dueAt).toBeLessThanOrEqual(TEN);
      const line = { orderId: order.orderId, channelOperation: 'query', reason: 'silence' };
      const isSilent = answer.kind === 'unknown';
      expect(it.log).toEqual(isSilent ? [['warn', 'channel_unknown', line]] : []);
      expect(it.counted).toEqual(isSilent ? [['channelUnknown', undefined]] : []);
      // The channel tells it two hours later.
      for (let minutes = 30; minutes < 120; minutes += 30) await it.run(soon(minutes));
      it.channel.trades.set(`${order.orderId}_1`, news());
      await it.run(soon(120));
      const healed = stored('missing_here', 'healed', paidFact(order, { at: NOON + SECOND }), paidRow(order));
      expect(await it.day()).toEqual(aDay({ version: 5, checkedAt: soon(120), matched: 1, differences: [healed] }));
      expect(await it.head()).toEqual(aHead({ version: 6, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
      expect(it.counted.filter(([name]) => name !== 'channelUnknown')).toEqual([]);
    },
  );

  test('of which the channel never says more is missing after three days, and told once; no other day waits', async () => {
    const { it, order } = await opened({ kind: 'waiting' });
    const sold = await it.sell({ no: '2', paidAt: NOON });
    for (const day of DAYS) it.report(day, []);
    it.report(DAYS[0], [paidRow(order), paidRow(sold), paidRow(sold)]);
    const twice = stored('duplicate', 'open', paidFact(sold), paidRow(sold));
    const missing = stored('missing_here', 'open', undefined, paidRow(order), order.orderId);
    await it.run(TEN);
    const waits = { matched: 1, differences: [twice, { ...missing, resolution: 'waiting' }], unsettled: 1 };
    expect(await it.day()).toEqual(aDay(waits));
    expect([it.counted, it.log]).toEqual([[['discrepancies', 1]], [told(1)]]);
    for (let minutes = 30; minutes < 3 * 24 * 60; minutes += 30) {
      await it.run(soon(minutes));
      await it.run(soon(minutes + 1));
    }
    // Two days behind it were compared in time, and nothing was told again.
    expect(await it.head()).toMatchObject({ lastReportDay: DAYS[2], pending: [{ day: DAYS[0] }] });
    expect(await it.day()).toMatchObject(waits);
    expect(it.counted).toEqual([['discrepancies', 1]]);
    for (const minutes of [0, 1, 30, 31]) await it.run(TEN + 3 * DAY + minutes * MINUTE);
    const { version, checkedAt, ...day } = (await it.day()) ?? {};
    const { version: _, checkedAt: __, ...wanted } = aDay({ matched: 1, differences: [twice, missing] });
    expect(day).toEqual(wanted);
    expect(it.counted).toEqual([
      ['discrepancies', 1],
      ['discrepancies', 1],
    ]);
    expect(await it.head()).not.toHaveProperty('pending');
  });

  test('that a person has accepted while its day is asked for again is not told again', async () => {
    const { it, order } = await opened({ kind: 'waiting' });
    const sold = await it.sell({ no: '2', paidAt: NOON });
    it.report(DAYS[0], [paidRow(order), paidRow(sold), paidRow(sold)]);
    await it.run(TEN);
    await it.services().reconciliations.change(
      merchant.id,
      DAYS[0],
      (day) =>
        day && {
          ...day,
          differences: day.differences.map((one) => ({ ...one, resolution: 'accepted', note: 'seen' })),
        },
    );
    await it.run(soon(30));
    expect(await it.day()).toMatchObject({
      checkedAt: soon(30),
      differences: [
        { reason: 'duplicate', resolution: 'accepted' },
        { reason: 'missing_here', resolution: 'accepted' },
      ],
      unsettled: 1,
    });
    expect(it.counted).toEqual([['discrepancies', 1]]);
  });
});

test('a refund of which the channel does not say more waits, although one of another payment of its order is reported, too', async () => {
  const it = await newReportShop();
  const apply = async (order: Order, event: OrderEvent) => (await it.services().orders.apply(order, event, NOON)).order;
  const payment = (n: number, tradeNo: string): OrderEvent => ({
    ...{ type: 'paid', n, source: 'notification' },
    news: { tradeNo, paidAt: NOON, amount: cny(1000) },
  });
  let order = await it.open({ no: '1', paidAt: NOON });
  for (const event of [
    { type: 'attempt_ended', n: 1, why: 'closed' },
    { type: 'attempt_requested', n: 2, kind: 'qr_code' },
    payment(1, 'trade-1'),
    payment(2, 'trade-2'),
    { type: 'refund_told', n: 2, told: { channelNo: 'console-2', amount: 300 } },
  ] as const)
    order = await apply(order, event);
  const row = backRow(order, { requestNo: 'console-1', gross: -400, fee: -2, at: NOON });
  it.channel.refunds.set('console-1', { kind: 'unknown', why: 'silence' });
  it.report(DAYS[0], [paidRow(order), row]);
  await it.run(TEN);
  const { differences } = (await it.day()) as { differences: { requestNo: string | null }[] };
  expect(differences.filter(({ requestNo }) => requestNo === 'console-1')).toEqual([
    stored('missing_here', 'waiting', undefined, row, order.orderId),
  ]);
  expect((await it.order(order)).reportedRefunds?.map(({ attempt }) => attempt)).toEqual([2, 1]);
});

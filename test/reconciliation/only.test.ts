/** F58: what only the channel's report has. The channel is asked about it, and what it says is taken by the ordinary way. */
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { QueryAnswer, ReportRow } from '../../functions/channel/channel.ts';
import { keyOf } from '../../functions/reconciliation/match.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { aMerchant } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';
import {
  account,
  aDay,
  asked,
  BEGIN,
  backRow,
  DAYS,
  END,
  merchant,
  newReportShop,
  paidFact,
  paidRow,
  soon,
  stored,
  TEN,
} from './shop.ts';

const cny = (value: number) => ({ currency: 'CNY', value });
const news = (more: Partial<Extract<QueryAnswer, { kind: 'paid' }>> = {}): QueryAnswer => ({
  ...{ kind: 'paid', tradeNo: 't', paidAt: NOON + SECOND, amount: cny(1000), refundedInFull: false },
  ...more,
});
const ref = (attemptNo: string) => ({ account, attemptNo });
const queried = (attemptNo: string) => ['query', ref(attemptNo), 5000];
const told = (count: number) => ['error', 'discrepancies_found', { merchantId: merchant.id, day: DAYS[0], count }];

async function opened(answer?: QueryAnswer) {
  const it = await newReportShop();
  const order = await it.open({ no: '1', paidAt: NOON });
  if (answer) it.channel.trades.set(`${order.orderId}_1`, answer);
  return { it, order };
}

describe('a payment', () => {
  test('is asked about and taken, as of the report', async () => {
    const { it, order } = await opened(news());
    await it.seal(END + HOUR);
    it.report(DAYS[0], [paidRow(order)]);
    await it.run(TEN);
    const healed = stored('missing_here', 'healed', paidFact(order, { at: NOON + SECOND }), paidRow(order));
    expect(await it.day()).toEqual(aDay({ matched: 1, differences: [healed] }));
    expect((await it.order(order)).payments).toEqual([
      { attempt: 1, tradeNo: 't', paidAt: NOON + SECOND, source: 'report', at: TEN },
    ]);
    expect(it.channel.calls).toEqual([asked(), queried(`${order.orderId}_1`)]);
    expect([it.log, it.counted]).toEqual([[], []]);

    // A run that died before it stored the day finds the payment here, and says all the same where it came from.
    for (const now of [soon(1), TEN + DAY]) {
      await it.again(DAYS[0]);
      await it.run(now);
      expect(await it.day()).toMatchObject({ checkedAt: now, matched: 1, differences: [healed] });
      // A late line of the next statement.
      await it.seal(END + DAY + HOUR);
    }
    expect(it.channel.calls).toEqual([asked(), queried(`${order.orderId}_1`), asked(), asked()]);
  });

  test('whose amount differs on the report is taken as the channel tells it, and both are said', async () => {
    const { it, order } = await opened(news());
    const row = paidRow(order, { gross: 999 });
    it.report(DAYS[0], [row]);
    await it.run(TEN);
    const fact = paidFact(order, { at: NOON + SECOND });
    expect(await it.day()).toEqual(
      aDay({
        matched: 1,
        differences: [stored('amount', 'open', fact, row), stored('missing_here', 'healed', fact, row)],
      }),
    );
    expect([it.counted, it.log]).toEqual([[['discrepancies', 1]], [told(1)]]);
  });

  test.each<QueryAnswer>([{ kind: 'closed' }, { kind: 'absent' }])(
    'of which the channel says $kind, which is definite, stays missing here',
    async (answer) => {
      const { it, order } = await opened(answer);
      const before = await it.order(order);
      it.report(DAYS[0], [paidRow(order)]);
      await it.run(TEN);
      const open = stored('missing_here', 'open', undefined, paidRow(order), order.orderId);
      expect(await it.day()).toEqual(aDay({ differences: [open] }));
      expect(await it.order(order)).toEqual(before);
      expect(it.channel.calls).toEqual([asked(), queried(`${order.orderId}_1`)]);
      expect([it.counted, it.log]).toEqual([[['discrepancies', 1]], [told(1)]]);
    },
  );

  test('of another amount is kept for a person, and stays missing here', async () => {
    const { it, order } = await opened(news({ amount: cny(999) }));
    const row = paidRow(order, { gross: 999 });
    it.report(DAYS[0], [row]);
    await it.run(TEN);
    expect(await it.day()).toEqual(
      aDay({ differences: [stored('missing_here', 'open', undefined, row, order.orderId)] }),
    );
    const attemptNo = `${order.orderId}_1`;
    const key = `ano_${hash('sha256', `query\n${attemptNo}`)}`;
    expect(await it.tables.orders.get(key)).toEqual({
      ...{ orderId: key, version: 1, reason: 'different_amount', attemptNo, at: TEN, dueShard: 'anomaly', dueAt: TEN },
      facts: { tradeNo: 't', currency: 'CNY', value: 999, paidAt: NOON + SECOND },
    });
    expect(it.counted).toEqual([
      ['anomalies', undefined],
      ['discrepancies', 1],
    ]);
  });

  test('of an attempt that is not the first is asked about by its own number', async () => {
    const { it, order } = await opened();
    const { orders } = it.services();
    const closed = await orders.apply(order, { type: 'attempt_ended', n: 1, why: 'closed' }, NOON + MINUTE);
    await orders.apply(closed.order, { type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON + MINUTE);
    it.channel.trades.set(`${order.orderId}_2`, news());
    const row = paidRow(order, { attemptNo: `${order.orderId}_2` });
    it.report(DAYS[0], [row]);
    await it.run(TEN);
    const fact = paidFact(order, { attemptNo: `${order.orderId}_2`, at: NOON + SECOND });
    expect(await it.day()).toEqual(aDay({ matched: 1, differences: [stored('missing_here', 'healed', fact, row)] }));
    expect((await it.payment(order)).attempt).toBe(2);
    expect(it.channel.calls).toEqual([asked(), queried(`${order.orderId}_2`)]);
  });

  test('that came too late goes back at once', async () => {
    const { it, order } = await opened(news());
    const { orders } = it.services();
    const closing = await orders.apply(order, { type: 'close_requested', by: 'cashier' }, NOON + MINUTE);
    await orders.apply(closing.order, { type: 'attempt_ended', n: 1, why: 'closed' }, NOON + MINUTE);
    it.report(DAYS[0], [paidRow(order)]);
    await it.run(TEN);
    expect((await it.order(order)).refunds).toMatchObject([
      { refundNo: 'auto_1', amount: 1000, source: 'automatic', result: { status: 'succeeded', at: TEN + 7 } },
    ]);
    expect(it.channel.calls.map(([operation]) => operation)).toEqual(['report', 'query', 'refund']);
    expect(it.counted).toEqual([['latePayments', undefined]]);
  });

  test('that has gone back whole is taken with its refund, whose row has no number of its own', async () => {
    const { it, order } = await opened(news({ refundedInFull: true }));
    const back = backRow(order, { requestNo: null, gross: -1000, fee: -6 });
    it.report(DAYS[0], [paidRow(order), back]);
    await it.run(TEN);
    const attemptNo = `${order.orderId}_1`;
    const returned = paidFact(order, { type: 'refund', requestNo: attemptNo, at: TEN, gross: -1000, fee: -6 });
    expect(await it.day()).toEqual(
      aDay({
        matched: 2,
        differences: [
          stored('missing_here', 'healed', paidFact(order, { at: NOON + SECOND }), paidRow(order)),
          stored('missing_here', 'healed', returned, back),
        ],
        // Nobody says when it went back, so it is of the day on which we heard.
        crossDay: [keyOf(back)],
      }),
    );
    const { payments, refunds } = await it.order(order);
    expect(payments).toEqual([{ attempt: 1, tradeNo: 't', paidAt: NOON + SECOND, source: 'report', at: TEN }]);
    expect(refunds).toEqual([
      {
        ...{ refundNo: 'channel_1', attempt: 1, channelNo: attemptNo, amount: 1000, source: 'channel' },
        ...{ requestedAt: TEN, tries: 0, result: { status: 'succeeded', at: TEN, learnedAt: TEN } },
      },
    ]);
    expect(it.channel.calls).toEqual([asked(), queried(attemptNo), queried(attemptNo)]);
  });
});

describe('a number that is not of an order of this merchant', () => {
  test('belongs to another system on the same account', async () => {
    const { it, order } = await opened();
    const other = await it.open({ no: '1', paidAt: NOON }, aMerchant({ id: 'mer_bbbbcccc' }));
    const { orderId } = order;
    const nobody = `ord_${'a'.repeat(26)}`;
    const numbers = [
      ...[`${other.orderId}_1`, `${orderId}_2`, `${orderId}_0`, `${orderId}_01`, `${orderId}_100`, `${orderId}_11`],
      ...[`x${orderId}_1`, `${orderId}_1x`, orderId, `${orderId}a_1`, `${orderId.slice(0, -1)}_1`, `${nobody}_1`],
      ...[`${orderId.toUpperCase()}_1`, '', `${orderId}_r1`, `${orderId}_1_1`],
    ];
    it.report(
      DAYS[0],
      numbers.map((attemptNo) => paidRow(order, { attemptNo })),
    );
    await it.run(TEN);
    expect(await it.day()).toEqual(aDay({ foreign: numbers.length }));
    expect([it.channel.calls, it.log, it.counted]).toEqual([[asked()], [], []]);
  });

  test('a report of many is looked up in pieces that a table takes', async () => {
    const it = await newReportShop();
    const rows: ReportRow[] = [];
    for (let i = 0; i < 205; i += 1) {
      const order = await it.open({ no: `${i}`, paidAt: NOON });
      it.channel.trades.set(`${order.orderId}_1`, news());
      rows.push(paidRow(order));
    }
    it.report(DAYS[0], rows);
    await it.run(TEN);
    expect(await it.day()).toMatchObject({ matched: 205, foreign: 0 });
    expect(it.channel.calls).toHaveLength(206);
    expect(it.log).toEqual([]);
  });
});

test.each([
  ['at the first instant of its day', BEGIN, false],
  ['at the last one', END - 1, false],
  ['before it', BEGIN - 1, true],
])('what has no terms yet is on no line, and agrees without a word: %s', async (_, paidAt, isBorrowed) => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt, currency: 'JPY' });
  it.report(DAYS[0], [paidRow(order, { currency: 'JPY' })]);
  await it.run(TEN);
  expect(await it.day()).toEqual(aDay({ matched: 1, crossDay: isBorrowed ? [`payment ${order.orderId}_1`] : [] }));
  expect([it.channel.calls, it.log]).toEqual([[asked()], []]);
});

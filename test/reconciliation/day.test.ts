/** F58, F64: when a day is compared with its report, what is stored of it, and what becomes of one that is not there. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import {
  aDay,
  aHead,
  asked,
  backFact,
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

test('before ten on the next morning nothing is asked and nothing moves', async () => {
  const it = await newReportShop();
  expect(await it.head()).toEqual(aHead({}));
  await it.run(TEN - 1);
  expect([await it.head(), await it.day()]).toEqual([aHead({}), undefined]);
  expect([it.channel.calls, it.log, it.counted]).toEqual([[], [], []]);
});

test('a day that agrees is stored with what was counted, and the head goes on to the next', async () => {
  const it = await newReportShop();
  const first = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  const second = await it.sell({ no: '2', paidAt: NOON + HOUR });
  await it.seal(END + HOUR);
  it.report(DAYS[0], [
    ...[paidRow(first), backRow(first), paidRow(second)],
    ...[paidRow(first, { attemptNo: 'a-cash-register-7' }), backRow(first, { attemptNo: 'another' })],
  ]);
  await it.run(TEN);
  expect(await it.day()).toEqual(aDay({ matched: 3, foreign: 2 }));
  expect(await it.head()).toEqual(aHead({ version: 2, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
  expect(it.channel.calls).toEqual([asked()]);
  expect([it.log, it.counted]).toEqual([[], []]);
  // Not due again before the next morning.
  await it.run(TEN + DAY - 1);
  expect(it.channel.calls).toEqual([asked()]);
});

test('each kind of difference is stored with both sides, counted and told once', async () => {
  const it = await newReportShop();
  const [missing, more, twice, charged, failed] = await Promise.all(
    ['1', '2', '3', '4', '5'].map((no) => it.sell({ no, paidAt: NOON })),
  );
  if (!missing || !more || !twice || !charged || !failed) throw new Error('five were sold');
  await it.seal(END + HOUR);
  const other = paidRow(more, { gross: 1001, fee: 7 });
  const dearer = paidRow(charged, { fee: 9 });
  const back = backRow(twice, { requestNo: 'console-1' });
  it.channel.refunds.set('console-1', { kind: 'none' });
  it.report(DAYS[0], [other, paidRow(twice), paidRow(twice), dearer, paidRow(failed), back]);
  await it.run(TEN);
  expect(await it.day()).toEqual(
    aDay({
      matched: 4,
      differences: [
        stored('amount', 'open', paidFact(more), other),
        // Whose amount differs, its fee is not adjusted.
        stored('fee', 'open', paidFact(more), other),
        stored('duplicate', 'open', paidFact(twice), paidRow(twice)),
        stored('fee', 'healed', paidFact(charged), dearer),
        // That the channel knows no such refund yet is no definite answer against its own report.
        stored('missing_here', 'waiting', undefined, back, twice.orderId),
        stored('missing_at_channel', 'open', paidFact(missing), undefined),
      ],
      unsettled: 1,
    }),
  );
  expect(it.channel.calls).toEqual([
    asked(),
    [
      'queryRefund',
      { account: more.account, attemptNo: back.attemptNo, tradeNo: 'trade-3', requestNo: 'console-1' },
      5000,
    ],
  ]);
  expect(it.counted).toEqual([['discrepancies', 4]]);
  expect(it.log).toEqual([['error', 'discrepancies_found', { merchantId: merchant.id, day: DAYS[0], count: 4 }]]);
  expect(await it.head()).toEqual(aHead({ version: 2, dueAt: soon(30) }));
});

describe('a report that is not there', () => {
  test('is asked for again every half hour, and then compared', async () => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: NOON });
    await it.run(TEN);
    expect([await it.head(), await it.day()]).toEqual([aHead({ version: 2, dueAt: soon(30) }), undefined]);
    await it.run(soon(30) - 1);
    expect(it.channel.calls).toEqual([asked()]);
    await it.run(soon(30));
    expect([await it.head(), await it.day()]).toEqual([aHead({ version: 3, dueAt: soon(60) }), undefined]);
    it.report(DAYS[0], [paidRow(order)]);
    await it.run(soon(60));
    expect(await it.day()).toEqual(aDay({ checkedAt: soon(60), matched: 1 }));
    expect(await it.head()).toEqual(aHead({ version: 4, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
    expect([it.channel.calls, it.log, it.counted]).toEqual([[asked(), asked(), asked()], [], []]);
  });

  test('three days later will not come: what we sold is missing there', async () => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: END - 1 });
    await it.seal(END + HOUR);
    const askAt = TEN + 3 * DAY - 1 + 30 * MINUTE;
    await it.run(TEN + 3 * DAY - 1);
    // The next day is due by now, and does not wait for it.
    expect(await it.head()).toEqual(
      aHead({ version: 2, lastReportDay: DAYS[0], dueAt: TEN + DAY, pending: [{ day: DAYS[0], askAt }] }),
    );
    expect([await it.day(), it.log]).toEqual([undefined, []]);
    await it.again(DAYS[0]);
    await it.run(TEN + 3 * DAY);
    expect(await it.day()).toEqual(
      aDay({
        ...{ checkedAt: TEN + 3 * DAY, state: 'no_bill', billHash: null },
        differences: [stored('missing_at_channel', 'open', paidFact(order, { at: END - 1 }), undefined)],
      }),
    );
    expect(await it.head()).toEqual(aHead({ version: 4, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
    expect(it.counted).toEqual([['discrepancies', 1]]);
    expect(it.log).toEqual([['error', 'discrepancies_found', { merchantId: merchant.id, day: DAYS[0], count: 1 }]]);
  });

  test('of a day on which nothing was sold is no difference', async () => {
    const it = await newReportShop();
    await it.run(TEN + 3 * DAY);
    expect(await it.day()).toEqual(aDay({ checkedAt: TEN + 3 * DAY, state: 'no_bill', billHash: null }));
    expect([it.log, it.counted]).toEqual([[], []]);
  });
});

test('where the channel does not say, it is asked again, however late it is', async () => {
  const it = await newReportShop();
  it.channel.reports.set(DAYS[0], { kind: 'unknown', why: 'silence' });
  for (const now of [TEN, TEN + 4 * DAY]) {
    await it.again(DAYS[0], TEN);
    const before = Number((await it.head())?.version);
    await it.run(now);
    const askAt = now + 30 * MINUTE;
    const others = { lastReportDay: DAYS[0], dueAt: TEN + DAY, pending: [{ day: DAYS[0], askAt }] };
    const moved = now === TEN ? { dueAt: askAt } : others;
    expect([await it.head(), await it.day()]).toEqual([aHead({ version: before + 1, ...moved }), undefined]);
  }
  const line = ['warn', 'channel_unknown', { merchantId: merchant.id, channelOperation: 'report', reason: 'silence' }];
  expect([it.log, it.counted]).toEqual([[line, line], []]);
});

test('a report that cannot be relied on is stored as that and asked for again; three days later it stays so', async () => {
  const it = await newReportShop();
  await it.sell({ no: '1', paidAt: NOON });
  it.channel.reports.set(DAYS[0], { kind: 'unreadable', why: 'its sums are wrong', hash: 'h-1' });
  const unread = (version: number, checkedAt: number) =>
    aDay({ version, checkedAt, state: 'unreadable', billHash: 'h-1', why: 'its sums are wrong' });
  await it.run(TEN);
  expect(await it.day()).toEqual(unread(1, TEN));
  expect(await it.head()).toEqual(aHead({ version: 2, dueAt: soon(30) }));
  await it.run(TEN + 3 * DAY);
  expect(await it.day()).toEqual(unread(2, TEN + 3 * DAY));
  expect(await it.head()).toEqual(aHead({ version: 3, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
  const line = ['error', 'report_unreliable', { merchantId: merchant.id, day: DAYS[0], reason: 'its sums are wrong' }];
  expect([it.log, it.counted]).toEqual([
    [line, line],
    [
      ['reportFailures', undefined],
      ['reportFailures', undefined],
    ],
  ]);
});

test('one that is whole at the second try leaves no word of the first', async () => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON });
  it.channel.reports.set(DAYS[0], { kind: 'unreadable', why: 'torn', hash: 'h-1' });
  await it.run(TEN);
  it.report(DAYS[0], [paidRow(order)]);
  await it.run(soon(30));
  expect(await it.day()).toEqual(aDay({ version: 2, checkedAt: soon(30), matched: 1 }));
});

test('money F17 of movements that are on no statement yet, what the report charged waits for their lines', async () => {
  const it = await newReportShop();
  const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  const [dearer, less] = [paidRow(order, { fee: 9 }), backRow(order, { fee: -3 })];
  it.report(DAYS[0], [dearer, less]);
  await it.run(TEN);
  expect(await it.day()).toEqual(
    aDay({
      matched: 2,
      differences: [
        stored('fee', 'healed', paidFact(order), dearer),
        stored('fee', 'healed', backFact(order, { at: NOON + HOUR }), less),
      ],
    }),
  );
  expect((await it.order(order)).feeAdjustments).toBeUndefined();
  expect([it.counted, it.log]).toEqual([[], []]);
  await it.seal(TEN + HOUR);
  expect((await it.order(order)).feeAdjustments).toEqual([
    { attempt: 1, charged: 9, fee: 3, at: TEN + HOUR },
    { attempt: 1, refundNo: 'r-1', charged: -3, fee: -2, at: TEN + HOUR },
  ]);
});

test('money F3 what the channel says is received is compared where the amounts agree, on a statement or not', async () => {
  for (const isSealed of [false, true]) {
    const it = await newReportShop();
    const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
    const other = await it.sell({ no: '2', paidAt: NOON });
    if (isSealed) await it.seal(END + HOUR);
    const rows = [paidRow(order, { received: 990 }), backRow(order, { received: -99 })];
    const wrong = paidRow(other, { gross: 1001, received: 990 });
    it.report(DAYS[0], [...rows, wrong]);
    await it.run(TEN);
    expect(await it.day()).toEqual(
      aDay({
        matched: 3,
        differences: [
          stored('received', 'open', paidFact(order), rows[0]),
          stored('received', 'open', backFact(order, { at: NOON + HOUR }), rows[1]),
          // Of another amount, of course another sum is received.
          stored('amount', 'open', paidFact(other), wrong),
        ],
      }),
    );
    expect(it.counted).toEqual([['discrepancies', 3]]);
  }
});

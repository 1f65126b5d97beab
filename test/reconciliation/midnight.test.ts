/** F58: two clocks at midnight, days that are compared again, and what an item cannot hold. */
import { describe, expect, test } from 'vitest';
import { type Discrepancy, keyOf } from '../../functions/reconciliation/match.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import {
  aDay,
  aHead,
  BEGIN,
  backFact,
  backRow,
  DAYS,
  END,
  fail,
  merchant,
  newReportShop,
  paidFact,
  paidRow,
  type ReportShop,
  soon,
  stored,
  TEN,
  wrapped,
} from './shop.ts';

/** The day `i` days later, without differences. */
const dayOf = (i: number, changes: object = {}) => {
  const day = DAYS[i] ?? fail();
  const names = { id: `rec_${merchant.id}.${day}`, reportDay: day, billHash: `hash of ${day}` };
  return aDay({ ...names, checkedAt: TEN + i * DAY, ...changes });
};

/** A sale just before midnight, which the report of its day does not have. */
async function nearMidnight(at = END - MINUTE) {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: at });
  await it.seal(END + HOUR);
  it.report(DAYS[0], []);
  const waiting = stored('late', 'waiting', paidFact(order, { at }), undefined);
  return { it, order, waiting, row: paidRow(order, { at: END + 1 }) };
}

describe('a fact near midnight that its report does not have', () => {
  test('waits for the next report, and is healed by it', async () => {
    const { it, order, waiting, row } = await nearMidnight();
    await it.run(TEN);
    expect(await it.day()).toEqual(aDay({ differences: [waiting] }));
    expect([it.log, it.counted]).toEqual([[], []]);
    it.report(DAYS[1], [row]);
    await it.run(TEN + DAY);
    expect(await it.day(DAYS[1])).toEqual(dayOf(1, { matched: 1, crossDay: [`payment ${order.orderId}_1`] }));
    expect(await it.day()).toEqual(aDay({ version: 2, differences: [{ ...waiting, resolution: 'healed' }] }));
    expect(await it.head()).toEqual(aHead({ version: 3, lastReportDay: DAYS[1], dueAt: TEN + 2 * DAY }));
    expect([it.log, it.counted]).toEqual([[], []]);
    // The day compared again knows that the next report has it.
    await it.again(DAYS[0]);
    await it.run(TEN + DAY);
    expect(await it.day()).toEqual(aDay({ version: 3, checkedAt: TEN + DAY }));
  });

  test.each([2, 3])('is healed by the report of %i days later, too', async (days) => {
    const { it, waiting, row } = await nearMidnight();
    for (const day of DAYS) it.report(day, []);
    it.report(DAYS[days] ?? fail(), [row]);
    for (let i = 0; i <= days; i += 1) await it.run(TEN + i * DAY);
    expect(await it.day()).toEqual(aDay({ version: 2, differences: [{ ...waiting, resolution: 'healed' }] }));
    expect([it.log, it.counted]).toEqual([[], []]);
  });

  test('is missing there once three days have passed, and is counted once', async () => {
    const { it, waiting } = await nearMidnight();
    for (const day of DAYS) it.report(day, []);
    await it.run(TEN);
    for (const i of [1, 2]) {
      await it.run(TEN + i * DAY);
      expect(await it.day()).toEqual(aDay({ differences: [waiting] }));
      expect(await it.day(DAYS[i])).toEqual(dayOf(i));
    }
    expect(it.counted).toEqual([]);
    await it.run(TEN + 3 * DAY);
    const missing = { ...waiting, reason: 'missing_at_channel', resolution: 'open' };
    expect(await it.day()).toEqual(aDay({ version: 2, differences: [missing] }));
    expect(it.counted).toEqual([['discrepancies', 1]]);
    for (const minutes of [0, 1]) {
      await it.again(DAYS[3]);
      await it.run(TEN + 4 * DAY + minutes * MINUTE);
    }
    expect(await it.day()).toEqual(aDay({ version: 2, differences: [missing] }));
    const said = ['error', 'discrepancies_found', { merchantId: merchant.id, day: DAYS[0], count: 1 }];
    expect([it.counted, it.log]).toEqual([[['discrepancies', 1]], [said]]);
  });

  test('is counted alone: what was open on its day was counted then, and is not written again', async () => {
    const { it, waiting } = await nearMidnight();
    const noon = await it.sell({ no: '2', paidAt: NOON });
    await it.run(TEN);
    const missing = stored('missing_at_channel', 'open', paidFact(noon), undefined);
    const differences = (await it.day())?.differences;
    expect(differences).toEqual(expect.arrayContaining([waiting, missing]));
    expect(it.counted).toEqual([['discrepancies', 1]]);
    for (const day of DAYS) it.report(day, []);
    for (const i of [1, 2]) await it.run(TEN + i * DAY);
    expect(await it.day()).toEqual(aDay({ differences }));
    expect(it.counted).toEqual([['discrepancies', 1]]);
  });

  test('does not wait if its day is compared when three days have passed', async () => {
    const { it, order } = await nearMidnight();
    const missing = stored('missing_at_channel', 'open', paidFact(order, { at: END - MINUTE }), undefined);
    await it.run(TEN + 3 * DAY - 1);
    expect((await it.day())?.differences).toMatchObject([{ reason: 'late', resolution: 'waiting' }]);
    await it.again(DAYS[0]);
    await it.run(TEN + 3 * DAY);
    expect(await it.day()).toEqual(aDay({ version: 2, checkedAt: TEN + 3 * DAY, differences: [missing] }));
  });

  test.each([
    ['the first instant of the day', BEGIN, 'late'],
    ['five minutes less a millisecond after it', BEGIN + 5 * MINUTE - 1, 'late'],
    ['five minutes after it', BEGIN + 5 * MINUTE, 'missing_at_channel'],
    ['five minutes before its end', END - 5 * MINUTE, 'missing_at_channel'],
    ['five minutes less a millisecond before it', END - 5 * MINUTE + 1, 'late'],
    ['the last instant of the day', END - 1, 'late'],
    ['noon', NOON, 'missing_at_channel'],
  ])('a fact at %s waits or is missing', async (_, at, reason) => {
    const { it, order } = await nearMidnight(at);
    await it.run(TEN);
    const resolution = reason === 'late' ? 'waiting' : 'open';
    const difference = { ...stored('late', 'waiting', paidFact(order, { at }), undefined), reason, resolution };
    expect(await it.day()).toEqual(aDay({ differences: [difference] }));
  });

  test.each([
    ['before the day', BEGIN - 1],
    ['after it', END],
  ])('%s is not of this day', async (_, at) => {
    const { it } = await nearMidnight(at);
    await it.run(TEN);
    expect(await it.day()).toEqual(aDay({}));
  });
});

describe('a row of a fact that is of the day after', () => {
  const sold = async (knownAt: number) => {
    const it = await newReportShop();
    const order = await it.open({ no: '1', paidAt: END });
    const news = { tradeNo: 't', paidAt: END, amount: order.request.amount };
    await it.services().orders.apply(order, { type: 'paid', n: 1, news, source: 'query' }, knownAt);
    const row = paidRow(order, { at: END - 1 });
    it.report(DAYS[0], [row]);
    it.report(DAYS[1], []);
    await it.run(TEN);
    return { it, order, row };
  };

  test('is crossDay, and is not missing on its own report', async () => {
    const { it, row } = await sold(TEN - 1);
    expect(await it.day()).toEqual(aDay({ matched: 1, crossDay: [keyOf(row)] }));
    await it.run(TEN + DAY);
    expect(await it.day(DAYS[1])).toEqual(dayOf(1));
    expect([it.log, it.counted, it.channel.calls.length]).toEqual([[], [], 2]);
  });

  test('that we have heard of since the report was due was found by it', async () => {
    const { it, order, row } = await sold(TEN);
    const fact = paidFact(order, { at: END });
    const healed = stored('missing_here', 'healed', fact, row);
    expect(await it.day()).toEqual(aDay({ matched: 1, differences: [healed], crossDay: [keyOf(row)] }));
  });

  test('a row of another amount is crossDay, and said', async () => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: END });
    const row = paidRow(order, { gross: 999 });
    it.report(DAYS[0], [row]);
    await it.run(TEN);
    const fact = paidFact(order, { at: END });
    expect(await it.day()).toEqual(
      aDay({ matched: 1, differences: [stored('amount', 'open', fact, row)], crossDay: [keyOf(row)] }),
    );
  });

  test.each([
    ['channel', TEN - 1, false],
    ['channel', TEN, true],
    ['till', TEN, false],
  ])('a refund of the %s, known at %i: found by the report, %s', async (source, knownAt, isFound) => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: NOON });
    if (source === 'till') await it.shop.refund(order, 'r-1', 100, TEN);
    const amount = { currency: 'CNY', value: 100 };
    const channelNo = source === 'till' ? `${order.orderId}_r1` : 'console-1';
    const reported = { type: 'refund_reported', n: 1, channelNo, amount, at: TEN } as const;
    if (source === 'channel') await it.services().orders.apply(order, reported, knownAt);
    const row = backRow(order, { requestNo: channelNo });
    it.report(DAYS[0], [paidRow(order), row]);
    await it.run(TEN);
    const fact = backFact(order, { requestNo: channelNo, at: TEN });
    expect(await it.day()).toEqual(
      aDay({
        matched: 2,
        differences: isFound ? [stored('missing_here', 'healed', fact, row)] : [],
        crossDay: [`refund ${order.orderId}_1 ${channelNo}`],
      }),
    );
  });
});

describe('a day that is compared again', () => {
  const accept = (it: ReportShop, which: (difference: Discrepancy) => boolean, note: string) =>
    it.services().reconciliations.change(
      merchant.id,
      DAYS[0],
      (day) =>
        day && {
          ...day,
          differences: day.differences.map((it) => (which(it) ? { ...it, resolution: 'accepted', note } : it)),
        },
    );

  test('keeps what people have accepted, as long as it differs, and counts what is open only', async () => {
    const it = await newReportShop();
    const [one, two] = await Promise.all(['1', '2'].map((no) => it.sell({ no, paidAt: NOON })));
    if (!one || !two) throw new Error('two were sold');
    const more = paidRow(one, { gross: 1001 });
    it.report(DAYS[0], [more, paidRow(two), paidRow(two)]);
    await it.run(TEN);
    const differences = [
      stored('amount', 'open', paidFact(one), more),
      stored('duplicate', 'open', paidFact(two), paidRow(two)),
    ];
    expect(await it.day()).toEqual(aDay({ matched: 2, differences }));
    await accept(it, ({ reason }) => reason === 'duplicate', 'printed twice');
    await it.again(DAYS[0]);
    await it.run(soon(1));
    const accepted = { ...differences[1], resolution: 'accepted', note: 'printed twice' };
    expect(await it.day()).toEqual(
      aDay({ version: 3, checkedAt: soon(1), matched: 2, differences: [differences[0], accepted] }),
    );
    expect(it.counted).toEqual([
      ['discrepancies', 2],
      ['discrepancies', 2],
    ]);
    // Another difference of the same row is another one, and the same one is gone when it is.
    it.report(DAYS[0], [paidRow(one), paidRow(two, { gross: 1001 })]);
    await it.again(DAYS[0]);
    await it.run(soon(2));
    expect(await it.day()).toEqual(
      aDay({
        ...{ version: 4, checkedAt: soon(2), matched: 2 },
        differences: [stored('amount', 'open', paidFact(two), paidRow(two, { gross: 1001 }))],
      }),
    );
  });

  test('loses no note that is written while it is compared', async () => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: NOON });
    it.report(DAYS[0], [paidRow(order), paidRow(order)]);
    await it.run(TEN);
    await it.again(DAYS[0]);
    const { statements } = it.tables;
    let isFirst = true;
    const busy = {
      ...wrapped(statements),
      replace: async (item: { id?: unknown }, seen: number) => {
        if (item.id === `rec_${merchant.id}.${DAYS[0]}` && isFirst) {
          isFirst = false;
          await accept(it, () => true, 'seen');
        }
        return statements.replace(item, seen);
      },
    };
    await it.run(soon(1), { ...it.tables, statements: busy });
    const accepted = { ...stored('duplicate', 'open', paidFact(order), paidRow(order)), resolution: 'accepted' };
    expect(await it.day()).toEqual(
      aDay({ version: 3, checkedAt: soon(1), matched: 1, differences: [{ ...accepted, note: 'seen' }] }),
    );
  });
});

test.each([
  [400, 0],
  [401, 1],
  [433, 33],
])('of %i differences, %i are counted only', async (count, omitted) => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON });
  it.report(DAYS[0], Array(count + 1).fill(paidRow(order)));
  await it.run(TEN);
  const twice = stored('duplicate', 'open', paidFact(order), paidRow(order));
  expect(await it.day()).toEqual(aDay({ matched: 1, differences: Array(400).fill(twice), omitted }));
  expect(it.counted).toEqual([['discrepancies', count]]);
  expect(it.log).toEqual([['error', 'discrepancies_found', { merchantId: merchant.id, day: DAYS[0], count }]]);
});

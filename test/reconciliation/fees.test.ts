/** F62, F64: a fee that the channel charged otherwise is adjusted once, and only where nothing else is in doubt. */
import { expect, test } from 'vitest';
import { adjustFees } from '../../functions/reconciliation/adjust-fees.ts';
import { type Discrepancy, discrepancyOf, keyOf } from '../../functions/reconciliation/match.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import {
  aDay,
  asked,
  backFact,
  backRow,
  DAYS,
  END,
  fail,
  newReportShop,
  paidFact,
  paidRow,
  type ReportShop,
  soon,
  stored,
  TEN,
  wrapped,
} from './shop.ts';

/** A posted payment of 1000 with a refund of 100; their fees are 6 and -1. */
async function posted() {
  const it = await newReportShop();
  const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  await it.seal(END + HOUR);
  return { it, order };
}
const adjusted = async (it: ReportShop, some: readonly Discrepancy[], tables = it.tables) =>
  (await adjustFees(it.services(tables), some)).map(({ resolution }) => resolution);
type Ref = { orderId: string };
const ofPayment = (order: Ref, fee: number, more = {}) => ({
  ...discrepancyOf('fee', 'open', paidFact(order), paidRow(order, { fee })),
  ...more,
});
const ofRefund = (order: Ref, fee: number, more = {}) => ({
  ...discrepancyOf('fee', 'open', backFact(order), backRow(order, { fee })),
  ...more,
});

test('what the channel charged is adjusted, of payment and refund, and told as healed', async () => {
  const { it, order } = await posted();
  const differences = [ofPayment(order, 9), ofRefund(order, -3)];
  expect(await adjustFees(it.services(), differences)).toEqual([
    { ...differences[0], resolution: 'healed' },
    { ...differences[1], resolution: 'healed' },
  ]);
  expect((await it.order(order)).feeAdjustments).toEqual([
    { attempt: 1, charged: 9, fee: 3, at: TEN },
    { attempt: 1, refundNo: 'r-1', charged: -3, fee: -2, at: TEN },
  ]);
  // Repeated by a run that did not know: nothing more, and as healed as before.
  it.now = TEN + HOUR;
  expect(await adjusted(it, differences)).toEqual(['healed', 'healed']);
  expect((await it.order(order)).feeAdjustments).toHaveLength(2);
});

test('the whole refund of a trade, which has no number of its own, is found by its attempt', async () => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON });
  const { orders } = it.services();
  const channelNo = `${order.orderId}_1`;
  const amount = { currency: 'CNY', value: 1000 };
  await orders.apply(order, { type: 'refund_reported', n: 1, channelNo, amount, at: NOON + HOUR }, NOON + HOUR);
  await it.seal(END + HOUR);
  const fact = backFact(order, { requestNo: channelNo, gross: -1000, fee: -6 });
  const row = backRow(order, { requestNo: null, gross: -1000, fee: -5 });
  const difference = discrepancyOf('fee', 'open', fact, row);
  expect(await adjusted(it, [difference])).toEqual(['healed']);
  expect(await adjusted(it, [{ ...difference, requestNo: null }])).toEqual(['healed']);
  expect((await it.order(order)).feeAdjustments).toEqual([
    { attempt: 1, refundNo: 'channel_1', charged: -5, fee: 1, at: TEN },
  ]);
});

test('money F17 a refund that takes its number from the report has its fee compared with its line, too', async () => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON });
  const { orders } = it.services();
  const amount = { currency: 'CNY', value: 1000 };
  const told = { type: 'refund_reported', n: 1, channelNo: `${order.orderId}_1`, amount, at: NOON + HOUR } as const;
  await orders.apply(order, told, NOON + HOUR);
  await it.seal(END + HOUR);
  it.channel.refunds.set('console-1', { kind: 'succeeded', at: NOON + HOUR, amount });
  const back = backRow(order, { requestNo: 'console-1', gross: -1000, received: -1000, fee: 0, at: NOON + HOUR });
  it.report(DAYS[0], [paidRow(order), back]);
  await it.run(TEN);
  expect((await it.order(order)).feeAdjustments).toEqual([
    { attempt: 1, refundNo: 'channel_1', charged: 0, fee: 6, at: TEN },
  ]);
  // Once: the day is done with.
  await it.run(soon(90));
  expect(it.channel.calls.filter(([name]) => name === 'report')).toEqual([asked()]);
});

test('of a tenth attempt it is adjusted by its own number', async () => {
  const it = await newReportShop();
  const order = await it.open({ no: '1', paidAt: NOON });
  const { orders } = it.services();
  let last = order;
  for (let n = 1; n < 10; n += 1) {
    last = (await orders.apply(last, { type: 'attempt_ended', n, why: 'closed' }, NOON)).order;
    last = (await orders.apply(last, { type: 'attempt_requested', n: n + 1, kind: 'qr_code' }, NOON)).order;
  }
  const news = { tradeNo: 't', paidAt: NOON, amount: order.request.amount };
  await orders.apply(last, { type: 'paid', n: 10, news, source: 'query' }, NOON);
  await it.seal(END + HOUR);
  const attemptNo = `${order.orderId}_10`;
  expect(await adjusted(it, [ofPayment(order, 9, { attemptNo })])).toEqual(['healed']);
  expect((await it.order(order)).feeAdjustments).toEqual([{ attempt: 10, charged: 9, fee: 3, at: TEN }]);
});

test('nothing else is touched: other reasons, other amounts, sides that are not there, fees above the money', async () => {
  const { it, order } = await posted();
  const before = await it.order(order);
  const side = { gross: 1000, fee: 9, at: NOON };
  const some: Discrepancy[] = [
    ...(['amount', 'missing_here', 'missing_at_channel', 'status', 'duplicate', 'late'] as const).map((reason) =>
      ofPayment(order, 9, { reason }),
    ),
    ofPayment(order, 9, { channel: null }),
    ofPayment(order, 9, { channel: { ...side, fee: null } }),
    ofPayment(order, 9, { ours: null }),
    ofPayment(order, 9, { ours: { ...side, fee: null } }),
    ofPayment(order, 9, { ours: { ...side, gross: 1001 } }),
    ofPayment(order, 1001),
    ofPayment(order, -1001),
    ofRefund(order, -101),
    ofRefund(order, 101),
    ofRefund(order, -3, { requestNo: 'r-1' }),
    ofRefund(order, -3, { requestNo: null }),
    ofPayment(order, 9, { orderId: null }),
    ofPayment(order, 9, { orderId: 'ord_none' }),
    ofPayment(order, 9, { attemptNo: `${order.orderId}_2` }),
  ];
  expect(await adjustFees(it.services(), some)).toEqual(some);
  expect(await it.order(order)).toEqual(before);
});

test('a fee as large as its money is adjusted, and so is none at all', async () => {
  for (const fee of [1000, -1000, 0]) {
    const { it, order } = await posted();
    expect(await adjusted(it, [ofPayment(order, fee)])).toEqual(['healed']);
    expect((await it.order(order)).feeAdjustments).toEqual([{ attempt: 1, charged: fee, fee: fee - 6, at: TEN }]);
  }
});

test('money F17 what is on no statement yet waits for its line, and is adjusted once that is made', async () => {
  const it = await newReportShop();
  const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  const differences = [ofPayment(order, 9), ofRefund(order, -3)];
  expect(await adjusted(it, differences)).toEqual(['healed', 'healed']);
  const { feeAdjustments, feeCharges } = await it.order(order);
  expect([feeAdjustments, feeCharges]).toEqual([
    undefined,
    [
      { attempt: 1, charged: 9, at: TEN },
      { attempt: 1, refundNo: 'r-1', charged: -3, at: TEN },
    ],
  ]);
  // Told again, nothing changes.
  it.now = TEN + HOUR;
  expect(await adjusted(it, differences)).toEqual(['healed', 'healed']);
  expect((await it.order(order)).feeCharges).toEqual(feeCharges);
  await it.seal(TEN + 2 * HOUR);
  const sealed = await it.order(order);
  expect(sealed.feeCharges).toBeUndefined();
  expect(sealed.feeAdjustments).toEqual([
    { attempt: 1, charged: 9, fee: 3, at: TEN + 2 * HOUR },
    { attempt: 1, refundNo: 'r-1', charged: -3, fee: -2, at: TEN + 2 * HOUR },
  ]);
});

test('money F17 a report that takes back what it charged before there was a line leaves nothing to adjust', async () => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON });
  it.report(DAYS[0], [paidRow(order, { fee: 9 })]);
  await it.run(TEN);
  const healed = stored('fee', 'healed', paidFact(order), paidRow(order, { fee: 9 }));
  expect(await it.day()).toEqual(aDay({ matched: 1, differences: [healed] }));
  // The same report again: what was charged is known.
  await it.again(DAYS[0]);
  await it.run(TEN + HOUR);
  expect(await it.day()).toEqual(aDay({ version: 2, checkedAt: TEN + HOUR, matched: 1 }));
  it.report(DAYS[0], [paidRow(order)]);
  await it.again(DAYS[0]);
  await it.run(TEN + 2 * HOUR);
  const back = stored('fee', 'healed', paidFact(order, { fee: 9 }), paidRow(order));
  expect(await it.day()).toEqual(aDay({ version: 3, checkedAt: TEN + 2 * HOUR, matched: 1, differences: [back] }));
  await it.seal(TEN + 3 * HOUR);
  const { feeAdjustments, feeCharges } = await it.order(order);
  expect([feeAdjustments, feeCharges]).toEqual([undefined, undefined]);
});

test('each difference is of its own order, and orders are read a hundred at a time', async () => {
  const it = await newReportShop();
  const orders = [];
  for (let i = 0; i < 101; i += 1) orders.push(await it.sell({ no: `${i}`, paidAt: NOON }));
  await it.seal(END + HOUR);
  const read: number[] = [];
  const counting = {
    ...wrapped(it.tables.orders),
    getMany: async (keys: readonly string[]) => {
      read.push(keys.length);
      return it.tables.orders.getMany(keys);
    },
  };
  const differences = orders.map((order, i) => ofPayment(order, 7 + i));
  const told = await adjusted(it, differences, { ...it.tables, orders: counting });
  expect(told).toEqual(Array(101).fill('healed'));
  expect(read).toEqual([100, 1]);
  for (const [i, order] of orders.entries())
    expect((await it.order(order)).feeAdjustments).toEqual([{ attempt: 1, charged: 7 + i, fee: 1 + i, at: TEN }]);
  read.length = 0;
  await adjusted(it, [ofPayment({ orderId: 'x' }, 9, { reason: 'amount' })], { ...it.tables, orders: counting });
  expect(read).toEqual([]);
});

test('a row of a fact of the day after that is sealed by then has its fee compared, too, and adjusted', async () => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: END });
  await it.seal(END + DAY + HOUR);
  const row = paidRow(order, { at: END - 1, fee: 9 });
  it.report(DAYS[0], [row]);
  await it.run(TEN + DAY);
  const healed = stored('fee', 'healed', paidFact(order, { at: END }), row);
  const { version, checkedAt, ...day } = (await it.day()) ?? fail();
  expect(day).toMatchObject({ matched: 1, differences: [healed], crossDay: [keyOf(row)] });
  expect((await it.order(order)).feeAdjustments).toEqual([{ attempt: 1, charged: 9, fee: 3, at: TEN + DAY }]);
});

test('money F17 what the report charges of a part refund waits for its line, because an earlier refund that it finds changes the shares', async () => {
  const it = await newReportShop();
  // Of a fee of 6, the last 400 of 1000 return 2, or 3 after 200 that have returned 1. The channel rounds each alone.
  const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 400, NOON + 2 * HOUR);
  const early = { kind: 'succeeded', at: NOON + HOUR, amount: { currency: 'CNY', value: 200 } } as const;
  it.channel.refunds.set('console-1', early);
  const rowOf = (requestNo: string, amount: number, fee: number, at: number) =>
    backRow(order, { requestNo, gross: -amount, received: -amount, fee, at });
  const rows = [rowOf('console-1', 200, -1, NOON + HOUR), rowOf(`${order.orderId}_r1`, 400, -2, NOON + 2 * HOUR)];
  it.report(DAYS[0], [paidRow(order), ...rows]);
  await it.run(TEN);
  expect(new Set((await it.order(order)).feeCharges)).toEqual(
    new Set([
      { attempt: 1, refundNo: 'channel_1', charged: -1, at: TEN },
      { attempt: 1, refundNo: 'r-1', charged: -2, at: TEN },
    ]),
  );
  await it.seal(TEN + HOUR);
  expect((await it.order(order)).feeAdjustments).toEqual([
    { attempt: 1, refundNo: 'r-1', charged: -2, fee: 1, at: TEN + HOUR },
  ]);
});

test('money: two trades of one order may have refunds of one number, and each of them is found', async () => {
  const it = await newReportShop();
  const order = await it.open({ no: '1', paidAt: NOON });
  const { orders } = it.services();
  let last = (await orders.apply(order, { type: 'attempt_ended', n: 1, why: 'closed' }, NOON)).order;
  last = (await orders.apply(last, { type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON)).order;
  for (const n of [1, 2]) {
    const news = { tradeNo: `t-${n}`, paidAt: NOON + n, amount: order.request.amount };
    last = (await orders.apply(last, { type: 'paid', n, news, source: 'query' }, NOON + n)).order;
  }
  const amount = { currency: 'CNY', value: 300 };
  const at = NOON + HOUR;
  it.channel.refunds.set('console-1', { kind: 'succeeded', at, amount });
  const rowsOf = (n: number) => {
    const which = { attemptNo: `${order.orderId}_${n}`, tradeNo: `t-${n}` };
    const back = { requestNo: 'console-1', gross: -300, received: -300, fee: -2, at };
    return [paidRow(order, { ...which, at: NOON + n }), backRow(order, { ...which, ...back })];
  };
  it.report(DAYS[0], [...rowsOf(1), ...rowsOf(2)]);
  await it.run(TEN);
  const found = (await it.order(order)).refunds.filter(({ source }) => source === 'channel');
  expect(found.map(({ attempt, channelNo, amount: back, result }) => [attempt, channelNo, back, result?.at])).toEqual([
    [1, 'console-1', 300, at],
    [2, 'console-1', 300, at],
  ]);
  const { differences } = (await it.day()) ?? fail();
  expect(differences).toEqual([
    expect.objectContaining({ reason: 'missing_here', resolution: 'healed', attemptNo: `${order.orderId}_1` }),
    expect.objectContaining({ reason: 'missing_here', resolution: 'healed', attemptNo: `${order.orderId}_2` }),
  ]);
});

/** Rows of ours that cannot be read: each is one open difference, and all others are compared. */
import { describe, expect, test } from 'vitest';
import type { UnreadRow } from '../../functions/channel/channel.ts';
import type { Order } from '../../functions/order/order.ts';
import type { Discrepancy } from '../../functions/reconciliation/match.ts';
import { tellApart } from '../../functions/reconciliation/unread.ts';
import { HOUR } from '../../functions/time.ts';
import { aMerchant } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';
import {
  aDay,
  aReport,
  backFact,
  backRow,
  DAYS,
  END,
  merchant,
  newReportShop,
  paidFact,
  paidRow,
  TEN,
} from './shop.ts';

const WHY = 'line 7: it can be read in more than one way (完成时间)';
const unreadRow = ({ orderId }: Pick<Order, 'orderId'>, more: Partial<UnreadRow> = {}): UnreadRow => ({
  ...{ line: 7, attemptNo: `${orderId}_1`, type: 'payment', requestNo: null, worth: 1000, why: WHY, ...more },
});
const difference = (order: Pick<Order, 'orderId'>, more: Partial<Discrepancy> = {}): Discrepancy => ({
  ...{ reason: 'unread', resolution: 'open', type: 'payment', orderId: order.orderId, attemptNo: `${order.orderId}_1` },
  ...{ requestNo: null, tradeNo: null, currency: 'CNY', ours: null, channel: null, unread: { worth: 1000, why: WHY } },
  ...more,
});
const ours = ({ gross, fee, at }: ReturnType<typeof paidFact>) => ({ gross, fee: fee ?? null, at });

describe('money F7: a payment whose row cannot be read', () => {
  test('is neither missing nor matched: it is an open difference with an alarm, and the others agree', async () => {
    const it = await newReportShop();
    const [odd, fine] = [await it.sell({ no: '1', paidAt: NOON }), await it.sell({ no: '2', paidAt: NOON })];
    await it.seal(END + HOUR);
    it.channel.reports.set(DAYS[0], aReport([paidRow(fine)], { foreign: 3, unread: [unreadRow(odd)] }));
    await it.run(TEN);
    const wanted = difference(odd, { ours: ours(paidFact(odd)) });
    expect(await it.day()).toEqual(aDay({ billHash: 'a hash', matched: 1, foreign: 3, differences: [wanted] }));
    expect([it.counted, it.log]).toEqual([
      [['discrepancies', 1]],
      [['error', 'discrepancies_found', { merchantId: merchant.id, day: DAYS[0], count: 1 }]],
    ]);
    expect(await it.head()).toMatchObject({ lastReportDay: DAYS[0] });
  });

  test('that we do not have is told without our side', async () => {
    const it = await newReportShop();
    const order = await it.open({ no: '1', paidAt: NOON });
    it.channel.reports.set(DAYS[0], aReport([], { unread: [unreadRow(order, { worth: null })] }));
    await it.run(TEN);
    expect(await it.day()).toMatchObject({
      matched: 0,
      foreign: 0,
      differences: [difference(order, { unread: { worth: null, why: WHY } })],
    });
    expect(it.channel.calls).toHaveLength(1);
  });

  test('of another merchant, of no order or of no attempt is another system’s', async () => {
    const it = await newReportShop();
    const order = await it.open({ no: '1', paidAt: NOON });
    const other = await it.open({ no: '1', paidAt: NOON }, aMerchant({ id: 'mer_bbbbcccc' }));
    const unread = [
      unreadRow(other),
      unreadRow({ orderId: `ord_${'a'.repeat(26)}` }),
      unreadRow(order, { attemptNo: `${order.orderId}_9` }),
    ];
    it.channel.reports.set(DAYS[0], aReport([], { foreign: 1, unread }));
    await it.run(TEN);
    expect(await it.day()).toEqual(aDay({ billHash: 'a hash', foreign: 4 }));
    expect(it.counted).toEqual([]);
  });
});

test('a refund whose row cannot be read is told with its number, and its payment is matched', async () => {
  const it = await newReportShop();
  const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  await it.seal(END + HOUR);
  const unread = [unreadRow(order, { type: 'refund', worth: -100 })];
  it.channel.reports.set(DAYS[0], aReport([paidRow(order)], { unread }));
  await it.run(TEN);
  const requestNo = backRow(order).requestNo;
  const side = ours(backFact(order, { at: NOON + HOUR }));
  expect(await it.day()).toMatchObject({
    matched: 1,
    differences: [difference(order, { type: 'refund', requestNo, ours: side, unread: { worth: -100, why: WHY } })],
  });
});

test('what the operator accepted stays accepted when the day is compared again', async () => {
  const it = await newReportShop();
  const order = await it.sell({ no: '1', paidAt: NOON });
  it.channel.reports.set(DAYS[0], aReport([], { unread: [unreadRow(order)] }));
  await it.run(TEN);
  await it.services().reconciliations.change(merchant.id, DAYS[0], (stored) => {
    if (!stored) return undefined;
    const differences = stored.differences.map((one) => ({ ...one, resolution: 'accepted', note: 'seen' }) as const);
    return { ...stored, differences };
  });
  await it.again(DAYS[0]);
  await it.run(TEN + 1);
  expect(await it.day()).toMatchObject({ differences: [{ reason: 'unread', resolution: 'accepted', note: 'seen' }] });
});

describe('what a row may tell of', () => {
  const order = { orderId: 'ord_a' };
  const [payment, first, second] = [paidFact(order), backFact(order), backFact(order, { requestNo: 'ord_a_r2' })];
  const facts = [payment, first, second, paidFact({ orderId: 'ord_b' })];
  const told = (more: Partial<UnreadRow>) => {
    const row = unreadRow(order, more);
    const { missing, about } = tellApart(facts, [row]);
    return { left: missing.map((fact) => facts.indexOf(fact)), fact: about[0]?.fact };
  };

  test.each<[Partial<UnreadRow>, number[], object | undefined]>([
    [{ type: 'payment' }, [1, 2, 3], payment],
    [{ type: 'refund', requestNo: 'ord_a_r2' }, [0, 1, 3], second],
    [{ type: null, requestNo: 'ord_a_r1' }, [0, 2, 3], first],
    [{ type: 'refund', requestNo: null }, [0, 3], undefined],
    [{ type: null, requestNo: null }, [3], undefined],
    [{ type: 'refund', requestNo: 'console-1' }, [0, 1, 2, 3], undefined],
    [{ attemptNo: 'ord_a_2' }, [0, 1, 2, 3], undefined],
  ])('a row %j leaves the facts %j as missing', (more, left, fact) => {
    expect(told(more)).toEqual({ left, fact });
  });
});

/** F64: our side of a report: every fact of one of the channel's days, once, wherever it stands by now. */
import { describe, expect, test } from 'vitest';
import { factsBetween, paymentFact, refundFact } from '../../functions/reconciliation/ledger.ts';
import type { Fact } from '../../functions/reconciliation/match.ts';
import { DAY, type EpochMs, HOUR } from '../../functions/time.ts';
import { aMerchant, refundRequested } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';
import {
  BEGIN,
  backFact,
  END,
  fail,
  merchant,
  newReportShop,
  paidFact,
  type ReportShop,
  TEN,
  wrapped,
} from './shop.ts';

/** As they would be stored: what is undefined is not there. */
const facts = async (it: ReportShop, tables = it.tables, from = BEGIN, to = END, of = merchant): Promise<Fact[]> =>
  JSON.parse(JSON.stringify(await factsBetween(it.services(tables), of, from, to)));
const inOrder = (some: readonly Fact[]) => some.toSorted((a, b) => a.at - b.at || a.gross - b.gross);
const adjust = async (it: ReportShop, orderId: string, fee: number, lineFee: number, refundNo?: string, at = TEN) => {
  const order = await it.order({ orderId });
  const which = refundNo === undefined ? {} : { refundNo };
  const verdict = await it.services().orders.apply(order, { type: 'fee_charged', n: 1, fee, lineFee, ...which }, at);
  expect(verdict.kind).toBe('moved');
};

describe('the facts of a day', () => {
  test('are those from its first instant to its last, on a statement or not', async () => {
    const it = await newReportShop();
    const times = [BEGIN - 1, BEGIN, END - 1, END];
    const orders = [];
    for (const at of times) {
      const sold = await it.sell({ no: `${at}`, paidAt: at });
      orders.push(await it.shop.refund(sold, 'r-1', 100, at));
    }
    const [, first = fail(), last = fail()] = orders;
    const of = (order: { orderId: string }, at: EpochMs) => [
      backFact(order, { at, isProvisional: true }),
      paidFact(order, { at, learnedAt: at }),
    ];
    expect(inOrder(await facts(it))).toEqual([...of(first, BEGIN), ...of(last, END - 1)]);
    await it.seal(END + HOUR);
    // What is sealed in time was learned of in time.
    const sealed = (order: { orderId: string }, at: EpochMs) => [backFact(order, { at }), paidFact(order, { at })];
    const withRefund = (some: Fact[]) => some.map(({ learnedAt, ...rest }) => rest);
    expect(inOrder(withRefund(await facts(it)))).toEqual([...sealed(first, BEGIN), ...sealed(last, END - 1)]);
    await it.seal(END + DAY + HOUR);
    expect(inOrder(withRefund(await facts(it)))).toEqual([...sealed(first, BEGIN), ...sealed(last, END - 1)]);
  });

  test('are there before anything was ever sealed, and of this merchant only', async () => {
    const it = await newReportShop();
    const other = aMerchant({ id: 'mer_never' });
    const order = await it.shop.sell(other, { no: '1', paidAt: NOON });
    expect(await facts(it, it.tables, BEGIN, END, other)).toEqual([paidFact(order, { learnedAt: NOON })]);
    expect(await facts(it)).toEqual([]);
  });

  test('say when we heard of a payment or of a refund of the channel, while that matters', async () => {
    const it = await newReportShop();
    const order = await it.open({ no: '1', paidAt: NOON });
    const { orders } = it.services();
    await it.seal(END + HOUR);
    const news = { tradeNo: 't', paidAt: NOON, amount: order.request.amount };
    const paid = await orders.apply(order, { type: 'paid', n: 1, news, source: 'query' }, TEN);
    const amount = { currency: 'CNY', value: 200 };
    const reported = { type: 'refund_reported', n: 1, channelNo: 'c-1', amount, at: NOON + 1 } as const;
    await orders.apply(paid.order, reported, TEN + 1);
    const known = (more: object) => [
      paidFact(order, { learnedAt: TEN }),
      backFact(order, { requestNo: 'c-1', at: NOON + 1, gross: -200, learnedAt: TEN + 1, ...more }),
    ];
    expect(await facts(it)).toEqual(known({ isProvisional: true }));
    await it.seal(END + DAY + HOUR);
    expect(await facts(it)).toEqual(known({}));
  });

  test.each([
    [4, true],
    [5, true],
    [6, false],
  ])('that come on the statement %i days after their own are among them: %s', async (days, isThere) => {
    const it = await newReportShop();
    await it.seal(END + (days - 1) * DAY + HOUR);
    const order = await it.sell({ no: '1', paidAt: NOON });
    await it.seal(END + days * DAY + HOUR);
    expect(await facts(it)).toEqual(isThere ? [paidFact(order, { learnedAt: NOON })] : []);
  });

  test.each(['America/New_York', 'UTC', 'Pacific/Auckland'])(
    'of a merchant in %s are on its own days',
    async (zone) => {
      const it = await newReportShop();
      const far = aMerchant({ id: 'mer_far', zone });
      await it.shop.setUp(far, NOON - 2 * DAY);
      const orders = [];
      for (const at of [BEGIN - 1, BEGIN, NOON, END - 1, END])
        orders.push(await it.shop.sell(far, { no: `${at}`, paidAt: at }));
      const wanted = orders.slice(1, 4).map((order, i) => paidFact(order, { at: [BEGIN, NOON, END - 1][i] ?? 0 }));
      for (const sealedAt of [NOON - DAY, NOON, END + HOUR, TEN, END + 2 * DAY]) {
        await it.seal(sealedAt);
        const told = await facts(it, it.tables, BEGIN, END, far);
        expect(inOrder(told.map(({ learnedAt, ...rest }) => rest))).toEqual(wanted);
      }
    },
  );

  test('are each read once, although they are sealed while we read: the line counts', async () => {
    const it = await newReportShop();
    const order = await it.sell({ no: '1', paidAt: NOON });
    await it.shop.refund(order, 'r-1', 100, NOON + HOUR);
    let isFirst = true;
    const statements = {
      ...wrapped(it.tables.statements),
      get: async (key: string) => {
        if (isFirst) await it.seal(END + HOUR);
        isFirst = false;
        return it.tables.statements.get(key);
      },
    };
    expect(await facts(it, { ...it.tables, statements })).toEqual([
      paidFact(order, { learnedAt: NOON }),
      backFact(order, { at: NOON + HOUR }),
    ]);
  });
});

test('each payment and refund of one order is its own, and statements are read as far as they go', async () => {
  const it = await newReportShop();
  const order = await it.open({ no: '1', paidAt: NOON });
  const { orders } = it.services();
  let last = (await orders.apply(order, { type: 'attempt_ended', n: 1, why: 'closed' }, NOON)).order;
  last = (await orders.apply(last, { type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON)).order;
  for (const n of [1, 2]) {
    const news = { tradeNo: `t-${n}`, paidAt: NOON + n, amount: order.request.amount };
    last = (await orders.apply(last, { type: 'paid', n, news, source: 'query' }, NOON + 10 + n)).order;
  }
  const amount = { currency: 'CNY', value: 100 };
  for (const i of [1, 2]) {
    const reported = { type: 'refund_reported', n: 1, channelNo: `c-${i}`, amount, at: NOON + 2 + i } as const;
    last = (await orders.apply(last, reported, NOON + 20 + i)).order;
  }
  const attemptNo = `${order.orderId}_2`;
  const wanted = (more: object = {}) => [
    paidFact(order, { at: NOON + 1, learnedAt: NOON + 11 }),
    paidFact(order, { attemptNo, at: NOON + 2, learnedAt: NOON + 12 }),
    backFact(order, { requestNo: 'c-1', at: NOON + 3, learnedAt: NOON + 21, ...more }),
    // Of a fee of 6, a fifth is 1.
    backFact(order, { requestNo: 'c-2', at: NOON + 4, fee: 0, learnedAt: NOON + 22, ...more }),
  ];
  const read: string[] = [];
  const statements = {
    ...wrapped(it.tables.statements),
    get: async (key: string) => {
      if (!key.startsWith('chk_')) read.push(key);
      return it.tables.statements.get(key);
    },
  };
  const told = async () => inOrder(await facts(it, { ...it.tables, statements }));
  const without = (some: readonly Fact[]) => some.map((fact) => ({ ...fact, fee: Math.abs(fact.fee ?? 0) }));
  expect(without(await told())).toEqual(without(wanted({ isProvisional: true })));
  expect(read).toEqual([`head_${merchant.id}`]);
  await it.seal(END + HOUR);
  expect(without(await told())).toEqual(without(wanted()));
  await it.seal(END + DAY + HOUR);
  read.length = 0;
  await told();
  expect(read).toEqual([`head_${merchant.id}`, ...['01', '02'].map((day) => `${merchant.id}.2026-03-${day}`)]);
});

describe('a fee', () => {
  test('is what it was adjusted to, of each movement, wherever the adjustment stands', async () => {
    const it = await newReportShop();
    const { orderId } = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON);
    const other = await it.sell({ no: '2', paidAt: NOON + 1 });
    await it.seal(END + HOUR);
    const told = async () => inOrder(await facts(it)).map(({ gross, fee }) => [gross, fee]);
    const plain = [
      [-100, -1],
      [1000, 6],
      [1000, 6],
    ];
    expect(await told()).toEqual(plain);
    await adjust(it, orderId, 9, 6);
    expect(await told()).toEqual([[-100, -1], [1000, 9], plain[2]]);
    await adjust(it, orderId, -3, -1, 'r-1', TEN + 1);
    await adjust(it, orderId, 8, 6, undefined, TEN + 2);
    expect(await told()).toEqual([[-100, -3], [1000, 8], plain[2]]);
    await it.seal(END + DAY + HOUR);
    expect(await told()).toEqual([[-100, -3], [1000, 8], plain[2]]);
    it.now = TEN + 2 * DAY;
    await adjust(it, orderId, 7, 6, undefined, TEN + 2 * DAY);
    await adjust(it, other.orderId, 5, 6, undefined, TEN + 2 * DAY);
    expect(await told()).toEqual([
      [-100, -3],
      [1000, 7],
      [1000, 5],
    ]);
  });

  test('that is adjusted of a fact of another day makes no fact of this one', async () => {
    const it = await newReportShop();
    const { orderId } = await it.sell({ no: '1', paidAt: BEGIN - 1 });
    await it.seal(END + HOUR);
    await adjust(it, orderId, 9, 6, undefined, NOON);
    expect(await facts(it)).toEqual([]);
    await it.seal(END + DAY + HOUR);
    expect(await facts(it)).toEqual([]);
  });
});

describe('orders of lines', () => {
  test('are read for refunds, a hundred at a time, and not for payments in time', async () => {
    const it = await newReportShop();
    for (let i = 0; i < 101; i += 1)
      await it.shop.refund(await it.sell({ no: `${i}`, paidAt: NOON }), 'r-1', 100, NOON);
    await it.sell({ no: 'payment', paidAt: NOON });
    await it.seal(END + HOUR);
    const read: number[] = [];
    const orders = {
      ...wrapped(it.tables.orders),
      getMany: async (keys: readonly string[]) => {
        if (keys.length > 0) read.push(keys.length);
        return it.tables.orders.getMany(keys);
      },
    };
    expect(await facts(it, { ...it.tables, orders })).toHaveLength(203);
    expect(read).toEqual([100, 1]);
  });

  test('that have gone, or have no such refund, are a fault and not a difference', async () => {
    const it = await newReportShop();
    const order = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON);
    await it.seal(END + HOUR);
    const orders = wrapped(it.tables.orders);
    const has = (some: object[]) => facts(it, { ...it.tables, orders: { ...orders, getMany: async () => some as [] } });
    const sentence = `refund r-1 of ${order.orderId} has gone`;
    await expect(has([])).rejects.toThrow(sentence);
    await expect(has([{ ...order, refunds: [] }])).rejects.toThrow(sentence);
    expect(await has([order])).toHaveLength(2);
  });
});

describe('one order as facts', () => {
  const played = async () => {
    const it = await newReportShop();
    const sold = await it.sell({ no: '1', paidAt: NOON });
    const order = await it.shop.refund(sold, 'r-1', 100, NOON + HOUR);
    return (await it.services().orders.apply(order, refundRequested('r-2', 50), NOON + HOUR)).order;
  };

  test('a payment is one, whatever came of it, without a fee', async () => {
    const order = await played();
    const { fee, ...fact } = paidFact(order, { learnedAt: NOON });
    expect(paymentFact(order, 1)).toEqual(fact);
    expect(paymentFact(order, 2)).toBeUndefined();
  });

  test('with the merchant, each has the shares of its line, for as long as that is not made', async () => {
    const order = await played();
    expect(paymentFact(order, 1, merchant)).toEqual(paidFact(order, { learnedAt: NOON }));
    expect(refundFact(order, 1, `${order.orderId}_r1`, merchant)).toEqual(
      backFact(order, { at: NOON + HOUR, isProvisional: true }),
    );
    const sealed = { ...order, payments: order.payments.map((it) => ({ ...it, posted: '2026-03-01' })) };
    const { fee, ...fact } = paidFact(order, { learnedAt: NOON });
    expect(paymentFact(sealed, 1, merchant)).toEqual(fact);
  });

  test('a refund is one, by the number of the channel, once it has succeeded', async () => {
    const order = await played();
    const { fee, received, ...fact } = backFact(order, { at: NOON + HOUR });
    expect(refundFact(order, 1, `${order.orderId}_r1`)).toEqual(fact);
    expect(refundFact(order, 1, `${order.orderId}_r2`)).toBeUndefined();
    expect(refundFact(order, 1, 'r-1')).toBeUndefined();
  });
});

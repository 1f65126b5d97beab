import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { movementsOf } from '../../functions/statement/lines.ts';
import { tallyOf } from '../../functions/statement/totals.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { NOON, orderAfter } from '../support/orders.ts';
import { aMerchant, anAgreement, aSale, refundedAt, refundRequested } from './shop.ts';

const merchant = aMerchant();
const FIRST = '2026-03-01';

/** What is on the statement of `day`, and the order with the marks that its seal makes. */
function bill(order: Order, day: string, of = merchant) {
  const { movements } = movementsOf(order, of, day);
  const payments = movements.filter(({ refundNo }) => refundNo === null);
  const event: OrderEvent = {
    type: 'posted',
    day,
    payments: payments.map(({ attempt, agreementId, fee }) => ({ attempt, agreementId, fee })),
    refunds: movements.flatMap(({ refundNo, fee }) => (refundNo === null ? [] : [{ refundNo, fee }])),
  };
  return { movements, order: decide(order, event, NOON).order };
}

const soldAtNoon = (amount: number, paidAt = NOON) => {
  const { order, payment } = aSale(merchant, { no: '20260301-1-1', paidAt, amount });
  return orderAfter(order, [payment, paidAt]);
};

const dayOf = (i: number) => new Date(Date.parse(FIRST) + i * DAY).toISOString().slice(0, 10);

test('of a payment and a refund say everything', () => {
  const order = refundedAt(soldAtNoon(1234), 'r-1', 234, NOON + HOUR);
  const both = {
    late: false,
    businessDay: FIRST,
    storeId: 'main',
    terminalId: 'trm_aaaabbbbcccc',
    orderId: order.orderId,
    merchantOrderNo: '20260301-1-1',
    channel: 'alipay',
    channelTradeNo: 'trade-20260301-1-1',
    currency: 'CNY',
    ratePpm: 6000,
    feeMinimum: null,
    feeCap: null,
    feeOnRefund: 'returned',
    agreementId: 'agr_1',
    saleStoreId: 'main',
    saleTerminalId: 'trm_aaaabbbbcccc',
    attempt: 1,
  };
  expect(movementsOf(order, merchant, FIRST)).toEqual({
    movements: [
      {
        ...both,
        type: 'payment',
        occurredAt: '2026-03-01T04:00:00.000Z',
        operatorId: null,
        refundNo: null,
        gross: 1234,
        received: 1234,
        fee: 7,
        net: 1227,
      },
      {
        ...both,
        type: 'refund',
        occurredAt: '2026-03-01T05:00:00.000Z',
        operatorId: 'op-7',
        refundNo: 'r-1',
        gross: -234,
        received: -234,
        fee: -1,
        net: -233,
      },
    ],
    withoutTerms: 0,
  });
});

test('F62: a whole refund returns the whole fee, in any slices, over any statements, however late they become known', () => {
  const slice = fc.record({
    weight: fc.integer({ min: 1, max: 20 }),
    finishedAfter: fc.integer({ min: 0, max: 5 * DAY }),
    knownAfterDays: fc.nat(3),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 250, max: 1_000_000 }),
      fc.array(slice, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 60_000 }),
      (amount, slices, ratePpm) => {
        const terms = aMerchant({ agreements: [anAgreement({ ratePpm })] });
        const weights = slices.reduce((sum, { weight }) => sum + weight, 0);
        const sizes = slices.map(({ weight }) => Math.floor((amount * weight) / weights));
        sizes[0] = amount - sizes.slice(1).reduce((sum, size) => sum + size, 0);
        let order = soldAtNoon(amount);
        const carried: ReturnType<typeof bill>['movements'][number][] = [];
        for (let i = 0; i < 10; i += 1) {
          for (const [k, { finishedAfter, knownAfterDays }] of slices.entries()) {
            const at = NOON + finishedAfter;
            if (Math.floor(finishedAfter / DAY) + knownAfterDays === i)
              order = refundedAt(order, `r-${k}`, sizes[k] ?? 0, at);
          }
          const posted = bill(order, dayOf(i), terms);
          carried.push(...posted.movements);
          order = posted.order;
        }
        expect(carried.map(({ refundNo }) => refundNo).sort()).toEqual(
          [...slices.map((_, k) => `r-${k}`), null].sort(),
        );
        expect(tallyOf(carried).totals).toMatchObject([{ netFees: 0, netSales: 0, netReceivable: 0 }]);
        expect(carried.every(({ type, fee }) => (type === 'payment' ? fee >= 0 : fee <= 0))).toBe(true);
      },
    ),
    { numRuns: 500, seed: 62 },
  );
});

test.each([
  ['returned', [-3, -3]],
  ['returned_same_day', [-3, 0]],
  ['kept', [0, 0]],
] as const)('where refunds are %s, halves on the day and on the next give back %j', (feeOnRefund, fees) => {
  const terms = aMerchant({ agreements: [anAgreement({ feeOnRefund })] });
  const order = refundedAt(refundedAt(soldAtNoon(1000), 'r-1', 500, NOON), 'r-2', 500, NOON + DAY);
  const refunds = movementsOf(order, terms, '2026-03-02').movements.filter(({ type }) => type === 'refund');
  expect(refunds.map(({ fee }) => fee)).toEqual(fees);
});

test('a kept fee leaves no trace in the sums of what comes after it', () => {
  const terms = aMerchant({ agreements: [anAgreement({ feeOnRefund: 'returned_same_day', ratePpm: 7000 })] });
  // Known in the order r-1 (next day), r-2 (same day): of 7 only the share of r-2 goes back.
  const order = refundedAt(refundedAt(soldAtNoon(1000), 'r-1', 500, NOON + DAY), 'r-2', 500, NOON + HOUR);
  const fees = movementsOf(order, terms, '2026-03-02').movements.map(({ refundNo, fee }) => [refundNo, fee]);
  expect(fees).toEqual([
    [null, 7],
    ['r-2', -4],
    ['r-1', 0],
  ]);
});

test('F63: a change of the agreement touches payments from its first day on, and no refund of an earlier payment', () => {
  const terms = aMerchant({
    agreements: [
      anAgreement(),
      anAgreement({
        agreementId: 'agr_2',
        validFrom: '2026-03-02',
        ratePpm: 3000,
        feeMinimum: 1,
        feeOnRefund: 'kept',
      }),
    ],
  });
  const before = refundedAt(soldAtNoon(1000), 'r-1', 1000, NOON + 2 * DAY);
  const later = refundedAt(soldAtNoon(1000, NOON + DAY), 'r-1', 1000, NOON + 2 * DAY);
  const seen = (order: Order) =>
    movementsOf(order, terms, '2026-03-03').movements.map(({ fee, agreementId, ratePpm, feeMinimum }) => ({
      ...{ fee, agreementId, ratePpm, feeMinimum },
    }));
  expect(seen(before)).toEqual([
    { fee: 6, agreementId: 'agr_1', ratePpm: 6000, feeMinimum: null },
    { fee: -6, agreementId: 'agr_1', ratePpm: 6000, feeMinimum: null },
  ]);
  expect(seen(later)).toEqual([
    { fee: 3, agreementId: 'agr_2', ratePpm: 3000, feeMinimum: 1 },
    { fee: 0, agreementId: 'agr_2', ratePpm: 3000, feeMinimum: 1 },
  ]);
});

test('F63: terms that are added for a day already posted do not reach the refunds of its payments', () => {
  const posted = bill(soldAtNoon(1000), FIRST).order;
  const order = refundedAt(posted, 'r-1', 1000, NOON + DAY);
  const backdated = aMerchant({
    agreements: [anAgreement(), anAgreement({ agreementId: 'agr_2', validFrom: FIRST, ratePpm: 9000 })],
  });
  expect(movementsOf(order, backdated, '2026-03-02').movements).toMatchObject([{ fee: -6, agreementId: 'agr_1' }]);
});

test('I5: a fact that is posted stays posted on its first statement, and only facts can be posted', () => {
  const asked = orderAfter(soldAtNoon(1000), [refundRequested('open', 100), NOON]);
  const mark = {
    type: 'posted',
    payments: [{ attempt: 1, agreementId: 'agr_1', fee: 6 }],
    refunds: ['open', 'none'].map((refundNo) => ({ refundNo, fee: 0 })),
  } as const;
  const once = decide(asked, { ...mark, day: FIRST }, NOON);
  expect(once).toMatchObject({ kind: 'moved', order: { payments: [{ posted: FIRST, agreementId: 'agr_1' }] } });
  expect(once.order.refunds).toEqual(asked.refunds);
  const again = { ...mark, day: '2026-03-02', payments: [{ attempt: 1, agreementId: 'agr_2', fee: 6 }] };
  expect(decide(once.order, again, NOON)).toEqual({ kind: 'unchanged', order: once.order });
});

test('a payment without an agreement is counted, and waits for one', () => {
  const { order, payment } = aSale(merchant, { no: 'x', paidAt: NOON, currency: 'JPY' });
  const paid = orderAfter(order, [payment, NOON]);
  expect(movementsOf(paid, merchant, FIRST)).toEqual({ movements: [], withoutTerms: 1 });
  const terms = aMerchant({ agreements: [anAgreement({ currency: 'JPY', agreementId: 'agr_jpy' })] });
  expect(movementsOf(paid, terms, '2026-03-05').movements).toMatchObject([{ agreementId: 'agr_jpy', late: true }]);
});

test('money F3 the fee is on what is received, and so is what is netted; gross speaks of what was paid', () => {
  const { order, payment } = aSale(merchant, { no: 'x', paidAt: NOON, amount: 10_000, received: 5_000 });
  const paid = refundedAt(orderAfter(order, [payment, NOON]), 'r-1', 10_000, NOON);
  const linesOf = (of: Order) =>
    movementsOf(of, merchant, FIRST).movements.map(({ gross, received, fee, net }) => [gross, received, fee, net]);
  expect(linesOf(paid)).toEqual([
    [10_000, 5_000, 30, 4_970],
    [-10_000, -5_000, -30, -4_970],
  ]);
  // Each part by the running total, so that the parts of a whole refund are the whole: 33.33 + 33.34 + 33.33 of 50.01.
  const odd = aSale(merchant, { no: 'y', paidAt: NOON, amount: 10_000, received: 5_001 });
  const sold = orderAfter(odd.order, [odd.payment, NOON]);
  const parts = [3_333, 3_334, 3_333].reduce((order, part, i) => refundedAt(order, `r-${i}`, part, NOON + i), sold);
  expect(linesOf(parts)).toEqual([
    [10_000, 5_001, 30, 4_971],
    [-3_333, -1_667, -10, -1_657],
    [-3_334, -1_667, -10, -1_657],
    [-3_333, -1_667, -10, -1_657],
  ]);
  const free = aSale(merchant, { no: 'z', paidAt: NOON, amount: 10_000, received: 0 });
  expect(linesOf(refundedAt(orderAfter(free.order, [free.payment, NOON]), 'r-1', 4_000, NOON))).toEqual([
    [10_000, 0, 0, 0],
    [-4_000, 0, 0, 0],
  ]);
});

test('a surplus payment and its automatic refund are a pair of their own', () => {
  const { order, payment } = aSale(merchant, { no: 'x', paidAt: NOON, amount: 1000 });
  const again: OrderEvent = {
    type: 'paid',
    n: 2,
    news: { tradeNo: 'trade-2', paidAt: NOON + HOUR, amount: order.request.amount },
    source: 'query',
  };
  const twice = orderAfter(
    order,
    [{ type: 'attempt_ended', n: 1, why: 'expired' }, NOON],
    [{ type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON],
    [payment, NOON],
    [again, NOON + HOUR],
    [{ type: 'refund_succeeded', refundNo: 'auto_2', at: NOON + 2 * HOUR }, NOON + 2 * HOUR],
  );
  const lines = movementsOf(twice, merchant, FIRST).movements;
  expect(
    lines.map(({ attempt, channelTradeNo, refundNo, gross, fee }) => [attempt, channelTradeNo, refundNo, gross, fee]),
  ).toEqual([
    [1, 'trade-x', null, 1000, 6],
    [2, 'trade-2', null, 1000, 6],
    [2, 'trade-2', 'auto_2', -1000, -6],
  ]);
  expect(bill(twice, FIRST).order).toMatchObject({
    payments: [{ posted: FIRST }, { posted: FIRST }],
    refunds: [{ posted: FIRST }],
  });
});

test.each([
  ['+08:37', '2026-03-01', '2026-03-01T15:23:00.000Z'],
  ['Asia/Shanghai', '2026-03-01', '2026-03-01T16:00:00.000Z'],
  ['America/New_York', '2026-03-08', '2026-03-09T04:00:00.000Z'], // 23 hours long
  ['America/New_York', '2026-11-01', '2026-11-02T05:00:00.000Z'], // 25 hours long
  ['Europe/Berlin', '2026-03-29', '2026-03-29T22:00:00.000Z'],
])('in zone %s the day %s ends before %s, to the millisecond', (zone, day, end) => {
  const there = aMerchant({ zone });
  const at = (paidAt: number) => movementsOf(soldAtNoon(1000, paidAt), there, day).movements;
  expect(at(Date.parse(end) - 1)).toMatchObject([{ businessDay: day, late: false }]);
  expect(at(Date.parse(end))).toEqual([]);
});

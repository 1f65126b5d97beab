/** An order that was paid twice across a change of terms: each payment, and each refund of it, has its own agreement's. */
import { expect, test } from 'vitest';
import type { OrderEvent } from '../../functions/order/events.ts';
import { HOUR, MINUTE } from '../../functions/time.ts';
import { aMerchant, anAgreement, aSale, newShop, refundRequested } from '../statement/shop.ts';

const MIDNIGHT = Date.parse('2026-03-02T00:00:00+08:00');
const DAY = 24 * HOUR;
const before = anAgreement({ agreementId: 'agr_before', ratePpm: 6_000, feeOnRefund: 'returned' });
const since = anAgreement({
  ...{ agreementId: 'agr_since', validFrom: '2026-03-02', ratePpm: 3_000, feeMinimum: 50, feeOnRefund: 'kept' },
});

/** Both payments come to be known after midnight, so that one statement has them both. */
async function paidTwice(first: number, second: number) {
  const merchant = aMerchant({ agreements: [before, since], latePayment: 'keep' });
  const shop = await newShop();
  await shop.setUp(merchant, MIDNIGHT - HOUR);
  const { order: opened } = aSale(merchant, { no: 'twice', paidAt: MIDNIGHT - 10 * MINUTE, amount: 10_000 });
  const { orderId, schema, version, updatedAt, dueAt, payments, refunds, ...request } = opened;
  let { order } = await shop.orders.create({
    ...request,
    attempts: [{ n: 1, kind: 'qr_code', expiresAt: MIDNIGHT - 5 * MINUTE }],
  });
  const apply = async (event: OrderEvent, at: number) => {
    const verdict = await shop.orders.apply(order, event, at);
    if (verdict.kind !== 'moved') throw new Error(`${event.type}: ${JSON.stringify(verdict)}`);
    order = verdict.order;
  };
  const pay = (n: number, paidAt: number) =>
    apply(
      {
        ...{ type: 'paid', n, source: 'notification' },
        news: { tradeNo: `trade-${n}`, paidAt, amount: order.request.amount },
      },
      MIDNIGHT + HOUR,
    );
  await apply({ type: 'attempt_ended', n: 1, why: 'expired' }, opened.createdAt);
  await apply({ type: 'attempt_requested', n: 2, kind: 'qr_code' }, opened.createdAt);
  // The statement of the first day is sealed before anybody hears of a payment.
  await shop.run(MIDNIGHT + 40 * MINUTE);
  await pay(1, first);
  await pay(2, second);
  const refund = async (refundNo: string, amount: number, at: number) => {
    await apply(refundRequested(refundNo, amount), at);
    await apply({ type: 'refund_succeeded', refundNo, at }, at);
  };
  const seal = (days: number) => shop.run(MIDNIGHT + days * DAY + 40 * MINUTE);
  const lines = async () =>
    (await shop.books(merchant.id)).flatMap(({ statement, lines }) =>
      lines.map(({ attempt, refundNo, gross, fee, agreementId, ratePpm, feeOnRefund }) => [
        ...[statement.day, attempt, refundNo, gross, fee, agreementId, ratePpm, feeOnRefund],
      ]),
    );
  return { seal, lines, refund, apply, stored: async () => (await shop.orders.get(orderId)) ?? order };
}

const OLD = ['agr_before', 6_000, 'returned'] as const;
const NEW = ['agr_since', 3_000, 'kept'] as const;

test.each([
  ['the first one under the old terms', MIDNIGHT - 1, MIDNIGHT, { first: OLD, second: NEW, fees: [60, 50, -15, 0] }],
  ['the first one under the new terms', MIDNIGHT, MIDNIGHT - 1, { first: NEW, second: OLD, fees: [50, 60, 0, -60] }],
  ['both under the old terms', MIDNIGHT - 2, MIDNIGHT - 1, { first: OLD, second: OLD, fees: [60, 60, -15, -60] }],
  ['both under the new terms', MIDNIGHT, MIDNIGHT + 1, { first: NEW, second: NEW, fees: [50, 50, 0, 0] }],
] as const)('terms hold for two payments, %s', async (_, firstAt, secondAt, { first, second, fees }) => {
  const it = await paidTwice(firstAt, secondAt);
  await it.seal(1);
  const payments = [
    ['2026-03-02', 1, null, 10_000, fees[0], ...first],
    ['2026-03-02', 2, null, 10_000, fees[1], ...second],
  ];
  expect((await it.lines()).toSorted((a, b) => Number(a[1]) - Number(b[1]))).toEqual(payments);
  const agreed = (await it.stored()).payments.map(({ attempt, agreementId }) => [attempt, agreementId]);
  expect(agreed).toEqual([
    [1, first[0]],
    [2, second[0]],
  ]);

  // Refunds go by what is on the line of their own payment.
  await it.refund('r', 2_500, MIDNIGHT + DAY + HOUR);
  await it.apply({ type: 'refund_succeeded', refundNo: 'auto_2', at: MIDNIGHT + DAY + HOUR }, MIDNIGHT + DAY + HOUR);
  await it.seal(2);
  const refunds = (await it.lines()).filter(([day]) => day === '2026-03-03');
  expect(refunds.toSorted((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
    ['2026-03-03', 1, 'r', -2_500, fees[2], ...first],
    ['2026-03-03', 2, 'auto_2', -10_000, fees[3], ...second],
  ]);
});

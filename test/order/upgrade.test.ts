/** Orders that were stored in the first layout: read in today's, and written in it by their next move. */
import { expect, test } from 'vitest';
import { Orders } from '../../functions/order/orders.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { ORDERS } from '../../functions/table/table.ts';
import { anOrder, NOON } from '../support/orders.ts';

const { request, account } = anOrder();
const same = {
  orderId: 'ord_aaaabbbbccccddddeeeeffffgg',
  merchantId: 'mer_aaaabbbbcccc',
  version: 7,
  account,
  latePayment: 'refund',
  day: '2026-03-01',
  createdAt: NOON,
  updatedAt: NOON + 5,
  dueAt: NOON + 9,
  later: 'unknown to this code',
} as const;

const FIRST = {
  ...same,
  schema: 1,
  ask: request,
  closeAsked: { at: NOON + 1, by: 'cashier', trade: 'absent' },
  attempts: [
    {
      n: 1,
      kind: 'till_code',
      expiresAt: NOON + 60_000,
      cancelAskedAt: NOON + 2,
      undone: { at: NOON + 3, tradeNo: '2026' },
      dead: { why: 'expired', at: NOON + 4, strayUntil: NOON + 90_000 },
      lookedAt: NOON + 95_000,
      billedPaidAt: NOON + 96_000,
    },
    { n: 2, kind: 'qr_code', expiresAt: NOON + 60_000, payload: 'https://qr' },
  ],
  payments: [{ attempt: 1, tradeNo: '2026', paidAt: NOON, source: 'bill', at: NOON, billed: '2026-03-01' }],
  refunds: [
    {
      refundNo: 'r1',
      attempt: 1,
      k: 1,
      amount: 10,
      source: 'till',
      requestedAt: NOON,
      tries: 1,
      doubted: { at: NOON + 8, reason: 'refund_window' },
      billed: '2026-03-02',
    },
  ],
  feeAdjustments: [{ attempt: 1, charged: 6, fee: 1, at: NOON, billed: '2026-03-02' }],
  dayKey: 'mer_aaaabbbbcccc#main#2026-03-01',
  dueShard: 'parked',
  unbilledKey: 'mer_aaaabbbbcccc#1',
};

const SECOND = {
  ...same,
  schema: 2,
  request,
  closeRequested: { at: NOON + 1, by: 'cashier', trade: 'absent' },
  attempts: [
    {
      n: 1,
      kind: 'till_code',
      expiresAt: NOON + 60_000,
      cancelRequestedAt: NOON + 2,
      reversed: { at: NOON + 3, tradeNo: '2026' },
      ended: { why: 'expired', at: NOON + 4, inDoubtUntil: NOON + 90_000 },
      doubtResolvedAt: NOON + 95_000,
      reportedPaidAt: NOON + 96_000,
    },
    { n: 2, kind: 'qr_code', expiresAt: NOON + 60_000, payload: 'https://qr' },
  ],
  payments: [{ attempt: 1, tradeNo: '2026', paidAt: NOON, source: 'report', at: NOON, posted: '2026-03-01' }],
  refunds: [
    {
      refundNo: 'r1',
      attempt: 1,
      k: 1,
      amount: 10,
      source: 'till',
      requestedAt: NOON,
      tries: 1,
      unconfirmedRefusal: { at: NOON + 8, reason: 'refund_window' },
      posted: '2026-03-02',
    },
  ],
  feeAdjustments: [{ attempt: 1, charged: 6, fee: 1, at: NOON, posted: '2026-03-02' }],
  dayKey: 'mer_aaaabbbbcccc#main#2026-03-01',
  dueShard: 'quarantined',
  unpostedKey: 'mer_aaaabbbbcccc#1',
};

test('an order of the first layout is read in the second, member by member', async () => {
  const table = new MemoryTable(ORDERS);
  await table.create(FIRST);
  expect(await new Orders(table).get(same.orderId)).toEqual(SECOND);
  expect(await new Orders(table).getMany([same.orderId])).toEqual([SECOND]);
});

test('its next move writes the second layout, and nothing of the first stays', async () => {
  const table = new MemoryTable(ORDERS);
  await table.create(FIRST);
  const orders = new Orders(table);
  const order = await orders.get(same.orderId);
  if (!order) throw new Error('the order is not there');
  await orders.apply(order, { type: 'postponed' }, NOON + 10);
  const stored = await table.get(same.orderId);
  expect(Object.keys(stored ?? {}).toSorted()).toEqual(
    [...Object.keys(SECOND).filter((name) => name !== 'unpostedKey'), 'failures'].toSorted(),
  );
  expect(stored).toMatchObject({ schema: 2, version: 8, attempts: SECOND.attempts, payments: SECOND.payments });
});

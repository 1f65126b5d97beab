/** What no write may do is refused by the store itself, whatever decide() may come to believe one day. */
import { describe, expect, test } from 'vitest';
import type { Account } from '../../functions/channel/registry.ts';
import { brokenBy, InvariantViolation, mustHold } from '../../functions/order/invariants.ts';
import type { Order, Refund } from '../../functions/order/order.ts';
import { Orders } from '../../functions/order/orders.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { ORDERS } from '../../functions/table/table.ts';
import type { Metrics } from '../../functions/telemetry.ts';
import { logFault } from '../../functions/telemetry.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const ask = (refundNo: string, value: number) =>
  ({ type: 'refund_requested', refundNo, amount: { currency: 'CNY', value }, until: NOON + 1e9 }) as const;
const open = anOrder();
const closed = orderAfter(
  open,
  [{ type: 'close_requested', by: 'cashier' }, NOON],
  [{ type: 'attempt_ended', n: 1, why: 'closed' }, NOON],
);
const closing = () => orderAfter(open, [{ type: 'close_requested', by: 'cashier' }, NOON]);
const sold = orderAfter(open, [paid(), NOON]);
const returned = orderAfter(sold, [ask('a', 500), NOON], [{ type: 'refund_succeeded', refundNo: 'a', at: NOON }, NOON]);
const first = <T>(list: readonly T[]): T => {
  const [it] = list;
  if (it === undefined) throw new Error('the list is empty');
  return it;
};
const payment = first(sold.payments);
const refund = first(returned.refunds);
const withRefunds = (...refunds: Refund[]): Order => ({ ...sold, refunds });

describe('a write is refused that', () => {
  test.each<[string, Order, Order, RegExp]>([
    [
      'changes the amount',
      open,
      { ...open, request: { ...open.request, amount: { currency: 'CNY', value: 1 } } },
      /^I1/,
    ],
    [
      'changes the receiving account',
      open,
      { ...open, account: { ...open.account, sellerId: '2088' } as Account },
      /^I1/,
    ],
    ['moves the status back', closed, { ...open }, /^I5/],
    ['changes when it was closed', closed, { ...closed, closed: { at: 1, reason: 'expiry' } }, /^I5/],
    ['forgets a payment', sold, { ...sold, payments: [], refunds: [] }, /^I5/],
    ['changes a payment', sold, { ...sold, payments: [{ ...payment, tradeNo: 'other' }] }, /^I5/],
    ['forgets that a payment was posted', { ...sold, payments: [{ ...payment, posted: '2026-03-01' }] }, sold, /^I5/],
    ['takes one attempt for paid twice', sold, { ...sold, payments: [payment, { ...payment, tradeNo: 'b' }] }, /^I4/],
    ['closes what can be paid', open, { ...open, closed: { at: NOON, reason: 'cashier' } }, /^I8/],
    ['closes what is paid', sold, { ...sold, closed: { at: NOON, reason: 'cashier' } }, /^I8/],
    ['refunds without a payment', open, { ...open, refunds: [refund] }, /^I2/],
    ['gives back more than came in', sold, withRefunds(refund, { ...refund, refundNo: 'b', amount: 735 }), /^I2/],
    ['gives one number to two refunds', sold, withRefunds({ ...refund, amount: 1 }, { ...refund, amount: 1 }), /^I4/],
    ['changes the amount of a refund', returned, withRefunds({ ...refund, amount: 501 }), /^I5/],
    [
      'changes the end of a refund',
      returned,
      withRefunds({ ...refund, result: { status: 'failed', at: NOON, refusal: { reason: 'no_cover' } } }),
      /^I5/,
    ],
    ['forgets a refund', returned, withRefunds(), /^I5/],
    [
      'gives up an automatic refund',
      sold,
      withRefunds({
        ...refund,
        source: 'automatic',
        result: { status: 'failed', at: NOON, refusal: { reason: 'no_cover' } },
      }),
      /^I10/,
    ],
    [
      'names a refund for more than it is',
      returned,
      withRefunds({ ...refund, named: [{ channelNo: 'c', amount: 501, at: NOON }] }),
      /^I2/,
    ],
    [
      'changes the name of a refund',
      withRefunds({ ...refund, named: [{ channelNo: 'c', amount: 500, at: NOON }] }),
      withRefunds({ ...refund, named: [{ channelNo: 'd', amount: 500, at: NOON }] }),
      /^I5/,
    ],
    ['reports a refund of nothing', sold, { ...sold, reportedRefunds: [{ attempt: 1, amount: 0, at: NOON }] }, /^I2/],
    [
      'reports a number of nothing',
      sold,
      { ...sold, reportedRefunds: [{ attempt: 1, numbers: [{ channelNo: 'c', amount: -1 }], at: NOON }] },
      /^I2/,
    ],
    [
      'has 61 refunds that a till asked for',
      sold,
      withRefunds(...Array.from({ length: 61 }, (_, i) => ({ ...refund, refundNo: `${i}` }))),
      /^I14/,
    ],
    [
      'has 51 refunds that the channel made',
      sold,
      withRefunds(
        ...Array.from({ length: 51 }, (_, i) => ({ ...refund, refundNo: `${i}`, source: 'channel' as const })),
      ),
      /^I14/,
    ],
    ['has 21 attempts', open, { ...open, attempts: Array.from({ length: 21 }, () => first(open.attempts)) }, /^I14/],
  ])('a write that %s is refused', (_, before, after, invariant) => {
    expect(brokenBy(before, after)).toMatch(invariant);
    expect(() => mustHold(before, after)).toThrow(InvariantViolation);
  });

  test('is refused with what it breaks and whose it is', () => {
    const other = { ...open, orderId: 'ord_other' };
    expect(() => mustHold(open, other)).toThrow(`I1: what was asked for changes (order ${open.orderId})`);
    mustHold(open, sold);
    expect(brokenBy(closing(), { ...closing(), closeRequested: undefined } as never)).toBe('I5: the status moves back');
    // One of two attempts can be paid; all are ended, but it is paid.
    const attempt = first(open.attempts);
    const ended = { ...attempt, ended: { why: 'closed', at: NOON } as const };
    const closedAt = { closed: { at: NOON, reason: 'cashier' } as const };
    const half = { ...open, attempts: [ended, { ...attempt, n: 2 }] };
    expect(brokenBy(half, { ...half, ...closedAt })).toMatch(/^I8/);
    const paidDead = { ...sold, attempts: [ended] };
    expect(brokenBy(paidDead, { ...paidDead, ...closedAt })).toMatch(/^I8/);
  });

  test('changes what a statement carries of a refund, or how it ended', () => {
    const posted = withRefunds({ ...refund, posted: '2026-03-01' });
    expect(brokenBy(posted, withRefunds(refund))).toMatch(/^I5: a refund changes/);
    expect(brokenBy(withRefunds(refund), posted)).toBeUndefined();
    const { result, ...asked } = refund;
    expect(brokenBy(withRefunds(asked), withRefunds({ ...refund, channelNo: 'x' }))).toBeUndefined();
    expect(brokenBy(withRefunds(refund), withRefunds({ ...refund, channelNo: 'x' }))).toMatch(/^I5/);
  });

  test('changes, or forgets, what was adjusted of a fee', () => {
    const adjustment = { attempt: 1, charged: 8, fee: 1, at: NOON };
    const adjusted = { ...sold, feeAdjustments: [adjustment] };
    expect(brokenBy(sold, adjusted)).toBeUndefined();
    expect(brokenBy(adjusted, { ...sold, feeAdjustments: [{ ...adjustment, posted: '2026-03-02' }] })).toBeUndefined();
    for (const feeAdjustments of [[{ ...adjustment, fee: 2 }], []])
      expect(brokenBy(adjusted, { ...sold, feeAdjustments })).toBe('I5: an adjustment of a fee changes');
    expect(brokenBy(adjusted, sold)).toBe('I5: an adjustment of a fee changes');
  });

  test('an order as large as it may be, with money of two attempts, or with what failed, is written', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ ...refund, refundNo: `${i}`, amount: 1 }));
    expect(brokenBy(sold, withRefunds(...many))).toBeUndefined();
    const attempts = Array.from({ length: 20 }, (_, i) => ({ ...first(open.attempts), n: i + 1 }));
    expect(brokenBy(open, { ...open, attempts })).toBeUndefined();
    const twice = { ...sold, payments: [payment, { ...payment, attempt: 2, tradeNo: 'b' }] };
    const both = [
      { ...refund, amount: 1234 },
      { ...refund, refundNo: 'auto_2', attempt: 2, amount: 1234 },
    ];
    expect(brokenBy(sold, { ...twice, refunds: both })).toBeUndefined();
    const failed = { ...refund, result: { status: 'failed', at: NOON, refusal: { reason: 'no_cover' } } as const };
    expect(brokenBy(sold, withRefunds({ ...failed, amount: 1234 }, { ...refund, refundNo: 'b' }))).toBeUndefined();
    // What a table gives back is equal, and not the same.
    expect(brokenBy(returned, JSON.parse(JSON.stringify(returned)))).toBeUndefined();
  });

  test('a write that adds facts is not refused', () => {
    const moves: readonly [Order, Order][] = [
      [open, sold],
      [open, closed],
      [closed, orderAfter(closed, [paid(), NOON])],
      [sold, returned],
      [returned, orderAfter(returned, [ask('b', 734), NOON])],
      // Somebody refunded in the channel's own console: the channel judges what is left.
      [returned, { ...returned, refunds: [refund, { ...refund, refundNo: 'c', source: 'channel', amount: 1234 }] }],
    ];
    for (const [before, after] of moves) expect(brokenBy(before, after)).toBeUndefined();
  });
});

test('a refused write stores nothing and raises an alarm of its own', async () => {
  const table = new MemoryTable(ORDERS);
  const corrupt = { ...sold, payments: [payment, { ...payment, tradeNo: 'b' }] };
  await table.create({ ...corrupt });
  const orders = new Orders(table);
  const counted: string[] = [];
  const metrics: Metrics = { count: (name) => void counted.push(name), publish: () => {} };
  const lines: unknown[] = [];
  const tell = (event: string, fields: unknown) => void lines.push([event, fields]);
  const refused = await orders.apply(corrupt, { type: 'postponed' }, NOON).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(InvariantViolation);
  const orderId = corrupt.orderId;
  logFault({ metrics, log: { info: tell, warn: tell, error: tell } }, 'request_failed', refused, { orderId });
  expect(counted).toEqual(['invariantViolations']);
  const { message: reason, stack } = refused as InvariantViolation;
  expect(lines).toEqual([
    ['invariant_violated', { orderId, reason }],
    ['request_failed', { orderId, error: stack }],
  ]);
  expect(await table.get(corrupt.orderId)).toEqual(JSON.parse(JSON.stringify(corrupt)));
});

/** Our money against the channel's report: what agrees is counted, and nothing that differs is lost or told twice. */
import { describe, expect, test } from 'vitest';
import type { ReportRow } from '../../functions/channel/channel.ts';
import { compare, disagreements, discrepancyOf, type Fact, keyOf } from '../../functions/reconciliation/match.ts';
import { NOON } from '../support/orders.ts';

const fact = (more: Partial<Fact> = {}): Fact => ({
  ...{ type: 'payment', orderId: 'ord_a', attemptNo: 'ord_a_1', requestNo: null, at: NOON, currency: 'CNY' },
  ...{ gross: 1000, fee: 6, ...more },
});
const row = (more: Partial<ReportRow> = {}) =>
  ({
    ...{ type: 'payment', attemptNo: 'ord_a_1', requestNo: null, tradeNo: 't', at: NOON + 1, currency: 'CNY' },
    ...{ gross: 1000, fee: 6, ...more },
  }) as ReportRow;
const back = { type: 'refund', requestNo: 'ord_a_r1', gross: -100, fee: -1 } as const;

test('what stands on both sides with the same money agrees', () => {
  expect(compare([fact(), fact(back)], [row(back), row()])).toEqual({
    ...{ matched: 2, differences: [], provisional: [], onlyOurs: [], unmatchedRows: [] },
  });
});

test('what stands on one side only is left to whoever can ask', () => {
  const ours = fact({ attemptNo: 'ord_b_1' });
  const theirs = row({ attemptNo: 'ord_c_1' });
  expect(compare([fact(), ours], [row(), theirs])).toEqual({
    ...{ matched: 1, differences: [], provisional: [], onlyOurs: [ours], unmatchedRows: [theirs] },
  });
  expect(compare([], [])).toEqual({ matched: 0, differences: [], provisional: [], onlyOurs: [], unmatchedRows: [] });
});

test('what we heard of since the report was due was found by it, and it is said after what differs', () => {
  const told = (learnedAt: number | undefined, more: Partial<ReportRow> = {}) =>
    compare([fact({ learnedAt })], [row(more)], NOON).differences.map(({ reason, resolution }) => [reason, resolution]);
  expect([told(NOON), told(NOON - 1), told(undefined)]).toEqual([[['missing_here', 'healed']], [], []]);
  expect(told(NOON, { gross: 999 })).toEqual([
    ['amount', 'open'],
    ['missing_here', 'healed'],
  ]);
  expect(compare([fact({ learnedAt: NOON })], [row()]).differences).toEqual([]);
});

test('a row that stands twice is said once more each time, whether we have its fact or not', () => {
  const twice = compare([fact()], [row(), row()]);
  expect([twice.matched, twice.differences.map(({ reason }) => reason)]).toEqual([1, ['duplicate']]);
  const unknown = compare([], [row(), row(), row()]);
  expect(unknown.unmatchedRows).toHaveLength(1);
  expect(unknown.differences.map(({ reason, orderId, ours }) => [reason, orderId, ours])).toEqual([
    ...[['duplicate', null, null] as const, ['duplicate', null, null] as const],
  ]);
  for (const { resolution } of [...twice.differences, ...unknown.differences]) expect(resolution).toBe('open');
});

describe('the same movement with other money', () => {
  test('is a difference of the amount, of the fee, or of both', () => {
    const reasons = (ours: Partial<Fact>, theirs: Partial<ReportRow> = {}) =>
      disagreements(fact(ours), row(theirs)).map(({ reason }) => reason);
    expect(reasons({})).toEqual([]);
    expect(reasons({ gross: 999 })).toEqual(['amount']);
    expect(reasons({ currency: 'USD' })).toEqual(['amount']);
    expect(reasons({ fee: 5 })).toEqual(['fee']);
    expect(reasons({ gross: 1, fee: 5 })).toEqual(['amount', 'fee']);
    expect(disagreements(fact({ gross: 1, fee: 5 }), row()).map(({ resolution }) => resolution)).toEqual([
      ...['open', 'open'],
    ]);
    // Not on a line yet, so there is no fee to compare.
    const { fee, ...unposted } = fact();
    expect(disagreements(unposted, row({ fee: 7 }))).toEqual([]);
    expect(compare([fact({ fee: 5 })], [row()])).toMatchObject({ matched: 1, differences: [{ reason: 'fee' }] });
  });

  test('is told with both sides, to the member', () => {
    const both = {
      ...{ reason: 'amount', resolution: 'open', type: 'payment', orderId: 'ord_a', attemptNo: 'ord_a_1' },
      ...{ requestNo: null, tradeNo: 't', currency: 'CNY', ours: { gross: 999, fee: 6, at: NOON } },
      channel: { gross: 1000, fee: 6, at: NOON + 1 },
    };
    expect(disagreements(fact({ gross: 999 }), row())).toEqual([both]);
    expect(discrepancyOf('missing_here', 'waiting', undefined, row(back))).toEqual({
      ...{ ...both, reason: 'missing_here', resolution: 'waiting', type: 'refund', orderId: null, ours: null },
      ...{ requestNo: 'ord_a_r1', channel: { gross: -100, fee: -1, at: NOON + 1 } },
    });
    const { fee, ...unposted } = fact();
    expect(discrepancyOf('missing_at_channel', 'open', unposted, undefined)).toEqual({
      ...{ ...both, reason: 'missing_at_channel', tradeNo: null, channel: null },
      ours: { gross: 1000, fee: null, at: NOON },
    });
    expect(discrepancyOf('late', 'healed', undefined, row(), 'ord_x').orderId).toBe('ord_x');
    expect(() => discrepancyOf('amount', 'open', undefined, undefined)).toThrow('a difference of nothing');
  });
});

test('payments meet by attempt, refunds by their own number, or by the trade’s where they have none', () => {
  const key = (type: 'payment' | 'refund', requestNo: string | null) => keyOf({ type, attemptNo: 'a_1', requestNo });
  expect(new Set([key('payment', null), key('refund', null), key('refund', 'r1'), key('refund', 'r2')]).size).toBe(4);
  expect(key('payment', 'x')).toBe(key('payment', null));
  expect(key('refund', 'a_1')).toBe(key('refund', null));
});

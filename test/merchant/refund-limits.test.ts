/** What a merchant refunds on one business day: counted in and given back, to the unit and to the millisecond. */
import { beforeEach, describe, expect, test } from 'vitest';
import { FunctionState } from '../../functions/merchant/function-state.ts';
import type { Limits } from '../../functions/merchant/merchant.ts';
import { releaseRefund, reserveRefund } from '../../functions/merchant/refund-limits.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY } from '../../functions/table/table.ts';
import { DAY } from '../../functions/time.ts';
import { aMerchant } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';

const MIDNIGHT = Date.parse('2026-03-02T00:00:00+08:00');
let functionState: FunctionState;
beforeEach(() => {
  functionState = new FunctionState(new MemoryTable(DIRECTORY), () => NOON);
});

const money = (value: number, currency = 'CNY') => ({ value, currency });
const reserve = (limits: Limits, value: number, at = NOON, currency = 'CNY') =>
  reserveRefund(functionState, aMerchant({ limits }), money(value, currency), at);
const release = (limits: Limits, value: number, at = NOON, currency = 'CNY') =>
  releaseRefund(functionState, aMerchant({ limits }), money(value, currency), at);
/** What is counted: day, number and sums. */
async function counted(): Promise<unknown> {
  const item = await functionState.get(`${aMerchant().id}.refunds`, (item) => item);
  return item && [item.day, item.count, item.values];
}

describe('a refund', () => {
  test('without a limit is not counted, nor is one in a currency without one', async () => {
    expect(await reserve({}, 1)).toBeUndefined();
    expect(await reserve({ refundedPerDay: 5 }, 9, NOON, 'JPY')).toBeUndefined();
    expect(await reserve({ largestTerminalRefund: 1, largestOrder: 1 }, 9)).toBeUndefined();
    expect(await counted()).toBeUndefined();
  });

  test('the last refund of the number that may be is taken, the next one breaks it and is not counted', async () => {
    const limits = { refundsPerDay: 2 };
    expect([await reserve(limits, 7), await reserve(limits, 8), await reserve(limits, 1)]).toEqual([
      ...[undefined, undefined, 'refundsPerDay'],
    ]);
    expect(await counted()).toEqual(['2026-03-01', 2, { CNY: 15 }]);
  });

  test('the sum of refunds is limited to the unit', async () => {
    const limits = { refundedPerDay: 100 };
    expect(await reserve(limits, 101)).toBe('refundedPerDay');
    expect(await counted()).toBeUndefined();
    expect([await reserve(limits, 99), await reserve(limits, 2), await reserve(limits, 1)]).toEqual([
      ...[undefined, 'refundedPerDay', undefined],
    ]);
    expect(await reserve(limits, 1)).toBe('refundedPerDay');
    expect(await counted()).toEqual(['2026-03-01', 2, { CNY: 100 }]);
  });

  test('a refund that breaks both limits names the number first', async () => {
    expect(await reserve({ refundsPerDay: 0, refundedPerDay: 0 }, 1)).toBe('refundsPerDay');
    expect(await reserve({ refundsPerDay: 1, refundedPerDay: 0 }, 1)).toBe('refundedPerDay');
  });

  test('in another currency adds to the number and not to the sum', async () => {
    const limits = { refundsPerDay: 3, money: { CNY: { refundedPerDay: 10 }, JPY: { refundedPerDay: 5 } } };
    expect(await reserve(limits, 10)).toBeUndefined();
    expect(await reserve(limits, 6, NOON, 'JPY')).toBe('refundedPerDay');
    expect(await reserve(limits, 5, NOON, 'JPY')).toBeUndefined();
    expect(await reserve(limits, 1_000, NOON, 'USD')).toBeUndefined();
    expect(await reserve(limits, 1, NOON, 'USD')).toBe('refundsPerDay');
    expect(await counted()).toEqual(['2026-03-01', 3, { CNY: 10, JPY: 5, USD: 1_000 }]);
  });

  test('counts into its business day: the last millisecond of one, the first of the next', async () => {
    const limits = { refundedPerDay: 10 };
    expect([await reserve(limits, 10, MIDNIGHT - 1), await reserve(limits, 1, MIDNIGHT - 1)]).toEqual([
      ...[undefined, 'refundedPerDay'],
    ]);
    expect(await counted()).toEqual(['2026-03-01', 1, { CNY: 10 }]);
    expect(await reserve(limits, 9, MIDNIGHT)).toBeUndefined();
    expect(await counted()).toEqual(['2026-03-02', 1, { CNY: 9 }]);
  });

  test('a refund by a clock that lags counts into the day that has begun', async () => {
    const limits = { refundedPerDay: 10 };
    await reserve(limits, 9, MIDNIGHT);
    expect([await reserve(limits, 2, MIDNIGHT - 1), await reserve(limits, 1, MIDNIGHT - 1)]).toEqual([
      ...['refundedPerDay', undefined],
    ]);
    expect(await counted()).toEqual(['2026-03-02', 2, { CNY: 10 }]);
  });
});

describe('what is given back', () => {
  const limits = { refundedPerDay: 10, refundsPerDay: 9 };

  test('makes room for as much, once', async () => {
    await reserve(limits, 6);
    await reserve(limits, 4);
    await release(limits, 4, NOON + 1);
    expect(await counted()).toEqual(['2026-03-01', 1, { CNY: 6 }]);
    expect([await reserve(limits, 5), await reserve(limits, 4)]).toEqual(['refundedPerDay', undefined]);
  });

  test('of another day changes nothing: neither of the day before nor of one that has not begun', async () => {
    await reserve(limits, 6);
    for (const at of [MIDNIGHT - DAY - 1, MIDNIGHT]) await release(limits, 6, at);
    expect(await counted()).toEqual(['2026-03-01', 1, { CNY: 6 }]);
    await release(limits, 6, MIDNIGHT - 1);
    expect(await counted()).toEqual(['2026-03-01', 0, { CNY: 0 }]);
  });

  test('is never more than was counted', async () => {
    await release(limits, 1);
    expect(await counted()).toBeUndefined();
    await reserve(limits, 5);
    await reserve(limits, 1);
    await release(limits, 8);
    expect(await counted()).toEqual(['2026-03-01', 1, { CNY: 0 }]);
    await release(limits, 1);
    await release(limits, 1);
    expect(await counted()).toEqual(['2026-03-01', 0, { CNY: 0 }]);
  });

  test('is of its currency, and of nothing where nothing is limited any more', async () => {
    await reserve(limits, 5);
    await reserve(limits, 3, NOON, 'JPY');
    await release(limits, 3, NOON, 'JPY');
    expect(await counted()).toEqual(['2026-03-01', 1, { CNY: 5, JPY: 0 }]);
    await release({}, 5);
    await release({ refundedPerDay: 10 }, 5, NOON, 'JPY');
    expect(await counted()).toEqual(['2026-03-01', 1, { CNY: 5, JPY: 0 }]);
  });
});

/** Sums: every line in exactly one row of each kind, and a document that does not add up says which identity broke. */
import { describe, expect, test } from 'vitest';
import type { Movement } from '../../functions/statement/lines.ts';
import { Tally, tallyOf } from '../../functions/statement/totals.ts';

const line = (more: Partial<Movement> = {}): Movement => {
  const its = {
    type: 'payment',
    late: false,
    currency: 'CNY',
    channel: 'alipay',
    storeId: 'main',
    ...more,
  } as Movement;
  const gross = more.gross ?? (its.type === 'payment' ? 1000 : -300);
  const fee = more.fee ?? (its.type === 'payment' ? 6 : -2);
  const received = more.received ?? gross;
  return {
    ...its,
    terminalId: more.terminalId ?? null,
    operatorId: more.operatorId ?? null,
    gross,
    received,
    fee,
    net: received - fee,
  };
};
const nothing = {
  feeAdjustments: { count: 0, fee: 0 },
  payments: { count: 0, gross: 0, received: 0 },
  refunds: { count: 0, gross: 0, received: 0 },
  lateLines: 0,
};
const two = {
  payments: { count: 1, gross: 1000, received: 1000 },
  refunds: { count: 1, gross: -300, received: -300 },
};
const sums = { netSales: 700, netReceived: 700, fees: 6, feesReturned: -2, netFees: 4, netReceivable: 696 };

test('no lines are no totals, and nothing that could be wrong', () => {
  const { totals, terminals, checks } = new Tally();
  expect([totals, terminals, checks]).toEqual([[], [], []]);
});

test('a payment and a refund are counted apart, and netted', () => {
  const { totals, terminals } = tallyOf([line(), line({ type: 'refund', late: true })]);
  const row = { currency: 'CNY', channel: 'alipay', storeId: 'main', ...nothing, ...two, ...sums, lateLines: 1 };
  expect(totals).toEqual([row]);
  expect(terminals).toEqual([{ ...row, terminalId: null, operatorId: null }]);
});

test('what the channel charged in other fees is counted by itself, and within net fees', () => {
  const adjustment = line({ type: 'fee_adjustment', gross: 0, fee: 5 });
  const { totals, checks } = tallyOf([line(), adjustment, { ...adjustment, fee: -2, net: 2 }]);
  expect(totals).toMatchObject([
    {
      ...{ payments: two.payments, refunds: nothing.refunds, netSales: 1000, netReceived: 1000, fees: 6 },
      ...{ feesReturned: 0, feeAdjustments: { count: 2, fee: 3 }, netFees: 9, netReceivable: 991 },
    },
  ]);
  expect(checks.every(({ holds }) => holds)).toBe(true);
  expect(checks[0]).toMatchObject({ check: 'every_line_is_counted', left: 3, right: 3 });
});

test('a day that only refunded is negative, and adds up', () => {
  const { totals, checks } = tallyOf([line({ type: 'refund' })]);
  expect(totals).toMatchObject([
    { ...nothing, refunds: two.refunds, netSales: -300, fees: 0, feesReturned: -2, netReceivable: -298 },
  ]);
  expect(checks.every(({ holds }) => holds)).toBe(true);
});

describe('a row of its own', () => {
  const names = ['currency', 'channel', 'storeId', 'terminalId', 'operatorId'] as const;
  test.each(names)('for each %s, also where lines of both take turns', (name) => {
    const a = line({ [name]: 'A' });
    const b = line({ [name]: 'B', gross: 10, fee: 1 });
    const { terminals, totals } = tallyOf([b, a, b, a, a]);
    // In the order of the names, whatever came first.
    expect(terminals.map((row) => [row[name], row.payments.count, row.netReceivable])).toEqual([
      ...[
        ['A', 3, 2982],
        ['B', 2, 18],
      ],
    ]);
    expect(totals).toHaveLength(name === 'terminalId' || name === 'operatorId' ? 1 : 2);
    expect(totals.reduce((sum, it) => sum + it.netReceivable, 0)).toBe(3000);
  });

  test('a row without a terminal or an operator comes last', () => {
    const { terminals } = tallyOf([line(), line({ operatorId: 'anna' }), line({ terminalId: 'trm_1' })]);
    expect(terminals.map(({ terminalId, operatorId }) => [terminalId, operatorId])).toEqual([
      ...[
        ['trm_1', null],
        [null, 'anna'],
        [null, null],
      ],
    ]);
  });

  test('two tills whose names only look alike when they are joined have two rows', () => {
    const { terminals } = tallyOf([
      line({ storeId: 'a b', terminalId: 'c' }),
      line({ storeId: 'a', terminalId: 'b c' }),
      line({ storeId: 'a b', terminalId: 'c' }),
    ]);
    expect(terminals.map(({ storeId, terminalId, payments }) => [storeId, terminalId, payments.count])).toEqual([
      ...[
        ['a b', 'c', 2],
        ['a', 'b c', 1],
      ],
    ]);
  });
});

describe('the identities', () => {
  test('hold per currency, and say what both sides came to', () => {
    const { checks } = tallyOf([line(), line({ type: 'refund' }), line({ currency: 'JPY', gross: 70, fee: 0 })]);
    const told = (currency: string, count: number, gross: number, net: number) =>
      [
        ['every_line_is_counted', count],
        ['payments_and_refunds_are_net_sales', gross],
        ['payments_and_refunds_are_net_received', gross],
        ['received_less_fees_is_net_receivable', net],
        ['lines_are_net_receivable', net],
        ['terminals_are_net_receivable', net],
      ].map(([check, side]) => ({ currency, check, left: side, right: side, holds: true }));
    expect(checks).toEqual([...told('CNY', 2, 700, 696), ...told('JPY', 1, 70, 70)]);
  });

  test('a line whose net is not received less fee breaks those that speak of net', () => {
    const { checks } = tallyOf([{ ...line(), net: 995 }]);
    expect(checks.filter(({ holds }) => !holds).map(({ check, left, right }) => [check, left, right])).toEqual([
      ...[['received_less_fees_is_net_receivable', 994, 995] as const],
    ]);
  });

  test('a sum that is not exact any more holds for nobody', () => {
    const huge = line({ gross: Number.MAX_SAFE_INTEGER, fee: 0 });
    expect(tallyOf([huge]).checks.every(({ holds }) => holds)).toBe(true);
    expect(tallyOf([huge, huge]).checks.map(({ check, holds }) => [check, holds])).toEqual([
      ...[
        ['every_line_is_counted', true],
        ['payments_and_refunds_are_net_sales', false],
        ['payments_and_refunds_are_net_received', false],
        ['received_less_fees_is_net_receivable', false],
        ['lines_are_net_receivable', false],
        ['terminals_are_net_receivable', false],
      ],
    ]);
  });
});

/** What lines and totals say in the currency in which the merchant is settled. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Settlement } from '../../functions/channel/channel.ts';
import type { AntomAccount } from '../../functions/channel/registry.ts';
import { settle } from '../../functions/exchange.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { feeOf } from '../../functions/statement/fee.ts';
import { lineView, movementsOf } from '../../functions/statement/lines.ts';
import { tallyOf } from '../../functions/statement/totals.ts';
import { NOON, orderAfter } from '../support/orders.ts';
import { aMerchant, anAgreement, aSale, refundRequested } from './shop.ts';

const DAY = '2026-03-01';
const ACCOUNT: AntomAccount = {
  ...{ channel: 'antom', clientId: 'SANDBOX_5Y0000000000001', referenceMerchantId: 'tea-1', merchantName: 'Tea' },
  ...{ merchantMCC: '5812', currencies: { JPY: 'USD', HKD: 'HKD', CNY: 'USD' } },
};
const YEN = anAgreement({
  channel: 'antom',
  currency: 'JPY',
  settlementCurrency: 'USD',
  ratePpm: 12_000,
  feeMinimum: 5,
});
const merchant = aMerchant({
  accounts: [ACCOUNT],
  agreements: [YEN, anAgreement({ agreementId: 'agr_hkd', channel: 'antom', currency: 'HKD' })],
});
const usd = (value: number) => ({ currency: 'USD', value });

/** A sale in `currency` at Antom, paid; `told` is what the channel said of its settlement. */
function sold(amount: number, told?: Settlement, currency = 'JPY'): Order {
  const { order, payment } = aSale(merchant, { no: 'x', paidAt: NOON, amount, currency });
  if (payment.type !== 'paid') throw new Error('a sale is paid');
  const event = { ...payment, news: { ...payment.news, ...(told && { settlement: told }) } };
  return orderAfter({ ...order, account: ACCOUNT }, [event, NOON]);
}

function refunded(order: Order, refundNo: string, amount: number, told?: Settlement): Order {
  const done: OrderEvent = { type: 'refund_succeeded', refundNo, at: NOON, settlement: told };
  const { currency } = order.request.amount;
  return orderAfter(order, [refundRequested(refundNo, amount, currency), NOON], [done, NOON]);
}

const movements = (order: Order, of = merchant) => movementsOf(order, of, DAY).movements;
const settlements = (order: Order, of = merchant) => movements(order, of).map(({ settlement }) => settlement);
const PROVISIONAL = { state: 'provisional' };
const UNKNOWN = { ...PROVISIONAL, currency: 'USD', gross: null, fee: null, net: null };

describe('the settlement of a line', () => {
  test('is what the channel told, with the agreed rate of it as the fee; all else stays in the currency of the order', () => {
    const [line] = movements(sold(15_000, { gross: usd(10_000), pair: 'USD/JPY', price: '150', quoteId: 'q1' }));
    expect(line).toMatchObject({ currency: 'JPY', gross: 15_000, received: 15_000, fee: 180, net: 14_820 });
    expect(line?.settlement).toStrictEqual({
      ...{ currency: 'USD', gross: 10_000, fee: 120, net: 9_880, pair: 'USD/JPY', price: '150', state: 'provisional' },
    });
  });

  test('stands as told although the quote says otherwise', () => {
    const told = { gross: usd(9_000), pair: 'USD/JPY', price: '150' };
    expect(settlements(sold(15_000, told))).toMatchObject([{ gross: 9_000, fee: 108, net: 8_892 }]);
  });

  test('is computed by the rate that was told where no amount was, to the nearest cent', () => {
    // 1004 / 150 is 6.6933…, and 1001 × 0.00649 is 6.49649.
    expect(settlements(sold(1_004, { pair: 'USD/JPY', price: '150' }))).toEqual([
      { ...PROVISIONAL, currency: 'USD', gross: 669, fee: 8, net: 661, pair: 'USD/JPY', price: '150' },
    ]);
    expect(settlements(sold(1_001, { pair: 'JPY/USD', price: '0.00649' }))).toMatchObject([
      { gross: 650, fee: 8, net: 642 },
    ]);
  });

  test.each([
    ['nothing was told', undefined, { pair: null, price: null }],
    ['a pair without a price', { pair: 'USD/JPY' }, { pair: 'USD/JPY', price: null }],
    ['a price without a pair', { price: '150' }, { pair: null, price: '150' }],
    ['the quote of another currency', { pair: 'EUR/JPY', price: '160' }, { pair: 'EUR/JPY', price: '160' }],
    ['no quote of the order', { pair: 'USD/EUR', price: '1' }, { pair: 'USD/EUR', price: '1' }],
  ])('is not known yet if %s', (_, told, quote) => {
    expect(settlements(sold(15_000, told))).toEqual([{ ...UNKNOWN, ...quote }]);
  });

  test('is in the currency that was told, although the account says another', () => {
    const told = { gross: { currency: 'EUR', value: 9_200 } };
    expect(settlements(sold(15_000, told))).toMatchObject([{ currency: 'EUR', gross: 9_200, fee: 110, net: 9_090 }]);
  });

  test('is absent where a currency is settled in itself, and null in the API', () => {
    const lines = [
      movements(sold(15_000, undefined, 'HKD')),
      movements(sold(15_000, { gross: { currency: 'HKD', value: 15_000 } }, 'HKD')),
    ];
    for (const line of lines.flat()) {
      expect(Object.keys(line)).not.toContain('settlement');
      expect(lineView({ lineNo: 1, ...line }).settlement).toBeNull();
    }
    expect(lines.flat()).toHaveLength(2);
  });

  test('of a refund is at its own rate, and returns its part of the fee', () => {
    const paid = sold(15_000, { gross: usd(10_000), pair: 'USD/JPY', price: '150' });
    const partly = refunded(paid, 'r-1', 5_000, { gross: usd(3_344), pair: 'USD/JPY', price: '149.5' });
    const wholly = refunded(partly, 'r-2', 10_000, { pair: 'USD/JPY', price: '151' });
    expect(settlements(wholly)).toEqual([
      { ...PROVISIONAL, currency: 'USD', gross: 10_000, fee: 120, net: 9_880, pair: 'USD/JPY', price: '150' },
      { ...PROVISIONAL, currency: 'USD', gross: -3_344, fee: -40, net: -3_304, pair: 'USD/JPY', price: '149.5' },
      { ...PROVISIONAL, currency: 'USD', gross: -6_623, fee: -80, net: -6_543, pair: 'USD/JPY', price: '151' },
    ]);
  });

  test('of a refund whose payment is not known yet returns the agreed rate of itself, or keeps it', () => {
    const order = refunded(sold(15_000), 'r-1', 15_000, { gross: usd(10_001) });
    expect(settlements(order)).toMatchObject([UNKNOWN, { gross: -10_001, fee: -120, net: -9_881 }]);
    const kept = { ...merchant, agreements: [{ ...YEN, feeOnRefund: 'kept' as const }] };
    expect(settlements(order, kept)).toMatchObject([UNKNOWN, { gross: -10_001, fee: 0, net: -10_001 }]);
  });

  test('of a refund is not known by the rate of its payment', () => {
    const order = refunded(sold(15_000, { gross: usd(10_000), pair: 'USD/JPY', price: '150' }), 'r-1', 5_000);
    expect(settlements(order)[1]).toEqual({ ...UNKNOWN, pair: null, price: null });
  });

  test('of a refund in another currency than its payment has no part of that fee', () => {
    const paid = sold(15_000, { gross: usd(10_000) });
    const order = refunded(paid, 'r-1', 15_000, { gross: { currency: 'EUR', value: 9_300 } });
    expect(settlements(order)[1]).toMatchObject({ currency: 'EUR', gross: -9_300, fee: -112, net: -9_188 });
  });
});

describe('totals of settlements', () => {
  test('are a row per settlement currency, with what is provisional and what is not known', () => {
    const lines = [
      ...movements(refunded(sold(15_000, { gross: usd(10_000) }), 'r-1', 5_000, { gross: usd(3_344) })),
      ...movements(sold(1_000)),
      ...movements(sold(15_000, { gross: { currency: 'EUR', value: 9_200 } })),
      ...movements(sold(700, undefined, 'HKD')),
    ];
    const final = lines.map((line, i) =>
      i === 0 && line.settlement ? { ...line, settlement: { ...line.settlement, state: 'final' as const } } : line,
    );
    const { totals, terminals, checks } = tallyOf(final);
    const settlement = [
      { currency: 'EUR', gross: 9_200, fees: 110, net: 9_090, provisionalLines: 1, unknownLines: 0 },
      { currency: 'USD', gross: 6_656, fees: 80, net: 6_576, provisionalLines: 2, unknownLines: 1 },
    ];
    expect(totals.map((row) => [row.currency, row.settlement])).toEqual([
      ['HKD', undefined],
      ['JPY', settlement],
    ]);
    // The refund is that of the cashier who made it.
    expect(terminals.map(({ operatorId, settlement }) => [operatorId, settlement?.map(({ net }) => net)])).toEqual([
      [null, undefined],
      ['op-7', [-3_304]],
      [null, [9_090, 9_880]],
    ]);
    expect(checks.filter(({ check }) => check === 'settlement_lines_are_settlement_net')).toEqual([
      { currency: 'EUR', check: 'settlement_lines_are_settlement_net', left: 9_090, right: 9_090, holds: true },
      { currency: 'USD', check: 'settlement_lines_are_settlement_net', left: 6_576, right: 6_576, holds: true },
    ]);
    expect(checks.at(-1)?.check).toBe('settlement_lines_are_settlement_net');
  });

  test('have a row of the orders’ currency beside the other one, whichever line comes first', () => {
    const own = movements({ ...sold(700), account: { ...ACCOUNT, currencies: { JPY: 'JPY' } } });
    const other = movements(sold(15_000, { gross: usd(10_000) }));
    const adjustment = { ...own[0], type: 'fee_adjustment', gross: 0, received: 0, fee: 3, net: -3 } as (typeof own)[0];
    const rows = [
      { currency: 'JPY', gross: 700, fees: 11, net: 689, provisionalLines: 0, unknownLines: 0 },
      { currency: 'USD', gross: 10_000, fees: 120, net: 9_880, provisionalLines: 1, unknownLines: 0 },
    ];
    for (const lines of [
      [...own, adjustment, ...other],
      [...other, ...own, adjustment],
      [adjustment, ...other, ...own],
    ]) {
      const { totals, checks } = tallyOf(lines);
      expect(totals.map(({ settlement }) => settlement)).toEqual([rows]);
      expect(checks.filter(({ check }) => check.startsWith('settlement'))).toMatchObject([
        { currency: 'USD', left: 9_880, right: 9_880, holds: true },
      ]);
    }
    expect(tallyOf([...own, adjustment]).totals.map(({ settlement }) => settlement)).toEqual([undefined]);
  });

  test('do not hold if a line does not add up, or is no safe integer', () => {
    const [line] = movements(sold(15_000, { gross: usd(10_000) }));
    if (!line?.settlement) throw new Error('there is a settlement');
    const wrong = { ...line, settlement: { ...line.settlement, net: 9_881 } };
    const checkOf = (its: (typeof line)[]) => tallyOf(its).checks.find(({ check }) => check.startsWith('settlement'));
    expect(checkOf([line, wrong])).toMatchObject({ left: 19_761, right: 19_760, holds: false });
    const huge = { gross: Number.MAX_SAFE_INTEGER, fee: 0, net: Number.MAX_SAFE_INTEGER };
    expect(checkOf([{ ...line, settlement: { ...line.settlement, ...huge } }])).toMatchObject({ holds: true });
    expect(checkOf([line, { ...line, settlement: { ...line.settlement, ...huge } }])).toMatchObject({ holds: false });
  });

  test('lose and make no minor unit: the whole that is refunded returns the whole fee, whatever the rates', () => {
    const story = fc.record({
      amount: fc.integer({ min: 1, max: 10_000_000_000 }),
      price: fc.integer({ min: 1, max: 99_999 }),
      cuts: fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99_999 })), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(story, ({ amount, price, cuts }) => {
        let order = sold(amount, { pair: 'USD/JPY', price: String(price / 100) });
        let left = amount;
        for (const [i, [percent, rate]] of [...cuts, [100, price] as const].entries()) {
          const part = i === cuts.length ? left : Math.min(left, Math.ceil((amount * percent) / 100));
          if (part === 0) continue;
          order = refunded(order, `r-${i}`, part, { pair: 'USD/JPY', price: String(rate / 100) });
          left -= part;
        }
        const lines = movements(order);
        const [paid, ...returned] = lines.map(({ settlement }) => settlement);
        const gross = settle({ currency: 'JPY', value: amount }, 'USD/JPY', String(price / 100))?.value ?? Number.NaN;
        expect(paid).toMatchObject({ gross, fee: feeOf({ ratePpm: 12_000 }, gross) });
        expect(returned.reduce((sum, it) => sum + (it?.fee ?? Number.NaN), paid?.fee ?? Number.NaN)).toBe(0);
        const { totals, terminals, checks } = tallyOf(lines);
        const net = lines.reduce((sum, { settlement }) => sum + (settlement?.net ?? Number.NaN), 0);
        const netOf = (rows: typeof totals) =>
          rows.flatMap(({ settlement = [] }) => settlement).reduce((sum, row) => sum + row.net, 0);
        expect([netOf(totals), netOf(terminals)]).toEqual([net, net]);
        expect(checks.every(({ holds }) => holds)).toBe(true);
      }),
      { numRuns: 500, seed: 20 },
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineView as lineSchema, statementView as statementSchema } from '../../functions/contract/answers.ts';
import { completed } from '../../functions/statement/forms.ts';
import { type Line, lineView, movementsOf } from '../../functions/statement/lines.ts';
import { hashOf, makeStatement, statementView } from '../../functions/statement/statement.ts';
import { tallyOf } from '../../functions/statement/totals.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { NOON, orderAfter } from '../support/orders.ts';
import { aMerchant, aSale, refundedAt } from './shop.ts';

const merchant = aMerchant();
const FIRST = '2026-03-01';

const shopping = fc.array(
  fc.record({
    no: fc.stringMatching(/^[a-z0-9]{1,6}$/),
    amount: fc.integer({ min: 1, max: 100_000 }),
    paidAfter: fc.integer({ min: 0, max: 12 * HOUR - 1 }),
    refund: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    storeId: fc.constantFrom('main', 'west', 'östlich'),
  }),
  { minLength: 1, maxLength: 30 },
);
const movementsOfDay = (
  sales: { no: string; amount: number; paidAfter: number; refund: number | undefined; storeId: string }[],
) =>
  sales.flatMap(({ no, amount, paidAfter, refund, storeId }, i) => {
    const paidAt = NOON + paidAfter;
    const { order, payment } = aSale(merchant, { no: `${no}-${i}`, paidAt, amount, storeId });
    const paid = orderAfter(order, [payment, paidAt]);
    const known = refund === undefined ? paid : refundedAt(paid, 'r', Math.ceil((amount * refund) / 100), paidAt);
    return movementsOf(known, merchant, FIRST).movements;
  });
const frame = { merchantId: merchant.id, day: FIRST, zone: merchant.zone, sealedAt: NOON + DAY, previousHash: null };

test('F62: its totals are the sums of its lines, to the unit, in every column', () => {
  fc.assert(
    fc.property(shopping, (sales) => {
      const lines = movementsOfDay(sales);
      const totals = tallyOf(lines).totals;
      const sum = (column: 'gross' | 'fee' | 'net', type?: string) =>
        lines.reduce((total, line) => total + (type === undefined || line.type === type ? line[column] : 0), 0);
      const whole = (pick: (it: (typeof totals)[number]) => number) => totals.reduce((all, it) => all + pick(it), 0);
      expect([
        whole((it) => it.payments.gross),
        whole((it) => it.refunds.gross),
        whole((it) => it.netSales),
        whole((it) => it.fees),
        whole((it) => it.feesReturned),
        whole((it) => it.netFees),
        whole((it) => it.netReceivable),
        whole((it) => it.payments.count + it.refunds.count),
      ]).toEqual([
        sum('gross', 'payment'),
        sum('gross', 'refund'),
        sum('gross'),
        sum('fee', 'payment'),
        sum('fee', 'refund'),
        sum('fee'),
        sum('net'),
        lines.length,
      ]);
      for (const it of totals) expect(it.netSales - it.netFees).toBe(it.netReceivable);
      for (const line of lines) expect(line.gross - line.fee).toBe(line.net);
      expect(totals.map(({ storeId }) => storeId)).toEqual([...new Set(sales.map(({ storeId }) => storeId))].sort());
    }),
    { numRuns: 200, seed: 62 },
  );
});

test('is the same to the byte in whatever order its facts were found', () => {
  const shuffled = shopping.chain((sales) => {
    const found = movementsOfDay(sales);
    return fc.tuple(fc.constant(found), fc.shuffledSubarray(found, { minLength: found.length }));
  });
  fc.assert(
    fc.property(shuffled, ([found, otherwise]) => {
      expect(JSON.stringify(makeStatement(frame, otherwise))).toBe(JSON.stringify(makeStatement(frame, found)));
    }),
    { numRuns: 100, seed: 60 },
  );
});

test('its hash depends on every member but the time of the seal', () => {
  const lines = movementsOfDay([{ no: 'a', amount: 1000, paidAfter: 0, refund: 50, storeId: 'main' }]);
  const made = (changes: Partial<typeof frame>, of = lines) => makeStatement({ ...frame, ...changes }, of).statement;
  const { hash } = made({});
  expect(made({ sealedAt: NOON }).hash).toBe(hash);
  const others = [
    made({ merchantId: 'mer_b' }),
    made({ day: '2026-03-02' }),
    made({ zone: 'UTC' }),
    made({}, lines.slice(1)),
    made(
      {},
      lines.map((line) => ({ ...line, fee: line.fee + 1, net: line.net - 1 })),
    ),
  ].map((other) => other.hash);
  const edited = [
    { previousHash: hash },
    { lineCount: 7 },
    { totalsChunks: [] },
    { terminalsChunks: [] },
    { lineChunks: [] },
    { checks: made({}).checks.map((check) => ({ ...check, left: 0 })) },
  ].map((edit) => hashOf({ ...made({}), ...edit }));
  expect(new Set([hash, ...edited, ...others]).size).toBe(1 + edited.length + others.length);
  // A table gives back objects with their members in any order.
  const checks = made({}).checks.map(({ holds, right, ...rest }) => ({ holds, right, ...rest }));
  expect(hashOf({ ...made({}), checks })).toBe(hash);
});

test('I12: what does not add up is not sealed', () => {
  const [line] = movementsOfDay([{ no: 'a', amount: 1000, paidAfter: 0, refund: undefined, storeId: 'main' }]);
  if (!line) throw new Error('a sale is a line');
  expect(() => makeStatement(frame, [{ ...line, net: line.net + 1 }])).toThrow(
    /does not add up: .*"left":994,"right":995/,
  );
  const huge = { ...line, gross: Number.MAX_SAFE_INTEGER, net: Number.MAX_SAFE_INTEGER - line.fee };
  expect(() => makeStatement(frame, [huge, huge])).toThrow(/does not add up/);
});

test('F62: the totals per terminal and operator are the same money as those per store, and stand in the statement with their checks', () => {
  const names = fc.constantFrom(null, 'anna', '小王', '=1+1');
  fc.assert(
    fc.property(shopping, fc.array(names, { minLength: 1, maxLength: 5 }), (sales, operators) => {
      const lines = movementsOfDay(sales).map((line, i) => ({
        ...line,
        operatorId: operators[i % operators.length] ?? null,
        terminalId: i % 3 === 0 ? null : `trm_${i % 3}`,
      }));
      const { statement, chunks } = makeStatement(frame, lines);
      const rows = statement.terminalsChunks.flatMap((hash) =>
        JSON.parse(chunks.find((chunk) => chunk.hash === hash)?.text ?? '[]'),
      );
      const { totals, terminals } = tallyOf(lines);
      expect(rows).toEqual(terminals);
      expect(JSON.parse(statement.totalsText ?? '[]')).toEqual(totals);
      expect(new Set(rows.map((it) => JSON.stringify([it.storeId, it.terminalId, it.operatorId]))).size).toBe(
        rows.length,
      );
      for (const row of rows) {
        const its = lines.filter(
          (line) =>
            line.storeId === row.storeId && line.terminalId === row.terminalId && line.operatorId === row.operatorId,
        );
        const { terminalId: _, operatorId: __, ...sums } = row;
        expect(tallyOf(its).totals).toEqual([sums]);
      }
      expect(statement.checks).toHaveLength(6);
      for (const { left, right, holds } of statement.checks) expect([left, holds]).toEqual([right, true]);
    }),
    { numRuns: 100, seed: 12 },
  );
});

test('shows what the contract promises', () => {
  const lines = movementsOfDay([{ no: 'a', amount: 1000, paidAfter: 0, refund: 50, storeId: 'main' }]);
  const { statement, chunks } = makeStatement(frame, lines);
  const view = statementView(statement, tallyOf(lines).totals);
  expect(statementSchema().parse(view)).toEqual(view);
  const rows = completed<Line>(JSON.parse(chunks[0]?.text ?? '[]')).map(lineView);
  expect(rows.map((row: unknown) => lineSchema().parse(row))).toHaveLength(2);
  expect(view.checks.map(({ currency, check, left }) => [currency, check, left])).toEqual([
    ['CNY', 'every_line_is_counted', 2],
    ['CNY', 'payments_and_refunds_are_net_sales', 500],
    ['CNY', 'payments_and_refunds_are_net_received', 500],
    ['CNY', 'received_less_fees_is_net_receivable', 497],
    ['CNY', 'lines_are_net_receivable', 497],
    ['CNY', 'terminals_are_net_receivable', 497],
  ]);
  expect(view.totals).toEqual([
    {
      ...{ currency: 'CNY', channel: 'alipay', storeId: 'main' },
      payments: { count: 1, gross: 1000, received: 1000 },
      refunds: { count: 1, gross: -500, received: -500 },
      ...{ netSales: 500, netReceived: 500, fees: 6, feesReturned: -3, netFees: 3, netReceivable: 497, lateLines: 0 },
      feeAdjustments: { count: 0, fee: 0 },
    },
  ]);
});

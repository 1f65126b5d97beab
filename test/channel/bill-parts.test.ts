/** Which way a printed fee goes, and a bill that comes in several files. */
import { describe, expect, test } from 'vitest';
import type { BillRow } from '../../bin/local/alipay-simulator/bill-rows.ts';
import { aRow, detailLines, detailOf, lineOf, OF, ofFiles, read, refundRow, whole } from './bill-files.ts';

const ORDER = aRow().outTradeNo.slice(0, -2);
const paid = (n: number, fee: number, more: Partial<BillRow> = {}) =>
  aRow({ outTradeNo: `${ORDER}_${n}`, amount: 6000, fee, ...more });
const back = (fee: number) => aRow({ ...refundRow, amount: -3000, received: -3000, fee });
const SUMMARY = '门店编号,门店名称,商家实收（元）,服务费（元）,分润（元）,实收净额（元）';

/** Fees as they are read from the detail alone, or beside a summary of one row. */
async function feesOf(rows: readonly BillRow[], summary?: string) {
  const files = { '业务明细.csv': detailLines(rows), ...(summary && { '汇总.csv': ['#', SUMMARY, summary] }) };
  const bill = await ofFiles(files);
  return bill.kind === 'lines' ? bill.lines.map(({ fee }) => fee) : bill.why;
}

describe('money F15: the sign of a fee', () => {
  test('of a refund that was charged for is that of the payments beside it', async () => {
    expect(await feesOf([paid(1, -36), paid(2, -36), back(-18)])).toEqual([36, 36, 18]);
    expect(await feesOf([paid(1, -36), paid(2, -36), back(18)])).toEqual([36, 36, -18]);
    expect(await feesOf([back(-18), paid(1, -36)])).toEqual([18, 36]);
  });

  test('that is printed without a minus means the same', async () => {
    expect(await feesOf([paid(1, 36), back(18)])).toEqual([36, 18]);
    expect(await feesOf([paid(1, 36), back(-18)])).toEqual([36, -18]);
  });

  test('is told by a payment of another system, too', async () => {
    expect(await feesOf([paid(1, -36, { outTradeNo: 'POS-1' }), back(-18)])).toEqual([18]);
  });

  test('of a payment that was brought back is the other one', async () => {
    expect(await feesOf([paid(1, -36), paid(2, 6), paid(3, -36)])).toEqual([36, -6, 36]);
    expect(await feesOf([paid(1, -36), paid(2, 6)])).toEqual([36, -6]);
  });

  test.each([
    ['main,店,-30.00,-0.18,0.00,-30.18', -18, 18],
    ['main,店,-30.00,-0.18,0.00,-29.82', -18, -18],
    ['main,店,-30.00,0.18,0.00,-29.82', 18, -18],
    ['main,店,-30.00,0.18,0.00,-30.18', 18, 18],
    ['合计,"a,b",-30.00,-0.18,-1.00,-31.18', -18, 18],
  ])('without a payment is told by the summary (%s)', async (summary, printed, fee) => {
    expect(await feesOf([back(printed)], summary)).toEqual([fee]);
  });

  test('that nothing tells is a return, as refunds have it', async () => {
    for (const printed of [18, -18]) {
      expect(await feesOf([back(printed)])).toEqual([-18]);
      expect(await feesOf([paid(1, 0), back(printed)])).toEqual([0, -18]);
      for (const summary of ['main,店,-30.00,0.00,0.00,-30.00', 'main,店,-30.00,0.18,0.00,-12.00', 'torn'])
        expect(await feesOf([back(printed)], summary)).toEqual([-18]);
    }
  });

  test('is read from the simulator’s own bill', async () => {
    const rows = [paid(1, -36), back(18)];
    expect(await read(rows, { change: [{ number: refundRow.outRequestNo, fee: -18 }] })).toEqual(
      whole([paid(1, -36), back(-18)]),
    );
  });
});

describe('what the merchant receives', () => {
  test('stands on the line before the fee, beside the amount', async () => {
    const rows = [paid(1, -29, { received: 4800 }), aRow({ ...refundRow, amount: -3000, received: -2400, fee: 14 })];
    expect(await read(rows)).toEqual(whole(rows));
    expect(rows.map((row) => lineOf(row).received)).toEqual([4800, -2400]);
  });
});

describe('several part files are one bill', () => {
  const rows = [aRow(), refundRow, paid(2, -36), paid(3, -36), aRow({ outTradeNo: 'POS-1' })];
  const ours = rows.slice(0, 4);

  test.each([1, 2, 3, 5, 8])('each of %i with its own frame and sums', async (parts) => {
    expect(await read(rows, { parts })).toEqual(whole(ours, { foreign: 1 }));
  });

  test('in the order of their numbers, whatever that of the zip', async () => {
    const files = (order: readonly number[]) =>
      Object.fromEntries(order.map((n) => [`业务明细_${n}.csv`, detailLines([paid(n, -36)])]));
    const wanted = whole([paid(2, -36), paid(9, -36), paid(10, -36)]);
    expect(await ofFiles(files([10, 9, 2]))).toEqual(wanted);
  });

  test('with one frame around them all', async () => {
    const lines = detailLines(rows);
    const [head, foot] = [lines.slice(0, 5), lines.slice(10)];
    const parts = (first: readonly string[], second: readonly string[]) =>
      ofFiles({ '业务明细_1.csv': first, '业务明细_2.csv': second });
    const wanted = whole(ours, { foreign: 1 });
    expect(await parts([...head, ...lines.slice(5, 8)], [...lines.slice(8, 10), ...foot])).toEqual(wanted);
    expect(await parts([...head, ...lines.slice(5, 8)], [...head, ...lines.slice(8, 10), ...foot])).toEqual(wanted);
    expect(await parts([...head, ...lines.slice(5, 10)], foot)).toEqual(wanted);
  });

  test('of which the last one, its end or a row is missing are unreadable', async () => {
    const [first, second] = [detailLines([aRow(), paid(2, -36)]), detailLines([refundRow])];
    const of = (...parts: readonly (readonly string[])[]) =>
      ofFiles(Object.fromEntries(parts.map((part, i) => [`业务明细_${i + 1}.csv`, part])));
    expect(await of(first, second)).toEqual(whole([aRow(), paid(2, -36), refundRow]));
    const unreadable = (why: string) => ({ kind: 'unreadable', why });
    expect(await of(first.slice(0, 7))).toEqual(unreadable('the end of the bill is missing'));
    expect(await of(first, second.slice(0, 6))).toEqual(unreadable('the end of the bill is missing'));
    expect(await of(first.slice(0, 7), second)).toEqual(
      unreadable('the rows do not add up to what the bill says (交易合计)'),
    );
    expect(await of(first, second.toSpliced(5, 1))).toEqual(
      unreadable('the rows do not add up to what the bill says (退款合计)'),
    );
    expect(await of([...first, first[5] ?? ''], second)).toEqual(unreadable('there are rows behind the end'));
  });

  test('of which one is of another account or day are unreadable', async () => {
    const of = (from: string, to: string) =>
      ofFiles({
        '业务明细_1.csv': detailLines([aRow()]),
        '业务明细_2.csv': detailLines([refundRow]).map((line) => line.replace(from, to)),
      });
    expect(await of(OF.sellerId, '2088000000000002')).toMatchObject({ why: 'the bill is of another account' });
    expect(await of('起始日期：[2026年03月01日', '起始日期：[2026年03月02日')).toMatchObject({
      why: 'the bill is of another day, not of 2026-03-01',
    });
  });

  test('name a row that cannot be read by its line and part', async () => {
    const garbled = await read(rows, { parts: 2, garble: [`${ORDER}_3`] });
    expect(garbled).toMatchObject({
      lines: rows.slice(0, 3).map(lineOf),
      unread: [{ line: 6, why: 'line 6 of part 2: 订单金额, 商家实收: not what it can be', worth: 6000 }],
    });
  });
});

describe('the simulator’s own mishaps', () => {
  test('rows that cannot be read, and those of other systems', async () => {
    const rows = [aRow(), paid(2, -36), refundRow];
    expect(await read(rows, { garble: [refundRow.outRequestNo], foreign: 25, parts: 3 })).toMatchObject({
      ...whole(rows.slice(0, 2), { foreign: 25 }),
      unread: [{ attemptNo: `${ORDER}_1`, type: 'refund', requestNo: refundRow.outRequestNo, worth: -234 }],
    });
  });
});

test('a frame without an account, a day or a sum is unreadable', async () => {
  const lines = detailLines([aRow(), refundRow]);
  const without = (i: number) => detailOf(lines.toSpliced(i, 1));
  expect(await without(1)).toMatchObject({ why: 'the bill does not say whose it is' });
  expect(await without(2)).toMatchObject({ why: 'the bill does not say of which day it is' });
  expect(await without(8)).toMatchObject({ why: 'the bill lacks its own sum (交易合计)' });
  expect(await without(9)).toMatchObject({ why: 'the bill lacks its own sum (退款合计)' });
  expect(await without(7)).toEqual(whole([aRow(), refundRow]));
  expect(await without(10)).toEqual(whole([aRow(), refundRow]));
});

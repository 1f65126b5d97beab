/** What a bill says of itself: its sums, in each part, over rows that can be read and rows that cannot; and its files' names. */
import { describe, expect, test } from 'vitest';
import { gbk } from '../../bin/local/alipay-simulator/bill-file.ts';
import { readReport } from '../../functions/channel/alipay/report.ts';
import { Unreadable } from '../../functions/channel/alipay/report-cells.ts';
import type { Row } from '../../functions/channel/alipay/report-rows.ts';
import { Section } from '../../functions/channel/alipay/report-sums.ts';
import { aRow, detailLines, OF, ofFiles, readFile, refundRow, whole, written } from './bill-files.ts';
import { zipOf } from './zip-files.ts';

type Type = 'payment' | 'refund' | undefined;
/** A row of ours that was read; one that was not, with what is known of it; and another system's. */
const ours = (type: 'payment' | 'refund', received: number) => ({ kind: 'ours', line: { type, received } }) as Row;
const unread = (type: Type, received?: number): Row => ({
  ...{ kind: 'unread', attemptNo: 'ord_a_1', type, requestNo: null, received, why: 'odd' },
});
const foreign = (type: Type, received?: number): Row => ({ kind: 'foreign', type, received, fee: undefined });

const amountOf = (text: string) => (/^-?\d+\.\d\d$/.test(text) ? Number(text.replace('.', '')) : undefined);
/** Kind and worth of each row that could not be read, or why the section is not taken. */
function closed(rows: readonly Row[], payments: [number, string], refunds: [number, string]): unknown {
  const section = new Section();
  rows.forEach((row, i) => {
    section.add(row, i + 1);
  });
  section.takeFoot(`#交易合计：${payments[0]}笔，商家实收共${payments[1]}元，商家优惠共0.00元`, amountOf);
  section.takeFoot(`#退款合计：${refunds[0]}笔，商家实收退款共${refunds[1]}元，商家优惠退款共0.00元`, amountOf);
  try {
    return section.close().map(({ line, type, worth }) => [line, type, worth]);
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}
const NOT = (name: string) => `the rows do not add up to what the bill says (${name})`;
const [PAYMENTS, REFUNDS] = [NOT('交易合计'), NOT('退款合计')];
const NONE: [number, string] = [0, '0.00'];

describe('rows that are read', () => {
  const rows = [ours('payment', 100), ours('payment', 20), ours('refund', -7), foreign('payment', 3_000)];

  test.each([
    ['add up', [3, '31.20'], [1, '-0.07'], []],
    ['add up, whatever sign is printed', [3, '31.20'], [1, '0.07'], []],
    ['are a fen less than the bill says', [3, '31.21'], [1, '-0.07'], PAYMENTS],
    ['are a fen more', [3, '31.19'], [1, '-0.07'], PAYMENTS],
    ['are one less', [4, '31.20'], [1, '-0.07'], PAYMENTS],
    ['are one more', [2, '31.20'], [1, '-0.07'], PAYMENTS],
    ['are refunds of a fen less', [3, '31.20'], [1, '-0.08'], REFUNDS],
    ['are refunds of a fen more', [3, '31.20'], [1, '-0.06'], REFUNDS],
    ['are one refund less', [3, '31.20'], [2, '-0.07'], REFUNDS],
    ['are one refund more', [3, '31.20'], [0, '-0.07'], REFUNDS],
  ] satisfies [string, [number, string], [number, string], unknown][])(
    'rows that are read %s',
    (_, payments, refunds, wanted) => {
      expect(closed(rows, payments, refunds)).toEqual(wanted);
    },
  );
});

describe('rows whose kind is known and whose amount is not', () => {
  test('are worth what is left, of one alone', () => {
    expect(closed([ours('payment', 100), unread('payment')], [2, '1.05'], NONE)).toEqual([[2, 'payment', 5]]);
    expect(closed([unread('payment')], [1, '0.00'], NONE)).toEqual([[1, 'payment', 0]]);
    expect(closed([ours('refund', -100), unread('refund')], NONE, [2, '-1.05'])).toEqual([[2, 'refund', -5]]);
    expect(closed([unread('payment', 5), unread('payment')], [2, '0.12'], NONE)).toEqual([
      [1, 'payment', 5],
      [2, 'payment', 7],
    ]);
    expect(closed([unread('payment'), unread('payment')], [2, '0.12'], NONE)).toEqual([
      [1, 'payment', null],
      [2, 'payment', null],
    ]);
    // One of another system may be worth it as well.
    expect(closed([unread('payment'), foreign('payment')], [2, '0.12'], NONE)).toEqual([[1, 'payment', null]]);
  });

  test('are no more than the bill counts, though there is room for one of the other kind', () => {
    const rows = [ours('payment', 100), unread('payment'), ours('refund', -7)];
    expect(closed(rows, [1, '1.00'], [1, '-0.07'])).toBe(PAYMENTS);
    expect(closed(rows, [1, '1.05'], [2, '-0.09'])).toBe(PAYMENTS);
  });
});

describe('rows whose kind is not known', () => {
  test('are of the only kind of which one is left', () => {
    expect(closed([ours('payment', 100), unread(undefined)], [2, '1.05'], NONE)).toEqual([[2, 'payment', 5]]);
    expect(closed([ours('payment', 100), unread(undefined)], [1, '1.00'], [1, '-0.05'])).toEqual([[2, 'refund', -5]]);
  });

  test('are of no kind that is certain, where one of each is left', () => {
    expect(closed([unread(undefined), unread(undefined)], [1, '0.05'], [1, '-0.05'])).toEqual([
      [1, null, null],
      [2, null, null],
    ]);
  });

  test('of ours must be counted; others may be pieces of a row', () => {
    expect(closed([ours('payment', 100), unread(undefined)], [1, '1.00'], NONE)).toBe(PAYMENTS);
    expect(closed([ours('payment', 100), foreign(undefined)], [1, '1.00'], NONE)).toEqual([]);
    expect(closed([ours('payment', 100), foreign(undefined)], [2, '1.00'], NONE)).toEqual([]);
    expect(closed([ours('payment', 100), foreign(undefined)], [3, '1.00'], NONE)).toBe(PAYMENTS);
    expect(closed([ours('payment', 100), foreign(undefined)], [1, '1.00'], [2, '-1.00'])).toBe(REFUNDS);
    expect(closed([ours('payment', 100), unread(undefined)], [3, '1.00'], NONE)).toBe(PAYMENTS);
  });

  test('of ours beside others: which of them was counted is not certain unless all were', () => {
    const rows = [unread(undefined), foreign(undefined)];
    expect(closed(rows, [1, '0.05'], NONE)).toEqual([[1, null, null]]);
    expect(closed(rows, [2, '0.05'], NONE)).toEqual([[1, 'payment', null]]);
    expect(closed(rows, NONE, [2, '-0.05'])).toEqual([[1, 'refund', null]]);
  });
});

describe('a foot', () => {
  const foot = (text: string) => {
    const section = new Section();
    section.takeFoot(text, amountOf);
    return section.hasFoot;
  };

  test.each([
    ['#交易合计：1笔，商家实收共1.00元', true],
    ['#退款合计:1笔，实收退款共-1.00元', true],
    ['#交易合计：123456789笔，商家实收共0.01元', true],
    ['#交易合计：1234567890笔，商家实收共1.00元', false],
    ['#交易合计：笔，商家实收共1.00元', false],
    ['#交易合计：1笔，商家优惠共1.00元', false],
    [' #交易合计：1笔，商家实收共1.00元', false],
    ['#合计：1笔，商家实收共1.00元', false],
  ])('a line %s is a foot: %s', (text, isOne) => {
    expect(foot(text)).toBe(isOne);
  });

  test('whose sum is none is none of the bill’s', () => {
    expect(() => foot('#交易合计：1笔，商家实收共1.0元')).toThrow(
      new Unreadable("the bill's own sum is none (交易合计)"),
    );
    expect(() => foot('#退款合计：1笔，商家实收退款共.元')).toThrow(
      new Unreadable("the bill's own sum is none (退款合计)"),
    );
  });

  test('counts as it stands there first', () => {
    const section = new Section();
    section.add(ours('payment', 100), 1);
    for (const sum of ['1.00', '9.00', 'x']) section.takeFoot(`#交易合计：1笔，商家实收共${sum}元`, amountOf);
    section.takeFoot('#退款合计：0笔，商家实收退款共0.00元', amountOf);
    expect(section.close()).toEqual([]);
  });
});

describe('several files', () => {
  const [first, second] = [
    detailLines([aRow(), refundRow]),
    detailLines([aRow({ outTradeNo: `${aRow().outTradeNo}2` })]),
  ];
  const both = whole([aRow(), refundRow, aRow({ outTradeNo: `${aRow().outTradeNo}2` })]);
  const of = (one: readonly string[], two: readonly string[]) =>
    ofFiles({ '业务明细_1.csv': one, '业务明细_2.csv': two });
  const lacks = (name: string) => ({ kind: 'unreadable', why: `the bill lacks its own sum (${name})` });

  test('each with its own foot, whole', async () => {
    expect(await of(first, second)).toEqual(both);
    expect(await of(first.toSpliced(9, 1), second)).toEqual(lacks('退款合计'));
    expect(await of(first.toSpliced(8, 1), second)).toEqual(lacks('交易合计'));
  });

  test('of which one has nothing in it, or nothing but its frame', async () => {
    const one = whole([aRow(), refundRow]);
    expect(await of(first, [''])).toEqual(one);
    expect(await of([''], first)).toEqual(one);
    expect(await of(first, first.slice(0, 5))).toEqual(one);
  });

  test('whose number stands right behind the name', async () => {
    const files = Object.fromEntries([10, 9, 2].map((n) => [`业务明细${n}.csv`, detailLines([aRow({ fee: -n })])]));
    const bill = await ofFiles(files);
    expect(bill.kind === 'lines' && bill.lines.map(({ fee }) => fee)).toEqual([2, 9, 10]);
  });

  test('of which one only looks like a summary tells nothing of fees', async () => {
    const refund = detailLines([refundRow]);
    const summary = ['门店编号,商家实收（元）,服务费（元）,实收净额（元）', 'main,-2.34,0.01,-2.35'];
    const feeBeside = async (name: string) => {
      const bill = await ofFiles({ '业务明细.csv': refund, [name]: summary });
      return bill.kind === 'lines' && bill.lines.map(({ fee }) => fee);
    };
    expect([await feeBeside('业务明细(汇总).csv'), await feeBeside('说明.csv')]).toEqual([[1], [-1]]);
  });

  test('under names in GBK, or in UTF-8 where the zip says so', async () => {
    const content = gbk(detailLines([aRow()]).join('\n'));
    const named = (name: Buffer, flags: number) => readFile(zipOf([{ name, flags, content }]));
    expect(await named(gbk('业务明细'), 0)).toEqual(whole([aRow()]));
    expect(await named(Buffer.from('业务明细'), 0x800)).toEqual(whole([aRow()]));
    expect(await named(gbk('业务明细'), 0x800)).toEqual({ kind: 'unreadable', why: 'a name is not in UTF-8' });
    expect(await named(Buffer.from([0xff]), 0)).toEqual({ kind: 'unreadable', why: 'a name is not in GBK' });
    expect(await named(Buffer.from('业务明细'), 0)).toEqual({ kind: 'unreadable', why: 'the zip holds no detail' });
  });
});

test('a fault of ours is no fault of the file', async () => {
  await expect(readReport(written([aRow()]), null as never)).rejects.toThrow(TypeError);
  expect(await readReport(written([aRow()]), OF)).toMatchObject({ kind: 'lines' });
});

/** One row never spoils a day: what counts is found whatever stands in free text, and a row that cannot be read is named. */
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { gbk, zip } from '../../bin/local/alipay-simulator/bill-file.ts';
import type { BillRow } from '../../bin/local/alipay-simulator/bill-rows.ts';
import { Cells } from '../../functions/channel/alipay/report-cells.ts';
import { aRow, detailLines, detailOf, lineOf, NOON, OF, read, readFile, refundRow, whole } from './bill-files.ts';

const BASKET = '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15';
const LETTERS = 'a,b,c,d,e,f,g,h,i,j,k,l,m,n';
/** Where a cell stands in a row of the simulator's, and the line of the first row. */
const AT = {
  ...{ tradeNo: 0, attemptNo: 1, type: 2, subject: 3, createdAt: 4, at: 5, storeName: 7, operator: 8, payer: 10 },
  ...{ gross: 11, received: 12, voucher: 18, requestNo: 21, fee: 22, note: 24 },
} as const;
const FIRST = 6;

const numbered = (n: number, more: Partial<BillRow> = {}) =>
  aRow({ outTradeNo: `${aRow().outTradeNo.slice(0, -1)}${n}`, ...more });

/** The lines of a detail, cells of its rows replaced: by place of the row, then of the cell. */
function replaced(rows: readonly BillRow[], cells: Readonly<Record<number, Partial<Record<keyof typeof AT, string>>>>) {
  return detailLines(rows).map((line, i) => {
    const of = Object.entries(cells[i - FIRST + 1] ?? {});
    const row = line.split(',');
    for (const [name, text] of of) row[AT[name as keyof typeof AT]] = `${text}\t`;
    return row.join(',');
  });
}

describe('money F7, security M1: free text', () => {
  const others = [numbered(2), refundRow];

  test.each([
    ['a basket', { subject: BASKET }],
    ['letters', { subject: LETTERS }],
    ['as many commas as a subject has room for', { subject: ','.repeat(128) }],
    ['three commas with times of another day', { subject: 'x,2026-12-03 11:00:00,2026-12-03 11:00:01,1' }],
    ['times in the wrong order', { subject: 'x,2026-03-01 12:00:00,2026-03-01 11:00:01,1' }],
    ['amounts, kinds and numbers', { subject: '退款,-1.00,0.00,ord_abcdefghijklmnopqrstuvwxyz_9,2.00,2.00' }],
    ['a cashier of letters', { operatorId: LETTERS }],
    ['a cashier of amounts and commas', { operatorId: '1.00,2.00,3.00,4.00,5.00,6.00' }],
    ['both', { subject: BASKET, operatorId: LETTERS }],
    ['quotes', { subject: '"a, b", \'c\'' }],
  ])('of %s does not keep a row from being read', async (_, text) => {
    const rows = [aRow(text), ...others];
    expect(await read(rows)).toEqual(whole(rows));
  });

  test.each([
    ['the shop’s name', { storeName: BASKET }],
    ['the payer', { payer: LETTERS }],
    ['the voucher', { voucher: '满10减2,5.00,全场' }],
    ['the note', { note: `${BASKET},2026-03-01 12:00:00,1.00` }],
    ['all of them', { storeName: 'a,b', payer: 'a,b', voucher: 'a,b', note: 'a,b', subject: 'a,b', operator: 'a,b' }],
    ['cells that do not count', { createdAt: 'never', storeName: '--', payer: '' }],
  ])('a text of %s does not keep a row from being read either', async (_, text) => {
    const rows = [aRow(), ...others];
    expect(await detailOf(replaced(rows, { 0: text }))).toEqual(whole(rows));
  });

  test('may make a row doubtful, on purpose: that row alone is named, with what it is worth', async () => {
    const rows = [aRow({ subject: 'x,2026-03-01 11:00:00,2026-03-01 11:00:01,1' }), ...others];
    const why = 'line 6: it can be read in more than one way (完成时间)';
    const unread = { line: 6, attemptNo: aRow().outTradeNo, type: 'payment', requestNo: null, worth: 1234, why };
    expect(await read(rows)).toEqual(whole(others, { unread: [unread] }));
    // Another amount of money in front of the real one.
    const paid = replaced([aRow(), ...others], { 0: { payer: '*明,99.00,98.00' } });
    expect(await detailOf(paid)).toMatchObject({
      lines: others.map(lineOf),
      unread: [{ worth: 1234, why: expect.stringContaining('订单金额, 商家实收') }],
    });
  });

  test('of any kind, anywhere: a row comes back as it was written, or is named', async () => {
    const text = fc
      .array(fc.constantFrom('a', '拿铁', '1.00', '-2.50', '2026-03-01 12:00:00', '', '退款', OF.day, 'trm_1', '"'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(','));
    const cells = fc.record(
      { subject: text, storeName: text, operator: text, payer: text, voucher: text, note: text },
      { requiredKeys: [] },
    );
    let named = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 4 }), async (texts) => {
        const rows = texts.map((_, i) => (i % 2 === 0 ? numbered(i + 1) : { ...refundRow, outRequestNo: `r${i}` }));
        const bill = await detailOf(replaced(rows, texts));
        if (bill.kind !== 'lines') throw new Error(bill.why);
        const lines = new Set(bill.unread.map(({ line }) => line - FIRST));
        named += lines.size;
        expect(bill.lines).toEqual(rows.filter((_, i) => !lines.has(i)).map(lineOf));
        for (const { line, worth } of bill.unread) if (worth !== null) expect(worth).toBe(rows[line - FIRST]?.received);
      }),
      { seed: 15, numRuns: 500 },
    );
    expect(named).toBeGreaterThan(20);
  });
});

test('security minor 13: each comma in the cashier costs as much as the one before, and not more than ten looks', async () => {
  const looks = (['begin', 'end', 'amount', 'time', 'isNumber', 'type', 'isEmpty', 'isSame'] as const).map((name) =>
    vi.spyOn(Cells.prototype, name),
  );
  /** How often a cell is looked at in a bill of one row whose cashier has so many commas. */
  const costOf = async (commas: number) => {
    for (const look of looks) look.mockClear();
    const row = aRow({ operatorId: Array.from({ length: commas + 1 }, () => 'a').join(',') });
    expect(await detailOf(detailLines([row]))).toEqual(whole([row]));
    return looks.reduce((sum, look) => sum + look.mock.calls.length, 0);
  };
  const costs = [];
  for (const commas of [100, 200, 400, 800]) costs.push(await costOf(commas));
  vi.restoreAllMocks();
  const [first = 0, second = 0, third = 0, fourth = 0] = costs;
  expect([third - second, fourth - third]).toEqual([2 * (second - first), 4 * (second - first)]);
  expect(second - first).toBeLessThanOrEqual(100 * 10);
});

describe('a row of another system', () => {
  const foreign = aRow({ outTradeNo: 'POS-1' });

  test.each([
    ['no amounts', { gross: '--', received: '', fee: '?' }],
    ['another kind', { type: '转账', received: '?' }],
    ['no time', { at: '' }],
    ['no trade number', { tradeNo: '' }],
    ['no order number', { attemptNo: '' }],
    ['our form, and more behind it', { attemptNo: `${aRow().outTradeNo}00` }],
    ['commas wherever they can be', { subject: BASKET, note: BASKET, payer: '1.00,1.00,1.00,1.00', received: 'x' }],
  ])('a row of another system with %s is counted', async (_, cells) => {
    expect(await detailOf(replaced([aRow(), foreign], { 1: cells }))).toEqual(whole([aRow()], { foreign: 1 }));
  });

  test('that is cut in two by a line feed is counted, and spoils nothing', async () => {
    const lines = replaced([aRow(), foreign, refundRow], { 1: { subject: 'a\nb' } });
    expect(await detailOf(lines)).toMatchObject({ ...whole([aRow(), refundRow]), foreign: expect.any(Number) });
  });

  test('counts for the sums of the file: one that is left out is missed', async () => {
    const lines = detailLines([aRow(), foreign]);
    expect(await detailOf(lines)).toEqual(whole([aRow()], { foreign: 1 }));
    expect(await detailOf(lines.filter((line) => !line.includes('POS-1')))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('a row of ours that cannot be read', () => {
  const named = (more: object = {}) => ({
    ...{ line: FIRST, attemptNo: aRow().outTradeNo, type: 'payment', requestNo: null, worth: 1234 },
    why: expect.stringMatching(/^line 6: /),
    ...more,
  });

  test.each([
    [{ gross: '--' }, '订单金额'],
    [{ received: '--' }, '商家实收'],
    [{ fee: '0.1' }, '服务费'],
    [{ at: '2026-03-01 12:00' }, '完成时间'],
    [{ at: '2026-03-01 24:00:01' }, '完成时间'],
    [{ type: '转账' }, '业务类型'],
    [{ tradeNo: '' }, '支付宝交易号'],
    [{ requestNo: '编号' }, '退款批次号/请求号'],
    [{ attemptNo: `"${aRow().outTradeNo}"` }, '商户订单号'],
  ])(
    'a row that cannot be read for its %j is named, with what it is worth, and the others are read',
    async (cells, what) => {
      const rows = [aRow(), numbered(2), refundRow];
      const why = `line 6: ${what}: not what it can be`;
      expect(await detailOf(replaced(rows, { 0: cells }))).toEqual(whole(rows.slice(1), { unread: [named({ why })] }));
    },
  );

  test('a row in which cells are missing is named, too', async () => {
    const lines = detailLines([aRow(), refundRow]).map((line, i) =>
      i === FIRST - 1 ? line.split(',').slice(0, 9).join(',') : line,
    );
    const why = 'line 6: it has 9 cells for 25 columns';
    expect(await detailOf(lines)).toEqual(whole([refundRow], { unread: [named({ why })] }));
  });

  test('is worth what the sums leave: of two of a kind it is not certain, of one of each kind it is', async () => {
    const rows = [aRow(), numbered(2), refundRow];
    const gone = { received: '--' };
    const worths = async (cells: Parameters<typeof replaced>[1]) => {
      const bill = await detailOf(replaced(rows, cells));
      return bill.kind === 'lines'
        ? bill.unread.map(({ worth, type, requestNo }) => [worth, type, requestNo])
        : bill.why;
    };
    expect(await worths({ 0: gone, 1: gone })).toEqual([
      [null, 'payment', null],
      [null, 'payment', null],
    ]);
    expect(await worths({ 0: gone, 2: gone })).toEqual([
      [1234, 'payment', null],
      [-234, 'refund', refundRow.outRequestNo],
    ]);
    expect(await worths({ 0: { type: '?' }, 1: { type: '?' } })).toEqual([
      [null, 'payment', null],
      [null, 'payment', null],
    ]);
    expect(await worths({ 0: { type: '?' }, 2: { type: '?' } })).toEqual([
      [null, null, null],
      [null, null, refundRow.outRequestNo],
    ]);
  });

  test('explains no sum that is too small, no other kind, and no row that is not there', async () => {
    const gone = { 0: { received: '--' } };
    const sums = (from: string, to: string) =>
      replaced([aRow(), numbered(2), refundRow], gone).map((line) =>
        line.startsWith('#') ? line.replace(from, to) : line,
      );
    const why = (name: string) => ({
      kind: 'unreadable',
      why: `the rows do not add up to what the bill says (${name})`,
    });
    expect(await detailOf(sums('共24.68元', '共12.33元'))).toEqual(why('交易合计'));
    expect(await detailOf(sums('共24.68元', '共12.34元'))).toMatchObject({ unread: [{ worth: 0 }] });
    expect(await detailOf(sums('共-2.34元', '共-2.35元'))).toEqual(why('退款合计'));
    expect(await detailOf(sums('2笔', '3笔'))).toEqual(why('交易合计'));
    expect(await detailOf(sums('2笔', '1笔'))).toEqual(why('交易合计'));
  });

  test('re-saved by a spreadsheet, every one of them is refused with its line', async () => {
    const rows = [aRow(), refundRow];
    const quoted = detailLines(rows).map((line, i) =>
      i >= FIRST - 1 && !line.startsWith('#') && line !== ''
        ? line
            .split(',')
            .map((cell) => `"${cell.trim()}"`)
            .join(',')
        : line,
    );
    expect(await detailOf(quoted)).toMatchObject({ lines: [], foreign: 0, unread: [{ line: 6 }, { line: 7 }] });
  });

  test('like a thousand others is no row that is odd: the file is', async () => {
    const lines = replaced(
      Array.from({ length: 1001 }, () => aRow()),
      Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, { fee: '?' }])),
    );
    const why = 'more than 1000 rows cannot be read; line 1006: 服务费: not what it can be';
    expect(await detailOf(lines)).toEqual({ kind: 'unreadable', why });
  });
});

describe('characters', () => {
  test('whose bytes look like others, of two bytes and of four, and such that are none, stay in their cells', async () => {
    // Second bytes of | and \, and a character of four whose second and fourth byte are digits.
    const odd = Buffer.from([0x82, 0x7c, 0x82, 0x5c, 0x81, 0x30, 0x81, 0x30, 0x2c, 0x81, 0x39, 0xfe, 0x39, 0xff]);
    const [before = '', behind = ''] = detailLines([aRow({ subject: 'HERE' }), refundRow])
      .join('\r\n')
      .split('HERE');
    const content = Buffer.concat([gbk(before), odd, gbk(behind)]);
    expect(await readFile(zip([{ name: gbk('业务明细.csv'), content }]))).toEqual(whole([aRow(), refundRow]));
    const [head = '', rest = ''] = detailLines([aRow()]).join('\n').split('商品名称');
    const header = Buffer.concat([gbk(head), odd, gbk(rest)]);
    expect(await readFile(zip([{ name: gbk('业务明细.csv'), content: header }]))).toMatchObject({
      why: 'line 5 is not in GBK',
    });
  });

  test('a line without an end is not read to it', async () => {
    const lines = [...detailLines([aRow()]).slice(0, 5), 'x'.repeat(400_000)];
    expect(await detailOf(lines)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/line.*(long|bytes)/),
    });
  });
});

test('times are those of China, to the second, on any day', async () => {
  for (const finishedAt of [NOON - 43_200_000, NOON, NOON + 43_199_000, NOON - 3 * 86_400_000])
    expect(await read([aRow({ finishedAt })])).toEqual(whole([aRow({ finishedAt })]));
});

/** Lines and cells of a bill, byte by byte: what is an amount, a time, a number or a kind, and what is not by one character. */
import { describe, expect, test } from 'vitest';
import { gbk } from '../../bin/local/alipay-simulator/bill-file.ts';
import { Cells, decode, eachLine, skipBlanks, Unreadable } from '../../functions/channel/alipay/report-cells.ts';
import { aRow, detailLines, detailOf, refundRow, whole } from './bill-files.ts';

const MOST = 65_536;
/** The cells of one line. */
function cut(text: string | Buffer): Cells {
  const cells = new Cells();
  const bytes = typeof text === 'string' ? gbk(text) : text;
  expect(cells.cut(bytes, 0, bytes.length)).toBe(true);
  return cells;
}

describe('a line', () => {
  /** The lines of pieces, as text. */
  async function lines(...pieces: string[]): Promise<string[]> {
    const found: string[] = [];
    const all = async function* () {
      for (const piece of pieces) yield Buffer.from(piece);
    };
    await eachLine(all(), (bytes, begin, end) => found.push(bytes.toString('latin1', begin, end)));
    return found;
  }

  test('ends with its line feed, or with the file, in whatever pieces it comes', async () => {
    expect(await lines('a\nbc\n\nd')).toEqual(['a', 'bc', '', 'd']);
    expect(await lines('a\n')).toEqual(['a']);
    expect(await lines('a', 'b', '\nc\r\nd', '\n', '\n', 'e')).toEqual(['ab', 'c\r', 'd', '', 'e']);
    expect(await lines()).toEqual([]);
    expect(await lines('', '')).toEqual([]);
  });

  test('without an end is read for 64 KB and not for a byte more', async () => {
    const most = 'x'.repeat(MOST);
    expect(await lines(most)).toEqual([most]);
    expect(await lines(most, '\n')).toEqual([most]);
    await expect(lines(`${most}x`)).rejects.toThrow(new Unreadable('a line has more than 65536 bytes'));
    await expect(lines('a\n', most, 'x\n')).resolves.toHaveLength(2);
    await expect(lines('a\n', `${most}x`, '\n')).rejects.toThrow(Unreadable);
  });

  test('is cut into cells for 64 KB and not for a byte more', () => {
    const cells = new Cells();
    const commas = Buffer.from(','.repeat(MOST + 1));
    expect([cells.cut(commas, 0, MOST), cells.count, cells.cut(commas, 0, MOST + 1)]).toEqual([true, MOST + 1, false]);
    expect([cells.cut(commas, 1, MOST + 1), cells.count, cells.text(MOST)]).toEqual([true, MOST + 1, '']);
  });

  test('is a row of a bill up to 64 KB, a piece of nothing beyond', async () => {
    const withSubject = (bytes: number) => {
      const subject = 'x'.repeat(bytes - gbk(detailLines([aRow({ subject: '' })])[5] ?? '').length - 1);
      return detailOf(detailLines([aRow({ subject }), refundRow]));
    };
    expect(await withSubject(MOST)).toEqual(whole([aRow(), refundRow]));
    expect(await withSubject(MOST + 1)).toEqual({ kind: 'unreadable', why: 'a line is too long' });
  });
});

describe('a cell', () => {
  test('is what stands between commas, without blanks and tabs around it', () => {
    const cells = cut(' a\t, b c ,,\t\r');
    expect([0, 1, 2, 3].map((i) => cells.text(i))).toEqual(['a', 'b c', '', '']);
    expect([0, 1, 2, 3].map((i) => cells.isEmpty(i))).toEqual([false, false, true, true]);
    expect(cells.count).toBe(4);
    expect(skipBlanks(Buffer.from('  \t\r\n'), 0, 5)).toBe(4);
    expect(skipBlanks(Buffer.from('  '), 0, 1)).toBe(1);
  });

  test('is the same as another one by its bytes', () => {
    const cells = cut('ab,\tab ,abc,AB,,a');
    expect([1, 2, 3, 4, 5].map((i) => cells.isSame(0, i))).toEqual([true, false, false, false, false]);
    expect([cells.isSame(4, 4), cells.isSame(5, 0)]).toEqual([true, false]);
  });

  test.each([
    ['0.00', 0],
    ['-0.00', 0],
    ['12.34', 1234],
    ['+12.34', 1234],
    ['-12.34', -1234],
    ['007.00', 700],
    ['999999999999.99', 99_999_999_999_999],
    ['-999999999999.99', -99_999_999_999_999],
    ['1000000000000.00', undefined],
    ['.34', undefined],
    ['-.34', undefined],
    ['+.34', undefined],
    ['12.3', undefined],
    ['12.345', undefined],
    ['12', undefined],
    ['1234', undefined],
    ['12,34', undefined],
    ['1.2.34', undefined],
    ['--1.00', undefined],
    ['1-1.00', undefined],
    ['1.0-', undefined],
    ['1.0/', undefined],
    ['1.0:', undefined],
    ['/1.00', undefined],
    [':1.00', undefined],
    ['1 2.00', undefined],
    ['1e3.00', undefined],
    ['1.00元', undefined],
    ['', undefined],
    ['-', undefined],
  ])('%s is the amount %s', (text, fen) => {
    expect(cut(`x,${text}\t,y`).amount(text.includes(',') ? 2 : 1)).toBe(fen);
  });

  const at = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
  test.each([
    ['2026-03-01 00:00:00', true],
    ['2026-03-01 23:59:59', true],
    ['2028-02-29 12:00:00', true],
    ['2026-02-29 12:00:00', false],
    ['2026-03-01 24:00:00', false],
    ['2026-03-01 23:60:00', false],
    ['2026-03-01 23:59:60', false],
    ['2026-13-01 00:00:00', false],
    ['2026-00-01 00:00:00', false],
    ['2026-03-32 00:00:00', false],
    ['2026-03-01T00:00:00', false],
    ['2026/03/01 00:00:00', false],
    ['2026-03-01 0:00:00', false],
    ['2026-03-01 00:00', false],
    ['2026-03-01 00:00:00 ', true],
    ['2026-03-01 00.00:00', false],
    ['2026-03-01 00:00.00', false],
    ['2026-03-01 /0:00:00', false],
    ['2026-03-01 0::00:00', false],
    ['2026-03-01 00:0/:00', false],
    ['2026-03-01 00:00:0:', false],
    ['2026-03-01', false],
    ['', false],
  ])('%s is a time: %s', (text, isOne) => {
    expect(cut(text).time(0)).toBe(isOne ? at(text.trim()) : undefined);
  });

  test('is a time of its own day, whatever the one before it was', () => {
    const days = ['2026-03-01', '2026-03-02', '2026-02-30', '2026-03-02', '2026-03-01'];
    const cells = new Cells();
    const times = days.map((day) => {
      const bytes = Buffer.from(`${day} 01:02:03`);
      cells.cut(bytes, 0, bytes.length);
      return cells.time(0);
    });
    expect(times).toEqual(days.map((day) => (day === '2026-02-30' ? undefined : at(`${day} 01:02:03`))));
  });

  test('is a number if all of it is visible ASCII, and not too much', () => {
    const numbers = cut('!~aZ09-_,a b,a\u007f,编号,\u0001a,');
    expect([0, 1, 2, 3, 4, 5].map((i) => numbers.isNumber(i, 128))).toEqual([true, false, false, false, false, true]);
    const long = cut(`${'x'.repeat(128)},${'x'.repeat(129)}`);
    expect([long.isNumber(0, 128), long.isNumber(1, 128), long.isNumber(0, 127)]).toEqual([true, false, false]);
  });

  test('is a kind: a payment, a refund, or neither', () => {
    const kinds = cut('交易,退款, 交易\t,交易交易,交,转账,交款,易交,,ABCD');
    expect(Array.from({ length: kinds.count }, (_, i) => kinds.type(i))).toEqual([
      ...['payment', 'refund', 'payment'],
      ...Array.from({ length: 7 }, () => undefined),
    ]);
  });
});

test('text is decoded as what it is said to be, or is none', () => {
  expect(decode(gbk('交易'), 'gb18030', 'x')).toBe('交易');
  expect(decode(Buffer.from('交易'), 'utf-8', 'x')).toBe('交易');
  expect(() => decode(Buffer.from([0xff]), 'gb18030', 'line 7')).toThrow(new Unreadable('line 7 is not in GBK'));
  expect(() => decode(gbk('交易'), 'utf-8', 'a name')).toThrow(new Unreadable('a name is not in UTF-8'));
});

describe('a row', () => {
  const numbered = (n: number, cells: Readonly<Record<number, string>>) =>
    detailLines(Array.from({ length: n }, () => aRow())).map((line, i) => {
      if (i < 5 || line.startsWith('#') || line === '') return line;
      const row = line.split(',');
      for (const [place, text] of Object.entries(cells)) row[Number(place)] = `${text}\t`;
      return row.join(',');
    });

  test('of ours that cannot be read is one of a thousand at the most', async () => {
    const bill = await detailOf(numbered(1_000, { 22: '?' }));
    expect(bill).toMatchObject({ kind: 'lines', lines: [], foreign: 0 });
    expect(bill.kind === 'lines' && bill.unread.length).toBe(1_000);
    const why = 'more than 1000 rows cannot be read; line 1006: 服务费: not what it can be';
    expect(await detailOf(numbered(1_001, { 22: '?' }))).toEqual({ kind: 'unreadable', why });
  });

  test('has numbers of 128 characters at the most', async () => {
    const [most, more] = ['9'.repeat(128), '9'.repeat(129)];
    expect(await detailOf(numbered(1, { 0: most }))).toEqual(whole([aRow({ tradeNo: most })]));
    expect(await detailOf(numbered(1, { 0: more }))).toMatchObject({
      ...{ lines: [], unread: [{ why: 'line 6: 支付宝交易号: not what it can be', worth: 1234 }] },
    });
    const refunds = (no: string) => detailOf(detailLines([{ ...refundRow, outRequestNo: no }]));
    expect(await refunds(most)).toEqual(whole([{ ...refundRow, outRequestNo: most }]));
    expect(await refunds(more)).toMatchObject({ lines: [], unread: [{ requestNo: null, worth: -234 }] });
  });
});

describe('a header', () => {
  const renamed = (change: (names: string[]) => string[]) =>
    detailOf(detailLines([aRow(), refundRow]).map((line, i) => (i === 4 ? change(line.split(',')).join(',') : line)));
  const NEEDED = [
    '支付宝交易号',
    '商户订单号',
    '业务类型',
    '完成时间',
    '订单金额',
    '商家实收',
    '退款批次号/请求号',
    '服务费',
  ];
  const isNamed = (name: string) => (it: string) => it.replace('（元）', '') === name;

  test.each(NEEDED)('has one column %s: not none, and not two', async (name) => {
    const why = (count: number) => ({ kind: 'unreadable', why: `the bill has ${count} columns ${name}, not one` });
    expect(await renamed((names) => names.map((it) => (isNamed(name)(it) ? 'x' : it)))).toEqual(why(0));
    expect(await renamed((names) => names.with(24, name))).toEqual(why(2));
  });

  test('has its needed columns wherever they stand, and others that nobody knows', async () => {
    expect(await renamed((names) => names.with(9, '新列').with(24, '备注（元）'))).toEqual(whole([aRow(), refundRow]));
  });
});

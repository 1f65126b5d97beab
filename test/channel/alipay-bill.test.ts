/** Alipay's bill as a file: what is whole and right is read, and what is not is refused with its reason. */
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gbk, zip } from '../../bin/local/alipay-simulator/bill-file.ts';
import { aRow, detailLines, detailOf, lineOf, OF, read, readFile, refundRow, whole, written } from './bill-files.ts';

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'拿铁,，"\'#; aZ9.-1€（）'), maxLength: 12 }).map((it) => it.trim()),
  fc.constantFrom('a,b', '1.00,2.00', ',', '2026-03-01 12:00:00,0.00'),
);
const row = fc
  .record({
    isRefund: fc.boolean(),
    n: fc.integer({ min: 1, max: 99 }),
    subject: text,
    operatorId: text,
    seconds: fc.integer({ min: 0, max: 86_399 }),
    amount: fc.integer({ min: 1, max: 10_000_000_000 }),
    fee: fc.integer({ min: 0, max: 60_000_000 }),
  })
  .map(({ isRefund, n, subject, operatorId, seconds, amount, fee }) => {
    const at = Date.parse(`${OF.day}T00:00:00+08:00`) + seconds * 1000;
    const common = { outTradeNo: `ord_abcdefghijklmnopqrstuvwxyz_${n}`, subject, operatorId, finishedAt: at };
    return isRefund
      ? aRow({ ...common, type: '退款', outRequestNo: `ord_abcdefghijklmnopqrstuvwxyz_r${n}`, amount: -amount, fee })
      : aRow({ ...common, amount, fee: 0 - fee });
  });

describe('a bill', () => {
  test('is read row by row, whatever stands in its texts', async () => {
    expect(await read([aRow(), refundRow])).toEqual(whole([aRow(), refundRow]));
    expect(await read([])).toEqual(whole([]));
  });

  test('comes back as it was written, or names the row that can be read in two ways', async () => {
    let doubtful = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        const bill = await read(rows);
        if (bill.kind !== 'lines') throw new Error(bill.why);
        const inDoubt = new Set(bill.unread.map(({ line }) => line - 6));
        doubtful += inDoubt.size;
        expect(bill.lines).toEqual(rows.filter((_, i) => !inDoubt.has(i)).map(lineOf));
        for (const { why } of bill.unread) expect(why).toMatch(/more than one way/);
      }),
      { seed: 7, numRuns: 500 },
    );
    expect(doubtful).toBeLessThan(20);
  });

  test('of which lines were cut out is refused with the reason, wherever they stood', async () => {
    const rows = [aRow(), refundRow, aRow({ outTradeNo: `${aRow().outTradeNo}2`, fee: -9 })];
    const lines = detailLines(rows);
    // Four lines of the frame, the header, three rows, the marker, two sums, the time, and nothing behind the last line feed.
    expect(lines.map((line) => line.slice(0, 5))).toEqual([
      ...['#支付宝业', '#账号：[', '#起始日期', '#----', '支付宝交易'],
      ...['20260', '20260', '20260', '#----', '#交易合计', '#退款合计', '#导出时间', ''],
    ]);
    const outcomes = new Map<string, number>();
    for (let from = 0; from < lines.length; from += 1)
      for (let to = from; to <= lines.length; to += 1) {
        const bill = await detailOf(lines.toSpliced(from, to - from));
        const isHarmless = (i: number) => [0, 3, 8, 11, 12].includes(i);
        const cut = lines.map((_, i) => i).filter((i) => i >= from && i < to);
        expect(bill.kind === 'lines', `without ${cut}`).toBe(cut.every(isHarmless));
        if (bill.kind === 'lines') expect(bill).toEqual(whole(rows));
        const outcome = bill.kind === 'lines' ? `read ${bill.lines.length}` : bill.why;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    expect(Object.fromEntries(outcomes)).toEqual({
      'read 3': 19,
      'the bill has 0 columns 支付宝交易号, not one': 45,
      'the bill does not say whose it is': 6,
      'the bill does not say of which day it is': 2,
      'the end of the bill is missing': 8,
      'the bill lacks its own sum (交易合计)': 12,
      'the bill lacks its own sum (退款合计)': 3,
      'the rows do not add up to what the bill says (交易合计)': 8,
      'the rows do not add up to what the bill says (退款合计)': 1,
    });
  });

  test('with columns in another order, with new ones and half-width brackets is read by their names', async () => {
    const lines = detailLines([aRow(), refundRow]).map((line) => {
      if (line.startsWith('#') || line === '') return line;
      const cells = line.split(',');
      const isHeader = line.includes('支付宝交易号');
      return [isHeader ? '新列(元)' : '9.99', ...cells.reverse()].join(',').replaceAll('（元）', '(元)');
    });
    expect(await detailOf(lines)).toEqual(whole([aRow(), refundRow]));
  });

  test.each([
    ['an amount of three digits behind the point', '1234.000', 'the bill’s own sum is none (交易合计)'],
    ['an amount that is none', '12,34', 'the bill lacks its own sum (交易合计)'],
    ['an amount with an exponent', '1e3', 'the bill lacks its own sum (交易合计)'],
    ['no amount', '', 'the bill lacks its own sum (交易合计)'],
    ['an amount without its yuan', '.34', 'the bill’s own sum is none (交易合计)'],
    ['an amount of thirteen digits', '1234567890123.00', 'the bill’s own sum is none (交易合计)'],
    ['an amount of two points', '1.2.34', 'the bill’s own sum is none (交易合计)'],
  ])('with %s, in its own sums, too, is unreadable', async (_, amount, why) => {
    const lines = detailLines([aRow()]).map((line) => line.replaceAll('12.34', amount));
    expect(await detailOf(lines)).toEqual({ kind: 'unreadable', why: why.replace('’', "'") });
  });

  test('of the right count and another sum is unreadable', async () => {
    const lines = detailLines([aRow(), refundRow]);
    const more = lines.map((line) => (line.startsWith('#') ? line : line.replaceAll('12.34', '12.35')));
    const why = (name: string) => ({
      kind: 'unreadable',
      why: `the rows do not add up to what the bill says (${name})`,
    });
    expect(await detailOf(more)).toEqual(why('交易合计'));
    const less = lines.map((line) => (line.startsWith('#') ? line : line.replaceAll('-2.34', '-2.33')));
    expect(await detailOf(less)).toEqual(why('退款合计'));
  });

  test('a bill without a detail is unreadable', async () => {
    expect(await detailOf(detailLines([aRow()]), '业务明细(汇总).csv')).toEqual({
      kind: 'unreadable',
      why: 'the zip holds no detail',
    });
  });
});

describe('a zip', () => {
  /** Its numbers of four bytes, changed wherever they stand. */
  const altered = (file: Buffer, from: number, to: number) => {
    const bytes = (value: number) => {
      const buffer = Buffer.alloc(4);
      buffer.writeUInt32LE(value);
      return buffer.toString('latin1');
    };
    return Buffer.from(file.toString('latin1').replaceAll(bytes(from), bytes(to)), 'latin1');
  };

  test('that would unpack to more than it may is refused before it is unpacked, with the numbers', async () => {
    const bomb = altered(
      zip([{ name: gbk('业务明细.csv'), content: Buffer.alloc(1_234_567) }]),
      1_234_567,
      500_000_000,
    );
    const why = 'the zip holds 500000000 bytes, at most 402653184 are taken';
    expect(await readFile(bomb)).toEqual({ kind: 'unreadable', why });
  });

  test('that lies about its size is unpacked no further than it says', async () => {
    const liar = zip([{ name: gbk('业务明细.csv'), content: gbk('#x\n'.repeat(1_000_000)) }]);
    expect(await readFile(altered(liar, 3_000_000, 16))).toMatchObject({
      why: 'an entry cannot be unpacked to its size',
    });
  });

  test('whose checksum is not that of its content is unreadable, in the detail, in the summary and in any other file', async () => {
    const content = gbk(detailLines([aRow()]).join('\n'));
    const files = [
      { name: gbk('业务明细.csv'), content },
      { name: gbk('业务明细(汇总).csv'), content: gbk('#') },
      { name: gbk('说明.txt'), content: gbk('anything') },
    ];
    const whole = zip(files);
    expect(await readFile(whole)).toMatchObject({ kind: 'lines' });
    for (const { content } of files) {
      const sum = crc32(content);
      const why = 'the checksum of an entry does not fit';
      expect(await readFile(altered(whole, sum, sum ^ 1))).toEqual({ kind: 'unreadable', why });
    }
  });

  test('has 64 entries at the most, and 384 MB of them', async () => {
    const content = gbk(detailLines([aRow()]).join('\n'));
    const files = (count: number) =>
      zip([
        { name: gbk('业务明细.csv'), content },
        ...Array.from({ length: count - 1 }, () => ({ name: gbk('x'), content: gbk('x') })),
      ]);
    expect(await readFile(files(64))).toEqual(whole([aRow()]));
    expect(await readFile(files(65))).toEqual({
      kind: 'unreadable',
      why: 'the zip has 65 entries, at most 64 are taken',
    });
    const claims = (size: number) =>
      readFile(altered(zip([{ name: gbk('业务明细.csv'), content }]), content.length, size));
    expect(await claims(402_653_184)).toEqual({ kind: 'unreadable', why: 'the checksum of an entry does not fit' });
    expect(await claims(402_653_185)).toEqual({
      kind: 'unreadable',
      why: 'the zip holds 402653185 bytes, at most 402653184 are taken',
    });
  });

  test('a zip may have a comment', async () => {
    const file = written([aRow()]);
    file.writeUInt16LE(5, file.length - 2);
    expect(await readFile(Buffer.concat([file, Buffer.from('hello')]))).toEqual(whole([aRow()]));
  });
});

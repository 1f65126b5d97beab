/** Alipay's bill, written by the simulator and read by the channel: two programs that share no code. */
import { inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billFile } from '../../bin/local/alipay-simulator/bill.ts';
import type { BillFault } from '../../bin/local/alipay-simulator/bill-faults.ts';
import { gbk, zip } from '../../bin/local/alipay-simulator/bill-file.ts';
import type { BillRow } from '../../bin/local/alipay-simulator/bill-rows.ts';
import { readAlipayBill } from '../../functions/channel/alipay-bill.ts';
import type { BillLine } from '../../functions/channel/channel.ts';

const OF = { sellerId: '2088000000000001', day: '2026-03-01' };
const NOON = Date.parse('2026-03-01T12:00:00+08:00');

const aRow = (overrides: Partial<BillRow> = {}): BillRow => ({
  type: '交易',
  tradeNo: '2026030122001400000000000001',
  outTradeNo: 'ord_abcdefghijklmnopqrstuvwxyz_1',
  outRequestNo: '',
  subject: '拿铁咖啡',
  storeId: 'main',
  operatorId: '007',
  terminalId: 'trm_1',
  createdAt: NOON - 5_000,
  finishedAt: NOON,
  amount: 1234,
  fee: -7,
  ...overrides,
});
const refundRow = aRow({ type: '退款', outRequestNo: 'ord_abcdefghijklmnopqrstuvwxyz_r1', amount: -234, fee: 1 });
const written = (rows: readonly BillRow[], fault: BillFault = {}) => billFile(rows, { ...OF, now: NOON }, fault);
const read = (rows: readonly BillRow[], fault: BillFault = {}) => readAlipayBill(written(rows, fault), OF);
const lineOf = (row: BillRow): BillLine => ({
  type: row.type === '交易' ? 'payment' : 'refund',
  tradeNo: row.tradeNo,
  attemptNo: row.outTradeNo,
  requestNo: row.outRequestNo || null,
  at: row.finishedAt,
  currency: 'CNY',
  gross: row.amount,
  fee: 0 - row.fee,
});
/** A bill whose detail is this very text. */
const detailOf = (lines: readonly string[], name = '2088_业务明细.csv') =>
  readAlipayBill(zip([{ name: gbk(name), content: gbk(lines.join('\r\n')) }]), OF);

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
  test('is read row by row, whoever wrote what into it', () => {
    expect(read([aRow(), refundRow])).toEqual({ kind: 'lines', lines: [lineOf(aRow()), lineOf(refundRow)] });
    expect(read([])).toEqual({ kind: 'lines', lines: [] });
  });

  test('comes back as it was written, or is unreadable because a row can be read in two ways', () => {
    let readable = 0;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        const bill = read(rows);
        if (bill.kind === 'lines') readable += 1;
        if (bill.kind === 'lines') expect(bill.lines).toEqual(rows.map(lineOf));
        else expect(bill.why).toMatch(/can be read in \d ways|cells for/);
      }),
      { seed: 7, numRuns: 500 },
    );
    expect(readable).toBeGreaterThan(400);
  });

  test('of which bytes were changed is unreadable or says the same, and never breaks the reader', () => {
    const rows = [aRow(), refundRow, aRow({ outTradeNo: 'a_2', subject: '茶, 大杯' })];
    const whole = written(rows);
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat(whole.length), { freq: 4 }),
        (changes, cut) => {
          const bytes = Buffer.from(whole.subarray(0, cut ?? whole.length));
          for (const [at, by] of changes) if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ by;
          const bill = readAlipayBill(bytes, OF);
          if (bill.kind === 'lines') expect(bill.lines).toEqual(rows.map(lineOf));
          else refused += 1;
        },
      ),
      { seed: 11, numRuns: 5_000 },
    );
    expect(refused).toBeGreaterThan(3_000);
  });

  test('whose text was changed is unreadable, or every row that is left was written', () => {
    const lines = detailLines([aRow(), refundRow]);
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(lines.length - 1), (from, to) => {
        // A cut anywhere: what is counted in the foot is not there any more.
        const bill = detailOf([...lines.slice(0, Math.min(from, to)), ...lines.slice(Math.max(from, to))]);
        if (bill.kind === 'lines') expect(bill.lines).toEqual([lineOf(aRow()), lineOf(refundRow)]);
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  test.each([
    [{ broken: 'zip' }, 'this is no zip, or it is torn'],
    [{ broken: 'torn' }, 'this is no zip, or it is torn'],
    [{ broken: 'encoding' }, /is not in GBK|columns/],
    [{ broken: 'columns' }, 'the bill has 0 columns 服务费, not one'],
    [{ broken: 'sums' }, 'the rows do not add up to what the bill says (交易合计)'],
    [{ broken: 'account' }, 'the bill is of another account'],
    [{ broken: 'day' }, 'the bill is of another day, not of 2026-03-01'],
  ] satisfies [BillFault, string | RegExp][])('that is broken (%j) is refused with the reason', (fault, why) => {
    expect(read([aRow(), refundRow], fault)).toEqual({
      kind: 'unreadable',
      why: typeof why === 'string' ? why : expect.stringMatching(why),
    });
  });

  test('with columns in another order, with new ones and half-width brackets is read by their names', () => {
    const lines = detailLines([aRow(), refundRow]).map((line) => {
      if (line.startsWith('#') || line === '') return line;
      const cells = line.split(',');
      const isHeader = line.includes('支付宝交易号');
      return [isHeader ? '新列(元)' : '9.99', ...cells.reverse()].join(',').replaceAll('（元）', '(元)');
    });
    expect(detailOf(lines)).toEqual({ kind: 'lines', lines: [lineOf(aRow()), lineOf(refundRow)] });
  });

  test('with other signs says the same: which way the money went, the kind of business says', () => {
    const refund = lineOf(refundRow);
    expect(read([aRow({ fee: 7 }), { ...refundRow, amount: 234, fee: -1 }])).toEqual({
      kind: 'lines',
      lines: [lineOf(aRow()), refund],
    });
  });

  test.each([
    ['an amount of three digits behind the point', '1234.000'],
    ['an amount that is none', '12,34'],
    ['an amount with an exponent', '1e3'],
    ['no amount', ''],
  ])('with %s is unreadable', (_, amount) => {
    const lines = detailLines([aRow()]).map((line) => line.replaceAll('12.34', amount));
    expect(detailOf(lines)).toMatchObject({ kind: 'unreadable' });
  });

  test('without a detail, or with two, is unreadable', () => {
    const lines = detailLines([aRow()]);
    expect(detailOf(lines, '业务明细(汇总).csv')).toEqual({
      kind: 'unreadable',
      why: 'the zip holds 0 details, not one',
    });
    const entry = (name: string) => ({ name: gbk(name), content: gbk(lines.join('\n')) });
    const two = zip([entry('业务明细.csv'), entry('业务明细2.csv')]);
    expect(readAlipayBill(two, OF)).toEqual({ kind: 'unreadable', why: 'the zip holds 2 details, not one' });
  });
});

describe('a zip', () => {
  test('that would unpack to more than it may is refused before it is unpacked', () => {
    const bomb = zip([{ name: gbk('业务明细.csv'), content: Buffer.alloc(65 * 1024 * 1024) }]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(readAlipayBill(bomb, OF)).toMatchObject({ why: expect.stringContaining('at most 67108864 are taken') });
  });

  test('that lies about its size is unpacked no further than it says', () => {
    const content = Buffer.alloc(1_000_000);
    const liar = zip([{ name: gbk('业务明细.csv'), content }]);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(content.length);
    const small = Buffer.from(liar.toString('latin1').replaceAll(size.toString('latin1'), '\x10\0\0\0'), 'latin1');
    expect(readAlipayBill(small, OF)).toMatchObject({ why: 'an entry cannot be unpacked to its size' });
  });

  test('with more entries than a bill has, or encrypted, is refused', () => {
    const files = Array.from({ length: 9 }, (_, i) => ({ name: gbk(`${i}`), content: gbk('x') }));
    expect(readAlipayBill(zip(files), OF)).toMatchObject({ why: expect.stringContaining('9 entries') });
    const secret = Buffer.from(written([aRow()]));
    secret[secret.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 8] = 9;
    expect(readAlipayBill(secret, OF)).toMatchObject({ why: 'the zip is encrypted' });
  });

  test('may have a comment', () => {
    const whole = written([aRow()]);
    whole.writeUInt16LE(5, whole.length - 2);
    expect(readAlipayBill(Buffer.concat([whole, Buffer.from('hello')]), OF)).toMatchObject({ kind: 'lines' });
  });
});

/** The lines of the detail, as text: the simulator's zip, walked by hand. */
function detailLines(rows: readonly BillRow[]): string[] {
  const file = written(rows);
  const packed = file.readUInt32LE(file.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 20);
  const begin = 30 + file.readUInt16LE(26);
  const detail = inflateRawSync(file.subarray(begin, begin + packed));
  return new TextDecoder('gb18030').decode(detail).split('\r\n');
}

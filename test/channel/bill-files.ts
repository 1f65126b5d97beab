/** Alipay's bill, written by the simulator and read by the channel: two programs that share no code. */
import { inflateRawSync } from 'node:zlib';
import { billFile } from '../../bin/local/alipay-simulator/bill.ts';
import type { BillFault } from '../../bin/local/alipay-simulator/bill-faults.ts';
import { gbk, zip } from '../../bin/local/alipay-simulator/bill-file.ts';
import type { BillRow } from '../../bin/local/alipay-simulator/bill-rows.ts';
import { readReport } from '../../functions/channel/alipay/report.ts';
import type { ReportRow } from '../../functions/channel/channel.ts';

export const OF = { sellerId: '2088000000000001', day: '2026-03-01' };
export const NOON = Date.parse('2026-03-01T12:00:00+08:00');
const ORDER = 'ord_abcdefghijklmnopqrstuvwxyz';

export const aRow = (overrides: Partial<BillRow> = {}): BillRow => ({
  type: '交易',
  tradeNo: '2026030122001400000000000001',
  outTradeNo: `${ORDER}_1`,
  outRequestNo: '',
  subject: '拿铁咖啡',
  storeId: 'main',
  operatorId: '007',
  terminalId: 'trm_1',
  createdAt: NOON - 5_000,
  finishedAt: NOON,
  amount: 1234,
  received: overrides.amount ?? 1234,
  fee: -7,
  ...overrides,
});
export const refundRow = aRow({ type: '退款', outRequestNo: `${ORDER}_r1`, amount: -234, fee: 1 });

export const lineOf = (row: BillRow): ReportRow => ({
  type: row.type === '交易' ? 'payment' : 'refund',
  tradeNo: row.tradeNo,
  attemptNo: row.outTradeNo,
  requestNo: row.outRequestNo || null,
  at: row.finishedAt,
  currency: 'CNY',
  gross: row.amount,
  fee: 0 - row.fee,
  received: row.received,
});

export const written = (rows: readonly BillRow[], fault: BillFault = {}) => billFile(rows, { ...OF, now: NOON }, fault);

/** What is read of a file, its lines in an array. */
export async function readFile(file: Buffer) {
  const bill = await readReport(file, OF);
  return bill.kind === 'lines' ? { ...bill, lines: [...bill.lines] } : bill;
}
export const read = (rows: readonly BillRow[], fault: BillFault = {}) => readFile(written(rows, fault));

/** A bill that was read without anything odd. */
export const whole = (rows: readonly BillRow[], more: object = {}) => ({
  ...{ kind: 'lines', lines: rows.map(lineOf), foreign: 0, unread: [], ...more },
});

/** A bill whose files are these very lines, by name. */
export const ofFiles = (files: Readonly<Record<string, readonly string[]>>) =>
  readFile(zip(Object.entries(files).map(([name, lines]) => ({ name: gbk(name), content: gbk(lines.join('\r\n')) }))));
export const detailOf = (lines: readonly string[], name = '2088_业务明细.csv') => ofFiles({ [name]: lines });

/** The lines of the detail, as text: the simulator's zip, walked by hand. */
export function detailLines(rows: readonly BillRow[], fault: BillFault = {}): string[] {
  const file = written(rows, fault);
  const packed = file.readUInt32LE(file.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 20);
  const begin = 30 + file.readUInt16LE(26);
  const detail = inflateRawSync(file.subarray(begin, begin + packed));
  return new TextDecoder('gb18030').decode(detail).split('\r\n');
}

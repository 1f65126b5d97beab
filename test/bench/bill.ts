/**
 * What reading a day's bill takes. It is written and read in two processes of their own, so that what it takes to make one does
 * not count: nine rows in ten are ours, every twelfth is a refund, and subjects, shops and cashiers are written as cashiers do.
 */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detailFrame, detailLine, totalsOf } from '../../bin/local/alipay-simulator/bill.ts';
import { gbk } from '../../bin/local/alipay-simulator/bill-file.ts';
import type { BillRow } from '../../bin/local/alipay-simulator/bill-rows.ts';
import { writeZip } from '../../bin/till/zip.ts';
import { readReport } from '../../functions/channel/alipay/report.ts';

const OF = { sellerId: '2088000000000001', day: '2026-03-01' };
const BEGIN = Date.parse(`${OF.day}T00:00:00+08:00`);
const ROWS_A_BLOCK = 2_000;
const RSS_MB_MAX = 512;
const SUBJECTS = [
  '拿铁咖啡',
  '米饭, 例汤, 宫保鸡丁, 可乐(大)',
  'Flat white, oat milk, 2 croissants',
  '鲜肉月饼6只装',
  '2026-03-01 12:00:00,1.00,停车费',
];
const OPERATORS = ['007', '王芳', 'Anna, till 2', ''];

interface Read {
  readonly lines: number;
  readonly foreign: number;
  readonly unread: number;
  /** Fen. */
  readonly received: number;
  readonly rssMb: number;
  readonly cpuSeconds: number;
}

export interface BillReport {
  readonly bill: { readonly rows: number; readonly rssMb: number; readonly cpuSeconds: number };
  readonly zipMb: number;
  readonly mb: number;
  readonly faults: readonly string[];
}

export function billBench(rows: number): BillReport {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-bill-'));
  try {
    const file = join(folder, 'bill.zip');
    const run = (...args: string[]) =>
      JSON.parse(execFileSync(process.execPath, [import.meta.filename, ...args], { encoding: 'utf8' }));
    const made = run('write', file, String(rows)) as Awaited<ReturnType<typeof write>>;
    const read = run('read', file) as Read;
    const faults = [];
    for (const name of ['lines', 'foreign', 'unread', 'received'] as const)
      if (read[name] !== made[name]) faults.push(`bill: ${read[name]} ${name} were read, ${made[name]} written`);
    if (read.rssMb >= RSS_MB_MAX) faults.push(`bill: ${read.rssMb} MB of memory, ${RSS_MB_MAX} are too many`);
    const { rssMb, cpuSeconds } = read;
    return { bill: { rows, rssMb, cpuSeconds }, zipMb: mb(statSync(file).size), mb: mb(made.bytes), faults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const mb = (bytes: number) => Math.round(bytes / 2 ** 20);

/** What is written, and its bytes before it is zipped. */
async function write(file: string, count: number) {
  const totals = totalsOf([]);
  const made = { lines: 0, foreign: 0, unread: 0, received: 0, bytes: 0 };
  const encoded = (lines: readonly string[]) => {
    const block = gbk(`${lines.join('\r\n')}\r\n`);
    made.bytes += block.length;
    return block;
  };
  const { head, foot } = detailFrame(`${OF.sellerId}0156`, OF.day, BEGIN);
  async function* content() {
    yield encoded(head);
    for (let from = 0; from < count; from += ROWS_A_BLOCK) {
      const rows = Array.from({ length: Math.min(ROWS_A_BLOCK, count - from) }, (_, i) => aRow(from + i, count));
      for (const [type, { count: more, received }] of Object.entries(totalsOf(rows)) as [BillRow['type'], Sum][]) {
        totals[type].count += more;
        totals[type].received += received;
      }
      for (const { outTradeNo, received } of rows) {
        const isOurs = outTradeNo.startsWith('ord_');
        made[isOurs ? 'lines' : 'foreign'] += 1;
        made.received += isOurs ? received : 0;
      }
      yield encoded(rows.map((row) => detailLine(row)));
    }
    yield encoded(foot(totals));
  }
  await writeZip(file, [{ name: `${OF.sellerId}0156_20260301_业务明细.csv`, content: content() }]);
  return made;
}

type Sum = ReturnType<typeof totalsOf>[BillRow['type']];

/** The row of that number, always the same. */
function aRow(i: number, count: number): BillRow {
  const chance = hash('sha256', `row ${i}`, 'buffer');
  const pick = <T>(of: readonly T[], byte: number) => of[(chance[byte] ?? 0) % of.length] as T;
  const digits = String(chance.readUIntBE(0, 6) % 1e14).padStart(14, '0');
  const at = BEGIN + Math.floor((i * 86_399_000) / count);
  const id = Array.from(chance.subarray(6, 32), (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
  const isOurs = i % 10 > 0;
  const isRefund = i % 12 === 5;
  const amount = (1 + (chance.readUInt16BE(3) % 50_000)) * (isRefund ? -1 : 1);
  const fee = -Math.round((amount * 6) / 1000);
  return {
    type: isRefund ? '退款' : '交易',
    tradeNo: `20260301220014${digits}`,
    outTradeNo: isOurs ? `ord_${id}_1` : `POS${digits}`,
    outRequestNo: isRefund ? (isOurs ? `ord_${id}_r1` : `R${digits}`) : '',
    subject: pick(SUBJECTS, 1),
    storeId: `shop-${(chance[2] ?? 0) % 40}`,
    operatorId: pick(OPERATORS, 5),
    terminalId: `trm_${id.slice(0, 12)}`,
    createdAt: at - 7_000,
    finishedAt: at,
    ...{ amount, received: amount, fee },
  };
}

async function read(file: string): Promise<Read> {
  const before = process.cpuUsage();
  const bill = await readReport(readFileSync(file), OF);
  if (bill.kind !== 'lines') throw new Error(bill.why);
  const seen = { lines: 0, received: 0 };
  for (const { received } of bill.lines) {
    seen.lines += 1;
    seen.received += received;
  }
  const { user, system } = process.cpuUsage(before);
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const cpuSeconds = Number(((user + system) / 1e6).toFixed(2));
  return { ...seen, foreign: bill.foreign, unread: bill.unread.length, rssMb, cpuSeconds };
}

if (import.meta.main) {
  const [what, file = '', rows = '0'] = process.argv.slice(2);
  console.log(JSON.stringify(what === 'write' ? await write(file, Number(rows)) : await read(file)));
}

/**
 * Reads Alipay's bill of a day: a zip whose names are GBK, in it a detail and a summary in GBK; lines that begin with `#`
 * are a frame around comma-separated cells, unquoted and padded with tabs. All or nothing: a bill that is not whole, of
 * another account or day, or in doubt about a single cell is unreadable, and says why. Pure. Payers are not read.
 */
import { fromDecimalText } from '../order/money.ts';
import { fromAlipayTime } from './alipay-gateway.ts';
import { isTradeNo } from './alipay-shapes.ts';
import type { BillLine } from './channel.ts';
import { BadZip, unzip, type ZipEntry } from './zip.ts';

export type AlipayBill =
  | { readonly kind: 'lines'; readonly lines: readonly BillLine[] }
  | { readonly kind: 'unreadable'; readonly why: string };

const MOST = { entries: 8, bytes: 64 * 1024 * 1024 };
/** The trade bill is in yuan. */
const CURRENCY = 'CNY';
/** Commas in free text that a row is still understood with. */
const MOST_STRAY_COMMAS = 12;

class Unreadable extends Error {}

/** `day` is `YYYY-MM-DD` in China, `sellerId` the account that the bill must be of. */
export function readAlipayBill(zip: Buffer, of: { readonly sellerId: string; readonly day: string }): AlipayBill {
  try {
    return { kind: 'lines', lines: readDetail(linesOf(detailOf(unzip(zip, MOST))), of) };
  } catch (error) {
    if (error instanceof BadZip || error instanceof Unreadable) return { kind: 'unreadable', why: error.message };
    throw error;
  }
}

function detailOf(entries: readonly ZipEntry[]): Buffer {
  const found = entries.filter((entry) => {
    const name = decode(entry.name, entry.isUtf8 ? 'utf-8' : 'gb18030', 'a name');
    return name.includes('业务明细') && !name.includes('汇总');
  });
  const [detail] = found;
  if (!detail || found.length > 1) throw new Unreadable(`the zip holds ${found.length} details, not one`);
  return detail.content;
}

/** Cut before it is decoded: no byte of a longer character is a line feed. */
function linesOf(content: Buffer): string[] {
  const lines: string[] = [];
  for (let begin = 0; begin < content.length; ) {
    const found = content.indexOf(0x0a, begin);
    const end = found === -1 ? content.length : found;
    const text = decode(content.subarray(begin, end), 'gb18030', `line ${lines.length + 1}`);
    lines.push(text.trim());
    begin = end + 1;
  }
  return lines;
}

const decoders = {
  gb18030: new TextDecoder('gb18030', { fatal: true }),
  'utf-8': new TextDecoder('utf-8', { fatal: true }),
};

function decode(bytes: Buffer, encoding: keyof typeof decoders, what: string): string {
  try {
    return decoders[encoding].decode(bytes);
  } catch {
    throw new Unreadable(`${what} is not in ${encoding === 'gb18030' ? 'GBK' : 'UTF-8'}`);
  }
}

/* The frame ------------------------------------------------------------------------------------------------------- */

function readDetail(lines: readonly string[], of: { readonly sellerId: string; readonly day: string }): BillLine[] {
  const isFrame = (line: string) => line.startsWith('#');
  const headerAt = lines.findIndex((line) => !isFrame(line) && line !== '');
  const columns = columnsOf(lines[headerAt] ?? '');
  const endAt = lines.findIndex((line, i) => i > headerAt && isFrame(line));
  if (endAt === -1) throw new Unreadable('the end of the bill is missing');
  const foot = lines.slice(endAt);
  if (foot.some((line) => line !== '' && !isFrame(line))) throw new Unreadable('there are rows behind the end');

  mustBeOf(lines.slice(0, headerAt), of);
  const rows = lines
    .slice(headerAt + 1, endAt)
    .flatMap((line, i) => (line === '' ? [] : [readRow(line, columns, headerAt + 2 + i)]));
  mustAddUp(foot, '交易合计', rows, 'payment');
  mustAddUp(foot, '退款合计', rows, 'refund');
  return rows.map(({ received: _, ...line }) => line);
}

/** Alipay prints the seller's id and behind it the account's currency. */
function mustBeOf(frame: readonly string[], { sellerId, day }: { readonly sellerId: string; readonly day: string }) {
  const account = matchIn(frame, /^#账号[：:]\[(\d{16,24})\]/)?.[1];
  if (account === undefined) throw new Unreadable('the bill does not say whose it is');
  if (!account.startsWith(sellerId)) throw new Unreadable('the bill is of another account');
  const [, year, month, date] = matchIn(frame, /^#起始日期[：:]\[(\d{4})年(\d\d)月(\d\d)日/) ?? [];
  if (`${year}-${month}-${date}` !== day) throw new Unreadable(`the bill is of another day, not of ${day}`);
}

/** The bill's own count and sum: a bill that was cut short does not have the right ones. Signs of refunds vary. */
function mustAddUp(foot: readonly string[], name: string, rows: readonly Row[], type: BillLine['type']): void {
  const line = matchIn(foot, new RegExp(`^#${name}[：:](\\d{1,9})笔.*?实收(?:退款)?共([+-]?[\\d.]{1,20})元`));
  if (!line) throw new Unreadable(`the bill lacks its own sum (${name})`);
  const [, count, sum = ''] = line;
  const mine = rows.filter((row) => row.type === type);
  const printed = amountOf(sum);
  const added = mine.reduce((total, { received }) => total + received, 0);
  if (Number(count) !== mine.length || printed === undefined || Math.abs(printed) !== Math.abs(added))
    throw new Unreadable(`the rows do not add up to what the bill says (${name})`);
}

function matchIn(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  return undefined;
}

/* The rows -------------------------------------------------------------------------------------------------------- */

type Kind = 'text' | 'time' | 'amount' | 'number' | 'other';

interface Columns {
  readonly kinds: readonly Kind[];
  /** Where a column stands. Columns were added over the years, so that only names are certain. */
  readonly at: { readonly [name in keyof typeof NEEDED]: number };
}

/** What is read, by our name for it. */
const NEEDED = {
  tradeNo: '支付宝交易号',
  attemptNo: '商户订单号',
  type: '业务类型',
  at: '完成时间',
  gross: '订单金额',
  received: '商家实收',
  requestNo: '退款批次号/请求号',
  fee: '服务费',
} as const;
/** What people wrote, and what may have commas in it. */
const FREE_TEXT = new Set(['商品名称', '门店名称', '操作员', '对方账户', '券名称', '备注']);
const NUMBERS = new Set(['支付宝交易号', '商户订单号', '业务类型', '门店编号', '终端号', '退款批次号/请求号']);
const AMOUNT = /^[+-]?\d{1,12}\.\d\d$/;

function columnsOf(header: string): Columns {
  const names = header.split(',').map((name) => name.trim());
  const plain = names.map((name) => name.replace(/[（(]元[）)]$/, ''));
  const kinds = names.map((name, i): Kind => {
    if (FREE_TEXT.has(name)) return 'text';
    if (name.endsWith('时间')) return 'time';
    if (NUMBERS.has(name)) return 'number';
    return name !== plain[i] || name.endsWith('金额') ? 'amount' : 'other';
  });
  const at: Record<string, number> = {};
  for (const [member, name] of Object.entries(NEEDED)) {
    const found = plain.flatMap((it, i) => (it === name ? [i] : []));
    if (found.length !== 1) throw new Unreadable(`the bill has ${found.length} columns ${name}, not one`);
    at[member] = found[0] ?? -1;
  }
  return { kinds, at: at as Columns['at'] };
}

/** `received`: what the shop got before the fee, which is what the bill's own sums add up. */
type Row = BillLine & { readonly received: number };

function readRow(line: string, columns: Columns, lineNo: number): Row {
  const cells = cellsOf(
    line.split(',').map((cell) => cell.trim()),
    columns,
    lineNo,
  );
  const cell = (name: keyof typeof NEEDED) => cells[columns.at[name]] ?? '';
  const wrong = (name: keyof typeof NEEDED) => new Unreadable(`line ${lineNo}: ${NEEDED[name]} is not what it can be`);
  const amount = (name: keyof typeof NEEDED) => {
    const value = amountOf(cell(name));
    if (value === undefined) throw wrong(name);
    return Math.abs(value);
  };
  const type = TYPES[cell('type')];
  if (!type) throw wrong('type');
  const at = fromAlipayTime(cell('at'));
  if (at === undefined) throw wrong('at');
  if (!isTradeNo(cell('tradeNo'))) throw wrong('tradeNo');
  if (!/^[!-~]{1,128}$/.test(cell('attemptNo'))) throw wrong('attemptNo');
  if (!/^[!-~]{0,128}$/.test(cell('requestNo'))) throw wrong('requestNo');
  // Signs vary from bill to bill; which way the money went, the kind of business says.
  const sign = (value: number) => (type === 'refund' ? 0 - value : value);
  return {
    type,
    tradeNo: cell('tradeNo'),
    attemptNo: cell('attemptNo'),
    requestNo: type === 'refund' && cell('requestNo') !== '' ? cell('requestNo') : null,
    at,
    currency: CURRENCY,
    gross: sign(amount('gross')),
    fee: sign(amount('fee')),
    received: sign(amount('received')),
  };
}

const TYPES: Readonly<Record<string, BillLine['type'] | undefined>> = { 交易: 'payment', 退款: 'refund' };

/** Minor units; a bill's amounts have two digits behind the point. */
function amountOf(text: string): number | undefined {
  return AMOUNT.test(text) ? fromDecimalText(CURRENCY, text.replace('+', ''))?.value : undefined;
}

/**
 * The cells by column. Commas in free text are not escaped, so a row may have too many: it is understood if the times,
 * amounts and numbers fit their columns in one way only.
 */
function cellsOf(cells: readonly string[], { kinds, at }: Columns, lineNo: number): readonly string[] {
  const stray = cells.length - kinds.length;
  if (stray === 0) return cells;
  if (stray < 0 || stray > MOST_STRAY_COMMAS)
    throw new Unreadable(`line ${lineNo} has ${cells.length} cells for ${kinds.length} columns`);
  const readings = new Map<string, readonly string[]>();
  const place = (taken: readonly string[], from: number, left: number): void => {
    const kind = kinds[taken.length];
    if (kind === undefined) {
      if (left === 0) readings.set(JSON.stringify(Object.values(at).map((i) => taken[i])), taken);
      return;
    }
    for (let extra = 0; extra <= (kind === 'text' ? left : 0); extra += 1) {
      const cell = cells.slice(from, from + 1 + extra).join(',');
      if (fits(kind, cell)) place([...taken, cell], from + 1 + extra, left - extra);
    }
  };
  place([], 0, stray);
  const [reading] = readings.values();
  if (!reading || readings.size > 1) throw new Unreadable(`line ${lineNo} can be read in ${readings.size} ways`);
  return reading;
}

function fits(kind: Kind, cell: string): boolean {
  if (kind === 'time') return fromAlipayTime(cell) !== undefined;
  if (kind === 'amount') return AMOUNT.test(cell);
  return kind !== 'number' || !AMOUNT.test(cell);
}

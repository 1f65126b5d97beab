/** A statement's files, written by the judge: amounts twice, as yuan and as fen, and one time by the clock on the wall. */
import { wallTime } from './calendar.ts';
import type { LinePage, TerminalTotalsPage } from './pages.ts';

type Cell = readonly [name: string, value: string | number | boolean | null];

/** RFC 4180; what a spreadsheet would compute has a quote before it. Numbers are as they are. */
function textOf(value: Cell[1], isExcel: boolean): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const isLong = isExcel && /^[0-9]{12,}$/.test(value);
  const isComputed = isLong || ('=+-@'.includes(value.slice(0, 1) || ' ') && !/^-[0-9]+[.][0-9]+$/.test(value));
  const shown = isComputed ? `'${value}` : value;
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function fileOf(rows: readonly (readonly Cell[])[], isExcel = false): string {
  const head = (rows[0] ?? []).map(([name]) => name);
  const texts = rows.map((row) => row.map(([, value]) => textOf(value, isExcel)));
  return (isExcel ? '\ufeff' : '') + [head, ...texts].map((row) => `${row.join(',')}\r\n`).join('');
}

function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const amount = (name: string, fen: number | null): Cell[] => [
  [name, fen === null ? null : yuan(fen)],
  [`${name}Minor`, fen],
];

/** Empty: nothing here is settled in another currency. */
const SETTLEMENT = [
  ...['settlementCurrency', 'settlementGross', 'settlementGrossMinor', 'settlementFee', 'settlementFeeMinor'],
  ...['settlementNet', 'settlementNetMinor', 'quotePair', 'quotePrice', 'settlementState'],
].map((name): Cell => [name, null]);

/** `isExcel`: for a spreadsheet, which would round a number of twelve digits or more, and needs to be told the encoding. */
export function linesFile(lines: readonly LinePage[], zone: string, isExcel = false): string {
  return fileOf(
    lines.map((line) => [
      ['lineNo', line.lineNo],
      ['type', line.type],
      ['late', line.late],
      ['businessDay', line.businessDay],
      ['occurredAt', line.occurredAt],
      [`localTime (${zone})`, wallTime(zone, Date.parse(line.occurredAt))],
      ['storeId', line.storeId],
      ['terminalId', line.terminalId],
      ['operatorId', line.operatorId],
      ['orderId', line.orderId],
      ['merchantOrderNo', line.merchantOrderNo],
      ['refundNo', line.refundNo],
      ['channel', line.channel],
      ['channelTradeNo', line.channelTradeNo],
      ['currency', line.currency],
      ...amount('gross', line.gross),
      ...amount('fee', line.fee),
      ...amount('net', line.net),
      ['ratePpm', line.ratePpm],
      ...amount('feeMinimum', line.feeMinimum),
      ...amount('feeCap', line.feeCap),
      ['feeOnRefund', line.feeOnRefund],
      ['agreementId', line.agreementId],
      ...amount('received', line.received),
      ['saleStoreId', line.saleStoreId],
      ['saleTerminalId', line.saleTerminalId],
      ...SETTLEMENT,
    ]),
    isExcel,
  );
}

export function terminalsFile(rows: readonly TerminalTotalsPage[], day: string, zone: string): string {
  return fileOf(
    rows.map((row) => [
      [`day (${zone})`, day],
      ['currency', row.currency],
      ['channel', row.channel],
      ['storeId', row.storeId],
      ['terminalId', row.terminalId],
      ['operatorId', row.operatorId],
      ['paymentsCount', row.payments.count],
      ...amount('payments', row.payments.gross),
      ['refundsCount', row.refunds.count],
      ...amount('refunds', row.refunds.gross),
      ...amount('netSales', row.netSales),
      ...amount('fees', row.fees),
      ...amount('feesReturned', row.feesReturned),
      ...amount('netFees', row.netFees),
      ...amount('netReceivable', row.netReceivable),
      ['lateLines', row.lateLines],
      ['feeAdjustmentsCount', row.feeAdjustments.count],
      ...amount('feeAdjustments', row.feeAdjustments.fee),
      ...amount('paymentsReceived', row.payments.received),
      ...amount('refundsReceived', row.refunds.received),
      ...amount('netReceived', row.netReceived),
    ]),
  );
}

/** A statement's files, written by the judge: amounts twice, as yuan and as fen, and one time by the clock on the wall. */
import { wallTime } from './calendar.ts';
import type { LinePage, TerminalTotalsPage } from './pages.ts';

type Cell = readonly [name: string, value: string | number | boolean | null];

/** No text of a history has a comma, a quote or a sign that a spreadsheet computes by. */
function fileOf(rows: readonly (readonly Cell[])[]): string {
  const head = (rows[0] ?? []).map(([name]) => name);
  const texts = rows.map((row) => row.map(([, value]) => (value === null ? '' : String(value))));
  return [head, ...texts].map((row) => `${row.join(',')}\r\n`).join('');
}

function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const amount = (name: string, fen: number | null): Cell[] => [
  [name, fen === null ? null : yuan(fen)],
  [`${name}Minor`, fen],
];

export function linesFile(lines: readonly LinePage[], zone: string): string {
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
    ]),
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

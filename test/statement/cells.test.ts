/** What stands in the files that accountants read: every column in its place, and no amount that a program would change. */
import { describe, expect, test } from 'vitest';
import type { LineView } from '../../functions/contract/answers.ts';
import type { TerminalTotalsView } from '../../functions/contract/totals-answers.ts';
import {
  type Column,
  csvHeader,
  csvRows,
  fileName,
  lineColumns,
  terminalColumns,
  totalsColumns,
} from '../../functions/statement/export/csv.ts';

const line: LineView = {
  ...{ lineNo: 7, type: 'refund', late: true, businessDay: '2026-03-01', occurredAt: '2026-03-01T15:59:58.123Z' },
  ...{ storeId: 'main', terminalId: 'trm_1', operatorId: null, orderId: 'ord_1', merchantOrderNo: '20260301-1-1' },
  ...{ refundNo: 'r-1', channel: 'alipay', channelTradeNo: '2026030122001', currency: 'CNY', gross: -1234, fee: -7 },
  ...{ net: -1193, ratePpm: 6000, feeMinimum: null, feeCap: 5, feeOnRefund: 'returned', agreementId: 'agr_1' },
  ...{ received: -1200, saleStoreId: 'west', saleTerminalId: 'trm_2', settlement: null },
};
const sums: TerminalTotalsView = {
  ...{ currency: 'KWD', channel: 'alipay', storeId: 'west', terminalId: null, operatorId: 'anna' },
  ...{ payments: { count: 3, gross: 12345, received: 12000 }, netSales: 12300, fees: 70 },
  ...{ refunds: { count: 1, gross: -45, received: -44 }, netReceived: 11956 },
  ...{ feesReturned: -1, netFees: 69, netReceivable: 12231, lateLines: 2 },
  feeAdjustments: { count: 2, fee: -9 },
};
const day = { day: '2026-03-01', zone: 'Asia/Shanghai' };
/** One cell with a person's text in it. */
const asText: Column<string>[] = [{ name: 'it', cell: (text) => ({ text }) }];
const written = (text: string, excel = false) => csvRows(asText, [text], { excel }).slice(0, -2);

describe('every column in its place, with its value', () => {
  test('a line has every column in its place', () => {
    const columns = lineColumns('Asia/Shanghai');
    expect(csvHeader(columns)).toBe(
      'lineNo,type,late,businessDay,occurredAt,localTime (Asia/Shanghai),storeId,terminalId,operatorId,orderId,' +
        'merchantOrderNo,refundNo,channel,channelTradeNo,currency,gross,grossMinor,fee,feeMinor,net,netMinor,ratePpm,' +
        'feeMinimum,feeMinimumMinor,feeCap,feeCapMinor,feeOnRefund,agreementId,received,receivedMinor,saleStoreId,' +
        'saleTerminalId,settlementCurrency,settlementGross,settlementGrossMinor,settlementFee,settlementFeeMinor,' +
        'settlementNet,settlementNetMinor,quotePair,quotePrice,settlementState\r\n',
    );
    expect(csvRows(columns, [line])).toBe(
      '7,refund,true,2026-03-01,2026-03-01T15:59:58.123Z,2026-03-01 23:59:58,main,trm_1,,ord_1,20260301-1-1,r-1,alipay,' +
        '2026030122001,CNY,-12.34,-1234,-0.07,-7,-11.93,-1193,6000,,,0.05,5,returned,agr_1,-12.00,-1200,west,trm_2,,,,,,,,,,\r\n',
    );
    const settlement = {
      currency: 'KWD',
      gross: -1_234,
      fee: -7,
      net: -1_227,
      pair: 'KWD/CNY',
      price: '23.5',
    } as const;
    const cellsAtEnd = (its: LineView) => csvRows(columns, [its]).slice(0, -2).split(',').slice(-10);
    expect(cellsAtEnd({ ...line, settlement: { ...settlement, state: 'final' } })).toEqual([
      ...['KWD', '-1.234', '-1234', '-0.007', '-7', '-1.227', '-1227', 'KWD/CNY', '23.5', 'final'],
    ]);
    const unknown = { gross: null, fee: null, net: null, pair: null, price: null, state: 'provisional' } as const;
    expect(cellsAtEnd({ ...line, settlement: { currency: 'KWD', ...unknown } })).toEqual([
      ...['KWD', '', '', '', '', '', '', '', '', 'provisional'],
    ]);
  });

  test('of totals, per store and per terminal', () => {
    const names =
      'paymentsCount,payments,paymentsMinor,refundsCount,refunds,refundsMinor,netSales,netSalesMinor,fees,feesMinor,' +
      'feesReturned,feesReturnedMinor,netFees,netFeesMinor,netReceivable,netReceivableMinor,lateLines,' +
      'feeAdjustmentsCount,feeAdjustments,feeAdjustmentsMinor,paymentsReceived,paymentsReceivedMinor,refundsReceived,' +
      'refundsReceivedMinor,netReceived,netReceivedMinor\r\n';
    const values =
      '3,12.345,12345,1,-0.045,-45,12.300,12300,0.070,70,-0.001,-1,0.069,69,12.231,12231,2,2,-0.009,-9,' +
      '12.000,12000,-0.044,-44,11.956,11956\r\n';
    expect(csvHeader(totalsColumns(day))).toBe(`day (Asia/Shanghai),currency,channel,storeId,${names}`);
    expect(csvRows(totalsColumns(day), [sums])).toBe(`2026-03-01,KWD,alipay,west,${values}`);
    expect(csvHeader(terminalColumns(day))).toBe(
      `day (Asia/Shanghai),currency,channel,storeId,terminalId,operatorId,${names}`,
    );
    expect(csvRows(terminalColumns(day), [sums])).toBe(`2026-03-01,KWD,alipay,west,,anna,${values}`);
  });

  test('line after line, each with its own time of day, also within a minute and after midnight', () => {
    const at = ['2026-03-01T15:59:58.999Z', '2026-03-01T15:59:59.000Z', '2026-03-01T16:00:00.000Z'];
    const rows = csvRows(
      lineColumns('Asia/Shanghai'),
      at.map((occurredAt) => ({ ...line, occurredAt })),
    );
    expect(rows.split('\r\n').map((row) => row.split(',')[5])).toEqual([
      ...['2026-03-01 23:59:58', '2026-03-01 23:59:59', '2026-03-02 00:00:00', undefined],
    ]);
    expect(csvRows(lineColumns('+08:37'), [line])).toContain(',2026-03-02 00:36:58,');
  });
});

describe('text', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['say "so"', '"say ""so"""'],
    ['a\nb', '"a\nb"'],
    ['a\rb', '"a\rb"'],
    // What a spreadsheet would compute.
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM', "'@SUM"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠1', "'＠1"],
    ["'x", "''x"],
    ['=a,"b"', `"'=a,""b"""`],
    // Only the beginning counts.
    ['a=1', 'a=1'],
    ['1-1', '1-1'],
  ])('%j is written as %j', (content, cell) => {
    expect(written(content)).toBe(cell);
    expect(written(content, true)).toBe(cell);
  });

  test('of twelve digits or more is kept from a spreadsheet that guesses, and from no other reader', () => {
    expect([written('123456789012'), written('123456789012', true), written('12345678901', true)]).toEqual([
      ...['123456789012', "'123456789012", '12345678901'],
    ]);
    expect([written('a123456789012', true), written('123456789012a', true)]).toEqual([
      ...['a123456789012', '123456789012a'],
    ]);
  });

  test('names of columns are quoted, too, and a mark for Excel goes before them', () => {
    const columns = [{ name: 'a,b', cell: asText[0]?.cell ?? (() => ({ plain: null })) }];
    expect(csvHeader(columns)).toBe('"a,b"\r\n');
    expect(csvHeader(columns, { excel: true })).toBe('\ufeff"a,b"\r\n');
    expect(csvRows(columns, [])).toBe('');
  });
});

test.each([
  ['Asia/Shanghai', 'mer_a_2026-03-01_Asia-Shanghai_lines.csv'],
  ['America/Argentina/Buenos_Aires', 'mer_a_2026-03-01_America-Argentina-Buenos_Aires_lines.csv'],
  ['+08:37', 'mer_a_2026-03-01_+0837_lines.csv'],
])('a file of zone %s is called %s', (zone, name) => {
  expect(fileName({ statementId: 'mer_a.2026-03-01', zone }, 'lines.csv')).toBe(name);
});

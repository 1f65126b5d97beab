import { describe, expect, test } from 'vitest';
import { readSettlementReport } from '../../functions/channel/antom/report.ts';
import { type Cells, CUSTOMER, cellsOf, HEADER, ORDER, ROWS, textOf } from './antom-report-files.ts';

const read = (text: string) => readSettlementReport(Buffer.from(text), { customerId: CUSTOMER });

/** Line 2 is the first row. */
const changed = (cells: Cells, at = 0) => textOf(ROWS.map((row, i) => (i === at ? { ...row, ...cells } : row)));
const without = (...names: string[]) =>
  textOf(
    ROWS,
    HEADER.filter((name) => !names.includes(name)),
  );
const lines = textOf(ROWS).split('\r\n');

const BROKEN: readonly (readonly [what: string, file: string | Buffer, sentence: string])[] = [
  ['is empty', '', 'line 1: the file has no header of settlement details'],
  ['is its end only', '<END>\r\n', 'line 1: the file has no header of settlement details'],
  ['has no header', lines.slice(1).join('\r\n'), 'line 1: the file has no header of settlement details'],
  ['has another header', 'a,b\r\n1,2\r\n<END>', 'line 1: the file has no header of settlement details'],
  ['has no row', textOf([]), 'line 2: the file has no row'],
  ['has no end', lines.slice(0, -2).join('\r\n'), 'line 12: the file ends without <END>: it is torn'],
  ['goes on behind its end', `${textOf(ROWS)}${lines[1]}\r\n`, 'line 14: there is a row behind <END>'],
  [
    'lacks three columns',
    without('settlementCurrency', 'customerId', 'settlementInitiatedDate'),
    'line 1: the header lacks customerId, settlementCurrency, settlementInitiatedDate',
  ],
  [
    'has a column twice',
    textOf(ROWS, [...HEADER, 'settlementAmountValue']),
    'line 1, column 25 (settlementAmountValue): the column is there twice',
  ],
  ['has a cell too few', textOf(ROWS).replace('AlipayCN,', ''), 'line 2: it has 23 cells for 24 columns'],
  ['has a cell too many', textOf(ROWS).replace('AlipayCN,', 'AlipayCN,,'), 'line 2: it has 25 cells for 24 columns'],
  ['is XLSX', Buffer.from('PK\u0003\u0004'), 'line 1: the file is XLSX or another zip; take the report as CSV'],
  ['is in GBK', Buffer.from(textOf(ROWS).replace('AlipayCN', '\u00d6'), 'latin1'), 'line 2: it is not in UTF-8'],
  ['is torn in a quote', '"settlementBatchId\r\n', 'line 1: a quote does not end'],
  [
    'has a quote inside a cell',
    textOf(ROWS).replace('AlipayCN', 'Alipay"CN"'),
    'line 2: a quote stands inside a cell that does not begin with one',
  ],
  [
    'has text behind a quote',
    textOf(ROWS).replace('AlipayCN', '"Alipay"CN'),
    'line 2: text stands behind the end of a quote',
  ],
  [
    'has a settlement currency that is none',
    changed({ settlementCurrency: 'XXX' }, 3),
    'line 5, column 13 (settlementCurrency): "XXX" is no currency',
  ],
  [
    'has a transaction currency that is none',
    changed({ transactionCurrency: '' }),
    'line 2, column 10 (transactionCurrency): "" is no currency',
  ],
  [
    'has the currency of a fee that is none',
    changed({ fxFeeAmountCurrency: 'usd' }),
    'line 2, column 20 (fxFeeAmountCurrency): "usd" is no currency',
  ],
  [
    'has a fee in another currency',
    changed({ paymentMethodFeeCurrency: 'JPY' }),
    'line 2, column 18 (paymentMethodFeeCurrency): the fee is in JPY, and the settlement in USD',
  ],
  [
    'has yen with decimals',
    changed({ transactionAmountValue: '15000.5' }),
    'line 2, column 9 (transactionAmountValue): 15000.5 has more decimals than JPY has',
  ],
  [
    'has a fee with three decimals',
    changed({ paymentMethodFeeAmountValue: '-3.005' }),
    'line 2, column 17 (paymentMethodFeeAmountValue): -3.005 has more decimals than USD has',
  ],
  ...[
    '',
    '1,000.00',
    '+1.00',
    '1e2',
    '01.00',
    '.50',
    '1.',
    '--1.00',
    '1.0000000',
    '1000000000000',
    'n/a',
    ' 1.00',
    '１.00',
  ].map(
    (settlementAmountValue) =>
      [
        `has ${settlementAmountValue || 'nothing'} for an amount`,
        changed({ settlementAmountValue }),
        `line 2, column 12 (settlementAmountValue): ${JSON.stringify(settlementAmountValue)} is no amount`,
      ] as const,
  ),
  [
    'does not add up',
    changed({ settlementAmountValue: '96.52' }),
    'line 2, column 12 (settlementAmountValue): the row does not add up: 96.52 is not the converted amount and its fees',
  ],
  [
    'does not add up in a dispute',
    changed({ disputeHandlingFee: '-15.02' }, 10),
    'line 12, column 12 (settlementAmountValue): the row does not add up: -115.00 is not the converted amount and its fees',
  ],
  [
    'has a refund that brings money',
    changed({ settlementAmountValue: '19.47' }, 3),
    'line 5, column 12 (settlementAmountValue): the row does not add up: 19.47 is not the converted amount and its fees',
  ],
  [
    'says nothing of the exchange',
    changed({ convertedTransactionAmountValue: '', quotePrice: '' }),
    'line 2, column 11 (convertedTransactionAmountValue): neither a converted amount nor a quote says what JPY is in USD',
  ],
  [
    'has a quote of other currencies',
    changed({ convertedTransactionAmountValue: '', quoteCurrencyPair: 'EUR/JPY' }),
    'line 2, column 11 (convertedTransactionAmountValue): neither a converted amount nor a quote says what JPY is in USD',
  ],
  [
    'has no pair of currencies',
    changed({ quoteCurrencyPair: 'JPY' }),
    'line 2, column 15 (quoteCurrencyPair): "JPY" names no two currencies',
  ],
  [
    'is of another merchant',
    changed({ customerId: '2188000000000009' }),
    `line 2, column 2 (customerId): the row is of merchant 2188000000000009, not of ${CUSTOMER}`,
  ],
  [
    'has an empty batch',
    changed({ settlementBatchId: ' ' }),
    'line 2, column 1 (settlementBatchId): the cell is empty',
  ],
  ['has an empty type', changed({ transactionType: '' }), 'line 2, column 8 (transactionType): the cell is empty'],
  [
    'has an empty number',
    changed({ transactionRequestId: '' }),
    'line 2, column 6 (transactionRequestId): the cell is empty',
  ],
  ...['2026-02-30', '2026-13-01', 'yesterday', '2026-03-02T25:00:00Z', '02/03/2026'].map(
    (settlementInitiatedDate) =>
      [
        `is of ${settlementInitiatedDate}`,
        changed({ settlementInitiatedDate }),
        `line 2, column 14 (settlementInitiatedDate): "${settlementInitiatedDate}" is no date`,
      ] as const,
  ),
  [
    'settles a movement twice',
    changed({ transactionRequestId: `${ORDER}_1` }, 1),
    'line 3, column 6 (transactionRequestId): it is the same movement as in line 2',
  ],
];

describe('a report that is broken, whole,', () => {
  test.each(BROKEN)('is refused if it %s', (_, file, sentence) => {
    const report = readSettlementReport(Buffer.from(file), { customerId: CUSTOMER });
    expect(report).toEqual({ kind: 'broken', why: sentence, ...placeIn(sentence) });
  });

  test('is refused if its rows are of two merchants, whoever is expected', () => {
    const file = Buffer.from(changed({ customerId: '2188000000000009' }, 4));
    const why = `line 6, column 2 (customerId): the row is of merchant 2188000000000009, not of ${CUSTOMER}`;
    expect(readSettlementReport(file)).toEqual({ kind: 'broken', line: 6, column: 'customerId', why });
  });

  test('is refused if its sums are no safe integers', () => {
    const amounts = { transactionAmountValue: '900000000000.00', settlementAmountValue: '900000000000.00' };
    const cells = { ...amounts, transactionCurrency: 'CNY', settlementCurrency: 'CNY' };
    const rows = Array.from({ length: 101 }, (_, i) => cellsOf({ ...cells, transactionRequestId: `web-${i}` }));
    expect(read(textOf(rows.slice(0, 100)))).toMatchObject({
      kind: 'settled',
      totals: [{ net: 9_000_000_000_000_000 }],
    });
    const why = 'line 102, column 12 (settlementAmountValue): the sums are larger than any settlement';
    expect(read(textOf(rows))).toEqual({ kind: 'broken', line: 102, column: 'settlementAmountValue', why });
  });
});

function placeIn(sentence: string): { line: number; column: string | undefined } {
  const [, line, column] = /^line (\d+)(?:, column \d+ \((\w+)\))?:/.exec(sentence) ?? [];
  return { line: Number(line), column };
}

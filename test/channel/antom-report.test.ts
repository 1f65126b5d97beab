import { describe, expect, test } from 'vitest';
import { readSettlementReport } from '../../functions/channel/antom/report.ts';
import { BATCH, CUSTOMER, cellsOf, HEADER, ORDER, ROWS, textOf } from './antom-report-files.ts';

const read = (text: string) => readSettlementReport(Buffer.from(text), { customerId: CUSTOMER });

const MIDNIGHT = Date.parse('2026-03-01T16:00:00Z');
const NOTHING = { requestNo: null, batchId: BATCH, at: MIDNIGHT };
const EXPECTED = {
  kind: 'settled',
  batchIds: [BATCH],
  lines: [
    {
      ...NOTHING,
      ...{ type: 'payment', attemptNo: `${ORDER}_1`, tradeNo: 'P1', amount: { currency: 'JPY', value: 15_000 } },
      ...{ currency: 'USD', gross: 10_000, fee: 350, net: 9_650, pair: 'USD/JPY', price: '150' },
    },
    {
      ...NOTHING,
      ...{ type: 'payment', attemptNo: `${ORDER}_2`, tradeNo: 'P2', amount: { currency: 'HKD', value: 7_800 } },
      ...{ currency: 'USD', gross: 1_000, fee: 12, net: 988, pair: 'HKD/USD', price: '0.1282' },
    },
    {
      ...NOTHING,
      ...{ type: 'payment', attemptNo: 'ord_zyxwvutsrqponmlkjihgfedcba_1', tradeNo: 'P3' },
      ...{ amount: { currency: 'CNY', value: 4_860 }, at: Date.parse('2026-03-02T01:00:00Z') },
      ...{ currency: 'CNY', gross: 4_860, fee: 29, net: 4_831 },
    },
    {
      ...NOTHING,
      ...{ type: 'refund', attemptNo: `${ORDER}_1`, requestNo: `${ORDER}_r1`, tradeNo: 'R1' },
      ...{ amount: { currency: 'JPY', value: -3_000 }, currency: 'USD', gross: -2_007, fee: -60, net: -1_947 },
      ...{ pair: 'USD/JPY', price: '149.5' },
    },
    {
      ...NOTHING,
      ...{ type: 'cancel', attemptNo: `${ORDER}_3`, tradeNo: 'P4', amount: { currency: 'JPY', value: -150 } },
      ...{ currency: 'USD', gross: -100, fee: 1, net: -101, pair: 'USD/JPY', price: '150' },
    },
    {
      ...NOTHING,
      ...{ type: 'refund_reversal', attemptNo: null, requestNo: `${ORDER}_r2`, tradeNo: 'R2' },
      ...{ amount: { currency: 'JPY', value: 1_000 }, currency: 'USD', gross: 667, fee: 0, net: 667 },
      ...{ pair: 'USD/JPY', price: '150' },
    },
  ],
  foreign: 1,
  totals: [
    {
      ...{ type: 'DISPUTE', amountCurrency: 'JPY', currency: 'USD', rows: 1 },
      ...{ amount: -15_000, gross: -10_000, fees: 1_500, net: -11_500 },
    },
    { type: 'RESERVE', amountCurrency: null, currency: 'USD', rows: 2, amount: 0, gross: 0, fees: 0, net: -400 },
    { type: 'SETTLEMENT_FEE', amountCurrency: null, currency: 'USD', rows: 1, amount: 0, gross: 0, fees: 0, net: -500 },
    { type: null, amountCurrency: 'CNY', currency: 'CNY', rows: 1, amount: 4_860, gross: 4_860, fees: 29, net: 4_831 },
    { type: null, amountCurrency: 'HKD', currency: 'USD', rows: 1, amount: 7_800, gross: 1_000, fees: 12, net: 988 },
    {
      ...{ type: null, amountCurrency: 'JPY', currency: 'USD', rows: 5, amount: 13_150 },
      ...{ gross: 8_760, fees: 290, net: 8_469 },
    },
  ],
};

describe("Antom's settlement details", () => {
  test('are read by the names of columns: ours by our numbers, others counted, fees and reserves by type', () => {
    expect(read(textOf(ROWS))).toEqual(EXPECTED);
  });

  test('say the same with other ends of lines, a byte order mark, quotes, blanks, and columns in another order', () => {
    const shuffled = ['unknown, column', ...HEADER.toReversed()];
    const noted = ROWS.map((row) => ({ ...row, 'unknown, column': 'a "quoted"\r\nnote, on two lines' }));
    const padded = ROWS.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, `${cell} `])));
    const bare = HEADER.filter((name) => name !== 'referenceStoreId' && name !== 'PSP');
    const files = [
      textOf(ROWS, HEADER, '\n'),
      `\uFEFF${textOf(ROWS)}`,
      textOf(noted, shuffled),
      textOf(padded),
      textOf(ROWS, bare),
      textOf(ROWS).replaceAll('\r\n', '\r\n\r\n'),
      textOf(ROWS).trimEnd(),
    ];
    for (const file of files) expect(read(file)).toEqual(EXPECTED);
    expect(readSettlementReport(Buffer.from(textOf(ROWS)))).toEqual(EXPECTED);
  });

  test('have a fee of any name, and of cards', () => {
    const header = [...HEADER, 'interchangeFeeAmountValue', 'somethingNewFeeAmountValue', 'acquirerMarkupAmountValue'];
    const [row = {}] = ROWS;
    const fees = {
      interchangeFeeAmountValue: '-1.00',
      somethingNewFeeAmountValue: '-0.25',
      acquirerMarkupAmountValue: '-0.25',
    };
    const report = read(textOf([{ ...row, ...fees, settlementAmountValue: '95.00' }], header));
    expect(report).toMatchObject({ kind: 'settled', totals: [{ fees: 500, net: 9_500 }], lines: [{ fee: 500 }] });
  });

  test.each([
    ['2026-03-02', '2026-03-01T16:00:00Z'],
    ['20260302', '2026-03-01T16:00:00Z'],
    ['2026-03-02 01:02:03', '2026-03-01T17:02:03Z'],
    ['2026-03-02T01:02:03', '2026-03-01T17:02:03Z'],
    ['2026-03-02T01:02:03Z', '2026-03-02T01:02:03Z'],
    ['2026-03-02T01:02:03+09:00', '2026-03-01T16:02:03Z'],
    ['2024-02-29', '2024-02-28T16:00:00Z'],
  ])('are of %s, which is %s', (settlementInitiatedDate, instant) => {
    expect(read(textOf([{ ...ROWS[0], settlementInitiatedDate }]))).toMatchObject({
      lines: [{ at: Date.parse(instant) }],
    });
  });

  test.each([
    ['a cancel by the number of its attempt', 'CANCEL', `${ORDER}_9`, '', { attemptNo: `${ORDER}_9`, requestNo: null }],
    ['a reversed payment', 'PAYMENT_REVERSAL', 'x', `${ORDER}_9`, { attemptNo: `${ORDER}_9`, requestNo: null }],
    ['a refund by its own number', 'REFUND', `${ORDER}_r12`, '', { attemptNo: null, requestNo: `${ORDER}_r12` }],
    ['a refund of another system', 'REFUND', 'web-7', `${ORDER}_9`, { attemptNo: `${ORDER}_9`, requestNo: 'web-7' }],
    ['a refund without a number', 'REFUND', `${ORDER}_9`, '', { attemptNo: `${ORDER}_9`, requestNo: null }],
    ['a reversed refund', 'REFUND_REVERSAL', 'x', `${ORDER}_r1`, { attemptNo: null, requestNo: `${ORDER}_r1` }],
  ])('name the movement of %s', (_, transactionType, transactionRequestId, originalTransactionRequestId, expected) => {
    const sign = transactionType === 'REFUND_REVERSAL' ? '' : '-';
    const amounts = { transactionAmountValue: `${sign}1.00`, settlementAmountValue: `${sign}1.00` };
    const numbers = { transactionType, transactionRequestId, originalTransactionRequestId };
    const row = cellsOf({ ...numbers, ...amounts, transactionCurrency: 'CNY', settlementCurrency: 'CNY' });
    expect(read(textOf([row]))).toMatchObject({ foreign: 0, lines: [expected] });
  });

  test.each([`${ORDER}_0`, `${ORDER}_100`, `${ORDER}_r0`, `${ORDER}_r1`, `x${ORDER}_1`, 'ord_short_1'])(
    "count a payment under %s as another system's",
    (transactionRequestId) => {
      expect(read(textOf([{ ...ROWS[0], transactionRequestId }]))).toMatchObject({ foreign: 1, lines: [] });
    },
  );

  test('fit their parts to one minor unit a row, and not to two', () => {
    const kinds = ['96.48', '96.49', '96.50', '96.51', '96.52'].map(
      (settlementAmountValue) => read(textOf([{ ...ROWS[0], settlementAmountValue }])).kind,
    );
    expect(kinds).toEqual(['broken', 'settled', 'settled', 'settled', 'broken']);
  });

  test('settle a movement in two batches, and a payment and its cancel under one number', () => {
    const [row = {}] = ROWS;
    const cancel = {
      transactionType: 'CANCEL',
      transactionAmountValue: '-15000',
      convertedTransactionAmountValue: '-100.00',
    };
    const fees = { paymentMethodFeeAmountValue: '3.00', fxFeeAmountValue: '0.50', settlementAmountValue: '-96.50' };
    const report = read(textOf([row, { ...row, settlementBatchId: '2' }, { ...row, ...cancel, ...fees }]));
    expect(report).toMatchObject({ batchIds: [BATCH, '2'], totals: [{ rows: 3, net: 9_650 }] });
  });

  test('of a payment that is worth nothing after its fees are taken', () => {
    const cells = { settlementAmountValue: '0', paymentMethodFeeAmountValue: '-99.50' };
    expect(read(textOf([{ ...ROWS[0], ...cells }]))).toMatchObject({ lines: [{ gross: 10_000, fee: 10_000, net: 0 }] });
  });
});

/** Settlement details of Antom as text: made by hand, cell by cell, so that each can be broken. */

export const CUSTOMER = '2188120012345678';
export const BATCH = '2026030210000001';
export const ORDER = 'ord_abcdefghijklmnopqrstuvwxyz';
const OTHER = 'ord_zyxwvutsrqponmlkjihgfedcba';

export const HEADER = [
  ...['settlementBatchId', 'customerId', 'PSP', 'referenceStoreId', 'transactionId', 'transactionRequestId'],
  ...['originalTransactionRequestId', 'transactionType', 'transactionAmountValue', 'transactionCurrency'],
  ...['convertedTransactionAmountValue', 'settlementAmountValue', 'settlementCurrency', 'settlementInitiatedDate'],
  ...['quoteCurrencyPair', 'quotePrice', 'paymentMethodFeeAmountValue', 'paymentMethodFeeCurrency'],
  ...['fxFeeAmountValue', 'fxFeeAmountCurrency', 'withholdingTaxAmountValue', 'withholdingTaxFeeCurrency'],
  ...['disputeHandlingFee', 'disputeHandlingFeeCurrency'],
];

export type Cells = Record<string, string>;

export const cellsOf = (its: Cells): Cells => ({
  settlementBatchId: BATCH,
  customerId: CUSTOMER,
  PSP: 'AlipayCN',
  transactionType: 'PAYMENT',
  settlementInitiatedDate: '2026-03-02',
  ...its,
});

const JPY_USD = {
  transactionCurrency: 'JPY',
  settlementCurrency: 'USD',
  quoteCurrencyPair: 'USD/JPY',
  quotePrice: '150',
};

/** A day: JPY to USD with two fees, HKD to USD by numeric codes, CNY, a refund, a cancel, a reversal, others, and a fee. */
export const ROWS: readonly Cells[] = [
  {
    ...JPY_USD,
    ...{ transactionId: 'P1', transactionRequestId: `${ORDER}_1`, transactionAmountValue: '15000' },
    ...{ convertedTransactionAmountValue: '100.00', settlementAmountValue: '96.50' },
    ...{ paymentMethodFeeAmountValue: '-3.00', paymentMethodFeeCurrency: 'USD' },
    ...{ fxFeeAmountValue: '-0.50', fxFeeAmountCurrency: '840' },
  },
  {
    ...{
      transactionId: 'P2',
      transactionRequestId: `${ORDER}_2`,
      transactionAmountValue: '78.00',
      transactionCurrency: '344',
    },
    ...{ settlementCurrency: 'USD', quoteCurrencyPair: '344/840', quotePrice: '0.1282' },
    ...{ convertedTransactionAmountValue: '10.00', settlementAmountValue: '9.88' },
    ...{ paymentMethodFeeAmountValue: '-0.12', withholdingTaxAmountValue: '0.00' },
  },
  {
    ...{
      transactionId: 'P3',
      transactionRequestId: `${OTHER}_1`,
      transactionAmountValue: '48.60',
      transactionCurrency: 'CNY',
    },
    ...{
      settlementCurrency: 'CNY',
      settlementAmountValue: '48.31',
      settlementInitiatedDate: '2026-03-02T10:00:00+09:00',
    },
    ...{ paymentMethodFeeAmountValue: '-0.29', paymentMethodFeeCurrency: 'CNY' },
  },
  {
    ...JPY_USD,
    ...{ transactionType: 'REFUND', transactionId: 'R1', transactionRequestId: `${ORDER}_r1`, quotePrice: '149.5' },
    ...{ originalTransactionRequestId: `${ORDER}_1`, transactionAmountValue: '-3000' },
    ...{ convertedTransactionAmountValue: '-20.07', settlementAmountValue: '-19.47' },
    ...{ paymentMethodFeeAmountValue: '0.60', paymentMethodFeeCurrency: 'USD' },
  },
  {
    ...JPY_USD,
    ...{ transactionType: 'CANCEL', transactionId: 'P4', transactionRequestId: 'c-4', transactionAmountValue: '150' },
    // Unsigned where others are signed: the type says which way the money went. One cent of rounding.
    ...{
      originalTransactionRequestId: `${ORDER}_3`,
      convertedTransactionAmountValue: '1.00',
      settlementAmountValue: '-1.01',
    },
  },
  {
    ...JPY_USD,
    ...{ transactionType: 'REFUND_REVERSAL', transactionId: 'R2', transactionRequestId: `${ORDER}_r2` },
    // No converted amount: the quote says it. 1000 / 150 is 6.67.
    ...{ transactionAmountValue: '1000.00', settlementAmountValue: '6.67' },
  },
  {
    ...JPY_USD,
    ...{
      transactionId: 'X1',
      transactionRequestId: 'web-1',
      transactionAmountValue: '300',
      settlementAmountValue: '2.00',
    },
    convertedTransactionAmountValue: '2.00',
  },
  { transactionType: 'SETTLEMENT_FEE', settlementCurrency: 'USD', settlementAmountValue: '-5.00' },
  { transactionType: 'RESERVE', settlementCurrency: 'USD', settlementAmountValue: '-2.50' },
  { transactionType: 'RESERVE', settlementCurrency: 'USD', settlementAmountValue: '-1.50' },
  {
    ...JPY_USD,
    ...{ transactionType: 'DISPUTE', transactionRequestId: '', originalTransactionRequestId: `${ORDER}_1` },
    ...{
      transactionAmountValue: '-15000',
      convertedTransactionAmountValue: '-100.00',
      settlementAmountValue: '-115.00',
    },
    disputeHandlingFee: '-15.00',
  },
].map(cellsOf);

const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export function textOf(rows: readonly Cells[], header: readonly string[] = HEADER, feed = '\r\n'): string {
  const lines = [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))];
  return [...lines.map((cells) => cells.map(quoted).join(',')), '<END>', ''].join(feed);
}

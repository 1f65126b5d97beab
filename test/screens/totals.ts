/** Rows of totals with only the members that a test is about. */
import type { TerminalTotalsView, TotalsView } from '../../functions/contract/totals-answers.ts';

const none = { count: 0, gross: 0, received: 0 };

export const totalsRow = (more: Partial<TotalsView>): TotalsView => ({
  currency: 'CNY',
  channel: 'alipay',
  storeId: 'main',
  payments: none,
  refunds: none,
  netSales: 0,
  fees: 0,
  feesReturned: 0,
  feeAdjustments: { count: 0, fee: 0 },
  netFees: 0,
  netReceivable: 0,
  lateLines: 0,
  netReceived: 0,
  ...more,
});

export const terminalRow = (more: Partial<TerminalTotalsView>): TerminalTotalsView => ({
  ...totalsRow({}),
  terminalId: 'trm_aaaabbbbcccc',
  operatorId: null,
  ...more,
});

/** A statement of two movements, its lines and totals, a shift, and a comparison with the bill. */
import type { LineView, StatementView } from '../../../functions/contract/answers.ts';
import type { ReconciliationView } from '../../../functions/contract/reconciliation-answers.ts';
import type { ShiftView } from '../../../functions/contract/shifts.ts';
import type { TerminalTotalsView, TotalsView } from '../../../functions/contract/totals-answers.ts';
import { AT, instant, ORDER_ID, STATEMENT_ID, TERMINAL_ID, TRADE_NO, ZONE } from './ids.ts';

const common = {
  late: false,
  businessDay: '2026-03-01',
  storeId: 'main',
  terminalId: TERMINAL_ID,
  operatorId: '07',
  orderId: ORDER_ID,
  merchantOrderNo: '20260301-0001',
  channel: 'alipay',
  channelTradeNo: TRADE_NO,
  currency: 'CNY',
  ratePpm: 6000,
  feeMinimum: null,
  feeCap: null,
  feeOnRefund: 'returned',
  agreementId: 'agr_2026',
  saleStoreId: 'main',
  saleTerminalId: TERMINAL_ID,
  settlement: null,
} as const;

export const lines: LineView[] = [
  {
    ...common,
    lineNo: 1,
    type: 'payment',
    occurredAt: instant(AT + 9_000),
    refundNo: null,
    gross: 1234,
    received: 1234,
    fee: 7,
    net: 1227,
  },
  {
    ...common,
    lineNo: 2,
    type: 'refund',
    occurredAt: instant(AT + 601_000),
    refundNo: 'r1',
    gross: -200,
    received: -200,
    fee: -1,
    net: -199,
  },
];

const sums = {
  payments: { count: 1, gross: 1234, received: 1234 },
  refunds: { count: 1, gross: -200, received: -200 },
  netSales: 1034,
  fees: 7,
  feesReturned: -1,
  feeAdjustments: { count: 0, fee: 0 },
  netFees: 6,
  netReceivable: 1028,
  lateLines: 0,
  netReceived: 1034,
};
const store = { currency: 'CNY', channel: 'alipay', storeId: 'main' };
export const totals: TotalsView[] = [{ ...store, ...sums }];
export const terminals: TerminalTotalsView[] = [{ ...store, terminalId: TERMINAL_ID, operatorId: '07', ...sums }];

const proved = (check: StatementView['checks'][number]['check'], value: number) => ({
  currency: 'CNY',
  check,
  left: value,
  right: value,
  holds: true,
});

export const statement: StatementView = {
  statementId: STATEMENT_ID,
  day: '2026-03-01',
  zone: ZONE,
  sealedAt: '2026-03-01T16:30:00.000Z',
  previousHash: null,
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  lineCount: 2,
  totals,
  checks: [
    proved('every_line_is_counted', 2),
    proved('payments_and_refunds_are_net_sales', 1034),
    proved('payments_and_refunds_are_net_received', 1034),
    proved('received_less_fees_is_net_receivable', 1028),
    proved('lines_are_net_receivable', 1028),
    proved('terminals_are_net_receivable', 1028),
  ],
};

export const beside = { withoutAgreement: [], late: { count: 0, sums: [], facts: [] } };

export const shift: ShiftView = {
  shiftNo: '2026-03-01-1',
  sequence: 1,
  terminalId: TERMINAL_ID,
  storeId: 'main',
  operatorId: '07',
  zone: ZONE,
  openedAt: instant(AT - 3_600_000),
  closedAt: instant(AT + 28_800_000),
  previousShiftNo: null,
  totals,
  terminals,
  withoutAgreement: [],
  late: {
    count: 1,
    sums: [
      {
        currency: 'CNY',
        payments: { count: 1, gross: 500, received: 500 },
        refunds: { count: 0, gross: 0, received: 0 },
      },
    ],
    facts: [
      {
        type: 'payment',
        orderId: 'ord_d3tbnvwzayc2jefgh7k2m5q6x4',
        merchantOrderNo: '20260228-0317',
        refundNo: null,
        occurredAt: instant(AT - 7_200_000),
        learnedAt: instant(AT + 60_000),
        operatorId: '07',
        currency: 'CNY',
        gross: 500,
        received: 500,
      },
    ],
  },
};

export const reconciliation: ReconciliationView = {
  channel: 'alipay',
  day: '2026-03-01',
  checkedAt: '2026-03-02T03:00:00.000Z',
  state: 'compared',
  billHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  why: null,
  matched: 1,
  foreign: 0,
  differences: [
    {
      reason: 'fee',
      resolution: 'open',
      ageDays: 1,
      type: 'payment',
      orderId: ORDER_ID,
      attemptNo: `${ORDER_ID}_1`,
      requestNo: null,
      tradeNo: TRADE_NO,
      currency: 'CNY',
      ours: { gross: 1234, fee: 7, at: instant(AT + 9_000) },
      channelSays: { gross: 1234, fee: 8, at: instant(AT + 9_000) },
      note: null,
      unread: null,
    },
  ],
  omitted: 0,
  account: '2088000000000001',
};

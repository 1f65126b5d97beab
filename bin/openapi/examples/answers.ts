/** An answer of each operation and status. The tests hold them against the contract. */
import type * as z from 'zod';
import { CHANNELS } from '../../../functions/channel/registry.ts';
import type { contract, OperationName } from '../../../functions/contract/contract.ts';
import { TERMINAL_SCOPES } from '../../../functions/merchant/credentials.ts';
import { AT, instant, MERCHANT_ID, TERMINAL_ID, ZONE } from './ids.ts';
import { orders, refundIn } from './orders.ts';
import { beside, lines, reconciliation, shift, statement, terminals, totals } from './sums.ts';

type Answers<N extends OperationName> = ReturnType<(typeof contract)[N]['answers']>;
type Examples = {
  readonly [N in OperationName]: {
    readonly [S in keyof Answers<N>]: Answers<N>[S] extends { schema: infer T extends z.ZodType } ? z.input<T> : never;
  };
};

const { thanks, again } = CHANNELS.antom.notification;

const page = <T>(...data: T[]) => ({ data, nextCursor: null });
const SELLS = [...TERMINAL_SCOPES];
const refund = (order: (typeof orders)['refunded']) => ({ refund: refundIn(order), order });

export const answerExamples: Examples = {
  createOrder: { 200: orders.paid, 201: orders.awaiting, 202: orders.owed },
  createQrCode: { 200: orders.awaiting, 202: orders.owed },
  payWithTillCode: { 200: orders.paid, 202: orders.unknown },
  getOrder: { 200: orders.paid },
  listOrders: { 200: page(orders.refunded) },
  closeOrder: { 200: orders.closed, 202: orders.closing },
  createRefund: { 200: refund(orders.refunded), 201: refund(orders.refunded), 202: refund(orders.refunding) },
  getRefund: { 200: refundIn(orders.refunded) },
  listChannels: {
    200: {
      data: [
        {
          channel: 'alipay',
          state: 'open',
          until: null,
          reason: null,
          currencies: ['CNY'],
          name: { 'zh-CN': '支付宝', en: 'Alipay' },
          settlement: [{ currency: 'CNY', settlementCurrency: 'CNY' }],
        },
      ],
      routes: [{ currency: 'CNY', channel: 'alipay', why: 'only' }],
    },
  },
  getMerchant: {
    200: {
      name: 'Harbour Tea',
      zone: ZONE,
      acquirer: '支付宝（中国）网络技术有限公司',
      currencies: ['CNY'],
      agreements: [
        {
          agreementId: 'agr_2026',
          currency: 'CNY',
          validFrom: '2026-01-01',
          ratePpm: 6000,
          feeMinimum: null,
          feeCap: null,
          feeOnRefund: 'returned',
          channel: 'alipay',
          settlementCurrency: 'CNY',
        },
      ],
      refundWindowDays: 90,
      latePayment: 'refund',
      supportPhone: '+86 21 5555 0100',
      limits: {
        largestOrder: 5_000_000,
        ordersPerSecond: 10,
        ordersPerSecondPerTerminal: 1,
        openOrders: 5_000,
        refundsPerDay: 200,
        refundedPerDay: 3_000_000_000,
        largestTerminalRefund: 50_000,
        longestExpirySeconds: 600,
        oneOpenOrderPerTerminal: false,
        money: { CNY: { largestOrder: 5_000_000, refundedPerDay: 3_000_000_000, largestTerminalRefund: 50_000 } },
      },
    },
  },
  listStatements: { 200: page(statement) },
  getStatement: { 200: statement },
  listStatementLines: { 200: page(...lines) },
  listStatementTotals: { 200: page(...terminals) },
  listReconciliations: { 200: { data: [reconciliation] } },
  getTotals: {
    200: {
      since: instant(AT - 43_200_000),
      until: instant(AT + 700_000),
      zone: ZONE,
      totals,
      terminals,
      withoutAgreement: 0,
      shift: { sequence: 1, openedAt: instant(AT - 3_600_000), lastShiftNo: null, ...beside },
    },
  },
  enrolTerminal: {
    200: {
      terminalId: TERMINAL_ID,
      keyid: `${TERMINAL_ID}.1`,
      merchantId: MERCHANT_ID,
      storeId: 'main',
      scopes: SELLS,
      stores: 'own',
    },
  },
  rotateKey: {
    200: { keyid: `${TERMINAL_ID}.2`, validFrom: instant(AT), oldKeyExpiresAt: instant(AT + 7 * 86_400_000) },
  },
  listTerminals: {
    200: page({
      terminalId: TERMINAL_ID,
      storeId: 'main',
      stores: 'own',
      scopes: SELLS,
      name: 'Till 1',
      state: 'active',
      createdAt: instant(AT - 86_400_000),
      lastSeenAt: instant(AT),
      clockSkewMs: -420,
      keys: [
        {
          keyid: `${TERMINAL_ID}.1`,
          alg: 'ed25519',
          createdAt: instant(AT - 86_400_000),
          expiresAt: null,
          revokedAt: null,
        },
      ],
    }),
  },
  closeShift: { 200: shift, 201: shift },
  listShifts: { 200: page(shift) },
  getShift: { 200: shift },
  alipayNotification: { 200: 'success', 400: 'fail', 413: 'fail', 500: 'fail' },
  antomNotification: { 200: thanks, 400: again, 413: again, 500: again },
};

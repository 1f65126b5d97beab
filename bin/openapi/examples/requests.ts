/** A request of each operation. The tests hold them against the contract. */
import type { contract, OperationName } from '../../../functions/contract/contract.ts';
import type { Sent } from '../../../functions/contract/operation.ts';
import { AT, cny, ORDER_ID, PUBLIC_KEY, STATEMENT_ID, TERMINAL_ID, TRADE_NO } from './ids.ts';

type Examples = { readonly [N in OperationName]: Partial<Sent<(typeof contract)[N]>> };

const order = { params: { orderId: ORDER_ID } };
const statement = { params: { statementId: STATEMENT_ID } };

export const requestExamples: Examples = {
  createOrder: {
    body: {
      merchantOrderNo: '20260301-0001',
      amount: cny(1234),
      subject: '拿铁咖啡',
      reference: 'table 4',
      operatorId: '07',
      channel: 'alipay',
    },
  },
  createQrCode: { ...order, body: { attempt: 1 } },
  payWithTillCode: { ...order, body: { attempt: 1, tillCode: '281234567890123456', operatorId: '07' } },
  getOrder: { ...order, query: { live: 'true' } },
  listOrders: { query: { day: '2026-03-01', storeId: 'main', terminal: 'self', limit: '20' } },
  closeOrder: { ...order, body: { operatorId: '07' } },
  createRefund: { ...order, body: { refundNo: 'r1', amount: cny(200), reason: 'cold', operatorId: '07' } },
  getRefund: { params: { orderId: ORDER_ID, refundNo: 'r1' } },
  listChannels: {},
  getMerchant: {},
  listStatements: { query: { from: '2026-02-01', to: '2026-03-01', limit: '31' } },
  getStatement: statement,
  listStatementLines: { ...statement, query: { limit: '100' } },
  listStatementTotals: { ...statement, query: { limit: '100' } },
  listReconciliations: { query: { day: '2026-03-01' } },
  getTotals: { query: { terminal: 'self', since: String(AT) } },
  enrolTerminal: { body: { code: '7K2M-9QXD-4TRB', alg: 'ed25519', publicKey: PUBLIC_KEY } },
  rotateKey: { body: { alg: 'ed25519', publicKey: PUBLIC_KEY } },
  listTerminals: { query: { limit: '100' } },
  closeShift: { body: { shiftNo: '2026-03-01-1', operatorId: '07' } },
  listShifts: { query: { terminal: TERMINAL_ID, limit: '20' } },
  getShift: { params: { shiftNo: '2026-03-01-1' }, query: { terminal: TERMINAL_ID } },
  alipayNotification: {},
  antomNotification: {},
};

/** What a parameter may be where the example of its operation does not send it. */
export const parameterExamples: Readonly<Record<string, unknown>> = {
  merchantOrderNo: '20260301-0001',
  tradeNo: TRADE_NO,
  storeId: 'main',
  operatorId: '07',
  cursor: 'eyJpZCI6Im9yZF83azJtIn0',
  excel: 'true',
  shift: 'open',
};

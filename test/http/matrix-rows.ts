/** How each operation is asked in the matrix: one row per operation of the contract, or it does not compile. */
import type { OperationName } from '../../functions/contract/contract.ts';
import { cny } from '../support/shop.ts';
import type { Things } from '../support/two-merchants.ts';

type Values = Readonly<Record<string, unknown>>;

export interface SignedRow {
  /** Who may: a terminal, or a back office. */
  readonly as: 'till' | 'office';
  /** What the owner is answered, and another terminal (or back office) of the merchant. */
  readonly own: number;
  readonly peer: number;
  /** The path's ids, as things of one merchant; left out where the path has none. */
  readonly params?: (of: Things) => Readonly<Record<string, string>>;
  /** What is asked of them: one merchant's things where the query or the body names any. */
  readonly query?: (of: Things) => string;
  readonly body?: (of: Things) => Values;
}

/** An operation that nobody's credential opens: what a stranger sends, and what comes of it. */
export interface SelfProvingRow {
  readonly proves: string;
  readonly sent: string;
  readonly refused: number;
}

const order = (of: Things) => ({ orderId: of.paid.orderId });
const statement = ({ statementId }: Things) => ({ statementId });

export const rows = {
  createOrder: {
    as: 'till',
    own: 201,
    peer: 409,
    body: () => ({ merchantOrderNo: 'matrix', amount: cny(5), subject: 'tea' }),
  },
  createQrCode: { as: 'till', own: 200, peer: 200, params: order, body: () => ({}) },
  payWithTillCode: {
    as: 'till',
    own: 200,
    peer: 200,
    params: order,
    body: () => ({ attempt: 1, tillCode: '281234567890123456' }),
  },
  getOrder: { as: 'till', own: 200, peer: 200, params: order },
  listOrders: { as: 'till', own: 200, peer: 200, query: () => 'merchantOrderNo=paid' },
  closeOrder: { as: 'till', own: 202, peer: 202, params: (of) => ({ orderId: of.open.orderId }), body: () => ({}) },
  createRefund: {
    as: 'till',
    own: 201,
    peer: 200,
    params: order,
    body: () => ({ refundNo: 'matrix', amount: cny(1) }),
  },
  getRefund: { as: 'till', own: 200, peer: 200, params: (of) => ({ ...order(of), refundNo: 'r0' }) },
  listChannels: { as: 'till', own: 200, peer: 200 },
  getMerchant: { as: 'till', own: 200, peer: 200 },
  listStatements: { as: 'office', own: 200, peer: 200 },
  getStatement: { as: 'office', own: 200, peer: 200, params: statement },
  listStatementLines: { as: 'office', own: 200, peer: 200, params: statement },
  listStatementTotals: { as: 'office', own: 200, peer: 200, params: statement },
  getTotals: { as: 'till', own: 200, peer: 200, query: () => 'terminal=self' },
  listReconciliations: { as: 'office', own: 200, peer: 200, query: () => 'day=2026-03-01' },
  listTerminals: { as: 'office', own: 200, peer: 200 },
  // Each terminal has shifts of its own, so a number of one is free for the other.
  closeShift: { as: 'till', own: 201, peer: 201, body: () => ({ shiftNo: 'matrix' }) },
  listShifts: { as: 'till', own: 200, peer: 200 },
  getShift: {
    as: 'office',
    own: 200,
    peer: 200,
    params: ({ shiftNo }) => ({ shiftNo }),
    query: ({ paid }) => `terminal=${paid.terminalId}`,
  },
  enrolTerminal: {
    proves: 'an activation code, and a signature by the key that it is for',
    sent: `{"code":"0000-0000-0000","alg":"ed25519","publicKey":"MCowBQYDK2VwAyEA${'A'.repeat(42)}A="}`,
    refused: 401,
  },
  rotateKey: { proves: 'a signature by each of two keys', sent: '{}', refused: 401 },
  alipayNotification: { proves: "Alipay's signature", sent: 'trade_status=TRADE_SUCCESS&sign=x', refused: 400 },
  antomNotification: { proves: "Antom's signature", sent: '{"notifyType":"PAYMENT_RESULT"}', refused: 400 },
} satisfies Record<OperationName, SignedRow | SelfProvingRow>;

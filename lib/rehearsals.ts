/** What each function rehearses before its first event: a request as it will come, about what the rehearsal's tables hold. */

import { HOME_CURRENCY } from '../functions/channel/channels.ts';
import { contract, type OperationName } from '../functions/contract/contract.ts';
import { type NotificationName, notificationOperations } from '../functions/contract/notifications.ts';
import { newActivation } from '../functions/merchant/activation.ts';
import { MERCHANT, type RehearsedRequest, TERMINAL } from '../functions/rehearsed.ts';

type Ask = Partial<Pick<RehearsedRequest, 'by' | 'params' | 'query' | 'body' | 'items'>>;

const merchantOrderNo = 'rehearsal';
const orderId = `ord_${'a'.repeat(26)}`;
const amount = { currency: HOME_CURRENCY, value: 1 };
const LONG_AFTER = Date.UTC(2100, 0);
const sale = { merchantOrderNo, amount, subject: 'rehearsal' };

/** Open, and without a code. */
const order = {
  ...{ orderId, merchantId: MERCHANT, schema: 2, version: 1, latePayment: 'refund', day: '2020-01-01' },
  request: { ...sale, storeId: 'main', expiresInSeconds: 600, terminalId: TERMINAL },
  ...{ createdAt: 0, updatedAt: 0, attempts: [], payments: [], refunds: [] },
};
const about = (more: object = {}): Ask => ({ params: { orderId }, items: [{ ...order, ...more }] });
const attempts = [{ n: 1, kind: 'qr_code', expiresAt: LONG_AFTER, payload: 'rehearsal' }];
const payments = [{ attempt: 1, tradeNo: '1', paidAt: LONG_AFTER, source: 'query', at: 0 }];

const terminal = {
  ...{ id: TERMINAL, merchantId: MERCHANT, kind: 'credential', version: 1, role: 'terminal', name: TERMINAL },
  ...{ scopes: ['orders:write'], storeId: 'main', createdAt: 0, newestKey: 1 },
};

/** A code that is good for ever, of a terminal that is not there. */
const activation = newActivation({
  ...{ merchantId: MERCHANT, storeId: 'main', name: 'rehearsal', now: LONG_AFTER },
  random: (bytes) => new Uint8Array(bytes),
});

const office: Ask = { by: 'office' };
const ofStatement: Ask = { ...office, params: { statementId: `stm_${'a'.repeat(26)}` } };

const ASKS: Readonly<Record<Exclude<OperationName, NotificationName>, Ask>> = {
  createOrder: { body: sale },
  createQrCode: { ...about(), body: { attempt: 1 } },
  payWithTillCode: { ...about(), body: { attempt: 1, tillCode: '280000000000000000' } },
  getOrder: about({ attempts }),
  listOrders: { query: `merchantOrderNo=${merchantOrderNo}` },
  closeOrder: { ...about({ attempts }), body: {} },
  createRefund: { ...about({ attempts, payments }), body: { refundNo: '1', amount } },
  getRefund: { ...about({ attempts, payments }), params: { orderId, refundNo: '1' } },
  listChannels: {},
  getMerchant: {},
  listStatements: office,
  getStatement: ofStatement,
  listStatementLines: ofStatement,
  listStatementTotals: ofStatement,
  listReconciliations: { ...office, query: 'day=2020-01-01' },
  getTotals: { query: 'terminal=self' },
  listTerminals: office,
  closeShift: { body: { shiftNo: '1' } },
  listShifts: {},
  getShift: { params: { shiftNo: '1' } },
  enrolTerminal: { by: 'newcomer', body: { code: activation.code }, items: [activation.item] },
  rotateKey: { by: 'rotating', body: {}, items: [terminal] },
};

const isNotification = (name: OperationName): name is NotificationName => name in notificationOperations;

/** `undefined`: what is sent to this function is no request that is signed as ours are. */
export function rehearsalOf(name: OperationName): RehearsedRequest | undefined {
  if (isNotification(name)) return undefined;
  const { method, path } = contract[name];
  const ask = ASKS[name];
  const filled = path.replace(/\{(\w+)\}/g, (_, part: string) => ask.params?.[part] ?? '');
  return { by: 'terminal', method, path: filled, ...ask };
}

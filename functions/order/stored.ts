/** The shape of an order's item, as every order that is read back must have it. The store, orders.ts, reads by it. */
import { optional, reader } from '../table/stored.ts';
import type { Order } from './order.ts';

const TIME = 'integer';
const TIME_OR_NONE = optional('integer');
const MONEY = { currency: 'text', value: 'integer' } as const;
const SETTLEMENT = {
  gross: optional(MONEY),
  pair: optional('text'),
  price: optional('text'),
  quoteId: optional('text'),
} as const;

/** @throws WrongItem */
export const readOrder = reader<Order>('orders', 'orderId', {
  orderId: 'text',
  merchantId: 'text',
  schema: 'integer',
  version: 'integer',
  request: {
    merchantOrderNo: 'text',
    amount: MONEY,
    subject: 'text',
    reference: optional('text'),
    storeId: 'text',
    operatorId: optional('text'),
    expiresInSeconds: 'integer',
    terminalId: optional('text'),
    replaces: optional('text'),
  },
  account: 'object',
  latePayment: 'text',
  day: 'text',
  createdAt: TIME,
  updatedAt: TIME,
  attempts: [
    {
      n: 'integer',
      kind: 'text',
      expiresAt: TIME,
      operatorId: optional('text'),
      storeId: optional('text'),
      terminalId: optional('text or null'),
      payload: optional('text'),
      shownUntil: TIME_OR_NONE,
      refused: optional('object'),
      waitingSince: TIME_OR_NONE,
      cancelRequestedAt: TIME_OR_NONE,
      reversed: optional({ tradeNo: optional('text'), at: TIME }),
      ended: optional({ why: 'text', at: TIME, inDoubtUntil: TIME_OR_NONE }),
      doubtResolvedAt: TIME_OR_NONE,
      reportedPaidAt: TIME_OR_NONE,
    },
  ],
  payments: [
    {
      attempt: 'integer',
      tradeNo: 'text',
      paidAt: TIME,
      received: optional('integer'),
      wallet: optional('text'),
      customerPaid: optional(MONEY),
      settlement: optional(SETTLEMENT),
      source: 'text',
      at: TIME,
      posted: optional('text'),
      agreementId: optional('text'),
    },
  ],
  closeRequested: optional({
    at: TIME,
    by: 'text',
    operatorId: optional('text'),
    trade: optional('text'),
    replacedBy: optional('text'),
  }),
  closed: optional({ at: TIME, reason: 'text' }),
  refunds: [
    {
      refundNo: 'text',
      attempt: 'integer',
      k: optional('integer'),
      numbers: optional(['integer']),
      channelNo: optional('text'),
      amount: 'integer',
      reason: optional('text'),
      operatorId: optional('text'),
      storeId: optional('text'),
      terminalId: optional('text or null'),
      source: 'text',
      requestedAt: TIME,
      tries: 'integer',
      calledAt: TIME_OR_NONE,
      unconfirmedRefusal: optional('object'),
      returnedMeanwhile: optional('integer'),
      named: optional([{ channelNo: 'text', amount: 'integer', at: TIME }]),
      namedAt: TIME_OR_NONE,
      // Of one that failed, the refusal is not looked into.
      result: optional({ status: 'text', at: TIME, learnedAt: TIME_OR_NONE, settlement: optional(SETTLEMENT) }),
      posted: optional('text'),
    },
  ],
  feeAdjustments: optional([
    {
      attempt: 'integer',
      refundNo: optional('text'),
      charged: 'integer',
      fee: 'integer',
      at: TIME,
      posted: optional('text'),
    },
  ]),
  feeCharges: optional([{ attempt: 'integer', refundNo: optional('text'), charged: 'integer', at: TIME }]),
  reportedRefunds: optional('list'),
  dueAt: TIME_OR_NONE,
  failures: optional('integer'),
});

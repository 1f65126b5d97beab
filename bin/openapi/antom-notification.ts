/** What Antom sends to us, as far as it is read. Its own documents have the rest. */
import type { Json } from './schemas.ts';

const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more });
const money = (description: string): Json => ({
  type: 'object',
  description: `${description} \`currency\` is of ISO 4217, \`value\` are minor units as text.`,
});
const time = (description: string) => text(`${description}, ISO 8601 with an offset.`);

export const ANTOM_NOTIFICATION: Json = {
  type: 'object',
  properties: {
    notifyType: text('`PAYMENT_RESULT`; anything else is thanked for and ignored.'),
    result: {
      type: 'object',
      description:
        '`resultStatus`: `S` paid, `F` never paid; anything else proves nothing. `resultCode` says why; the message is not read.',
    },
    paymentRequestId: text("The order's id, `_` and the number of the attempt."),
    paymentId: text("Antom's own number of the payment."),
    paymentAmount: money("The order's amount."),
    paymentTime: time('When the customer paid'),
    actualPaymentAmount: money('What the customer paid, in the currency of the wallet.'),
    grossSettlementAmount: money('What the merchant gets before fees, where it is in another currency than the order.'),
    pspCustomerInfo: {
      type: 'object',
      description: 'Of the customer only `pspName`, the name of the wallet, is read.',
    },
  },
  required: ['notifyType', 'result', 'paymentRequestId'],
  additionalProperties: true,
};

export const ANTOM_NOTIFICATION_EXAMPLE = {
  notifyType: 'PAYMENT_RESULT',
  result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' },
  paymentRequestId: 'ord_7k2m5q6x4d3tbnvwzayc2jefgh_1',
  paymentId: '2026030119463000001',
  paymentAmount: { currency: 'JPY', value: '1000' },
  paymentTime: '2026-03-01T12:00:09+08:00',
  actualPaymentAmount: { currency: 'CNY', value: '4812' },
  pspCustomerInfo: { pspName: 'AlipayCN' },
};

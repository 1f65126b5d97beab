/** What a terminal does with orders and refunds. */
import * as z from 'zod';
import { orderView, page, refundView } from '../answers.ts';
import { once, operation } from '../operation.ts';
import {
  anyText,
  cursor,
  day,
  limit,
  money,
  newNumber32,
  newStoreId,
  nothing,
  number32,
  pathValue,
  storeId,
  text,
} from './fields.ts';

const operatorId = text(28);
/** The channel's own number of a trade; Alipay's has 28 digits, of which the first eight are the day in China. */
const tradeNo = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 of A-Z a-z 0-9 _ -');
const attempt = z.int().min(1).max(20);

/** An order's id, or with `_<n>` the number of one of its attempts, which is what the customer's app shows. */
const orderPath = z.strictObject({ orderId: pathValue });
const refundPath = z.strictObject({ ...orderPath.shape, refundNo: pathValue });

const createOrderBody = z.strictObject({
  merchantOrderNo: newNumber32,
  amount: money,
  subject: text(128),
  /** Whether it may look like a card number, the merchant has chosen: the handler knows. */
  reference: anyText(64).optional(),
  storeId: newStoreId.optional(),
  operatorId: operatorId.optional(),
  expiresInSeconds: z.int().min(90).max(900).default(180),
  qrCode: z.boolean().default(true),
  svg: z.boolean().default(false),
});
const createQrCodeBody = z.strictObject({ attempt: attempt.default(1), svg: z.boolean().default(false) });
const payWithTillCodeBody = z.strictObject({
  attempt,
  /** Never stored, never logged; an error names the field and not its value. */
  tillCode: z.string().regex(/^[0-9]{16,24}$/, 'must be the 16 to 24 digits that the terminal scanned'),
  operatorId: operatorId.optional(),
});
const closeOrderBody = z.strictObject({ operatorId: operatorId.optional() });
const createRefundBody = z.strictObject({
  refundNo: newNumber32.refine((no) => !no.startsWith('auto_'), 'auto_ is reserved for automatic refunds'),
  amount: money,
  reason: text(128).optional(),
  operatorId: operatorId.optional(),
});

const refundAndOrder = once(() => z.strictObject({ refund: refundView(), order: orderView() }));
const answersRefund = (description: string) => ({ schema: refundAndOrder(), description });
const answersOrder = (description: string) => ({ schema: orderView(), description });

export const orderOperations = {
  createOrder: operation({
    name: 'createOrder',
    method: 'POST',
    path: '/v1/orders',
    scope: 'orders:write',
    summary:
      'Opens an order and, unless qrCode is false, asks for its first code. Safe to repeat: merchantOrderNo is the key.',
    params: nothing,
    query: nothing,
    body: createOrderBody,
    answers: () => ({
      200: answersOrder('The order was there already (Idempotency-Replayed: true)'),
      201: answersOrder('The order was opened'),
      202: answersOrder('The order is there, the channel still owes the code'),
    }),
    entry: 'api/create-order.ts',
  }),
  createQrCode: operation({
    name: 'createQrCode',
    method: 'POST',
    path: '/v1/orders/{orderId}/qr-code',
    scope: 'orders:write',
    summary:
      'Starts attempt n by a QR code that the customer scans; an attempt that exists answers the order as it is.',
    params: orderPath,
    query: nothing,
    body: createQrCodeBody,
    answers: () => ({
      200: answersOrder('The order with its code'),
      202: answersOrder('The channel still owes the code'),
    }),
    entry: 'api/create-qr-code.ts',
  }),
  payWithTillCode: operation({
    name: 'payWithTillCode',
    method: 'POST',
    path: '/v1/orders/{orderId}/till-code-payment',
    scope: 'orders:write',
    summary:
      "Starts attempt n by the customer's own code, which the terminal has scanned; an attempt that exists answers the order as it is, whatever code is sent.",
    params: orderPath,
    query: nothing,
    body: payWithTillCodeBody,
    answers: () => ({
      200: answersOrder('Paid, waiting for the customer, or refused (attempt.refused): see nextAction'),
      202: answersOrder('The outcome is not known yet: do not hand over goods, do not charge again, ask for the order'),
    }),
    entry: 'api/pay-with-till-code.ts',
  }),
  getOrder: operation({
    name: 'getOrder',
    method: 'GET',
    path: '/v1/orders/{orderId}',
    scope: 'orders:read',
    summary:
      'The order, after asking the channel if it has not been asked for three seconds. Strongly consistent. live=true comes from the terminal that opened it and goes on with the sale: it is told to hand over the goods for an hour after the payment became known, any other look-up for a minute.',
    params: orderPath,
    query: z.strictObject({ live: z.enum(['true', 'false']).optional() }),
    body: null,
    answers: () => ({ 200: answersOrder('The order') }),
    entry: 'api/get-order.ts',
  }),
  listOrders: operation({
    name: 'listOrders',
    method: 'GET',
    path: '/v1/orders',
    scope: 'orders:read',
    summary:
      "One order by merchantOrderNo or by the channel's number of its trade, or those of a day and store, newest first. Eventually consistent by day.",
    params: nothing,
    query: z
      .strictObject({
        merchantOrderNo: number32.optional(),
        tradeNo: tradeNo.optional(),
        day: day.optional(),
        storeId: storeId.optional(),
        terminal: z.literal('self').optional(),
        limit,
        cursor,
      })
      .refine(
        (it) =>
          (it.merchantOrderNo === undefined && it.tradeNo === undefined) ||
          Object.values(it).filter((value) => value !== undefined).length === 1,
        'merchantOrderNo and tradeNo stand alone',
      ),
    body: null,
    answers: () => ({ 200: { schema: page(orderView()), description: 'A page of orders' } }),
    entry: 'api/list-orders.ts',
  }),
  closeOrder: operation({
    name: 'closeOrder',
    method: 'POST',
    path: '/v1/orders/{orderId}/close',
    scope: 'orders:write',
    summary: 'Asks to close an unpaid order. It is closed when no payment can arrive any more, and closing until then.',
    params: orderPath,
    query: nothing,
    body: closeOrderBody,
    answers: () => ({ 200: answersOrder('The order is closed'), 202: answersOrder('The order is closing') }),
    entry: 'api/close-order.ts',
  }),
  createRefund: operation({
    name: 'createRefund',
    method: 'POST',
    path: '/v1/orders/{orderId}/refunds',
    scope: 'refunds:write',
    summary:
      'Refunds a paid order, whole or in part, to the payer. Safe to repeat: refundNo is the key within the order.',
    params: orderPath,
    query: nothing,
    body: createRefundBody,
    answers: () => ({
      200: answersRefund('The refund was asked for before and is finished'),
      201: answersRefund('The refund is finished: succeeded or failed'),
      202: answersRefund('The refund is requested; it will be finished'),
    }),
    entry: 'api/create-refund.ts',
  }),
  getRefund: operation({
    name: 'getRefund',
    method: 'GET',
    path: '/v1/orders/{orderId}/refunds/{refundNo}',
    scope: 'orders:read',
    summary: 'One refund of an order. Strongly consistent.',
    params: refundPath,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: refundView(), description: 'The refund' } }),
    entry: 'api/get-refund.ts',
  }),
} as const;

/** What a terminal does with orders and refunds. */
import * as z from 'zod';
import { TILL_CODE_FORM } from '../channel/channels.ts';
import { LONGEST_EXPIRY, SHORTEST_EXPIRY } from '../deadlines.ts';
import { SECOND } from '../time.ts';
import { channelId, orderView, page, refundView } from './answers.ts';
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
import { once, operation } from './operation.ts';

const operatorId = text(28);
/** The channel's own number of a trade. */
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
  expiresInSeconds: z
    .int()
    .min(SHORTEST_EXPIRY / SECOND)
    .max(LONGEST_EXPIRY / SECOND)
    .default(180),
  qrCode: z.boolean().default(true),
  svg: z.boolean().default(false),
  /** The only one that may take it; absent: as listChannels says. */
  channel: channelId().optional(),
  /** An order of the same till for the same amount, which is closed in favour of this one. */
  replaces: z
    .string()
    .regex(/^ord_[a-z2-7]{26}$/, 'must be an orderId')
    .optional(),
});
const createQrCodeBody = z.strictObject({ attempt: attempt.default(1), svg: z.boolean().default(false) });
const payWithTillCodeBody = z.strictObject({
  attempt,
  /** Never stored, never logged; an error names the field and not its value. */
  tillCode: z.string().regex(TILL_CODE_FORM, 'must be the 16 to 24 digits that the terminal scanned'),
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
const theRefund = () => ({ schema: refundAndOrder() });
const theOrder = () => ({ schema: orderView() });

export const orderOperations = {
  createOrder: operation({
    name: 'createOrder',
    method: 'POST',
    path: '/v1/orders',
    scope: 'orders:write',
    params: nothing,
    query: nothing,
    body: createOrderBody,
    answers: () => ({
      200: theOrder(),
      201: theOrder(),
      202: theOrder(),
    }),
    entry: 'api/create-order.ts',
  }),
  createQrCode: operation({
    name: 'createQrCode',
    method: 'POST',
    path: '/v1/orders/{orderId}/qr-code',
    scope: 'orders:write',
    params: orderPath,
    query: nothing,
    body: createQrCodeBody,
    answers: () => ({
      200: theOrder(),
      202: theOrder(),
    }),
    entry: 'api/create-qr-code.ts',
  }),
  payWithTillCode: operation({
    name: 'payWithTillCode',
    method: 'POST',
    path: '/v1/orders/{orderId}/till-code-payment',
    scope: 'orders:write',
    params: orderPath,
    query: nothing,
    body: payWithTillCodeBody,
    answers: () => ({
      200: theOrder(),
      202: theOrder(),
    }),
    entry: 'api/pay-with-till-code.ts',
  }),
  getOrder: operation({
    name: 'getOrder',
    method: 'GET',
    path: '/v1/orders/{orderId}',
    scope: 'orders:read',
    params: orderPath,
    query: z.strictObject({ live: z.enum(['true', 'false']).optional() }),
    body: null,
    answers: () => ({ 200: theOrder() }),
    entry: 'api/get-order.ts',
  }),
  listOrders: operation({
    name: 'listOrders',
    method: 'GET',
    path: '/v1/orders',
    scope: 'orders:read',
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
    answers: () => ({ 200: { schema: page(orderView()) } }),
    entry: 'api/list-orders.ts',
  }),
  closeOrder: operation({
    name: 'closeOrder',
    method: 'POST',
    path: '/v1/orders/{orderId}/close',
    scope: 'orders:write',
    params: orderPath,
    query: nothing,
    body: closeOrderBody,
    answers: () => ({ 200: theOrder(), 202: theOrder() }),
    entry: 'api/close-order.ts',
  }),
  createRefund: operation({
    name: 'createRefund',
    method: 'POST',
    path: '/v1/orders/{orderId}/refunds',
    scope: 'refunds:write',
    params: orderPath,
    query: nothing,
    body: createRefundBody,
    answers: () => ({
      200: theRefund(),
      201: theRefund(),
      202: theRefund(),
    }),
    entry: 'api/create-refund.ts',
  }),
  getRefund: operation({
    name: 'getRefund',
    method: 'GET',
    path: '/v1/orders/{orderId}/refunds/{refundNo}',
    scope: 'orders:read',
    params: refundPath,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: refundView() } }),
    entry: 'api/get-refund.ts',
  }),
} as const;

/**
 * The API, whole: one entry per operation. Routes, request parsing, scopes, the OpenAPI document, the local gateway and
 * the client read this file and nothing else. What the words mean is said in the README.
 */
import * as z from 'zod';
import { MAX_VALUE } from '../order/money.ts';
import {
  channelView,
  lineView,
  orderView,
  page,
  refundView,
  statementView,
  terminalTotalsView,
  totalsAnswer,
} from './answers.ts';
import { operation } from './operation.ts';

/** Text that a person wrote: bounded, well-formed Unicode, no control characters (they would end up in logs and bills). */
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(
      (value) => value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value),
      'must be text without control characters',
    );

const number32 = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 _ -');
const storeId = z.string().regex(/^[A-Za-z0-9._~-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 . _ ~ -');
const operatorId = text(28);
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as CNY');
const day = z.iso.date('must be a day such as 2026-03-01');
const limit = z
  .string()
  .regex(/^([1-9][0-9]?|100)$/, 'must be 1 to 100')
  .transform(Number)
  .optional();
const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,1024}$/, 'must be a nextCursor of this list')
  .optional();
const since = z
  .string()
  .regex(/^[0-9]{13}$/, 'must be milliseconds since 1970 UTC')
  .transform(Number)
  .optional();
/** A page of a statement's rows; `excel` is for CSV. */
const statementRows = z.strictObject({ limit, cursor, excel: z.literal('true').optional() });
const attempt = z.int().min(1).max(20);
const money = z.strictObject({ currency, value: z.int().min(1).max(MAX_VALUE) }).meta({ id: 'Money' });

/* Path parameters: whatever consists of plain characters is looked up, and is there or not. ------------------------ */

const pathValue = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ ~ -');
/** An order's id, or with `_<n>` the number of one of its attempts, which is what the customer's app shows. */
const orderPath = z.strictObject({ orderId: pathValue });
const refundPath = z.strictObject({ ...orderPath.shape, refundNo: pathValue });
const statementPath = z.strictObject({ statementId: pathValue });

/* Bodies -------------------------------------------------------------------------------------------------------- */

const createOrderBody = z.strictObject({
  merchantOrderNo: number32,
  amount: money,
  subject: text(128),
  reference: text(64).optional(),
  storeId: storeId.optional(),
  operatorId: operatorId.optional(),
  expiresInSeconds: z.int().min(90).max(900).default(180),
  qrCode: z.boolean().default(true),
  svg: z.boolean().default(false),
});
const createQrCodeBody = z.strictObject({ attempt: attempt.default(1), svg: z.boolean().default(false) });
const closeOrderBody = z.strictObject({ operatorId: operatorId.optional() });
const createRefundBody = z.strictObject({
  refundNo: number32.refine((no) => !no.startsWith('auto_'), 'auto_ is reserved for automatic refunds'),
  amount: money,
  reason: text(128).optional(),
  operatorId: operatorId.optional(),
});

/* The operations ------------------------------------------------------------------------------------------------ */

const nothing = z.strictObject({});
const refundAndOrder = z.strictObject({ refund: refundView, order: orderView });
const answersRefund = (description: string) => ({ schema: refundAndOrder, description });
const answersOrder = (description: string) => ({ schema: orderView, description });

export const contract = {
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
    answers: {
      200: answersOrder('The order was there already (Idempotency-Replayed: true)'),
      201: answersOrder('The order was opened'),
      202: answersOrder('The order is there, the channel still owes the code'),
    },
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
    answers: { 200: answersOrder('The order with its code'), 202: answersOrder('The channel still owes the code') },
    entry: 'api/create-qr-code.ts',
  }),
  getOrder: operation({
    name: 'getOrder',
    method: 'GET',
    path: '/v1/orders/{orderId}',
    scope: 'orders:read',
    summary: 'The order, after asking the channel if it has not been asked for three seconds. Strongly consistent.',
    params: orderPath,
    query: nothing,
    body: null,
    answers: { 200: answersOrder('The order') },
    entry: 'api/get-order.ts',
  }),
  listOrders: operation({
    name: 'listOrders',
    method: 'GET',
    path: '/v1/orders',
    scope: 'orders:read',
    summary: 'One order by merchantOrderNo, or those of a day and store, newest first. Eventually consistent by day.',
    params: nothing,
    query: z
      .strictObject({
        merchantOrderNo: number32.optional(),
        day: day.optional(),
        storeId: storeId.optional(),
        terminal: z.literal('self').optional(),
        limit,
        cursor,
      })
      .refine(
        (it) =>
          it.merchantOrderNo === undefined || Object.values(it).filter((value) => value !== undefined).length === 1,
        'merchantOrderNo stands alone',
      ),
    body: null,
    answers: { 200: { schema: page(orderView), description: 'A page of orders' } },
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
    answers: { 200: answersOrder('The order is closed'), 202: answersOrder('The order is closing') },
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
    answers: {
      200: answersRefund('The refund was asked for before and is finished'),
      201: answersRefund('The refund is finished: succeeded or failed'),
      202: answersRefund('The refund is requested; it will be finished'),
    },
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
    answers: { 200: { schema: refundView, description: 'The refund' } },
    entry: 'api/get-refund.ts',
  }),
  listChannels: operation({
    name: 'listChannels',
    method: 'GET',
    path: '/v1/channels',
    scope: 'orders:read',
    summary: "The merchant's channels, whether they take new orders, and if not why and until when.",
    params: nothing,
    query: nothing,
    body: null,
    answers: { 200: { schema: z.strictObject({ data: z.array(channelView) }), description: 'The channels' } },
    entry: 'api/list-channels.ts',
  }),
  listStatements: operation({
    name: 'listStatements',
    method: 'GET',
    path: '/v1/statements',
    scope: 'statements:read',
    summary: "The merchant's sealed fee statements from one business day to another, newest first.",
    params: nothing,
    query: z.strictObject({ from: day.optional(), to: day.optional(), limit, cursor }),
    body: null,
    answers: { 200: { schema: page(statementView), description: 'A page of statements' } },
    entry: 'api/list-statements.ts',
  }),
  getStatement: operation({
    name: 'getStatement',
    method: 'GET',
    path: '/v1/statements/{statementId}',
    scope: 'statements:read',
    summary: 'One sealed fee statement with its totals.',
    params: statementPath,
    query: nothing,
    body: null,
    answers: { 200: { schema: statementView, description: 'The statement' } },
    entry: 'api/get-statement.ts',
  }),
  listStatementLines: operation({
    name: 'listStatementLines',
    method: 'GET',
    path: '/v1/statements/{statementId}/lines',
    scope: 'statements:read',
    summary:
      'The lines of a sealed statement: one money movement each, in order of line number. As CSV in pages that concatenate to one file: Link names the next, only the first has the header.',
    params: statementPath,
    query: statementRows,
    body: null,
    answers: { 200: { schema: page(lineView), description: 'A page of lines' } },
    entry: 'api/list-statement-lines.ts',
  }),
  listStatementTotals: operation({
    name: 'listStatementTotals',
    method: 'GET',
    path: '/v1/statements/{statementId}/totals',
    scope: 'statements:read',
    summary: 'The totals of a sealed statement per terminal and operator, as JSON or CSV, in pages as the lines are.',
    params: statementPath,
    query: statementRows,
    body: null,
    answers: { 200: { schema: page(terminalTotalsView), description: 'A page of totals' } },
    entry: 'api/list-statement-totals.ts',
  }),
  getTotals: operation({
    name: 'getTotals',
    method: 'GET',
    path: '/v1/totals',
    scope: 'orders:read',
    summary:
      "What was sold, refunded and charged since an instant (the business day's beginning, at most a week ago), as the statements say or will say: a terminal asks for itself, a back office for all stores or one. Eventually consistent.",
    params: nothing,
    query: z.strictObject({
      terminal: z.literal('self').optional(),
      storeId: storeId.optional(),
      operatorId: z
        .string()
        .regex(/^[A-Za-z0-9._~-]{1,28}$/, 'must be 1 to 28 of A-Z a-z 0-9 . _ ~ - (find others in terminals)')
        .optional(),
      since,
    }),
    body: null,
    answers: { 200: { schema: totalsAnswer, description: 'The totals' } },
    entry: 'api/get-totals.ts',
  }),
  alipayNotification: operation({
    name: 'alipayNotification',
    method: 'POST',
    path: '/v1/notifications/alipay',
    scope: null,
    summary: "Alipay's notification of a trade: a signed form; the answer is the word success, after it was stored.",
    params: nothing,
    query: nothing,
    body: null,
    answers: { 200: { schema: z.literal('success'), description: 'Taken, or known already' } },
    entry: 'notifications/alipay.ts',
  }),
} as const;

export type OperationName = keyof typeof contract;

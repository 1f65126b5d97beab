/**
 * The API, whole: one entry per operation. Routes, request parsing, scopes, the OpenAPI document, the local gateway and
 * the client read this and nothing else. What the words mean is said in the README.
 */
import * as z from 'zod';
import { channelView } from './answers.ts';
import { operation } from './operation.ts';
import { nothing } from './operations/fields.ts';
import { merchantOperations } from './operations/merchant.ts';
import { orderOperations } from './operations/orders.ts';
import { shiftOperations } from './operations/shifts.ts';
import { statementOperations } from './operations/statements.ts';
import { terminalOperations } from './operations/terminals.ts';

export const contract = {
  ...orderOperations,
  listChannels: operation({
    name: 'listChannels',
    method: 'GET',
    path: '/v1/channels',
    scope: 'orders:read',
    summary: "The merchant's channels, whether they take new orders, and if not why and until when.",
    params: nothing,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: z.strictObject({ data: z.array(channelView()) }), description: 'The channels' } }),
    entry: 'api/list-channels.ts',
  }),
  ...merchantOperations,
  ...statementOperations,
  ...terminalOperations,
  ...shiftOperations,
  alipayNotification: operation({
    name: 'alipayNotification',
    method: 'POST',
    path: '/v1/notifications/alipay',
    scope: null,
    summary: "Alipay's notification of a trade: a signed form; the answer is the word success, after it was stored.",
    params: nothing,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: z.literal('success'), description: 'Taken, or known already' } }),
    entry: 'notifications/alipay.ts',
  }),
} as const;

export type OperationName = keyof typeof contract;

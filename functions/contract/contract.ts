/**
 * The API, whole: one entry per operation. Routes, request parsing, scopes, the OpenAPI document, the local gateway and
 * the client read this and nothing else. What the words mean is said in docs/api.md.
 */
import * as z from 'zod';
import { channelView } from './answers.ts';
import { nothing } from './fields.ts';
import { merchantOperations } from './merchant.ts';
import { notificationOperations } from './notifications.ts';
import { operation } from './operation.ts';
import { orderOperations } from './orders.ts';
import { shiftOperations } from './shifts.ts';
import { statementOperations } from './statements.ts';
import { terminalOperations } from './terminals.ts';

export const contract = {
  ...orderOperations,
  listChannels: operation({
    name: 'listChannels',
    method: 'GET',
    path: '/v1/channels',
    scope: 'orders:read',
    params: nothing,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: z.strictObject({ data: z.array(channelView()) }) } }),
    entry: 'api/list-channels.ts',
  }),
  ...merchantOperations,
  ...statementOperations,
  ...terminalOperations,
  ...shiftOperations,
  ...notificationOperations,
} as const;

export type OperationName = keyof typeof contract;

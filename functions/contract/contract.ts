/**
 * The API, whole: one entry per operation. Routes, request parsing, scopes, the OpenAPI document, the local gateway and
 * the client read this and nothing else. What the words mean is said in docs/api.md.
 */
import { channelOperations } from './channels.ts';
import { merchantOperations } from './merchant.ts';
import { notificationOperations } from './notifications.ts';
import { orderOperations } from './orders.ts';
import { shiftOperations } from './shifts.ts';
import { statementOperations } from './statements.ts';
import { terminalOperations } from './terminals.ts';

export const contract = {
  ...orderOperations,
  ...channelOperations,
  ...merchantOperations,
  ...statementOperations,
  ...terminalOperations,
  ...shiftOperations,
  ...notificationOperations,
} as const;

export type OperationName = keyof typeof contract;

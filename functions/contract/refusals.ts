/**
 * Which refusals an operation may answer with, by its name. No function reads it: the OpenAPI document is made from it,
 * and the tests hold every refusal that leaves the API against it.
 */
import type { OperationName } from './contract.ts';
import { type NotificationName, notificationOperations } from './notifications.ts';
import type { ProblemCode } from './problem.ts';

type Codes = readonly ProblemCode[];

const ANY: Codes = ['malformed', 'too_large', 'internal'];
const UNPROVED: Codes = [...ANY, 'signature_missing', 'signature_invalid', 'clock_skew', 'key_unknown'];
const SIGNED: Codes = [...UNPROVED, 'key_revoked', 'address_not_allowed', 'scope_missing'];
const ATTEMPT: Codes = ['not_found', 'order_not_open', 'attempt_out_of_order', 'too_many_attempts'];

const notifications = Object.fromEntries(
  Object.keys(notificationOperations).map((name) => [name, []]),
) as unknown as Readonly<Record<NotificationName, Codes>>;

export const refusals: Readonly<Record<OperationName, Codes>> = {
  createOrder: [
    ...SIGNED,
    'other_store',
    'order_exists_with_different_amount',
    'order_exists_with_different_subject',
    'order_exists_with_different_reference',
    'order_exists_with_different_storeId',
    'order_exists_with_different_operatorId',
    'order_exists_with_different_expiresInSeconds',
    'order_exists_with_different_terminalId',
    'order_exists_with_different_channel',
    'order_exists_with_different_replaces',
    'order_number_already_used',
    'terminal_busy',
    'cannot_replace',
    'order_paid',
    'no_account',
    'different_currency',
    'amount_over_limit',
    'expiry_over_limit',
    'too_many_requests',
    'channel_closed',
  ],
  createQrCode: [...SIGNED, ...ATTEMPT],
  payWithTillCode: [...SIGNED, ...ATTEMPT, 'other_wallets_code'],
  getOrder: [...SIGNED, 'not_found'],
  listOrders: [...SIGNED, 'other_store', 'bad_cursor', 'too_much_to_look_through', 'channel_silent'],
  closeOrder: [...SIGNED, 'not_found', 'order_paid'],
  createRefund: [
    ...SIGNED,
    'not_found',
    'refund_needs_approval',
    'refund_exists_with_different_amount',
    'refund_exists_with_different_reason',
    'refund_exists_with_different_operatorId',
    'order_not_paid',
    'different_currency',
    'refund_window_closed',
    'refund_exceeds_refundable',
    'too_many_refunds',
    'refund_count_limit',
    'refund_amount_limit',
  ],
  getRefund: [...SIGNED, 'not_found'],
  listChannels: SIGNED,
  getMerchant: [...SIGNED, 'not_found'],
  listStatements: [...SIGNED, 'bad_cursor'],
  getStatement: [...SIGNED, 'not_found'],
  listStatementLines: [...SIGNED, 'not_found', 'bad_cursor'],
  listStatementTotals: [...SIGNED, 'not_found', 'bad_cursor'],
  listReconciliations: SIGNED,
  getTotals: [...SIGNED, 'too_much_to_add_up'],
  enrolTerminal: [...UNPROVED, 'activation_refused', 'too_many_requests'],
  rotateKey: [...SIGNED, 'key_rotated_already'],
  listTerminals: [...SIGNED, 'bad_cursor'],
  closeShift: [...SIGNED, 'shift_exists_with_different_operatorId', 'too_much_to_add_up'],
  listShifts: [...SIGNED, 'not_found', 'bad_cursor'],
  getShift: [...SIGNED, 'not_found'],
  // A channel reads one word: its thanks, or that it is to send again.
  ...notifications,
};

/** Refusals as they leave the API: RFC 9457 problem details. One table says status, title and whether repeating helps. */
import { channelNames } from '../channel/channels.ts';

const PROBLEMS = {
  malformed: [400, 'The request is malformed', false],
  bad_cursor: [400, 'The cursor does not belong to this list', false],

  signature_missing: [401, 'The request is not signed', false],
  signature_invalid: [401, 'The signature does not fit the request', false],
  clock_skew: [401, 'The clock of the caller is off', true],
  key_unknown: [401, 'The key is not known', false],
  key_revoked: [401, 'The key was revoked', false],

  activation_refused: [403, 'The activation code is not accepted', false],
  address_not_allowed: [403, 'The key is not for this network address', false],
  scope_missing: [403, 'The credential does not allow this', false],
  other_store: [403, 'The terminal belongs to another store', false],

  not_found: [404, 'There is no such thing', false],

  key_rotated_already: [409, 'The key was replaced by another key', false],
  order_exists_with_different_amount: [409, 'The order exists with a different amount', false],
  order_exists_with_different_subject: [409, 'The order exists with a different subject', false],
  order_exists_with_different_reference: [409, 'The order exists with a different reference', false],
  order_exists_with_different_storeId: [409, 'The order exists with a different store', false],
  order_exists_with_different_operatorId: [409, 'The order exists with a different operator', false],
  order_exists_with_different_expiresInSeconds: [409, 'The order exists with a different time to pay', false],
  order_exists_with_different_terminalId: [409, 'The order exists, opened by a different terminal', false],
  order_exists_with_different_channel: [409, 'The order exists at a different channel', false],
  order_exists_with_different_replaces: [409, 'The order exists and replaces no such order', false],
  order_number_already_used: [409, 'The order number was used for an earlier sale', false],
  order_not_open: [409, 'The order takes no new attempt', false],
  order_paid: [409, 'The order is paid', false],
  order_not_paid: [409, 'The order is not paid', false],
  attempt_out_of_order: [409, 'The attempt before this one can still be paid, or was never made', true],
  terminal_busy: [409, 'The order before this one is not over', true],
  refund_exists_with_different_amount: [409, 'The refund exists with a different amount', false],
  refund_exists_with_different_reason: [409, 'The refund exists with a different reason', false],
  refund_exists_with_different_operatorId: [409, 'The refund exists with a different operator', false],
  shift_exists_with_different_operatorId: [409, 'The shift was closed by a different operator', false],

  too_large: [413, 'The request is too large', false],

  amount_over_limit: [422, 'The amount is over the limit', false],
  expiry_over_limit: [422, 'The time to pay is over the limit', false],
  refund_count_limit: [422, 'The merchant has made as many refunds today as it may', false],
  refund_needs_approval: [403, 'A terminal may not refund so much: the back office can', false],
  refund_amount_limit: [422, 'The merchant has refunded as much today as it may', false],
  different_currency: [422, 'The currency is not offered here', false],
  refund_window_closed: [422, 'The payment is too old to be refunded', false],
  refund_exceeds_refundable: [422, 'The amount is more than can be refunded', false],
  too_many_refunds: [422, 'The order has as many refunds as it can have, but for one of all the rest', false],
  other_wallets_code: [422, `The scanned code is not one of the ${channelNames.en} app`, false],
  too_many_attempts: [422, 'The order has as many attempts as an order can have', false],
  too_much_to_add_up: [422, 'There are more facts than one request can add up', false],
  cannot_replace: [422, 'The order before cannot be replaced', false],
  no_account: [422, 'The merchant has no receiving account at the channel', false],

  too_many_requests: [429, 'Too many requests', true],
  internal: [500, 'Something went wrong here', true],
  channel_silent: [503, 'The channel does not answer', true],
  too_much_to_look_through: [503, 'There are more sales than one request can look through', false],
  channel_closed: [503, 'The channel takes no new orders', true],
} as const satisfies Record<string, readonly [status: number, title: string, retryable: boolean]>;

export type ProblemCode = keyof typeof PROBLEMS;
export const problemCodes = Object.keys(PROBLEMS) as ProblemCode[];

/** What a refusal says beside its code. `detail` names the fix; the other members are for programs. */
export interface ProblemMembers {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

/** Thrown by a handler to refuse; anything else that is thrown is a fault of ours and leaves as a bare `internal`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly members: ProblemMembers;

  constructor(code: ProblemCode, members: ProblemMembers = {}) {
    super(members.detail ?? PROBLEMS[code][1]);
    this.code = code;
    this.members = members;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  /** The body; `requestId` finds the request in the log. */
  body(requestId: string): Record<string, unknown> {
    const [status, title, retryable] = PROBLEMS[this.code];
    const { detail = `${title}.`, headers: _, ...others } = this.members;
    const type = `urn:tillgate:problem:${this.code}`;
    return { type, title, status, detail, code: this.code, requestId, retryable, ...others };
  }
}

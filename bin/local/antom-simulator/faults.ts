/** How the simulator misbehaves on demand: `POST /wallet/faults`. */
import type { Manners } from './books.ts';

/** `precreate` is a pay with an order code, `pay` one with a payment code: the names of the Alipay simulator, so that a test drives both. */
const OPERATIONS = ['precreate', 'pay', 'query', 'cancel', 'refund', 'refundQuery'] as const;
export type FaultyOperation = (typeof OPERATIONS)[number];

/**
 * `time_out`: no effect, no answer; `…_with_effect`: the effect, no answer; `time_out_then_effect`: no answer, and the request
 * arrives `afterMs` later. `system_error`: `SYSTEM_ERROR` without effect; `…_with_effect`: with it. `garbage`: a page instead of
 * an answer, no effect. `bad_signature`, `no_signature`, `status:<number>`: the effect, and an answer with a signature that does
 * not fit, without one, or with that HTTP status. `u_then_success`, `u_then_fail`: a signed `U`, and `afterMs` later the pay,
 * refund or cancel has succeeded or failed. `rate_missing`: an answer without quotes, as before the rate is fixed.
 * `quote_numeric`: an answer with numeric currency codes in its pairs. `refuse:<code>`: a signed refusal, which for a pay and a
 * refund is final for the number. `refuse_open:<code>`: a signed refusal of a refund that is carried out when it comes again.
 * `pending`: a query of a payment in process says `PENDING`.
 */
export interface Fault {
  readonly answer: string;
  /** Ms; 0 if absent. */
  readonly afterMs: number;
}

export interface OperationFault extends Fault {
  times: number;
}

export interface Faults extends Manners {
  dropNotifications: boolean;
  duplicateNotifications: boolean;
  delayNotificationsMs: number;
  /** A member, by its path such as `paymentAmount.value`, that is changed before the notification is signed. */
  tamperNotification: { field: string; value: string } | null;
  /** A customer's scan is told by `PAYMENT_PENDING`. */
  pendingNotifications: boolean;
  /** No pay is taken: `INVALID_CONTRACT`. */
  channelClosed: boolean;
  rateMissing: boolean;
  quoteNumeric: boolean;
  quoteInverted: boolean;
  codeLastsMs: number;
  lateMoneyStays: boolean;
  /** Every n-th call of any operation goes wrong, in each way in turn; 0: none does. */
  everyNthCall: number;
  /** Every n-th notification is delivered twice; 0: none is. */
  everyNthTwice: number;
  operations: Partial<Record<FaultyOperation, OperationFault>>;
}

export function noFaults(): Faults {
  return {
    dropNotifications: false,
    duplicateNotifications: false,
    delayNotificationsMs: 0,
    tamperNotification: null,
    pendingNotifications: false,
    channelClosed: false,
    rateMissing: false,
    quoteNumeric: false,
    quoteInverted: false,
    codeLastsMs: 0,
    lateMoneyStays: false,
    everyNthCall: 0,
    everyNthTwice: 0,
    operations: {},
  };
}

const ANSWERS =
  /^(time_out|time_out_with_effect|time_out_then_effect|system_error|system_error_with_effect|garbage|bad_signature|no_signature|status:[1-5]\d\d|u_then_success|u_then_fail|rate_missing|quote_numeric|refuse:[A-Z_]+)$/;
const QUERY_ANSWERS = /^pending$/;
const REFUND_ANSWERS = /^refuse_open:[A-Z_]+$/;

/** Changes `faults` as a request says; members that it does not name keep their value. Answers what is wrong, if anything. */
export function changeFaults(faults: Faults, request: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(request)) {
    const isGood = isOperation(name) ? isOperationFault(name, value) : CHECKS[name]?.(value);
    if (isGood === undefined)
      return `unknown member ${name}; known: ${[...Object.keys(CHECKS), ...OPERATIONS].join(', ')}`;
    if (!isGood) return `${name} is not what it can be`;
  }
  if (request.reset === true) Object.assign(faults, noFaults());
  for (const [name, value] of Object.entries(request)) {
    if (name === 'reset') continue;
    if (isOperation(name)) faults.operations[name] = operationFault(value);
    else Object.assign(faults, { [name]: value });
  }
  return undefined;
}

const isOperation = (name: string): name is FaultyOperation => (OPERATIONS as readonly string[]).includes(name);

function operationFault(value: unknown): OperationFault {
  const { answer, times = 1, afterMs = 0 } = value as { answer: string; times?: number; afterMs?: number };
  return { answer, afterMs, times };
}

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  dropNotifications: isBoolean,
  duplicateNotifications: isBoolean,
  delayNotificationsMs: isCount,
  tamperNotification: (value) => {
    if (value === null) return true;
    if (typeof value !== 'object') return false;
    const { field, value: text } = value as Record<string, unknown>;
    return typeof field === 'string' && typeof text === 'string';
  },
  pendingNotifications: isBoolean,
  channelClosed: isBoolean,
  rateMissing: isBoolean,
  quoteNumeric: isBoolean,
  quoteInverted: isBoolean,
  codeLastsMs: isCount,
  lateMoneyStays: isBoolean,
  everyNthCall: isCount,
  everyNthTwice: isCount,
  reset: isBoolean,
};

const MEMBERS = ['answer', 'times', 'afterMs'];

function isOperationFault(operation: FaultyOperation, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { answer, times = 1, afterMs = 0 } = value as Record<string, unknown>;
  if (!Object.keys(value).every((name) => MEMBERS.includes(name))) return false;
  if (typeof answer !== 'string' || !isCount(times) || !isCount(afterMs)) return false;
  const isItsOwn =
    (operation === 'refund' && REFUND_ANSWERS.test(answer)) || (operation === 'query' && QUERY_ANSWERS.test(answer));
  return ANSWERS.test(answer) || isItsOwn;
}

/** How calls go wrong that are many: with and without effect, and never as a refusal, which would be an answer. */
const IN_TURN = [
  'system_error',
  'time_out_with_effect',
  'garbage',
  'bad_signature',
  'no_signature',
  'system_error_with_effect',
  'time_out',
] as const;

/** The fault for call number `count` of `operation`; one that was asked for by name is counted down. */
export function takeFault(faults: Faults, operation: FaultyOperation, count: number): Fault | undefined {
  const every = faults.everyNthCall;
  const fault = faults.operations[operation];
  if (fault && fault.times >= 1) {
    fault.times -= 1;
    return fault;
  }
  const answer = every > 0 && count % every === 0 ? IN_TURN[(count / every) % IN_TURN.length] : undefined;
  return answer && { answer, afterMs: 0 };
}

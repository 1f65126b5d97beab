/** How the simulator misbehaves on demand: `POST /wallet/faults`. */

import { type BillFault, isBillFault } from './bill-faults.ts';
import { FORMS, type Form } from './wire.ts';

const OPERATIONS = ['precreate', 'pay', 'query', 'close', 'cancel', 'refund', 'refundQuery', 'bill'] as const;
export type FaultyOperation = (typeof OPERATIONS)[number];

/**
 * `time_out`: no effect, no answer. `time_out_with_effect`: the effect, no answer. `system_error`: Alipay's SYSTEM_ERROR
 * without effect; `…_with_effect`: with it. `garbage`: a page instead of an answer, no effect. `bad_signature`: the
 * effect, and an answer whose signature does not fit. `refuse:<sub_code>`: a signed refusal, no effect. `code:<code>:<sub_code>`: the
 * gateway turns the call away in the `form`, no effect. `retry` and `retry_with_effect`: `retry_flag=Y`, which only a cancel
 * answers.
 */
export interface Fault {
  readonly answer: string;
  readonly form: Form;
}

export interface OperationFault extends Fault {
  times: number;
}

export interface Faults {
  dropNotifications: boolean;
  duplicateNotifications: boolean;
  delayNotificationsMs: number;
  tamperNotification: { field: string; value: string } | null;
  channelClosed: boolean;
  /** What is wrong with bills; null: nothing. */
  bill: BillFault | null;
  /** What merchants have granted since the start, as seller ids by `app_auth_token`, or (null) taken back. */
  authorisations: Readonly<Record<string, string | null>>;
  /** `app_auth_token`s that are not valid any more. */
  revokedTokens: readonly string[];
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
    channelClosed: false,
    bill: null,
    authorisations: {},
    revokedTokens: [],
    everyNthCall: 0,
    everyNthTwice: 0,
    operations: {},
  };
}

const ANSWERS =
  /^(time_out|time_out_with_effect|system_error|system_error_with_effect|garbage|bad_signature|refuse:[A-Za-z0-9_.]+|code:\d{5}(:[A-Za-z0-9_.-]+)?)$/;
const CANCEL_ANSWERS = /^(retry|retry_with_effect)$/;

/** Changes `faults` as a request says; members that it does not name keep their value. Answers what is wrong, if anything. */
export function changeFaults(faults: Faults, request: Record<string, unknown>): string | undefined {
  const wrong = faultOf(request);
  if (wrong) return wrong;
  if (request.reset === true) Object.assign(faults, noFaults());
  for (const [name, value] of Object.entries(request)) {
    if (name === 'reset') continue;
    if (isAnswer(name, value)) faults.operations[name] = operationFault(value);
    else Object.assign(faults, { [name]: value });
  }
  return undefined;
}

/** Whether it is a fault of an operation's answers: of `bill`, only with an `answer`, because the bill itself may lie, too. */
function isAnswer(name: string, value: unknown): name is FaultyOperation {
  if (name === 'bill') return typeof value === 'object' && value !== null && 'answer' in value;
  return (OPERATIONS as readonly string[]).includes(name);
}

function operationFault(value: unknown): OperationFault {
  const { answer, form = 'signed', times = 1 } = value as { answer: string; form?: Form; times?: number };
  return { answer, form, times };
}

function faultOf(request: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(request)) {
    const ok = isAnswer(name, value) ? isOperationFault(name, value) : CHECKS[name]?.(value);
    if (ok === undefined)
      return `unknown member ${name}; known: ${[...new Set([...Object.keys(CHECKS), ...OPERATIONS])].join(', ')}`;
    if (!ok) return `${name} is not what it can be`;
  }
  return undefined;
}

const isBoolean = (value: unknown) => typeof value === 'boolean';

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  dropNotifications: isBoolean,
  duplicateNotifications: isBoolean,
  delayNotificationsMs: (value) => Number.isInteger(value) && Number(value) >= 0,
  tamperNotification: (value) => {
    if (value === null) return true;
    if (typeof value !== 'object') return false;
    const { field, value: text } = value as Record<string, unknown>;
    return typeof field === 'string' && typeof text === 'string';
  },
  channelClosed: isBoolean,
  bill: (value) => value === null || isBillFault(value),
  authorisations: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((it) => it === null || /^2088\d{12}$/.test(String(it))),
  revokedTokens: (value) => Array.isArray(value) && value.every((it) => typeof it === 'string'),
  everyNthCall: (value) => Number.isInteger(value) && Number(value) >= 0,
  everyNthTwice: (value) => Number.isInteger(value) && Number(value) >= 0,
  reset: isBoolean,
};

function isOperationFault(operation: FaultyOperation, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { answer, form = 'signed', times = 1 } = value as Record<string, unknown>;
  if (!(FORMS as readonly unknown[]).includes(form)) return false;
  if (typeof answer !== 'string' || !Number.isInteger(times) || Number(times) < 0) return false;
  return ANSWERS.test(answer) || (operation === 'cancel' && CANCEL_ANSWERS.test(answer));
}

/** How calls go wrong that are many: with and without effect, and never as a refusal, which would be an answer. */
const IN_TURN = [
  'system_error',
  'time_out_with_effect',
  'garbage',
  'bad_signature',
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
  // A bill is asked for once a day: it goes wrong by name only.
  const answer =
    every > 0 && operation !== 'bill' && count % every === 0 ? IN_TURN[(count / every) % IN_TURN.length] : undefined;
  return answer && { answer, form: 'signed' };
}

/** How the simulator misbehaves on demand: `POST /wallet/faults`. */

import { type BillFault, isBillFault } from './bill-faults.ts';

const OPERATIONS = ['precreate', 'pay', 'query', 'close', 'cancel', 'refund'] as const;
export type FaultyOperation = (typeof OPERATIONS)[number];

/**
 * `time_out`: no effect, no answer. `time_out_with_effect`: the effect, no answer. `system_error`: Alipay's SYSTEM_ERROR
 * without effect; `…_with_effect`: with it. `garbage`: a page instead of an answer, no effect. `bad_signature`: the
 * effect, and an answer that nobody signed. `refuse:<sub_code>`: a signed refusal, no effect. `retry` and
 * `retry_with_effect`: `retry_flag=Y`, which only a cancel answers.
 */
export interface OperationFault {
  answer: string;
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
    operations: {},
  };
}

const ANSWERS =
  /^(time_out|time_out_with_effect|system_error|system_error_with_effect|garbage|bad_signature|refuse:[A-Za-z0-9_.]+)$/;
const CANCEL_ANSWERS = /^(retry|retry_with_effect)$/;

/** Changes `faults` as a request says; members that it does not name keep their value. Answers what is wrong, if anything. */
export function changeFaults(faults: Faults, request: Record<string, unknown>): string | undefined {
  const wrong = faultOf(request);
  if (wrong) return wrong;
  if (request.reset === true) Object.assign(faults, noFaults());
  for (const [name, value] of Object.entries(request)) {
    if (name === 'reset') continue;
    if (isOperation(name)) faults.operations[name] = operationFault(value);
    else Object.assign(faults, { [name]: value });
  }
  return undefined;
}

function isOperation(name: string): name is FaultyOperation {
  return (OPERATIONS as readonly string[]).includes(name);
}

function operationFault(value: unknown): OperationFault {
  const { answer, times = 1 } = value as { answer: string; times?: number };
  return { answer, times };
}

function faultOf(request: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(request)) {
    const ok = isOperation(name) ? isOperationFault(name, value) : CHECKS[name]?.(value);
    if (ok === undefined) return `unknown member ${name}; known: ${[...Object.keys(CHECKS), ...OPERATIONS].join(', ')}`;
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
  reset: isBoolean,
};

function isOperationFault(operation: FaultyOperation, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { answer, times = 1 } = value as Record<string, unknown>;
  if (typeof answer !== 'string' || !Number.isInteger(times) || Number(times) < 0) return false;
  return ANSWERS.test(answer) || (operation === 'cancel' && CANCEL_ANSWERS.test(answer));
}

/** The fault for the next call of `operation`, counted down. */
export function takeFault(faults: Faults, operation: FaultyOperation): string | undefined {
  const fault = faults.operations[operation];
  if (!fault || fault.times < 1) return undefined;
  fault.times -= 1;
  return fault.answer;
}

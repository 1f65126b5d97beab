/**
 * What the system says of itself: log lines and metrics. Both take only what is listed here, so that no secret, no
 * customer and no whole event can slip into them. Powertools writes them: powertools.ts.
 */

/** A type and no interface: Powertools takes it for attributes. */
export type LogFields = {
  readonly requestId?: string;
  readonly operation?: string;
  /** What the channel was asked for. */
  readonly channelOperation?: string;
  readonly status?: number;
  readonly code?: string;
  readonly ms?: number;
  readonly merchantId?: string;
  /** An account of the merchant's other than the one that it sells by. */
  readonly sellerId?: string;
  readonly keyid?: string;
  readonly orderId?: string;
  readonly attemptNo?: string;
  readonly refundNo?: string;
  readonly day?: string;
  readonly reason?: string;
  /** The channel's own code. */
  readonly channelCode?: string;
  readonly count?: number;
  /** A fault's name, message and stack. Our messages hold no personal data. */
  readonly error?: string;
};

/** The longest value of each field, in characters: a log line holds no other field. */
const LENGTHS: Readonly<Record<keyof LogFields, number>> = {
  requestId: 64,
  operation: 64,
  channelOperation: 64,
  status: 3,
  code: 64,
  ms: 16,
  merchantId: 64,
  sellerId: 16,
  keyid: 64,
  orderId: 64,
  attemptNo: 64,
  refundNo: 64,
  day: 10,
  reason: 256,
  channelCode: 128,
  count: 16,
  error: 4_000,
};

/** What a log line may hold of these fields: names that are listed, texts and numbers, and no more of them than that. */
export function loggable(fields: LogFields): LogFields {
  const entries = Object.entries(fields).flatMap(([name, value]): [string, string | number][] => {
    if (!Object.hasOwn(LENGTHS, name)) return [];
    if (typeof value === 'string') return [[name, value.slice(0, LENGTHS[name as keyof LogFields])]];
    return typeof value === 'number' ? [[name, value]] : [];
  });
  return Object.fromEntries(entries);
}

/** What can be logged. docs/operations.md says of each what it means. */
export type LogEvent =
  // A request, or a run of the sweep.
  | 'answered'
  | 'request_failed'
  | 'invariant_violated'
  | 'sweep_shard_failed'
  | 'sweep_order_failed'
  // An order.
  | 'order_quarantined'
  | 'order_not_postponed'
  | 'till_code_unresolved'
  // The channel.
  | 'channel_unknown'
  | 'qr_code_refused'
  | 'till_code_refused'
  | 'refund_refused'
  | 'anomaly_stored'
  | 'channel_misconfigured'
  | 'channel_closed'
  | 'channel_opened'
  | 'channel_health_not_stored'
  | 'certificate_ending'
  // Its notifications.
  | 'activation_refused'
  | 'notification_forged'
  | 'notification_not_ours'
  | 'notification_unknown'
  // Statements.
  | 'statement_sealed'
  | 'statement_not_sealed'
  | 'statement_not_postponed'
  | 'due_statements_not_read'
  | 'fee_agreement_missing'
  // Reconciliations.
  | 'discrepancies_found'
  | 'report_unreliable'
  | 'report_unavailable'
  | 'report_row_failed'
  | 'reconciliation_failed'
  | 'reconciliation_not_postponed'
  | 'due_reconciliations_not_read'
  // Terminals.
  | 'last_seen_not_stored';

/** The log of one invocation: each of its lines holds the keys that {@link LogOf} was given. */
export interface Log {
  info(event: LogEvent, fields?: LogFields): void;
  warn(event: LogEvent, fields?: LogFields): void;
  error(event: LogEvent, fields?: LogFields): void;
}

export type LogOf = (keys: LogFields) => Log;

export type MetricName =
  | 'requests'
  | 'faults'
  /** Writes that were refused because they would have broken an invariant. */
  | 'invariantViolations'
  | 'channelUnknown'
  | 'anomalies'
  | 'channelClosures'
  /** Sales that the channel turned away because our app, its keys or its rights are set up wrongly. */
  | 'channelMisconfigured'
  /** Certificates of the channel's keys that end within sixty days, each time that the secret is read. */
  | 'certificatesEnding'
  | 'forgedNotifications'
  | 'unknownNotifications'
  /** Activation codes that were not accepted, and tries that were turned away because there were too many. */
  | 'refusedActivations'
  | 'latePayments'
  | 'refundsWithoutCover'
  | 'quarantinedOrders'
  | 'unresolvedTillCodes'
  | 'sweptOrders'
  | 'sweepFailures'
  | 'statementsSealed'
  /** Discrepancies between us and the channel that a person must look at. */
  | 'discrepancies'
  | 'reportFailures'
  | 'statementFailures'
  /** Milliseconds that the longest waiting order of the due index is overdue. */
  | 'oldestDueAge';

export interface Metrics {
  count(name: MetricName, value?: number): void;
  /** Sends what was counted; at the end of each invocation. */
  publish(): void;
}

/** Logs a fault of ours. A broken invariant has an event and an alarm of its own beside the one of whom it stopped. */
export function logFault(
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
  event: LogEvent,
  error: unknown,
  fields: LogFields = {},
): void {
  if (error instanceof Error && error.name === 'InvariantViolation') {
    metrics.count('invariantViolations');
    log.error('invariant_violated', { ...fields, reason: error.message });
  }
  log.error(event, { ...fields, error: errorText(error) });
}

/** A fault in one text for the log. A parser quotes what it could not read, which may be a key or a customer: that goes. */
export function errorText(error: unknown): string {
  if (error instanceof SyntaxError) return [error.name, ...framesOf(error)].join('\n');
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}

function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').filter((line) => /^ {4}at /.test(line));
}

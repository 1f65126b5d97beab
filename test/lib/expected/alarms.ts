/** What wakes an operator: each alarm with all that it has. */
import { FUNCTIONS } from './functions.ts';

interface Alarm {
  /** Namespace and name, and the dimension that the metric has. */
  readonly watches: readonly [namespace: string, metric: string];
  readonly of?: readonly [name: string, value: string];
  readonly statistic: 'Sum' | 'Maximum';
  /** Seconds of one period, and how many of them must be bad. */
  readonly period: number;
  readonly periods: number;
  readonly when: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  readonly withoutData: 'notBreaching' | 'breaching';
  readonly says: string;
}

/** More than none of a metric of our own in five minutes. */
const any = (metric: string, says: string): Alarm => ({
  watches: ['Tillgate', metric],
  of: ['service', 'tillgate'],
  statistic: 'Sum',
  period: 300,
  periods: 1,
  when: 'GreaterThanThreshold',
  threshold: 0,
  withoutData: 'notBreaching',
  says,
});

/** More than none of the ends without an answer of one function. */
const fails = (name: string, says: string): Alarm => ({
  ...any('', says),
  watches: ['AWS/Lambda', 'Errors'],
  of: ['FunctionName', `<${name}Function>`],
});

const failsOfApi = Object.keys(FUNCTIONS)
  .filter((name) => name !== 'Sweep')
  .map((name): [string, Alarm] => [
    `${name}Fails`,
    fails(name, 'An API function ends without an answer, by a crash or out of time: read its log group.'),
  ]);

const ALARMS: Readonly<Record<string, Alarm>> = {
  ...Object.fromEntries(failsOfApi),
  SweepFails: fails('Sweep', 'The sweep fails: read its log group.'),
  SweepStopped: {
    watches: ['AWS/Lambda', 'Invocations'],
    of: ['FunctionName', '<SweepFunction>'],
    statistic: 'Sum',
    period: 300,
    periods: 1,
    when: 'LessThanThreshold',
    threshold: 1,
    withoutData: 'breaching',
    says: 'The sweep does not run, so nothing unfinished is finished: is its schedule enabled?',
  },
  // Of the whole account: no dimension.
  Throttles: {
    watches: ['AWS/Lambda', 'Throttles'],
    statistic: 'Sum',
    period: 300,
    periods: 1,
    when: 'GreaterThanThreshold',
    threshold: 0,
    withoutData: 'notBreaching',
    says: 'The account runs as many functions at once as it may: have its Lambda concurrency raised.',
  },
  OldestDue: {
    watches: ['Tillgate', 'oldestDueAge'],
    of: ['service', 'tillgate'],
    statistic: 'Maximum',
    period: 300,
    periods: 1,
    when: 'GreaterThanThreshold',
    threshold: 180_000,
    withoutData: 'notBreaching',
    says: 'Work is overdue by 3 minutes: is the sweep running, does the channel answer?',
  },
  Anomalies: any(
    'anomalies',
    'The channel told what cannot be true: search for "anomaly_stored", and look at the shard `anomaly` of the due index.',
  ),
  ChannelClosures: any(
    'channelClosures',
    'Alipay or Alipay+ turns a merchant away, and its channel closed itself: search for "channel_closed", then look at the merchant\'s contract and account.',
  ),
  ChannelMisconfigured: any(
    'channelMisconfigured',
    'Alipay or Alipay+ turns our app away, because it, its keys or its rights are set up wrongly: search for "channel_misconfigured", then npm run admin -- channel check MERCHANT.',
  ),
  CertificatesEnding: any(
    'certificatesEnding',
    'A certificate of the app, or of Alipay or Alipay+, ends within sixty days: search for "certificate_ending", and put the next one beside it in the secret.',
  ),
  Quarantined: any(
    'quarantinedOrders',
    'An order was given up on for today: search for "order_quarantined", and look at the shard `quarantined`.',
  ),
  InvariantViolations: any(
    'invariantViolations',
    'A write was refused because it would have lost or doubled money: search for "invariant_violated".',
  ),
  UnresolvedTillCodes: any(
    'unresolvedTillCodes',
    'A scanned code is without an outcome for 5 minutes: does the channel answer? Search for "till_code_unresolved".',
  ),
  Faults: any('faults', 'A handler threw: search for "request_failed".'),
  RefundsWithoutCover: any(
    'refundsWithoutCover',
    'A merchant account has no cover for refunds: search for "refund_refused" or "channel_unknown" with the reason no_cover, and have it topped up.',
  ),
  SweepFailures: any(
    'sweepFailures',
    'The sweep failed at an order: search for "sweep_order_failed" or "sweep_shard_failed".',
  ),
  Forgeries: {
    ...any(
      'forgedNotifications',
      'Many notifications are not genuine: who sends them? Search for "notification_forged".',
    ),
    threshold: 100,
  },
  ActivationGuesses: {
    ...any(
      'refusedActivations',
      'Many activation codes are not accepted: who tries them? Search for "activation_refused", look up the address in the access log, and cancel the codes that wait: npm run admin -- terminal cancel.',
    ),
    threshold: 50,
  },
  BillDifferences: any(
    'discrepancies',
    'The channel\'s bill and we differ on money: search for "discrepancies_found", then npm run admin -- reconcile MERCHANT --day DAY.',
  ),
  BillFailures: any(
    'reportFailures',
    'A channel\'s bill could not be read or compared; it is asked for again. Search for "report_unreliable" or "report_unavailable" or "reconciliation_failed" or "due_reconciliations_not_read".',
  ),
  StatementFailures: any(
    'statementFailures',
    'A fee statement could not be sealed: search for "statement_not_sealed" or "fee_agreement_missing" or "due_statements_not_read".',
  ),
};

/** The alarms as CloudFormation has them. */
export const alarms = () =>
  Object.fromEntries(
    Object.entries(ALARMS).map(([name, alarm]) => {
      const { watches, of, statistic, period, periods, when, threshold, withoutData, says } = alarm;
      const [Namespace, MetricName] = watches;
      const Properties = {
        AlarmDescription: says,
        ComparisonOperator: when,
        ...(of && { Dimensions: [{ Name: of[0], Value: of[1] }] }),
        EvaluationPeriods: periods,
        MetricName,
        Namespace,
        Period: period,
        Statistic: statistic,
        Threshold: threshold,
        TreatMissingData: withoutData,
      };
      return [`Watch${name}`, { Type: 'AWS::CloudWatch::Alarm', Properties }];
    }),
  );

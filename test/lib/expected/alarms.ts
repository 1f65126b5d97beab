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
  Anomalies: any('anomalies', 'The channel told what cannot be true: look at the shard `anomaly` of the due index.'),
  ChannelClosures: any(
    'channelClosures',
    'Alipay turns a merchant away, and its channel closed itself: search for "closes itself", then look at the merchant\'s contract and account.',
  ),
  ChannelMisconfigured: any(
    'channelMisconfigured',
    'Alipay turns our app away, because it, its keys or its rights are set up wrongly: search for "is set up wrongly", then npm run admin -- channel check MERCHANT.',
  ),
  CertificatesEnding: any(
    'certificatesEnding',
    'A certificate of the app, or of Alipay, ends within sixty days: put the next one beside it in the secret.',
  ),
  Parked: any('quarantinedOrders', 'An order was given up on for today: look at the shard `quarantined`.'),
  InvariantViolations: any(
    'invariantViolations',
    'A write was refused because it would have lost or doubled money: search the logs for InvariantViolation.',
  ),
  UnresolvedTillCodes: any(
    'unresolvedTillCodes',
    'A scanned code is without an outcome for 5 minutes: does the channel answer? Search for "no outcome yet".',
  ),
  Faults: any('faults', 'A handler threw: search the logs for "a fault".'),
  RefundsWithoutCover: any('refundsWithoutCover', 'A merchant account has no cover for refunds: have it topped up.'),
  SweepFailures: any('sweepFailures', 'The sweep failed at an order: search its logs for "the sweep failed".'),
  Forgeries: {
    ...any('forgedNotifications', 'Many notifications are not genuine: who sends them?'),
    threshold: 100,
  },
  BillDifferences: any(
    'billDifferences',
    "The channel's bill and we differ on money: npm run admin -- reconcile MERCHANT --day DAY.",
  ),
  BillFailures: any(
    'reportFailures',
    'A channel\'s bill could not be read or compared; it is asked for again. Search for "bill" in the sweep\'s logs.',
  ),
  StatementFailures: any('statementFailures', 'A fee statement could not be sealed: search the logs of the sweep.'),
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

import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { channelNames } from '../functions/channel/channels.ts';
import type { LogEvent, MetricName } from '../functions/telemetry.ts';

/** Events to search the logs for: `message` of a line. */
const cite = (...events: readonly LogEvent[]) => events.map((event) => `"${event}"`).join(' or ');

const PERIOD = Duration.minutes(5);

interface WatchProps {
  /** The functions of the API. */
  readonly operations: readonly IFunction[];
  readonly sweep: IFunction;
}

/** Alarms that an operator wants to be woken by. Each says in its description what to do first. */
export class Watch extends Construct {
  constructor(scope: Construct, id: string, { operations, sweep }: WatchProps) {
    super(scope, id);
    for (const operation of operations)
      this.alarm(
        `${operation.node.scope?.node.id}Fails`,
        operation.metricErrors({ period: PERIOD }),
        0,
        'An API function ends without an answer, by a crash or out of time: read its log group.',
      );
    this.alarm('SweepFails', sweep.metricErrors({ period: PERIOD }), 0, 'The sweep fails: read its log group.');
    new Alarm(this, 'SweepStopped', {
      metric: sweep.metricInvocations({ period: PERIOD }),
      threshold: 1,
      alarmDescription: 'The sweep does not run, so nothing unfinished is finished: is its schedule enabled?',
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      // A sweep that never runs tells nothing, not even how much is overdue.
      treatMissingData: TreatMissingData.BREACHING,
    });
    // Of the whole account, because all its functions share one limit.
    this.alarm(
      'Throttles',
      new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum', period: PERIOD }),
      0,
      'The account runs as many functions at once as it may: have its Lambda concurrency raised.',
    );
    this.alarm(
      'OldestDue',
      ours('oldestDueAge', 'Maximum'),
      180_000,
      'Work is overdue by 3 minutes: is the sweep running, does the channel answer?',
    );
    this.alarm(
      'Anomalies',
      ours('anomalies', 'Sum'),
      0,
      `The channel told what cannot be true: search for ${cite('anomaly_stored')}, and look at the shard \`anomaly\` of the due index.`,
    );
    this.alarm(
      'ChannelClosures',
      ours('channelClosures', 'Sum'),
      0,
      `${channelNames.en} turns a merchant away, and its channel closed itself: search for ${cite('channel_closed')}, then look at the merchant's contract and account.`,
    );
    this.alarm(
      'ChannelMisconfigured',
      ours('channelMisconfigured', 'Sum'),
      0,
      `${channelNames.en} turns our app away, because it, its keys or its rights are set up wrongly: search for ${cite('channel_misconfigured')}, then npm run admin -- channel check MERCHANT.`,
    );
    this.alarm(
      'CertificatesEnding',
      ours('certificatesEnding', 'Sum'),
      0,
      `A certificate of the app, or of ${channelNames.en}, ends within sixty days: search for ${cite('certificate_ending')}, and put the next one beside it in the secret.`,
    );
    this.alarm(
      'Quarantined',
      ours('quarantinedOrders', 'Sum'),
      0,
      `An order was given up on for today: search for ${cite('order_quarantined')}, and look at the shard \`quarantined\`.`,
    );
    this.alarm(
      'InvariantViolations',
      ours('invariantViolations', 'Sum'),
      0,
      `A write was refused because it would have lost or doubled money: search for ${cite('invariant_violated')}.`,
    );
    this.alarm(
      'UnresolvedTillCodes',
      ours('unresolvedTillCodes', 'Sum'),
      0,
      `A scanned code is without an outcome for 5 minutes: does the channel answer? Search for ${cite('till_code_unresolved')}.`,
    );
    this.alarm('Faults', ours('faults', 'Sum'), 0, `A handler threw: search for ${cite('request_failed')}.`);
    this.alarm(
      'RefundsWithoutCover',
      ours('refundsWithoutCover', 'Sum'),
      0,
      `A merchant account has no cover for refunds: search for ${cite('refund_refused', 'channel_unknown')} with the reason no_cover, and have it topped up.`,
    );
    this.alarm(
      'SweepFailures',
      ours('sweepFailures', 'Sum'),
      0,
      `The sweep failed at an order: search for ${cite('sweep_order_failed', 'sweep_shard_failed')}.`,
    );
    this.alarm(
      'Forgeries',
      ours('forgedNotifications', 'Sum'),
      100,
      `Many notifications are not genuine: who sends them? Search for ${cite('notification_forged')}.`,
    );
    this.alarm(
      'ActivationGuesses',
      ours('refusedActivations', 'Sum'),
      50,
      `Many activation codes are not accepted: who tries them? Search for ${cite('activation_refused')}, look up the address in the access log, and cancel the codes that wait: npm run admin -- terminal cancel.`,
    );
    this.alarm(
      'BillDifferences',
      ours('discrepancies', 'Sum'),
      0,
      `The channel's bill and we differ on money: search for ${cite('discrepancies_found')}, then npm run admin -- reconcile MERCHANT --day DAY.`,
    );
    this.alarm(
      'BillFailures',
      ours('reportFailures', 'Sum'),
      0,
      `A channel's bill could not be read or compared; it is asked for again. Search for ${cite('report_unreliable', 'report_unavailable', 'reconciliation_failed', 'due_reconciliations_not_read')}.`,
    );
    this.alarm(
      'StatementFailures',
      ours('statementFailures', 'Sum'),
      0,
      `A fee statement could not be sealed: search for ${cite('statement_not_sealed', 'fee_agreement_missing', 'due_statements_not_read')}.`,
    );
  }

  private alarm(id: string, metric: IMetric, threshold: number, alarmDescription: string): void {
    new Alarm(this, id, {
      metric,
      threshold,
      alarmDescription,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function ours(metricName: MetricName, statistic: string): Metric {
  return new Metric({
    namespace: 'Tillgate',
    metricName,
    dimensionsMap: { service: 'tillgate' },
    statistic,
    period: PERIOD,
  });
}

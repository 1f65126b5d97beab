import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { MetricName } from '../functions/observe.ts';

/** Alarms that an operator wants to be woken by. Each says in its description what to do first. */
export class Watch extends Construct {
  constructor(scope: Construct, id: string, props: { readonly sweep: IFunction }) {
    super(scope, id);
    const minutes = Duration.minutes(5);
    this.alarm('SweepFails', props.sweep.metricErrors({ period: minutes }), 0, 'The sweep fails: read its log group.');
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
      'The channel told what cannot be true: look at the shard `anomaly` of the due index.',
    );
    this.alarm(
      'Parked',
      ours('parkedOrders', 'Sum'),
      0,
      'An order was given up on for today: look at the shard `parked`.',
    );
    this.alarm('Faults', ours('faults', 'Sum'), 0, 'A handler threw: search the logs for "a fault".');
    this.alarm(
      'RefundsWithoutCover',
      ours('refundsWithoutCover', 'Sum'),
      0,
      'A merchant account has no cover for refunds: have it topped up.',
    );
    this.alarm(
      'SweepFailures',
      ours('sweepFailures', 'Sum'),
      0,
      'The sweep failed at an order: search its logs for "the sweep failed".',
    );
    this.alarm(
      'Forgeries',
      ours('forgedNotifications', 'Sum'),
      100,
      'Many notifications are not genuine: who sends them?',
    );
    this.alarm(
      'StatementFailures',
      ours('statementFailures', 'Sum'),
      0,
      'A fee statement could not be sealed: search the logs of the sweep.',
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
    period: Duration.minutes(5),
  });
}

import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * Calls the sweep every minute. An EventBridge rule rather than a scheduler: it needs no role of its own, and emulators
 * know it. A call that fails is not repeated, because the next one does the same work a minute later.
 */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, props: { readonly sweep: IFunction }) {
    super(scope, id);
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(props.sweep, { retryAttempts: 0 })],
    });
  }
}

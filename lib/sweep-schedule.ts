import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

interface SweepScheduleProps {
  readonly sweep: IFunction;
  /** Each group of shards is swept by an invocation of its own, side by side with the others. */
  readonly groups: number;
}

/**
 * Calls the sweep every minute. EventBridge rules rather than a scheduler: they need no role of their own, and emulators
 * know them. A call that fails is not repeated, because the next one does the same work a minute later.
 */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, { sweep, groups }: SweepScheduleProps) {
    super(scope, id);
    for (let group = 0; group < groups; group += 1) {
      const event = groups > 1 && { event: RuleTargetInput.fromObject({ group, of: groups }) };
      new Rule(this, group === 0 ? 'EveryMinute' : `EveryMinute${group}`, {
        schedule: Schedule.rate(Duration.minutes(1)),
        targets: [new LambdaFunction(sweep, { retryAttempts: 0, ...event })],
      });
    }
  }
}

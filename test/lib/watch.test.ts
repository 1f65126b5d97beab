/** S26: metrics leave a function as the alarms look for them. The alarms themselves: expected/alarms.ts. */
import { afterEach, expect, test, vi } from 'vitest';
import { lambdaMetrics, type MetricName } from '../../functions/observe.ts';
import { machine } from '../../functions/time.ts';
import { synthesize } from '../support/template.ts';

const AT = Date.parse('2026-03-01T04:05:06.007Z');

afterEach(() => vi.restoreAllMocks());

/** What a function prints while `run` counts and publishes, as objects. */
function printed(run: (metrics: ReturnType<typeof lambdaMetrics>) => void): Record<string, unknown>[] {
  vi.spyOn(machine, 'now').mockReturnValue(AT);
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  run(lambdaMetrics());
  write.mockRestore();
  return lines.map((line) => JSON.parse(line));
}

test("what was counted leaves in CloudWatch's embedded format, to the letter, and once", () => {
  const lines = printed((metrics) => {
    for (const value of [5, 7, 6]) metrics.count('oldestDueAge', value);
    metrics.count('faults');
    metrics.count('faults', 2);
    metrics.publish();
    metrics.publish();
  });
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: AT,
        CloudWatchMetrics: [
          {
            Namespace: 'Tillgate',
            Dimensions: [['service']],
            Metrics: [
              { Name: 'oldestDueAge', Unit: 'Milliseconds' },
              { Name: 'faults', Unit: 'Count' },
            ],
          },
        ],
      },
      service: 'tillgate',
      oldestDueAge: 7,
      faults: 3,
    },
  ]);
});

interface Sent {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

test('each alarm of ours looks for its metric under the namespace and the dimension that it is sent with', () => {
  const looked = Object.values(synthesize().Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::CloudWatch::Alarm' && Properties.Namespace !== 'AWS/Lambda' ? [Properties] : [],
  );
  expect(looked).toHaveLength(13);
  for (const { MetricName, Namespace, Dimensions } of looked) {
    const [line] = printed((metrics) => {
      metrics.count(MetricName as MetricName);
      metrics.publish();
    });
    const found = (line as unknown as Sent)._aws.CloudWatchMetrics.map((sent) => ({
      Namespace: sent.Namespace,
      Dimensions: sent.Dimensions.flat().map((Name) => ({ Name, Value: line?.[Name] })),
      MetricNames: sent.Metrics.map(({ Name }) => Name),
    }));
    expect(found).toEqual([{ Namespace, Dimensions, MetricNames: [MetricName] }]);
  }
});

/** S26: what wakes an operator. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { of, targetOf } from '../support/template.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('S26 alarms', () => {
  const alarms = of('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const code = readdirSync(join(ROOT, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, 'functions', file), 'utf8'))
    .join('\n');

  test('watch what must not happen, and say what to do', () => {
    const limits = alarms
      .filter(({ MetricName }) => MetricName !== 'Errors')
      .map(({ MetricName, Threshold }) => [MetricName, Threshold])
      .sort();
    expect(limits).toEqual([
      ['Invocations', 1],
      ['Throttles', 0],
      ['anomalies', 0],
      ['channelClosures', 0],
      ['faults', 0],
      ['forgedNotifications', 100],
      ['invariantViolations', 0],
      ['oldestDueAge', 180_000],
      ['parkedOrders', 0],
      ['refundsWithoutCover', 0],
      ['statementFailures', 0],
      ['sweepFailures', 0],
      ['unresolvedTillCodes', 0],
    ]);
    for (const { AlarmDescription } of alarms) expect(AlarmDescription).toMatch(/^[A-Z].{20,}[.?]$/);
  });

  test('watch every function for ends without an answer', () => {
    const watched = alarms
      .filter(({ MetricName }) => MetricName === 'Errors')
      .map(({ Namespace, Dimensions, Threshold }) => [
        Namespace,
        (Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) => `${Name} ${targetOf(Value)}`),
        Threshold,
      ]);
    const functions = of('AWS::Lambda::Function').map(([id]) => ['AWS/Lambda', [`FunctionName ${id}`], 0]);
    expect(watched.sort()).toEqual(functions.sort());
  });

  test('notice a sweep that does not run, though it tells nothing', () => {
    const sweep = of('AWS::Lambda::Function').find(([id]) => id.startsWith('SweepFunction'))?.[0];
    expect(alarms.filter(({ MetricName }) => MetricName === 'Invocations')).toMatchObject([
      {
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: sweep } }],
      },
    ]);
  });

  test('watch metrics that are counted, under the name and dimension that they are sent with', () => {
    for (const { MetricName, Namespace, Dimensions } of alarms.filter(({ Namespace }) => Namespace !== 'AWS/Lambda')) {
      expect(code).toContain(`count('${MetricName}'`);
      expect([Namespace, Dimensions]).toEqual(['Tillgate', [{ Name: 'service', Value: 'tillgate' }]]);
    }
    expect(code).toContain("{ namespace: 'Tillgate', serviceName: 'tillgate' }");
  });
});

/** S26: metrics leave a function as the alarms look for them. The alarms themselves: expected/alarms.ts. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { enrolTerminal } from '../../functions/client/client.ts';
import { newKeyPair } from '../../functions/client/sign.ts';
import { lambdaMetrics } from '../../functions/powertools.ts';
import type { MetricName } from '../../functions/telemetry.ts';
import { openShop, refusal, type TestShop } from '../support/shop.ts';
import { synthesize } from '../support/template.ts';
import { sealDay } from './sealed.ts';

const AT = Date.parse('2026-03-01T04:05:06.007Z');

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What a function prints while `run` counts and publishes, as objects. */
function printed(run: (metrics: ReturnType<typeof lambdaMetrics>) => void): Sent[] {
  vi.useFakeTimers({ toFake: ['Date'], now: AT });
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
    metrics.count('requests');
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
              { Name: 'requests', Unit: 'Count' },
            ],
          },
        ],
      },
      service: 'tillgate',
      oldestDueAge: [5, 7, 6],
      faults: [1, 2],
      requests: 1,
    },
  ]);
});

test('what is counted more often than a line may say leaves in several, and none is lost', () => {
  const lines = printed((metrics) => {
    for (let i = 0; i < 250; i += 1) metrics.count('channelUnknown');
    metrics.publish();
  });
  // CloudWatch takes 100 values of a metric in a line.
  expect(lines.map(({ channelUnknown }) => [channelUnknown].flat().length)).toEqual([100, 100, 50]);
  expect(lines.flatMap(({ channelUnknown }) => channelUnknown as number[])).toEqual(Array(250).fill(1));
});

interface Sent {
  readonly [name: string]: unknown;
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

test.each([
  ['Sum', 'discrepancies', [2, 0, 3], 5],
  ['Maximum', 'oldestDueAge', [181_000, 0, 180_000], 181_000],
] as const)('CloudWatch finds the %s of %s that the alarm compares', (statistic, name, values, found) => {
  const [line] = printed((metrics) => {
    for (const value of values) metrics.count(name, value);
    metrics.publish();
  });
  const alarm = Object.values(synthesize().Resources).find(({ Properties }) => Properties.MetricName === name);
  const sent = [line?.[name]].flat() as number[];
  expect(alarm?.Properties.Statistic).toBe(statistic);
  expect({ Sum: sent.reduce((sum, value) => sum + value, 0), Maximum: Math.max(...sent) }[statistic]).toBe(found);
});

test('each alarm of ours looks for its metric under the namespace and the dimension that it is sent with', () => {
  const looked = Object.values(synthesize().Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::CloudWatch::Alarm' && Properties.Namespace !== 'AWS/Lambda' ? [Properties] : [],
  );
  expect(looked).toHaveLength(16);
  for (const { MetricName, Namespace, Dimensions } of looked) {
    const [line] = printed((metrics) => {
      metrics.count(MetricName as MetricName);
      metrics.publish();
    });
    const found = line?._aws.CloudWatchMetrics.map((sent) => ({
      Namespace: sent.Namespace,
      Dimensions: sent.Dimensions.flat().map((Name) => ({ Name, Value: line?.[Name] })),
      MetricNames: sent.Metrics.map(({ Name }) => Name),
    }));
    expect(found).toEqual([{ Namespace, Dimensions, MetricNames: [MetricName] }]);
  }
});

describe('S26 what the flows cannot see is counted, too', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.stop());
  const counted = async () => (await fetch(`${shop.stack.api}/__local/metrics`)).json() as Promise<object>;

  test('a notification that is not genuine', async () => {
    const { forgedNotifications } = { forgedNotifications: 0, ...(await counted()) };
    expect(await shop.notify('out_trade_no=x&sign=AAAA&sign_type=RSA2')).toEqual({ status: 400, answer: 'fail' });
    expect(await counted()).toMatchObject({ forgedNotifications: forgedNotifications + 1 });
  });

  test('security minor 8 an activation code that is not accepted', async () => {
    const { refusedActivations } = { refusedActivations: 0, ...(await counted()) };
    const key = { alg: 'ed25519' as const, ...(await newKeyPair('ed25519')) };
    const options = { baseUrl: shop.stack.api, now: shop.now, retries: 0 };
    expect(await refusal(enrolTerminal(options, '0000-0000-0000', key))).toMatchObject({ status: 403 });
    expect(await counted()).toMatchObject({ refusedActivations: refusedActivations + 1 });
  });

  test('a handler that throws', async () => {
    const { faults } = { faults: 0, ...(await counted()) };
    const { merchantId = '' } = shop.stack.identity.merchants[0] ?? {};
    const { statementId } = await sealDay({ merchantId, at: AT, stores: 1, orderId: 'ord_a', isTorn: true });
    const call = shop.backOffice.call('listStatementLines', { params: { statementId } });
    await expect(call).rejects.toMatchObject({ cause: { message: 'status 500' } });
    expect(await counted()).toMatchObject({ faults: faults + 1 });
  });
});

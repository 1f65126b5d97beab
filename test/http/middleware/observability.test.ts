import middy from '@middy/core';
import { afterAll, expect, test, vi } from 'vitest';
import { observability } from '../../../functions/http/middleware/observability.ts';
import { choose, type Services } from '../../../functions/services.ts';
import { clock } from '../../../functions/time.ts';
import { lambdaContext } from '../../support/invocation.ts';
import { NOON } from '../../support/orders.ts';

const ENVIRONMENT = {
  ...{ ORDERS_TABLE: 'o', DIRECTORY_TABLE: 'd', STATEMENTS_TABLE: 's', PUBLIC_URL: 'https://pay.example' },
  ALIPAY_GATEWAY_URL: 'https://gateway.example/gateway.do',
  ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' },
};
const told: string[] = [];
choose({
  logOf: (keys) => {
    const tell = (message: string) => void told.push(`${message} ${keys.requestId} ${keys.operation}`);
    return { info: tell, warn: tell, error: tell };
  },
  metrics: { count: (name) => void told.push(`counts ${name}`), publish: () => void told.push('publishes') },
});
vi.spyOn(clock, 'now').mockReturnValue(NOON);
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What is told in an invocation of a function that does `work`, and how it ends. */
async function invoked(work: (s: Services, startedAt: number) => unknown, event: unknown = {}): Promise<unknown[]> {
  told.length = 0;
  const run = middy({ timeoutEarlyInMillis: 0 })
    .use(observability('sweep'))
    .handler(async (_, context) => work(context.services, context.startedAt));
  const end = await (run as (event: unknown, context: unknown) => Promise<unknown>)(
    event,
    lambdaContext('lambda-1'),
  ).catch((error: Error) => error.message);
  return [...told, end];
}

test('a function that cannot be made fails as a whole, and says why', async () => {
  for (const name of Object.keys(ENVIRONMENT)) vi.stubEnv(name, '');
  expect(await invoked(() => 'done')).toEqual([expect.stringMatching(/^the environment names no /)]);
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  expect(await invoked(() => 'done')).toEqual(['publishes', 'done']);
});

test('what was counted is sent at the end, also of an invocation that fails', async () => {
  const count = (s: Services) => s.metrics.count('requests');
  const fail = (s: Services) => {
    count(s);
    throw new Error('failed');
  };
  expect(await invoked(count)).toEqual(['counts requests', 'publishes', undefined]);
  expect(await invoked(fail)).toEqual(['counts requests', 'publishes', 'failed']);
});

test('an invocation knows when it began, by the clock of the services', async () => {
  expect(await invoked((s, startedAt) => [startedAt, s.now()])).toEqual(['publishes', [NOON, NOON]]);
});

test.each([
  ['of the API', { requestContext: { requestId: 'api-1' } }, 'api-1'],
  ['of a schedule', { group: 0, of: 1 }, 'lambda-1'],
  ['that says nothing', null, 'lambda-1'],
])('each line of a request %s names it and its operation', async (_, event, requestId) => {
  const [line] = await invoked((s) => s.log.warn('order_quarantined'), event);
  expect(line).toBe(`order_quarantined ${requestId} sweep`);
});

test('of two invocations at the same time each has its own log', async () => {
  const of = (requestId: string) => ({ requestContext: { requestId } });
  let release = () => {};
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = invoked(async (s) => {
    await both;
    s.log.info('statement_sealed');
  }, of('a'));
  await invoked((s) => s.log.info('answered'), of('b'));
  release();
  expect(await slow).toEqual(['answered b sweep', 'publishes', 'statement_sealed a sweep', 'publishes', undefined]);
});

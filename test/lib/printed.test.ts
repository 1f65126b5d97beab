/** S26: what a function prints where it runs: bundled as it is deployed, in a process of its own, called as Lambda calls it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'tillgate-printed-'));
const bundle = join(folder, 'index.cjs');
beforeAll(() =>
  build({
    entryPoints: [join(ROOT, 'functions', 'api', 'get-order.ts')],
    outfile: bundle,
    ...({ bundle: true, platform: 'node', target: 'node24', format: 'cjs', minify: true, logLevel: 'error' } as const),
    mainFields: ['module', 'main'],
    define: { Request: 'undefined', Response: 'undefined' },
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

const EVENT = {
  rawPath: '/v1/orders/ord_a',
  rawQueryString: '',
  headers: { host: 'pay.example' },
  requestContext: { requestId: 'api-1', http: { method: 'GET' } },
  pathParameters: { orderId: 'ord_a' },
  isBase64Encoded: false,
};
/** As Lambda sets it for a function whose log format is JSON. */
const ENVIRONMENT = {
  ...{ AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO', AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' },
  ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', TZ: ':UTC' },
  ...{ ORDERS_TABLE: 'o', DIRECTORY_TABLE: 'd', STATEMENTS_TABLE: 's', PUBLIC_URL: 'https://pay.example' },
  ...{ ALIPAY_SECRET_ARN: 'arn', ALIPAY_GATEWAY_URL: 'https://gateway.example/gateway.do' },
};

test('a request leaves one line with its id, and one that CloudWatch makes metrics of', () => {
  const call = `require(${JSON.stringify(bundle)}).handler(${JSON.stringify(EVENT)}, { awsRequestId: 'lambda-1' })`;
  const printed = execFileSync(
    process.execPath,
    ['-e', `${call}.then(({ statusCode }) => process.exit(statusCode === 401 ? 0 : 1))`],
    {
      env: ENVIRONMENT,
      encoding: 'utf8',
    },
  );
  const [line, metrics] = printed
    .trimEnd()
    .split('\n')
    .map((it) => JSON.parse(it));
  const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(line).toEqual({
    ...{ level: 'INFO', message: 'answered', timestamp, service: 'tillgate' },
    ...{ requestId: 'api-1', operation: 'getOrder', status: 401, code: 'signature_missing', ms: expect.any(Number) },
  });
  const requests = { Namespace: 'Tillgate', Dimensions: [['service']], Metrics: [{ Name: 'requests', Unit: 'Count' }] };
  expect(metrics).toEqual({
    _aws: { Timestamp: expect.any(Number), CloudWatchMetrics: [requests] },
    ...{ service: 'tillgate', requests: 1 },
  });
});

/** The functions themselves read a secret with a certificate that ends soon: they say so, and work. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { type Engine, startSecrets } from '../../bin/local/aws.ts';
import { choose, services } from '../../functions/services.ts';
import type { LogFields } from '../../functions/telemetry.ts';
import { clock, DAY } from '../../functions/time.ts';
import { certified, rootFile } from '../support/certificates.ts';

const APP = { appId: '2021000000000001', sellerId: '2088000000000001', merchantName: '示范商店' };
const now = Date.parse('2026-11-15T04:00:00Z');
const [ours, alipay, roots] = [
  certified({ endsAt: now + 59 * DAY }),
  certified({ endsAt: now + 90 * DAY }),
  rootFile(),
];
let simulator: AlipaySimulator;
let secrets: Engine;

beforeAll(async () => {
  const certificates = { appCertPem: ours.certPem, alipayCertPem: alipay.certPem, alipayRootCertPem: roots };
  const keys = { appPublicKeyPem: '', alipayPrivateKeyPem: alipay.privateKeyPem, certificates };
  simulator = await startAlipaySimulator({ port: 0, now: () => now, apps: [{ ...APP, ...keys }] });
  const app = {
    ...{ mode: 'certificate', privateKeyPem: ours.privateKeyPem, appCertPem: ours.certPem },
    ...{ alipayCertPems: [alipay.certPem], alipayRootCertPem: roots },
  };
  secrets = await startSecrets(JSON.stringify({ apps: { [APP.appId]: app } }));
  const environment = {
    ...{ ORDERS_TABLE: 'o', DIRECTORY_TABLE: 'd', STATEMENTS_TABLE: 's', PUBLIC_URL: 'https://pay.example' },
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' },
    ...{ AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint, ALIPAY_SECRET_ARN: 'arn' },
    ALIPAY_GATEWAY_URL: `${simulator.url}/gateway.do`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(clock, 'now').mockReturnValue(now);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await secrets.stop();
  await simulator.stop();
});

test('each reading of the secret warns once of a certificate that ends soon', async () => {
  const said: unknown[] = [];
  const other = () => expect.unreachable('only warnings are expected');
  const warn = (message: string, fields?: LogFields) => said.push([message, fields]);
  choose({
    logOf: () => ({ info: other, warn, error: other }),
    metrics: { count: (name) => said.push(name), publish: other },
  });
  const ref = { account: { channel: 'alipay', appId: APP.appId, sellerId: APP.sellerId }, attemptNo: 'o_1' } as const;
  for (const _ of [1, 2]) expect(await services().channels.alipay.query(ref, 5_000)).toEqual({ kind: 'absent' });
  const day = new Date(now + 59 * DAY).toISOString().slice(0, 10);
  expect(said).toEqual(['certificatesEnding', ['certificate_ending', { reason: `apps.${APP.appId}.appCertPem`, day }]]);
});

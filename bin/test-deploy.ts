/**
 * `npm run test:deploy`: the cloud on this machine. The real `cdk bootstrap` and `cdk deploy` against MiniStack, the
 * demo's day against the deployed endpoints with the simulators as the channels, the schedule firing in its own time, a statement
 * sealed by it, a sale at the second channel, and `cdk destroy`. `--json`: one object a step, the last `{"ok": true, …}`.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createClient } from '../functions/client/client.ts';
import { importPrivateKey } from '../functions/client/sign.ts';
import { businessDay } from '../functions/time.ts';
import { admin } from './admin/command-line.ts';
import { connect } from './admin/connect.ts';
import { pickCredential } from './cli/credentials.ts';
import { EXIT } from './cli/exit.ts';
import { type AbroadShop, sellInHongKongDollars } from './demo/currencies.ts';
import { playDay, readStatement, type Step } from './demo/day.ts';
import { loopbackFetch } from './deploy/loopback-fetch.ts';
import { type MiniStack, NotToBeHad, startMiniStack } from './deploy/ministack.ts';
import { type AlipaySimulator, startAlipaySimulator } from './local/alipay-simulator/simulator.ts';
import { antomSecretOf } from './local/antom-identity.ts';
import { type AntomSimulator, startAntomSimulator } from './local/antom-simulator/simulator.ts';
import { type Identity, inCurrencies, newIdentity, secretOf, seed } from './local/seed.ts';
import { orderLines } from './till/terminal.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.local');
const MINUTE = 60_000;
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

interface Outputs {
  readonly ApiUrl: string;
  readonly AlipaySecretArn: string;
  readonly AntomSecretArn: string;
}

function tell(step: Step): void {
  if (values.json) console.log(JSON.stringify(step));
  else console.log([`● ${step.told}`, ...(step.order ? orderLines(step.order, (words) => words.en) : [])].join('\n  '));
}

/** The offset of a zone in which the next midnight is two to three minutes away, so that a business day ends meanwhile. */
function zoneNearMidnight(now: number): string {
  const midnight = Math.ceil((now + 2 * MINUTE) / MINUTE);
  const ahead = (1_440 - (midnight % 1_440)) % 1_440;
  const offset = ahead > 14 * 60 ? ahead - 1_440 : ahead;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

/** Runs the CDK; its output goes to the screen only if it fails. */
async function cdk(cloud: MiniStack, ...words: string[]): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...words, '--output', join(FOLDER, 'cdk.out')],
    {
      cwd: ROOT,
      env: { ...process.env, ...cloud.environment, CI: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`cdk ${words[0]} failed:\n${said}`);
}

interface Simulators {
  readonly alipay: AlipaySimulator;
  readonly antom: AntomSimulator;
}

async function deploy(cloud: MiniStack, { alipay, antom }: Simulators): Promise<Outputs> {
  await cdk(cloud, 'bootstrap', 'aws://000000000000/us-east-1');
  tell({ step: 'bootstrap', told: 'cdk bootstrap is done.' });
  const outputs = join(FOLDER, 'outputs.json');
  const gateways = [`alipayGateway=${alipay.url}/gateway.do`, `antomGateway=${antom.url}`];
  const settings = ['disposable=true', 'statementDelayMinutes=0', ...gateways];
  await cdk(
    cloud,
    'deploy',
    '--require-approval',
    'never',
    '--outputs-file',
    outputs,
    ...settings.flatMap((it) => ['-c', it]),
  );
  const made = (JSON.parse(readFileSync(outputs, 'utf8')) as { Tillgate: Outputs }).Tillgate;
  tell({ step: 'deploy', told: `cdk deploy is done: ${made.ApiUrl}` });
  return made;
}

/** The channels' keys into their secrets, the merchants into the tables. */
async function setUp(cloud: MiniStack, outputs: Outputs, identity: Identity): Promise<void> {
  const access = {
    endpoint: cloud.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const secrets = new SecretsManagerClient(access);
  for (const [SecretId, SecretString] of [
    [outputs.AlipaySecretArn, secretOf(identity)],
    [outputs.AntomSecretArn, antomSecretOf(identity.antom)],
  ])
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  // The tables are found as an operator finds them.
  Object.assign(process.env, cloud.environment);
  const place = await connect({ local: false, stack: 'Tillgate' });
  await seed(identity, place.directory, place, Date.now());
  place.close();
  const merchantId = identity.merchants[0]?.merchantId ?? '';
  const code = await admin(
    ['channel', 'check', merchantId, '--stack', 'Tillgate', ...(values.json ? ['--json'] : [])],
    process,
  );
  if (code !== EXIT.done) throw new Error(`channel check ended with ${code}`);
  tell({ step: 'set_up', told: 'The keys are in Secrets Manager, a merchant and its credentials in the tables.' });
}

async function shopOf(outputs: Outputs, identity: Identity, { alipay, antom }: Simulators): Promise<AbroadShop> {
  const client = async (scope: string) => {
    const { keyid, alg, privateKeyPem } = pickCredential(identity, undefined, scope);
    const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
    return createClient({ baseUrl: outputs.ApiUrl, key, fetch: loopbackFetch });
  };
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  return {
    merchantId: identity.merchants[0]?.merchantId ?? '',
    till: await client('orders:write'),
    backOffice: await client('statements:read'),
    prefix: 'deployed',
    async wallet(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${alipay.url}/wallet/${path}`, init)).json();
    },
    async antom(path, body) {
      return (await fetch(`${antom.url}/wallet/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
    },
    // No clock is turned here: time passes, and the schedule fires.
    pass: wait,
    async until(what, look) {
      for (let tries = 0; tries < 180; tries += 1) {
        const found = await look();
        if (found !== undefined) return found;
        await wait(1_000);
      }
      throw new Error(`gave up waiting until ${what}`);
    },
    tell,
  };
}

async function main(): Promise<void> {
  const began = performance.now();
  const cloud = await startMiniStack(FOLDER);
  const zone = zoneNearMidnight(Date.now() + MINUTE);
  const identity = inCurrencies(newIdentity({ zone }));
  const app = { ...identity.alipay, merchantName: '示范商店', ...identity.simulator };
  const how = { port: 0, now: Date.now, fetch: loopbackFetch };
  const alipay = await startAlipaySimulator({ ...how, apps: [app] });
  const antom = await startAntomSimulator({ ...how, clients: [identity.antom.client] });
  const simulators = { alipay, antom };
  try {
    const outputs = await deploy(cloud, simulators);
    await setUp(cloud, outputs, identity);
    const shop = await shopOf(outputs, identity, simulators);
    const today = businessDay(Date.now(), zone);
    const expected = await playDay(shop);
    const statement = await readStatement(shop, today, expected);
    await sellInHongKongDollars(shop);
    await cdk(cloud, 'destroy', '--force');
    tell({ step: 'destroy', told: 'cdk destroy is done.' });
    const seconds = Math.round((performance.now() - began) / 1_000);
    const ok = { ok: true, ...expected, statementId: statement.statementId, zone, seconds };
    console.log(values.json ? JSON.stringify(ok) : `That was a day at the till on a deployed stack, in ${seconds} s.`);
  } finally {
    await alipay.stop();
    await antom.stop();
    await cloud.stop();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof NotToBeHad)) throw error;
  console.log(`SKIPPED: ${error.message}`);
}

/**
 * The whole system on this machine: the template is synthesized, its tables, routes and schedules are served, and the
 * simulators of the channels stand in for the world. One process serves one stack, because the functions' services are made once.
 */
import { channel } from 'node:diagnostics_channel';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Swept } from '../../functions/jobs/sweep.ts';
import { documentsOf } from '../../functions/sdk.ts';
import { choose, storesOf } from '../../functions/services.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { DIRECTORY, ORDERS, STATEMENTS } from '../../functions/table/table.ts';
import { type LogEvent, type LogFields, loggable, type MetricName } from '../../functions/telemetry.ts';
import { type StackFile, writeStackFile } from '../cli/stack-file.ts';
import { writePrivately } from '../private-file.ts';
import { startAlipaySimulator } from './alipay-simulator/simulator.ts';
import { antomSecretOf } from './antom-identity.ts';
import { startAntomSimulator } from './antom-simulator/simulator.ts';
import { apiDocs } from './api-docs.ts';
import { close, listen, prepareTables, startEngine, startSecrets } from './aws.ts';
import { startControl } from './control.ts';
import { lockDataDir } from './data-dir.ts';
import { createPageHelp } from './for-pages.ts';
import { contextOf, createGateway } from './gateway.ts';
import { identityOf, startClock } from './kept.ts';
import { foreignTo } from './own-origin.ts';
import { createPages } from './pages.ts';
import { type Ports, portsFrom } from './ports.ts';
import { type Identity, secretOf, seed } from './seed.ts';
import { hasAccount } from './signed-up.ts';
import { type LocalFunction, type LocalTemplate, readTemplate, type TemplateSettings } from './template.ts';

export interface LocalOptions {
  /** The API's port; the Alipay simulator's is the next one, and Antom's the one after. 0: free ones. */
  readonly port: number;
  readonly engine: string;
  readonly dataDir?: string;
  readonly onLine: (line: string) => void;
  /** Where the credentials go if there is no data folder. */
  readonly credentialsFile: string;
  /** Says where the running stack is; `stack.json` beside the credentials if absent. */
  readonly stackFile?: string;
  /** Nothing runs on a schedule: the sweep only on demand, for measurements of something else. */
  readonly withoutSchedules?: boolean;
  /** The app is in certificate mode (公钥证书模式), here and at the simulator. A data folder stays in it. */
  readonly certificates?: boolean;
  /** The demo merchant sells by Antom, too: in JPY and HKD, settled in USD, and in CNY. A data folder that has begun stays as it is. */
  readonly currencies?: boolean;
  /** Makes the template of these settings. Absent: the CDK app, which takes a second to load. */
  readonly synthesize?: (settings: TemplateSettings) => unknown;
  /** Of a stack without a data folder. Absent: one of its own, whose RSA keys take half a second. */
  readonly identity?: Identity;
}

export interface LocalStack {
  readonly api: string;
  readonly simulator: string;
  /** The Antom simulator. */
  readonly antom: string;
  readonly credentialsFile: string;
  readonly stackFile: string;
  readonly identity: Identity;
  /** Moves the clock ahead, with all that falls due on the way. Answers the new time, epoch ms. */
  advance(ms: number): Promise<number>;
  sweep(): Promise<unknown>;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..');

export async function startLocalStack(options: LocalOptions): Promise<LocalStack> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // A port that was free a moment ago may be taken by now; a user who named one has to know.
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' && options.port === 0;
      if (!isTaken || tries === 5) throw error;
    }
  }
}

async function startOnce(options: LocalOptions): Promise<LocalStack> {
  const { dataDir, onLine } = options;
  const ports = await portsFrom(options.port);
  const unlock = dataDir ? lockDataDir(dataDir) : () => {};
  const stops: (() => Promise<void>)[] = [async () => unlock()];
  try {
    return await start(options, ports, stops, onLine);
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

async function start(
  { engine: engineName, dataDir, credentialsFile, withoutSchedules = false, ...said }: LocalOptions,
  ports: Ports,
  stops: (() => Promise<void>)[],
  onLine: (line: string) => void,
): Promise<LocalStack> {
  const identity = identityOf(dataDir, said);
  const time = startClock(dataDir);
  const engine = await startEngine(engineName, dataDir);
  stops.push(engine.stop);
  const secrets = await startSecrets((id) => (/antom/i.test(id) ? antomSecretOf(identity.antom) : secretOf(identity)));
  stops.push(secrets.stop);
  const { alipay } = identity;
  const simulator = await startAlipaySimulator({
    port: ports.simulator,
    now: time.now,
    apps: [{ ...alipay, merchantName: identity.merchants[0]?.name ?? '', ...identity.simulator }],
    ...(dataDir && { dataDir: join(dataDir, 'simulator') }),
    refuse: foreignTo,
    isSignedUp: (appId, sellerId) => hasAccount(tableNames().directory, appId, sellerId),
  });
  stops.push(simulator.stop);
  const antom = await startAntomSimulator({
    port: ports.antom,
    now: time.now,
    clients: [identity.antom.client],
    ...(dataDir && { dataDir: join(dataDir, 'antom-simulator') }),
    refuse: foreignTo,
  });
  stops.push(antom.stop);

  const api = `http://127.0.0.1:${ports.api}`;
  const alipayGateway = `${simulator.url}/gateway.do`;
  // People type localhost, too; a signature covers the name that was called.
  const settings = { alipayGateway, antomGateway: antom.url, authorities: `localhost:${ports.api}` };
  const made = said.synthesize?.(settings) ?? (await import('../app.ts')).synthesizeTemplate({ ...settings });
  const template = readTemplate(made, { apiUrl: api, secretArn: arnOf });
  setEnvironment(template, { dynamo: engine.endpoint, secrets: secrets.endpoint });
  await openTables(template, identity, time.now());

  const metrics = chooseMetrics(onLine);
  const control = startControl({ time, simulators: [simulator, antom], sweep: () => invokeSweep(template), metrics });
  stops.push(control.stop);
  const directoryTable = tableNames().directory;
  const pageHelp = createPageHelp({
    simulator: simulator.url,
    antom: antom.url,
    identity,
    directoryTable,
    now: time.now,
  });
  const pages = createPages();
  const gateway = createGateway({
    routes: template.routes,
    ...(template.cors && { cors: template.cors }),
    now: time.now,
    invoke,
    control: async (...asked) => (await pageHelp(...asked)) ?? control.answer(...asked),
    page: async (path) => apiDocs(path, api) ?? pages(path),
    onRequest: onLine,
  });
  stops.push(() => close(gateway));
  await listen(gateway, ports.api);
  const file = dataDir ? join(dataDir, 'credentials.json') : credentialsFile;
  writePrivately(file, { credentials: identity.credentials, alipay, antom: identity.antom.credentials });
  const { stackFile = join(dirname(credentialsFile), 'stack.json') } = said;
  const secretId = process.env.ALIPAY_SECRET_ARN ?? '';
  stops.push(
    writeStackFile(stackFile, {
      ...{ api, simulator: simulator.url, antom: antom.url, credentials: file },
      dynamodb: { endpoint: engine.endpoint, tables: tableNames() },
      alipay: {
        ...{ appId: alipay.appId, sellerId: alipay.sellerId },
        gateway: alipayGateway,
        secrets: secrets.endpoint,
        secretId,
      },
    }),
  );
  if (!withoutSchedules) stops.push(startSchedules(template, control.sweep));
  return {
    api,
    simulator: simulator.url,
    antom: antom.url,
    credentialsFile: file,
    stackFile,
    identity,
    advance: control.advance,
    sweep: control.sweep,
    stop: () => stopAll(stops),
  };
}

async function stopAll(stops: (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop().catch(() => {});
}

function arnOf(logicalId: string): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:${logicalId}`;
}

/** The functions' environment, and where their SDK clients find the services. */
function setEnvironment(template: LocalTemplate, endpoints: { dynamo: string; secrets: string }): void {
  for (const { environment } of template.functions) Object.assign(process.env, environment);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamo,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets,
  });
}

/** The tables' names, as the functions' environment has them. */
function tableNames(): StackFile['dynamodb']['tables'] {
  const { ORDERS_TABLE = '', DIRECTORY_TABLE = '', STATEMENTS_TABLE = '' } = process.env;
  return { directory: DIRECTORY_TABLE, orders: ORDERS_TABLE, statements: STATEMENTS_TABLE };
}

async function openTables(template: LocalTemplate, identity: Identity, now: number): Promise<void> {
  const client = new DynamoDBClient({});
  await prepareTables(client, template.tables);
  const names = tableNames();
  const calls = documentsOf(client);
  const directory = new DynamoTable(calls, names.directory, DIRECTORY);
  const orders = new DynamoTable(calls, names.orders, ORDERS);
  const stores = storesOf(
    { orders, directory, statements: new DynamoTable(calls, names.statements, STATEMENTS) },
    () => now,
  );
  await seed(identity, directory, stores, now);
  client.destroy();
}

function chooseMetrics(onLine: (line: string) => void): Map<MetricName, number> {
  const totals = new Map<MetricName, number>();
  const line =
    (keys: LogFields, level: string) =>
    (event: LogEvent, fields: LogFields = {}) => {
      if (event !== 'answered') onLine(`${level} ${event} ${JSON.stringify(loggable({ ...keys, ...fields }))}`);
    };
  choose({
    logOf: (keys) => ({ info: line(keys, 'info'), warn: line(keys, 'warn'), error: line(keys, 'error') }),
    metrics: {
      count: (name, value = 1) => totals.set(name, name === 'oldestDueAge' ? value : (totals.get(name) ?? 0) + value),
      publish: () => {},
    },
  });
  return totals;
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** Tells the function of each invocation, for tests that record which function calls what. */
const invocations = channel('tillgate.invocation');

/** Imports the handler by its entry and calls it; longer than its time-out it does not run. */
async function invoke(handler: LocalFunction, event: unknown): Promise<unknown> {
  const module = (await import(pathToFileURL(join(ROOT, handler.entry)).href)) as { handler: Handler };
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<unknown>((resolve) => {
    timer = setTimeout(() => resolve(failed), handler.timeoutMs);
    timer.unref();
  });
  try {
    const answer = invocations.runStores(handler, () => module.handler(event, contextOf(handler)));
    return await Promise.race([answer, timeOut]);
  } finally {
    clearTimeout(timer);
  }
}

const failed = {
  statusCode: 500,
  headers: { 'content-type': 'application/json' },
  body: '{"message":"Internal Server Error"}',
};

/** All schedules side by side, as EventBridge fires them; what each has swept is added up. */
async function invokeSweep(template: LocalTemplate): Promise<Swept> {
  const swept = await Promise.all(template.schedules.map(({ handler, event }) => invoke(handler, event)));
  return (swept as Swept[]).reduce((sum, { orders, failures }) => ({
    orders: sum.orders + orders,
    failures: sum.failures + failures,
  }));
}

function startSchedules(template: LocalTemplate, sweep: () => Promise<unknown>): () => Promise<void> {
  const timer = setInterval(
    () => {
      sweep().catch(() => {});
    },
    Math.min(...template.schedules.map(({ everyMs }) => everyMs)),
  );
  return async () => clearInterval(timer);
}

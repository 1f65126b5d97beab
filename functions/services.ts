/**
 * The composition root: the only reader of the environment, and the one place where clock, tables, channel, log and
 * metrics are chosen. Everything else gets them as an argument; the local stack and the simulation choose others.
 */
import { type AwsCall, type AwsOptions, awsCaller } from './aws.ts';
import { connectAlipay, type Wiring } from './channel/alipay/connect.ts';
import type { Channel } from './channel/channel.ts';
import { channelEntry, channelIds } from './channel/channels.ts';
import type { ChannelId } from './channel/registry.ts';
import { TABLE_CALL, TABLE_TRIES } from './deadlines.ts';
import { Directory } from './merchant/directory.ts';
import { FunctionState } from './merchant/function-state.ts';
import { TokenBuckets } from './merchant/token-buckets.ts';
import { DUE_SHARDS, Orders } from './order/orders.ts';
import { lambdaLog, lambdaMetrics } from './powertools.ts';
import { RateLimiter, SWEEP_PER_SECOND } from './rate-limiter.ts';
import type { ReconciliationServices } from './reconciliation/context.ts';
import { Reconciliations } from './reconciliation/reconciliations.ts';
import type { ShiftServices } from './shift/context.ts';
import { Shifts } from './shift/shifts.ts';
import type { StatementServices } from './statement/context.ts';
import { STATEMENT_SHARDS, Statements } from './statement/statements.ts';
import { DynamoTable } from './table/dynamodb.ts';
import { DIRECTORY, ORDERS, STATEMENTS, type Table } from './table/table.ts';
import type { Log, LogFields, LogOf, Metrics } from './telemetry.ts';
import { clock, type EpochMs, MINUTE, toInstant } from './time.ts';

export interface Services extends ReconciliationServices, StatementServices, ShiftServices {
  /** Host names under which requests may be signed. */
  readonly authorities: ReadonlySet<string>;
  /** How many orders this instance has taken of whom. */
  readonly tokenBuckets: TokenBuckets;
  /** How fast this instance sweeps. */
  readonly rateLimiter: RateLimiter;
}

/** The code that speaks to each channel of the registry. */
const CONNECT: Readonly<Record<ChannelId, (wiring: Wiring) => Channel>> = { alipay: connectAlipay };

/** What a process may choose before its first request; the rest comes from the environment. */
interface Choices {
  logOf?: LogOf;
  metrics?: Metrics;
}

const choices: Choices = {};

/** For the local stack, before the first request: its own log and metrics. */
export function choose(chosen: Choices): void {
  Object.assign(choices, chosen);
}

let made: Services | undefined;

/** The services of this process, made on first use and kept. Each line of their log holds `keys`, which name an invocation. */
export function services(keys: LogFields = {}): Services {
  choices.logOf ??= lambdaLog();
  const log = choices.logOf(keys);
  made ??= makeServices(process.env, log);
  return { ...made, log };
}

function makeServices(env: NodeJS.ProcessEnv, log: Log): Services {
  const now = () => clock.now();
  const dynamo = awsOf(env, 'dynamodb', env.AWS_ENDPOINT_URL_DYNAMODB);
  const tables = {
    orders: new DynamoTable(dynamo, named(env, 'ORDERS_TABLE'), ORDERS),
    directory: new DynamoTable(dynamo, named(env, 'DIRECTORY_TABLE'), DIRECTORY),
    statements: new DynamoTable(dynamo, named(env, 'STATEMENTS_TABLE'), STATEMENTS),
  };
  const secrets = awsOf(env, 'secretsmanager', env.AWS_ENDPOINT_URL_SECRETS_MANAGER);
  const metrics = choices.metrics ?? lambdaMetrics();
  const publicUrl = named(env, 'PUBLIC_URL');
  return {
    ...storesOf(tables, now, {
      orders: Number(env.DUE_SHARDS ?? DUE_SHARDS),
      statements: Number(env.STATEMENT_SHARDS ?? STATEMENT_SHARDS),
    }),
    now,
    log,
    metrics,
    channels: eachChannel((channel) =>
      CONNECT[channel]({
        url: env[channelEntry(channel).gatewayEnv] ?? '',
        readSecret: () => readSecret(secrets, env[channelEntry(channel).secret.env]),
        onCertificateEnding: (member, endsAt) => warnOfEnd(member, endsAt, log, metrics),
        now,
      }),
    ),
    notifyUrls: eachChannel((channel) => new URL(channelEntry(channel).notification.path, publicUrl).href),
    authorities: new Set([new URL(publicUrl).host, ...(env.AUTHORITIES ?? '').split(',').filter(Boolean)]),
    statementDelay: Number(env.STATEMENT_DELAY_MINUTES ?? 30) * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(Number(env.SWEEP_PER_SECOND ?? SWEEP_PER_SECOND), now, clock.wait),
  };
}

/** The stores over three tables, whichever these are. */
export function storesOf(
  tables: { orders: Table; directory: Table; statements: Table },
  now: () => EpochMs,
  shards = { orders: DUE_SHARDS, statements: STATEMENT_SHARDS },
) {
  return {
    orders: new Orders(tables.orders, shards.orders),
    directory: new Directory(tables.directory, now),
    functionState: new FunctionState(tables.directory, now),
    statements: new Statements(tables.statements, shards.statements),
    reconciliations: new Reconciliations(tables.statements, shards.statements),
    shifts: new Shifts(tables.statements),
  };
}

function named(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`the environment names no ${name}`);
  return value;
}

/** Under the credentials that Lambda has put into the environment, for as long as this process lives. */
function awsOf(env: NodeJS.ProcessEnv, service: AwsOptions['service'], endpoint = env.AWS_ENDPOINT_URL): AwsCall {
  const credentials = {
    accessKeyId: named(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: named(env, 'AWS_SECRET_ACCESS_KEY'),
    sessionToken: env.AWS_SESSION_TOKEN,
  };
  return awsCaller({
    service,
    region: named(env, 'AWS_REGION'),
    endpoint,
    credentials: () => credentials,
    timeoutMs: TABLE_CALL,
    tries: TABLE_TRIES,
  });
}

async function readSecret(secrets: AwsCall, arn: string | undefined): Promise<string> {
  const { SecretString } = await secrets('GetSecretValue', { SecretId: arn });
  return String(SecretString ?? '');
}

/** A certificate's end is told each time that the secret is read, in good time: no sale is signed under one that has ended. */
function warnOfEnd(member: string, endsAt: EpochMs, log: Log, metrics: Metrics): void {
  metrics.count('certificatesEnding');
  log.warn('certificate_ending', { reason: member, day: toInstant(endsAt).slice(0, 10) });
}

function eachChannel<T>(of: (channel: ChannelId) => T): Record<ChannelId, T> {
  return Object.fromEntries(channelIds.map((channel) => [channel, of(channel)])) as Record<ChannelId, T>;
}

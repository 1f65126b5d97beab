/**
 * The composition root: the only reader of the environment, and the one place where clock, tables, channel, log and
 * metrics are chosen. Everything else gets them as an argument; the local stack and the simulation choose others.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAlipayChannel } from './channel/alipay.ts';
import { createAlipayGateway } from './channel/alipay-gateway.ts';
import { type AlipayKeys, parseAlipaySecret } from './channel/alipay-keys.ts';
import type { Channel, ChannelId } from './channel/channel.ts';
import { TABLE_CALL, TABLE_TRIES } from './deadlines.ts';
import { Counters } from './merchant/counters.ts';
import { Directory } from './merchant/directory.ts';
import { Rates } from './merchant/rates.ts';
import { type Log, lambdaLog, lambdaMetrics, type Metrics } from './observe.ts';
import { Orders } from './order/orders.ts';
import { Statements } from './statement/statements.ts';
import { DIRECTORY, ORDERS, STATEMENTS, type Table } from './table.ts';
import { DynamoTable } from './table-dynamodb.ts';
import { clock, type EpochMs, MINUTE } from './time.ts';

export interface Services {
  now(): EpochMs;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly orders: Orders;
  readonly directory: Directory;
  readonly counters: Counters;
  readonly statements: Statements;
  readonly channels: Readonly<Record<ChannelId, Channel>>;
  /** Where each channel sends its notifications. */
  readonly notifyUrls: Readonly<Record<ChannelId, string>>;
  /** Host names under which requests may be signed. */
  readonly authorities: ReadonlySet<string>;
  /** How long after a business day its statement is sealed. */
  readonly statementDelay: EpochMs;
  /** When this instance last asked the channel about an order. */
  readonly lastAsked: Map<string, EpochMs>;
  /** How many orders this instance has taken of whom. */
  readonly rates: Rates;
}

/** What a process may choose before its first request; the rest comes from the environment. */
interface Choices {
  log?: Log;
  metrics?: Metrics;
}

const choices: Choices = {};

/** For the local stack, before the first request: its own log and metrics. */
export function choose(chosen: Choices): void {
  Object.assign(choices, chosen);
}

let made: Services | undefined;

/** The services of this process, made on first use and kept. */
export function services(): Services {
  made ??= makeServices(process.env);
  return made;
}

function makeServices(env: NodeJS.ProcessEnv): Services {
  const now = () => clock.now();
  const dynamo = new DynamoDBClient({
    maxAttempts: TABLE_TRIES,
    requestHandler: { requestTimeout: TABLE_CALL, connectionTimeout: TABLE_CALL, throwOnRequestTimeout: true },
  });
  const tables = {
    orders: new DynamoTable(dynamo, named(env, 'ORDERS_TABLE'), ORDERS),
    directory: new DynamoTable(dynamo, named(env, 'DIRECTORY_TABLE'), DIRECTORY),
    statements: new DynamoTable(dynamo, named(env, 'STATEMENTS_TABLE'), STATEMENTS),
  };
  const keys = secretReader(env.ALIPAY_SECRET_ARN, now);
  const gateway = createAlipayGateway({ url: env.ALIPAY_GATEWAY_URL ?? '', keys, now });
  const publicUrl = named(env, 'PUBLIC_URL');
  return {
    ...storesOf(tables, now),
    now,
    log: choices.log ?? lambdaLog(),
    metrics: choices.metrics ?? lambdaMetrics(),
    channels: { alipay: createAlipayChannel({ gateway, keys, now }) },
    notifyUrls: { alipay: new URL('/v1/notifications/alipay', publicUrl).href },
    authorities: new Set([new URL(publicUrl).host, ...(env.AUTHORITIES ?? '').split(',').filter(Boolean)]),
    statementDelay: Number(env.STATEMENT_DELAY_MINUTES ?? 30) * MINUTE,
    lastAsked: new Map(),
    rates: new Rates(),
  };
}

/** The stores over three tables, whichever these are. */
export function storesOf(tables: { orders: Table; directory: Table; statements: Table }, now: () => EpochMs) {
  return {
    orders: new Orders(tables.orders),
    directory: new Directory(tables.directory, now),
    counters: new Counters(tables.directory, now),
    statements: new Statements(tables.statements),
  };
}

function named(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`the environment names no ${name}`);
  return value;
}

/** The channel's keys, read from Secrets Manager and kept for five minutes; without the secret nothing is signed. */
function secretReader(arn: string | undefined, now: () => EpochMs): () => Promise<AlipayKeys> {
  const client = new SecretsManagerClient({ maxAttempts: TABLE_TRIES });
  let kept: { keys: Promise<AlipayKeys>; until: EpochMs } | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.keys;
    const keys = client
      .send(new GetSecretValueCommand({ SecretId: arn }))
      .then((answer) => parseAlipaySecret(answer.SecretString ?? ''));
    kept = { keys, until: now() + 5 * MINUTE };
    keys.catch(() => {
      kept = undefined;
    });
    return keys;
  };
}

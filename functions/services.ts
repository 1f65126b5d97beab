/**
 * The composition root: the only reader of the environment, and the one place where clock, tables, channel, log and
 * metrics are chosen. Everything else gets them as an argument; the local stack and the simulation choose others.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
// By these names a function's bundle has the channels that it speaks to, and no other.
import { booksOf } from '#books';
import { connect as connectAlipay } from '#channel/alipay';
import { connect as connectAntom } from '#channel/antom';
import type { Channel } from './channel/channel.ts';
import { channelEntry, channelIds } from './channel/channels.ts';
import type { ChannelId } from './channel/registry.ts';
import type { Connected, Wiring } from './channel/wiring.ts';
import { WARM_UP } from './deadlines.ts';
import { Directory } from './merchant/directory.ts';
import { FunctionState } from './merchant/function-state.ts';
import { TokenBuckets } from './merchant/token-buckets.ts';
import { DUE_SHARDS, Orders } from './order/orders.ts';
import { lambdaLog, lambdaMetrics } from './powertools.ts';
import { RateLimiter, SWEEP_PER_SECOND } from './rate-limiter.ts';
import type { ReconciliationServices } from './reconciliation/context.ts';
import { AUTHORITY, CONTEXT, eventOf, type Handler, openStage, rehearseCalls } from './rehearsal.ts';
import type { Needs } from './rehearsed.ts';
import { type AwsPlace, documentsOf, dynamoClient, secretText } from './sdk.ts';
import type { ShiftServices } from './shift/context.ts';
import type { StatementServices } from './statement/context.ts';
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
const CONNECT: Readonly<Record<ChannelId, (wiring: Wiring) => Connected>> = {
  alipay: connectAlipay,
  antom: connectAntom,
};

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

interface Made {
  readonly services: Services;
  readonly connected: Readonly<Record<ChannelId, Connected>>;
}

let made: Made | undefined;

/** What a rehearsed request finds in place of the services. Only what runs inside the rehearsal sees it. */
const rehearsing = new AsyncLocalStorage<Services>();

/** The services of this process, made on first use and kept. Each line of their log holds `keys`, which name an invocation. */
export function services(keys: LogFields = {}): Services {
  const log = logOf(keys);
  return rehearsing.getStore() ?? { ...own(log).services, log };
}

function logOf(keys: LogFields): Log {
  choices.logOf ??= lambdaLog();
  return choices.logOf(keys);
}

function own(log: Log): Made {
  made ??= makeServices(process.env, log);
  return made;
}

/**
 * What a function does once before its first event, while an instance still has a whole processor: makes its services, opens
 * its connections to the table by reads that find nothing, reads its channels' keys, and rehearses its other calls and an event.
 * It asks the channel nothing. It never throws: what fails here is tried again by the first event, which tells.
 */
export async function warmUp(needs: Needs, handler?: Handler): Promise<void> {
  const { channels, operations, connections, request, event } = needs;
  const begin = async () => {
    const { services: real, connected } = own(logOf({}));
    const accounts = channelIds.map((channel) => connected[channel].rehearsalAccount(channels.includes(channel)));
    const rehearsal = async () => {
      const account = await accounts[0];
      if (!account) return;
      const stage = openStage(placeOf(process.env), account, request?.items);
      await rehearseCalls(stage.tables, operations);
      const cast = { ...real, ...storesOf(stage.tables, real.now), ...standIn(connected[account.channel]) };
      const rehearsed = request ? eventOf(request, stage.key, real.now()) : event;
      if (handler && rehearsed) await rehearsing.run(cast, () => handler(rehearsed, CONTEXT));
    };
    const reads = Array.from({ length: connections }, () => real.directory.key(NO_KEY));
    await Promise.allSettled([...reads, ...accounts, rehearsal()]);
  };
  await Promise.race([begin().catch(() => {}), clock.wait(WARM_UP)]);
}

/** Nothing listens there: what is sent to it ends at this machine's own network. */
const NOWHERE = 'https://127.0.0.1:1/';

/** Of a rehearsal nothing is logged or counted, and no channel hears of it; requests to one are made and signed. */
function standIn({ at }: Connected) {
  const channel = at(NOWHERE);
  const createQrCode: Channel['createQrCode'] = async (...asked) => {
    await channel.createQrCode(...asked);
    return { kind: 'accepted', payload: 'rehearsal' };
  };
  return {
    log: { info() {}, warn() {}, error() {} },
    metrics: { count() {}, publish() {} },
    authorities: new Set([AUTHORITY]),
    channels: eachChannel(() => ({ ...channel, createQrCode })),
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
  };
}

/** Of no terminal. */
const NO_KEY = 'warm-up';

function makeServices(env: NodeJS.ProcessEnv, log: Log): Made {
  const now = () => clock.now();
  const dynamo = documentsOf(dynamoClient(placeOf(env, env.AWS_ENDPOINT_URL_DYNAMODB)));
  const tables = {
    orders: new DynamoTable(dynamo, named(env, 'ORDERS_TABLE'), ORDERS),
    directory: new DynamoTable(dynamo, named(env, 'DIRECTORY_TABLE'), DIRECTORY),
    statements: new DynamoTable(dynamo, named(env, 'STATEMENTS_TABLE'), STATEMENTS),
  };
  const readSecret = secretText(placeOf(env, env.AWS_ENDPOINT_URL_SECRETS_MANAGER));
  const metrics = choices.metrics ?? lambdaMetrics();
  const connected = eachChannel((channel) =>
    CONNECT[channel]({
      url: env[channelEntry(channel).gatewayEnv] ?? '',
      readSecret: () => readSecret(env[channelEntry(channel).secret.env]),
      onCertificateEnding: (member, endsAt) => warnOfEnd(member, endsAt, log, metrics),
      now,
    }),
  );
  const publicUrl = named(env, 'PUBLIC_URL');
  const services = {
    ...storesOf(tables, now, {
      orders: Number(env.DUE_SHARDS ?? DUE_SHARDS),
      statements: env.STATEMENT_SHARDS === undefined ? undefined : Number(env.STATEMENT_SHARDS),
    }),
    now,
    log,
    metrics,
    channels: eachChannel((channel) => connected[channel].channel),
    notifyUrls: eachChannel((channel) => new URL(channelEntry(channel).notification.path, publicUrl).href),
    authorities: new Set([new URL(publicUrl).host, ...(env.AUTHORITIES ?? '').split(',').filter(Boolean)]),
    statementDelay: Number(env.STATEMENT_DELAY_MINUTES ?? 30) * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(Number(env.SWEEP_PER_SECOND ?? SWEEP_PER_SECOND), now, clock.wait),
  };
  return { services, connected };
}

/** The stores over three tables, whichever these are. */
export function storesOf(
  tables: { orders: Table; directory: Table; statements: Table },
  now: () => EpochMs,
  shards: { orders: number; statements?: number | undefined } = { orders: DUE_SHARDS },
) {
  return {
    orders: new Orders(tables.orders, shards.orders),
    directory: new Directory(tables.directory, now),
    functionState: new FunctionState(tables.directory, now),
    ...booksOf(tables.statements, shards.statements),
  };
}

function named(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`the environment names no ${name}`);
  return value;
}

/** Under the credentials that Lambda has put into the environment, for as long as this process lives. */
function placeOf(env: NodeJS.ProcessEnv, endpoint = env.AWS_ENDPOINT_URL): AwsPlace {
  const { AWS_SESSION_TOKEN: sessionToken } = env;
  return {
    region: named(env, 'AWS_REGION'),
    credentials: {
      accessKeyId: named(env, 'AWS_ACCESS_KEY_ID'),
      secretAccessKey: named(env, 'AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken && { sessionToken }),
    },
    ...(endpoint && { endpoint }),
  };
}

/** A certificate's end is told each time that the secret is read, in good time: no sale is signed under one that has ended. */
function warnOfEnd(member: string, endsAt: EpochMs, log: Log, metrics: Metrics): void {
  metrics.count('certificatesEnding');
  log.warn('certificate_ending', { reason: member, day: toInstant(endsAt).slice(0, 10) });
}

function eachChannel<T>(of: (channel: ChannelId) => T): Record<ChannelId, T> {
  return Object.fromEntries(channelIds.map((channel) => [channel, of(channel)])) as Record<ChannelId, T>;
}

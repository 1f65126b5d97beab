/**
 * The composition root: the only reader of the environment, and the one place where clock, tables, channel, log and
 * metrics are chosen. Everything else gets them as an argument; the local stack and the simulation choose others.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createAlipayChannel } from './channel/alipay/alipay.ts';
import { endingSoon } from './channel/alipay/certificates.ts';
import { createAlipayGateway } from './channel/alipay/gateway.ts';
import type { AlipayKeys } from './channel/alipay/keys.ts';
import { parseAlipaySecret } from './channel/alipay/secret.ts';
import type { Channel } from './channel/channel.ts';
import { WARM_UP } from './deadlines.ts';
import { Directory } from './merchant/directory.ts';
import { FunctionState } from './merchant/function-state.ts';
import { TokenBuckets } from './merchant/token-buckets.ts';
import { DUE_SHARDS, Orders } from './order/orders.ts';
import { lambdaLog, lambdaMetrics } from './powertools.ts';
import { RateLimiter, SWEEP_PER_SECOND } from './rate-limiter.ts';
import type { ReconciliationServices } from './reconciliation/context.ts';
import { Reconciliations } from './reconciliation/reconciliations.ts';
import { AUTHORITY, type Handler, openStage, type Rehearsed, rehearseCalls, rehearseRequest } from './rehearsal.ts';
import { type AwsPlace, documentsOf, dynamoClient, secretText } from './sdk.ts';
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
  readonly keys: () => Promise<AlipayKeys>;
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

/** What a function will need of AWS. */
export interface Needs {
  /** The channel's keys. */
  readonly secret: boolean;
  /** Calls to the tables. */
  readonly operations: readonly Rehearsed[];
}

/**
 * What a function does once before its first event, while an instance still has a whole processor: makes its services, opens
 * a connection to the table by a read that finds nothing, reads the channel's keys, and rehearses its other calls and, if
 * `handler` is given, a request. It asks the channel nothing. It never throws: what fails here is tried again by the first
 * event, which tells.
 */
export async function warmUp({ secret, operations }: Needs, handler?: Handler): Promise<void> {
  const begin = async () => {
    const { services: real, keys } = own(logOf({}));
    const read = secret ? keys() : undefined;
    const rehearsal = async () => {
      const appId = [...((await read)?.keys() ?? [])][0];
      const stage = openStage(placeOf(process.env), appId);
      await rehearseCalls(stage.tables, operations);
      const cast = { ...real, ...storesOf(stage.tables, real.now), ...standIn(keys, real.now) };
      if (handler) await rehearsing.run(cast, () => rehearseRequest(handler, stage.privateKey, real.now()));
    };
    await Promise.allSettled([real.directory.key(NO_KEY), rehearsal()]);
  };
  await Promise.race([begin().catch(() => {}), clock.wait(WARM_UP)]);
}

/** Nothing listens there: what is sent to it ends at this machine's own network. */
const NOWHERE = 'https://127.0.0.1:1/';

/** Of a rehearsal nothing is logged or counted, and no channel hears of it; requests to one are made and signed. */
function standIn(keys: () => Promise<AlipayKeys>, now: () => EpochMs) {
  const channel = createAlipayChannel({ gateway: createAlipayGateway({ url: NOWHERE, keys, now }), keys, now });
  const createQrCode: Channel['createQrCode'] = async (...asked) => {
    await channel.createQrCode(...asked);
    return { kind: 'accepted', payload: 'rehearsal' };
  };
  return {
    log: { info() {}, warn() {}, error() {} },
    metrics: { count() {}, publish() {} },
    authorities: new Set([AUTHORITY]),
    channels: { alipay: { ...channel, createQrCode } },
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
  const keys = secretReader(
    () => readSecret(env.ALIPAY_SECRET_ARN),
    now,
    (read) => warnOfEnds(read, now(), log, metrics),
  );
  const gateway = createAlipayGateway({ url: env.ALIPAY_GATEWAY_URL ?? '', keys, now });
  const publicUrl = named(env, 'PUBLIC_URL');
  const services = {
    ...storesOf(tables, now, {
      orders: Number(env.DUE_SHARDS ?? DUE_SHARDS),
      statements: Number(env.STATEMENT_SHARDS ?? STATEMENT_SHARDS),
    }),
    now,
    log,
    metrics,
    channels: { alipay: createAlipayChannel({ gateway, keys, now }) },
    notifyUrls: { alipay: new URL('/v1/notifications/alipay', publicUrl).href },
    authorities: new Set([new URL(publicUrl).host, ...(env.AUTHORITIES ?? '').split(',').filter(Boolean)]),
    statementDelay: Number(env.STATEMENT_DELAY_MINUTES ?? 30) * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(Number(env.SWEEP_PER_SECOND ?? SWEEP_PER_SECOND), now, clock.wait),
  };
  return { services, keys };
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

/** The channel's keys, read from Secrets Manager and kept for five minutes; without the secret nothing is signed. */
function secretReader(
  readText: () => Promise<string>,
  now: () => EpochMs,
  noteRead: (keys: AlipayKeys) => void,
): () => Promise<AlipayKeys> {
  let kept: { keys: Promise<AlipayKeys>; until: EpochMs } | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.keys;
    const keys = readText().then((text) => {
      const read = parseAlipaySecret(text);
      noteRead(read);
      return read;
    });
    kept = { keys, until: now() + 5 * MINUTE };
    keys.catch(() => {
      kept = undefined;
    });
    return keys;
  };
}

/** A certificate's end is told each time that the secret is read, in good time: no sale is signed under one that has ended. */
export function warnOfEnds(keys: AlipayKeys, now: EpochMs, log: Log, metrics: Metrics): void {
  for (const { member, endsAt } of endingSoon(
    [...keys.values()].flatMap(({ ends }) => ends),
    now,
  )) {
    metrics.count('certificatesEnding');
    log.warn('certificate_ending', { reason: member, day: toInstant(endsAt).slice(0, 10) });
  }
}

/**
 * AWS through its SDK: clients of DynamoDB and Secrets Manager with the time-outs and the number of tries that the rest of the
 * system counts on, and what they throw in one form. Credentials and region are given: a cold start asks no other service for
 * them, and the ways to find them are not bundled.
 */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TABLE_ANSWER, TABLE_CALL, TABLE_TRIES } from './deadlines.ts';
import { timeLeft } from './invocation.ts';

export interface AwsPlace {
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Where the service is. Absent: at its public address in this region. */
  readonly endpoint?: string;
  /** The longest that one try takes, ms. */
  readonly timeoutMs?: number;
  /** Answers in place of the network. */
  readonly requestHandler?: NonNullable<DynamoDBClientConfig['requestHandler']>;
}

/** The document client of a DynamoDB client, translating as {@link TRANSLATION} says. */
export function documentsOf(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, TRANSLATION);
}

export function dynamoClient(place: AwsPlace): DynamoDBClient {
  return lean(new DynamoDBClient({ ...optionsOf(place), accountIdEndpointMode: 'disabled' }));
}

/** Reads a secret's text; empty if it has none. @throws AwsError */
export function secretText(place: AwsPlace): (arn: string | undefined) => Promise<string> {
  let client: SecretsManagerClient | undefined;
  return async (arn) => {
    // Most functions read none.
    client ??= lean(new SecretsManagerClient(optionsOf(place)));
    const command = new GetSecretValueCommand({ SecretId: arn });
    const { SecretString } = await said('GetSecretValue', client.send(command, { abortSignal: withinTime() }));
    return SecretString ?? '';
  };
}

/** Middlewares that change nothing of what a service does. They take a fifth of the time of a function's first calls. */
const UNUSED = ['getUserAgentMiddleware', 'recursionDetectionMiddleware', 'loggerMiddleware'];

function lean<C extends { readonly middlewareStack: { remove(name: string): boolean } }>(client: C): C {
  for (const name of UNUSED) client.middlewareStack.remove(name);
  return client;
}

function optionsOf({ region, credentials, endpoint, timeoutMs = TABLE_CALL, requestHandler }: AwsPlace) {
  return {
    region,
    credentials,
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: TABLE_TRIES,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    ...SETTLED,
    requestHandler: requestHandler ?? {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // Otherwise the handler only warns of a request that takes too long.
      throwOnRequestTimeout: true,
      // A handshake costs a cold function more than a wait: what asks many indexes at once shares connections.
      httpsAgent: { maxSockets: SOCKETS },
    },
  };
}

const SOCKETS = 4;

/** What the SDK otherwise looks for in profiles, which no Lambda has: in each client, at its first call. */
const SETTLED = {
  authSchemePreference: [],
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: async () => undefined,
};

/** Ends a call with all its tries, however slowly its answer trickles in, and at the latest when the invocation ends. */
export const withinTime = (): AbortSignal => AbortSignal.timeout(Math.ceil(Math.min(TABLE_ANSWER, timeLeft())));

const TRANSLATION = {
  marshallOptions: { removeUndefinedValues: true },
  unmarshallOptions: { wrapNumbers: numberOf },
};

/** @throws RangeError for a whole number that a JavaScript number cannot hold */
function numberOf(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw new RangeError(`${text} is too large`);
  return number;
}

/** What the SDK puts on what it throws after it made a request. */
interface Thrown extends Error {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string; readonly attempts?: number };
  readonly ThrottlingReasons?: readonly ThrottlingReason[];
  readonly throttlingReasons?: readonly ThrottlingReason[];
}

interface ThrottlingReason {
  readonly reason?: string;
  readonly resource?: string;
}

/** The service's own refusal, or that no whole answer came. After the latter a write may have happened. */
export class AwsError extends Error {
  /** 0: there was no answer that can be read. */
  readonly status: number;

  /** `name` is the service's, such as `ThrottlingException`; `NoAnswer` if it said nothing. */
  constructor(operation: string, cause: Thrown) {
    const { httpStatusCode = 0, requestId = 'unknown', attempts = 1 } = cause.$metadata;
    const status = httpStatusCode < 300 ? 0 : httpStatusCode;
    const reasons = (cause.ThrottlingReasons ?? cause.throttlingReasons ?? []).map(
      ({ reason, resource }) => `, ${reason} of ${resource}`,
    );
    // A parser quotes what it could not read, which may be the secret.
    const why = cause instanceof SyntaxError ? 'the answer is not JSON' : cause.message;
    super(`${operation}: ${why} (status ${status}, request ${requestId}, tries ${attempts}${reasons.join('')})`, {
      cause,
    });
    this.name = status === 0 ? 'NoAnswer' : cause.name;
    this.status = status;
  }
}

/** The answer of `operation`. @throws AwsError for what the service or the network did; a fault of ours comes as it is */
export async function said<T>(operation: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw isOfService(error) ? new AwsError(operation, error) : error;
  }
}

function isOfService(error: unknown): error is Thrown {
  if (!(error instanceof Error)) return false;
  // The time of the whole call was over.
  if (error.name === 'AbortError') Object.assign(error, { $metadata: {} });
  // Numbers are read while the SDK still watches.
  return '$metadata' in error && !(error instanceof RangeError);
}

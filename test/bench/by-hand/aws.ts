/**
 * The client by hand that the functions had until 30 November 2026, kept as it was: what the SDK costs is measured beside it.
 * One signed POST for each call, repeated where that may help.
 */
import { createHmac, hash, randomInt } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface AwsOptions {
  readonly service: keyof typeof SERVICES;
  readonly region: string;
  /** Where the service is, if not where it is for everybody in this region. */
  readonly endpoint?: string | undefined;
  credentials(): Credentials | Promise<Credentials>;
  /** The longest that one try takes, in ms, and how many there are at most. */
  readonly timeoutMs: number;
  readonly tries: number;
}

/** One operation, such as `GetItem`, with its input and output as the service's JSON has them. @throws Error named as the service names it */
export type AwsCall = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

const SERVICES = {
  dynamodb: { target: 'DynamoDB_20120810', contentType: 'application/x-amz-json-1.0' },
  secretsmanager: { target: 'secretsmanager', contentType: 'application/x-amz-json-1.1' },
} as const;

/** The service's own refusal, or that nobody answered. After the latter a write may have happened. */
class AwsError extends Error {
  /** 0: there was no answer. */
  readonly status: number;

  /** `name` is the service's, such as `ConditionalCheckFailedException`. */
  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

const THROTTLED =
  /^(ProvisionedThroughputExceededException|ThrottlingException|RequestLimitExceeded|TooManyRequestsException)$/;
/** A try that found nobody home is repeated after up to so many ms, one that was too many after up to four times as many. */
const FIRST_PAUSE_MS = 25;

export function awsCaller(options: AwsOptions): AwsCall {
  const { service, region, timeoutMs, tries } = options;
  const { target, contentType } = SERVICES[service];
  const url = new URL(options.endpoint ?? endpointOf(service, region));
  const send = sender(url);
  const signer = new Signer(service, region);
  return async (operation, input) => {
    const body = JSON.stringify(input);
    for (let tried = 1; ; tried += 1) {
      const unsigned = { 'content-type': contentType, host: url.host, 'x-amz-target': `${target}.${operation}` };
      const headers = signer.sign(unsigned, body, await options.credentials(), Date.now());
      const arrived = await send(headers, body, timeoutMs);
      if (!(arrived instanceof AwsError)) return arrived;
      if (tried >= tries || !mayHelp(arrived)) throw arrived;
      await pause(arrived, tried);
    }
  };
}

/** Where everybody in this region finds the service. */
function endpointOf(service: string, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function mayHelp({ status, name }: AwsError): boolean {
  return status === 0 || status >= 500 || status === 429 || THROTTLED.test(name);
}

/** Anything up to twice as long after every try, so that those who failed together do not come back together. */
function pause({ name, status }: AwsError, tried: number): Promise<void> {
  const most = FIRST_PAUSE_MS * 2 ** (tried - 1) * (THROTTLED.test(name) || status === 429 ? 4 : 1);
  return new Promise((resolve) => setTimeout(resolve, randomInt(most + 1)));
}

/** Signature Version 4. */
class Signer {
  private readonly service: string;
  private readonly region: string;
  /** Derived anew on another day or for other credentials. */
  private kept: { readonly secret: string; readonly day: string; readonly key: Buffer } | undefined;

  constructor(service: string, region: string) {
    this.service = service;
    this.region = region;
  }

  /** The headers to send; all of them are signed. */
  sign(
    unsigned: Readonly<Record<string, string>>,
    body: string,
    { accessKeyId, secretAccessKey, sessionToken }: Credentials,
    now: number,
  ): Record<string, string> {
    const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${time.slice(0, 8)}/${this.region}/${this.service}/aws4_request`;
    const headers: Record<string, string> = {
      ...unsigned,
      'x-amz-date': time,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
    };
    const names = Object.keys(headers).sort();
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const request = `POST\n/\n\n${lines}\n${names.join(';')}\n${hash('sha256', body)}`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', request)}`;
    const signature = createHmac('sha256', this.keyOf(secretAccessKey, time.slice(0, 8)))
      .update(text)
      .digest('hex');
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    return headers;
  }

  private keyOf(secret: string, day: string): Buffer {
    if (this.kept?.secret === secret && this.kept.day === day) return this.kept.key;
    const key = [day, this.region, this.service, 'aws4_request'].reduce<string | Buffer>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      `AWS4${secret}`,
    ) as Buffer;
    this.kept = { secret, day, key };
    return key;
  }
}

type Arrived = Readonly<Record<string, unknown>> | AwsError;
type Send = (headers: Record<string, string>, body: string, timeoutMs: number) => Promise<Arrived>;

/** POSTs on a kept connection. It does not throw. */
function sender(url: URL): Send {
  // An ESM import of node:http would load undici on Node 24, which costs 20 ms of every cold start.
  const client =
    url.protocol === 'http:' ? process.getBuiltinModule('node:http') : process.getBuiltinModule('node:https');
  const agent = new client.Agent({ keepAlive: true, maxSockets: 50 });
  return (headers, body, timeoutMs) =>
    new Promise((resolve) => {
      const bytes = Buffer.from(body);
      const request: ClientRequest = client.request(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-length': bytes.length } },
        (response) => read(response, settle),
      );
      const timer = setTimeout(() => settle(silence('it took too long')), timeoutMs);
      function settle(arrived: Arrived): void {
        clearTimeout(timer);
        resolve(arrived);
        if (arrived instanceof AwsError && arrived.status === 0) request.destroy();
      }
      request.on('error', (error) => settle(silence(error.message)));
      request.end(bytes);
    });
}

function silence(why: string): AwsError {
  return new AwsError('NoAnswer', why, 0);
}

function read(response: IncomingMessage, settle: (arrived: Arrived) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('aborted', () => settle(silence('the answer broke off')));
  response.on('end', () => settle(answerOf(response.statusCode ?? 0, Buffer.concat(chunks).toString())));
}

function answerOf(status: number, text: string): Arrived {
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(text);
  } catch {
    return status === 200 ? silence('the answer is not JSON') : new AwsError('NotJson', `status ${status}`, status);
  }
  if (status === 200) return answer;
  const name = String(answer.__type ?? 'Unknown').replace(/^.*#/, '');
  return new AwsError(name, String(answer.message ?? answer.Message ?? `status ${status}`), status);
}

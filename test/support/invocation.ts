/** One invocation through some middlewares, with services that note what they are told. */
import type { Context } from 'aws-lambda';
import type {
  HttpEvent,
  HttpMiddleware,
  HttpResult,
  RequestContext,
} from '../../functions/http/middleware/request-context.ts';
import { httpFunction } from '../../functions/http/middleware/request-context.ts';
import type { Services } from '../../functions/services.ts';
import type { LogFields } from '../../functions/telemetry.ts';
import { NOON } from './orders.ts';

const EVENT = {
  rawPath: '/v1/orders',
  rawQueryString: '',
  headers: { host: 'till.example' },
  requestContext: { requestId: 'request-1', http: { method: 'POST' } },
  isBase64Encoded: false,
} as unknown as HttpEvent;

export interface Invoked {
  /** What came of it: an answer, or what was thrown. */
  readonly result: HttpResult | undefined;
  readonly error: unknown;
  /** What the middlewares have left for each other. */
  readonly context: Partial<RequestContext>;
  /** What was logged, counted and published, in order. */
  readonly told: readonly unknown[];
}

interface Options {
  readonly event?: Partial<HttpEvent>;
  readonly context?: Partial<RequestContext>;
  readonly services?: Partial<Services>;
  readonly handler?: () => Promise<HttpResult>;
}

/** The event is frozen: a middleware that changes it fails the test. */
export async function invoke(
  middlewares: readonly HttpMiddleware[],
  { event = {}, context = {}, services = {}, handler = async () => ({ statusCode: 200, body: 'done' }) }: Options = {},
): Promise<Invoked> {
  const told: unknown[] = [];
  const tell = (level: string) => (message: string, fields?: LogFields) => void told.push([level, message, fields]);
  const s = {
    now: () => NOON,
    log: { info: tell('info'), warn: tell('warn'), error: tell('error') },
    metrics: {
      count: (name: string) => void told.push(`counts ${name}`),
      publish: () => void told.push('publishes'),
    },
    ...services,
  };
  const all = { services: s, startedAt: NOON, ...context } as unknown as RequestContext;
  const run = middlewares.reduce((stack, it) => stack.use(it), httpFunction()).handler(handler);
  let [result, error]: [HttpResult | undefined, unknown] = [undefined, undefined];
  try {
    result = await run(frozen({ ...EVENT, ...event }), all);
  } catch (thrown) {
    error = thrown;
  }
  const { services: _, startedAt: __, ...left } = all;
  return { result, error, context: left, told };
}

function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) frozen(member);
  return Object.freeze(value);
}

/** What Lambda tells beside the event. */
export const lambdaContext = (awsRequestId: string) => ({ awsRequestId }) as unknown as Context;

/**
 * The one way to make an API handler: `endpoint(contract.createOrder, run)`. It bounds the request, finds out who calls,
 * checks what that credential may do, parses, runs, and turns refusals into problem+json. What is thrown and is not a
 * {@link Problem} is a fault of ours: it is logged and leaves as a bare 500.
 */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod';
import type { Operation, Parsed } from '../contract/operation.ts';
import { Problem } from '../contract/problem.ts';
import { type Deadline, INVOCATION } from '../deadlines.ts';
import { noteFault } from '../observe.ts';
import { type Services, services } from '../services.ts';
import { BadCursor } from '../table/table.ts';
import { type Caller, callerOf } from './caller.ts';
import { noteSeen } from './last-seen.ts';
import type { ReceivedRequest } from './signature.ts';

export type Request<O extends Operation, C = Caller> = Parsed<O> & {
  readonly caller: C;
  /** The media types that the caller would like to get, if it says so. */
  readonly accept?: string;
  readonly deadline: Deadline;
};

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Sent as it is, in place of `body` as JSON; the headers say what it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Run<O extends Operation, C = Caller> = (s: Services, request: Request<O, C>) => Promise<Reply>;

/** Finds out who calls, or throws a {@link Problem}. `parse` reads the request, where its content says by whom it is signed. */
export type Identify<O extends Operation, C> = (
  s: Services,
  received: ReceivedRequest,
  parse: () => Parsed<O>,
) => Promise<C>;

/** What the log tells of a caller. */
type Known = { readonly merchantId?: string; readonly keyid?: string };

type Event = APIGatewayProxyEventV2;
type Result = APIGatewayProxyStructuredResultV2;

const BODY_BYTES_MAX = 16 * 1024;

export function endpoint<O extends Operation>(operation: O, run: Run<O>) {
  return openEndpoint(operation, sellersSeen(operation, run), callerOf, ({ scopes }) => {
    if (operation.scope && !scopes.includes(operation.scope))
      throw new Problem('scope_missing', { detail: `This needs the scope ${operation.scope}.` });
  });
}

/** Notes that the terminal is there; only functions that sell may write that down. */
function sellersSeen<O extends Operation>(operation: O, run: Run<O>): Run<O> {
  return async (s, request) => {
    const { terminalId, signedAt } = request.caller;
    const reply = await run(s, request);
    if (operation.scope === 'orders:write' && terminalId && signedAt !== undefined)
      await noteSeen(s, terminalId, signedAt);
    return reply;
  };
}

/** The same for callers who are not credentials yet: `identify` finds out who they are, `allow` throws at whom it does not. */
export function openEndpoint<O extends Operation, C extends Known>(
  operation: O,
  run: Run<O, C>,
  identify: Identify<O, C>,
  allow: (caller: C) => void = () => {},
) {
  return middy(async (event: Event): Promise<Result> => {
    const s = services();
    const began = s.now();
    const requestId = event.requestContext.requestId;
    const seen: { caller?: Known } = {};
    let reply: Reply;
    let code = '';
    try {
      reply = await answer(s, { operation, run, identify, allow }, event, seen);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'internal') {
        s.metrics.count('faults');
        noteFault(s, 'a fault', error, { requestId, operation: operation.name });
      }
      code = problem.code;
      reply = { status: problem.status, body: problem.body(requestId), headers: problem.members.headers ?? {} };
    }
    s.metrics.count('requests');
    s.log.info('answered', {
      requestId,
      operation: operation.name,
      status: reply.status,
      ...(code && { code }),
      ms: s.now() - began,
      ...seen.caller,
    });
    s.metrics.publish();
    return resultOf(reply, requestId, code !== '');
  });
}

/** What makes one endpoint another than the next. */
interface Parts<O extends Operation, C> {
  readonly operation: O;
  readonly run: Run<O, C>;
  readonly identify: Identify<O, C>;
  readonly allow: (caller: C) => void;
}

async function answer<O extends Operation, C extends Known>(
  s: Services,
  { operation, run, identify, allow }: Parts<O, C>,
  event: Event,
  seen: { caller?: Known },
): Promise<Reply> {
  const deadline = { endsAt: s.now() + INVOCATION };
  const body = bodyOf(event);
  mustBePlain(event);
  const caller = await identify(s, receivedOf(event, body), () => parseRequest(operation, event, body));
  const { merchantId, keyid } = caller;
  seen.caller = { ...(merchantId && { merchantId }), ...(keyid && { keyid }) };
  allow(caller);
  const { accept } = event.headers;
  return run(s, { ...parseRequest(operation, event, body), caller, deadline, ...(accept && { accept }) });
}

function receivedOf(event: Event, body: Buffer | undefined): ReceivedRequest {
  return {
    method: event.requestContext.http.method,
    authority: event.headers.host ?? '',
    path: event.rawPath,
    query: event.rawQueryString,
    headers: event.headers,
    body,
  };
}

/** The bytes that were sent; `undefined` if there were none. */
export function bodyOf(event: Event): Buffer | undefined {
  if (event.body === undefined || event.body === '') return undefined;
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_BYTES_MAX) throw new Problem('too_large', { detail: 'A body has 16 KB at the most.' });
  return bytes;
}

/**
 * Paths and queries consist of unreserved characters only. The gateway hands us the decoded path, so that anything else
 * could not be verified against what the caller signed.
 */
function mustBePlain(event: Event): void {
  if (!/^[A-Za-z0-9\-._~/]*$/.test(event.rawPath))
    throw new Problem('malformed', { detail: 'A path consists of A-Z a-z 0-9 - . _ ~ and slashes.' });
  if (!/^[A-Za-z0-9\-._~=&]*$/.test(event.rawQueryString))
    throw new Problem('malformed', { detail: 'A query value consists of A-Z a-z 0-9 - . _ ~.' });
}

function queryOf(raw: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(raw)) {
    if (Object.hasOwn(values, name)) throw new Problem('malformed', { detail: `The query names ${name} twice.` });
    values[name] = value;
  }
  return { ...values };
}

function parseRequest<O extends Operation>(operation: O, event: Event, bytes: Buffer | undefined): Parsed<O> {
  if (bytes && !operation.body) throw new Problem('malformed', { detail: 'This operation takes no body.' });
  const params = parse(operation.params, event.pathParameters ?? {}, '/path');
  const query = parse(operation.query, queryOf(event.rawQueryString), '/query');
  const body = operation.body ? parse(operation.body, bytes ? jsonOf(bytes) : {}, '') : undefined;
  // The schemas are those of this very operation, which the compiler cannot follow through the type parameter.
  return { params, query, body } as Parsed<O>;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem('malformed', { detail: 'The body is not JSON in UTF-8.' });
  }
}

function parse(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 10).flatMap((issue) => {
    const pointer = `${where}/${issue.path.join('/')}`.replace(/\/$/, '');
    if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
    return issue.keys
      .slice(0, 10)
      .map((key) => ({ pointer: `${pointer}/${key.slice(0, 64)}`, detail: 'is not known here' }));
  });
  const detail = errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; ');
  throw new Problem('malformed', { detail, errors });
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadCursor) return new Problem('bad_cursor');
  return new Problem('internal', { detail: 'The outcome is unknown: look it up, or repeat the request unchanged.' });
}

/** On every answer: it is kept nowhere, is what its type says, and its host speaks HTTPS only (two years). */
const PROTECTIVE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000',
} as const;

function resultOf(reply: Reply, requestId: string, isProblem: boolean): Result {
  return {
    statusCode: reply.status,
    headers: {
      'content-type': isProblem ? 'application/problem+json' : 'application/json',
      ...PROTECTIVE,
      'x-request-id': requestId,
      ...reply.headers,
    },
    body: reply.text ?? JSON.stringify(reply.body),
  };
}

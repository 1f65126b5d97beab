/**
 * An HTTP API on this machine: `$default` stage, payload format 2.0. Handlers get the events that API Gateway would send
 * them, so that nothing works here which would not work there.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { foreignTo } from './own-origin.ts';
import type { Page } from './pages.ts';
import type { Cors, LocalFunction, Route } from './template.ts';

export interface GatewayOptions {
  readonly routes: readonly Route[];
  readonly cors?: Cors;
  readonly now: () => number;
  invoke(handler: LocalFunction, event: unknown): Promise<unknown>;
  /** Answers what is not part of the API; undefined: it is none of its business. */
  control(method: string, path: string, body: string): Promise<{ status: number; body: unknown } | undefined>;
  /** The screens, which in AWS are a site of their own. */
  page?(path: string): Promise<Page | undefined>;
  readonly onRequest: (line: string) => void;
}

const BODY_BYTES_MAX = 10 * 1024 * 1024;
/** API Gateway waits so long for an integration. */
const INTEGRATION_MS = 29_000;

export function createGateway(options: GatewayOptions): Server {
  return createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      options.onRequest(`gateway: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) send(response, 500, { message: 'Internal Server Error' });
    });
  });
}

async function serve(options: GatewayOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const began = performance.now();
  const method = request.method ?? 'GET';
  // The clock that the tests turn is the one that the pages believe.
  response.setHeader('date', new Date(options.now()).toUTCString());
  const [rawPath = '/', ...rest] = (request.url ?? '/').split('?');
  const query = rest.join('?');
  const body = await readBody(request);
  if (!body) return send(response, 413, { message: 'Request Entity Too Large' });
  const path = decodePath(rawPath);
  if (path === undefined) return send(response, 400, { message: 'Bad Request' });

  // The API asks for a signature; the handles do not.
  const foreign = path.startsWith('/__local/') ? foreignTo(request.headers) : undefined;
  if (foreign) return send(response, foreign.status, foreign.body);
  const controlled = path.startsWith('/__local/') && (await options.control(method, path, body.toString()));
  if (controlled) return send(response, controlled.status, controlled.body);
  const page = method === 'GET' ? await options.page?.(path) : undefined;
  if (page) {
    response.writeHead(200, page.headers).end(page.content);
    return;
  }
  allowOrigin(options.cors, request, response);
  if (options.cors && method === 'OPTIONS' && request.headers['access-control-request-method'])
    return preflight(options.cors, response);
  const match = findRoute(options.routes, method, path);
  if (!match) {
    options.onRequest(`404 ${method} ${rawPath}`);
    return send(response, 404, { message: 'Not Found' });
  }
  const event = eventOf(request, { ...match, method, path, query, body, now: options.now() });
  const result = await Promise.race([options.invoke(match.route.handler, event), patience(response)]);
  sendResult(response, result);
  options.onRequest(
    `${response.statusCode} ${method} ${rawPath}${query && `?${query}`} ${(performance.now() - began).toFixed(1)} ms`,
  );
}

/** Says to the browser whether the page that calls may read the answer. The gateway says it, for every answer of the function. */
function allowOrigin(cors: Cors | undefined, { headers }: IncomingMessage, response: ServerResponse): void {
  if (!cors || headers.origin === undefined || !cors.origins.includes(headers.origin)) return;
  response.setHeader('access-control-allow-origin', headers.origin);
  response.setHeader('access-control-expose-headers', cors.exposed.join(','));
  response.setHeader('vary', 'Origin');
}

/** Answers for every path, known or not, as API Gateway does; what an origin that is not listed is told allows nothing. */
function preflight(cors: Cors, response: ServerResponse): void {
  if (response.hasHeader('access-control-allow-origin')) {
    response.removeHeader('access-control-expose-headers');
    response.setHeader('access-control-allow-methods', cors.methods.join(','));
    response.setHeader('access-control-allow-headers', cors.headers.join(','));
    response.setHeader('access-control-max-age', String(cors.maxAgeSeconds));
  }
  response.writeHead(204).end();
}

const TIMED_OUT = Symbol('timed out');

function patience(response: ServerResponse): Promise<typeof TIMED_OUT> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(TIMED_OUT), INTEGRATION_MS);
    response.on('close', () => clearTimeout(timer));
  });
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks);
}

interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A path without variables goes before one with; a variable takes exactly one part. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const parts = path.split('/');
  const matches = routes
    .filter((route) => route.method === method || route.method === 'ANY')
    .flatMap((route): Match[] => {
      const names = route.path.split('/');
      if (names.length !== parts.length) return [];
      const parameters: Record<string, string> = {};
      for (const [i, name] of names.entries()) {
        const part = parts[i] ?? '';
        const variable = /^\{(.+)\}$/.exec(name)?.[1];
        if (variable && part !== '') parameters[variable] = part;
        else if (name !== part) return [];
      }
      return [{ route, parameters }];
    });
  return matches.sort((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length)[0];
}

interface Arrival extends Match {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Buffer;
  readonly now: number;
}

function eventOf(request: IncomingMessage, arrival: Arrival): APIGatewayProxyEventV2 {
  const { route, parameters, method, path, query, body, now } = arrival;
  const { cookie, ...headers } = headersOf(request);
  const routeKey = `${route.method} ${route.path}`;
  const asText = isText(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie && { cookies: cookie.split('; ') }),
    headers,
    ...(query && { queryStringParameters: queryParameters(query) }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: { ...parameters } }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: (headers.host ?? '').split('.')[0] ?? '',
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  };
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(',')]);
  return Object.fromEntries(entries);
}

/** Several values of a name are joined by a comma. */
function queryParameters(query: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query))
    values[name] = values[name] === undefined ? value : `${values[name]},${value}`;
  return values;
}

/** Everything else reaches the function as base64: form posts, too, and with them the channel's notifications. */
function isText(contentType: string): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^(text\/.*|application\/(json|javascript|xml|.*\+(json|xml)))$/.test(type);
}

function sendResult(response: ServerResponse, result: unknown): void {
  if (result === TIMED_OUT) {
    send(response, 503, { message: 'Service Unavailable' });
    return;
  }
  const isStructured = typeof result === 'object' && result !== null && 'statusCode' in result;
  if (!isStructured) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(typeof result === 'string' ? result : JSON.stringify(result ?? null));
    return;
  }
  const {
    statusCode = 200,
    headers = {},
    cookies,
    body = '',
    isBase64Encoded,
  } = result as APIGatewayProxyStructuredResultV2;
  response.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !/^access-control-/i.test(name)) response.setHeader(name, String(value));
  if (cookies) response.setHeader('set-cookie', cookies);
  response.end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** What Lambda tells a function beside the event. */
export function contextOf(handler: LocalFunction): Context {
  const endsAt = performance.now() + handler.timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: handler.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${handler.name}`,
    memoryLimitInMB: String(handler.memoryMb),
    awsRequestId: randomUUID(),
    logGroupName: handler.name,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, endsAt - performance.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

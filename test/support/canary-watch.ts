/**
 * Hangs the canary into this process, once: every server of it, the API of others, everything that is printed. See canary.ts;
 * what the API answers is held against the contract, too (documented.ts).
 */
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { learnFromGateway, learnFromRequest, look } from './canary.ts';
import { note } from './documented.ts';

type Emit = typeof Server.prototype.emit;
const emit: Emit = Server.prototype.emit;
Server.prototype.emit = function (this: Server, event: string, ...rest: unknown[]) {
  if (event === 'request') watch(rest[0] as IncomingMessage, rest[1] as ServerResponse);
  return Reflect.apply(emit, this, [event, ...rest]);
} as Emit;

/** Where the servers of this process listen. */
const near = new Set<number>();

/** What runs in a process of its own, such as a stack that a test kills, is watched from here. */
const { fetch: send } = globalThis;
globalThis.fetch = async (input, init) => {
  const response = await send(input, init);
  const { pathname, port } = new URL(input instanceof Request ? input.url : input);
  const method = init?.method ?? 'GET';
  if (!pathname.startsWith('/v1/') || near.has(Number(port))) return response;
  learnFromRequest(Object.fromEntries(new Headers(init?.headers)), typeof init?.body === 'string' ? init.body : '');
  const body = await response
    .clone()
    .text()
    .catch(() => '');
  look('an answer', `${JSON.stringify([...response.headers])}\n${body}`);
  note({ method, url: pathname, status: response.status, headers: Object.fromEntries(response.headers), text: body });
  return response;
};

/** Reads along, without taking anything away from who the request is for. */
function watch(request: IncomingMessage, response: ServerResponse): void {
  near.add(request.socket.localPort ?? 0);
  const url = request.url ?? '/';
  const target = String(request.headers['x-amz-target'] ?? '');
  const isApi = url.startsWith('/v1/');
  const isGateway = url.startsWith('/gateway.do') || url.startsWith('/ams/');
  const isWrite = /^DynamoDB_\d+\.(PutItem|UpdateItem|BatchWriteItem|TransactWriteItems)$/.test(target);
  const isMetrics = url.startsWith('/__local/metrics');
  if (!isApi && !isGateway && !isWrite && !isMetrics) return;

  whole(request, (sent) => {
    if (isApi) learnFromRequest(request.headers, sent);
    if (isGateway) learnFromGateway(new URL(url, 'http://x').searchParams, sent, request.headers);
    if (isWrite) look('a table', sent);
  });
  if (isWrite) return;
  const { method = 'GET' } = request;
  const answered = (text: string) => {
    if (isApi) note({ method, url, status: response.statusCode, headers: response.getHeaders(), text });
    if (isGateway) learnFromGateway(new URLSearchParams(), text, response.getHeaders());
    else look(isMetrics ? 'the metrics' : 'an answer', `${JSON.stringify(response.getHeaders())}\n${text}`);
  };
  const chunks: Buffer[] = [];
  const { write, end } = response;
  response.write = function (this: ServerResponse, chunk: unknown, ...rest: unknown[]) {
    keep(chunks, chunk);
    return Reflect.apply(write, this, [chunk, ...rest]);
  } as typeof write;
  response.end = function (this: ServerResponse, chunk: unknown, ...rest: unknown[]) {
    keep(chunks, chunk);
    answered(Buffer.concat(chunks).toString());
    return Reflect.apply(end, this, [chunk, ...rest]);
  } as typeof end;
}

/** The body that the parser pushes into the request, told before whoever reads it hears of its end. */
function whole(request: IncomingMessage, told: (body: string) => void): void {
  const chunks: Buffer[] = [];
  const { push } = request;
  request.push = function (this: IncomingMessage, chunk: unknown, encoding?: BufferEncoding) {
    keep(chunks, chunk);
    if (chunk === null) told(Buffer.concat(chunks).toString());
    return push.call(this, chunk, encoding);
  };
}

function keep(chunks: Buffer[], chunk: unknown): void {
  if (typeof chunk === 'string') chunks.push(Buffer.from(chunk));
  else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
}

for (const stream of [process.stdout, process.stderr]) {
  const { write } = stream;
  stream.write = function (this: typeof stream, chunk: unknown, ...rest: unknown[]) {
    look('what is printed', typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString());
    return Reflect.apply(write, this, [chunk, ...rest]);
  } as typeof write;
}
for (const level of ['debug', 'error', 'info', 'log', 'warn'] as const) {
  const print = console[level];
  console[level] = (...said: unknown[]) => {
    look('what is printed', said.map((it) => (typeof it === 'string' ? it : inspected(it))).join(' '));
    print(...said);
  };
}

function inspected(value: unknown): string {
  if (value instanceof Error) return `${value.stack}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** One HTTP request to a channel: it ends in bytes or in silence, within its time, and never throws. No redirects are followed. */
import type { ClientRequest, Agent as HttpAgent, IncomingHttpHeaders, IncomingMessage } from 'node:http';

export type Arrived =
  /** The body of an answer of status 200, whole, and its headers by name in lower case. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly headers: IncomingHttpHeaders }
  | { readonly kind: 'too_large' }
  /** `isStale`: the connection was kept from before and had died, so that the request most likely never arrived. */
  | { readonly kind: 'silence'; readonly why: string; readonly isStale?: boolean };

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: the request has a connection of its own. */
  readonly agent?: HttpAgent;
  /** Milliseconds until the last byte. */
  readonly timeoutMs: number;
  /** More bytes than so are not taken. */
  readonly bytesMax: number;
}

/** A pool of kept connections to the host of `url`. */
export function keptConnections(url: URL): HttpAgent {
  return new (clientOf(url).Agent)({ keepAlive: true, maxSockets: 50 });
}

export function ask(asked: HttpRequest): Promise<Arrived> {
  return new Promise((resolve) => {
    let request: ClientRequest | undefined;
    const settle = (arrived: Arrived): void => {
      clearTimeout(timer);
      resolve(arrived);
      if (arrived.kind !== 'bytes') request?.destroy();
    };
    const timer = setTimeout(() => settle({ kind: 'silence', why: 'time-out' }), asked.timeoutMs);
    try {
      request = send(asked, settle);
    } catch (error) {
      settle({ kind: 'silence', why: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** An ESM import of node:http would load undici on Node 24, which costs 20 ms of every cold start. */
function clientOf({ protocol }: URL) {
  return protocol === 'http:' ? process.getBuiltinModule('node:http') : process.getBuiltinModule('node:https');
}

function send(asked: HttpRequest, settle: (arrived: Arrived) => void): ClientRequest {
  const { method, url, body, contentType, agent = false, bytesMax } = asked;
  const headers = {
    ...asked.headers,
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
  };
  const tls = url.protocol === 'https:' && { minVersion: 'TLSv1.2' as const };
  const request = clientOf(url).request(url, { method, agent, headers, ...tls }, (response) =>
    read(response, bytesMax, settle),
  );
  request.on('error', (error: NodeJS.ErrnoException) => {
    const isStale = request.reusedSocket && error.code === 'ECONNRESET';
    settle({ kind: 'silence', why: error.message, ...(isStale && { isStale }) });
  });
  request.end(body);
  return request;
}

function read(response: IncomingMessage, bytesMax: number, settle: (arrived: Arrived) => void): void {
  if (response.statusCode !== 200) {
    settle({ kind: 'silence', why: `status ${response.statusCode}` });
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > bytesMax) settle({ kind: 'too_large' });
  });
  response.on('aborted', () => settle({ kind: 'silence', why: 'the answer broke off' }));
  response.on('end', () => settle({ kind: 'bytes', bytes: Buffer.concat(chunks), headers: response.headers }));
}

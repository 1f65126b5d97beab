/** HTTP by hand: bytes on a socket, so that a test may send what no client library would. */
import { connect } from 'node:net';

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** In the order and the spelling in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface RawAnswer {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly text: string;
}

/** Sends it as it is; only the body's length is added, where no header speaks of it, and that there is no more to come. */
export function sendRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  const { method, target, version, headers, body } = request;
  const framed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(framed || body.length === 0 ? [] : [`content-length: ${body.length}`]),
    'connection: close',
  ];
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      const answer = Buffer.concat(chunks).toString();
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
      resolve({ status, text: answer.slice(answer.indexOf('\r\n\r\n') + 4) });
    });
    socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]));
    socket.setTimeout(5_000, () => socket.destroy());
  });
}

export const headerOf = ({ headers }: RawRequest, name: string) =>
  headers.find(([it]) => it.toLowerCase() === name)?.[1] ?? '';

/** The request with one header changed; undefined takes it away. */
export function withRawHeader(request: RawRequest, name: string, value: string | undefined): RawRequest {
  const headers = request.headers.flatMap((header): (readonly [string, string])[] => {
    if (header[0].toLowerCase() !== name) return [header];
    return value === undefined ? [] : [[header[0], value]];
  });
  return { ...request, headers };
}

/** A line that breaks: the first answer to each request is cut in half, after the server has done what was asked. */
import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyLine {
  /** Where it is reached: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** What was asked when an answer was lost, in its order, with the API's ids and the till's numbers left out. */
  readonly lost: string[];
  stop(): void;
}

/** `target` is such as `http://127.0.0.1:8080`. The host that was asked for stays in the request, as it is signed. */
export async function openLossyLine(target: string): Promise<LossyLine> {
  const lost: string[] = [];
  const { hostname, port } = new URL(target);
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = await bytesOf(request);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send({ host: hostname, port, method, path: url, headers }, resolve).on('error', reject).end(body);
    });
    const bytes = await bytesOf(answer);
    const asked = `${method} ${url.replace(/\/ord_\w+/, '/…').replace(/refunds\/.*/, 'refunds/…')}`;
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    if (lost.includes(asked)) {
      response.end(bytes);
      return;
    }
    lost.push(asked);
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * `fetch` that finds names under `.localhost` on this machine, as RFC 6761 says and Node's resolver does not: it connects
 * to 127.0.0.1 and names the host in the header, where an emulator looks for the API that is meant.
 */
import { request } from 'node:http';

export const loopbackFetch: typeof fetch = async (input, init = {}) => {
  const url = new URL(String(input));
  if (!url.hostname.endsWith('.localhost')) return fetch(input, init);
  return new Promise<Response>((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: url.port,
        path: url.pathname + url.search,
        method: init.method ?? 'GET',
        headers: { ...Object.fromEntries(new Headers(init.headers)), host: url.host },
        ...(init.signal && { signal: init.signal }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const headers = new Headers();
          for (const [name, values = []] of Object.entries(incoming.headersDistinct))
            for (const value of values) headers.append(name, value);
          resolve(new Response(Buffer.concat(chunks), { status: incoming.statusCode ?? 0, headers }));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(typeof init.body === 'string' ? init.body : undefined);
  });
};

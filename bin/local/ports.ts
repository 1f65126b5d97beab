/** Which ports the local stack listens on. */
import { createServer as createProbe } from 'node:net';

export interface Ports {
  readonly api: number;
  readonly simulator: number;
  readonly antom: number;
}

/** All of them, checked before anything else is started. */
export async function portsFrom(port: number): Promise<Ports> {
  const next = (n: number) => probe(port === 0 ? 0 : port + n);
  return { api: await next(0), simulator: await next(1), antom: await next(2) };
}

export class PortTaken extends Error {}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createProbe();
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new PortTaken(`Port ${port} is taken. Choose another with --port N.`) : error,
      ),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const found = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}

/** Which ports the local stack listens on. */
import { createServer as createProbe } from 'node:net';

/** Both ports, checked before anything else is started. */
export async function portsFrom(port: number): Promise<{ api: number; simulator: number }> {
  const api = await probe(port);
  return { api, simulator: await probe(port === 0 ? 0 : port + 1) };
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

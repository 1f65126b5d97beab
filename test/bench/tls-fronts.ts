/** The world behind TLS, as functions in AWS meet it: tables, secret and channel, each behind an https server of its own. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeCertificate } from '../../bin/local/write-certificate.ts';
import type { World } from './world.ts';

/** Variables of the environment that hold an address. */
const ADDRESSES = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'ALIPAY_GATEWAY_URL'] as const;

export interface Fronts {
  /** The environment with these addresses by https, and the authority that vouches for them. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** `now`: what the clock of that world shows. One that AWS does not share would have the SDK repeat what was refused. */
export async function openFronts({ environment, folder, now }: World): Promise<Fronts> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const name = [['CN', 'localhost']] as const;
  const cert = writeCertificate({ issuer: name, subject: name, serial: 1n, publicKey, signedBy: privateKey });
  const file = join(folder, 'authority.pem');
  writeFileSync(file, cert);
  const servers: Server[] = [];
  const fronts: Record<string, string> = { NODE_EXTRA_CA_CERTS: file };
  for (const address of ADDRESSES) {
    const target = new URL(environment[address] ?? '');
    const server = createServer(
      { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert },
      (asked, response) => {
        const { method, headers, url } = asked;
        const { hostname, port } = target;
        const passed = plain({ hostname, port, method, path: url, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date: new Date(now()).toUTCString() });
          answer.pipe(response);
        });
        passed.on('error', () => response.destroy());
        asked.pipe(passed);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    servers.push(server);
    fronts[address] =
      `https://localhost:${(server.address() as AddressInfo).port}${target.pathname.replace(/\/$/, '')}`;
  }
  return {
    environment: { ...environment, ...fronts },
    async stop() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

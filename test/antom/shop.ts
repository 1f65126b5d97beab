/** What Antom's SDK is tried against: the simulator with one client, and a receiver of its notifications. */
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startAntomSimulator } from '../../bin/local/antom-simulator/simulator.ts';
import { bare, rsaPair } from '../support/keys.ts';

const CLIENT = 'SANDBOX_5Y0000000000001';

export interface AntomShop {
  /** What a program needs to know of the client, as JSON. */
  readonly configFile: string;
  /** The simulator's payments in their order: status, and what was returned in minor units. */
  payments(): Promise<string[]>;
  stop(): Promise<void>;
}

/** `folder` is for the program's configuration. */
export async function openAntomShop(folder: string): Promise<AntomShop> {
  const [ours, antoms, other] = [rsaPair(), rsaPair(), rsaPair()];
  const receiver = createReceiver();
  await receiver.listening;
  const client = { clientId: CLIENT, settlements: { JPY: ['USD'] } };
  const keys = { clientPublicKeyPem: ours.publicKeyPem, antomPrivateKeyPem: antoms.privateKeyPem };
  const simulator = await startAntomSimulator({ port: 0, now: Date.now, clients: [{ ...client, ...keys }] });
  const configFile = join(folder, 'antom.json');
  const config = {
    ...{ gateway: simulator.url, walletUrl: `${simulator.url}/wallet/`, clientId: CLIENT },
    ...{ notifyUrl: `${receiver.url()}/v1/notifications/antom`, receivedUrl: `${receiver.url()}/received` },
    ...{ privateKey: pkcs1(ours.privateKeyPem), otherPrivateKey: pkcs1(other.privateKeyPem) },
    antomPublicKey: bare(antoms.publicKeyPem),
  };
  writeFileSync(configFile, JSON.stringify(config));
  return {
    configFile,
    async payments() {
      const response = await fetch(`${simulator.url}/wallet/trades`);
      const { data } = (await response.json()) as { data: readonly Payment[] };
      return data.map(({ status, refundedAmount }) => `${status} ${refundedAmount.value}`);
    },
    async stop() {
      await simulator.stop();
      receiver.close();
    },
  };
}

interface Payment {
  readonly status: string;
  readonly refundedAmount: { readonly value: number };
}

/** A key as the Python SDK takes it. */
const pkcs1 = (pem: string) => bare(createPrivateKey(pem).export({ type: 'pkcs1', format: 'pem' }).toString());

const THANKS = '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}';

/** Keeps what is posted; `GET /received?number=…` answers the notification of that payment as it came, once it is there. */
function createReceiver() {
  const kept = new Map<string, string>();
  const waiting: { number: string; response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://receiver');
    const number = searchParams.get('number') ?? '';
    if (pathname === '/received') {
      const news = kept.get(number);
      if (news === undefined) waiting.push({ number, response });
      else response.end(news);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { 'client-id': clientId, 'request-time': time, signature } = request.headers;
      const of = String(JSON.parse(body).paymentRequestId);
      kept.set(of, JSON.stringify({ path: pathname, clientId, time, signature, body }));
      response.end(THANKS);
      for (const it of waiting) if (it.number === of && !it.response.writableEnded) it.response.end(kept.get(of));
    });
  });
  return {
    listening: new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

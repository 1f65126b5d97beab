/** What our channel sends to Antom, judged by the checker of Antom's official SDK of Python. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { connectAntom } from '../../functions/channel/antom/connect.ts';
import type { AntomAccount } from '../../functions/channel/registry.ts';
import { run } from '../sdk/program.ts';
import { bare, rsaPair } from '../support/keys.ts';
import { sdkPath } from './sdk.ts';

/** One of the sandbox, one of production: their paths differ. */
const CLIENTS = ['SANDBOX_5Y0000000000001', '5Y0000000000002'];
const NOW = Date.parse('2026-11-30T11:46:00Z');
const WITHIN_MS = 2_000;

interface Sent {
  readonly path: string;
  readonly clientId: string;
  readonly time: string;
  readonly signature: string;
  readonly body: string;
}

/** @throws NotToBeHad where the SDK or Python is not to be had */
export async function antomRequests(folder: string): Promise<void> {
  const PYTHONPATH = await sdkPath();
  const ours = rsaPair();
  const sent = await recorded(ours.privateKeyPem);
  const file = join(folder, 'requests.json');
  writeFileSync(file, JSON.stringify({ publicKey: bare(ours.publicKeyPem), requests: sent }));
  const program = join(import.meta.dirname, 'python', 'check_requests.py');
  const lines = await run('python3', [program, file], { env: { PYTHONPATH } });
  const expected = sent.map(({ path }) => `genuine, and no variation: ${path}`);
  if (!isDeepStrictEqual(lines, expected)) throw new Error(`it saw ${lines.join('; ')} and not ${expected.join('; ')}`);
  const paths = new Set(sent.map(({ path }) => path));
  if (paths.size !== 2 * 5) throw new Error(`these calls were sent: ${[...paths].join('; ')}`);
}

/** Every call of the channel, as an Antom that never answers in form hears it. */
async function recorded(privateKeyPem: string): Promise<Sent[]> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'client-id': clientId, 'request-time': time, signature } = request.headers;
      const parts = { clientId: String(clientId), time: String(time), signature: String(signature) };
      sent.push({ path: request.url ?? '', ...parts, body: Buffer.concat(chunks).toString('utf8') });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // No answer is read here, so that any key will do for Antom's.
  const keys = { privateKeyPem, antomPublicKeyPems: [rsaPair().publicKeyPem] };
  const secret = JSON.stringify({ clients: Object.fromEntries(CLIENTS.map((clientId) => [clientId, keys])) });
  const { channel } = connectAntom({
    url,
    readSecret: async () => secret,
    onCertificateEnding: () => {},
    now: () => NOW,
  });
  for (const clientId of CLIENTS) {
    const account: AntomAccount = {
      ...{ channel: 'antom', clientId, referenceMerchantId: 'kissa', merchantName: '喫茶店', merchantMCC: '5814' },
      currencies: { JPY: 'USD' },
    };
    const ref = { account, attemptNo: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1', tradeNo: '2026113019463000001' };
    const amount = { currency: 'JPY', value: 1_000 };
    const order = {
      ...{ ...ref, amount, subject: 'コーヒー café & "more"', storeId: 'main', terminalId: 'trm_1' },
      ...{ expiresAt: NOW + 180_000, notifyUrl: 'https://pay.example/v1/notifications/antom' },
    };
    await channel.createQrCode(order, WITHIN_MS);
    await channel.payWithTillCode({ ...order, tillCode: '281234567890123456' }, WITHIN_MS);
    await channel.query(ref, WITHIN_MS);
    await channel.cancel(ref, WITHIN_MS);
    await channel.refund(
      { ...ref, requestNo: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_r1', amount, reason: '冷たい' },
      WITHIN_MS,
    );
    await channel.queryRefund({ ...ref, requestNo: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_r1' }, WITHIN_MS);
  }
  await new Promise((resolve) => server.close(resolve));
  return sent;
}

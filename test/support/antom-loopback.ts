/** Antom on loopback, which answers what a test says; and our channel that speaks to it. Signed by hand, with no code of ours. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectAntom } from '../../functions/channel/antom/connect.ts';
import type { Channel, CodeRequest } from '../../functions/channel/channel.ts';
import type { AntomAccount } from '../../functions/channel/registry.ts';
import { isRsaSha256, rsaPair, rsaSha256 } from './keys.ts';
import { NOON } from './orders.ts';

export const [own, antoms] = [rsaPair(), rsaPair()];
export const CLIENT = 'SANDBOX_5Y0000000000001';
const CURRENCIES = { JPY: 'USD', HKD: 'USD', CNY: 'CNY' };
export const account: AntomAccount = {
  ...{ channel: 'antom', clientId: CLIENT, referenceMerchantId: 'kissa' },
  ...{ merchantName: 'Kissa', merchantMCC: '5814', currencies: CURRENCIES },
};
export const ATTEMPT = 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1';
export const NOTIFY = 'https://pay.example/v1/notifications/antom';
export const request: CodeRequest = {
  ...{ account, attemptNo: ATTEMPT, amount: { currency: 'JPY', value: 1000 }, subject: 'コーヒー café' },
  ...{ storeId: 'main', terminalId: 'trm_1', expiresAt: NOON + 180_000, notifyUrl: NOTIFY },
};
export const SECRET = {
  clients: { [CLIENT]: { privateKeyPem: own.privateKeyPem, antomPublicKeyPems: [antoms.publicKeyPem] } },
};

export const S = { resultStatus: 'S', resultCode: 'SUCCESS', resultMessage: 'success' };
export const result = (resultStatus: string, resultCode: string) => ({
  result: { resultStatus, resultCode, resultMessage: 'told by the channel' },
});

export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** How an answer is sent, where not as it should be. */
export interface How {
  readonly status?: number;
  readonly privateKeyPem?: string;
  /** Changed after it was signed. */
  readonly sent?: (body: string) => string;
  readonly header?: (header: string) => string | undefined;
  readonly path?: string;
  readonly clientId?: string;
}

export interface Loopback {
  readonly channel: Channel;
  readonly asked: Asked[];
  /** What the next calls are answered; the last one again and again. */
  says(...answers: readonly (readonly [body: unknown, how?: How])[]): void;
  stop(): Promise<void>;
}

export async function openLoopback(secret: object = SECRET): Promise<Loopback> {
  const asked: Asked[] = [];
  let answers: (readonly [body: unknown, how?: How])[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const path = incoming.url ?? '';
      asked.push({ path, headers: incoming.headers, body: text });
      const [content, how = {}] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [{}];
      const body = typeof content === 'string' ? content : JSON.stringify(content);
      const time = '2026-03-01T12:00:01+08:00';
      const signed = `POST ${how.path ?? path}\n${how.clientId ?? CLIENT}.${time}.${body}`;
      const signature = rsaSha256(signed, how.privateKeyPem ?? antoms.privateKeyPem);
      const usual = `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(signature)}`;
      const header = how.header ? how.header(usual) : usual;
      response.writeHead(how.status ?? 200, {
        'content-type': 'application/json; charset=UTF-8',
        ...{ 'client-id': how.clientId ?? CLIENT, 'response-time': time },
        ...(header !== undefined && { signature: header }),
      });
      response.end(how.sent?.(body) ?? body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { channel } = connectAntom({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    readSecret: async () => JSON.stringify(secret),
    onCertificateEnding: () => {},
    now: () => NOON,
  });
  return {
    channel,
    asked,
    says: (...said) => {
      answers = [...said];
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether the request is signed by us as Antom wants it. */
export function isOurs({ path, headers, body }: Asked, { publicKeyPem } = own): boolean {
  const { 'client-id': clientId, 'request-time': time, signature } = headers;
  const [, encoded = ''] = /^algorithm=RSA256,keyVersion=\d+,signature=([\w%]+)$/.exec(String(signature)) ?? [];
  return isRsaSha256(`POST ${path}\n${clientId}.${time}.${body}`, decodeURIComponent(encoded), publicKeyPem);
}

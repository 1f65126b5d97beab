/**
 * What surrounds a function that is measured: the local stack in this process (tables, secret, channel), and the events
 * that API Gateway would send, signed by the seeded terminal. References and our own bundles get the same events.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, startLocalStack } from '../../bin/local/stack.ts';
import type { OrderView } from '../../functions/http/answers.ts';
import { contract, type OperationName } from '../../functions/http/contract.ts';
import { importPrivateKey, type SigningKey, signRequest } from '../../functions/http/sign.ts';

export interface Ask {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

export interface World {
  readonly stack: LocalStack;
  /** A folder for what is built and written; it goes with the world. */
  readonly folder: string;
  /** The environment that the template gives the functions, with the addresses of this machine. */
  readonly environment: NodeJS.ProcessEnv;
  /** An event of API Gateway (payload format 2.0), signed by the terminal or the back office. */
  event(name: OperationName, ask?: Ask, by?: 'terminal' | 'backOffice'): Promise<unknown>;
  /** Calls the API over HTTP with that event's content and answers its body. */
  call(name: OperationName, ask?: Ask): Promise<unknown>;
  open(): Promise<OrderView>;
  /** An order that was paid, and the notification's body as the channel sent it. */
  paid(): Promise<{ order: OrderView; notification: string }>;
  wallet(path: string, body?: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const SUBJECT = '拿铁咖啡拿铁咖啡拿铁咖啡!!!!';
let made = 0;
export const newOrderBody = () => ({
  merchantOrderNo: `bench-${process.pid}-${++made}`,
  amount: { currency: 'CNY', value: 123_456 },
  subject: SUBJECT,
  operatorId: '007',
});

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-bench-'));
  const before = new Set(Object.keys(process.env));
  const stack = await startLocalStack({
    port: 0,
    engine: 'dynalite',
    credentialsFile: join(folder, 'credentials.json'),
    onLine: () => {},
  });
  const keyOf = async (index: number): Promise<SigningKey> => {
    const credential = stack.identity.credentials[index];
    if (!credential) throw new Error('the seed has a terminal and a back office');
    const { keyid, alg, privateKeyPem } = credential;
    return { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
  };
  const keys = { terminal: await keyOf(0), backOffice: await keyOf(1) };
  const environment: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !before.has(name))),
    PATH: process.env.PATH,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
  };
  const request = (name: OperationName, ask: Ask, by: keyof typeof keys) =>
    signedRequest(stack.api, name, ask, keys[by]);
  const world: World = {
    stack,
    folder,
    environment,
    event: async (name, ask = {}, by = 'terminal') => eventOf(name, ask, await request(name, ask, by)),
    async call(name, ask = {}) {
      const { url, method, headers, body } = await request(name, ask, 'terminal');
      const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
      return answer;
    },
    open: async () => (await world.call('createOrder', { body: newOrderBody() })) as OrderView,
    async paid() {
      const order = await world.open();
      await world.wallet('faults', { dropNotifications: true });
      await world.wallet('pay', { qrCode: order.qrCode?.payload });
      const { data } = (await world.wallet('notifications')) as {
        data: { outTradeNo: string; attempts: { body: string }[] }[];
      };
      const notification = data.find(({ outTradeNo }) => outTradeNo.startsWith(order.orderId))?.attempts[0]?.body;
      if (notification === undefined) throw new Error('the channel has sent no notification');
      return { order, notification };
    },
    async wallet(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${stack.simulator}/wallet/${path}`, init)).json() as Promise<Record<string, unknown>>;
    },
    async stop() {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

interface Signed {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

async function signedRequest(api: string, name: OperationName, ask: Ask, key: SigningKey): Promise<Signed> {
  const { method, path } = contract[name];
  const url = `${api}${fill(path, ask)}${ask.query ? `?${ask.query}` : ''}`;
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const created = Math.floor(Date.now() / 1_000);
  const proof = await signRequest({ method, url, ...(body !== undefined && { body }) }, key, created);
  return { url, method, headers: { 'content-type': 'application/json', ...proof }, body };
}

function fill(path: string, { params = {} }: Ask): string {
  return path.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '');
}

function eventOf(name: OperationName, ask: Ask, { url, method, headers, body }: Signed): unknown {
  const { host, pathname, search } = new URL(url);
  const routeKey = `${method} ${contract[name].path}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { ...headers, host, 'x-forwarded-for': '127.0.0.1', 'user-agent': 'bench' },
    ...(ask.params && { pathParameters: ask.params }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'bench',
      domainName: host,
      http: { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: `bench-${++made}`,
      routeKey,
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

/** The event of a notification: a form, so that the gateway sends it as base64. */
export function notificationEvent(body: string): unknown {
  return {
    version: '2.0',
    routeKey: 'POST /v1/notifications/alipay',
    rawPath: '/v1/notifications/alipay',
    rawQueryString: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    requestContext: { http: { method: 'POST', path: '/v1/notifications/alipay' }, requestId: `bench-${++made}` },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

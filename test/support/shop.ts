/** The local stack for story tests: one per file, with its clients, its wallet and its clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential } from '../../bin/cli/credentials.ts';
import { type LocalStack, startLocalStack } from '../../bin/local/stack.ts';
import { ApiProblem, type Client, createClient } from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { look } from './canary.ts';
import { ENGINE } from './engine.ts';
import { sharedIdentity, sharedTemplate } from './shared.ts';

export interface Delivery {
  readonly at: string;
  readonly body: string;
  readonly status: number | null;
  readonly answer: string | null;
}

export interface TestShop {
  readonly stack: LocalStack;
  readonly till: Client;
  readonly backOffice: Client;
  /** A terminal whose key was revoked, and the terminal of another merchant. */
  readonly revoked: Client;
  readonly stranger: Client;
  now(): number;
  advance(ms: number): Promise<void>;
  wallet(path: string, body?: unknown): Promise<Record<string, unknown>>;
  faults(faults: Record<string, unknown>): Promise<void>;
  /** Pays the code that the order shows. */
  pay(order: OrderView, more?: Record<string, unknown>): Promise<unknown>;
  /** What was sent about the order, once everything that is to be told was tried. */
  deliveries(order: OrderView): Promise<Delivery[]>;
  /** The simulator's trades of one order, by attempt. */
  trades(order: OrderView): Promise<{ outTradeNo: string; status: string; refunds: unknown[] }[]>;
  notify(body: string): Promise<{ status: number; answer: string }>;
  open(more?: Record<string, unknown>): Promise<OrderView>;
  get(orderId: string): Promise<OrderView>;
  /** Asks again until `holds`, a bounded number of times. */
  eventually(orderId: string, holds: (order: OrderView) => boolean): Promise<OrderView>;
  stop(): Promise<void>;
}

let number = 0;
/** A merchant's number that no other test of this file uses. */
export const newNo = () => `no-${++number}`;

export const cny = (value: number) => ({ currency: 'CNY', value });

export async function openShop(
  onLine: (line: string) => void = () => {},
  more: { certificates?: boolean } = {},
): Promise<TestShop> {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-test-'));
  const stack = await startLocalStack({
    port: 0,
    engine: ENGINE,
    synthesize: await sharedTemplate(),
    identity: await sharedIdentity(),
    ...more,
    credentialsFile: join(folder, 'credentials.json'),
    onLine: (line) => {
      look('a log line', line);
      onLine(line);
    },
  });
  let offset = 0;
  const now = () => Date.now() + offset;
  const clientOf = async ({ keyid, alg, privateKeyPem }: Credential) => {
    const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
    return createClient({ baseUrl: stack.api, key, now, retries: 0 });
  };
  const [terminal, office, gone, other] = await Promise.all(stack.identity.credentials.map(clientOf));
  if (!terminal || !office || !gone || !other) throw new Error('the seed has four credentials');

  const wallet = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await fetch(`${stack.simulator}/wallet/${path}`, init)).json() as Promise<Record<string, unknown>>;
  };
  const get = async (orderId: string) => (await terminal.call('getOrder', { params: { orderId } })).body;
  const listOf = async (path: string, order: OrderView) =>
    (
      (await wallet(path)).data as { outTradeNo: string; attempts: Delivery[]; status: string; refunds: unknown[] }[]
    ).filter(({ outTradeNo }) => outTradeNo.startsWith(order.orderId));
  return {
    stack,
    till: terminal,
    backOffice: office,
    revoked: gone,
    stranger: other,
    now,
    wallet,
    get,
    async advance(ms) {
      offset = (await stack.advance(ms)) - Date.now();
    },
    async faults(faults) {
      const answer = await wallet('faults', faults);
      if ('error' in answer) throw new Error(String(answer.error));
    },
    pay: (order, more = {}) => wallet('pay', { qrCode: order.qrCode?.payload, ...more }),
    async deliveries(order) {
      for (let tries = 0; tries < 200; tries += 1) {
        const notices = await listOf('notifications', order);
        // A notification goes out a moment after the payment that it tells of.
        if (notices.every(({ attempts }) => attempts.length > 0)) return notices.flatMap(({ attempts }) => attempts);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`nobody was told of order ${order.orderId}`);
    },
    trades: (order) => listOf('trades', order),
    async notify(body) {
      const response = await fetch(`${stack.api}/v1/notifications/alipay`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body,
      });
      return { status: response.status, answer: await response.text() };
    },
    async open(more = {}) {
      const body = { merchantOrderNo: newNo(), amount: cny(1234), subject: '拿铁咖啡', ...more };
      return (await terminal.call('createOrder', { body })).body;
    },
    async eventually(orderId, holds) {
      for (let tries = 0; tries < 200; tries += 1) {
        const order = await get(orderId);
        if (holds(order)) return order;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`order ${orderId} never came to it: ${JSON.stringify(await get(orderId))}`);
    },
    async stop() {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a call is refused with; a call that is not refused fails the test. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; code: string } & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiProblem) return { ...error.problem };
    throw error;
  }
  throw new Error('it was not refused');
}

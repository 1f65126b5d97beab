/** Killed at any moment and started again on the same folder, nothing paid is lost and nothing is paid back twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import type { Credentials } from '../../bin/local/seed.ts';
import { type Client, createClient } from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { cny } from '../support/shop.ts';

const LOCAL = join(import.meta.dirname, '..', '..', 'bin', 'local.ts');
const folder = mkdtempSync(join(tmpdir(), 'tillgate-kill-'));
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly api: string;
  readonly simulator: string;
  readonly till: Client;
  advance(ms: number): Promise<void>;
  kill(): Promise<void>;
}

/** Starts the server and waits for its ready line. */
async function start(): Promise<Running> {
  const here = ['--data', folder, '--local-stack', join(folder, 'stack.json')];
  const child = spawn(process.execPath, [LOCAL, '--port', '0', ...here, '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const [line] = await Promise.race([firstLine(child), exited(child)]);
  const ready = JSON.parse(String(line).replace('ready ', '')) as {
    api: string;
    simulator: string;
    credentials: string;
  };
  const { credentials } = JSON.parse(readFileSync(ready.credentials, 'utf8')) as Credentials;
  const [terminal] = credentials;
  if (!terminal) throw new Error('no terminal');
  const key = { ...terminal, privateKey: await importPrivateKey(terminal.privateKeyPem, terminal.alg) };
  let ahead = 0;
  const till = createClient({ baseUrl: ready.api, key, now: () => Date.now() + ahead, retries: 0 });
  return {
    ...ready,
    till,
    async advance(ms) {
      const response = await fetch(`${ready.api}/__local/clock`, {
        method: 'POST',
        body: JSON.stringify({ advanceMs: ms }),
      });
      ahead = Date.parse(((await response.json()) as { now: string }).now) - Date.now();
    },
    async kill() {
      const gone = exited(child).catch(() => {});
      child.kill('SIGKILL');
      await gone;
      running.delete(child);
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string[]> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) return [line];
  throw new Error('it said nothing');
}

function exited(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) =>
    child.once('exit', (code, signal) => reject(new Error(`it ended: ${code ?? signal}`))),
  );
}

/** One sale and half of it back, each step told; whatever fails, fails. */
async function sale({ till, simulator }: Running, no: string, step: () => void): Promise<void> {
  const { body: order } = await till.call('createOrder', {
    body: { merchantOrderNo: no, amount: cny(1_000), subject: 'tea' },
  });
  step();
  await fetch(`${simulator}/wallet/pay`, {
    method: 'POST',
    body: JSON.stringify({ qrCode: order.qrCode?.payload }),
  });
  step();
  await till.follow(order.orderId, { until: ({ status }) => status === 'paid' });
  step();
  await till.call('createRefund', {
    params: { orderId: order.orderId },
    body: { refundNo: 'half', amount: cny(500) },
  });
  step();
}

async function tradesOf({ simulator }: Running) {
  const { data } = (await (await fetch(`${simulator}/wallet/trades`)).json()) as {
    data: { outTradeNo: string; status: string; refunds: { outRequestNo: string; amount: { value: number } }[] }[];
  };
  return data;
}

test('kill -9 in the middle of sales: after a restart and a sweep the books agree', async () => {
  // Killed after so many of the 48 steps of twelve sales at once: among the creates, payments, polls, refunds.
  const kills = [4, 16, 27, 40];
  for (const [round, steps] of kills.entries()) {
    const server = await start();
    let taken = 0;
    const killed = new Promise<void>((resolve) => {
      const step = () => {
        taken += 1;
        if (taken === steps) resolve(server.kill());
      };
      for (let i = 0; i < 12; i += 1) sale(server, `round${round}-${i}`, step).catch(() => {});
    });
    await killed;
  }

  const server = await start();
  for (let minute = 0; minute < 12; minute += 1) await server.advance(60_000);
  const orders: OrderView[] = [];
  for (const [round] of kills.entries())
    for (let i = 0; i < 12; i += 1)
      orders.push(
        ...(await server.till.call('listOrders', { query: { merchantOrderNo: `round${round}-${i}` } })).body.data,
      );
  const trades = await tradesOf(server);
  const sum = (amounts: readonly { amount: { value: number } }[]) =>
    amounts.reduce((total, { amount }) => total + amount.value, 0);

  expect(new Set(orders.map(({ status }) => status)).has('paid')).toBe(true);
  for (const order of orders) {
    const trade = trades.find(({ outTradeNo }) => outTradeNo === `${order.orderId}_1`);
    const paid = trade?.status === 'TRADE_SUCCESS' || (trade?.refunds ?? []).length > 0;
    expect([order.merchantOrderNo, order.status]).toEqual([order.merchantOrderNo, paid ? 'paid' : 'closed']);
    expect(order.refunds.every(({ status }) => status === 'succeeded')).toBe(true);
    expect(sum(order.refunds)).toBe(sum(trade?.refunds ?? []));
  }
  const known = new Set(orders.map(({ orderId }) => `${orderId}_1`));
  expect(trades.filter(({ outTradeNo, status }) => status !== 'NONE' && !known.has(outTradeNo))).toEqual([]);
  await server.kill();
}, 120_000);

test('a second process on the same folder gets a clear message', async () => {
  const server = await start();
  const second = spawn(process.execPath, [LOCAL, '--port', '0', '--data', folder, '--quiet'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(second);
  let said = '';
  second.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => second.once('close', resolve));
  expect([code, said]).toEqual([1, expect.stringMatching(/^.+ is in use by process \d+\.\n$/)]);
  await server.kill();
}, 60_000);

/** The server is killed in the middle of a sale and started again on the same folder: the page goes on by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Counter, excuse, openCounter, suitsEverybody } from '../support/counter.ts';
import { openScreens, type Screens } from '../support/screens.ts';

const LOCAL = join(import.meta.dirname, '..', '..', 'bin', 'local.ts');
const folder = mkdtempSync(join(tmpdir(), 'tillgate-web-'));
let screens: Screens;
let server: ChildProcess | undefined;
let api: string;
let counter: Counter;

/** Starts the server and waits until it can be used; answers where its API is. */
async function start(port: string): Promise<string> {
  const child = spawn(
    process.execPath,
    [LOCAL, '--port', port, '--data', folder, '--local-stack', join(folder, 'stack.json'), '--quiet'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  server = child;
  for await (const line of createInterface(child.stdout))
    return (JSON.parse(line.replace('ready ', '')) as { api: string }).api;
  throw new Error('the server ended before it was ready');
}

async function kill(): Promise<void> {
  const gone = new Promise((resolve) => server?.once('exit', resolve));
  server?.kill('SIGKILL');
  await gone;
}

beforeAll(async () => {
  screens = await openScreens();
  api = await start('0');
  counter = await openCounter(screens, { api, ahead: 0 });
}, 120_000);
afterAll(async () => {
  await screens?.stop();
  server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The simulator's trades that money was paid for. */
async function paidTrades(): Promise<number> {
  const { data } = (await (await fetch(`${api}/__local/wallet/trades`)).json()) as { data: { status: string }[] };
  return data.filter(({ status }) => status === 'TRADE_SUCCESS').length;
}

test('killed while the code is shown: the till says so, finds the same sale again, and it is paid once', async () => {
  const { till, wallet } = counter;
  const no = await counter.showCode('12.34');
  await kill();
  await counter.shows('offline');
  await suitsEverybody(till, 'till-no-server');
  expect(await till.textContent('.told')).toContain('do not charge again');
  await start(new URL(api).port);
  await counter.shows('code');
  expect(await till.textContent('.number')).toBe(no);
  await counter.openCode();
  await counter.enterPassword();
  await Promise.all([wallet.waitForSelector('.end.success'), counter.shows('paid')]);
  await counter.next();
  expect(await paidTrades()).toBe(1);
  excuse(counter, /ERR_/);
  expect(counter.complaints).toEqual([]);
});

test('killed before the order is answered, and the page reloaded: sold once or never, as the server says', async () => {
  const { till } = counter;
  await till.route('**/v1/orders', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    await kill();
    return route.abort();
  });
  await counter.type('5');
  await till.keyboard.press('Enter');
  await counter.shows('offline');
  await till.unroute('**/v1/orders');
  await start(new URL(api).port);
  await till.reload();
  await counter.shows('code');
  await counter.openCode();
  await counter.enterPassword();
  await counter.shows('paid');
  expect(await paidTrades()).toBe(2);
  excuse(counter, /ERR_/);
  expect(counter.complaints).toEqual([]);
});

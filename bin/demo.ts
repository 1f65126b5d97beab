/**
 * `npm run demo`: starts everything on free ports, plays a day at the till, tells it on the screen, and exits 0. `--json`:
 * one object a step, the last `{"ok": true, …}`. `--engine dynamodb-local` plays it on that engine. `--currencies` plays another story:
 * a shop that sells in three currencies by two channels.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '../functions/client/client.ts';
import { importPrivateKey } from '../functions/client/sign.ts';
import { businessDay, clock, endOfDay } from '../functions/time.ts';
import { pickCredential } from './cli/credentials.ts';
import { type AbroadShop, playCurrencies } from './demo/currencies.ts';
import { playDay, readStatement, type Shop, type Step } from './demo/day.ts';
import { type LocalStack, startLocalStack } from './local/stack.ts';
import { qrLines } from './till/qr.ts';
import { statementLines } from './till/statement.ts';
import { orderLines } from './till/terminal.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'dynalite' },
    light: { type: 'boolean', default: false },
    dark: { type: 'boolean', default: false },
    currencies: { type: 'boolean', default: false },
  },
});

function tell(step: Step): void {
  if (values.json) {
    console.log(JSON.stringify(step));
    return;
  }
  console.log(`\n● ${step.told}`);
  if (typeof step.code === 'string') console.log(qrLines(step.code, process.stdout, values).join('\n'));
  if (step.order)
    for (const line of orderLines(step.order, (words) => `${words.en} ${words['zh-CN']}`)) console.log(`  ${line}`);
  const { statement, lines } = step as {
    statement?: Parameters<typeof statementLines>[0];
    lines?: Parameters<typeof statementLines>[1];
  };
  if (statement && lines) for (const line of statementLines(statement, lines)) console.log(`  ${line}`);
}

async function shopOf(stack: LocalStack): Promise<AbroadShop> {
  let now = Date.now();
  const client = async (scope: string) => {
    const { keyid, alg, privateKeyPem } = pickCredential(stack.identity, undefined, scope);
    const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
    return createClient({ baseUrl: stack.api, key, now: () => now });
  };
  return {
    merchantId: stack.identity.merchants[0]?.merchantId ?? '',
    till: await client('orders:write'),
    backOffice: await client('statements:read'),
    prefix: 'day1',
    async wallet(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${stack.simulator}/wallet/${path}`, init)).json();
    },
    async antom(path, body) {
      return (await fetch(`${stack.antom}/wallet/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
    },
    async pass(ms) {
      now = await stack.advance(ms);
    },
    async until(what, look) {
      const patience = performance.now() + 60_000;
      while (performance.now() < patience) {
        const found = await look();
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`gave up waiting until ${what}`);
    },
    tell,
  };
}

const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'tillgate-demo-'));
const stack = await startLocalStack({
  port: 0,
  engine: values.engine,
  credentialsFile: join(folder, 'credentials.json'),
  currencies: values.currencies,
  onLine: () => {},
});

async function theDay(shop: Shop, zone: string): Promise<object> {
  const today = businessDay(clock.now(), zone);
  const expected = await playDay(shop);
  // Into the next day, and past the half hour that late news of this one gets.
  await shop.pass(endOfDay(today, zone) - clock.now() + 31 * 60_000);
  const { statementId } = await readStatement(shop, today, expected);
  return { ...expected, statementId };
}

try {
  const shop = await shopOf(stack);
  const zone = stack.identity.merchants[0]?.zone ?? 'UTC';
  // A story about one day does not begin a moment before midnight.
  if (endOfDay(businessDay(Date.now(), zone), zone) - Date.now() < 60_000) await shop.pass(120_000);
  const played = values.currencies ? await playCurrencies(shop) : await theDay(shop, zone);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const what = values.currencies ? 'was a shop in three currencies' : 'was a day at the till';
  if (values.json) console.log(JSON.stringify({ ok: true, ...played, engine: values.engine, seconds }));
  else console.log(`\nThat ${what}, in ${seconds} s, on the code that runs in Lambda. Try it yourself: npm start`);
} finally {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}

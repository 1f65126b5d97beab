/** The operator's command line on the local stack, as docs/first-merchant.md shows it, line by line. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../bin/cli/credentials.ts';
import { type Client, createClient } from '../functions/client/client.ts';
import { importPrivateKey } from '../functions/client/sign.ts';
import { DAY, MINUTE } from '../functions/time.ts';
import { newKeyFile } from './support/key-file.ts';
import { runLine, wordsOf } from './support/office.ts';
import { commandsAt } from './support/pages.ts';
import { cny, openShop, refusal, type TestShop } from './support/shop.ts';

const ROOT = join(import.meta.dirname, '..');
const TEA = '"Harbour Tea"';
/** A change bites when what was read of the merchant is read again. */
const KEPT = 31_000;
let shop: TestShop;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-admin-'));
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `npm run <script> -- <line>`, in a folder of its own and with the address of this stack. */
async function npm(script: string, line: string): Promise<{ code: number; out: string; err: string }> {
  const here =
    script === 'till'
      ? ['--url', shop.stack.api, '--simulator', shop.stack.simulator]
      : ['--local-stack', shop.stack.stackFile];
  const words = wordsOf(line).filter((word) => script === 'till' || word !== '--local');
  try {
    const argv = [join(ROOT, 'bin', `${script}.ts`), ...words, ...here];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { cwd: folder });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

/** The cashier may be a moment slower than the customer. */
async function untilDone<T extends { code: number }>(run: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const done = await run();
    if (done.code === 0 || tries === 10) return done;
  }
}

/** The same for the operator, in this process. */
const operator = (line: string) => runLine(`${line} --local-stack ${shop.stack.stackFile}`);

async function clientOf({ keyid, alg, privateKeyPem }: Credential): Promise<Client> {
  const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
  return createClient({ baseUrl: shop.stack.api, key, now: shop.now, retries: 0 });
}

/** A new key of the back office of a merchant. */
async function newKey(merchant: string, options = ''): Promise<Credential> {
  const { file, take } = newKeyFile();
  await operator(`key create ${merchant} ${options} --out ${file}`);
  return take()[0] ?? expect.fail('no credential was written');
}

const lines = commandsAt('docs/first-merchant.md#set-up-a-merchant').map((command) => {
  const [, script = '', line = ''] = /^npm run (admin|till) -- (.+)$/.exec(command) ?? [];
  return [script, line] as const;
});

describe('a merchant is set up', () => {
  test('by the lines of docs/first-merchant.md, each of which does what it says', async () => {
    const told: string[] = [];
    let activation = '';
    let selling = Promise.resolve({ code: 0, out: '', err: '' });
    for (const [script, shown] of lines) {
      const line = shown.replace(/\bCODE\b/, activation);
      if (line.startsWith('sell')) {
        // It waits for the customer, who comes with the next line.
        selling = npm(script, line);
        told.push('');
        continue;
      }
      const { code, out, err } = await (line.startsWith('pay')
        ? untilDone(() => npm(script, line))
        : npm(script, line));
      expect([line, code, err]).toEqual([line, 0, '']);
      if (line.startsWith('pay'))
        expect(await selling).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/PAID {2}CNY 12\.34/) });
      if (line.startsWith('terminal code')) activation = out.slice(0, 14);
      told.push(out);
    }
    expect(lines.map(([, line]) => wordsOf(line).slice(0, 2).join(' '))).toEqual([
      'merchant create',
      'agreement add',
      'channel connect',
      'store add',
      'merchant show',
      'channel check',
      'terminal code',
      'enrol CODE',
      'sell 12.34',
      'pay first',
      'key create',
      'request GET',
      'rotate --credential',
    ]);
    expect(told[0]).toMatch(/^Created\.\nHarbour Tea {2}mer_[\s\S]*Lacks a receiving account: channel connect/);
    expect(told[1]).toMatch(/^Agreed\.\n {2}from .* in CNY: 0\.6 % \(6000 ppm\); on a refund the fee is returned/);
    expect(told[4]).toMatch(/It can sell\.\n {2}store main: Main street/);
    expect(told[5]).toMatch(/^alipay: paid to 2088123412341234, app 2021\d{12}\n {2}right: .+\n$/);
    expect(told[6]).toMatch(
      /^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}\n {2}for Till 1 in the store main of Harbour Tea, once, until /,
    );
    for (const file of ['books.json', 'till-1.json'])
      expect(statSync(join(folder, '.local', file)).mode & 0o777).toBe(0o600);
    expect(told[7]).toMatch(/^Enrolled: trm_[a-z2-7]+ in the store main\./);
    expect(told[11]).toMatch(/^200\n[\s\S]*"data": \[\]/);
    expect(told[12]).toMatch(/^It signs by trm_[a-z2-7]+\.2 from now on/);
  }, 120_000);

  test('and sells: to its own account, in its own name', async () => {
    const client = await clientOf(await newKey(TEA, '--scopes orders:write,orders:read'));
    const body = { merchantOrderNo: 'by-hand', amount: cny(1_234), subject: 'tea' };
    const { body: order } = await client.call('createOrder', { body });
    expect(order).toMatchObject({ status: 'awaiting_payment', storeId: 'main', nextAction: 'show_qr_code' });
    expect(await shop.pay(order)).toMatchObject({ result: 'success' });
    expect(await client.follow(order.orderId)).toMatchObject({ status: 'paid', nextAction: 'hand_over_goods' });
    const [delivery] = await shop.deliveries(order);
    expect(new URLSearchParams(delivery?.body).get('seller_id')).toBe('2088123412341234');
    // Another merchant's till does not see it.
    expect(await refusal(shop.till.call('getOrder', { params: { orderId: order.orderId } }))).toMatchObject({
      status: 404,
    });
  });

  test('without an account of its own no order is accepted, and the answer says so', async () => {
    await operator('merchant create Bare');
    await operator('agreement add Bare --rate 0.6% --valid-from today --fee-on-refund kept --yes');
    const bare = await clientOf(await newKey('Bare', '--scopes orders:write'));
    const body = { merchantOrderNo: 'first', amount: cny(1), subject: 'tea' };
    expect(await refusal(bare.call('createOrder', { body }))).toMatchObject({
      status: 422,
      code: 'no_account',
      detail: expect.stringMatching(/own account at its licensed acquirer, and none is connected yet/),
    });
    expect((await operator('channel connect Bare --seller-id 2088123412341235')).err).toMatch(/--acquirer/);
    expect((await operator('channel connect Bare --seller-id 2088123412341235 --acquirer A')).code).toBe(0);
    await shop.advance(KEPT);
    expect((await bare.call('createOrder', { body })).status).toBe(201);
  });

  test('an order over the limit, and any order at a closed channel, are refused with the reason', async () => {
    const client = await clientOf(await newKey(TEA, '--scopes orders:write,orders:read'));
    const body = { merchantOrderNo: 'limited', amount: cny(5_001), subject: 'tea' };
    const until = new Date(shop.now() + 5 * MINUTE).toISOString();
    await operator(`merchant set ${TEA} --largest-order 50.00`);
    await operator(`channel close ${TEA} --until ${until} --reason-zh 维护 --reason-en maintenance`);
    await shop.advance(KEPT);
    expect(await refusal(client.call('createOrder', { body }))).toMatchObject({ code: 'amount_over_limit' });
    const reason = { 'zh-CN': '维护', en: 'maintenance' };
    expect(await refusal(client.call('createOrder', { body: { ...body, amount: cny(5_000) } }))).toMatchObject({
      status: 503,
      code: 'channel_closed',
      until,
      reason,
    });
    expect((await client.call('listChannels', {})).body.data).toMatchObject([{ state: 'closed', until, reason }]);
    await operator(`channel open ${TEA}`);
    await shop.advance(KEPT);
    expect((await client.call('listChannels', {})).body.data).toMatchObject([{ state: 'open', until: null }]);
  });
});

describe('a key', () => {
  const list = (client: Client) => client.call('listStatements', {});

  test('S6 that is revoked is refused within 30 seconds', async () => {
    const key = await newKey(TEA);
    const client = await clientOf(key);
    expect((await list(client)).status).toBe(200);
    expect((await operator(`key revoke ${key.keyid} --yes`)).code).toBe(0);
    await shop.advance(KEPT);
    expect(await refusal(list(client))).toMatchObject({ status: 401, code: 'key_revoked' });
  });

  test('ends by itself on its day', async () => {
    const client = await clientOf(await newKey(TEA, '--expires-days 1'));
    await shop.advance(DAY - MINUTE);
    expect((await list(client)).status).toBe(200);
    await shop.advance(MINUTE);
    expect(await refusal(list(client))).toMatchObject({ status: 401, code: 'key_revoked' });
  });

  test('does what its scopes say and no more', async () => {
    const client = await clientOf(await newKey(TEA, '--scopes statements:read'));
    const body = { merchantOrderNo: 'other', amount: cny(1), subject: 'tea' };
    expect(await refusal(client.call('createOrder', { body }))).toMatchObject({ status: 403, code: 'scope_missing' });
  });
});

describe('the local stack', () => {
  test('says where it is in a file for its owner, without keys', () => {
    const text = readFileSync(shop.stack.stackFile, 'utf8');
    expect(statSync(shop.stack.stackFile).mode & 0o777).toBe(0o600);
    expect(text).not.toContain('PRIVATE KEY');
    expect(JSON.parse(text)).toEqual({
      api: shop.stack.api,
      simulator: shop.stack.simulator,
      antom: shop.stack.antom,
      credentials: shop.stack.credentialsFile,
      dynamodb: {
        endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        tables: { directory: expect.any(String), orders: expect.any(String), statements: expect.any(String) },
      },
      alipay: {
        appId: shop.stack.identity.alipay.appId,
        sellerId: shop.stack.identity.alipay.sellerId,
        gateway: `${shop.stack.simulator}/gateway.do`,
        secrets: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        secretId: expect.stringMatching(/^arn:aws:secretsmanager:/),
      },
    });
  });

  test('has one clock for the operator, too', async () => {
    const { out } = await operator(`terminal code ${TEA} --json`);
    const left = Date.parse((JSON.parse(out) as { expiresAt: string }).expiresAt) - shop.now();
    expect(left).toBeGreaterThan(9 * MINUTE);
    expect(left).toBeLessThanOrEqual(10 * MINUTE);
  });

  test('its seeded merchants are found by name', async () => {
    const { out } = await operator('merchant show 示范商店 --json');
    expect(JSON.parse(out)).toMatchObject({ merchant: { name: '示范商店' }, missing: [] });
    const { data } = JSON.parse((await operator('merchant list --json')).out) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['示范商店', '另一家商店', 'Harbour Tea']));
  });
});

describe('the place', () => {
  test.each([
    ['merchant list', 2, /^say where: --local, or --stack NAME/],
    ['merchant list --local --stack Tillgate', 2, /^say where/],
    ['merchant list --directory-table D', 2, /go together/],
    ['merchant list --local-stack none.json', 1, /^no local stack is running here: npm start/],
  ])('%s: %i', async (line, code, message) => {
    expect(await runLine(line)).toEqual({ code, out: '', err: expect.stringMatching(message) });
  });

  test('the file goes with the stack', async () => {
    await shop.stack.stop();
    expect(existsSync(shop.stack.stackFile)).toBe(false);
    expect(existsSync(dirname(shop.stack.stackFile))).toBe(true);
  });
});

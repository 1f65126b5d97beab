/** The till in a terminal of its own: Ctrl-C, the countdown, and the operator who is asked. Needs `script` of util-linux. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import { newNo, openShop, type TestShop } from '../support/shop.ts';
import { plain } from './line.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CTRL_C = '\x03';
let shop: TestShop;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-terminal-'));
const children = new Set<ChildProcessWithoutNullStreams>();
beforeAll(async () => {
  shop = await openShop();
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  return shop.faults({ reset: true });
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Screen {
  /** Types, as soon as the screen says `when`; answers whether it did. */
  type(when: RegExp, keys: string): Promise<void>;
  /** Waits until the screen says it. */
  says(what: RegExp): Promise<void>;
  /** What was on the screen in all, and the exit code. */
  ended(): Promise<{ code: number | null; screen: string }>;
}

/** Runs a program of ours on a terminal, whose Ctrl-C is a key. */
function onTerminal(program: 'till' | 'admin', words: readonly string[]): Screen {
  const quoted = [process.execPath, join(ROOT, 'bin', `${program}.ts`), ...words].map((word) => `'${word}'`).join(' ');
  // `exec`: some shells stay beside the program, and Ctrl-C ends them with a code of their own.
  const child = spawn('script', ['--quiet', '--return', '--command', `exec ${quoted}`, '/dev/null'], {
    stdio: 'pipe',
    env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '' },
  });
  children.add(child);
  let screen = '';
  const heard = new Set<() => void>();
  child.stdout.on('data', (bytes) => {
    screen += bytes;
    for (const hear of heard) hear();
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const says = (what: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!what.test(screen)) return;
        heard.delete(look);
        resolve();
      };
      heard.add(look);
      look();
      code.then(() => reject(new Error(`it ended before it said ${what}:\n${screen}`)));
    });
  return {
    says,
    async type(when, keys) {
      await says(when);
      child.stdin.write(keys);
    },
    ended: async () => ({ code: await code, screen: plain(screen.replace(/\r+\n/g, '\n')) }),
  };
}

const where = () => [
  ...['--url', shop.stack.api, '--simulator', shop.stack.simulator],
  ...['--credential', shop.stack.credentialsFile],
];
async function orderOf(merchantOrderNo: string) {
  const [order] = (await shop.till.call('listOrders', { query: { merchantOrderNo } })).body.data;
  if (!order) throw new Error(`there is no order ${merchantOrderNo}`);
  return shop.get(order.orderId);
}

const shown = (no: string) => `PICTURE
CNY 12.34  Sale  (${no})
CODE
Ask the customer to scan the code with Alipay.
`;
const ASKING = '^C\nAsking to close the order; Ctrl-C again to leave it to the server.\n';
const left = (no: string) =>
  `^C\nLeft to the server. npm run till -- show ${no} tells what became of it; with --no ${no} the same line starts nothing twice.\n`;
/** The line that counted down is taken away before anything else is said. */
const ESCAPE = '\x1b';
const CLEARED = `\r${ESCAPE}[K`;
/** Without the seconds, which are written over each other. */
const withoutSeconds = (screen: string) => screen.replace(new RegExp(`\\r${ESCAPE}\\[K\\d+ s`, 'g'), '');
/** Without what moves the cursor while a line is typed. */
const withoutMoves = (screen: string) => screen.replace(new RegExp(`${ESCAPE}\\[\\d*[A-Z]`, 'g'), '');

describe('Ctrl-C', () => {
  const sell = (no: string) => onTerminal('till', ['sell', '12.34', '--no', no, ...where()]);

  test('closes a sale that nobody has scanned: 1', async () => {
    const no = newNo();
    const sale = sell(no);
    await sale.type(/ s$/, CTRL_C);
    const { code, screen } = await sale.ended();
    expect([code, withoutSeconds(screen)]).toEqual([
      1,
      `${shown(no)}${ASKING}${CLEARED}CLOSING  CNY 12.34  Sale
  number ${no}, order ORDER
  → Closing; nobody has scanned the code. Start a new order: money that comes late is refunded by itself.
`,
    ]);
  });

  test('closes one that waits for the password: 1, and nobody can pay', async () => {
    const no = newNo();
    const sale = sell(no);
    await sale.says(/Ask the customer/);
    const { qrCode } = await orderOf(no);
    await shop.wallet('scan', { qrCode: qrCode?.payload });
    await sale.type(/ s$/, CTRL_C);
    const { code, screen } = await sale.ended();
    expect([code, withoutSeconds(screen)]).toEqual([
      1,
      `${shown(no)}${ASKING}${CLEARED}CLOSED  CNY 12.34  Sale
  number ${no}, order ORDER
  → The order is closed and nothing was paid.
`,
    ]);
    expect(await shop.wallet('pay', { qrCode: qrCode?.payload })).toMatchObject({ result: 'closed' });
  });

  test('comes too late for one that is paid: it is a sale, 0', async () => {
    await shop.faults({ dropNotifications: true });
    /** Paid right before Ctrl-C. The server has just asked the channel, and so tells the till nothing new for three seconds. */
    const paidFirst = async () => {
      const no = newNo();
      const sale = sell(no);
      await sale.says(/Ask the customer[\s\S]* s$/);
      await shop.pay(await orderOf(no));
      await sale.type(/ s$/, CTRL_C).catch(() => {});
      return { no, ...(await sale.ended()) };
    };
    let ended = await paidFirst();
    // On a busy machine the till may hear of the payment before the key is typed: then the sale is made again.
    for (let tries = 1; tries < 10 && !ended.screen.includes('Asking to close'); tries += 1) ended = await paidFirst();
    // Perhaps the answer to the question to close it came first.
    expect([ended.code, withoutSeconds(ended.screen).replace('order_paid: The order is paid.\n', '')]).toEqual([
      0,
      `${shown(ended.no)}${ASKING}${CLEARED}PAID  CNY 12.34  Sale
  number ${ended.no}, order ORDER
  paid TIME, trade TRADE
  → Paid. Hand over the goods.
`,
    ]);
  });

  test('a second time leaves: 130, with its number', async () => {
    const no = newNo();
    const silent = { answer: 'system_error', times: 1_000 };
    await shop.faults({ query: silent, close: silent });
    const sale = sell(no);
    await sale.says(/Ask the customer/);
    await shop.wallet('scan', { qrCode: (await orderOf(no)).qrCode?.payload });
    await sale.type(/ s$/, CTRL_C);
    await sale.type(/Asking to close/, CTRL_C);
    const { code, screen } = await sale.ended();
    expect([code, withoutSeconds(screen)]).toEqual([130, shown(no) + ASKING + left(no)]);
  });

  test('cancels a scan that waits for the password: 1', async () => {
    const no = newNo();
    const { tillCode } = await shop.wallet('codes', {});
    const sale = onTerminal('till', ['charge', '1000.01', '--no', no, '--code', String(tillCode), ...where()]);
    await sale.type(/has to confirm/, CTRL_C);
    const { code, screen } = await sale.ended();
    expect([code, screen]).toEqual([
      1,
      `The customer has to confirm in the Alipay app. Not paid yet: wait, and do not hand over the goods.
${ASKING}CLOSED  CNY 1000.01  Sale
  number ${no}, order ORDER
  → The order is closed and nothing was paid.
`,
    ]);
    expect(await shop.wallet('confirm', { tillCode })).toMatchObject({ result: 'closed' });
  });

  test('before there is an order, and again: 130, with its number', async () => {
    const { url, asked, stop } = await silentServer();
    const no = newNo();
    const here = ['--url', url, '--credential', shop.stack.credentialsFile];
    const sale = onTerminal('till', ['sell', '12.34', '--no', no, ...here]);
    await asked;
    await sale.type(/^/, CTRL_C);
    await sale.type(/Asking to close/, CTRL_C);
    expect(await sale.ended()).toEqual({ code: 130, screen: ASKING + left(no) });
    await stop();
  });
});

describe('the operator', () => {
  const LINE = ['merchant', 'set', '示范商店', '--zone', 'Asia/Urumqi'];
  const QUESTION =
    'At the local stack: The business days of "示范商店" are cut by Asia/Urumqi from now on, no more by Asia/Shanghai: today\'s has another length.\nGo on? (yes/no) ';
  const admin = () => onTerminal('admin', [...LINE, '--local-stack', shop.stack.stackFile]);

  test.each([
    ['no', 'no\r', 'no\n'],
    ['Ctrl-C', CTRL_C, ''],
  ])('who is asked and answers %s has changed nothing: 1', async (_, keys, echo) => {
    const line = admin();
    await line.type(/Go on\? \(yes\/no\) /, keys);
    const { code, screen } = await line.ended();
    expect([code, withoutMoves(screen)]).toEqual([1, `${QUESTION}${echo}Nothing was changed.\n`]);
  });

  test('who answers yes has changed it: 0', async () => {
    const line = admin();
    await line.type(/Go on\? \(yes\/no\) /, 'yes\r');
    const { code, screen } = await line.ended();
    expect([code, screen]).toEqual([0, expect.stringMatching(/\nChanged\.\n/)]);
    await shop.advance(31_000);
    expect((await shop.till.call('getMerchant', {})).body.zone).toBe('Asia/Urumqi');
  });

  test('who leaves while it works is told that nothing is known: 130', async () => {
    const { url, asked, stop } = await silentServer();
    const stackFile = join(folder, 'stack.json');
    writeFileSync(stackFile, JSON.stringify({ api: url }));
    const line = onTerminal('admin', ['merchant', 'list', '--local-stack', stackFile]);
    await asked;
    await line.type(/^/, CTRL_C);
    expect(await line.ended()).toEqual({
      code: 130,
      screen: '^C\nInterrupted. What was done is not known: repeat the command.\n',
    });
    await stop();
  });
});

/** Hears a request and never answers. */
async function silentServer() {
  let hear = () => {};
  const asked = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const server = createServer(() => hear());
  return { url: await listen(server), asked, stop: () => close(server) };
}

/** The till on the command line, as README and docs/quick-start.md show it, line by line; and as a process of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextOrderNo } from '../bin/till/sell.ts';
import { readAmount, showTime } from '../bin/till/terminal.ts';
import { commandsAt, wordsOf } from './support/pages.ts';
import { openShop, type TestShop } from './support/shop.ts';
import { runTill } from './till/line.ts';

const ROOT = join(import.meta.dirname, '..');
const PROGRAM = join(ROOT, 'bin', 'till.ts');
let shop: TestShop;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  for (const child of children) child.kill();
  await shop.stop();
});

const where = () => [
  '--url',
  shop.stack.api,
  '--simulator',
  shop.stack.simulator,
  '--credential',
  shop.stack.credentialsFile,
];
async function till(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, ...words, ...where()]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

/** The words of each `npm run till -- …` at a place of the pages. */
const linesAt = (at: string) =>
  commandsAt(at)
    .filter((line) => line.startsWith('npm run till '))
    .map(wordsOf);

/** Begins a sale, which waits for the customer, who comes with a later line. */
async function beginSale(words: readonly string[], merchantOrderNo: string): Promise<void> {
  children.add(spawn(process.execPath, [PROGRAM, ...words, ...where()], { stdio: 'ignore' }));
  await until(async () => (await shop.till.call('listOrders', { query: { merchantOrderNo } })).body.data.length > 0);
}

const untilPaid = (no: string) => until(async () => (await runTill(['show', no, ...where()])).out.includes('PAID'));

test.each(['README.md#a-sale-by-hand', 'README.zh-CN.md#亲手收一笔'])(
  '%s is a sale, paid and refunded',
  async (at) => {
    const [sell = [], ...others] = linesAt(at);
    // Both pages show the same sale, and this shop has one order by its number.
    const no = `${sell[3]}-${at.length}`;
    const own = (words: readonly string[]) => words.map((word) => (word === sell[3] ? no : word));
    await beginSale(own(sell), no);
    const told: unknown[] = [[sell[0], sell[1]]];
    for (const words of others.map(own)) {
      if (words[0] === 'refund') await untilPaid(no);
      const { code, out } = await runTill([...words, ...where()]);
      told.push([words[0], code, out.trim().split('\n').at(-1)]);
    }
    expect(told).toEqual([
      ['sell', '12.34'],
      ['pay', 0, expect.stringContaining('"result":"success"')],
      ['refund', 0, 'refund refund-1 CNY 2.00 succeeded'],
    ]);
  },
  60_000,
);

describe('the first sale by hand', () => {
  test('sells, is paid, refunds, shows, lists: every line of the page does what it says', async () => {
    const told: string[] = [];
    const lines = linesAt('docs/quick-start.md#a-first-sale-by-hand');
    for (const words of lines) {
      if (words[0] === 'sell') {
        await beginSale(words, 'first');
        continue;
      }
      if (words[0] === 'close') await promisify(execFile)('sh', ['-c', told.at(-1) ?? 'false']);
      if (words[0] === 'refund') await untilPaid('first');
      const { code, out, err } = await runTill([...words, ...where()]);
      expect([words, code, err]).toEqual([words, 0, '']);
      told.push(out);
    }
    expect(lines.map(([command]) => command)).toEqual([
      'sell',
      'pay',
      'refund',
      'show',
      'charge',
      'orders',
      'channels',
      'statement',
      'request',
      'request',
      'close',
    ]);
    expect(told[0]).toContain('"result":"success"');
    expect(told[1]).toBe('refund refund-1 CNY 2.00 succeeded\n');
    expect(told[2]).toMatch(/^PAID {2}CNY 12\.34/);
    // screens A9: a look-up says when it was paid, by the shop's clock, and hands nothing over.
    expect(told[2]).toMatch(/\n {2}paid \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(Asia\/Shanghai\), trade /);
    expect(told[2]).not.toContain('Hand over');
    expect(told[3]).toMatch(/^The customer's wallet .+\nPAID {2}CNY 5\.60/);
    expect(told.at(-1)).toMatch(/^CLOSING {2}CNY 5\.00/);
  });

  test.each([
    [['show', 'first', '--json'], 0, /^\{"orderId":.*"merchantOrderNo":"first".*\}\n$/, /^$/],
    [['refund', 'first', '99.00'], 1, /^$/, /^Refused \(422 refund_exceeds_refundable\): .+\n$/],
    [['frobnicate'], 2, /^$/, /^there is no command frobnicate\nnpm run till -- --help tells all commands\.\n$/],
  ])('%j, as a process of its own, ends with %i', async (words, code, out, err) => {
    expect(await till(...words)).toEqual({
      code,
      out: expect.stringMatching(out),
      err: expect.stringMatching(err),
    });
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it never came to it');
}

test('order numbers of a till never come twice, and are numbers that the API takes', () => {
  const now = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2030-01-01') });
  fc.assert(
    fc.property(now, fc.integer({ min: 10, max: 86_400_000 }), (at, later) => {
      const [one, two] = [nextOrderNo('trm_abcdefghijkl.1', at), nextOrderNo('trm_abcdefghijkl.1', at + later)];
      expect(one).toMatch(/^\d{8}-abcdef-\d{1,7}$/);
      expect(one).not.toBe(two);
    }),
    { seed: 1 },
  );
});

test('amounts are read to the fen or not at all', () => {
  expect(readAmount('12.34')).toEqual({ currency: 'CNY', value: 1234 });
  for (const text of ['0', '-1', '1.005', 'twelve', undefined])
    expect(() => readAmount(text)).toThrow(/an amount is written like/);
});

test('screens A9 times are of the clock of the shop, else of this machine with its offset', () => {
  expect(showTime('2026-03-01T11:49:05.123Z', 'Asia/Shanghai')).toBe('2026-03-01 19:49:05 (Asia/Shanghai)');
  const here = showTime('2026-03-01T11:49:05.123Z');
  const [, day, time, offset] = /^(\S+) (\S+) \(([+-]\d\d:\d\d)\)$/.exec(here) ?? [];
  expect(new Date(`${day}T${time}${offset}`).toISOString()).toBe('2026-03-01T11:49:05.000Z');
});

/** The commands of docs/first-merchant.md about a second channel, line by line on a local stack. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLine } from '../support/office.ts';
import { commandsAt, wordsOf } from '../support/pages.ts';
import { openShop, type TestShop } from '../support/shop.ts';
import { plain, runTill } from '../till/line.ts';

let shop: TestShop;
let folder: string;
beforeAll(async () => {
  shop = await openShop();
  folder = mkdtempSync(join(tmpdir(), 'tillgate-channels-'));
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

const operator = (line: string) =>
  runLine(`${line.replace(/ --local$/, '')} --yes --local-stack ${shop.stack.stackFile}`);
const lastOf = (out: string) => plain(out).trim().split('\n').at(-1);

test('docs/first-merchant.md: its lines lead to a sale in yen, and to one that goes on by the other channel', async () => {
  const file = join(folder, 'till-1.json');
  const here = ['--local-stack', shop.stack.stackFile];
  // The page begins with a merchant and its till.
  const setUp = commandsAt('docs/first-merchant.md#set-up-a-merchant').filter((line) => /^npm run admin/.test(line));
  let activation = '';
  for (const line of setUp.slice(0, 7)) {
    if (line.includes('channel check')) continue;
    const { code, out, err } = await operator(line.replace(/^npm run admin -- /, ''));
    expect([line, code, err]).toEqual([line, 0, '']);
    activation = out.split('\n')[0] ?? '';
  }
  expect((await runTill(['enrol', activation, '--out', file, ...here])).code).toBe(0);

  const { clientId } = shop.stack.identity.antom.credentials;
  const ended = [];
  for (const line of commandsAt('docs/first-merchant.md#other-currencies-and-a-second-channel')) {
    if (line.startsWith('npm run admin')) {
      const { code, out, err } = await operator(line.replace(/^npm run admin -- /, '').replace('CLIENT', clientId));
      ended.push([code, out.split('\n')[0], err]);
      continue;
    }
    // What the functions remember of the merchant is over.
    if (line.includes('channels')) await shop.advance(31_000);
    const words = wordsOf(line).map((it) => (it === '.local/till-1.json' ? file : it));
    const { code, out, err } = await runTill([...words, ...here]);
    ended.push([code, words[0] === 'channels' ? plain(out) : lastOf(out), plain(err)]);
  }
  expect(ended).toEqual([
    [0, 'Connected.', ''],
    [0, 'Agreed.', ''],
    [0, 'Changed; terminals see it within 30 seconds.', ''],
    [
      0,
      `alipay: open (CNY)
antom: open (CNY, JPY settled in USD)
  CNY goes to antom: it comes first
  JPY goes to antom: no other channel takes it
`,
      '',
    ],
    [0, '  → Paid. Hand over the goods.', ''],
    [1, '  → Ask the customer to refresh the code, then scan again.', ''],
    [0, '  → Paid. Hand over the goods.', ''],
  ]);
});

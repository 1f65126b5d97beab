/** The commands of docs/statements.md and docs/alipay-account.md, line by line on a local stack. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseLine } from '../../bin/admin/command.ts';
import { commands } from '../../bin/admin/command-line.ts';
import { runLine } from '../support/office.ts';
import { commandsAt, pages, textOf, withoutComment, wordsOf } from '../support/pages.ts';
import { openShop, type TestShop } from '../support/shop.ts';
import { runTill } from '../till/line.ts';

let shop: TestShop;
let folder: string;
beforeAll(async () => {
  shop = await openShop();
  folder = mkdtempSync(join(tmpdir(), 'tillgate-pages-'));
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

const lastOf = (out: string) => out.trim().split('\n').at(-1);

/** What an operator types, on this stack; the questions that it asks are answered with yes. */
async function admin(line: string) {
  const here = line
    .replace(/^npm run admin -- /, '')
    .replace(/ --(local|stack Tillgate)$/, '')
    .replace('2021000000000001', shop.stack.identity.alipay.appId);
  return runLine(`${here} --local-stack ${shop.stack.stackFile}`, { typed: 'yes\n' });
}

/** What is typed at a till. `meanwhile`: what happens in its pauses. */
async function till(words: readonly string[], meanwhile: readonly (() => Promise<unknown>)[] = []) {
  const own = words.includes('--credential') ? [] : ['--credential', shop.stack.credentialsFile];
  const where = ['--url', shop.stack.api, '--simulator', shop.stack.simulator, ...own];
  return runTill([...words, ...where], { meanwhile, lastIsTime: meanwhile.length > 1 });
}

test('docs/alipay-account.md: its lines lead from a merchant to a payment that has gone back', async () => {
  const ended = [];
  let activation = '';
  for (const line of commandsAt('docs/alipay-account.md#6-connect-the-merchant')) {
    const { code, out } = await admin(line);
    const [first = ''] = out.split('\n');
    ended.push([wordsOf(line).slice(0, 2).join(' '), code, first]);
    activation = first;
  }
  const file = join(folder, 'real-till.json');
  for (const line of commandsAt('docs/alipay-account.md#7-the-first-real-payment')) {
    const words = wordsOf(line.replace(' --url https://<ApiUrl>', '').replace('.local/real-till.json', file)).map(
      (it) => (it === 'CODE' ? activation : it),
    );
    const pay = () => till(['pay', 'real-1', '--credential', file]);
    const { code, out, err } = await till(words, words[0] === 'sell' ? [pay, async () => {}] : []);
    ended.push([words[0], code, lastOf(out), err]);
  }
  expect(ended).toEqual([
    ['merchant create', 0, 'Created.'],
    ['agreement add', 0, 'Agreed.'],
    ['channel connect', 0, 'Connected.'],
    ['merchant set', 0, 'Changed.'],
    ['merchant show', 0, expect.stringMatching(/^Harbour Tea {2}mer_/)],
    ['terminal code', 0, activation],
    ['enrol', 0, expect.stringMatching(/^Enrolled: trm_\w+ in the store main\./), ''],
    ['sell', 0, '  → Paid. Hand over the goods.', ''],
    ['refund', 0, 'refund refund-1 CNY 0.01 succeeded', ''],
  ]);
});

test('docs/statements.md: its lines show, compare and close', async () => {
  // The page is about a merchant that is there.
  await admin(commandsAt('docs/alipay-account.md#6-connect-the-merchant')[0] ?? '');
  const ended = [];
  for (const line of ['docs/statements.md#statements', 'docs/statements.md#shifts'].flatMap(commandsAt)) {
    const { code, out, err } = line.startsWith('npm run admin') ? await admin(line) : await till(wordsOf(line));
    ended.push([code, lastOf(out), err]);
  }
  expect(ended).toEqual([
    [0, 'No statements yet: a day is sealed 30 minutes after its end.', ''],
    [0, '}', ''],
    [0, '0 statements, 0 lines, 0 findings', ''],
    [0, expect.stringMatching(/^\d{4}-\d\d-\d\d of Harbour Tea was not compared yet\.$/), ''],
    [0, '  nothing sold', ''],
    [0, expect.stringMatching(/^shift-1 {2}.* nothing sold$/), ''],
    [0, '}', ''],
  ]);
});

test('every line of admin in the pages is one that admin takes', () => {
  const lines = pages
    .flatMap((page) => [...textOf(page).matchAll(/npm run admin -- ([^`\n]+)/g)])
    // A command may be named without its words, too.
    .map(([, line = '']) => withoutComment(line).trim().replace(/ …$/, ''))
    .filter((line) => !/--help|…/.test(line) && !commands.some(({ name }) => name === line));
  const refused = lines.flatMap((line) => {
    try {
      return parseLine(commands, wordsOf(line)).command ? [] : [`${line}: there is no such command`];
    } catch (error) {
      return [`${line}: ${(error as Error).message}`];
    }
  });
  expect(refused).toEqual([]);
});

test("docs/configuration.md has each of a merchant's settings", () => {
  const known = Object.keys(commands.find(({ name }) => name === 'merchant set')?.options ?? {});
  const [, , table = ''] = textOf('docs/configuration.md').split(/^## .*$/m);
  const rows = [...table.matchAll(/^\| (`--.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`--([\w-]+)`/g)].map(([, name = '']) => name),
  );
  expect(known.length).toBeGreaterThan(15);
  expect(rows.sort()).toEqual(known.sort());
});

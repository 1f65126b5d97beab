/** Alipay's official SDKs of Java and Python drive the simulator, and verify what it says (integration M3, M4, minor 7). */
import { mkdtempSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Mode, openAlipayShop } from './alipay-shop.ts';
import { run } from './program.ts';
import { mavenClassPath, pythonPath } from './toolchains.ts';

/** What each program must have seen. */
const ALL = ['precreate, query, notification', 'pay', 'close', 'cancel', 'refund', 'refund query', 'bill'];
const BOTH_REFUSE = 'wrong signatures are refused by both sides';
const NUMBERS = 'wrong serial numbers are refused';
/** What the simulator's books hold then. */
const BOOKS = ['TRADE_SUCCESS 234', 'TRADE_SUCCESS 0', 'TRADE_CLOSED 0', 'TRADE_CLOSED 1234'];

const heldIn = (mode: Mode) => [...ALL, BOTH_REFUSE, ...(mode === 'certificate' ? [NUMBERS] : [])];

const ONLY_JAVA = ['pay by password', 'rejections in three forms', 'GBK', "a merchant's token"];
const BOOKS_OF_JAVA = [...BOOKS, 'TRADE_SUCCESS 0', 'WAIT_BUYER_PAY 0', 'TRADE_SUCCESS 0'];

export async function alipayJava(mode: Mode, folder: string): Promise<void> {
  const classPath = await mavenClassPath('alipay-java');
  const classes = mkdtempSync(join(folder, 'java-'));
  const sources = ['AlipayTry.java', 'AlipayMore.java'].map((name) => join(import.meta.dirname, 'alipay-java', name));
  await run('javac', ['-encoding', 'UTF-8', '-cp', classPath, '-d', classes, ...sources]);
  const program = (config: string) =>
    run('java', ['-Dfile.encoding=UTF-8', '-cp', [classPath, classes].join(delimiter), 'AlipayTry', config]);
  await drive(mode, folder, program, [...heldIn(mode), ...ONLY_JAVA], BOOKS_OF_JAVA);
}

const python = (sdk: string, PYTHONPATH: string) => (config: string) =>
  run('python3', [join(import.meta.dirname, 'alipay-python', 'alipay_try.py'), sdk, config], { env: { PYTHONPATH } });

/** Alipay's own SDK knows the public-key mode only: in the other one the simulator must turn it away. */
export async function alipayPython(mode: Mode, folder: string): Promise<void> {
  const program = python('official', await pythonPath('alipay-python/official.txt'));
  if (mode === 'public key') await drive(mode, folder, program, heldIn(mode), BOOKS);
  else await drive(mode, folder, program, ['an app in certificate mode is turned away'], []);
}

/** It is not Alipay's own; it calls by GET, and knows both modes. */
export async function communityPython(mode: Mode, folder: string): Promise<void> {
  const program = python('community', await pythonPath('alipay-python/community.txt'));
  await drive(mode, folder, program, heldIn(mode), BOOKS);
}

async function drive(
  mode: Mode,
  folder: string,
  program: (configFile: string) => Promise<string[]>,
  expected: readonly string[],
  books: readonly string[],
): Promise<void> {
  const shop = await openAlipayShop(mode, mkdtempSync(join(folder, 'alipay-')));
  try {
    const lines = await program(shop.configFile);
    const held = lines.filter((line) => line.startsWith('held: ')).map((line) => line.slice('held: '.length));
    if (!isDeepStrictEqual(held, expected)) throw new Error(`it saw ${held.join('; ')} and not ${expected.join('; ')}`);
    const trades = await shop.trades();
    if (!isDeepStrictEqual(trades, books)) throw new Error(`the simulator's trades are ${trades.join('; ')}`);
  } finally {
    await shop.stop();
  }
}

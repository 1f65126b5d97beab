/** Alipay's official SDKs of Java and Python drive the simulator, and verify what it says. */
import { mkdtempSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Mode, openAlipayShop } from './alipay-shop.ts';
import { run } from './program.ts';
import { mavenClassPath, pythonPath } from './toolchains.ts';

/** What a program must have seen, and what the simulator's books hold then. */
const HELD = ['precreate, query, notification', 'pay', 'close', 'cancel', 'refund', 'refund query', 'bill'];
const BOTH_REFUSE = 'wrong signatures are refused by both sides';
const NUMBERS = 'wrong serial numbers are refused';
const TURNED_AWAY = 'an app in certificate mode is turned away';
const BOOKS = ['TRADE_SUCCESS 234', 'TRADE_SUCCESS 0', 'TRADE_CLOSED 0', 'TRADE_CLOSED 1234'];

export async function alipayJava(mode: Mode, folder: string): Promise<void> {
  const classPath = await mavenClassPath('alipay-java');
  const classes = mkdtempSync(join(folder, 'java-'));
  await run('javac', ['-cp', classPath, '-d', classes, join(import.meta.dirname, 'alipay-java', 'AlipayTry.java')]);
  const program = (config: string) => run('java', ['-cp', [classPath, classes].join(delimiter), 'AlipayTry', config]);
  await drive(mode, folder, program, [...HELD, BOTH_REFUSE, ...(mode === 'certificate' ? [NUMBERS] : [])]);
}

/** The Python SDK knows the public-key mode only: in the other one the simulator must turn it away. */
export async function alipayPython(mode: Mode, folder: string): Promise<void> {
  const PYTHONPATH = await pythonPath('alipay-python');
  const program = join(import.meta.dirname, 'alipay-python', 'alipay_try.py');
  const expected = mode === 'certificate' ? [TURNED_AWAY] : [...HELD, BOTH_REFUSE];
  await drive(mode, folder, (config) => run('python3', [program, config], { env: { PYTHONPATH } }), expected);
}

async function drive(
  mode: Mode,
  folder: string,
  program: (configFile: string) => Promise<string[]>,
  expected: readonly string[],
): Promise<void> {
  const shop = await openAlipayShop(mode, mkdtempSync(join(folder, 'alipay-')));
  try {
    const lines = await program(shop.configFile);
    const held = lines.filter((line) => line.startsWith('held: ')).map((line) => line.slice('held: '.length));
    if (!isDeepStrictEqual(held, expected)) throw new Error(`it saw ${held.join('; ')} and not ${expected.join('; ')}`);
    const [trades, books] = [await shop.trades(), expected.includes(TURNED_AWAY) ? [] : BOOKS];
    if (!isDeepStrictEqual(trades, books)) throw new Error(`the simulator's trades are ${trades.join('; ')}`);
  } finally {
    await shop.stop();
  }
}

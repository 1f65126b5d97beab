/** Alipay's official SDKs of Java and Python drive the simulator, and verify what it says. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type AlipayShop, MODES, type Mode } from './alipay-shop.ts';
import { run } from './program.ts';
import { mavenClassPath, pythonPath } from './toolchains.ts';

/** What each program must have seen, and what the simulator's books hold of it then. */
const HELD = ['precreate, query, notification', 'pay', 'close', 'cancel', 'refund', 'refund query', 'bill'];
const BOTH_REFUSE = 'wrong signatures are refused by both sides';
const BOOKS = ['TRADE_SUCCESS 234', 'TRADE_SUCCESS 0', 'TRADE_CLOSED 0', 'TRADE_CLOSED 1234'];

async function expectHeld(shop: AlipayShop, prefix: string, lines: readonly string[], expected: readonly string[], books: readonly string[]) {
  const held = lines.filter((line) => line.startsWith('held: ')).map((line) => line.slice('held: '.length));
  const trades = await shop.trades(prefix);
  if (!isDeepStrictEqual(held, expected)) throw new Error(`it saw ${held.join('; ')} instead of ${expected.join('; ')}`);
  if (!isDeepStrictEqual(trades, books)) throw new Error(`the simulator's trades are ${trades.join('; ')}`);
}

export async function alipayJava(shop: AlipayShop, mode: Mode): Promise<void> {
  const classPath = await mavenClassPath('alipay-java');
  const prefix = `java_${MODES.indexOf(mode)}_`;
  const program = join(import.meta.dirname, 'alipay-java', 'AlipayTry.java');
  const lines = await run('java', ['-cp', classPath, program, shop.configFile(mode, prefix)]);
  const expected = [...HELD, BOTH_REFUSE, ...(mode === 'certificate' ? ['wrong serial numbers are refused'] : [])];
  await expectHeld(shop, prefix, lines, expected, BOOKS);
}

/** The Python SDK knows the public-key mode only: in the other one the simulator must turn it away. */
export async function alipayPython(shop: AlipayShop, mode: Mode): Promise<void> {
  const PYTHONPATH = await pythonPath('alipay-python');
  const prefix = `python_${MODES.indexOf(mode)}_`;
  const program = join(import.meta.dirname, 'alipay-python', 'alipay_try.py');
  const lines = await run('python3', [program, shop.configFile(mode, prefix)], { env: { PYTHONPATH } });
  if (mode === 'public key') await expectHeld(shop, prefix, lines, [...HELD, BOTH_REFUSE], BOOKS);
  else await expectHeld(shop, prefix, lines, ['an app in certificate mode is turned away'], []);
}

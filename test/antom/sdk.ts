/** Antom's official SDK of Python drives the simulator, and verifies what it says. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { run } from '../sdk/program.ts';
import { pythonPath } from '../sdk/toolchains.ts';
import { openAntomShop } from './shop.ts';

/** What the program must have seen. */
const HELD = [
  ...['order code, inquiry', 'payment code, also with an answer of U', 'cancel', 'refund, refund inquiry'],
  ...['notifications are genuine, and no variation is', 'wrong signatures are refused by both sides'],
];
/** What the simulator's books hold then: the third payment was refused for its used code. */
const BOOKS = ['SUCCESS 0', 'SUCCESS 400', 'FAIL 0', 'CANCELLED 1000'];

/** Where Python finds the SDK. @throws NotToBeHad where it is not to be had */
export function sdkPath(): Promise<string> {
  // Of its requirements, enum34 is for Python 2, and breaks a Python 3 that finds it.
  return pythonPath('../antom/python/requirements.txt', ['--no-deps']);
}

/** `folder` is for the program's configuration. @throws NotToBeHad where the SDK or Python is not to be had */
export async function antomPython(folder: string): Promise<void> {
  const PYTHONPATH = await sdkPath();
  const shop = await openAntomShop(folder);
  try {
    const program = join(import.meta.dirname, 'python', 'antom_try.py');
    const lines = await run('python3', [program, shop.configFile], { env: { PYTHONPATH } });
    const held = lines.filter((line) => line.startsWith('held: ')).map((line) => line.slice('held: '.length));
    if (!isDeepStrictEqual(held, HELD)) throw new Error(`it saw ${held.join('; ')} and not ${HELD.join('; ')}`);
    const payments = await shop.payments();
    if (!isDeepStrictEqual(payments, BOOKS)) throw new Error(`the simulator's payments are ${payments.join('; ')}`);
  } finally {
    await shop.stop();
  }
}

/** RFC 9421 clients of Python and Go that we did not write sign requests of terminals, and verify our test vectors (integration M8). */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LocalShop } from './local-shop.ts';
import { run } from './program.ts';
import { goProgram, pythonPath } from './toolchains.ts';

const VECTORS = join(import.meta.dirname, '..', '..', 'docs', 'signing-vectors.json');
const ALGORITHMS = ['ed25519', 'ecdsa-p256-sha256'] as const;
const CALLS = 'enrolled, createOrder, getOrder, listOrders; another body is refused';
const HELD = [
  ...[`ed25519: ${CALLS}`, 'ed25519: rotated to ecdsa-p256-sha256'],
  ...[`ecdsa-p256-sha256: ${CALLS}`, 'ecdsa-p256-sha256: rotated to ed25519'],
];

/** The base URL, the vectors, and a code for a terminal of each algorithm. */
async function argumentsOf(shop: LocalShop, name: string): Promise<string[]> {
  const codes = [];
  for (const alg of ALGORITHMS) codes.push(`${alg}=${await shop.activationCode(`${name}-${alg}`)}`);
  return [shop.api, VECTORS, ...codes];
}

function expectHeld(lines: readonly string[], vectors: string): void {
  const expected = [vectors, ...HELD].map((it) => `held: ${it}`);
  if (!isDeepStrictEqual(lines, expected))
    throw new Error(`it saw\n${lines.join('\n')}\nand not\n${expected.join('\n')}`);
}

export async function rfc9421Python(shop: LocalShop): Promise<void> {
  const PYTHONPATH = await pythonPath('rfc9421-python/requirements.txt');
  const program = join(import.meta.dirname, 'rfc9421-python', 'rfc9421_try.py');
  const lines = await run('python3', [program, ...(await argumentsOf(shop, 'python'))], { env: { PYTHONPATH } });
  expectHeld(lines, 'vectors: 7 verified, 5 of Ed25519 made again');
}

export async function rfc9421Go(shop: LocalShop): Promise<void> {
  const program = await goProgram('rfc9421-go');
  expectHeld(await run(program, await argumentsOf(shop, 'go')), 'vectors: 7 verified');
}

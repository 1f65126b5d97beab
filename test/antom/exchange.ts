/** `settle` of functions/exchange.ts, against the decimal arithmetic of Python: 10,000 cases, the same in each run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import currencyCodes from 'currency-codes';
import fc from 'fast-check';
import { CURRENCIES } from '../../functions/currencies.ts';
import { settle } from '../../functions/exchange.ts';
import { run } from '../sdk/program.ts';

const CASES = 10_000;
const SEED = 20;

/** Of 30 digits at most, with its point anywhere; some with an exponent, as JSON may write them. */
const prices = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.integer({ min: 0, max: 12 }), fc.boolean())
  .map(([units, scale, hasExponent]) => {
    if (hasExponent) return `${units}E-${scale}`;
    const text = String(units).padStart(scale + 1, '0');
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  });

/** The codes that both tables know: the package is older than the newest one. */
const codes = fc.constantFrom(...[...CURRENCIES.keys()].filter((code) => currencyCodes.code(code) !== undefined));

const cases = fc
  .record({
    base: codes,
    counter: codes,
    value: fc.oneof(fc.integer({ min: -(10 ** 10), max: 10 ** 10 }), fc.integer({ min: -2_000, max: 2_000 })),
    price: fc.oneof(
      prices,
      fc.integer({ min: 1, max: 400 }).map((price) => String(price / 8)),
    ),
    isFromBase: fc.boolean(),
  })
  .filter(({ base, counter }) => base !== counter);

/** Digits by the package, not by the table that is tested. */
const digitsOf = (code: string) => currencyCodes.code(code)?.digits ?? Number.NaN;

/**
 * @throws Error with the first case in which the two differ
 * @throws NotToBeHad where there is no Python
 */
export async function exchangeByPython(folder: string): Promise<void> {
  const drawn = fc.sample(cases, { numRuns: CASES, seed: SEED }).map(({ base, counter, isFromBase, ...rest }) => {
    const [from, to] = isFromBase ? [base, counter] : [counter, base];
    return { ...rest, base, counter, isFromBase, from, to, fromDigits: digitsOf(from), toDigits: digitsOf(to) };
  });
  const file = join(folder, 'exchange.json');
  writeFileSync(file, JSON.stringify(drawn));
  const lines = await run('python3', [join(import.meta.dirname, 'exchange_oracle.py'), file]);
  if (lines.length !== CASES) throw new Error(`Python answered ${lines.length} of ${CASES} cases`);
  let told = 0;
  for (const [i, it] of drawn.entries()) {
    const byPython = BigInt(lines[i] ?? '');
    const ours = settle({ currency: it.from, value: it.value }, `${it.base}/${it.counter}`, it.price);
    const isTooLarge = byPython > Number.MAX_SAFE_INTEGER || byPython < Number.MIN_SAFE_INTEGER;
    if (ours ? BigInt(ours.value) !== byPython || ours.currency !== it.to : !isTooLarge)
      throw new Error(
        `${JSON.stringify(it)} comes to ${byPython} by Python, and to ${ours?.value} ${ours?.currency} by us`,
      );
    if (ours) told += 1;
  }
  if (told < CASES / 2) throw new Error(`only ${told} of ${CASES} cases have a result that is a safe integer`);
}

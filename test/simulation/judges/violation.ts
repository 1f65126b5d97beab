import { isDeepStrictEqual } from 'node:util';

export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

export function must(holds: boolean, invariant: string, message: string): asserts holds {
  if (!holds) throw new Violation(invariant, message);
}

/** `told` is `expected`, as a whole; else the first member is named that differs. */
export function mustBe(told: unknown, expected: unknown, invariant: string, what: string): void {
  if (isDeepStrictEqual(told, expected)) return;
  const [where, a, b] = discrepancyOf(told, expected, '');
  throw new Violation(invariant, `${what}${where} is ${JSON.stringify(a)}, and should be ${JSON.stringify(b)}`);
}

function discrepancyOf(a: unknown, b: unknown, where: string): [where: string, a: unknown, b: unknown] {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return [where, a, b];
  const [one, two] = [a, b] as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(b), ...Object.keys(a)])];
  const name = names.find((it) => !isDeepStrictEqual(one?.[it], two?.[it]));
  return name === undefined ? [where, a, b] : discrepancyOf(one?.[name], two?.[name], `${where} ${name}`);
}

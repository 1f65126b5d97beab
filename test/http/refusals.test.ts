/**
 * The table of refusals is what the code can refuse: for each operation the refusals that its handler and what it imports
 * can throw, read from their source. What leaves the API is held against the table in every test (documented.ts).
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { problemCodes } from '../../functions/contract/problem.ts';
import { refusals } from '../../functions/contract/refusals.ts';

const ROOT = join(import.meta.dirname, '..', '..', 'functions');
const source = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The file and all that it imports as code, not as types. */
function closureOf(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, name = ''] of source(file).matchAll(/^(?:import|export)(?! type)[^;]*? from '(\.[^']+)';/gm))
    closureOf(relative(ROOT, join(ROOT, file, '..', name)), known);
  return known;
}

/** Codes that a text names, whole or by their beginning (`…_${difference}`). */
function codesIn(text: string): string[] {
  const whole = [...text.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
  const begun = [...text.matchAll(/`(\w+_)\$\{/g)].map(([, start = '']) => start);
  return problemCodes.filter((code) => whole.includes(code) || begun.some((start) => code.startsWith(start)));
}

/** What an import brings and the operation cannot reach, with the reason. */
const OUT_OF_REACH: Partial<Record<OperationName, readonly string[]>> = {
  // The key that is enrolled is nobody's yet: it was not revoked, has no scopes, and is bound to no addresses.
  enrolTerminal: ['key_revoked', 'address_not_allowed', 'scope_missing'],
  // An order that there is not is an empty page.
  listOrders: ['not_found'],
  // It reads a public key as enrolment does, and no activation code that somebody guesses.
  rotateKey: ['activation_refused', 'too_many_requests'],
};

const names = (Object.keys(contract) as OperationName[]).filter((name) => !name.endsWith('Notification'));

test.each(names)('%s', (name) => {
  const { entry, query } = contract[name];
  const thrown = [...closureOf(entry)].flatMap((file) => {
    // A handler, and the check of signatures, choose their codes before they throw them.
    if (file === entry || file === 'http/signature.ts') return codesIn(source(file));
    return codesIn([...source(file).matchAll(/new Problem\([^,)]*/g)].join('\n'));
  });
  const inReach = thrown.filter((code) => !OUT_OF_REACH[name]?.includes(code));
  const hasCursor = 'cursor' in query.shape;
  const expected = new Set(inReach.filter((code) => hasCursor || code !== 'bad_cursor'));
  expect([...refusals[name]].sort()).toEqual([...expected].sort());
});

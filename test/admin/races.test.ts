/** An operator whose command loses against other writers, again and again. */
import { expect, test } from 'vitest';
import { Refused } from '../../bin/cli/exit.ts';
import { untilWon } from '../../bin/directory/races.ts';
import { LOST } from '../../functions/table/update.ts';

/** Loses so many races and wins the next one. */
const afterLosses = (losses: number) => {
  let left = losses;
  return async () => (left-- > 0 ? LOST : 'won');
};

test('a command wins its tenth race, and asks the operator to try again when it has lost ten', async () => {
  expect(await untilWon('others write it', afterLosses(9))).toBe('won');
  await expect(untilWon('others write it', afterLosses(10))).rejects.toThrow(new Refused('others write it: try again'));
});

test('what is no race is thrown as it is', async () => {
  const fault = new Error('the table is gone');
  await expect(untilWon('others write it', () => Promise.reject(fault))).rejects.toBe(fault);
});

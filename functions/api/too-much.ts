import { Problem } from '../contract/problem.ts';
import { TooMuchToAddUp } from '../statement/live.ts';

/** What cannot be read in the time of one request is refused: a part of a sum would be taken for the sum. */
export function orTooMuch<T>(reading: Promise<T>, detail: string): Promise<T> {
  return reading.catch((error: unknown) => {
    if (!(error instanceof TooMuchToAddUp)) throw error;
    throw new Problem('too_much_to_add_up', { detail });
  });
}

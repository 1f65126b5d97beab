/** The one optimistic loop, for operators: who loses every race is asked to try again. */
import { type LOST, retryRaces, TooManyWriters } from '../../functions/table/update.ts';
import { Refused } from '../cli/exit.ts';

const RACES_MAX = 10;

/**
 * Tries until a race is won. `otherwise` is what the operator reads if none was.
 * @throws Refused after ten lost races; what `tryOnce` throws
 */
export async function untilWon<T>(otherwise: string, tryOnce: () => Promise<T | typeof LOST>): Promise<T> {
  try {
    return await retryRaces('the directory', RACES_MAX, tryOnce);
  } catch (error) {
    if (error instanceof TooManyWriters) throw new Refused(`${otherwise}: try again`);
    throw error;
  }
}

/** Activation codes: each makes one terminal. */
import { randomBytes } from 'node:crypto';
import { type ActivationAsk, newActivation } from '../../functions/merchant/activation.ts';
import type { Activation } from '../../functions/merchant/credentials.ts';
import { readActivation } from '../../functions/merchant/stored.ts';
import type { Table } from '../../functions/table/table.ts';
import { LOST } from '../../functions/table/update.ts';
import type { EpochMs } from '../../functions/time.ts';
import { untilWon } from './races.ts';

/** Stores an activation code under a handle of its own. */
export async function createActivation(
  { directory, now: clock }: { readonly directory: Table; now(): EpochMs },
  ask: ActivationAsk,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<{ code: string; item: Activation }> {
  return untilWon('no handle is free', async () => {
    const now = clock();
    const made = newActivation({ ...ask, now, random });
    if (await directory.create({ ...made.item })) return made;
    // Nothing is ever deleted: the handle of a code whose time is over is used again.
    const item = await directory.get(made.item.id);
    if (!item) return LOST;
    const taken = readActivation(item);
    if (taken.expiresAt > now) return LOST;
    const again = { ...made.item, version: taken.version + 1 };
    return (await directory.replace({ ...again }, taken.version)) ? { ...made, item: again } : LOST;
  });
}

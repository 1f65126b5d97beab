/** Activation codes: each makes one terminal. */
import { randomBytes } from 'node:crypto';
import { type ActivationAsk, newActivation } from '../../functions/merchant/activation.ts';
import type { Activation } from '../../functions/merchant/merchant.ts';
import type { Table } from '../../functions/table/table.ts';
import type { EpochMs } from '../../functions/time.ts';
import { Refused } from '../cli/exit.ts';

const TRIES_MAX = 10;

/** Stores an activation code under a handle of its own. */
export async function createActivation(
  { directory, now: clock }: { readonly directory: Table; now(): EpochMs },
  ask: ActivationAsk,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<{ code: string; item: Activation }> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const now = clock();
    const made = newActivation({ ...ask, now, random });
    if (await directory.create({ ...made.item })) return made;
    // Nothing is ever deleted: the handle of a code whose time is over is used again.
    const taken = (await directory.get(made.item.id)) as unknown as Activation;
    if (taken.expiresAt > now) continue;
    const item = { ...made.item, version: taken.version + 1 };
    if (await directory.replace({ ...item }, taken.version)) return { ...made, item };
  }
  throw new Refused('no handle is free: try again');
}

/**
 * When a terminal called last and how far its clock is off, for those who look after terminals. At most a write per
 * hour and credential, after the answer was decided, and never a reason for a request to fail.
 */

import type { FunctionState } from '../merchant/function-state.ts';
import { type LastSeen, readSeen, seenName } from '../merchant/terminals.ts';
import type { Services } from '../services.ts';
import { errorText } from '../telemetry.ts';
import { type EpochMs, HOUR, type Millis, SECOND } from '../time.ts';

const OFTEN: Millis = 1 * HOUR;
/** A clock that has moved by so much is told at once. */
const NOTICEABLE: Millis = 5 * SECOND;
const KEPT_MAX = 10_000;

/** What this instance has told of whom, and the newest signature that it has seen. */
const told = new WeakMap<FunctionState, Map<string, LastSeen & { readonly newest: EpochMs }>>();

export async function noteSeen(services: Services, terminalId: string, signedAt: EpochMs): Promise<void> {
  const now = services.now();
  const seen = { at: now, skewMs: signedAt - now };
  const mine = told.get(services.functionState) ?? new Map<string, LastSeen & { newest: EpochMs }>();
  told.set(services.functionState, mine);
  const known = mine.get(terminalId);
  // A request that is sent again does not say that its terminal is there, nor what its clock says now.
  if (known && signedAt <= known.newest) return;
  if (mine.size >= KEPT_MAX) mine.clear();
  const isOld = isTold(known, seen);
  mine.set(terminalId, { ...(isOld && known ? known : seen), newest: signedAt });
  if (isOld) return;
  try {
    await services.functionState.change(seenName(terminalId), readSeen, (current) =>
      isTold(current, seen) || (current && signedAt <= signatureOf(current)) ? undefined : seen,
    );
  } catch (error) {
    services.log.warn('last_seen_not_stored', { error: errorText(error) });
  }
}

/** When the request was signed by which a terminal was seen. */
const signatureOf = ({ at, skewMs }: LastSeen): EpochMs => at + skewMs;

function isTold(known: LastSeen | undefined, seen: LastSeen): boolean {
  if (!known) return false;
  // A signature names whole seconds.
  return seen.at - known.at < OFTEN && Math.abs(seen.skewMs - known.skewMs) < NOTICEABLE;
}

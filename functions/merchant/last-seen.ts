/**
 * When a terminal called last and how far its clock is off, for whoever looks after terminals. At most a write per hour
 * and credential, after the answer was decided, and never a reason for a request to fail.
 */
import { describe } from '../observe.ts';
import type { Services } from '../services.ts';
import { type EpochMs, HOUR, SECOND } from '../time.ts';
import { type Counters, idOf } from './counters.ts';

export interface LastSeen {
  readonly at: EpochMs;
  /** What its clock was ahead of ours, the way of the request included. */
  readonly skewMs: number;
}

const OFTEN: EpochMs = 1 * HOUR;
/** A clock that has moved by so much is told at once. */
const NOTICEABLE: EpochMs = 5 * SECOND;
const MOST_KEPT = 10_000;

/** What this instance has told of whom. */
const told = new WeakMap<Counters, Map<string, LastSeen>>();

const nameOf = (terminalId: string) => `${terminalId}.seen`;
export const seenItemId = (terminalId: string) => idOf(nameOf(terminalId));

export async function noteSeen(s: Services, terminalId: string, signedAt: EpochMs): Promise<void> {
  const now = s.now();
  const seen = { at: now, skewMs: signedAt - now };
  const mine = told.get(s.counters) ?? new Map<string, LastSeen>();
  told.set(s.counters, mine);
  if (isTold(mine.get(terminalId), seen)) return;
  if (mine.size >= MOST_KEPT) mine.clear();
  mine.set(terminalId, seen);
  try {
    await s.counters.change<LastSeen>(nameOf(terminalId), (current) => (isTold(current, seen) ? undefined : seen));
  } catch (error) {
    s.log.warn('a terminal was seen, and it could not be noted', { error: describe(error) });
  }
}

function isTold(known: LastSeen | undefined, seen: LastSeen): boolean {
  if (!known) return false;
  // A signature names whole seconds.
  return seen.at - known.at < OFTEN && Math.abs(seen.skewMs - known.skewMs) < NOTICEABLE;
}

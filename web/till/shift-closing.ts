/** How a shift is closed once, also where the page is lost: its number is kept before the server hears of it. Knows no screen. */
import { ApiProblem, type Client } from '../../functions/client/client.ts';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { businessDay, type EpochMs } from '../../functions/time.ts';
import type { Store } from '../shared/store.ts';
import type { ShiftSums } from './shift-sums.ts';

/** A closing that was confirmed and not answered yet: kept, so that it is repeated under its number. */
export interface Closing {
  readonly shiftNo: string;
  readonly operatorId?: string;
}

export interface Running extends ShiftSums {
  readonly openedAt: string;
  readonly sequence: number;
}

const CLOSING = 'shift closing';

/** The shift as a closing would find it now. */
export async function askRunning(client: Client): Promise<Running> {
  const { body } = await client.call('getTotals', { query: { terminal: 'self', shift: 'open' } });
  const { shift, totals, terminals } = body;
  if (!shift) throw new Error('a terminal has a shift');
  const { openedAt, sequence, withoutAgreement = [], late = { count: 0, sums: [], facts: [] } } = shift;
  return { totals, terminals, openedAt, sequence, withoutAgreement, late };
}

/** `YYYYMMDD-<sequence>`: the day in `zone`, and the terminal's own count. */
export function newClosing(
  now: EpochMs,
  zone: string,
  { sequence }: Pick<Running, 'sequence'>,
  operatorId: string,
): Closing {
  const day = businessDay(now, zone).replaceAll('-', '');
  return { shiftNo: `${day}-${sequence}`, ...(operatorId !== '' && { operatorId }) };
}

export const keptClosing = (store: Store): Promise<Closing | undefined> => store.get<Closing>(CLOSING);

/** Closes under the number that is kept. A refusal is the end of it; without an answer it stays kept. @throws ApiProblem, OutcomeUnknown */
export async function finishClosing(client: Client, store: Store, closing: Closing): Promise<ShiftView> {
  await store.put(CLOSING, closing);
  try {
    const { body } = await client.call('closeShift', { body: closing });
    await store.delete(CLOSING);
    return body;
  } catch (error) {
    if (isFinal(error)) await store.delete(CLOSING);
    throw error;
  }
}

/** The server said no, and would say so again. */
export const isFinal = (fault: unknown): boolean => fault instanceof ApiProblem && !fault.problem.retryable;

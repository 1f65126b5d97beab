/**
 * Closes the shift of a terminal: reads what was learned since the one before, and writes the document if no other closing
 * has taken its place. A closing may be killed anywhere and be repeated, and any number of them may race.
 */
import { type Deadline, SHIFT_MARGIN, TABLE_ANSWER } from '../deadlines.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { TooMuchToAddUp } from '../statement/live.ts';
import { LOST, retryRaces } from '../table/update.ts';
import { DAY, type EpochMs, type Millis } from '../time.ts';
import type { ShiftServices } from './context.ts';
import { factsOfTerminal } from './facts.ts';
import { type ClosedShift, type Cut, carriedBy, type Figures, figuresOf, nearOf } from './shift.ts';

type Closing = Pick<ShiftServices, 'now' | 'orders' | 'statements' | 'directory' | 'shifts'>;

/** The longest first shift of a terminal, which otherwise begins when the terminal was made: earlier money is on statements. */
const LONGEST_FIRST_SHIFT: Millis = 31 * DAY;

/** Facts of the last minutes whose names fit into the document: twenty a second. */
const NEAR_MAX = 6_000;

/** Other closings of one terminal that may come first. */
const RACES_MAX = 20;

/** What is left of an invocation for the writes, after the reading. */
const WRITES: Millis = TABLE_ANSWER;

export interface ShiftRequest {
  readonly shiftNo: string;
  readonly terminalId: string;
  readonly storeId: string;
  readonly operatorId?: string | undefined;
}

/** The shift that runs: what the next closing follows on. */
export interface OpenShift {
  readonly openedAt: EpochMs;
  readonly last: ClosedShift | undefined;
  readonly cut: Cut;
}

/**
 * The document of the ask's number, and whether this call has made it.
 * @throws TooMuchToAddUp at the deadline: nothing is closed
 */
export function close(
  services: Closing,
  merchant: Merchant,
  request: ShiftRequest,
  deadline: Deadline,
): Promise<{ shift: ClosedShift; isNew: boolean }> {
  const { shiftNo, terminalId } = request;
  return retryRaces(`the shift of ${terminalId}`, RACES_MAX, async () => {
    const last = await services.shifts.last(terminalId);
    if (last && !last.isFinished) await services.shifts.finish(last.shift);
    // The last one is read first: all before it have their numbers, so a number that is not there now was never closed.
    const known = await services.shifts.finishedByNumber(terminalId, shiftNo);
    if (known) return { shift: known, isNew: false };

    const open = await openShiftAfter(services, terminalId, last?.shift);
    const { figures, near, closedAt } = await readOpen(services, merchant, terminalId, open, {
      endsAt: deadline.endsAt - WRITES,
    });
    if (near.length > NEAR_MAX) throw new TooMuchToAddUp('too much was sold in the last minutes to close a shift now');
    const shift: ClosedShift = {
      ...frameOf(merchant, request),
      sequence: (open.last?.sequence ?? 0) + 1,
      openedAt: open.openedAt,
      closedAt,
      ...(open.last && { previousShiftNo: open.last.shiftNo }),
      ...figures,
      near,
    };
    // False: read again. Another closing may have been first, or it was this write and its answer got lost.
    if (!(await services.shifts.create(shift))) return LOST;
    await services.shifts.finish(shift);
    return { shift, isNew: true };
  });
}

function frameOf({ merchantId, zone }: Merchant, { shiftNo, terminalId, storeId, operatorId }: ShiftRequest) {
  return { shiftNo, merchantId, terminalId, storeId, ...(operatorId !== undefined && { operatorId }), zone };
}

/** The shift that runs at the terminal now. */
export async function openShift(services: Closing, terminalId: string): Promise<OpenShift> {
  return openShiftAfter(services, terminalId, (await services.shifts.last(terminalId))?.shift);
}

async function openShiftAfter(
  services: Closing,
  terminalId: string,
  last: ClosedShift | undefined,
): Promise<OpenShift> {
  if (last) return { openedAt: last.closedAt, last, cut: last };
  const terminal = await services.directory.credential(terminalId);
  const openedAt = Math.max(terminal?.createdAt ?? 0, services.now() - LONGEST_FIRST_SHIFT);
  return { openedAt, last, cut: { closedAt: openedAt, near: [] } };
}

/**
 * What a closing would say now.
 * @throws TooMuchToAddUp at the deadline
 */
export async function readOpen(
  services: Closing,
  merchant: Merchant,
  terminalId: string,
  { openedAt, cut }: OpenShift,
  deadline: Deadline,
): Promise<{ figures: Figures; near: string[]; closedAt: EpochMs }> {
  // The clock of the closing before may have been ahead of this one: a shift does not end before it began.
  const closedAt = Math.max(services.now(), cut.closedAt);
  const since = cut.closedAt - SHIFT_MARGIN;
  const carried = carriedBy(cut, closedAt, await factsOfTerminal(services, merchant, { terminalId, since }, deadline));
  return { figures: figuresOf(carried, openedAt), near: nearOf(cut, closedAt, carried), closedAt };
}

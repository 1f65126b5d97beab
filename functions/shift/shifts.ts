/**
 * The store of shifts, in the table of statements. Per terminal: one item per closed shift under its sequence number, one
 * per number that a caller gave, and a head that says how many there are.
 *
 * A closing writes, in this order: the shift, if no other has its place in the sequence (this write is the closing); the
 * caller's number; the head. The next close finds a shift behind the head first and finishes it, so
 * that all but the last have both.
 */
import { readCursor, type Table, writeCursor } from '../table/table.ts';
import type { ClosedShift } from './shift.ts';
import { readShift } from './stored.ts';

type Last = { readonly shift: ClosedShift; readonly isFinished: boolean };

/** No head is further behind; this only bounds a loop over a table that is broken. */
const UNFINISHED_MAX = 1_000;

export class Shifts {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  /** The terminal's last closed shift. Not finished: its number and the head may not be written yet. */
  async last(terminalId: string): Promise<Last | undefined> {
    const head = Number((await this.table.get(headId(terminalId)))?.version ?? 0);
    let shift = head > 0 ? await this.at(terminalId, head) : undefined;
    for (let sequence = head + 1; sequence <= head + UNFINISHED_MAX; sequence += 1) {
      const next = await this.at(terminalId, sequence);
      if (!next) return shift && { shift, isFinished: shift.sequence === head };
      shift = next;
    }
    throw new Error(`the shifts of ${terminalId} are far ahead of their head`);
  }

  /** False: another one has this place in the sequence, perhaps this very one, whose answer was lost. */
  create(shift: ClosedShift): Promise<boolean> {
    return this.table.create({ id: shiftId(shift.terminalId, shift.sequence), version: 1, ...shift });
  }

  /** Writes what follows from a shift that is stored. Safe to repeat. */
  async finish({ terminalId, shiftNo, sequence, merchantId }: ClosedShift): Promise<void> {
    await this.table.create({ id: numberId(terminalId, shiftNo), version: 1, merchantId, sequence });
    const head = { id: headId(terminalId), version: sequence, merchantId };
    // A head that is further already stays there.
    if (sequence === 1) await this.table.create(head);
    else await this.table.replace(head, sequence - 1);
  }

  /** By the caller's number. */
  async byNumber(terminalId: string, shiftNo: string): Promise<ClosedShift | undefined> {
    const finished = await this.finishedByNumber(terminalId, shiftNo);
    if (finished) return finished;
    // Only the last one may be without its number.
    const last = await this.last(terminalId);
    return last?.shift.shiftNo === shiftNo ? last.shift : undefined;
  }

  /** The same for who has seen that the last one is finished. */
  async finishedByNumber(terminalId: string, shiftNo: string): Promise<ClosedShift | undefined> {
    const number = await this.table.get(numberId(terminalId, shiftNo));
    return number && this.at(terminalId, Number(number.sequence));
  }

  /** A page, the newest first. @throws BadCursor for one of another terminal */
  async list(
    terminalId: string,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<{ rows: ClosedShift[]; cursor: string | undefined }> {
    const list = { index: 'shifts', partition: terminalId, limit };
    const newest =
      cursor === undefined
        ? ((await this.last(terminalId))?.shift.sequence ?? 0)
        : Number(readCursor({ ...list, cursor }, 'N').sort);
    const oldest = Math.max(1, newest - limit + 1);
    const ids = Array.from({ length: newest - oldest + 1 }, (_, i) => shiftId(terminalId, newest - i));
    const rows = ids.length > 0 ? (await this.table.getMany(ids)).map(readShift) : [];
    return { rows, cursor: oldest > 1 ? writeCursor(list, oldest - 1, terminalId) : undefined };
  }

  private async at(terminalId: string, sequence: number): Promise<ClosedShift | undefined> {
    const item = await this.table.get(shiftId(terminalId, sequence));
    return item && readShift(item);
  }
}

/** None of them stands in an index. Ids of terminals and numbers have no dots. */
const headId = (terminalId: string) => `shh_${terminalId}`;
const shiftId = (terminalId: string, sequence: number) => `shf_${terminalId}.${sequence}`;
const numberId = (terminalId: string, shiftNo: string) => `shn_${terminalId}.${shiftNo}`;

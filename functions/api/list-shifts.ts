import { DEFAULT_LIMIT } from '../contract/fields.ts';
import { shiftOperations } from '../contract/shifts.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { shiftView } from '../shift/view.ts';
import { terminalOf } from './own-shift.ts';

export { warmUp } from '../services.ts';

export const listShifts: Run<typeof shiftOperations.listShifts> = async (services, { query, caller }) => {
  const { limit = DEFAULT_LIMIT, cursor, terminal } = query;
  const { rows, cursor: next } = await services.shifts.list(await terminalOf(services, caller, terminal), {
    limit,
    cursor,
  });
  return { status: 200, body: { data: rows.map(shiftView), nextCursor: next ?? null } };
};

export const handler = endpoint(shiftOperations.listShifts, listShifts);

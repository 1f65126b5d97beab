import { Problem } from '../contract/problem.ts';
import { shiftOperations } from '../contract/shifts.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { shiftView } from '../shift/view.ts';
import { terminalOf } from './own-shift.ts';

export { warmUp } from '../services.ts';

export const getShift: Run<typeof shiftOperations.getShift> = async (services, { params, query, caller }) => {
  const terminalId = await terminalOf(services, caller, query.terminal);
  const shift = await services.shifts.byNumber(terminalId, params.shiftNo);
  if (!shift) throw new Problem('not_found', { detail: 'There is no such shift.' });
  return { status: 200, body: shiftView(shift) };
};

export const handler = endpoint(shiftOperations.getShift, getShift);

import { Problem } from '../contract/problem.ts';
import { shiftOperations } from '../contract/shifts.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { close } from '../shift/close.ts';
import { shiftView } from '../shift/view.ts';
import { orTooMuch } from './too-much.ts';

export { warmUp } from '../services.ts';

/**
 * Closes the calling terminal's shift. Safe to repeat: `shiftNo` is the key. Of two closings at the same time one is first,
 * and the other closes what was learned between them.
 */
export const closeShift: Run<typeof shiftOperations.closeShift> = async (services, { body, caller, deadline }) => {
  const { merchantId, terminalId, storeId = 'main' } = caller;
  if (terminalId === undefined)
    throw new Problem('malformed', { detail: 'A shift is closed by its own terminal; a back office reads it.' });
  const merchant = await services.directory.merchant(merchantId);
  if (!merchant) throw new Error(`merchant ${merchantId} has a key and is not known`);
  const { shift, isNew } = await orTooMuch(
    close(services, merchant, { ...body, terminalId, storeId }, deadline),
    'Nothing was closed. Try again when fewer facts wait for their statement, and close shifts more often.',
  );
  if (!isNew && shift.operatorId !== body.operatorId)
    throw new Problem('shift_exists_with_different_operatorId', { shiftNo: shift.shiftNo });
  return {
    status: isNew ? 201 : 200,
    body: shiftView(shift),
    ...(!isNew && { headers: { 'idempotency-replayed': 'true' } }),
  };
};

export const handler = endpoint(shiftOperations.closeShift, closeShift);

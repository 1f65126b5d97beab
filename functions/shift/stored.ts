/** The shape of a closed shift's item, as it must be when it is read back. */
import { optional, reader } from '../table/stored.ts';
import type { ClosedShift } from './shift.ts';

/** @throws WrongItem */
export const readShift = reader<ClosedShift>('statements', 'id', {
  shiftNo: 'text',
  sequence: 'integer',
  merchantId: 'text',
  terminalId: 'text',
  storeId: 'text',
  operatorId: optional('text'),
  zone: 'text',
  openedAt: 'integer',
  closedAt: 'integer',
  previousShiftNo: optional('text'),
  near: ['text'],
  totals: 'list',
  terminals: 'list',
  withoutAgreement: 'list',
  late: { count: 'integer', sums: 'list', facts: 'list' },
});

/** How a terminal closes its shift, and how shifts are read afterwards. */
import * as z from 'zod';
import { page } from './answers.ts';
import { cursor, limit, nothing, number32, pathValue, text } from './fields.ts';
import { type Made, once, operation } from './operation.ts';
import { besideTotals } from './shift-answers.ts';
import { terminalTotalsView, totalsView } from './totals-answers.ts';

const instant = once(() => z.iso.datetime({ precision: 3 }));

const shiftView = once(() =>
  z
    .strictObject({
      shiftNo: z.string(),
      /** 1, 2, … per terminal. */
      sequence: z.int(),
      terminalId: z.string(),
      storeId: z.string(),
      /** Who closed it. */
      operatorId: z.string().nullable(),
      zone: z.string(),
      /** A fact is in the shift in which it was learned of: after `openedAt`, until `closedAt`. */
      openedAt: instant(),
      closedAt: instant(),
      previousShiftNo: z.string().nullable(),
      /** Fees are those that were agreed when the shift was closed; statements have the last word on them. */
      totals: z.array(totalsView()),
      /** The same money once more, per cashier. */
      terminals: z.array(terminalTotalsView()),
      ...besideTotals(),
    })
    .meta({ id: 'Shift' }),
);

export type ShiftView = Made<typeof shiftView>;

/** A terminal's own, which it may call `self`; a back office names the terminal. */
const terminal = pathValue.optional();

export const shiftOperations = {
  closeShift: operation({
    name: 'closeShift',
    method: 'POST',
    path: '/v1/shifts',
    scope: 'orders:write',
    params: nothing,
    query: nothing,
    body: z.strictObject({ shiftNo: number32, operatorId: text(28).optional() }),
    answers: () => ({
      200: { schema: shiftView() },
      201: { schema: shiftView() },
    }),
    entry: 'api/close-shift.ts',
  }),
  listShifts: operation({
    name: 'listShifts',
    method: 'GET',
    path: '/v1/shifts',
    scope: 'orders:read',
    params: nothing,
    query: z.strictObject({ terminal, limit, cursor }),
    body: null,
    answers: () => ({ 200: { schema: page(shiftView()) } }),
    entry: 'api/list-shifts.ts',
  }),
  getShift: operation({
    name: 'getShift',
    method: 'GET',
    path: '/v1/shifts/{shiftNo}',
    scope: 'orders:read',
    params: z.strictObject({ shiftNo: pathValue }),
    query: z.strictObject({ terminal }),
    body: null,
    answers: () => ({ 200: { schema: shiftView() } }),
    entry: 'api/get-shift.ts',
  }),
} as const;

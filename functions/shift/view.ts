/** What the API shows of a shift. */

import type { OpenShiftView } from '../contract/shift-answers.ts';
import type { ShiftView } from '../contract/shifts.ts';
import { toInstant } from '../time.ts';
import type { OpenShift } from './close.ts';
import type { ClosedShift, Figures } from './shift.ts';

export function shiftView(shift: ClosedShift): ShiftView {
  const { shiftNo, sequence, terminalId, storeId, zone, totals, terminals, withoutAgreement, late } = shift;
  return {
    shiftNo,
    sequence,
    terminalId,
    storeId,
    operatorId: shift.operatorId ?? null,
    zone,
    openedAt: toInstant(shift.openedAt),
    closedAt: toInstant(shift.closedAt),
    previousShiftNo: shift.previousShiftNo ?? null,
    totals: [...totals],
    terminals: [...terminals],
    ...besideTotals({ withoutAgreement, late }),
  };
}

/** The shift that runs; `figures`: what a closing would say now. */
export function openShiftView({ openedAt, last }: OpenShift, figures?: Figures): OpenShiftView {
  return {
    sequence: (last?.sequence ?? 0) + 1,
    openedAt: toInstant(openedAt),
    lastShiftNo: last?.shiftNo ?? null,
    ...(figures && besideTotals(figures)),
  };
}

function besideTotals({ withoutAgreement, late }: Pick<Figures, 'withoutAgreement' | 'late'>) {
  const { count, sums, facts } = late;
  return { withoutAgreement: [...withoutAgreement], late: { count, sums: [...sums], facts: [...facts] } };
}

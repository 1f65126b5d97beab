/** What closing a shift needs of the house. */
import type { StatementServices } from '../statement/context.ts';
import type { Shifts } from './shifts.ts';

export interface ShiftServices extends Pick<StatementServices, 'now' | 'orders' | 'directory' | 'statements'> {
  readonly shifts: Shifts;
}

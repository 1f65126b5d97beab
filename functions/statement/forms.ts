/**
 * The forms in which lines are kept. A line said at first neither what was received nor where the sale was, and stood at the
 * sale's till; such statements keep their bytes. Lines of today leave out what is the rule, so most have the same bytes, too.
 */
import type { CheckView } from '../contract/totals-answers.ts';
import type { Order } from '../order/order.ts';
import type { Movement } from './lines.ts';

/** A line as chunks keep it: members that say what is the rule are left out, as they were before there were any. */
export function compact({ received, saleStoreId, saleTerminalId, ...line }: Movement): object {
  return {
    ...line,
    ...(received !== line.gross && { received }),
    ...(saleStoreId !== line.storeId && { saleStoreId }),
    ...(saleTerminalId !== line.terminalId && { saleTerminalId }),
  };
}

type Compact<L extends Movement> = Omit<L, 'received' | 'saleStoreId' | 'saleTerminalId' | 'settlement'> & Partial<L>;

/** Completes rows of a chunk in place: a day may have a million of them. */
export function completed<L extends Movement>(rows: Compact<L>[]): L[] {
  for (const row of rows as { -readonly [member in keyof Movement]: Movement[member] }[]) {
    row.received ??= row.gross;
    row.saleStoreId ??= row.storeId;
    if (row.saleTerminalId === undefined) row.saleTerminalId = row.terminalId;
  }
  return rows as unknown as L[];
}

/** Sealed before lines knew what was received: `net` is gross less fee, and every line stands at its sale's till. */
export function isOfFirstForm({ checks }: { readonly checks: readonly CheckView[] }): boolean {
  return checks.some(({ check }) => check === 'gross_less_fees_is_net_receivable');
}

/** The line that a statement of the first form has for this movement. */
export function inFirstForm(order: Order, movement: Movement): Movement {
  const { gross, fee, refundNo, saleStoreId: storeId, saleTerminalId: terminalId } = movement;
  const operatorId = (refundNo === null ? order.request.operatorId : movement.operatorId) ?? null;
  return { ...movement, storeId, terminalId, operatorId, received: gross, net: gross - fee };
}

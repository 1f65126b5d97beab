/** Who moved money, and where: the till that scanned or refunded need not be the one that opened the order. Pure. */
import type { Attempt, Order, Refund } from './order.ts';

/** The till that asks for something; without a terminal, a back office. */
export interface Actor {
  readonly storeId?: string | undefined;
  readonly terminalId?: string | undefined;
}

/** Who asks, as far as that is not who opened the order: what is left out costs nothing to store. */
export function elsewhere({ request }: Order, by: Actor | undefined): Pick<Refund, 'storeId' | 'terminalId'> {
  if (!by) return {};
  const { storeId = request.storeId, terminalId = null } = by;
  return {
    ...(storeId !== request.storeId && { storeId }),
    ...(terminalId !== (request.terminalId ?? null) && { terminalId }),
  };
}

/** Who moved money, and where; without a terminal, a back office. */
export interface Place {
  readonly storeId: string;
  readonly terminalId: string | null;
  readonly operatorId: string | null;
}

/** Who scanned a till code, else who opened the order. At another till its cashier is not the one who opened the order. */
export function scannedBy({ request }: Order, attempt: Attempt | undefined): Place {
  const { storeId = request.storeId, terminalId = request.terminalId ?? null } = attempt ?? {};
  const isElsewhere = attempt?.storeId !== undefined || attempt?.terminalId !== undefined;
  return {
    storeId,
    terminalId,
    operatorId: attempt?.operatorId ?? (isElsewhere ? undefined : request.operatorId) ?? null,
  };
}

/** Who asked for a refund. One that no till asked for belongs to the sale's. */
export function refundedBy({ request }: Order, refund: Refund): Place {
  const { storeId = request.storeId, terminalId = request.terminalId ?? null, operatorId = null } = refund;
  return { storeId, terminalId, operatorId };
}

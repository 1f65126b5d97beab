/**
 * Items of an older layout, as this code names their attributes. An order is upgraded when it is read, and the next write stores
 * the new layout. Pure.
 */

/** The layout of items that this code writes. An item of a layout newer than the next one is refused, not rewritten. */
export const SCHEMA = 2;

type Names = Readonly<Record<string, string>>;
type Attributes = { readonly [attribute: string]: unknown };

/** Layout 1 named facts by a dialect of its own; their meaning is the same. */
const ORDER: Names = { ask: 'request', closeAsked: 'closeRequested', unbilledKey: 'unpostedKey' };
const ATTEMPT: Names = {
  cancelAskedAt: 'cancelRequestedAt',
  undone: 'reversed',
  dead: 'ended',
  lookedAt: 'doubtResolvedAt',
  billedPaidAt: 'reportedPaidAt',
};
const END: Names = { strayUntil: 'inDoubtUntil' };
const POSTING: Names = { billed: 'posted' };
const REFUND: Names = { ...POSTING, doubted: 'unconfirmedRefusal' };

/** The item in today's layout; attributes that no layout knows stay as they are. */
export function upgraded(item: Attributes): Attributes {
  if (item.schema !== 1) return item;
  const order = renamed(item, ORDER);
  return {
    ...order,
    schema: SCHEMA,
    ...(order.dueShard === 'parked' && { dueShard: 'quarantined' }),
    attempts: each(order.attempts, (attempt) => {
      const { ended, ...others } = renamed(attempt, ATTEMPT);
      return isAttributes(ended) ? { ...others, ended: renamed(ended, END) } : others;
    }),
    payments: each(order.payments, (payment) => {
      const { source, ...others } = renamed(payment, POSTING);
      return { ...others, source: source === 'bill' ? 'report' : source };
    }),
    refunds: each(order.refunds, (refund) => renamed(refund, REFUND)),
    ...(order.feeAdjustments !== undefined && {
      feeAdjustments: each(order.feeAdjustments, (adjustment) => renamed(adjustment, POSTING)),
    }),
  };
}

const isAttributes = (value: unknown): value is Attributes => typeof value === 'object' && value !== null;

function renamed(attributes: Attributes, names: Names): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [names[name] ?? name, value]));
}

function each(list: unknown, of: (attributes: Attributes) => Attributes): Attributes[] {
  return Array.isArray(list) ? list.filter(isAttributes).map(of) : [];
}

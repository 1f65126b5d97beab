/** A fee on a line is what was agreed; what the channel's bill really charged takes its place on a line of its own. */
import { type Order, type Refund, requestNo } from '../order/order.ts';
import type { Services } from '../services.ts';
import type { Difference } from './reconcile.ts';
import { groupsOf } from './statements.ts';

const ORDERS_PER_READ = 100;

/**
 * The differences, those of fees settled where that can be: the adjustment is on the order, and the next statement carries it;
 * of a movement that is on no statement yet, what was charged waits for its line. Safe to repeat. What stays open: one whose
 * amount differs, too, one part of several, and a fee that is larger than the money it was taken of.
 */
export async function adjustFees(
  s: Pick<Services, 'now' | 'orders'>,
  differences: readonly Difference[],
): Promise<Difference[]> {
  const ofFees = differences.filter(({ reason }) => reason === 'fee');
  const settled = new Set<Difference>();
  for (const group of groupsOf(ofFees, ORDERS_PER_READ)) {
    const ids = new Set(group.flatMap(({ orderId }) => orderId ?? []));
    for (const order of await s.orders.getMany([...ids]))
      for (const difference of group.filter(({ orderId }) => orderId === order.orderId)) {
        const event = eventOf(difference, (no) => order.refunds.find((it) => isNumber(order, it, no))?.refundNo);
        if (event && (await s.orders.apply(order, event, s.now())).kind !== 'refused') settled.add(difference);
      }
  }
  return differences.map((it) => (settled.has(it) ? { ...it, resolution: 'healed' } : it));
}

/** Whether the channel knows the whole refund by this number. A part of one has no fee of its own to adjust. */
function isNumber(order: Order, refund: Refund, no: string): boolean {
  const [part, ...more] = refund.named ?? [];
  if (!part) return requestNo(order, refund) === no;
  return more.length === 0 && part.amount === refund.amount && part.channelNo === no;
}

function eventOf(
  { type, attemptNo, requestNo, ours, channel }: Difference,
  refundNoOf: (no: string) => string | undefined,
) {
  const lineFee = ours?.fee;
  if (!channel || channel.fee === null || lineFee === null || lineFee === undefined) return undefined;
  // Nobody has to see through more than one difference at a time, and no fee is larger than its money.
  if (ours?.gross !== channel.gross || Math.abs(channel.fee) > Math.abs(channel.gross)) return undefined;
  const n = Number(/_(\d+)$/.exec(attemptNo)?.[1]);
  const charged = { type: 'fee_charged', n, fee: channel.fee, lineFee } as const;
  if (type === 'payment') return charged;
  const refundNo = refundNoOf(requestNo ?? attemptNo);
  return refundNo === undefined ? undefined : { ...charged, refundNo };
}

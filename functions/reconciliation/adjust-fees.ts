/** A fee on a line is what was agreed; what the channel's report really charged takes its place on a line of its own. */
import type { ReportRow } from '../channel/channel.ts';
import { groupsOf } from '../groups.ts';
import { ATTEMPT_NO } from '../ids.ts';
import { type Order, type Refund, requestNo } from '../order/order.ts';
import { KEYS_MAX } from '../table/table.ts';
import type { ReconciliationServices } from './context.ts';
import type { Discrepancy } from './match.ts';

/**
 * The differences, those of fees settled where that can be: the adjustment is on the order, and the next statement carries it;
 * of a movement that is on no statement yet, what was charged waits for its line. Safe to repeat. What stays open: one whose
 * amount differs, too, one part of several, and a fee that is larger than the money it was taken of.
 */
export async function adjustFees(
  services: Pick<ReconciliationServices, 'now' | 'orders'>,
  differences: readonly Discrepancy[],
): Promise<Discrepancy[]> {
  const ofFees = differences.filter(({ reason }) => reason === 'fee');
  const settled = new Set<Discrepancy>();
  for (const group of groupsOf(ofFees, KEYS_MAX)) {
    const ids = new Set(group.flatMap(({ orderId }) => orderId ?? []));
    for (const order of await services.orders.getMany([...ids]))
      for (const difference of group.filter(({ orderId }) => orderId === order.orderId)) {
        const event = eventOf(
          difference,
          (no) => order.refunds.find((it) => it.attempt === attemptOf(difference) && isNumber(order, it, no))?.refundNo,
        );
        if (event && (await services.orders.apply(order, event, services.now())).kind !== 'refused')
          settled.add(difference);
      }
  }
  return differences.map((it) => (settled.has(it) ? { ...it, resolution: 'healed' } : it));
}

/**
 * Keeps what these rows of the report charge of refunds until there are lines of them, although our fees are the same today: how
 * much of a fee a refund returns depends on the refunds before it, and one of them may be learned last. Safe to repeat.
 */
export async function keepFees(
  services: Pick<ReconciliationServices, 'now' | 'orders'>,
  rows: readonly ReportRow[],
): Promise<void> {
  for (const group of groupsOf(rows, KEYS_MAX)) {
    const ids = new Set(group.map(orderIdOf));
    for (const order of await services.orders.getMany([...ids]))
      for (const row of group.filter((it) => orderIdOf(it) === order.orderId)) await keepFee(services, order, row);
  }
}

/** The same of one row, a payment's too: there is no line yet, or there are no terms that say what it will be. */
export async function keepFee(
  services: Pick<ReconciliationServices, 'now' | 'orders'>,
  order: Order,
  row: ReportRow,
): Promise<void> {
  const n = attemptOf(row);
  const no = row.requestNo ?? row.attemptNo;
  const refund = order.refunds.find((it) => it.attempt === n && isNumber(order, it, no));
  if (row.type === 'refund' && !refund) return;
  const which = row.type === 'refund' && refund ? { refundNo: refund.refundNo } : {};
  await services.orders.apply(order, { type: 'fee_charged', n, fee: row.fee, ...which }, services.now());
}

const orderIdOf = ({ attemptNo }: ReportRow) => ATTEMPT_NO.exec(attemptNo)?.[1] ?? '';
const attemptOf = ({ attemptNo }: Pick<ReportRow, 'attemptNo'>) => Number(ATTEMPT_NO.exec(attemptNo)?.[2]);

/** Whether the channel knows the whole refund by this number. A part of one has no fee of its own to adjust. */
function isNumber(order: Order, refund: Refund, no: string): boolean {
  const [part, ...more] = refund.named ?? [];
  if (!part) return requestNo(order, refund) === no;
  return more.length === 0 && part.amount === refund.amount && part.channelNo === no;
}

function eventOf(
  { type, attemptNo, requestNo, ours, channel }: Discrepancy,
  refundNoOf: (no: string) => string | undefined,
) {
  const lineFee = ours?.fee;
  if (!channel || channel.fee === null || lineFee === null || lineFee === undefined) return undefined;
  // Adjust only the fee: if the amounts differ too, or the fee exceeds the amount, a person decides.
  if (ours?.gross !== channel.gross || Math.abs(channel.fee) > Math.abs(channel.gross)) return undefined;
  const n = attemptOf({ attemptNo });
  const charged = { type: 'fee_charged', n, fee: channel.fee, lineFee } as const;
  if (type === 'payment') return charged;
  const refundNo = refundNoOf(requestNo ?? attemptNo);
  return refundNo === undefined ? undefined : { ...charged, refundNo };
}

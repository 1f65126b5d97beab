/**
 * What only the channel's bill has: the channel is asked about each row of ours, and what it says is taken by the ordinary way.
 */
import type { BillLine } from '../channel/channel.ts';
import { INVOCATION } from '../deadlines.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { noteFault } from '../observe.ts';
import { type Deadline, foundAt, query } from '../order/drive.ts';
import { ATTEMPT_NO, type Order, requestNo } from '../order/order.ts';
import { takeReturned, takeTold } from '../order/returned.ts';
import { takePayment } from '../order/take.ts';
import type { Services } from '../services.ts';
import { dayAfter } from '../time.ts';
import { paymentFact, refundFact } from './our-facts.ts';
import { type Difference, differenceOf, disagreements, type Fact, keyOf, wasFound } from './reconcile.ts';
import { askedFrom, beginOf } from './reconciliations.ts';
import { groupsOf } from './statements.ts';

const ORDERS_PER_READ = 100;
/** Where more rows than that cannot be looked up, it is not the rows that break us: the rest waits for the next run. */
const MOST_FAULTS = 5;

interface LookedUp {
  matched: number;
  foreign: number;
  readonly differences: Difference[];
  readonly borrowed: string[];
}

/**
 * Asks about every row, each in its own try: one that breaks us keeps nobody else's money from being found. `isLast`: such a
 * row is a difference by now. @throws otherwise what such a row has thrown: when all others were asked about, or too many threw
 */
export async function lookUp(
  s: Services,
  merchant: Merchant,
  rows: readonly BillLine[],
  billDay: string,
  isLast: boolean,
): Promise<LookedUp> {
  const found: LookedUp = { matched: 0, foreign: 0, differences: [], borrowed: [] };
  const faults: unknown[] = [];
  for (const group of groupsOf(rows, ORDERS_PER_READ)) {
    const ids = new Set(group.flatMap(({ attemptNo }) => ATTEMPT_NO.exec(attemptNo)?.[1] ?? []));
    const orders = new Map((await s.orders.getMany([...ids])).map((order) => [order.orderId, order]));
    for (const row of group) {
      const [, orderId = '', n] = ATTEMPT_NO.exec(row.attemptNo) ?? [];
      const order = orders.get(orderId);
      const isOurs = order?.merchantId === merchant.merchantId && order.attempts.some((it) => it.n === Number(n));
      // An account may have other systems beside us, each with numbers of its own.
      if (!order || !isOurs) found.foreign += 1;
      else
        await lookUpRow(s, order, Number(n), row, billDay, found).catch((error: unknown) => {
          noteFault(s, 'a row of the bill could not be looked up', error, { orderId });
          faults.push(error);
          if (faults.length > MOST_FAULTS && !isLast) throw error;
          found.differences.push(differenceOf('missing_here', 'open', undefined, row, orderId));
        });
    }
  }
  if (faults.length > 0 && !isLast) throw faults[0];
  return found;
}

async function lookUpRow(
  s: Services,
  order: Order,
  n: number,
  row: BillLine,
  billDay: string,
  found: LookedUp,
): Promise<void> {
  const known = factOf(order, n, row);
  const fact = known ?? factOf(await heal(s, order, n, row), n, row);
  if (!fact) {
    const reason = refundOf(order, row)?.result?.status === 'failed' ? 'status' : 'missing_here';
    found.differences.push(differenceOf(reason, 'open', undefined, row, order.orderId));
    return;
  }
  found.matched += 1;
  found.differences.push(...disagreements(fact, row));
  if (!known || wasFound(fact, askedFrom(billDay)))
    found.differences.push(differenceOf('missing_here', 'healed', fact, row));
  const isOfThisDay = fact.at >= beginOf(billDay) && fact.at < beginOf(dayAfter(billDay, 1));
  if (!isOfThisDay) found.borrowed.push(keyOf(row));
}

const channelNoOf = ({ requestNo, attemptNo }: BillLine) => requestNo ?? attemptNo;
const refundOf = (order: Order, row: BillLine) => order.refunds.find((it) => requestNo(order, it) === channelNoOf(row));

function factOf(order: Order, n: number, row: BillLine): Fact | undefined {
  return row.type === 'payment' ? paymentFact(order, n) : refundFact(order, n, channelNoOf(row));
}

/** Asks the channel about what its bill tells, and takes it by the ordinary way. */
async function heal(s: Services, seen: Order, n: number, row: BillLine): Promise<Order> {
  const deadline = { endsAt: s.now() + INVOCATION };
  const isPaid = (order: Order) => order.payments.some(({ attempt }) => attempt === n);
  const order = isPaid(seen) && row.requestNo !== null ? seen : await healPayment(s, seen, n, deadline);
  // The payment stays due until the channel's answer is definite, and so does a refund.
  if (!isPaid(order)) return (await s.orders.apply(order, { type: 'payment_billed', n }, s.now())).order;
  const isOpen = row.type === 'refund' && refundFact(order, n, channelNoOf(row)) === undefined;
  if (!isOpen) return order;
  return takeTold(s, order, n, { channelNo: row.requestNo ?? undefined, amount: 0 - row.gross }, deadline);
}

async function healPayment(s: Services, order: Order, n: number, deadline: Deadline): Promise<Order> {
  const answer = await query(s, order, n);
  if (answer.kind !== 'paid') return order;
  if (answer.refundedInFull) return takeReturned(s, order, n, answer, 'bill', deadline);
  return takePayment(s, order, n, answer, 'bill', foundAt(order, n));
}

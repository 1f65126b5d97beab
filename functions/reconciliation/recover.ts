/**
 * What only the channel's report has: the channel is asked about each row of ours, and what it says is taken by the ordinary way.
 */
import type { ReportRow } from '../channel/channel.ts';
import { type Deadline, INVOCATION, SKEW } from '../deadlines.ts';
import { groupsOf } from '../groups.ts';
import { ATTEMPT_NO } from '../ids.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { attemptNo, type Order } from '../order/order.ts';
import { bearsNumber } from '../order/refund-numbers.ts';
import { unnamedAmount, unnamedRefund } from '../order/sums.ts';
import { queryTrade, recordTold } from '../payment/advance.ts';
import { KEYS_MAX } from '../table/table.ts';
import { logFault } from '../telemetry.ts';
import { dayAfter } from '../time.ts';
import { keepFee } from './adjust-fees.ts';
import type { ReconciliationServices } from './context.ts';
import { factsBetween, paymentFact, refundFact } from './ledger.ts';
import { type Discrepancy, disagreements, discrepancyOf, type Fact, keyOf, wasFound } from './match.ts';
import { askedFrom, beginOf } from './reconciliations.ts';

/** Where more rows than that cannot be looked up, it is not the rows that break us: the rest waits for the next run. */
const FAULTS_MAX = 5;

interface LookedUp {
  matched: number;
  foreign: number;
  /** Rows of which the channel has no definite answer yet: the day is asked for again. */
  unsettled: number;
  readonly differences: Discrepancy[];
  readonly crossDay: string[];
  /** Facts whose shares of fee and of what is received are on lines: see {@link comparedByLines}. */
  readonly onLines: { readonly fact: Fact; readonly row: ReportRow }[];
}

/**
 * Asks about every row, each in its own try: one that breaks us does not keep other money from being found. `isLast`: such a
 * row is a difference by now. @throws otherwise what such a row has thrown: when all others were asked about, or too many threw
 */
export async function lookUp(
  services: ReconciliationServices,
  merchant: Merchant,
  rows: readonly ReportRow[],
  reportDay: string,
  isLast: boolean,
): Promise<LookedUp> {
  const found: LookedUp = { matched: 0, foreign: 0, unsettled: 0, differences: [], crossDay: [], onLines: [] };
  const faults: unknown[] = [];
  for (const group of groupsOf(rows, KEYS_MAX)) {
    const ids = new Set(group.flatMap(({ attemptNo }) => ATTEMPT_NO.exec(attemptNo)?.[1] ?? []));
    const orders = new Map((await services.orders.getMany([...ids])).map((order) => [order.orderId, order]));
    for (const row of group) {
      const [, orderId = '', n] = ATTEMPT_NO.exec(row.attemptNo) ?? [];
      const order = orders.get(orderId);
      const isOurs = order?.merchantId === merchant.merchantId && order.attempts.some((it) => it.n === Number(n));
      // An account may have other systems beside us, each with numbers of its own.
      if (!order || !isOurs) found.foreign += 1;
      else
        await lookUpRow(services, merchant, order, Number(n), row, { reportDay, isLast, found }).catch(
          (error: unknown) => {
            logFault(services, 'report_row_failed', error, { orderId });
            faults.push(error);
            if (faults.length > FAULTS_MAX && !isLast) throw error;
            found.differences.push(discrepancyOf('missing_here', 'open', undefined, row, orderId));
          },
        );
    }
  }
  if (faults.length > 0 && !isLast) throw faults[0];
  return found;
}

async function lookUpRow(
  services: ReconciliationServices,
  merchant: Merchant,
  seen: Order,
  n: number,
  row: ReportRow,
  { reportDay, isLast, found }: { reportDay: string; isLast: boolean; found: LookedUp },
): Promise<void> {
  const known = factOf(merchant, seen, n, row);
  // All that had gone back was told before this refund's number was: nothing is missing here.
  const isNamedNow = !known && row.type === 'refund' && unnamedRefund(seen, n) !== undefined;
  const { order, isDefinite } = known ? { order: seen, isDefinite: true } : await recover(services, seen, n, row);
  const fact = known ?? factOf(merchant, order, n, row);
  if (!fact) {
    const isFailed = refundOf(order, row)?.result?.status === 'failed';
    const isAsked = !isFailed && !isLast && !isDefinite;
    if (isAsked) found.unsettled += 1;
    const [reason, resolution] = [isFailed ? 'status' : 'missing_here', isAsked ? 'waiting' : 'open'] as const;
    found.differences.push(discrepancyOf(reason, resolution, undefined, row, order.orderId));
    return;
  }
  found.matched += 1;
  if (isOnLine(order, n, row)) found.onLines.push({ fact, row });
  else {
    found.differences.push(...disagreements(fact, row));
    if (fact.fee === undefined || fact.isProvisional) await keepFee(services, order, row);
  }
  const { channel } = order.account;
  if ((!known && !isNamedNow) || wasFound(fact, askedFrom(channel, reportDay)))
    found.differences.push(discrepancyOf('missing_here', 'healed', fact, row));
  const isOfThisDay = fact.at >= beginOf(channel, reportDay) && fact.at < beginOf(channel, dayAfter(reportDay, 1));
  if (!isOfThisDay) found.crossDay.push(keyOf(row));
}

const channelNoOf = ({ requestNo, attemptNo }: ReportRow) => requestNo ?? attemptNo;

/** The refund of the row's trade that has its number; another trade of the order may have one of the same number. */
const refundOf = (order: Order, row: ReportRow) =>
  order.refunds.find(
    (it) => row.attemptNo === attemptNo(order, it.attempt) && bearsNumber(order, it, channelNoOf(row)),
  );

function factOf(merchant: Merchant, order: Order, n: number, row: ReportRow): Fact | undefined {
  if (row.type === 'payment') return paymentFact(order, n, merchant);
  return refundFact(order, n, channelNoOf(row), merchant);
}

/** Whether a line says what its fee is, or the line to come will say it of several of the channel's refunds together. */
function isOnLine(order: Order, n: number, row: ReportRow): boolean {
  if (row.type === 'payment')
    return order.payments.some(({ attempt, posted }) => attempt === n && posted !== undefined);
  const isNamed = order.refunds.some(
    ({ attempt, named }) => attempt === n && named?.some(({ channelNo }) => channelNo === row.requestNo),
  );
  return isNamed || refundOf(order, row)?.posted !== undefined;
}

/** Where facts that were looked up one by one and their rows disagree, read once more with the shares that lines give them. */
export async function comparedByLines(
  services: ReconciliationServices,
  merchant: Merchant,
  onLines: LookedUp['onLines'],
): Promise<Discrepancy[]> {
  if (onLines.length === 0) return [];
  const times = onLines.map(({ fact }) => fact.at);
  // A line has our time of what was told without its number, and our clock may have been behind the channel's.
  const facts = await factsBetween(services, merchant, Math.min(...times) - SKEW, Math.max(...times) + 1);
  const withShares = new Map(facts.map((fact) => [keyOf(fact), fact]));
  return onLines.flatMap(({ fact, row }) => disagreements(withShares.get(keyOf(row)) ?? fact, row));
}

/** `isDefinite`: the channel has said what it will ever say; without that, the order is due until it has. */
interface Recovered {
  readonly order: Order;
  readonly isDefinite: boolean;
}

/** Asks the channel about what its report tells, and takes it by the ordinary way. */
async function recover(services: ReconciliationServices, seen: Order, n: number, row: ReportRow): Promise<Recovered> {
  const deadline = { endsAt: services.now() + INVOCATION };
  const isPaid = (order: Order) => order.payments.some(({ attempt }) => attempt === n);
  const recovered = isPaid(seen)
    ? { order: seen, isDefinite: true }
    : await recoverPayment(services, seen, n, deadline);
  const isOpen = row.type === 'refund' && refundFact(recovered.order, n, channelNoOf(row)) === undefined;
  if (!isPaid(recovered.order) || !isOpen) return recovered;
  const told = { channelNo: row.requestNo ?? undefined, amount: 0 - row.gross };
  const order = await recordTold(services, recovered.order, { n, told }, deadline);
  const refund = refundOf(order, row);
  if (refund) return { order, isDefinite: refund.result !== undefined };
  // Of a trade that is known to be back whole, nothing is left to be reported: its refund is named as soon as the channel says.
  const unnamed = unnamedRefund(order, n);
  const isNameOwed = unnamed !== undefined && unnamedAmount(unnamed) > 0;
  return { order, isDefinite: !isNameOwed && !order.reportedRefunds?.some(({ attempt }) => attempt === n) };
}

async function recoverPayment(
  services: ReconciliationServices,
  seen: Order,
  n: number,
  deadline: Deadline,
): Promise<Recovered> {
  const { order, answer } = await queryTrade(services, seen, { op: 'query', n, why: 'report' }, deadline);
  return { order, isDefinite: answer !== 'unknown' && answer !== 'waiting' };
}

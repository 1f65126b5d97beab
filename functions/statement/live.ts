/**
 * The totals of a shift while it lasts: what the sealed statements say, and what the next ones will say of the facts that
 * no statement carries yet. Both are lines, made and added up by the same code, so the two can never contradict each other.
 */

import type { Deadline } from '../deadlines.ts';
import type { Merchant } from '../merchant/merchant.ts';
import type { Order } from '../order/order.ts';
import { unpostedShards } from '../order/orders.ts';
import { refundedBy, scannedBy } from '../order/places.ts';
import { businessDay, dayAfter, type EpochMs, nextDay, toInstant } from '../time.ts';
import type { StatementServices } from './context.ts';
import { type Movement, movementsOf } from './lines.ts';
import { Tally } from './totals.ts';

type Reading = Pick<StatementServices, 'now' | 'orders' | 'statements'>;

/** Whose facts, and since when; an absent member takes all. */
export interface Shift {
  readonly since: EpochMs;
  readonly storeId?: string | undefined;
  /** The terminal that sold, scanned or refunded. */
  readonly terminalId?: string | undefined;
  /** Who sold, or who refunded. */
  readonly operatorId?: string | undefined;
}

/** There are more facts than can be read in the time of one request. A part of a sum would be taken for the sum. */
export class TooMuchToAddUp extends Error {}

/**
 * The sums of all facts of `merchant` since `shift.since`. `withoutAgreement` counts payments that are in no sum, because
 * there is no fee agreed for them.
 * @throws TooMuchToAddUp at the deadline
 */
export async function liveTotals(
  services: Reading,
  merchant: Merchant,
  shift: Shift,
  deadline: Deadline,
): Promise<{ tally: Tally; withoutAgreement: number }> {
  const { merchantId, zone } = merchant;
  const today = businessDay(services.now(), zone);
  const head = await services.statements.head(merchantId);
  const nextToSeal = head ? nextDay(head.lastDay) : today;
  const facts = new Map<string, Movement>();
  let withoutAgreement = 0;

  // First the facts that are on no statement, then the statements: what is sealed in between is on both and counted once,
  // by its line. The other way round it would be on neither.
  const addUnposted = async (shard: number) => {
    for await (const orders of services.orders.unposted(merchantId, [shard])) {
      mustBeInTime(services, deadline);
      for (const order of orders.filter((it) => mayBelong(it, shift))) {
        const its = movementsOf(order, merchant, today);
        withoutAgreement += its.withoutTerms;
        for (const movement of its.movements)
          if (belongs(movement, shift))
            facts.set(keyOf(movement), { ...movement, late: movement.businessDay < nextToSeal });
      }
    }
  };
  await Promise.all(unpostedShards.map(addUnposted));
  const days = daysBetween(businessDay(shift.since, zone), today);
  for (const decision of (await services.statements.decisions(merchantId, days)).values()) {
    if (decision.kind === 'empty') continue;
    for await (const lines of services.statements.linesByChunk(decision.statement)) {
      mustBeInTime(services, deadline);
      for (const line of lines) if (belongs(line, shift)) facts.set(keyOf(line), line);
    }
  }

  const tally = new Tally();
  for (const fact of facts.values()) tally.add(fact);
  return { tally, withoutAgreement };
}

const keyOf = ({ type, orderId, attempt, refundNo, occurredAt }: Movement) =>
  `${type} ${orderId} ${attempt} ${refundNo ?? ''} ${occurredAt}`;

/** @throws TooMuchToAddUp at the deadline */
export function mustBeInTime(services: Pick<StatementServices, 'now'>, { endsAt }: Deadline): void {
  if (services.now() > endsAt) throw new TooMuchToAddUp('the facts are more than one request can read');
}

/** By its sale, or by the till that scanned or refunded. Cashiers tell no orders apart: one of several has each part of it. */
export function mayBelong(order: Order, { storeId, terminalId }: Pick<Shift, 'storeId' | 'terminalId'>): boolean {
  const places = [
    scannedBy(order, undefined),
    ...order.attempts.map((attempt) => scannedBy(order, attempt)),
    ...order.refunds.map((refund) => refundedBy(order, refund)),
  ];
  return places.some(
    (place) =>
      (storeId === undefined || place.storeId === storeId) &&
      (terminalId === undefined || place.terminalId === terminalId),
  );
}

function belongs(fact: Movement, { since, storeId, terminalId, operatorId }: Shift): boolean {
  return (
    fact.occurredAt >= toInstant(since) &&
    (storeId === undefined || fact.storeId === storeId) &&
    (terminalId === undefined || fact.terminalId === terminalId) &&
    (operatorId === undefined || fact.operatorId === operatorId)
  );
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = dayAfter(day, 1)) days.push(day);
  return days;
}

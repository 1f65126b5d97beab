/**
 * Reads the facts of one terminal, from where live totals read them, too: first the facts that no statement carries, then
 * the statements, so that what is sealed in between is on both and counted once. A line does not say when we learned of its
 * money; its order does.
 */
import { type Deadline, SKEW } from '../deadlines.ts';
import { groupsOf } from '../groups.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { unpostedShards } from '../order/orders.ts';
import { movementsOf } from '../statement/lines.ts';
import { mayBelong, mustBeInTime } from '../statement/live.ts';
import type { Statement } from '../statement/statement.ts';
import { KEYS_MAX } from '../table/table.ts';
import { businessDay, DAY, dayAfter, type EpochMs } from '../time.ts';
import type { ShiftServices } from './context.ts';
import { type Fact, keyOf, learnedAt, withTermsForAll } from './shift.ts';

export type Reading = Pick<ShiftServices, 'now' | 'orders' | 'statements'>;

/** Whose facts, and since when they are learned. */
export interface Wanted {
  readonly terminalId: string;
  readonly since: EpochMs;
}

const STATEMENTS_ABREAST = 8;

/** A statement is sealed so long after its day has ended at the most; longer, and alarms have rung for a month. */
const LONGEST_SEAL_DELAY = 31 * DAY;

/**
 * Every fact of the terminal that was learned after `since`, in no order, each once.
 * @throws TooMuchToAddUp at the deadline
 */
export async function factsOfTerminal(
  services: Reading,
  merchant: Merchant,
  wanted: Wanted,
  deadline: Deadline,
): Promise<Fact[]> {
  const facts = new Map<string, Fact>();
  const add = (fact: Fact) => {
    if (fact.learnedAt > wanted.since) facts.set(keyOf(fact.movement), fact);
  };
  await Promise.all(unpostedShards.map((shard) => addUnposted(services, merchant, wanted, shard, deadline, add)));
  const statements = await statementsSealedSince(services, merchant, wanted.since - SKEW);
  for (const some of groupsOf(statements, STATEMENTS_ABREAST))
    await Promise.all(some.map((statement) => addSealed(services, statement, wanted, deadline, add)));
  return [...facts.values()];
}

async function addUnposted(
  services: Reading,
  merchant: Merchant,
  { terminalId }: Wanted,
  shard: number,
  deadline: Deadline,
  add: (fact: Fact) => void,
): Promise<void> {
  // A channel's clock may be ahead of ours, over a midnight even.
  const lastDay = dayAfter(businessDay(services.now(), merchant.zone), 1);
  for await (const orders of services.orders.unposted(merchant.merchantId, [shard])) {
    mustBeInTime(services, deadline);
    for (const order of orders) {
      if (!mayBelong(order, { terminalId })) continue;
      for (const movement of movementsOf(order, withTermsForAll(merchant, order), lastDay).movements)
        if (movement.terminalId === terminalId) add({ movement, learnedAt: learnedAt(order, movement) });
    }
  }
}

async function addSealed(
  services: Reading,
  statement: Statement,
  { terminalId }: Wanted,
  deadline: Deadline,
  add: (fact: Fact) => void,
): Promise<void> {
  // Most statements of a quiet terminal have nothing of it, and their totals say so at a glance.
  const { rows } = await services.statements.terminals(statement, {
    limit: Number.MAX_SAFE_INTEGER,
    cursor: undefined,
  });
  if (!rows.some((row) => row.terminalId === terminalId)) return;
  for await (const lines of services.statements.linesByChunk(statement)) {
    mustBeInTime(services, deadline);
    const own = lines.filter((line) => line.terminalId === terminalId);
    for (const orderIds of groupsOf([...new Set(own.map(({ orderId }) => orderId))], KEYS_MAX)) {
      mustBeInTime(services, deadline);
      const orders = new Map((await services.orders.getMany(orderIds)).map((order) => [order.orderId, order]));
      for (const { lineNo: _, ...movement } of own) {
        const order = orders.get(movement.orderId);
        if (!order) throw new Error(`order ${movement.orderId} of ${statement.statementId} has gone`);
        add({ movement, learnedAt: learnedAt(order, movement) });
      }
    }
  }
}

/** Statements on which a fact can be that was learned after `since`: those sealed later, of any day. */
async function statementsSealedSince(services: Reading, merchant: Merchant, since: EpochMs): Promise<Statement[]> {
  const { merchantId, zone } = merchant;
  const today = businessDay(services.now(), zone);
  const statements: Statement[] = [];
  // The day before the first one is sealed in its first hour; further back goes a merchant whose seals are late.
  const firstDay = dayAfter(businessDay(since, zone), -1);
  const days = {
    near: daysFrom(firstDay, today),
    far: daysFrom(businessDay(since - LONGEST_SEAL_DELAY, zone), firstDay),
  };
  for (const some of [days.near, days.far]) {
    const sealed = [...(await services.statements.decisions(merchantId, some)).values()].flatMap((decision) =>
      decision.kind === 'sealed' ? [decision.statement] : [],
    );
    statements.push(...sealed.filter(({ sealedAt }) => sealedAt > since));
    // Days are sealed one after the other: before one that was sealed earlier, all are.
    if (sealed.some(({ sealedAt }) => sealedAt <= since)) break;
  }
  return [...new Map(statements.map((it) => [it.statementId, it])).values()];
}

function daysFrom(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = dayAfter(day, 1)) days.push(day);
  return days;
}

/**
 * Seals fee statements: the days of every merchant one after the other, each decided once and for ever.
 *
 * For the day D after the head's last one, strictly in this order:
 *   1. what D came to, if it was decided by an earlier or another run; then go on with 5
 *   2. every unposted fact up to D, from orders read one by one (the index only nominates them)
 *   3. chunks of lines and totals, under their own hash
 *   4. the root, if absent: the seal. A day without facts is decided in the same place, by an item that says `empty`
 *   5. the facts on the sealed lines marked as posted, read back from those lines and not from what step 2 saw
 *   6. the head moves to D, under the version that was read
 *
 * Why no fact is on two statements, whichever run dies or overlaps: a head stands at D only after D was decided (4) and every
 * fact on its lines was marked (5). A run that seals D + 1 has read such a head *before* it collects, and reads orders
 * consistently, so it sees those marks. A run that collected for D long ago and wakes up now finds D decided, even where
 * nothing was on it: that is what `empty` is for. Its own list is forgotten, and it works on with the lines that stand.
 *
 * Why none is lost: a fact is unposted until it is on a sealed line. One that an index, a day's end or a missing
 * agreement kept from its day is collected for the next one, as a late line.
 */
import { backOff, type Deadline, INVOCATION } from '../deadlines.ts';
import { type DueQueue, workDue } from '../due-work.ts';
import { groupsOf } from '../groups.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { KEYS_MAX } from '../table/table.ts';
import { logFault } from '../telemetry.ts';
import { endOfDay, nextDay } from '../time.ts';
import type { StatementServices } from './context.ts';
import { type Gathered, gather } from './gather.ts';
import type { Line } from './lines.ts';
import { type Statement, StatementMaker } from './statement.ts';
import type { Decision } from './statements.ts';
import type { Head } from './stored.ts';

type Sealing = Pick<
  StatementServices,
  'now' | 'log' | 'metrics' | 'orders' | 'directory' | 'statements' | 'statementDelay'
>;

/** Merchants of one shard that are worked at the same time: a large one does not keep all others waiting. */
const MERCHANTS_ABREAST = 4;

/** Orders of one statement that are marked at the same time. */
const MARKS_ABREAST = 20;

/** Works the heads that are due, each merchant in its own try, until `deadline`. What is left over is found by the next run. */
export function sealDue(services: Sealing, deadline: Deadline, shards = services.statements.dueShards): Promise<void> {
  return workDue(headQueue(services, deadline), { now: services.now, shards, abreast: MERCHANTS_ABREAST, deadline });
}

function headQueue(services: Sealing, deadline: Deadline): DueQueue<Head> {
  return {
    read: (shard, began) => services.statements.dueHeads(shard, began),
    idOf: ({ id }) => id,
    work: (head) => sealMerchant(services, head, deadline),
    putOff: ({ merchantId }) => putOff(services, merchantId),
    shardFailed(shard, error) {
      services.metrics.count('statementFailures');
      logFault(services, 'due_statements_not_read', error, { reason: shard });
    },
    itemFailed({ merchantId }, error) {
      services.metrics.count('statementFailures');
      logFault(services, 'statement_not_sealed', error, { merchantId });
    },
    putOffFailed: ({ merchantId }, error) => logFault(services, 'statement_not_postponed', error, { merchantId }),
  };
}

/** Leaves a merchant that failed alone for a while, so that others come first. */
async function putOff(services: Sealing, merchantId: string): Promise<void> {
  const head = await services.statements.head(merchantId);
  if (!head || head.dueAt > services.now()) return;
  const failures = (head.failures ?? 0) + 1;
  await services.statements.moveHead(head, { failures, dueAt: services.now() + backOff(failures) });
}

/** Day after day, until the next one has not ended, or time is up. */
async function sealMerchant(services: Sealing, found: Head, deadline: Deadline): Promise<void> {
  const { merchantId } = found;
  const merchant = await services.directory.merchant(merchantId);
  if (!merchant) throw new Error(`merchant ${merchantId} has a head and is not known`);

  let head: Head | undefined = found;
  while (head && hasTime(services, deadline)) {
    const day = nextDay(head.lastDay);
    if (services.now() < dueAt(services, merchant, day)) {
      // A new head, or other terms of time than when it was written: come back when it is really due.
      if (head.dueAt < dueAt(services, merchant, day))
        await services.statements.moveHead(head, { dueAt: dueAt(services, merchant, day) });
      return;
    }
    const decision =
      (await services.statements.decision(merchantId, day)) ?? (await decide(services, merchant, head, deadline));
    if (!decision) return;
    if (decision.kind === 'sealed' && !(await markPosted(services, head, decision.statement, deadline))) return;

    const lastHash: string | null = decision.kind === 'sealed' ? decision.statement.hash : head.lastHash;
    const moved: Head | undefined = await services.statements.moveHead(head, {
      lastDay: day,
      lastHash,
      dueAt: dueAt(services, merchant, nextDay(day)),
    });
    head = moved ?? (await services.statements.head(merchantId));
  }
}

function dueAt(services: Sealing, { zone }: Merchant, day: string): number {
  return endOfDay(day, zone) + services.statementDelay;
}

/** Steps 2 to 4: what the day after `head` comes to. `undefined`: not all of it fits into this run; the next one goes on. */
async function decide(
  services: Sealing,
  merchant: Merchant,
  head: Head,
  deadline: Deadline,
): Promise<Decision | undefined> {
  const { merchantId, zone } = merchant;
  const day = nextDay(head.lastDay);
  const gathered = await gather(services, merchant, day, deadline);
  if (!gathered) return undefined;

  const maker = new StatementMaker();
  if (!(await writeLines(services, { merchantId, day, gathered, maker, deadline }))) return undefined;
  if (maker.isEmpty) return services.statements.leaveEmpty(merchantId, day);
  const frame = { merchantId, day, zone, sealedAt: services.now(), previousHash: head.lastHash };
  const { statement, chunks } = maker.finish(frame);
  const decision = await services.statements.seal(statement, chunks);
  services.metrics.count('statementsSealed');
  services.log.info('statement_sealed', { merchantId, day, count: statement.lineCount });
  return decision;
}

interface Writing {
  readonly merchantId: string;
  readonly day: string;
  readonly gathered: Gathered;
  readonly maker: StatementMaker;
  readonly deadline: Deadline;
}

/** Step 3, all full chunks of lines. A run that has no time left notes how many stand; the next one does not write them again. */
async function writeLines(
  services: Sealing,
  { merchantId, day, gathered, maker, deadline }: Writing,
): Promise<boolean> {
  const { kept, movements } = gathered;
  let made = 0;
  let written = kept?.written ?? 0;
  for await (const some of movements) {
    const full = some.flatMap((movement) => maker.add(movement) ?? []);
    await services.statements.writeChunks(full.slice(Math.max(0, written - made)));
    made += full.length;
    written = Math.max(written, made);
    if (!kept || services.now() <= deadline.endsAt) continue;
    if (written > kept.written) await services.statements.keepGathering(merchantId, day, kept, { ...kept, written });
    return false;
  }
  return true;
}

/** Step 5. False: time is up; what is marked stays marked, and the next run begins with the first chunk that is not. */
async function markPosted(services: Sealing, head: Head, statement: Statement, deadline: Deadline): Promise<boolean> {
  let marked = head.marked ?? 0;
  for await (const lines of services.statements.linesByChunk(statement, marked)) {
    const linesOfOrders = Map.groupBy(lines, ({ orderId }) => orderId);
    for (const orderIds of groupsOf([...linesOfOrders.keys()], KEYS_MAX)) {
      if (services.now() > deadline.endsAt) {
        if (marked > (head.marked ?? 0)) await services.statements.moveHead(head, { marked });
        return false;
      }
      const orders = await services.orders.getMany(orderIds);
      if (orders.length !== orderIds.length) throw new Error(`orders of ${statement.statementId} have gone`);
      for (const group of groupsOf(orders, MARKS_ABREAST)) {
        await Promise.all(
          group.map((order) =>
            services.orders.apply(order, posted(statement.day, linesOfOrders.get(order.orderId) ?? []), services.now()),
          ),
        );
      }
    }
    marked += 1;
  }
  return true;
}

/** Lines of one order, as the one event that marks all their facts. */
function posted(day: string, lines: readonly Line[]) {
  const of = (type: Line['type']) => lines.filter((line) => line.type === type);
  const payments = of('payment').map(({ attempt, agreementId, fee }) => ({ attempt, agreementId, fee }));
  const refunds = of('refund').flatMap(({ refundNo, fee, occurredAt }) =>
    refundNo === null ? [] : [{ refundNo, fee, at: Date.parse(occurredAt) }],
  );
  const adjustments = of('fee_adjustment').map(({ attempt, refundNo, occurredAt }) => ({
    attempt,
    at: Date.parse(occurredAt),
    ...(refundNo !== null && { refundNo }),
  }));
  return { type: 'posted', day, payments, refunds, adjustments } as const;
}

/** A merchant's next day is begun only if a day of common size still fits. */
function hasTime(services: Sealing, deadline: Deadline): boolean {
  return services.now() + INVOCATION <= deadline.endsAt;
}

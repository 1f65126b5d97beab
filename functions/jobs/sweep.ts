import middy from '@middy/core';
import { type Deadline, INVOCATION, SWEEP, TILL_CODE_ALARM } from '../deadlines.ts';
import { observability } from '../http/middleware/observability.ts';
import type { Observed } from '../http/middleware/request-context.ts';
import { idleUntil, isQuarantined } from '../order/due.ts';
import { type Order, openTillCode } from '../order/order.ts';
import { advance } from '../payment/advance.ts';
import { reconcileDue } from '../reconciliation/run.ts';
import type { Services } from '../services.ts';
import { sealDue } from '../statement/seal.ts';
import { logFault } from '../telemetry.ts';
import type { EpochMs } from '../time.ts';

export { warmUp } from '../services.ts';

const PAGE = 100;

/** Orders of one shard that are worked at the same time. */
const ABREAST = 4;

export interface Swept {
  orders: number;
  failures: number;
}

/** The shards that one schedule has worked: every `of`-th, from the one numbered `group` on. */
export interface ShardGroup {
  readonly group: number;
  readonly of: number;
}

const ALL: ShardGroup = { group: 0, of: 1 };

/**
 * Does what is due: orders whose code has ended, refunds without an answer, then fee statements. The due index is the
 * only cursor, so a sweep may die anywhere, overlap another, or not come at all: the next one goes on.
 */
export async function sweep(s: Services, part: ShardGroup = ALL): Promise<Swept> {
  const mine = <Shard>(shards: readonly Shard[]) => shards.filter((_, i) => i % part.of === part.group);
  const began = s.now();
  const deadline = { endsAt: began + SWEEP * 0.8 };
  const swept: Swept = { orders: 0, failures: 0 };
  await Promise.all(
    mine(s.orders.dueShards).map((shard) =>
      sweepShard(s, shard, began, deadline, swept).catch((error) => {
        // One shard that cannot be read must not keep the others, or the statements, from their turn.
        swept.failures += 1;
        logFault(s, 'sweep_shard_failed', error, { reason: shard });
      }),
    ),
  );
  s.metrics.count('sweptOrders', swept.orders);
  s.metrics.count('sweepFailures', swept.failures);
  await sealDue(s, deadline, mine(s.statements.dueShards));
  await reconcileDue(s, deadline, mine(s.reconciliations.dueShards));
  return swept;
}

async function sweepShard(s: Services, shard: string, began: EpochMs, deadline: Deadline, swept: Swept): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    const page = await s.orders.due(shard, began, PAGE);
    const fresh = page.keys.filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    if (fresh.length === 0) return;
    const queue = (await s.orders.getMany(fresh)).filter((order) => order.dueAt !== undefined && order.dueAt <= began);
    const oldest = Math.min(began, ...queue.map((order) => order.dueAt ?? began));
    s.metrics.count('oldestDueAge', began - oldest);
    await Promise.all(Array.from({ length: ABREAST }, () => work(s, queue, deadline, swept)));
    if (s.now() + INVOCATION > deadline.endsAt) return;
  }
}

async function work(s: Services, queue: Order[], deadline: Deadline, swept: Swept): Promise<void> {
  for (let order = queue.shift(); order; order = queue.shift()) {
    if (!(await s.rateLimiter.acquire(deadline.endsAt - INVOCATION))) return;
    if (s.now() + INVOCATION > deadline.endsAt) return;
    swept.orders += 1;
    try {
      await visit(s, order);
    } catch (error) {
      swept.failures += 1;
      logFault(s, 'sweep_order_failed', error, { orderId: order.orderId });
      await postpone(s, order).catch((again) => logFault(s, 'order_not_postponed', again, { orderId: order.orderId }));
    }
  }
}

/** One order gets the time of one invocation. If nothing moved it is put off, so that others come first next time. */
async function visit(s: Services, order: Order): Promise<void> {
  const now = s.now();
  const after = await advance(s, order, { endsAt: now + INVOCATION });
  if (after.dueAt === undefined || after.dueAt > now) return;
  const until = idleUntil(after, now);
  if (until === undefined) return postpone(s, after);
  const scanned = openTillCode(after);
  if (scanned && now > scanned.expiresAt + TILL_CODE_ALARM) {
    s.metrics.count('unresolvedTillCodes');
    s.log.error('till_code_unresolved', { orderId: after.orderId });
  }
  // Here before its time: the next sweep finds it again without a write, unless that is far off. What the channel does
  // not answer is put off a little, so that others come first in that sweep.
  if (until > now + SWEEP || scanned) await s.orders.apply(after, { type: 'postponed', isIdle: true }, now);
}

async function postpone(s: Services, order: Order): Promise<void> {
  const { order: after } = await s.orders.apply(order, { type: 'postponed' }, s.now());
  if (!isQuarantined(after)) return;
  s.metrics.count('quarantinedOrders');
  s.log.error('order_quarantined', { orderId: order.orderId });
}

interface SweepContext extends Observed {
  part: ShardGroup;
}

export const handler = middy<unknown, Swept, Error, SweepContext>({ timeoutEarlyInMillis: 0 })
  .before(({ event, context }) => {
    context.part = groupOf(event);
  })
  .use(observability('sweep'))
  .handler((_event, { services: s, part }) => sweep(s, part));

/** What the schedule says; a schedule that says nothing means all. @throws Error: half a message must not hide half the work */
function groupOf(event: unknown): ShardGroup {
  const { group, of } = (event ?? {}) as { group?: unknown; of?: unknown };
  if (group === undefined && of === undefined) return ALL;
  if (!Number.isInteger(group) || !Number.isInteger(of) || Number(group) < 0 || Number(group) >= Number(of))
    throw new Error(`there is no group ${group} of ${of}`);
  return { group: Number(group), of: Number(of) };
}

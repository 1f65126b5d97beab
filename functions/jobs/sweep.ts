import middy from '@middy/core';
import { type Deadline, INVOCATION, SWEEP, TILL_CODE_ALARM } from '../deadlines.ts';
import { type DueQueue, workDue } from '../due-work.ts';
import { makeCursorKey } from '../http/cursor-seal.ts';
import { observability } from '../http/middleware/observability.ts';
import type { Observed } from '../http/middleware/request-context.ts';
import { bounded } from '../invocation.ts';
import { idleUntil, isQuarantined } from '../order/due.ts';
import { type Order, openTillCode } from '../order/order.ts';
import { advance } from '../payment/advance.ts';
import { reconcileDue } from '../reconciliation/run.ts';
import type { Services } from '../services.ts';
import { sealDue } from '../statement/seal.ts';
import { logFault } from '../telemetry.ts';

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
export async function sweep(services: Services, part: ShardGroup = ALL): Promise<Swept> {
  const mine = <Shard>(shards: readonly Shard[]) => shards.filter((_, i) => i % part.of === part.group);
  const deadline = { endsAt: services.now() + SWEEP * 0.8 };
  const swept: Swept = { orders: 0, failures: 0 };
  const shards = mine(services.orders.dueShards);
  await workDue(orderQueue(services, deadline, swept), { now: services.now, shards, abreast: ABREAST, deadline });
  services.metrics.count('sweptOrders', swept.orders);
  services.metrics.count('sweepFailures', swept.failures);
  await sealDue(services, deadline, mine(services.statements.dueShards));
  await reconcileDue(services, deadline, mine(services.reconciliations.dueShards));
  return swept;
}

/** The orders that are due, each tried and counted. */
function orderQueue(services: Services, deadline: Deadline, swept: Swept): DueQueue<Order> {
  return {
    async read(shard, began, seen) {
      const page = await services.orders.due(shard, began, PAGE);
      const fresh = page.keys.filter((key) => !seen.has(key));
      if (fresh.length === 0) return [];
      const orders = await services.orders.getMany(fresh);
      const due = orders.filter(({ dueAt }) => dueAt !== undefined && dueAt <= began);
      services.metrics.count('oldestDueAge', began - Math.min(began, ...due.map(({ dueAt = began }) => dueAt)));
      return due;
    },
    idOf: ({ orderId }) => orderId,
    turn: () => services.rateLimiter.acquire(deadline.endsAt - INVOCATION),
    work(order) {
      swept.orders += 1;
      return visit(services, order);
    },
    putOff: (order) => postpone(services, order),
    shardFailed(shard, error) {
      swept.failures += 1;
      logFault(services, 'sweep_shard_failed', error, { reason: shard });
    },
    itemFailed({ orderId }, error) {
      swept.failures += 1;
      logFault(services, 'sweep_order_failed', error, { orderId });
    },
    putOffFailed: ({ orderId }, error) => logFault(services, 'order_not_postponed', error, { orderId }),
  };
}

/** One order gets the time of one invocation. If nothing moved it is put off, so that others come first next time. */
async function visit(services: Services, order: Order): Promise<void> {
  const now = services.now();
  const after = await advance(services, order, { endsAt: now + INVOCATION });
  if (after.dueAt === undefined || after.dueAt > now) return;
  const until = idleUntil(after, now);
  if (until === undefined) return postpone(services, after);
  const scanned = openTillCode(after);
  if (scanned && now > scanned.expiresAt + TILL_CODE_ALARM) {
    services.metrics.count('unresolvedTillCodes');
    services.log.error('till_code_unresolved', { orderId: after.orderId });
  }
  // Here before its time: the next sweep finds it again without a write, unless that is far off. What the channel does
  // not answer is put off a little, so that others come first in that sweep.
  if (until > now + SWEEP || scanned) await services.orders.apply(after, { type: 'postponed', isIdle: true }, now);
}

async function postpone(services: Services, order: Order): Promise<void> {
  const { order: after } = await services.orders.apply(order, { type: 'postponed' }, services.now());
  if (!isQuarantined(after)) return;
  services.metrics.count('quarantinedOrders');
  services.log.error('order_quarantined', { orderId: order.orderId });
}

interface SweepContext extends Observed {
  part: ShardGroup;
}

const run = middy<unknown, Swept, Error, SweepContext>({ timeoutEarlyInMillis: 0 })
  .before(({ event, context }) => {
    context.part = groupOf(event);
  })
  .use(observability('sweep'))
  .handler(async (_event, { services, part }) => {
    const swept = await sweep(services, part);
    await makeCursorKey(services);
    return swept;
  });

export const handler = bounded(run, SWEEP);

/** What the schedule says; a schedule that says nothing means all. @throws Error: half a message must not hide half the work */
function groupOf(event: unknown): ShardGroup {
  const { group, of } = (event ?? {}) as { group?: unknown; of?: unknown };
  if (group === undefined && of === undefined) return ALL;
  if (!Number.isInteger(group) || !Number.isInteger(of) || Number(group) < 0 || Number(group) >= Number(of))
    throw new Error(`there is no group ${group} of ${of}`);
  return { group: Number(group), of: Number(of) };
}

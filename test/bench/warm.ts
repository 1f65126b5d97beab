/** What a request costs a warm instance: CPU per request, beside the bare sum of its parts, the floor and the usual stacks. */
import { randomBytes } from 'node:crypto';
import { base32 } from '../../functions/order/orders.ts';
import type { Item } from '../../functions/table.ts';
import { type Bundle, COMPARED, type Compared, partsBundle, referenceBundle } from './bundles.ts';
import { eventOf, type FunctionName, notificationEvent } from './events.ts';
import { median, round } from './numbers.ts';
import { WarmInstance } from './warm-instance.ts';
import { AMOUNT, newNumber, newOrderBody, openWorld, type World } from './world.ts';

export interface WarmCost {
  /** Microseconds of CPU per request. */
  readonly ours: number;
  readonly parts: number;
  readonly floor: number;
  readonly usual: number;
  readonly express: number;
}

export interface WarmReport {
  readonly warm: {
    readonly createWithCode: { readonly overParts: number; readonly inSigns: number };
    readonly notification: { readonly overParts: number; readonly inVerifies: number };
    readonly getOrder: { readonly overParts: number };
    readonly createRefund: { readonly overParts: number };
  };
  readonly costs: Readonly<Record<Compared, WarmCost>>;
  /** Microseconds of one RSA-2048 signature and one verification. */
  readonly signUs: number;
  readonly verifyUs: number;
}

export interface Batches {
  readonly requests: number;
  /** Batches that only warm up, and those that count. */
  readonly before: number;
  readonly counted: number;
}

const STATUS = { createOrder: 201, alipayNotification: 200, getOrder: 200, createRefund: 201 } as const;

export async function warmBench(bundles: ReadonlyMap<FunctionName, Bundle>, batches: Batches): Promise<WarmReport> {
  const world = await openWorld();
  try {
    const model = await world.orders.get((await world.open()).orderId);
    if (!model) throw new Error('the world has no order');
    const costs: Partial<Record<Compared, WarmCost>> = {};
    for (const name of COMPARED) {
      const files = {
        ours: bundles.get(name) as Bundle,
        parts: await partsBundle(name, world.folder),
        floor: await referenceBundle('floor', name, world.folder),
        usual: await referenceBundle('usual', name, world.folder),
        express: await referenceBundle('express', name, world.folder),
      };
      // A refund needs a trade of its own at the channel, and those take their time.
      const some = name === 'createRefund' ? { ...batches, requests: Math.ceil(batches.requests * 0.4) } : batches;
      costs[name] = (await side(world, files, some, (who) => eventFor(world, name, who, model), STATUS[name])) as never;
    }
    const { sign, verify } = await unitsOf(world, batches);
    return reportOf(costs as Record<Compared, WarmCost>, sign, verify);
  } finally {
    await world.stop();
  }
}

/** All candidates side by side: a batch of each in turn, in another order every time. Medians, by name. */
async function side(
  world: World,
  files: Readonly<Record<string, Bundle>>,
  { requests, before, counted }: Batches,
  event: (who: string) => Promise<object>,
  status: number,
): Promise<Record<string, number>> {
  const instances: [string, WarmInstance][] = [];
  for (const [name, file] of Object.entries(files)) instances.push([name, await WarmInstance.start(world, file)]);
  const seen = new Map<string, number[]>();
  for (let batch = 0; batch < before + counted; batch += 1) {
    for (let i = 0; i < instances.length; i += 1) {
      const [name, instance] = instances[(i + batch) % instances.length] as [string, WarmInstance];
      const events: object[] = [];
      for (let n = 0; n < requests; n += 1) events.push(await event(name));
      const cost = await instance.run(events, status);
      if (batch >= before) seen.set(name, [...(seen.get(name) ?? []), cost]);
    }
  }
  for (const [, instance] of instances) await instance.stop();
  return Object.fromEntries([...seen].map(([name, costs]) => [name, median(costs)]));
}

async function eventFor(world: World, name: Compared, who: string, model: Item): Promise<object> {
  switch (name) {
    case 'createOrder': {
      const event = await eventOf(world, 'createOrder', { body: newOrderBody() });
      return who === 'parts' ? { ...event, model: copyOf(model) } : event;
    }
    case 'alipayNotification':
      return notificationEvent(world.notification(await stored(world, model)));
    case 'getOrder':
      return eventOf(world, 'getOrder', { params: await stored(world, model) });
    case 'createRefund': {
      const { orderId } = await world.known();
      const body = { refundNo: 'r1', amount: { ...AMOUNT, value: 23_456 }, operatorId: '007' };
      return eventOf(world, 'createRefund', { params: { orderId }, body });
    }
  }
}

/** Another order, just like `model`, in the table. */
async function stored(world: World, model: Item): Promise<{ orderId: string }> {
  const copy = copyOf(model);
  if (!(await world.orders.create(copy))) throw new Error('chance has failed');
  return { orderId: copy.orderId };
}

function copyOf(model: Item): Item & { readonly orderId: string } {
  const ask = { ...(model.ask as object), merchantOrderNo: newNumber() };
  return { ...model, orderId: `ord_${base32(randomBytes(20)).slice(0, 26)}`, ask };
}

const VERIFIES = 10;

async function unitsOf(world: World, batches: Batches): Promise<{ sign: number; verify: number }> {
  const file = await partsBundle('rsa', world.folder);
  const events = { sign: {}, verify: { verifies: VERIFIES } };
  const both = await side(
    world,
    { sign: file, verify: file },
    batches,
    async (who) => events[who as keyof typeof events],
    200,
  );
  return { sign: both.sign ?? 0, verify: (both.verify ?? 0) / VERIFIES };
}

function reportOf(costs: Record<Compared, WarmCost>, signUs: number, verifyUs: number): WarmReport {
  const overParts = (name: Compared) => round(costs[name].ours / costs[name].parts);
  return {
    warm: {
      createWithCode: { overParts: overParts('createOrder'), inSigns: round(costs.createOrder.ours / signUs) },
      notification: {
        overParts: overParts('alipayNotification'),
        inVerifies: round(costs.alipayNotification.ours / verifyUs),
      },
      getOrder: { overParts: overParts('getOrder') },
      createRefund: { overParts: overParts('createRefund') },
    },
    costs,
    signUs,
    verifyUs,
  };
}

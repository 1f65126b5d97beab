/** What a request costs a warm instance: CPU per request, beside the bare sum of its parts, the floor and the usual stacks. */
import { randomBytes } from 'node:crypto';
import { base32 } from '../../functions/ids.ts';
import type { Item } from '../../functions/table/table.ts';
import { type Bundle, COMPARED, type Compared, partsBundle, referenceBundle, type Stack } from './bundles.ts';
import { eventOf, type FunctionName, notificationEvent } from './events.ts';
import { median, round } from './numbers.ts';
import { WarmInstance } from './warm-instance.ts';
import { AMOUNT, newNumber, newOrderBody, type World } from './world.ts';

/** Microseconds of CPU per request, by who serves it; `parts` is the bare sum of the parts. */
export type WarmCost = Readonly<Record<'ours' | 'parts', number> & Partial<Record<Stack, number>>>;

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
  /** In one batch. */
  readonly requests: number;
  /** Batches that only warm up, and those that count. */
  readonly before: number;
  readonly counted: number;
  readonly stacks: readonly Stack[];
}

export const ALL: Batches = { requests: 40, before: 12, counted: 15, stacks: ['floor', 'usual', 'express'] };
export const SHORT: Batches = { requests: 20, before: 3, counted: 4, stacks: [] };

const STATUS = { createOrder: 201, alipayNotification: 200, getOrder: 200, createRefund: 201 } as const;

export async function warmBench(
  world: World,
  bundles: ReadonlyMap<FunctionName, Bundle>,
  batches: Batches,
): Promise<WarmReport> {
  const seen = new Map<Compared, Map<string, number[]>>();
  for (const name of COMPARED) {
    const model = await modelOf(world);
    const files = new Map([
      ['ours', bundles.get(name) as Bundle],
      ['parts', await partsBundle(name, world.folder)],
    ]);
    for (const stack of batches.stacks) files.set(stack, await referenceBundle(stack, name, world.folder));
    // A refund needs a trade of its own at the channel, and those take their time.
    const some = name === 'createRefund' ? { ...batches, requests: Math.ceil(batches.requests / 2) } : batches;
    seen.set(name, await sideBySide(world, files, some, (who) => eventFor(world, name, who, model), STATUS[name]));
  }
  const rsa = await partsBundle('rsa', world.folder);
  const units = new Map([
    ['sign', rsa],
    ['verify', rsa],
  ]);
  const unit = await sideBySide(world, units, batches, async (who) => (who === 'sign' ? {} : { verifies: 10 }), 200);
  return reportOf(seen, median(unit.get('sign') ?? []), median(unit.get('verify') ?? []) / 10);
}

/** An order whose copies can be paid and asked for as long as they are measured: one that is over costs a write more. */
async function modelOf(world: World): Promise<Item> {
  const model = await world.orders.get((await world.open({ expiresInSeconds: 900 })).orderId);
  if (!model) throw new Error('the world has no order');
  return model;
}

/** A batch of each in turn, in another order every time. Microseconds per request in each batch that counts, by name. */
async function sideBySide(
  world: World,
  files: ReadonlyMap<string, Bundle>,
  { requests, before, counted }: Batches,
  event: (who: string) => Promise<object>,
  status: number,
): Promise<Map<string, number[]>> {
  const instances: [string, WarmInstance][] = [];
  for (const [name, file] of files) instances.push([name, await WarmInstance.start(world, file)]);
  const seen = new Map<string, number[]>(instances.map(([name]) => [name, []]));
  for (let batch = 0; batch < before + counted; batch += 1) {
    for (let i = 0; i < instances.length; i += 1) {
      const [name, instance] = instances[(i + batch) % instances.length] as [string, WarmInstance];
      const events: object[] = [];
      for (let n = 0; n < requests; n += 1) events.push(await event(name));
      const cost = await instance.run(events, status);
      if (batch >= before) seen.get(name)?.push(cost);
    }
  }
  for (const [, instance] of instances) await instance.stop();
  return seen;
}

async function eventFor(world: World, name: Compared, who: string, model: Item): Promise<object> {
  switch (name) {
    case 'createOrder': {
      const event = await eventOf(world, 'createOrder', { body: newOrderBody() });
      return who === 'parts' ? { ...event, model: copyOf(model) } : event;
    }
    case 'alipayNotification':
      return notificationEvent(await world.notification(await stored(world, model)));
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
  const request = { ...(model.request as object), merchantOrderNo: newNumber() };
  return { ...model, orderId: `ord_${base32(randomBytes(20)).slice(0, 26)}`, request };
}

function reportOf(
  seen: ReadonlyMap<Compared, ReadonlyMap<string, readonly number[]>>,
  signUs: number,
  verifyUs: number,
): WarmReport {
  const costs = Object.fromEntries(
    [...seen].map(([name, by]) => [name, Object.fromEntries([...by].map(([who, all]) => [who, median(all)]))]),
  ) as Record<Compared, WarmCost>;
  // Batch by batch: what slows the machine down for a while slows both.
  const overParts = (name: Compared) => {
    const parts = seen.get(name)?.get('parts') ?? [];
    return round(median((seen.get(name)?.get('ours') ?? []).map((us, i) => us / (parts[i] ?? Number.NaN))));
  };
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

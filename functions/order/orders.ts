/** The store of orders: one item each, changed only by {@link decide} under the version that was read. */
import { hash } from 'node:crypto';
import { orderIdOf } from '../ids.ts';
import { type Page, type Query, type Table, writeCursor } from '../table/table.ts';
import { type Decided, updateItem } from '../table/update.ts';
import type { EpochMs } from '../time.ts';
import { decide } from './decide.ts';
import { firstDueAt, isQuarantined } from './due.ts';
import type { OrderEvent, Verdict } from './events.ts';
import { mustHold } from './invariants.ts';
import { isUnposted, type Order } from './order.ts';
import { readOrder } from './stored.ts';
import { SCHEMA, upgraded } from './upgrade.ts';

/**
 * Due orders lie in so many partitions, if a deployment does not say otherwise. It may say more at any time and must never
 * say less: an order stays where its last write has put it, and the sweep looks only where orders are put.
 */
export const DUE_SHARDS = 16;
const UNPOSTED_SHARDS = 4;

/** Lost races of one event with other writers of its order. */
const RACES_MAX = 50;

/** Shards of the unposted index. Independent, so a caller may read them in parallel. */
export const unpostedShards: readonly number[] = [...Array(UNPOSTED_SHARDS).keys()];

export type NewOrder = Omit<Order, 'orderId' | 'schema' | 'version' | 'updatedAt' | 'dueAt' | 'payments' | 'refunds'>;

export interface Anomaly {
  /** What makes it one of a kind: a notification's id, or what was found where. */
  readonly key: string;
  readonly reason: string;
  readonly attemptNo: string;
  readonly at: EpochMs;
  /** Facts only, nothing personal. */
  readonly facts: { readonly [name: string]: string | number };
}

export class Orders {
  /** The partitions of the due index that the sweep looks into, the quarantined orders' included. */
  readonly dueShards: readonly string[];
  private readonly table: Table;
  private readonly shardCount: number;

  constructor(table: Table, shardCount = DUE_SHARDS) {
    this.table = table;
    this.shardCount = shardCount;
    this.dueShards = [...Array(shardCount).keys(), 'quarantined'].map(String);
  }

  async get(orderId: string): Promise<Order | undefined> {
    const item = await this.table.get(orderId);
    return item === undefined ? undefined : read(item);
  }

  async getMany(orderIds: readonly string[]): Promise<Order[]> {
    return (await this.table.getMany(orderIds)).map(read);
  }

  /** Opens the order, or answers the one that has its number already. */
  async create(request: NewOrder): Promise<{ order: Order; isNew: boolean }> {
    const orderId = orderIdOf(request.merchantId, request.request.merchantOrderNo);
    const order: Order = {
      ...request,
      orderId,
      schema: SCHEMA,
      version: 1,
      updatedAt: request.createdAt,
      payments: [],
      refunds: [],
      dueAt: firstDueAt(request),
    };
    if (await this.table.create(write(order, this.shardCount))) return { order, isNew: true };
    const stored = await this.get(orderId);
    if (!stored) throw new Error(`order ${orderId} is there and is not there`);
    return { order: stored, isNew: false };
  }

  /**
   * Decides on `event` and writes what moved. A lost race is read again and decided again.
   * @throws InvariantViolation if the write would break what must always hold; nothing is written
   */
  apply(seen: Order, event: OrderEvent, now: EpochMs): Promise<Verdict> {
    return updateItem(this.table, seen.orderId, { racesMax: RACES_MAX, read, seen }, (order): Decided<Verdict> => {
      if (!order) throw new Error(`order ${seen.orderId} has gone`);
      const verdict = decide(order, event, now);
      if (verdict.kind !== 'moved') return { result: verdict };
      mustHold(order, verdict.order);
      return { result: verdict, item: write(verdict.order, this.shardCount) };
    });
  }

  /** Orders that want a visit of the sweep by `now`, the longest waiting first. */
  due(shard: string, now: EpochMs, limit: number): Promise<Page> {
    return this.table.query({ index: 'due', partition: shard, range: { to: now }, limit });
  }

  byDay(merchantId: string, storeId: string, day: string, limit: number, cursor?: string): Promise<Page> {
    return this.table.query({ ...inDay(merchantId, storeId, day, limit), ...(cursor && { cursor }) });
  }

  /** The cursor of the page of `byDay` that begins after this order. */
  placeInDay({ orderId, merchantId, request, day, createdAt }: Order): string {
    return writeCursor(inDay(merchantId, request.storeId, day, 1), createdAt, orderId);
  }

  /** Orders of the merchant with a fact that no statement carries yet, page by page. */
  async *unposted(merchantId: string, shards: readonly number[] = unpostedShards): AsyncGenerator<Order[]> {
    for (const shard of shards) {
      let cursor: string | undefined;
      do {
        const page = await this.unpostedPage(merchantId, shard, cursor);
        yield page.orders;
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
  }

  /** One page of one shard of them, in the order of their ids; `cursor` leads to the next one, if there is one. */
  async unpostedPage(merchantId: string, shard: number, cursor?: string) {
    const partition = `${merchantId}#${shard}`;
    const page = await this.table.query({ index: 'unposted', partition, limit: 100, ...(cursor && { cursor }) });
    return { orders: await this.getMany(page.keys), cursor: page.cursor };
  }

  /** Keeps a message that is genuine and does not fit, for a person to look at. True: it was not there before. */
  recordAnomaly(anomaly: Anomaly): Promise<boolean> {
    const orderId = `ano_${hash('sha256', anomaly.key)}`;
    const { key, ...facts } = anomaly;
    return this.table.create({ orderId, version: 1, ...facts, dueShard: 'anomaly', dueAt: anomaly.at });
  }
}

const dayKey = (merchantId: string, storeId: string, day: string) => `${merchantId}#${storeId}#${day}`;

/** The orders of a store's business day, the newest first. */
const inDay = (merchantId: string, storeId: string, day: string, limit: number): Query => ({
  ...{ index: 'by-day', partition: dayKey(merchantId, storeId, day), limit, newestFirst: true },
});

/** The item of an order: its facts, and the index attributes that follow from them. */
function write(order: Order, shardCount: number): { [attribute: string]: unknown } {
  const { dueShard, dayKey: _, unpostedKey, ...facts } = order as Order & Record<string, unknown>;
  const shard = hash('sha256', order.orderId, 'buffer').readUInt16BE(0);
  return {
    ...facts,
    dayKey: dayKey(order.merchantId, order.request.storeId, order.day),
    ...(order.dueAt !== undefined && { dueShard: isQuarantined(order) ? 'quarantined' : String(shard % shardCount) }),
    ...(isUnposted(order) && { unpostedKey: `${order.merchantId}#${shard % UNPOSTED_SHARDS}` }),
  };
}

/** Attributes that this code does not know stay on the object and are written back. @throws WrongItem */
function read(item: { readonly [attribute: string]: unknown }): Order {
  if (typeof item.schema !== 'number' || item.schema > SCHEMA + 1)
    throw new Error(`order ${item.orderId} has schema ${item.schema}, this code knows ${SCHEMA}`);
  return readOrder(upgraded(item));
}

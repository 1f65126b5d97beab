/**
 * Tills of one merchant in virtual time: writes land long after the instant that they name, clocks differ, indexes lag, and
 * whoever closes a shift may be killed at any of its calls. Amounts are powers of two, so that a sum and a count say which.
 */

import type { TotalsView } from '../../functions/contract/totals-answers.ts';
import { INDEX_LAG, INVOCATION, SKEW, SWEEP } from '../../functions/deadlines.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { close } from '../../functions/shift/close.ts';
import type { ClosedShift } from '../../functions/shift/shift.ts';
import { sealDue } from '../../functions/statement/seal.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS, type Table } from '../../functions/table/table.ts';
import { type EpochMs, MINUTE, SECOND } from '../../functions/time.ts';
import { type Store, storeOf } from '../simulation/world/table.ts';
import { World } from '../simulation/world/world.ts';
import { aMerchant, aSale, refundRequested } from '../statement/shop.ts';

export const TILLS = ['trm_aaaabbbbcccc', 'trm_ddddeeeeffff'] as const;
export type Till = (typeof TILLS)[number];
/** Late in a Shanghai evening: the statement of the day is sealed in the middle of the story. */
export const EVENING = Date.parse('2026-03-01T15:20:00.000Z');

/** Asked before each call of a process, and after it took effect: true kills the process. */
export type Dies = (when: 'before' | 'after') => boolean;

export class Tills {
  readonly world: World;
  readonly merchant = aMerchant();
  /** How many closers were killed. */
  killed = 0;
  private readonly isCalm: boolean;
  private readonly stores: Record<'orders' | 'directory' | 'statements', Store>;

  /** `calm`: one clock, no lag; writes take no longer than others. */
  constructor(seed: number, { calm = false } = {}) {
    this.isCalm = calm;
    this.world = new World(seed, EVENING);
    const lag = () => (!calm && this.world.chance.hit(0.3) ? this.world.chance.int(1, INDEX_LAG) : 0);
    const quiet = () => {};
    const options = {
      lag,
      later: (ms: number, run: () => void) => this.world.in(ms, run),
      onWrite: quiet,
      written: quiet,
    };
    this.stores = {
      orders: storeOf(ORDERS, options),
      directory: storeOf(DIRECTORY, { ...options, lag: () => 0 }),
      statements: storeOf(STATEMENTS, options),
    };
    this.stores.directory.write({ ...this.merchant }, undefined);
    for (const id of TILLS)
      this.stores.directory.write(
        {
          ...{ id, kind: 'credential', role: 'terminal', merchantId: this.merchant.id, version: 1, name: id },
          ...{ scopes: [], createdAt: EVENING, newestKey: 1 },
        },
        undefined,
      );
  }

  /** The services of a process with a clock and a way to the tables of its own; `writeMs`: how long its writes are under way. */
  process({ dies = () => false, writeMs = 20 }: { dies?: Dies; writeMs?: number } = {}) {
    const { world } = this;
    const skew = this.isCalm ? 0 : world.chance.int(-SKEW / 2, SKEW / 2);
    let isDead = false;
    const call = <T>(effect: () => T, ms: number): Promise<T> =>
      new Promise((resolve, reject) => {
        const isOver = (when: Parameters<Dies>[0]) => {
          if (!isDead && dies(when)) {
            this.killed += 1;
            isDead = true;
          }
          return isDead;
        };
        if (isOver('before')) return;
        world.in(world.chance.int(1, ms), () => {
          let value: T;
          try {
            value = effect();
          } catch (error) {
            return reject(error);
          }
          if (!isOver('after')) world.in(world.chance.int(1, 10), () => isDead || resolve(value));
          return undefined;
        });
      });
    const tableOf = (store: Store): Table => ({
      get: (key) => call(() => store.get(key), 10),
      getMany: (keys) => call(() => keys.map((key) => store.get(key)).filter((item) => item !== undefined), 10),
      create: (item: Item) => call(() => store.write(item, undefined), writeMs),
      replace: (item: Item, seen: number) => call(() => store.write(item, seen), writeMs),
      query: (query) => call(() => store.query(query), 10),
    });
    const { orders, directory, statements } = this.stores;
    const tables = { orders: tableOf(orders), directory: tableOf(directory), statements: tableOf(statements) };
    const now = (): EpochMs => world.now + skew;
    const silent = () => {};
    return {
      ...storesOf(tables, now),
      now,
      log: { info: silent, warn: silent, error: silent },
      metrics: { count: silent, publish: silent },
      statementDelay: 30 * MINUTE,
    } satisfies Partial<Services>;
  }

  /** Another process learns of `event`: it says when by its own clock, and its write lands up to a sweep later. */
  async learns(order: Order, event: OrderEvent | ((now: EpochMs) => OrderEvent)): Promise<Order> {
    const s = this.process({ writeMs: !this.isCalm && this.world.chance.hit(0.3) ? SWEEP - 2 * SECOND : 20 });
    const seen = (await s.orders.get(order.orderId)) ?? order;
    const verdict = await s.orders.apply(seen, typeof event === 'function' ? event(s.now()) : event, s.now());
    if (verdict.kind === 'refused') throw new Error(`${verdict.reason}`);
    return verdict.order;
  }

  /** An order of `2 ** power` at `till`, not paid yet. */
  async opens(till: Till, power: number, currency: string) {
    const sale = { no: `${till}-${power}`, paidAt: this.world.now, amount: 2 ** power, currency };
    const { order, payment } = aSale(this.merchant, sale);
    const { orderId, schema, version, updatedAt, dueAt, payments, refunds, ...request } = order;
    const { order: created } = await this.process().orders.create({
      ...request,
      request: { ...request.request, terminalId: till },
    });
    return { order: created, payment };
  }

  /** Another till gives half of it back. */
  async refunds(order: Order, till: Till): Promise<void> {
    const asked = refundRequested('r', order.request.amount.value / 2, order.request.amount.currency);
    const by = { storeId: 'main', terminalId: till };
    await this.learns(order, { ...asked, by } as OrderEvent);
    await this.wait(this.world.chance.int(0, 3 * MINUTE));
    await this.learns(order, (now) => ({
      type: 'refund_succeeded',
      refundNo: 'r',
      at: Math.floor((now - this.world.chance.int(0, MINUTE)) / SECOND) * SECOND,
    }));
  }

  async closes(terminalId: Till, shiftNo: string, dies: Dies = () => false): Promise<ClosedShift> {
    const s = this.process({ dies });
    const ask = { shiftNo, terminalId, storeId: 'main' };
    return (await close(s, this.merchant, ask, { endsAt: s.now() + INVOCATION })).shift;
  }

  async seals(): Promise<void> {
    const s = this.process({ writeMs: 200 });
    await s.statements.openHead(this.merchant, s.now());
    await sealDue(s, { endsAt: s.now() + SWEEP });
  }

  wait = (ms: number) => new Promise<void>((resolve) => this.world.in(ms, () => resolve()));

  /** All closed shifts of a till, the first first. */
  async shiftsOf(till: Till): Promise<ClosedShift[]> {
    const { rows } = await this.process().shifts.list(till, { limit: 100, cursor: undefined });
    return rows.reverse();
  }
}

/** All money of some rows of totals, as a count and a sum of payments and of refunds. */
export const moved = (rows: readonly Pick<TotalsView, 'payments' | 'refunds'>[]) =>
  rows.reduce(
    (sum, { payments, refunds }) => ({
      payments: sum.payments + payments.count,
      taken: sum.taken + payments.gross,
      refunds: sum.refunds + refunds.count,
      returned: sum.returned - refunds.gross,
    }),
    { payments: 0, taken: 0, refunds: 0, returned: 0 },
  );

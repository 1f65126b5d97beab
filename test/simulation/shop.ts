/**
 * The shop's side in virtual time: tables, invocations of the real functions, the sweep's minutes. Nothing of functions/ is
 * replaced; clock, tables, channel and log are arguments, as they are in Lambda.
 */
import { closeOrder } from '../../functions/api/close-order.ts';
import { closeShift } from '../../functions/api/close-shift.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createQrCode } from '../../functions/api/create-qr-code.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { News } from '../../functions/channel/channel.ts';
import { INVOCATION, SWEEP } from '../../functions/deadlines.ts';
import type { OrderView } from '../../functions/http/answers.ts';
import { Pace, SWEEP_PER_SECOND } from '../../functions/jobs/pace.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import { Rates } from '../../functions/merchant/rates.ts';
import { takeNotification } from '../../functions/notifications/alipay.ts';
import { InvariantViolation } from '../../functions/order/invariants.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS, type Table } from '../../functions/table.ts';
import { ChannelModel } from './channel.ts';
import type { Parcel } from './deliveries.ts';
import type { Invocation, Io } from './io.ts';
import { must } from './must.ts';
import { type Store, storeOf } from './table.ts';
import { type By, callerOf, credentialsOf } from './tills.ts';
import { Told } from './told.ts';

const LAMBDA_MS = 14_000;
const MINUTE = 60_000;
/** Fewer than in a deployment: most are empty in a shop of a few orders, and empty ones have nothing to go wrong. */
const SHARDS = { orders: 2, statements: 2 };

export interface Stores {
  readonly orders: Store;
  readonly directory: Store;
  readonly statements: Store;
}

/** What the history wants to hear of. */
export interface Watch {
  /** Before an order is written. */
  onOrder(before: Item | undefined, after: Item, size: number): void;
  /** After any item was written. */
  written(): void;
  /** A notification was answered with thanks. */
  onThanks(news: News): void;
  /** A terminal was told something of an order, or that its shift is closed. */
  onTold(check: () => void): void;
  /** The code refused a write of its own. */
  onAlarm(what: string): void;
}

/** A throttled or failed request to a table; the SDK has given up on it. */
class Throttled extends Error {}

export class SimulatedShop {
  readonly stores: Stores;
  readonly channel: ChannelModel;
  readonly merchant: Merchant;
  private readonly io: Io;
  /** What the channel has told us of refunds, as far as it was thanked for. */
  readonly told: Told;
  /** What terminals were told of their shifts, by terminal and number. */
  readonly closings = new Map<string, string>();
  /** Warm instances: what each of them remembers. */
  private readonly instances = [new Map<string, number>(), new Map<string, number>()];
  private readonly watch: Watch;
  private invocations = 0;

  constructor(io: Io, merchant: Merchant, watch: Watch) {
    this.io = io;
    this.watch = watch;
    this.merchant = merchant;
    const { world, faults } = io;
    const lag = () => {
      if (faults.staleIndexMs === 0 || !world.chance.hit(0.3)) return 0;
      io.count('staleIndexMs');
      return world.chance.int(1, faults.staleIndexMs);
    };
    const later = (ms: number, run: () => void) => world.in(ms, run);
    const quiet = () => {};
    this.stores = {
      orders: storeOf(ORDERS, { lag, later, onWrite: watch.onOrder, written: watch.written }),
      directory: storeOf(DIRECTORY, { lag: () => 0, later, onWrite: quiet, written: quiet }),
      statements: storeOf(STATEMENTS, { lag, later, onWrite: quiet, written: watch.written }),
    };
    this.channel = new ChannelModel(io, (parcel) => this.takeParcel(parcel));
    this.stores.directory.write({ ...merchant }, undefined);
    for (const item of credentialsOf(io.world.now)) this.stores.directory.write(item, undefined);
    this.told = new Told(this.channel);
  }

  /** A terminal reads the answer, and shows the code that it was given. */
  private seen(reply: { body: unknown }, invocation: Invocation): OrderView {
    const body = reply.body as OrderView & { order?: OrderView };
    const order = body.order ?? body;
    if (order.qrCode && order.attempt) this.channel.shown.add(`${order.orderId}_${order.attempt.n}`);
    if (order.nextAction === 'hand_over_goods') this.channel.handedOver.add(order.orderId);
    this.watch.onTold(() => this.told.check(order, invocation));
    return order;
  }

  /** As the operator does who was told of a renewed authorisation. */
  replaceToken(): void {
    const { directory } = this.stores;
    const item = directory.get(this.merchant.merchantId) as unknown as Merchant;
    const accounts = item.accounts.map((account) => ({
      ...account,
      ...(this.channel.token && { appAuthToken: this.channel.token }),
    }));
    directory.write({ ...item, accounts, version: item.version + 1 }, item.version);
  }

  /** The true time. */
  get now(): number {
    return this.io.world.now;
  }

  async openStatements(now: number): Promise<void> {
    const { statements, reconciliations } = storesOf(
      {
        orders: direct(this.stores.orders),
        directory: direct(this.stores.directory),
        statements: direct(this.stores.statements),
      },
      () => now,
      SHARDS,
    );
    await statements.openHead(this.merchant, now);
    await reconciliations.openHead(this.merchant.merchantId, now);
  }

  createOrder = (by: By, body: Parameters<typeof createOrder>[1]['body']) =>
    this.invoke('createOrder', LAMBDA_MS, async (s, its) =>
      this.seen(await createOrder(s, request(by, {}, body, s)), its),
    );
  createQrCode = (by: By, orderId: string, attempt: number) =>
    this.invoke('createQrCode', LAMBDA_MS, async (s, its) =>
      this.seen(await createQrCode(s, request(by, { orderId }, { attempt, svg: false }, s)), its),
    );
  payWithTillCode = (by: By, orderId: string, attempt: number, tillCode: string) =>
    this.invoke(`payWithTillCode ${attempt}`, LAMBDA_MS, async (s, its) => {
      const body = { attempt, tillCode, operatorId: `cashier ${by}` };
      return this.seen(await payWithTillCode(s, request(by, { orderId }, body, s)), its);
    });
  getOrder = (by: By, orderId: string) =>
    this.invoke('getOrder', LAMBDA_MS, async (s, its) => {
      const asked = { ...request(by, { orderId }, undefined, s), query: { live: 'true' as const } };
      return this.seen(await getOrder(s, asked), its);
    });
  closeOrder = (by: By, orderId: string) =>
    this.invoke('closeOrder', LAMBDA_MS, async (s, its) =>
      this.seen(await closeOrder(s, request(by, { orderId }, {}, s)), its),
    );
  createRefund = (by: By, orderId: string, refundNo: string, value: number) =>
    this.invoke('createRefund', LAMBDA_MS, async (s, its) => {
      const body = { refundNo, amount: { currency: 'CNY', value }, operatorId: `cashier ${by}` };
      return this.seen(await createRefund(s, request(by, { orderId }, body, s)), its);
    });
  /** Whether the terminal was told that its shift is closed. The same number must always be told the same. */
  closeShift = (by: By, shiftNo: string) =>
    this.invoke(`closeShift ${by} ${shiftNo}`, LAMBDA_MS, async (s) => {
      const { body } = await closeShift(s, request(by, {}, { shiftNo, operatorId: `cashier ${by}` }, s));
      const [key, text] = [`${by} ${shiftNo}`, JSON.stringify(body)];
      const before = this.closings.get(key) ?? text;
      this.closings.set(key, before);
      this.watch.onTold(() => must(text === before, 'I21', `shift ${key} is told in two ways`));
      return true;
    });
  sweep = () => this.invoke('sweep', SWEEP, (s) => sweep(s));

  private async takeParcel(parcel: Parcel): Promise<boolean> {
    const answer = await this.invoke(`notification ${parcel.news.notificationId}`, LAMBDA_MS, (s) =>
      takeNotification(s, Buffer.from(JSON.stringify(parcel)), { endsAt: s.now() + INVOCATION }),
    );
    if (answer === 'success' && !parcel.forged) {
      this.told.thanked(parcel.news);
      this.watch.onThanks(parcel.news);
    }
    return answer === 'success';
  }

  /** Runs a function. Undefined: it was killed, timed out, or threw; nobody outside can tell which. */
  private invoke<T>(
    what: string,
    patienceMs: number,
    run: (s: Services, its: Invocation) => Promise<T>,
  ): Promise<T | undefined> {
    const { world, faults } = this.io;
    this.invocations += 1;
    const skew = faults.skewMs > 0 ? world.chance.int(-faults.skewMs / 2, faults.skewMs / 2) : 0;
    if (skew !== 0) this.io.count('skewMs');
    const begun = { beganAt: world.now, told: [], dead: false };
    const invocation: Invocation = { what: `${what}#${this.invocations}`, skew: Math.round(skew), ...begun };
    return new Promise((resolve) => {
      let ended = false;
      const end = (value: T | undefined) => {
        ended = true;
        invocation.dead = true;
        resolve(value);
      };
      world.in(patienceMs, () => (invocation.dead && ended ? 'quiet' : end(undefined)));
      run(this.servicesOf(invocation), invocation).then(end, (error: unknown) => {
        world.tell(`${invocation.what} threw ${error instanceof Error ? error.message : error}`);
        // What the endpoint would count and raise an alarm for.
        if (error instanceof InvariantViolation) this.watch.onAlarm(invocation.what);
        end(undefined);
      });
    });
  }

  private servicesOf(invocation: Invocation): Services {
    const { world } = this.io;
    const now = () => world.now + invocation.skew;
    const table = (store: Store) => this.tableOf(invocation, store);
    const { orders, directory, statements } = this.stores;
    const nothing = () => {};
    return {
      ...storesOf({ orders: table(orders), directory: direct(directory), statements: table(statements) }, now, SHARDS),
      now,
      log: {
        info: nothing,
        warn: nothing,
        error: (message, fields) =>
          world.tell(`${invocation.what} logs: ${message} ${fields?.error?.split('\n')[0] ?? ''}`),
      },
      metrics: {
        count: (name) => {
          this.io.count(`metric ${name}`);
          if (name === 'invariantViolations') this.watch.onAlarm(invocation.what);
        },
        publish: nothing,
      },
      channels: { alipay: this.channel.seenBy(invocation) },
      notifyUrls: { alipay: 'https://pay.example/v1/notifications/alipay' },
      authorities: new Set(),
      statementDelay: 30 * MINUTE,
      lastAsked: world.chance.pick(this.instances),
      rates: new Rates(),
      pace: new Pace(SWEEP_PER_SECOND, now, (ms) => new Promise((resolve) => world.in(ms, resolve))),
    };
  }

  private tableOf(invocation: Invocation, store: Store): Table {
    const { io } = this;
    const send = <T>(effect: () => T): Promise<T> =>
      io.send(
        invocation,
        () => {
          if (io.strikes('throttle')) throw new Throttled('throttled');
          return effect();
        },
        io.world.chance.int(1, 15),
      );
    const write = (item: Item, seen: number | undefined) =>
      send(() => {
        const key = String(item[store.shape.key]);
        const applied = store.write(item, seen);
        if (applied && key.startsWith('ord_'))
          io.world.tell(`${invocation.what} writes ${key.slice(0, 10)} v${item.version}`);
        // Written, but the answer is lost: the SDK's own second try fails its condition.
        if (applied && io.strikes('ambiguousWrite')) return false;
        return applied;
      });
    return {
      get: (key) => send(() => store.get(key)),
      getMany: (keys) => send(() => keys.map((key) => store.get(key)).filter((item) => item !== undefined)),
      create: (item) => write(item, undefined),
      replace: (item, seen) => write(item, seen),
      query: async (query) => {
        // Most of the sweep's shards are empty most of the time: nothing can go wrong there that does not elsewhere.
        const page = store.query(query);
        return page.keys.length === 0 ? page : send(() => store.query(query));
      },
    };
  }
}

function request<P, B>(by: By, params: P, body: B, s: Services) {
  return { params, query: {}, body, caller: callerOf(by), deadline: { endsAt: s.now() + INVOCATION } };
}

/** The store without latency or faults. */
function direct(store: Store): Table {
  return {
    get: async (key) => store.get(key),
    getMany: async (keys) => keys.map((key) => store.get(key)).filter((item) => item !== undefined),
    create: async (item) => store.write(item, undefined),
    replace: async (item, seen) => store.write(item, seen),
    query: async (query) => store.query(query),
  };
}

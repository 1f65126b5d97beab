/**
 * The shop's side in virtual time: tables, invocations of the real functions, the sweep's minutes. Nothing of functions/ is
 * replaced; clock, tables, channel and log are arguments, as they are in Lambda.
 */
import { closeOrder } from '../../../functions/api/close-order.ts';
import { closeShift } from '../../../functions/api/close-shift.ts';
import { createOrder } from '../../../functions/api/create-order.ts';
import { createQrCode } from '../../../functions/api/create-qr-code.ts';
import { createRefund } from '../../../functions/api/create-refund.ts';
import { getOrder } from '../../../functions/api/get-order.ts';
import { payWithTillCode } from '../../../functions/api/pay-with-till-code.ts';
import { Problem } from '../../../functions/contract/problem.ts';
import { INVOCATION, SWEEP } from '../../../functions/deadlines.ts';
import { sweep } from '../../../functions/jobs/sweep.ts';
import { takeNotification } from '../../../functions/notifications/take.ts';
import { InvariantViolation } from '../../../functions/order/invariants.ts';
import { storesOf } from '../../../functions/services.ts';
import type { Asked, SaleAsked } from '../actors/asked.ts';
import { readAll } from '../actors/office.ts';
import { lookAt } from '../actors/onlookers.ts';
import type { Look, Looked } from '../judges/looks.ts';
import type { AllPages, ShiftPage } from '../judges/pages.ts';
import { Told } from '../judges/told.ts';
import { mustBe } from '../judges/violation.ts';
import type { Watch } from '../judges/watch.ts';
import { AntomModel } from './antom.ts';
import type { AntomMessage } from './antom-mail.ts';
import { ChannelModel } from './channel.ts';
import type { Contract } from './contract.ts';
import type { Parcel } from './deliveries.ts';
import type { Invocation, Io } from './io.ts';
import type { Item } from './port.ts';
import {
  callerOf,
  credentialsOf,
  cursors,
  direct,
  Memory,
  merchantOf,
  messageOf,
  type Services,
  SHAPES,
  servicesOf,
  type Table,
} from './product.ts';
import { type Store, storeOf } from './table.ts';
import { tableOf } from './table-calls.ts';
import { type By, MERCHANT_ID, operatorOf } from './tills.ts';
import type { OrderPage, Replied } from './wire.ts';

const LAMBDA_MS = 14_000;

export interface Stores {
  readonly orders: Store;
  readonly directory: Store;
  readonly statements: Store;
}

export class SimulatedShop {
  readonly stores: Stores;
  readonly channel: ChannelModel;
  /** Asked only for a merchant who has an account there. */
  readonly antom: AntomModel;
  readonly contract: Contract;
  private readonly io: Io;
  /** What the channel has told us of refunds, as far as it was thanked for. */
  readonly told: Told;
  /** What terminals were told of their shifts, by terminal and number. */
  readonly closings = new Map<string, ShiftPage>();
  /** Who hears that an order is paid, when a till is first told so. */
  readonly onPaid: ((order: OrderPage) => void)[] = [];
  private readonly paid = new Set<string>();
  /** Warm instances: what each of them remembers. */
  private readonly instances = [new Memory(), new Memory()] as const;
  private readonly watch: Watch;
  private invocations = 0;

  constructor(io: Io, contract: Contract, watch: Watch) {
    this.io = io;
    this.watch = watch;
    this.contract = contract;
    const { world, faults } = io;
    const lag = () => {
      if (faults.staleIndexMs === 0 || !world.chance.hit(0.3)) return 0;
      io.count('staleIndexMs');
      return world.chance.int(1, faults.staleIndexMs);
    };
    const later = (ms: number, run: () => void) => world.in(ms, run);
    const quiet = () => {};
    const nobody = { lag: () => 0, later, cursors, onWrite: quiet, written: quiet };
    const onOrder = (before: Item | undefined, after: Item, size: number, by: unknown) =>
      watch.onOrder(before, after, size, by as Invocation);
    const onStatement = (_: unknown, after: Item) => watch.onStatement(after);
    this.stores = {
      orders: storeOf(SHAPES.orders, { lag, later, cursors, onWrite: onOrder, written: watch.written }),
      directory: storeOf(SHAPES.directory, nobody),
      statements: storeOf(SHAPES.statements, { lag, later, cursors, onWrite: onStatement, written: watch.written }),
    };
    this.channel = new ChannelModel(io, contract, (parcel) => this.takeParcel(parcel));
    this.antom = new AntomModel(io, (message) => this.takeMessage(message));
    this.stores.directory.write({ ...merchantOf(contract) }, undefined);
    for (const item of credentialsOf(io.world.now)) this.stores.directory.write(item, undefined);
    this.told = new Told(this.channel);
  }

  /** A terminal reads the answer, and shows the code that it was given. */
  private seen(reply: Replied, invocation: Invocation): OrderPage {
    if (!invocation.ended) this.watch.onTold(() => this.watch.onReply(invocation, reply));
    const body = reply.body as OrderPage & { order?: OrderPage };
    const order = body.order ?? body;
    if (order.qrCode && order.attempt) this.channel.shown.add(`${order.orderId}_${order.attempt.n}`);
    if (order.nextAction === 'hand_over_goods') this.channel.handedOver.add(order.orderId);
    this.watch.onTold(() => this.told.check(order, invocation));
    if (order.payment && !this.paid.has(order.orderId)) {
      this.paid.add(order.orderId);
      for (const hear of this.onPaid) hear(order);
    }
    return order;
  }

  /** The true time. */
  get now(): number {
    return this.io.world.now;
  }

  async openStatements(now: number): Promise<void> {
    const { orders, directory, statements } = this.stores;
    const tables = { orders: direct(orders), directory: direct(directory), statements: direct(statements) };
    const heads = storesOf(tables, () => now, { orders: 2, statements: 2 });
    await heads.statements.openHead({ merchantId: MERCHANT_ID, zone: this.contract.zone }, now);
    await heads.reconciliations.openHead(MERCHANT_ID, now);
  }

  /** Somebody reads, or asks for what is refused: nothing goes wrong on the way, and the channel is asked nothing. */
  look(look: Look): Promise<Looked> {
    const s = this.undisturbed('onlooker');
    // Whoever has just asked about an order does not ask again.
    const lastSynced = new Map(this.stores.orders.all().map(({ orderId }) => [String(orderId), s.now()]));
    return lookAt({ ...s, lastSynced }, look);
  }

  /** All documents, as a back office reads them now: nothing goes wrong on their way. */
  readAll(reportDays: readonly string[]): Promise<AllPages> {
    return readAll(this.undisturbed('office'), reportDays);
  }

  private undisturbed(what: string): Services {
    const { orders, directory, statements } = this.stores;
    const tables = { orders: direct(orders), directory: direct(directory), statements: direct(statements) };
    const quiet = { asked: { op: 'sweep' }, instance: 0, skew: 0, beganAt: this.now, ended: false } as const;
    return this.services({ ...quiet, what, told: [] }, tables);
  }

  createOrder = (by: By, sale: SaleAsked) =>
    this.ask({ op: 'createOrder', by, sale }, async (s, its) =>
      this.seen(await createOrder(s, request(by, {}, sale, s)), its),
    );
  createQrCode = (by: By, orderId: string, attempt: number) =>
    this.ask({ op: 'createQrCode', by, orderId, attempt }, async (s, its) =>
      this.seen(await createQrCode(s, request(by, { orderId }, { attempt, svg: false }, s)), its),
    );
  payWithTillCode = (by: By, orderId: string, attempt: number, tillCode: string) =>
    this.ask({ op: 'payWithTillCode', by, orderId, attempt }, async (s, its) => {
      const body = { attempt, tillCode, operatorId: operatorOf(by) };
      return this.seen(await payWithTillCode(s, request(by, { orderId }, body, s)), its);
    });
  getOrder = (by: By, orderId: string) =>
    this.ask({ op: 'getOrder', by, orderId }, async (s, its) => {
      const asked = { ...request(by, { orderId }, undefined, s), query: { live: 'true' as const } };
      return this.seen(await getOrder(s, asked), its);
    });
  closeOrder = (by: By, orderId: string) =>
    this.ask({ op: 'closeOrder', by, orderId }, async (s, its) =>
      this.seen(await closeOrder(s, request(by, { orderId }, {}, s)), its),
    );
  createRefund = (by: By, orderId: string, refundNo: string, value: number, currency = 'CNY') =>
    this.ask({ op: 'createRefund', by, orderId, refundNo, value }, async (s, its) => {
      const body = { refundNo, amount: { currency, value }, operatorId: operatorOf(by) };
      return this.seen(await createRefund(s, request(by, { orderId }, body, s)), its);
    });
  /** Whether the terminal was told that its shift is closed. The same number must always be told the same. */
  closeShift = (by: By, shiftNo: string) =>
    this.ask({ op: 'closeShift', by, shiftNo }, async (s) => {
      const body = (await closeShift(s, request(by, {}, { shiftNo, operatorId: operatorOf(by) }, s))).body as ShiftPage;
      const key = `${by} ${shiftNo}`;
      const before = this.closings.get(key) ?? body;
      this.closings.set(key, before);
      this.watch.onTold(() => mustBe(body, before, 'I21', `shift ${key}`));
      return body;
    });
  sweep = () => this.invoke('sweep', SWEEP, { op: 'sweep' }, (s) => sweep(s));

  /** A request of somebody at a till. What it is answered, or how refused, the judge hears. */
  private ask<T extends OrderPage | ShiftPage>(
    asked: Exclude<Asked, { op: 'sweep' | 'notification' }>,
    run: (s: Services, its: Invocation) => Promise<T>,
  ): Promise<T | undefined> {
    this.watch.onAsked(asked);
    const which = asked.op === 'payWithTillCode' ? ` ${asked.attempt}` : '';
    const what = asked.op === 'closeShift' ? `closeShift ${asked.by} ${asked.shiftNo}` : `${asked.op}${which}`;
    return this.invoke(what, LAMBDA_MS, asked, async (s, its) => {
      const answer = await run(s, its);
      if (!its.ended) this.watch.onAnswer(its, answer);
      return answer;
    });
  }

  private async takeParcel(parcel: Parcel): Promise<boolean> {
    const what = `notification ${parcel.news.notificationId}`;
    const answer = await this.invoke(what, LAMBDA_MS, { op: 'notification' }, (s) =>
      takeNotification(s, 'alipay', messageOf(parcel), { endsAt: s.now() + INVOCATION }),
    );
    if (answer === 'success' && !parcel.forged) {
      this.told.thanked(parcel.news);
      this.watch.onThanks(parcel.news);
    }
    return answer === 'success';
  }

  private async takeMessage(message: AntomMessage): Promise<boolean> {
    const answer = await this.invoke(`message of ${message.about}`, LAMBDA_MS, { op: 'notification' }, (s) =>
      takeNotification(s, 'antom', message, { endsAt: s.now() + INVOCATION }),
    );
    return answer?.includes('"S"') === true;
  }

  /** Runs a function. Undefined: it was killed, timed out, or threw; nobody outside can tell which. */
  private invoke<T>(
    what: string,
    patienceMs: number,
    asked: Asked,
    run: (s: Services, its: Invocation) => Promise<T>,
  ): Promise<T | undefined> {
    const { world, faults } = this.io;
    this.invocations += 1;
    const skew = faults.skewMs > 0 ? world.chance.int(-faults.skewMs / 2, faults.skewMs / 2) : 0;
    if (skew !== 0) this.io.count('skewMs');
    const begun = { asked, instance: world.chance.pick([0, 1] as const), beganAt: world.now, told: [], ended: false };
    const invocation: Invocation = { what: `${what}#${this.invocations}`, skew: Math.round(skew), ...begun };
    this.watch.onBegun(invocation);
    return new Promise((resolve) => {
      let ended = false;
      const end = (value: T | undefined) => {
        ended = true;
        invocation.ended = true;
        resolve(value);
        this.watch.onEnd();
      };
      world.in(patienceMs, () => (invocation.ended && ended ? 'quiet' : end(undefined)));
      const done = (value: T) => {
        if (!invocation.ended) this.watch.onDone(invocation);
        end(value);
      };
      run(this.servicesOf(invocation), invocation).then(done, (error: unknown) => {
        world.tell(`${invocation.what} threw ${error instanceof Error ? error.message : error}`);
        if (error instanceof Problem && !invocation.ended)
          this.watch.onAnswer(invocation, { code: error.code, members: error.members });
        // What the endpoint would count and raise an alarm for.
        if (error instanceof InvariantViolation) this.watch.onAlarm(invocation.what);
        else if (!(error instanceof Problem)) this.watch.onFault(invocation.what, String(error));
        end(undefined);
      });
    });
  }

  private servicesOf(invocation: Invocation): Services {
    const { orders, directory, statements } = this.stores;
    const table = (store: Store) => tableOf(this.io, invocation, store);
    return this.services(invocation, {
      ...{ orders: table(orders), directory: direct(directory), statements: table(statements) },
    });
  }

  private services(invocation: Invocation, tables: { orders: Table; directory: Table; statements: Table }): Services {
    const { world } = this.io;
    return servicesOf({
      tables,
      channel: this.channel.seenBy(invocation),
      antom: { call: (...asked) => this.antom.call(invocation, ...asked) },
      ...this.instances[invocation.instance],
      now: () => world.now + invocation.skew,
      failed: (message, error) => {
        world.tell(`${invocation.what} logs: ${message} ${error ?? ''}`);
        if (error !== undefined) this.watch.onFault(`${invocation.what}: ${message}`, error);
      },
      count: (name) => {
        this.io.count(`metric ${name}`);
        if (name === 'channelUnknown' || name === 'channelMisconfigured') this.watch.onCount(invocation, name);
        if (name === 'invariantViolations') this.watch.onAlarm(invocation.what);
      },
      wait: (ms) => new Promise((resolve) => world.in(ms, resolve)),
    });
  }
}

function request<P, B>(by: By, params: P, body: B, s: Services) {
  return { params, query: {}, body, caller: callerOf(by), deadline: { endsAt: s.now() + INVOCATION } };
}

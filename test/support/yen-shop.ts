/**
 * A shop that sells by {@link ReversingYen}, through the real functions, in a time that only the test turns. Calls can be lost
 * before or after their effect, and an invocation can be killed between any two of its steps. A test that uses it puts the channel
 * into the registry by `vi.mock`.
 */
import { closeOrder } from '../../functions/api/close-order.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createQrCode } from '../../functions/api/create-qr-code.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { Channel, SentMessage } from '../../functions/channel/channel.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { Problem } from '../../functions/contract/problem.ts';
import { INVOCATION } from '../../functions/deadlines.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { takeNotification } from '../../functions/notifications/take.ts';
import type { Order } from '../../functions/order/order.ts';
import { orderView } from '../../functions/order/view.ts';
import { requestClose } from '../../functions/payment/advance.ts';
import { RateLimiter } from '../../functions/rate-limiter.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS, type Table } from '../../functions/table/table.ts';
import { aMerchant, anAgreement } from '../statement/shop.ts';
import { NOON } from './orders.ts';
import { ReversingYen } from './reversing-yen.ts';
import { yenAccount } from './second-channel.ts';

const YEN_ID = 'yen' as ChannelId;
const CALLER = { keyid: 'trm_a.1', merchantId: 'mer_aaaabbbbcccc', scopes: [], storeId: 'main', terminalId: 'trm_a' };

/** What comes of one call to the channel: `lost` before or after it took effect. */
export type Fate = 'answered' | 'lost before' | 'lost after';

class Killed extends Error {}
const DEAD = -1;

type Status = Pick<OrderView, 'status' | 'nextAction'> & { readonly code?: string };

export class YenShop {
  now = NOON;
  readonly channel = new ReversingYen(() => this.now);
  readonly orders: Table;
  /** What comes of the next calls to the channel, by operation; each then happens once. */
  readonly fates: (readonly [operation: string, fate: Fate])[] = [];
  /** Run before and after the next call of an operation takes effect. */
  readonly hooks: { readonly operation: string; readonly when: 'before' | 'after'; run(): void }[] = [];
  /** So many steps, to a table or the channel, until the invocation is killed; undefined: it is not. */
  stepsLeft: number | undefined;
  /** Of the last invocation. */
  wasKilled = false;
  anomalies = 0;
  readonly errors: unknown[] = [];
  /** Refunds that were sent again under a number although an invocation had heard, and lived to store, that it was refused. */
  readonly sentAgain: string[] = [];
  /** Refunds that were sent under a number while the one before had not failed in the channel's books. */
  readonly openTwice: string[] = [];
  private readonly numbersSent = new Map<string, string>();
  private readonly refusedNumbers = new Set<string>();
  private refusedNow: string[] = [];
  private readonly directory = new MemoryTable(DIRECTORY);
  private readonly statements = new MemoryTable(STATEMENTS);
  private readonly merchant: Merchant;

  constructor(latePayment: Merchant['latePayment'] = 'refund', orders: Table = new MemoryTable(ORDERS)) {
    this.orders = orders;
    this.merchant = aMerchant({
      ...{ zone: 'Asia/Tokyo', latePayment, accounts: [yenAccount()] },
      agreements: [anAgreement({ agreementId: 'agr_yen', currency: 'JPY', ratePpm: 10_000 })],
    });
  }

  async open(merchantOrderNo = '1', qrCode = true): Promise<OrderView> {
    if (!(await this.directory.get(this.merchant.id))) await this.directory.create({ ...this.merchant });
    const ask = { merchantOrderNo, amount: { currency: 'JPY', value: 450 }, subject: '緑茶', expiresInSeconds: 180 };
    const { body } = await createOrder(this.services(), { ...this.of('', { ...ask, qrCode, svg: false }), params: {} });
    return body as OrderView;
  }

  poll = (orderId: string) => this.asks(orderId, (s) => getOrder(s, this.of(orderId, undefined)));
  close = (orderId: string) => this.asks(orderId, (s) => closeOrder(s, this.of(orderId, {})));
  scan = (orderId: string, attempt: number) =>
    this.asks(orderId, (s) => payWithTillCode(s, this.of(orderId, { attempt, tillCode: '990000000000000001' })));
  code = (orderId: string, attempt: number) =>
    this.asks(orderId, (s) => createQrCode(s, this.of(orderId, { attempt, svg: false })));
  refund = (orderId: string, refundNo: string, value: number) =>
    this.asks(orderId, (s) => createRefund(s, this.of(orderId, { refundNo, amount: { currency: 'JPY', value } })));
  /** The order as the terminal reads it; `isAsked`: and the channel is asked. */
  async view(orderId: string, isAsked = true): Promise<OrderView> {
    if (isAsked) return (await getOrder(this.services(), this.of(orderId, undefined))).body as OrderView;
    return orderView(await this.order(orderId), this.now);
  }
  /** The cashier opens another order in its place. */
  replace = (orderId: string) =>
    this.invokes(async (s) => {
      const replacedBy = 'ord_zzzzzzzzzzzzzzzzzzzzzzzzzz';
      await requestClose(s, await this.order(orderId), { replacedBy }, { endsAt: this.now + INVOCATION });
    });
  sweep = () => this.invokes(async (s) => void (await sweep(s)));
  hears = (message: SentMessage) =>
    this.invokes(async (s) => void (await takeNotification(s, YEN_ID, message, { endsAt: this.now + INVOCATION })));

  async order(orderId: string): Promise<Order> {
    const order = await this.services().orders.get(orderId);
    if (!order) throw new Error(`no order ${orderId}`);
    return order;
  }

  /** What the channel was asked since the last look. */
  asked(): string[] {
    return this.channel.calls.splice(0);
  }

  private of<B>(orderId: string, body: B) {
    const deadline = { endsAt: this.now + INVOCATION };
    return { params: { orderId }, body, query: {}, caller: CALLER, deadline };
  }

  /** The answer as the terminal reads it, or the problem; undefined: the invocation was killed. */
  private async asks(
    orderId: string,
    run: (s: Services) => Promise<{ status: number; body: unknown }>,
  ): Promise<Status | undefined> {
    let seen: Status | undefined;
    await this.invokes(async (s) => {
      try {
        const body = (await run(s)).body as OrderView & { order?: OrderView };
        const { status, nextAction } = body.order ?? body;
        seen = { status, nextAction };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const { status, nextAction } =
          (error.members as { order?: OrderView }).order ?? (await this.poll(orderId)) ?? {};
        seen = { code: error.code, status, nextAction } as Status;
      }
    });
    return seen;
  }

  private async invokes(run: (s: Services) => Promise<void>): Promise<void> {
    this.refusedNow = [];
    try {
      await run(this.services());
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    this.wasKilled = this.stepsLeft === DEAD;
    if (!this.wasKilled) for (const no of this.refusedNow) this.refusedNumbers.add(no);
    this.stepsLeft = undefined;
  }

  /** What one invocation works with: none remembers what another has asked. */
  services(): Services {
    const now = () => this.now;
    const nothing = () => {};
    const mortal = (table: Table): Table => ({
      get: (key) => this.step(() => table.get(key)),
      getMany: (keys) => this.step(() => table.getMany(keys)),
      create: (item: Item) => this.step(() => table.create(item)),
      replace: (item: Item, seen) => this.step(() => table.replace(item, seen)),
      query: (query) => this.step(() => table.query(query)),
    });
    const { directory, statements } = this;
    const tables = { orders: mortal(this.orders), directory: mortal(directory), statements: mortal(statements) };
    const count = (name: string) => {
      if (name === 'anomalies') this.anomalies += 1;
    };
    const error = (message: string, fields: unknown) => {
      if (this.stepsLeft !== DEAD) this.errors.push({ message, fields });
    };
    return {
      ...storesOf(tables, now, { orders: 1, statements: 1 }),
      ...{ now, log: { info: nothing, warn: nothing, error }, metrics: { count, publish: nothing } },
      channels: { [YEN_ID]: this.wire() } as unknown as Services['channels'],
      notifyUrls: { [YEN_ID]: 'https://pay.example/y' } as unknown as Services['notifyUrls'],
      ...{ authorities: new Set(), statementDelay: 0, lastSynced: new Map(), tokenBuckets: new TokenBuckets() },
      rateLimiter: new RateLimiter(10_000, now, async () => {}),
    } as Services;
  }

  /** Nothing of an invocation happens after it was killed. Where half a step is left, that step still takes effect. */
  private async step<T>(take: () => Promise<T>): Promise<T> {
    if (this.stepsLeft === undefined) return take();
    if (this.stepsLeft === DEAD) throw new Killed();
    this.stepsLeft -= 1;
    if (this.stepsLeft >= 0) return take();
    if (this.stepsLeft === -0.5) await take();
    this.stepsLeft = DEAD;
    throw new Killed();
  }

  private wire(): Channel {
    const { channel } = this;
    return new Proxy(channel, {
      get: (_, operation: keyof ReversingYen & string) => {
        const call = channel[operation] as (request: object) => Promise<{ readonly kind: string }>;
        if (operation === 'readNotification') return call;
        return (request: { readonly requestNo?: string }) =>
          this.step(async () => {
            const { requestNo = '' } = request;
            if (operation === 'refund') await this.looksAtNumber(requestNo);
            const fate = this.take(this.fates, ([of]) => of === operation)?.[1] ?? 'answered';
            this.runHooks(operation, 'before');
            const answer = fate === 'lost before' ? undefined : await call(request);
            this.runHooks(operation, 'after');
            if (fate !== 'answered' || !answer) return { kind: 'unknown', why: fate };
            if (operation === 'refund' && answer.kind === 'refused') this.refusedNow.push(requestNo);
            return answer;
          });
      },
    }) as unknown as Channel;
  }

  private async looksAtNumber(requestNo: string): Promise<void> {
    if (this.refusedNumbers.has(requestNo)) this.sentAgain.push(requestNo);
    const [, orderId = '', k] = /^(.*)_r(\d+)$/.exec(requestNo) ?? [];
    const order = (await this.orders.get(orderId)) as unknown as Order;
    const refund = order.refunds.find((it) => it.k === Number(k));
    const before = this.numbersSent.get(`${orderId} ${refund?.refundNo}`);
    this.numbersSent.set(`${orderId} ${refund?.refundNo}`, requestNo);
    if (before === undefined || before === requestNo) return;
    const booked = [...this.channel.trades.values()].flatMap(({ refunds }) => refunds);
    const hasFailed = booked.some((it) => it.requestNo === before && it.refusal !== undefined);
    if (!hasFailed) this.openTwice.push(`${before}, ${requestNo}`);
  }

  private runHooks(operation: string, when: 'before' | 'after'): void {
    this.take(this.hooks, (hook) => hook.operation === operation && hook.when === when)?.run();
  }

  private take<T>(list: T[], is: (it: T) => boolean): T | undefined {
    const i = list.findIndex(is);
    return i < 0 ? undefined : list.splice(i, 1)[0];
  }
}

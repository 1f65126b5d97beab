/**
 * A flow: one order, driven step by step through the real functions, in a time that only the test turns, at a channel that
 * answers what the test has put down. Each step answers all that happened in it, as lines.
 */
import { closeOrder } from '../../functions/api/close-order.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createQrCode } from '../../functions/api/create-qr-code.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { Channel, News } from '../../functions/channel/channel.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { Problem } from '../../functions/contract/problem.ts';
import { INVOCATION } from '../../functions/deadlines.ts';
import { orderIdOf } from '../../functions/ids.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import type { Limits, Merchant } from '../../functions/merchant/merchant.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { takeNotification } from '../../functions/notifications/take.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { RateLimiter } from '../../functions/rate-limiter.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS } from '../../functions/table/table.ts';
import type { LogFields } from '../../functions/telemetry.ts';
import { alipayAlone, alipaysUrlAlone } from './alipay-alone.ts';
import { ACCOUNT, MERCHANT_ID, merchantOf, TILL } from './flow-shop.ts';
import { callText, flat, logText, writeText } from './flow-text.ts';
import { NOON } from './orders.ts';

/** An answer of the channel, or what happens while it is asked and then the answer. */
export type Answer = object | (() => object | Promise<object>);

export const T1 = { tradeNo: 't1', paidAt: NOON + 8_000, amount: { currency: 'CNY', value: 1_234 } };
export const PAID = { kind: 'paid', refundedInFull: false, ...T1 };
export const WAITING = { kind: 'waiting' };
export const ABSENT = { kind: 'absent' };
export const CLOSED = { kind: 'closed' };
export const SILENCE = { kind: 'unknown', why: 'time-out' };
export const CODE = { kind: 'accepted', payload: 'code' };

export interface Options {
  readonly limits?: Limits;
  readonly latePayment?: Merchant['latePayment'];
  /** Absent: a terminal. */
  readonly backOffice?: boolean;
}

export class Flow {
  now = NOON;
  readonly s: Services;
  readonly orders = new MemoryTable(ORDERS);
  readonly directory = new MemoryTable(DIRECTORY);
  /** The requests that the channel got, as they were. */
  readonly requests: object[] = [];
  merchantOrderNo = '1';
  private readonly caller: Parameters<typeof getOrder>[1]['caller'];
  private readonly answers: Answer[] = [];
  /** Before the next writes of orders, one each. */
  private readonly races: (() => Promise<unknown>)[] = [];
  private lines: string[] = [];

  constructor({ limits = {}, latePayment = 'refund', backOffice = false }: Options = {}) {
    this.caller = backOffice ? TILL : { ...TILL, terminalId: 'trm_aaaabbbbcccc' };
    const now = () => this.now;
    const tell = (level: string) => (message: string, fields?: LogFields) =>
      void this.lines.push(logText(level, message, fields, this.orderId));
    const wait = async (ms: number) => {
      this.now += ms;
    };
    const statements = new MemoryTable(STATEMENTS);
    const tables = { orders: this.watched(), directory: this.directory, statements };
    this.s = {
      ...storesOf(tables, now, { orders: 1, statements: 1 }),
      now,
      log: { info: tell('info'), warn: tell('warn'), error: tell('error') },
      metrics: { count: (name, value = 1) => void this.lines.push(`counts ${name} ${value}`), publish: () => {} },
      channels: alipayAlone(this.channel()),
      notifyUrls: alipaysUrlAlone('https://pay.example/v1/notifications/alipay'),
      authorities: new Set(),
      statementDelay: 0,
      lastSynced: new Map(),
      tokenBuckets: new TokenBuckets(),
      rateLimiter: new RateLimiter(10_000, now, wait),
    };
    void this.directory.create({ ...merchantOf(latePayment, limits) });
  }

  get orderId(): string {
    return orderIdOf(MERCHANT_ID, this.merchantOrderNo);
  }

  /** What the channel will answer, in this order; whatever else it is asked is a fault. */
  says(...answers: readonly Answer[]): this {
    this.answers.push(...answers);
    return this;
  }

  /** It is so many seconds after noon. */
  at(seconds: number): this {
    this.now = NOON + seconds * 1_000;
    return this;
  }

  /** Others are faster: each of these runs before one of the next writes. */
  meanwhile(...races: readonly (() => Promise<unknown>)[]): this {
    this.races.push(...races);
    return this;
  }

  /** An answer that takes so long. */
  takes(ms: number, answer: object): Answer {
    return () => {
      this.now += ms;
      return answer;
    };
  }

  /** Writes an event as another invocation does, silently. */
  learns(event: OrderEvent): () => Promise<void> {
    return async () => {
      const told = this.lines;
      this.lines = [];
      await this.s.orders.apply(await this.order(), event, this.now);
      this.lines = told;
    };
  }

  async order(): Promise<Order> {
    const order = await this.s.orders.get(this.orderId);
    if (!order) throw new Error('no order');
    return order;
  }

  create = (body: Partial<Parameters<typeof createOrder>[1]['body']> = {}, left?: number) =>
    this.asks(left, (request) =>
      createOrder(this.s, {
        ...request,
        params: {},
        body: {
          merchantOrderNo: this.merchantOrderNo,
          amount: { currency: 'CNY', value: 1_234 },
          subject: 'tea',
          expiresInSeconds: 180,
          qrCode: true,
          svg: false,
          ...body,
        },
      }),
    );
  code = (attempt: number, left?: number) =>
    this.asks(left, (request) => createQrCode(this.s, { ...request, body: { attempt, svg: false } }));
  scan = (attempt = 1, left?: number, more: { operatorId?: string } = {}) =>
    this.asks(left, (request) =>
      payWithTillCode(this.s, { ...request, body: { attempt, tillCode: '280000000000000001', ...more } }),
    );
  poll = (left?: number) => this.asks(left, (request) => getOrder(this.s, { ...request, body: undefined }));
  close = (operatorId?: string, left?: number) =>
    this.asks(left, (request) => closeOrder(this.s, { ...request, body: operatorId ? { operatorId } : {} }));
  refund = (refundNo: string, value: number, more: { reason?: string; operatorId?: string } = {}, left?: number) =>
    this.asks(left, (request) =>
      createRefund(this.s, { ...request, body: { refundNo, amount: { currency: 'CNY', value }, ...more } }),
    );
  sweep = () => this.step(async () => flat(await sweep(this.s)));
  notified = (news: Partial<News> = {}, left = INVOCATION) =>
    this.step(() =>
      takeNotification(
        this.s,
        'alipay',
        {
          body: Buffer.from(JSON.stringify({ ...this.news(), ...news })),
          headers: {},
          path: '/v1/notifications/alipay',
        },
        { endsAt: this.now + left },
      ),
    );

  private news(): News {
    const attemptNo = `${this.orderId}_1`;
    return { kind: 'news', notificationId: 'n1', account: ACCOUNT, attemptNo, closedUnpaid: false };
  }

  private asks(
    left = INVOCATION,
    run: (request: {
      params: { orderId: string };
      query: Record<string, never>;
      caller: Flow['caller'];
      deadline: { endsAt: number };
    }) => Promise<{ status: number; body: unknown }>,
  ): Promise<string[]> {
    return this.step(async () => {
      const deadline = { endsAt: this.now + left };
      const reply = await run({ params: { orderId: this.orderId }, query: {}, caller: this.caller, deadline });
      const body = reply.body as OrderView & { order?: OrderView; refund?: { status: string } };
      const { status, nextAction } = body.order ?? body;
      return [reply.status, status, nextAction, ...(body.refund ? [body.refund.status] : [])].join(' ');
    });
  }

  /** Runs a step of one's own; the last line is what came back. */
  async step(run: () => Promise<string>): Promise<string[]> {
    this.lines = [];
    const end = await run().catch((error: unknown) => {
      if (!(error instanceof Problem)) return `throws ${error instanceof Error ? error.message : error}`;
      const { order, headers, ...members } = error.members as Record<string, unknown>;
      const { status, nextAction } = (order ?? {}) as Partial<OrderView>;
      return `${error.code} ${flat({ ...members, ...(order ? { status, nextAction } : {}) })}`;
    });
    const idle = [
      ...this.answers.splice(0).map(() => 'an answer is left'),
      ...this.races.splice(0).map(() => 'no race'),
    ];
    return [...this.lines, ...idle, `= ${end.replace(/ord_[a-z2-7]{26}_?/g, '')}`];
  }

  private channel(): Channel {
    const ask = (operation: string) => async (request: object, timeoutMs: number) => {
      this.requests.push(request);
      const next = this.answers.shift();
      if (!next) throw new Error(`nothing to say to ${callText(operation, request, timeoutMs, '')}`);
      const answer = typeof next === 'function' ? await next() : next;
      this.lines.push(callText(operation, request, timeoutMs, answer));
      return answer as never;
    };
    return {
      createQrCode: ask('createQrCode'),
      payWithTillCode: ask('payWithTillCode'),
      query: ask('query'),
      findTrade: () => Promise.reject(new Error('no trade')),
      close: ask('close'),
      cancel: ask('cancel'),
      refund: ask('refund'),
      queryRefund: ask('queryRefund'),
      report: () => Promise.reject(new Error('no report')),
      readNotification: async ({ body }) => JSON.parse(body.toString()),
    };
  }

  /** The table of orders, whose writes are told. */
  private watched() {
    const told = async (item: Item, otherwise: string, write: () => Promise<boolean>) => {
      await this.races.shift()?.();
      const before = await this.orders.get(String(item.orderId));
      const written = await write();
      this.lines.push(written ? writeText(before, JSON.parse(JSON.stringify(item)), this.now) : otherwise);
      return written;
    };
    const { orders } = this;
    return {
      get: (key: string) => orders.get(key),
      getMany: (keys: readonly string[]) => orders.getMany(keys),
      query: (query: Parameters<MemoryTable['query']>[0]) => orders.query(query),
      create: (item: Item) => told(item, 'is there already', () => orders.create(item)),
      replace: (item: Item, seen: number) => told(item, 'loses a race', () => orders.replace(item, seen)),
    };
  }
}

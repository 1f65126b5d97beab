/**
 * A merchant with an account at Alipay and at two channels that nobody has, before the functions' cores, on tables in memory. The
 * test file puts `yen` and `harbour` into the registry itself.
 */
import { createOrder } from '../../functions/api/create-order.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { listChannels } from '../../functions/api/list-channels.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';
import type { ChannelView, OrderView, RouteView } from '../../functions/contract/answers.ts';
import { Problem } from '../../functions/contract/problem.ts';
import { INVOCATION } from '../../functions/deadlines.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { takeNotification } from '../../functions/notifications/take.ts';
import { RateLimiter } from '../../functions/rate-limiter.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS, type Table } from '../../functions/table/table.ts';
import { MINUTE } from '../../functions/time.ts';
import { aMerchant, anAgreement } from '../statement/shop.ts';
import { NOON } from './orders.ts';
import { YenChannel } from './second-channel.ts';

export const YEN_ID = 'yen' as ChannelId;
export const HARBOUR_ID = 'harbour' as ChannelId;
export const ALIPAY_ID: ChannelId = 'alipay';

/** What the merchant has at each of them. */
export const accountAt = (channel: ChannelId) =>
  (channel === 'alipay'
    ? { channel, appId: '2021000000000001', sellerId: '2088000000000001' }
    : { channel, shopNo: `${channel}-1` }) as Merchant['accounts'][number];

const CURRENCIES: readonly (readonly [ChannelId, readonly string[]])[] = [
  [ALIPAY_ID, ['CNY']],
  [YEN_ID, ['JPY']],
  [HARBOUR_ID, ['CNY', 'JPY']],
];

type Body = Parameters<typeof createOrder>[1]['body'];

export interface ThreeChannels {
  readonly services: Services;
  readonly tables: { readonly orders: Table; readonly directory: Table; readonly statements: Table };
  readonly channels: Readonly<Record<string, YenChannel>>;
  readonly merchant: Merchant;
  readonly now: () => number;
  pass(ms: number): void;
  /** Changes the merchant, past what is remembered of it. */
  change(more: Partial<Merchant>): Promise<void>;
  /** Opens an order; `by` are other services, such as those of an invocation that dies. */
  create(
    body: Partial<Body>,
    more?: { services?: Services; caller?: object },
  ): Promise<{ status: number; order: OrderView }>;
  get(orderId: string): Promise<OrderView>;
  list(): Promise<{ data: ChannelView[]; routes: RouteView[] }>;
  /** The customer pays attempt 1 of the order at its channel, and the channel tells. */
  pay(order: OrderView): Promise<void>;
  /** The services of an invocation that is killed after its `nth` write, counted from 0. */
  dying(nth: number): { services: Services; died(): boolean };
}

export async function openThreeChannels(more: Partial<Merchant> = {}): Promise<ThreeChannels> {
  let now = NOON;
  const clock = () => now;
  const channels = Object.fromEntries(CURRENCIES.map(([id, currencies]) => [id, new YenChannel(clock, currencies)]));
  const nothing = () => {};
  const tables = {
    orders: new MemoryTable(ORDERS),
    directory: new MemoryTable(DIRECTORY),
    statements: new MemoryTable(STATEMENTS),
  };
  const over = (each: { orders: Table; directory: Table; statements: Table }): Services => ({
    ...storesOf(each, clock, { orders: 1, statements: 1 }),
    now: clock,
    log: { info: nothing, warn: nothing, error: nothing },
    metrics: { count: nothing, publish: nothing },
    channels: channels as unknown as Services['channels'],
    notifyUrls: {} as Services['notifyUrls'],
    authorities: new Set(),
    statementDelay: 30 * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(10_000, clock, async () => {}),
  });
  const services = over(tables);
  const merchant = aMerchant({
    accounts: [ALIPAY_ID, YEN_ID, HARBOUR_ID].map(accountAt),
    agreements: [anAgreement(), anAgreement({ agreementId: 'agr_yen', currency: 'JPY' })],
    ...more,
  });
  await tables.directory.create({ ...merchant });
  const till = { keyid: 'trm_a.1', merchantId: merchant.id, scopes: [], storeId: 'main', terminalId: 'trm_a' };
  const request = <P, B>(params: P, body: B, caller: object = {}) => ({
    ...{ params, body, query: {}, caller: { ...till, ...caller }, deadline: { endsAt: now + INVOCATION } },
  });
  let version = 1;
  return {
    services,
    tables,
    channels,
    merchant,
    now: clock,
    pass: (ms) => {
      now += ms;
    },
    async change(next) {
      const item = (await tables.directory.get(merchant.id)) as Item;
      await tables.directory.replace({ ...item, ...next, version: version + 1 }, version);
      version += 1;
      now += 31_000;
    },
    async create(body, { services: by = services, caller } = {}) {
      const whole = { subject: '茶', expiresInSeconds: 180, qrCode: true, svg: false, ...body } as Body;
      const reply = await createOrder(by, request({}, whole, caller));
      return { status: reply.status, order: reply.body as OrderView };
    },
    get: async (orderId) => (await getOrder(services, request({ orderId }, undefined))).body as OrderView,
    list: async () =>
      (await listChannels(services, request({}, undefined))).body as { data: ChannelView[]; routes: RouteView[] },
    async pay({ orderId, channel }) {
      const message = channels[channel]?.pay(`${orderId}_1`, accountAt(channel));
      if (message) await takeNotification(services, channel, message, { endsAt: now + INVOCATION });
    },
    dying(nth) {
      const life = { writes: 0 };
      const mine = over({ ...tables, orders: killAfter(tables.orders, life, nth) });
      return { services: mine, died: () => life.writes > nth };
    },
  };
}

/** A table whose `nth` write takes effect and is never answered; nor is any later call. */
function killAfter(table: Table, life: { writes: number }, nth: number): Table {
  const live = async <T>(call: () => Promise<T>): Promise<T> => {
    if (life.writes > nth) throw new Error('killed');
    return call();
  };
  const write = async <T>(call: () => Promise<T>): Promise<T> => {
    const answer = await live(call);
    life.writes += 1;
    if (life.writes > nth) throw new Error('killed');
    return answer;
  };
  return {
    get: (key) => live(() => table.get(key)),
    getMany: (keys) => live(() => table.getMany(keys)),
    query: (query) => live(() => table.query(query)),
    create: (item) => write(() => table.create(item)),
    replace: (item, seen) => write(() => table.replace(item, seen)),
  };
}

/** What a call was refused with; `undefined`: it was not. */
export async function refusedWith(call: Promise<unknown>): Promise<Record<string, unknown> | undefined> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown === undefined) return undefined;
  if (!(thrown instanceof Problem)) throw thrown;
  const { title: _, type: __, requestId: ___, ...body } = thrown.body('');
  return body;
}

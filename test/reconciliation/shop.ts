/**
 * A merchant whose days are compared with the reports of a channel that answers what the test says. Everything that happens is
 * kept to be looked at whole: calls of the channel, log lines, what was counted, and the items of the table.
 */

import { alipayAccount } from '../../functions/channel/alipay/gateway.ts';
import type {
  Channel,
  QueryAnswer,
  RefundQueryAnswer,
  ReportAnswer,
  ReportRow,
} from '../../functions/channel/channel.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import type { Order, Payment } from '../../functions/order/order.ts';
import { RateLimiter } from '../../functions/rate-limiter.ts';
import type { Discrepancy, Fact } from '../../functions/reconciliation/match.ts';
import { discrepancyOf } from '../../functions/reconciliation/match.ts';
import type { ReportHead } from '../../functions/reconciliation/reconciliations.ts';
import { reconcileDue } from '../../functions/reconciliation/run.ts';
import type { Services } from '../../functions/services.ts';
import { storesOf } from '../../functions/services.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { DAY, type EpochMs, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { aMerchant, aSale, DELAY, newShop, type Sale, type Shop, type Tables } from '../statement/shop.ts';
import { alipayAlone, alipaysUrlAlone } from '../support/alipay-alone.ts';
import { NOON } from '../support/orders.ts';

export const merchant = aMerchant();
export const account = alipayAccount(merchant.accounts[0] ?? fail());
export const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'] as const;
/** The first day's midnights in China, and ten o'clock on the next morning, from when on its report is asked for. */
export const BEGIN = NOON - 12 * HOUR;
export const END = BEGIN + DAY;
export const TEN = END + 10 * HOUR;
const RUN = 48 * SECOND;

export function fail(what = 'it is not there'): never {
  throw new Error(what);
}

/** Answers from the script and notes each call with all that it was given; what is not in the script has no answer. */
class ScriptedChannel implements Channel {
  readonly calls: unknown[][] = [];
  /** By day; where there is none, it is not ready. */
  readonly reports = new Map<string, ReportAnswer | (() => ReportAnswer | Promise<ReportAnswer>)>();
  /** By number of the attempt. */
  readonly trades = new Map<string, QueryAnswer>();
  /** By number of the refund. */
  readonly refunds = new Map<string, RefundQueryAnswer>();

  async report(...given: Parameters<Channel['report']>) {
    this.calls.push(['report', ...given]);
    const answer = this.reports.get(given[1]) ?? ({ kind: 'not_ready' } as const);
    return typeof answer === 'function' ? answer() : answer;
  }
  async query(...given: Parameters<Channel['query']>) {
    this.calls.push(['query', ...given]);
    return this.trades.get(given[0].attemptNo) ?? fail('nothing is said of this trade');
  }
  async queryRefund(...given: Parameters<Channel['queryRefund']>) {
    this.calls.push(['queryRefund', ...given]);
    return this.refunds.get(given[0].requestNo) ?? fail('nothing is said of this refund');
  }
  async refund(...given: Parameters<Channel['refund']>) {
    this.calls.push(['refund', ...given]);
    return { kind: 'succeeded', at: TEN + 7 } as const;
  }
  createQrCode = async () => fail('a report asks for no code');
  findTrade = async () => fail('a report looks for no trade');
  payWithTillCode = async () => fail('a report scans no code');
  close = async () => fail('a report closes nothing');
  cancel = async () => fail('a report cancels nothing');
  readNotification = async () => fail('a report is no notification');
}

/** A table whose calls can be replaced one by one. */
export const wrapped = (table: Table): Table => ({
  get: (key) => table.get(key),
  getMany: (keys) => table.getMany(keys),
  create: (item) => table.create(item),
  replace: (item, seen) => table.replace(item, seen),
  query: (query) => table.query(query),
});

export class ReportShop {
  readonly shop: Shop;
  readonly channel = new ScriptedChannel();
  /** Level, message, fields; of a fault, the first line of its stack. */
  readonly log: unknown[][] = [];
  readonly counted: unknown[][] = [];
  now: EpochMs = TEN;
  shards = 1;

  constructor(shop: Shop) {
    this.shop = shop;
  }

  /** They take what the contract of tables allows, and no more. */
  get tables(): Tables {
    const strict = (table: Table): Table => {
      const getMany: Table['getMany'] = async (keys) =>
        keys.length > 100 || new Set(keys).size < keys.length ? fail('too many keys at once') : table.getMany(keys);
      return { ...wrapped(table), getMany };
    };
    const { orders, directory, statements } = this.shop.tables;
    return { orders: strict(orders), directory: strict(directory), statements: strict(statements) };
  }

  services(tables: Tables = this.tables): Services {
    const now = () => this.now;
    const line =
      (level: string) =>
      (message: string, { error, ...fields }: { error?: string } = {}) =>
        void this.log.push([
          level,
          message,
          { ...fields, ...(error !== undefined && { error: error.split('\n')[0] }) },
        ]);
    return {
      ...storesOf(tables, now, { orders: 1, statements: this.shards }),
      now,
      log: { info: line('info'), warn: line('warn'), error: line('error') },
      metrics: { count: (name, value) => void this.counted.push([name, value]), publish: () => {} },
      channels: alipayAlone(this.channel),
      notifyUrls: alipaysUrlAlone('https://example.test/v1/notifications/alipay'),
      authorities: new Set(),
      statementDelay: DELAY,
      lastSynced: new Map(),
      tokenBuckets: new TokenBuckets(),
      rateLimiter: new RateLimiter(80, now, async () => {}),
    };
  }

  /** One run of the sweep's part in it, at `now`. */
  async run(now: EpochMs = this.now, tables: Tables = this.tables, endsAt = now + RUN): Promise<void> {
    this.now = now;
    await reconcileDue(this.services(tables), { endsAt });
  }

  /** Seals every day that is over at `now`, without a word. */
  async seal(now: EpochMs): Promise<void> {
    await this.shop.run(now);
    if (this.shop.errors.length > 0) fail(JSON.stringify(this.shop.errors));
  }

  sell(sale: Sale): Promise<Order> {
    return this.shop.sell(merchant, sale);
  }

  /** An order that nobody has told us was paid, with so many attempts. */
  async open(sale: Sale, of = merchant): Promise<Order> {
    const { orderId, schema, version, updatedAt, dueAt, payments, refunds, ...request } = aSale(of, sale).order;
    return (await this.services().orders.create(request)).order;
  }

  async order({ orderId }: Pick<Order, 'orderId'>): Promise<Order> {
    return (await this.shop.orders.get(orderId)) ?? fail();
  }

  async payment(of: Order): Promise<Payment> {
    return (await this.order(of)).payments[0] ?? fail();
  }

  report(day: string, lines: readonly ReportRow[]): void {
    this.channel.reports.set(day, aReport(lines, { hash: `hash of ${day}` }));
  }

  /** What is kept of a day, without what every day has. */
  async day(day: string = DAYS[0], merchantId = merchant.id): Promise<Item | undefined> {
    return this.tables.statements.get(`rec_${merchantId}.${day}`);
  }

  async head(merchantId = merchant.id): Promise<Item | undefined> {
    return this.tables.statements.get(`report_${merchantId}`);
  }

  /** Puts the head before `day` again, as the operator's `--again` does. */
  async again(day: string, dueAt = this.now): Promise<void> {
    const seen = (await this.head()) as unknown as ReportHead;
    const before = new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);
    await this.services().reconciliations.moveHead(seen, { lastReportDay: before, dueAt });
  }
}

/** A merchant whose first day is to be compared with its report at TEN. */
export async function newReportShop(): Promise<ReportShop> {
  const made = new ReportShop(await newShop());
  await made.shop.setUp(merchant, NOON);
  await made.services().reconciliations.openHead(merchant.id, NOON);
  return made;
}

/** The head of a merchant after `changes`. */
export const aHead = (changes: object) => ({
  id: `report_${merchant.id}`,
  merchantId: merchant.id,
  version: 1,
  lastReportDay: '2026-02-28',
  dueAt: TEN,
  dueShard: 'report-0',
  ...changes,
});

/** A day that agrees, with `changes`. */
export const aDay = (changes: object) => ({
  id: `rec_${merchant.id}.${DAYS[0]}`,
  version: 1,
  merchantId: merchant.id,
  channel: 'alipay',
  sellerId: '2088000000000001',
  reportDay: DAYS[0],
  checkedAt: TEN,
  state: 'compared',
  billHash: `hash of ${DAYS[0]}`,
  ...{ matched: 0, foreign: 0, differences: [], omitted: 0, crossDay: [] },
  ...changes,
});

/** A report whose rows are all ours, and can be read. */
export const aReport = (lines: readonly ReportRow[], more: Partial<Extract<ReportAnswer, { kind: 'lines' }>> = {}) =>
  ({ kind: 'lines', lines, foreign: 0, unread: [], hash: 'a hash', ...more }) as const satisfies ReportAnswer;

/** The report's row of the order's first payment: 1000 at a fee of 6, as the terms of these merchants say. */
export const paidRow = ({ orderId }: Pick<Order, 'orderId'>, more: Partial<ReportRow> = {}): ReportRow => ({
  ...{ type: 'payment', tradeNo: 't', attemptNo: `${orderId}_1`, requestNo: null, at: NOON + SECOND },
  ...{ currency: 'CNY', gross: 1000, fee: 6, received: more.gross ?? 1000, ...more },
});
export const backRow = (order: Pick<Order, 'orderId'>, more: Partial<ReportRow> = {}): ReportRow =>
  paidRow(order, { type: 'refund', requestNo: `${order.orderId}_r1`, gross: -100, fee: -1, ...more });

/** Our side of the order's first payment. */
export const paidFact = ({ orderId }: Pick<Order, 'orderId'>, more: Partial<Fact> = {}): Fact => ({
  ...{ type: 'payment', orderId, attemptNo: `${orderId}_1`, requestNo: null, at: NOON, currency: 'CNY' },
  ...{ gross: 1000, fee: 6, received: more.gross ?? 1000, ...more },
});
export const backFact = (order: Pick<Order, 'orderId'>, more: Partial<Fact> = {}): Fact =>
  paidFact(order, { type: 'refund', requestNo: `${order.orderId}_r1`, gross: -100, fee: -1, ...more });

/** As the table has it. */
export function stored(...of: Parameters<typeof discrepancyOf>): Discrepancy {
  return JSON.parse(JSON.stringify(discrepancyOf(...of)));
}

export const soon = (minutes: number) => TEN + minutes * MINUTE;
/** The call for a day's report. */
export const asked = (day: string = DAYS[0]) => ['report', account, day, 5 * SECOND];

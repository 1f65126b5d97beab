/** Merchants with orders in real stores, and everything that the tests of statements want to do with them. */

import { orderIdOf } from '../../functions/ids.ts';
import { Directory } from '../../functions/merchant/directory.ts';
import type { Agreement, Merchant } from '../../functions/merchant/merchant.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { Orders } from '../../functions/order/orders.ts';
import { Shifts } from '../../functions/shift/shifts.ts';
import type { Line } from '../../functions/statement/lines.ts';
import { sealDue } from '../../functions/statement/seal.ts';
import type { Statement } from '../../functions/statement/statement.ts';
import { Statements } from '../../functions/statement/statements.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, ORDERS, STATEMENTS, type Table } from '../../functions/table/table.ts';
import type { LogFields } from '../../functions/telemetry.ts';
import { businessDay, type EpochMs, MINUTE, SECOND } from '../../functions/time.ts';
import { anOrder, orderAfter } from '../support/orders.ts';

export interface Tables {
  readonly orders: Table;
  readonly directory: Table;
  readonly statements: Table;
}

/** Where these tests keep their tables: one place, so that they can run on another engine. */
async function newTables(): Promise<Tables> {
  return {
    orders: new MemoryTable(ORDERS),
    directory: new MemoryTable(DIRECTORY),
    statements: new MemoryTable(STATEMENTS),
  };
}

export const DELAY = 30 * MINUTE;
const RUN = 48 * SECOND;

export function anAgreement(overrides: Partial<Agreement> = {}): Agreement {
  return {
    agreementId: 'agr_1',
    currency: 'CNY',
    validFrom: '2026-01-01',
    ratePpm: 6000,
    feeOnRefund: 'returned',
    ...overrides,
  };
}

export function aMerchant(overrides: Partial<Merchant> = {}): Merchant {
  const id = overrides.id ?? 'mer_aaaabbbbcccc';
  return {
    id,
    merchantId: id,
    kind: 'merchant',
    version: 1,
    acquirer: 'acquirer',
    name: '示范商店',
    zone: 'Asia/Shanghai',
    agreements: [anAgreement()],
    accounts: [{ channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' }],
    channels: {},
    latePayment: 'refund',
    refundWindowDays: 90,
    limits: {},
    ...overrides,
  };
}

export interface Sale {
  readonly no: string;
  readonly paidAt: EpochMs;
  readonly amount?: number;
  readonly received?: number;
  readonly storeId?: string;
  readonly currency?: string;
  /** The channel's own, where it matters. */
  readonly tradeNo?: string;
}

/** The order of a sale, just opened, and the event that pays it. */
export function aSale(
  merchant: Merchant,
  { no, paidAt, amount = 1000, storeId = 'main', currency = 'CNY', received, tradeNo = `trade-${no}` }: Sale,
) {
  const { request, ...rest } = anOrder();
  const order: Order = {
    ...rest,
    orderId: orderIdOf(merchant.id, no),
    merchantId: merchant.id,
    request: { ...request, merchantOrderNo: no, amount: { currency, value: amount }, storeId },
    day: businessDay(paidAt, merchant.zone),
    createdAt: paidAt,
    updatedAt: paidAt,
  };
  const news = { tradeNo, paidAt, amount: order.request.amount };
  const payment: OrderEvent = {
    type: 'paid',
    n: 1,
    news: received === undefined ? news : { ...news, received: { currency, value: received } },
    source: 'notification',
  };
  return { order, payment };
}

export const refundRequested = (refundNo: string, amount: number, currency = 'CNY'): OrderEvent => ({
  type: 'refund_requested',
  refundNo,
  amount: { currency, value: amount },
  operatorId: 'op-7',
  until: Number.MAX_SAFE_INTEGER,
});

/** The order after a refund that was asked for and carried out at `at`. */
export const refundedAt = (order: Order, refundNo: string, amount: number, at: number) =>
  orderAfter(order, [refundRequested(refundNo, amount), at], [{ type: 'refund_succeeded', refundNo, at }, at]);

/** One process's way to the tables: `meet` stands before every call, and may do without it, or do more. */
export type Meet = <T>(call: () => Promise<T>) => Promise<T>;

export function through(tables: Tables, meet: Meet): Tables {
  const wrap = (table: Table): Table => ({
    get: (key) => meet(() => table.get(key)),
    getMany: (keys) => meet(() => table.getMany(keys)),
    create: (item) => meet(() => table.create(item)),
    replace: (item, seen) => meet(() => table.replace(item, seen)),
    query: (query) => meet(() => table.query(query)),
  });
  return { orders: wrap(tables.orders), directory: wrap(tables.directory), statements: wrap(tables.statements) };
}

export class Shop {
  readonly tables: Tables;
  /** Messages of level error, and what was counted. */
  readonly errors: { message: string; fields: LogFields | undefined }[] = [];
  readonly counts = new Map<string, number>();

  constructor(tables: Tables) {
    this.tables = tables;
  }

  /** The services of one run at `now`, on its own way to the tables. */
  services(now: () => EpochMs, tables: Tables = this.tables) {
    return {
      now,
      orders: new Orders(tables.orders),
      directory: new Directory(tables.directory, now),
      statements: new Statements(tables.statements),
      shifts: new Shifts(tables.statements),
      statementDelay: DELAY,
      log: {
        info: () => {},
        warn: () => {},
        error: (message: string, fields?: LogFields) => void this.errors.push({ message, fields }),
      },
      metrics: {
        count: (name: string, value = 1) => void this.counts.set(name, (this.counts.get(name) ?? 0) + value),
        publish: () => {},
      },
    };
  }

  get statements(): Statements {
    return new Statements(this.tables.statements);
  }

  get orders(): Orders {
    return new Orders(this.tables.orders);
  }

  /** Sets a merchant up at `now`, or changes it. */
  async setUp(merchant: Merchant, now: EpochMs): Promise<void> {
    const stored = await this.tables.directory.get(merchant.id);
    if (stored) await this.tables.directory.replace({ ...merchant, version: merchant.version + 1 }, merchant.version);
    else await this.tables.directory.create({ ...merchant });
    await this.statements.openHead(merchant, now);
  }

  /** A paid order, known as soon as it is paid. */
  async sell(merchant: Merchant, sale: Sale): Promise<Order> {
    const { order, payment } = aSale(merchant, sale);
    const { orderId, schema, version, updatedAt, dueAt, payments, refunds, ...request } = order;
    const created = await this.orders.create(request);
    return (await this.orders.apply(created.order, payment, sale.paidAt)).order;
  }

  /** A refund that the channel carried out at `at`. */
  async refund(order: Order, refundNo: string, amount: number, at: EpochMs): Promise<Order> {
    const asked = await this.orders.apply(order, refundRequested(refundNo, amount, order.request.amount.currency), at);
    return (await this.orders.apply(asked.order, { type: 'refund_succeeded', refundNo, at }, at)).order;
  }

  /** One run of the sweep's part in it. */
  async run(now: EpochMs, tables: Tables = this.tables): Promise<void> {
    await sealDue(
      this.services(() => now, tables),
      { endsAt: now + RUN },
    );
  }

  /** Everything that stands for a merchant: its statements, oldest first, with totals and lines. */
  async books(merchantId: string) {
    const { rows } = await this.statements.list(merchantId, { range: {}, limit: 100, cursor: undefined });
    const statements = [...rows].reverse();
    const totals = await this.statements.totals(statements);
    return Promise.all(
      statements.map(async (statement, i) => ({
        statement,
        totals: totals[i] ?? [],
        lines: await this.linesOf(statement),
      })),
    );
  }

  private async linesOf(statement: Statement): Promise<Line[]> {
    const lines: Line[] = [];
    for await (const some of this.statements.linesByChunk(statement)) lines.push(...some);
    return lines;
  }
}

export async function newShop(): Promise<Shop> {
  return new Shop(await newTables());
}

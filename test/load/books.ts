/** The three books side by side: the simulator's trades, the orders, and the sealed lines, to the fen. */

import type { Client } from '../../functions/client/client.ts';
import type { LineView, OrderView } from '../../functions/contract/answers.ts';
import { businessDay } from '../../functions/time.ts';
import type { Sale } from './sales.ts';
import { clientOf, type Server } from './server.ts';

const ZONE = 'Asia/Shanghai';
const HOUR = 3_600_000;

export interface Comparison {
  /** Orders that were answered and are not there, or money that an order or a line does not know. */
  readonly lost: number;
  /** Orders, payments, refunds or lines that are there twice, or money that nobody paid. */
  readonly doubled: number;
  readonly booksEqual: boolean;
  readonly paid: number;
  readonly closed: number;
  readonly lines: number;
  /** The first few of whatever differs. */
  readonly differences: readonly string[];
}

/** Lets time pass until nothing is due any more, and every day that had trade is sealed. */
export async function settle(server: Server, note: (text: string) => void): Promise<void> {
  await server.wallet('faults', { reset: true });
  for (let minute = 0; minute < 20; minute += 1) await server.advance(60_000);
  await sweepUntilQuiet(server, note);
  for (let day = 0; day < 2; day += 1) {
    await server.advance(24 * HOUR);
    await sweepUntilQuiet(server, note);
  }
}

async function sweepUntilQuiet(server: Server, note: (text: string) => void): Promise<number> {
  let visits = 0;
  for (let sweeps = 0; sweeps < 60; sweeps += 1) {
    const swept = (await server.control('schedules/sweep')) as { orders: number; failures: number };
    visits += swept.orders;
    if (swept.failures > 0) note(`the sweep failed at ${swept.failures}`);
    if (swept.orders === 0) return visits;
    await server.advance(60_000);
  }
  throw new Error('the sweep does not come to an end');
}

/** `since`: when the run began, on the server's clock. */
export async function compareBooks(server: Server, sales: readonly Sale[], since: number): Promise<Comparison> {
  const till = await clientOf(server, 0, 3);
  const office = await clientOf(server, 1, 3);
  const orders = await allOrders(till, daysFrom(since, server.now()));
  const lines = await allLines(office, daysFrom(since, server.now()));
  const { data } = (await server.wallet('trades')) as unknown as { data: Trade[] };
  const lost: string[] = [];
  const doubled: string[] = [];

  const byId = new Map(orders.map((order) => [order.orderId, order]));
  if (byId.size !== orders.length) doubled.push('an order is listed twice');
  const numbers = new Set(orders.map(({ merchantOrderNo }) => merchantOrderNo));
  if (numbers.size !== orders.length) doubled.push('a number has two orders');
  for (const { no, orderId } of sales)
    if (orderId !== undefined && !byId.has(orderId)) lost.push(`${no} was answered and is not there`);

  const atChannel = new Map<string, Money>();
  for (const trade of data) {
    const paid = trade.status === 'TRADE_SUCCESS' || trade.refunds.length > 0;
    if (!paid) continue;
    const orderId = trade.outTradeNo.slice(0, trade.outTradeNo.lastIndexOf('_'));
    const refunded = sum(trade.refunds.map(({ amount }) => amount.value));
    add(atChannel, orderId, { paid: trade.totalAmount.value, refunded, count: 1 });
  }
  const inOrders = new Map<string, Money>();
  for (const { orderId, amount, payment, refunds, status } of orders) {
    const refunded = sum(refunds.filter((it) => it.status === 'succeeded').map((it) => it.amount.value));
    if (payment) add(inOrders, orderId, { paid: amount.value, refunded, count: 1 });
    else if (status !== 'closed') lost.push(`${orderId} is still ${status}`);
    if (refunds.some((it) => it.status === 'requested')) lost.push(`a refund of ${orderId} is still open`);
  }
  const onLines = new Map<string, Money>();
  const facts = new Set<string>();
  for (const { orderId, type, gross, refundNo } of lines) {
    const fact = `${orderId} ${refundNo}`;
    if (facts.has(fact)) doubled.push(`${fact} is on two lines`);
    facts.add(fact);
    const isPayment = type === 'payment';
    add(onLines, orderId, { paid: isPayment ? gross : 0, refunded: isPayment ? 0 : -gross, count: isPayment ? 1 : 0 });
  }
  for (const [name, book] of [
    ['orders', inOrders],
    ['lines', onLines],
  ] as const)
    for (const orderId of new Set([...atChannel.keys(), ...book.keys()])) {
      const theirs = atChannel.get(orderId) ?? NOTHING;
      const ours = book.get(orderId) ?? NOTHING;
      if (theirs.paid === ours.paid && theirs.refunded === ours.refunded && theirs.count === ours.count) continue;
      const list = ours.paid > theirs.paid || ours.refunded > theirs.refunded ? doubled : lost;
      list.push(`${orderId}: the channel has ${JSON.stringify(theirs)}, ${name} ${JSON.stringify(ours)}`);
    }
  return {
    lost: lost.length,
    doubled: doubled.length,
    booksEqual: lost.length + doubled.length === 0,
    paid: inOrders.size,
    closed: orders.filter(({ status }) => status === 'closed').length,
    lines: lines.length,
    differences: [...lost, ...doubled].slice(0, 10),
  };
}

interface Money {
  readonly paid: number;
  readonly refunded: number;
  readonly count: number;
}

const NOTHING: Money = { paid: 0, refunded: 0, count: 0 };

interface Trade {
  readonly outTradeNo: string;
  readonly status: string;
  readonly totalAmount: { readonly value: number };
  readonly refunds: readonly { readonly amount: { readonly value: number } }[];
}

function add(book: Map<string, Money>, orderId: string, more: Money): void {
  const { paid, refunded, count } = book.get(orderId) ?? NOTHING;
  book.set(orderId, { paid: paid + more.paid, refunded: refunded + more.refunded, count: count + more.count });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function daysFrom(since: number, until: number): string[] {
  const days: string[] = [];
  for (let at = since; at < until + 24 * HOUR; at += 24 * HOUR) days.push(businessDay(at, ZONE));
  return [...new Set(days)];
}

async function allOrders(till: Client, days: readonly string[]): Promise<OrderView[]> {
  const orders: OrderView[] = [];
  for (const day of days) {
    let cursor: string | null | undefined;
    do {
      const query = { day, limit: '100', ...(cursor && { cursor }) };
      const { body } = await till.call('listOrders', { query });
      orders.push(...body.data);
      cursor = body.nextCursor;
    } while (cursor);
  }
  return orders;
}

async function allLines(office: Client, days: readonly string[]): Promise<LineView[]> {
  const lines: LineView[] = [];
  const { body: statements } = await office.call('listStatements', { query: { from: days[0], to: days.at(-1) } });
  for (const { statementId } of statements.data) {
    let cursor: string | null | undefined;
    do {
      const query = { limit: '100', ...(cursor && { cursor }) };
      const { body } = await office.call('listStatementLines', { params: { statementId }, query });
      lines.push(...body.data);
      cursor = body.nextCursor;
    } while (cursor);
  }
  return lines;
}

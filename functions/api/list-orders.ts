import { DEFAULT_LIMIT } from '../contract/fields.ts';
import type { Parsed } from '../contract/operation.ts';
import { orderOperations } from '../contract/orders.ts';
import { Problem } from '../contract/problem.ts';
import { actsIn, type Caller } from '../http/caller.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { orderIdOf } from '../ids.ts';
import type { Order } from '../order/order.ts';
import { orderView } from '../order/view.ts';
import type { Services } from '../services.ts';
import { businessDay } from '../time.ts';
import { orderOfTrade } from './order-of-trade.ts';
import { isOwn } from './own-order.ts';

export { warmUp } from '../services.ts';

type Query = Parsed<typeof orderOperations.listOrders>['query'];

/** Keys in one read of the day's index at the most. */
const PAGE_MAX = 100;

/** Such reads in one request: each takes two calls of the table. What lies behind them is the next page's. */
const PAGES_MAX = 10;

/**
 * One order by the merchant's number or by the channel's, or the orders of a day and store, newest first. Only a channel's
 * number is asked for at the channel.
 */
export const listOrders: Run<typeof orderOperations.listOrders> = async (services, { query, caller, deadline }) => {
  if (query.merchantOrderNo !== undefined) {
    const order = await services.orders.get(orderIdOf(caller.merchantId, query.merchantOrderNo));
    return {
      status: 200,
      body: { data: isOwn(caller, order) ? [orderView(order, services.now())] : [], nextCursor: null },
    };
  }
  if (query.tradeNo !== undefined) {
    const order = await orderOfTrade(services, caller, query.tradeNo, deadline);
    return { status: 200, body: { data: order ? [orderView(order, services.now())] : [], nextCursor: null } };
  }
  if (query.storeId !== undefined && !actsIn(caller, query.storeId))
    throw new Problem('other_store', { detail: `This terminal belongs to the store ${caller.storeId}.` });
  if (query.terminal === 'self' && caller.terminalId === undefined)
    throw new Problem('malformed', { detail: 'terminal=self is for terminals.' });
  const { orders, cursor } = await ordersOfDay(services, caller, query);
  return {
    status: 200,
    body: { data: orders.map((order) => orderView(order, services.now())), nextCursor: cursor ?? null },
  };
};

export const handler = endpoint(orderOperations.listOrders, listOrders);

async function ordersOfDay(
  services: Services,
  caller: Caller,
  query: Query,
): Promise<{ orders: Order[]; cursor: string | undefined }> {
  const merchant = await services.directory.merchant(caller.merchantId);
  const day = query.day ?? businessDay(services.now(), merchant?.zone ?? 'UTC');
  const storeId = query.storeId ?? caller.storeId ?? 'main';
  const limit = query.limit ?? DEFAULT_LIMIT;
  const wanted = (order: Order) => query.terminal === undefined || order.request.terminalId === caller.terminalId;

  const orders: Order[] = [];
  let cursor = query.cursor;
  let size = limit;
  // The day's index holds the orders of all terminals of the store: pages grow, so that few reads pass many of others.
  for (let page = 0; page < PAGES_MAX; page += 1, size = Math.min(2 * size, PAGE_MAX)) {
    const { keys, cursor: next } = await services.orders.byDay(caller.merchantId, storeId, day, size, cursor);
    const found = (await services.orders.getMany(keys)).filter(wanted);
    const room = limit - orders.length;
    orders.push(...found.slice(0, room));
    const last = found[room - 1];
    if (found.length > room && last) return { orders, cursor: services.orders.placeInDay(last) };
    cursor = next;
    if (cursor === undefined || orders.length === limit) break;
  }
  return { orders, cursor };
}

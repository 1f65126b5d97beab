import { Problem } from '../contract/problem.ts';
import { actsIn, type Caller } from '../http/caller.ts';
import type { Order } from '../order/order.ts';
import type { Services } from '../services.ts';

/**
 * The caller's own order by its id or by the number of one of its attempts. Another merchant's order, and for a terminal
 * another store's, answers exactly like one that does not exist.
 */
export async function ownOrder(services: Services, caller: Caller, id: string): Promise<Order> {
  const order = await findOwnOrder(services, caller, id);
  if (!order) throw new Problem('not_found', { detail: 'There is no such order.' });
  return order;
}

/** The same; `undefined`: there is no such order of this caller. */
export async function findOwnOrder(services: Services, caller: Caller, id: string): Promise<Order | undefined> {
  const [, orderId, n] = /^(ord_[a-z2-7]{26})(?:_([1-9][0-9]?))?$/.exec(id) ?? [];
  const order = orderId === undefined ? undefined : await services.orders.get(orderId);
  const known = isOwn(caller, order) && (n === undefined || order.attempts.some((it) => it.n === Number(n)));
  return known ? order : undefined;
}

/** Whether it is the caller's merchant's, and of a store in which the caller acts. */
export function isOwn(caller: Caller, order: Order | undefined): order is Order {
  return order?.merchantId === caller.merchantId && actsIn(caller, order.request.storeId);
}

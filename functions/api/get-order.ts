import { contract } from '../http/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { heal } from '../order/collect.ts';
import { orderView } from '../order/view.ts';
import { ownOrder } from './own-order.ts';

/** The order, after finishing what may be finished: a lost notification is found by the terminal's next poll. */
export const getOrder: Run<typeof contract.getOrder> = async (s, { params, caller, deadline }) => {
  const order = await heal(s, await ownOrder(s, caller, params.orderId), deadline);
  return { status: 200, body: orderView(order, s.now()) };
};

export const handler = endpoint(contract.getOrder, getOrder);

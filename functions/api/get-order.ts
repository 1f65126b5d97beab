import { orderOperations } from '../contract/orders.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { orderView } from '../order/view.ts';
import { syncOnRead } from '../payment/advance.ts';
import { ownOrder } from './own-order.ts';

export { warmUp } from '../services.ts';

/** The order, after finishing what may be finished: a lost notification is found by the terminal's next poll. */
export const getOrder: Run<typeof orderOperations.getOrder> = async (services, { params, query, caller, deadline }) => {
  const order = await syncOnRead(services, await ownOrder(services, caller, params.orderId), deadline);
  // Another terminal cannot have this sale on its screen.
  const isLive = query.live === 'true' && order.request.terminalId === caller.terminalId;
  return { status: 200, body: orderView(order, services.now(), { isLive }) };
};

export const handler = endpoint(orderOperations.getOrder, getOrder);

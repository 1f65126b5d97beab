import { orderOperations } from '../contract/orders.ts';
import { Problem } from '../contract/problem.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { statusOf } from '../order/order.ts';
import { orderView } from '../order/view.ts';
import { requestClose, syncOnRead } from '../payment/advance.ts';
import { ownOrder } from './own-order.ts';

export { warmUp } from '../services.ts';

/** Asks to close an unpaid order: `closed` at once where no attempt can be paid any more, else `closing` until that is certain. */
export const closeOrder: Run<typeof orderOperations.closeOrder> = async (
  services,
  { params, body, caller, deadline },
) => {
  const order = await ownOrder(services, caller, params.orderId);
  // Asked again, it is a poll: the channel is asked once in three seconds, however often the cashier presses.
  const closed =
    order.closeRequested?.by === 'cashier'
      ? await syncOnRead(services, order, deadline)
      : await requestClose(services, order, body, deadline);
  const view = orderView(closed, services.now());
  const status = statusOf(closed);
  if (status === 'paid') throw new Problem('order_paid', { orderId: order.orderId, order: view });
  return { status: status === 'closed' ? 200 : 202, body: view };
};

export const handler = endpoint(orderOperations.closeOrder, closeOrder);

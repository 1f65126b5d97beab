import { orderOperations } from '../contract/orders.ts';
import { Problem } from '../contract/problem.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { refundView } from '../order/view.ts';
import { syncOnRead } from '../payment/advance.ts';
import { ownOrder } from './own-order.ts';

export { warmUp } from '../services.ts';

/** One refund of an order, after finishing what may be finished. */
export const getRefund: Run<typeof orderOperations.getRefund> = async (services, { params, caller, deadline }) => {
  const order = await syncOnRead(services, await ownOrder(services, caller, params.orderId), deadline);
  const refund = order.refunds.find((it) => it.refundNo === params.refundNo);
  if (!refund) throw new Problem('not_found', { detail: 'The order has no such refund.' });
  return { status: 200, body: refundView(order, refund) };
};

export const handler = endpoint(orderOperations.getRefund, getRefund);

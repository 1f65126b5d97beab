import { contract } from '../http/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { Problem } from '../http/problem.ts';
import { heal } from '../order/collect.ts';
import { refundView } from '../order/view.ts';
import { ownOrder } from './own-order.ts';

/** One refund of an order, after finishing what may be finished. */
export const getRefund: Run<typeof contract.getRefund> = async (s, { params, caller, deadline }) => {
  const order = await heal(s, await ownOrder(s, caller, params.orderId), deadline);
  const refund = order.refunds.find((it) => it.refundNo === params.refundNo);
  if (!refund) throw new Problem('not_found', { detail: 'The order has no such refund.' });
  return { status: 200, body: refundView(order, refund) };
};

export const handler = endpoint(contract.getRefund, getRefund);

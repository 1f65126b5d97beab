import { Problem } from '../contract/problem.ts';
import type { Deadline } from '../deadlines.ts';
import { equals } from '../money.ts';
import type { Order, OrderRequest } from '../order/order.ts';
import { orderView } from '../order/view.ts';
import { requestClose } from '../payment/advance.ts';
import type { Services } from '../services.ts';

/** The order that is about to be opened in place of another one. */
export interface Replacement {
  readonly orderId: string;
  readonly merchantId: string;
  readonly request: OrderRequest;
  /** The id of the order before. */
  readonly replaces: string;
}

/**
 * Stores of the order before that another one takes its place, and asks its channel to close its code: from that write on its
 * money goes back, so the new order may be opened. A repeat finds the write and does nothing more: the order before is due then,
 * and what came of it meanwhile changes nothing for the new one.
 * @throws Problem `order_paid` if it is paid, `cannot_replace` if it is not this caller's sale
 */
export async function replaceOrder(services: Services, replacement: Replacement, deadline: Deadline): Promise<void> {
  const { orderId: replacedBy, request, replaces } = replacement;
  const before = await services.orders.get(replaces);
  mustBeSameSale(before, replacement);
  if (before.closeRequested?.replacedBy === replacedBy) return;
  const asked = await requestClose(services, before, { operatorId: request.operatorId, replacedBy }, deadline);
  const winner = asked.closeRequested?.replacedBy;
  if (winner === replacedBy) return;
  if (winner !== undefined)
    throw new Problem('cannot_replace', {
      detail: `The order ${replaces} was replaced by the order ${winner} before.`,
      orderId: winner,
    });
  throw new Problem('order_paid', {
    detail: 'The order before is paid: no other one is opened in its place.',
    orderId: replaces,
    order: orderView(asked, services.now(), { isLive: true }),
  });
}

/** An order of another merchant, store or terminal answers exactly like one that does not exist. */
function mustBeSameSale(before: Order | undefined, replacement: Replacement): asserts before is Order {
  const { orderId, merchantId, request, replaces } = replacement;
  const isOwn =
    before?.merchantId === merchantId &&
    before.request.storeId === request.storeId &&
    before.request.terminalId === request.terminalId;
  if (!isOwn || replaces === orderId)
    throw new Problem('cannot_replace', { detail: `${replaces} is no other order of the same till and store.` });
  const { amount } = before.request;
  if (!equals(amount, request.amount))
    throw new Problem('cannot_replace', {
      detail: 'A replacement has the amount of the order before.',
      orderId: replaces,
      amount,
    });
}

/**
 * Those who look on: an office and tills that read orders, lists, totals and shifts while others sell, and ask for what must be
 * refused. They write nothing and take no time, so that a history is the same whether they look or not.
 */
import { closeShift } from '../../../functions/api/close-shift.ts';
import { createOrder } from '../../../functions/api/create-order.ts';
import { getOrder } from '../../../functions/api/get-order.ts';
import { getRefund } from '../../../functions/api/get-refund.ts';
import { getTotals } from '../../../functions/api/get-totals.ts';
import { listOrders } from '../../../functions/api/list-orders.ts';
import { listShifts } from '../../../functions/api/list-shifts.ts';
import { Problem } from '../../../functions/contract/problem.ts';
import type { Look, Looked } from '../judges/looks.ts';
import { callerOf, type Services } from '../world/product.ts';
import type { Replied } from '../world/wire.ts';

type Page = { readonly data: readonly unknown[]; readonly nextCursor: string | null };

/** What comes back of a look: the product's answer, or how it refuses. */
export async function lookAt(s: Services, look: Look): Promise<Looked> {
  try {
    return await carryOut(s, look);
  } catch (error) {
    if (error instanceof Problem) return { code: error.code };
    throw error;
  }
}

async function carryOut(s: Services, look: Look): Promise<Replied> {
  const common = { caller: callerOf(look.by), deadline: { endsAt: Number.POSITIVE_INFINITY } };
  // Each is asked as its contract says, and what a look has for it the compiler cannot tell.
  const request = (rest: object) => ({ params: {}, query: {}, body: undefined, ...common, ...rest }) as never;
  switch (look.of) {
    case 'order':
      return getOrder(s, request({ params: { orderId: look.orderId }, query: look.isLive ? { live: 'true' } : {} }));
    case 'refund':
      return getRefund(s, request({ params: { orderId: look.orderId, refundNo: look.refundNo } }));
    case 'number':
      return listOrders(s, request({ query: { merchantOrderNo: look.merchantOrderNo } }));
    case 'trade': {
      const { channel, tradeNo } = look;
      const alipay = { ...s.channels.alipay, findTrade: async () => channel };
      return listOrders({ ...s, channels: { ...s.channels, alipay } }, request({ query: { tradeNo } }));
    }
    case 'day':
      return all((query) => listOrders(s, request({ query: { ...look.query, ...query } })), 2);
    case 'totals':
      return getTotals(s, request({ query: look.query }));
    case 'shifts':
      return all((query) => listShifts(s, request({ query: { ...look.query, ...query } })), 3);
    case 'sale':
      return createOrder(s, request({ body: look.body }));
    case 'closing':
      return closeShift(s, request({ body: look.body }));
  }
}

/** A list from its first page to its last, as one answer with the status of the first. */
async function all(read: (query: object) => Promise<Replied>, limit: number): Promise<Replied> {
  const first = await read({ limit });
  const data = [...(first.body as Page).data];
  for (let page = first.body as Page; page.nextCursor !== null; data.push(...page.data))
    page = (await read({ limit, cursor: page.nextCursor })).body as Page;
  return { ...first, body: { data } };
}

/** Finds an order by any of its numbers that a person may hold, for the screens and the command line. */
import type { OrderView } from '../contract/answers.ts';
import type { Client } from './client.ts';

/**
 * By the order's id, or an attempt's, as the customer's app shows it; by the merchant's own number; or by the channel's
 * number of the trade, which stands on reports and statements: 16 digits and more may be either of these two.
 * @throws ApiProblem 404 for an id that there is not
 */
export async function findOrder(client: Client, name: string): Promise<OrderView | undefined> {
  if (/^ord_[a-z2-7]{26}(_\d+)?$/.test(name))
    return (await client.call('getOrder', { params: { orderId: name } })).body;
  const list = async (query: { merchantOrderNo: string } | { tradeNo: string }) =>
    (await client.call('listOrders', { query })).body.data[0];
  const own = /^[A-Za-z0-9_-]{1,32}$/.test(name) ? await list({ merchantOrderNo: name }) : undefined;
  return own ?? (/^[0-9]{16,64}$/.test(name) ? await list({ tradeNo: name }) : undefined);
}

/** An order as it is stored, as far as the floor looks into it. */
import { type Event, Refusal } from './caller.ts';
import { get, type Item } from './table.ts';

export const TABLE = String(process.env.ORDERS_TABLE);

export type Order = Item & {
  readonly orderId: string;
  readonly merchantId: string;
  readonly version: number;
  readonly account: { readonly appId: string; readonly sellerId: string };
  readonly request: { readonly amount: { readonly currency: string; readonly value: number } };
  readonly attempts: readonly Item[];
  readonly payments: readonly Item[];
  readonly refunds: readonly Item[];
};

export async function orderAt(orderId: string, merchantId?: unknown): Promise<Order> {
  const order = (await get(TABLE, 'orderId', orderId)) as Order | undefined;
  if (!order || (merchantId !== undefined && order.merchantId !== merchantId)) throw new Refusal(404, 'not_found');
  return order;
}

export const orderIdOf = ({ pathParameters }: Event): string => pathParameters?.orderId ?? '';

export function viewOf({ orderId, request, attempts, payments, refunds, version }: Order, status: string) {
  return {
    orderId,
    status,
    amount: request.amount,
    attempt: attempts[0],
    payment: payments[0] ?? null,
    refunds,
    version,
  };
}

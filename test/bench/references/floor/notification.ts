/** The floor of a notification: the signature, the order, the payment stored. */
import { readNotification, yuan } from './alipay.ts';
import { type Event, Refusal } from './caller.ts';
import { orderAt, TABLE } from './order.ts';
import { put } from './table.ts';

export async function handler(event: Event) {
  const fields = await readNotification(Buffer.from(event.body ?? '', 'base64').toString());
  const order = await orderAt(String(fields.get('out_trade_no')).slice(0, -2));
  const fits =
    fields.get('app_id') === order.account.appId &&
    fields.get('seller_id') === order.account.sellerId &&
    fields.get('total_amount') === yuan(order.request.amount.value) &&
    fields.get('trade_status') === 'TRADE_SUCCESS';
  if (!fits) throw new Refusal(400, 'other');
  const payment = {
    attempt: 1,
    tradeNo: fields.get('trade_no'),
    paidAt: Date.parse(`${fields.get('gmt_payment')?.replace(' ', 'T')}+08:00`),
    source: 'notification',
    at: Date.now(),
  };
  const { dueShard: _, dueAt: __, ...rest } = order;
  const paid = {
    ...rest,
    version: order.version + 1,
    payments: [payment],
    unpostedKey: `${order.merchantId}#0`,
  };
  if (order.payments.length === 0 && !(await put(TABLE, 'orderId', paid, order.version)))
    throw new Refusal(409, 'race');
  return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'success' };
}

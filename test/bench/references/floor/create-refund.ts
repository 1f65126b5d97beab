/** The floor of a refund: who calls, the order, the intent stored, the channel's call, its answer stored. */
import { call, yuan } from './alipay.ts';
import { answered, callerOf, directoryItem, type Event, Refusal } from './caller.ts';
import { orderAt, orderIdOf, TABLE, viewOf } from './order.ts';
import { put } from './table.ts';

interface Body {
  readonly refundNo: string;
  readonly amount: { readonly currency: string; readonly value: number };
  readonly operatorId?: string;
}

const KNOWN = new Set(['refundNo', 'amount', 'operatorId']);

function checked(text: string | undefined): Body {
  const body = JSON.parse(text ?? '{}') as Body;
  for (const name in body) if (!KNOWN.has(name)) throw new Refusal(400, name);
  if (typeof body.refundNo !== 'string' || !/^[A-Za-z0-9_-]{1,32}$/.test(body.refundNo))
    throw new Refusal(400, 'refundNo');
  const { currency, value } = body.amount;
  if (currency !== 'CNY' || !Number.isInteger(value) || value < 1) throw new Refusal(400, 'amount');
  return body;
}

export const handler = (event: Event) =>
  answered(async () => {
    const caller = await callerOf(event);
    const { refundNo, amount, operatorId } = checked(event.body);
    const order = await orderAt(orderIdOf(event), caller.merchantId);
    const { item: merchant } = await directoryItem(order.merchantId);
    if (order.payments.length === 0) throw new Refusal(409, 'order_not_paid');
    const paidAt = Number(order.payments[0]?.paidAt);
    if (Date.now() > paidAt + Number(merchant.refundWindowDays) * 86_400_000) throw new Refusal(422, 'window');
    const k = order.refunds.length + 1;
    const refund = { refundNo, k, attempt: 1, amount: amount.value, operatorId, source: 'till', tries: 1 };
    const asked = {
      ...order,
      version: order.version + 1,
      dueShard: '0',
      dueAt: Date.now() + 60_000,
      refunds: [...order.refunds, { ...refund, requestedAt: Date.now() }],
    };
    if (!(await put(TABLE, 'orderId', asked, order.version))) throw new Refusal(409, 'race');
    const { code, fund_change, out_trade_no } = await call(order.account.appId, 'alipay.trade.refund', {
      out_trade_no: `${order.orderId}_1`,
      refund_amount: yuan(amount.value),
      out_request_no: `${order.orderId}_r${k}`,
      operator_id: operatorId,
    });
    if (code !== '10000' || fund_change !== 'Y' || out_trade_no !== `${order.orderId}_1`)
      throw new Refusal(502, 'channel');
    const { dueShard: _, dueAt: __, ...rest } = asked;
    const result = { status: 'succeeded', at: Date.now() };
    const done = {
      ...rest,
      version: asked.version + 1,
      unpostedKey: `${order.merchantId}#0`,
      refunds: [...order.refunds, { ...refund, result }],
    };
    if (!(await put(TABLE, 'orderId', done, asked.version))) throw new Refusal(409, 'race');
    return { status: 201, body: { refund: { ...refund, result }, order: viewOf(done, 'paid') } };
  });
